// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/connectiondrops.h"

#include <algorithm>

namespace mailhelm
{

QByteArray endpointText(const Endpoint &endpoint)
{
    const QByteArray address = endpoint.address.toText();
    return (endpoint.address.isV4() ? address : '[' + address + ']') + ':' + QByteArray::number(endpoint.port);
}

QByteArray ConnectionDrops::refusal() const
{
    if (!m_parts.table)
        return "This agent sees no sockets.";
    switch (m_parts.table->probeDestroy()) {
    case DestroyOutcome::Done:
        return {};
    case DestroyOutcome::NotPermitted:
        return "The agent lacks CAP_NET_ADMIN. In the unit of mailhelmd: AmbientCapabilities=CAP_NET_ADMIN";
    case DestroyOutcome::Unsupported:
        return "The kernel of this host was built without CONFIG_INET_DIAG_DESTROY.";
    case DestroyOutcome::Gone:
    case DestroyOutcome::Failed:
        break;
    }
    return "The kernel did not say whether connections can be dropped.";
}

QByteArray ConnectionDrops::describe(RowId id) const
{
    const Table &table = m_parts.registry.log(TableId::Connections)->table();
    const Table::Slot slot = table.slotOf({ 0, id });
    if (slot == Table::NoSlot)
        return "(gone)";
    QByteArray out;
    if (const Column &user = table.column(connections::User); user.isKnown(slot))
        out += (user.text(slot).isEmpty() ? QByteArray("nobody") : user.text(slot).toByteArray()) + ' ';
    if (const Column &service = table.column(connections::Service); service.isKnown(slot))
        out += service.text(slot).toByteArray() + ' ';
    const std::optional<SocketObservation> socket = m_parts.join.socketOf(id);
    if (socket)
        out += endpointText(socket->peer);
    return out;
}

bool ConnectionDrops::isOwnPort(quint16 port) const
{
    const QList<Endpoint> own = m_parts.server.listening();
    return std::any_of(own.begin(), own.end(), [port](const Endpoint &endpoint) { return endpoint.port == port; });
}

QList<Outcomes::Target> ConnectionDrops::drop(const QList<RowId> &ids, const Admin &by, const Endpoint &ownPeer)
{
    QList<Outcomes::Target> targets;
    QList<SocketObservation> sockets;
    QList<qsizetype> places;
    const Table &table = m_parts.registry.log(TableId::Connections)->table();
    for (const RowId id : ids) {
        Outcomes::Target target { id, Outcomes::Code::Gone, {} };
        const Table::Slot slot = table.slotOf({ 0, id });
        const std::optional<SocketObservation> socket = m_parts.join.socketOf(id);
        // By the port that it came to, not by its peer alone: one local port of a client may lead to several services.
        const bool toUs = socket && isOwnPort(socket->local.port);
        if (slot != Table::NoSlot && !socket) {
            target.code = Outcomes::Code::Refused;
            target.why = "This connection is known from the log alone; without sock_diag it cannot be dropped.";
        } else if (toUs && by.role < Role::Owner) {
            target.code = Outcomes::Code::Refused;
            target.why = "Only an owner may end an administrator's connection.";
        } else if (toUs && socket->netns == 0 && socket->peer == ownPeer) {
            target.code = Outcomes::Code::Refused;
            target.why = "This is the connection that you are speaking through.";
        } else if (socket) {
            sockets.append(*socket);
            places.append(targets.size());
        }
        targets.append(target);
    }
    const QList<DropResult> results = m_parts.control.drop(sockets);
    for (qsizetype i = 0; i < results.size(); ++i) {
        Outcomes::Target &target = targets[places[i]];
        switch (results[i].outcome) {
        case DropOutcome::Done:
            target.code = Outcomes::Code::Done;
            break;
        case DropOutcome::Gone:
            target.code = Outcomes::Code::Gone;
            break;
        case DropOutcome::Refused:
        case DropOutcome::NotPermitted:
        case DropOutcome::Unsupported:
        case DropOutcome::Failed:
            target.code = Outcomes::Code::Refused;
            target.why = results[i].detail;
            break;
        }
    }
    if (!sockets.isEmpty())
        m_parts.sockets.scanNow();
    return targets;
}

} // namespace mailhelm
