// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/span.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Day = 86'400 * Second;
constexpr int MaxYears = 10'000;

struct SpanUnit {
    const char *name;
    qint64 us;
    int months;
};
constexpr std::array<SpanUnit, 8> SpanUnits { {
    { "s", Second, 0 },
    { "m", 60 * Second, 0 },
    { "min", 60 * Second, 0 },
    { "h", 3600 * Second, 0 },
    { "d", Day, 0 },
    { "w", 7 * Day, 0 },
    { "mo", 0, 1 },
    { "y", 0, 12 },
} };

} // namespace

std::optional<double> readDecimal(QStringView text, qsizetype &at)
{
    const qsizetype first = at;
    qsizetype digits = 0;
    bool point = false;
    for (; at < text.size(); ++at) {
        if (text[at] >= u'0' && text[at] <= u'9')
            ++digits;
        else if (text[at] == u'.' && !point && digits > 0)
            point = true;
        else
            break;
    }
    if (digits == 0 || digits > 18 || text[at - 1] == u'.')
        return std::nullopt;
    return text.sliced(first, at - first).toDouble();
}

qint64 expiry(qint64 timeUs, const Span &span)
{
    constexpr qint64 Most = std::numeric_limits<qint64>::max();
    constexpr qint64 Sane = 300'000 * Day; // some 800 years either way: where calendars mean something
    qint64 moved = timeUs;
    if (span.months > 0 && timeUs > -Sane && timeUs < Sane) {
        const qint64 day = timeUs >= 0 ? timeUs / Day : -((-timeUs + Day - 1) / Day);
        // <chrono>'s calendar is a few nanoseconds, QDate's fifty: tables are large.
        const std::chrono::year_month_day from { std::chrono::sys_days(std::chrono::days(day)) };
        std::chrono::year_month_day to = from + std::chrono::months(span.months);
        if (!to.ok())
            to = to.year() / to.month() / std::chrono::last;
        moved = std::chrono::sys_days(to).time_since_epoch().count() * Day + (timeUs - day * Day);
    }
    return moved > Most - span.us ? Most : moved + span.us;
}

std::optional<Span> parseSpan(QStringView text)
{
    Span span;
    double us = 0;
    double months = 0;
    qsizetype at = 0;
    do {
        const std::optional<double> number = readDecimal(text, at);
        if (!number)
            return std::nullopt;
        const qsizetype first = at;
        while (at < text.size() && text[at].isLetter())
            ++at;
        const QByteArray name = text.sliced(first, at - first).toLatin1().toLower();
        const auto unit
            = std::find_if(SpanUnits.begin(), SpanUnits.end(), [&](const SpanUnit &u) { return name == u.name; });
        if (unit == SpanUnits.end())
            return std::nullopt;
        us += *number * double(unit->us);
        months += *number * unit->months;
    } while (at < text.size());
    if (months != std::floor(months) || months > MaxYears * 12.0 || us > MaxYears * 366.0 * double(Day))
        return std::nullopt;
    span.months = int(months);
    span.us = qint64(std::llround(us));
    return span;
}

QByteArray spanText(const Span &span)
{
    QByteArray text;
    if (span.months > 0)
        text = QByteArray::number(span.months) + "mo";
    qint64 rest = span.us;
    for (const SpanUnit &unit : { SpanUnit { "d", Day, 0 }, SpanUnit { "h", 3600 * Second, 0 },
             SpanUnit { "m", 60 * Second, 0 }, SpanUnit { "s", Second, 0 } }) {
        if (rest >= unit.us)
            text += QByteArray::number(rest / unit.us) + unit.name;
        rest %= unit.us;
    }
    return text.isEmpty() ? QByteArray("0s") : text;
}

} // namespace mailhelm
