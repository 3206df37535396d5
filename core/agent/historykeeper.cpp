// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/historykeeper.h"

#include "core/base/logging.h"
#include "core/history/historystore.h"
#include "core/protocol/changescodec.h"
#include "core/table/historyrow.h"

#include <QThread>

#include <cstdlib>
#include <limits>

namespace mailhelm
{

using namespace std::chrono_literals;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 ClockJump = 2 * Second; // between two batches: more than it is ever slewed
constexpr qint64 VolatileEvery = 60 * Second; // bytes of what is live: after a crash they are the last that is known
constexpr int MostWriting = 2; // batches at a time; what ends meanwhile comes with a later one
constexpr qsizetype MostEnded = 100'000; // rows that wait for that
constexpr auto RetryAfter = 30s; // the disk is full, or gone
constexpr unsigned long StopWaitMs = 5'000;

} // namespace

HistoryKeeper::HistoryKeeper(
    QString file, HistoryConfig config, Registry &registry, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_registry(registry)
    , m_clock(clock)
    , m_thread(new QThread)
    , m_store(new HistoryStore(std::move(file), config, clock))
    , m_ended(schemaOf(TableId::History))
{
    qRegisterMetaType<HistoryPart>();
    m_thread->setObjectName(QStringLiteral("history"));
    m_store->moveToThread(m_thread);
    connect(m_thread, &QThread::finished, m_store, &QObject::deleteLater);
    connect(m_store, &HistoryStore::written, this, &HistoryKeeper::onWritten);
    connect(m_store, &HistoryStore::part, this, &HistoryKeeper::onPart);
    connect(m_store, &HistoryStore::statusChanged, &m_registry, &Registry::setSource);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &HistoryKeeper::flush);
}

HistoryKeeper::~HistoryKeeper()
{
    stop();
    // Queued behind the last batch; by the thread itself, since quit() from here would end its loop before that.
    QMetaObject::invokeMethod(
        m_store,
        [store = m_store] {
            store->close();
            store->thread()->quit();
        },
        Qt::QueuedConnection);
    if (!m_thread->isRunning() || m_thread->wait(StopWaitMs))
        delete m_thread;
    // else the disk hangs: leave the thread to it rather than hang too
}

void HistoryKeeper::start(bool anew)
{
    m_lastWall = m_clock.nowUs();
    m_lastMonotonic = m_clock.monotonicUs();
    m_thread->start();
    QMetaObject::invokeMethod(
        m_store, [store = m_store, anew] { store->open(anew); }, Qt::QueuedConnection);
    m_timer.start(FlushEvery);
}

void HistoryKeeper::stop()
{
    if (!m_thread->isRunning() || !m_timer.isActive())
        return;
    m_writing = 0; // however many there are, this one has to be written
    flush();
    m_timer.stop();
    for (auto &[table, track] : m_tracks)
        track.seen = false; // rows that go from now on go with the agent
}

void HistoryKeeper::ended(TableId table, const RowEnd &end)
{
    const Track &track = m_tracks[table];
    if (!track.seen && track.everSeen)
        return; // what became of it is found out when it can be seen again
    const Table &live = m_registry.log(table)->table();
    const Table::Slot slot = live.slotOf({ 0, end.id });
    if (slot == Table::NoSlot)
        return;
    const Column &column = live.column(table == TableId::Connections ? int(connections::Since) : int(webmail::Started));
    const qint64 since = column.isKnown(slot) ? column.number(slot) : end.time;
    const RowKey key { 0, historyId(table, end.id, since) };
    if (m_ended.rowCount() >= MostEnded || m_ended.slotOf(key) != Table::NoSlot) {
        m_lost = m_lost || m_ended.rowCount() >= MostEnded;
        return;
    }
    const Table::Slot at = m_ended.insert(key);
    copyToHistory(m_ended, at, live, slot);
    if (end.bytesIn)
        m_ended.column(connections::BytesIn).setNumber(at, *end.bytesIn);
    if (end.bytesOut)
        m_ended.column(connections::BytesOut).setNumber(at, *end.bytesOut);
    m_ended.column(history::Ended).setNumber(at, std::max(end.time, since)); // clocks are set back
    m_ended.column(history::EndedExact).setFlag(at, end.exact);
}

void HistoryKeeper::looked(TableId table)
{
    Track &track = m_tracks[table];
    if (track.seen)
        return;
    track.seen = track.everSeen = track.snapshot = true;
    if (table == TableId::Connections) {
        m_watchedSince = m_clock.nowUs();
        followClock();
    }
    if (m_timer.isActive())
        m_timer.start(0); // soon: what is live now shall not be forgotten by a crash
}

