// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/keptsizes.h"
#include "core/base/clock.h"

#include <QObject>
#include <QProcess>
#include <QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace mailhelm
{

/// Sizes of mailboxes as Dovecot has them, for accounts whose database has none: one account after the other, slowly,
/// never two at once, by `doveadm` (2.3, 2.4), which needs root or the rights of both the mail and Dovecot's userdb.
/// Where the quota plugin is set up, `quota get` tells size and limit (KiB), else the sum of `mailbox status vsize`.
///
/// A name is one argument of its own, never text for a shell; names that doveadm could take for an option or a mask
/// are not asked for. Of what it prints, only digits are used. Main thread, never waits.
class DovecotSizes final : public QObject
{
    Q_OBJECT
public:
    struct Settings {
        QByteArray config; ///< Dovecot's configuration
        QByteArray file; ///< where sizes are kept; empty: nowhere
        QByteArray program = "/usr/bin/doveadm";
        std::chrono::milliseconds watchedEvery { 250 };
        std::chrono::milliseconds unwatchedEvery { 2'000 };
        std::chrono::milliseconds deadline { 5'000 }; ///< then doveadm is killed
        std::chrono::milliseconds pause { 60'000 }; ///< after Dovecot did not answer
        std::chrono::microseconds again = std::chrono::hours(6); ///< each account, and after a refusal
    };
    static constexpr char Name[] = "sizes"; ///< in `sources`

    DovecotSizes(Settings settings, const Clock &clock, QObject *parent = nullptr);
    ~DovecotSizes() override;

    /// What was kept is known from then on. `wants`: whether an account (still) wants to be measured; asked just
    /// before.
    void start(std::function<bool(const QByteArray &user)> wants);
    /// All that want to be measured.
    void setAccounts(const QList<QByteArray> &users);
    void setWatched(bool watched);

    /// nullopt: it was not measured yet.
    [[nodiscard]] std::optional<MeasuredSize> sizeOf(const QByteArray &user) const { return m_kept.sizeOf(user); }
    /// Whether doveadm can be asked for it.
    [[nodiscard]] static bool canAsk(const QByteArray &user);

Q_SIGNALS:
    void measured(const QByteArray &user);
    void statusChanged(const mailhelm::SourceStatus &status);

private:
    enum class Question { Quota, Sum };

    void next();
    void ask(Question question);
    void take(QProcess::ProcessChannel channel, QByteArray &into);
    void onFinished(bool whole);
    void onAnswer();
    void onFailure(bool exited, int code);
    void cannotStart();
    void stopFor(std::chrono::microseconds span, const QByteArray &detail, const QByteArray &mend);
    void tell(const SourceStatus &status);
    [[nodiscard]] bool isDue(const QByteArray &user) const;

    const Settings m_settings;
    const Clock &m_clock;
    KeptSizes m_kept;
    std::function<bool(const QByteArray &)> m_wants;
    QList<QByteArray> m_accounts;
    qsizetype m_at = 0; ///< which of them is next
    QHash<QByteArray, qint64> m_failed; ///< when, µs of the monotonic clock
    qint64 m_pausedUntil = 0; ///< as well
    qint64 m_noQuotaUntil = 0; ///< as well: until then Dovecot is taken to have no quota
    int m_failures = 0; ///< in succession
    bool m_succeeded = false; ///< once

    QTimer m_timer;
    QTimer m_deadline;
    std::unique_ptr<QProcess> m_process; ///< the one under way
    QByteArray m_user; ///< whom it is about
    Question m_question = Question::Quota;
    QByteArray m_out;
    QByteArray m_err;
    bool m_tooMuch = false;
    std::optional<SourceStatus> m_told;
};

} // namespace mailhelm
