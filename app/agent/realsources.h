// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/agent.h"

namespace mailhelm
{

/// The sources of this host, as configured.
[[nodiscard]] AgentSources makeRealSources(const Config &config, const std::vector<quint16> &ports, const Clock &clock);

} // namespace mailhelm
