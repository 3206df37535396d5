// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/limits.h"

#include <QTcpServer>

#include <functional>
#include <limits>

namespace mailhelm {

/// A listening socket that hands out plain descriptors. It keeps no pending connections, so that QTcpServer's own
/// limit on those (after which it stops accepting) never counts.
class TcpListener final : public QTcpServer
{
public:
    /// `accept` owns the descriptor that it is given.
    explicit TcpListener(std::function<void(qintptr)> accept, QObject *parent = nullptr)
        : QTcpServer(parent)
        , m_accept(std::move(accept))
    {
        setMaxPendingConnections(std::numeric_limits<int>::max());
        setListenBacklogSize(limits::ListenBacklog);
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_accept(descriptor); }

private:
    std::function<void(qintptr)> m_accept;
};

} // namespace mailhelm
