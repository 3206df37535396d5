// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/client/replicatable.h"

#include <QObject>

#include <map>
#include <memory>

namespace mailhelm
{

/// The client's copy of the tables of every server that it knows: one ReplicaTable a table, keyed (server, id). Gives
/// the servers their numbers. Owned by the composition; lives in the thread of the links that feed it and the models
/// that show it.
class Replica : public QObject
{
    Q_OBJECT

public:
    explicit Replica(const Clock &clock, QObject *parent = nullptr);
    ~Replica() override;

    [[nodiscard]] const Clock &clock() const { return m_clock; }

    /// The table, made at the first call and there until the replica goes. nullptr for an id without a schema.
    [[nodiscard]] ReplicaTable *table(TableId id);
    /// Those made so far.
    [[nodiscard]] QList<ReplicaTable *> tables() const;

    /// A new number for a server, from 1; never used again while the replica lives. `name` fills the column `server`.
    quint16 addServer(const QByteArray &name);
    void renameServer(quint16 server, const QByteArray &name);
    /// Its rows go from every table.
    void removeServer(quint16 server);
    [[nodiscard]] QList<quint16> servers() const;
    [[nodiscard]] QByteArray serverName(quint16 server) const; ///< empty for a number that is not in use
    [[nodiscard]] quint16 serverNamed(QByteArrayView name) const; ///< 0 where there is none

    /// How far that server's wall clock is ahead of ours, µs: every age of its rows is computed with it. 0 until it is
    /// known.
    [[nodiscard]] qint64 clockOffsetUs(quint16 server) const;
    void setClockOffsetUs(quint16 server, qint64 offsetUs);

    /// The link to that server broke off: what is live becomes stale as of now.
    void setStale(quint16 server);

Q_SIGNALS:
    void serversChanged();
    void clockOffsetChanged(quint16 server);

private:
    struct Server {
        QByteArray name;
        qint64 offsetUs = 0;
    };

    const Clock &m_clock;
    std::map<quint16, Server> m_servers;
    std::map<TableId, std::unique_ptr<ReplicaTable>> m_tables;
    quint16 m_lastNumber = 0;
};

} // namespace mailhelm
