// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/enrolment.h"

#include "core/base/safetext.h"
#include "core/net/channel.h"
#include "core/net/pairinglink.h"
#include "core/net/tlsdialer.h"
#include "core/protocol/codec.h"

namespace mailhelm
{

Enrolment::Enrolment(Identity identity, LinkTimes times, QObject *parent)
    : QObject(parent)
    , m_times(times)
    , m_dialer(std::make_unique<TlsDialer>(identity))
{
    connect(m_dialer.get(), &TlsDialer::connected, this, &Enrolment::onConnected);
    connect(m_dialer.get(), &TlsDialer::failed, this, [this](const DialFailure &failure) { fail(failure.error); });
}

Enrolment::~Enrolment() = default;

void Enrolment::start(const QString &pairingLink)
{
    const auto link = PairingLink::parse(pairingLink.trimmed().toUtf8());
    if (!link) {
        QMetaObject::invokeMethod(
            this, [this, error = link.error()] { fail(error); }, Qt::QueuedConnection);
        return;
    }
    m_server.host = QString::fromUtf8(link.value().agent.host);
    m_server.port = link.value().agent.port;
    m_server.pin = link.value().pin;
    m_token = link.value().token.toText();
    m_dialer->dial(link.value().agent, link.value().pin, m_times.dial);
}

void Enrolment::onConnected(Channel *channel)
{
    m_channel.reset(channel);
    connect(channel, &Channel::received, this, &Enrolment::onFrame);
    connect(channel, &Channel::closed, this, &Enrolment::fail);
    channel->setDeadline(m_times.reply, QStringLiteral("took the connection but did not greet in time"));
}

void Enrolment::onFrame(const QByteArray &payload)
{
    const auto envelope = decode(payload, Direction::ToClient);
    if (!envelope) {
        fail(envelope.error());
        return;
    }
    const Message &message = envelope.value().message;
    if (const auto *farewell = std::get_if<Farewell>(&message)) {
        fail({ farewell->code, safeText(QByteArrayView(farewell->why)) });
    } else if (const auto *failed = std::get_if<Failed>(&message)) {
        fail({ failed->code, safeText(QByteArrayView(failed->why)) });
    } else if (const auto *welcome = std::get_if<Welcome>(&message)) {
        takeWelcome(*welcome);
    } // whatever else a newer agent may say before it answers is not for us
}

void Enrolment::takeWelcome(const Welcome &welcome)
{
    if (welcome.protocol != ProtocolVersion) {
        fail({ ErrorCode::Unsupported,
            QStringLiteral(
                "The agent (version %1) speaks protocol %2, this program %3: bring the older one up to date.")
                .arg(safeText(QByteArrayView(welcome.agentVersion), 40), QString::number(welcome.protocol),
                    QString::number(ProtocolVersion)) });
    } else if (welcome.role != Role::None) { // enrolled now, or this key was known before
        m_server.name = safeText(QByteArrayView(welcome.serverName), 90);
        m_server.role = welcome.role;
        hangUp();
        if (!std::exchange(m_over, true))
            Q_EMIT enrolled(m_server);
    } else if (!std::exchange(m_asked, true)) {
        m_channel->setDeadline(m_times.reply, QStringLiteral("did not answer the enrolment in time"));
        m_channel->send(encode(Envelope { 1, Enrol { std::exchange(m_token, {}) } }));
    } else {
        fail({ ErrorCode::Refused, QStringLiteral("The agent took the token but gave no role.") });
    }
}

void Enrolment::hangUp()
{
    if (!m_channel)
        return;
    Channel *const channel = m_channel.release();
    channel->disconnect(this);
    connect(channel, &Channel::closed, channel, &QObject::deleteLater);
    if (channel->isOpen())
        channel->close({ ErrorCode::Unavailable, QStringLiteral("done") });
    else
        channel->deleteLater();
}

void Enrolment::fail(const Error &error)
{
    hangUp();
    if (!std::exchange(m_over, true))
        Q_EMIT failed(error);
}

} // namespace mailhelm
