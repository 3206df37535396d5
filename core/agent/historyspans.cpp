// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/historyspans.h"

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

} // namespace mailhelm
