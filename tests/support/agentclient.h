// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/client/historyreader.h"
#include "core/client/link.h"
#include "core/client/replica.h"
#include "tests/support/agentprocess.h"

#include <QHash>

#include <memory>

namespace mailhelm
{

/// An administrator at an agent, in the test's own process: what a console is below its window. Enrols, keeps the
/// tables in a replica, and hands out single rows by value. One server, whose number is server().
class AgentClient
{
public:
    /// The cells of one row, by column.
    struct Row {
        RowId id = 0;
        QList<Value> cells;

        [[nodiscard]] bool isKnown(int column) const { return !std::holds_alternative<std::monostate>(cells[column]); }
        [[nodiscard]] QByteArray text(int column) const; ///< "" where unknown
        [[nodiscard]] qint64 number(int column) const; ///< 0 where unknown; numbers and times
        [[nodiscard]] Address address(int column) const; ///< null where unknown
        [[nodiscard]] std::optional<bool> flag(int column) const;
        [[nodiscard]] std::optional<QByteArray> maybeText(int column) const;
    };

    AgentClient();
    ~AgentClient();
    Q_DISABLE_COPY_MOVE(AgentClient)

    /// Enrols at a running agent and makes the link; it is not started.
    Result<void> enrol(
        AgentProcess &agent, const QByteArray &name = "tester", const QByteArray &role = "owner", LinkTimes times = {});
    /// Subscribes as it happens, starts the link, and waits until these tables are complete.
    Result<void> watch(const QList<TableId> &tables = { TableId::Connections, TableId::Sources, TableId::Audit });
    /// What most tests begin with: starts the lab and the agent beside it, enrols as its owner and watches.
    Result<void> begin(Lab &lab, AgentProcess &agent,
        const QList<TableId> &tables = { TableId::Connections, TableId::Sources, TableId::Audit },
        const LinkTimes &times = {});
    /// The agent looks at its sources; returns once what it saw is here.
    bool refresh(TableId table = TableId::Connections);
    /// One outcome for each; empty where nothing could be asked.
    QList<Outcomes::Target> drop(const QList<RowId> &ids);
    QList<Outcomes::Target> endSessions(const QList<RowId> &webmail);

    /// Who was there in that span of this machine's clock, those included who still are (of the tables that are
    /// watched): rows with the columns of `history`.
    struct Past {
        QList<Row> rows;
        QList<HistoryDone::Span> unwatched;
        std::optional<Error> error;
    };
    Past history(qint64 fromUs, qint64 toUs);

    [[nodiscard]] quint16 server() const { return m_server; }
    [[nodiscard]] Link &link() { return *m_link; }
    [[nodiscard]] ReplicaTable &table(TableId id) { return *m_replica.table(id); }
    [[nodiscard]] QList<Row> rows(TableId id = TableId::Connections) { return rows(table(id)); }
    [[nodiscard]] Row row(TableId id, Table::Slot slot) { return row(table(id), slot); }
    [[nodiscard]] static Row row(const ReplicaTable &table, Table::Slot slot);
    [[nodiscard]] static QList<Row> rows(const ReplicaTable &table);
    /// The row of `sources` with that name; id 0 where there is none.
    [[nodiscard]] Row source(const QByteArray &name);

private:
    SystemClock m_clock;
    Replica m_replica;
    quint16 m_server = 0;
    std::unique_ptr<Identity> m_identity;
    QTemporaryDir m_home;
    std::unique_ptr<Link> m_link;
};

} // namespace mailhelm
