// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/loginsources.h"

#include "core/base/safetext.h"

namespace mailhelm
{

namespace
{

/// So long a source may need to be live before old logs are read all the same.
constexpr auto PatienceForLive = std::chrono::seconds(60);
constexpr auto AfterGap = std::chrono::seconds(5);

/// The services of which that log tells, as LoginEvidence calls them.
QSet<QByteArray> loginServices(const QByteArray &source, const QList<ServiceConfig> &services)
{
    if (source == "postfix")
        return { "smtp" };
    QSet<QByteArray> names;
    for (const ServiceConfig &service : services)
        if (service.by == source && service.auth)
            names.insert(service.protocol == "smtp" ? QByteArray("submission") : service.protocol);
    return names;
}

QSet<Address> webmailHosts(const Config &config)
{
    QSet<Address> hosts;
    for (const WebmailConfig &webmail : config.webmail)
        for (const QByteArray &host : webmail.hosts)
            hosts.insert(Address::parse(host).value_or(Address()));
    hosts.remove(Address());
    return hosts;
}

} // namespace

LoginRules loginRules(const LoginsConfig &logins)
{
    LoginRules rules;
    for (const QByteArray &user : logins.masterUsers)
        rules.masterUsers.insert(foldedUtf8(user));
    return rules;
}

LoginLedger::Settings LoginSources::ledgerSettings(const Config &config, bool keep)
{
    return { keep ? config.state : QByteArray(), webmailHosts(config) };
}

LoginHistory::Settings LoginSources::historySettings(const Config &config)
{
    LoginHistory::Settings settings;
    settings.wanted.rules = loginRules(config.logins);
    settings.wanted.webmailHosts = webmailHosts(config);
    settings.readBackUs = config.logins.readBackMs * 1000;
    return settings;
}

LoginSources::LoginSources(const Config &config, Registry &registry, const Clock &clock, bool keep, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_ledger(ledgerSettings(config, keep), registry, clock)
    , m_history(historySettings(config), clock)
{
    connect(&m_ledger, &LoginLedger::statusChanged, &registry, &Registry::setSource);
    connect(&m_history, &LoginHistory::statusChanged, &registry, &Registry::setSource);
    connect(&m_history, &LoginHistory::found, &m_ledger, &LoginLedger::takeOld);
    connect(&m_history, &LoginHistory::covered, &m_ledger, &LoginLedger::addReadBack);
    connect(&m_history, &LoginHistory::fileDone, this, [this](const QByteArray &path, qint64 from, qint64 to) {
        WatchedSpans read = WatchedSpans::decode(m_ledger.note("read " + path));
        read.add(from, to);
        m_ledger.setNote("read " + path, read.encode());
    });
    connect(&m_history, &LoginHistory::finished, this, [this] {
        m_ledger.setReadingBack(false);
        plan(); // if something was lost meanwhile
    });
    m_historyTimer.setSingleShot(true);
    connect(&m_historyTimer, &QTimer::timeout, this, &LoginSources::readOldLogs);
    connect(&m_ledger, &LoginLedger::loaded, this, &LoginSources::plan);
    if (!config.logins.lastLogin.isEmpty())
        startLastLogins(registry);
}

LoginSources::~LoginSources() = default;

void LoginSources::watch(const std::vector<std::unique_ptr<SessionSource>> &sessions)
{
    for (const auto &each : sessions) {
        const SessionSource *session = each.get();
        m_sessions.append(session);
        m_ledger.addSource(session->name(), loginServices(session->name(), m_config.services));
        connect(session, &SessionSource::loggedIn, &m_ledger, &LoginLedger::take);
        connect(session, &SessionSource::coverageChanged, this, [this, session] { onCoverage(*session); });
        m_ledger.setCoverage(session->name(), session->coverage());
    }
    m_ledger.start();
}

void LoginSources::startLastLogins(Registry &registry)
{
    const LoginsConfig &logins = m_config.logins;
    const Result<DatabaseUrl> url = DatabaseUrl::parse(logins.lastLogin);
    if (!url) {
        registry.setSource({ LastLogins::Name, SourceStatus::State::Down, url.error().detail.toUtf8(),
            "last_login = \"sqlite:///PATH\" in the agent's configuration" });
        return;
    }
    m_lastLogins = std::make_unique<LastLogins>(
        LastLogins::Settings { url.value(), logins.lastLoginQuery, logins.lastLoginServices });
    connect(m_lastLogins.get(), &LastLogins::statusChanged, &registry, &Registry::setSource);
    connect(m_lastLogins.get(), &LastLogins::found, &m_ledger, &LoginLedger::takeOld);
    connect(m_lastLogins.get(), &LastLogins::read, this, [this] {
        const QList<QByteArray> &services = m_lastLogins->services();
        m_ledger.noteRecord(LastLogins::Name, QSet<QByteArray>(services.cbegin(), services.cend()));
    });
    connect(&m_ledger, &LoginLedger::loaded, m_lastLogins.get(), &LastLogins::start);
}

void LoginSources::onCoverage(const SessionSource &session)
{
    const LogCoverage coverage = session.coverage();
    m_ledger.setCoverage(session.name(), coverage);
    qint64 &before = m_completeSince[session.name()];
    if (before != 0 && coverage.completeSince > before) {
        m_wanted = true; // a rotated file may still hold what is missing
        m_gap = true;
    }
    before = coverage.completeSince;
    plan();
}

void LoginSources::plan()
{
    if (!m_wanted || !m_ledger.isLoaded() || m_history.isRunning())
        return;
    const bool live = std::all_of(m_sessions.cbegin(), m_sessions.cend(),
        [](const SessionSource *each) { return each->coverage().live && each->coverage().completeSince != 0; });
    const std::chrono::milliseconds wait = !live ? PatienceForLive : m_gap ? AfterGap : std::chrono::seconds(0);
    if (!m_historyTimer.isActive() || m_historyTimer.remainingTimeAsDuration() > wait)
        m_historyTimer.start(wait);
}

QList<HistoryLog> LoginSources::oldLogs()
{
    QList<HistoryLog> logs;
    const auto add = [&](const QByteArray &path, const QByteArray &source) {
        if (path == "journal")
            return;
        auto log = std::find_if(logs.begin(), logs.end(), [&](const HistoryLog &each) { return each.path == path; });
        if (log == logs.end())
            log = logs.insert(
                logs.end(), HistoryLog { path, {}, {}, WatchedSpans::decode(m_ledger.note("read " + path)) });
        log->sources.append(source);
        log->known[source] = m_ledger.spansOf(source);
    };
    if (m_config.dovecot)
        for (const QByteArray &path : m_config.dovecot->log)
            add(path, "dovecot");
    if (m_config.postfix)
        for (const QByteArray &path : m_config.postfix->log)
            add(path, "postfix");
    return logs;
}

void LoginSources::readOldLogs()
{
    if (!m_wanted || m_history.isRunning())
        return;
    m_wanted = false;
    m_gap = false;
    m_ledger.setReadingBack(true);
    m_history.start(oldLogs());
    if (!m_history.isRunning())
        m_ledger.setReadingBack(false);
}

} // namespace mailhelm
