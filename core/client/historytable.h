// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/replicatable.h"

#include <QSet>

namespace mailhelm
{

/// Who was there in a span: what is over, as the agents tell it (HistoryReader), and what is still there, from the
/// replica. The columns of clientHistorySchema() and `server`; `ended` is unknown in a row that is still there, and the
/// last look in one of a server that is away (`ended_exact` = no). Keyed (server, id) as every table, so that models,
/// filters, CSV and JSON take it as it is. Not kept up to date: it is as of the last reading. Belongs to the replica's
/// thread; the replica outlives it.
class HistoryTable : public ReplicaTable
{
    Q_OBJECT

public:
    explicit HistoryTable(Replica &replica);

    /// What of that server's live tables, as they are now, was there in [from, to) of its clock: to be put behind the
    /// agent's own parts, as the last of them.
    [[nodiscard]] ChangeSet liveRows(quint16 server, qint64 fromUs, qint64 toUs) const;
    /// A reading of that server begins; what an earlier one began is given up.
    void begin(quint16 server);
    /// Takes rows that the agent knows to be over.
    [[nodiscard]] Result<void> take(quint16 server, const Schema &agentSchema, ChangeSet part);
    /// Then those that this program saw end (LocalHistory): none that the agent named, nor one of `live`, which came
    /// back.
    [[nodiscard]] Result<void> takeBeside(quint16 server, ChangeSet part, const QSet<RowId> &live);
    /// Ends the reading of a server: `live` are its liveRows() of when it was asked. Rows of an earlier reading that
    /// were not named this time go. What the agent named meanwhile is over.
    [[nodiscard]] Result<void> finish(quint16 server, ChangeSet live);
    /// Its rows go.
    void clear(quint16 server) { forgetServer(server); }

private:
    /// With `lasted`, which nobody sends.
    [[nodiscard]] Result<void> applyWithLength(quint16 server, const Schema &schema, ChangeSet part);

    Replica &m_of;
    std::map<quint16, QSet<RowId>> m_named; ///< by server of which parts have come: what was named this time
};

} // namespace mailhelm
