// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/people.h"

namespace mailhelm
{

namespace
{

void refuseAll(const QList<RowId> &ids, const QByteArray &why, const Actions::Answered &answered)
{
    QList<Outcomes::Target> targets;
    for (const RowId id : ids)
        targets.append({ id, Outcomes::Code::Refused, why });
    answered(targets);
}

} // namespace

People::People(const Config &config, Registry &registry, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_config(config)
    , m_registry(registry)
    , m_clock(clock)
    , m_users(registry)
    , m_webmails(registry, clock)
{
}

People::~People() = default;

void People::watchLogins(const std::vector<std::unique_ptr<SessionSource>> &sessions, bool keep)
{
    m_logins = std::make_unique<LoginSources>(m_config, m_registry, m_clock, keep);
    joinLogins();
    m_logins->watch(sessions);
}

void People::keepHistory(HistoryKeeper &history)
{
    WebmailTable &table = m_webmails.table();
    connect(&table, &WebmailTable::ended, &history, [&history](RowId row, qint64 time, bool exact) {
        history.ended(TableId::Webmail, { row, time, exact, {}, {} });
    });
    connect(&table, &WebmailTable::looked, &history, [&history, &table] {
        if (table.isComplete()) // else the sessions of the others would seem to be over
            history.looked(TableId::Webmail);
    });
}

void People::start(PeopleSources sources)
{
    m_sources = std::move(sources);
    if (m_logins)
        connect(&m_webmails.table(), &WebmailTable::loggedIn, logins(), &LoginLedger::take);
    m_webmails.start(std::move(m_sources.webmail), m_config.webmail);
    if (m_sources.accounts) {
        connect(m_sources.accounts.get(), &AccountSource::statusChanged, &m_registry, &Registry::setSource);
        connect(m_sources.accounts.get(), &AccountSource::scanned, this, &People::onAccounts);
        if (m_sources.sizes)
            startSizes(*m_sources.sizes);
        m_sources.accounts->start();
    }
}

void People::act(Store &store, LiveSessions::Hands live)
{
    if (!m_sources.accounts || !m_config.accounts)
        return;
    m_acting
        = std::make_unique<Acting>(m_config, m_registry, store, m_users, *m_sources.accounts, std::move(live), m_clock);
    m_acting->start(*m_sources.accounts, m_users);
}

void People::onAccounts(const AccountScan &scan)
{
    m_users.setScan(scan);
    if (m_sources.sizes)
        m_users.whenApplied([this] { m_sources.sizes->setAccounts(m_users.withoutSize()); });
    if (const QSet<QByteArray> services = m_sources.accounts->recordedServices(); m_logins && !services.isEmpty())
        logins()->noteRecord("accounts", services);
}

void People::startSizes(DovecotSizes &sizes)
{
    connect(&sizes, &DovecotSizes::statusChanged, &m_registry, &Registry::setSource);
    connect(&sizes, &DovecotSizes::measured, &m_users, &UserTable::measuredChanged);
    sizes.start([this](const QByteArray &user) { return m_users.lacksSize(user); });
    m_users.setMeasured([&sizes](const QByteArray &user) { return sizes.sizeOf(user); });
}

/// What the ledger knows becomes part of the rows of `users`.
void People::joinLogins()
{
    LoginLedger *ledger = logins();
    m_users.setLogins([ledger](const QByteArray &user) -> std::optional<UserTable::Login> {
        const std::optional<LoginEvidence> latest = ledger->latest(user);
        if (!latest)
            return std::nullopt;
        return UserTable::Login { latest->time, latest->service, latest->address };
    });
    const auto again = [this] { m_users.setWatchedSince(logins()->watchedSince()); };
    connect(ledger, &LoginLedger::latestChanged, &m_users, &UserTable::loginChanged);
    connect(ledger, &LoginLedger::loaded, &m_users, &UserTable::loginsChanged);
    connect(ledger, &LoginLedger::watchedSinceChanged, &m_users, again);
    again();
}

void People::setWatched(TableId table, bool watched)
{
    if (table == TableId::Webmail)
        m_webmails.setWatched(watched);
    if (table == TableId::Users && m_sources.accounts)
        m_sources.accounts->setWatched(watched);
    if (table == TableId::Users && m_sources.sizes)
        m_sources.sizes->setWatched(watched);
}

bool People::refresh(TableId table, const std::function<void()> &done)
{
    if (table == TableId::Webmail && !m_webmails.isEmpty()) {
        m_webmails.look(done);
        return true;
    }
    if (table == TableId::Users && m_sources.accounts) {
        m_sources.accounts->look([this, done] { m_users.whenApplied(done); });
        return true;
    }
    return false;
}

void People::endSessions(const QList<RowId> &webmail, const Actions::Answered &answered)
{
    m_webmails.end(webmail, answered);
}

void People::setAccounts(AccountChange change, const QList<RowId> &users, const Actions::Answered &answered)
{
    if (AccountActions *actions = accountActions())
        actions->setAccounts(change, users, answered);
    else
        refuseAll(users, noActing(), answered);
}

void People::deleteAccounts(
    const QList<RowId> &users, const QByteArray &reason, const Admin &by, const Actions::Answered &answered)
{
    if (AccountActions *actions = accountActions())
        actions->deleteAccounts(users, reason, by, answered);
    else
        refuseAll(users, noActing(), answered);
}

void People::restoreAccounts(const QList<RowId> &deleted, const Actions::Answered &answered)
{
    if (AccountActions *actions = accountActions())
        actions->restoreAccounts(deleted, answered);
    else
        refuseAll(deleted, noActing(), answered);
}

AccountActions *People::accountActions() const
{
    return m_acting ? m_acting->actions() : nullptr;
}

QByteArray People::noActing() const
{
    return m_acting ? m_acting->refusal() : QByteArray("This agent knows no account database.");
}

QByteArray People::describe(TableId table, RowId row) const
{
    const Table &rows = m_registry.log(table)->table();
    const Table::Slot slot = rows.slotOf({ 0, row });
    if (slot == Table::NoSlot)
        return "(gone)";
    const Column &user = rows.column(rows.schema().indexOf("user"));
    const QByteArray name = user.isKnown(slot) ? user.text(slot).toByteArray() : QByteArray("?");
    if (table != TableId::Webmail)
        return name;
    const Column &address = rows.column(webmail::ClientAddress);
    return name + ' ' + rows.column(webmail::Component).text(slot).toByteArray() + ' '
        + (address.isKnown(slot) ? address.address(slot).toText() : QByteArray("?"));
}

QList<Refusal> People::refusals() const
{
    QList<Refusal> refusals;
    if (m_webmails.isEmpty())
        refusals.append(Refusal { "end", "No webmail is configured. In the agent's configuration: [[webmail]]" });
    else if (const QByteArray why = m_webmails.endRefusal(); !why.isEmpty())
        refusals.append(Refusal { "end", why });
    if (!m_sources.accounts)
        for (const char *action : { "set-account", "delete", "restore" })
            refusals.append(
                Refusal { action, "No account database is configured. In the agent's configuration: [accounts]" });
    if (m_acting)
        refusals += m_acting->refusals();
    return refusals;
}

} // namespace mailhelm
