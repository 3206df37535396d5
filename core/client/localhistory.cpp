// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/localhistory.h"

#include "core/client/localhistoryfiles.h"
#include "core/client/replica.h"
#include "core/history/historyspans.h"
#include "core/table/historyrow.h"

#include <QThread>

#include <algorithm>
#include <cstdlib>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 ClockJump = 2 * Second; // more than clocks are ever slewed
constexpr qint64 SeenAtOnce = Second; // between a row's end and our knowing
constexpr qint64 WebmailLook = 10 * Second; // how old a webmail's answer may be at the agent
constexpr qint64 WatchEvery = 30 * Second; // a span without rows is written more rarely
constexpr int MostWriting = 2; // batches of a server at a time
constexpr qint64 ForeverMs = qint64(100) * 365 * 86'400'000;
constexpr unsigned long ExitWaitMs = 5'000;
constexpr TableId Kept[] { TableId::Connections, TableId::Webmail };

qint64 known(const Table &table, int column, Table::Slot slot, qint64 otherwise)
{
    return table.column(column).isKnown(slot) ? table.column(column).number(slot) : otherwise;
}

} // namespace

LocalHistory::LocalHistory(Replica &replica, QString folder, qint64 mostBytes, QObject *parent)
    : QObject(parent)
    , m_replica(replica)
    , m_thread(new QThread)
    , m_files(new LocalHistoryFiles(std::move(folder), mostBytes, replica.clock()))
    , m_lastWall(replica.clock().nowUs())
    , m_lastMonotonic(replica.clock().monotonicUs())
{
    qRegisterMetaType<ChangeSet>();
    qRegisterMetaType<Spans>();
    m_thread->setObjectName(QStringLiteral("localhistory"));
    m_files->moveToThread(m_thread);
    connect(m_thread, &QThread::finished, m_files, &QObject::deleteLater);
    connect(m_files, &LocalHistoryFiles::written, this, &LocalHistory::onWritten);
    connect(m_files, &LocalHistoryFiles::answered, this, &LocalHistory::onAnswered);
    connect(m_files, &LocalHistoryFiles::measured, this, &LocalHistory::onMeasured);
    connect(m_files, &LocalHistoryFiles::problem, this, &LocalHistory::problem);
    connect(m_files, &LocalHistoryFiles::part, this, [this](quint32 request, const ChangeSet &part) {
        const auto reading = m_readings.find(request);
        if (reading == m_readings.end() || !reading->second.context)
            return;
        const auto rows = reading->second.rows; // whoever takes them may cancel
        rows(part);
    });
    m_thread->start(QThread::LowPriority);
    for (const TableId id : Kept) {
        m_intervals[id] = 0;
        ReplicaTable *const table = replica.table(id);
        connect(table, &LiveTable::published, this,
            [this, id](const Publication &publication) { onPublished(id, publication); });
        connect(table, &ReplicaTable::freshnessChanged, this, [this, id](quint16 server) { onFreshness(id, server); });
    }
    connect(&replica, &Replica::clockOffsetChanged, this, [this](quint16 number) {
        const auto server = m_servers.find(number);
        if (server != m_servers.end() && server->second.watchedSince != 0
            && std::llabs(m_replica.clockOffsetUs(number) - server->second.offsetUs) > ClockJump)
            server->second.watchedSince = 0;
        if (server != m_servers.end())
            updateWatch(number, server->second);
    });
    connect(&m_timer, &QTimer::timeout, this, [this] { flush(); });
    m_timer.start(FlushEvery);
}

LocalHistory::~LocalHistory()
{
    for (auto &[number, server] : m_servers) {
        server.writing = 0; // however many there are, this one has to be written
        flush(number, server, true);
    }
    // Queued behind the last batch; by the thread itself, since quit() from here would end its loop before that.
    QMetaObject::invokeMethod(
        m_files,
        [files = m_files] {
            files->close();
            files->thread()->quit();
        },
        Qt::QueuedConnection);
    if (m_thread->wait(ExitWaitMs))
        delete m_thread;
    // else the disk hangs: leave the thread to it rather than hang too
}

void LocalHistory::attach(quint16 number, const Pin &pin)
{
    Server &server = m_servers[number];
    server.pin = pin.toText();
    for (const TableId id : Kept)
        server.seen[id] = m_replica.table(id)->freshness(number);
    updateWatch(number, server);
}

void LocalHistory::forgetOthers()
{
    QList<QByteArray> pins;
    for (const auto &[number, server] : m_servers)
        pins.append(server.pin);
    QMetaObject::invokeMethod(
        m_files, [files = m_files, pins] { files->keepOnly(pins); }, Qt::QueuedConnection);
}

