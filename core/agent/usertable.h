// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/registry.h"
#include "core/agent/sources/keptsizes.h"

#include <QHash>
#include <QMultiHash>
#include <QObject>
#include <QSet>

#include <functional>
#include <optional>

namespace mailhelm
{

/// The table `users`: what the account database says of each account, joined with what the ledger knows of its last
/// login. Writes rows into the registry, a slice at each return to the event loop, so that 200,000 accounts stop
/// nobody; only rows that changed are written. Main thread.
///
/// An account is the name that the database has, letter by letter. Logins find it whatever the case of their letters,
/// since Dovecot lower-cases what people type unless it was told otherwise (auth_username_format = %Lu): two accounts
/// that differ by case alone share their logins, so that neither is taken for asleep.
class UserTable : public QObject
{
    Q_OBJECT
public:
    explicit UserTable(Registry &registry, QObject *parent = nullptr);

    /// All accounts; what is not in it is gone.
    void setScan(const AccountScan &scan);
    /// Calls `done` when all that was set before is in the registry.
    void whenApplied(std::function<void()> done);

    /// When somebody last logged in, by the agent's own evidence.
    struct Login {
        qint64 time = 0; ///< µs
        QByteArray service;
        Address address; ///< null = not known
        friend bool operator==(const Login &, const Login &) = default;
    };
    /// The newest login of a user by any service, by the agent's own evidence. `latest` finds a user whatever the case
    /// of the name; it outlives this, or is taken away.
    using Latest = std::function<std::optional<Login>(const QByteArray &user)>;
    void setLogins(Latest latest);
    /// `latest` would say something else of this user.
    void loginChanged(const QByteArray &user);
    /// It would of any.
    void loginsChanged() { putAllLater(); }
    /// Since when every login would have been seen; nullopt: nobody can say.
    void setWatchedSince(std::optional<qint64> time);

    /// The account is on its way out: shown as `deleting`, and kept as a row even when the database has it no more.
    /// May be said before the account is known.
    void setDeleting(const QByteArray &user, bool deleting);
    /// Of accounts whose database has no size: what Dovecot said. `measured` outlives this, or is taken away.
    using Measured = std::function<std::optional<MeasuredSize>(const QByteArray &user)>;
    void setMeasured(Measured measured);
    /// `measured` would say something else of this user.
    void measuredChanged(const QByteArray &user);

    [[nodiscard]] RowId idOf(const QByteArray &user) const;
    /// nullopt: no row has this id (any more).
    [[nodiscard]] std::optional<QByteArray> userOf(RowId id) const;
    /// nullptr: the database has no such account. Valid until the event loop is reached.
    [[nodiscard]] const Account *account(const QByteArray &user) const;
    /// The newer of the ledger's evidence and the server's own record; nullopt: none is known.
    struct Evidence {
        Login login;
        bool serversOwn = false; ///< the account database said so, not the ledger
    };
    [[nodiscard]] std::optional<Evidence> lastLogin(const QByteArray &user) const;
    [[nodiscard]] qsizetype size() const { return m_entries.size(); }
    /// Whether the database has the account, but not its size or not its quota. Not of one that is on its way out: to
    /// measure a mailbox may make its folders anew.
    [[nodiscard]] bool lacksSize(const QByteArray &user) const;
    /// All such accounts, in no order.
    [[nodiscard]] QList<QByteArray> withoutSize() const;

private:
    struct Entry {
        Account account;
        RowId id = 0;
        quint32 seen = 0; ///< number of the last scan that had it
        bool present = false; ///< the last scan has it
        bool deleting = false;
    };
    using Entries = QHash<QByteArray, Entry>;

    void work();
    void workLater();
    bool applySlice();
    void put(const Entry &entry);
    void drop(const QByteArray &user);
    [[nodiscard]] static bool lacksSize(const Entry &entry);
    [[nodiscard]] std::optional<Evidence> evidenceFor(const Account &account) const;
    void putAllLater();
    /// The accounts that a login as `name` may be one of.
    [[nodiscard]] QList<QByteArray> accountsOf(const QByteArray &name) const;

    Registry &m_registry;
    Entries m_entries;
    QHash<RowId, QByteArray> m_users;
    QSet<QByteArray> m_leaving; ///< on their way out, known or not
    QMultiHash<QByteArray, QByteArray> m_variants; ///< folded name → account, of those that are not folded
    Latest m_latest;
    Measured m_measured;
    std::optional<qint64> m_watchedSince;

    std::optional<QList<Account>> m_next; ///< waits until the one that is being applied is in
    QList<Account> m_scan;
    qsizetype m_at = 0; ///< what of m_scan is in
    quint32 m_number = 0;
    bool m_applying = false;
    QList<QByteArray> m_stale; ///< rows to write anew
    bool m_scheduled = false;
    QList<std::function<void()>> m_waiting;
};

} // namespace mailhelm
