// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historyspans.h"

#include "core/protocol/limits.h"

#include <algorithm>

namespace mailhelm
{

QList<HistoryDone::Span> unwatchedSpans(QList<HistoryDone::Span> watched, qint64 from, qint64 to)
{
    std::sort(watched.begin(), watched.end(), [](const auto &a, const auto &b) { return a.fromUs < b.fromUs; });
    QList<HistoryDone::Span> out;
    qint64 at = from;
    for (const HistoryDone::Span &span : std::as_const(watched)) {
        if (span.fromUs >= to || at >= to)
            break;
        if (span.toUs <= at || span.toUs <= span.fromUs)
            continue;
        if (span.fromUs > at)
            out.append({ at, span.fromUs });
        at = span.toUs;
    }
    if (at < to)
        out.append({ at, to });
    if (out.size() > limits::UnwatchedSpans) {
        out.resize(limits::UnwatchedSpans);
        out.last().toUs = to;
    }
    return out;
}

QList<HistoryDone::Span> commonSpans(const QList<HistoryDone::Span> &one, const QList<HistoryDone::Span> &other)
{
    QList<HistoryDone::Span> out;
    for (auto a = one.cbegin(), b = other.cbegin(); a != one.cend() && b != other.cend();) {
        const HistoryDone::Span both { std::max(a->fromUs, b->fromUs), std::min(a->toUs, b->toUs) };
        if (both.fromUs < both.toUs)
            out.append(both);
        a->toUs < b->toUs ? ++a : ++b;
    }
    return out;
}

} // namespace mailhelm
