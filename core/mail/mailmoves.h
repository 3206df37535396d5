// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/mailmessage.h"
#include "core/mail/mailsettings.h"
#include "core/mail/mailtree.h"

namespace mailhelm
{

/// The three verbs of mailhelm-mail. Each may be ended at any point, by kill -9 or by the power, and asked for again:
/// it goes on where it was. At every moment the mail is whole in one place, which the next call finds.
///
/// On one file system a folder is renamed. Else it is first renamed beside itself (".mailhelm-NAME": whoever delivers
/// meanwhile does not reach it), copied as ".part-NAME", synced, compared, renamed to NAME, and only then removed where
/// it was. On the way back likewise. Blocks.
class MailMoves
{
public:
    explicit MailMoves(MailSettings settings)
        : m_settings(std::move(settings))
    {
    }

    using Progress = mailtree::Progress;
    /// Bytes of mail. NotFound, Conflict, Refused as in mailwire::Answer.
    [[nodiscard]] Result<qint64> carryOut(const mailwire::Request &request, const Progress &progress) const;

private:
    /// Where a mailbox is, or would be.
    struct Place {
        Descriptor parent;
        QByteArray name;
        [[nodiscard]] bool isThere() const { return parent.isOpen(); }
    };

    [[nodiscard]] Result<Place> placeOf(const QByteArray &path, bool make) const;
    [[nodiscard]] Result<Descriptor> openArchive() const;
    [[nodiscard]] Result<qint64> moveOut(
        const QByteArray &path, const QByteArray &name, const Progress &progress) const;
    [[nodiscard]] Result<qint64> restore(
        const QByteArray &path, const QByteArray &name, const Progress &progress) const;
    [[nodiscard]] Result<qint64> purge(const QByteArray &name, const Progress &progress) const;

    MailSettings m_settings;
};

} // namespace mailhelm
