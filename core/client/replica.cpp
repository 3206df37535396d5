// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/replica.h"

namespace mailhelm
{

Replica::Replica(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
}

Replica::~Replica() = default;

ReplicaTable *Replica::table(TableId id)
{
    const auto found = m_tables.find(id);
    if (found != m_tables.end())
        return found->second.get();
    const Schema &schema = schemaOf(id);
    if (schema.id() == TableId::None)
        return nullptr;
    return m_tables.emplace(id, std::make_unique<ReplicaTable>(*this, schema)).first->second.get();
}

QList<ReplicaTable *> Replica::tables() const
{
    QList<ReplicaTable *> out;
    for (const auto &[id, table] : m_tables)
        out.append(table.get());
    return out;
}

quint16 Replica::addServer(const QByteArray &name)
{
    // 65,535 additions in one run of a program: it is the numbers that are kept short, in every key of every row.
    Q_ASSERT(m_lastNumber < 0xffff);
    m_servers.emplace(++m_lastNumber, Server { name, 0 });
    Q_EMIT serversChanged();
    return m_lastNumber;
}

void Replica::renameServer(quint16 server, const QByteArray &name)
{
    const auto found = m_servers.find(server);
    if (found == m_servers.end() || found->second.name == name)
        return;
    found->second.name = name;
    for (const auto &[id, table] : m_tables)
        table->renameServer(server, name);
    Q_EMIT serversChanged();
}

void Replica::removeServer(quint16 server)
{
    if (!m_servers.count(server))
        return;
    for (const auto &[id, table] : m_tables)
        table->forgetServer(server);
    m_servers.erase(server);
    Q_EMIT serversChanged();
}

QList<quint16> Replica::servers() const
{
    QList<quint16> out;
    for (const auto &[number, server] : m_servers)
        out.append(number);
    return out;
}

QByteArray Replica::serverName(quint16 server) const
{
    const auto found = m_servers.find(server);
    return found == m_servers.end() ? QByteArray() : found->second.name;
}

quint16 Replica::serverNamed(QByteArrayView name) const
{
    for (const auto &[number, server] : m_servers)
        if (server.name == name)
            return number;
    return 0;
}

qint64 Replica::clockOffsetUs(quint16 server) const
{
    const auto found = m_servers.find(server);
    return found == m_servers.end() ? 0 : found->second.offsetUs;
}

void Replica::setClockOffsetUs(quint16 server, qint64 offsetUs)
{
    const auto found = m_servers.find(server);
    if (found == m_servers.end() || found->second.offsetUs == offsetUs)
        return;
    found->second.offsetUs = offsetUs;
    Q_EMIT clockOffsetChanged(server);
}

void Replica::setStale(quint16 server)
{
    const qint64 now = m_clock.nowUs();
    for (const auto &[id, table] : m_tables) {
        const Freshness known = table->freshness(server);
        table->setStale(server, known.state == Freshness::State::Stale ? known.asOfUs : now);
    }
}

} // namespace mailhelm
