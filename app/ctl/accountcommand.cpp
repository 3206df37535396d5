// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/accountcommand.h"

#include "app/ctl/accountnames.h"
#include "app/ctl/deletequestion.h"

namespace mailhelm::ctl
{

AccountCommand::AccountCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : ActingCommand(options, session, terminal, parent)
{
}

void AccountCommand::start()
{
    const bool asks = m_options.verb == Verb::Delete && !m_options.yes;
    if (asks && !m_terminal.inIsTerminal()) {
        m_terminal.complain(QStringLiteral("There is nobody to ask: add --yes to delete without a question."));
        Q_EMIT finished(exitcode::Usage);
        return;
    }
    m_session.subscribe(m_options.table);
    if (asks)
        m_session.subscribe(TableId::OnlineUsers); // what of them is live is part of the question
    connect(&m_session, &Session::settled, this, &AccountCommand::onSettled);
    m_session.start();
}

void AccountCommand::onSettled()
{
    if (m_session.up().isEmpty()) {
        Q_EMIT finished(m_session.exitCode());
        return;
    }
    if (!m_session.allOffer(m_options.table))
        ++m_missing;
    const LiveTable &table = m_session.table(m_options.table);
    const AccountNames names(m_session, table);
    QList<Table::Slot> slots;
    for (const QString &text : m_options.targets) {
        const auto found = names.find(text);
        if (found) {
            if (!slots.contains(found.value()))
                slots.append(found.value());
            continue;
        }
        m_terminal.complain(found.error().detail);
        if (found.error().code == ErrorCode::InvalidArgument) { // nothing at all, rather than the wrong one
            Q_EMIT finished(exitcode::Usage);
            return;
        }
        ++m_missing;
    }
    for (const Table::Slot slot : std::as_const(slots))
        m_targets.add(table.table().keyAt(slot), QString::fromUtf8(table.table().column(users::User).text(slot)));
    if (m_options.verb == Verb::Delete && !m_options.yes && !slots.isEmpty())
        askToDelete(slots);
    else
        m_run.start(m_targets, m_missing);
}

void AccountCommand::askToDelete(const QList<Table::Slot> &slots)
{
    const DeleteQuestion question(m_session.table(TableId::Users),
        static_cast<const OnlineUsers &>(m_session.table(TableId::OnlineUsers)), slots, m_session.links().size() > 1);
    m_terminal.print(question.text(m_terminal.width()));
    m_terminal.readLine(this, [this, count = slots.size()](const QString &answer) {
        if (DeleteQuestion::isYes(answer, count)) {
            m_run.start(m_targets, m_missing);
        } else {
            m_terminal.print(QStringLiteral("Nothing was deleted.\n"));
            Q_EMIT finished(exitcode::Done);
        }
    });
}

} // namespace mailhelm::ctl
