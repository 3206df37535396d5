// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>

#include <sys/types.h>

#include <span>

struct nlmsghdr;

namespace mailhelm
{

/// One NETLINK_SOCK_DIAG socket, in the process's own network namespace or in another one. Move-only, closes itself. A
/// socket keeps its namespace alive, so it is closed when the namespace's path names another one or none: see
/// isStale().
class NetlinkSocket
{
public:
    NetlinkSocket() = default;
    NetlinkSocket(NetlinkSocket &&other) noexcept;
    NetlinkSocket &operator=(NetlinkSocket &&other) noexcept;
    ~NetlinkSocket();

    /// `netnsPath`: "" for the own namespace, else a file such as /run/netns/NAME or /proc/PID/ns/net. Only a
    /// short-lived thread enters it; this process's threads stay where they are. Entering needs CAP_SYS_ADMIN. Errors:
    /// NotFound (no such path), PermissionDenied, Unsupported (no sock_diag), Io. `groups`: bit mask of multicast
    /// groups, 1 << (group - 1).
    [[nodiscard]] static Result<NetlinkSocket> open(const QString &netnsPath, quint32 groups = 0);

    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    [[nodiscard]] int fd() const { return m_fd; }
    /// Whether `netnsPath`, with which this was opened, has come to name another namespace, or none.
    [[nodiscard]] bool isStale(const QString &netnsPath) const;
    void close();

    /// 0 or errno. Interrupted calls are repeated.
    [[nodiscard]] int send(const nlmsghdr *message) const;
    /// One datagram from the kernel (from nobody else). Its size, or -errno; EMSGSIZE where `buffer` was too small.
    [[nodiscard]] ssize_t receive(std::span<char> buffer, bool wait) const;

private:
    int m_fd = -1;
    dev_t m_device = 0; ///< of the namespace's file when it was entered; 0 for the own namespace
    ino_t m_inode = 0;
};

} // namespace mailhelm
