// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/filter.h"

#include "core/table/filternode.h"

#include <string_view>

namespace mailhelm
{

using filterdetail::Node;
using filterdetail::NodePtr;
using filterdetail::Op;
using Mask = std::vector<quint8>;

namespace
{

std::string_view viewOf(QByteArrayView bytes)
{
    return { bytes.data(), size_t(bytes.size()) };
}

bool contains(QByteArrayView text, const QByteArray &part)
{
    return viewOf(text).find(viewOf(part)) != std::string_view::npos;
}

bool compares(std::strong_ordering order, Op op)
{
    switch (op) {
    case Op::Contains:
    case Op::Equals:
        return order == 0;
    case Op::Less:
        return order < 0;
    case Op::LessEqual:
        return order <= 0;
    case Op::Greater:
        return order > 0;
    case Op::GreaterEqual:
        return order >= 0;
    }
    return false;
}

bool textMatches(QByteArrayView folded, const Node &node)
{
    if (node.op == Op::Contains)
        return contains(folded, node.text);
    return compares(viewOf(folded).compare(viewOf(node.text)) <=> 0, node.op);
}

/// Whether `part` occurs in the written form. IPv4 is written here: it is most of what there is, and toText()
/// allocates.
bool addressContains(const Address &address, const QByteArray &part)
{
    if (!address.isV4())
        return contains(address.toText(), part);
    char buffer[16];
    char *out = buffer;
    const quint32 v4 = address.v4();
    for (int shift = 24; shift >= 0; shift -= 8) {
        const int octet = int(v4 >> shift & 0xff);
        if (octet >= 100)
            *out++ = char('0' + octet / 100);
        if (octet >= 10)
            *out++ = char('0' + octet / 10 % 10);
        *out++ = char('0' + octet % 10);
        if (shift > 0)
            *out++ = '.';
    }
    return contains(QByteArrayView(buffer, out - buffer), part);
}

bool addressMatches(const Address &address, const Node &node)
{
    switch (node.kind) {
    case Node::Kind::AddressIn:
        return address.isInside(node.network->address, node.network->bits);
    case Node::Kind::AddressOrder:
        return compares(address <=> node.network->address, node.op);
    default: // AddressText, Word
        if (node.network && address.isInside(node.network->address, node.network->bits))
            return true;
        return (node.kind == Node::Kind::AddressText || node.mayBeAddress) && addressContains(address, node.text);
    }
}

bool ageMatches(qint64 timeUs, qint64 nowUs, const Node &node)
{
    return compares(nowUs <=> expiry(timeUs, node.span), node.op);
}

/// One column's cell against one term.
bool cellMatches(const Node &node, const Column &column, Table::Slot slot, qint64 nowUs)
{
    if (node.kind == Node::Kind::Unknown)
        return !column.isKnown(slot);
    if (!column.isKnown(slot))
        return false;
    switch (node.kind) {
    case Node::Kind::Text:
        return textMatches(column.folded(slot), node);
    case Node::Kind::Range:
        return column.number(slot) >= node.low && column.number(slot) <= node.high;
    case Node::Kind::Flag:
        return column.flag(slot) == node.flag;
    case Node::Kind::Age:
        return ageMatches(column.number(slot), nowUs, node);
    case Node::Kind::AddressIn:
    case Node::Kind::AddressOrder:
    case Node::Kind::AddressText:
        return addressMatches(column.address(slot), node);
    default:
        return false;
    }
}

bool wordMatches(const Node &node, const Column &column, Table::Slot slot)
{
    if (!column.isKnown(slot))
        return false;
    if (column.isText())
        return contains(column.folded(slot), node.text);
    return column.type() == ColumnType::Address && addressMatches(column.address(slot), node);
}

bool rowMatches(const Node &node, const TableView &view, Table::Slot slot, const FilterTime &time)
{
    const auto child = [&](const NodePtr &c) { return rowMatches(*c, view, slot, time); };
    switch (node.kind) {
    case Node::Kind::And:
        return std::all_of(node.children.begin(), node.children.end(), child);
    case Node::Kind::Or:
        return std::any_of(node.children.begin(), node.children.end(), child);
    case Node::Kind::Not:
        return !child(node.children.front());
    case Node::Kind::Word:
        return std::any_of(view.columns.begin(), view.columns.end(),
            [&](const Column &column) { return wordMatches(node, column, slot); });
    case Node::Kind::Inactive:
        return node.inactive->matches(view, slot, time.nowOf(view.keys[slot].server));
    default:
        return cellMatches(node, view.columns[node.column], slot,
            node.kind == Node::Kind::Age ? time.nowOf(view.keys[slot].server) : 0);
    }
}

/// Remembers for each code of a column whether its text matches: hardly any text is searched twice.
class TextMemo
{
public:
    TextMemo(const Column &column, const Node &node)
        : m_column(column)
        , m_node(node)
        , m_known(column.pool().codeEnd())
    {
    }

