// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace mailhelm
{

/// The only place that time comes from. Injected by constructor, so that tests move it by hand.
/// Owned by the composition in app/ (or the test) and outlives whoever uses it. Thread-safe to read.
class Clock
{
public:
    virtual ~Clock() = default;
    /// Wall clock, µs since 1970-01-01 UTC: for what is shown and stored. May jump.
    [[nodiscard]] virtual qint64 nowUs() const = 0;
    /// µs since an arbitrary start: for intervals and deadlines. Never goes back.
    [[nodiscard]] virtual qint64 monotonicUs() const = 0;
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] qint64 nowUs() const override;
    [[nodiscard]] qint64 monotonicUs() const override;
};

/// A clock for tests: stands still until it is moved.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(qint64 nowUs = 1'763'800'000'000'000)
        : m_nowUs(nowUs)
    {
    }
    [[nodiscard]] qint64 nowUs() const override { return m_nowUs; }
    [[nodiscard]] qint64 monotonicUs() const override { return m_monotonicUs; }
    void advanceUs(qint64 us)
    {
        m_nowUs += us;
        m_monotonicUs += us;
    }
    /// The wall clock alone jumps, as when an administrator sets it.
    void jumpTo(qint64 nowUs) { m_nowUs = nowUs; }

private:
    qint64 m_nowUs;
    qint64 m_monotonicUs = 1'000'000;
};

} // namespace mailhelm
