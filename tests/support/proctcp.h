// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"

#include <QList>
#include <QSet>

namespace mailhelm
{

/// One line of /proc/net/tcp or /proc/net/tcp6 (proc(5)): the kernel's sockets by another way than the agent's.
struct ProcSocket {
    Endpoint local;
    Endpoint peer;
    friend bool operator==(const ProcSocket &, const ProcSocket &) = default;
    friend size_t qHash(const ProcSocket &s, size_t seed = 0) { return qHashMulti(seed, s.local, s.peer); }
};

/// Every socket in ESTABLISHED or CLOSE_WAIT of which the local port is one of `ports`. The kernel hands these files
/// out in pieces, so that a socket may be missed while others come and go: look again before blaming anybody.
[[nodiscard]] QSet<ProcSocket> procSockets(const QSet<quint16> &ports);

} // namespace mailhelm
