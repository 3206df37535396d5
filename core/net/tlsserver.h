// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/net/channel.h"
#include "core/net/identity.h"
#include "core/net/penalties.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QSet>
#include <QSslConfiguration>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

class QSslSocket;

namespace mailhelm
{

class TcpListener;
class ServerHandshake;

/// What a key is allowed to do.
enum class Admit {
    Known, ///< an administrator's: may log in
    EnrolOnly, ///< unknown, while an unspent token exists: may enrol and nothing else
    Refuse,
};

struct Admission {
    Admit admit = Admit::Refuse;
    QByteArray farewell; ///< Refuse: the payload of one last frame, which tells the person why; empty = none
};

using AdmitFunction = std::function<Admission(const Pin &)>;

struct TlsServerOptions {
    int beforeLogin = limits::BeforeLogin;
    int beforeLoginPerSource = limits::BeforeLoginPerSource;
    int connections = limits::Connections;
    std::chrono::milliseconds handshake = limits::TlsHandshake;
    std::chrono::milliseconds login = limits::Login;
    std::chrono::milliseconds acceptPause = limits::AcceptPause;
};

/// The agent's door: accepts TCP connections, takes them through a TLS 1.3 handshake in which the peer has to show a
/// certificate, asks `admit` about its key, and hands over a Channel. What strangers can make it hold is bounded by
/// the options, and nothing that they do stops it from accepting: not QSslServer, which 30 resets silence for good.
///
/// A connection counts as "before login" until loggedIn() is called for it. A source whose logins fail (see
/// Penalties) is turned away at accept while it waits, except where it has a session that is logged in.
/// Lives in one thread, its sockets with it.
class TlsServer : public QObject
{
    Q_OBJECT
public:
    struct Counters {
        int handshaking = 0; ///< now
        int beforeLogin = 0; ///< now, those handshaking included
        int loggedIn = 0; ///< now
        quint64 accepted = 0;
        quint64 turnedAwayByCap = 0;
        quint64 turnedAwayByPenalty = 0;
        quint64 handshakesFailed = 0;
        quint64 keysRefused = 0;
        quint64 acceptErrors = 0; ///< times that descriptors or memory ran out
    };

    /// `admit` is asked once for every handshake that succeeds. `clock` outlives the server.
    TlsServer(const Identity &identity, AdmitFunction admit, const Clock &clock, const TlsServerOptions &options = {},
        QObject *parent = nullptr);
    ~TlsServer() override;

    /// Listens on every address, "0.0.0.0:6245" or "[::]:6245" (which is IPv6 alone), port 0 for any. All or none:
    /// InvalidArgument, Conflict where the port is taken, PermissionDenied, Unavailable.
    [[nodiscard]] Result<void> listen(const QList<QByteArray> &addresses);
    /// Where it listens, with the ports that it got.
    [[nodiscard]] QList<Endpoint> listening() const;
    /// Accepts no more and drops the handshakes under way. Channels handed over stay.
    void close();

    /// The peer of `channel` has proved who it is: the connection leaves the caps and the login deadline, and may send
    /// frames of limits::FrameToAgent. Its source is forgiven, and immune from penalties while it lives.
    void loggedIn(Channel *channel);
    /// Something that counts against the channel's source: a wrong token, a broken hello.
    void loginFailed(Channel *channel);

    [[nodiscard]] const Counters &counters() const { return m_counters; }

Q_SIGNALS:
    /// The receiver owns `channel` from here on (setParent(), or deleteLater() after closed()); it has to connect to it
    /// in the slot. It closes by itself after the login time unless loggedIn() is called. `admit` is never Refuse.
    void connected(mailhelm::Channel *channel, mailhelm::Admit admit);
    /// For the log: a connection that came to nothing.
    void rejected(const mailhelm::Endpoint &peer, const QString &why);

private:
    struct Session {
        Address source;
        bool loggedIn = false;
    };

    [[nodiscard]] Result<void> listenOn(const QByteArray &address);
    void accept(qintptr descriptor);
    void onHandshakeDone(ServerHandshake *handshake, const Endpoint &peer, qint64 since);
    void admitPeer(std::unique_ptr<QSslSocket> socket, const Endpoint &peer, qint64 since);
    void take(const Address &source);
    void release(const Address &source);
    void forget(const QObject *channel);

    QSslConfiguration m_configuration;
    AdmitFunction m_admit;
    const Clock &m_clock;
    TlsServerOptions m_options;
    Penalties m_penalties;
    Counters m_counters;
    qint64 m_lastWarning = 0; ///< monotonic µs
    std::vector<std::unique_ptr<TcpListener>> m_listeners;
    QSet<ServerHandshake *> m_handshakes;
    QHash<const QObject *, Session> m_sessions; ///< channels handed over, and refused ones saying farewell
    QHash<Address, int> m_beforeLogin; ///< by source
    QHash<Address, int> m_loggedIn; ///< by source
};

} // namespace mailhelm
