// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/admins.h"
#include "core/agent/connectionjoin.h"
#include "core/agent/sources/socketcontrol.h"
#include "core/agent/sources/socketsource.h"
#include "core/net/tlsserver.h"

namespace mailhelm
{

/// Dropping connections, by the ids of their rows: which of them may be dropped by whom, and what the audit calls them.
/// Main thread; everything it is given outlives it.
class ConnectionDrops
{
public:
    struct Parts {
        const Registry &registry;
        const ConnectionJoin &join;
        const TlsServer &server; ///< through which administrators come
        SocketTable *table; ///< the own network namespace's; nullptr: no sockets are seen
        SocketControl &control;
        SocketSource &sockets; ///< looks again afterwards
    };
    explicit ConnectionDrops(const Parts &parts)
        : m_parts(parts)
    {
    }

    /// Why no connection can be dropped here, and what mends it; empty = they can. Asks the kernel.
    [[nodiscard]] QByteArray refusal() const;
    /// One target for each id, in that order. An administrator's connection is an owner's to end, but not their own.
    [[nodiscard]] QList<Outcomes::Target> drop(const QList<RowId> &ids, const Admin &by, const Endpoint &ownPeer);
    /// "alice@example.org imap 203.0.113.7:51486"
    [[nodiscard]] QByteArray describe(RowId id) const;

private:
    [[nodiscard]] bool isOwnPort(quint16 port) const;

    const Parts m_parts;
};

/// "203.0.113.7:993", "[2001:db8::1]:993"
[[nodiscard]] QByteArray endpointText(const Endpoint &endpoint);

} // namespace mailhelm
