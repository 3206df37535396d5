// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/observations.h"
#include "core/agent/registry.h"
#include "core/agent/rowend.h"
#include "core/base/clock.h"
#include "core/history/historybatch.h"
#include "core/history/historycursor.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <functional>
#include <map>
#include <memory>

class QThread;

namespace mailhelm
{

class HistoryStore;

/// What was connected and is over: the main thread's side of the history. It gathers rows as they end, and every few
/// seconds hands them to the history's thread (HistoryStore), together with how the live tables changed, so that after
/// a crash it is known what was live. Main thread; registry and clock outlive it.
class HistoryKeeper : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds FlushEvery { 5'000 };
    static constexpr int QueriesAtOnce = 32; ///< of all administrators together

    HistoryKeeper(
        QString file, HistoryConfig config, Registry &registry, const Clock &clock, QObject *parent = nullptr);
    /// Writes what is not written, and waits for it a few seconds at most.
    ~HistoryKeeper() override;

    /// `anew`: without what is there, which is another server's (the simulation's).
    void start(bool anew = false);
    /// The last words: nothing is looked at any more.
    void stop();

    /// A row is about to be removed from its live table: `connections` or `webmail`.
    void ended(TableId table, const RowEnd &end);
    /// All that is live is in the table, as of now. Until the first time, and after lostSight(), nothing is known of
    /// it: what was live before and is missing now has ended meanwhile. Only while `connections` is seen, the span
    /// counts as watched.
    void looked(TableId table);
    /// What is live cannot be seen any more; rows that go now have not ended.
    void lostSight(TableId table);

    /// A request for a span, to be answered a part at a time; 0: too many are open. Ends with close(), also when all
    /// was told.
    quint64 open(quint32 request, HistoryDone::Span span);
    /// The next part; `context` gone: nobody is told. One at a time.
    void next(quint64 query, QObject *context, std::function<void(const HistoryPart &)> then);
    void close(quint64 query);

private:
    struct Track {
        bool seen = false;
        bool everSeen = false;
        bool snapshot = true; ///< the next batch brings everything
        ResumeToken at;
        quint64 volatileAt = 0;
        qint64 volatileTime = 0; ///< monotonic
    };
    struct Waiting {
        QPointer<QObject> context;
        std::function<void(const HistoryPart &)> then;
    };

    void flush();
    void followClock();
    void onWritten(bool ok, bool lost);
    void onPart(quint64 query, const HistoryPart &part);
    [[nodiscard]] HistoryBatch::Live changesOf(TableId table, Track &track) const;

    const HistoryConfig m_config;
    Registry &m_registry;
    const Clock &m_clock;
    QThread *m_thread;
    HistoryStore *m_store; ///< on m_thread
    QTimer m_timer;
    Table m_ended; ///< not handed over yet
    std::map<TableId, Track> m_tracks;
    std::map<quint64, Waiting> m_queries;
    quint64 m_lastQuery = 0;
    int m_writing = 0; ///< batches that are not answered
    bool m_lost = false;
    qint64 m_watchedSince = 0; ///< 0: nobody looks
    qint64 m_lastWall = 0;
    qint64 m_lastMonotonic = 0;
};

} // namespace mailhelm
