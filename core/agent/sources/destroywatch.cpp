// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/destroywatch.h"

#include "core/agent/sources/diagmessage.h"
#include "core/base/logging.h"

#include <QSocketNotifier>

#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace mailhelm
{

namespace
{

constexpr quint32 Groups = 1u << (SKNLGRP_INET_TCP_DESTROY - 1) | 1u << (SKNLGRP_INET6_TCP_DESTROY - 1);
/// Room for some thousand notices, should thousands of sockets end at once.
constexpr int ReceiveBuffer = 8 * 1024 * 1024;
/// Notices read before the event loop gets its turn again.
constexpr int Burst = 512;
/// Notices that drain() takes at most: more than the buffer holds.
constexpr int DrainLimit = 65'536;
/// What a classic BPF program can hold with jumps of one byte.
constexpr size_t MaxFilterPorts = 200;

/// Lets the kernel keep only notices of watched ports: else every web request of the host would wake us.
void attachFilter(int fd, const std::vector<quint16> &ports)
{
    if (ports.empty() || ports.size() > MaxFilterPorts) {
        return;
    }
    constexpr auto LocalPort
        = quint32(NLMSG_HDRLEN + offsetof(inet_diag_msg, id) + offsetof(inet_diag_sockid, idiag_sport));
    std::vector<sock_filter> code;
    code.push_back({ BPF_LD | BPF_H | BPF_ABS, 0, 0, LocalPort }); // in host order
    for (size_t i = 0; i < ports.size(); ++i) {
        code.push_back({ BPF_JMP | BPF_JEQ | BPF_K, quint8(ports.size() - i), 0, ports[i] });
    }
    code.push_back({ BPF_RET | BPF_K, 0, 0, 0 });
    code.push_back({ BPF_RET | BPF_K, 0, 0, 0xffffffffu });
    const sock_fprog program { quint16(code.size()), code.data() };
    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) {
        qCDebug(lcSource, "no port filter for destroy notices: %s", strerror(errno));
    }
}

} // namespace

DestroyWatch::DestroyWatch(
    const Clock &clock, const std::vector<quint16> &localPorts, QString netnsPath, quint32 netns, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_ports(localPorts)
    , m_netnsPath(std::move(netnsPath))
    , m_netns(netns)
{
    std::sort(m_ports.begin(), m_ports.end());
    m_ports.erase(std::unique(m_ports.begin(), m_ports.end()), m_ports.end());
}

DestroyWatch::~DestroyWatch() = default;

void DestroyWatch::close()
{
    if (m_notifier) {
        m_notifier->setEnabled(false); // before its descriptor goes
        m_notifier.release()->deleteLater(); // we may be called from its signal
    }
    m_socket.close();
}

Result<void> DestroyWatch::ensureOpen()
{
    if (m_socket.isOpen() && m_socket.isStale(m_netnsPath)) {
        close();
    }
    if (m_socket.isOpen()) {
        return {};
    }
    Result<NetlinkSocket> opened = NetlinkSocket::open(m_netnsPath, Groups);
    if (!opened) {
        return opened.error();
    }
    m_socket = std::move(opened).value();
    attachFilter(m_socket.fd(), m_ports);
    // Past the host's limit with CAP_NET_ADMIN, up to it without.
    if (setsockopt(m_socket.fd(), SOL_SOCKET, SO_RCVBUFFORCE, &ReceiveBuffer, sizeof ReceiveBuffer) != 0) {
        setsockopt(m_socket.fd(), SOL_SOCKET, SO_RCVBUF, &ReceiveBuffer, sizeof ReceiveBuffer);
    }
    m_notifier = std::make_unique<QSocketNotifier>(m_socket.fd(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] { read(Burst); });
    return {};
}

void DestroyWatch::drain()
{
    read(DrainLimit);
}

void DestroyWatch::read(int atMost)
{
    alignas(nlmsghdr) std::array<char, 8192> buffer;
    // A slot may close the socket in between.
    for (int i = 0; i < atMost && m_socket.isOpen(); ++i) {
        const ssize_t size = m_socket.receive(buffer, false);
        if (size == -EAGAIN) {
            return;
        }
        if (size < 0) {
            if (size != -ENOBUFS && size != -EMSGSIZE) {
                qCWarning(lcSource, "reading destroy notices failed: %s", strerror(int(-size)));
                close(); // opened again before the next scan
                Q_EMIT overrun();
                return;
            }
            Q_EMIT overrun();
            continue;
        }
        int left = int(size);
        for (auto *message = reinterpret_cast<const nlmsghdr *>(buffer.data()); mnl_nlmsg_ok(message, left);
             message = mnl_nlmsg_next(message, &left)) {
            SocketObservation last;
            if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY
                || !std::binary_search(m_ports.begin(), m_ports.end(), diagLocalPort(message))
                || !parseDiagMessage(message, &last)) {
                continue;
            }
            Q_EMIT closed({ m_clock.nowUs(), last.cookie, m_netns, last.bytesIn, last.bytesOut });
        }
    }
}

} // namespace mailhelm
