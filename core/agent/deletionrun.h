// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/deletion.h"
#include "core/agent/livesessions.h"
#include "core/agent/store.h"
#include "core/base/clock.h"
#include "core/mail/mailmessage.h"

#include <QObject>
#include <QPointer>

#include <functional>

namespace mailhelm
{

/// What acting on accounts takes. Each function answers once, later, and may be asked again.
struct AccountHands {
    AccountSource &accounts;
    LiveSessions &live;
    /// Makes Dovecot forget a user's password; empty: no Dovecot is configured, which has nothing to forget.
    std::function<void(const QByteArray &user, std::function<void(Result<void>)> answer)> flush;
    /// mailhelm-mail; empty: no archive is configured.
    std::function<void(const mailwire::Request &request, std::function<void(Result<qint64>)> answer)> mail;
};

/// One entry of the journal on its way: takes its steps one after the other, each written down before. Where a step of
/// a deletion or a restore fails, it puts back what was done, and then the entry is as it was before, or gone. Main
/// thread; whoever ends it, ends it between two steps, and another one goes on from the store.
class DeletionRun : public QObject
{
    Q_OBJECT
public:
    struct Settings {
        qint64 graceMs = 0;
        /// The agent was started meanwhile: the step at hand may have been taken, and others may have acted.
        bool resumed = false;
        /// As the account database had it at last; nullopt: it has no such account, or does not say.
        std::function<std::optional<AccountState>(const QByteArray &user)> stateOf;
    };
    enum class End {
        Kept, ///< in the store as a deleted account
        Gone, ///< no longer in the store
        Stuck, ///< in the store as it stands: to be run again
    };
    using Finished = std::function<void(const Deletion &entry, End end, const Result<void> &result)>;

    /// `entry` is in the store.
    DeletionRun(Deletion entry, const AccountHands &hands, Store &store, const Clock &clock, Settings settings);

    /// Answers once, through the event loop. An error says why what was wanted is not done; it is undone, but for
    /// Stuck.
    void start(Finished finished);

private:
    using Goal = Deletion::Goal;
    using Step = Deletion::Step;

    void go();
    void turnOff(AccountState state);
    void flushCache();
    void endSessions();
    void moveMail();
    void removeRows();
    void undoMail();
    void undoRows();
    void undoState();
    void undoFlush();
    void bringMailBack();
    void bringRowsBack();
    void sortOutRows(const Error &error);
    void moveOutAgain();
    void purge();

    void goOn(Goal goal, Step step);
    [[nodiscard]] bool write(Goal goal, Step step);
    void fail(Goal undo, const Error &error);
    void forget();
    void stuck(const Error &error);
    void finish(End end, const Result<void> &result);
    /// Makes an answer that only reaches a run that still is.
    template<typename T>
    [[nodiscard]] std::function<void(Result<T>)> then(void (DeletionRun::*member)(const Result<T> &))
    {
        return [self = QPointer<DeletionRun>(this), member](const Result<T> &result) {
            if (self)
                (self->*member)(result);
        };
    }
    void askMail(mailwire::Verb verb, void (DeletionRun::*member)(const Result<qint64> &));
    void onDisabled(const Result<void> &result);
    void onBlocked(const Result<void> &result);
    void onFlushed(const Result<void> &result);
    void onMailMoved(const Result<qint64> &result);
    void onRowsRemoved(const Result<void> &result);
    void onMailUndone(const Result<qint64> &result);
    void onReadToUndo(const Result<AccountRows> &result);
    void onRowsUndone(const Result<void> &result);
    void onFlushUndone(const Result<void> &result);
    void onMailBack(const Result<qint64> &result);
    void onRowsBack(const Result<void> &result);
    void onFlushedBack(const Result<void> &result);
    void onMovedOutAgain(const Result<qint64> &result);
    void onPurged(const Result<qint64> &result);

    Deletion m_entry;
    const AccountHands &m_hands;
    Store &m_store;
    const Clock &m_clock;
    Settings m_settings;
    Finished m_finished;
    Result<void> m_result; ///< why what was wanted is being undone
    bool m_nothingDone = false; ///< the first step was refused: there is nothing to undo
};

} // namespace mailhelm
