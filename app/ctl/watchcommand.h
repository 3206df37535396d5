// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/command.h"
#include "app/ctl/session.h"
#include "core/table/filter.h"
#include "core/table/livetable.h"

#include <QSet>
#include <QTimer>

namespace mailhelm::ctl
{

/// --watch: what changes, one JSON object a line, until it is interrupted. A server that comes up for the first time
/// gives a line "reset" and an "added" for each row that it has; from then on only differences, over reconnects and
/// restarts of the agent too. With a filter, a row is added when it begins to match and removed when it ceases to.
class WatchCommand : public Command
{
    Q_OBJECT

public:
    WatchCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;
    void interrupt() override { Q_EMIT finished(0); }

private:
    void onTableLive(const Link &link);
    void onPublished(const Publication &publication);
    void onFlip();
    /// Compares what was printed of the row with what it is now; `changed`: other than by volatile columns.
    void look(const FilterRun &run, Table::Slot slot, bool there, bool changed);
    void line(const char *change, const TableView &view, Table::Slot slot);
    void scheduleFlip(const FilterRun &run);
    void flush();

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
    LiveTable &m_table;
    Filter m_filter;
    int m_serverColumn = -1;
    QSet<quint16> m_begun; ///< servers whose "reset" was printed
    QSet<RowKey> m_printed; ///< rows that were added and not removed
    QTimer m_flip; ///< the next moment at which an age decides otherwise
    qint64 m_lookedUs = 0;
    QByteArray m_lines;
};

} // namespace mailhelm::ctl