void HistoryKeeper::lostSight(TableId table)
{
    Track &track = m_tracks[table];
    if (!track.seen)
        return;
    track.seen = false;
    if (table == TableId::Connections)
        m_watchedSince = 0;
}

/// A watched span does not go across a jump of the clock.
void HistoryKeeper::followClock()
{
    const qint64 wall = m_clock.nowUs();
    const qint64 monotonic = m_clock.monotonicUs();
    if (std::llabs((wall - m_lastWall) - (monotonic - m_lastMonotonic)) > ClockJump && m_watchedSince != 0)
        m_watchedSince = wall;
    m_lastWall = wall;
    m_lastMonotonic = monotonic;
}

HistoryBatch::Live HistoryKeeper::changesOf(TableId table, Track &track) const
{
    HistoryBatch::Live out;
    out.table = table;
    out.snapshot = std::exchange(track.snapshot, false);
    const ChangeLog &log = *m_registry.log(table);
    const qint64 now = m_clock.monotonicUs();
    const bool volatiles = now - track.volatileTime >= VolatileEvery;
    ChangeLog::Walk walk
        = log.walkFrom(out.snapshot ? ResumeToken() : track.at, volatiles ? track.volatileAt : log.volatileRevision());
    out.snapshot = out.snapshot || walk.reset;
    if (!walk.isEmpty())
        out.payload
            = ChangesEncoder(log.table().schema()).encode(0, log.nextPart(walk, std::numeric_limits<qsizetype>::max()));
    track.at = { log.epoch(), walk.revision };
    if (volatiles || out.snapshot) {
        track.volatileAt = walk.volatileRevision;
        track.volatileTime = now;
    }
    return out;
}

void HistoryKeeper::flush()
{
    m_timer.start(FlushEvery);
    if (m_writing >= MostWriting)
        return;
    followClock();
    auto batch = std::make_shared<HistoryBatch>();
    batch->time = m_clock.nowUs();
    batch->watchedSince = m_watchedSince;
    if (std::exchange(m_lost, false) && m_watchedSince != 0)
        m_watchedSince = batch->watchedSince = batch->time;
    for (auto &[table, track] : m_tracks)
        if (track.seen)
            batch->live.append(changesOf(table, track));
    if (batch->live.isEmpty() && m_ended.rowCount() == 0)
        return;
    batch->ended = std::exchange(m_ended, Table(schemaOf(TableId::History)));
    ++m_writing;
    QMetaObject::invokeMethod(
        m_store, [store = m_store, batch] { store->write(batch); }, Qt::QueuedConnection);
}

void HistoryKeeper::onWritten(bool ok, bool lost)
{
    m_writing = std::max(0, m_writing - 1);
    m_lost = m_lost || lost;
    if (ok)
        return;
    for (auto &[table, track] : m_tracks)
        track.snapshot = true;
    if (m_timer.isActive())
        m_timer.start(RetryAfter);
}

quint64 HistoryKeeper::open(quint32 request, HistoryDone::Span span)
{
    if (m_queries.size() >= QueriesAtOnce)
        return 0;
    if (m_timer.isActive())
        flush(); // what ended just now is history too
    const quint64 query = ++m_lastQuery;
    m_queries[query] = {};
    QMetaObject::invokeMethod(
        m_store, [store = m_store, query, request, span] { store->openQuery(query, request, span); },
        Qt::QueuedConnection);
    return query;
}

void HistoryKeeper::next(quint64 query, QObject *context, std::function<void(const HistoryPart &)> then)
{
    m_queries[query] = { context, std::move(then) };
    QMetaObject::invokeMethod(
        m_store, [store = m_store, query] { store->nextPart(query); }, Qt::QueuedConnection);
}

void HistoryKeeper::onPart(quint64 query, const HistoryPart &part)
{
    const auto found = m_queries.find(query);
    if (found == m_queries.end())
        return;
    const Waiting waiting = std::exchange(found->second, {});
    if (waiting.context && waiting.then)
        waiting.then(part);
}

void HistoryKeeper::close(quint64 query)
{
    if (m_queries.erase(query) > 0)
        QMetaObject::invokeMethod(
            m_store, [store = m_store, query] { store->closeQuery(query); }, Qt::QueuedConnection);
}

} // namespace mailhelm
