// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/dispatcher.h"

#include "core/protocol/limits.h"

namespace mailhelm
{

namespace
{

/// One line a message that a client may send: who may.
struct Right {
    size_t message; ///< index into Message
    Role least;
};

template<typename T, size_t I = 0>
constexpr size_t indexOf()
{
    if constexpr (std::is_same_v<std::variant_alternative_t<I, Message>, T>)
        return I;
    else
        return indexOf<T, I + 1>();
}

constexpr std::array<Right, 14> Rights { {
    { indexOf<Hello>(), Role::Viewer },
    { indexOf<Subscribe>(), Role::Viewer },
    { indexOf<Unsubscribe>(), Role::Viewer },
    { indexOf<Refresh>(), Role::Viewer },
    { indexOf<History>(), Role::Viewer },
    { indexOf<Journal>(), Role::Viewer },
    { indexOf<Status>(), Role::Viewer },
    { indexOf<Ping>(), Role::Viewer },
    { indexOf<Enrol>(), Role::None },
    { indexOf<Drop>(), Role::Operator },
    { indexOf<End>(), Role::Operator },
    { indexOf<SetAccount>(), Role::Manager },
    { indexOf<Delete>(), Role::Owner },
    { indexOf<Restore>(), Role::Owner },
} };

const Right *rightOf(const Message &message)
{
    for (const Right &right : Rights)
        if (right.message == message.index())
            return &right;
    return nullptr;
}

QByteArrayView outcomeName(Outcomes::Code code)
{
    switch (code) {
    case Outcomes::Code::Done:
        return "done";
    case Outcomes::Code::Gone:
        return "gone";
    case Outcomes::Code::Refused:
        return "refused";
    }
    return {};
}

} // namespace

const char *actionName(AccountChange change)
{
    switch (change) {
    case AccountChange::Enable:
        return "enable";
    case AccountChange::Block:
        return "block";
    case AccountChange::Disable:
        return "disable";
    }
    return "";
}

std::optional<Role> Dispatcher::leastRole(const Message &message)
{
    const Right *right = rightOf(message);
    return right ? std::optional(right->least) : std::nullopt;
}

void Dispatcher::handle(const Message &message, const Admin &admin, const Endpoint &ownPeer, Reply reply)
{
    const Right *right = rightOf(message);
    if (!right) {
        reply(Failed { ErrorCode::Refused, "No administrator may send this." });
        return;
    }
    const std::optional<Deed> deed = deedOf(message, admin, ownPeer);
    if (admin.role < right->least) {
        const QByteArray why = "This needs the role " + roleName(right->least).toByteArray() + "; you are "
            + roleName(admin.role).toByteArray() + ". On the host: mailhelmd revoke and enroll give another one.";
        if (deed)
            m_audit.note(admin.name, deed->action, targetOf(*deed), "refused", why);
        else if (std::holds_alternative<Enrol>(message))
            m_audit.note(admin.name, "enrol", {}, "refused", why);
        reply(Failed { ErrorCode::PermissionDenied, why });
        return;
    }
    if (deed) {
        act(*deed, admin, reply);
    } else if (const auto *refresh = std::get_if<Refresh>(&message)) {
        m_actions.refresh(refresh->table, [reply] { reply(Done {}); });
    } else if (const auto *journal = std::get_if<Journal>(&message)) {
        m_actions.journal(journal->id, [reply](const Result<QList<QByteArray>> &lines) {
            if (lines)
                reply(JournalLines { lines.value() });
            else
                reply(Failed { lines.error().code, lines.error().detail.toUtf8() });
        });
    } else if (std::holds_alternative<Status>(message)) {
        reply(m_actions.status());
    } else {
        reply(Failed { ErrorCode::InvalidArgument, "This message does not belong here." });
    }
}

std::optional<Dispatcher::Deed> Dispatcher::deedOf(const Message &message, const Admin &admin, const Endpoint &ownPeer)
{
    if (const auto *drop = std::get_if<Drop>(&message))
        return Deed { "drop", TableId::Connections, drop->ids, {},
            [this, ids = drop->ids, admin, ownPeer](
                const Actions::Answered &answered) { answered(m_actions.drop(ids, admin, ownPeer)); } };
    if (const auto *end = std::get_if<End>(&message))
        return Deed { "end", TableId::Webmail, end->ids, {},
            [this, ids = end->ids](const Actions::Answered &answered) { m_actions.endSessions(ids, answered); } };
    if (const auto *set = std::get_if<SetAccount>(&message))
        return Deed { actionName(set->change), TableId::Users, set->ids, {},
            [this, set = *set](
                const Actions::Answered &answered) { m_actions.setAccounts(set.change, set.ids, answered); } };
    if (const auto *deletion = std::get_if<Delete>(&message))
        return Deed { "delete", TableId::Users, deletion->ids, "reason: " + deletion->reason,
            [this, deletion = *deletion, admin](const Actions::Answered &answered) {
                m_actions.deleteAccounts(deletion.ids, deletion.reason, admin, answered);
            } };
    if (const auto *restore = std::get_if<Restore>(&message))
        return Deed { "restore", TableId::Deleted, restore->ids, {},
            [this, ids = restore->ids](
                const Actions::Answered &answered) { m_actions.restoreAccounts(ids, answered); } };
    return std::nullopt;
}

/// What a request was after, in one line.
QByteArray Dispatcher::targetOf(const Deed &deed) const
{
    if (deed.ids.isEmpty())
        return {};
    const RowId first = deed.ids.first();
    const qsizetype more = deed.ids.size() - 1;
    return rowIdToText(first) + ' ' + m_actions.describe(deed.table, first)
        + (more > 0 ? " and " + QByteArray::number(more) + " more" : QByteArray());
}

void Dispatcher::act(const Deed &deed, const Admin &admin, const Reply &reply)
{
    if (deed.ids.isEmpty() || deed.ids.size() > limits::IdsPerRequest) {
        reply(Failed { ErrorCode::InvalidArgument,
            "One request is for between 1 and " + QByteArray::number(limits::IdsPerRequest) + " rows." });
        return;
    }
    QList<QByteArray> targets;
    for (const RowId id : deed.ids)
        targets.append(rowIdToText(id) + ' ' + m_actions.describe(deed.table, id));
    Result<QList<AuditEntry>> begun = m_audit.begin(admin.name, deed.action, targets);
    if (!begun) {
        reply(Failed { ErrorCode::Io,
            "Nothing was done, because it cannot be written into the audit: " + begun.error().detail.toUtf8() });
        return;
    }
    deed.run([this, entries = begun.value(), detail = deed.detail, reply](const QList<Outcomes::Target> &done) mutable {
        for (qsizetype i = 0; i < entries.size() && i < done.size(); ++i) {
            entries[i].outcome = outcomeName(done[i].code).toByteArray();
            entries[i].detail = done[i].why.isEmpty() ? detail : done[i].why;
        }
        m_audit.complete(entries);
        reply(Outcomes { done });
    });
}

} // namespace mailhelm
