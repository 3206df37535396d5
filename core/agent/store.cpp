// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/store.h"

#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

#include <array>

namespace mailhelm
{

namespace
{

constexpr int SchemaVersion = 2;

/// What makes each version of the one before; a new store goes through all of them.
const std::array<QList<const char *>, SchemaVersion> Upgrades { {
    {
        "CREATE TABLE value (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, admin BLOB NOT NULL, "
        "action BLOB NOT NULL, target BLOB NOT NULL, outcome BLOB NOT NULL, detail BLOB NOT NULL)",
    },
    {
        "CREATE TABLE deletion (number INTEGER PRIMARY KEY AUTOINCREMENT, goal INTEGER NOT NULL, step INTEGER NOT "
        "NULL, user BLOB NOT NULL, rows BLOB NOT NULL, before INTEGER NOT NULL, archive BLOB NOT NULL, archived "
        "INTEGER NOT NULL, bytes INTEGER NOT NULL, admin BLOB NOT NULL, reason BLOB NOT NULL, time INTEGER NOT NULL, "
        "purge INTEGER NOT NULL)",
    },
} };

Error sqlError(const QString &file, const QSqlError &error)
{
    const QString text = error.databaseText().simplified();
    // SQLite's primary result codes (sqlite.org/rescode.html): SQLITE_CORRUPT and SQLITE_NOTADB.
    const int code = error.nativeErrorCode().toInt() & 0xff;
    if (code == 11 || code == 26)
        return { ErrorCode::Corrupt,
            QStringLiteral("%1 is damaged (%2), and is left as it is. It holds the audit: put it back from a backup, "
                           "or keep it aside and begin a new one: mv %1 %1.damaged")
                .arg(file, text) };
    return { ErrorCode::Io, QStringLiteral("%1: %2").arg(file, text) };
}

} // namespace

Store::~Store()
{
    if (m_connection.isEmpty())
        return;
    QSqlDatabase::database(m_connection, false).close();
    QSqlDatabase::removeDatabase(m_connection);
}

Result<void> Store::open(const QString &folder)
{
    m_file = folder + QStringLiteral("/mailhelmd.db");
    if (!QFile::exists(m_file)) {
        QFile file(m_file); // made by us first, so that nobody else can read it for a moment
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner))
            return Error { ErrorCode::Io, QStringLiteral("%1 cannot be made: %2").arg(m_file, file.errorString()) };
    }
    m_connection = QStringLiteral("mailhelm-store-") + QUuid::createUuid().toString(QUuid::Id128);
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    database.setDatabaseName(m_file);
    if (!database.open())
        return sqlError(m_file, database.lastError());
    for (const char *pragma :
        { "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA busy_timeout = 3000" })
        if (Result<void> done = execute(QString::fromLatin1(pragma)); !done)
            return done;
    QSqlQuery version(database);
    if (!version.exec(QStringLiteral("PRAGMA user_version")) || !version.next())
        return sqlError(m_file, version.lastError());
    const int found = version.value(0).toInt();
    version.finish();
    if (found > SchemaVersion)
        return Error { ErrorCode::Unsupported,
            QStringLiteral(
                "%1 was written by a newer mailhelmd (version %2, this one knows %3). Install the newer one again.")
                .arg(m_file, QString::number(found), QString::number(SchemaVersion)) };
    return inTransaction([this, found]() -> Result<void> {
        for (int next = found; next < SchemaVersion; ++next)
            for (const char *sql : Upgrades[size_t(next)])
                if (Result<void> done = execute(QString::fromLatin1(sql)); !done)
                    return done;
        return execute(QStringLiteral("PRAGMA user_version = %1").arg(SchemaVersion));
    });
}

Error Store::failure(const QSqlError &error) const
{
    return sqlError(m_file, error);
}

Result<void> Store::execute(const QString &sql)
{
    QSqlQuery query(QSqlDatabase::database(m_connection));
    if (!query.exec(sql))
        return sqlError(m_file, query.lastError());
    return {};
}

