// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/penalties.h"

#include <algorithm>

namespace mailhelm
{

using std::chrono::duration_cast;
using std::chrono::microseconds;

static constexpr qint64 FirstUs = duration_cast<microseconds>(limits::FirstPenalty).count();
static constexpr qint64 LongestUs = duration_cast<microseconds>(limits::LongestPenalty).count();

Address sourceOf(const Address &address)
{
    if (address.isV4())
        return address;
    auto bytes = address.bytes();
    std::fill(bytes.begin() + 8, bytes.end(), quint8(0));
    return Address(bytes);
}

bool Penalties::isForgotten(const Entry &entry) const
{
    return m_clock.monotonicUs() >= entry.until + LongestUs;
}

void Penalties::failed(const Address &source)
{
    if (const auto found = m_bySource.constFind(source); found != m_bySource.cend())
        m_order.splice(m_order.begin(), m_order, *found);
    else
        m_bySource.insert(source, m_order.insert(m_order.begin(), Entry { source, 0, 0 }));

    Entry &entry = m_order.front();
    if (entry.failures > 0 && isForgotten(entry))
        entry.failures = 0;
    ++entry.failures;
    entry.until = m_clock.monotonicUs();
    if (const int counted = entry.failures - m_freeFailures; counted > 0)
        entry.until += std::min(LongestUs, FirstUs << std::min(counted - 1, 30));

    if (m_bySource.size() > m_maxSources) {
        m_bySource.remove(m_order.back().source);
        m_order.pop_back();
    }
}

void Penalties::succeeded(const Address &source)
{
    if (const auto found = m_bySource.constFind(source); found != m_bySource.cend()) {
        m_order.erase(*found);
        m_bySource.erase(found);
    }
}

qint64 Penalties::waitUs(const Address &source) const
{
    const auto found = m_bySource.constFind(source);
    return found == m_bySource.cend() ? 0 : std::max<qint64>(0, (*found)->until - m_clock.monotonicUs());
}

} // namespace mailhelm
