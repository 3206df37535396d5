// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/acting.h"
#include "core/agent/admins.h"
#include "core/agent/config.h"
#include "core/agent/dispatcher.h"
#include "core/agent/historykeeper.h"
#include "core/agent/loginsources.h"
#include "core/agent/registry.h"
#include "core/agent/sources/accountsource.h"
#include "core/agent/sources/dovecotsizes.h"
#include "core/agent/sources/webmailsource.h"
#include "core/agent/usertable.h"
#include "core/agent/webmails.h"
#include "core/base/clock.h"
#include "core/protocol/messages.h"

#include <memory>
#include <vector>

namespace mailhelm
{

/// Where the agent learns of people, beside the logs. Made by app/agent.
struct PeopleSources {
    std::vector<std::unique_ptr<WebmailSource>> webmail;
    std::unique_ptr<AccountSource> accounts; ///< nullptr: none is configured
    std::unique_ptr<DovecotSizes> sizes; ///< of accounts whose database has none; nullptr: nobody can say
};

/// All that the agent knows of people, put together: webmail sessions, accounts, logins, and what may be done to them.
/// As Agent is for connections. Main thread; everything it is given outlives it.
class People : public QObject
{
    Q_OBJECT
public:
    People(const Config &config, Registry &registry, const Clock &clock, QObject *parent = nullptr);
    ~People() override;

    /// Before the sessions' sources start, and before start(). `keep`: remember across restarts.
    void watchLogins(const std::vector<std::unique_ptr<SessionSource>> &sessions, bool keep);
    /// Webmail sessions that are over go there. Before start().
    void keepHistory(HistoryKeeper &history);
    void start(PeopleSources sources);
    /// Lets accounts be acted on, where there is a database of them. `live`: how the agent looks and acts. After
    /// start().
    void act(Store &store, LiveSessions::Hands live);
    /// Whether somebody watches the table.
    void setWatched(TableId table, bool watched);
    /// Looks at the sources of the table again now. False: none of them is ours.
    bool refresh(TableId table, const std::function<void()> &done);

    /// Who logged in when; nullptr before watchLogins().
    [[nodiscard]] LoginLedger *logins() const { return m_logins ? &m_logins->ledger() : nullptr; }
    [[nodiscard]] Webmails &webmails() { return m_webmails; }

    void endSessions(const QList<RowId> &webmail, const Actions::Answered &answered);
    void setAccounts(AccountChange change, const QList<RowId> &users, const Actions::Answered &answered);
    void deleteAccounts(
        const QList<RowId> &users, const QByteArray &reason, const Admin &by, const Actions::Answered &answered);
    void restoreAccounts(const QList<RowId> &deleted, const Actions::Answered &answered);
    /// What the audit calls the row; empty for tables that are not ours.
    [[nodiscard]] QByteArray describe(TableId table, RowId row) const;
    /// What cannot be done here whoever asks.
    [[nodiscard]] QList<Refusal> refusals() const;

private:
    /// nullptr: see noActing().
    [[nodiscard]] AccountActions *accountActions() const;
    [[nodiscard]] QByteArray noActing() const;
    void joinLogins();
    void startSizes(DovecotSizes &sizes);
    void onAccounts(const AccountScan &scan);

    const Config &m_config;
    Registry &m_registry;
    const Clock &m_clock;
    std::unique_ptr<LoginSources> m_logins;
    PeopleSources m_sources; ///< but for the webmails, which m_webmails has
    UserTable m_users;
    Webmails m_webmails;
    std::unique_ptr<Acting> m_acting; ///< nullptr: there are no accounts to act on
};

} // namespace mailhelm
