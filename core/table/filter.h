// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/filtertime.h"
#include "core/table/table.h"

#include <QCoreApplication>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace mailhelm
{

namespace filterdetail
{
struct Node;
}
class Timeframe;

/// Where a filter's text is wrong, in UTF-16 units of it, for underlining; length is at least 1 and may reach one past
/// the end.
struct FilterError {
    qsizetype position = 0;
    qsizetype length = 0;
    QString message; ///< what is wrong and how to mend it, without the position
};

/// What could stand at the cursor: replaces `length` units from `from`.
struct FilterCompletion {
    qsizetype from = 0;
    qsizetype length = 0;
    QStringList choices;
};

// clang-format off
/// An expression of the filter language, the same on the command line and in the console:
///
///     alice             a word: in a text column, or in the written form of an address
///     10.0.0.0/8        a word that is a network: any address in it, too
///     key:v  key=v      contains; equals. On addresses both take a network. On numbers, flags and dates : is =
///     key=?  key=""     not known; known to be empty.    key!=v is !key=v
///     key>v >= < <=     numbers, dates, spans, addresses, texts in their order, and
///     bytes_in>1M       sizes: k M G T are powers of 1000, Ki Mi Gi Ti of 1024
///     since>1h          a span compares the age: older than. Units s, m or min, h, d, w, mo, y, also together (1h30m).
///                       Months and years are calendar ones, in UTC: older than 1mo is what is past time + 1 month
///     since>2026-11-01  a date compares the point: later than the start of that day where the program runs; with a
///                       time 2026-11-01T09:30[:15[.5]], a zone at the end (Z, +01:00), or "2026-11-01 09:30".
///                       With = and : anywhere within what was written
///     last_login=never  not known, in tables that have last_login
///     a b   a | b       and, which binds tighter; or
///     !a   !(a | b)     not, of the one term or group that follows
///     "a b"             quotes, with \" and \\ in them
///
/// Text is compared case-folded. What is not known satisfies no comparison, and therefore does satisfy a negated one.
/// Immutable and implicitly shared; may go to any thread.
// clang-format on
class Filter
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::Filter)

public:
    Filter(); ///< lets everything through
    /// The error's text says what, at which character, and how to mend it; `where` gets it for underlining.
    [[nodiscard]] static Result<Filter> parse(const QString &text, const Schema &schema, FilterError *where = nullptr);

    /// The rows of `users` that are inactive for that long or longer (core/table/inactive.h); or, with `unjudged`,
    /// those that cannot be judged yet. Rows come and go with the time, as with ages. Not for other tables.
    [[nodiscard]] static Filter inactive(const Timeframe &timeframe, const Schema &users, bool unjudged = false);
    /// What both let through, made for the same schema.
    [[nodiscard]] static Filter both(const Filter &a, const Filter &b);

    [[nodiscard]] const QString &text() const { return m_text; }
    [[nodiscard]] bool isEmpty() const { return !m_root; } ///< lets everything through
    /// Whether it compares ages, so that rows come and go without being changed.
    [[nodiscard]] bool hasAges() const;
    /// Whether it reads `column` of the schema it was made for.
    [[nodiscard]] bool reads(int column, const ColumnSpec &spec) const;

    /// A term that matches exactly this cell, whatever it holds: `user="a \"b\""`, `user=?`, `port=25`.
    [[nodiscard]] static QString quoted(QByteArrayView key, const Value &value, ColumnType type);
    /// Text alone.
    [[nodiscard]] static QString quoted(QByteArrayView key, QByteArrayView text);
    /// Keys, operators or fixed values for where the cursor stands.
    [[nodiscard]] static FilterCompletion complete(const QString &text, qsizetype cursor, const Schema &schema);

    friend bool operator==(const Filter &a, const Filter &b) { return a.m_root == b.m_root || a.m_text == b.m_text; }

private:
    friend class FilterRun;
    QString m_text;
    std::shared_ptr<const filterdetail::Node> m_root;
};

/// A filter at work on the columns of one moment. Make it, use it, let go of it: while it lives, a change of the table
/// copies columns.
class FilterRun
{
public:
    FilterRun(Filter filter, TableView view, FilterTime time);

    [[nodiscard]] bool matches(Table::Slot slot) const; ///< of a live row
    /// A byte for each slot: 1 where a row is and matches. Texts are searched once for each different one.
    [[nodiscard]] std::vector<quint8> all() const;
    /// The next instant by this machine's clock, later than time.nowUs, at which the row's age may decide otherwise;
    /// nullopt: never.
    [[nodiscard]] std::optional<qint64> nextFlip(Table::Slot slot) const;
    [[nodiscard]] std::optional<qint64> nextFlip() const; ///< of all rows
    /// The rows whose age may decide otherwise now than at `sinceUs` of this machine's clock.
    [[nodiscard]] QList<Table::Slot> flippedSince(qint64 sinceUs) const;

    [[nodiscard]] const TableView &view() const { return m_view; }
    [[nodiscard]] const FilterTime &time() const { return m_time; }

private:
    Filter m_filter;
    TableView m_view;
    FilterTime m_time;
};

} // namespace mailhelm
