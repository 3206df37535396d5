// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/roundcubequery.h"

#include "core/agent/sources/phpsession.h"

#include <QFileInfo>
#include <QUrl>

#include <cstring>

namespace mailhelm
{

namespace
{

using Kind = DatabaseUrl::Kind;

constexpr qint64 Second = 1'000'000;
/// `changed` may count whole seconds: content that was read so soon may change again without it.
constexpr qint64 SettleUs = 2 * Second;
/// Who is logged in stands near the beginning; what grows (folders, searches, a message that is being written) follows.
constexpr qsizetype FirstBytes = 16 * 1024; // of base64: a multiple of four
constexpr qsizetype MostBytes = 4 * 1024 * 1024;

QString quoted(Kind kind, const QString &name)
{
    // A configured prefix is no place for quotation marks of any kind.
    QString clean = name;
    clean.remove(QLatin1Char('"')).remove(QLatin1Char('`'));
    return kind == Kind::MariaDb ? QLatin1Char('`') + clean + QLatin1Char('`')
                                 : QLatin1Char('"') + clean + QLatin1Char('"');
}

QString tableName(Kind kind, const QByteArray &prefix)
{
    const QString name = QString::fromUtf8(prefix) + QStringLiteral("session");
    const qsizetype dot = name.indexOf(QLatin1Char('.'));
    if (kind == Kind::PostgreSql && dot > 0)
        return quoted(kind, name.first(dot)) + QLatin1Char('.') + quoted(kind, name.sliced(dot + 1));
    return quoted(kind, name);
}

/// id, changed as text, age in seconds, address. Ages are the database's own arithmetic: no zone comes into it.
QString listStatement(Kind kind, const QString &table, qint64 lifetimeUs)
{
    const QString seconds = QString::number(lifetimeUs / Second);
    switch (kind) {
    case Kind::Sqlite: // changed is UTC: Roundcube writes datetime('now')
        return QStringLiteral("SELECT sess_id, changed, CAST(strftime('%s', 'now') AS INTEGER) - "
                              "CAST(strftime('%s', changed) AS INTEGER), ip FROM %1 "
                              "WHERE changed >= datetime('now', '-%2 seconds')")
            .arg(table, seconds);
    case Kind::PostgreSql:
        return QStringLiteral("SELECT sess_id, CAST(changed AS text), "
                              "CAST(EXTRACT(EPOCH FROM now() - changed) AS double precision), ip FROM %1 "
                              "WHERE changed >= now() - interval '%2 seconds'")
            .arg(table, seconds);
    case Kind::MariaDb:
        return QStringLiteral("SELECT sess_id, CAST(changed AS CHAR), TIMESTAMPDIFF(SECOND, changed, NOW()), ip "
                              "FROM %1 WHERE changed >= NOW() - INTERVAL %2 SECOND")
            .arg(table, seconds);
    }
    return {};
}

} // namespace

RoundcubeQuery::RoundcubeQuery(Kind kind, const QByteArray &tablePrefix, qint64 lifetimeMs)
    : m_kind(kind)
    , m_lifetimeUs(lifetimeMs * 1'000)
    , m_table(tableName(kind, tablePrefix))
    , m_list(listStatement(kind, m_table, m_lifetimeUs))
{
}

Result<RoundcubeQuery::Listing> RoundcubeQuery::list(
    QSqlDatabase &database, const Rows &known, const Clock &clock) const
{
    Listing listing;
    Result<QSqlQuery> query = runSql(database, m_list);
    if (!query)
        return query.error();
    listing.time = clock.nowUs();
    listing.rows.reserve(known.size());
    while (query.value().next()) {
        const QByteArray id = query.value().value(0).toString().toUtf8();
        const QByteArray changed = query.value().value(1).toString().toUtf8();
        Row row = known.value(id);
        if (row.changed != changed) {
            const double age = query.value().value(2).toDouble();
            row.changed = changed;
            row.settled = false;
            row.session.id = id;
            row.session.lastActive = listing.time - std::max<qint64>(0, qint64(age * double(Second)));
            row.session.expires = row.session.lastActive + m_lifetimeUs;
            row.session.address = Address::parse(query.value().value(3).toByteArray().trimmed()).value_or(Address());
        }
        if (!row.settled) {
            listing.unread.append(id);
            row.settled = row.session.lastActive <= listing.time - SettleUs;
        }
        listing.rows.insert(id, row);
    }
    if (Result<void> done = sqlDone(database, query.value()); !done)
        return done.error();
    listing.endRefusal = whyNotEnd(database);
    return listing;
}

Result<RoundcubeQuery::Rows> RoundcubeQuery::read(
    QSqlDatabase &database, const Rows &rows, const QList<QByteArray> &ids) const
{
    QList<QByteArray> cut;
    Result<QHash<QByteArray, Content>> first = contents(database, ids, FirstBytes, &cut);
    if (!first)
        return first.error();
    QHash<QByteArray, Content> found = std::move(first).value();
    for (const QByteArray &id : std::as_const(cut)) { // one by one: each may be large
        Result<QHash<QByteArray, Content>> whole = contents(database, { id }, MostBytes, nullptr);
        if (!whole)
            return whole.error();
        found.insert(whole.value());
    }
    Rows read;
    for (auto it = found.cbegin(); it != found.cend(); ++it) {
        Row row = rows.value(it.key());
        const bool loggedIn = it->user && !it->user->isEmpty();
        // The web server's clock may be ahead of the database's. Once said, it stays.
        if (row.session.user != it->user || row.loginTime != it->loginTime || row.session.started == 0)
            row.session.started = loggedIn ? std::min(it->loginTime, row.session.lastActive) : 0;
        row.session.user = it->user;
        row.loginTime = it->loginTime;
        read.insert(it.key(), row);
    }
    return read;
}

Result<QHash<QByteArray, RoundcubeQuery::Content>> RoundcubeQuery::contents(
    QSqlDatabase &database, const QList<QByteArray> &ids, qsizetype most, QList<QByteArray> *cut) const
{
    QStringList marks;
    QVariantList values;
    for (const QByteArray &id : ids) {
        marks.append(QStringLiteral("?"));
        values.append(QString::fromUtf8(id));
    }
    Result<QSqlQuery> query = runSql(database,
        QStringLiteral("SELECT sess_id, substr(vars, 1, %1) FROM %2 WHERE sess_id IN (%3)")
            .arg(QString::number(most), m_table, marks.join(QLatin1Char(','))),
        values);
    if (!query)
        return query.error();
    QHash<QByteArray, Content> found;
    while (query.value().next()) {
        const QByteArray id = query.value().value(0).toString().toUtf8();
        QByteArray encoded = query.value().value(1).toByteArray();
        QByteArray bytes = QByteArray::fromBase64(encoded);
        const PhpSession session = readPhpSession(bytes);
        const bool partial = encoded.size() >= most;
        // There is an encrypted password in it, and tokens that open the session.
        explicit_bzero(bytes.data(), size_t(bytes.size()));
        explicit_bzero(encoded.data(), size_t(encoded.size()));
        const bool complete = session.user && session.loginTime != 0;
        if (cut != nullptr && partial && !complete && session.read == PhpSession::Read::Cut) {
            cut->append(id);
            continue;
        }
        found.insert(id, { session.whoIsLoggedIn(), session.loginTime });
    }
    if (Result<void> done = sqlDone(database, query.value()); !done)
        return done.error();
    return found;
}

Result<WebmailSource::Ended> RoundcubeQuery::end(QSqlDatabase &database, const Row &meant) const
{
    const QByteArray &id = meant.session.id;
    Result<QHash<QByteArray, Content>> found = contents(database, { id }, MostBytes, nullptr);
    if (!found)
        return found.error();
    const auto content = found.value().constFind(id);
    // A browser whose session was ended comes back with the same id: that is another session.
    if (content == found.value().cend() || content->user != meant.session.user || content->loginTime != meant.loginTime)
        return WebmailSource::Ended::Gone;
    Result<QSqlQuery> removed
        = runSql(database, QStringLiteral("DELETE FROM %1 WHERE sess_id = ?").arg(m_table), { QString::fromUtf8(id) });
    if (!removed)
        return removed.error();
    return removed.value().numRowsAffected() == 0 ? WebmailSource::Ended::Gone : WebmailSource::Ended::Done;
}

QByteArray RoundcubeQuery::whyNotEnd(QSqlDatabase &database) const
{
    if (m_kind == Kind::Sqlite) {
        const QFileInfo file(QUrl(database.databaseName()).path());
        if (file.isWritable() && QFileInfo(file.path()).isWritable())
            return {};
        return file.filePath().toUtf8()
            + " and its folder may not be written by the agent. To mend it: setfacl -m "
              "u:mailhelm:rw "
            + file.filePath().toUtf8() + " && setfacl -m u:mailhelm:rwx " + file.path().toUtf8()
            + ", and ReadWritePaths=" + file.path().toUtf8() + " in the unit of mailhelmd";
    }
    if (m_kind != Kind::PostgreSql)
        return {}; // MariaDB has no such question; its refusal comes with the first try
    Result<QSqlQuery> query
        = runSql(database, QStringLiteral("SELECT has_table_privilege(?, 'DELETE')"), { QString(m_table) });
    if (!query || !query.value().next() || query.value().value(0).toBool())
        return {};
    return "The agent's database user may not delete sessions. To mend it: GRANT DELETE ON " + m_table.toUtf8()
        + " TO \"" + database.userName().toUtf8() + "\";";
}

} // namespace mailhelm
