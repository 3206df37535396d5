// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/inactive.h"

#include <limits>

namespace mailhelm
{

namespace
{

using Kind = ActivityVerdict::Kind;
using Decider = ActivityVerdict::Decider;

constexpr qint64 Never = std::numeric_limits<qint64>::min();
constexpr qint64 Forever = std::numeric_limits<qint64>::max();

qint64 plus(qint64 time, qint64 us)
{
    return time > Forever - us ? Forever : time + us;
}

/// The dates of a row as numbers; Never = not known. Kept apart from ActivityFacts so that a pass over a large table
/// copies no text.
struct Dates {
    qint64 created = Never;
    qint64 lastLogin = Never;
    qint64 watchedSince = Never;
};

struct Ends {
    qint64 since = Never;
    qint64 isProtectedUntil = Never;
    qint64 listedFrom = Forever;
    Decider decider = Decider::Nothing;
};

Ends endsOf(const Dates &dates, const Timeframe &timeframe)
{
    Ends ends;
    if (dates.lastLogin != Never) {
        ends.since = dates.lastLogin;
        ends.decider = Decider::LastLogin;
    }
    if (dates.created != Never && plus(dates.created, NewAccountUs) > ends.since) {
        ends.since = plus(dates.created, NewAccountUs);
        ends.decider = Decider::Created;
    }
    const bool anchored = ends.decider != Decider::Nothing;
    // An account of unknown age is not younger than its first login, and the last one is no earlier than that.
    const qint64 oldEnough
        = dates.created == Never && dates.lastLogin != Never ? plus(dates.lastLogin, NewAccountUs) : Never;
    if (anchored)
        ends.isProtectedUntil = std::max(timeframe.reached(ends.since), oldEnough);
    if (dates.watchedSince == Never)
        return ends;
    if (dates.watchedSince > ends.since) {
        ends.since = dates.watchedSince;
        ends.decider = Decider::WatchedSince;
        if (anchored)
            ends.listedFrom = std::max(timeframe.reached(ends.since), oldEnough);
        return ends;
    }
    ends.listedFrom = ends.isProtectedUntil;
    return ends;
}

Kind kindOf(const Ends &ends, qint64 nowUs)
{
    if (nowUs >= ends.listedFrom && ends.listedFrom != Forever)
        return Kind::Inactive;
    return nowUs < ends.isProtectedUntil ? Kind::Active : Kind::Unjudged;
}

std::optional<qint64> known(const Column &column, Table::Slot slot)
{
    return column.isKnown(slot) ? std::optional(column.number(slot)) : std::nullopt;
}

Dates datesOf(const TableView &view, const ActivityColumns &columns, Table::Slot slot)
{
    const auto at = [&](int column) { return known(view.columns[column], slot).value_or(Never); };
    return { at(columns.created), at(columns.lastLogin), at(columns.watchedSince) };
}

bool isDeleting(const TableView &view, const ActivityColumns &columns, Table::Slot slot)
{
    const Column &enabled = view.columns[columns.enabled];
    return enabled.isKnown(slot) && enabled.text(slot) == QByteArrayView("deleting");
}

} // namespace

std::optional<Timeframe> Timeframe::parse(QStringView text)
{
    const std::optional<Span> span = parseSpan(text.trimmed());
    if (!span || (span->months == 0 && span->us <= 0))
        return std::nullopt;
    return Timeframe(*span);
}

const std::array<Timeframe, 4> &Timeframe::usual()
{
    static const std::array<Timeframe, 4> all { Timeframe(), Timeframe(Span { 0, qint64(90) * 86'400'000'000 }),
        Timeframe(Span { 6, 0 }), Timeframe(Span { 12, 0 }) };
    return all;
}

ActivityVerdict judgeActivity(const ActivityFacts &facts, const Timeframe &timeframe, qint64 nowUs)
{
    const Ends ends
        = endsOf({ facts.created.value_or(Never), facts.lastLogin.value_or(Never), facts.watchedSince.value_or(Never) },
            timeframe);
    ActivityVerdict verdict;
    verdict.kind = facts.deleting ? Kind::Deleting : kindOf(ends, nowUs);
    verdict.decider = ends.decider;
    if (ends.since != Never)
        verdict.since = ends.since;
    if (ends.isProtectedUntil != Never)
        verdict.protectedUntil = ends.isProtectedUntil;
    if (ends.listedFrom != Forever && !facts.deleting)
        verdict.listedFrom = ends.listedFrom;
    return verdict;
}

ActivityColumns ActivityColumns::of(const Schema &schema)
{
    return { schema.indexOf("enabled"), schema.indexOf("created"), schema.indexOf("last_login"),
        schema.indexOf("watched_since"), schema.indexOf("last_login_service"), schema.indexOf("last_login_address"),
        schema.indexOf("mailbox_bytes") };
}

ActivityFacts activityDates(const TableView &view, const ActivityColumns &columns, Table::Slot slot)
{
    ActivityFacts facts;
    facts.created = known(view.columns[columns.created], slot);
    facts.lastLogin = known(view.columns[columns.lastLogin], slot);
    facts.watchedSince = known(view.columns[columns.watchedSince], slot);
    facts.deleting = isDeleting(view, columns, slot);
    return facts;
}

ActivityFacts activityFacts(const TableView &view, const ActivityColumns &columns, Table::Slot slot)
{
    ActivityFacts facts = activityDates(view, columns, slot);
    if (columns.service >= 0 && view.columns[columns.service].isKnown(slot))
        facts.service = view.columns[columns.service].text(slot).toByteArray();
    if (columns.address >= 0 && view.columns[columns.address].isKnown(slot))
        facts.address = view.columns[columns.address].address(slot);
    return facts;
}

bool InactiveRule::matches(const TableView &view, Table::Slot slot, qint64 nowUs) const
{
    const Kind kind = kindOf(endsOf(datesOf(view, columns, slot), timeframe), nowUs);
    return kind == (unjudged ? Kind::Unjudged : Kind::Inactive) && !isDeleting(view, columns, slot);
}

InactiveSummary summariseInactive(const TableView &view, const ActivityColumns &columns, const Timeframe &timeframe,
    const FilterTime &time, const std::vector<quint8> *only)
{
    InactiveSummary sum;
    const auto widen = [&](qint64 instant) {
        sum.judgedFrom = std::min(sum.judgedFrom.value_or(instant), instant);
        sum.judgedUntil = std::max(sum.judgedUntil.value_or(instant), instant);
    };
    for (Table::Slot slot = 0; slot < Table::Slot(view.keys.size()); ++slot) {
        const RowKey &key = view.keys[slot];
        if (key.id == 0 || (only && !(*only)[slot]) || isDeleting(view, columns, slot))
            continue;
        ++sum.accounts;
        const Ends ends = endsOf(datesOf(view, columns, slot), timeframe);
        const qint64 offset = time.offsetOf(key.server);
        switch (kindOf(ends, time.nowUs + offset)) {
        case Kind::Inactive:
            ++sum.inactive;
            if (columns.mailboxBytes >= 0 && view.columns[columns.mailboxBytes].isKnown(slot))
                sum.bytes += view.columns[columns.mailboxBytes].number(slot);
            else
                ++sum.withoutBytes;
            break;
        case Kind::Unjudged:
            ++sum.unjudged;
            if (ends.listedFrom == Forever)
                ++sum.neverJudged;
            else
                widen(ends.listedFrom - offset);
            break;
        case Kind::Active:
        case Kind::Deleting:
            break;
        }
    }
    return sum;
}

} // namespace mailhelm
