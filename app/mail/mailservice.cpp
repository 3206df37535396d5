// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mail/mailservice.h"

#include "core/protocol/frame.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace mailhelm
{

namespace
{

constexpr timeval Patience { 10, 0 }; ///< for the other end to read or write
constexpr qint64 TellEveryUs = 1'000'000;

mailwire::Answer answerOf(const Result<qint64> &result)
{
    using Code = mailwire::Answer::Code;
    if (result)
        return { Code::Done, result.value(), {} };
    const QByteArray text = result.error().detail.toUtf8();
    switch (result.error().code) {
    case ErrorCode::NotFound:
        return { Code::NotFound, 0, text };
    case ErrorCode::Conflict:
        return { Code::Conflict, 0, text };
    case ErrorCode::Refused:
        return { Code::Refused, 0, text };
    default:
        return { Code::Failed, 0, text };
    }
}

} // namespace

MailService::MailService(MailSettings settings, quint32 agent, const Clock &clock)
    : m_settings(settings)
    , m_moves(std::move(settings))
    , m_agent(agent)
    , m_clock(clock)
{
}

Result<void> MailService::serve(int listener, int idleMs)
{
    for (;;) {
        pollfd waiting { listener, POLLIN, 0 };
        const int ready = ::poll(&waiting, 1, idleMs);
        if (ready == 0)
            return {};
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0)
            return systemError("the socket", errno);
        const Descriptor connection(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
        if (connection.isOpen())
            talk(connection);
        else if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK)
            return systemError("the socket", errno);
    }
}

void MailService::talk(const Descriptor &connection)
{
    const int fd = connection.fd();
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &Patience, sizeof Patience);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &Patience, sizeof Patience);
    mailwire::Greeting greeting;
    ucred peer {};
    socklen_t size = sizeof peer;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.uid != m_agent)
        greeting.refusal = "mailhelm-mail serves the user " + m_settings.agent + " alone.";
    greeting.archive = m_settings.archive;
    greeting.roots = m_settings.roots;
    if (!send(fd, mailwire::encode(greeting)) || !greeting.refusal.isEmpty())
        return;
    const Result<QByteArray> frame = readFrame(fd);
    if (!frame)
        return; // who only looks whether we are there hangs up
    const Result<mailwire::Request> request = mailwire::decodeRequest(frame.value());
    if (!request) {
        (void)send(fd, mailwire::encode(answerOf(request.error())));
        return;
    }
    qint64 told = m_clock.monotonicUs();
    // An agent that is gone will ask again when it is back: nobody works on for it meanwhile.
    const Result<qint64> done = m_moves.carryOut(request.value(), [&](qint64 bytes) {
        if (m_clock.monotonicUs() - told < TellEveryUs)
            return true;
        told = m_clock.monotonicUs();
        return send(fd, mailwire::encode(mailwire::Answer { mailwire::Answer::Code::Working, bytes, {} }));
    });
    if (!done && done.error().code != ErrorCode::NotFound)
        std::fprintf(stderr, "mailhelm-mail: %s\n", qUtf8Printable(done.error().detail));
    (void)send(fd, mailwire::encode(answerOf(done)));
}

Result<QByteArray> MailService::readFrame(int connection) const
{
    FrameReader reader(mailwire::FrameBytes);
    QByteArray buffer(qsizetype(mailwire::FrameBytes), Qt::Uninitialized);
    while (!reader.hasFrame()) {
        const ssize_t got = ::recv(connection, buffer.data(), size_t(std::min(reader.wanted(), buffer.size())), 0);
        if (got <= 0)
            return Error { ErrorCode::Unavailable, QStringLiteral("the other end is gone") };
        if (const Result<qsizetype> taken = reader.take(QByteArrayView(buffer).first(got)); !taken)
            return taken.error();
    }
    return reader.takeFrame();
}

bool MailService::send(int connection, const QByteArray &frame) const
{
    for (qsizetype sent = 0; sent < frame.size();) {
        const ssize_t now = ::send(connection, frame.constData() + sent, size_t(frame.size() - sent), MSG_NOSIGNAL);
        if (now <= 0)
            return false;
        sent += now;
    }
    return true;
}

} // namespace mailhelm
