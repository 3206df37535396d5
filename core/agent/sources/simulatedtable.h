// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/simulation.h"
#include "core/agent/sources/sockdiag.h"
#include "core/agent/sources/sockettable.h"

#include <memory>

namespace mailhelm
{

/// The kernel of the simulated server. Ports that the simulation does not serve are the real kernel's: the
/// administrators' own connections are what they are.
class SimulatedTable final : public SocketTable
{
public:
    explicit SimulatedTable(std::shared_ptr<Simulation> simulation)
        : m_simulation(std::move(simulation))
    {
    }
    Result<QList<SocketObservation>> scan(std::span<const quint16> localPorts) override;
    DestroyOutcome destroy(const SocketObservation &socket) override;
    DestroyOutcome probeDestroy() override { return DestroyOutcome::Done; }

private:
    std::shared_ptr<Simulation> m_simulation;
    SockDiag m_kernel;
};

} // namespace mailhelm
