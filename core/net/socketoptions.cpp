// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/socketoptions.h"

#include "core/protocol/limits.h"

#include <QAbstractSocket>
#include <QHostAddress>
#include <QVariant>
#include <QtEndian>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include <cerrno>
#include <cstring>

namespace mailhelm
{

#ifdef Q_OS_WIN
using NativeSocket = SOCKET;
using NativeSize = int;
#else
using NativeSocket = int;
using NativeSize = socklen_t;
#endif

template<typename T>
static void setOption(qintptr descriptor, int level, int name, const T &value)
{
    // A refusal is harmless: every option here only makes things better.
    ::setsockopt(
        NativeSocket(descriptor), level, name, reinterpret_cast<const char *>(&value), NativeSize(sizeof value));
}

static Endpoint toEndpoint(const sockaddr_storage &storage)
{
    if (storage.ss_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &storage, sizeof v4);
        return { Address::fromV4(qFromBigEndian(quint32(v4.sin_addr.s_addr))), qFromBigEndian(quint16(v4.sin_port)) };
    }
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6;
        std::memcpy(&v6, &storage, sizeof v6);
        Address::Bytes bytes;
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return { Address(bytes), qFromBigEndian(quint16(v6.sin6_port)) };
    }
    return {};
}

Endpoint peerOf(qintptr descriptor)
{
    sockaddr_storage storage {};
    auto size = NativeSize(sizeof storage);
    if (::getpeername(NativeSocket(descriptor), reinterpret_cast<sockaddr *>(&storage), &size) != 0)
        return {};
    return toEndpoint(storage);
}

bool isPeerGone(qintptr descriptor)
{
#ifdef Q_OS_LINUX
    // Tells of the end also where unread bytes stand before it.
    pollfd look { int(descriptor), POLLRDHUP, 0 };
    return ::poll(&look, 1, 0) > 0;
#else
    Q_UNUSED(descriptor);
    return false; // the handshake will find out
#endif
}

Accepted acceptConnection(qintptr listener)
{
#ifdef Q_OS_WIN
    const SOCKET got = ::accept(NativeSocket(listener), nullptr, nullptr);
    if (got != INVALID_SOCKET)
        return { qintptr(got), false, {} };
    const int error = ::WSAGetLastError();
    const bool exhausted = error == WSAEMFILE || error == WSAENOBUFS;
    return { -1, exhausted, exhausted ? qt_error_string(error) : QString() };
#else
    for (;;) {
#ifdef Q_OS_LINUX
        const int got = ::accept4(int(listener), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
#else
        const int got = ::accept(int(listener), nullptr, nullptr);
#endif
        if (got >= 0)
            return { got, false, {} };
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        const bool exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
        return { -1, exhausted, exhausted ? qt_error_string(errno) : QString() };
    }
#endif
}

void turnAway(qintptr descriptor)
{
#ifdef Q_OS_WIN
    ::closesocket(NativeSocket(descriptor));
#else
    ::close(NativeSocket(descriptor));
#endif
}

void tuneConnection(QAbstractSocket &socket)
{
    socket.setSocketOption(QAbstractSocket::LowDelayOption, QVariant(1));
    socket.setSocketOption(QAbstractSocket::KeepAliveOption, QVariant(1));
#ifdef Q_OS_LINUX
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    const qintptr descriptor = socket.socketDescriptor();
    if (descriptor < 0)
        return;
    constexpr int Probes = 2;
    const int idle = int(duration_cast<seconds>(limits::DeadAfter).count()) / 2;
    setOption(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, idle);
    setOption(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, idle / Probes);
    setOption(descriptor, IPPROTO_TCP, TCP_KEEPCNT, Probes);
    setOption(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, quint32(limits::DeadAfter.count()));
#endif
}

Address toAddress(const QHostAddress &address)
{
    if (address.isNull())
        return {};
    const Q_IPV6ADDR v6 = address.toIPv6Address(); // IPv4 comes v4-mapped, as Address wants it
    Address::Bytes bytes;
    std::memcpy(bytes.data(), &v6, bytes.size());
    return Address(bytes);
}

} // namespace mailhelm
