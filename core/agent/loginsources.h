// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/loginledger.h"
#include "core/agent/sources/lastlogins.h"
#include "core/agent/sources/loginhistory.h"

#include <QTimer>

#include <vector>

namespace mailhelm
{

/// The ledger of logins, and all that tells it something: the logs as they are written, those of the past, and a
/// server's own record. Main thread; what it is given outlives it.
class LoginSources : public QObject
{
    Q_OBJECT
public:
    /// `keep`: in the state folder, across restarts.
    LoginSources(const Config &config, Registry &registry, const Clock &clock, bool keep, QObject *parent = nullptr);
    ~LoginSources() override;

    /// Before they start. Old logs are read as soon as the ledger knows what it knew, and the sessions' sources are
    /// live.
    void watch(const std::vector<std::unique_ptr<SessionSource>> &sessions);
    [[nodiscard]] LoginLedger &ledger() { return m_ledger; }

private:
    [[nodiscard]] static LoginLedger::Settings ledgerSettings(const Config &config, bool keep);
    [[nodiscard]] static LoginHistory::Settings historySettings(const Config &config);
    void onCoverage(const SessionSource &session);
    void plan();
    void startLastLogins(Registry &registry);
    void readOldLogs();
    [[nodiscard]] QList<HistoryLog> oldLogs();

    const Config &m_config;
    LoginLedger m_ledger;
    LoginHistory m_history; ///< after the ledger: it ends before
    std::unique_ptr<LastLogins> m_lastLogins; ///< nullptr: none is configured
    QList<const SessionSource *> m_sessions;
    QHash<QByteArray, qint64> m_completeSince; ///< by source, as it was last told
    QTimer m_historyTimer;
    bool m_gap = false; ///< the last look found one
    bool m_wanted = true; ///< old logs may say something that is not known
};

/// Logins as master users are administrators' visits: `[logins] master_users`.
[[nodiscard]] LoginRules loginRules(const LoginsConfig &logins);

} // namespace mailhelm
