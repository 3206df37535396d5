// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/livetable.h"
#include "models/columnformat.h"

namespace mailhelm
{

/// The cells of a table's rows as their page shows them, row by row. For as long as the table does not change.
class RowCells
{
public:
    explicit RowCells(const LiveTable &live);

    /// Whether the row is there; what follows is about it then.
    [[nodiscard]] bool seek(RowKey row);
    [[nodiscard]] Value value(int column) const { return m_table.column(column).value(m_slot); }
    [[nodiscard]] QString text(int column) const; ///< safe
    [[nodiscard]] QString toolTip(int column) const; ///< safe; show it through plainToolTip()

private:
    [[nodiscard]] Value companion(int column) const;

    const LiveTable &m_live;
    const Table &m_table;
    const ColumnFormat m_format;
    Table::Slot m_slot = Table::NoSlot;
    qint64 m_now = 0; ///< of the row's server
};

} // namespace mailhelm
