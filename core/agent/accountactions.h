// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/deletionrun.h"
#include "core/agent/dispatcher.h"
#include "core/agent/registry.h"
#include "core/agent/usertable.h"

#include <QHash>
#include <QSet>
#include <QTimer>

#include <map>
#include <memory>

namespace mailhelm
{

/// Enables, blocks, disables, deletes and restores accounts, and keeps the table `deleted`. An answer is given when all
/// of it is done and was looked at again, or undone. Main thread; everything it is given outlives it.
class AccountActions : public QObject
{
    Q_OBJECT
public:
    AccountActions(const AccountsConfig &config, Registry &registry, Store &store, UserTable &users, AccountHands hands,
        const Clock &clock);
    ~AccountActions() override;

    /// Shows what the journal holds. Once, before anything else.
    Result<void> load();
    /// Goes on with what an earlier agent left half done, and purges what is due. Once, when the accounts are known.
    void resume();

    void setAccounts(AccountChange change, const QList<RowId> &users, const Actions::Answered &answered);
    void deleteAccounts(
        const QList<RowId> &users, const QByteArray &reason, const Admin &by, const Actions::Answered &answered);
    void restoreAccounts(const QList<RowId> &deleted, const Actions::Answered &answered);
    /// What cannot be done here whoever asks.
    [[nodiscard]] QList<Refusal> refusals() const;
    /// Looks for what can no longer be restored. By itself every minute; a wall clock that jumps ahead makes it wait.
    void purgeDue();

private:
    /// The answers to one request.
    struct Request {
        QList<Outcomes::Target> targets;
        qsizetype open = 0;
        Actions::Answered answered;
    };
    using RequestPtr = std::shared_ptr<Request>;
    struct Wanted {
        qsizetype place;
        QByteArray user;
    };

    [[nodiscard]] QList<Wanted> claim(
        const RequestPtr &request, const QList<RowId> &users, const std::function<QByteArray(const QByteArray &)> &why);
    void answer(const RequestPtr &request, qsizetype place, Outcomes::Code code, const QByteArray &why);
    void release(const QByteArray &user);

    void changeOne(const RequestPtr &request, const Wanted &wanted, AccountChange change);
    void endLive(const RequestPtr &request, const Wanted &wanted, AccountChange change, const QByteArray &trouble);
    void startDeleting(const RequestPtr &request, QList<Deletion> entries, const QHash<QByteArray, qsizetype> &places);
    void startRestoring(const RequestPtr &request, qsizetype place, Deletion entry);
    void run(const Deletion &entry, bool resumed, DeletionRun::Finished finished);
    void onRunEnded(const Deletion &entry, DeletionRun::End end, const Result<void> &result);
    void retryStuck();
    void show(const Deletion &entry);
    void hide(const Deletion &entry);
    void showStatus();
    [[nodiscard]] RowId idOf(const Deletion &entry) const;
    [[nodiscard]] bool isDomain(const QByteArray &domain) const;
    [[nodiscard]] QByteArray mailRefusal() const;

    const AccountsConfig &m_config;
    Registry &m_registry;
    Store &m_store;
    UserTable &m_users;
    const AccountHands m_hands;
    const Clock &m_clock;
    QSet<QByteArray> m_busy; ///< users that something is being done to
    QHash<RowId, Deletion> m_kept; ///< rows of the table `deleted`
    std::map<qint64, std::unique_ptr<DeletionRun>> m_runs; ///< by number of the entry
    std::map<qint64, std::pair<Deletion, QByteArray>> m_stuck; ///< and why; tried again from time to time
    bool m_resumed = false;
    QTimer m_purgeTimer;
    QTimer m_retryTimer;
    qint64 m_wall = 0; ///< both clocks when they were looked at last
    qint64 m_monotonic = 0;
    qint64 m_holdPurges = 0; ///< until then (monotonic): the wall clock jumped ahead
};

} // namespace mailhelm
