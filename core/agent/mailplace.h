// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/sources/accountsource.h"

#include <functional>

namespace mailhelm
{

/// Whether the folder that a database names as an account's mail is that account's, and no other's. A database can be
/// wrong, and whoever may write one field of it must not choose which folder is moved away. Pure.
struct MailPlace {
    std::function<bool(const QByteArray &name)> isAccount; ///< letter by letter
    std::function<bool(const QByteArray &domain)> isDomain; ///< of any account

    /// An error says what is wrong with it. Below a mail root, deeper than the root itself, one part of the path named
    /// after the account (alice@example.org, alice, alice-2020.01.01), none after another one.
    [[nodiscard]] Result<void> check(const AccountRows &account, const AccountsConfig &config) const;
};

/// The name of an account's mail in the archive: who, when, and a hash, so that it occurs once and says what it is.
/// `time`: µs.
[[nodiscard]] QByteArray archiveNameOf(const QByteArray &user, qint64 time);

/// Whether one of the patterns fits the whole name, whatever the case: * stands for any characters, ? for one.
[[nodiscard]] bool fitsAny(const QByteArray &user, const QList<QByteArray> &patterns);

} // namespace mailhelm
