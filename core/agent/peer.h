// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/dispatcher.h"
#include "core/agent/historyanswer.h"
#include "core/net/channel.h"
#include "core/net/tlsserver.h"
#include "core/protocol/changescodec.h"

#include <QSet>
#include <QTimer>

#include <map>

namespace mailhelm
{

/// How a client is greeted: the same for all, but for who they are.
struct Greeting {
    QByteArray serverName;
    QByteArray dropRefusal;
    QList<ServiceInfo> services;
    QList<Refusal> refusals;
    std::optional<qint64> graceMs; ///< nullopt: no accounts are known
};

/// One administrator's connection: what they may send in which state, and for each table they watch a cursor into its
/// change log. Pulls from the registry at the rate asked for; a slow one gets one merged delta, and nobody waits for
/// it. Owns its channel; deletes itself after finished(). Main thread; everything else it is given outlives it.
class Peer : public QObject
{
    Q_OBJECT
public:
    struct Surroundings {
        Registry &registry;
        Admins &admins;
        Audit &audit;
        Dispatcher &dispatcher;
        TlsServer &server;
        const Clock &clock;
        std::function<Greeting()> greeting;
        HistoryKeeper *history = nullptr; ///< nullptr: this agent keeps none
    };

    Peer(Channel *channel, Admit admit, const Surroundings &surroundings, QObject *parent = nullptr);

    [[nodiscard]] const Admin &admin() const { return m_admin; }
    [[nodiscard]] const QByteArray &program() const { return m_program; }
    [[nodiscard]] const Channel &channel() const { return *m_channel; }
    [[nodiscard]] bool isLive() const { return m_state == State::Live; }
    /// Whether it watches the table at an interval.
    [[nodiscard]] bool watches(TableId table) const;
    /// Says why and ends the connection.
    void dismiss(ErrorCode code, const QByteArray &why);

Q_SIGNALS:
    /// It is an administrator's now, and has said hello.
    void live();
    /// What it watches changed.
    void watchingChanged();
    void finished();

private:
    enum class State { Enrolling, Greeted, Live, Leaving };
    struct Subscription {
        explicit Subscription(const Schema &schema)
            : encoder(schema)
        {
        }
        ChangesEncoder encoder;
        ResumeToken at;
        quint64 volatileAt = 0; ///< everybody's volatile columns were sent up to here
        quint64 inViewAt = 0; ///< those in view, up to here
        qint64 lastPush = 0; ///< monotonic µs
        qint64 lastVolatilePush = 0;
        std::optional<qint64> intervalMs;
        QSet<RowId> inView;
        std::optional<ChangeLog::Walk> walk;
        bool walkIsVolatile = false; ///< the walk brings everybody's volatile columns
        QList<quint32> refreshes; ///< requests to answer once what they brought is sent
        bool subscribed = false; ///< has been sent a snapshot or resumed
        QTimer timer;
    };

    void onReceived(const QByteArray &payload);
    void onMessage(const Envelope &envelope);
    void onEnrol(quint32 request, const Enrol &enrol);
    void onSubscribe(quint32 request, const Subscribe &subscribe);
    void onUnsubscribe(quint32 request, TableId table);
    void onHistory(quint32 request, const History &wish);
    void onChanged(TableId table);
    void onAdminsChanged();
    void greet(quint32 request);
    void reply(quint32 request, Message message);
    void schedule(TableId table, Subscription &subscription);
    void push(TableId table, Subscription &subscription);
    void pump(TableId table, Subscription &subscription);
    void pumpAll();
    void finishRefreshes(Subscription &subscription);

    Channel *m_channel;
    Surroundings m_around;
    Admin m_admin;
    QByteArray m_program;
    State m_state;
    std::map<TableId, std::unique_ptr<Subscription>> m_subscriptions;
    std::map<quint32, std::unique_ptr<HistoryAnswer>> m_histories; ///< by request
};

} // namespace mailhelm
