// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/channel.h"
#include "core/net/hostport.h"
#include "core/net/identity.h"

#include <QObject>
#include <QSslError>
#include <QTimer>

#include <chrono>
#include <memory>

class QSslSocket;

namespace mailhelm
{

/// Why a dial came to nothing.
struct DialFailure {
    enum class Kind {
        CannotResolve, ///< the name has no address, or no name server answers
        Refused, ///< the host is there, nothing listens
        Unreachable, ///< no way to the network or host
        TimedOut,
        WrongPin, ///< somebody else answers: never connect, never offer to accept with one click
        Tls,
        ClosedByPeer, ///< before the handshake was done
    };
    Kind kind = Kind::Unreachable;
    Error error; ///< one sentence for people
    Pin seen; ///< WrongPin: the key that answered
};

/// Connects to one agent and makes sure that it is the one whose key is known: TLS 1.3, no certificate authority, and
/// the pin checked both where Qt asks about errors and again when the connection is encrypted. Sends nothing: in
/// TLS 1.3 connected() comes before the agent has looked at our key, so that only its first frame says that we are
/// welcome. One dial at a time; lives in one thread.
class TlsDialer : public QObject
{
    Q_OBJECT
public:
    explicit TlsDialer(const Identity &identity, QObject *parent = nullptr);
    ~TlsDialer() override;

    /// Starts anew, whatever was under way. connected() or failed() follows from the event loop, one of them, once.
    void dial(const HostPort &agent, const Pin &expected, std::chrono::milliseconds timeout = limits::Dial);
    /// Ends a dial under way without a signal.
    void cancel();
    [[nodiscard]] bool isDialing() const { return m_socket != nullptr; }

Q_SIGNALS:
    /// The receiver owns `channel` (setParent() or deleteLater()) and connects to it in the slot.
    void connected(mailhelm::Channel *channel);
    void failed(const mailhelm::DialFailure &failure);

private:
    void checkErrors(const QList<QSslError> &errors);
    void onEncrypted();
    void onEnded();
    void fail(DialFailure::Kind kind, ErrorCode code, const QString &what);
    void failWrongPin();

    Identity m_identity;
    std::unique_ptr<QSslSocket> m_socket;
    QTimer m_timer;
    HostPort m_agent;
    Pin m_expected;
    Pin m_seen;
    QString m_tlsErrors; ///< those that are not forgiven
    bool m_wrongPin = false;
    quint64 m_dialNumber = 0;
};

} // namespace mailhelm
