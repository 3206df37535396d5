// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/simulation.h"

#include "core/agent/sources/simulatedpeople.h"

#include <QTimer>

#include <sys/socket.h>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr auto TickEvery = std::chrono::milliseconds(20);
/// Words that nobody took yet: the server waits for its listener, as a full pipe would.
constexpr qsizetype MaxUnheard = 4000;
constexpr quint32 FirstPid = 1'000'000;
constexpr quint16 FirstPort = 1024;
/// So many clients share an address: a household, an office. Their ports never meet, since each takes every eighth.
constexpr quint32 ClientsPerAddress = 8;
constexpr quint32 V4Network = 0xC612'0000; // 198.18.0.0/15, for benchmarks (RFC 2544)
constexpr quint32 V4Mask = 0x1'FFFF;
constexpr quint8 TcpEstablished = 1;

Address v6(quint16 third, quint32 host)
{
    Address::Bytes bytes { 0x20, 0x01, 0x0d, 0xb8 };
    bytes[4] = quint8(third >> 8);
    bytes[5] = quint8(third);
    for (size_t i = 0; i < 4; ++i)
        bytes[12 + i] = quint8(host >> (24 - 8 * i));
    return Address(bytes);
}

/// Every group of clients has an address of its own, in no visible order; each fifth is IPv6.
Address addressOf(quint32 group)
{
    if (group % 5 == 4)
        return v6(0x1000, group * 2654435761U); // an odd factor: no two are the same
    return Address::fromV4(V4Network + ((group * 40503U) & V4Mask));
}

} // namespace

Simulation::Simulation(const Settings &settings, const Clock &clock)
    : m_settings(settings)
    , m_clock(clock)
    , m_random(settings.seed)
{
    m_thread.setObjectName(QStringLiteral("simulator"));
    m_sockets.resize(settings.rows);
    m_sessions.resize(size_t(settings.rows));
    const qint64 now = clock.nowUs();
    for (size_t slot = 0; slot < m_sessions.size(); ++slot)
        open(slot, now, false);
}

Simulation::~Simulation()
{
    m_thread.quit();
    m_thread.wait();
}

void Simulation::start()
{
    auto *timer = new QTimer;
    timer->setInterval(TickEvery);
    timer->moveToThread(&m_thread);
    connect(timer, &QTimer::timeout, timer, [this, timer, last = m_clock.monotonicUs()]() mutable {
        const qint64 now = m_clock.monotonicUs();
        if (!tick(now - std::exchange(last, now)))
            timer->stop();
    });
    connect(&m_thread, &QThread::started, timer, qOverload<>(&QTimer::start));
    connect(&m_thread, &QThread::finished, timer, &QObject::deleteLater);
    m_thread.start();
}

/// Makes the changes that are due; false: there will never be any.
bool Simulation::tick(qint64 elapsedUs)
{
    m_due += double(m_settings.changesPerSecond) * double(std::min(elapsedUs, Second)) / double(Second);
    const int changes = int(m_due);
    m_due -= changes;
    return step(changes) || m_settings.changesPerSecond > 0;
}

bool Simulation::step(int changes)
{
    bool more = false;
    {
        const QMutexLocker lock(&m_mutex);
        for (; m_firstUntold < m_sessions.size() && unheard() < MaxUnheard; ++m_firstUntold)
            tell(m_firstUntold);
        more = m_firstUntold < m_sessions.size();
        for (; changes > 0 && unheard() < MaxUnheard * 2; --changes)
            change();
    }
    announce();
    return more;
}

void Simulation::announce()
{
    for (const Service service : { Dovecot, Postfix }) {
        QMutexLocker lock(&m_mutex);
        const bool news = !m_said[service].isEmpty() && std::exchange(m_heard[service], false);
        lock.unlock();
        if (news)
            Q_EMIT spoke(service);
    }
}

