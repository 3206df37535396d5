// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sqldatabase.h"

#include "core/base/safetext.h"

#include <QFileInfo>
#include <QSqlError>
#include <QStringList>
#include <QUrl>
#include <QUrlQuery>

namespace mailhelm
{

namespace
{

using Kind = DatabaseUrl::Kind;

constexpr qsizetype MaxShownText = 300;

Error badUrl(const QString &what)
{
    return { ErrorCode::InvalidArgument,
        QStringLiteral("%1. A database is \"sqlite:///FILE\", \"postgresql://USER:PASSWORD@HOST:PORT/NAME\" or "
                       "\"mysql://USER:PASSWORD@HOST:PORT/NAME\", with characters such as @ : / in a password written "
                       "as %40 %3A %2F")
            .arg(what) };
}

// SQLite's primary result codes: sqlite.org/rescode.html
ErrorCode sqliteCode(int code, const QString &text)
{
    switch (code & 0xff) {
    case 1: // SQLITE_ERROR
        return text.contains(QLatin1String("no such")) ? ErrorCode::Unsupported : ErrorCode::Io;
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 23: // SQLITE_AUTH
        return ErrorCode::Refused;
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
        return ErrorCode::Conflict;
    case 9: // SQLITE_INTERRUPT
        return ErrorCode::TimedOut;
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
        return ErrorCode::Corrupt;
    case 14: // SQLITE_CANTOPEN: the file is there (openSqlDatabase() looked), so it may not be opened
        return ErrorCode::PermissionDenied;
    default:
        return ErrorCode::Io;
    }
}

// SQLSTATE: postgresql.org/docs/15/errcodes-appendix.html. While connecting the driver has the text alone.
ErrorCode postgresCode(const QString &state, const QString &text, bool connecting)
{
    if (state == QLatin1String("42P01") || state == QLatin1String("42703") || state == QLatin1String("42883")
        || state == QLatin1String("3F000"))
        return ErrorCode::Unsupported;
    if (state == QLatin1String("42501"))
        return ErrorCode::Refused;
    if (state == QLatin1String("57014"))
        return ErrorCode::TimedOut;
    if (state == QLatin1String("55P03") || state == QLatin1String("40P01") || state == QLatin1String("40001"))
        return ErrorCode::Conflict;
    if (state == QLatin1String("3D000"))
        return ErrorCode::NotFound;
    if (state.startsWith(QLatin1String("28")))
        return ErrorCode::PermissionDenied;
    if (state.startsWith(QLatin1String("08")) || state.startsWith(QLatin1String("57P"))
        || state.startsWith(QLatin1String("53")))
        return ErrorCode::Unavailable;
    if (state.startsWith(QLatin1String("XX")))
        return ErrorCode::Corrupt;
    if (!state.isEmpty())
        return ErrorCode::Io;
    if (text.contains(QLatin1String("password")) || text.contains(QLatin1String("authentication"))
        || text.contains(QLatin1String("pg_hba.conf")) || text.contains(QLatin1String("role \"")))
        return ErrorCode::PermissionDenied;
    if (connecting && text.contains(QLatin1String("database \"")))
        return ErrorCode::NotFound;
    return ErrorCode::Unavailable; // no state: the server did not speak, the connection broke
}

// mariadb.com/kb/en/mariadb-error-code-reference/
ErrorCode mariaCode(int code)
{
    switch (code) {
    case 1044: // no right to the database; told to strangers also where there is none
    case 1045: // wrong password
    case 1130: // not from this host
    case 1698:
        return ErrorCode::PermissionDenied;
    case 1049:
        return ErrorCode::NotFound;
    case 1054: // column
    case 1146: // table
        return ErrorCode::Unsupported;
    case 1142: // right to a table
    case 1143: // right to a column
    case 1227:
    case 1290: // read only
        return ErrorCode::Refused;
    case 1205: // lock wait
    case 1213: // deadlock
        return ErrorCode::Conflict;
    case 1969: // max_statement_time
    case 3024: // max_execution_time, MySQL's
        return ErrorCode::TimedOut;
    case 1034:
    case 1035:
    case 144:
    case 145:
    case 1194:
    case 1195: // crashed tables
        return ErrorCode::Corrupt;
    case 1040: // too many connections
    case 1053: // shutdown
    case 1927: // killed
        return ErrorCode::Unavailable;
    default:
        return code >= 2000 && code < 3000 ? ErrorCode::Unavailable : ErrorCode::Io;
    }
}

Kind kindOf(const QSqlDatabase &database)
{
    if (database.driverName() == QLatin1String("QPSQL"))
        return Kind::PostgreSql;
    return database.driverName() == QLatin1String("QMYSQL") ? Kind::MariaDb : Kind::Sqlite;
}

ErrorCode codeOf(const QSqlDatabase &database, const QSqlError &error)
{
    switch (kindOf(database)) {
    case Kind::Sqlite:
        return sqliteCode(error.nativeErrorCode().toInt(), error.databaseText());
    case Kind::PostgreSql:
        return postgresCode(error.nativeErrorCode(), error.databaseText(), error.type() == QSqlError::ConnectionError);
    case Kind::MariaDb:
        return mariaCode(error.nativeErrorCode().toInt());
    }
    return ErrorCode::Io;
}

QString sentenceOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Unavailable:
        return QStringLiteral("the database server cannot be reached");
    case ErrorCode::PermissionDenied:
        return QStringLiteral("the database does not let us in");
    case ErrorCode::NotFound:
        return QStringLiteral("there is no such database");
    case ErrorCode::Unsupported:
        return QStringLiteral("the database lacks a table or column that is expected here");
    case ErrorCode::Conflict:
        return QStringLiteral("the database is locked by another program");
    case ErrorCode::Refused:
        return QStringLiteral("the database does not let this user do that");
    case ErrorCode::TimedOut:
        return QStringLiteral("the database took too long to answer");
    case ErrorCode::Corrupt:
        return QStringLiteral("the database is damaged, or is no database");
    default:
        return QStringLiteral("the database says");
    }
}

