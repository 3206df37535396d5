// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <vector>

namespace mailhelm
{

/// The times during which one source of logins was watched, or its log read back: spans that neither overlap nor touch,
/// oldest first. Both ends belong to a span. µs since 1970 UTC. A plain value.
class WatchedSpans
{
public:
    /// Adds from..to; nothing where to < from.
    void add(qint64 from, qint64 to);
    void join(const WatchedSpans &other);
    /// Everything after `now` is taken back: it was written by a clock that has been set back since.
    void cutAfter(qint64 now);

    /// Start of the span that holds `time`.
    [[nodiscard]] std::optional<qint64> startOf(qint64 time) const;
    /// End of the newest span that does not begin after `time`.
    [[nodiscard]] std::optional<qint64> endBefore(qint64 time) const;
    [[nodiscard]] bool covers(qint64 from, qint64 to) const;
    [[nodiscard]] bool isEmpty() const { return m_spans.empty(); }

    /// "FROM-TO FROM-TO": one line of text, so that a person can read the store. decode() leaves out what it does not
    /// understand.
    [[nodiscard]] QByteArray encode() const;
    [[nodiscard]] static WatchedSpans decode(QByteArrayView text);

    friend bool operator==(const WatchedSpans &, const WatchedSpans &) = default;

private:
    struct Span {
        qint64 from = 0;
        qint64 to = 0;
        friend bool operator==(const Span &, const Span &) = default;
    };
    static constexpr size_t MostSpans = 64; ///< the oldest go first: only the present one decides anything
    std::vector<Span> m_spans;
};

} // namespace mailhelm
