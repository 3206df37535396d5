// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"

#include <QString>
#include <QtGlobal>

class QAbstractSocket;
class QHostAddress;

namespace mailhelm
{

/// The few things about TCP sockets that Qt has no name for. `descriptor` is what QAbstractSocket::socketDescriptor()
/// gives.

/// The far end of an accepted socket; null where it is gone already.
[[nodiscard]] Endpoint peerOf(qintptr descriptor);
/// Whether the far end has already closed or reset the connection: there is nobody to talk to.
[[nodiscard]] bool isPeerGone(qintptr descriptor);

struct Accepted {
    qintptr descriptor = -1; ///< -1: nobody waits, or an error
    bool exhausted = false; ///< descriptors or memory ran out
    QString why; ///< where exhausted
};
/// accept(2), once, not inherited by child processes.
[[nodiscard]] Accepted acceptConnection(qintptr listener);
/// Closes an accepted socket of which nothing was read, in the orderly way: a reset would reach Qt's clients while they
/// are still connecting, and those connect again at once, hundreds of times a second, instead of telling anybody.
void turnAway(qintptr descriptor);
/// No Nagle delay, keepalive, and (Linux) TCP_USER_TIMEOUT: a peer that is gone without a word is noticed within
/// limits::DeadAfter, whether data waits for it or not.
void tuneConnection(QAbstractSocket &socket);

[[nodiscard]] Address toAddress(const QHostAddress &address);

} // namespace mailhelm
