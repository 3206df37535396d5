// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/dispatcher.h"

#include "core/protocol/limits.h"

namespace mailhelm
{

namespace
{

/// One line a message that a client may send: who may, and what the audit calls it (nullptr: it changes nothing).
struct Right {
    size_t message; ///< index into Message
    Role least;
    const char *action;
};

template<typename T, size_t I = 0>
constexpr size_t indexOf()
{
    if constexpr (std::is_same_v<std::variant_alternative_t<I, Message>, T>)
        return I;
    else
        return indexOf<T, I + 1>();
}

constexpr std::array<Right, 9> Rights { {
    { indexOf<Hello>(), Role::Viewer, nullptr },
    { indexOf<Subscribe>(), Role::Viewer, nullptr },
    { indexOf<Unsubscribe>(), Role::Viewer, nullptr },
    { indexOf<Refresh>(), Role::Viewer, nullptr },
    { indexOf<Journal>(), Role::Viewer, nullptr },
    { indexOf<Status>(), Role::Viewer, nullptr },
    { indexOf<Ping>(), Role::Viewer, nullptr },
    { indexOf<Enrol>(), Role::None, "enrol" },
    { indexOf<Drop>(), Role::Operator, "drop" },
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
    if (admin.role < right->least) {
        const QByteArray why = "This needs the role " + roleName(right->least).toByteArray() + "; you are "
            + roleName(admin.role).toByteArray() + ". On the host: mailhelmd revoke and enroll give another one.";
        if (right->action)
            m_audit.note(admin.name, right->action, targetOf(message), "refused", why);
        reply(Failed { ErrorCode::PermissionDenied, why });
        return;
    }
    if (const auto *refresh = std::get_if<Refresh>(&message)) {
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
    } else if (const auto *dropping = std::get_if<Drop>(&message)) {
        drop(*dropping, admin, ownPeer, reply);
    } else {
        reply(Failed { ErrorCode::InvalidArgument, "This message does not belong here." });
    }
}

/// What a request was after, in one line.
QByteArray Dispatcher::targetOf(const Message &message) const
{
    const auto *dropping = std::get_if<Drop>(&message);
    if (!dropping || dropping->ids.isEmpty())
        return {};
    const RowId first = dropping->ids.first();
    const qsizetype more = dropping->ids.size() - 1;
    return rowIdToText(first) + ' ' + m_actions.describe(first)
        + (more > 0 ? " and " + QByteArray::number(more) + " more" : QByteArray());
}

void Dispatcher::drop(const Drop &message, const Admin &admin, const Endpoint &ownPeer, const Reply &reply)
{
    if (message.ids.isEmpty() || message.ids.size() > limits::IdsPerRequest) {
        reply(Failed { ErrorCode::InvalidArgument,
            "Between 1 and " + QByteArray::number(limits::IdsPerRequest)
                + " connections can be dropped by one request." });
        return;
    }
    QList<QByteArray> targets;
    for (const RowId id : message.ids)
        targets.append(rowIdToText(id) + ' ' + m_actions.describe(id));
    Result<QList<AuditEntry>> begun = m_audit.begin(admin.name, "drop", targets);
    if (!begun) {
        reply(Failed { ErrorCode::Io,
            "Nothing was dropped, because it cannot be written into the audit: " + begun.error().detail.toUtf8() });
        return;
    }
    Outcomes outcomes { m_actions.drop(message.ids, admin, ownPeer) };
    QList<AuditEntry> &entries = begun.value();
    for (qsizetype i = 0; i < entries.size(); ++i) {
        entries[i].outcome = outcomeName(outcomes.targets[i].code).toByteArray();
        entries[i].detail = outcomes.targets[i].why;
    }
    m_audit.complete(entries);
    reply(outcomes);
}

} // namespace mailhelm
