// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/listcommand.h"

#include "app/ctl/inactivetext.h"
#include "app/ctl/selection.h"
#include "app/ctl/writerows.h"

namespace mailhelm::ctl
{

ListCommand::ListCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : Command(parent)
    , m_options(options)
    , m_session(session)
    , m_terminal(terminal)
{
}

void ListCommand::start()
{
    // A mistake in the command line is told before anybody is called.
    const auto selection = Selection::make(m_options, m_session.tableOf(m_options), false);
    if (!selection) {
        m_terminal.complain(selection.error().detail);
        Q_EMIT finished(exitcode::Usage);
        return;
    }
    m_session.subscribe(m_options.table);
    connect(&m_session, &Session::settled, this, &ListCommand::print);
    m_session.start();
}

void ListCommand::print()
{
    int code = m_session.exitCode();
    if (m_session.up().isEmpty()) {
        Q_EMIT finished(code);
        return;
    }
    if (!m_session.allOffer(m_options.table))
        code = exitcode::Part;
    const LiveTable &table = m_session.tableOf(m_options);
    const Selection selection
        = Selection::make(m_options, table, m_session.links().size() > 1).value(); // with a newer agent's columns
    const Order rows = selection.rows(table);
    const TableView view = table.table().view();
    if (!writeRows(m_options, m_terminal, table, selection, rows))
        code = exitcode::Part;
    if (m_options.verb == Verb::Inactive)
        summarise(view, selection.asked);
    Q_EMIT finished(code);
}

void ListCommand::summarise(const TableView &view, const Filter &asked)
{
    const LiveTable &table = m_session.tableOf(m_options);
    const std::vector<quint8> mask
        = asked.isEmpty() ? std::vector<quint8>() : FilterRun(asked, view, table.filterTime()).all();
    m_terminal.remark(inactiveText(summariseInactive(view, ActivityColumns::of(table.table().schema()),
                                       m_options.timeframe, table.filterTime(), mask.empty() ? nullptr : &mask),
        m_options.timeframe));
}

} // namespace mailhelm::ctl