    bool operator()(Table::Slot slot)
    {
        const StringPool::Code code = m_column.code(slot);
        quint8 &state = m_known[code];
        if (state == 0) {
            const QByteArrayView folded = m_column.pool().folded(code);
            const bool hit
                = m_node.kind == Node::Kind::Word ? contains(folded, m_node.text) : textMatches(folded, m_node);
            state = hit ? 2 : 1;
        }
        return state == 2;
    }

private:
    const Column &m_column;
    const Node &m_node;
    std::vector<quint8> m_known; ///< by code: 0 not asked yet, 1 no, 2 yes
};

void narrow(const Node &node, const TableView &view, const FilterTime &time, Mask &mask);

/// Leaves those of `mask` that any of the children lets through.
void narrowOr(const Node &node, const TableView &view, const FilterTime &time, Mask &mask)
{
    Mask open = mask; // not let through by anybody yet
    for (const NodePtr &child : node.children) {
        Mask hit = open;
        narrow(*child, view, time, hit);
        for (size_t i = 0; i < open.size(); ++i)
            open[i] = open[i] & quint8(hit[i] ^ 1);
    }
    for (size_t i = 0; i < mask.size(); ++i)
        mask[i] = mask[i] & quint8(open[i] ^ 1);
}

void narrowWord(const Node &node, const TableView &view, Mask &mask)
{
    Mask hit(mask.size());
    for (const Column &column : view.columns) {
        const bool text = column.isText();
        if (!text && (column.type() != ColumnType::Address || !(node.mayBeAddress || node.network)))
            continue;
        TextMemo memo(column, node);
        for (size_t i = 0; i < mask.size(); ++i) {
            const auto slot = Table::Slot(i);
            if (mask[i] && !hit[i] && column.isKnown(slot))
                hit[i] = text ? memo(slot) : addressMatches(column.address(slot), node);
        }
    }
    mask.swap(hit);
}

/// Takes out of `mask` what does not match.
void narrow(const Node &node, const TableView &view, const FilterTime &time, Mask &mask)
{
    switch (node.kind) {
    case Node::Kind::And:
        for (const NodePtr &child : node.children)
            narrow(*child, view, time, mask);
        return;
    case Node::Kind::Or:
        return narrowOr(node, view, time, mask);
    case Node::Kind::Not: {
        Mask hit = mask;
        narrow(*node.children.front(), view, time, hit);
        for (size_t i = 0; i < mask.size(); ++i)
            mask[i] = mask[i] & quint8(hit[i] ^ 1);
        return;
    }
    case Node::Kind::Word:
        return narrowWord(node, view, mask);
    case Node::Kind::Text: {
        const Column &column = view.columns[node.column];
        TextMemo memo(column, node);
        for (size_t i = 0; i < mask.size(); ++i)
            if (mask[i])
                mask[i] = column.isKnown(qsizetype(i)) && memo(Table::Slot(i));
        return;
    }
    case Node::Kind::Inactive:
        for (size_t i = 0; i < mask.size(); ++i)
            if (mask[i])
                mask[i] = node.inactive->matches(view, Table::Slot(i), time.nowOf(view.keys[qsizetype(i)].server));
        return;
    default: {
        const Column &column = view.columns[node.column];
        const bool age = node.kind == Node::Kind::Age;
        for (size_t i = 0; i < mask.size(); ++i)
            if (mask[i])
                mask[i]
                    = cellMatches(node, column, Table::Slot(i), age ? time.nowOf(view.keys[qsizetype(i)].server) : 0);
        return;
    }
    }
}

/// Calls `at` with each instant, by the clock of the row's server, at which an age term decides otherwise than before.
template<typename F>
void eachFlip(const Node &node, const TableView &view, Table::Slot slot, const F &at)
{
    for (const NodePtr &child : node.children)
        eachFlip(*child, view, slot, at);
    if (node.kind == Node::Kind::Inactive)
        node.inactive->eachTurn(view, slot, at);
    if (node.kind != Node::Kind::Age)
        return;
    const Column &column = view.columns[node.column];
    if (!column.isKnown(slot))
        return;
    const qint64 end = expiry(column.number(slot), node.span);
    const bool inclusive = node.op == Op::GreaterEqual || node.op == Op::Less; // these turn at the instant itself
    if (end < std::numeric_limits<qint64>::max())
        at(inclusive ? end : end + 1);
}

} // namespace

FilterRun::FilterRun(Filter filter, TableView view, FilterTime time)
    : m_filter(std::move(filter))
    , m_view(std::move(view))
    , m_time(std::move(time))
{
}

bool FilterRun::matches(Table::Slot slot) const
{
    return !m_filter.m_root || rowMatches(*m_filter.m_root, m_view, slot, m_time);
}

std::vector<quint8> FilterRun::all() const
{
    Mask mask(size_t(m_view.keys.size()));
    for (size_t i = 0; i < mask.size(); ++i)
        mask[i] = m_view.keys[qsizetype(i)].id != 0;
    if (m_filter.m_root)
        narrow(*m_filter.m_root, m_view, m_time, mask);
    return mask;
}

std::optional<qint64> FilterRun::nextFlip(Table::Slot slot) const
{
    std::optional<qint64> next;
    if (!m_filter.m_root || m_view.keys[slot].id == 0)
        return next;
    const qint64 offset = m_time.offsetOf(m_view.keys[slot].server);
    eachFlip(*m_filter.m_root, m_view, slot, [&](qint64 instant) {
        const qint64 ours = instant - offset;
        if (ours > m_time.nowUs && (!next || ours < *next))
            next = ours;
    });
    return next;
}

std::optional<qint64> FilterRun::nextFlip() const
{
    std::optional<qint64> next;
    if (!m_filter.hasAges())
        return next;
    for (Table::Slot slot = 0; slot < Table::Slot(m_view.keys.size()); ++slot)
        if (const std::optional<qint64> one = nextFlip(slot); one && (!next || *one < *next))
            next = one;
    return next;
}

QList<Table::Slot> FilterRun::flippedSince(qint64 sinceUs) const
{
    QList<Table::Slot> slots;
    if (!m_filter.hasAges())
        return slots;
    const qint64 low = std::min(sinceUs, m_time.nowUs);
    const qint64 high = std::max(sinceUs, m_time.nowUs); // a clock may have been set back
    for (Table::Slot slot = 0; slot < Table::Slot(m_view.keys.size()); ++slot) {
        if (m_view.keys[slot].id == 0)
            continue;
        const qint64 offset = m_time.offsetOf(m_view.keys[slot].server);
        bool flipped = false;
        eachFlip(*m_filter.m_root, m_view, slot,
            [&](qint64 instant) { flipped = flipped || (instant - offset > low && instant - offset <= high); });
        if (flipped)
            slots.append(slot);
    }
    return slots;
}

} // namespace mailhelm
