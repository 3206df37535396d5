// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"

#include <chrono>

namespace mailhelm
{

using namespace std::chrono;

qint64 SystemClock::nowUs() const
{
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

qint64 SystemClock::monotonicUs() const
{
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace mailhelm
