// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historylive.h"

#include "core/table/historyrow.h"

#include <QSet>

#include <algorithm>

namespace mailhelm
{

namespace
{

constexpr qint64 LeastBytes = 1 << 20; // changes are not folded below this

QList<quint32> slotsOf(const Table &table)
{
    QList<quint32> slots;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        if (table.isLive(slot))
            slots.append(slot);
    return slots;
}

} // namespace

Result<void> HistoryLive::store(HistoryBatch &batch)
{
    for (const HistoryBatch::Live &live : std::as_const(batch.live)) {
        if (!live.payload.isEmpty()) {
            const Packed packed = deflated(live.payload);
            if (live.snapshot) {
                const Result<ChangeSet> now = unpack(packed, schemaOf(live.table));
                if (!now)
                    return now.error();
                if (Result<void> done = takeVanished(batch, live.table, now.value()); !done)
                    return done;
                if (Result<void> done = m_file.removeLive(live.table); !done)
                    return done;
                m_sizes[live.table] = { packed.data.size(), 0 };
            } else {
                m_sizes[live.table].since += packed.data.size();
            }
            if (Result<void> done = m_file.addLive(live.table, packed); !done)
                return done;
        }
        if (Result<void> done = m_file.setSeen(live.table, batch.time); !done)
            return done;
    }
    return {};
}

Result<Table> HistoryLive::folded(TableId table)
{
    const Result<QList<HistoryFile::Piece>> packets = m_file.live(table);
    if (!packets)
        return packets.error();
    Table rows(schemaOf(table));
    for (const HistoryFile::Piece &packet : packets.value()) {
        const Result<ChangeSet> changes = unpack(packet.packed, packet.shape);
        if (!changes)
            return changes.error();
        applyTo(rows, changes.value());
    }
    return rows;
}

Result<void> HistoryLive::takeVanished(HistoryBatch &batch, TableId table, const ChangeSet &now)
{
    const Result<qint64> seen = m_file.seen(table);
    const Result<Table> before = folded(table);
    if (!seen || !before)
        return seen ? before.error() : seen.error();
    QSet<RowId> there;
    for (const RowGroup &group : now.groups)
        for (const RowId id : group.ids)
            there.insert(id);
    const Table &old = before.value();
    const Column &since = old.column(table == TableId::Connections ? int(connections::Since) : int(webmail::Started));
    for (const quint32 slot : slotsOf(old)) {
        const RowId id = old.keyAt(slot).id;
        const qint64 began = since.isKnown(slot) ? since.number(slot) : seen.value();
        const RowKey key { 0, historyId(table, id, began) };
        if (there.contains(id) || batch.ended.slotOf(key) != Table::NoSlot)
            continue;
        const Table::Slot at = batch.ended.insert(key);
        copyToHistory(batch.ended, at, old, slot);
        batch.ended.column(history::Ended).setNumber(at, std::max(seen.value(), began));
        batch.ended.column(history::EndedExact).setFlag(at, false);
    }
    return {};
}

Result<void> HistoryLive::compact(TableId table)
{
    Size &size = m_sizes[table];
    if (size.since < std::max(LeastBytes, size.snapshot))
        return {};
    const Result<Table> rows = folded(table);
    if (!rows)
        return rows.error();
    const QList<quint32> slots = slotsOf(rows.value());
    const Packed packed = deflated(payloadOf(rows.value(), std::span(slots.constData(), size_t(slots.size()))));
    Result<void> done = m_file.inTransaction([&]() -> Result<void> {
        if (Result<void> removed = m_file.removeLive(table); !removed)
            return removed;
        return m_file.addLive(table, packed);
    });
    if (done)
        size = { packed.data.size(), 0 };
    return done;
}

} // namespace mailhelm
