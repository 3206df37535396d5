// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"
#include "core/base/result.h"
#include "core/net/pin.h"
#include "core/protocol/frame.h"
#include "core/protocol/limits.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

class QSslSocket;

namespace mailhelm
{

struct ChannelOptions {
    quint32 frameLimit = limits::FrameToAgentBeforeLogin; ///< largest payload that the peer may send
    qint64 readBuffer = limits::ReadBufferAgent; ///< bytes taken from TCP before anybody has read them
    qint64 unsentCap = limits::UnsentCap;
    std::chrono::milliseconds closeGrace = limits::CloseGrace;
    qint64 since = 0; ///< wall clock µs at which the connection began
};

/// One live TLS connection that carries frames. Made by TlsServer and TlsDialer with the handshake done and the peer's
/// key known. Lives in the thread of its socket.
///
/// All signals come from the event loop, never from inside a call to the channel, so that a slot may do anything,
/// delete the channel included. Deleting it cuts the connection; close() ends it properly.
class Channel : public QObject
{
    Q_OBJECT
public:
    /// `socket` is encrypted. Reading begins with the next turn of the event loop: connect first.
    Channel(std::unique_ptr<QSslSocket> socket, const ChannelOptions &options, QObject *parent = nullptr);
    ~Channel() override;

    /// Queues one frame. False where the channel is not open any more, or is dropped by this very frame because the
    /// peer lets too much wait; closed() tells why.
    bool send(const QByteArray &payload);
    /// Bytes that the system has not taken yet, before and after encryption.
    [[nodiscard]] qint64 unsent() const;
    /// Whether bulk may be sent: unsent() is below limits::UnsentHighWater.
    [[nodiscard]] bool hasRoom() const { return unsent() < limits::UnsentHighWater; }

    /// The largest payload that the peer may send from its next frame on.
    void setFrameLimit(quint32 limit) { m_reader.setLimit(limit); }
    /// While paused nothing is read, and TCP makes the peer wait.
    void setPaused(bool paused);

    /// Closes with TimedOut and "<peer> <what>." unless it is set anew or cleared within `after`. One at a time.
    void setDeadline(std::chrono::milliseconds after, const QString &what);
    void clearDeadline();

    /// Reads no more, sends what waits (for at most the grace time), then disconnects; closed(reason) follows. Later
    /// calls change nothing.
    void close(const Error &reason);

    [[nodiscard]] bool isOpen() const { return m_state == State::Open; }
    [[nodiscard]] const Endpoint &peer() const { return m_peer; }
    [[nodiscard]] const Endpoint &local() const { return m_local; }
    [[nodiscard]] const Pin &peerPin() const { return m_peerPin; }
    [[nodiscard]] qint64 since() const { return m_since; } ///< µs UTC; 0 where nobody asked
    [[nodiscard]] QString tls() const { return m_tls; } ///< "TLSv1.3 TLS_AES_256_GCM_SHA384"
    [[nodiscard]] QString peerText() const; ///< "203.0.113.7:51234", for logs and errors

Q_SIGNALS:
    void received(const QByteArray &payload);
    /// unsent() was at limits::UnsentHighWater or above and has fallen below.
    void drained();
    /// The last signal, once. Unavailable: the peer or the network ended it; TimedOut: a deadline; InvalidArgument: the
    /// peer broke the framing; Refused: it let too much wait; else what close() was given.
    void closed(const mailhelm::Error &reason);

private:
    enum class State { Open, Closing, Closed };

    void read();
    void readLater();
    void checkDrained();
    void onGone();
    void abort(const Error &reason);
    void finish(const Error &reason);

    std::unique_ptr<QSslSocket> m_socket;
    FrameReader m_reader;
    ChannelOptions m_options;
    QTimer m_deadline;
    QTimer m_nextTurn;
    QString m_deadlineText;
    Error m_reason; ///< of close()
    State m_state = State::Open;
    bool m_paused = false;
    bool m_gone = false; ///< the connection has ended, though there may be bytes left to read
    bool m_overHighWater = false;
    Endpoint m_peer;
    Endpoint m_local;
    Pin m_peerPin;
    QString m_tls;
    qint64 m_since;
};

} // namespace mailhelm
