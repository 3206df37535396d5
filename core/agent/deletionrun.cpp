// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/deletionrun.h"

namespace mailhelm
{

namespace
{

/// Whether the change was certainly not made: what asks the database was answered by it, or never reached it.
bool isDefinite(ErrorCode code)
{
    return code != ErrorCode::TimedOut && code != ErrorCode::Unavailable && code != ErrorCode::Io;
}

Error noArchive()
{
    return { ErrorCode::Unavailable,
        QStringLiteral(
            "No archive is configured, where the mail would go. In [accounts]: archive = \"/srv/archive\"") };
}

} // namespace

DeletionRun::DeletionRun(Deletion entry, const AccountHands &hands, Store &store, const Clock &clock, Settings settings)
    : m_entry(std::move(entry))
    , m_hands(hands)
    , m_store(store)
    , m_clock(clock)
    , m_settings(std::move(settings))
{
}

void DeletionRun::start(Finished finished)
{
    m_finished = std::move(finished);
    QMetaObject::invokeMethod(this, &DeletionRun::go, Qt::QueuedConnection);
}

/// Takes the step that is written down.
void DeletionRun::go()
{
    switch (m_entry.goal) {
    case Goal::Undo:
        undoMail();
        return;
    case Goal::UndoRestore:
        moveOutAgain();
        return;
    case Goal::Purge:
        purge();
        return;
    case Goal::Kept:
        finish(End::Kept, m_result);
        return;
    case Goal::Delete:
    case Goal::Restore:
        break;
    }
    switch (m_entry.step) {
    case Step::LoginOff:
        turnOff(AccountState::Disabled);
        return;
    case Step::CacheFlush:
        flushCache();
        return;
    case Step::SessionsEnd:
        endSessions();
        return;
    case Step::MailMove:
        moveMail();
        return;
    case Step::RowsRemove:
        removeRows();
        return;
    case Step::MailBack:
        bringMailBack();
        return;
    case Step::RowsBack:
        bringRowsBack();
        return;
    case Step::Done:
        break;
    }
    stuck({ ErrorCode::Corrupt, QStringLiteral("The journal holds a step that this version does not know.") });
}

bool DeletionRun::write(Goal goal, Step step)
{
    const Deletion before = m_entry;
    m_entry.goal = goal;
    m_entry.step = step;
    const Result<void> written = m_store.update(m_entry);
    if (written)
        return true;
    m_entry = before;
    stuck(written.error());
    return false;
}

void DeletionRun::goOn(Goal goal, Step step)
{
    m_settings.resumed = false;
    if (write(goal, step))
        go();
}

void DeletionRun::fail(Goal undo, const Error &error)
{
    m_result = error;
    goOn(undo, m_entry.step);
}

void DeletionRun::forget()
{
    if (const Result<void> removed = m_store.remove(m_entry); !removed)
        stuck(removed.error());
    else
        finish(End::Gone, m_result);
}

void DeletionRun::stuck(const Error &error)
{
    if (m_result)
        finish(End::Stuck, error);
    else
        finish(End::Stuck, Error { error.code, m_result.error().detail + QLatin1Char(' ') + error.detail });
}

void DeletionRun::finish(End end, const Result<void> &result)
{
    const Finished finished = std::move(m_finished);
    finished(m_entry, end, result); // may end this
}

void DeletionRun::askMail(mailwire::Verb verb, void (DeletionRun::*member)(const Result<qint64> &))
{
    if (!m_hands.mail) {
        (this->*member)(noArchive());
        return;
    }
    const QByteArray path = verb == mailwire::Verb::Purge ? QByteArray() : m_entry.rows.mail;
    m_hands.mail({ verb, m_entry.archive, path }, then(member));
}

// Deleting

void DeletionRun::turnOff(AccountState state)
{
    m_hands.accounts.setState(m_entry.rows.user, state,
        then(state == AccountState::Disabled ? &DeletionRun::onDisabled : &DeletionRun::onBlocked));
}

void DeletionRun::onDisabled(const Result<void> &result)
{
    if (!result && result.error().code == ErrorCode::Unsupported)
        turnOff(AccountState::Blocked); // databases that know no other way of turning logins off
    else
        onBlocked(result);
}

void DeletionRun::onBlocked(const Result<void> &result)
{
    if (result || (m_settings.resumed && result.error().code == ErrorCode::NotFound)) {
        goOn(Goal::Delete, Step::CacheFlush);
        return;
    }
    m_nothingDone = !m_settings.resumed && isDefinite(result.error().code);
    fail(Goal::Undo, result.error());
}

void DeletionRun::flushCache()
{
    if (m_hands.flush)
        m_hands.flush(m_entry.rows.user, then(&DeletionRun::onFlushed));
    else
        goOn(Goal::Delete, Step::SessionsEnd);
}

void DeletionRun::onFlushed(const Result<void> &result)
{
    if (result)
        goOn(Goal::Delete, Step::SessionsEnd);
    else
        fail(Goal::Undo, result.error());
}

void DeletionRun::endSessions()
{
    m_hands.live.end(m_entry.rows.user, [self = QPointer(this)](const QByteArray &why) {
        if (!self)
            return;
        if (why.isEmpty())
            self->goOn(Goal::Delete, Step::MailMove);
        else
            self->fail(Goal::Undo, { ErrorCode::Unavailable, QString::fromUtf8(why) });
    });
}

void DeletionRun::moveMail()
{
    askMail(mailwire::Verb::MoveOut, &DeletionRun::onMailMoved);
}

void DeletionRun::onMailMoved(const Result<qint64> &result)
{
    if (!result && result.error().code != ErrorCode::NotFound) {
        fail(Goal::Undo, result.error());
        return;
    }
    m_entry.archived = result.ok();
    m_entry.bytes = result ? result.value() : 0; // there was none
    goOn(Goal::Delete, Step::RowsRemove);
}

void DeletionRun::removeRows()
{
    // Removed before the agent ended, and made anew by somebody since: that one is another account.
    if (m_settings.resumed)
        if (const std::optional<AccountState> state = m_settings.stateOf(m_entry.rows.user);
            state == AccountState::Active) {
            onRowsRemoved({});
            return;
        }
    m_hands.accounts.remove(m_entry.rows, then(&DeletionRun::onRowsRemoved));
}

void DeletionRun::onRowsRemoved(const Result<void> &result)
{
    if (!result) {
        fail(Goal::Undo, result.error());
        return;
    }
    m_entry.purge = m_clock.nowUs() + m_settings.graceMs * 1000;
    goOn(Goal::Kept, Step::Done);
}

// Putting back what a deletion did. Logins come last, when all else is as it was.

void DeletionRun::undoMail()
{
    if (m_nothingDone)
        forget();
    else if (m_entry.step >= Step::MailMove)
        askMail(mailwire::Verb::Restore, &DeletionRun::onMailUndone);
    else
        undoRows();
}

void DeletionRun::onMailUndone(const Result<qint64> &result)
{
    if (result || result.error().code == ErrorCode::NotFound)
        undoRows();
    else
        stuck(result.error());
}

void DeletionRun::undoRows()
{
    m_hands.accounts.read(m_entry.rows.user, then(&DeletionRun::onReadToUndo));
}

void DeletionRun::onReadToUndo(const Result<AccountRows> &result)
{
    if (result)
        undoState();
    else if (result.error().code != ErrorCode::NotFound)
        stuck(result.error());
    else if (m_entry.step == Step::RowsRemove)
        m_hands.accounts.restore(m_entry.rows, then(&DeletionRun::onRowsUndone));
    else
        undoFlush(); // somebody else deleted it meanwhile
}

void DeletionRun::undoState()
{
    m_hands.accounts.revert(m_entry.rows, m_entry.before, then(&DeletionRun::onRowsUndone));
}

void DeletionRun::onRowsUndone(const Result<void> &result)
{
    if (result)
        undoFlush();
    else
        stuck(result.error());
}

void DeletionRun::undoFlush()
{
    if (m_hands.flush)
        m_hands.flush(m_entry.rows.user, then(&DeletionRun::onFlushUndone));
    else
        onFlushUndone({});
}

/// Whatever came of it: a refusal that is remembered is forgotten by itself.
void DeletionRun::onFlushUndone(const Result<void> &)
{
    if (m_result)
        m_result = Error { ErrorCode::Unavailable,
            QStringLiteral("The agent ended while it was undoing the deletion; that is done now.") };
    forget();
}

// Restoring

void DeletionRun::bringMailBack()
{
    if (m_entry.archived)
        askMail(mailwire::Verb::Restore, &DeletionRun::onMailBack);
    else
        goOn(Goal::Restore, Step::RowsBack);
}

void DeletionRun::onMailBack(const Result<qint64> &result)
{
    if (result)
        goOn(Goal::Restore, Step::RowsBack);
    else
        fail(Goal::UndoRestore, result.error());
}

void DeletionRun::bringRowsBack()
{
    m_hands.accounts.restore(m_entry.rows, then(&DeletionRun::onRowsBack));
}

void DeletionRun::onRowsBack(const Result<void> &result)
{
    if (!result && isDefinite(result.error().code))
        fail(Goal::UndoRestore, result.error());
    else if (!result)
        sortOutRows(result.error());
    else if (m_hands.flush)
        m_hands.flush(m_entry.rows.user, then(&DeletionRun::onFlushedBack)); // that it is not there may be remembered
    else
        forget();
}

/// The database did not answer: it may have done it all the same.
void DeletionRun::sortOutRows(const Error &error)
{
    m_hands.accounts.read(m_entry.rows.user, [self = QPointer(this), error](const Result<AccountRows> &result) {
        if (!self)
            return;
        if (!result && result.error().code == ErrorCode::NotFound)
            self->fail(Goal::UndoRestore, error);
        else
            self->stuck(error);
    });
}

void DeletionRun::onFlushedBack(const Result<void> &)
{
    forget();
}

void DeletionRun::moveOutAgain()
{
    if (m_entry.archived)
        askMail(mailwire::Verb::MoveOut, &DeletionRun::onMovedOutAgain);
    else
        onMovedOutAgain(0);
}

void DeletionRun::onMovedOutAgain(const Result<qint64> &result)
{
    if (result || result.error().code == ErrorCode::NotFound) {
        if (m_result)
            m_result = Error { ErrorCode::Unavailable, QStringLiteral("The agent ended while it was restoring.") };
        goOn(Goal::Kept, Step::Done);
    } else {
        stuck(result.error());
    }
}

// Purging

void DeletionRun::purge()
{
    askMail(mailwire::Verb::Purge, &DeletionRun::onPurged);
}

void DeletionRun::onPurged(const Result<qint64> &result)
{
    if (result)
        forget();
    else
        stuck(result.error());
}

} // namespace mailhelm
