// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"

struct nlmsghdr;

namespace mailhelm
{

/// The local port of an inet_diag_msg (linux/inet_diag.h), read alone so that sockets of other ports cost nothing more;
/// 0 where the message is too short.
[[nodiscard]] quint16 diagLocalPort(const nlmsghdr *message);

/// An inet_diag_msg with its INET_DIAG_INFO as an observation, netns 0. False where the message is too short. Counters
/// that an older kernel does not tell are 0.
[[nodiscard]] bool parseDiagMessage(const nlmsghdr *message, SocketObservation *out);

/// Network order addresses of inet_diag_sockid, four words each.
[[nodiscard]] Address addressFromDiag(quint8 family, const quint32 *words);
void addressToDiag(quint8 family, const Address &address, quint32 *words);

} // namespace mailhelm
