// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/rowactioncommand.h"

#include "app/ctl/selection.h"
#include "core/client/textrows.h"

namespace mailhelm::ctl
{

RowActionCommand::RowActionCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : ActingCommand(options, session, terminal, parent)
{
}

void RowActionCommand::start()
{
    const auto usage = [this](const QString &what) {
        m_terminal.complain(what);
        Q_EMIT finished(exitcode::Usage);
    };
    const ActionWords &words = wordsOf(m_options.verb);
    if (m_options.hasFilter) {
        if (!m_options.yes && !m_terminal.inIsTerminal())
            return usage(QStringLiteral("There is nobody to ask: add --yes to %1 whatever matches the filter.")
                             .arg(QString::fromLatin1(words.imperative).toLower()));
        const auto selection = Selection::make(m_options, m_session.table(m_options.table), false);
        if (!selection)
            return usage(selection.error().detail);
        if (m_options.filter.trimmed().isEmpty()) // all of them is not what an empty variable in a script should mean
            return usage(
                QStringLiteral("The filter is empty and would match every %1.").arg(QLatin1String(words.noun)));
        m_session.subscribe(m_options.table);
        connect(&m_session, &Session::settled, this, &RowActionCommand::onFiltered);
    } else {
        QList<quint16> servers;
        for (const QString &text : m_options.targets) {
            const auto target = m_session.target(text);
            if (!target)
                return usage(target.error().detail);
            m_targets.add({ target.value().server, target.value().id });
            servers.append(target.value().server);
        }
        m_session.keepOnly(servers);
        connect(&m_session, &Session::settled, this, [this] { m_run.start(m_targets); });
    }
    m_session.start();
}

void RowActionCommand::onFiltered()
{
    if (m_session.up().isEmpty()) {
        Q_EMIT finished(m_session.exitCode());
        return;
    }
    const bool all = m_session.allOffer(m_options.table);
    const ActionWords &words = wordsOf(m_options.verb);
    const LiveTable &table = m_session.table(m_options.table);
    const Selection selection = Selection::make(m_options, table, m_session.links().size() > 1).value();
    const Order rows = selection.rows(table);
    if (rows.isEmpty()) {
        m_terminal.print(QStringLiteral("No %1 matches.\n").arg(QLatin1String(words.noun)));
        Q_EMIT finished(all ? m_session.exitCode() : exitcode::Part);
        return;
    }
    for (const Table::Slot slot : rows)
        m_targets.add(table.table().keyAt(slot));
    m_terminal.print(
        textRows(table.table().schema(), table.table().view(), rows, selection.columns, m_terminal.width()));
    // From here on only the ids count: the server may have been lost meanwhile, which the run says.
    if (m_options.yes) {
        m_run.start(m_targets);
        return;
    }
    m_terminal.print(
        QStringLiteral("%1 %2? [y/N] ").arg(QLatin1String(words.imperative), theseText(words, rows.size())));
    m_terminal.readLine(this, [this, &words](const QString &answer) {
        const QString word = answer.trimmed().toLower();
        if (word == u"y" || word == u"yes") {
            m_run.start(m_targets);
        } else {
            m_terminal.print(QStringLiteral("Nothing was %1.\n").arg(QLatin1String(words.done)));
            Q_EMIT finished(exitcode::Done);
        }
    });
}

} // namespace mailhelm::ctl
