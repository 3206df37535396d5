// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/accountsource.h"
#include "core/base/clock.h"

#include <QThreadPool>
#include <QTimer>

#include <optional>

namespace mailhelm
{

/// The accounts in a Dovecot passwd-file (passwdlines.h says what a state is there). When they were created, who
/// administers and how large they are, such a file does not say. Reads and writes on a thread of its own.
class PasswdFile final : public AccountSource
{
    Q_OBJECT
public:
    static constexpr int WatchedEveryMs = 30'000;
    static constexpr int UnwatchedEveryMs = 600'000;

    struct Settings {
        QByteArray path;
        QByteArray mail; ///< `mail` of [accounts]
        QList<QByteArray> mailRoots;
    };

    PasswdFile(Settings settings, const Clock &clock, QObject *parent = nullptr);
    /// Waits for the job that is under way.
    ~PasswdFile() override;

    void start() override;
    void setWatched(bool watched) override;
    void look(std::function<void()> done) override;

    [[nodiscard]] QByteArray changeRefusal() const override;
    [[nodiscard]] QByteArray stateRefusal(AccountState) const override { return {}; }

    void setState(const QByteArray &user, AccountState state, Answer<void> answer) override;
    void read(const QByteArray &user, Answer<AccountRows> answer) override;
    void revert(const AccountRows &rows, AccountState before, Answer<void> answer) override;
    void remove(const AccountRows &rows, Answer<void> answer) override;
    void restore(const AccountRows &rows, Answer<void> answer) override;

private:
    /// `job` on the thread, one after the other, `done` here.
    template<typename T>
    void run(std::function<Result<T>()> job, std::function<void(const Result<T> &)> done);
    void edit(std::function<Result<QByteArray>(const QByteArray &)> how, const Answer<void> &answer);
    void list(const std::function<void()> &done);

    const Settings m_settings;
    const Clock &m_clock;
    QThreadPool m_thread;
    QTimer m_timer;
    std::optional<SourceStatus> m_told;
};

} // namespace mailhelm
