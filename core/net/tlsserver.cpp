// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/tlsserver.h"

#include "core/base/logging.h"
#include "core/net/hostport.h"
#include "core/net/serverhandshake.h"
#include "core/net/socketoptions.h"
#include "core/net/tcplistener.h"
#include "core/net/tlspolicy.h"

#include <QSslSocket>

namespace mailhelm
{

static constexpr qint64 WarningIntervalUs = 60'000'000;

TlsServer::TlsServer(
    const Identity &identity, AdmitFunction admit, const Clock &clock, const TlsServerOptions &options, QObject *parent)
    : QObject(parent)
    , m_configuration(tlsConfiguration(identity))
    , m_admit(std::move(admit))
    , m_clock(clock)
    , m_options(options)
    , m_penalties(clock)
{
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
    auto listener
        = std::make_unique<TcpListener>([this](qintptr descriptor) { accept(descriptor); }, m_options.acceptPause);
    connect(listener.get(), &TcpListener::exhausted, this, [this](const QString &why) {
        // As long as it lasts this comes four times a second: one line a minute says as much.
        const qint64 now = m_clock.monotonicUs();
        if (m_counters.acceptErrors++ == 0 || now - m_lastWarning >= WarningIntervalUs) {
            m_lastWarning = now;
            qCWarning(lcNet, "Cannot accept connections: %s. If this is no attack, raise LimitNOFILE of the service.",
                qUtf8Printable(why));
        }
    });
    if (auto listening = listener->listen(where.value()); !listening)
        return listening;
    m_listeners.push_back(std::move(listener));
    return {};
}

QList<Endpoint> TlsServer::listening() const
{
    QList<Endpoint> endpoints;
    for (const auto &listener : m_listeners)
        endpoints += listener->endpoint();
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
    if (isPeerGone(descriptor)) {
        turnAway(descriptor); // came and went while it waited: costs nobody a slot
        return;
    }
    const Endpoint peer = peerOf(descriptor);
    const Address source = sourceOf(peer.address);
    const bool full = m_counters.beforeLogin >= m_options.beforeLogin
        || m_counters.beforeLogin + m_counters.loggedIn >= m_options.connections
        || m_beforeLogin.value(source) >= m_options.beforeLoginPerSource;
    if (peer.port == 0 || full) {
        m_counters.turnedAwayByCap += full;
        turnAway(descriptor);
        if (full)
            Q_EMIT rejected(peer, QStringLiteral("too many connections that have not logged in"));
        return;
    }
    if (!m_loggedIn.contains(source) && m_penalties.waitUs(source) > 0) {
        ++m_counters.turnedAwayByPenalty;
        turnAway(descriptor);
        Q_EMIT rejected(peer, QStringLiteral("its address has to wait after failed logins"));
        return;
    }
    auto socket = std::make_unique<QSslSocket>();
    if (!socket->setSocketDescriptor(descriptor)) {
        turnAway(descriptor);
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
    channel->setDeadline(m_options.login, QStringLiteral("did not log in within %1 ms").arg(m_options.login.count()));
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
