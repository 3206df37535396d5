// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/history/historyfile.h"
#include "core/history/historylimits.h"

namespace mailhelm
{

/// How long the history keeps what it has: the oldest pieces go first, by age and by size, a few at a time. Lives on
/// the history's thread; file and clock outlive it.
class HistoryRetention
{
public:
    static constexpr int PiecesPerSlice = 16; ///< deleted in one transaction

    HistoryRetention(HistoryFile &file, const HistoryLimits &limits, const Clock &clock);

    /// After the file was opened: the clock may have jumped meanwhile.
    Result<void> begin();
    /// Regularly. A clock that jumps ahead by mistake must not delete everything: for an hour it has to stand by it.
    void followClock();
    void setKeep(qint64 ms) { m_limits.keepMs = ms; }
    /// What ended before is too old to be told.
    [[nodiscard]] qint64 keepSince() const { return m_clock.nowUs() - m_limits.keepMs * 1000; }
    /// Before so many bytes are added: the oldest pieces go, where the file would become larger than it may be. At most
    /// so many.
    Result<void> makeRoom(qint64 bytes, int most);
    /// A slice of what is too old. True: there may be more.
    Result<bool> forgetOld();

private:
    Result<bool> removeOldest(qint64 before);

    HistoryFile &m_file;
    HistoryLimits m_limits;
    const Clock &m_clock;
    qint64 m_lastWall = 0;
    qint64 m_lastMonotonic = 0;
    qint64 m_deleteNothingBefore = 0; ///< monotonic
};

} // namespace mailhelm
