// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/accountnames.h"

#include "core/base/safetext.h"

namespace mailhelm::ctl
{

/// In both tables.
static constexpr int UserColumn = users::User;
static_assert(int(users::User) == int(deleted::User));

AccountNames::AccountNames(const Session &session, const LiveTable &table)
    : m_session(session)
    , m_table(table.table())
{
    const Column &users = m_table.column(UserColumn);
    for (Table::Slot slot = 0; slot < m_table.slotEnd(); ++slot)
        if (m_table.isLive(slot) && users.isKnown(slot))
            m_byFolded[users.folded(slot).toByteArray()].append(slot);
}

Result<Table::Slot> AccountNames::find(const QString &text) const
{
    quint16 server = 0;
    QString name = text;
    if (const qsizetype slash = text.indexOf(u'/'); slash > 0) {
        if (const auto number = m_session.serverCalled(text.first(slash))) {
            server = *number;
            name = text.mid(slash + 1);
        }
    }
    for (const bool exactly : { true, false }) {
        const QList<Table::Slot> found = named(name.toUtf8(), server, exactly);
        if (found.size() > 1)
            return several(text, found);
        if (found.size() == 1)
            return found.first();
    }
    if (const auto id = rowIdFromText(name.toLatin1())) {
        QList<Table::Slot> found;
        for (const auto &link : m_session.links())
            if (server == 0 || link->server() == server)
                if (const Table::Slot slot = m_table.slotOf({ link->server(), *id }); slot != Table::NoSlot)
                    found.append(slot);
        if (found.size() > 1)
            return several(text, found);
        if (found.size() == 1)
            return found.first();
    }
    return Error { ErrorCode::NotFound,
        m_table.schema().id() == TableId::Deleted
            ? QStringLiteral("%1: there is no such deleted account that could be restored.").arg(text)
            : QStringLiteral("%1: there is no such user.").arg(text) };
}

QList<Table::Slot> AccountNames::named(QByteArrayView user, quint16 server, bool exactly) const
{
    QList<Table::Slot> found;
    for (const Table::Slot slot : m_byFolded.value(foldedUtf8(user)))
        if ((server == 0 || m_table.keyAt(slot).server == server)
            && (!exactly || m_table.column(UserColumn).text(slot) == user))
            found.append(slot);
    return found;
}

Error AccountNames::several(const QString &text, const QList<Table::Slot> &slots) const
{
    QStringList choices;
    bool servers = true; // whether the server alone makes it plain
    for (const Table::Slot slot : slots)
        for (const Table::Slot other : slots)
            servers = servers && (slot == other || m_table.keyAt(slot).server != m_table.keyAt(other).server);
    for (const Table::Slot slot : slots)
        choices.append(m_session.nameOf(m_table.keyAt(slot).server) + u'/'
            + (servers ? QString::fromUtf8(m_table.column(UserColumn).text(slot))
                       : QString::fromLatin1(rowIdToText(m_table.keyAt(slot).id))));
    return { ErrorCode::InvalidArgument,
        QStringLiteral("“%1” could be several; write one of: %2.").arg(text, choices.join(QStringLiteral(", "))) };
}

} // namespace mailhelm::ctl
