// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/admins.h"
#include "core/agent/audit.h"
#include "core/agent/config.h"
#include "core/agent/connectiondrops.h"
#include "core/agent/dispatcher.h"
#include "core/agent/historykeeper.h"
#include "core/agent/journalsearch.h"
#include "core/agent/peer.h"
#include "core/agent/people.h"
#include "core/agent/registry.h"
#include "core/agent/savedsources.h"
#include "core/agent/sources/anvil.h"
#include "core/agent/sources/sessionsource.h"
#include "core/agent/statelock.h"
#include "core/agent/store.h"

#include <QTimer>

#include <memory>
#include <vector>

namespace mailhelm
{

/// Where an agent's observations come from: the real host, or a simulation. Made by app/agent.
struct AgentSources {
    std::vector<std::unique_ptr<SocketTable>> tables; ///< one a network namespace, the own one first
    std::vector<std::unique_ptr<DestroyWatch>> watches; ///< beside each table; may hold nullptr
    QStringList netns; ///< paths, for messages; "" for the own one
    std::vector<std::unique_ptr<SessionSource>> sessions;
    std::unique_ptr<AnvilReader> anvil; ///< nullptr: no Dovecot
    PeopleSources people;
};

/// The agent as a whole: puts its parts together, lets observations flow from the sources through the join into the
/// registry, and lets administrators in. Main thread. `clock` outlives it.
class Agent : public QObject, private Actions
{
    Q_OBJECT
public:
    Agent(Config config, const Clock &clock, QObject *parent = nullptr);
    ~Agent() override;

    /// Opens the state, the door and the sources; on an error nothing is left running. `simulated`: nothing of the
    /// sources is kept.
    Result<void> start(AgentSources sources, bool simulated = false);
    /// Says farewell to everybody and writes down where the logs were read to.
    void stop();

    [[nodiscard]] const Identity &identity() const { return *m_identity; }
    [[nodiscard]] const Registry &registry() const { return *m_registry; }
    [[nodiscard]] QList<Endpoint> listening() const { return m_server->listening(); }

    /// Local ports to watch: of all configured services.
    [[nodiscard]] static std::vector<quint16> watchedPorts(const QList<ServiceConfig> &services);

private:
    void refresh(TableId table, std::function<void()> done) override;
    QList<Outcomes::Target> drop(const QList<RowId> &ids, const Admin &by, const Endpoint &ownPeer) override;
    void endSessions(const QList<RowId> &webmail, Answered answered) override;
    void setAccounts(AccountChange change, const QList<RowId> &users, Answered answered) override;
    void deleteAccounts(
        const QList<RowId> &users, const QByteArray &reason, const Admin &by, Answered answered) override;
    void restoreAccounts(const QList<RowId> &deleted, Answered answered) override;
    [[nodiscard]] QByteArray describe(TableId table, RowId row) const override;
    void journal(RowId id, std::function<void(Result<QList<QByteArray>>)> done) override;
    [[nodiscard]] StatusReport status() const override;

    Result<void> openState();
    Result<void> openDoor();
    void startSources(const SavedSources::States &states);
    void onConnected(Channel *channel, Admit admit);
    void onPeerLive(Peer *peer, const QByteArray &key);
    [[nodiscard]] Admission admit(const Pin &pin) const;
    [[nodiscard]] Greeting greeting();
    void updateWatching();
    [[nodiscard]] LiveSessions::Hands liveHands();
    void startAnvil(AnvilReader &anvil);
    void startHistory();
    void showAnvil();
    void forgetSession(const QByteArray &source, const QByteArray &key);
    void save();

    Config m_config;
    const Clock &m_clock;
    StateLock m_lock;
    bool m_simulated = false;
    qint64 m_started = 0;
    AgentSources m_sources;
    Store m_store;
    std::unique_ptr<Identity> m_identity;
    std::unique_ptr<Registry> m_registry;
    std::unique_ptr<SavedSources> m_saved;
    std::unique_ptr<Audit> m_audit;
    std::unique_ptr<Admins> m_admins;
    std::unique_ptr<Dispatcher> m_dispatcher;
    std::unique_ptr<TlsServer> m_server;
    std::unique_ptr<ConnectionJoin> m_join;
    std::unique_ptr<HistoryKeeper> m_history; ///< nullptr: none is kept
    std::unique_ptr<People> m_people;
    std::unique_ptr<SocketSource> m_sockets;
    std::unique_ptr<SocketControl> m_control;
    std::unique_ptr<ConnectionDrops> m_drops;
    std::unique_ptr<JournalSearch> m_journal;
    QList<Peer *> m_peers;
    QList<std::function<void()>> m_refreshes; ///< waiting for the next scan
    QTimer m_saveTimer;
    QTimer m_anvilTimer;
    bool m_saving = false; ///< waits until the logins are kept
    int m_peersSoFar = 0;
};

} // namespace mailhelm
