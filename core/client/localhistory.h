// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/client/replicatable.h"
#include "core/history/historybatch.h"
#include "core/net/pin.h"
#include "core/protocol/messages.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <optional>

class QThread;

namespace mailhelm
{

class LocalHistoryFiles;

/// What this program itself saw end: connections and webmail sessions that went from the replica, and the spans in
/// which it watched each server. It answers where an agent is away or keeps no history, and beside it. Rows have the
/// agent's ids and times by the server's clock, so that both can be put together (HistoryReader).
///
/// What is claimed:
///   - A row that a live server took back within a second ended then. With a longer interval, and after a time without
///     the server, it ended between the last look, which is `ended`, and later: `ended_exact` = no. That holds for what
///     a snapshot lacks, too: it was there when last looked. A server that is removed ends nothing.
///   - A span counts as watched while `connections` of the server is live at an interval of LongestInterval at most:
///     the pace at which agents look. The last half minute is claimed only while it goes on, since a link that died is
///     found dead later.
///
/// On disk: a file a server, named by its pin, in a folder of its own; about 80 bytes a row, MostBytes a server and so
/// many days as are chosen, whichever is met first; then the oldest rows go. Written every FlushEvery by a thread of
/// its own, one transaction a server; a crash loses no more than that. What is deleted is overwritten. Lives in the
/// replica's thread; the replica outlives it.
class LocalHistory : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds FlushEvery { 5'000 };
    static constexpr std::chrono::milliseconds LongestInterval { 5'000 };
    static constexpr qint64 UnsureUs = 30'000'000; ///< longer than it takes to find a link dead
    static constexpr qint64 MostBytes = qint64(256) << 20; ///< of a server: some three million rows
    static constexpr qsizetype MostWaiting = 100'000; ///< rows of a server that are not handed over yet

    /// Keeps nothing before setKeepDays().
    LocalHistory(Replica &replica, QString folder, qint64 mostBytes = MostBytes, QObject *parent = nullptr);
    /// Writes what is not written, and waits for it a few seconds at most.
    ~LocalHistory() override;

    /// What ends on `server` is kept under `pin`, which names it from run to run.
    void attach(quint16 server, const Pin &pin);
    /// After all servers of the profile were attached: files of others go.
    void forgetOthers();
    /// A server that was removed leaves nothing behind.
    void forget(const Pin &pin);
    /// 0: from now on nothing is kept; what is there stays, however old, until purge(). Else what is older goes at
    /// once.
    void setKeepDays(int days);
    /// How often agents are asked to tell of that table, in ms; nullopt: only when asked.
    void setInterval(TableId table, std::optional<qint64> ms);
    void flush();

    /// All that is kept, of every server, goes. The reply says how many bytes are left on disk: 0, if all went well.
    void purge(QObject *context, std::function<void(qint64 bytes)> reply);
    /// On disk now.
    void measure(QObject *context, std::function<void(qint64 bytes)> reply);

    using Spans = QList<HistoryDone::Span>;
    /// What was there at any time in [from, to) of the server's clock and is over, with what happened up to now. Rows
    /// of `history` come part by part, an id may come more than once; then the answer: the spans that were not watched.
    /// The return value names the request.
    quint32 read(quint16 server, qint64 fromUs, qint64 toUs, QObject *context,
        std::function<void(const ChangeSet &part)> rows, std::function<void(const Result<Spans> &)> answer);
    void cancel(quint32 request) { m_readings.erase(request); }

Q_SIGNALS:
    void flushed(bool ok); ///< rows of a server reached the disk, or did not
    void problem(const QString &what); ///< for the status bar: cannot be written, was damaged

private:
    struct End {
        qint64 timeUs = 0; ///< by our clock
        bool exact = false;
    };
    struct Server {
        QByteArray pin;
        Table ended { schemaOf(TableId::History) }; ///< not handed over yet
        std::map<TableId, Freshness> seen; ///< before the publication at hand
        qint64 watchedSince = 0; ///< by the server's clock; 0: it is not watched
        qint64 offsetUs = 0; ///< of its clock, when the span began
        qint64 writtenUntil = 0; ///< so much of the span was handed over; by the server's clock
        qint64 writtenUs = 0; ///< when; monotonic
        int writing = 0; ///< batches that are not answered
        bool lost = false;
    };
    struct Reading {
        QPointer<QObject> context;
        std::function<void(const ChangeSet &)> rows;
        std::function<void(const Result<Spans> &)> answer;
        HistoryDone::Span span;
        Spans open; ///< not written yet: watched until now
    };
    struct Measuring {
        QPointer<QObject> context;
        std::function<void(qint64)> reply;
    };

    void onPublished(TableId table, const Publication &publication);
    void onFreshness(TableId table, quint16 server);
    void onAnswered(quint32 request, bool ok, const Spans &unwatched, const QString &why);
    void onWritten(const QByteArray &pin, bool ok, bool lost);
    void onMeasured(quint32 request, qint64 bytes);
    [[nodiscard]] std::optional<End> endOf(const Server &server, quint16 number, TableId table) const;
    void take(Server &server, quint16 number, TableId table, Table::Slot slot, const End &end);
    void updateWatch(quint16 number, Server &server);
    void followClock();
    void flush(quint16 number, Server &server, bool watch);
    [[nodiscard]] qint64 serverNow(quint16 number) const;

    Replica &m_replica;
    QThread *m_thread;
    LocalHistoryFiles *m_files; ///< on m_thread
    std::map<quint16, Server> m_servers;
    std::map<TableId, std::optional<qint64>> m_intervals;
    std::map<quint32, Reading> m_readings;
    std::map<quint32, Measuring> m_measurings;
    quint32 m_lastRequest = 0;
    bool m_keeping = false;
    qint64 m_lastWall = 0;
    qint64 m_lastMonotonic = 0;
    QTimer m_timer;
};

} // namespace mailhelm
