// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/verbatimtable.h"

#include <QSqlError>

#include <cstring>

namespace mailhelm
{

namespace
{

using Kind = DatabaseUrl::Kind;

// SQLITE_CONSTRAINT; SQLSTATE class 23; MariaDB: doubled keys, foreign keys, NULL, CHECK.
bool isConstraint(Kind kind, const QString &code)
{
    if (kind == Kind::Sqlite)
        return (code.toInt() & 0xff) == 19;
    if (kind == Kind::PostgreSql)
        return code.startsWith(QLatin1String("23"));
    static const QList<int> codes { 1022, 1048, 1062, 1169, 1216, 1217, 1451, 1452, 1557, 1586, 1761, 1762, 4025 };
    return codes.contains(code.toInt());
}

Error lockIsUnavailable(Error error)
{
    if (error.code == ErrorCode::Conflict)
        error.code = ErrorCode::Unavailable;
    return error;
}

Error constraintOr(const QSqlDatabase &database, Kind kind, const QSqlError &error, const QByteArray &table)
{
    if (!isConstraint(kind, error.nativeErrorCode()))
        return lockIsUnavailable(sqlError(database, error));
    const QString where = table.isEmpty() ? QString() : QStringLiteral(" in the table ") + QString::fromUtf8(table);
    return { ErrorCode::Conflict,
        QStringLiteral("a constraint of the database stands in the way%1: %2")
            .arg(where, error.databaseText().simplified().left(300)) };
}

QVariant keyed(char kind, const QByteArray &value)
{
    return kind + value;
}

// HEX() of these gives the bytes as they are stored, in whatever character set.
bool isByteType(const QByteArray &type)
{
    static const QList<QByteArray> types { "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum",
        "set", "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" };
    return types.contains(type);
}

} // namespace

Result<QSqlQuery> askSql(const QSqlDatabase &database, const QString &statement, const QVariantList &values)
{
    Result<QSqlQuery> answer = runSql(database, statement, values);
    if (!answer)
        return lockIsUnavailable(answer.error());
    return answer;
}

Result<void> beginVerbatim(QSqlDatabase &database, Kind kind)
{
    QStringList settings;
    switch (kind) {
    case Kind::Sqlite:
        // Asked for now, so that another writer is waited for, and not met half way.
        settings = { QStringLiteral("BEGIN IMMEDIATE") };
        break;
    case Kind::PostgreSql:
        if (!database.transaction())
            return lockIsUnavailable(sqlError(database, database.lastError()));
        settings = { QStringLiteral("SET LOCAL datestyle = 'ISO, YMD'"),
            QStringLiteral("SET LOCAL intervalstyle = 'postgres'"), QStringLiteral("SET LOCAL timezone = 'UTC'"),
            QStringLiteral("SET LOCAL bytea_output = 'hex'"), QStringLiteral("SET LOCAL extra_float_digits = 3") };
        break;
    case Kind::MariaDb:
        settings = { QStringLiteral("SET time_zone = '+00:00'"),
            QStringLiteral("SET sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'") };
        break;
    }
    for (const QString &setting : std::as_const(settings))
        if (const Result<QSqlQuery> set = askSql(database, setting); !set)
            return set.error();
    if (kind == Kind::MariaDb && !database.transaction())
        return lockIsUnavailable(sqlError(database, database.lastError()));
    return {};
}

/// What was set for this transaction alone. (SET LOCAL ends by itself.)
static void restoreSettings(QSqlDatabase &database, Kind kind)
{
    if (kind != Kind::MariaDb)
        return;
    std::ignore = askSql(database, QStringLiteral("SET time_zone = DEFAULT"));
    std::ignore = askSql(database, QStringLiteral("SET sql_mode = DEFAULT"));
}

Result<void> commitVerbatim(QSqlDatabase &database, Kind kind)
{
    Result<void> done;
    if (kind == Kind::Sqlite) {
        QSqlQuery query(database);
        if (!query.exec(QStringLiteral("COMMIT")))
            done = constraintOr(database, kind, query.lastError(), {});
    } else if (!database.commit()) {
        done = constraintOr(database, kind, database.lastError(), {});
    }
    if (!done)
        rollbackVerbatim(database, kind);
    else
        restoreSettings(database, kind);
    return done;
}

void rollbackVerbatim(QSqlDatabase &database, Kind kind)
{
    if (kind == Kind::Sqlite)
        std::ignore = askSql(database, QStringLiteral("ROLLBACK"));
    else
        database.rollback();
    restoreSettings(database, kind);
}

Result<VerbatimTable> VerbatimTable::describe(const QSqlDatabase &database, Kind kind, const QByteArray &table)
{
    VerbatimTable described(database, kind, table);
    const QString name = QString::fromUtf8(table);
    QString sql;
    QVariantList values { name };
    switch (kind) {
    case Kind::Sqlite: // hidden: 2 and 3 are computed
        sql = QStringLiteral("SELECT name, type, '' FROM pragma_table_xinfo(?) WHERE hidden IN (0, 1) ORDER BY cid");
        break;
    case Kind::PostgreSql: // attgenerated is new in 12
        sql = QStringLiteral("SELECT a.attname, format_type(a.atttypid, a.atttypmod), CAST(a.attidentity AS text) "
                             "FROM pg_catalog.pg_attribute a WHERE a.attrelid = to_regclass(CAST(? AS text)) "
                             "AND a.attnum > 0 AND NOT a.attisdropped "
                             "AND COALESCE(to_jsonb(a) ->> 'attgenerated', '') = '' ORDER BY a.attnum");
        values = { described.quoted(table) };
        break;
    case Kind::MariaDb:
        sql = QStringLiteral("SELECT column_name, LOWER(data_type), '' FROM information_schema.columns "
                             "WHERE table_schema = DATABASE() AND table_name = ? "
                             "AND COALESCE(generation_expression, '') = '' ORDER BY ordinal_position");
        break;
    }
    Result<QSqlQuery> query = askSql(database, sql, values);
    if (!query)
        return query.error();
    while (query.value().next())
        described.m_columns.append({ query.value().value(0).toString().toUtf8(),
            query.value().value(1).toString().toUtf8(), query.value().value(2).toString() == QLatin1String("a") });
    if (const Result<void> done = sqlDone(database, query.value()); !done)
        return done.error();
    if (described.m_columns.isEmpty())
        return Error { ErrorCode::NotFound, QStringLiteral("there is no table %1").arg(name) };
    return described;
}

QList<QByteArray> VerbatimTable::columns() const
{
    QList<QByteArray> names;
    for (const Column &each : m_columns)
        names.append(each.name);
    return names;
}

const VerbatimTable::Column *VerbatimTable::column(const QByteArray &name) const
{
    const auto found
        = std::find_if(m_columns.begin(), m_columns.end(), [&](const Column &each) { return each.name == name; });
    return found == m_columns.end() ? nullptr : &*found;
}

Result<void> VerbatimTable::requireColumns(const QList<QByteArray> &columns) const
{
    for (const QByteArray &name : columns)
        if (!column(name))
            return Error {
                ErrorCode::Conflict,
                QStringLiteral("the table %1 has no column %2").arg(QString::fromUtf8(m_name), QString::fromUtf8(name))
            };
    return {};
}

QString VerbatimTable::quoted(const QByteArray &name) const
{
    const QChar quote = m_kind == Kind::MariaDb ? QLatin1Char('`') : QLatin1Char('"');
    QString text = QString::fromUtf8(name);
    text.replace(quote, QString(2, quote));
    return quote + text + quote;
}

QString VerbatimTable::readExpression(const Column &column) const
{
    const QString name = quoted(column.name);
    switch (m_kind) {
    case Kind::Sqlite:
        return QStringLiteral("typeof(%1), CASE typeof(%1) WHEN 'text' THEN CAST(%1 AS BLOB) ELSE %1 END").arg(name);
    case Kind::PostgreSql:
        return QStringLiteral("textsend(CAST(%1 AS text))").arg(name);
    case Kind::MariaDb:
        if (isByteType(column.type))
            return QStringLiteral("HEX(%1)").arg(name);
        if (column.type == "bit")
            return QStringLiteral("CAST(%1 + 0 AS CHAR)").arg(name);
        if (column.type == "float") // as text it would have six digits
            return QStringLiteral("CAST(%1 + 0e0 AS CHAR)").arg(name);
        return QStringLiteral("CAST(%1 AS CHAR)").arg(name);
    }
    return name;
}

VerbatimTable::Placed VerbatimTable::written(const Column &column, const QVariant &value) const
{
    if (!value.isValid() || value.isNull())
        return { QStringLiteral("NULL"), {} };
    const QByteArray bytes = value.toByteArray();
    const char kind = bytes.isEmpty() ? 't' : bytes.front();
    const QByteArray rest = bytes.mid(1);
    switch (m_kind) {
    case Kind::Sqlite:
        if (kind == 'i')
            return { QStringLiteral("?"), { rest.toLongLong() } };
        if (kind == 'r') {
            double number = 0;
            std::memcpy(&number, rest.constData(), std::min<size_t>(sizeof number, size_t(rest.size())));
            return { QStringLiteral("?"), { number } };
        }
        return { kind == 't' ? QStringLiteral("CAST(? AS TEXT)") : QStringLiteral("?"), { rest } };
    case Kind::PostgreSql:
        return { QStringLiteral("CAST(convert_from(CAST(? AS bytea), CASE current_setting('server_encoding') "
                                "WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END) AS %1)")
                     .arg(QString::fromUtf8(column.type)),
            { rest } };
    case Kind::MariaDb:
        // A null string would be bound as NULL: an empty one is not.
        if (kind == 'b')
            return { QStringLiteral("UNHEX(?)"), { QStringLiteral("") + QString::fromLatin1(rest.toHex()) } };
        // Digits into a BIT would be taken for its bytes.
        return { column.type == "bit" ? QStringLiteral("CAST(? AS UNSIGNED)") : QStringLiteral("?"),
            { QStringLiteral("") + QString::fromUtf8(rest) } };
    }
    return {};
}

Result<QList<QVariantList>> VerbatimTable::selectColumns(
    const QList<QByteArray> &columns, const QString &condition, const QVariantList &values) const
{
    QStringList expressions;
    for (const QByteArray &name : columns)
        expressions.append(readExpression(*column(name)));
    Result<QSqlQuery> query = askSql(m_database,
        QStringLiteral("SELECT %1 FROM %2 WHERE (").arg(expressions.join(QLatin1String(", ")), quoted(m_name))
            + condition + QLatin1Char(')'),
        values);
    if (!query)
        return query.error();
    QList<QVariantList> rows;
    QSqlQuery &result = query.value();
    while (result.next()) {
        QVariantList row;
        for (int i = 0; i < columns.size(); ++i) {
            if (m_kind == Kind::Sqlite) {
                const QString type = result.value(2 * i).toString();
                const QVariant value = result.value(2 * i + 1);
                if (type == QLatin1String("null")) {
                    row.append(QVariant());
                } else if (type == QLatin1String("integer")) {
                    row.append(keyed('i', QByteArray::number(value.toLongLong())));
                } else if (type == QLatin1String("real")) {
                    const double number = value.toDouble();
                    row.append(keyed('r', QByteArray(reinterpret_cast<const char *>(&number), sizeof number)));
                } else {
                    row.append(keyed(type == QLatin1String("text") ? 't' : 'b', value.toByteArray()));
                }
                continue;
            }
            const QVariant value = result.value(i);
            if (value.isNull())
                row.append(QVariant());
            else if (m_kind == Kind::PostgreSql)
                row.append(keyed('t', value.toByteArray()));
            else if (isByteType(column(columns.at(i))->type))
                row.append(keyed('b', QByteArray::fromHex(value.toString().toLatin1())));
            else
                row.append(keyed('t', value.toString().toUtf8()));
        }
        rows.append(row);
    }
    if (const Result<void> done = sqlDone(m_database, result); !done)
        return done.error();
    return rows;
}

Result<AccountRows::Rows> VerbatimTable::select(const QString &condition, const QVariantList &values) const
{
    Result<QList<QVariantList>> rows = selectColumns(columns(), condition, values);
    if (!rows)
        return rows.error();
    return AccountRows::Rows { m_name, columns(), std::move(rows).value() };
}

VerbatimTable::Placed VerbatimTable::keyCondition(
    const AccountRows::Rows &rows, qsizetype index, const QList<QByteArray> &key) const
{
    Placed condition;
    QStringList terms;
    for (const QByteArray &name : key) {
        const qsizetype at = rows.columns.indexOf(name);
        const QVariant value = rows.values.at(index).value(at);
        if (!value.isValid() || value.isNull()) {
            terms.append(quoted(name) + QLatin1String(" IS NULL"));
            continue;
        }
        const Placed place = written(*column(name), value);
        terms.append(quoted(name) + QLatin1String(" = ") + place.sql);
        condition.values += place.values;
    }
    condition.sql = terms.join(QLatin1String(" AND "));
    return condition;
}

Result<QList<QVariantList>> VerbatimTable::selectLike(
    const AccountRows::Rows &rows, qsizetype index, const QList<QByteArray> &key) const
{
    const Placed condition = keyCondition(rows, index, key);
    return selectColumns(rows.columns, condition.sql, condition.values);
}

Result<void> VerbatimTable::change(const QString &sql, const QVariantList &values) const
{
    QSqlQuery query(m_database);
    if (!query.prepare(sql))
        return lockIsUnavailable(sqlError(m_database, query.lastError()));
    for (const QVariant &value : values)
        query.addBindValue(value);
    if (!query.exec())
        return constraintOr(m_database, m_kind, query.lastError(), m_name);
    return {};
}

Result<void> VerbatimTable::removeLike(
    const AccountRows::Rows &rows, qsizetype index, const QList<QByteArray> &key) const
{
    const Placed condition = keyCondition(rows, index, key);
    return change(QStringLiteral("DELETE FROM %1 WHERE ").arg(quoted(m_name)) + condition.sql, condition.values);
}

Result<void> VerbatimTable::updateLike(
    const AccountRows::Rows &rows, qsizetype index, const QList<QByteArray> &key) const
{
    QStringList settings;
    QVariantList values;
    for (qsizetype i = 0; i < rows.columns.size(); ++i) {
        const Column &into = *column(rows.columns.at(i));
        if (into.always || key.contains(into.name))
            continue;
        const Placed place = written(into, rows.values.at(index).value(i));
        settings.append(quoted(into.name) + QLatin1String(" = ") + place.sql);
        values += place.values;
    }
    if (settings.isEmpty())
        return {};
    const Placed condition = keyCondition(rows, index, key);
    return change(QStringLiteral("UPDATE %1 SET ").arg(quoted(m_name)) + settings.join(QLatin1String(", "))
            + QLatin1String(" WHERE ") + condition.sql,
        values + condition.values);
}

Result<void> VerbatimTable::insert(const AccountRows::Rows &rows, qsizetype index) const
{
    QStringList names;
    QStringList places;
    QVariantList values;
    bool always = false;
    for (qsizetype i = 0; i < rows.columns.size(); ++i) {
        const Column &into = *column(rows.columns.at(i));
        const Placed place = written(into, rows.values.at(index).value(i));
        names.append(quoted(into.name));
        places.append(place.sql);
        values += place.values;
        always = always || into.always;
    }
    return change(QStringLiteral("INSERT INTO %1 (%2)%3 VALUES (")
                      .arg(quoted(m_name), names.join(QLatin1String(", ")),
                          always ? QStringLiteral(" OVERRIDING SYSTEM VALUE") : QString())
            + places.join(QLatin1String(", ")) + QLatin1Char(')'),
        values);
}

} // namespace mailhelm
