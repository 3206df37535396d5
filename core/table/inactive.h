// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/filtertime.h"
#include "core/table/span.h"
#include "core/table/table.h"

#include <QStringView>

#include <array>
#include <optional>
#include <vector>

namespace mailhelm
{

/// Who is inactive: a row of `users` whose account nobody has logged into for a span *or longer*, by any service.
///
/// `inactive_since` is the latest of last_login, created + 30 days, and watched_since: an account is given 30 days
/// before its silence counts, and silence counts only while somebody watched. (Created on day 0, logged in on day 1:
/// with 30 days first listed on day 60.) All pure; times in µs since 1970 UTC, by the clock of the row's server.

/// For how long nobody must have logged in. 30 days unless said otherwise; never empty.
class Timeframe
{
public:
    Timeframe() = default;
    /// "30d", "90d", "6mo", "12mo", or any other span that is longer than nothing.
    [[nodiscard]] static std::optional<Timeframe> parse(QStringView text);
    /// 30 days, 90 days, 6 months, 12 months.
    [[nodiscard]] static const std::array<Timeframe, 4> &usual();

    /// "30d", "6mo": what parse() reads. A year is written 12mo.
    [[nodiscard]] QByteArray text() const { return spanText(m_span); }
    [[nodiscard]] const Span &span() const { return m_span; }
    /// The first instant at which silence since `since` lasts that long or longer.
    [[nodiscard]] qint64 reached(qint64 since) const { return expiry(since, m_span); }

    friend bool operator==(const Timeframe &, const Timeframe &) = default;

private:
    explicit Timeframe(const Span &span)
        : m_span(span)
    {
    }
    Span m_span { 0, qint64(30) * 86'400'000'000 };
};

/// So long an account is too young for its silence to mean anything.
constexpr qint64 NewAccountUs = qint64(30) * 86'400'000'000;

/// What one row of `users` says about its activity.
struct ActivityFacts {
    std::optional<qint64> created;
    std::optional<qint64> lastLogin; ///< nullopt: none is known
    std::optional<qint64> watchedSince; ///< nullopt: nobody can say since when every login would have been seen
    bool deleting = false; ///< already on its way out
    // For explanations: how the last login happened.
    QByteArray service; ///< empty = not known
    Address address; ///< null = not known
};

struct ActivityVerdict {
    enum class Kind : quint8 {
        Active, ///< or too new to count
        Inactive,
        Unjudged, ///< no login was seen, but nobody watched for long enough
        Deleting, ///< never listed
    };
    /// Which of the three dates is the latest, and so decides.
    enum class Decider : quint8 { Nothing, LastLogin, Created, WatchedSince };
    Kind kind = Kind::Unjudged;
    Decider decider = Decider::Nothing;
    std::optional<qint64> since; ///< inactive_since; nullopt: it cannot be told
    /// When it becomes inactive if nobody logs in. nullopt: never, or nobody can say: watched_since is not known, or
    /// neither a login nor the day of creation is.
    std::optional<qint64> listedFrom;
    std::optional<qint64> protectedUntil; ///< until then it is active for certain, whoever watched
};
[[nodiscard]] ActivityVerdict judgeActivity(const ActivityFacts &facts, const Timeframe &timeframe, qint64 nowUs);

/// The columns of `users` that the rule reads, in the schema at hand (a replica has one more, in front).
struct ActivityColumns {
    int enabled = -1;
    int created = -1;
    int lastLogin = -1;
    int watchedSince = -1;
    int service = -1;
    int address = -1;
    int mailboxBytes = -1;
    [[nodiscard]] static ActivityColumns of(const Schema &schema);
    [[nodiscard]] bool isValid() const { return enabled >= 0 && created >= 0 && lastLogin >= 0 && watchedSince >= 0; }
    friend bool operator==(const ActivityColumns &, const ActivityColumns &) = default;
};
[[nodiscard]] ActivityFacts activityFacts(const TableView &view, const ActivityColumns &columns, Table::Slot slot);
/// The same without what is for explanations only: allocates nothing.
[[nodiscard]] ActivityFacts activityDates(const TableView &view, const ActivityColumns &columns, Table::Slot slot);

/// The rule as a condition on rows: what Filter::inactive() holds.
struct InactiveRule {
    ActivityColumns columns;
    Timeframe timeframe;
    bool unjudged = false; ///< lets those through that cannot be judged yet, and only those

    [[nodiscard]] bool matches(const TableView &view, Table::Slot slot, qint64 nowUs) const;
    /// Calls `at` with each instant, by the clock of the row's server, from which on matches() may say otherwise.
    template<typename F>
    void eachTurn(const TableView &view, Table::Slot slot, const F &at) const
    {
        const ActivityVerdict verdict = judgeActivity(activityDates(view, columns, slot), timeframe, 0);
        if (unjudged && verdict.protectedUntil)
            at(*verdict.protectedUntil);
        if (verdict.listedFrom)
            at(*verdict.listedFrom);
    }
};

/// What the page says above its list.
struct InactiveSummary {
    qsizetype accounts = 0; ///< without those that are being deleted
    qsizetype inactive = 0;
    qint64 bytes = 0; ///< that the mailboxes of the inactive hold
    qsizetype withoutBytes = 0; ///< inactive ones whose size is not known
    qsizetype unjudged = 0;
    qsizetype neverJudged = 0; ///< those among them of which nobody can say when
    std::optional<qint64> judgedFrom; ///< none of them can be judged before; by this machine's clock
    std::optional<qint64> judgedUntil; ///< by then all can that ever can
    friend bool operator==(const InactiveSummary &, const InactiveSummary &) = default;
};
/// Of all rows, or of those with a 1 in `only` (a byte for each slot, as FilterRun::all() gives it). One pass.
[[nodiscard]] InactiveSummary summariseInactive(const TableView &view, const ActivityColumns &columns,
    const Timeframe &timeframe, const FilterTime &time, const std::vector<quint8> *only = nullptr);

} // namespace mailhelm
