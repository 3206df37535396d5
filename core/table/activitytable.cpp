// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/activitytable.h"

namespace mailhelm
{

ActivityTable::ActivityTable(const LiveTable &users, QObject *parent)
    : DerivedTable(users, QByteArrayLiteral("inactive"),
        { { QByteArrayLiteral("inactive_since"), ColumnType::Time, QByteArrayLiteral("Inactive since"),
            ColumnTrait::Shown } },
        parent)
    , m_columns(ActivityColumns::of(users.table().schema()))
{
    Q_ASSERT(m_columns.isValid());
    follow();
}

bool ActivityTable::fill(const TableView &source, Table::Slot from, Table::Slot slot)
{
    // The timeframe says when somebody is listed, not since when the silence counts.
    const ActivityVerdict verdict = judgeActivity(activityDates(source, m_columns, from), Timeframe(), 0);
    Column &since = rows().column(furtherColumn(0));
    return verdict.since ? since.setNumber(slot, *verdict.since) : since.setUnknown(slot);
}

} // namespace mailhelm
