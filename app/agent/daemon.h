// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/base/clock.h"

namespace mailhelm
{

/// `serve`: runs until SIGTERM or SIGINT. `simulate`: rows of a mail server that is not there; 0 = the real one.
/// `changesPerSecond` of it; -1 = a fiftieth of the rows, at most 2,000.
int runDaemon(Config config, const Clock &clock, int simulate, int changesPerSecond);

} // namespace mailhelm
