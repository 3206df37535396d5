// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/rowcells.h"

namespace mailhelm
{

RowCells::RowCells(const LiveTable &live)
    : m_live(live)
    , m_table(live.table())
    , m_format(m_table.schema())
{
}

bool RowCells::seek(RowKey row)
{
    m_slot = m_table.slotOf(row);
    m_now = m_live.filterTime().nowOf(row.server);
    return m_slot != Table::NoSlot;
}

Value RowCells::companion(int column) const
{
    const int other = m_format.companionOf(column);
    return other < 0 ? Value() : value(other);
}

QString RowCells::text(int column) const
{
    return m_format.display(column, value(column), companion(column), m_now);
}

QString RowCells::toolTip(int column) const
{
    return m_format.toolTip(column, value(column), companion(column), m_now);
}

} // namespace mailhelm
