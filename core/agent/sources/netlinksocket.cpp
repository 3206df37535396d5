// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/netlinksocket.h"

#include <QFile>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace mailhelm
{

namespace
{

/// sock_diag answers at once; a kernel that does not within this span is not waited for.
constexpr timeval AnswerTimeout { 2, 0 };

QString errnoText(int error)
{
    return QString::fromLocal8Bit(strerror(error));
}

/// The file descriptor, or -errno.
int openHere(quint32 groups)
{
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) {
        return -errno;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &AnswerTimeout, sizeof AnswerTimeout);
    sockaddr_nl self {};
    self.nl_family = AF_NETLINK;
    self.nl_groups = groups;
    if (bind(fd, reinterpret_cast<const sockaddr *>(&self), sizeof self) != 0) {
        const int error = errno;
        ::close(fd);
        return -error;
    }
    return fd;
}

Error cannotOpen(int error)
{
    if (error == EPROTONOSUPPORT || error == EAFNOSUPPORT || error == ENOENT) {
        return { ErrorCode::Unsupported,
            QStringLiteral("this kernel has no sock_diag (%1); load the modules inet_diag and tcp_diag")
                .arg(errnoText(error)) };
    }
    if (error == EPERM || error == EACCES) {
        return { ErrorCode::PermissionDenied,
            QStringLiteral("opening a netlink socket was refused (%1); allow AF_NETLINK in RestrictAddressFamilies= of "
                           "the unit of mailhelmd")
                .arg(errnoText(error)) };
    }
    return { ErrorCode::Io, QStringLiteral("opening a netlink socket for sock_diag failed: %1").arg(errnoText(error)) };
}

} // namespace

NetlinkSocket::NetlinkSocket(NetlinkSocket &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
    , m_device(other.m_device)
    , m_inode(other.m_inode)
{
}

NetlinkSocket &NetlinkSocket::operator=(NetlinkSocket &&other) noexcept
{
    if (this != &other) {
        close();
        m_fd = std::exchange(other.m_fd, -1);
        m_device = other.m_device;
        m_inode = other.m_inode;
    }
    return *this;
}

NetlinkSocket::~NetlinkSocket()
{
    close();
}

void NetlinkSocket::close()
{
    if (m_fd >= 0) {
        ::close(std::exchange(m_fd, -1));
    }
}

Result<NetlinkSocket> NetlinkSocket::open(const QString &netnsPath, quint32 groups)
{
    NetlinkSocket socket;
    if (netnsPath.isEmpty()) {
        const int fd = openHere(groups);
        if (fd < 0) {
            return cannotOpen(-fd);
        }
        socket.m_fd = fd;
        return socket;
    }

    const int ns = ::open(QFile::encodeName(netnsPath).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (ns < 0) {
        const int error = errno;
        if (error == ENOENT || error == ENOTDIR) {
            return Error { ErrorCode::NotFound,
                QStringLiteral("there is no network namespace at %1 (%2)").arg(netnsPath, errnoText(error)) };
        }
        return Error { error == EACCES || error == EPERM ? ErrorCode::PermissionDenied : ErrorCode::Io,
            QStringLiteral("the network namespace %1 cannot be opened: %2; reading it needs root or, for another "
                           "user's process, CAP_SYS_PTRACE")
                .arg(netnsPath, errnoText(error)) };
    }
    struct stat about {
    };
    fstat(ns, &about);

    // A thread of its own, because setns() moves the calling thread for good and nothing else must follow it there.
    int entered = 0;
    int fd = -1;
    std::thread([&] {
        entered = setns(ns, CLONE_NEWNET) == 0 ? 0 : errno;
        if (entered == 0) {
            fd = openHere(groups);
        }
    }).join();
    ::close(ns);

    if (entered == EPERM) {
        return Error { ErrorCode::PermissionDenied,
            QStringLiteral("the network namespace %1 cannot be entered: %2; that needs CAP_SYS_ADMIN")
                .arg(netnsPath, errnoText(entered)) };
    }
    if (entered != 0) {
        return Error {
            ErrorCode::InvalidArgument,
            QStringLiteral("%1 is not a network namespace that can be entered: %2").arg(netnsPath, errnoText(entered))
        };
    }
    if (fd < 0) {
        Error error = cannotOpen(-fd);
        error.detail = QStringLiteral("in the network namespace %1: %2").arg(netnsPath, error.detail);
        return error;
    }
    socket.m_fd = fd;
    socket.m_device = about.st_dev;
    socket.m_inode = about.st_ino;
    return socket;
}

bool NetlinkSocket::isStale(const QString &netnsPath) const
{
    if (netnsPath.isEmpty()) {
        return false;
    }
    struct stat about {
    };
    return stat(QFile::encodeName(netnsPath).constData(), &about) != 0 || about.st_dev != m_device
        || about.st_ino != m_inode;
}

int NetlinkSocket::send(const nlmsghdr *message) const
{
    for (;;) {
        if (::send(m_fd, message, message->nlmsg_len, MSG_NOSIGNAL) >= 0) {
            return 0;
        }
        if (errno != EINTR) {
            return errno;
        }
    }
}

ssize_t NetlinkSocket::receive(std::span<char> buffer, bool wait) const
{
    for (;;) {
        sockaddr_nl from {};
        socklen_t fromSize = sizeof from;
        const ssize_t size = recvfrom(m_fd, buffer.data(), buffer.size(), MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT),
            reinterpret_cast<sockaddr *>(&from), &fromSize);
        if (size < 0) {
            if (errno == EINTR) {
                continue;
            }
            return -errno;
        }
        if (fromSize != sizeof from || from.nl_pid != 0) {
            continue; // another process's words are nothing to us
        }
        return size > ssize_t(buffer.size()) ? -EMSGSIZE : size;
    }
}

} // namespace mailhelm
