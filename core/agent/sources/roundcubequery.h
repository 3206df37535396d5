// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/sqldatabase.h"
#include "core/agent/sources/webmailsource.h"
#include "core/base/clock.h"

#include <QHash>
#include <QList>

namespace mailhelm
{

/// Roundcube's table `session` (SQL/*.initial.sql and lib/Roundcube/session/db.php of 1.4 to 1.6): sess_id, changed,
/// ip, vars (base64 of PHP's session). What is asked of it, on the thread that has the connection; values in, values
/// out.
///
/// `changed` is the database's clock in the database's zone, so every time is asked for as an age, and placed on the
/// agent's clock. It moves when a session's content does, and otherwise once in half a lifetime: so exact is "last
/// active".
class RoundcubeQuery
{
public:
    /// One row as it was last seen.
    struct Row {
        QByteArray changed; ///< as the database writes it
        WebmailSession session;
        qint64 loginTime = 0; ///< by the web server's clock, whatever it is
        bool settled = false; ///< its content was read when `changed` was old enough not to cover two changes
    };
    using Rows = QHash<QByteArray, Row>; ///< by id

    /// Where the table is called otherwise: Roundcube's db_prefix, with PostgreSQL's schema before a dot.
    RoundcubeQuery(DatabaseUrl::Kind kind, const QByteArray &tablePrefix, qint64 lifetimeMs);

    struct Listing {
        qint64 time = 0;
        Rows rows; ///< of those that are to be read the content is as it was, or empty
        QList<QByteArray> unread; ///< ids whose content has to be read
        QByteArray endRefusal; ///< why rows cannot be deleted
    };
    /// All sessions that have not expired, with what `known` already has of them.
    Result<Listing> list(QSqlDatabase &database, const Rows &known, const Clock &clock) const;
    /// Reads who is logged in, of these ids. Those that are gone are left out.
    Result<Rows> read(QSqlDatabase &database, const Rows &rows, const QList<QByteArray> &ids) const;

    /// Deletes exactly this login's session: an id that meanwhile is somebody else's, or nobody's, is Gone.
    Result<WebmailSource::Ended> end(QSqlDatabase &database, const Row &meant) const;

private:
    struct Content {
        std::optional<QByteArray> user;
        qint64 loginTime = 0;
    };
    Result<QHash<QByteArray, Content>> contents(
        QSqlDatabase &database, const QList<QByteArray> &ids, qsizetype most, QList<QByteArray> *cut) const;
    [[nodiscard]] QByteArray whyNotEnd(QSqlDatabase &database) const;

    const DatabaseUrl::Kind m_kind;
    const qint64 m_lifetimeUs;
    QString m_table; ///< quoted
    QString m_list; ///< the statement
};

} // namespace mailhelm
