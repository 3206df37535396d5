// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/simulatedtable.h"

#include <vector>

namespace mailhelm
{

Result<QList<SocketObservation>> SimulatedTable::scan(std::span<const quint16> localPorts)
{
    std::vector<quint16> real;
    for (const quint16 port : localPorts)
        if (!Simulation::serves(port))
            real.push_back(port);
    QList<SocketObservation> sockets = m_simulation->sockets(localPorts);
    // A kernel that does not tell costs a simulation nothing but the administrators' rows.
    if (const Result<QList<SocketObservation>> own = m_kernel.scan(real); own && !own.value().isEmpty())
        sockets.append(own.value());
    return sockets;
}

DestroyOutcome SimulatedTable::destroy(const SocketObservation &socket)
{
    return Simulation::serves(socket.local.port) ? m_simulation->destroy(socket) : m_kernel.destroy(socket);
}

} // namespace mailhelm
