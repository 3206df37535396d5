// SPDX-License-Identifier: GPL-3.0-or-later
// What the passing of time does to TableModel: ages drawn anew, rows that a filter by age lets in or out.
#include "models/tablemodel.h"

#include <algorithm>

namespace mailhelm
{

namespace
{

using Slot = Table::Slot;

constexpr qint64 LeastFlipMs = 200; // each looks at all rows
constexpr qint64 LeastFlipMsLarge = 2'000;
constexpr qint64 MostFlipMs = 3'600'000;

} // namespace

void TableModel::refreshTime()
{
    if (!m_frozen)
        m_time = m_live->filterTime();
}

void TableModel::onTimeChanged()
{
    if (m_frozen)
        return;
    if (m_filter.hasAges())
        rebuild(true);
    refreshTime();
    onAgeTick();
}

void TableModel::setVisibleRows(int first, int last)
{
    m_firstVisible = first;
    m_lastVisible = last;
}

void TableModel::onAgeTick()
{
    if (m_frozen)
        return;
    refreshTime();
    const int first = std::max(0, m_firstVisible);
    const int last = std::min(m_lastVisible, rowCount() - 1);
    if (first > last)
        return;
    for (int column = 0; column < m_columnCount; ++column)
        if (schema().column(column).type == ColumnType::Time)
            Q_EMIT dataChanged(index(first, column), index(last, column), { Qt::DisplayRole, Qt::AccessibleTextRole });
}

bool TableModel::flipsAreDue() const
{
    return m_filter.hasAges() && (m_time.nowUs < m_flippedUntil || (m_nextFlip && *m_nextFlip <= m_time.nowUs));
}

bool TableModel::addFlips()
{
    const bool due = flipsAreDue();
    if (due) {
        for (const Slot slot : run().flippedSince(m_flippedUntil))
            m_dirty.insert(slot);
    }
    m_flippedUntil = m_time.nowUs;
    return due;
}

void TableModel::noteFlips(const FilterRun &filter, bool afresh)
{
    if (!m_filter.hasAges())
        return;
    if (afresh)
        m_nextFlip = filter.nextFlip();
    for (const Slot slot : std::as_const(m_dirty))
        if (const std::optional<qint64> flip = filter.nextFlip(slot); flip && (!m_nextFlip || *flip < *m_nextFlip))
            m_nextFlip = flip;
    startFlipTimer();
}

void TableModel::planFlips()
{
    m_nextFlip = run().nextFlip();
    startFlipTimer();
}

void TableModel::startFlipTimer()
{
    m_flipTimer.stop();
    if (m_nextFlip && !m_frozen)
        m_flipTimer.start(int(std::clamp(
            (*m_nextFlip - m_time.nowUs) / 1000 + 1, isLarge() ? LeastFlipMsLarge : LeastFlipMs, MostFlipMs)));
}

} // namespace mailhelm