void LocalHistory::forget(const Pin &pin)
{
    const QByteArray text = pin.toText();
    std::erase_if(m_servers, [&](const auto &entry) { return entry.second.pin == text; });
    QMetaObject::invokeMethod(
        m_files, [files = m_files, text] { files->forget(text); }, Qt::QueuedConnection);
}

void LocalHistory::setKeepDays(int days)
{
    m_keeping = days > 0;
    const qint64 ms = m_keeping ? qint64(days) * 86'400'000 : ForeverMs;
    for (auto &[number, server] : m_servers) {
        if (!m_keeping)
            flush(number, server, true);
        updateWatch(number, server);
    }
    QMetaObject::invokeMethod(
        m_files, [files = m_files, ms] { files->setKeep(ms); }, Qt::QueuedConnection);
}

void LocalHistory::setInterval(TableId table, std::optional<qint64> ms)
{
    m_intervals[table] = ms;
    for (auto &[number, server] : m_servers)
        updateWatch(number, server);
}

qint64 LocalHistory::serverNow(quint16 number) const
{
    return m_replica.clock().nowUs() + m_replica.clockOffsetUs(number);
}

/// When what that server takes back now has ended, as far as we can tell.
std::optional<LocalHistory::End> LocalHistory::endOf(const Server &server, quint16 number, TableId table) const
{
    const auto seen = server.seen.find(table);
    if (seen == server.seen.end() || seen->second.state == Freshness::State::Never
        || m_replica.table(table)->freshness(number).state == Freshness::State::Never)
        return std::nullopt; // it is the server that goes
    if (seen->second.state == Freshness::State::Stale)
        return End { seen->second.asOfUs, false };
    const qint64 now = m_replica.clock().nowUs();
    const std::optional<qint64> interval = m_intervals.at(table);
    if (!interval)
        return End { seen->second.asOfUs, false };
    const qint64 late = *interval * 1000;
    if (table == TableId::Connections && late <= SeenAtOnce)
        return End { now, true };
    return End { now - std::max(late, table == TableId::Webmail ? WebmailLook : 0), false };
}

void LocalHistory::take(Server &server, quint16 number, TableId table, Table::Slot slot, const End &end)
{
    const Table &live = m_replica.table(table)->table();
    const bool mail = table == TableId::Connections;
    const qint64 since = known(live, mail ? int(connections::Since) : int(webmail::Started), slot, 0);
    const RowKey key { 0, historyId(table, live.keyAt(slot).id, since) };
    Table::Slot at = server.ended.slotOf(key);
    if (at == Table::NoSlot) {
        if (server.ended.rowCount() >= MostWaiting) {
            server.lost = true;
            return;
        }
        at = server.ended.insert(key);
    }
    copyToHistory(server.ended, at, live, slot);
    // What it did, it did while it was there.
    const qint64 active = known(server.ended, connections::LastActive, at, 0);
    const qint64 ended = end.timeUs + m_replica.clockOffsetUs(number);
    server.ended.column(history::Ended).setNumber(at, std::max({ ended, since, end.exact ? 0 : active }));
    server.ended.column(history::EndedExact).setFlag(at, end.exact);
}

void LocalHistory::onPublished(TableId id, const Publication &publication)
{
    if (!m_keeping || publication.removed.isEmpty())
        return;
    const Table &live = m_replica.table(id)->table();
    auto server = m_servers.end();
    std::optional<End> end;
    for (const Table::Slot slot : publication.removed) {
        const quint16 number = live.keyAt(slot).server;
        if (server == m_servers.end() || server->first != number) {
            server = m_servers.find(number);
            end = server == m_servers.end() ? std::nullopt : endOf(server->second, number, id);
        }
        if (end)
            take(server->second, number, id, slot, *end);
    }
}

void LocalHistory::onFreshness(TableId id, quint16 number)
{
    const auto server = m_servers.find(number);
    if (server == m_servers.end())
        return;
    server->second.seen[id] = m_replica.table(id)->freshness(number);
    if (id == TableId::Connections)
        updateWatch(number, server->second);
}

void LocalHistory::updateWatch(quint16 number, Server &server)
{
    const std::optional<qint64> interval = m_intervals.at(TableId::Connections);
    const bool watching = m_keeping && interval && *interval <= LongestInterval.count()
        && server.seen[TableId::Connections].state == Freshness::State::Live;
    if (watching == (server.watchedSince != 0))
        return;
    if (!watching)
        flush(number, server, true);
    server.offsetUs = m_replica.clockOffsetUs(number);
    server.watchedSince = watching ? serverNow(number) : 0;
}