Result<void> Store::inTransaction(const std::function<Result<void>()> &work)
{
    QSqlDatabase database = QSqlDatabase::database(m_connection);
    if (Result<void> begun = execute(QStringLiteral("BEGIN IMMEDIATE")); !begun)
        return begun;
    Result<void> done = work();
    if (done)
        done = execute(QStringLiteral("COMMIT"));
    if (!done) {
        QSqlQuery rollback(database);
        rollback.exec(QStringLiteral("ROLLBACK"));
    }
    return done;
}

Result<std::optional<QByteArray>> Store::value(const QString &key) const
{
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.prepare(QStringLiteral("SELECT value FROM value WHERE key = ?"));
    query.addBindValue(key);
    if (!query.exec())
        return sqlError(m_file, query.lastError());
    if (query.next())
        return std::optional(query.value(0).toByteArray());
    if (query.lastError().isValid())
        return sqlError(m_file, query.lastError());
    return std::optional<QByteArray>();
}

Result<void> Store::setValue(const QString &key, const QByteArray &value)
{
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.prepare(QStringLiteral(
        "INSERT INTO value (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"));
    query.addBindValue(key);
    query.addBindValue(value);
    if (!query.exec())
        return sqlError(m_file, query.lastError());
    return {};
}

Result<qint64> Store::nextStart()
{
    const Result<std::optional<QByteArray>> last = value(QStringLiteral("start"));
    if (!last)
        return last.error();
    const qint64 start = last.value().value_or("0").toLongLong() + 1;
    if (Result<void> stored = setValue(QStringLiteral("start"), QByteArray::number(start)); !stored)
        return stored.error();
    return start;
}

Result<void> Store::append(QList<AuditEntry> &entries)
{
    return inTransaction([&]() -> Result<void> {
        QSqlQuery query(QSqlDatabase::database(m_connection));
        query.prepare(QStringLiteral(
            "INSERT INTO audit (time, admin, action, target, outcome, detail) VALUES (?, ?, ?, ?, ?, ?)"));
        for (AuditEntry &entry : entries) {
            query.addBindValue(entry.time);
            for (const QByteArray *text : { &entry.admin, &entry.action, &entry.target, &entry.outcome, &entry.detail })
                query.addBindValue(text->isNull() ? QByteArray("") : *text);
            if (!query.exec())
                return sqlError(m_file, query.lastError());
            entry.number = query.lastInsertId().toLongLong();
        }
        return {};
    });
}

Result<void> Store::complete(const QList<AuditEntry> &entries)
{
    return inTransaction([&]() -> Result<void> {
        QSqlQuery query(QSqlDatabase::database(m_connection));
        query.prepare(QStringLiteral("UPDATE audit SET outcome = ?, detail = ? WHERE number = ?"));
        for (const AuditEntry &entry : entries) {
            query.addBindValue(entry.outcome.isNull() ? QByteArray("") : entry.outcome);
            query.addBindValue(entry.detail.isNull() ? QByteArray("") : entry.detail);
            query.addBindValue(entry.number);
            if (!query.exec())
                return sqlError(m_file, query.lastError());
        }
        return {};
    });
}

Result<QList<AuditEntry>> Store::newest(int limit) const
{
    QList<AuditEntry> entries;
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.setForwardOnly(true);
    query.prepare(QStringLiteral(
        "SELECT number, time, admin, action, target, outcome, detail FROM audit ORDER BY number DESC LIMIT ?"));
    query.addBindValue(limit);
    if (!query.exec())
        return sqlError(m_file, query.lastError());
    while (query.next())
        entries.prepend({ query.value(0).toLongLong(), query.value(1).toLongLong(), query.value(2).toByteArray(),
            query.value(3).toByteArray(), query.value(4).toByteArray(), query.value(5).toByteArray(),
            query.value(6).toByteArray() });
    if (query.lastError().isValid())
        return sqlError(m_file, query.lastError());
    return entries;
}

} // namespace mailhelm
