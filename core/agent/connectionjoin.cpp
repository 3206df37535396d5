// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/connectionjoin.h"

#include "core/agent/connectionrow.h"
#include "core/base/logging.h"

#include <QDataStream>
#include <QIODevice>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
/// A line may be this much older than the first sight of its socket: scans are a second apart, logs take a moment.
constexpr qint64 LineBeforeSocket = 2 * Second;
/// Stamps of most logs are cut to the second.
constexpr qint64 StampGrain = Second;
/// Two scans no further apart than this bound the start of what only the later one shows.
constexpr qint64 ExactGap = 1'300'000;
/// Facts without a socket wait so long for one: several scans.
constexpr qint64 WaitForSocket = 3 * Second;
/// So far the wall clock has to be set back for it to be noticed: more than it is ever slewed between two scans.
constexpr qint64 ClockSetBack = Second;
/// Clients may make up folders and names without end.
constexpr qsizetype MostTexts = 4096;
constexpr quint32 StateVersion = 1;

QByteArray sessionKey(const SessionFacts &facts)
{
    return facts.source + '/' + facts.key;
}

bool namesPort(const SessionFacts &facts)
{
    return facts.peer.port != 0;
}

} // namespace

ConnectionJoin::ConnectionJoin(QList<ServiceConfig> services, Registry &registry, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_services(std::move(services))
    , m_registry(registry)
    , m_clock(clock)
{
}

void ConnectionJoin::setCoverage(const QByteArray &source, const LogCoverage &coverage)
{
    LogCoverage &mine = m_coverage[source];
    // That it reaches further back says nothing new of the sockets that are here.
    const bool matters = mine.live != coverage.live || (mine.completeSince == 0) != (coverage.completeSince == 0);
    mine = coverage;
    if (matters)
        rewriteUnexplained();
}

void ConnectionJoin::onScan(const SocketScan &scan)
{
    const qint64 monotonic = m_clock.monotonicUs();
    m_lastScanBegan = monotonic - std::max<qint64>(0, m_clock.nowUs() - scan.time);
    // Only if the table was looked at a moment ago was this connection seen to begin.
    const bool continuous = m_lastScan != 0 && monotonic - m_lastScanMonotonic <= ExactGap;
    followClock(scan.time, monotonic);
    m_appeared.clear();
    ++m_scanNumber;
    const ScanDiff::Changes changes = m_diff.take(scan.sockets);
    for (const SocketObservation &socket : changes.shown)
        takeSocket(socket, scan.time, continuous);
    for (const SocketKey &key : changes.missed)
        if (const auto found = m_connections.constFind(key);
            found != m_connections.cend() && found->seenOutOfTurn != m_scanNumber)
            remove(key, { 0, m_lastScan, false, {}, {} });
    for (const SocketKey &key : std::as_const(m_appeared)) // all of them count in each other's tallies
        write(m_connections[key]);
    m_lastScan = scan.time;
    m_lastScanMonotonic = monotonic;
    m_restored.clear();
    if (m_sessions.capacity() < m_connections.size())
        m_sessions.reserve(m_connections.size()); // growing while facts come in would hold up the event loop
    if (!m_appeared.isEmpty() || std::exchange(m_unsure, false))
        joinWaiting();
    giveUpWaiting();
}

/// Somebody set the clock back: lines that come now are stamped by the clock as it goes now, and so must be what they
/// are compared with, or no login would fit a connection from before. (Forward it may also jump because the machine
/// slept, and then what was noted before holds.)
void ConnectionJoin::followClock(qint64 wallNow, qint64 monotonicNow)
{
    if (m_lastScan == 0)
        return;
    const qint64 back = m_lastScan + (monotonicNow - m_lastScanMonotonic) - wallNow;
    if (back < ClockSetBack)
        return;
    m_lastScan -= back;
    for (LogCoverage &coverage : m_coverage)
        if (coverage.completeSince != 0)
            coverage.completeSince -= back;
    for (Connection &connection : m_connections) {
        connection.firstSeen -= back;
        connection.lastActive -= back;
        if (connection.notBefore != 0)
            connection.notBefore -= back;
        write(connection);
    }
}

void ConnectionJoin::takeSocket(const SocketObservation &socket, qint64 time, bool continuous)
{
    const SocketKey key { socket.netns, socket.cookie };
    const auto found = m_connections.find(key);
    if (found == m_connections.end()) {
        const int service = m_services.serviceAt(socket.local);
        if (service == ServiceMap::None)
            return;
        Connection fresh;
        // The kernel starts both timers when the connection is established (tcp_create_openreq_child): the longer
        // silence is a lower bound of its age, and its very age while one side has not spoken yet.
        const qint64 silence = qint64(std::max(socket.lastReceiveMs, socket.lastSendMs)) * 1000;
        fresh.firstSeen = std::max(time - silence, m_lastScan);
        fresh.exact = continuous;
        fresh.notBefore = m_lastScan;
        if (const auto old = m_restored.constFind(key); old != m_restored.cend())
            fresh = *old;
        fresh.socket = socket;
        fresh.service = service;
        fresh.lastActive = time - qint64(std::min(socket.lastReceiveMs, socket.lastSendMs)) * 1000;
        int salt = 0;
        do
            fresh.id = m_registry.ids().ofSocket(key.netns, key.cookie, salt++);
        while (m_byId.contains(fresh.id));
        m_byId.insert(fresh.id, key);
        m_byPeer.insert(socket.peer, key);
        if (const auto session = m_sessions.find(fresh.session); session != m_sessions.end()) {
            session->socket = key;
            m_waiting.remove(fresh.session);
        } else {
            fresh.session.clear(); // restored, but its source has not told of it again
        }
        fresh.seenOutOfTurn = m_scanNumber;
        m_tallies.clear();
        m_appeared.append(key);
        m_connections.insert(key, fresh);
        return;
    }
    found->seenOutOfTurn = m_scanNumber;
    SocketObservation &known = found->socket;
    // What the agent tells its administrators moves bytes of theirs: told as well, it would never end.
    const bool own = m_services.at(found->service).by == "mailhelm";
    const bool moved = !own && (known.bytesIn != socket.bytesIn || known.bytesOut != socket.bytesOut);
    if (!moved && known.state == socket.state && known.inode == socket.inode)
        return;
    if (moved)
        found->lastActive = time - qint64(std::min(socket.lastReceiveMs, socket.lastSendMs)) * 1000;
    known = socket;
    write(*found);
}

void ConnectionJoin::onClosed(const SocketClosed &closed)
{
    RowEnd end { 0, closed.time, true, {}, {} };
    const SocketKey key { closed.netns, closed.cookie };
    if (const auto found = m_connections.constFind(key);
        found != m_connections.cend() && m_services.at(found->service).by != "mailhelm") {
        end.bytesIn = qint64(std::max(closed.bytesIn, found->socket.bytesIn));
        end.bytesOut = qint64(std::max(closed.bytesOut, found->socket.bytesOut));
    }
    remove(key, end);
}

void ConnectionJoin::remove(const SocketKey &key, RowEnd end)
{
    const auto found = m_connections.constFind(key);
    if (found == m_connections.cend())
        return;
    const QByteArray session = found->session;
    m_byPeer.remove(found->socket.peer, key);
    m_byId.remove(found->id);
    end.id = found->id;
    Q_EMIT ended(end);
    m_registry.remove(TableId::Connections, found->id);
    m_connections.erase(found);
    m_tallies.clear();
    if (const auto joined = m_sessions.constFind(session); joined != m_sessions.cend()) {
        const QByteArray source = joined->facts.source;
        const QByteArray name = joined->facts.key;
        retire(session);
        Q_EMIT sessionOver(source, name);
    }
}

void ConnectionJoin::retire(const QByteArray &key)
{
    forgetOld(); // here too: without sock_diag there are no scans
    m_sessions.remove(key);
    m_memory.retire(key);
}

void ConnectionJoin::onFacts(const SessionFacts &facts)
{
    const QByteArray key = sessionKey(facts);
    if (m_memory.isRetired(key))
        return;
    Session &session = m_sessions[key];
    session.heard = m_clock.monotonicUs();
    session.facts = facts;
    shareTexts(session.facts);
    if (!m_socketsAvailable)
        writeWithoutSocket(key, session);
    if (session.socket) {
        if (const auto found = m_connections.constFind(*session.socket); found != m_connections.cend())
            write(*found);
        return;
    }
    if (facts.ended) {
        m_waiting.remove(key);
        retire(key); // whoever has that port next is somebody else
        return;
    }
    if (!m_socketsAvailable)
        return;
    if (tryJoin(key)) {
        m_waiting.remove(key);
    } else {
        m_waiting.insert(key);
        Q_EMIT scanWanted();
    }
}

/// Most of what is said of a session is said of thousands: they hold it together.
void ConnectionJoin::shareTexts(SessionFacts &facts)
{
    const auto share = [this](QByteArray &text) {
        if (const auto known = m_texts.constFind(text); known != m_texts.cend())
            text = *known;
        else if (m_texts.size() < MostTexts)
            m_texts.insert(text);
    };
    for (QByteArray *text : { &facts.source, &facts.protocol, &facts.program })
        share(*text);
    for (std::optional<QByteArray> *text : { &facts.tls, &facts.state, &facts.folder, &facts.agentName })
        if (*text)
            share(**text);
}

bool ConnectionJoin::fits(const Connection &connection, const SessionFacts &facts) const
{
    if (!m_services.fits(connection.service, connection.socket.local, facts))
        return false;
    // A line speaks only of a socket that was open when it was written.
    const qint64 line = facts.lineTime;
    if (connection.notBefore != 0 && connection.firstSeen > line + LineBeforeSocket)
        return false;
    return connection.notBefore == 0 || line + StampGrain >= connection.notBefore;
}

QList<SocketKey> ConnectionJoin::candidates(const SessionFacts &facts) const
{
    QList<SocketKey> fitting;
    if (namesPort(facts)) {
        for (auto it = m_byPeer.constFind(facts.peer); it != m_byPeer.cend() && it.key() == facts.peer; ++it)
            if (fits(m_connections[*it], facts))
                fitting.append(*it);
        // One client may use the same port towards several of our ports: those that another session has are not meant.
        const auto isFree = [this](const SocketKey &each) { return m_connections[each].session.isEmpty(); };
        if (fitting.size() > 1 && std::count_if(fitting.cbegin(), fitting.cend(), isFree) == 1)
            fitting = { *std::find_if(fitting.cbegin(), fitting.cend(), isFree) };
        return fitting;
    }
    // The log does not name the port: only a connection from that address that nothing explains yet, and that began
    // then.
    for (auto it = m_connections.cbegin(); it != m_connections.cend(); ++it) {
        const Connection &connection = *it;
        if (connection.session.isEmpty() && connection.socket.peer.address == facts.peer.address
            && fits(connection, facts)
            && (facts.began == 0 || connection.notBefore == 0
                || std::abs(connection.firstSeen - facts.began) <= LineBeforeSocket + StampGrain))
            fitting.append(it.key());
    }
    return fitting;
}

/// Joins the session to its socket, or gives it up for good. False: there is no such socket yet.
bool ConnectionJoin::tryJoin(const QByteArray &key)
{
    const SessionFacts facts = m_sessions[key].facts;
    const QList<SocketKey> fitting = candidates(facts);
    if (fitting.size() > 1) {
        for (const SocketKey &each : fitting) {
            m_connections[each].doubtful = true;
            write(m_connections[each]);
        }
        retire(key);
        ++m_memory.countsOf(facts.source).ambiguous;
        Q_EMIT countsChanged();
        return true;
    }
    if (fitting.isEmpty())
        return false;
    // One client may use the same port towards several of our ports. Where the line does not name ours, it may be that
    // of a socket that no scan has shown yet.
    if (facts.localPort == 0 && m_sessions[key].heard > m_lastScanBegan) {
        m_unsure = true;
        return false;
    }
    Connection &connection = m_connections[fitting.first()];
    if (const auto other = m_sessions.constFind(connection.session); other != m_sessions.cend()) {
        if (other->facts.lineTime > facts.lineTime) {
            retire(key); // an earlier owner of that port, found by reading back
            return true;
        }
        retire(connection.session);
    }
    connection.session = key;
    m_sessions[key].socket = fitting.first();
    m_tallies.clear();
    write(connection);
    ++m_memory.countsOf(facts.source).joined;
    return true;
}

void ConnectionJoin::joinWaiting()
{
    m_waiting.removeIf([this](const QByteArray &key) { return tryJoin(key); });
}

void ConnectionJoin::giveUpWaiting()
{
    const qint64 now = m_clock.monotonicUs();
    bool missed = false;
    m_waiting.removeIf([&](const QByteArray &key) {
        const Session &session = m_sessions[key];
        if (now - session.heard < WaitForSocket)
            return false;
        // A login whose socket was never seen: gone within a scan, or its socket is one that is not watched.
        if (session.facts.login && session.facts.began > m_lastScan - 60 * Second) {
            ++m_memory.countsOf(session.facts.source).unmatched;
            missed = true;
        }
        retire(key);
        return true;
    });
    if (missed)
        Q_EMIT countsChanged();
    forgetOld();
}

void ConnectionJoin::forgetOld()
{
    if (m_memory.forgetOld(m_clock.monotonicUs()))
        Q_EMIT countsChanged();
}

void ConnectionJoin::onAnvil(const std::optional<QList<AnvilEntry>> &entries)
{
    if (m_anvil == entries)
        return;
    m_anvil = entries;
    m_tallies.clear();
    rewriteUnexplained();
}

void ConnectionJoin::setSocketsAvailable(bool available)
{
    if (m_socketsAvailable == available)
        return;
    m_socketsAvailable = available;
    if (available) {
        const qint64 now = m_clock.monotonicUs();
        for (auto it = m_sessions.begin(); it != m_sessions.end(); ++it) {
            m_registry.remove(TableId::Connections, m_registry.ids().ofKey("session", it.key()));
            it->heard = now;
            m_waiting.insert(it.key());
        }
        joinWaiting();
        return;
    }
    for (const Connection &connection : std::as_const(m_connections))
        m_registry.remove(TableId::Connections, connection.id);
    m_connections.clear();
    m_byPeer.clear();
    m_byId.clear();
    m_waiting.clear();
    m_diff.clear();
    m_tallies.clear();
    for (auto it = m_sessions.begin(); it != m_sessions.end(); ++it) {
        it->socket.reset();
        writeWithoutSocket(it.key(), *it);
    }
}

bool ConnectionJoin::knownNotAuthenticated(const Connection &connection) const
{
    const ServiceConfig &service = m_services.at(connection.service);
    if (!service.auth || service.by == "mailhelm") // who has logged in to the agent, the agent knows
        return true;
    if (service.by != "dovecot" || connection.doubtful)
        return false; // Postfix does not log a successful AUTH: nothing tells
    const LogCoverage coverage = m_coverage.value(service.by);
    if (!coverage.live)
        return false;
    // Every login writes a line: none since the connection began means that nobody logged in.
    if (connection.notBefore != 0 && coverage.completeSince != 0 && coverage.completeSince <= connection.notBefore)
        return true;
    if (coverage.completeSince == 0)
        return false;
    // It was there before the agent and no line was found: only anvil can tell that nobody is left over.
    if (!m_anvil)
        return false;
    if (clientOf(connection).isNull())
        return false;
    const AnvilTally tally = anvilTally(connection);
    return tally.listed <= tally.explained;
}

ConnectionJoin::AnvilTally ConnectionJoin::anvilTally(const Connection &connection) const
{
    if (m_tallies.isEmpty()) {
        for (const AnvilEntry &entry : *m_anvil) {
            AnvilTally &tally = m_tallies[{ entry.protocol, entry.address }];
            tally.user = tally.listed++ == 0 || tally.user == entry.user ? entry.user : QByteArray();
        }
        for (const Connection &each : m_connections) {
            AnvilTally &tally = m_tallies[{ m_services.at(each.service).protocol, clientOf(each) }];
            ++tally.sockets;
            const auto session = m_sessions.constFind(each.session);
            tally.explained += session != m_sessions.cend() && session->facts.login;
        }
    }
    return m_tallies.value({ m_services.at(connection.service).protocol, clientOf(connection) });
}

/// As anvil has it: behind a proxy the real client, which the log alone names. Null where nothing does.
Address ConnectionJoin::clientOf(const Connection &connection) const
{
    const auto session = m_sessions.constFind(connection.session);
    if (session != m_sessions.cend() && !session->facts.client.address.isNull())
        return session->facts.client.address;
    return m_services.at(connection.service).proxy ? Address() : connection.socket.peer.address;
}

QByteArray ConnectionJoin::anvilUser(const Connection &connection) const
{
    // Without a port, anvil names somebody only where everybody from that address is the same user, one session for
    // each socket.
    if (!m_anvil || m_services.at(connection.service).by != "dovecot")
        return {};
    if (clientOf(connection).isNull())
        return {};
    const AnvilTally tally = anvilTally(connection);
    return tally.listed == tally.sockets ? tally.user : QByteArray();
}

void ConnectionJoin::write(const Connection &connection)
{
    ConnectionKnowledge known;
    known.service = &m_services.at(connection.service);
    known.socket = &connection.socket;
    known.firstSeen = connection.firstSeen;
    known.exact = connection.exact;
    known.lastActive = connection.lastActive;
    if (const auto session = m_sessions.constFind(connection.session); session != m_sessions.cend())
        known.facts = &session->facts;
    if (!known.facts || !known.facts->user) {
        if (knownNotAuthenticated(connection))
            known.assumedUser = QByteArray("");
        else if (const QByteArray user = anvilUser(connection); !user.isEmpty())
            known.assumedUser = user;
    }
    known.byWebmail = byWebmail(known);
    m_registry.put(TableId::Connections, connection.id, connectionCells(known));
}

void ConnectionJoin::writeWithoutSocket(const QByteArray &key, const Session &session)
{
    const RowId id = m_registry.ids().ofKey("session", key);
    if (session.facts.ended) {
        Q_EMIT ended({ id, session.facts.lineTime, true, {}, {} });
        m_registry.remove(TableId::Connections, id);
        return;
    }
    const int service = m_services.serviceOf(session.facts);
    if (service == ServiceMap::None)
        return;
    ConnectionKnowledge known;
    known.service = &m_services.at(service);
    known.facts = &session.facts;
    known.byWebmail = byWebmail(known);
    m_registry.put(TableId::Connections, id, connectionCells(known));
}

void ConnectionJoin::rewriteUnexplained()
{
    for (const Connection &connection : std::as_const(m_connections))
        if (connection.session.isEmpty() && m_services.at(connection.service).by == "dovecot")
            write(connection);
}

bool ConnectionJoin::byWebmail(const ConnectionKnowledge &known) const
{
    const QByteArray &protocol
        = known.service->protocol.isEmpty() && known.facts ? known.facts->protocol : known.service->protocol;
    if (!m_speaksFor || protocol != "imap")
        return false;
    const std::optional<QByteArray> &user = known.facts && known.facts->user ? known.facts->user : known.assumedUser;
    return user && !user->isEmpty()
        && m_speaksFor(known.socket ? known.socket->peer.address : known.facts->peer.address, *user);
}

void ConnectionJoin::onWebmailUser(const QByteArray &user)
{
    // Hundreds come at once: one walk over the connections serves them all.
    if (m_webmailUsers.isEmpty())
        QMetaObject::invokeMethod(this, &ConnectionJoin::rewriteWebmail, Qt::QueuedConnection);
    m_webmailUsers.insert(user);
}

void ConnectionJoin::rewriteWebmail()
{
    const QSet<QByteArray> users = std::exchange(m_webmailUsers, {});
    for (const Connection &connection : std::as_const(m_connections)) {
        if (m_services.at(connection.service).protocol != "imap")
            continue;
        const auto session = m_sessions.constFind(connection.session);
        const QByteArray user
            = session != m_sessions.cend() && session->facts.user ? *session->facts.user : anvilUser(connection);
        if (!user.isEmpty() && users.contains(user.toLower()))
            write(connection);
    }
}

std::optional<SocketObservation> ConnectionJoin::socketOf(RowId id) const
{
    const auto key = m_byId.constFind(id);
    if (key == m_byId.cend())
        return std::nullopt;
    return m_connections[*key].socket;
}

const SessionFacts *ConnectionJoin::factsOf(RowId id) const
{
    const auto key = m_byId.constFind(id);
    if (key == m_byId.cend())
        return nullptr;
    const auto session = m_sessions.constFind(m_connections[*key].session);
    return session == m_sessions.cend() ? nullptr : &session->facts;
}

bool ConnectionJoin::everySocketExplained() const
{
    return m_lastScan != 0
        && std::all_of(m_connections.cbegin(), m_connections.cend(), [this](const Connection &connection) {
               const QByteArray &by = m_services.at(connection.service).by;
               return !connection.session.isEmpty() || (by != "dovecot" && by != "postfix");
           });
}

// The state is the agent's own, in a folder of its own, and is read back by the same program: QDataStream serves.
QByteArray ConnectionJoin::saveState() const
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    out << StateVersion << m_registry.ids().bootId() << quint32(m_connections.size());
    for (auto it = m_connections.cbegin(); it != m_connections.cend(); ++it) {
        out << it.key().netns << it.key().cookie << it->firstSeen << it->notBefore << it->exact;
        out << it->session;
    }
    return bytes;
}

void ConnectionJoin::restoreState(const QByteArray &state)
{
    QDataStream in(state);
    in.setVersion(QDataStream::Qt_6_4);
    quint32 version = 0;
    QByteArray bootId;
    quint32 count = 0;
    in >> version >> bootId >> count;
    if (version != StateVersion || bootId != m_registry.ids().bootId())
        return;
    QHash<SocketKey, Connection> connections;
    for (quint32 i = 0; i < count && in.status() == QDataStream::Ok; ++i) {
        SocketKey key;
        Connection connection;
        in >> key.netns >> key.cookie >> connection.firstSeen >> connection.notBefore >> connection.exact
            >> connection.session;
        connections.insert(key, connection);
    }
    if (in.status() != QDataStream::Ok) {
        qCWarning(lcAgent, "The saved sessions are damaged; starting without them.");
        return;
    }
    m_restored = connections;
}

} // namespace mailhelm