/// A watched span does not go across a jump of our clock, nor across a time in which this computer slept.
void LocalHistory::followClock()
{
    const qint64 wall = m_replica.clock().nowUs();
    const qint64 monotonic = m_replica.clock().monotonicUs();
    if (std::llabs((wall - m_lastWall) - (monotonic - m_lastMonotonic)) > ClockJump)
        for (auto &[number, server] : m_servers)
            if (server.watchedSince != 0)
                server.watchedSince = serverNow(number);
    m_lastWall = wall;
    m_lastMonotonic = monotonic;
}

void LocalHistory::flush()
{
    followClock();
    for (auto &[number, server] : m_servers)
        flush(number, server, m_replica.clock().monotonicUs() - server.writtenUs >= WatchEvery);
}

void LocalHistory::flush(quint16 number, Server &server, bool watch)
{
    const qint64 until = serverNow(number) - UnsureUs;
    const bool span = server.watchedSince != 0 && until > server.watchedSince;
    if (server.writing >= MostWriting || (server.ended.rowCount() == 0 && !(watch && span)))
        return;
    if (std::exchange(server.lost, false) && server.watchedSince != 0)
        server.watchedSince = serverNow(number);
    const auto batch = std::make_shared<HistoryBatch>();
    batch->time = until;
    batch->watchedSince = span && until > server.watchedSince ? server.watchedSince : 0;
    if (batch->watchedSince != 0)
        server.writtenUntil = until;
    batch->ended = std::exchange(server.ended, Table(schemaOf(TableId::History)));
    server.writtenUs = m_replica.clock().monotonicUs();
    ++server.writing;
    QMetaObject::invokeMethod(
        m_files,
        [files = m_files, pin = server.pin, offset = m_replica.clockOffsetUs(number), batch] {
            files->write(pin, offset, batch);
        },
        Qt::QueuedConnection);
}

void LocalHistory::onWritten(const QByteArray &pin, bool ok, bool lost)
{
    for (auto &[number, server] : m_servers) {
        if (server.pin != pin)
            continue;
        server.writing = std::max(0, server.writing - 1);
        server.lost = server.lost || lost;
    }
    Q_EMIT flushed(ok);
}

void LocalHistory::purge(QObject *context, std::function<void(qint64)> reply)
{
    for (auto &[number, server] : m_servers) {
        server.ended = Table(schemaOf(TableId::History));
        if (server.watchedSince != 0)
            server.watchedSince = serverNow(number);
    }
    m_measurings[++m_lastRequest] = { context, std::move(reply) };
    QMetaObject::invokeMethod(
        m_files, [files = m_files, request = m_lastRequest] { files->purge(request); }, Qt::QueuedConnection);
}

void LocalHistory::measure(QObject *context, std::function<void(qint64)> reply)
{
    m_measurings[++m_lastRequest] = { context, std::move(reply) };
    QMetaObject::invokeMethod(
        m_files, [files = m_files, request = m_lastRequest] { files->measure(request); }, Qt::QueuedConnection);
}

void LocalHistory::onMeasured(quint32 request, qint64 bytes)
{
    const auto node = m_measurings.extract(request);
    if (!node.empty() && node.mapped().context)
        node.mapped().reply(bytes);
}

quint32 LocalHistory::read(quint16 number, qint64 fromUs, qint64 toUs, QObject *context,
    std::function<void(const ChangeSet &)> rows, std::function<void(const Result<Spans> &)> answer)
{
    const quint32 request = ++m_lastRequest;
    const auto found = m_servers.find(number);
    Reading &reading = m_readings[request];
    reading = { context, std::move(rows), std::move(answer), { fromUs, std::min(toUs, serverNow(number)) }, {} };
    if (found == m_servers.end()) {
        QMetaObject::invokeMethod(
            this, [this, request, span = reading.span] { onAnswered(request, true, { span }, {}); },
            Qt::QueuedConnection);
        return request;
    }
    Server &server = found->second;
    followClock();
    server.writing = std::min(server.writing, MostWriting - 1); // what ended just now belongs to it
    flush(number, server, false);
    if (server.watchedSince != 0)
        reading.open = { { std::max(server.watchedSince, server.writtenUntil), serverNow(number) } };
    QMetaObject::invokeMethod(
        m_files,
        [files = m_files, request, pin = server.pin, offset = m_replica.clockOffsetUs(number),
            span = HistoryDone::Span { fromUs, toUs }] { files->read(request, pin, offset, span); },
        Qt::QueuedConnection);
    return request;
}

void LocalHistory::onAnswered(quint32 request, bool ok, const Spans &unwatched, const QString &why)
{
    const auto node = m_readings.extract(request);
    if (node.empty() || !node.mapped().context)
        return;
    const Reading &reading = node.mapped();
    if (ok)
        reading.answer(commonSpans(unwatched, unwatchedSpans(reading.open, reading.span.fromUs, reading.span.toUs)));
    else
        reading.answer(Error { ErrorCode::Unavailable, why });
}

} // namespace mailhelm
