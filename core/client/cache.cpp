// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/cache.h"

#include "core/client/countseries.h"
#include "core/client/replica.h"

namespace mailhelm
{

using namespace std::chrono_literals;

/// A save makes the table's columns be copied at its next change: of a large table it is made more rarely.
static constexpr qsizetype RowsPerSecond = 10'000;
/// After a failure: the disk is full, or gone.
static constexpr auto RetryAfter = 60s;
static constexpr unsigned long ExitWaitMs = 5'000;

Cache::Cache(Replica &replica, const QString &file, std::chrono::milliseconds saveEvery, QObject *parent)
    : QObject(parent)
    , m_replica(replica)
    , m_saveEvery(saveEvery)
    , m_thread(new QThread)
    , m_store(new CacheStore(file))
{
    qRegisterMetaType<CachedPart>();
    m_thread->setObjectName(QStringLiteral("cache"));
    m_store->moveToThread(m_thread);
    connect(m_thread, &QThread::finished, m_store, &QObject::deleteLater);
    connect(m_store, &CacheStore::read, this, &Cache::onRead);
    connect(m_store, &CacheStore::loaded, this, &Cache::onLoaded);
    connect(m_store, &CacheStore::saved, this, &Cache::onSaved);
    connect(m_store, &CacheStore::rebuilt, this, &Cache::onRebuilt);
    connect(m_store, &CacheStore::problem, this, &Cache::problem);
    m_thread->start(QThread::LowPriority);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Cache::saveNow);
    for (const TableId id : liveTables()) {
        ReplicaTable *const table = replica.table(id);
        connect(table, &LiveTable::published, this,
            [this, id](const Publication &publication) { onPublished(id, publication); });
        connect(table, &LiveTable::columnAdded, this, [this, id] {
            for (auto &[key, unsaved] : m_unsaved)
                if (key.second == id)
                    unsaved.all = unsaved.any = true;
        });
        connect(table, &ReplicaTable::freshnessChanged, this, [this, id](quint16 server) {
            if (const auto found = m_unsaved.find({ server, id }); found != m_unsaved.end()) {
                found->second.any = true; // the token or the time moved, if nothing else
                schedule();
            }
        });
    }
}

Cache::~Cache()
{
    m_saving = false;
    saveNow();
    // Queued behind the save; by the thread itself, since quit() from here would end its loop before that.
    QMetaObject::invokeMethod(
        m_store,
        [store = m_store] {
            store->close();
            store->thread()->quit();
        },
        Qt::QueuedConnection);
    if (m_thread->wait(ExitWaitMs))
        delete m_thread;
    // else the disk hangs: leave the thread to it rather than hang too
}

void Cache::attach(quint16 server, const Pin &pin)
{
    m_pins[server] = pin.toText();
    for (const TableId id : liveTables())
        m_unsaved[{ server, id }]
            = { true, {}, m_replica.table(id)->freshness(server).state != Freshness::State::Never };
    schedule();
}

void Cache::load()
{
    QList<QByteArray> pins;
    for (const auto &[server, pin] : m_pins)
        pins.append(pin);
    QMetaObject::invokeMethod(
        m_store, [store = m_store, pins] { store->load(pins); }, Qt::QueuedConnection);
}

void Cache::keep(CountSeries &series)
{
    connect(&series, &CountSeries::sampled, this, [this](quint16 server, const CountSeries::Sample &sample) {
        saveMinutes(server, { { sample.minute, CountSeries::encode(sample.counts) } });
    });
    connect(&series, &CountSeries::seeded, this, [this](quint16 server, const QList<CountSeries::Sample> &samples) {
        CacheStore::Minutes minutes;
        for (const CountSeries::Sample &sample : samples)
            minutes.append({ sample.minute, CountSeries::encode(sample.counts) });
        saveMinutes(server, minutes);
    });
    connect(m_store, &CacheStore::minutesRead, &series,
        [this, &series](const QByteArray &key, const QList<std::pair<qint64, QByteArray>> &minutes) {
            QList<CountSeries::Sample> samples;
            for (const auto &[minute, counts] : minutes)
                samples.append({ minute, CountSeries::decode(counts) });
            for (const auto &[server, pin] : m_pins)
                if (pin == key)
                    series.restore(server, samples);
        });
}

