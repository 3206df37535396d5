// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/countcurve.h"

#include <QObject>
#include <QTimer>

#include <map>

namespace mailhelm
{

class Replica;

/// How many connections of each protocol there were, every minute of the last 24 hours, for each server: what overviews
/// draw without asking anybody. Fed by the live replica while its links are up, and for what was before by CountSeeder;
/// a minute of which nobody knows is missing, which is not the same as none. Cache keeps it from run to run
/// (Cache::keep()). Lives in the replica's
/// thread; the replica outlives it.
class CountSeries : public QObject
{
    Q_OBJECT

public:
    static constexpr int MinutesKept = 1440;
    static constexpr qint64 MinuteUs = 60'000'000;

    explicit CountSeries(Replica &replica, QObject *parent = nullptr);

    struct Sample {
        qint64 minute = 0; ///< since 1970 UTC, by this machine's clock
        Counts counts;
        friend bool operator==(const Sample &, const Sample &) = default;
    };

    /// Those of one server, oldest first.
    [[nodiscard]] QList<Sample> samples(quint16 server) const;
    /// `server`: 0 = all together; a point is known where all servers that have any sample in the span have one for it.
    [[nodiscard]] CountCurve curve(quint16 server, qint64 firstUs, qint64 stepUs, int points) const;
    /// The last `minutes` up to now, a point a minute.
    [[nodiscard]] CountCurve lastMinutes(quint16 server, int minutes) const;

    /// What an earlier run saw; what is there already stays.
    void restore(quint16 server, const QList<Sample> &samples);
    /// What somebody else saw, likewise; what is new is told by seeded().
    void seed(quint16 server, const QList<Sample> &samples);
    /// Counts now, for the minute that it is. Called by itself every minute.
    void sample();

    /// "protocol secure open unknown" a line, and back; what is not understood is left out.
    [[nodiscard]] static QByteArray encode(const Counts &counts);
    [[nodiscard]] static Counts decode(const QByteArray &text);

Q_SIGNALS:
    /// That server has one more.
    void sampled(quint16 server, const mailhelm::CountSeries::Sample &sample);
    /// That server has these besides.
    void seeded(quint16 server, const QList<mailhelm::CountSeries::Sample> &samples);

private:
    void schedule();

    Replica &m_replica;
    std::map<quint16, std::map<qint64, Counts>> m_samples; ///< by server, by minute
    QTimer m_timer;
};

} // namespace mailhelm
