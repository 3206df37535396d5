// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/postfixparser.h"

#include "core/agent/sources/logtext.h"

#include <optional>

namespace mailhelm
{

namespace
{

/// NAME[ADDRESS] or NAME[ADDRESS]:PORT at the front; what follows stays in `text`. Postfix checked the name
/// (valid_hostname), so it holds no bracket.
bool takeNamedAddress(QByteArrayView &text, PostfixLine &out)
{
    const qsizetype open = text.indexOf('[');
    if (open <= 0)
        return false;
    const qsizetype close = text.indexOf(']', open);
    if (close < 0)
        return false;
    const QByteArrayView name = text.first(open);
    if (name.contains(' '))
        return false;
    QByteArrayView address = text.sliced(open + 1, close - open - 1);
    (void)takePrefix(address, "IPv6:");
    const std::optional<Address> parsed = Address::parse(address);
    if (!parsed)
        return false; // "unknown[unknown]": the client was gone already
    QByteArrayView rest = text.sliced(close + 1);
    quint16 port = 0;
    if (rest.size() > 1 && rest[0] == ':' && rest[1] >= '0' && rest[1] <= '9') {
        qsizetype end = 1;
        while (end < rest.size() && rest[end] >= '0' && rest[end] <= '9')
            ++end;
        port = wholePort(rest.sliced(1, end - 1)).value_or(0);
        rest = rest.sliced(end);
    }
    out.host = name == QByteArrayView("unknown") ? QByteArrayView() : name;
    out.peer = Endpoint { *parsed, port };
    text = rest;
    return true;
}

bool isQueueId(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 32)
        return false;
    for (const char c : text) {
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return false;
    }
    return true;
}

using Kind = PostfixLine::Kind;

void parseClient(QByteArrayView text, PostfixLine &out)
{
    if (!takeNamedAddress(text, out))
        return;
    out.kind = Kind::Client;
    constexpr QByteArrayView name = ", sasl_username=";
    const qsizetype at = text.indexOf(name);
    if (at < 0)
        return;
    QByteArrayView user = text.sliced(at + name.size());
    // What may follow, in Postfix's order; the last one counts, for the user's name may hold the same text.
    for (const QByteArrayView next :
        { QByteArrayView(", orig_client="), QByteArrayView(", orig_queue_id="), QByteArrayView(", sasl_sender=") }) {
        if (const qsizetype end = user.lastIndexOf(next); end >= 0)
            user = user.first(end);
    }
    out.sasl = true;
    out.user = user;
    out.forwarded = text.first(at).endsWith(", sasl_method=XCLIENT");
}

} // namespace

bool isSmtpd(QByteArrayView program)
{
    return program.endsWith("/smtpd");
}

PostfixLine parsePostfixLine(const LogLine &line)
{
    PostfixLine out;
    QByteArrayView text = line.text;
    if (takePrefix(text, "connect from ")) {
        if (takeNamedAddress(text, out) && text.isEmpty())
            out.kind = Kind::Connect;
        return out;
    }
    if (takePrefix(text, "disconnect from ")) {
        (void)takeNamedAddress(text, out); // "unknown[unknown]" ends the session all the same
        out.kind = Kind::Disconnect;
        return out;
    }
    if (text.startsWith("lost connection after ") || text.startsWith("timeout after ")
        || text.startsWith("too many errors after ")) {
        const qsizetype from = text.lastIndexOf(" from ");
        if (from >= 0) {
            text = text.sliced(from + 6);
            if (takeNamedAddress(text, out))
                out.kind = Kind::Trouble;
        }
        return out;
    }
    for (const QByteArrayView trust : { QByteArrayView("Anonymous"), QByteArrayView("Untrusted"),
             QByteArrayView("Trusted"), QByteArrayView("Verified") }) {
        if (!takePrefix(text, trust))
            continue;
        if (takePrefix(text, " TLS connection established from ") && takeNamedAddress(text, out)
            && takePrefix(text, ": ")) {
            out.kind = Kind::Tls;
            out.tls = text;
        }
        return out;
    }
    const qsizetype colon = text.first(std::min<qsizetype>(text.size(), 34)).indexOf(": ");
    if (colon <= 0 || !isQueueId(text.first(colon)))
        return out;
    text = text.sliced(colon + 2);
    if (takePrefix(text, "client=")) {
        parseClient(text, out);
    } else if (takePrefix(text, "reject: ")) {
        // "RCPT from NAME[ADDRESS]:PORT: 554 …; from=<…> to=<…> proto=ESMTP helo=<…>": the HELO is last.
        const qsizetype from = text.indexOf(" from ");
        if (from < 0)
            return out;
        QByteArrayView rest = text.sliced(from + 6);
        if (!takeNamedAddress(rest, out))
            return out;
        out.kind = Kind::Reject;
        constexpr QByteArrayView helo = " helo=<";
        const qsizetype at = rest.lastIndexOf(helo);
        if (at >= 0 && rest.back() == '>')
            out.helo = rest.sliced(at + helo.size(), rest.size() - 1 - at - helo.size());
    }
    return out;
}

} // namespace mailhelm
