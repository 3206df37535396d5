// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/joinmemory.h"
#include "core/agent/registry.h"
#include "core/agent/rowend.h"
#include "core/agent/scandiff.h"
#include "core/agent/servicemap.h"
#include "core/agent/sources/sessionsource.h"
#include "core/base/clock.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <functional>

namespace mailhelm
{

struct ConnectionKnowledge;

/// Joins what the kernel shows with what the services say, into the rows of `connections`.
///
/// The socket table is the truth of what is connected: a row is one socket, appears with it and goes with it. Facts
/// from logs annotate it, and only where exactly one socket fits: the same protocol, the same remote endpoint, and a
/// line written when the socket can have been open. What nobody said stays unknown.
///
/// Lives on the agent's main thread. `registry` and `clock` outlive it.
class ConnectionJoin : public QObject
{
    Q_OBJECT
public:
    ConnectionJoin(QList<ServiceConfig> services, Registry &registry, const Clock &clock, QObject *parent = nullptr);

    void setCoverage(const QByteArray &source, const LogCoverage &coverage);

    void onScan(const SocketScan &scan);
    void onClosed(const SocketClosed &closed);
    void onFacts(const SessionFacts &facts);
    /// Dovecot's own list of sessions; nullopt where it cannot be read.
    void onAnvil(const std::optional<QList<AnvilEntry>> &entries);
    /// Without sock_diag the rows come from the logs alone.
    void setSocketsAvailable(bool available);

    /// Whether a webmail on that host speaks for this user: an IMAP connection of theirs from there is the webmail's.
    using SpeaksFor = std::function<bool(const Address &host, const QByteArray &user)>;
    void setWebmail(SpeaksFor speaksFor) { m_speaksFor = std::move(speaksFor); }
    /// What it says of this user (in lower case) may be another thing now.
    void onWebmailUser(const QByteArray &user);

    /// The socket behind a row, for dropping it. nullopt: there is no such row, or it has no socket.
    [[nodiscard]] std::optional<SocketObservation> socketOf(RowId id) const;
    [[nodiscard]] const SessionFacts *factsOf(RowId id) const;
    [[nodiscard]] bool everySocketExplained() const;
    /// What became of each source's sessions in the last ten to twenty minutes.
    [[nodiscard]] QMap<QByteArray, JoinCounts> counts() const { return m_memory.counts(); }

    /// What has to outlive a restart of the agent: since when each socket is there, and what is known of it.
    [[nodiscard]] QByteArray saveState() const;
    /// Before the first scan. State of another boot, version or shape is ignored.
    void restoreState(const QByteArray &state);

Q_SIGNALS:
    /// A line spoke of a socket that was not seen yet.
    void scanWanted();
    /// A row is about to be removed because its connection is over.
    void ended(const mailhelm::RowEnd &end);
    /// The socket of a session is gone.
    void sessionOver(const QByteArray &source, const QByteArray &key);
    /// Something in counts() did, other than `joined`.
    void countsChanged();

private:
    struct Connection {
        RowId id = 0;
        SocketObservation socket;
        int service = ServiceMap::None;
        qint64 firstSeen = 0; ///< it was there then: the scan that showed it first, less its silence
        qint64 notBefore = 0; ///< the socket did not exist then; 0 = it may be of any age
        bool exact = false; ///< the agent saw it begin
        qint64 lastActive = 0; ///< when bytes moved last
        QByteArray session; ///< key into m_sessions of the facts that annotate it; empty: none
        bool doubtful = false; ///< a line fitted it and another one: who logged in may be either
        quint64 seenOutOfTurn = 0; ///< number of the last scan that showed it in another place than the one before
    };
    /// What anvil lists and what is connected, from one address by one protocol.
    struct AnvilTally {
        int listed = 0;
        int sockets = 0;
        int explained = 0; ///< sockets of which the log named the user
        QByteArray user; ///< of the listed ones; empty where they differ
    };
    struct Session {
        SessionFacts facts;
        std::optional<SocketKey> socket; ///< where it was joined
        qint64 heard = 0; ///< monotonic, of the last facts: how long it waits for its socket
    };

    [[nodiscard]] bool fits(const Connection &connection, const SessionFacts &facts) const;
    [[nodiscard]] QList<SocketKey> candidates(const SessionFacts &facts) const;
    void takeSocket(const SocketObservation &socket, qint64 time, bool continuous);
    bool tryJoin(const QByteArray &key);
    void joinWaiting();
    void giveUpWaiting();
    void forgetOld();
    void followClock(qint64 wallNow, qint64 monotonicNow);
    void retire(const QByteArray &key);
    void shareTexts(SessionFacts &facts);
    void remove(const SocketKey &key, RowEnd end);
    void write(const Connection &connection);
    void writeWithoutSocket(const QByteArray &key, const Session &session);
    void rewriteUnexplained();
    void rewriteWebmail();
    [[nodiscard]] bool byWebmail(const ConnectionKnowledge &known) const;
    [[nodiscard]] bool knownNotAuthenticated(const Connection &connection) const;
    [[nodiscard]] QByteArray anvilUser(const Connection &connection) const;
    [[nodiscard]] Address clientOf(const Connection &connection) const;
    [[nodiscard]] AnvilTally anvilTally(const Connection &connection) const;

    const ServiceMap m_services;
    Registry &m_registry;
    const Clock &m_clock;
    QHash<SocketKey, Connection> m_connections;
    QMultiHash<Endpoint, SocketKey> m_byPeer;
    QHash<RowId, SocketKey> m_byId;
    QHash<QByteArray, Session> m_sessions;
    QSet<QByteArray> m_texts; ///< of shareTexts()
    QSet<QByteArray> m_waiting; ///< keys of sessions that fit no socket yet
    JoinMemory m_memory;
    QHash<QByteArray, LogCoverage> m_coverage;
    std::optional<QList<AnvilEntry>> m_anvil;
    /// By protocol and address; made when first asked for, thrown away when sockets, sessions or anvil's list change.
    mutable QHash<std::pair<QByteArray, Address>, AnvilTally> m_tallies;
    SpeaksFor m_speaksFor;
    QSet<QByteArray> m_webmailUsers; ///< of onWebmailUser(), not looked at yet
    QHash<SocketKey, Connection> m_restored; ///< from saveState(), until the first scan
    ScanDiff m_diff;
    quint64 m_scanNumber = 0;
    QList<SocketKey> m_appeared; ///< in the scan that is being taken
    bool m_socketsAvailable = true;
    qint64 m_lastScan = 0; ///< wall clock, as it goes now: see followClock()
    qint64 m_lastScanMonotonic = 0;
    qint64 m_lastScanBegan = 0; ///< monotonic
    bool m_unsure = false; ///< a session waits for the next scan to show that nobody else is meant
};

} // namespace mailhelm
