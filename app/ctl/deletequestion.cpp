// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/deletequestion.h"

#include "app/ctl/actionrun.h"
#include "core/client/textrows.h"

namespace mailhelm::ctl
{

DeleteQuestion::DeleteQuestion(
    const LiveTable &users, const OnlineUsers &online, const QList<Table::Slot> &slots, bool severalServers)
    : m_users(users.table())
    , m_online(online)
    , m_slots(slots)
    , m_severalServers(severalServers)
{
}

QString DeleteQuestion::text(int width) const
{
    QStringList titles { QStringLiteral("User"), QStringLiteral("Enabled"), QStringLiteral("Last login"),
        QStringLiteral("Mailbox"), QStringLiteral("Live") };
    const int serverColumn = m_users.schema().indexOf("server");
    if (m_severalServers)
        titles.prepend(QStringLiteral("Server"));
    QList<QStringList> lines { titles };
    qint64 bytes = 0;
    qsizetype unknown = 0;
    for (const Table::Slot slot : m_slots) {
        const auto cell = [&](int column) { return cellText(m_users.schema(), m_users.view(), slot, column); };
        QStringList line { cell(users::User), cell(users::Enabled), cell(users::LastLogin), cell(users::MailboxBytes),
            QString::number(m_online.liveOf(m_users.keyAt(slot).server, m_users.column(users::User).text(slot))) };
        if (m_severalServers)
            line.prepend(cell(serverColumn));
        lines.append(line);
        if (m_users.column(users::MailboxBytes).isKnown(slot))
            bytes += m_users.column(users::MailboxBytes).number(slot);
        else
            ++unknown;
    }
    QString text = textGrid(lines, width);
    text += QStringLiteral("Their mailboxes hold %1").arg(bytesText(bytes));
    if (unknown > 0)
        text += QStringLiteral(", and what %1 of them hold is not known").arg(unknown);
    text
        += QStringLiteral(".\nAgree with whoever is in charge of the domain first. The accounts leave every table that "
                          "holds them and what is live of them is ended;\nthey and their mail can be restored until "
                          "they are purged: mailhelmctl deleted.\n");
    const QString these = theseText(wordsOf(Verb::Delete), m_slots.size());
    if (m_slots.size() > MostByKey)
        return text + QStringLiteral("To delete %1, type their number: ").arg(these);
    return text + QStringLiteral("Delete %1? [y/N] ").arg(these);
}

bool DeleteQuestion::isYes(const QString &answer, qsizetype count)
{
    const QString word = answer.trimmed().toLower();
    return count > MostByKey ? word == QString::number(count) : word == u"y" || word == u"yes";
}

} // namespace mailhelm::ctl
