// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/simulatedsession.h"

#include "core/agent/sources/dovecotparser.h"
#include "core/agent/sources/sessionid.h"
#include "core/agent/sources/simulatedpeople.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>

namespace mailhelm
{

namespace
{

using Tls = SimulatedService::Tls;
constexpr std::array<SimulatedService, 6> Services { {
    { "IMAPS", 993, "imap", "imap", true, Tls::Implicit, true, 52 },
    { "IMAP", 143, "imap", "imap", true, Tls::StartTls, true, 16 },
    { "POP3S", 995, "pop3", "pop3", true, Tls::Implicit, true, 6 },
    { "ManageSieve", 4190, "sieve", "managesieve", true, Tls::StartTls, true, 4 },
    { "Submission", 587, "smtp", "postfix/submission/smtpd", false, Tls::StartTls, true, 11 },
    { "SMTP", 25, "smtp", "postfix/smtpd", false, Tls::StartTls, false, 11 },
} };

constexpr char TlsName[] = "TLSv1.3";
constexpr char Cipher[] = "TLS_AES_256_GCM_SHA384";

const SimulatedService &serviceOf(const SimulatedSession &session)
{
    return Services[session.service];
}

QByteArray stamp(qint64 time)
{
    const qint64 us = time % 1'000'000;
    return QDateTime::fromMSecsSinceEpoch((time - us) / 1000, Qt::UTC)
               .toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss"))
               .toLatin1()
        + '.' + QByteArray::number(us).rightJustified(6, '0') + "+00:00 mail ";
}

QByteArray idOf(const SimulatedSession &session, const SocketObservation &socket)
{
    return encodeSessionId({ session.began, socket.peer });
}

/// The elements that login_log_format_elements has by default.
QByteArray loginElements(const SimulatedSession &session, const SocketObservation &socket)
{
    QByteArray out = session.loggedIn
        ? "user=<" + simulatedpeople::user(session.user) + ">, method=PLAIN, rip=" + socket.peer.address.toText()
            + ", lip=" + socket.local.address.toText() + ", mpid=" + QByteArray::number(session.pid)
        : "user=<>, rip=" + socket.peer.address.toText() + ", lip=" + socket.local.address.toText();
    if (session.tls)
        out += ", TLS";
    return out + ", session=<" + idOf(session, socket) + '>';
}

/// "dovecot: imap(alice@example.org)<1234><…>: "
QByteArray mailPrefix(const SimulatedSession &session, const SocketObservation &socket)
{
    return QByteArray("dovecot: ") + serviceOf(session).program + '(' + simulatedpeople::user(session.user) + ")<"
        + QByteArray::number(session.pid) + "><" + idOf(session, socket) + ">: ";
}

QByteArray postfixPrefix(const SimulatedSession &session)
{
    return QByteArray(serviceOf(session).program) + '[' + QByteArray::number(session.pid) + "]: ";
}

QByteArray postfixClient(const SimulatedSession &session, const SocketObservation &socket)
{
    return simulatedpeople::host(session.host) + '[' + socket.peer.address.toText()
        + "]:" + QByteArray::number(socket.peer.port);
}

QByteArray queueId(const SimulatedSession &session)
{
    return QByteArray::number(session.began & 0xFFFFFFFFFF, 16).toUpper();
}

QByteArray heloOf(const SimulatedSession &session)
{
    return simulatedpeople::host(session.host | 1);
}

QList<QByteArray> postfixLines(const SimulatedSession &session, const SocketObservation &socket)
{
    const QByteArray at = stamp(session.began) + postfixPrefix(session);
    const QByteArray client = postfixClient(session, socket);
    QList<QByteArray> lines { at + "connect from " + client };
    if (session.tls)
        lines.append(at + "Anonymous TLS connection established from " + client + ": " + TlsName + " with cipher "
            + Cipher + " (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256");
    if (session.rejected)
        lines.append(at + queueId(session) + ": reject: RCPT from " + client
            + ": 454 4.7.1 <a@example.com>: Relay access denied; "
            + "from=<b@example.org> to=<a@example.com> proto=ESMTP helo=<" + heloOf(session) + '>');
    else if (serviceOf(session).auth && session.loggedIn)
        lines.append(at + queueId(session) + ": client=" + client
            + ", sasl_method=PLAIN, sasl_username=" + simulatedpeople::user(session.user));
    else if (session.loggedIn)
        lines.append(at + queueId(session) + ": client=" + client);
    return lines;
}

} // namespace

std::span<const SimulatedService> simulatedServices()
{
    return Services;
}

QList<QByteArray> linesOf(const SimulatedSession &session, const SocketObservation &socket)
{
    if (!serviceOf(session).dovecot)
        return postfixLines(session, socket);
    if (!session.loggedIn)
        return {}; // Dovecot says nothing before the end
    QList<QByteArray> lines { stamp(session.began) + "dovecot: " + serviceOf(session).program
        + "-login: Login: " + loginElements(session, socket) };
    if (const QByteArray client = simulatedpeople::clientId(session.client); !client.isEmpty())
        lines.append(stamp(session.began) + mailPrefix(session, socket) + "ID sent: " + client);
    if (session.folder != 0)
        lines.append(folderLine(session, socket, session.began));
    return lines;
}

QByteArray folderLine(const SimulatedSession &session, const SocketObservation &socket, qint64 time)
{
    const QJsonObject fields {
        { QStringLiteral("user"), QString::fromUtf8(simulatedpeople::user(session.user)) },
        { QStringLiteral("local_ip"), QString::fromLatin1(socket.local.address.toText()) },
        { QStringLiteral("local_port"), socket.local.port },
        { QStringLiteral("remote_ip"), QString::fromLatin1(socket.peer.address.toText()) },
        { QStringLiteral("remote_port"), socket.peer.port },
        { QStringLiteral("session"), QString::fromLatin1(idOf(session, socket)) },
        { QStringLiteral("cmd_name"), QStringLiteral("SELECT") },
        { QStringLiteral("tagged_reply_state"), QStringLiteral("OK") },
        { QStringLiteral("mailbox"), QString::fromUtf8(simulatedpeople::folder(session.folder)) },
    };
    // Dovecot writes the event's name first, and the parser goes by that.
    return stamp(time) + "dovecot: stats: {\"event\":\"imap_command_finished\",\"hostname\":\"mail\",\"fields\":"
        + QJsonDocument(fields).toJson(QJsonDocument::Compact) + '}';
}

QByteArray endLine(const SimulatedSession &session, const SocketObservation &socket, qint64 time)
{
    const SimulatedService &service = serviceOf(session);
    if (!service.dovecot)
        return stamp(time) + postfixPrefix(session) + "disconnect from " + postfixClient(session, socket)
            + " ehlo=1 mail=1 quit=1 commands=3";
    if (!session.loggedIn)
        return stamp(time) + "dovecot: " + service.program
            + "-login: Disconnected: Connection closed (no auth attempts in 3 secs): " + loginElements(session, socket);
    return stamp(time) + mailPrefix(session, socket) + "Disconnected: Logged out in="
        + QByteArray::number(socket.bytesIn) + " out=" + QByteArray::number(socket.bytesOut);
}

std::optional<SessionFacts> factsOf(const SimulatedSession &session, const SocketObservation &socket)
{
    const SimulatedService &service = serviceOf(session);
    if (service.dovecot && !session.loggedIn)
        return std::nullopt;
    SessionFacts facts;
    facts.source = service.dovecot ? "dovecot" : "postfix";
    facts.protocol = service.protocol;
    facts.program = service.program;
    facts.peer = socket.peer;
    facts.began = session.began;
    facts.lineTime = session.began;
    facts.pid = session.pid;
    facts.state = QByteArray("connected");
    facts.secure = session.tls;
    if (service.dovecot) {
        facts.program += "-login";
        facts.key = idOf(session, socket);
        facts.session = facts.key;
        facts.localAddress = socket.local.address;
    } else {
        facts.key = QByteArray::number(session.pid) + '-' + QByteArray::number(session.began) + '-'
            + QByteArray::number(socket.peer.port); // as PostfixSessions names it
        facts.beganIsConnect = true;
        const QByteArray host = simulatedpeople::host(session.host);
        facts.host = host == "unknown" ? QByteArray("") : host;
        if (session.tls)
            facts.tls = QByteArray(TlsName) + ' ' + Cipher;
        if (session.rejected)
            facts.helo = heloOf(session);
    }
    if (session.rejected || !session.loggedIn)
        return facts;
    if (!service.auth) {
        facts.user = QByteArray("");
        return facts;
    }
    facts.login = session.began;
    facts.user = simulatedpeople::user(session.user);
    facts.state = QByteArray("authenticated");
    if (session.folder != 0)
        facts.folder = simulatedpeople::folder(session.folder);
    facts.agentName = clientNameFromId(simulatedpeople::clientId(session.client));
    return facts;
}

} // namespace mailhelm
