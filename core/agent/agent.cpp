// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/agent.h"

#include "core/base/logging.h"
#include "core/protocol/codec.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QSet>
#include <QSysInfo>

#include <sys/resource.h>
#include <unistd.h>

namespace mailhelm
{

namespace
{

constexpr auto SaveEvery = std::chrono::seconds(2);
constexpr auto AnvilEvery = std::chrono::seconds(5);

QByteArray bootId()
{
    QFile file(QStringLiteral("/proc/sys/kernel/random/boot_id"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray("unknown");
}

} // namespace

Agent::Agent(Config config, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_config(std::move(config))
    , m_clock(clock)
{
    connect(&m_saveTimer, &QTimer::timeout, this, &Agent::save);
}

Agent::~Agent()
{
    // Peers hold references to most of what follows.
    qDeleteAll(std::exchange(m_peers, {}));
}

Result<void> Agent::openState()
{
    const QString state = QFile::decodeName(m_config.state);
    if (!QDir().mkpath(state))
        return Error { ErrorCode::Io,
            QStringLiteral("The state folder %1 cannot be made. Make it, owned by the user that mailhelmd runs as: "
                           "install -d -m 0700 -o mailhelm %1")
                .arg(state) };
    QFile::setPermissions(state, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    if (Result<void> locked = m_lock.take(state); !locked)
        return locked;
    if (Result<void> opened = m_store.open(state); !opened)
        return opened;
    const Result<qint64> startNumber = m_store.nextStart();
    if (!startNumber)
        return startNumber.error();
    const Result<std::optional<QByteArray>> rowKey = m_store.value(QStringLiteral("row-key"));
    if (!rowKey)
        return rowKey.error();
    QByteArray key = rowKey.value().value_or(QByteArray());
    if (key.size() != 32) {
        key.resize(32);
        QRandomGenerator::system()->fillRange(reinterpret_cast<quint32 *>(key.data()), 8);
        if (Result<void> stored = m_store.setValue(QStringLiteral("row-key"), key); !stored)
            return stored;
    }
    Result<Identity> identity
        = Identity::loadOrMake(state + QStringLiteral("/identity.pem"), QStringLiteral("mailhelmd"));
    if (!identity)
        return identity.error();
    m_identity = std::make_unique<Identity>(std::move(identity).value());

    // An epoch must never come again, even if the state folder is put back from a backup.
    const quint64 epoch = (quint64(startNumber.value()) << 40) ^ (QRandomGenerator::system()->generate64() >> 24) ^ 1;
    m_registry = std::make_unique<Registry>(epoch, RowIds(bootId(), key));
    m_saved = std::make_unique<SavedSources>(m_config.state, *m_registry);
    m_audit = std::make_unique<Audit>(m_store, *m_registry, m_clock);
    if (Result<void> loaded = m_audit->load(); !loaded)
        return loaded;
    m_admins = std::make_unique<Admins>(state, m_clock);
    if (Result<void> loaded = m_admins->load(); !loaded)
        return loaded;
    m_admins->watch();
    return {};
}

Result<void> Agent::openDoor()
{
    m_dispatcher.reset(new Dispatcher(*this, *m_audit)); // the base is private: make_unique cannot see it
    m_server = std::make_unique<TlsServer>(
        *m_identity, [this](const Pin &pin) { return admit(pin); }, m_clock);
    connect(m_server.get(), &TlsServer::connected, this, &Agent::onConnected);
    connect(m_server.get(), &TlsServer::rejected, this, [](const Endpoint &peer, const QString &why) {
        qCInfo(lcAgent, "%s: %s", endpointText(peer).constData(), qUtf8Printable(why));
    });
    return m_server->listen(m_config.listen);
}

Result<void> Agent::start(AgentSources sources, bool simulated)
{
    m_simulated = simulated;
    m_started = m_clock.nowUs();
    m_sources = std::move(sources);
    if (Result<void> opened = openState(); !opened)
        return opened;
    if (Result<void> opened = openDoor(); !opened)
        return opened;
    startSources(simulated ? SavedSources::States() : m_saved->read());
    if (!simulated)
        m_saveTimer.start(SaveEvery);
    return {};
}

std::vector<quint16> Agent::watchedPorts(const QList<ServiceConfig> &services)
{
    QSet<quint16> ports;
    for (const ServiceConfig &service : services)
        for (const ServiceConfig::Listen &listen : service.listen)
            ports.insert(listen.port);
    std::vector<quint16> sorted(ports.cbegin(), ports.cend());
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

void Agent::startSources(const SavedSources::States &states)
{
    // The administrators' own connections are sockets like all others.
    QList<ServiceConfig> services = m_config.services;
    ServiceConfig own;
    own.name = "ADMIN";
    own.protocol = "admin";
    own.by = "mailhelm";
    own.tls = ServiceConfig::Tls::Implicit;
    for (const Endpoint &endpoint : m_server->listening())
        own.listen.append({ std::nullopt, endpoint.port });
    services.append(own);
    const std::vector<quint16> ports = watchedPorts(services);

    m_people = std::make_unique<People>(m_config, *m_registry, m_clock);
    m_people->watchLogins(m_sources.sessions, !m_simulated);
    m_join = std::make_unique<ConnectionJoin>(services, *m_registry, m_clock);
    m_join->restoreState(states.value("join"));
    m_join->setWebmail([webmails = &m_people->webmails()](
                           const Address &host, const QByteArray &user) { return webmails->speaksFor(host, user); });
    connect(&m_people->webmails().table(), &WebmailTable::userChanged, m_join.get(), &ConnectionJoin::onWebmailUser);
    m_journal = std::make_unique<JournalSearch>(m_clock);

    std::vector<SocketSource::Namespace> namespaces;
    std::vector<SocketTable *> tables;
    for (size_t i = 0; i < m_sources.tables.size(); ++i) {
        namespaces.push_back({ m_sources.tables[i].get(), m_sources.watches[i].get(), m_sources.netns[qsizetype(i)] });
        tables.push_back(m_sources.tables[i].get());
    }
    m_control = std::make_unique<SocketControl>(tables, ports);
    m_sockets = std::make_unique<SocketSource>(m_clock, ports, std::move(namespaces));
    m_drops = std::make_unique<ConnectionDrops>(ConnectionDrops::Parts {
        *m_registry, *m_join, *m_server, tables.empty() ? nullptr : tables.front(), *m_control, *m_sockets });
    connect(m_join.get(), &ConnectionJoin::scanWanted, m_sockets.get(), &SocketSource::scanNow);
    connect(m_join.get(), &ConnectionJoin::countsChanged, this,
        [this] { m_registry->setSource(joinStatus(m_join->counts())); });
    connect(m_join.get(), &ConnectionJoin::sessionOver, this, &Agent::forgetSession);
    connect(m_sockets.get(), &SocketSource::closed, m_join.get(), &ConnectionJoin::onClosed);
    startHistory();
    connect(m_sockets.get(), &SocketSource::statusChanged, this, [this](const SourceStatus &status) {
        m_registry->setSource(status);
        if (m_history && status.state == SourceStatus::State::Down)
            m_history->lostSight(TableId::Connections);
        m_join->setSocketsAvailable(status.state != SourceStatus::State::Down);
        for (const std::function<void()> &done : std::exchange(m_refreshes, {}))
            done();
    });
    connect(m_sockets.get(), &SocketSource::scanned, this, [this](const SocketScan &scan) {
        m_join->onScan(scan);
        if (m_history)
            m_history->looked(TableId::Connections);
        if (m_join->everySocketExplained())
            for (const auto &source : m_sources.sessions)
                source->stopReadBack();
        for (const std::function<void()> &done : std::exchange(m_refreshes, {}))
            done();
    });
    for (const auto &source : m_sources.sessions) {
        SessionSource *session = source.get();
        connect(session, &SessionSource::facts, m_join.get(), &ConnectionJoin::onFacts);
        connect(session, &SessionSource::statusChanged, m_registry.get(), &Registry::setSource);
        connect(session, &SessionSource::coverageChanged, this, [this, session] {
            m_join->setCoverage(session->name(), session->coverage());
            if (m_sources.anvil)
                showAnvil();
        });
        session->start(states.value(session->name()));
        m_join->setCoverage(session->name(), session->coverage());
    }
    if (m_sources.anvil)
        startAnvil(*m_sources.anvil);
    m_people->start(std::move(m_sources.people));
    m_people->act(m_store, liveHands());
    m_sockets->start();
}

/// How acting on accounts looks and acts: as a refresh and as requests of administrators do.
LiveSessions::Hands Agent::liveHands()
{
    LiveSessions::Hands hands;
    hands.look = [this](const std::function<void()> &done) {
        const auto open = std::make_shared<int>(2);
        const auto looked = [open, done] {
            if (--*open == 0)
                done();
        };
        refresh(TableId::Connections, looked);
        refresh(TableId::Webmail, looked);
    };
    hands.drop = [this](const QList<RowId> &ids) {
        Admin agent;
        agent.role = Role::Owner; // who may ask for this was decided before
        return drop(ids, agent, {});
    };
    hands.end = [this](const QList<RowId> &ids, Answered answered) { endSessions(ids, std::move(answered)); };
    return hands;
}

void Agent::startHistory()
{
    if (!m_config.history.enabled)
        return;
    // What the simulation made up is nobody's history, and its ids come again at its next start.
    const QString file = QFile::decodeName(m_config.state)
        + (m_simulated ? QStringLiteral("/history-simulated.db") : QStringLiteral("/history.db"));
    m_history = std::make_unique<HistoryKeeper>(file, m_config.history, *m_registry, m_clock);
    connect(m_join.get(), &ConnectionJoin::ended, m_history.get(),
        [this](const RowEnd &end) { m_history->ended(TableId::Connections, end); });
    m_people->keepHistory(*m_history);
    m_history->start(m_simulated);
}

void Agent::startAnvil(AnvilReader &anvil)
{
    connect(&anvil, &AnvilReader::entries, m_join.get(),
        [this](const QList<AnvilEntry> &entries) { m_join->onAnvil(entries); });
    connect(&anvil, &AnvilReader::statusChanged, this, [this](const SourceStatus &status) {
        showAnvil();
        if (status.state != SourceStatus::State::Ok)
            m_join->onAnvil(std::nullopt);
    });
    connect(&anvil, &AnvilReader::finished, this, &Agent::showAnvil);
    connect(&m_anvilTimer, &QTimer::timeout, &anvil, &AnvilReader::read);
    m_anvilTimer.start(AnvilEvery);
    anvil.read();
}

void Agent::forgetSession(const QByteArray &source, const QByteArray &key)
{
    for (const auto &each : m_sources.sessions)
        if (each->name() == source)
            each->forget(key);
}

Admission Agent::admit(const Pin &pin) const
{
    if (!m_admins->byPin(pin))
        m_admins->look(); // the invitation may be younger than the last look
    if (m_admins->byPin(pin))
        return { Admit::Known, {} };
    if (m_admins->hasOpenInvitation())
        return { Admit::EnrolOnly, {} };
    return { Admit::Refuse,
        encode({ 0,
            Farewell { ErrorCode::PermissionDenied,
                "This key is not known on this server, or was revoked. On the host: mailhelmd enroll NAME --role "
                "ROLE" } }) };
}

Greeting Agent::greeting()
{
    Greeting greeting;
    greeting.serverName = QSysInfo::machineHostName().toUtf8();
    greeting.dropRefusal = m_drops->refusal();
    for (const ServiceConfig &service : std::as_const(m_config.services)) {
        ServiceInfo info { service.name, service.protocol, {}, service.idleTimeoutMs, service.userAddressLimit };
        for (const ServiceConfig::Listen &listen : service.listen)
            info.ports.append(listen.port);
        greeting.services.append(info);
    }
    greeting.refusals = m_people->refusals();
    if (m_config.accounts)
        greeting.graceMs = m_config.accounts->graceMs;
    return greeting;
}

void Agent::onConnected(Channel *channel, Admit admit)
{
    auto *peer = new Peer(channel, admit,
        { *m_registry, *m_admins, *m_audit, *m_dispatcher, *m_server, m_clock, [this] { return greeting(); },
            m_history.get() });
    m_peers.append(peer);
    const QByteArray key = QByteArray::number(++m_peersSoFar);
    connect(peer, &Peer::live, this, [this, peer, key] { onPeerLive(peer, key); });
    connect(peer, &Peer::watchingChanged, this, &Agent::updateWatching);
    connect(peer, &Peer::finished, this, [this, peer] {
        m_peers.removeAll(peer);
        updateWatching();
    });
}

void Agent::onPeerLive(Peer *peer, const QByteArray &key)
{
    SessionFacts facts;
    facts.source = "mailhelm";
    facts.key = key;
    facts.protocol = "admin";
    facts.peer = peer->channel().peer();
    facts.began = peer->channel().since();
    facts.beganIsConnect = true;
    facts.lineTime = m_clock.nowUs();
    facts.login = facts.lineTime;
    facts.user = peer->admin().name;
    facts.secure = true;
    facts.tls = peer->channel().tls().toUtf8();
    facts.agentName = peer->program();
    facts.state = "authenticated";
    m_join->onFacts(facts);
    connect(peer, &Peer::finished, m_join.get(), [this, facts]() mutable {
        facts.ended = true; // where sock_diag is missing, nothing else says so
        facts.lineTime = m_clock.nowUs();
        m_join->onFacts(facts);
    });
}

void Agent::updateWatching()
{
    const auto watched = [this](TableId table) {
        return std::any_of(
            m_peers.cbegin(), m_peers.cend(), [table](const Peer *peer) { return peer->watches(table); });
    };
    m_sockets->setWatched(watched(TableId::Connections));
    for (const TableId table : { TableId::Webmail, TableId::Users })
        m_people->setWatched(table, watched(table));
}

/// Where the log is read, anvil is wanted only for sessions older than that; else it is all there is.
void Agent::showAnvil()
{
    SourceStatus status = m_sources.anvil->status();
    const bool logged = std::any_of(m_sources.sessions.cbegin(), m_sources.sessions.cend(),
        [](const auto &each) { return each->name() == "dovecot" && each->coverage().live; });
    if (status.state == SourceStatus::State::Degraded && !logged)
        status.state = SourceStatus::State::Down;
    m_registry->setSource(status);
}

void Agent::refresh(TableId table, std::function<void()> done)
{
    if (table != TableId::Connections) {
        if (!m_people->refresh(table, done))
            done(); // these tables are never behind their source
        return;
    }
    m_refreshes.append(std::move(done));
    if (m_sources.anvil)
        m_sources.anvil->read();
    m_sockets->scanNow();
}

QByteArray Agent::describe(TableId table, RowId row) const
{
    return table == TableId::Connections ? m_drops->describe(row) : m_people->describe(table, row);
}

QList<Outcomes::Target> Agent::drop(const QList<RowId> &ids, const Admin &by, const Endpoint &ownPeer)
{
    return m_drops->drop(ids, by, ownPeer);
}

void Agent::endSessions(const QList<RowId> &webmail, Answered answered)
{
    m_people->endSessions(webmail, answered);
}

void Agent::setAccounts(AccountChange change, const QList<RowId> &users, Answered answered)
{
    m_people->setAccounts(change, users, answered);
}

void Agent::deleteAccounts(const QList<RowId> &users, const QByteArray &reason, const Admin &by, Answered answered)
{
    m_people->deleteAccounts(users, reason, by, answered);
}

void Agent::restoreAccounts(const QList<RowId> &deleted, Answered answered)
{
    m_people->restoreAccounts(deleted, answered);
}

void Agent::journal(RowId id, std::function<void(Result<QList<QByteArray>>)> done)
{
    const SessionFacts *facts = m_join->factsOf(id);
    if (!facts) {
        done(Error { ErrorCode::NotFound, QStringLiteral("No log line is known of this connection.") });
        return;
    }
    for (const auto &source : m_sources.sessions) {
        if (source->name() == facts->source) {
            if (source->logFiles().isEmpty()) {
                done(Error { ErrorCode::NotFound,
                    QStringLiteral("Its lines are in the journal of systemd. On the host: journalctl -t %1")
                        .arg(QString::fromUtf8(facts->source)) });
                return;
            }
            m_journal->search(*facts, source->logFiles(), std::move(done));
            return;
        }
    }
    done(Error { ErrorCode::NotFound, QStringLiteral("This connection has no log.") });
}

StatusReport Agent::status() const
{
    StatusReport report;
    report.agentVersion = MAILHELM_VERSION;
    report.serverName = QSysInfo::machineHostName().toUtf8();
    report.startedUs = m_started;
    report.clockUs = m_clock.nowUs();
    rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval &t) { return qint64(t.tv_sec) * 1000 + t.tv_usec / 1000; };
    report.cpuMs = ms(usage.ru_utime) + ms(usage.ru_stime);
    if (QFile statm(QStringLiteral("/proc/self/statm")); statm.open(QIODevice::ReadOnly))
        report.residentBytes = statm.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
    for (const Peer *peer : m_peers)
        report.administrators += peer->isLive();
    for (const TableId table : m_registry->tables())
        report.rows.append({ schemaOf(table).name(), m_registry->log(table)->table().rowCount() });
    return report;
}

void Agent::save()
{
    SavedSources::States states { { "join", m_join->saveState() } };
    for (const auto &source : m_sources.sessions)
        states.insert(source->name(), source->saveState());
    const QByteArray bytes = SavedSources::pack(states);
    if (m_saving || m_saved->isWritten(bytes))
        return;
    // Where the logs were read to is true only when the logins found there are kept.
    m_saving = true;
    m_people->logins()->whenKept([this, bytes] {
        m_saving = false;
        m_saved->write(bytes);
    });
}

void Agent::stop()
{
    for (Peer *peer : std::as_const(m_peers))
        peer->dismiss(ErrorCode::Unavailable, "The agent is shutting down.");
    m_server->close();
    if (m_history)
        m_history->stop();
    if (!m_simulated)
        save();
}

} // namespace mailhelm
