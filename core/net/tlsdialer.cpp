// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/tlsdialer.h"

#include "core/base/safetext.h"
#include "core/net/socketoptions.h"
#include "core/net/tlspolicy.h"

#include <QNetworkProxy>
#include <QSslSocket>

namespace mailhelm
{

using Kind = DialFailure::Kind;

TlsDialer::TlsDialer(const Identity &identity, QObject *parent)
    : QObject(parent)
    , m_identity(identity)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        const bool reached = m_socket->state() == QAbstractSocket::ConnectedState;
        fail(Kind::TimedOut, ErrorCode::TimedOut,
            reached
                ? QStringLiteral("it took the connection but did not finish the TLS handshake in time; is a Mailhelm "
                                 "agent listening on this port?")
                : QStringLiteral(
                    "it does not answer, or resets every connection; check the address and the firewalls"));
    });
}

TlsDialer::~TlsDialer()
{
    cancel();
}

void TlsDialer::cancel()
{
    m_timer.stop();
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket.release()->deleteLater();
}

void TlsDialer::dial(const HostPort &agent, const Pin &expected, std::chrono::milliseconds timeout)
{
    cancel();
    m_agent = agent;
    m_expected = expected;
    m_seen = {};
    m_tlsErrors.clear();
    m_wrongPin = false;

    m_socket = std::make_unique<QSslSocket>();
    connect(m_socket.get(), &QSslSocket::sslErrors, this, &TlsDialer::checkErrors);
    // Queued, see Channel. What an earlier dial's socket had posted still arrives and must not count for this one.
    const auto queued = [this, number = ++m_dialNumber](void (TlsDialer::*slot)()) {
        return [this, number, slot] {
            if (m_socket && number == m_dialNumber)
                (this->*slot)();
        };
    };
    connect(m_socket.get(), &QSslSocket::encrypted, this, queued(&TlsDialer::onEncrypted), Qt::QueuedConnection);
    connect(m_socket.get(), &QSslSocket::errorOccurred, this, queued(&TlsDialer::onEnded), Qt::QueuedConnection);
    connect(m_socket.get(), &QSslSocket::disconnected, this, queued(&TlsDialer::onEnded), Qt::QueuedConnection);
    // Qt has no limit of its own for the handshake; and a reset that comes while it connects it answers by connecting
    // again, until somebody stops it. (The agent closes instead of resetting, for that reason.)
    m_timer.start(timeout);

    m_socket->setProxy(QNetworkProxy::NoProxy);
    m_socket->setReadBufferSize(limits::ReadBufferClient);
    m_socket->setSslConfiguration(tlsConfiguration(m_identity));
    m_socket->connectToHostEncrypted(QString::fromLatin1(agent.host), agent.port);
}

void TlsDialer::checkErrors(const QList<QSslError> &errors)
{
    const QSslCertificate leaf = m_socket->peerCertificate();
    m_seen = spkiPin(leaf);
    m_wrongPin = m_seen.isNull() || m_seen != m_expected;
    const auto rest = unforgivable(errors, leaf);
    if (!m_wrongPin && rest.isEmpty())
        m_socket->ignoreSslErrors(errors);
    else
        m_tlsErrors = describe(rest);
}

void TlsDialer::onEncrypted()
{
    // Again, and this time whatever Qt thought of the certificate: one that some authority had signed raises no error.
    m_seen = spkiPin(m_socket->peerCertificate());
    if (m_seen.isNull() || m_seen != m_expected) {
        failWrongPin();
        return;
    }
    m_timer.stop();
    m_socket->disconnect(this);
    tuneConnection(*m_socket);
    ChannelOptions options;
    options.frameLimit = limits::FrameToClient;
    options.readBuffer = limits::ReadBufferClient;
    Q_EMIT connected(new Channel(std::move(m_socket), options));
}

void TlsDialer::onEnded()
{
    if (m_wrongPin && !m_seen.isNull()) {
        failWrongPin();
        return;
    }
    const QString detail = safeText(m_socket->errorString(), 200);
    switch (m_socket->error()) {
    case QAbstractSocket::HostNotFoundError:
        fail(Kind::CannotResolve, ErrorCode::NotFound,
            QStringLiteral("there is no host of this name; check the spelling"));
        return;
    case QAbstractSocket::ConnectionRefusedError:
        fail(Kind::Refused, ErrorCode::Unavailable,
            QStringLiteral("nothing listens on this port; is mailhelmd running there?"));
        return;
    case QAbstractSocket::SocketTimeoutError:
        fail(Kind::TimedOut, ErrorCode::TimedOut, QStringLiteral("it does not answer"));
        return;
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError:
        fail(Kind::Tls, ErrorCode::Refused,
            QStringLiteral("the TLS handshake failed: %1").arg(m_tlsErrors.isEmpty() ? detail : m_tlsErrors));
        return;
    case QAbstractSocket::RemoteHostClosedError:
    case QAbstractSocket::UnknownSocketError:
        fail(Kind::ClosedByPeer, ErrorCode::Unavailable,
            QStringLiteral("it closed the connection before the TLS handshake was done; too many connections or failed "
                           "logins from this address can be the reason, so wait a little"));
        return;
    default:
        fail(Kind::Unreachable, ErrorCode::Unavailable, detail);
    }
}

void TlsDialer::failWrongPin()
{
    m_wrongPin = true;
    fail(Kind::WrongPin, ErrorCode::Refused,
        QStringLiteral(
            "another key answers than the one that was paired. Expected %1, got %2. Either the agent's key was "
            "made anew, or somebody stands in between; nothing was sent. If the key was really changed, "
            "remove the server and add it again with a new pairing link")
            .arg(m_expected.display(), m_seen.display()));
}

void TlsDialer::fail(Kind kind, ErrorCode code, const QString &what)
{
    cancel();
    const QString detail = QStringLiteral("Cannot connect to %1: %2.").arg(QString::fromLatin1(m_agent.toText()), what);
    Q_EMIT failed({ kind, { code, detail }, kind == Kind::WrongPin ? m_seen : Pin() });
}

} // namespace mailhelm