void Cache::saveMinutes(quint16 server, const CacheStore::Minutes &minutes)
{
    const auto pin = m_pins.find(server);
    if (pin == m_pins.end())
        return;
    QMetaObject::invokeMethod(
        m_store, [store = m_store, key = pin->second, minutes] { store->saveMinutes(key, minutes); },
        Qt::QueuedConnection);
}

void Cache::scrub()
{
    QMetaObject::invokeMethod(
        m_store, [store = m_store] { store->scrub(); }, Qt::QueuedConnection);
}

void Cache::onRead(const CachedPart &read)
{
    const QByteArray name = read.pin + '/' + read.schema.name();
    if (read.part.first)
        m_broken.remove(name);
    for (const auto &[server, pin] : m_pins) {
        if (pin != read.pin || m_broken.contains(name))
            continue;
        ReplicaTable &table = *m_replica.table(read.schema.id());
        const bool empty = table.freshness(server).state == Freshness::State::Never;
        if (!empty || !table.apply(server, read.schema, read.part)) {
            m_broken.insert(name); // a link was faster: what it brought is better
            continue;
        }
        if (read.part.last)
            table.setStale(server, read.asOfUs);
    }
}

void Cache::onLoaded()
{
    m_broken.clear();
    Q_EMIT loaded();
}

void Cache::forget(const Pin &pin)
{
    const QByteArray text = pin.toText();
    for (auto it = m_pins.begin(); it != m_pins.end();) {
        if (it->second != text) {
            ++it;
            continue;
        }
        for (const TableId id : liveTables())
            m_unsaved.erase({ it->first, id });
        it = m_pins.erase(it);
    }
    QMetaObject::invokeMethod(
        m_store, [store = m_store, text] { store->forget(text); }, Qt::QueuedConnection);
}

void Cache::onPublished(TableId table, const Publication &publication)
{
    const Table &rows = m_replica.table(table)->table();
    bool any = false;
    for (const QList<Table::Slot> *list : { &publication.inserted, &publication.changed, &publication.removed }) {
        for (const Table::Slot slot : *list) {
            const auto found = m_unsaved.find({ rows.keyAt(slot).server, table });
            if (found == m_unsaved.end())
                continue;
            found->second.any = any = true;
            if (!found->second.all)
                found->second.chunks.insert(slot / SlotsPerChunk);
        }
    }
    if (any)
        schedule();
}

void Cache::schedule()
{
    if (m_timer.isActive() || m_saving)
        return;
    qsizetype rows = 0;
    for (const ReplicaTable *table : m_replica.tables())
        rows = std::max(rows, table->table().rowCount());
    m_timer.start(m_failing
            ? RetryAfter
            : std::max<std::chrono::milliseconds>(m_saveEvery, std::chrono::seconds(rows / RowsPerSecond)));
}

void Cache::saveNow()
{
    m_timer.stop();
    if (m_saving)
        return; // onSaved() comes back
    QList<CacheSave> saves;
    for (auto &[key, unsaved] : m_unsaved) {
        const auto &[server, id] = key;
        const ReplicaTable &table = *m_replica.table(id);
        const Freshness fresh = table.freshness(server);
        if (!unsaved.any || fresh.state == Freshness::State::Never)
            continue;
        saves.append({ m_pins[server], server, id, table.table().schema(), table.serverColumn(), table.table().view(),
            table.token(server), fresh.state == Freshness::State::Live ? m_replica.clock().nowUs() : fresh.asOfUs,
            unsaved.all, unsaved.chunks });
        unsaved = { false, {}, false };
    }
    if (saves.isEmpty())
        return;
    m_saving = true;
    QMetaObject::invokeMethod(
        m_store, [store = m_store, saves = std::move(saves)] { store->save(saves); }, Qt::QueuedConnection);
}

void Cache::onSaved(bool ok)
{
    m_saving = false;
    m_failing = !ok;
    if (!ok) // nobody knows what reached the disk: next time everything
        for (auto &[key, unsaved] : m_unsaved)
            unsaved = { true, {}, true };
    if (std::any_of(m_unsaved.begin(), m_unsaved.end(), [](const auto &entry) { return entry.second.any; }))
        schedule();
    Q_EMIT saved();
}

void Cache::onRebuilt()
{
    for (auto &[key, unsaved] : m_unsaved)
        unsaved = { true, {}, true };
}

} // namespace mailhelm