/// What the connection is to, without a password.
QString shownName(const QSqlDatabase &database)
{
    DatabaseUrl url;
    url.kind = kindOf(database);
    if (url.kind == Kind::Sqlite)
        return QUrl(database.databaseName()).path();
    url.host = database.hostName();
    url.port = quint16(qMax(0, database.port()));
    url.user = database.userName();
    url.name = database.databaseName();
    return QString::fromUtf8(url.shown());
}

QSqlDatabase addDatabase(const DatabaseUrl &url, const QString &connection, int waitMs)
{
    const int seconds = qMax(1, waitMs / 1000);
    QSqlDatabase database;
    switch (url.kind) {
    case Kind::Sqlite: {
        database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
        // mode=rw: never made anew; the driver by itself would make an empty file.
        QUrl file = QUrl::fromLocalFile(url.file);
        file.setQuery(QStringLiteral("mode=rw"));
        database.setDatabaseName(QString::fromLatin1(file.toEncoded()));
        database.setConnectOptions(
            QStringLiteral("QSQLITE_OPEN_URI;QSQLITE_BUSY_TIMEOUT=%1").arg(qMax(100, waitMs / 2)));
        return database;
    }
    case Kind::PostgreSql: {
        database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), connection);
        database.setHostName(url.host.isEmpty() ? url.socket : url.host);
        // A server that vanished is noticed within half a minute, not after the kernel's two hours.
        QString options = QStringLiteral("connect_timeout=%1;keepalives_idle=10;keepalives_interval=5;"
                                         "keepalives_count=3;tcp_user_timeout=15000;application_name=mailhelmd")
                              .arg(qMax(2, seconds));
        if (!url.sslMode.isEmpty())
            options += QStringLiteral(";sslmode=") + url.sslMode;
        database.setConnectOptions(options);
        break;
    }
    case Kind::MariaDb: {
        database = QSqlDatabase::addDatabase(QStringLiteral("QMYSQL"), connection);
        database.setHostName(url.host.isEmpty() ? QStringLiteral("localhost") : url.host);
        QString options
            = QStringLiteral("MYSQL_OPT_CONNECT_TIMEOUT=%1;MYSQL_OPT_READ_TIMEOUT=%2;MYSQL_OPT_WRITE_TIMEOUT=%2")
                  .arg(QString::number(seconds), QString::number(qMax(10, 4 * seconds)));
        if (!url.socket.isEmpty())
            options += QStringLiteral(";UNIX_SOCKET=") + url.socket;
        database.setConnectOptions(options);
        break;
    }
    }
    if (url.port != 0)
        database.setPort(url.port);
    database.setUserName(url.user);
    database.setPassword(url.password);
    database.setDatabaseName(url.name);
    return database;
}

} // namespace

