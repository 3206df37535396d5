// SPDX-License-Identifier: GPL-3.0-or-later
#include "loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include <unistd.h>

namespace mailhelm
{

namespace
{

int check(int result, const char *what)
{
    if (result < 0) {
        qFatal("%s: %s", what, strerror(errno));
    }
    return result;
}

struct Name {
    sockaddr_storage storage {};
    socklen_t size = sizeof(sockaddr_storage);
    sockaddr *any() { return reinterpret_cast<sockaddr *>(&storage); }
    sockaddr_in *v4() { return reinterpret_cast<sockaddr_in *>(&storage); }
    sockaddr_in6 *v6() { return reinterpret_cast<sockaddr_in6 *>(&storage); }
    quint16 port() { return ntohs(storage.ss_family == AF_INET ? v4()->sin_port : v6()->sin6_port); }
};

Name nameOf(bool isV6, const in6_addr &address6, quint16 port)
{
    Name name;
    if (isV6) {
        name.v6()->sin6_family = AF_INET6;
        name.v6()->sin6_addr = address6;
        name.v6()->sin6_port = htons(port);
        name.size = sizeof(sockaddr_in6);
    } else {
        name.v4()->sin_family = AF_INET;
        name.v4()->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        name.v4()->sin_port = htons(port);
        name.size = sizeof(sockaddr_in);
    }
    return name;
}

} // namespace

void Fd::reset()
{
    if (m_fd >= 0) {
        ::close(std::exchange(m_fd, -1));
    }
}

void Fd::resetHard()
{
    const linger now { 1, 0 };
    check(setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), "SO_LINGER");
    reset();
}

void Fd::write(const QByteArray &bytes)
{
    check(int(::send(m_fd, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL)), "send");
}

QByteArray Fd::read(qsizetype size)
{
    QByteArray bytes(size, '\0');
    bytes.resize(check(int(::recv(m_fd, bytes.data(), size_t(size), MSG_WAITALL)), "recv"));
    return bytes;
}

int Fd::readError()
{
    char byte;
    return ::recv(m_fd, &byte, 1, 0) < 0 ? errno : 0;
}

Listener::Listener(Kind kind)
    : m_kind(kind)
    , m_fd(check(::socket(kind == V4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"))
{
    const int v6Only = kind == V6;
    if (kind != V4) {
        check(setsockopt(m_fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &v6Only, sizeof v6Only), "IPV6_V6ONLY");
    }
    Name name = nameOf(kind != V4, kind == V6 ? in6addr_loopback : in6addr_any, 0);
    check(::bind(m_fd.get(), name.any(), name.size), "bind");
    check(::listen(m_fd.get(), 1024), "listen");
    m_port = localPortOf(m_fd);
}

Fd Listener::connect()
{
    Fd fd { check(::socket(m_kind == V6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket") };
    Name name = nameOf(m_kind == V6, in6addr_loopback, m_port);
    check(::connect(fd.get(), name.any(), name.size), "connect");
    return fd;
}

Fd Listener::accept()
{
    return Fd { check(::accept4(m_fd.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept") };
}

quint64 cookieOf(const Fd &socket)
{
    quint64 cookie = 0;
    socklen_t size = sizeof cookie;
    check(getsockopt(socket.get(), SOL_SOCKET, SO_COOKIE, &cookie, &size), "SO_COOKIE");
    return cookie;
}

quint32 inodeOf(const Fd &socket)
{
    struct stat about {
    };
    check(fstat(socket.get(), &about), "fstat");
    return quint32(about.st_ino);
}

quint16 localPortOf(const Fd &socket)
{
    Name name;
    check(getsockname(socket.get(), name.any(), &name.size), "getsockname");
    return name.port();
}

quint16 peerPortOf(const Fd &socket)
{
    Name name;
    return getpeername(socket.get(), name.any(), &name.size) == 0 ? name.port() : quint16(0);
}

void raiseFileLimit()
{
    rlimit limit {};
    check(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    check(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

double threadCpuMs()
{
    timespec now {};
    check(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now), "clock_gettime");
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

} // namespace mailhelm
