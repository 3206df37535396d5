// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/changelog.h"

#include <QSet>

namespace mailhelm
{

ChangeLog::ChangeLog(Schema schema, quint64 epoch, qsizetype removalsKept)
    : m_table(std::move(schema))
    , m_epoch(epoch)
    , m_removalsKept(removalsKept)
{
    for (int i = 0; i < m_table.schema().columnCount(); ++i) {
        m_allColumns.append(i);
        if (m_table.schema().column(i).isVolatile())
            m_volatileColumns.append(i);
    }
}

void ChangeLog::Chain::unlink(Table::Slot slot)
{
    Link &link = links[slot];
    if (link.revision == 0)
        return;
    if (link.newer != Table::NoSlot)
        links[link.newer].older = link.older;
    else
        newest = link.older;
    if (link.older != Table::NoSlot)
        links[link.older].newer = link.newer;
    link = {};
}

void ChangeLog::Chain::moveToFront(Table::Slot slot, quint64 revision)
{
    unlink(slot);
    links[slot] = { Table::NoSlot, newest, revision };
    if (newest != Table::NoSlot)
        links[newest].newer = slot;
    newest = slot;
}

ChangeLog::Put ChangeLog::put(RowId id, std::span<const Cell> cells)
{
    Table::Slot slot = m_table.slotOf({ 0, id });
    Put result = Put::Unchanged;
    if (slot == Table::NoSlot) {
        slot = m_table.insert({ 0, id });
        m_changed.grow(m_table.slotEnd());
        m_touched.grow(m_table.slotEnd());
        result = Put::Inserted;
    }
    for (const Cell &cell : cells) {
        if (!m_table.column(cell.column).set(slot, cell.value) || result == Put::Inserted)
            continue;
        if (!m_table.schema().column(cell.column).isVolatile())
            result = Put::Changed;
        else if (result == Put::Unchanged)
            result = Put::Touched;
    }
    if (result == Put::Changed || result == Put::Inserted)
        m_changed.moveToFront(slot, ++m_revision);
    else if (result == Put::Touched)
        m_touched.moveToFront(slot, ++m_volatileRevision);
    return result;
}

bool ChangeLog::remove(RowId id)
{
    const Table::Slot slot = m_table.slotOf({ 0, id });
    if (slot == Table::NoSlot)
        return false;
    m_changed.unlink(slot);
    m_touched.unlink(slot);
    m_table.remove(slot);
    m_removals.push_back({ ++m_revision, id });
    while (qsizetype(m_removals.size()) > m_removalsKept) {
        m_forgotten = m_removals.front().revision;
        m_removals.pop_front();
    }
    return true;
}

ChangeLog::Walk ChangeLog::walkFrom(ResumeToken from, quint64 volatileSince) const
{
    Walk walk;
    walk.revision = m_revision;
    walk.volatileRevision = m_volatileRevision;
    walk.reset = from.epoch != m_epoch || from.revision > m_revision || from.revision < m_forgotten;
    if (walk.reset) {
        walk.changed.reserve(m_table.rowCount());
        for (Table::Slot slot = 0; slot < m_table.slotEnd(); ++slot)
            if (m_table.isLive(slot))
                walk.changed.append(m_table.keyAt(slot).id);
        return walk;
    }
    walk.base = from.revision;
    QSet<RowId> seen;
    for (auto removal = m_removals.rbegin(); removal != m_removals.rend() && removal->revision > from.revision;
         ++removal) {
        const bool back = m_table.slotOf({ 0, removal->id }) != Table::NoSlot; // then its row comes whole
        if (!back && !seen.contains(removal->id)) {
            seen.insert(removal->id);
            walk.removed.append(removal->id);
        }
    }
    for (Table::Slot slot = m_changed.newest; slot != Table::NoSlot && m_changed.links[slot].revision > from.revision;
         slot = m_changed.links[slot].older)
        walk.changed.append(m_table.keyAt(slot).id);
    for (Table::Slot slot = m_touched.newest; slot != Table::NoSlot && m_touched.links[slot].revision > volatileSince;
         slot = m_touched.links[slot].older)
        if (m_changed.links[slot].revision <= from.revision)
            walk.touched.append(m_table.keyAt(slot).id);
    return walk;
}

RowGroup ChangeLog::group(
    const QList<RowId> &ids, qsizetype &sent, const QList<int> &columns, bool complete, qsizetype &budget) const
{
    RowGroup out;
    out.complete = complete;
    out.columns = columns;
    QList<quint32> slots;
    for (; sent < ids.size() && budget > 0; ++sent) {
        const Table::Slot slot = m_table.slotOf({ 0, ids[sent] });
        if (slot == Table::NoSlot)
            continue; // removed behind the walk: the next one says so
        budget -= 16 + qsizetype(columns.size()) * 9;
        for (const int c : columns)
            if (const Column &column = m_table.column(c); column.isText() && column.isKnown(slot))
                budget -= column.text(slot).size();
        out.ids.append(ids[sent]);
        slots.append(slot);
    }
    for (const int c : columns)
        out.values.append(m_table.column(c).gather(std::span(slots.constData(), size_t(slots.size()))));
    return out;
}

ChangeSet ChangeLog::nextPart(Walk &walk, qsizetype byteBudget) const
{
    ChangeSet part;
    part.table = m_table.schema().id();
    part.epoch = m_epoch;
    part.base = walk.base;
    part.revision = walk.revision;
    part.reset = walk.reset;
    part.first = !walk.begun;
    walk.begun = true;
    qsizetype budget = byteBudget;
    const qsizetype removals = std::min(walk.removed.size() - walk.removedSent, std::max<qsizetype>(1, budget / 8));
    part.removed = walk.removed.mid(walk.removedSent, removals);
    walk.removedSent += removals;
    budget -= removals * 8;
    if (RowGroup rows = group(walk.changed, walk.changedSent, m_allColumns, true, budget); !rows.ids.isEmpty())
        part.groups.append(std::move(rows));
    if (RowGroup rows = group(walk.touched, walk.touchedSent, m_volatileColumns, false, budget); !rows.ids.isEmpty())
        part.groups.append(std::move(rows));
    part.last = walk.removedSent == walk.removed.size() && walk.changedSent == walk.changed.size()
        && walk.touchedSent == walk.touched.size();
    return part;
}

qsizetype ChangeLog::memoryBytes() const
{
    return m_table.memoryBytes() + (m_changed.links.capacity() + m_touched.links.capacity()) * qsizetype(sizeof(Link))
        + qsizetype(m_removals.size() * sizeof(Removal));
}

} // namespace mailhelm
