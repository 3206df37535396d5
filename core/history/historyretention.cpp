// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyretention.h"

#include <algorithm>
#include <limits>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 JumpAhead = 3600 * Second;
constexpr qint64 JumpAtStart = 86'400 * Second; // an agent may well have been off for an hour
constexpr qint64 BelieveAfter = 3600 * Second;

} // namespace

HistoryRetention::HistoryRetention(HistoryFile &file, const HistoryLimits &limits, const Clock &clock)
    : m_file(file)
    , m_limits(limits)
    , m_clock(clock)
    , m_lastWall(clock.nowUs())
    , m_lastMonotonic(clock.monotonicUs())
{
}

Result<void> HistoryRetention::begin()
{
    const Result<QList<HistoryDone::Span>> watched = m_file.watched(0);
    if (!watched)
        return watched.error();
    qint64 newest = 0;
    for (const HistoryDone::Span &span : watched.value())
        newest = std::max(newest, span.toUs);
    if (m_limits.doubtsClock && newest != 0 && m_clock.nowUs() - newest > JumpAtStart)
        m_deleteNothingBefore = m_clock.monotonicUs() + BelieveAfter;
    return {};
}

void HistoryRetention::followClock()
{
    const qint64 wall = m_clock.nowUs();
    const qint64 monotonic = m_clock.monotonicUs();
    if (m_limits.doubtsClock && (wall - m_lastWall) - (monotonic - m_lastMonotonic) > JumpAhead)
        m_deleteNothingBefore = monotonic + BelieveAfter;
    m_lastWall = wall;
    m_lastMonotonic = monotonic;
}

Result<bool> HistoryRetention::removeOldest(qint64 before)
{
    const Result<std::optional<qint64>> end = m_file.removeOldest(before);
    if (!end || !end.value())
        return end ? Result<bool>(false) : Result<bool>(end.error());
    const Result<qint64> horizon = m_file.horizon();
    if (!horizon)
        return horizon.error();
    if (Result<void> done = m_file.setHorizon(std::max(horizon.value(), *end.value())); !done)
        return done.error();
    return true;
}

Result<void> HistoryRetention::makeRoom(qint64 bytes, int most)
{
    for (int i = 0; i < most; ++i) {
        const Result<qint64> excess = m_file.excess(bytes);
        if (!excess)
            return excess.error();
        if (excess.value() <= 0)
            return {};
        const Result<bool> removed = removeOldest(std::numeric_limits<qint64>::max());
        if (!removed)
            return removed.error();
        if (!removed.value())
            return {}; // what is left is live or recent
    }
    return {};
}

Result<bool> HistoryRetention::forgetOld()
{
    if (m_clock.monotonicUs() < m_deleteNothingBefore)
        return false;
    for (int i = 0; i < PiecesPerSlice; ++i) {
        const Result<bool> removed = removeOldest(keepSince());
        if (!removed || !removed.value())
            return removed ? Result<bool>(false) : removed;
    }
    return m_file.forgetWatched(keepSince()).ok();
}

} // namespace mailhelm
