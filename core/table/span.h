// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QStringView>

#include <optional>

namespace mailhelm
{

/// A length of time: calendar months, in UTC, whose ends clamp (31 January + 1mo = 28 or 29 February), and a fixed
/// part.
struct Span {
    int months = 0;
    qint64 us = 0;
    friend bool operator==(const Span &, const Span &) = default;
};

/// The instant at which something of time `timeUs` is as old as the span; saturates.
[[nodiscard]] qint64 expiry(qint64 timeUs, const Span &span);
/// "90s", "5m", "5min", "1h30m", "1.5h", "2w", "6mo", "1y".
[[nodiscard]] std::optional<Span> parseSpan(QStringView text);
/// As parseSpan() reads it; parts of a second are left out.
[[nodiscard]] QByteArray spanText(const Span &span);
/// The digits, with at most one point among them, from `at` on; moves `at` behind them.
[[nodiscard]] std::optional<double> readDecimal(QStringView text, qsizetype &at);

} // namespace mailhelm
