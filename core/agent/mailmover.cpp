// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/mailmover.h"

#include <QFile>

#include <unistd.h>

#include <cerrno>

namespace mailhelm
{

namespace
{

ErrorCode codeOf(mailwire::Answer::Code code)
{
    switch (code) {
    case mailwire::Answer::Code::NotFound:
        return ErrorCode::NotFound;
    case mailwire::Answer::Code::Conflict:
        return ErrorCode::Conflict;
    case mailwire::Answer::Code::Refused:
        return ErrorCode::Refused;
    case mailwire::Answer::Code::Working:
    case mailwire::Answer::Code::Done:
    case mailwire::Answer::Code::Failed:
        break;
    }
    return ErrorCode::Io;
}

} // namespace

MailMover::MailMover(QByteArray socket, std::chrono::milliseconds silence, QObject *parent)
    : QObject(parent)
    , m_path(std::move(socket))
{
    m_silence.setSingleShot(true);
    m_silence.setInterval(silence);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        finish(Error { ErrorCode::TimedOut, QStringLiteral("mailhelm-mail does not answer.") });
    });
    connect(&m_socket, &QLocalSocket::readyRead, this, &MailMover::read);
    connect(&m_socket, &QLocalSocket::errorOccurred, this, [this] {
        read(); // the last words may be an answer
        const QByteArray refused = refusal(m_path);
        finish(Error { ErrorCode::Unavailable,
            refused.isEmpty() ? QStringLiteral("mailhelm-mail ended before it answered (%1).")
                                    .arg(m_socket.errorString().section(QStringLiteral(": "), 1))
                              : QString::fromUtf8(refused) });
    });
}

QByteArray MailMover::refusal(const QByteArray &socket)
{
    if (::access(socket.constData(), R_OK | W_OK) == 0)
        return {};
    if (errno == EACCES)
        return "Mail cannot be moved: " + socket
            + " may not be opened by this user. In mailhelm-mail.socket: SocketGroup=mailhelm, SocketMode=0660";
    return "Mail cannot be moved: nobody listens at " + socket
        + ". On the host: systemctl enable --now mailhelm-mail.socket";
}

void MailMover::ask(const mailwire::Request &request, Answer answer)
{
    m_jobs.push({ request, std::move(answer) });
    if (!m_busy) {
        m_busy = true;
        QMetaObject::invokeMethod(this, &MailMover::next, Qt::QueuedConnection);
    }
}

void MailMover::next()
{
    m_greeted = false;
    m_reader = FrameReader(mailwire::FrameBytes);
    m_silence.start();
    m_socket.connectToServer(QFile::decodeName(m_path));
}

void MailMover::read()
{
    while (m_busy && m_socket.bytesAvailable() > 0) {
        const Result<qsizetype> taken = m_reader.take(m_socket.read(m_reader.wanted()));
        if (!taken) {
            finish(taken.error());
            return;
        }
        m_silence.start();
        if (m_reader.hasFrame())
            take(m_reader.takeFrame());
    }
}

void MailMover::take(const QByteArray &frame)
{
    if (!m_greeted) {
        const Result<mailwire::Greeting> greeting = mailwire::decodeGreeting(frame);
        if (!greeting)
            finish(greeting.error());
        else if (!greeting.value().refusal.isEmpty())
            finish(Error { ErrorCode::PermissionDenied, QString::fromUtf8(greeting.value().refusal) });
        else if (greeting.value().version != mailwire::Version)
            finish(Error {
                ErrorCode::Unsupported, QStringLiteral("mailhelm-mail and mailhelmd are not of the same version.") });
        else
            m_socket.write(mailwire::encode(m_jobs.front().request));
        m_greeted = true;
        return;
    }
    const Result<mailwire::Answer> answer = mailwire::decodeAnswer(frame);
    if (!answer)
        finish(answer.error());
    else if (answer.value().code == mailwire::Answer::Code::Done)
        finish(answer.value().bytes);
    else if (answer.value().code != mailwire::Answer::Code::Working)
        finish(Error { codeOf(answer.value().code), QString::fromUtf8(answer.value().text) });
}

void MailMover::finish(const Result<qint64> &result)
{
    if (!m_busy || m_jobs.empty())
        return;
    m_silence.stop();
    const Answer answer = std::move(m_jobs.front().answer);
    m_jobs.pop();
    m_busy = false;
    m_socket.abort();
    if (!m_jobs.empty()) {
        m_busy = true;
        QMetaObject::invokeMethod(this, &MailMover::next, Qt::QueuedConnection);
    }
    answer(result);
}

} // namespace mailhelm
