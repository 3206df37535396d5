// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/backoff.h"

#include <algorithm>

namespace mailhelm
{

Backoff::Backoff(std::function<double()> random, std::chrono::milliseconds first, std::chrono::milliseconds longest)
    : m_random(std::move(random))
    , m_first(first)
    , m_longest(std::max(first, longest))
    , m_low(first)
{
}

std::chrono::milliseconds Backoff::next()
{
    using std::chrono::milliseconds;
    const double chance = std::clamp(m_random(), 0.0, 1.0);
    const milliseconds wait = m_low + milliseconds(static_cast<milliseconds::rep>(chance * double(m_low.count())));
    m_low = std::min(m_low * 2, std::max(m_first, m_longest / 2));
    return std::clamp(wait, m_first, m_longest);
}

} // namespace mailhelm
