// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/filterparser.h"

#include "core/base/safetext.h"
#include "core/table/filtervalues.h"
#include "core/table/span.h"

#include <limits>

namespace mailhelm::filterdetail
{

NodePtr Parser::compare(int column, Op op, const Written &value)
{
    Node node;
    node.column = column;
    node.op = op;
    if (value.text == QLatin1String("?") && !value.quoted) {
        if (op == Op::Equals) {
            node.kind = Node::Kind::Unknown;
            return share(std::move(node));
        }
        if (op != Op::Contains)
            return fail(value.position, 1,
                tr("what is not known compares with nothing. Write %1=?")
                    .arg(QString::fromUtf8(m_schema.column(column).key)));
    }
    switch (m_schema.column(column).type) {
    case ColumnType::Text:
    case ColumnType::Choice:
        return compareText(std::move(node), value);
    case ColumnType::Address:
        return compareAddress(std::move(node), value);
    case ColumnType::Number:
        return compareNumber(std::move(node), value);
    case ColumnType::Time:
        return compareTime(std::move(node), value);
    case ColumnType::Flag:
        return compareFlag(std::move(node), value);
    }
    return fail(value.position, value.length, tr("this column cannot be filtered."));
}

NodePtr Parser::compareText(Node node, const Written &value)
{
    node.kind = Node::Kind::Text;
    node.text = foldedUtf8(value.text.toUtf8());
    return share(std::move(node));
}

NodePtr Parser::compareAddress(Node node, const Written &value)
{
    node.text = foldedUtf8(value.text.toUtf8());
    node.network = parseNetwork(node.text, false);
    if (node.op == Op::Contains) {
        node.kind = node.network && node.text.contains('/') ? Node::Kind::AddressIn : Node::Kind::AddressText;
        if (!node.network && !inAddresses(node.text))
            return fail(value.position, value.length,
                tr("\"%1\" occurs in no address. Write a part of one (10.0.), or a network (10.0.0.0/8, "
                   "2001:db8::/32).")
                    .arg(safeText(value.text, 60)));
        return share(std::move(node));
    }
    if (!node.network)
        return fail(value.position, value.length,
            tr("\"%1\" is neither an address nor a network. Write 192.0.2.1, 2001:db8::1, 10.0.0.0/8 or 2001:db8::/32.")
                .arg(safeText(value.text, 60)));
    node.kind = node.op == Op::Equals ? Node::Kind::AddressIn : Node::Kind::AddressOrder;
    if (node.kind == Node::Kind::AddressOrder && node.text.contains('/'))
        return fail(value.position, value.length, tr("a network cannot be compared by size. Use = or :"));
    return share(std::move(node));
}

/// Bounds for `low <= cell <= high` from a comparison with what was written, first to last.
static bool bound(Node &node, qint64 first, qint64 last)
{
    constexpr qint64 Least = std::numeric_limits<qint64>::min();
    constexpr qint64 Most = std::numeric_limits<qint64>::max();
    node.kind = Node::Kind::Range;
    node.low = Least;
    node.high = Most;
    switch (node.op) {
    case Op::Contains:
    case Op::Equals:
        node.low = first;
        node.high = last;
        return true;
    case Op::Less:
        node.high = first - 1;
        return first != Least;
    case Op::LessEqual:
        node.high = first;
        return true;
    case Op::Greater:
        node.low = first + 1;
        return first != Most;
    case Op::GreaterEqual:
        node.low = first;
        return true;
    }
    return false;
}

NodePtr Parser::compareNumber(Node node, const Written &value)
{
    const bool bytes = m_schema.column(node.column).traits.testFlag(ColumnTrait::Bytes);
    const bool seconds = m_schema.column(node.column).traits.testFlag(ColumnTrait::Seconds);
    const std::optional<Span> span = seconds ? parseSpan(value.text) : std::nullopt;
    const std::optional<qint64> number
        = span && span->months == 0 ? span->us / 1'000'000 : parseNumber(value.text, bytes);
    if (!number)
        return fail(value.position, value.length,
            (bytes ? tr("\"%1\" is no size. Write a number with k, M, G, T (powers of 1000) or Ki, Mi, Gi, Ti (of "
                        "1024), such as 1.5M.")
                   : tr("\"%1\" is no whole number. Write one, such as 993."))
                .arg(safeText(value.text, 60)));
    if (!bound(node, *number, *number))
        return fail(value.position, value.length, tr("no number is beyond that one."));
    return share(std::move(node));
}

NodePtr Parser::compareTime(Node node, const Written &value)
{
    const bool equality = node.op == Op::Equals || node.op == Op::Contains;
    if (equality && !value.quoted && value.text.compare(QLatin1String("never"), Qt::CaseInsensitive) == 0
        && m_schema.indexOf("last_login") >= 0) {
        node.kind = Node::Kind::Unknown;
        return share(std::move(node));
    }
    if (const std::optional<Moment> moment = parseMoment(value.text)) {
        if (!bound(node, moment->first, moment->last))
            return fail(value.position, value.length, tr("no time is beyond that one."));
        return share(std::move(node));
    }
    const std::optional<Span> span = parseSpan(value.text);
    if (!span)
        return fail(value.position, value.length,
            tr("\"%1\" is neither a span (90s, 5m, 1h30m, 7d, 2w, 6mo, 1y) nor a date (2026-11-01, or with a time "
               "\"2026-11-01 09:30\").")
                .arg(safeText(value.text, 60)));
    if (equality)
        return fail(value.position, value.length,
            tr("an age is never exactly a span. Write %1>%2 for older than that, %1<%2 for younger.")
                .arg(QString::fromUtf8(m_schema.column(node.column).key), value.text));
    node.kind = Node::Kind::Age;
    node.span = *span;
    return share(std::move(node));
}

NodePtr Parser::compareFlag(Node node, const Written &value)
{
    if (node.op != Op::Equals && node.op != Op::Contains)
        return fail(value.position, value.length, tr("yes and no have no order. Use = here."));
    const std::optional<bool> flag = parseFlag(value.text);
    if (!flag)
        return fail(value.position, value.length,
            tr("\"%1\" is neither yes nor no. Write yes, no, true, false, or ? for not known.")
                .arg(safeText(value.text, 60)));
    node.kind = Node::Kind::Flag;
    node.flag = *flag;
    return share(std::move(node));
}

} // namespace mailhelm::filterdetail
