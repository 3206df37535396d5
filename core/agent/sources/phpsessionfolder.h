// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/webmailsource.h"
#include "core/base/clock.h"
#include "core/base/result.h"

#include <QHash>
#include <QList>
#include <QObject>

namespace mailhelm
{

/// A folder of PHP's session files, `sess_ID` (session.save_handler = files, without subfolders): what is read and
/// ended there. Files are opened without following links, and only plain ones. Belongs to one thread; blocks.
class PhpSessionFolder final : public QObject
{
    Q_OBJECT
public:
    PhpSessionFolder(const QByteArray &path, qint64 lifetimeMs, const Clock &clock);

    struct Look {
        std::optional<Error> error; ///< then there is nothing else
        WebmailScan scan;
        qsizetype illegible = 0; ///< files that are there and cannot be read, or not understood
        bool mayEnd = true; ///< files can be deleted here
    };
    /// Reads the files that changed since the last look. A session is as old as its file; PHP writes or touches it with
    /// every request.
    void look();
    /// Deletes the files of these ids.
    void end(quint64 number, const QList<QByteArray> &ids);

Q_SIGNALS:
    void looked(const mailhelm::PhpSessionFolder::Look &look);
    void ended(quint64 number, const QList<mailhelm::WebmailSource::EndResult> &results);

private:
    /// What tells whether a file is as it was.
    struct Stamp {
        quint64 inode = 0;
        qint64 mtimeNs = 0;
        qint64 ctimeNs = 0;
        qint64 size = 0;
        friend bool operator==(const Stamp &, const Stamp &) = default;
    };
    struct Known {
        Stamp stamp;
        WebmailSession session;
    };
    [[nodiscard]] Look lookNow();
    [[nodiscard]] bool read(int folder, const char *name, const QByteArray &id, Known &known) const;

    const QByteArray m_path;
    const qint64 m_lifetimeUs;
    const Clock &m_clock;
    QHash<QByteArray, Known> m_known; ///< by id
};

} // namespace mailhelm

Q_DECLARE_METATYPE(mailhelm::PhpSessionFolder::Look)