Result<DatabaseUrl> DatabaseUrl::parse(QByteArrayView text)
{
    const QUrl url = QUrl::fromEncoded(text.toByteArray(), QUrl::StrictMode);
    if (!url.isValid())
        return badUrl(QStringLiteral("The database's URL is not well formed"));
    const QString scheme = url.scheme();
    DatabaseUrl parsed;
    if (scheme == QLatin1String("sqlite")) {
        parsed.kind = Kind::Sqlite;
        parsed.file = url.path(QUrl::FullyDecoded);
        if (!url.host().isEmpty() || !parsed.file.startsWith(QLatin1Char('/')) || parsed.file.size() < 2)
            return badUrl(QStringLiteral("A SQLite database is named by the file's whole path"));
        return parsed;
    }
    if (scheme == QLatin1String("postgresql") || scheme == QLatin1String("postgres"))
        parsed.kind = Kind::PostgreSql;
    else if (scheme == QLatin1String("mysql") || scheme == QLatin1String("mariadb"))
        parsed.kind = Kind::MariaDb;
    else
        return badUrl(QStringLiteral("“%1” is no kind of database that is known here").arg(safeText(scheme, 40)));
    parsed.host = url.host(QUrl::FullyDecoded);
    parsed.port = quint16(url.port(0));
    parsed.user = url.userName(QUrl::FullyDecoded);
    parsed.password = url.password(QUrl::FullyDecoded);
    parsed.name = url.path(QUrl::FullyDecoded).mid(1);
    if (parsed.name.isEmpty() || parsed.name.contains(QLatin1Char('/')))
        return badUrl(QStringLiteral("The URL names no database after the host"));
    const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto &[key, value] : items) {
        // Both end up in a list of options that semicolons and blanks would take apart.
        if (value.contains(QLatin1Char(';')) || value.contains(QLatin1Char(' ')))
            return badUrl(QStringLiteral("The URL's %1 holds a character that it cannot hold").arg(safeText(key, 40)));
        if (key == QLatin1String("host") && value.startsWith(QLatin1Char('/')))
            parsed.socket = value;
        else if (key == QLatin1String("host"))
            parsed.host = value;
        else if (key == QLatin1String("sslmode") && parsed.kind == Kind::PostgreSql)
            parsed.sslMode = value;
        else
            return badUrl(QStringLiteral("“%1” is no parameter that is known here").arg(safeText(key, 40)));
    }
    return parsed;
}

QByteArray DatabaseUrl::shown() const
{
    if (kind == Kind::Sqlite)
        return file.toUtf8();
    QUrl url;
    url.setScheme(kind == Kind::PostgreSql ? QStringLiteral("postgresql") : QStringLiteral("mysql"));
    url.setUserName(user);
    url.setHost(host);
    if (port != 0)
        url.setPort(port);
    url.setPath(QLatin1Char('/') + name);
    return url.toEncoded(QUrl::RemovePassword);
}

Result<QSqlDatabase> openSqlDatabase(const DatabaseUrl &url, const QString &connection, int waitMs)
{
    if (url.kind == Kind::Sqlite) {
        // SQLite says "unable to open" to all three, and people want to know which.
        const QFileInfo file(url.file);
        if (!file.exists())
            return Error { ErrorCode::NotFound,
                QStringLiteral("%1: there is no such file, or its folder may not be entered").arg(url.file) };
        if (!file.isFile())
            return Error { ErrorCode::Corrupt, QStringLiteral("%1 is no file").arg(url.file) };
        if (!file.isReadable())
            return Error { ErrorCode::PermissionDenied, QStringLiteral("%1 may not be read").arg(url.file) };
    }
    QSqlDatabase database = addDatabase(url, connection, waitMs);
    if (!database.isValid())
        return Error { ErrorCode::Unsupported,
            QStringLiteral("Qt has no driver for this database: apt-get install libqt6sql6-%1")
                .arg(url.kind == Kind::Sqlite          ? QStringLiteral("sqlite")
                        : url.kind == Kind::PostgreSql ? QStringLiteral("psql")
                                                       : QStringLiteral("mysql")) };
    if (!database.open())
        return sqlError(database, database.lastError());
    if (url.kind == Kind::Sqlite) {
        // It opens anything; only the first read shows whether that is a database.
        if (Result<QSqlQuery> read = runSql(database, QStringLiteral("SELECT count(*) FROM sqlite_master")); !read)
            return read.error();
    }
    return database;
}

