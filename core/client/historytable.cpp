// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/historytable.h"

#include "core/client/replica.h"
#include "core/table/historyrow.h"

namespace mailhelm
{

HistoryTable::HistoryTable(Replica &replica)
    : ReplicaTable(replica, schemaOf(TableId::History))
    , m_of(replica)
{
    connect(&replica, &Replica::serversChanged, this, [this] {
        const QList<quint16> servers = m_of.servers();
        for (const quint16 server : knownServers())
            if (servers.contains(server))
                renameServer(server, m_of.serverName(server));
            else
                forgetServer(server);
    });
}

/// Every part is one of the same snapshot, whatever it says of itself.
static void makeSnapshot(ChangeSet &part, bool first, bool last)
{
    part.table = TableId::History;
    part.epoch = part.revision = 1;
    part.base = 0;
    part.reset = true;
    part.first = first;
    part.last = last;
}

ChangeSet HistoryTable::liveRows(quint16 server, qint64 fromUs, qint64 toUs) const
{
    Table rows(schemaOf(TableId::History));
    QList<quint32> slots;
    for (const TableId id : { TableId::Connections, TableId::Webmail }) {
        const Table &live = m_of.table(id)->table();
        const bool mail = id == TableId::Connections;
        const Column &since = live.column(mail ? int(connections::Since) : int(webmail::Started));
        const Column &active = live.column(mail ? int(connections::LastActive) : int(webmail::LastActive));
        for (Table::Slot slot = 0; slot < live.slotEnd(); ++slot) {
            if (!live.isLive(slot) || live.keyAt(slot).server != server)
                continue;
            const qint64 began = since.isKnown(slot) ? since.number(slot) : 0;
            // Where nobody can say since when, it was there when it last did something, and before is not claimed.
            const qint64 seen = since.isKnown(slot) || !active.isKnown(slot) ? began : active.number(slot);
            const RowKey key { 0, historyId(id, live.keyAt(slot).id, began) };
            if (!wasThere(seen, LiveEnd, fromUs, toUs) || rows.slotOf(key) != Table::NoSlot)
                continue;
            slots.append(rows.insert(key));
            copyToHistory(rows, slots.last(), live, slot);
        }
    }
    ChangeSet part;
    makeSnapshot(part, false, true);
    if (slots.isEmpty())
        return part;
    RowGroup group;
    for (const quint32 slot : std::as_const(slots))
        group.ids.append(rows.keyAt(slot).id);
    for (int column = 0; column < rows.schema().columnCount(); ++column) {
        group.columns.append(column);
        group.values.append(rows.column(column).gather(std::span(slots.constData(), size_t(slots.size()))));
    }
    part.groups.append(std::move(group));
    return part;
}

Result<void> HistoryTable::take(quint16 server, const Schema &agentSchema, ChangeSet part)
{
    const bool first = part.first;
    if (first)
        dropToken(server);
    makeSnapshot(part, first, false);
    Result<void> done = apply(server, agentSchema, part);
    if (done)
        m_begun.insert(server);
    return done;
}

Result<void> HistoryTable::finish(quint16 server, ChangeSet live)
{
    makeSnapshot(live, !m_begun.remove(server), true);
    for (RowGroup &group : live.groups) {
        // Over in between: the agent's row is the newer one.
        QList<quint32> kept;
        QList<RowId> ids;
        const Column &ended = table().column(history::Ended);
        for (qsizetype row = 0; row < group.ids.size(); ++row) {
            const Table::Slot slot = table().slotOf({ server, group.ids[row] });
            if (slot != Table::NoSlot && ended.isKnown(slot))
                continue;
            kept.append(quint32(row));
            ids.append(group.ids[row]);
        }
        group.ids = ids;
        for (Column &column : group.values)
            column = column.gather(std::span(kept.constData(), size_t(kept.size())));
    }
    live.groups.removeIf([](const RowGroup &group) { return group.ids.isEmpty(); });
    return apply(server, schemaOf(TableId::History), live);
}

} // namespace mailhelm
