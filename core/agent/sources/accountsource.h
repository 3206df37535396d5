// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/base/result.h"

#include <QObject>
#include <QSet>
#include <QVariant>

#include <functional>

namespace mailhelm
{

/// Every row that makes up an account, verbatim, so that it can be put back as it was. Kept in the agent's store.
struct AccountRows {
    struct Rows {
        QByteArray table; ///< or the name of a file
        QList<QByteArray> columns;
        QList<QVariantList> values; ///< a list for each row, a value for each column
    };
    QByteArray user;
    QByteArray mail; ///< the folder that holds the mail, as far as the database names it; empty: it does not
    QList<Rows> tables; ///< in the order in which they are put back; taken out from the last to the first
};

/// The accounts of a mail server: who there is, and how accounts are changed. Lives in the agent's main thread and
/// never blocks it: whatever waits for a database or a disk does so on a thread of its own, with a deadline.
///
/// What changes something is one transaction each, and idempotent: done again, it succeeds and changes nothing.
class AccountSource : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    template<typename T>
    using Answer = std::function<void(Result<T>)>;

    virtual void start() = 0;
    /// Somebody looks: every half minute; nobody does: every ten minutes.
    virtual void setWatched(bool watched) = 0;
    /// Looks now, then calls `done`, whatever came of it. After the scan that it brought.
    virtual void look(std::function<void()> done) = 0;

    /// Why accounts cannot be changed here, and what mends it; empty = they can.
    [[nodiscard]] virtual QByteArray changeRefusal() const = 0;
    /// Why no account can be put into this state here, as whoever knows this kind of database says it; empty = it can.
    [[nodiscard]] virtual QByteArray stateRefusal(AccountState state) const = 0;

    /// By which services the logins are that the database itself records (Account::lastLogin), as
    /// LoginEvidence::service has them; empty: it records none.
    [[nodiscard]] virtual QSet<QByteArray> recordedServices() const { return {}; }

    // Each is answered once, through the event loop. NotFound: there is no such account.
    virtual void setState(const QByteArray &user, AccountState state, Answer<void> answer) = 0;
    virtual void read(const QByteArray &user, Answer<AccountRows> answer) = 0;
    /// Takes setState() back: the account is in the state `before` again, and all of these rows that are still there
    /// are as they are here, whatever a state changed besides. Rows that went or came meanwhile are left alone.
    virtual void revert(const AccountRows &rows, AccountState before, Answer<void> answer) = 0;
    /// Takes out exactly these rows.
    virtual void remove(const AccountRows &rows, Answer<void> answer) = 0;
    /// Puts them back. Conflict: the address is taken by now, or something else stands in the way; nothing is changed.
    virtual void restore(const AccountRows &rows, Answer<void> answer) = 0;

Q_SIGNALS:
    void scanned(const mailhelm::AccountScan &scan);
    /// Down: the accounts of the last scan are the last known ones.
    void statusChanged(const mailhelm::SourceStatus &status);
};

} // namespace mailhelm
