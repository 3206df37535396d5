// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/serverhandshake.h"

#include "core/base/safetext.h"
#include "core/net/socketoptions.h"
#include "core/protocol/limits.h"

#include <QSslSocket>

namespace mailhelm
{

ServerHandshake::ServerHandshake(std::unique_ptr<QSslSocket> socket, const QSslConfiguration &configuration,
    std::chrono::milliseconds timeout, QObject *parent)
    : QObject(parent)
    , m_socket(std::move(socket))
{
    // Only sslErrors has to be answered on the spot; for the rest see Channel.
    connect(m_socket.get(), &QSslSocket::sslErrors, this, &ServerHandshake::checkErrors);
    connect(m_socket.get(), &QSslSocket::encrypted, this, &ServerHandshake::onEncrypted, Qt::QueuedConnection);
    connect(m_socket.get(), &QSslSocket::errorOccurred, this, &ServerHandshake::onEnded, Qt::QueuedConnection);
    connect(m_socket.get(), &QSslSocket::disconnected, this, &ServerHandshake::onEnded, Qt::QueuedConnection);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this,
        [this, timeout] { fail(QStringLiteral("no TLS handshake within %1 ms").arg(timeout.count())); });
    m_timer.start(timeout); // once: a peer that drips bytes gains no time

    tuneConnection(*m_socket);
    m_socket->setReadBufferSize(limits::ReadBufferAgent); // before the first byte can flow
    m_socket->setSslConfiguration(configuration);
    m_socket->startServerEncryption();
}

ServerHandshake::~ServerHandshake()
{
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
    }
}

std::unique_ptr<QSslSocket> ServerHandshake::takeSocket()
{
    m_socket->disconnect(this);
    return std::move(m_socket);
}

void ServerHandshake::checkErrors(const QList<QSslError> &errors)
{
    const auto rest = unforgivable(errors, m_socket->peerCertificate());
    if (rest.isEmpty())
        m_socket->ignoreSslErrors(errors);
    else
        m_reason = describe(rest);
}

void ServerHandshake::onEncrypted()
{
    if (m_over)
        return;
    if (spkiPin(m_socket->peerCertificate()).isNull()) {
        fail(QStringLiteral("the peer has no certificate"));
        return;
    }
    m_over = true;
    m_timer.stop();
    Q_EMIT done();
}

void ServerHandshake::onEnded()
{
    if (m_over)
        return; // posted before it was over; the socket may be somebody else's by now
    fail(m_reason.isEmpty() ? safeText(m_socket->errorString(), 200) : m_reason);
}

void ServerHandshake::fail(const QString &why)
{
    if (m_over)
        return;
    m_over = true;
    m_timer.stop();
    m_socket->abort();
    Q_EMIT failed(why);
}

} // namespace mailhelm
