// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/sessionsource.h"
#include "core/agent/sources/simulatedsession.h"
#include "core/agent/sources/sockettable.h"
#include "core/base/clock.h"

#include <QMutex>
#include <QRandomGenerator>
#include <QThread>

#include <span>
#include <vector>

namespace mailhelm
{

/// A scripted mail server in memory: for `serve --simulate N`, load tests and benchmarks. It changes on a thread of its
/// own, named "simulator", so that its cost can be told from the agent's. Up to RowsThroughParsers sessions speak
/// through log lines, which go through the real parsers; above that as facts. Rows come the real way in either case:
/// through the socket table and the join. The same seed gives the same server. `clock` outlives it and is read from
/// both threads.
class Simulation : public QObject
{
    Q_OBJECT
public:
    static constexpr int RowsThroughParsers = 10'000;

    struct Settings {
        int rows = 1000;
        int changesPerSecond
            = 0; ///< a third each: a connection ends and another begins, a folder is selected, bytes move
        quint32 seed = 1;
    };
    /// What a service said, in order; either lines or facts.
    struct Said {
        QList<QByteArray> lines;
        QList<SessionFacts> facts;
        [[nodiscard]] bool isEmpty() const { return lines.isEmpty() && facts.isEmpty(); }
    };
    enum Service { Dovecot, Postfix };
    Q_ENUM(Service)

    Simulation(const Settings &settings, const Clock &clock);
    ~Simulation() override;

    /// Starts the thread, which first tells of the sessions that are there already, then changes. Idle where there is
    /// nothing to change.
    void start();
    /// What start() does in its thread, for whoever wants it step by step: tells of the next sessions that nobody was
    /// told of, and makes this many changes. False: there is nothing left to tell.
    bool step(int changes);

    [[nodiscard]] static bool serves(quint16 port);
    [[nodiscard]] bool usesParsers() const { return m_settings.rows <= RowsThroughParsers; }

    // Any thread.
    [[nodiscard]] QList<SocketObservation> sockets(std::span<const quint16> localPorts) const;
    DestroyOutcome destroy(const SocketObservation &socket);
    /// The next words of a service, at most `most`: whoever listens takes them in slices that do not block it.
    [[nodiscard]] Said take(Service service, qsizetype most);
    /// What the services said of that connection so far; nullopt: nothing, or there is no such socket.
    [[nodiscard]] std::optional<SessionFacts> known(quint64 cookie) const;

Q_SIGNALS:
    /// There is something to take. From any thread; comes again only once take() has emptied what that service said.
    void spoke(mailhelm::Simulation::Service service);

private:
    void open(size_t slot, qint64 began, bool fresh);
    void tell(size_t slot);
    void end(size_t slot);
    void change();
    void touch(SocketObservation &socket);
    void say(bool dovecot, QList<QByteArray> lines);
    void say(SessionFacts facts);
    [[nodiscard]] qsizetype unheard() const;
    bool tick(qint64 elapsedUs);
    void announce();

    const Settings m_settings;
    const Clock &m_clock;
    QThread m_thread;
    mutable QMutex m_mutex; ///< of everything below
    QRandomGenerator m_random;
    // One each a slot. A cookie of 0: that connection was dropped, and its client did not come back yet.
    QList<SocketObservation> m_sockets; ///< by themselves: a scan shares them instead of copying
    std::vector<SimulatedSession> m_sessions;
    qsizetype m_gone = 0;
    quint64 m_nextCookie = quint64(1) << 62; ///< a kernel's never get there
    size_t m_firstUntold = 0;
    double m_due = 0;
    Said m_said[2]; ///< by Service
    bool m_heard[2] = { true, true }; ///< all was taken: the next words are worth a signal
};

} // namespace mailhelm
