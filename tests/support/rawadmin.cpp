// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rawadmin.h"

#include "core/net/tlspolicy.h"
#include "core/protocol/codec.h"
#include "core/protocol/limits.h"

#include <QTest>

namespace mailhelm
{

RawAdmin::RawAdmin(const Identity &identity, QObject *parent)
    : QObject(parent)
    , m_identity(identity)
    , m_reader(limits::FrameToClient)
{
    m_socket.setSslConfiguration(tlsConfiguration(identity));
    connect(&m_socket, &QSslSocket::sslErrors, this,
        [this](const QList<QSslError> &errors) { m_socket.ignoreSslErrors(errors); });
    connect(&m_socket, &QSslSocket::readyRead, this, &RawAdmin::read);
    connect(&m_socket, &QSslSocket::disconnected, this, [this] { m_ended = true; });
    connect(&m_socket, &QSslSocket::errorOccurred, this, [this] {
        read();
        m_ended = true;
    });
}

std::unique_ptr<RawAdmin> RawAdmin::enrolled(const QString &pairingLink)
{
    const Result<PairingLink> link = PairingLink::parse(pairingLink.toLatin1());
    const Result<Identity> identity = Identity::make(QStringLiteral("test"));
    if (!link || !identity)
        return nullptr;
    auto admin = std::make_unique<RawAdmin>(identity.value());
    if (!admin->connectTo(link.value().agent.port))
        return nullptr;
    const std::optional<Message> answer = admin->enrol(link.value().token.toText());
    if (!answer || !std::holds_alternative<Welcome>(*answer))
        return nullptr;
    admin->m_welcome = std::get<Welcome>(*answer);
    return admin->logIn() ? std::move(admin) : nullptr;
}

bool RawAdmin::connectTo(quint16 port, int timeoutMs)
{
    m_ended = false;
    m_welcome.reset();
    m_farewell.reset();
    m_inbox.clear();
    m_reader = FrameReader(limits::FrameToClient);
    if (!m_source.isNull()
        && !m_socket.bind(m_source, 0, QAbstractSocket::ShareAddress | QAbstractSocket::ReuseAddressHint))
        return false;
    m_socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    const bool up
        = QTest::qWaitFor([this] { return m_socket.isEncrypted() || m_ended; }, timeoutMs) && m_socket.isEncrypted();
    m_localPort = m_socket.localPort();
    return up;
}

bool RawAdmin::logIn()
{
    if (!QTest::qWaitFor([this] { return m_welcome || m_ended; }, TimeoutMs) || !m_welcome)
        return false;
    const std::optional<Message> answer = ask(Hello { ProtocolVersion, "test" });
    return answer && std::holds_alternative<Done>(*answer);
}

std::optional<Message> RawAdmin::enrol(const QByteArray &token)
{
    if (!QTest::qWaitFor([this] { return m_welcome || m_ended; }, TimeoutMs) || !m_welcome)
        return m_farewell ? std::optional<Message>(*m_farewell) : std::nullopt;
    const std::optional<Message> answer = ask(Enrol { token });
    return answer || !m_farewell ? answer : std::optional<Message>(*m_farewell);
}

void RawAdmin::send(const Message &message, quint32 request)
{
    sendFrame(encode({ request, message }));
}

void RawAdmin::sendFrame(const QByteArray &payload)
{
    const auto header = frameHeader(quint32(payload.size()));
    sendBytes(QByteArray(header.data(), header.size()) + payload);
}

void RawAdmin::sendBytes(const QByteArray &bytes)
{
    m_socket.write(bytes);
    m_socket.flush();
}

std::optional<Message> RawAdmin::ask(const Message &message, int timeoutMs)
{
    send(message, ++m_lastRequest);
    return take(m_lastRequest, timeoutMs);
}

std::optional<Message> RawAdmin::take(quint32 request, int timeoutMs)
{
    std::optional<Message> answer;
    (void)QTest::qWaitFor(
        [&] {
            for (qsizetype i = 0; i < m_inbox.size() && !answer; ++i)
                if (m_inbox[i].request == request)
                    answer = m_inbox.takeAt(i).message;
            return answer || m_ended;
        },
        timeoutMs);
    return answer;
}

bool RawAdmin::waitForEnd(int timeoutMs)
{
    return QTest::qWaitFor([this] { return m_ended; }, timeoutMs);
}

void RawAdmin::setReading(bool reading)
{
    m_reading = reading;
    m_socket.setReadBufferSize(reading ? 0 : 1);
    if (reading)
        read();
}

void RawAdmin::hangUp()
{
    m_socket.abort();
}

void RawAdmin::read()
{
    while (m_reading && m_socket.bytesAvailable() > 0) {
        const QByteArray bytes = m_socket.read(qMin(qint64(m_reader.wanted()), qint64(65536)));
        if (bytes.isEmpty() || !m_reader.take(bytes))
            return;
        if (!m_reader.hasFrame())
            continue;
        ++m_frames;
        const QByteArray payload = m_reader.takeFrame();
        const Result<FrameHead> head = peekHead(payload);
        if (!head)
            qFatal("the agent sent no frame: %s", qUtf8Printable(head.error().detail));
        if (head.value().is(MessageType::Changes)) {
            ++m_changes;
            continue;
        }
        const Result<Envelope> envelope = decode(head.value(), Direction::ToClient);
        if (!envelope)
            qFatal("the agent sent no message: %s", qUtf8Printable(envelope.error().detail));
        if (const auto *farewell = std::get_if<Farewell>(&envelope.value().message))
            m_farewell = *farewell;
        else if (const auto *welcome = std::get_if<Welcome>(&envelope.value().message);
                 welcome && envelope.value().request == 0)
            m_welcome = *welcome;
        else
            m_inbox.append(envelope.value());
    }
}

} // namespace mailhelm
