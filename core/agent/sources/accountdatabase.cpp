// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/accountdatabase.h"

#include "core/agent/sources/verbatimtable.h"
#include "core/base/safetext.h"

#include <QSqlError>
#include <QSqlRecord>

#include <array>
#include <functional>

namespace mailhelm::accountdatabase
{

namespace
{

using Kind = DatabaseUrl::Kind;
using Statement = AccountPreset::Statement;

constexpr qsizetype MaxName = 320; ///< bytes: 64 before the @, 255 after it (RFC 5321, 4.5.3.1)

/// Where in the result of `list` each column is; -1: it does not give that.
struct ListColumns {
    int user = -1;
    int state = -1;
    int domainAdmin = -1;
    int created = -1;
    int lastLogin = -1;
    int lastLoginService = -1;
    int lastLoginAddress = -1;
    int mailboxBytes = -1;
    int quotaBytes = -1;
};

Result<ListColumns> columnsOf(const QSqlRecord &record, const QByteArray &preset)
{
    ListColumns columns;
    const std::array<std::pair<const char *, int *>, 9> known { { { "user", &columns.user },
        { "state", &columns.state }, { "domain_admin", &columns.domainAdmin }, { "created", &columns.created },
        { "last_login", &columns.lastLogin }, { "last_login_service", &columns.lastLoginService },
        { "last_login_address", &columns.lastLoginAddress }, { "mailbox_bytes", &columns.mailboxBytes },
        { "quota_bytes", &columns.quotaBytes } } };
    for (int i = 0; i < record.count(); ++i) {
        const QByteArray name = record.fieldName(i).toUtf8();
        const auto found
            = std::find_if(known.begin(), known.end(), [&](const auto &each) { return name == each.first; });
        if (found == known.end())
            return Error { ErrorCode::Unsupported,
                QStringLiteral(
                    "%1: the query list gives a column “%2”, which is none of user, state, domain_admin, "
                    "created, last_login, last_login_service, last_login_address, mailbox_bytes, quota_bytes")
                    .arg(QString::fromUtf8(preset), safeText(name, 60)) };
        *found->second = i;
    }
    if (columns.user < 0)
        return Error { ErrorCode::Unsupported,
            QStringLiteral("%1: the query list gives no column “user”").arg(QString::fromUtf8(preset)) };
    return columns;
}

/// s since 1970 → µs; what cannot be one is not known.
qint64 timeOf(const QVariant &value)
{
    constexpr qint64 MaxSeconds = Q_INT64_C(253'402'300'800); // the year 10000
    bool number = false;
    const qint64 seconds = value.isNull() ? 0 : qint64(value.toDouble(&number));
    return number && seconds > 0 && seconds < MaxSeconds ? seconds * 1'000'000 : 0;
}

std::optional<qint64> bytesOf(const QVariant &value)
{
    bool number = false;
    const qint64 bytes = value.isNull() ? 0 : value.toLongLong(&number);
    return number && bytes >= 0 ? std::optional(bytes) : std::nullopt;
}

std::optional<AccountState> stateOf(const QVariant &value)
{
    if (value.isNull())
        return std::nullopt;
    const QString text = value.toString();
    if (text == QLatin1String("active") || text == QLatin1String("1") || text == QLatin1String("true"))
        return AccountState::Active;
    if (text == QLatin1String("blocked"))
        return AccountState::Blocked;
    if (text == QLatin1String("disabled") || text == QLatin1String("0") || text == QLatin1String("false"))
        return AccountState::Disabled;
    return std::nullopt;
}

QVariant cell(const QSqlQuery &query, int column)
{
    return column < 0 ? QVariant() : query.value(column);
}

/// A name by which the database finds exactly this row again.
bool isUsable(const QByteArray &utf8)
{
    const QString name = QString::fromUtf8(utf8);
    return !utf8.isEmpty() && utf8.size() <= MaxName && !name.contains(QChar(QChar::ReplacementCharacter))
        && validUtf8(utf8) == utf8;
}

QString describe(const QByteArray &user)
{
    return safeText(user, 100);
}

Error conflict(const QByteArray &user, const char *what, const QString &why)
{
    return { ErrorCode::Conflict,
        QStringLiteral("%1 cannot be %2: %3").arg(describe(user), QString::fromLatin1(what), why) };
}

Result<void> runAll(QSqlDatabase &database, const QList<Statement> &statements, const QByteArray &user)
{
    for (const Statement &statement : statements)
        if (const Result<QSqlQuery> done = askSql(database, statement.sql, statement.values(user)); !done)
            return done.error();
    return {};
}

/// Runs `work` in a transaction: committed where it succeeds, else nothing of it is left.
Result<void> transact(QSqlDatabase &database, Kind kind, const std::function<Result<void>()> &work)
{
    if (const Result<void> begun = beginVerbatim(database, kind); !begun)
        return begun;
    if (const Result<void> done = work(); !done) {
        rollbackVerbatim(database, kind);
        return done;
    }
    return commitVerbatim(database, kind);
}

/// nullopt: the table is optional and not there.
Result<std::optional<VerbatimTable>> tableOf(const QSqlDatabase &database, Kind kind, const AccountPreset::Rows &rows)
{
    Result<VerbatimTable> table = VerbatimTable::describe(database, kind, rows.table);
    if (!table && table.error().code == ErrorCode::NotFound && rows.optional)
        return std::optional<VerbatimTable>();
    if (!table && table.error().code == ErrorCode::NotFound)
        return Error { ErrorCode::Unsupported,
            QStringLiteral("the database has no table %1").arg(QString::fromUtf8(rows.table)) };
    if (!table)
        return table.error();
    if (const Result<void> key = table.value().requireColumns(rows.key); !key)
        return Error { ErrorCode::Unsupported, key.error().detail };
    return std::optional(std::move(table).value());
}

const AccountPreset::Rows *presetRows(const AccountPreset &preset, const QByteArray &table)
{
    const auto found = std::find_if(
        preset.rows.begin(), preset.rows.end(), [&](const AccountPreset::Rows &rows) { return rows.table == table; });
    return found == preset.rows.end() ? nullptr : &*found;
}

/// Whether the key of row `index` of `rows` is also that of a row of `among`.
bool hasKey(
    const AccountRows::Rows &rows, qsizetype index, const AccountRows::Rows &among, const QList<QByteArray> &key)
{
    return std::any_of(among.values.begin(), among.values.end(), [&](const QVariantList &other) {
        return std::all_of(key.begin(), key.end(), [&](const QByteArray &column) {
            return rows.values.at(index).value(rows.columns.indexOf(column))
                == other.value(among.columns.indexOf(column));
        });
    });
}

Result<bool> exists(QSqlDatabase &database, const AccountPreset &preset, const QByteArray &user)
{
    if (!isUsable(user))
        return false;
    if (preset.rows.isEmpty())
        return Error { ErrorCode::Unsupported, QStringLiteral("no query tells where an account is (-- name: rows)") };
    const AccountPreset::Rows &main = preset.rows.first();
    const QString quote = preset.kind == Kind::MariaDb ? QStringLiteral("`") : QStringLiteral("\"");
    Result<QSqlQuery> query = askSql(database,
        QStringLiteral("SELECT 1 FROM %1 WHERE (").arg(quote + QString::fromUtf8(main.table) + quote) + main.where.sql
            + QLatin1Char(')'),
        main.where.values(user));
    if (!query)
        return query.error();
    const bool found = query.value().next();
    if (const Result<void> done = sqlDone(database, query.value()); !done)
        return done.error();
    return found;
}

Error noSuch(const QByteArray &user)
{
    return { ErrorCode::NotFound, QStringLiteral("there is no account %1").arg(describe(user)) };
}

Result<void> requireThere(QSqlDatabase &database, const AccountPreset &preset, const QByteArray &user)
{
    const Result<bool> there = exists(database, preset, user);
    if (!there)
        return there.error();
    return there.value() ? Result<void>() : noSuch(user);
}

/// One table of an account that comes back: what of it is there already.
struct Returning {
    VerbatimTable table;
    const AccountRows::Rows *rows;
    QList<QByteArray> key;
    bool replaces; ///< what the server wrote there meanwhile makes way
    QList<qsizetype> missing;
};

/// Where nothing of `rows` is there, or exactly it, it can be put back.
Result<Returning> lookAt(
    QSqlDatabase &database, const AccountPreset &preset, const AccountRows &account, const AccountRows::Rows &rows)
{
    const AccountPreset::Rows *known = presetRows(preset, rows.table);
    if (!known)
        return conflict(account.user, "restored",
            QStringLiteral("the table %1 is none that an account is kept in").arg(QString::fromUtf8(rows.table)));
    Result<VerbatimTable> table = VerbatimTable::describe(database, preset.kind, rows.table);
    if (!table && table.error().code != ErrorCode::NotFound)
        return table.error();
    Result<void> fits = table ? table.value().requireColumns(rows.columns) : Result<void>(table.error());
    for (const QByteArray &column : known->key)
        if (fits && !rows.columns.contains(column))
            fits = Error { ErrorCode::Conflict,
                QStringLiteral("the rows kept of %1 have no column %2")
                    .arg(QString::fromUtf8(rows.table), QString::fromUtf8(column)) };
    if (!fits)
        return conflict(account.user, "restored", fits.error().detail);
    Returning returning { std::move(table).value(), &rows, known->key, known->live, {} };
    for (qsizetype i = 0; i < rows.values.size(); ++i) {
        Result<QList<QVariantList>> present = returning.table.selectLike(rows, i, known->key);
        if (!present)
            return present.error();
        if (present.value().contains(rows.values.at(i)))
            continue;
        if (!present.value().isEmpty() && !known->live)
            return conflict(account.user, "restored",
                QStringLiteral("the table %1 has another row in its place by now (the same %2)")
                    .arg(QString::fromUtf8(rows.table), QString::fromUtf8(known->key.join(", "))));
        returning.missing.append(i);
    }
    return returning;
}

Result<void> requireFree(QSqlDatabase &database, const AccountPreset &preset, const QByteArray &user)
{
    for (const Statement &statement : preset.taken) {
        Result<QSqlQuery> query = askSql(database, statement.sql, statement.values(user));
        if (!query)
            return query.error();
        if (query.value().next())
            return conflict(user, "restored", safeText(query.value().value(0).toString(), 200));
        if (const Result<void> done = sqlDone(database, query.value()); !done)
            return done;
    }
    return {};
}

} // namespace

Result<Listing> list(QSqlDatabase &database, const AccountPreset &preset)
{
    Result<QSqlQuery> answer = runSql(database, preset.list.sql);
    if (!answer)
        return answer.error();
    QSqlQuery &query = answer.value();
    const Result<ListColumns> columns = columnsOf(query.record(), preset.name);
    if (!columns)
        return columns.error();
    const ListColumns &at = columns.value();
    Listing listing;
    listing.hasSizes = at.mailboxBytes >= 0;
    while (query.next()) {
        const QString name = query.value(at.user).toString();
        Account account;
        account.user = name.toUtf8();
        if (!isUsable(account.user)) {
            ++listing.leftOut;
            if (listing.example.isEmpty())
                listing.example = safeText(name, 60).toUtf8();
            continue;
        }
        account.state = stateOf(cell(query, at.state));
        if (const QVariant admin = cell(query, at.domainAdmin); !admin.isNull())
            account.domainAdmin = admin.toBool();
        account.created = timeOf(cell(query, at.created));
        account.lastLogin = timeOf(cell(query, at.lastLogin));
        if (account.lastLogin != 0) {
            account.lastLoginService = validUtf8(cell(query, at.lastLoginService).toString().toUtf8(), 64);
            if (const auto address = Address::parse(cell(query, at.lastLoginAddress).toString().toUtf8()))
                account.lastLoginAddress = *address;
        }
        account.mailboxBytes = bytesOf(cell(query, at.mailboxBytes));
        account.quotaBytes = bytesOf(cell(query, at.quotaBytes));
        listing.accounts.append(std::move(account));
    }
    if (const Result<void> done = sqlDone(database, query); !done)
        return done.error();
    return listing;
}

Result<Listing> listAt(const DatabaseUrl &url, const AccountPreset &preset)
{
    const QString connection = QStringLiteral("mailhelm accounts, once");
    Result<Listing> listing = [&]() -> Result<Listing> {
        Result<QSqlDatabase> database = openSqlDatabase(url, connection, 5000);
        if (!database)
            return database.error();
        return list(database.value(), preset);
    }();
    closeSqlDatabase(connection);
    return listing;
}

Result<void> setState(QSqlDatabase &database, const AccountPreset &preset, const QByteArray &user, AccountState state)
{
    if (const QByteArray why = preset.stateRefusal(state); !why.isEmpty())
        return Error { ErrorCode::Unsupported, QString::fromUtf8(why) };
    return transact(database, preset.kind, [&]() -> Result<void> {
        const Result<void> there = requireThere(database, preset, user);
        return there ? runAll(database, preset.statementsFor(state), user) : there;
    });
}

Result<void> revert(
    QSqlDatabase &database, const AccountPreset &preset, const AccountRows &account, AccountState before)
{
    return transact(database, preset.kind, [&]() -> Result<void> {
        if (const Result<void> there = requireThere(database, preset, account.user); !there)
            return there;
        // One's own queries may change what no part rows names; what is named is put back to the byte.
        if (const Result<void> done = runAll(database, preset.statementsFor(before), account.user); !done)
            return done;
        for (const AccountRows::Rows &rows : account.tables) {
            const AccountPreset::Rows *known = presetRows(preset, rows.table);
            if (!known || known->live) // what the server wrote there meanwhile is right
                continue;
            const Result<VerbatimTable> table = VerbatimTable::describe(database, preset.kind, rows.table);
            if (!table)
                return table.error();
            if (const Result<void> fits = table.value().requireColumns(rows.columns + known->key); !fits)
                return fits;
            for (qsizetype i = 0; i < rows.values.size(); ++i) {
                const Result<QList<QVariantList>> present = table.value().selectLike(rows, i, known->key);
                if (!present)
                    return present.error();
                if (present.value().contains(rows.values.at(i)))
                    continue;
                if (const Result<void> put = table.value().updateLike(rows, i, known->key); !put)
                    return put;
            }
        }
        return {};
    });
}

Result<AccountRows> read(QSqlDatabase &database, const AccountPreset &preset, const QByteArray &user)
{
    AccountRows account;
    account.user = user;
    // A transaction, so that all tables are seen as they were at one moment, in written forms that are exact.
    const Result<void> done = transact(database, preset.kind, [&]() -> Result<void> {
        if (const Result<void> there = requireThere(database, preset, user); !there)
            return there;
        for (const AccountPreset::Rows &rows : preset.rows) {
            const Result<std::optional<VerbatimTable>> table = tableOf(database, preset.kind, rows);
            if (!table)
                return table.error();
            if (!table.value())
                continue;
            Result<AccountRows::Rows> found = table.value()->select(rows.where.sql, rows.where.values(user));
            if (!found)
                return found.error();
            if (!found.value().values.isEmpty())
                account.tables.append(std::move(found).value());
        }
        if (!preset.mail)
            return {};
        Result<QSqlQuery> mail = askSql(database, preset.mail->sql, preset.mail->values(user));
        if (!mail)
            return mail.error();
        if (mail.value().next())
            account.mail = mail.value().value(0).toString().toUtf8();
        return sqlDone(database, mail.value());
    });
    if (!done)
        return done.error();
    return account;
}

Result<void> remove(QSqlDatabase &database, const AccountPreset &preset, const AccountRows &account)
{
    if (!isUsable(account.user))
        return {};
    return transact(database, preset.kind, [&]() -> Result<void> {
        bool itself = false;
        for (auto known = preset.rows.rbegin(); known != preset.rows.rend(); ++known) {
            const Result<std::optional<VerbatimTable>> table = tableOf(database, preset.kind, *known);
            if (!table)
                return table.error();
            if (!table.value())
                continue;
            const Result<AccountRows::Rows> present
                = table.value()->select(known->where.sql, known->where.values(account.user));
            if (!present)
                return present.error();
            const auto kept = std::find_if(account.tables.begin(), account.tables.end(),
                [&](const AccountRows::Rows &rows) { return rows.table == known->table; });
            for (qsizetype i = 0; i < present.value().values.size(); ++i) {
                if (!known->live && (kept == account.tables.end() || !hasKey(present.value(), i, *kept, known->key)))
                    return conflict(account.user, "deleted",
                        QStringLiteral("it has got a row in the table %1 since it was read")
                            .arg(QString::fromUtf8(known->table)));
                if (const Result<void> removed = table.value()->removeLike(present.value(), i, known->key); !removed)
                    return removed.error().code == ErrorCode::Conflict
                        ? conflict(account.user, "deleted", removed.error().detail)
                        : removed;
            }
            itself = &*known == &preset.rows.first() && !present.value().values.isEmpty();
        }
        return itself ? runAll(database, preset.removed, account.user) : Result<void>();
    });
}

Result<void> restore(QSqlDatabase &database, const AccountPreset &preset, const AccountRows &account)
{
    return transact(database, preset.kind, [&]() -> Result<void> {
        std::vector<Returning> tables;
        bool itself = false;
        for (const AccountRows::Rows &rows : account.tables) {
            Result<Returning> returning = lookAt(database, preset, account, rows);
            if (!returning)
                return returning.error();
            itself = itself || (rows.table == preset.rows.first().table && !returning.value().missing.isEmpty());
            tables.push_back(std::move(returning).value());
        }
        if (itself)
            if (const Result<void> free = requireFree(database, preset, account.user); !free)
                return free;
        for (const Returning &each : tables) {
            for (const qsizetype row : each.missing) {
                Result<void> put = each.replaces ? each.table.removeLike(*each.rows, row, each.key) : Result<void>();
                if (put)
                    put = each.table.insert(*each.rows, row);
                if (!put)
                    return put.error().code == ErrorCode::Conflict
                        ? conflict(account.user, "restored", put.error().detail)
                        : put;
            }
        }
        return itself ? runAll(database, preset.restored, account.user) : Result<void>();
    });
}

} // namespace mailhelm::accountdatabase
