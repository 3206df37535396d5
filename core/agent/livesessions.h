// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/dispatcher.h"
#include "core/agent/registry.h"
#include "core/base/clock.h"

#include <QHash>
#include <QTimer>

#include <chrono>
#include <functional>

namespace mailhelm
{

/// Ends all that is live of a user, connections and webmail sessions, until looking again shows nothing: what comes up
/// meanwhile, from a login that was under way, is ended too. Never an administrator's own connection. Users are
/// compared without regard to case. Main thread; the registry outlives it.
class LiveSessions : public QObject
{
    Q_OBJECT
public:
    /// How it looks and acts. The same as for administrators' requests.
    struct Hands {
        std::function<void(std::function<void()> done)> look; ///< at sockets and webmails, now
        std::function<QList<Outcomes::Target>(const QList<RowId> &connections)> drop;
        std::function<void(const QList<RowId> &webmail, Actions::Answered answered)> end;
    };
    struct Times {
        /// Nothing was seen for so long after everything was ended: a login that was under way has shown itself.
        std::chrono::milliseconds settle { 400 };
        std::chrono::milliseconds between { 100 }; ///< looks
        std::chrono::milliseconds giveUp { 10'000 };
        std::chrono::milliseconds oneLook { 6'000 }; ///< a webmail's database has 5 s
    };

    LiveSessions(const Registry &registry, Hands hands, const Clock &clock);
    LiveSessions(const Registry &registry, Hands hands, const Clock &clock, Times times);

    /// Answers once, through the event loop: empty = nothing of the user is live any more; else what still is, and why.
    void end(const QByteArray &user, std::function<void(QByteArray why)> answer);

private:
    struct Ending {
        qint64 begun = 0; ///< monotonic
        qint64 quietSince = 0; ///< the first look after which nothing was seen; 0 = something was
        QByteArray why; ///< of what could not be ended
        QList<std::function<void(QByteArray)>> answers;
    };
    void look();
    void onLooked(qint64 begun);
    void giveUp(const QByteArray &why);
    void drop(const QHash<RowId, QByteArray> &connections);
    void end(const QHash<RowId, QByteArray> &webmail);
    void note(const QList<Outcomes::Target> &targets, const QHash<RowId, QByteArray> &users);
    [[nodiscard]] QHash<RowId, QByteArray> liveIn(TableId table) const;

    const Registry &m_registry;
    Hands m_hands;
    const Clock &m_clock;
    Times m_times;
    QHash<QByteArray, Ending> m_users; ///< by folded name
    QTimer m_timer;
    QTimer m_lookDeadline;
    quint64 m_looks = 0; ///< number of the last one
    bool m_looking = false;
};

} // namespace mailhelm
