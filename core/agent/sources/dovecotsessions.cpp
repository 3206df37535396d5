// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/dovecotsessions.h"

#include "core/agent/sources/logtext.h"
#include "core/agent/sources/sessionid.h"
#include "core/base/safetext.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace mailhelm
{

namespace
{

using Kind = DovecotLine::Kind;

constexpr qint64 SecondUs = 1'000'000;
constexpr qsizetype MaxIdBytes = 128;
constexpr qsizetype MaxFolderBytes = 1024;
constexpr size_t MaxOver = 50'000;

/// The newest line wins: reading back only fills what is not known yet.
template<typename T>
bool put(std::optional<T> &field, const T &value, DovecotSessions::Reading reading)
{
    if (field && (reading == DovecotSessions::Reading::Older || *field == value))
        return false;
    field = value;
    return true;
}

/// A session id's time may be believed where its address and, if the line has one, port are the line's.
std::optional<SessionId> verifiedId(QByteArrayView session, const std::optional<Address> &rip, qint64 lineTime)
{
    const std::optional<SessionId> id = decodeSessionId(session, lineTime);
    if (!id || !rip || id->remote.address != *rip || id->remote.port == 0)
        return std::nullopt;
    return id;
}

QByteArray jsonText(const QJsonObject &object, const char *key, qsizetype maxBytes)
{
    return validUtf8(object.value(QLatin1String(key)).toString().toUtf8(), maxBytes);
}

} // namespace

DovecotSessions::DovecotSessions(QObject *parent, qsizetype capacity)
    : QObject(parent)
    , m_capacity(capacity)
{
}

void DovecotSessions::restore(const QList<SessionFacts> &sessions)
{
    for (const SessionFacts &session : sessions) {
        if (session.key.isEmpty() || session.ended || m_byId.contains(session.key))
            continue;
        m_entries.push_back({ session });
        m_byId.insert(session.key, std::prev(m_entries.end()));
    }
}

void DovecotSessions::endReadBack()
{
    m_readingBack = false;
    while (m_overOrder.size() > MaxOver)
        clearOver(QByteArray(m_overOrder.front()));
}

QList<SessionFacts> DovecotSessions::open() const
{
    QList<SessionFacts> result;
    result.reserve(m_byId.size());
    for (const Entry &entry : m_entries)
        result.append(entry.facts);
    return result;
}

void DovecotSessions::forget(const QByteArray &key)
{
    remove(key);
}

void DovecotSessions::remove(const QByteArray &id)
{
    const auto found = m_byId.find(id);
    if (found == m_byId.end())
        return;
    const Entries::iterator entry = found.value();
    m_byId.erase(found);
    m_entries.erase(entry);
}

void DovecotSessions::setOver(const QByteArray &id)
{
    if (m_over.contains(id))
        return;
    m_overOrder.push_back(id);
    m_over.insert(id, std::prev(m_overOrder.end()));
    // While reading back, what is over must be remembered until its Login line, and an ID before that, have passed.
    const size_t limit = m_readingBack ? size_t(m_capacity) + MaxOver : MaxOver;
    while (m_overOrder.size() > limit)
        clearOver(QByteArray(m_overOrder.front()));
}

void DovecotSessions::clearOver(const QByteArray &id)
{
    const auto found = m_over.find(id);
    if (found == m_over.end())
        return;
    const std::list<QByteArray>::iterator place = found.value();
    m_over.erase(found);
    m_overOrder.erase(place);
}

DovecotSessions::Entry &DovecotSessions::entryFor(const QByteArray &id, QByteArrayView protocol, const LogLine &line)
{
    const auto found = m_byId.constFind(id);
    if (found != m_byId.cend()) {
        m_entries.splice(m_entries.end(), m_entries, found.value());
        return *found.value();
    }
    Entry entry;
    entry.facts.source = "dovecot";
    entry.facts.key = id;
    entry.facts.session = id;
    entry.facts.protocol = protocol.toByteArray();
    entry.facts.program = validUtf8(line.program, 64);
    m_entries.push_back(std::move(entry));
    m_byId.insert(id, std::prev(m_entries.end()));
    if (m_byId.size() > m_capacity) {
        const QByteArray oldest = m_entries.front().facts.key;
        remove(oldest);
    }
    return m_entries.back();
}

void DovecotSessions::tell(Entry &entry, const LogLine &line)
{
    entry.facts.lineTime = std::max(entry.facts.lineTime, line.time);
    Q_EMIT facts(entry.facts);
}

void DovecotSessions::take(const LogLine &line, Reading reading)
{
    const DovecotLine parsed = parseDovecotLine(line);
    if (const std::optional<LoginEvidence> login = loginOf(parsed, line, m_loginRules))
        Q_EMIT loggedIn(*login);
    switch (parsed.kind) {
    case Kind::Other:
        return;
    case Kind::Login:
        takeLogin(parsed, line, reading);
        return;
    case Kind::IdSent:
        takeIdSent(parsed, line, reading);
        return;
    case Kind::LoginEnded:
    case Kind::AuthFailed:
    case Kind::MailEnded:
        takeEnd(parsed, line);
        return;
    case Kind::Event:
        takeEvent(parsed, line, reading);
        return;
    case Kind::Started:
        m_lastStart = std::max(m_lastStart, line.time);
        return;
    case Kind::Killed:
        m_lastKill = std::max(m_lastKill, line.time);
        return;
    case Kind::Forged:
        ++m_counters.forged;
        return;
    }
}

void DovecotSessions::noteFormat(const DovecotLine &parsed)
{
    if (m_formatLines >= 64) {
        m_formatLines /= 2;
        m_formatRport /= 2;
        m_formatReal /= 2;
    }
    ++m_formatLines;
    m_formatRport += parsed.rport.isEmpty() ? 0 : 1;
    m_formatReal += parsed.realRip.isEmpty() ? 0 : 1;
}

/// Which two ends the line names. A key that most lines lack may have been smuggled in by a name, and is not believed.
void DovecotSessions::placeEnds(SessionFacts &facts, const DovecotLine &parsed, const LogLine &line) const
{
    const std::optional<Address> rip = Address::parse(parsed.rip);
    if (!rip)
        return;
    Endpoint client { *rip, 0 };
    const std::optional<quint16> rport = wholePort(parsed.rport);
    const std::optional<SessionId> id = verifiedId(parsed.session, rip, line.time);
    if (rport && m_formatRport * 2 >= m_formatLines)
        client.port = *rport;
    else if (id)
        client.port = id->remote.port;
    facts.peer = client;
    facts.client = Endpoint();
    const std::optional<Address> realRip = Address::parse(parsed.realRip);
    if (realRip && m_formatReal * 2 >= m_formatLines) {
        const std::optional<quint16> realPort = wholePort(parsed.realRport);
        if (*realRip != *rip || (realPort && client.port != 0 && *realPort != client.port)) {
            facts.client = client;
            facts.peer = Endpoint { *realRip, realPort.value_or(0) };
        }
    }
    if (const std::optional<Address> lip = Address::parse(parsed.lip))
        facts.localAddress = *lip;
    if (const std::optional<quint16> lport = wholePort(parsed.lport))
        facts.localPort = *lport;
}

void DovecotSessions::takeLogin(const DovecotLine &parsed, const LogLine &line, Reading reading)
{
    noteFormat(parsed);
    ++m_counters.logins;
    if (parsed.session.isEmpty()) {
        ++m_counters.withoutSession;
        return;
    }
    const QByteArray id = validUtf8(parsed.session, MaxIdBytes);
    const bool over = m_over.contains(id);
    if (over && reading == Reading::Older)
        return;
    Entry &entry = entryFor(id, parsed.protocol, line);
    SessionFacts &f = entry.facts;
    f.protocol = parsed.protocol.toByteArray();
    f.program = validUtf8(line.program, 64);
    placeEnds(f, parsed, line);
    const std::optional<SessionId> verified = verifiedId(parsed.session, Address::parse(parsed.rip), line.time);
    // The id's time is exact to the microsecond, but it is that of the first attempt; the line's may be cut to the
    // second.
    const qint64 latest = line.time + (line.timeExact ? 0 : SecondUs);
    const bool idFits = verified && verified->time <= latest;
    const qint64 began = idFits ? verified->time : line.time;
    f.began = f.began == 0 ? began : std::min(f.began, began);
    f.login = idFits && verified->time >= line.time - 2 * SecondUs ? verified->time : line.time;
    put(f.user, validUtf8(parsed.user), reading);
    put(f.secure, parsed.tls, reading);
    if (const std::optional<QByteArray> tls = tlsSummary(parsed.cipher); tls && parsed.tls)
        put(f.tls, *tls, reading);
    if (const std::optional<qint64> pid = wholeNumber(parsed.pid))
        put(f.pid, *pid, reading);
    put(f.state, QByteArray("authenticated"), reading);
    f.ended = over;
    tell(entry, line);
    if (over)
        remove(id);
}

void DovecotSessions::takeIdSent(const DovecotLine &parsed, const LogLine &line, Reading reading)
{
    const QByteArray id = validUtf8(parsed.session, MaxIdBytes);
    if (id.isEmpty() || m_over.contains(id))
        return;
    Entry &entry = entryFor(id, parsed.protocol, line);
    SessionFacts &f = entry.facts;
    bool changed = false;
    if (const std::optional<QByteArray> name = clientNameFromId(parsed.id))
        changed = put(f.agentName, *name, reading);
    if (!f.login && parsed.loginProcess) {
        // Before the login. Where the connection stands is taken from the Login line where there is one.
        if (f.peer.address.isNull()) {
            const std::optional<Address> rip = Address::parse(parsed.rip);
            if (const std::optional<SessionId> verified = verifiedId(parsed.session, rip, line.time)) {
                f.peer = verified->remote;
                if (f.began == 0 && verified->time <= line.time + SecondUs)
                    f.began = verified->time;
            }
        }
        if (!f.user)
            changed = put(f.user, QByteArray(""), reading) || changed;
        changed = put(f.state, QByteArray("connected"), reading) || changed;
    }
    if (changed)
        tell(entry, line);
}

void DovecotSessions::takeEnd(const DovecotLine &parsed, const LogLine &line)
{
    const QByteArray id = validUtf8(parsed.session, MaxIdBytes);
    if (id.isEmpty())
        return;
    const auto found = m_byId.constFind(id);
    if (found != m_byId.cend()) {
        Entry &entry = *found.value();
        entry.facts.ended = true;
        tell(entry, line);
        remove(id);
    }
    setOver(id);
}

void DovecotSessions::takeEvent(const DovecotLine &parsed, const LogLine &line, Reading reading)
{
    const QJsonObject event
        = QJsonDocument::fromJson(QByteArray::fromRawData(parsed.json.data(), parsed.json.size())).object();
    const QByteArray name = jsonText(event, "event", 64);
    const bool command = name == "imap_command_finished";
    const bool hibernated = name == "imap_client_hibernated";
    const bool awake = name == "imap_client_unhibernated";
    const bool auth = name == "auth_client_request_finished";
    if (!command && !hibernated && !awake && !auth)
        return; // mail_user_session_finished too: it is sent at hibernation, while the connection lives on
    const QJsonObject fields = event.value(QLatin1String("fields")).toObject();
    const QByteArray id = jsonText(fields, "session", MaxIdBytes);
    if (id.isEmpty() || m_over.contains(id))
        return;
    const QByteArray verb = jsonText(fields, "cmd_name", 16);
    const bool selects = verb == "SELECT" || verb == "EXAMINE";
    if ((command && !selects && verb != "CLOSE" && verb != "UNSELECT")
        || (auth && fields.contains(QLatin1String("error"))))
        return;

    QByteArray protocol = "imap";
    if (auth) {
        protocol = jsonText(fields, "service", 16);
        if (protocol == "submission")
            protocol = "smtp";
        if (protocol != "imap" && protocol != "pop3" && protocol != "smtp" && protocol != "sieve")
            return;
    }
    Entry &entry = entryFor(id, protocol, line);
    SessionFacts &f = entry.facts;
    if (f.program == "stats")
        f.program.clear();
    bool changed = false;
    if (command) {
        const bool ok = jsonText(fields, "tagged_reply_state", 8) == "OK";
        if (selects) // a SELECT that fails leaves no folder selected (RFC 9051, 6.3.2)
            changed = put(f.folder, ok ? jsonText(fields, "mailbox", MaxFolderBytes) : QByteArray(""), reading);
        else if (ok)
            changed = put(f.folder, QByteArray(""), reading);
    } else if (hibernated) {
        changed = put(f.state, QByteArray("idle"), reading);
    } else if (awake) {
        changed = put(f.state, QByteArray("authenticated"), reading);
    }
    if (auth) {
        const bool tls = jsonText(fields, "transport", 16) == "TLS";
        changed = put(f.secure, tls, reading);
        const QByteArray version = jsonText(fields, "tls_protocol", 16);
        const QByteArray cipher = jsonText(fields, "tls_cipher", 64);
        if (tls && !version.isEmpty() && !cipher.isEmpty())
            changed = put(f.tls, QByteArray(version + ' ' + cipher), reading) || changed;
    } else if (const QByteArray user = jsonText(fields, "user", 1024);
               !user.isEmpty() && (!f.user || f.user->isEmpty())) {
        f.user = user;
        changed = true;
    }
    if (f.peer.address.isNull()) {
        const bool real = fields.contains(QLatin1String("real_remote_ip"));
        const std::optional<Address> remote
            = Address::parse(jsonText(fields, real ? "real_remote_ip" : "remote_ip", 64));
        const int port = fields.value(QLatin1String(real ? "real_remote_port" : "remote_port")).toInt();
        if (remote && port > 0 && port <= 65535) {
            f.peer = Endpoint { *remote, quint16(port) };
            changed = true;
        }
        if (const std::optional<Address> local = Address::parse(jsonText(fields, "local_ip", 64)))
            f.localAddress = *local;
        if (const int local = fields.value(QLatin1String("local_port")).toInt(); local > 0 && local <= 65535)
            f.localPort = quint16(local);
    }
    if (changed)
        tell(entry, line);
}

} // namespace mailhelm