/// Puts another connection into the slot. Not fresh: it began some time ago.
void Simulation::open(size_t slot, qint64 now, bool fresh)
{
    SimulatedSession &session = m_sessions[slot];
    const quint16 lastPort = m_sockets.at(qsizetype(slot)).peer.port;
    const quint32 group = quint32(slot) / ClientsPerAddress;
    const quint32 place = quint32(slot) % ClientsPerAddress;
    const auto chance = [this](int percent) { return m_random.bounded(100) < percent; };

    session = SimulatedSession();
    int share = m_random.bounded(100);
    while (share >= simulatedServices()[session.service].share)
        share -= simulatedServices()[session.service++].share;
    const SimulatedService &service = simulatedServices()[session.service];
    const bool imap = service.port == 993 || service.port == 143;
    // Three people behind one address, with one to three clients each.
    session.user = group * 3 + (place + 1) / 3;
    session.host = m_random.bounded(1U << 20);
    session.pid = FirstPid + quint32(slot);
    session.tls = service.tls == SimulatedService::Tls::Implicit || chance(85);
    session.loggedIn = chance(92);
    session.rejected = !service.auth && session.loggedIn && chance(20);
    if (imap) {
        session.client = quint8(m_random.bounded(simulatedpeople::Clients));
        session.folder = quint8(m_random.bounded(simulatedpeople::Folders));
    }
    // Mail clients stay for hours, deliveries and those who never log in for a minute.
    const qint64 age = fresh
        ? 0
        : m_random.bounded(quint32(imap && session.loggedIn ? 40'000 : 60)) * Second + m_random.bounded(1'000'000);
    session.began = now - age;

    SocketObservation &socket = m_sockets[qsizetype(slot)];
    socket = SocketObservation();
    socket.cookie = m_nextCookie++;
    socket.inode = quint32(socket.cookie & 0x7FFF'FFFF) | 1;
    socket.state = TcpEstablished;
    socket.peer.address = addressOf(group);
    socket.family = socket.peer.address.isV4() ? AF_INET : AF_INET6;
    socket.local
        = { socket.peer.address.isV4() ? Address::fromV4(0xCB00'710A) : v6(0x25, 10), service.port }; // 203.0.113.10
    constexpr quint32 turns = (65536 - FirstPort) / ClientsPerAddress - 1;
    const quint32 turn
        = lastPort == 0 ? m_random.bounded(turns) : (quint32(lastPort - FirstPort) / ClientsPerAddress + 1) % turns;
    socket.peer.port = quint16(FirstPort + turn * ClientsPerAddress + place);
    socket.bytesIn = fresh ? 0 : m_random.bounded(200'000U);
    socket.bytesOut = fresh ? 0 : m_random.bounded(5'000'000U);
    const quint32 silence = fresh ? 0 : quint32(std::min<qint64>(age / 1000, m_random.bounded(1'800'000U)));
    socket.lastReceiveMs = silence;
    socket.lastSendMs = silence;
}

void Simulation::say(bool dovecot, QList<QByteArray> lines)
{
    m_said[dovecot ? Dovecot : Postfix].lines.append(std::move(lines));
}

void Simulation::say(SessionFacts facts)
{
    m_said[facts.source == "dovecot" ? Dovecot : Postfix].facts.append(std::move(facts));
}

qsizetype Simulation::unheard() const
{
    return m_said[0].lines.size() + m_said[0].facts.size() + m_said[1].lines.size() + m_said[1].facts.size();
}

void Simulation::tell(size_t slot)
{
    const SocketObservation &socket = m_sockets.at(qsizetype(slot));
    if (socket.cookie == 0)
        return;
    const SimulatedSession &session = m_sessions[slot];
    if (usesParsers())
        say(simulatedServices()[session.service].dovecot, linesOf(session, socket));
    else if (std::optional<SessionFacts> facts = factsOf(session, socket))
        say(*std::move(facts));
}

/// What the service logs at the end. The slot is then free.
void Simulation::end(size_t slot)
{
    SocketObservation &socket = m_sockets[qsizetype(slot)];
    const SimulatedSession &session = m_sessions[slot];
    if (slot >= m_firstUntold)
        return; // nobody heard of its beginning, so nobody needs to hear of its end
    const qint64 now = m_clock.nowUs();
    if (usesParsers()) {
        say(simulatedServices()[session.service].dovecot, { endLine(session, socket, now) });
    } else if (std::optional<SessionFacts> facts = factsOf(session, socket)) {
        facts->ended = true;
        facts->lineTime = now;
        say(*std::move(facts));
    }
}

void Simulation::touch(SocketObservation &socket)
{
    socket.bytesIn += m_random.bounded(1U, 2'000U);
    socket.bytesOut += m_random.bounded(1U, 20'000U);
    socket.lastReceiveMs = 0;
    socket.lastSendMs = 0;
}

void Simulation::change()
{
    const size_t slot = m_random.bounded(quint32(m_sessions.size()));
    SocketObservation &socket = m_sockets[qsizetype(slot)];
    SimulatedSession &session = m_sessions[slot];
    const bool gone = socket.cookie == 0;
    const int kind = m_random.bounded(3);
    if (kind == 0 || gone) {
        if (gone)
            --m_gone; // a mail client comes back
        else
            end(slot);
        open(slot, m_clock.nowUs(), true);
        if (slot < m_firstUntold)
            tell(slot);
        return;
    }
    touch(socket);
    const bool selects
        = kind == 1 && session.loggedIn && QByteArrayView(simulatedServices()[session.service].protocol) == "imap";
    if (!selects)
        return;
    const quint8 before = session.folder;
    do
        session.folder = quint8(1 + m_random.bounded(simulatedpeople::Folders - 1));
    while (simulatedpeople::folder(session.folder) == simulatedpeople::folder(before));
    if (slot >= m_firstUntold)
        return;
    if (usesParsers()) {
        say(true, { folderLine(session, socket, m_clock.nowUs()) });
    } else if (std::optional<SessionFacts> facts = factsOf(session, socket)) {
        facts->lineTime = m_clock.nowUs();
        say(*std::move(facts));
    }
}

bool Simulation::serves(quint16 port)
{
    return std::any_of(simulatedServices().begin(), simulatedServices().end(),
        [port](const SimulatedService &service) { return service.port == port; });
}

QList<SocketObservation> Simulation::sockets(std::span<const quint16> localPorts) const
{
    const QMutexLocker lock(&m_mutex);
    const auto watched
        = [&](quint16 port) { return std::find(localPorts.begin(), localPorts.end(), port) != localPorts.end(); };
    const bool all = std::all_of(simulatedServices().begin(), simulatedServices().end(),
        [&](const SimulatedService &service) { return watched(service.port); });
    if (all && m_gone == 0)
        return m_sockets;
    QList<SocketObservation> some;
    for (const SocketObservation &socket : m_sockets)
        if (socket.cookie != 0 && watched(socket.local.port))
            some.append(socket);
    return some;
}

DestroyOutcome Simulation::destroy(const SocketObservation &socket)
{
    {
        const QMutexLocker lock(&m_mutex);
        qsizetype slot = 0;
        while (slot < m_sockets.size() && m_sockets.at(slot).cookie != socket.cookie)
            ++slot;
        if (socket.cookie == 0 || slot == m_sockets.size() || m_sockets.at(slot).peer != socket.peer
            || m_sockets.at(slot).local != socket.local)
            return DestroyOutcome::Gone;
        end(size_t(slot));
        m_sockets[slot].cookie = 0;
        ++m_gone;
    }
    announce();
    return DestroyOutcome::Done;
}

Simulation::Said Simulation::take(Service service, qsizetype most)
{
    const QMutexLocker lock(&m_mutex);
    Said &said = m_said[service];
    Said taken;
    taken.lines = said.lines.first(std::min(most, said.lines.size()));
    said.lines.remove(0, taken.lines.size());
    taken.facts = said.facts.first(std::min(most, said.facts.size()));
    said.facts.remove(0, taken.facts.size());
    if (said.isEmpty())
        m_heard[service] = true;
    return taken;
}

std::optional<SessionFacts> Simulation::known(quint64 cookie) const
{
    const QMutexLocker lock(&m_mutex);
    for (qsizetype slot = 0; slot < m_sockets.size(); ++slot)
        if (m_sockets.at(slot).cookie == cookie && cookie != 0)
            return factsOf(m_sessions[size_t(slot)], m_sockets.at(slot));
    return std::nullopt;
}

} // namespace mailhelm
