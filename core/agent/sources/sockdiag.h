// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/netlinksocket.h"
#include "core/agent/sources/sockettable.h"

#include <QString>

#include <vector>

struct nlmsghdr;
struct inet_diag_sockid;

namespace mailhelm
{

/// The kernel's TCP socket table through NETLINK_SOCK_DIAG (sock_diag(7), linux/inet_diag.h): looking needs no
/// privilege, ending a socket needs CAP_NET_ADMIN, another network namespace CAP_SYS_ADMIN. Synchronous (9,000 rows
/// take about 15 ms), one thread. Opens its netlink socket when first asked, and again after an error or when the
/// namespace was replaced.
class SockDiag final : public SocketTable
{
public:
    /// `netnsPath`: "" for the own network namespace, else /run/netns/NAME, /proc/PID/ns/net or the like.
    explicit SockDiag(QString netnsPath = {});
    ~SockDiag() override;

    [[nodiscard]] const QString &netnsPath() const { return m_netnsPath; }

    /// Errors: those of NetlinkSocket::open(), Unsupported (no tcp_diag), TimedOut, Unavailable (the table changed too
    /// fast or the buffers overflowed in every one of three attempts), Io.
    [[nodiscard]] Result<QList<SocketObservation>> scan(std::span<const quint16> localPorts) override;
    [[nodiscard]] DestroyOutcome destroy(const SocketObservation &socket) override;
    [[nodiscard]] DestroyOutcome probeDestroy() override;

private:
    struct Attempt {
        int error = 0; ///< 0 or errno
        bool again = false; ///< worth another try
    };

    [[nodiscard]] Result<void> ensureOpen();
    void setPorts(std::span<const quint16> localPorts);
    /// Hands every listed socket of one family on a watched port to `visit(const nlmsghdr *)`.
    template<typename Visit>
    [[nodiscard]] Attempt dump(quint8 family, Visit visit);
    [[nodiscard]] DestroyOutcome destroyById(quint8 family, const inet_diag_sockid &id);
    /// 0 or errno, for a request that is answered by NLMSG_ERROR (0 = acknowledged) or an empty dump.
    [[nodiscard]] int ask(nlmsghdr *request);

    QString m_netnsPath;
    NetlinkSocket m_socket;
    quint32 m_sequence = 0;
    std::vector<quint16> m_ports; ///< sorted, each once
    std::vector<char> m_bytecode; ///< INET_DIAG_REQ_BYTECODE for m_ports; empty: filtered here alone
    std::vector<char> m_buffer;
    std::vector<quint64> m_cookies; ///< scratch
    qsizetype m_expected = 0; ///< rows of the last scan, to reserve for the next
};

} // namespace mailhelm
