// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/roundcube.h"

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
/// A request that was under way may end so much later: PHP's max_execution_time is 30 s, uploads take longer.
constexpr qint64 MayComeBackUs = 120 * Second;
constexpr qsizetype ReadAtOnce = 500;
constexpr qsizetype EndAtOnce = 100;

} // namespace

RoundcubeSource::RoundcubeSource(const Settings &settings, const Clock &clock, QObject *parent)
    : WebmailPoll(settings.component, clock, parent)
    , m_query(std::make_shared<RoundcubeQuery>(settings.database.kind, settings.tablePrefix, settings.lifetimeMs))
    , m_clock(clock)
    , m_known(std::make_shared<RoundcubeQuery::Rows>())
    , m_worker(std::make_unique<SqlWorker>(settings.database))
{
}

RoundcubeSource::~RoundcubeSource() = default;

void RoundcubeSource::beginLook()
{
    m_worker->run<RoundcubeQuery::Listing>(
        [query = m_query, known = m_known, clock = &m_clock, old = std::exchange(m_old, nullptr)](
            QSqlDatabase &database) { return query->list(database, *known, *clock); },
        [this](const Result<RoundcubeQuery::Listing> &listing) { onListing(listing); });
}

void RoundcubeSource::onListing(const Result<RoundcubeQuery::Listing> &listing)
{
    if (!listing) {
        fail(listing.error());
        return;
    }
    m_time = listing.value().time;
    m_rows = listing.value().rows;
    m_unread = listing.value().unread;
    m_endRefusal = listing.value().endRefusal;
    readNext();
}

void RoundcubeSource::readNext()
{
    if (m_unread.isEmpty()) {
        tell();
        return;
    }
    const QList<QByteArray> some = m_unread.mid(0, ReadAtOnce);
    m_unread.remove(0, some.size());
    RoundcubeQuery::Rows rows;
    for (const QByteArray &id : some)
        rows.insert(id, m_rows.value(id));
    m_worker->run<RoundcubeQuery::Rows>(
        [query = m_query, rows, some](QSqlDatabase &database) { return query->read(database, rows, some); },
        [this, some](const Result<RoundcubeQuery::Rows> &read) {
            if (read)
                for (const QByteArray &id : some)
                    if (!read.value().contains(id))
                        m_rows.remove(id); // gone between the two questions
            onRead(read);
        });
}

void RoundcubeSource::onRead(const Result<RoundcubeQuery::Rows> &read)
{
    if (!read) {
        fail(read.error());
        return;
    }
    m_rows.insert(read.value());
    readNext();
}

void RoundcubeSource::tell()
{
    WebmailScan scan;
    scan.time = m_time;
    scan.sessions.reserve(m_rows.size());
    qsizetype illegible = 0;
    for (const RoundcubeQuery::Row &row : std::as_const(m_rows)) {
        scan.sessions.append(row.session);
        illegible += row.session.user ? 0 : 1;
    }
    m_old = std::exchange(m_known, std::make_shared<const RoundcubeQuery::Rows>(std::exchange(m_rows, {})));
    endAgain();
    SourceStatus status;
    if (illegible != 0) {
        status.state = SourceStatus::State::Degraded;
        status.detail = QByteArray::number(illegible) + " sessions cannot be read: whose they are is not known";
        status.mend = "session_storage = 'db' in Roundcube's configuration, and table_prefix as its db_prefix";
    }
    setStatus(status);
    Q_EMIT scanned(scan);
    finishLook();
}

void RoundcubeSource::fail(const Error &error)
{
    // What was read before it broke off need not be read again.
    if (!m_rows.isEmpty()) {
        for (const QByteArray &id : std::as_const(m_unread))
            m_rows.remove(id);
        m_known = std::make_shared<const RoundcubeQuery::Rows>(std::exchange(m_rows, {}));
    }
    m_unread.clear();
    SourceStatus status = sqlStatus({}, m_worker->url(), error);
    if (error.code == ErrorCode::Unsupported)
        status.mend = "database and table_prefix of [[webmail]] must be those of Roundcube's db_dsnw and db_prefix";
    setStatus(status);
    finishLook();
}

void RoundcubeSource::end(const QList<QByteArray> &ids, std::function<void(const QList<EndResult> &)> done)
{
    QList<RoundcubeQuery::Row> rows;
    for (const QByteArray &id : ids)
        rows.append(m_known->value(id));
    endNext({ rows, {}, std::move(done) });
}

void RoundcubeSource::endNext(const Ending &ending)
{
    if (ending.results.size() == ending.rows.size()) {
        QMetaObject::invokeMethod(
            this, [ending] { ending.done(ending.results); }, Qt::QueuedConnection);
        return;
    }
    const QList<RoundcubeQuery::Row> some = ending.rows.mid(ending.results.size(), EndAtOnce);
    m_worker->run<QList<EndResult>>(
        [query = m_query, some](QSqlDatabase &database) -> Result<QList<EndResult>> {
            QList<EndResult> results;
            for (const RoundcubeQuery::Row &row : some) {
                const Result<WebmailSource::Ended> ended
                    = row.session.id.isEmpty() ? WebmailSource::Ended::Gone : query->end(database, row);
                results.append(ended ? EndResult { ended.value(), {} }
                                     : EndResult { WebmailSource::Ended::Failed, ended.error().detail.toUtf8() });
            }
            return results;
        },
        [this, ending, some](const Result<QList<EndResult>> &results) {
            Ending rest = ending;
            for (qsizetype i = 0; i < some.size(); ++i) {
                rest.results.append(results
                        ? results.value()[i]
                        : EndResult { WebmailSource::Ended::Failed, results.error().detail.toUtf8() });
                if (rest.results.last().outcome == WebmailSource::Ended::Done)
                    m_ended.insert(some[i].session.id, { some[i], m_clock.monotonicUs() + MayComeBackUs });
            }
            if (!m_ended.isEmpty())
                stayAlert(MayComeBackUs);
            endNext(rest);
        });
}

/// What came back since it was ended.
void RoundcubeSource::endAgain()
{
    const qint64 now = m_clock.monotonicUs();
    m_ended.removeIf([now](const std::pair<const QByteArray &, Ended &> &each) { return each.second.until < now; });
    for (const Ended &ended : std::as_const(m_ended)) {
        const auto row = m_known->constFind(ended.row.session.id);
        if (row == m_known->cend() || row->session.user != ended.row.session.user
            || row->loginTime != ended.row.loginTime)
            continue;
        m_worker->run<WebmailSource::Ended>(
            [query = m_query, again = *row](QSqlDatabase &database) { return query->end(database, again); },
            [](const Result<WebmailSource::Ended> &) {}); // the next look shows what came of it
    }
}

} // namespace mailhelm
