// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/tlsserver.h"

#include "core/base/logging.h"
#include "core/base/safetext.h"
#include "core/net/hostport.h"
#include "core/net/serverhandshake.h"
#include "core/net/socketoptions.h"
#include "core/net/tcplistener.h"
#include "core/net/tlspolicy.h"

#include <QHostAddress>
#include <QSslSocket>

namespace mailhelm {

TlsServer::TlsServer(const Identity &identity, AdmitFunction admit, const Clock &clock, const TlsServerOptions &options,
    QObject *parent)
    : QObject(parent)
    , m_configuration(tlsConfiguration(identity))
    , m_admit(std::move(admit))
    , m_clock(clock)
    , m_options(options)
    , m_penalties(clock)
    , m_reserve(QStringLiteral("/dev/null"))
{
    static_cast<void>(m_reserve.open(QIODevice::ReadOnly)); // without it recovery is only slower
}

TlsServer::~TlsServer()
{
    close();
    for (auto it = m_sessions.cbegin(); it != m_sessions.cend(); ++it)
        it.key()->disconnect(this);
}

Result<void> TlsServer::listen(const QList<QByteArray> &addresses)
{
    if (addresses.isEmpty())
        return Error { ErrorCode::InvalidArgument, QStringLiteral("There is no address to listen on.") };
    for (const QByteArray &address : addresses) {
        if (auto result = listenOn(address); !result) {
            m_listeners.clear();
            return result;
        }
    }
    return {};
}

Result<void> TlsServer::listenOn(const QByteArray &address)
{
    const auto where = HostPort::parse(address);
    if (!where)
        return where.error();
    if (!Address::parse(where.value().host))
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("Cannot listen on “%1”: this has to be an address of this host, or 0.0.0.0 or [::] for all.")
                .arg(safeText(QByteArrayView(address), 80)) };

    auto listener = std::make_unique<TcpListener>([this](qintptr descriptor) { accept(descriptor); });
    auto *raw = listener.get();
    connect(raw, &QTcpServer::acceptError, this, [this, raw] { onAcceptError(raw); });
    if (!listener->listen(QHostAddress(QString::fromLatin1(where.value().host)), where.value().port)) {
        const QString text = QString::fromLatin1(where.value().toText());
        const QString port = QString::number(where.value().port);
        switch (listener->serverError()) {
        case QAbstractSocket::AddressInUseError:
            return Error { ErrorCode::Conflict,
                QStringLiteral("Cannot listen on %1: another program has this port. Is mailhelmd running already? "
                               "This shows it: ss -ltnp 'sport = :%2'").arg(text, port) };
        case QAbstractSocket::SocketAccessError:
            return Error { ErrorCode::PermissionDenied,
                QStringLiteral("Cannot listen on %1: ports below 1024 need CAP_NET_BIND_SERVICE. Choose a higher one.")
                    .arg(text) };
        case QAbstractSocket::SocketAddressNotAvailableError:
            return Error { ErrorCode::Unavailable,
                QStringLiteral("Cannot listen on %1: this host does not have that address.").arg(text) };
        default:
            return Error { ErrorCode::Unavailable,
                QStringLiteral("Cannot listen on %1: %2.").arg(text, listener->errorString()) };
        }
    }
    m_listeners.push_back(std::move(listener));
    return {};
}

QList<Endpoint> TlsServer::listening() const
{
    QList<Endpoint> endpoints;
    for (const auto &listener : m_listeners)
        endpoints += Endpoint { toAddress(listener->serverAddress()), listener->serverPort() };
    return endpoints;
}

void TlsServer::close()
{
    m_listeners.clear();
    const auto handshakes = std::exchange(m_handshakes, {});
    qDeleteAll(handshakes);
    m_counters.handshaking = 0;
    m_counters.beforeLogin = 0;
    m_beforeLogin.clear();
    for (const Session &session : std::as_const(m_sessions)) {
        if (!session.loggedIn)
            take(session.source);
    }
}

