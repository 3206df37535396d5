// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/changeset.h"
#include "core/table/livetable.h"

#include <QHash>

namespace mailhelm {

class Replica;

/// How far the rows of one server in one table can be trusted.
struct Freshness {
    enum class State {
        Never, ///< nothing was received yet
        Stale, ///< what was true at `asOfUs`; the link is down, or the rows come from the cache
        Live,  ///< kept up to date by a link
    };
    State state = State::Never;
    qint64 asOfUs = 0;        ///< our wall clock, µs: Stale: until when it was live; Live: of the last change
    qint64 monotonicUs = 0;   ///< Live: of the last change
};

/// One table of all servers, with the column `server` after those of its schema. It takes ChangeSets part by part; what
/// happened is published once at the last part, so that a reader never sees half of a change. A snapshot becomes the
/// effective difference: rows that did not change are not published, rows that it lacks are removed.
/// Owned by Replica; belongs to its thread.
class ReplicaTable : public LiveTable
{
    Q_OBJECT

public:
    ReplicaTable(Replica &replica, const Schema &schema);

    [[nodiscard]] const Table &table() const override { return m_table; }
    [[nodiscard]] FilterTime filterTime() const override;
    [[nodiscard]] int serverColumn() const { return m_serverColumn; }

    /// Takes one part from `server`, whose Welcome declared `agentSchema` for this table: columns are matched by key, unknown ones
    /// are added. Conflict where the part does not continue what is held (then subscribe from nothing: the snapshot
    /// mends everything), Corrupt where it contradicts its schema. Nothing of the part is applied then.
    [[nodiscard]] Result<void> apply(quint16 server, const Schema &agentSchema, const ChangeSet &part);

    /// What to resume from; {0, 0} = from nothing. Moves with the last part of a ChangeSet only.
    [[nodiscard]] ResumeToken token(quint16 server) const;
    /// Next time from nothing. The rows stay until the snapshot replaces them.
    void dropToken(quint16 server);
    [[nodiscard]] Freshness freshness(quint16 server) const;
    /// Rows of that server, those not yet published too.
    [[nodiscard]] qsizetype rowCount(quint16 server) const;

    // For Replica and Cache.
    void setStale(quint16 server, qint64 asOfUs);
    void forgetServer(quint16 server);
    void renameServer(quint16 server, const QByteArray &name);

Q_SIGNALS:
    void freshnessChanged(quint16 server);
    /// A newer agent's column was added at the end of table().schema().
    void columnAdded(int column);

private:
    enum class Pending : quint8 { None, Inserted, Changed, Touched, Removed };
    struct Held {
        ResumeToken token;
        Freshness freshness;
        qsizetype rows = 0;
        // The ChangeSet of which parts are still to come.
        bool underWay = false;
        ResumeToken target;
        bool reset = false;
        quint32 generation = 0; ///< marks the rows that a reset has named
        // The columns of the agent's schema as ours; -1 = not to be had.
        Schema agentSchema;
        QList<int> columns;
        QList<Table::Slot> dirty; ///< slots whose m_pending is not None; some may be stale
    };

    [[nodiscard]] Result<void> check(const Held &held, const Schema &agentSchema, quint16 server, const ChangeSet &part) const;
    void mapColumns(Held &held, const Schema &agentSchema);
    void applyGroup(Held &held, quint16 server, const QByteArray &serverName, const RowGroup &group);
    void markRemoved(Held &held, Table::Slot slot);
    void mark(Held &held, Table::Slot slot, Pending pending);
    void removeUnseen(Held &held, quint16 server);
    void publish(Held &held, quint16 server);

    Replica &m_replica;
    Table m_table;
    int m_serverColumn;
    QHash<quint16, Held> m_held;
    QList<Pending> m_pending;  ///< by slot
    QList<quint32> m_seen;     ///< by slot: the generation that named it
    quint32 m_generation = 0;
};

} // namespace mailhelm
