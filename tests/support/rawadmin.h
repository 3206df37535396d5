// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/identity.h"
#include "core/net/pairinglink.h"
#include "core/protocol/frame.h"
#include "core/protocol/messages.h"

#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QSslSocket>

#include <optional>

namespace mailhelm
{

/// A client of the agent that may say anything, also what the protocol forbids: a TLS connection, and frames or bare
/// bytes on it. It does not check the agent's key. Calls that wait do so in an event loop of their own.
class RawAdmin : public QObject
{
    Q_OBJECT

public:
    static constexpr int TimeoutMs = 10'000;

    explicit RawAdmin(const Identity &identity, QObject *parent = nullptr);

    /// A key of its own, enrolled by the link's token; connected and logged in afterwards. Null where the agent said
    /// no.
    static std::unique_ptr<RawAdmin> enrolled(const QString &pairingLink);

    void setSourceAddress(const QHostAddress &address) { m_source = address; }
    /// TCP and TLS; true when encrypted.
    bool connectTo(quint16 port, int timeoutMs = TimeoutMs);
    /// Waits for WELCOME, says hello, and waits for the answer. The greeting is in welcome().
    bool logIn();
    /// Waits for WELCOME and spends the token. The answer: Welcome, Failed or Farewell.
    std::optional<Message> enrol(const QByteArray &token);

    void send(const Message &message, quint32 request = 0);
    void sendFrame(const QByteArray &payload);
    void sendBytes(const QByteArray &bytes);
    /// Sends it and waits for its answer; nothing where the agent hung up instead.
    std::optional<Message> ask(const Message &message, int timeoutMs = TimeoutMs);
    /// Waits for the end of the connection; true where it ended.
    bool waitForEnd(int timeoutMs = TimeoutMs);

    /// Stops reading: the agent's bytes stay in the kernel, then on the agent's side.
    void setReading(bool reading);
    void hangUp();

    [[nodiscard]] bool isEnded() const { return m_ended; }
    [[nodiscard]] const std::optional<Farewell> &farewell() const { return m_farewell; }
    [[nodiscard]] const std::optional<Welcome> &welcome() const { return m_welcome; }
    [[nodiscard]] const Identity &identity() const { return m_identity; }
    [[nodiscard]] quint16 localPort() const { return m_localPort; }
    [[nodiscard]] int changesSeen() const { return m_changes; } ///< messages with parts of ChangeSets
    [[nodiscard]] qint64 framesSeen() const { return m_frames; }

private:
    void read();
    [[nodiscard]] std::optional<Message> take(quint32 request, int timeoutMs);

    const Identity m_identity;
    QHostAddress m_source;
    QSslSocket m_socket;
    FrameReader m_reader;
    QList<Envelope> m_inbox; ///< everything but changes, WELCOME and FAREWELL without request
    std::optional<Farewell> m_farewell;
    std::optional<Welcome> m_welcome;
    quint32 m_lastRequest = 0;
    quint16 m_localPort = 0;
    int m_changes = 0;
    qint64 m_frames = 0;
    bool m_reading = true;
    bool m_ended = false;
};

} // namespace mailhelm
