// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/tcplistener.h"

#include "core/base/safetext.h"
#include "core/net/socketoptions.h"
#include "core/protocol/limits.h"

#include <QHostAddress>

namespace mailhelm
{

/// Connections accepted in one turn of the event loop, so that a flood leaves room for those who are in already.
static constexpr int AcceptsPerTurn = 64;

TcpListener::TcpListener(std::function<void(qintptr)> accept, std::chrono::milliseconds pause, QObject *parent)
    : QObject(parent)
    , m_accept(std::move(accept))
    , m_reserve(QStringLiteral("/dev/null"))
{
    m_server.setListenBacklogSize(limits::ListenBacklog);
    m_pause.setSingleShot(true);
    m_pause.setInterval(pause);
    connect(&m_pause, &QTimer::timeout, this, [this] { m_notifier->setEnabled(true); });
}

Result<void> TcpListener::listen(const HostPort &where)
{
    if (!Address::parse(where.host))
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("Cannot listen on “%1”: this has to be an address of this host, or 0.0.0.0 or [::] for all.")
                .arg(safeText(QByteArrayView(where.toText()), 80)) };
    if (m_server.listen(QHostAddress(QString::fromLatin1(where.host)), where.port)) {
        m_server.pauseAccepting();
        m_notifier = std::make_unique<QSocketNotifier>(m_server.socketDescriptor(), QSocketNotifier::Read);
        connect(m_notifier.get(), &QSocketNotifier::activated, this, &TcpListener::acceptWaiting);
        static_cast<void>(m_reserve.open(QIODevice::ReadOnly)); // without it recovery is only slower
        return {};
    }
    const QString text = QString::fromLatin1(where.toText());
    switch (m_server.serverError()) {
    case QAbstractSocket::AddressInUseError:
        return Error { ErrorCode::Conflict,
            QStringLiteral("Cannot listen on %1: another program has this port. Is mailhelmd running already? "
                           "This shows it: ss -ltnp 'sport = :%2'")
                .arg(text, QString::number(where.port)) };
    case QAbstractSocket::SocketAccessError:
        return Error { ErrorCode::PermissionDenied,
            QStringLiteral("Cannot listen on %1: ports below 1024 need CAP_NET_BIND_SERVICE. Choose a higher one.")
                .arg(text) };
    case QAbstractSocket::SocketAddressNotAvailableError:
        return Error { ErrorCode::Unavailable,
            QStringLiteral("Cannot listen on %1: this host does not have that address.").arg(text) };
    default:
        return Error { ErrorCode::Unavailable,
            QStringLiteral("Cannot listen on %1: %2.").arg(text, m_server.errorString()) };
    }
}

Endpoint TcpListener::endpoint() const
{
    return { toAddress(m_server.serverAddress()), m_server.serverPort() };
}

void TcpListener::acceptWaiting()
{
    const qintptr listener = m_server.socketDescriptor();
    for (int i = 0; i < AcceptsPerTurn; ++i) {
        const Accepted next = acceptConnection(listener);
        if (next.descriptor >= 0) {
            m_accept(next.descriptor);
            continue;
        }
        if (next.exhausted) {
            // The spare descriptor takes one peer out of the queue, to tell it by closing that it came in vain.
            m_notifier->setEnabled(false);
            m_pause.start();
            m_reserve.close();
            if (const Accepted last = acceptConnection(listener); last.descriptor >= 0)
                turnAway(last.descriptor);
            static_cast<void>(m_reserve.open(QIODevice::ReadOnly));
            Q_EMIT exhausted(next.why);
        }
        return;
    }
}

} // namespace mailhelm
