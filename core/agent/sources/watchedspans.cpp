// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/watchedspans.h"

#include "core/agent/sources/logtext.h"

#include <QList>

#include <algorithm>

namespace mailhelm
{

void WatchedSpans::add(qint64 from, qint64 to)
{
    if (to < from)
        return;
    // What touches it: from the first span that ends no earlier than from - 1, to the last that begins by to + 1.
    auto first = std::find_if(m_spans.begin(), m_spans.end(), [&](const Span &span) { return span.to >= from - 1; });
    auto last = first;
    while (last != m_spans.end() && last->from <= to + 1) {
        from = std::min(from, last->from);
        to = std::max(to, last->to);
        ++last;
    }
    first = m_spans.erase(first, last);
    m_spans.insert(first, Span { from, to });
    if (m_spans.size() > MostSpans)
        m_spans.erase(m_spans.begin());
}

void WatchedSpans::join(const WatchedSpans &other)
{
    for (const Span &span : other.m_spans)
        add(span.from, span.to);
}

void WatchedSpans::cutAfter(qint64 now)
{
    while (!m_spans.empty() && m_spans.back().from > now)
        m_spans.pop_back();
    if (!m_spans.empty())
        m_spans.back().to = std::min(m_spans.back().to, now);
}

std::optional<qint64> WatchedSpans::startOf(qint64 time) const
{
    for (const Span &span : m_spans)
        if (span.from <= time && time <= span.to)
            return span.from;
    return std::nullopt;
}

std::optional<qint64> WatchedSpans::endBefore(qint64 time) const
{
    for (auto span = m_spans.rbegin(); span != m_spans.rend(); ++span)
        if (span->from <= time)
            return span->to;
    return std::nullopt;
}

bool WatchedSpans::covers(qint64 from, qint64 to) const
{
    return std::any_of(
        m_spans.begin(), m_spans.end(), [&](const Span &span) { return span.from <= from && to <= span.to; });
}

QByteArray WatchedSpans::encode() const
{
    QByteArray text;
    for (const Span &span : m_spans) {
        if (!text.isEmpty())
            text += ' ';
        text += QByteArray::number(span.from) + '-' + QByteArray::number(span.to);
    }
    return text;
}

WatchedSpans WatchedSpans::decode(QByteArrayView text)
{
    WatchedSpans spans;
    for (const QByteArray &part : text.toByteArray().split(' ')) {
        const qsizetype dash = part.indexOf('-');
        if (dash <= 0)
            continue;
        const std::optional<qint64> from = wholeNumber(QByteArrayView(part).first(dash));
        const std::optional<qint64> to = wholeNumber(QByteArrayView(part).sliced(dash + 1));
        if (from && to)
            spans.add(*from, *to);
    }
    return spans;
}

} // namespace mailhelm
