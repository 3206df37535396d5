// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/loginstore.h"

#include "core/agent/sources/sqldatabase.h"

#include <QFile>
#include <QSqlError>
#include <QVariant>

namespace mailhelm::loginstore
{

namespace
{

constexpr int SchemaVersion = 1;

Result<void> execute(const QSqlDatabase &database, const char *statement)
{
    if (const Result<QSqlQuery> done = runSql(database, QString::fromLatin1(statement)); !done)
        return done.error();
    return {};
}

Result<void> makeTables(const QSqlDatabase &database)
{
    for (const char *statement : { "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL" })
        if (Result<void> done = execute(database, statement); !done)
            return done;
    Result<QSqlQuery> version = runSql(database, QStringLiteral("PRAGMA user_version"));
    if (!version)
        return version.error();
    const int found = version.value().next() ? version.value().value(0).toInt() : 0;
    version.value().finish();
    if (found > SchemaVersion)
        return Error { ErrorCode::Unsupported,
            QStringLiteral("the ledger of logins was written by a newer mailhelmd (version %1, this one knows %2). "
                           "Install the newer one again")
                .arg(QString::number(found), QString::number(SchemaVersion)) };
    if (found == SchemaVersion)
        return {};
    for (const char *statement : {
             "BEGIN IMMEDIATE",
             "CREATE TABLE login (user BLOB NOT NULL, service BLOB NOT NULL, time INTEGER NOT NULL, address BLOB NOT "
             "NULL, source BLOB NOT NULL, PRIMARY KEY (user, service)) WITHOUT ROWID",
             "CREATE TABLE value (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
             "PRAGMA user_version = 1",
             "COMMIT",
         })
        if (Result<void> done = execute(database, statement); !done)
            return done;
    return {};
}

QByteArray blob(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

} // namespace

Result<void> makeFile(const QByteArray &file)
{
    QFile made(QFile::decodeName(file));
    if (made.exists())
        return {};
    // By us first, so that nobody else can read it for a moment.
    if (!made.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
        return Error { ErrorCode::Io,
            QStringLiteral("%1 cannot be made: %2").arg(made.fileName(), made.errorString()) };
    return {};
}

Result<Content> read(QSqlDatabase &database)
{
    if (Result<void> made = makeTables(database); !made)
        return made.error();
    Content content;
    Result<QSqlQuery> logins
        = runSql(database, QStringLiteral("SELECT user, service, time, address, source FROM login"));
    if (!logins)
        return logins.error();
    QSqlQuery &login = logins.value();
    while (login.next())
        content.logins.append({ login.value(0).toByteArray(), login.value(1).toByteArray(), login.value(2).toLongLong(),
            Address::parse(login.value(3).toByteArray()).value_or(Address()), login.value(4).toByteArray() });
    if (Result<void> whole = sqlDone(database, login); !whole)
        return whole.error();
    Result<QSqlQuery> values = runSql(database, QStringLiteral("SELECT key, value FROM value"));
    if (!values)
        return values.error();
    while (values.value().next())
        content.values.insert(values.value().value(0).toByteArray(), values.value().value(1).toByteArray());
    if (Result<void> whole = sqlDone(database, values.value()); !whole)
        return whole.error();
    return content;
}

Result<bool> write(
    QSqlDatabase &database, const QList<LoginEvidence> &logins, const QHash<QByteArray, QByteArray> &values)
{
    if (Result<void> begun = execute(database, "BEGIN IMMEDIATE"); !begun)
        return begun.error();
    QSqlQuery query(database);
    query.prepare(QStringLiteral(
        "INSERT INTO login (user, service, time, address, source) VALUES (?, ?, ?, ?, ?) ON CONFLICT (user, service) "
        "DO UPDATE SET time = excluded.time, address = excluded.address, source = excluded.source"));
    for (const LoginEvidence &login : logins) {
        query.addBindValue(blob(login.user));
        query.addBindValue(blob(login.service));
        query.addBindValue(login.time);
        query.addBindValue(login.address.isNull() ? QByteArray("") : login.address.toText());
        query.addBindValue(blob(login.source));
        if (!query.exec())
            return sqlError(database, query.lastError());
    }
    query.prepare(QStringLiteral(
        "INSERT INTO value (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"));
    for (auto value = values.cbegin(); value != values.cend(); ++value) {
        query.addBindValue(value.key());
        query.addBindValue(blob(value.value()));
        if (!query.exec())
            return sqlError(database, query.lastError());
    }
    query.finish();
    if (Result<void> done = execute(database, "COMMIT"); !done)
        return done.error();
    return true;
}

} // namespace mailhelm::loginstore
