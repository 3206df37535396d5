// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/admins.h"
#include "core/agent/audit.h"

#include <functional>

namespace mailhelm
{

/// What the agent can do at a client's wish. Implemented by Agent, faked by tests. Main thread.
class Actions
{
public:
    virtual ~Actions() = default;
    /// Looks at the table's source again now, then calls `done`.
    virtual void refresh(TableId table, std::function<void()> done) = 0;
    /// Drops exactly these connections; `by` and its endpoint because nobody may drop the connection that they speak
    /// through.
    virtual QList<Outcomes::Target> drop(const QList<RowId> &ids, const Admin &by, const Endpoint &ownPeer) = 0;
    // What takes its time answers once, later, with one target for each id, in that order; or at once.
    using Answered = std::function<void(const QList<Outcomes::Target> &)>;
    virtual void endSessions(const QList<RowId> &webmail, Answered answered) = 0;
    virtual void setAccounts(AccountChange change, const QList<RowId> &users, Answered answered) = 0;
    virtual void deleteAccounts(const QList<RowId> &users, const QByteArray &reason, const Admin &by, Answered answered)
        = 0;
    virtual void restoreAccounts(const QList<RowId> &deleted, Answered answered) = 0;
    /// What the audit calls a row: "alice@example.org imap 203.0.113.7:51486".
    [[nodiscard]] virtual QByteArray describe(TableId table, RowId row) const = 0;
    virtual void journal(RowId id, std::function<void(Result<QList<QByteArray>>)> done) = 0;
    [[nodiscard]] virtual StatusReport status() const = 0;
};

/// What the audit, and Welcome's refusals, call it: enable, block, disable.
[[nodiscard]] const char *actionName(AccountChange change);

/// The one place where a request meets a right. Default-deny: a message that has no line in the table is refused,
/// whoever sends it. Main thread; everything it is given outlives it.
class Dispatcher
{
public:
    using Reply = std::function<void(Message)>;

    Dispatcher(Actions &actions, Audit &audit)
        : m_actions(actions)
        , m_audit(audit)
    {
    }

    /// The least role that may send the message; nullopt: nobody.
    [[nodiscard]] static std::optional<Role> leastRole(const Message &message);
    /// Carries out what is allowed and answers once through `reply`, perhaps later. Handles what looks at sources and
    /// what acts; the conversation itself (Hello, Subscribe, History, Ping …) is the Peer's, which asks leastRole()
    /// too.
    void handle(const Message &message, const Admin &admin, const Endpoint &ownPeer, Reply reply);

private:
    /// What a request wants to be done to which rows.
    struct Deed {
        const char *action; ///< as the audit has it
        TableId table;
        QList<RowId> ids;
        QByteArray detail; ///< for the audit, of every target that was done
        std::function<void(Actions::Answered)> run;
    };
    /// nullopt for a message that does nothing.
    [[nodiscard]] std::optional<Deed> deedOf(const Message &message, const Admin &admin, const Endpoint &ownPeer);
    [[nodiscard]] QByteArray targetOf(const Deed &deed) const;
    void act(const Deed &deed, const Admin &admin, const Reply &reply);

    Actions &m_actions;
    Audit &m_audit;
};

} // namespace mailhelm
