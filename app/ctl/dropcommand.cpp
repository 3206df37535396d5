// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/dropcommand.h"

#include "app/ctl/selection.h"
#include "core/client/textrows.h"

namespace mailhelm::ctl
{

DropCommand::DropCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : Command(parent)
    , m_options(options)
    , m_session(session)
    , m_terminal(terminal)
{
}

void DropCommand::start()
{
    const auto usage = [this](const QString &what) {
        m_terminal.complain(what);
        Q_EMIT finished(exitcode::Usage);
    };
    if (m_options.hasFilter) {
        if (!m_options.yes && !m_terminal.inIsTerminal())
            return usage(QStringLiteral("There is nobody to ask: add --yes to drop whatever matches the filter."));
        const auto selection = Selection::make(m_options, *m_session.replica().table(TableId::Connections), false);
        if (!selection)
            return usage(selection.error().detail);
        if (selection.value()
                .filter.isEmpty()) // every connection is not what an empty variable in a script should mean
            return usage(QStringLiteral("The filter is empty and would match every connection."));
        for (const auto &link : m_session.links())
            link->subscribe(TableId::Connections);
        connect(&m_session, &Session::settled, this, &DropCommand::onFiltered);
    } else {
        for (const QString &text : m_options.targets) {
            const auto target = m_session.target(text);
            if (!target)
                return usage(target.error().detail);
            if (QList<RowId> &ids = m_ids[target.value().server]; !ids.contains(target.value().id))
                ids.append(target.value().id);
        }
        QList<quint16> servers;
        for (const auto &[server, ids] : m_ids)
            servers.append(server);
        m_session.keepOnly(servers);
        connect(&m_session, &Session::settled, this, &DropCommand::dropAll);
    }
    m_session.start();
}

void DropCommand::onFiltered()
{
    if (m_session.up().isEmpty()) {
        Q_EMIT finished(m_session.exitCode());
        return;
    }
    const ReplicaTable &table = *m_session.replica().table(TableId::Connections);
    const Selection selection = Selection::make(m_options, table, m_session.links().size() > 1).value();
    const Order rows = selection.rows(table);
    if (rows.isEmpty()) {
        m_terminal.print(QStringLiteral("No connection matches.\n"));
        Q_EMIT finished(m_session.exitCode());
        return;
    }
    for (const Table::Slot slot : rows)
        m_ids[table.table().keyAt(slot).server].append(table.table().keyAt(slot).id);
    m_terminal.print(
        textRows(table.table().schema(), table.table().view(), rows, selection.columns, m_terminal.width()));
    // From here on only the ids count: the server may have been lost meanwhile, which dropAll() says.
    if (m_options.yes) {
        dropAll();
        return;
    }
    m_terminal.print(QStringLiteral("Drop %1? [y/N] ")
                         .arg(rows.size() == 1 ? QStringLiteral("this connection")
                                               : QStringLiteral("these %1 connections").arg(rows.size())));
    m_terminal.readLine(this, [this](const QString &answer) {
        const QString word = answer.trimmed().toLower();
        if (word == u"y" || word == u"yes") {
            dropAll();
        } else {
            m_terminal.print(QStringLiteral("Nothing was dropped.\n"));
            Q_EMIT finished(exitcode::Done);
        }
    });
}

void DropCommand::dropAll()
{
    m_unreached = m_session.exitCode() != exitcode::Done;
    for (const auto &[server, ids] : m_ids) {
        Link *const link = m_session.link(server);
        if (!m_session.up().contains(link))
            continue; // said already
        ++m_open;
        link->drop(ids, this, [this, server = server, asked = ids](const Result<Outcomes> &result) {
            onOutcomes(server, asked, result);
        });
    }
    if (m_open == 0)
        Q_EMIT finished(m_session.exitCode());
}

void DropCommand::onOutcomes(quint16 server, const QList<RowId> &asked, const Result<Outcomes> &result)
{
    const QString prefix = m_session.nameOf(server) + u'/';
    if (!result) {
        m_terminal.complain(QStringLiteral("%1: %2").arg(m_session.nameOf(server), result.error().detail));
        const bool refused
            = result.error().code == ErrorCode::Refused || result.error().code == ErrorCode::PermissionDenied;
        (refused ? m_refused : m_failed) += int(asked.size());
    } else {
        for (const Outcomes::Target &target : result.value().targets) {
            const QString name = prefix + QString::fromLatin1(rowIdToText(target.id));
            switch (target.code) {
            case Outcomes::Code::Done:
                ++m_done;
                m_terminal.print(name + QStringLiteral(" dropped\n"));
                break;
            case Outcomes::Code::Gone:
                ++m_failed;
                m_terminal.complain(name + QStringLiteral(": there is no such connection (any more)."));
                break;
            case Outcomes::Code::Refused:
                ++m_refused;
                m_terminal.complain(name + QStringLiteral(": refused: ") + QString::fromUtf8(target.why));
                break;
            }
        }
    }
    if (--m_open > 0)
        return;
    if (m_refused == 0 && m_failed == 0 && !m_unreached)
        Q_EMIT finished(exitcode::Done);
    else
        Q_EMIT finished(
            m_refused > 0 && m_done == 0 && m_failed == 0 && !m_unreached ? exitcode::Refused : exitcode::Part);
}

} // namespace mailhelm::ctl
