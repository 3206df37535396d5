// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "tests/support/lab.h"

#include <QTemporaryDir>

namespace mailhelm
{

/// A browser with cookies of its own, in front of the lab's Roundcube: tests/lab/browser. All calls block, some 0.2 s
/// each; a wrong password costs Dovecot's penalty.
class WebmailBrowser
{
public:
    /// As if it came from `address`.
    WebmailBrowser(const Lab &lab, const QByteArray &address);

    Result<void> login(const QByteArray &user, const QByteArray &password = "secret");
    Result<void> logout();
    /// The next request: true where it shows the mailbox, false where it shows the login form.
    Result<bool> isInside();

private:
    Result<QByteArray> run(const QStringList &arguments);

    QTemporaryDir m_folder;
    const QString m_url;
    const QByteArray m_address;
};

} // namespace mailhelm
