// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/base/result.h"

#include <QByteArray>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>

namespace mailhelm
{

/// Somebody else's database, as the configuration names it: `sqlite:///FILE`,
/// `postgresql://USER:PASSWORD@HOST:PORT/NAME` or `mysql://…` likewise (MariaDB and MySQL), each part percent-encoded
/// where it has to be. A socket instead of a host: `?host=/run/postgresql` (its folder) or
/// `?host=/run/mysqld/mysqld.sock` (the socket). `?sslmode=require` and the like are handed to PostgreSQL.
struct DatabaseUrl {
    enum class Kind { Sqlite, PostgreSql, MariaDb };
    Kind kind = Kind::Sqlite;
    QString file; ///< SQLite
    QString host; ///< name or address; empty: the socket
    QString socket; ///< empty: the driver's own default
    QString sslMode; ///< PostgreSQL
    quint16 port = 0; ///< 0: the usual one
    QString user;
    QString password; ///< in no text that anybody is shown
    QString name;

    /// The detail of an error does not repeat the URL, which holds a password.
    static Result<DatabaseUrl> parse(QByteArrayView url);
    /// "/var/lib/roundcube/roundcube.db" or "postgresql://mailhelm@db.example.org/roundcube": without the password.
    [[nodiscard]] QByteArray shown() const;

    friend bool operator==(const DatabaseUrl &, const DatabaseUrl &) = default;
};

/// A connection of the calling thread, and of no other. `connection` is its name within Qt, new to it; whoever opens it
/// closes it with closeSqlDatabase(), also after a failure. Never makes a SQLite file. May wait for `waitMs`.
Result<QSqlDatabase> openSqlDatabase(const DatabaseUrl &url, const QString &connection, int waitMs);
/// No QSqlDatabase and no QSqlQuery of this connection may be left.
void closeSqlDatabase(const QString &connection);

/// Runs one statement with its values bound to the question marks. Forward only: read it once, and look at its
/// lastError() after the last next(), by sqlDone().
Result<QSqlQuery> runSql(const QSqlDatabase &database, const QString &statement, const QVariantList &values = {});
/// Whether all rows were read, or reading them broke off.
Result<void> sqlDone(const QSqlDatabase &database, const QSqlQuery &query);

/// What a database said, for code and for people. The code tells what is the matter:
/// - Unavailable: the server is down or cannot be reached
/// - PermissionDenied: wrong user or password, or the file may not be read
/// - NotFound: there is no such database or file
/// - Unsupported: a table or column is missing: another program's database, or another version's
/// - Conflict: locked by another program
/// - Refused: the user may not do this to this table
/// - TimedOut: the statement took too long and was ended
/// - Corrupt: damaged, or no database at all
/// - Io: anything else
/// The password is not in it. Text of the database may be in it: it is shown with safeText().
Error sqlError(const QSqlDatabase &database, const QSqlError &error);

/// What mends it: a command or a line, or empty where nobody can say.
QByteArray sqlMend(const DatabaseUrl &url, ErrorCode code);
/// As the table `sources` shows it: locked and slow are Degraded, everything else Down.
SourceStatus sqlStatus(const QByteArray &source, const DatabaseUrl &url, const Error &error);

} // namespace mailhelm