void TlsServer::accept(qintptr descriptor)
{
    // Descriptors ran out and the spare one was given up for this connection: it may stay if there are enough again.
    if (!m_reserve.isOpen() && !m_reserve.open(QIODevice::ReadOnly)) {
        closeWithReset(descriptor);
        static_cast<void>(m_reserve.open(QIODevice::ReadOnly));
        return;
    }
    const Endpoint peer = peerOf(descriptor);
    const Address source = sourceOf(peer.address);
    const bool full = m_counters.beforeLogin >= m_options.beforeLogin
        || m_counters.beforeLogin + m_counters.loggedIn >= m_options.connections
        || m_beforeLogin.value(source) >= m_options.beforeLoginPerSource;
    if (peer.port == 0 || full) {
        m_counters.resetForCap += full;
        closeWithReset(descriptor);
        if (full)
            Q_EMIT rejected(peer, QStringLiteral("too many connections that have not logged in"));
        return;
    }
    if (!m_loggedIn.contains(source) && m_penalties.waitUs(source) > 0) {
        ++m_counters.resetForPenalty;
        closeWithReset(descriptor);
        Q_EMIT rejected(peer, QStringLiteral("its address has to wait after failed logins"));
        return;
    }
    auto socket = std::make_unique<QSslSocket>();
    if (!socket->setSocketDescriptor(descriptor)) {
        closeWithReset(descriptor);
        return;
    }
    ++m_counters.accepted;
    ++m_counters.handshaking;
    take(source);
    auto *handshake = new ServerHandshake(std::move(socket), m_configuration, m_options.handshake, this);
    m_handshakes.insert(handshake);
    const qint64 since = m_clock.nowUs();
    connect(handshake, &ServerHandshake::done, this,
        [this, handshake, peer, since] { onHandshakeDone(handshake, peer, since); });
    connect(handshake, &ServerHandshake::failed, this, [this, handshake, peer](const QString &why) {
        --m_counters.handshaking;
        ++m_counters.handshakesFailed;
        release(sourceOf(peer.address));
        m_handshakes.remove(handshake);
        handshake->deleteLater();
        Q_EMIT rejected(peer, why);
    });
}

void TlsServer::onAcceptError(TcpListener *listener)
{
    // QTcpServer has stopped accepting and would never begin again by itself. With the spare descriptor gone at least one
    // connection can be taken, if only to be reset; so the queue moves, and goes on by itself when there are enough.
    ++m_counters.acceptErrors;
    qCWarning(lcNet, "Cannot accept connections: %s", qUtf8Printable(listener->errorString()));
    m_reserve.close();
    QTimer::singleShot(m_options.acceptPause, listener, [listener] { listener->resumeAccepting(); });
}

void TlsServer::onHandshakeDone(ServerHandshake *handshake, const Endpoint &peer, qint64 since)
{
    --m_counters.handshaking;
    m_handshakes.remove(handshake);
    handshake->deleteLater();
    admitPeer(handshake->takeSocket(), peer, since);
}

void TlsServer::admitPeer(std::unique_ptr<QSslSocket> socket, const Endpoint &peer, qint64 since)
{
    const Address source = sourceOf(peer.address);
    const Pin pin = spkiPin(socket->peerCertificate());
    const Admission admission = pin.isNull() ? Admission {} : m_admit(pin);

    ChannelOptions options;
    options.since = since;
    auto *channel = new Channel(std::move(socket), options, this);
    m_sessions.insert(channel, Session { source, false });
    connect(channel, &QObject::destroyed, this, [this](const QObject *gone) { forget(gone); });
    connect(channel, &Channel::closed, this, [this, channel] { forget(channel); });

    if (admission.admit == Admit::Refuse) {
        ++m_counters.keysRefused;
        m_penalties.failed(source);
        channel->setPaused(true);
        connect(channel, &Channel::closed, channel, &QObject::deleteLater);
        if (!admission.farewell.isEmpty())
            channel->send(admission.farewell);
        channel->close({ ErrorCode::Refused, QStringLiteral("The key %1 is not known here.").arg(pin.display()) });
        Q_EMIT rejected(peer, QStringLiteral("unknown key %1").arg(pin.display()));
        return;
    }
    channel->setDeadline(m_options.login,
        QStringLiteral("did not log in within %1 ms").arg(m_options.login.count()));
    Q_EMIT connected(channel, admission.admit);
}

void TlsServer::loggedIn(Channel *channel)
{
    const auto session = m_sessions.find(channel);
    if (session == m_sessions.end() || session->loggedIn)
        return;
    session->loggedIn = true;
    release(session->source);
    ++m_counters.loggedIn;
    ++m_loggedIn[session->source];
    m_penalties.succeeded(session->source);
    channel->clearDeadline();
    channel->setFrameLimit(limits::FrameToAgent);
}

void TlsServer::loginFailed(Channel *channel)
{
    m_penalties.failed(sourceOf(channel->peer().address));
}

void TlsServer::take(const Address &source)
{
    ++m_counters.beforeLogin;
    ++m_beforeLogin[source];
}

void TlsServer::release(const Address &source)
{
    --m_counters.beforeLogin;
    if (const auto count = m_beforeLogin.find(source); count != m_beforeLogin.end() && --*count == 0)
        m_beforeLogin.erase(count);
}

void TlsServer::forget(const QObject *channel)
{
    const auto session = m_sessions.constFind(channel);
    if (session == m_sessions.cend())
        return; // closed and then destroyed
    if (session->loggedIn) {
        --m_counters.loggedIn;
        if (const auto count = m_loggedIn.find(session->source); count != m_loggedIn.end() && --*count == 0)
            m_loggedIn.erase(count);
    } else {
        release(session->source);
    }
    m_sessions.erase(session);
}

} // namespace mailhelm
