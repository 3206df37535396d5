// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"
#include "core/base/result.h"
#include "core/net/hostport.h"

#include <QFile>
#include <QObject>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>

namespace mailhelm
{

/// A listening TCP socket that hands out plain descriptors and survives running out of them. QTcpServer binds and
/// listens but does not accept: when descriptors are short it either stops for good or, after the first connection,
/// tries again without pause at full load, since its engine keeps only the first error that it ever met.
class TcpListener : public QObject
{
    Q_OBJECT
public:
    /// `accept` owns the descriptor that it is given. `pause` is how long to wait when descriptors ran out.
    TcpListener(std::function<void(qintptr)> accept, std::chrono::milliseconds pause, QObject *parent = nullptr);

    /// Once. `where.host` is an address of this host; :: means IPv6 alone. Errors as TlsServer::listen().
    [[nodiscard]] Result<void> listen(const HostPort &where);
    [[nodiscard]] Endpoint endpoint() const;

Q_SIGNALS:
    /// Descriptors or memory ran out. One connection was turned away, the others wait for the pause to end.
    void exhausted(const QString &why);

private:
    void acceptWaiting();

    std::function<void(qintptr)> m_accept;
    QTcpServer m_server;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_pause;
    QFile m_reserve; ///< a descriptor to give up when there are no more
};

} // namespace mailhelm
