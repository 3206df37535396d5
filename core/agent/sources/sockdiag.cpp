// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sockdiag.h"

#include "core/agent/sources/diagmessage.h"
#include "core/base/logging.h"

#include <QSet>
#include <QtEndian>

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace mailhelm
{

namespace
{

constexpr quint32 ListedStates = 1u << 1 | 1u << 8; // TCP_ESTABLISHED, TCP_CLOSE_WAIT
constexpr int Attempts = 3;
/// The kernel fills 32 KiB at a time for a reader whose buffer holds that much: fewest calls, and fewest moments at
/// which the table can change under the walk.
constexpr size_t BufferSize = 64 * 1024;
constexpr size_t RequestSize = 8 * 1024;
/// Above this many separate port ranges the kernel's filter would cost more than it saves.
constexpr size_t MaxFilterRanges = 64;

/// To the kernel this cookie means "whichever socket it is". We never ask for that.
constexpr quint64 AnyCookie = ~quint64(0);
/// No socket has it, and it is not AnyCookie.
constexpr quint64 ImpossibleCookie = AnyCookie - 1;

using Request = std::array<char, RequestSize>;

inet_diag_req_v2 *begin(Request &buffer, quint16 type, quint16 flags)
{
    nlmsghdr *header = mnl_nlmsg_put_header(buffer.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = quint16(NLM_F_REQUEST | flags);
    auto *request = static_cast<inet_diag_req_v2 *>(mnl_nlmsg_put_extra_header(header, sizeof(inet_diag_req_v2)));
    request->sdiag_protocol = IPPROTO_TCP;
    return request;
}

nlmsghdr *header(Request &buffer)
{
    return reinterpret_cast<nlmsghdr *>(buffer.data());
}

void setCookie(inet_diag_sockid *id, quint64 cookie)
{
    id->idiag_cookie[0] = quint32(cookie);
    id->idiag_cookie[1] = quint32(cookie >> 32);
}

void append(std::vector<char> *code, quint8 operation, size_t yes, size_t no)
{
    const inet_diag_bc_op op { operation, quint8(yes), quint16(no) };
    const char *bytes = reinterpret_cast<const char *>(&op);
    code->insert(code->end(), bytes, bytes + sizeof op);
}

/// "The local port lies in one of these ranges" (sorted, apart) as bytecode. Jumps are forward distances in bytes;
/// reaching the end exactly is yes, four bytes past it is no. A port's argument is an op of its own with the port in
/// `no`.
std::vector<char> portFilter(const std::vector<std::pair<quint16, quint16>> &ranges)
{
    constexpr size_t Op = sizeof(inet_diag_bc_op);
    constexpr size_t Comparison = 2 * Op;
    constexpr size_t Range = 2 * Comparison + Op;
    std::vector<char> code;
    code.reserve(ranges.size() * Range);
    for (size_t i = 0; i < ranges.size(); ++i) {
        const size_t left = (ranges.size() - i) * Range; // from the start of this range to the end
        const bool isLast = i + 1 == ranges.size();
        append(&code, INET_DIAG_BC_S_GE, Comparison, left + 4); // below this range: below all that follow
        append(&code, INET_DIAG_BC_NOP, 0, ranges[i].first);
        append(&code, INET_DIAG_BC_S_LE, Comparison, isLast ? left - Comparison + 4 : Comparison + Op);
        append(&code, INET_DIAG_BC_NOP, 0, ranges[i].second);
        append(&code, INET_DIAG_BC_JMP, Op, left - 2 * Comparison);
    }
    return code;
}

Error dumpError(int error)
{
    const QString text = QString::fromLocal8Bit(strerror(error));
    switch (error) {
    case ENOENT:
    case EPROTONOSUPPORT:
        return { ErrorCode::Unsupported,
            QStringLiteral("this kernel cannot list TCP sockets through sock_diag (%1); load the module tcp_diag")
                .arg(text) };
    case EAGAIN:
        return { ErrorCode::TimedOut, QStringLiteral("the kernel did not answer a sock_diag request in time") };
    case EINTR:
    case ENOBUFS:
    case EBUSY:
        return { ErrorCode::Unavailable,
            QStringLiteral("the socket table could not be read whole in %1 attempts (%2)").arg(Attempts).arg(text) };
    case EPERM:
    case EACCES:
        return { ErrorCode::PermissionDenied,
            QStringLiteral("listing TCP sockets through sock_diag was refused: %1").arg(text) };
    default:
        return { ErrorCode::Io, QStringLiteral("listing TCP sockets through sock_diag failed: %1").arg(text) };
    }
}

DestroyOutcome outcomeOf(int error)
{
    switch (error) {
    case 0:
        return DestroyOutcome::Done;
    case ENOENT:
    case ESTALE:
        return DestroyOutcome::Gone;
    case EPERM:
    case EACCES:
        return DestroyOutcome::NotPermitted;
    case EOPNOTSUPP:
        return DestroyOutcome::Unsupported;
    default:
        return DestroyOutcome::Failed;
    }
}

} // namespace

SockDiag::SockDiag(QString netnsPath)
    : m_netnsPath(std::move(netnsPath))
    , m_buffer(BufferSize)
{
}

SockDiag::~SockDiag() = default;

Result<void> SockDiag::ensureOpen()
{
    if (m_socket.isOpen() && m_socket.isStale(m_netnsPath)) {
        m_socket.close();
    }
    if (!m_socket.isOpen()) {
        Result<NetlinkSocket> opened = NetlinkSocket::open(m_netnsPath);
        if (!opened) {
            return opened.error();
        }
        m_socket = std::move(opened).value();
    }
    return {};
}

void SockDiag::setPorts(std::span<const quint16> localPorts)
{
    std::vector<quint16> ports(localPorts.begin(), localPorts.end());
    std::sort(ports.begin(), ports.end());
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
    if (ports == m_ports) {
        return;
    }
    m_ports = std::move(ports);
    std::vector<std::pair<quint16, quint16>> ranges;
    for (const quint16 port : m_ports) {
        if (!ranges.empty() && ranges.back().second + 1 == port) {
            ranges.back().second = port;
        } else {
            ranges.emplace_back(port, port);
        }
    }
    m_bytecode = ranges.size() <= MaxFilterRanges ? portFilter(ranges) : std::vector<char>();
}

template<typename Visit>
SockDiag::Attempt SockDiag::dump(quint8 family, Visit visit)
{
    Request request;
    inet_diag_req_v2 *ask = begin(request, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
    ask->sdiag_family = family;
    ask->idiag_states = ListedStates;
    ask->idiag_ext = 1u << (INET_DIAG_INFO - 1);
    header(request)->nlmsg_seq = ++m_sequence;
    if (!m_bytecode.empty()) {
        mnl_attr_put(header(request), INET_DIAG_REQ_BYTECODE, m_bytecode.size(), m_bytecode.data());
    }
    if (const int error = m_socket.send(header(request))) {
        return { error, error == ENOBUFS || error == EBUSY };
    }

    bool interrupted = false;
    for (;;) {
        const ssize_t size = m_socket.receive(m_buffer, true);
        if (size < 0) {
            return { int(-size), size == -ENOBUFS };
        }
        int left = int(size);
        for (auto *message = reinterpret_cast<const nlmsghdr *>(m_buffer.data()); mnl_nlmsg_ok(message, left);
             message = mnl_nlmsg_next(message, &left)) {
            if (message->nlmsg_seq != m_sequence) {
                continue;
            }
            interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
            if (message->nlmsg_type == NLMSG_DONE) {
                // Its payload is 0 or -errno of a walk that broke off.
                int result = 0;
                if (mnl_nlmsg_get_payload_len(message) >= sizeof result) {
                    memcpy(&result, mnl_nlmsg_get_payload(message), sizeof result);
                }
                if (result < 0) {
                    return { -result, false };
                }
                return interrupted ? Attempt { EINTR, true } : Attempt {};
            }
            if (message->nlmsg_type == NLMSG_ERROR) {
                if (mnl_nlmsg_get_payload_len(message) < sizeof(nlmsgerr)) {
                    return { EBADMSG, false };
                }
                const int error = -static_cast<const nlmsgerr *>(mnl_nlmsg_get_payload(message))->error;
                return { error, error == EBUSY || error == ENOBUFS || error == EINTR };
            }
            if (message->nlmsg_type == SOCK_DIAG_BY_FAMILY
                && std::binary_search(m_ports.begin(), m_ports.end(), diagLocalPort(message))) {
                visit(message);
            }
        }
    }
}

Result<QList<SocketObservation>> SockDiag::scan(std::span<const quint16> localPorts)
{
    if (localPorts.empty()) {
        return QList<SocketObservation>();
    }
    setPorts(localPorts);
    Attempt attempt;
    for (int i = 0; i < Attempts; ++i) {
        if (Result<void> opened = ensureOpen(); !opened) {
            return opened.error();
        }
        QList<SocketObservation> rows;
        rows.reserve(m_expected + m_expected / 8 + 16);
        const auto take = [&rows](const nlmsghdr *message) {
            rows.emplaceBack();
            if (!parseDiagMessage(message, &rows.back())) {
                rows.removeLast();
            }
        };
        attempt = dump(AF_INET, take);
        if (attempt.error == 0) {
            attempt = dump(AF_INET6, take);
        }
        if (attempt.error == EINVAL && !m_bytecode.empty()) {
            qCWarning(lcSource, "the kernel does not take the port filter; filtering sockets here");
            m_bytecode.clear();
            attempt.again = true;
        }
        if (attempt.error == 0) {
            // A chain of the hash table that changes between two parts of a dump can show a socket twice.
            m_cookies.clear();
            for (const SocketObservation &row : std::as_const(rows)) {
                m_cookies.push_back(row.cookie);
            }
            std::sort(m_cookies.begin(), m_cookies.end());
            if (std::adjacent_find(m_cookies.begin(), m_cookies.end()) != m_cookies.end()) {
                QSet<quint64> seen;
                rows.removeIf([&seen](const SocketObservation &row) {
                    const qsizetype before = seen.size();
                    seen.insert(row.cookie);
                    return seen.size() == before;
                });
            }
            m_expected = rows.size();
            return rows;
        }
        m_socket.close(); // what is left of the broken answer goes with it
        if (!attempt.again) {
            break;
        }
    }
    return dumpError(attempt.error);
}

int SockDiag::ask(nlmsghdr *request)
{
    request->nlmsg_seq = ++m_sequence;
    if (const int error = m_socket.send(request)) {
        return error;
    }
    for (;;) {
        const ssize_t size = m_socket.receive(m_buffer, true);
        if (size < 0) {
            m_socket.close();
            return int(-size);
        }
        int left = int(size);
        for (auto *message = reinterpret_cast<const nlmsghdr *>(m_buffer.data()); mnl_nlmsg_ok(message, left);
             message = mnl_nlmsg_next(message, &left)) {
            if (message->nlmsg_seq != m_sequence) {
                continue;
            }
            if (message->nlmsg_type == NLMSG_DONE) {
                return 0;
            }
            if (message->nlmsg_type == NLMSG_ERROR) {
                return mnl_nlmsg_get_payload_len(message) < sizeof(nlmsgerr)
                    ? EBADMSG
                    : -static_cast<const nlmsgerr *>(mnl_nlmsg_get_payload(message))->error;
            }
        }
    }
}

DestroyOutcome SockDiag::destroyById(quint8 family, const inet_diag_sockid &id)
{
    Request request;
    inet_diag_req_v2 *destroy = begin(request, SOCK_DESTROY, NLM_F_ACK);
    destroy->sdiag_family = family;
    destroy->idiag_states = ListedStates;
    destroy->id = id;
    return outcomeOf(ask(header(request)));
}

DestroyOutcome SockDiag::destroy(const SocketObservation &socket)
{
    if (socket.cookie == AnyCookie || socket.cookie == 0) {
        return DestroyOutcome::Gone;
    }
    if (socket.family != AF_INET && socket.family != AF_INET6) {
        return DestroyOutcome::Failed;
    }
    if (Result<void> opened = ensureOpen(); !opened) {
        // A namespace that is gone took its sockets along.
        return opened.error().code == ErrorCode::NotFound ? DestroyOutcome::Gone : DestroyOutcome::Failed;
    }
    inet_diag_sockid id {};
    id.idiag_sport = qToBigEndian(socket.local.port);
    id.idiag_dport = qToBigEndian(socket.peer.port);
    addressToDiag(socket.family, socket.local.address, id.idiag_src);
    addressToDiag(socket.family, socket.peer.address, id.idiag_dst);
    setCookie(&id, socket.cookie);
    const DestroyOutcome outcome = destroyById(socket.family, id);
    if (outcome != DestroyOutcome::Gone) {
        return outcome;
    }

    // A socket bound to an interface (a link-local peer, a VRF) is found only with that interface, which an observation
    // does not carry: look whether it is listed all the same.
    setPorts(std::span(&socket.local.port, 1));
    bool listed = false;
    const Attempt attempt = dump(socket.family, [&](const nlmsghdr *message) {
        SocketObservation seen;
        if (parseDiagMessage(message, &seen) && seen.cookie == socket.cookie && seen.peer == socket.peer
            && seen.local == socket.local) {
            id = static_cast<const inet_diag_msg *>(mnl_nlmsg_get_payload(message))->id;
            listed = true;
        }
    });
    if (attempt.error != 0) {
        m_socket.close();
        return DestroyOutcome::Failed;
    }
    return listed ? destroyById(socket.family, id) : DestroyOutcome::Gone;
}

DestroyOutcome SockDiag::probeDestroy()
{
    if (!ensureOpen()) {
        return DestroyOutcome::Failed;
    }
    // For a socket that does not exist the kernel says "no such socket" before it looks at rights. So rights are asked
    // first with a dump of no states: a filter on marks is refused to whoever lacks CAP_NET_ADMIN over this very
    // namespace.
    Request request;
    begin(request, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP)->sdiag_family = AF_INET;
    struct {
        inet_diag_bc_op op;
        inet_diag_markcond condition;
    } const filter { { INET_DIAG_BC_MARK_COND, sizeof filter, sizeof filter + 4 }, {} };
    mnl_attr_put(header(request), INET_DIAG_REQ_BYTECODE, sizeof filter, &filter);
    const DestroyOutcome permitted = outcomeOf(ask(header(request)));
    if (permitted != DestroyOutcome::Done) {
        return permitted;
    }
    if (Result<void> opened = ensureOpen(); !opened) {
        return DestroyOutcome::Failed;
    }
    inet_diag_sockid nobody {};
    setCookie(&nobody, ImpossibleCookie);
    const DestroyOutcome outcome = destroyById(AF_INET, nobody);
    return outcome == DestroyOutcome::Gone ? DestroyOutcome::Done : outcome;
}

} // namespace mailhelm
