// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace mailhelm
{

/// How much a history keeps: whichever is met first, the oldest goes.
struct HistoryLimits {
    qint64 keepMs = qint64(30) * 86'400'000;
    qint64 maxBytes = qint64(1) << 30;
    /// Where a program runs all the time, a clock that jumps ahead is a mistake more often than not, and must not
    /// delete everything: for an hour it has to stand by it. One that is started now and then finds old rows to be old.
    bool doubtsClock = true;
};

} // namespace mailhelm
