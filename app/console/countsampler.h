// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "models/countseries.h"

namespace mailhelm
{

class Clock;
class LiveTable;

/// Counts the connections of every live server by protocol every few seconds, for as long as the console runs, and
/// keeps the last day: what the overview's plot shows. Lives in the table's thread; both outlive it.
class CountSampler : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 EveryUs = 10'000'000;
    static constexpr qint64 KeptUs = 25 * 3'600'000'000;
    /// The numbers of the servers whose rows can be trusted now.
    using LiveServers = std::function<QList<quint16>()>;

    CountSampler(const LiveTable &connections, const Clock &clock, LiveServers live, QObject *parent = nullptr);

    void sample();
    /// `moments` of them, from `fromUs` on; each tells the last look in its step. One server's, or of all.
    [[nodiscard]] CountSeries series(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments) const;

private:
    using Counts = std::map<QByteArray, qint32>;
    struct Sample {
        qint64 timeUs = 0;
        std::map<quint16, Counts> servers; ///< those that were live
    };

    const LiveTable &m_connections;
    const Clock &m_clock;
    LiveServers m_live;
    std::deque<Sample> m_samples;
    QTimer m_timer;
};

} // namespace mailhelm
