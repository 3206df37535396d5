// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"

#include <QtGlobal>

class QAbstractSocket;
class QHostAddress;

namespace mailhelm {

/// The few things about TCP sockets that Qt has no name for. `descriptor` is what QAbstractSocket::socketDescriptor()
/// gives.

/// The far end of an accepted socket; null where it is gone already.
[[nodiscard]] Endpoint peerOf(qintptr descriptor);
/// Closes with a reset: nothing lingers here, and the peer knows at once.
void closeWithReset(qintptr descriptor);
/// No Nagle delay, keepalive, and (Linux) TCP_USER_TIMEOUT: a peer that is gone without a word is noticed within
/// limits::DeadAfter, whether data waits for it or not.
void tuneConnection(QAbstractSocket &socket);

[[nodiscard]] Address toAddress(const QHostAddress &address);

} // namespace mailhelm
