// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/filter.h"

namespace mailhelm
{

/// Text in the order of folded code points, IPv4 before IPv6, no before yes, what is not known last in either
/// direction; ties by row id, then server, always ascending. Column -1: by these alone.
struct OrderSpec {
    int column = -1;
    bool descending = false;
    friend bool operator==(const OrderSpec &, const OrderSpec &) = default;
};

using Order = QList<Table::Slot>;

/// Compares two rows; for binary searches and small sorts.
class RowLess
{
public:
    RowLess(const TableView &view, OrderSpec spec); ///< `view` must outlive it
    [[nodiscard]] bool operator()(Table::Slot a, Table::Slot b) const;

private:
    const Column *m_column = nullptr;
    const TableView *m_view;
    bool m_descending;
};

// All of these are pure and may run on any thread.

/// `rows`, which are of live rows, in order.
[[nodiscard]] Order sorted(const TableView &view, OrderSpec spec, const Order &rows);
/// The live rows that the filter lets through (`mask` of FilterRun::all(); empty = all), in order of slot.
[[nodiscard]] Order candidates(const TableView &view, const std::vector<quint8> &mask = {});
/// `rows` with the first `count` in place: the first screenful; the rest follow in the order in which they came.
[[nodiscard]] Order firstSorted(const TableView &view, OrderSpec spec, const Order &rows, qsizetype count);

struct Merged {
    Order order;
    bool same = false; ///< every row is where it was: none came, went or moved
    bool appended = false; ///< the old order, and new rows after it
    qsizetype firstDirty = -1, lastDirty = -1; ///< rows of the new order between which all dirty slots stand
    QList<qsizetype> left; ///< rows of the old order that are in the new one no more
};
/// `old` brought up to date: `dirty` are the slots of rows that were inserted, changed, removed or may match otherwise
/// now. In `old`, NoSlot stands for a row whose slot has gone to nobody or to another row. One pass over `old`.
[[nodiscard]] Merged merged(const Order &old, OrderSpec spec, const FilterRun &run, const Order &dirty);

} // namespace mailhelm
