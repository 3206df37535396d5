// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/accountsource.h"
#include "core/agent/sources/sqldatabase.h"

#include <QSqlDatabase>

namespace mailhelm
{

/// One table of somebody else's database, whose rows are read and put back exactly as they are: NULL, blobs, booleans,
/// fractions of seconds, text that is not UTF-8. The driver's own conversions lose some of these, so the database
/// itself is asked for its written form, and given that back.
///
/// A value is NULL (an invalid QVariant) or a QByteArray: a byte for its kind, then the value. i: whole number in
/// digits, r: double, 8 bytes as in memory, t: text or the type's written form, b: bytes. Nobody else looks into it.
///
/// Belongs to the thread of its connection. Within a transaction that beginVerbatim() began.
class VerbatimTable
{
public:
    /// NotFound: there is no such table.
    static Result<VerbatimTable> describe(
        const QSqlDatabase &database, DatabaseUrl::Kind kind, const QByteArray &table);

    [[nodiscard]] const QByteArray &name() const { return m_name; }
    /// Without those that the database computes.
    [[nodiscard]] QList<QByteArray> columns() const;
    /// Conflict: the table has no such column.
    [[nodiscard]] Result<void> requireColumns(const QList<QByteArray> &columns) const;

    [[nodiscard]] Result<AccountRows::Rows> select(const QString &condition, const QVariantList &values) const;
    /// The rows that have the same `key` as row `index` of `rows`, with the columns of `rows`.
    [[nodiscard]] Result<QList<QVariantList>> selectLike(
        const AccountRows::Rows &rows, qsizetype index, const QList<QByteArray> &key) const;
    Result<void> removeLike(const AccountRows::Rows &rows, qsizetype index, const QList<QByteArray> &key) const;
    /// Gives those rows all other values of row `index`. Conflict: a constraint of the database stands in the way.
    Result<void> updateLike(const AccountRows::Rows &rows, qsizetype index, const QList<QByteArray> &key) const;
    /// Conflict as above.
    Result<void> insert(const AccountRows::Rows &rows, qsizetype index) const;

private:
    struct Column {
        QByteArray name;
        QByteArray type; ///< as the database calls it
        bool always = false; ///< PostgreSQL: GENERATED ALWAYS AS IDENTITY
    };
    struct Placed {
        QString sql;
        QVariantList values;
    };

    VerbatimTable(const QSqlDatabase &database, DatabaseUrl::Kind kind, QByteArray table)
        : m_database(database)
        , m_kind(kind)
        , m_name(std::move(table))
    {
    }

    [[nodiscard]] QString quoted(const QByteArray &name) const;
    [[nodiscard]] const Column *column(const QByteArray &name) const;
    [[nodiscard]] QString readExpression(const Column &column) const;
    [[nodiscard]] Placed written(const Column &column, const QVariant &value) const;
    [[nodiscard]] Placed keyCondition(
        const AccountRows::Rows &rows, qsizetype index, const QList<QByteArray> &key) const;
    [[nodiscard]] Result<QList<QVariantList>> selectColumns(
        const QList<QByteArray> &columns, const QString &condition, const QVariantList &values) const;
    Result<void> change(const QString &sql, const QVariantList &values) const;

    QSqlDatabase m_database;
    DatabaseUrl::Kind m_kind;
    QByteArray m_name;
    QList<Column> m_columns;
};

/// runSql(), but where another program holds a lock it says Unavailable: to whoever changes accounts, Conflict means
/// that something stands in the way for good.
Result<QSqlQuery> askSql(const QSqlDatabase &database, const QString &statement, const QVariantList &values = {});

/// Begins a transaction that may write, with the settings under which written forms are exact.
Result<void> beginVerbatim(QSqlDatabase &database, DatabaseUrl::Kind kind);
/// Ends it. Conflict: a constraint that the database checks only now. Rolled back where it fails.
Result<void> commitVerbatim(QSqlDatabase &database, DatabaseUrl::Kind kind);
void rollbackVerbatim(QSqlDatabase &database, DatabaseUrl::Kind kind);

} // namespace mailhelm
