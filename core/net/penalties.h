// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"
#include "core/base/clock.h"
#include "core/protocol/limits.h"

#include <QHash>

#include <list>

namespace mailhelm
{

/// What counts as one source of connections: an IPv4 address, or the /64 of an IPv6 address, since whoever has one
/// IPv6 address has all of its /64.
[[nodiscard]] Address sourceOf(const Address &address);

/// Keeps sources whose logins fail waiting: the first failures are free, then 5 s, doubling up to 10 min. Ten minutes
/// after its last failure or penalty a source is forgotten. Bounded: the source that failed longest ago gives way.
/// Not thread-safe; `clock` outlives it.
class Penalties
{
public:
    explicit Penalties(
        const Clock &clock, int freeFailures = limits::FreeFailures, qsizetype maxSources = limits::PenaltySources)
        : m_clock(clock)
        , m_freeFailures(freeFailures)
        , m_maxSources(maxSources)
    {
    }

    /// `source` as sourceOf() gives it.
    void failed(const Address &source);
    /// A login went well: all is forgiven.
    void succeeded(const Address &source);
    /// µs that `source` still has to wait; 0 = none.
    [[nodiscard]] qint64 waitUs(const Address &source) const;
    [[nodiscard]] qsizetype size() const { return m_bySource.size(); }

private:
    struct Entry {
        Address source;
        int failures = 0;
        qint64 until = 0; ///< monotonic µs, the end of the penalty; without one the time of the failure
    };
    using Order = std::list<Entry>;

    [[nodiscard]] bool isForgotten(const Entry &entry) const;

    const Clock &m_clock;
    int m_freeFailures;
    qsizetype m_maxSources;
    Order m_order; ///< the latest failure first
    QHash<Address, Order::iterator> m_bySource;
};

} // namespace mailhelm
