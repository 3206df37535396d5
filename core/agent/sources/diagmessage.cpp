// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/diagmessage.h"

#include <QtEndian>

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace mailhelm
{

namespace
{

const inet_diag_msg *payload(const nlmsghdr *message)
{
    return mnl_nlmsg_get_payload_len(message) < sizeof(inet_diag_msg)
        ? nullptr
        : static_cast<const inet_diag_msg *>(mnl_nlmsg_get_payload(message));
}

} // namespace

Address addressFromDiag(quint8 family, const quint32 *words)
{
    if (family == AF_INET) {
        return Address::fromV4(qFromBigEndian(words[0]));
    }
    Address::Bytes bytes;
    memcpy(bytes.data(), words, bytes.size());
    return Address(bytes);
}

void addressToDiag(quint8 family, const Address &address, quint32 *words)
{
    if (family == AF_INET) {
        words[0] = qToBigEndian(address.v4());
    } else {
        memcpy(words, address.bytes().data(), address.bytes().size());
    }
}

quint16 diagLocalPort(const nlmsghdr *message)
{
    const inet_diag_msg *diag = payload(message);
    return diag ? qFromBigEndian(diag->id.idiag_sport) : quint16(0);
}

bool parseDiagMessage(const nlmsghdr *message, SocketObservation *out)
{
    const inet_diag_msg *diag = payload(message);
    if (!diag) {
        return false;
    }
    out->cookie = quint64(diag->id.idiag_cookie[1]) << 32 | diag->id.idiag_cookie[0];
    out->inode = diag->idiag_inode;
    out->family = diag->idiag_family;
    out->state = diag->idiag_state;
    out->local = { addressFromDiag(diag->idiag_family, diag->id.idiag_src), qFromBigEndian(diag->id.idiag_sport) };
    out->peer = { addressFromDiag(diag->idiag_family, diag->id.idiag_dst), qFromBigEndian(diag->id.idiag_dport) };

    const char *end = static_cast<const char *>(mnl_nlmsg_get_payload_tail(message));
    const nlattr *attribute = static_cast<const nlattr *>(mnl_nlmsg_get_payload_offset(message, sizeof *diag));
    while (mnl_attr_ok(attribute, int(end - reinterpret_cast<const char *>(attribute)))) {
        if (mnl_attr_get_type(attribute) == INET_DIAG_INFO) {
            tcp_info info {}; // an older kernel's is shorter, a newer one's longer
            memcpy(&info, mnl_attr_get_payload(attribute),
                std::min<size_t>(sizeof info, mnl_attr_get_payload_len(attribute)));
            out->bytesIn = info.tcpi_bytes_received;
            out->bytesOut = info.tcpi_bytes_acked;
            out->lastReceiveMs = info.tcpi_last_data_recv;
            out->lastSendMs = info.tcpi_last_data_sent;
            break;
        }
        attribute = mnl_attr_next(attribute);
    }
    return true;
}

} // namespace mailhelm
