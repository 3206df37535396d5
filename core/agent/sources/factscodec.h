// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"

class QDataStream;

namespace mailhelm
{

/// Facts in the agent's own state file, read back by the same program. Never for bytes that came from elsewhere.
QDataStream &operator<<(QDataStream &out, const SessionFacts &facts);
QDataStream &operator>>(QDataStream &in, SessionFacts &facts);

} // namespace mailhelm
