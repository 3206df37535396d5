// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/watchcommand.h"

#include "app/ctl/selection.h"
#include "core/client/json.h"

#include <algorithm>

namespace mailhelm::ctl
{

WatchCommand::WatchCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : Command(parent)
    , m_options(options)
    , m_session(session)
    , m_terminal(terminal)
    , m_table(session.tableOf(options))
{
    m_flip.setSingleShot(true);
    connect(&m_flip, &QTimer::timeout, this, &WatchCommand::onFlip);
}

void WatchCommand::start()
{
    const auto selection = Selection::make(m_options, m_table, false);
    if (!selection) {
        m_terminal.complain(selection.error().detail);
        Q_EMIT finished(exitcode::Usage);
        return;
    }
    m_filter = selection.value().filter;
    m_serverColumn = selection.value().serverColumn;
    connect(&m_table, &LiveTable::published, this, &WatchCommand::onPublished);
    for (const auto &each : m_session.links()) {
        Link *const link = each.get();
        connect(link, &Link::tableLive, this, [this, link] { onTableLive(*link); });
    }
    m_session.subscribe(m_options.table, m_options.watchMs);
    connect(&m_session, &Session::settled, this, [this] {
        if (m_session.up().isEmpty())
            Q_EMIT finished(m_session.exitCode());
    });
    m_session.start(true);
}

void WatchCommand::onTableLive(const Link &link)
{
    const quint16 server = link.server();
    if (m_begun.contains(server))
        return; // the differences were printed as they came
    for (const TableId each : Session::tablesFor(m_options.table))
        if (link.offers(each) && !link.isLive(each))
            return; // of a fold, all that there is of it
    m_begun.insert(server);
    QByteArray name;
    appendJsonText(name, m_session.replica().serverName(server));
    m_lines += "{\"change\":\"reset\",\"server\":" + name + ",\"table\":\"" + m_table.table().schema().name()
        + "\",\"id\":null,\"row\":null}\n";
    const Table &table = m_table.table();
    const FilterRun run(m_filter, table.view(), m_table.filterTime());
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        if (table.isLive(slot) && table.keyAt(slot).server == server)
            look(run, slot, true, true);
    scheduleFlip(run);
    flush();
}

void WatchCommand::onPublished(const Publication &publication)
{
    const FilterRun run(m_filter, m_table.table().view(), m_table.filterTime());
    for (const Table::Slot slot : publication.removed)
        look(run, slot, false, true);
    for (const Table::Slot slot : publication.inserted)
        look(run, slot, true, true);
    for (const Table::Slot slot : publication.changed)
        look(run, slot, true, true);
    if (!m_filter.isEmpty()) // a volatile column makes no line, but may make a row begin or cease to match
        for (const Table::Slot slot : publication.touched)
            look(run, slot, true, false);
    scheduleFlip(run);
    flush();
}

void WatchCommand::look(const FilterRun &run, Table::Slot slot, bool there, bool changed)
{
    const RowKey key = m_table.table().keyAt(slot);
    if (!m_begun.contains(key.server))
        return;
    const bool was = m_printed.contains(key);
    const bool is = there && (m_filter.isEmpty() || run.matches(slot));
    if (is && !was) {
        m_printed.insert(key);
        line("added", run.view(), slot);
    } else if (was && !is) {
        m_printed.remove(key);
        line("removed", run.view(), slot);
    } else if (is && changed) {
        line("updated", run.view(), slot);
    }
}

void WatchCommand::line(const char *change, const TableView &view, Table::Slot slot)
{
    const Schema &schema = m_table.table().schema();
    m_lines += "{\"change\":\"";
    m_lines += change;
    m_lines += "\",\"server\":";
    appendJsonText(m_lines, view.columns[m_serverColumn].text(slot));
    m_lines += ",\"table\":\"" + schema.name() + "\",\"id\":\"" + rowIdToText(view.keys[slot].id) + "\",\"row\":";
    appendJsonRow(m_lines, schema, view, slot, m_serverColumn, allColumns(schema));
    m_lines += "}\n";
}

void WatchCommand::scheduleFlip(const FilterRun &run)
{
    if (!m_filter.hasAges())
        return;
    m_lookedUs = run.time().nowUs;
    const auto next = run.nextFlip();
    if (!next)
        m_flip.stop();
    else // a moment later than the instant itself, and at least once an hour: the wall clock may be set
        m_flip.start(int(std::clamp<qint64>((*next - m_lookedUs) / 1000 + 1, 1, 3'600'000)));
}

void WatchCommand::onFlip()
{
    const FilterRun run(m_filter, m_table.table().view(), m_table.filterTime());
    for (const Table::Slot slot : run.flippedSince(m_lookedUs))
        look(run, slot, true, false);
    scheduleFlip(run);
    flush();
}

void WatchCommand::flush()
{
    if (!m_lines.isEmpty() && !m_terminal.print(std::exchange(m_lines, {})))
        Q_EMIT finished(0); // whoever read it has seen enough
}

} // namespace mailhelm::ctl
