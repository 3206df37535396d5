// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/usertable.h"

#include "core/base/safetext.h"

#include <QMetaObject>

#include <array>

namespace mailhelm
{

namespace
{

constexpr qint64 SameLogin = 2'000'000; // µs
constexpr qsizetype RowsInOneGo = 1000; ///< some 10 ms where all of them are new

QByteArray stateName(AccountState state)
{
    switch (state) {
    case AccountState::Active:
        return "active";
    case AccountState::Blocked:
        return "blocked";
    case AccountState::Disabled:
        return "disabled";
    }
    return {};
}

Value timeOrUnknown(qint64 time)
{
    return time != 0 ? Value(time) : Value();
}

Value numberOrUnknown(const std::optional<qint64> &number)
{
    return number ? Value(*number) : Value();
}

} // namespace

UserTable::UserTable(Registry &registry, QObject *parent)
    : QObject(parent)
    , m_registry(registry)
{
}

void UserTable::setScan(const AccountScan &scan)
{
    m_next = scan.accounts;
    workLater();
}

void UserTable::whenApplied(std::function<void()> done)
{
    m_waiting.append(std::move(done));
    workLater();
}

void UserTable::setLogins(Latest latest)
{
    m_latest = std::move(latest);
    putAllLater();
}

void UserTable::loginChanged(const QByteArray &user)
{
    for (const QByteArray &account : accountsOf(user))
        put(m_entries[account]);
}

void UserTable::setWatchedSince(std::optional<qint64> time)
{
    if (std::exchange(m_watchedSince, time) != time)
        putAllLater();
}

void UserTable::setDeleting(const QByteArray &user, bool deleting)
{
    if (deleting)
        m_leaving.insert(user);
    else
        m_leaving.remove(user);
    const auto entry = m_entries.find(user);
    if (entry == m_entries.end() || entry->deleting == deleting)
        return;
    entry->deleting = deleting;
    if (!deleting && !entry->present)
        drop(user);
    else
        put(*entry);
}

void UserTable::setMeasured(Measured measured)
{
    m_measured = std::move(measured);
    putAllLater();
}

void UserTable::measuredChanged(const QByteArray &user)
{
    if (const auto entry = m_entries.constFind(user); entry != m_entries.cend())
        put(*entry);
}

RowId UserTable::idOf(const QByteArray &user) const
{
    const auto entry = m_entries.constFind(user);
    if (entry != m_entries.cend())
        return entry->id;
    // An id never names two things: where it is another's already, the next one.
    for (int salt = 0;; ++salt) {
        const RowId id = m_registry.ids().ofKey("user", user, salt);
        if (const auto other = m_users.constFind(id); other == m_users.cend() || *other == user)
            return id;
    }
}

std::optional<QByteArray> UserTable::userOf(RowId id) const
{
    const auto user = m_users.constFind(id);
    return user == m_users.cend() ? std::nullopt : std::optional(*user);
}

const Account *UserTable::account(const QByteArray &user) const
{
    const auto entry = m_entries.constFind(user);
    return entry == m_entries.cend() || !entry->present ? nullptr : &entry->account;
}

std::optional<UserTable::Evidence> UserTable::lastLogin(const QByteArray &user) const
{
    const auto entry = m_entries.constFind(user);
    return entry == m_entries.cend() ? std::nullopt : evidenceFor(entry->account);
}

bool UserTable::lacksSize(const Entry &entry)
{
    return entry.present && !entry.deleting && (!entry.account.mailboxBytes || !entry.account.quotaBytes);
}

bool UserTable::lacksSize(const QByteArray &user) const
{
    const auto entry = m_entries.constFind(user);
    return entry != m_entries.cend() && lacksSize(*entry);
}

QList<QByteArray> UserTable::withoutSize() const
{
    QList<QByteArray> users;
    for (auto it = m_entries.cbegin(); it != m_entries.cend(); ++it)
        if (lacksSize(*it))
            users.append(it.key());
    return users;
}

std::optional<UserTable::Evidence> UserTable::evidenceFor(const Account &account) const
{
    const std::optional<Login> ledger = m_latest ? m_latest(account.user) : std::nullopt;
    // Of the same login the ledger knows more; servers write it down a moment later, and count in seconds.
    if (ledger && ledger->time + SameLogin >= account.lastLogin)
        return Evidence { *ledger, false };
    if (account.lastLogin == 0)
        return std::nullopt;
    return Evidence { { account.lastLogin, account.lastLoginService, account.lastLoginAddress }, true };
}

QList<QByteArray> UserTable::accountsOf(const QByteArray &name) const
{
    const QByteArray key = foldedUtf8(name);
    QList<QByteArray> accounts = m_variants.values(key);
    if (m_entries.contains(key))
        accounts.append(key);
    return accounts;
}

void UserTable::workLater()
{
    if (std::exchange(m_scheduled, true))
        return;
    QMetaObject::invokeMethod(this, &UserTable::work, Qt::QueuedConnection);
}

void UserTable::work()
{
    m_scheduled = false;
    if (!m_applying && m_next) {
        m_scan = *std::exchange(m_next, std::nullopt);
        m_at = 0;
        m_applying = true;
        ++m_number;
    }
    bool more = m_applying && applySlice();
    if (!more && !m_stale.isEmpty()) {
        for (qsizetype n = 0; n < RowsInOneGo && !m_stale.isEmpty(); ++n)
            if (const auto entry = m_entries.constFind(m_stale.takeLast()); entry != m_entries.cend())
                put(*entry);
        more = !m_stale.isEmpty();
    }
    if (more || m_next) {
        workLater();
        return;
    }
    for (const std::function<void()> &done : std::exchange(m_waiting, {}))
        done();
}

/// True: there is more of this scan.
bool UserTable::applySlice()
{
    // Rows that stay as they are cost a look-up each.
    qsizetype written = 0;
    for (qsizetype looked = 0; m_at < m_scan.size() && written < RowsInOneGo && looked < 10 * RowsInOneGo; ++looked) {
        const Account &account = m_scan.at(m_at++);
        auto entry = m_entries.find(account.user);
        const bool fresh = entry == m_entries.end();
        if (fresh) {
            const RowId id = idOf(account.user);
            entry = m_entries.insert(account.user, Entry { account, id, 0, false, m_leaving.contains(account.user) });
            m_users.insert(id, account.user);
            if (const QByteArray key = foldedUtf8(account.user); key != account.user)
                m_variants.insert(key, account.user);
        }
        if (!fresh && std::exchange(entry->seen, m_number) == m_number)
            continue; // the query gave it twice: the first one counts
        entry->seen = m_number;
        const bool changed = fresh || !entry->present || entry->account != account;
        entry->present = true;
        if (!changed)
            continue;
        entry->account = account;
        put(*entry);
        ++written;
    }
    if (m_at < m_scan.size())
        return true;
    QList<QByteArray> gone;
    for (auto it = m_entries.begin(); it != m_entries.end(); ++it) {
        if (it->seen == m_number || !it->present)
            continue;
        if (it->deleting)
            it->present = false;
        else
            gone.append(it.key());
    }
    for (const QByteArray &user : std::as_const(gone))
        drop(user);
    m_scan.clear();
    m_applying = false;
    return false;
}

void UserTable::put(const Entry &entry)
{
    const Account &account = entry.account;
    const std::optional<Evidence> login = evidenceFor(account);
    const std::optional<MeasuredSize> measured = m_measured ? m_measured(account.user) : std::nullopt;
    const std::optional<qint64> bytes = account.mailboxBytes || !measured ? account.mailboxBytes : measured->bytes;
    const std::optional<qint64> quota = account.quotaBytes || !measured ? account.quotaBytes : measured->quota;
    const Value state = entry.deleting ? Value(QByteArray("deleting"))
        : account.state                ? Value(stateName(*account.state))
                                       : Value();
    const std::array<ChangeLog::Cell, 10> cells { {
        { users::User, account.user },
        { users::Enabled, state },
        { users::DomainAdmin, account.domainAdmin ? Value(*account.domainAdmin) : Value() },
        { users::Created, timeOrUnknown(account.created) },
        { users::LastLogin, login ? Value(login->login.time) : Value() },
        { users::LastLoginService, login && !login->login.service.isEmpty() ? Value(login->login.service) : Value() },
        { users::LastLoginAddress, login && !login->login.address.isNull() ? Value(login->login.address) : Value() },
        { users::WatchedSince, numberOrUnknown(m_watchedSince) },
        { users::MailboxBytes, numberOrUnknown(bytes) },
        { users::QuotaBytes, numberOrUnknown(quota) },
    } };
    m_registry.put(TableId::Users, entry.id, cells);
}

void UserTable::drop(const QByteArray &user)
{
    const Entry entry = m_entries.take(user);
    m_users.remove(entry.id);
    m_variants.remove(foldedUtf8(user), user);
    m_registry.remove(TableId::Users, entry.id);
}

void UserTable::putAllLater()
{
    m_stale = m_entries.keys();
    workLater();
}

} // namespace mailhelm
