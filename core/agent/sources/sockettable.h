// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/base/result.h"

#include <QList>

#include <span>

namespace mailhelm
{

enum class DestroyOutcome {
    Done, ///< the kernel has ended the socket
    Gone, ///< there is no socket of that cookie between these ends (any more)
    NotPermitted, ///< CAP_NET_ADMIN over that network namespace is missing
    Unsupported, ///< this kernel was built without CONFIG_INET_DIAG_DESTROY
    Failed, ///< anything else; nothing is known to have ended
};

/// The TCP sockets of one network namespace, as something that can be looked at and that single sockets can be taken
/// from. The kernel's is SockDiag; a simulation or a test brings its own. All calls are synchronous and on one thread.
class SocketTable
{
public:
    virtual ~SocketTable() = default;
    /// Every socket in ESTABLISHED or CLOSE_WAIT on one of `localPorts`, each once; `netns` is left 0, since a table
    /// does not know its own index. No ports: no sockets, and the kernel is not asked.
    [[nodiscard]] virtual Result<QList<SocketObservation>> scan(std::span<const quint16> localPorts) = 0;
    /// Ends exactly this socket, named by both ends and cookie; both sides see a reset.
    [[nodiscard]] virtual DestroyOutcome destroy(const SocketObservation &socket) = 0;
    /// What destroy() would say of a socket that exists: Done, NotPermitted, Unsupported or Failed. Harms nothing.
    [[nodiscard]] virtual DestroyOutcome probeDestroy() = 0;
    [[nodiscard]] bool canDestroy() { return probeDestroy() == DestroyOutcome::Done; }
};

} // namespace mailhelm
