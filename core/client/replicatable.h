// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/changeset.h"
#include "core/table/livetable.h"

#include <map>

namespace mailhelm
{

class Replica;

/// How far the rows of one server in one table can be trusted.
struct Freshness {
    enum class State {
        Never, ///< nothing was received yet
        Stale, ///< what was true at `asOfUs`; the link is down, or the rows come from the cache
        Live, ///< kept up to date by a link
    };
    State state = State::Never;
    qint64 asOfUs = 0; ///< our wall clock, µs: Stale: until when it was live; Live: of the last change
    qint64 monotonicUs = 0; ///< Live: of the last change
};

/// One table of all servers, with the column `server` after those of its schema. It takes ChangeSets part by part, and
/// each part is one publication: every row on show is true, at no time is the event loop held up by a whole snapshot,
/// and nothing is buffered. Only the last part moves the resume token. A snapshot becomes the effective difference:
/// rows that did not change are not published; those that it lacks are removed at its last part. Owned by Replica;
/// belongs to its thread.
class ReplicaTable : public LiveTable
{
    Q_OBJECT

public:
    ReplicaTable(Replica &replica, const Schema &schema);

    [[nodiscard]] const Table &table() const override { return m_table; }
    [[nodiscard]] FilterTime filterTime() const override;
    [[nodiscard]] bool keepRemoved(qsizetype rows) override;
    [[nodiscard]] int serverColumn() const { return m_serverColumn; }

    /// Takes one part from `server`, whose Welcome declared `agentSchema` for this table: columns are matched by key,
    /// unknown ones are added. Conflict where the part does not continue what is held (then subscribe from nothing: the
    /// snapshot mends everything), Corrupt where it contradicts its schema. Nothing of the part is applied then.
    [[nodiscard]] Result<void> apply(quint16 server, const Schema &agentSchema, const ChangeSet &part);

    /// What to resume from; {0, 0} = from nothing. Moves with the last part of a ChangeSet only.
    [[nodiscard]] ResumeToken token(quint16 server) const;
    /// Next time from nothing. The rows stay until the snapshot replaces them.
    void dropToken(quint16 server);
    [[nodiscard]] Freshness freshness(quint16 server) const;
    [[nodiscard]] qsizetype rowCount(quint16 server) const;
    [[nodiscard]] QList<quint16> knownServers() const; ///< of which something was received

    // For Subscriptions, Replica and Cache.
    /// What is held is up to date, though no change said so: nothing had happened since.
    void setLive(quint16 server);
    void setStale(quint16 server, qint64 asOfUs);
    void forgetServer(quint16 server);
    void renameServer(quint16 server, const QByteArray &name);

Q_SIGNALS:
    void freshnessChanged(quint16 server);

private:
    struct Held {
        ResumeToken token;
        Freshness freshness;
        qsizetype rows = 0;
        // The ChangeSet of which parts are still to come.
        bool underWay = false;
        ResumeToken target;
        bool reset = false;
        quint32 generation = 0; ///< marks the rows that this reset has named
        // The columns of the agent's schema as ours; -1 = not to be had.
        Schema agentSchema;
        QList<int> columns;
    };

    [[nodiscard]] Result<void> check(
        const Held &held, const Schema &agentSchema, quint16 server, const ChangeSet &part) const;
    void mapColumns(Held &held, const Schema &agentSchema);
    void applyGroup(Held &held, quint16 server, const RowGroup &group, Publication &publication);
    void publish(const Publication &publication);

    Replica &m_replica;
    Table m_table;
    int m_serverColumn;
    std::map<quint16, Held> m_held; ///< a map: its values stay where they are
    QList<quint32> m_seen; ///< by slot: the reset that named it last
    quint32 m_generation = 0;
};

} // namespace mailhelm
