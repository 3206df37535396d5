// SPDX-License-Identifier: GPL-3.0-or-later
// What TableModel marks: rows that came and rows that went a moment ago. Those that went keep their slot in the table
// for as long as they are shown (LiveTable::keepRemoved), so that order and merges take them like any other row.
#include "models/tablemodel.h"

#include <algorithm>

namespace mailhelm
{

using Slot = Table::Slot;

void TableModel::setMarks(int freshMs, int goneMs)
{
    m_keeps = goneMs > 0 && m_live->keepRemoved(2 * RowMarks::Most);
    m_marks.setTimes(qint64(freshMs) * 1000, m_keeps ? qint64(goneMs) * 1000 : 0);
    if (!m_marks.isEmpty())
        onMarkTick();
}

double TableModel::freshness(int row) const
{
    return m_order[row] == Table::NoSlot ? 0 : m_marks.freshness(m_order[row], m_time.nowUs);
}

void TableModel::markPublished(const Publication &publication)
{
    if (m_marks.isEmpty() && !m_marks.marksFresh())
        return;
    QList<Slot> reused; // a slot that held a row marked as gone, or its key, is another row's now
    for (const Slot slot : publication.inserted) {
        if (m_marks.isGone(slot))
            reused.append(slot);
        const RowKey key = m_live->table().keyAt(slot);
        if (const Slot before = m_marks.goneSlot(key); before != Table::NoSlot) {
            reused.append(before);
            m_justGone.removeOne(key);
        }
    }
    if (!reused.isEmpty())
        bury(reused);
    if (publication.inserted.size() > RowMarks::Most)
        return;
    if (!m_held)
        markFresh(publication.inserted);
    else if (m_heldBack.size() <= RowMarks::Most) // new to the eye when the rows are let go
        m_heldBack += publication.inserted;
}

void TableModel::markFresh(const QList<Slot> &slots)
{
    if (!m_marks.marksFresh() || slots.size() > RowMarks::Most)
        return;
    const qint64 now = m_live->filterTime().nowUs;
    const Table &table = m_live->table();
    for (const Slot slot : slots)
        if (table.isLive(slot) && !m_quiet.contains(table.keyAt(slot).server))
            m_marks.addFresh(slot, now);
    if (!m_marks.isEmpty() && !m_markTick.isActive())
        m_markTick.start();
}

void TableModel::markMeanwhile(const TableView &before)
{
    QList<Slot> came;
    for (const Slot slot : std::as_const(m_waiting)) {
        const RowKey key = m_live->table().keyAt(slot);
        if (qsizetype(slot) >= before.keys.size() || before.keys[slot] != key)
            came.append(slot);
    }
    markFresh(came);
}

/// Keeps what is on show among the removed; the others are returned.
QList<Slot> TableModel::keepGone(const QList<Slot> &removed)
{
    // While another order is on its way nobody knows where they would stand.
    const qsizetype room = RowMarks::Most - m_marks.goneCount();
    if (removed.isEmpty() || !(m_marks.marksGone() || (m_held && m_keeps)) || m_request != 0 || removed.size() > room) {
        for (const Slot slot : removed)
            m_marks.forget(slot);
        return removed;
    }
    const Table &table = m_live->table();
    std::vector<quint8> going(size_t(table.slotEnd()));
    for (const Slot slot : removed)
        going[slot] = m_quiet.contains(table.keyAt(slot).server) ? 0 : 1;
    const qint64 now = m_live->filterTime().nowUs;
    for (const Slot slot : std::as_const(m_order)) {
        // One that changed at the same time would have to move first; held, it does not (buryMoved).
        if (slot == Table::NoSlot || going[slot] != 1 || (!m_held && m_dirty.contains(slot)))
            continue;
        going[slot] = 2;
        m_justGone.append(table.keyAt(slot));
    }
    QList<Slot> rest;
    for (const Slot slot : removed) {
        if (going[slot] != 2) {
            m_marks.forget(slot);
            rest.append(slot);
            continue;
        }
        m_marks.addGone(slot, table.keyAt(slot), now);
        m_redraw.insert(slot);
    }
    if (!m_marks.isEmpty() && !m_markTick.isActive())
        m_markTick.start();
    return rest;
}

/// Those that changed and then went while they could not move: they are not where the order wants them.
void TableModel::buryMoved()
{
    QList<Slot> moved;
    for (const Slot slot : std::as_const(m_dirty))
        if (m_marks.isGone(slot))
            moved.append(slot);
    if (!moved.isEmpty())
        bury(moved);
}

void TableModel::buryExpired()
{
    if (m_marks.isEmpty() || m_held)
        return;
    if (const QList<Slot> over = m_marks.expire(m_live->filterTime().nowUs, m_live->table()); !over.isEmpty())
        bury(over);
}

void TableModel::onMarkTick()
{
    if (m_frozen)
        return; // what is on show stays as it is
    if (!m_tick.isActive()) {
        flush();
        if (m_options.tickMs > 0)
            m_tick.start(m_options.tickMs);
    }
    if (m_marks.isEmpty())
        m_markTick.stop();
    Q_EMIT marksFaded();
}

} // namespace mailhelm
