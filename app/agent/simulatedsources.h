// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/agent.h"
#include "core/agent/sources/simulation.h"

namespace mailhelm
{

/// The made-up server takes the place of this host's: its services on their well-known ports. What the configuration
/// says of the agent itself stays.
void configureForSimulation(Config &config);
[[nodiscard]] AgentSources makeSimulatedSources(const std::shared_ptr<Simulation> &simulation, const Clock &clock);

} // namespace mailhelm
