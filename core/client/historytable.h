// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/replicatable.h"

#include <QSet>

namespace mailhelm
{

/// Who was there in a span: what is over, as the agents tell it (HistoryReader), and what is still there, from the
/// replica. The columns of `history` and `server`; `ended` is unknown in a row that is still there. Keyed (server, id)
/// as every table, so that models, filters, CSV and JSON take it as it is. Not kept up to date: it is as of the last
/// reading. Belongs to the replica's thread; the replica outlives it.
class HistoryTable : public ReplicaTable
{
    Q_OBJECT

public:
    explicit HistoryTable(Replica &replica);

    /// What of that server's live tables, as they are now, was there in [from, to) of its clock: to be put behind the
    /// agent's own parts, as the last of them.
    [[nodiscard]] ChangeSet liveRows(quint16 server, qint64 fromUs, qint64 toUs) const;
    /// Takes a part that the agent sent; the last one is put off until finish().
    [[nodiscard]] Result<void> take(quint16 server, const Schema &agentSchema, ChangeSet part);
    /// Ends the reading of a server: `live` are its liveRows() of when it was asked. Rows of an earlier reading that
    /// were not named this time go.
    [[nodiscard]] Result<void> finish(quint16 server, ChangeSet live);
    /// Its rows go.
    void clear(quint16 server) { forgetServer(server); }

private:
    Replica &m_of;
    QSet<quint16> m_begun; ///< servers of which parts have come
};

} // namespace mailhelm
