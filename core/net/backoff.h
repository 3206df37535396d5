// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/limits.h"

#include <chrono>
#include <functional>

namespace mailhelm
{

/// How long to wait before the next attempt: the range doubles with every attempt up to a minute, and the wait is a
/// random point in its upper half, so that many consoles do not come back to a restarted agent in one instant.
class Backoff
{
public:
    /// `random` gives numbers in [0, 1).
    explicit Backoff(std::function<double()> random, std::chrono::milliseconds first = limits::BackoffFirst,
        std::chrono::milliseconds longest = limits::BackoffLongest);

    /// The wait before the next attempt; never below `first`, never above `longest`.
    [[nodiscard]] std::chrono::milliseconds next();
    /// After a success: the next wait is a short one again.
    void reset() { m_low = m_first; }

private:
    std::function<double()> m_random;
    std::chrono::milliseconds m_first;
    std::chrono::milliseconds m_longest;
    std::chrono::milliseconds m_low; ///< the next wait lies in [m_low, 2 m_low)
};

} // namespace mailhelm
