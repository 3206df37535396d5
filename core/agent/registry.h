// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/rowids.h"
#include "core/table/changelog.h"

#include <QObject>

#include <map>
#include <memory>

namespace mailhelm
{

/// The agent's tables and the only place that assigns revisions. Whoever joins observations into rows (ConnectionJoin,
/// the audit) writes here; whoever serves them (Peer) walks the change logs. Lives on the agent's main thread.
class Registry : public QObject
{
    Q_OBJECT
public:
    /// `epoch` names this life of the tables: another one at every start.
    Registry(quint64 epoch, RowIds ids, QObject *parent = nullptr);

    [[nodiscard]] const RowIds &ids() const { return m_ids; }
    [[nodiscard]] QList<TableId> tables() const;
    /// nullptr where the agent does not have such a table.
    [[nodiscard]] const ChangeLog *log(TableId table) const;

    ChangeLog::Put put(TableId table, RowId id, std::span<const ChangeLog::Cell> cells);
    bool remove(TableId table, RowId id);
    /// Sets the row of a source in `sources`.
    void setSource(const SourceStatus &status);

Q_SIGNALS:
    /// Something in the table changed; at most once for each return to the event loop.
    void changed(mailhelm::TableId table);

private:
    void note(TableId table);

    RowIds m_ids;
    std::map<TableId, std::unique_ptr<ChangeLog>> m_logs;
    QList<TableId> m_noted;
};

[[nodiscard]] QByteArrayView sourceStateName(SourceStatus::State state); ///< ok, degraded, down

} // namespace mailhelm
