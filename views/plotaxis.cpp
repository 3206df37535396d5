// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plotaxis.h"

#include <QDateTime>

#include <array>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Minute = 60 * Second;
constexpr qint64 Hour = 60 * Minute;
constexpr qint64 Day = 24 * Hour;
constexpr std::array TimeSteps { Second, 5 * Second, 15 * Second, 30 * Second, Minute, 2 * Minute, 5 * Minute,
    10 * Minute, 15 * Minute, 30 * Minute, Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day, 2 * Day, 7 * Day };

qint64 roundedUp(qint64 value, qint64 step)
{
    const qint64 rest = value % step;
    return rest == 0 ? value : value - rest + (rest > 0 ? step : 0);
}

qint64 offsetUs(qint64 us, std::optional<int> utcOffset)
{
    return Second * (utcOffset ? *utcOffset : QDateTime::fromMSecsSinceEpoch(us / 1000).offsetFromUtc());
}

} // namespace

qint64 countStep(qint64 most, int lines)
{
    for (qint64 power = 1;; power *= 10)
        for (const qint64 factor : { 1, 2, 5 })
            if (factor * power * std::max(1, lines) >= most || power > most)
                return factor * power;
}

qint64 countTop(qint64 most, qint64 step)
{
    return std::max(step, roundedUp(std::max<qint64>(0, most), step));
}

qint64 timeStep(qint64 fromUs, qint64 toUs, int most)
{
    for (const qint64 step : TimeSteps)
        if ((toUs - fromUs) / step <= most)
            return step;
    return roundedUp((toUs - fromUs) / std::max(1, most), Day);
}

QList<qint64> timeTicks(qint64 fromUs, qint64 toUs, qint64 stepUs, std::optional<int> utcOffset)
{
    QList<qint64> ticks;
    for (qint64 at = fromUs; at <= toUs; ++at) {
        const qint64 offset = offsetUs(at, utcOffset);
        const qint64 wall = roundedUp(at + offset, stepUs);
        at = wall - offsetUs(wall - offset, utcOffset); // by the clock as it is then
        if (at <= toUs)
            ticks.append(at);
    }
    return ticks;
}

} // namespace mailhelm
