// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/channel.h"

#include "core/base/safetext.h"
#include "core/net/hostport.h"
#include "core/net/socketoptions.h"

#include <QHostAddress>
#include <QPointer>
#include <QSslCipher>
#include <QSslSocket>

#include <array>

namespace mailhelm
{

/// Frames handed out in one turn of the event loop: one busy peer must not keep the others waiting.
static constexpr int FramesPerTurn = 64;
static constexpr qsizetype BytesPerTurn = 256 * 1024; // to take a large frame in costs a window some milliseconds

Channel::Channel(std::unique_ptr<QSslSocket> socket, const ChannelOptions &options, QObject *parent)
    : QObject(parent)
    , m_socket(std::move(socket))
    , m_reader(options.frameLimit)
    , m_options(options)
    , m_peer { toAddress(m_socket->peerAddress()), m_socket->peerPort() }
    , m_local { toAddress(m_socket->localAddress()), m_socket->localPort() }
    , m_peerPin(spkiPin(m_socket->peerCertificate()))
    , m_since(options.since)
{
    const QSslCipher cipher = m_socket->sessionCipher();
    m_tls = cipher.protocolString() + u' ' + cipher.name();
    m_socket->setReadBufferSize(options.readBuffer);
    m_deadline.setSingleShot(true);
    m_nextTurn.setSingleShot(true); // a posted event would be of the same turn still
    connect(&m_nextTurn, &QTimer::timeout, this, &Channel::read);

    // Queued, all of them: QSslSocket emits from deep inside its own machinery, where neither it nor we may be deleted.
    connect(m_socket.get(), &QSslSocket::readyRead, this, &Channel::read, Qt::QueuedConnection);
    connect(m_socket.get(), &QSslSocket::encryptedBytesWritten, this, &Channel::checkDrained, Qt::QueuedConnection);
    connect(m_socket.get(), &QSslSocket::disconnected, this, &Channel::onGone, Qt::QueuedConnection);
    connect(m_socket.get(), &QSslSocket::errorOccurred, this, &Channel::onGone, Qt::QueuedConnection);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        const Error late { ErrorCode::TimedOut, m_deadlineText };
        if (m_state == State::Open)
            close(late);
        else
            abort(m_reason);
    });
    readLater(); // what came before anybody listened
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        QMetaObject::invokeMethod(this, &Channel::onGone, Qt::QueuedConnection);
}

Channel::~Channel()
{
    m_socket->disconnect(this);
    m_socket->abort();
}

bool Channel::send(const QByteArray &payload)
{
    if (m_state != State::Open || m_gone)
        return false;
    Q_ASSERT(!payload.isEmpty());
    const auto header = frameHeader(quint32(payload.size()));
    if (unsent() + qint64(header.size()) + payload.size() > m_options.unsentCap) {
        abort({ ErrorCode::Refused,
            QStringLiteral("%1 does not read: more than %2 bytes wait for it, so it was dropped.")
                .arg(peerText(), QString::number(m_options.unsentCap)) });
        return false;
    }
    m_socket->write(header.data(), qint64(header.size()));
    m_socket->write(payload);
    m_overHighWater = m_overHighWater || !hasRoom();
    return true;
}

qint64 Channel::unsent() const
{
    // QSslSocket::bytesToWrite() alone says 0 as soon as the bytes are encrypted, however many those are.
    return m_socket->bytesToWrite() + m_socket->encryptedBytesToWrite();
}

void Channel::checkDrained()
{
    if (m_overHighWater && m_state == State::Open && hasRoom()) {
        m_overHighWater = false;
        Q_EMIT drained();
    }
}

void Channel::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    if (!paused)
        readLater();
}

void Channel::setDeadline(std::chrono::milliseconds after, const QString &what)
{
    if (m_state != State::Open)
        return;
    m_deadlineText = QStringLiteral("%1 %2.").arg(peerText(), what);
    m_deadline.start(after);
}

void Channel::clearDeadline()
{
    if (m_state == State::Open)
        m_deadline.stop();
}

void Channel::readLater()
{
    QMetaObject::invokeMethod(this, &Channel::read, Qt::QueuedConnection);
}

void Channel::read()
{
    if (m_state != State::Open || m_paused || m_nextTurn.isActive())
        return;
    const QPointer<Channel> self(this);
    std::array<char, 16 * 1024> buffer;
    int frames = 0;
    qsizetype bytes = 0;
    while (m_socket->bytesAvailable() > 0) {
        // Never more than the frame at hand: what a slot decides about the next one (its limit, a pause) then holds.
        const qint64 got = m_socket->read(buffer.data(), qMin(qint64(buffer.size()), qint64(m_reader.wanted())));
        if (got <= 0)
            break;
        if (auto taken = m_reader.take(QByteArrayView(buffer.data(), qsizetype(got))); !taken) {
            abort({ taken.error().code, QStringLiteral("%1: %2").arg(peerText(), taken.error().detail) });
            return;
        }
        if (!m_reader.hasFrame())
            continue;
        const QByteArray frame = m_reader.takeFrame();
        bytes += frame.size();
        Q_EMIT received(frame);
        if (!self || m_state != State::Open || m_paused)
            return;
        if (++frames == FramesPerTurn || bytes >= BytesPerTurn) {
            m_nextTurn.start(0);
            return;
        }
    }
    if (m_gone)
        onGone();
}

void Channel::onGone()
{
    if (m_state == State::Closed)
        return;
    if (m_state == State::Closing) {
        abort(m_reason);
        return;
    }
    m_gone = true;
    if (m_socket->bytesAvailable() > 0 && m_socket->isReadable()) {
        readLater(); // the last frames came before the end and are heard before it; read() then comes back here
        return;
    }
    const auto error = m_socket->error();
    const bool orderly
        = error == QAbstractSocket::RemoteHostClosedError || error == QAbstractSocket::UnknownSocketError;
    const QString cut = m_reader.isBetweenFrames() ? QString() : QStringLiteral(" in the middle of a frame");
    abort({ ErrorCode::Unavailable,
        orderly ? QStringLiteral("%1 closed the connection%2.").arg(peerText(), cut)
                : QStringLiteral("The connection to %1 was lost%2: %3.")
                      .arg(peerText(), cut, safeText(m_socket->errorString(), 200)) });
}

void Channel::close(const Error &reason)
{
    if (m_state != State::Open)
        return;
    m_state = State::Closing;
    m_reason = reason;
    m_deadline.start(m_options.closeGrace);
    m_socket->disconnectFromHost();
    if (m_socket->state() == QAbstractSocket::UnconnectedState)
        finish(m_reason);
}

void Channel::abort(const Error &reason)
{
    finish(reason);
    m_socket->abort();
}

void Channel::finish(const Error &reason)
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    m_deadline.stop();
    QMetaObject::invokeMethod(
        this, [this, reason] { Q_EMIT closed(reason); }, Qt::QueuedConnection);
}

QString Channel::peerText() const
{
    return QString::fromLatin1(HostPort { m_peer.address.toText(), m_peer.port }.toText());
}

} // namespace mailhelm
