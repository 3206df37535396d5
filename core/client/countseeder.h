// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/historyreader.h"

#include <QPointer>
#include <QQueue>
#include <QSet>
#include <QTimer>

namespace mailhelm
{

class CountSeries;

/// Fills in the minutes of the last day that this program did not watch, from the agents' histories: an overview that
/// is opened for the first time shows what was. In no hurry, and never much: one server at a time, hour by hour from
/// the latest on, only hours that lack minutes, with a pause between, and MostRows of a server at most. What is not
/// read then stays missing, and so does what the agent did not watch. Lives in the links' thread; replica and series
/// outlive it, links may go.
class CountSeeder : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds Pause { 500 };
    static constexpr qsizetype MostRows = 200'000; ///< some 16 MB on the wire
    /// Every reading copies what is live: of servers with more than that nothing is read, for the window's sake.
    static constexpr qsizetype MostLive = 5'000;

    CountSeeder(Replica &replica, CountSeries &series, std::chrono::milliseconds pause = Pause,
        qsizetype mostRows = MostRows, QObject *parent = nullptr);

    /// Its `connections` have just become live.
    void seed(Link *link);

Q_SIGNALS:
    void finished(); ///< nobody waits any more

private:
    void next();
    void onRead();
    void leave(quint16 server);
    [[nodiscard]] std::optional<qint64> latestHourLacking(quint16 server) const;

    Replica &m_replica;
    CountSeries &m_series;
    const qsizetype m_mostRows;
    HistoryTable m_table;
    HistoryReader m_reader;
    QTimer m_timer;
    QQueue<QPointer<Link>> m_waiting; ///< the first is being asked
    qint64 m_hour = 0; ///< of the request, in hours since 1970 by our clock
    std::map<quint16, qint64> m_before; ///< by server: hours from here on were asked for
    std::map<quint16, qsizetype> m_rows; ///< that came of it; more than the most: nothing more is asked
};

} // namespace mailhelm
