// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/historytable.h"

#include "core/client/replica.h"
#include "core/table/historyrow.h"

namespace mailhelm
{

HistoryTable::HistoryTable(Replica &replica)
    : ReplicaTable(replica, clientHistorySchema())
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
        const Freshness fresh = m_of.table(id)->freshness(server);
        // Of a server that is away nobody knows more than that it was there when last looked.
        const qint64 until
            = fresh.state == Freshness::State::Live ? LiveEnd : fresh.asOfUs + m_of.clockOffsetUs(server);
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
            if (!wasThere(seen, until, fromUs, toUs) || rows.slotOf(key) != Table::NoSlot)
                continue;
            slots.append(rows.insert(key));
            copyToHistory(rows, slots.last(), live, slot);
            if (until != LiveEnd) {
                rows.column(history::Ended).setNumber(slots.last(), std::max(until, seen));
                rows.column(history::EndedExact).setFlag(slots.last(), false);
            }
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

/// Leaves the rows that `keep` says.
template<typename Keep>
static void filterRows(ChangeSet &part, Keep keep)
{
    for (RowGroup &group : part.groups) {
        QList<quint32> kept;
        QList<RowId> ids;
        for (qsizetype row = 0; row < group.ids.size(); ++row) {
            if (!keep(group.ids[row]))
                continue;
            kept.append(quint32(row));
            ids.append(group.ids[row]);
        }
        if (kept.size() == group.ids.size())
            continue;
        group.ids = ids;
        for (Column &column : group.values)
            column = column.gather(std::span(kept.constData(), size_t(kept.size())));
    }
    part.groups.removeIf([](const RowGroup &group) { return group.ids.isEmpty(); });
}

void HistoryTable::begin(quint16 server)
{
    m_named.erase(server);
}

Result<void> HistoryTable::applyWithLength(quint16 server, const Schema &schema, ChangeSet part)
{
    Schema shown = schema;
    const int lasted = shown.addUnknown("lasted", ColumnType::Number, {});
    const qint64 now = m_of.clock().nowUs() + m_of.clockOffsetUs(server);
    for (RowGroup &group : part.groups) {
        const qsizetype since = group.columns.indexOf(schema.indexOf("since"));
        const qsizetype ended = group.columns.indexOf(schema.indexOf("ended"));
        Column seconds(ColumnType::Number);
        seconds.resize(group.ids.size());
        for (qsizetype row = 0; since >= 0 && row < group.ids.size(); ++row) {
            if (!group.values[since].isKnown(row))
                continue;
            const qint64 end = ended >= 0 && group.values[ended].isKnown(row) ? group.values[ended].number(row) : now;
            seconds.setNumber(row, std::max<qint64>(0, end - group.values[since].number(row)) / 1'000'000);
        }
        group.columns.append(lasted);
        group.values.append(seconds);
    }
    return apply(server, shown, part);
}

Result<void> HistoryTable::take(quint16 server, const Schema &agentSchema, ChangeSet part)
{
    const bool first = m_named.count(server) == 0;
    if (first)
        dropToken(server);
    makeSnapshot(part, first, false);
    QSet<RowId> &named = m_named[server];
    for (const RowGroup &group : std::as_const(part.groups))
        for (const RowId id : group.ids)
            named.insert(id);
    Result<void> done = applyWithLength(server, agentSchema, std::move(part));
    if (!done && first)
        begin(server);
    return done;
}

Result<void> HistoryTable::takeBeside(quint16 server, ChangeSet part, const QSet<RowId> &live)
{
    const auto named = m_named.find(server);
    filterRows(
        part, [&](RowId id) { return !live.contains(id) && (named == m_named.end() || !named->second.contains(id)); });
    return take(server, schemaOf(TableId::History), std::move(part));
}

Result<void> HistoryTable::finish(quint16 server, ChangeSet live)
{
    const auto named = m_named.extract(server);
    makeSnapshot(live, named.empty(), true);
    if (!named.empty()) // over in between: the agent's row is the newer one
        filterRows(live, [&](RowId id) { return !named.mapped().contains(id); });
    return applyWithLength(server, schemaOf(TableId::History), std::move(live));
}

} // namespace mailhelm