void closeSqlDatabase(const QString &connection)
{
    QSqlDatabase::database(connection, false).close();
    QSqlDatabase::removeDatabase(connection);
}

Result<QSqlQuery> runSql(const QSqlDatabase &database, const QString &statement, const QVariantList &values)
{
    QSqlQuery query(database);
    query.setForwardOnly(true);
    if (values.isEmpty()) {
        if (!query.exec(statement))
            return sqlError(database, query.lastError());
        return query;
    }
    if (!query.prepare(statement))
        return sqlError(database, query.lastError());
    for (const QVariant &value : values)
        query.addBindValue(value);
    if (!query.exec())
        return sqlError(database, query.lastError());
    return query;
}

Result<void> sqlDone(const QSqlDatabase &database, const QSqlQuery &query)
{
    if (query.lastError().isValid())
        return sqlError(database, query.lastError());
    return {};
}

Error sqlError(const QSqlDatabase &database, const QSqlError &error)
{
    const ErrorCode code = codeOf(database, error);
    QString said = error.databaseText().simplified();
    if (said.isEmpty())
        said = error.driverText().simplified();
    // Nobody quotes a password, but a name that was mistyped into the wrong place might be one.
    if (!database.password().isEmpty())
        said.replace(database.password(), QStringLiteral("…"));
    return { code, QStringLiteral("%1: %2 (%3)").arg(shownName(database), sentenceOf(code), said.left(MaxShownText)) };
}

QByteArray sqlMend(const DatabaseUrl &url, ErrorCode code)
{
    const bool sqlite = url.kind == Kind::Sqlite;
    switch (code) {
    case ErrorCode::Unavailable:
        return url.kind == Kind::PostgreSql ? "systemctl status postgresql" : "systemctl status mariadb";
    case ErrorCode::PermissionDenied:
        if (sqlite)
            return "setfacl -m u:mailhelm:rw " + url.file.toUtf8() + " && setfacl -m u:mailhelm:rwx "
                + QFileInfo(url.file).path().toUtf8();
        return "user and password of `database` in the agent's configuration must be those of a database user";
    case ErrorCode::NotFound:
        return "`database` in the agent's configuration must name the database that is there";
    case ErrorCode::Unsupported:
        return "`database`, `kind` and `table_prefix` in the agent's configuration must be those of this program's "
               "database";
    case ErrorCode::Refused:
        if (sqlite)
            return "setfacl -m u:mailhelm:rw " + url.file.toUtf8() + " && setfacl -m u:mailhelm:rwx "
                + QFileInfo(url.file).path().toUtf8();
        return "grant the agent's database user what docs/ADMIN_GUIDE.md lists";
    case ErrorCode::Conflict:
        return sqlite ? QByteArray("fuser -v " + url.file.toUtf8()) : QByteArray();
    case ErrorCode::Corrupt:
        return sqlite ? QByteArray("sqlite3 " + url.file.toUtf8() + " 'PRAGMA integrity_check'") : QByteArray();
    default:
        return {};
    }
}

SourceStatus sqlStatus(const QByteArray &source, const DatabaseUrl &url, const Error &error)
{
    const bool passing = error.code == ErrorCode::Conflict || error.code == ErrorCode::TimedOut;
    return { source, passing ? SourceStatus::State::Degraded : SourceStatus::State::Down, error.detail.toUtf8(),
        sqlMend(url, error.code) };
}

} // namespace mailhelm
