// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/connectionrow.h"

#include <netinet/tcp.h>

namespace mailhelm
{

namespace
{

Value textOrUnknown(const std::optional<QByteArray> &text)
{
    return text ? Value(*text) : Value();
}

Value portOrUnknown(quint16 port)
{
    return port != 0 ? Value(qint64(port)) : Value();
}

Value timeOrUnknown(qint64 time)
{
    return time != 0 ? Value(time) : Value();
}

Value secureOf(const ConnectionKnowledge &known)
{
    switch (known.service->tls) {
    case ServiceConfig::Tls::Implicit:
        return true;
    case ServiceConfig::Tls::None:
        return false;
    case ServiceConfig::Tls::StartTls:
    case ServiceConfig::Tls::Unknown:
        break;
    }
    // Nothing outside the session tells whether STARTTLS was used until the service logs something.
    return known.facts && known.facts->secure ? Value(*known.facts->secure) : Value();
}

QByteArray stateOf(const ConnectionKnowledge &known)
{
    if (known.socket && known.socket->state == TCP_CLOSE_WAIT)
        return "closing";
    // Nobody has taken it yet; where somebody logged in there, somebody has since the socket was looked at.
    if (known.socket && known.socket->inode == 0 && !(known.facts && known.facts->login))
        return "waiting";
    if (known.facts && known.facts->state)
        return *known.facts->state;
    if (known.facts && known.facts->login)
        return "authenticated";
    return "connected";
}

Value infoOf(const SessionFacts *facts)
{
    if (!facts)
        return {};
    QByteArrayList parts;
    for (const std::optional<QByteArray> &part : { facts->folder, facts->agentName })
        if (part && !part->isEmpty())
            parts.append(*part);
    if (facts->helo && !facts->helo->isEmpty())
        parts.append("HELO " + *facts->helo);
    return parts.isEmpty() ? Value() : Value(parts.join(" \xC2\xB7 "));
}

} // namespace

QList<ChangeLog::Cell> connectionCells(const ConnectionKnowledge &known)
{
    namespace c = connections;
    const ServiceConfig &service = *known.service;
    const SessionFacts *facts = known.facts;
    const Endpoint peer = known.socket ? known.socket->peer : facts->peer;
    const bool proxied = service.proxy || (facts && !facts->client.address.isNull());
    const qint64 began = facts ? facts->began : 0;

    QList<ChangeLog::Cell> cells {
        { c::Service, service.name },
        { c::Protocol, service.protocol.isEmpty() && facts ? facts->protocol : service.protocol },
        { c::Extension, service.extension.isEmpty() ? Value() : Value(service.extension) },
        { c::Secure, secureOf(known) },
        { c::Tls, facts ? textOrUnknown(facts->tls) : Value() },
        // The earliest evidence counts: the socket may have been there before the line, or the line before the scan.
        { c::Since,
            timeOrUnknown(began != 0 && (began < known.firstSeen || known.firstSeen == 0) ? began : known.firstSeen) },
        { c::SinceExact, known.exact || (facts && facts->beganIsConnect && began != 0) },
        { c::Login, facts && facts->login ? Value(*facts->login) : Value() },
        { c::LastActive, service.by == "mailhelm" ? Value() : timeOrUnknown(known.lastActive) },
        { c::Host, facts ? textOrUnknown(facts->host) : Value() },
        { c::User, facts && facts->user ? Value(*facts->user) : textOrUnknown(known.assumedUser) },
        { c::State, stateOf(known) },
        { c::Info, infoOf(facts) },
        { c::Pid, facts && facts->pid ? Value(*facts->pid) : Value() },
        { c::Session, facts ? textOrUnknown(facts->session) : Value() },
    };
    if (proxied) {
        // Behind a proxy the socket's peer is the proxy; the client is known only once the log names it.
        const bool named = facts && !facts->client.address.isNull();
        cells.append({ c::ClientAddress, named ? Value(facts->client.address) : Value() });
        cells.append({ c::Port, named ? portOrUnknown(facts->client.port) : Value() });
        cells.append({ c::PeerAddress, peer.address });
        cells.append({ c::PeerPort, portOrUnknown(peer.port) });
        cells.append({ c::Via, QByteArray("proxy") });
    } else {
        cells.append({ c::ClientAddress, peer.address });
        cells.append({ c::Port, portOrUnknown(peer.port) });
        cells.append({ c::PeerAddress, Value() });
        cells.append({ c::PeerPort, Value() });
        cells.append({ c::Via, known.byWebmail ? Value(QByteArray("webmail")) : Value() });
    }
    if (known.socket) {
        cells.append({ c::LocalAddress, known.socket->local.address });
        cells.append({ c::LocalPort, qint64(known.socket->local.port) });
        // Of the agent's own connections the counters are not followed.
        const bool own = service.by == "mailhelm";
        cells.append({ c::BytesIn, own ? Value() : Value(qint64(known.socket->bytesIn)) });
        cells.append({ c::BytesOut, own ? Value() : Value(qint64(known.socket->bytesOut)) });
    } else {
        cells.append({ c::LocalAddress, facts->localAddress.isNull() ? Value() : Value(facts->localAddress) });
        cells.append({ c::LocalPort, portOrUnknown(facts->localPort) });
    }
    return cells;
}

} // namespace mailhelm
