// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/dovecotparser.h"

#include "core/agent/sources/logtext.h"
#include "core/agent/sources/sessionid.h"
#include "core/base/safetext.h"

#include <array>

namespace mailhelm
{

namespace
{

enum Key {
    User,
    Method,
    Rip,
    Rport,
    Lip,
    Lport,
    RealRip,
    RealRport,
    MailPid,
    Pid,
    Tls,
    Cipher,
    Session,
    Listener,
    Unknown
};

struct Element {
    Key key = Unknown;
    bool bracketed = false;
    bool authUser = false; ///< Unknown all the same: what it holds may be anything that somebody typed
    qsizetype start = 0; ///< of the whole element
    QByteArrayView value;
};

constexpr qsizetype MaxElements = 32;

struct KeyName {
    QByteArrayView name;
    Key key;
};

Key keyOf(QByteArrayView name)
{
    static constexpr KeyName names[] = {
        { "user", User },
        { "method", Method },
        { "rip", Rip },
        { "rport", Rport },
        { "lip", Lip },
        { "lport", Lport },
        { "realrip", RealRip },
        { "real_rip", RealRip },
        { "realrport", RealRport },
        { "real_rport", RealRport },
        { "mpid", MailPid },
        { "pid", Pid },
        { "tls", Tls },
        { "cipher", Cipher },
        { "session", Session },
        { "listener", Listener },
    };
    for (const KeyName &entry : names) {
        if (entry.name == name)
            return entry.key;
    }
    return Unknown;
}

bool isKeyChar(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
}

/// Splits "key=value, key=<value>, WORD" from the left. False: more than anyone's format has.
bool splitElements(QByteArrayView text, std::array<Element, MaxElements> &elements, qsizetype &count)
{
    count = 0;
    qsizetype at = 0;
    while (at < text.size()) {
        if (count == MaxElements)
            return false;
        Element &element = elements[size_t(count++)];
        element = Element();
        element.start = at;
        qsizetype name = at;
        while (name < text.size() && isKeyChar(text[name]))
            ++name;
        qsizetype end = -1;
        if (name > at && name < text.size() && text[name] == '=') {
            element.key = keyOf(text.sliced(at, name - at));
            element.authUser = text.sliced(at, name - at) == QByteArrayView("auth_user");
            if (name + 1 < text.size() && text[name + 1] == '<') {
                element.bracketed = true;
                const qsizetype from = name + 2;
                qsizetype close = text.indexOf(">, ", from);
                if (close < 0) {
                    if (text.back() != '>' || text.size() - 1 < from)
                        return false; // cut off inside a value
                    close = text.size() - 1;
                }
                element.value = text.sliced(from, close - from);
                end = close + 1;
            } else {
                end = text.indexOf(", ", name);
                if (end < 0)
                    end = text.size();
                element.value = text.sliced(name + 1, end - name - 1);
            }
        } else {
            end = text.indexOf(", ", at);
            if (end < 0)
                end = text.size();
            element.value = text.sliced(at, end - at);
            if (element.value == QByteArrayView("TLS") || element.value == QByteArrayView("secured"))
                element.key = Tls;
        }
        at = end + 2; // ", "
    }
    return true;
}

void take(const Element &element, DovecotLine &out)
{
    switch (element.key) {
    case User:
        out.user = element.value;
        break;
    case Rip:
        out.rip = element.value;
        break;
    case Rport:
        out.rport = element.value;
        break;
    case Lip:
        out.lip = element.value;
        break;
    case Lport:
        out.lport = element.value;
        break;
    case RealRip:
        out.realRip = element.value;
        break;
    case RealRport:
        out.realRport = element.value;
        break;
    case MailPid:
        out.pid = element.value;
        break;
    case Session:
        out.session = element.value;
        break;
    case Cipher:
        out.cipher = element.value;
        break;
    case Tls:
        out.tls = element.value == QByteArrayView("TLS");
        break;
    case Method:
    case Pid: // of the login process
    case Listener:
    case Unknown:
        break;
    }
}

/// Reads the elements of a login process's line; false: forged.
bool takeElements(QByteArrayView text, DovecotLine &out)
{
    std::array<Element, MaxElements> elements;
    qsizetype count = 0;
    if (!splitElements(text, elements, count))
        return false;
    quint32 seen = 0;
    bool repeated = false;
    bool otherContainers = false;
    for (qsizetype i = 0; i < count; ++i) {
        const Element &element = elements[size_t(i)];
        if (element.key == Unknown) {
            otherContainers = otherContainers || element.bracketed;
            continue;
        }
        repeated = repeated || (seen & (1U << element.key));
        seen |= 1U << element.key;
    }
    if (!repeated) {
        for (qsizetype i = 0; i < count; ++i) {
            take(elements[size_t(i)], out);
            if (elements[size_t(i)].authUser)
                out.authUser = elements[size_t(i)].value;
        }
    } else {
        // From the right. `otherContainers` may itself come from the forged name; then the line is dropped without
        // need.
        if (otherContainers || elements[0].key != User || !elements[0].bracketed)
            return false;
        seen = 0;
        qsizetype first = count;
        while (first > 1) {
            const Key key = elements[size_t(first - 1)].key;
            if (key == User || (key != Unknown && (seen & (1U << key))))
                break;
            if (key != Unknown)
                seen |= 1U << key;
            --first;
            take(elements[size_t(first)], out);
        }
        if (first == count)
            return false;
        constexpr qsizetype nameStart = 6; // user=<
        const qsizetype nameEnd = elements[size_t(first)].start - 3; // before ">, "
        if (nameEnd < nameStart || text[nameEnd] != '>')
            return false;
        out.user = text.sliced(nameStart, nameEnd - nameStart);
    }
    if (!out.rport.isEmpty() && !out.session.isEmpty()) {
        const std::optional<SessionId> id = decodeSessionId(out.session, 0);
        const std::optional<Address> rip = Address::parse(out.rip);
        if (id && rip && id->remote.address == *rip && wholePort(out.rport) != id->remote.port)
            return false;
    }
    return true;
}

/// Splits "TEXT: user=<…>, …" at the last place where the elements can begin; both sides may be hostile.
bool splitBeforeElements(QByteArrayView text, QByteArrayView &before, QByteArrayView &elements)
{
    constexpr QByteArrayView start = ": user=<";
    const qsizetype at = text.lastIndexOf(start);
    if (at < 0)
        return false;
    before = text.first(at);
    elements = text.sliced(at + 2);
    return true;
}

QByteArrayView protocolOf(QByteArrayView program, bool &loginProcess)
{
    loginProcess = program.endsWith("-login");
    if (loginProcess)
        program = program.first(program.size() - 6);
    if (program == QByteArrayView("imap") || (!loginProcess && program == QByteArrayView("imap-hibernate")))
        return "imap";
    if (program == QByteArrayView("pop3"))
        return "pop3";
    if (program == QByteArrayView("submission"))
        return "smtp";
    if (program == QByteArrayView("managesieve"))
        return "sieve";
    return {};
}

using Kind = DovecotLine::Kind;

void parseLoginProcess(QByteArrayView text, DovecotLine &out)
{
    QByteArrayView before;
    QByteArrayView elements;
    Kind kind = Kind::Other;
    if (takePrefix(text, "Login: ") || takePrefix(text, "Logged in: ")) { // 2.3, 2.4
        kind = Kind::Login;
        elements = text;
    } else if (takePrefix(text, "ID sent: ")) {
        if (!splitBeforeElements(text, before, elements))
            return;
        kind = Kind::IdSent;
        out.id = before;
    } else if (takePrefix(text, "Disconnected: ") || takePrefix(text, "Login aborted: ")
        || takePrefix(text, "Aborted login")) {
        if (!splitBeforeElements(text, before, elements))
            return;
        kind = before.contains("(auth failed, ") ? Kind::AuthFailed : Kind::LoginEnded;
    } else {
        return;
    }
    out.kind = takeElements(elements, out) ? kind : Kind::Forged;
}

void parseMailProcess(const LogLine &line, DovecotLine &out)
{
    out.user = line.user;
    out.session = line.session;
    QByteArrayView text = line.text;
    if (takePrefix(text, "ID sent: ")) {
        out.kind = Kind::IdSent;
        out.id = text;
    } else if (text.startsWith("Disconnected") || text.startsWith("Logged out")
        || text.startsWith("Connection closed")) {
        out.kind = Kind::MailEnded;
    }
}

} // namespace

DovecotLine parseDovecotLine(const LogLine &line)
{
    DovecotLine out;
    if (line.program == QByteArrayView("stats")) {
        if (line.text.startsWith("{\"event\":")) {
            out.kind = Kind::Event;
            out.json = line.text;
        }
        return out;
    }
    if (line.program == QByteArrayView("master")) {
        if (line.text.startsWith("Dovecot v") && line.text.contains(" starting up"))
            out.kind = Kind::Started;
        else if (line.text.startsWith("Killed with signal "))
            out.kind = Kind::Killed;
        return out;
    }
    out.protocol = protocolOf(line.program, out.loginProcess);
    if (out.protocol.isEmpty())
        return out;
    if (out.loginProcess)
        parseLoginProcess(line.text, out);
    else if (!line.session.isEmpty())
        parseMailProcess(line, out);
    return out;
}

std::optional<QByteArray> clientNameFromId(QByteArrayView id)
{
    // Values are not quoted: one ends where ", key=" follows, as well as that can be told.
    const auto valueOf = [&](QByteArrayView key) -> QByteArrayView {
        qsizetype at = id.startsWith(key) ? 0 : -1;
        if (at < 0) {
            for (at = id.indexOf(key); at >= 0; at = id.indexOf(key, at + 1)) {
                if (at >= 2 && id[at - 1] == ' ' && id[at - 2] == ',')
                    break;
            }
        }
        if (at < 0)
            return {};
        const QByteArrayView rest = id.sliced(at + key.size());
        for (qsizetype comma = rest.indexOf(", "); comma >= 0; comma = rest.indexOf(", ", comma + 1)) {
            qsizetype end = comma + 2;
            while (end < rest.size() && (isKeyChar(rest[end]) || rest[end] == '-'))
                ++end;
            if (end > comma + 2 && end < rest.size() && rest[end] == '=')
                return rest.first(comma);
        }
        return rest;
    };
    const QByteArray name = validUtf8(valueOf("name="), 140).trimmed();
    if (name.isEmpty())
        return std::nullopt;
    const QByteArray version = validUtf8(valueOf("version="), 59).trimmed();
    return version.isEmpty() ? name : name + ' ' + version;
}

} // namespace mailhelm
