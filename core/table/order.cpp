// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/order.h"

#include <array>
#include <compare>
#include <string_view>

namespace mailhelm
{

namespace
{

using Slot = Table::Slot;

std::strong_ordering compareText(QByteArrayView a, QByteArrayView b)
{
    // char_traits compare bytes as unsigned, which is the order of code points
    return std::string_view(a.data(), size_t(a.size())).compare(std::string_view(b.data(), size_t(b.size()))) <=> 0;
}

/// Id first: rows of different servers mingle.
bool keyLess(RowKey a, RowKey b)
{
    return a.id != b.id ? a.id < b.id : a.server < b.server;
}

template<typename K>
struct Record {
    K key;
    RowKey row;
    Slot slot;
    friend bool operator<(const Record &a, const Record &b)
    {
        if (a.key != b.key)
            return a.key < b.key;
        return keyLess(a.row, b.row);
    }
};

using Wide = std::array<quint64, 2>;

quint64 bigEndian(const quint8 *bytes)
{
    quint64 value = 0;
    for (int i = 0; i < 8; ++i)
        value = value << 8 | bytes[i];
    return value;
}

quint64 inverted(quint64 key)
{
    return ~key;
}
Wide inverted(const Wide &key)
{
    return { ~key[0], ~key[1] };
}

/// Order-preserving: IPv4 takes the first 2^32 values, and the IPv6 addresses below the v4-mapped ones move up by as
/// many.
Wide addressKey(const Address &address)
{
    if (address.isV4())
        return { 0, address.v4() };
    Wide key { bigEndian(address.bytes().data()), bigEndian(address.bytes().data() + 8) };
    if (key[0] == 0 && key[1] < 0xffff00000000)
        key[1] += quint64(1) << 32;
    return key;
}

quint64 numberKey(qint64 value)
{
    return quint64(value) ^ quint64(1) << 63;
}

/// Least significant digit first, 11 bits each, from records that are in the order of their rows already; stable, so
/// ties stay in it. Digits that all keys share cost one look.
template<typename R>
void radixSort(std::vector<R> &records)
{
    constexpr int Bits = 11;
    constexpr size_t Buckets = size_t(1) << Bits;
    quint64 differing = 0;
    for (const R &record : records)
        differing |= record.key ^ records.front().key;
    std::vector<R> other(records.size());
    for (int shift = 0; shift < 64; shift += Bits) {
        if ((differing >> shift & (Buckets - 1)) == 0)
            continue;
        std::array<quint32, Buckets> starts {};
        for (const R &record : records)
            ++starts[record.key >> shift & (Buckets - 1)];
        quint32 sum = 0;
        for (quint32 &start : starts)
            sum += std::exchange(start, sum);
        for (const R &record : records)
            other[starts[record.key >> shift & (Buckets - 1)]++] = record;
        records.swap(other);
    }
}

struct Narrow {
    quint64 key;
    Slot slot;
};

/// The slots in the order of their rows alone.
void sortByRow(const TableView &view, std::vector<Slot> &slots)
{
    std::vector<Narrow> records;
    records.reserve(slots.size());
    quint16 differing = 0;
    for (const Slot slot : slots) {
        records.push_back({ view.keys[slot].id, slot });
        differing |= quint16(view.keys[slot].server ^ view.keys[slots.front()].server);
    }
    if (differing != 0)
        std::stable_sort(records.begin(), records.end(),
            [&](const Narrow &a, const Narrow &b) { return view.keys[a.slot].server < view.keys[b.slot].server; });
    if (records.size() > 256)
        radixSort(records);
    else
        std::stable_sort(
            records.begin(), records.end(), [](const Narrow &a, const Narrow &b) { return a.key < b.key; });
    for (size_t i = 0; i < slots.size(); ++i)
        slots[i] = records[i].slot;
}

/// Appends the slots by key, ties by row.
template<typename KeyOf>
void appendSorted(const TableView &view, std::vector<Slot> &slots, bool descending, Order &out, const KeyOf &keyOf)
{
    using K = decltype(keyOf(Slot()));
    if constexpr (std::is_same_v<K, quint64>) {
        if (slots.size() > 4096) {
            sortByRow(view, slots);
            std::vector<Narrow> records;
            records.reserve(slots.size());
            for (const Slot slot : slots)
                records.push_back({ descending ? inverted(keyOf(slot)) : keyOf(slot), slot });
            radixSort(records);
            for (const Narrow &record : records)
                out.append(record.slot);
            return;
        }
    }
    std::vector<Record<K>> records;
    records.reserve(slots.size());
    for (const Slot slot : slots)
        records.push_back({ descending ? inverted(keyOf(slot)) : keyOf(slot), view.keys[slot], slot });
    std::sort(records.begin(), records.end());
    for (const Record<K> &record : records)
        out.append(record.slot);
}

/// By code: the place of its folded text among those that occur; equal ones share it.
std::vector<quint32> textRanks(const Column &column, const std::vector<Slot> &slots)
{
    const StringPool &pool = column.pool();
    struct Entry {
        quint64 prefix; ///< the first eight bytes decide most comparisons
        StringPool::Code code;
    };
    std::vector<Entry> entries;
    std::vector<quint32> ranks(pool.codeEnd());
    for (const Slot slot : slots) {
        const StringPool::Code code = column.code(slot);
        if (std::exchange(ranks[code], 1) != 0)
            continue;
        const QByteArrayView text = pool.folded(code);
        std::array<quint8, 8> bytes {};
        std::copy_n(text.begin(), std::min<qsizetype>(8, text.size()), bytes.begin());
        entries.push_back({ bigEndian(bytes.data()), code });
    }
    std::sort(entries.begin(), entries.end(), [&pool](const Entry &a, const Entry &b) {
        return a.prefix != b.prefix ? a.prefix < b.prefix : compareText(pool.folded(a.code), pool.folded(b.code)) < 0;
    });
    quint32 rank = 0;
    for (size_t i = 0; i < entries.size(); ++i) {
        const bool differs = i > 0
            && (entries[i].prefix != entries[i - 1].prefix
                || pool.folded(entries[i].code) != pool.folded(entries[i - 1].code));
        rank += differs ? 1 : 0;
        ranks[entries[i].code] = rank;
    }
    return ranks;
}

} // namespace

RowLess::RowLess(const TableView &view, OrderSpec spec)
    : m_column(spec.column >= 0 ? &view.columns[spec.column] : nullptr)
    , m_view(&view)
    , m_descending(spec.descending)
{
}

bool RowLess::operator()(Slot a, Slot b) const
{
    if (m_column) {
        const bool known = m_column->isKnown(a);
        if (known != m_column->isKnown(b))
            return known;
        std::strong_ordering order = std::strong_ordering::equal;
        if (known) {
            switch (m_column->type()) {
            case ColumnType::Text:
            case ColumnType::Choice:
                if (m_column->code(a) != m_column->code(b))
                    order = compareText(m_column->folded(a), m_column->folded(b));
                break;
            case ColumnType::Time:
            case ColumnType::Number:
                order = m_column->number(a) <=> m_column->number(b);
                break;
            case ColumnType::Flag:
                order = int(m_column->flag(a)) <=> int(m_column->flag(b));
                break;
            case ColumnType::Address:
                order = m_column->address(a) <=> m_column->address(b);
                break;
            }
        }
        if (order != 0)
            return m_descending ? order > 0 : order < 0;
    }
    return keyLess(m_view->keyOf(a), m_view->keyOf(b));
}

Order sorted(const TableView &view, OrderSpec spec, const Order &rows)
{
    Order out;
    out.reserve(rows.size());
    std::vector<Slot> known;
    std::vector<Slot> unknown;
    if (spec.column < 0) {
        known.assign(rows.begin(), rows.end());
        sortByRow(view, known);
        for (const Slot slot : known)
            out.append(slot);
        return out;
    }
    const Column &column = view.columns[spec.column];
    known.reserve(size_t(rows.size()));
    for (const Slot slot : rows)
        (column.isKnown(slot) ? known : unknown).push_back(slot);
    switch (column.type()) {
    case ColumnType::Text:
    case ColumnType::Choice: {
        const std::vector<quint32> ranks = textRanks(column, known);
        appendSorted(view, known, spec.descending, out, [&](Slot slot) { return quint64(ranks[column.code(slot)]); });
        break;
    }
    case ColumnType::Time:
    case ColumnType::Number:
        appendSorted(view, known, spec.descending, out, [&](Slot slot) { return numberKey(column.number(slot)); });
        break;
    case ColumnType::Flag:
        appendSorted(view, known, spec.descending, out, [&](Slot slot) { return quint64(column.flag(slot)); });
        break;
    case ColumnType::Address:
        appendSorted(view, known, spec.descending, out, [&](Slot slot) { return addressKey(column.address(slot)); });
        break;
    }
    sortByRow(view, unknown);
    for (const Slot slot : unknown)
        out.append(slot);
    return out;
}

Order candidates(const TableView &view, const std::vector<quint8> &mask)
{
    Order out;
    out.reserve(view.keys.size());
    for (qsizetype i = 0; i < view.keys.size(); ++i)
        if (mask.empty() ? view.keys[i].id != 0 : mask[size_t(i)] != 0)
            out.append(Slot(i));
    return out;
}

Order firstSorted(const TableView &view, OrderSpec spec, const Order &rows, qsizetype count)
{
    std::vector<Slot> first(size_t(std::min(count, rows.size())));
    std::partial_sort_copy(rows.begin(), rows.end(), first.begin(), first.end(), RowLess(view, spec));
    std::vector<quint8> taken(size_t(view.keys.size()));
    Order out;
    out.reserve(rows.size());
    for (const Slot slot : first) {
        taken[slot] = 1;
        out.append(slot);
    }
    for (const Slot slot : rows)
        if (!taken[slot])
            out.append(slot);
    return out;
}

Merged merged(const Order &old, OrderSpec spec, const FilterRun &run, const Order &dirty)
{
    const TableView &view = run.view();
    const RowLess less(view, spec);
    std::vector<quint8> marks(size_t(view.keys.size())); // 1: dirty, 2: dirty and in the new order
    std::vector<Slot> adds;
    for (const Slot slot : dirty) {
        if (marks[slot] != 0)
            continue;
        marks[slot] = 1;
        if (view.keys[slot].id != 0 && run.matches(slot)) {
            marks[slot] = 2;
            adds.push_back(slot);
        }
    }
    std::sort(adds.begin(), adds.end(), less);

    Merged out;
    std::vector<Slot> kept;
    kept.reserve(size_t(old.size()));
    for (qsizetype row = 0; row < old.size(); ++row) {
        const Slot slot = old[row];
        if (slot == Table::NoSlot || marks[slot] == 1)
            out.left.append(row);
        else if (marks[slot] == 0)
            kept.push_back(slot);
    }

    out.order.resize(qsizetype(kept.size() + adds.size()));
    Slot *to = out.order.data();
    auto from = kept.cbegin();
    for (const Slot add : adds) {
        const auto place = std::lower_bound(from, kept.cend(), add, less);
        to = std::copy(from, place, to);
        from = place;
        const qsizetype row = to - out.order.constData();
        if (out.firstDirty < 0)
            out.firstDirty = row;
        out.lastDirty = row;
        *to++ = add;
    }
    std::copy(from, kept.cend(), to);

    const bool begins = out.order.size() >= old.size() && std::equal(old.cbegin(), old.cend(), out.order.cbegin());
    out.same = begins && out.order.size() == old.size();
    out.appended = begins && !out.same;
    return out;
}

} // namespace mailhelm
