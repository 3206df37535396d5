// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/net/tlsdialer.h"
#include "core/net/tlsserver.h"

#include <QByteArrayList>
#include <QList>
#include <QObject>
#include <QPointer>

#include <memory>
#include <optional>

namespace mailhelm
{

/// A P-256 identity made once for the whole test program.
const Identity &agentIdentity();
const Identity &adminIdentity();
const Identity &strangerIdentity();

/// The key of `identity` in a new certificate, valid from and until so many days from now, for 127.0.0.1.
Identity reissued(const Identity &identity, int fromDays, int untilDays);

/// A TlsServer on loopback that knows adminIdentity() alone, and echoes every frame to whoever is let in.
class EchoAgent : public QObject
{
    Q_OBJECT
public:
    explicit EchoAgent(const TlsServerOptions &options = {}, const QList<QByteArray> &addresses = { "127.0.0.1:0" },
        bool logInAtOnce = true, const Identity &identity = agentIdentity());

    [[nodiscard]] quint16 port() const { return server.listening().constFirst().port; }

    ManualClock clock;
    TlsServer server;
    bool echo = true;
    bool enrolling = false; ///< unknown keys are let in to enrol
    QByteArray farewell { "your key is not known here" };
    QList<QPointer<Channel>> channels;
    QList<Admit> admits;
    QList<Error> closedWith;
    QByteArrayList got;
    QStringList rejections;
};

/// One dial, and the channel that came of it.
class Caller : public QObject
{
    Q_OBJECT
public:
    explicit Caller(const Identity &identity = adminIdentity());

    void dial(quint16 port, const Pin &pin = agentIdentity().pin(), std::chrono::milliseconds timeout = limits::Dial,
        const QByteArray &host = "127.0.0.1");
    /// Waits for the end of the dial; true where it gave a channel.
    bool wait(int ms = 5000);

    TlsDialer dialer;
    std::unique_ptr<Channel> channel;
    std::optional<DialFailure> failure;
    std::optional<Error> closedWith;
    QByteArrayList got;
};

/// A plain TCP socket from a loopback address of choice (127.0.0.0/8 is all ours), below Qt, for peers that misbehave.
class RawPeer
{
public:
    explicit RawPeer(quint16 port, const QByteArray &from = "127.0.0.1");
    ~RawPeer();
    Q_DISABLE_COPY_MOVE(RawPeer)

    [[nodiscard]] bool isConnected() const { return m_fd >= 0; }
    bool write(const QByteArray &bytes);
    void reset(); ///< closes with RST
    void finish(); ///< closes with FIN
    /// Whether the other side has ended the connection by now; whatever it sent is read away.
    [[nodiscard]] bool isEnded();

private:
    int m_fd = -1;
};

} // namespace mailhelm
