// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/replicatable.h"

#include "core/base/logging.h"
#include "core/client/replica.h"

#include <QSet>

namespace mailhelm
{

/// Columns that a newer agent may add, all servers together: more would be a mistake or malice.
static constexpr int MostColumns = 256;

static Schema withServerColumn(Schema schema)
{
    QList<ColumnSpec> columns = schema.columns();
    columns.append({ QByteArrayLiteral("server"), ColumnType::Text, QByteArrayLiteral("Server"), ColumnTrait::Shown });
    return Schema(schema.id(), schema.name(), columns);
}

ReplicaTable::ReplicaTable(Replica &replica, const Schema &schema)
    : m_replica(replica)
    , m_table(withServerColumn(schema))
    , m_serverColumn(schema.columnCount())
{
    connect(&replica, &Replica::clockOffsetChanged, this, &LiveTable::timeChanged);
}

bool ReplicaTable::keepRemoved(qsizetype rows)
{
    m_table.keepRemoved(rows);
    return true;
}

FilterTime ReplicaTable::filterTime() const
{
    FilterTime time { m_replica.clock().nowUs(), {} };
    for (const quint16 server : m_replica.servers())
        time.offsets.insert(server, m_replica.clockOffsetUs(server));
    return time;
}

ResumeToken ReplicaTable::token(quint16 server) const
{
    const auto held = m_held.find(server);
    return held == m_held.end() ? ResumeToken() : held->second.token;
}

void ReplicaTable::dropToken(quint16 server)
{
    if (const auto held = m_held.find(server); held != m_held.end()) {
        held->second.token = {};
        held->second.underWay = false;
    }
}

Freshness ReplicaTable::freshness(quint16 server) const
{
    const auto held = m_held.find(server);
    return held == m_held.end() ? Freshness() : held->second.freshness;
}

qsizetype ReplicaTable::rowCount(quint16 server) const
{
    const auto held = m_held.find(server);
    return held == m_held.end() ? 0 : held->second.rows;
}

QList<quint16> ReplicaTable::knownServers() const
{
    QList<quint16> servers;
    for (const auto &[server, held] : m_held)
        servers.append(server);
    return servers;
}

static Error conflict(quint16 server, const Table &table, const QString &what)
{
    return { ErrorCode::Conflict,
        QStringLiteral("Server %1, table %2: %3.")
            .arg(QString::number(server), QString::fromUtf8(table.schema().name()), what) };
}

Result<void> ReplicaTable::check(
    const Held &held, const Schema &agentSchema, quint16 server, const ChangeSet &part) const
{
    const auto wrong = [&](const char *what) { return conflict(server, m_table, QString::fromLatin1(what)); };
    const auto corrupt = [&](const char *what) {
        Error error = wrong(what);
        error.code = ErrorCode::Corrupt;
        return error;
    };
    if (part.table != m_table.schema().id() || agentSchema.id() != part.table)
        return corrupt("a change for another table");
    const ResumeToken target { part.epoch, part.revision };
    if (part.first) {
        if (!part.reset && (held.token.epoch != part.epoch || held.token.revision != part.base))
            return wrong("a change that does not continue what is held");
        if (!part.reset && part.revision < part.base)
            return corrupt("a change that goes back");
    } else if (!held.underWay || held.target != target || held.reset != part.reset) {
        return wrong("a part without its beginning");
    }
    const QSet<RowId> removed(part.removed.begin(), part.removed.end());
    if (removed.size() != part.removed.size())
        return corrupt("a row removed twice");
    for (const RowGroup &group : part.groups) {
        if (group.values.size() != group.columns.size())
            return corrupt("a row group with more columns than values");
        for (qsizetype c = 0; c < group.columns.size(); ++c) {
            const int column = group.columns[c];
            if (column < 0 || column >= agentSchema.columnCount())
                return corrupt("a column that was not declared");
            if (group.values[c].type() != agentSchema.column(column).type || group.values[c].size() != group.ids.size())
                return corrupt("a column of another type or length than declared");
        }
        for (const RowId id : group.ids) {
            if (id == 0 || id > MaxRowId)
                return corrupt("a row without an id");
            if (removed.contains(id))
                return corrupt("a row that is removed and there");
            if (!group.complete && m_table.slotOf({ server, id }) == Table::NoSlot)
                return wrong("an amendment to a row that is not there");
        }
    }
    return {};
}

void ReplicaTable::mapColumns(Held &held, const Schema &agentSchema)
{
    if (held.agentSchema == agentSchema && held.columns.size() == agentSchema.columnCount())
        return;
    held.agentSchema = agentSchema;
    held.columns.clear();
    for (const ColumnSpec &spec : agentSchema.columns()) {
        int column = m_table.schema().indexOf(spec.key);
        if (column < 0 && m_table.schema().columnCount() < MostColumns) {
            column = m_table.addColumn(spec.key, spec.type, spec.traits);
            Q_EMIT columnAdded(column);
        } else if (column == m_serverColumn || (column >= 0 && m_table.schema().column(column).type != spec.type)) {
            qCWarning(lcClient, "Table %s: the agent's column %s is of another type here and is left out.",
                m_table.schema().name().constData(), spec.key.constData());
            column = -1;
        }
        held.columns.append(column);
    }
}

Result<void> ReplicaTable::apply(quint16 server, const Schema &agentSchema, const ChangeSet &part)
{
    Held &held = m_held[server];
    if (auto fits = check(held, agentSchema, server, part); !fits)
        return fits;
    mapColumns(held, agentSchema);
    if (part.first) {
        held.underWay = true;
        held.target = { part.epoch, part.revision };
        held.reset = part.reset;
        held.generation = part.reset ? ++m_generation : 0;
    }
    Publication publication;
    for (const RowId id : part.removed)
        if (const Table::Slot slot = m_table.slotOf({ server, id }); slot != Table::NoSlot)
            publication.removed.append(slot);
    for (const RowGroup &group : part.groups)
        applyGroup(held, server, group, publication);
    if (part.last) {
        if (held.reset)
            for (Table::Slot slot = 0; slot < m_table.slotEnd(); ++slot)
                if (m_table.isLive(slot) && m_table.keyAt(slot).server == server && m_seen[slot] != held.generation)
                    publication.removed.append(slot);
        held.underWay = false;
        held.token = held.target;
        held.freshness = { Freshness::State::Live, m_replica.clock().nowUs(), m_replica.clock().monotonicUs() };
    }
    held.rows += publication.inserted.size() - publication.removed.size();
    publish(publication);
    if (part.last)
        Q_EMIT freshnessChanged(server);
    return {};
}

void ReplicaTable::applyGroup(Held &held, quint16 server, const RowGroup &group, Publication &publication)
{
    // Where each of our columns comes from; -1 = the group lacks it.
    QList<qsizetype> from(m_table.schema().columnCount(), -1);
    for (qsizetype c = 0; c < group.columns.size(); ++c)
        if (const int column = held.columns[group.columns[c]]; column >= 0)
            from[column] = c;
    QList<int> stable;
    QList<int> volatiles;
    for (int column = 0; column < from.size(); ++column)
        if (column != m_serverColumn && (group.complete || from[column] >= 0))
            (m_table.schema().column(column).isVolatile() ? volatiles : stable).append(column);
    const QByteArray serverName = m_replica.serverName(server);

    for (qsizetype row = 0; row < group.ids.size(); ++row) {
        const RowKey key { server, group.ids[row] };
        Table::Slot slot = m_table.slotOf(key);
        const bool fresh = slot == Table::NoSlot;
        if (fresh) {
            slot = m_table.insert(key);
            m_seen.resize(m_table.slotEnd());
            m_table.column(m_serverColumn).setText(slot, serverName);
        }
        m_seen[slot] = held.generation;
        const auto fill = [&](const QList<int> &columns) {
            bool moved = false;
            for (const int column : columns)
                moved |= from[column] < 0 ? m_table.column(column).setUnknown(slot)
                                          : m_table.column(column).copyCell(slot, group.values[from[column]], row);
            return moved;
        };
        const bool changed = fill(stable);
        const bool touched = fill(volatiles);
        if (fresh)
            publication.inserted.append(slot);
        else if (changed)
            publication.changed.append(slot);
        else if (touched)
            publication.touched.append(slot);
    }
}

void ReplicaTable::publish(const Publication &publication)
{
    if (publication.isEmpty())
        return;
    Q_EMIT published(publication);
    for (const Table::Slot slot : publication.removed)
        m_table.remove(slot);
}

void ReplicaTable::setLive(quint16 server)
{
    const auto held = m_held.find(server);
    if (held == m_held.end() || held->second.freshness.state != Freshness::State::Stale)
        return;
    held->second.freshness = { Freshness::State::Live, m_replica.clock().nowUs(), m_replica.clock().monotonicUs() };
    Q_EMIT freshnessChanged(server);
}

void ReplicaTable::setStale(quint16 server, qint64 asOfUs)
{
    const auto held = m_held.find(server);
    if (held == m_held.end())
        return;
    held->second.underWay = false; // its other parts will not come
    if (held->second.freshness.state == Freshness::State::Never)
        return;
    held->second.freshness = { Freshness::State::Stale, asOfUs, 0 };
    Q_EMIT freshnessChanged(server);
}

void ReplicaTable::forgetServer(quint16 server)
{
    if (!m_held.erase(server))
        return;
    Publication publication;
    for (Table::Slot slot = 0; slot < m_table.slotEnd(); ++slot)
        if (m_table.isLive(slot) && m_table.keyAt(slot).server == server)
            publication.removed.append(slot);
    publish(publication);
    Q_EMIT freshnessChanged(server);
}

void ReplicaTable::renameServer(quint16 server, const QByteArray &name)
{
    Publication publication;
    for (Table::Slot slot = 0; slot < m_table.slotEnd(); ++slot)
        if (m_table.isLive(slot) && m_table.keyAt(slot).server == server
            && m_table.column(m_serverColumn).setText(slot, name))
            publication.changed.append(slot);
    publish(publication);
}

} // namespace mailhelm
