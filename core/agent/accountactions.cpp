// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/accountactions.h"

#include "core/agent/mailmover.h"
#include "core/agent/mailplace.h"
#include "core/agent/sources/authcache.h"
#include "core/base/logging.h"

#include <array>

namespace mailhelm
{

namespace
{

constexpr auto PurgeEvery = std::chrono::minutes(1);
constexpr auto RetryEvery = std::chrono::seconds(30);
/// Nobody's mail is purged because a clock was set wrong: an administrator has a day to set it right.
constexpr qint64 HoldUs = qint64(86'400) * 1'000'000;
constexpr qint64 JumpUs = qint64(60) * 1'000'000;
constexpr char SeenKey[] = "purge-seen"; ///< the wall clock when it was looked at last
constexpr qint64 LongAbsenceUs = 3 * HoldUs;
constexpr qint64 ShortHoldUs = HoldUs / 24;

const char *stateWord(AccountChange change)
{
    switch (change) {
    case AccountChange::Enable:
        return "enabled";
    case AccountChange::Block:
        return "blocked";
    case AccountChange::Disable:
        return "disabled";
    }
    return "";
}

AccountState stateOf(AccountChange change)
{
    switch (change) {
    case AccountChange::Enable:
        return AccountState::Active;
    case AccountChange::Block:
        return AccountState::Blocked;
    case AccountChange::Disable:
        return AccountState::Disabled;
    }
    return AccountState::Active;
}

} // namespace

AccountActions::AccountActions(const AccountsConfig &config, Registry &registry, Store &store, UserTable &users,
    AccountHands hands, const Clock &clock)
    : m_config(config)
    , m_registry(registry)
    , m_store(store)
    , m_users(users)
    , m_hands(std::move(hands))
    , m_clock(clock)
    , m_wall(clock.nowUs())
    , m_monotonic(clock.monotonicUs())
{
    connect(&m_purgeTimer, &QTimer::timeout, this, &AccountActions::purgeDue);
    connect(&m_retryTimer, &QTimer::timeout, this, &AccountActions::retryStuck);
}

AccountActions::~AccountActions() = default;

Result<void> AccountActions::load()
{
    const Result<QList<Deletion>> journal = m_store.deletions();
    if (!journal)
        return journal.error();
    for (const Deletion &entry : journal.value()) {
        const bool leaving = entry.goal == Deletion::Goal::Delete || entry.goal == Deletion::Goal::Undo;
        if (leaving)
            m_users.setDeleting(entry.rows.user, true);
        else
            show(entry);
        if (entry.goal == Deletion::Goal::Kept)
            continue;
        m_busy.insert(entry.rows.user);
        m_stuck.emplace(entry.number, std::pair(entry, QByteArray()));
    }
    if (const Result<std::optional<QByteArray>> seen = m_store.value(QString::fromLatin1(SeenKey));
        seen && seen.value() && m_wall - seen.value()->toLongLong() > LongAbsenceUs)
        m_holdPurges = m_monotonic + ShortHoldUs; // away for days, or the clock is wrong: time to see which
    return {};
}

void AccountActions::resume()
{
    if (std::exchange(m_resumed, true))
        return;
    retryStuck();
    m_retryTimer.start(RetryEvery);
    purgeDue();
    m_purgeTimer.start(PurgeEvery);
}

// Requests

void AccountActions::answer(const RequestPtr &request, qsizetype place, Outcomes::Code code, const QByteArray &why)
{
    request->targets[place].code = code;
    request->targets[place].why = code == Outcomes::Code::Refused ? why : QByteArray();
    if (--request->open == 0)
        request->answered(request->targets);
}

void AccountActions::release(const QByteArray &user)
{
    m_busy.remove(user);
}

/// Those that something may be done to; the others are answered. `why`: what speaks against one, empty = nothing.
QList<AccountActions::Wanted> AccountActions::claim(
    const RequestPtr &request, const QList<RowId> &users, const std::function<QByteArray(const QByteArray &)> &why)
{
    QList<Wanted> wanted;
    request->open = users.size() + 1; // one for us, so that it does not answer before we are through
    for (const RowId id : users)
        request->targets.append({ id, Outcomes::Code::Gone, {} });
    for (qsizetype place = 0; place < users.size(); ++place) {
        const std::optional<QByteArray> user = m_users.userOf(users[place]);
        if (!user) {
            answer(request, place, Outcomes::Code::Gone, {});
        } else if (m_busy.contains(*user)) {
            answer(request, place, Outcomes::Code::Refused, "Something is being done to this account just now.");
        } else if (const QByteArray reason = why(*user); !reason.isEmpty()) {
            answer(request, place, Outcomes::Code::Refused, reason);
        } else {
            m_busy.insert(*user);
            wanted.append({ place, *user });
        }
    }
    return wanted;
}

void AccountActions::setAccounts(AccountChange change, const QList<RowId> &users, const Actions::Answered &answered)
{
    const auto request = std::make_shared<Request>(Request { {}, 0, answered });
    QByteArray refusal = m_hands.accounts.changeRefusal();
    if (refusal.isEmpty())
        refusal = m_hands.accounts.stateRefusal(stateOf(change));
    const QList<Wanted> wanted = claim(request, users, [&refusal](const QByteArray &) { return refusal; });
    for (const Wanted &each : wanted)
        changeOne(request, each, change);
    if (--request->open == 0)
        answered(request->targets);
}

void AccountActions::changeOne(const RequestPtr &request, const Wanted &wanted, AccountChange change)
{
    const QPointer<AccountActions> self(this);
    m_hands.accounts.setState(wanted.user, stateOf(change), [=, this](const Result<void> &set) {
        if (!self)
            return;
        if (!set) {
            release(wanted.user);
            const bool gone = set.error().code == ErrorCode::NotFound;
            answer(request, wanted.place, gone ? Outcomes::Code::Gone : Outcomes::Code::Refused,
                set.error().detail.toUtf8());
            return;
        }
        if (!m_hands.flush) {
            endLive(request, wanted, change, {});
            return;
        }
        m_hands.flush(wanted.user, [=, this](const Result<void> &flushed) {
            if (self)
                endLive(request, wanted, change, flushed ? QByteArray() : flushed.error().detail.toUtf8());
        });
    });
}

/// `trouble`: what went wrong so far; the rest is done all the same.
void AccountActions::endLive(
    const RequestPtr &request, const Wanted &wanted, AccountChange change, const QByteArray &trouble)
{
    const auto end = [=, this, self = QPointer(this)](const QByteArray &why) {
        if (!self)
            return;
        release(wanted.user);
        const QByteArray all = trouble.isEmpty() || why.isEmpty() ? trouble + why : trouble + ' ' + why;
        answer(request, wanted.place, all.isEmpty() ? Outcomes::Code::Done : Outcomes::Code::Refused,
            QByteArray("The account is ") + stateWord(change) + ", but: " + all);
    };
    if (change == AccountChange::Enable)
        end({});
    else
        m_hands.live.end(wanted.user, end);
}

void AccountActions::deleteAccounts(
    const QList<RowId> &users, const QByteArray &reason, const Admin &by, const Actions::Answered &answered)
{
    const auto request = std::make_shared<Request>(Request { {}, 0, answered });
    QByteArray refusal = m_hands.accounts.changeRefusal();
    if (refusal.isEmpty())
        refusal = mailRefusal();
    if (refusal.isEmpty() && reason.trimmed().isEmpty())
        refusal = "Deleting needs a reason.";
    const QList<Wanted> wanted = claim(request, users, [&](const QByteArray &user) -> QByteArray {
        if (!refusal.isEmpty())
            return refusal;
        if (fitsAny(user, m_config.exclude))
            return "This account is excluded from deleting. In the agent's configuration: exclude in [accounts]";
        return {};
    });
    struct Reading {
        QList<Deletion> entries;
        QHash<QByteArray, qsizetype> places;
        qsizetype open = 0;
    };
    const auto reading = std::make_shared<Reading>();
    reading->open = wanted.size();
    const qint64 now = m_clock.nowUs();
    const QPointer<AccountActions> self(this);
    for (const Wanted &each : wanted)
        m_hands.accounts.read(each.user, [=, this](const Result<AccountRows> &rows) {
            if (!self)
                return;
            Result<void> good = rows ? Result<void>() : Result<void>(rows.error());
            if (good)
                good = MailPlace { [this](const QByteArray &name) { return m_users.account(name) != nullptr; },
                    [this](const QByteArray &domain) {
                        return isDomain(domain);
                    } }.check(rows.value(), m_config);
            if (good) {
                Deletion entry;
                entry.rows = rows.value();
                const Account *account = m_users.account(each.user);
                entry.before = account ? account->state.value_or(AccountState::Active) : AccountState::Active;
                entry.archive = archiveNameOf(each.user, now);
                entry.admin = by.name;
                entry.reason = reason.trimmed();
                entry.time = now;
                reading->places.insert(each.user, each.place);
                reading->entries.append(entry);
            } else {
                release(each.user);
                const bool gone = good.error().code == ErrorCode::NotFound;
                answer(request, each.place, gone ? Outcomes::Code::Gone : Outcomes::Code::Refused,
                    good.error().detail.toUtf8());
            }
            if (--reading->open == 0)
                startDeleting(request, reading->entries, reading->places);
        });
    if (--request->open == 0)
        answered(request->targets);
}

void AccountActions::startDeleting(
    const RequestPtr &request, QList<Deletion> entries, const QHash<QByteArray, qsizetype> &places)
{
    if (entries.isEmpty())
        return;
    const Result<void> written = m_store.add(entries);
    for (const Deletion &entry : std::as_const(entries)) {
        const qsizetype place = places.value(entry.rows.user);
        if (!written) {
            release(entry.rows.user);
            answer(request, place, Outcomes::Code::Refused, written.error().detail.toUtf8());
            continue;
        }
        m_users.setDeleting(entry.rows.user, true);
        run(entry, false, [=, this](const Deletion &, DeletionRun::End end, const Result<void> &result) {
            if (result)
                answer(request, place, Outcomes::Code::Done, {});
            else
                answer(request, place, Outcomes::Code::Refused,
                    result.error().detail.toUtf8()
                        + (end == DeletionRun::End::Stuck ? " It is not undone yet; the agent goes on trying."
                                                          : " The account is as it was."));
        });
    }
}

void AccountActions::restoreAccounts(const QList<RowId> &deleted, const Actions::Answered &answered)
{
    const auto request = std::make_shared<Request>(Request { {}, deleted.size() + 1, answered });
    for (const RowId id : deleted)
        request->targets.append({ id, Outcomes::Code::Gone, {} });
    QByteArray refusal = m_hands.accounts.changeRefusal();
    if (refusal.isEmpty())
        refusal = mailRefusal();
    const QPointer<AccountActions> self(this);
    for (qsizetype place = 0; place < deleted.size(); ++place) {
        const auto found = m_kept.constFind(deleted[place]);
        if (found == m_kept.cend()) {
            answer(request, place, Outcomes::Code::Gone, {});
            continue;
        }
        if (!refusal.isEmpty() || m_busy.contains(found->rows.user)) {
            answer(request, place, Outcomes::Code::Refused,
                refusal.isEmpty() ? QByteArray("Something is being done to this account just now.") : refusal);
            continue;
        }
        const Deletion entry = *found;
        m_busy.insert(entry.rows.user);
        m_hands.accounts.read(entry.rows.user, [=, this](const Result<AccountRows> &rows) {
            if (!self)
                return;
            if (!rows && rows.error().code == ErrorCode::NotFound) {
                startRestoring(request, place, entry);
                return;
            }
            release(entry.rows.user);
            answer(request, place, Outcomes::Code::Refused,
                rows ? "The address " + entry.rows.user
                        + " is taken meanwhile: an account of this name exists. Its mail and this one's are not mixed."
                     : rows.error().detail.toUtf8());
        });
    }
    if (--request->open == 0)
        answered(request->targets);
}

void AccountActions::startRestoring(const RequestPtr &request, qsizetype place, Deletion entry)
{
    entry.goal = Deletion::Goal::Restore;
    entry.step = Deletion::Step::MailBack;
    if (const Result<void> written = m_store.update(entry); !written) {
        release(entry.rows.user);
        answer(request, place, Outcomes::Code::Refused, written.error().detail.toUtf8());
        return;
    }
    run(entry, false, [=, this](const Deletion &, DeletionRun::End end, const Result<void> &result) {
        if (result)
            answer(request, place, Outcomes::Code::Done, {});
        else
            answer(request, place, Outcomes::Code::Refused,
                result.error().detail.toUtf8()
                    + (end == DeletionRun::End::Stuck ? " It is not finished; the agent goes on trying." : ""));
    });
}

// Runs

void AccountActions::run(const Deletion &entry, bool resumed, DeletionRun::Finished finished)
{
    DeletionRun::Settings settings;
    settings.graceMs = m_config.graceMs;
    settings.resumed = resumed;
    settings.stateOf = [this](const QByteArray &user) {
        const Account *account = m_users.account(user);
        return account ? account->state : std::nullopt;
    };
    auto made = std::make_unique<DeletionRun>(entry, m_hands, m_store, m_clock, std::move(settings));
    DeletionRun *run = made.get();
    m_runs[entry.number] = std::move(made);
    run->start([this, finished](const Deletion &now, DeletionRun::End end, const Result<void> &result) {
        onRunEnded(now, end, result);
        if (finished)
            finished(now, end, result);
    });
}

void AccountActions::onRunEnded(const Deletion &entry, DeletionRun::End end, const Result<void> &result)
{
    if (const auto run = m_runs.find(entry.number); run != m_runs.end()) {
        run->second.release()->deleteLater(); // it is calling us
        m_runs.erase(run);
    }
    if (end == DeletionRun::End::Stuck) {
        m_stuck[entry.number] = { entry, result.error().detail.toUtf8() };
        qCWarning(lcAgent, "%s: %s", entry.rows.user.constData(), qUtf8Printable(result.error().detail));
    } else {
        m_users.setDeleting(entry.rows.user, false);
        release(entry.rows.user);
        if (end == DeletionRun::End::Kept)
            show(entry);
        else
            hide(entry);
        m_hands.accounts.look([] {});
    }
    showStatus();
}

void AccountActions::retryStuck()
{
    const auto stuck = std::exchange(m_stuck, {});
    for (const auto &[number, entry] : stuck)
        run(entry.first, true, {});
}

void AccountActions::purgeDue()
{
    const qint64 wall = m_clock.nowUs();
    const qint64 monotonic = m_clock.monotonicUs();
    if (wall - m_wall > monotonic - m_monotonic + JumpUs)
        m_holdPurges = monotonic + HoldUs;
    m_wall = wall;
    m_monotonic = monotonic;
    if (m_kept.isEmpty())
        return;
    if (const Result<void> written = m_store.setValue(QString::fromLatin1(SeenKey), QByteArray::number(wall)); !written)
        qCWarning(lcAgent, "%s", qUtf8Printable(written.error().detail));
    if (monotonic < m_holdPurges)
        return;
    const QList<Deletion> kept = m_kept.values();
    for (Deletion entry : kept) {
        if (entry.goal != Deletion::Goal::Kept || entry.purge > wall || m_busy.contains(entry.rows.user))
            continue;
        entry.goal = Deletion::Goal::Purge;
        if (const Result<void> written = m_store.update(entry); !written) {
            qCWarning(lcAgent, "%s", qUtf8Printable(written.error().detail));
            return;
        }
        m_kept.insert(idOf(entry), entry);
        m_busy.insert(entry.rows.user);
        run(entry, false, {});
    }
}

// What is shown

RowId AccountActions::idOf(const Deletion &entry) const
{
    return m_registry.ids().ofKey("deleted", QByteArray::number(entry.number));
}

void AccountActions::show(const Deletion &entry)
{
    const RowId id = idOf(entry);
    m_kept.insert(id, entry);
    const auto known = [](bool is, auto value) { return is ? Value(value) : Value(); };
    const std::array<ChangeLog::Cell, 7> cells { {
        { deleted::User, entry.rows.user },
        { deleted::Deleted, entry.time },
        { deleted::Admin, entry.admin },
        { deleted::Reason, entry.reason },
        { deleted::Archive, known(entry.archived, m_config.archive + '/' + entry.archive) },
        { deleted::MailboxBytes, known(entry.bytes >= 0, entry.bytes) },
        { deleted::Purge, entry.purge },
    } };
    m_registry.put(TableId::Deleted, id, cells);
}

void AccountActions::hide(const Deletion &entry)
{
    m_kept.remove(idOf(entry));
    m_registry.remove(TableId::Deleted, idOf(entry));
}

void AccountActions::showStatus()
{
    SourceStatus status;
    status.source = "acting";
    if (!m_stuck.empty()) {
        const auto &[entry, why] = m_stuck.begin()->second;
        status.state = SourceStatus::State::Degraded;
        status.detail = QByteArray::number(qsizetype(m_stuck.size()))
            + " accounts are neither deleted nor as they were; the agent tries again every half minute. "
            + entry.rows.user + ": " + why;
        status.mend = "mailhelmd doctor";
    }
    m_registry.setSource(status);
}

bool AccountActions::isDomain(const QByteArray &domain) const
{
    const Table &rows = m_registry.log(TableId::Users)->table();
    const Column &users = rows.column(users::User);
    const QByteArray ending = '@' + domain;
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot)
        if (rows.isLive(slot) && users.isKnown(slot) && users.folded(slot).endsWith(ending))
            return true;
    return false;
}

QByteArray AccountActions::mailRefusal() const
{
    if (m_config.archive.isEmpty())
        return "No archive is configured, where the mail would go. In [accounts]: archive = \"/srv/archive\"";
    if (m_config.mailRoots.isEmpty())
        return "Below which folders mail may be moved is not configured. In [accounts]: mail_roots = [\"/var/vmail\"]";
    return MailMover::refusal(m_config.mailSocket);
}

QList<Refusal> AccountActions::refusals() const
{
    QList<Refusal> refusals;
    const QByteArray accounts = m_hands.accounts.changeRefusal();
    if (!accounts.isEmpty())
        refusals.append({ "set-account", accounts });
    else
        for (const AccountChange change : { AccountChange::Enable, AccountChange::Block, AccountChange::Disable })
            if (const QByteArray why = m_hands.accounts.stateRefusal(stateOf(change)); !why.isEmpty())
                refusals.append({ actionName(change), why });
    const QByteArray moving = accounts.isEmpty() ? mailRefusal() : accounts;
    if (!moving.isEmpty())
        for (const char *action : { "delete", "restore" })
            refusals.append({ action, moving });
    return refusals;
}

} // namespace mailhelm
