// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/accountdatabase.h"
#include "core/agent/sources/accountpreset.h"
#include "core/agent/sources/accountsource.h"
#include "core/agent/sources/sqlworker.h"
#include "core/base/clock.h"

#include <QTimer>

#include <memory>

namespace mailhelm
{

/// The accounts in a SQL database, by a preset. Everything that waits for the database runs on a SqlWorker's thread.
class SqlAccounts final : public AccountSource
{
    Q_OBJECT
public:
    static constexpr int WatchedEveryMs = 30'000;
    static constexpr int UnwatchedEveryMs = 600'000;
    /// A list of 200,000 accounts takes a second or two; a database that takes longer than this is not fit to be
    /// watched.
    static constexpr int ListDeadlineMs = 30'000;

    /// Where mail lies: see mailLocation().
    struct Settings {
        QByteArray mail; ///< `mail` of [accounts]
        QList<QByteArray> mailRoots;
    };

    SqlAccounts(
        const DatabaseUrl &url, AccountPreset preset, Settings settings, const Clock &clock, QObject *parent = nullptr);

    void start() override;
    void setWatched(bool watched) override;
    void look(std::function<void()> done) override;

    [[nodiscard]] QByteArray changeRefusal() const override;
    [[nodiscard]] QByteArray stateRefusal(AccountState state) const override { return m_preset.stateRefusal(state); }
    [[nodiscard]] QSet<QByteArray> recordedServices() const override { return m_preset.records; }

    void setState(const QByteArray &user, AccountState state, Answer<void> answer) override;
    void read(const QByteArray &user, Answer<AccountRows> answer) override;
    void revert(const AccountRows &rows, AccountState before, Answer<void> answer) override;
    void remove(const AccountRows &rows, Answer<void> answer) override;
    void restore(const AccountRows &rows, Answer<void> answer) override;

private:
    void list();
    void onListed(const Result<accountdatabase::Listing> &listing);
    void tell(const SourceStatus &status);
    [[nodiscard]] Error withMend(const Error &error) const;
    /// `job` on the worker with the preset; after a change the accounts are looked at again.
    void change(std::function<Result<void>(QSqlDatabase &, const AccountPreset &)> job, const Answer<void> &answer);

    SqlWorker m_worker;
    const AccountPreset m_preset;
    const Settings m_settings;
    const Clock &m_clock;
    QTimer m_timer;
    bool m_listing = false;
    bool m_again = false; ///< somebody asked for a look while one was under way, which may have begun too early
    QList<std::function<void()>> m_waiting; ///< for the look that is under way
    QList<std::function<void()>> m_next; ///< for the one after it
    std::optional<SourceStatus> m_told;
    QByteArray m_refusal;
};

} // namespace mailhelm
