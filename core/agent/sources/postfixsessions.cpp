// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/postfixsessions.h"

#include "core/agent/sources/loginevidence.h"
#include "core/agent/sources/logtext.h"
#include "core/base/safetext.h"

#include <algorithm>
#include <vector>

namespace mailhelm
{

namespace
{

using Kind = PostfixLine::Kind;

template<typename T>
bool put(std::optional<T> &field, const T &value, PostfixSessions::Reading reading)
{
    if (field && (reading == PostfixSessions::Reading::Older || *field == value))
        return false;
    field = value;
    return true;
}

/// Whether a line can be about this session: same address, and same port where both are known.
bool samePeer(const Endpoint &known, const Endpoint &logged)
{
    return known.address == logged.address && (known.port == 0 || logged.port == 0 || known.port == logged.port);
}

} // namespace

PostfixSessions::PostfixSessions(Settings settings, QObject *parent, qsizetype capacity)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_capacity(capacity)
{
}

void PostfixSessions::restore(const QList<SessionFacts> &sessions)
{
    for (const SessionFacts &session : sessions) {
        if (!session.pid || session.ended || m_byPid.contains(*session.pid))
            continue;
        Process process;
        process.facts = session;
        process.connectSeen = true;
        process.tlsSeen = session.secure.value_or(false);
        process.touched = session.lineTime;
        m_byPid.insert(*session.pid, process);
    }
}

QList<SessionFacts> PostfixSessions::open() const
{
    QList<SessionFacts> result;
    for (const Process &process : m_byPid) {
        if (!process.over)
            result.append(process.facts);
    }
    return result;
}

void PostfixSessions::forget(const QByteArray &key)
{
    const qsizetype dash = key.indexOf('-');
    const std::optional<qint64> pid = wholeNumber(QByteArrayView(key).first(std::max<qsizetype>(dash, 0)));
    if (!pid)
        return;
    const auto found = m_byPid.find(*pid);
    if (found != m_byPid.end() && found->facts.key == key)
        m_byPid.erase(found);
}

void PostfixSessions::nameBy(Process &process, qint64 time)
{
    // A process may serve several clients within the second that most stamps are cut to.
    process.facts.key = QByteArray::number(process.facts.pid.value_or(0)) + '-' + QByteArray::number(time) + '-'
        + QByteArray::number(process.facts.peer.port);
    process.facts.began = time;
}

void PostfixSessions::judgePlain(Process &process)
{
    if (!process.tlsSeen && (m_settings.tlsLogged || m_tlsPrograms.contains(process.facts.program)))
        process.facts.secure = false;
    if (!process.facts.user && m_settings.programsWithoutAuth.contains(process.facts.program))
        process.facts.user = QByteArray("");
}

void PostfixSessions::tell(Process &process)
{
    if (!process.connectSeen && m_readingBack)
        return; // its connect line may still come, and with it its name
    judgePlain(process);
    Q_EMIT facts(process.facts);
}

void PostfixSessions::endReadBack()
{
    m_readingBack = false;
    m_byPid.removeIf([](const QHash<qint64, Process>::iterator &it) { return it->over; });
    const QList<qint64> pids = m_byPid.keys();
    for (const qint64 pid : pids) {
        Process &process = m_byPid[pid];
        if (process.connectSeen)
            continue;
        process.connectSeen = true;
        tell(process);
    }
}

void PostfixSessions::take(const LogLine &line, Reading reading)
{
    if (line.pid == 0 || !isSmtpd(line.program))
        return;
    const PostfixLine parsed = parsePostfixLine(line);
    if (parsed.kind == Kind::Other)
        return;
    if (const std::optional<LoginEvidence> login = loginOf(parsed, line))
        Q_EMIT loggedIn(*login);
    if (parsed.kind == Kind::Tls)
        m_tlsPrograms.insert(validUtf8(line.program, 64));

    auto found = m_byPid.find(line.pid);
    if (reading == Reading::Older) {
        if (found != m_byPid.end() && (found->over || found->connectSeen))
            return; // of an earlier session of this process
        if (parsed.kind == Kind::Disconnect) {
            if (found != m_byPid.end()) { // no connect line between: it was lost
                found->connectSeen = true;
                tell(*found);
            } else {
                Process process;
                process.over = true;
                m_byPid.insert(line.pid, process);
            }
            return;
        }
    } else if (found != m_byPid.end()) {
        const bool another = parsed.kind == Kind::Connect
            || ((parsed.kind == Kind::Tls || parsed.kind == Kind::Reject || parsed.kind == Kind::Trouble)
                && !samePeer(found->facts.peer, parsed.peer));
        if (found->over || another) {
            if (!found->over && found->connectSeen) {
                found->facts.ended = true;
                Q_EMIT facts(found->facts);
            }
            m_byPid.erase(found);
            found = m_byPid.end();
        }
    }
    if (reading == Reading::Newer && parsed.kind == Kind::Disconnect) {
        Process over;
        over.over = true;
        over.touched = line.time;
        if (found != m_byPid.end()) {
            found->facts.ended = true;
            found->facts.lineTime = std::max(found->facts.lineTime, line.time);
            if (found->connectSeen)
                Q_EMIT facts(found->facts);
            m_byPid.erase(found);
        }
        if (m_readingBack)
            m_byPid.insert(line.pid, over);
        return;
    }
    if (found == m_byPid.end()) {
        Process process;
        SessionFacts &f = process.facts;
        f.source = "postfix";
        f.protocol = "smtp";
        f.program = validUtf8(line.program, 64);
        f.peer = parsed.peer;
        f.host = validUtf8(parsed.host, 256);
        f.pid = line.pid;
        f.state = QByteArray("connected");
        nameBy(process, line.time);
        // Lines of a process that come after reading back ended have nothing older to wait for.
        process.connectSeen = !m_readingBack;
        found = m_byPid.insert(line.pid, process);
        if (m_byPid.size() > m_capacity) {
            trim();
            found = m_byPid.find(line.pid);
            if (found == m_byPid.end())
                return;
        }
    }
    apply(*found, parsed, line, reading);
}

void PostfixSessions::apply(Process &process, const PostfixLine &parsed, const LogLine &line, Reading reading)
{
    SessionFacts &f = process.facts;
    process.touched = std::max(process.touched, line.time);
    f.lineTime = std::max(f.lineTime, line.time);
    switch (parsed.kind) {
    case Kind::Connect:
        process.connectSeen = true;
        f.peer = parsed.peer;
        f.host = validUtf8(parsed.host, 256);
        f.beganIsConnect = true;
        nameBy(process, line.time);
        m_portless = parsed.peer.port == 0 ? std::min(m_portless + 1, 8) : 0;
        break;
    case Kind::Tls:
        process.tlsSeen = true;
        put(f.secure, true, reading);
        if (const std::optional<QByteArray> tls = tlsSummary(parsed.tls))
            put(f.tls, *tls, reading);
        break;
    case Kind::Client:
        if (parsed.sasl) {
            put(f.user, validUtf8(parsed.user), reading);
            if (reading == Reading::Older || f.state != QByteArray("ending"))
                f.state = QByteArray("authenticated");
            // A successful AUTH is not logged: the first message is the earliest evidence.
            f.login = f.login ? std::min(*f.login, line.time) : line.time;
        } else {
            put(f.user, QByteArray(""), reading);
        }
        break;
    case Kind::Reject:
        if (!parsed.helo.isEmpty())
            put(f.helo, validUtf8(parsed.helo, 256), reading);
        break;
    case Kind::Trouble: // the disconnect comes next
        f.state = QByteArray("ending");
        break;
    case Kind::Disconnect:
    case Kind::Other:
        return;
    }
    if (!process.connectSeen && reading == Reading::Older)
        nameBy(process, line.time);
    tell(process);
}

void PostfixSessions::trim()
{
    std::vector<qint64> times;
    times.reserve(size_t(m_byPid.size()));
    for (const Process &process : m_byPid)
        times.push_back(process.touched);
    const auto middle = times.begin() + qsizetype(times.size() / 8);
    std::nth_element(times.begin(), middle, times.end());
    const qint64 limit = *middle;
    m_byPid.removeIf([limit](const QHash<qint64, Process>::iterator &it) { return it->touched < limit; });
}

} // namespace mailhelm
