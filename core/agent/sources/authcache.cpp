// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/authcache.h"

#include <QFile>

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mailhelm
{

namespace
{

constexpr qsizetype AnswerBytes = 4096; ///< Dovecot says less than a hundred
constexpr char Version[] = "VERSION\t1\t0\n";

/// What the protocol is written in; \001 is its escape character.
bool hasSeparators(const QByteArray &user)
{
    return std::any_of(
        user.begin(), user.end(), [](char c) { return c == '\t' || c == '\r' || c == '\n' || c == '\0' || c == '\1'; });
}

} // namespace

AuthCache::AuthCache(QByteArray socket, std::chrono::milliseconds deadline, QObject *parent)
    : QObject(parent)
    , m_path(std::move(socket))
{
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(deadline);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        finish(Error { ErrorCode::TimedOut, QStringLiteral("%1 did not answer").arg(QString::fromUtf8(m_path)) });
    });
    connect(&m_socket, &QLocalSocket::readyRead, this, &AuthCache::read);
    connect(&m_socket, &QLocalSocket::errorOccurred, this,
        [this] { finish(failed(m_socket.errorString().section(QStringLiteral(": "), 1))); });
}

QByteArray AuthCache::refusal(const QByteArray &socket)
{
    if (::access(socket.constData(), R_OK | W_OK) == 0 || errno != EACCES)
        return {};
    return "Dovecot's auth cache cannot be flushed: " + socket
        + " may not be opened by this user. In Dovecot's configuration: service auth { unix_listener auth-master { "
          "mode "
          "= 0660 group = mailhelm } } (each brace on a line of its own)";
}

void AuthCache::flush(const QByteArray &user, Answer answer)
{
    m_requests.push({ user, std::move(answer) });
    if (!m_busy) {
        m_busy = true;
        QMetaObject::invokeMethod(this, &AuthCache::next, Qt::QueuedConnection);
    }
}

void AuthCache::next()
{
    const QByteArray user = m_requests.front().user;
    // None at all would flush everybody.
    if (user.isEmpty() || hasSeparators(user)) {
        finish(Error {
            ErrorCode::InvalidArgument, QStringLiteral("A name with these characters cannot be said to Dovecot.") });
        return;
    }
    m_received.clear();
    m_deadline.start();
    m_socket.connectToServer(QFile::decodeName(m_path));
    if (m_busy && m_socket.state() != QLocalSocket::UnconnectedState)
        m_socket.write(Version + ("CACHE-FLUSH\t1\t" + user + '\n'));
}

void AuthCache::read()
{
    m_received += m_socket.read(AnswerBytes);
    if (m_received.size() > AnswerBytes) {
        finish(failed(QStringLiteral("it says too much")));
        return;
    }
    QList<QByteArray> lines = m_received.split('\n');
    m_received = lines.takeLast();
    for (const QByteArray &line : std::as_const(lines)) {
        const QList<QByteArray> words = line.split('\t');
        if (words.first() == "VERSION" && words.value(1) != "1") {
            finish(failed(QStringLiteral("it speaks another version of the protocol")));
            return;
        }
        if (words.first() == "OK" && words.value(1) == "1") {
            finish({});
            return;
        }
        if (words.first() == "FAIL") {
            finish(failed(QStringLiteral("it refused")));
            return;
        }
    }
}

void AuthCache::finish(const Result<void> &result)
{
    if (m_requests.empty() || !m_busy)
        return;
    m_deadline.stop();
    const Answer answer = std::move(m_requests.front().answer);
    m_requests.pop();
    m_busy = false;
    m_socket.abort();
    if (!m_requests.empty()) {
        m_busy = true;
        QMetaObject::invokeMethod(this, &AuthCache::next, Qt::QueuedConnection);
    }
    answer(result);
}

Error AuthCache::failed(const QString &why) const
{
    const QByteArray refused = refusal(m_path);
    return { ErrorCode::Unavailable,
        refused.isEmpty() ? QStringLiteral("Dovecot's auth cache could not be flushed through %1: %2")
                                .arg(QString::fromUtf8(m_path), why)
                          : QString::fromUtf8(refused) };
}

} // namespace mailhelm
