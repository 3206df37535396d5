// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/store.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

namespace mailhelm
{

namespace
{

QByteArray some(const QByteArray &bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes; // a null one would be NULL
}

} // namespace

Result<void> Store::add(QList<Deletion> &deletions)
{
    return inTransaction([&]() -> Result<void> {
        QSqlQuery query(QSqlDatabase::database(m_connection));
        query.prepare(
            QStringLiteral("INSERT INTO deletion (goal, step, user, rows, before, archive, archived, bytes, admin, "
                           "reason, time, purge) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
        for (Deletion &deletion : deletions) {
            query.addBindValue(int(deletion.goal));
            query.addBindValue(int(deletion.step));
            query.addBindValue(some(deletion.rows.user));
            query.addBindValue(encodeRows(deletion.rows));
            query.addBindValue(int(deletion.before));
            query.addBindValue(some(deletion.archive));
            query.addBindValue(deletion.archived ? 1 : 0);
            query.addBindValue(deletion.bytes);
            query.addBindValue(some(deletion.admin));
            query.addBindValue(some(deletion.reason));
            query.addBindValue(deletion.time);
            query.addBindValue(deletion.purge);
            if (!query.exec())
                return failure(query.lastError());
            deletion.number = query.lastInsertId().toLongLong();
        }
        return {};
    });
}

Result<void> Store::update(const Deletion &deletion)
{
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.prepare(
        QStringLiteral("UPDATE deletion SET goal = ?, step = ?, archived = ?, bytes = ?, purge = ? WHERE number = ?"));
    query.addBindValue(int(deletion.goal));
    query.addBindValue(int(deletion.step));
    query.addBindValue(deletion.archived ? 1 : 0);
    query.addBindValue(deletion.bytes);
    query.addBindValue(deletion.purge);
    query.addBindValue(deletion.number);
    if (!query.exec())
        return failure(query.lastError());
    if (query.numRowsAffected() != 1)
        return Error { ErrorCode::NotFound, QStringLiteral("%1 has no such deletion any more.").arg(m_file) };
    return {};
}

Result<void> Store::remove(const Deletion &deletion)
{
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.prepare(QStringLiteral("DELETE FROM deletion WHERE number = ?"));
    query.addBindValue(deletion.number);
    return query.exec() ? Result<void>() : Result<void>(failure(query.lastError()));
}

Result<QList<Deletion>> Store::deletions() const
{
    QList<Deletion> deletions;
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.setForwardOnly(true);
    if (!query.exec(QStringLiteral("SELECT number, goal, step, rows, before, archive, archived, bytes, admin, reason, "
                                   "time, purge FROM deletion ORDER BY number")))
        return failure(query.lastError());
    while (query.next()) {
        Deletion deletion;
        Result<AccountRows> rows = decodeRows(query.value(3).toByteArray());
        if (!rows)
            return rows.error();
        deletion.number = query.value(0).toLongLong();
        deletion.goal = Deletion::Goal(query.value(1).toInt());
        deletion.step = Deletion::Step(query.value(2).toInt());
        deletion.rows = std::move(rows).value();
        deletion.before = AccountState(query.value(4).toInt());
        deletion.archive = query.value(5).toByteArray();
        deletion.archived = query.value(6).toInt() != 0;
        deletion.bytes = query.value(7).toLongLong();
        deletion.admin = query.value(8).toByteArray();
        deletion.reason = query.value(9).toByteArray();
        deletion.time = query.value(10).toLongLong();
        deletion.purge = query.value(11).toLongLong();
        deletions.append(deletion);
    }
    if (query.lastError().isValid())
        return failure(query.lastError());
    return deletions;
}

} // namespace mailhelm
