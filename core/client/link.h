// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/actionbatches.h"
#include "core/client/requests.h"
#include "core/client/subscriptions.h"
#include "core/net/identity.h"
#include "core/net/pin.h"
#include "core/protocol/changescodec.h"
#include "core/protocol/limits.h"
#include "core/protocol/messages.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <map>
#include <memory>

namespace mailhelm
{

class Backoff;
class Channel;
class Clock;
class Replica;
class ReplicaTable;
class TlsDialer;
struct DialFailure;

/// Where an agent is, and which key it must show.
struct LinkTarget {
    QString host;
    quint16 port = 6245;
    Pin pin;
    friend bool operator==(const LinkTarget &, const LinkTarget &) = default;
};

/// The times of a link, for tests to shorten.
struct LinkTimes {
    std::chrono::milliseconds dial = limits::Dial;
    std::chrono::milliseconds reply = limits::Reply;
    std::chrono::milliseconds pingEvery = limits::PingEvery;
    std::chrono::milliseconds deadAfter = limits::DeadAfter;
    std::chrono::milliseconds backoffFirst = limits::BackoffFirst;
    std::chrono::milliseconds backoffLongest = limits::BackoffLongest;
    std::chrono::milliseconds replyActing = limits::ReplyActing;
};

/// The connection to one server. It feeds the replica, comes back by itself after a loss, resumes where it was, and
/// subscribes from nothing where that does not fit. Lives in the replica's thread; the replica, the clock and the
/// identity's owner outlive it.
class Link : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Idle, ///< not started, or stopped
        Connecting, ///< name, TCP, TLS
        Authenticating, ///< waiting for the agent's WELCOME
        Synchronizing, ///< some subscribed table is not up to date yet
        Live,
        Waiting, ///< for the next try: nextTryMs()
        Refused, ///< trying again would be of no use: lastError() says why. retryNow() tries all the same
    };
    Q_ENUM(State)

    Link(quint16 server, LinkTarget target, Identity identity, Replica &replica, const Clock &clock, QByteArray program,
        LinkTimes times = {}, QObject *parent = nullptr);
    ~Link() override;

    [[nodiscard]] quint16 server() const { return m_server; }
    [[nodiscard]] const LinkTarget &target() const { return m_target; }

    void start();
    /// Ends the connection and stays Idle; open requests fail as Unavailable.
    void stop();
    /// At once, whatever the back-off or a refusal says. Nothing where it is connected or connecting already.
    void retryNow();

    /// Keeps `table` in the replica from now on, over all reconnects. Interval: nullopt = only on refresh(); 0 = as it
    /// happens; else the least time between pushes, ms. Calling again changes the interval.
    void subscribe(TableId table, std::optional<qint64> intervalMs = 0);
    void unsubscribe(TableId table);
    [[nodiscard]] bool isSubscribed(TableId table) const { return m_subscriptions.contains(table); }
    void setInterval(TableId table, std::optional<qint64> intervalMs)
    {
        m_subscriptions.setInterval(table, intervalMs);
    }
    /// The rows on show: their volatile columns come at the interval. At most limits::IdsPerRequest, the rest is
    /// ignored.
    void setInView(TableId table, const QList<RowId> &ids) { m_subscriptions.setInView(table, ids); }

    // Requests. Each is answered exactly once unless `context` (which must not be null) is destroyed before; fails with
    // TimedOut after LinkTimes::reply, with Unavailable where there is no connection or it breaks off, with the agent's
    // own reason otherwise. The return value names the request; cancel() forgets it.
    /// Any number of ids: sent by the thousand, answered as a whole. A batch that failed as such has its ids as Refused
    /// with the reason; an Error only where nothing was carried out at all.
    quint32 drop(const QList<RowId> &ids, QObject *context, Answer<Outcomes> answer);
    quint32 endSessions(const QList<RowId> &webmail, QObject *context, Answer<Outcomes> answer);
    /// For accounts in small batches, each with limits::ReplyActing, so that there is progress to see and stop() is
    /// soon heeded. Rows that were not asked for any more are missing from the answer.
    quint32 setAccounts(AccountChange change, const QList<RowId> &users, QObject *context, Answer<Outcomes> answer,
        ActionBatches::Progress progress = {});
    quint32 deleteAccounts(const QList<RowId> &users, const QByteArray &reason, QObject *context,
        Answer<Outcomes> answer, ActionBatches::Progress progress = {});
    quint32 restoreAccounts(
        const QList<RowId> &deleted, QObject *context, Answer<Outcomes> answer, ActionBatches::Progress progress = {});
    /// No further batch; what was done is answered.
    void stop(quint32 request) { m_actions.stop(request); }
    /// Answered after the changes that the new look brought are in the replica.
    quint32 refresh(TableId table, QObject *context, Answer<Done> answer);
    quint32 journal(RowId id, QObject *context, Answer<JournalLines> answer);
    quint32 status(QObject *context, Answer<StatusReport> answer);
    /// What was there at any time in [from, to) (the agent's clock, µs) and is over. Rows come part by part, from
    /// nothing, with the columns of `agentSchema`; then the answer, with the spans that nobody watched. Time to answer
    /// counts from the last part. Only limits::HistoriesPerPeer at a time.
    using HistoryRows = std::function<void(const Schema &agentSchema, const ChangeSet &part)>;
    quint32 history(qint64 fromUs, qint64 toUs, QObject *context, HistoryRows rows, Answer<HistoryDone> answer);
    void cancel(quint32 request);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isConnected() const { return m_state == State::Synchronizing || m_state == State::Live; }
    /// Subscribed and complete, as of the last change; false while a snapshot or a resume is on its way.
    [[nodiscard]] bool isLive(TableId table) const { return m_subscriptions.isLive(table); }

    // What the last Welcome said; kept while the link is down.
    [[nodiscard]] Role role() const { return m_welcome.role; }
    [[nodiscard]] QByteArray admin() const { return m_welcome.admin; }
    [[nodiscard]] QByteArray serverName() const { return m_welcome.serverName; }
    /// Of its time zone, seconds east of UTC, when the connection came up; an older agent does not say.
    [[nodiscard]] std::optional<int> utcOffset() const { return m_welcome.utcOffset; }
    /// So long a deleted account can be restored there, ms; an older agent does not say.
    [[nodiscard]] std::optional<qint64> graceMs() const { return m_welcome.graceMs; }
    [[nodiscard]] QByteArray agentVersion() const { return m_welcome.agentVersion; }
    /// Why connections cannot be dropped on that server at all; empty = they can, as far as the role allows.
    [[nodiscard]] QByteArray dropRefusal() const { return m_welcome.dropRefusal; }
    /// The same of any action, as the audit calls it: drop, end, enable, block, disable, delete, restore.
    [[nodiscard]] QByteArray refusalOf(QByteArrayView action) const;
    /// All that cannot be done there whoever asks, drop first.
    [[nodiscard]] QList<Refusal> refusals() const;
    [[nodiscard]] const QList<ServiceInfo> &services() const { return m_welcome.services; }
    /// Whether the agent has that table.
    [[nodiscard]] bool offers(TableId table) const;

    /// Why the link is down, was lost or was refused; kept until it is live again.
    [[nodiscard]] const std::optional<Error> &lastError() const { return m_lastError; }
    /// The key that answered instead of the pinned one, at the last try; null: it was ours, or nobody answered.
    [[nodiscard]] Pin seenPin() const { return m_seenPin; }
    [[nodiscard]] qint64 sinceLostMs() const; ///< since the connection was lost or the first try failed; -1 = it is up
    [[nodiscard]] qint64 nextTryMs() const; ///< -1 unless Waiting
    [[nodiscard]] qint64 lastHeardMs() const; ///< since the agent last said anything; -1 = never
    /// For the status bar, English: "connection lost 14 s ago: timed out; next try in 8 s", "live".
    [[nodiscard]] QString statusText() const;

Q_SIGNALS:
    void stateChanged(mailhelm::Link::State state);
    /// A Welcome came: role, name, services may be others now.
    void welcomed();
    /// A table is complete and up to date for the first time since the connection came up.
    void tableLive(mailhelm::TableId table);

private:
    void dial();
    void onConnected(Channel *channel);
    void onDialFailed(const DialFailure &failure);
    void onFrame(const QByteArray &payload);
    void onTick();

    void take(const Envelope &envelope);
    void takeWelcome(const Welcome &welcome);
    void takeHistory(quint32 request, TableId table, QByteArrayView body);
    [[nodiscard]] const Schema *announced(TableId table) const;
    void updateLive();
    void noteClock(qint64 agentClockUs, qint64 roundTripUs);

    quint32 post(Message message);
    quint32 ask(Message message, QObject *context, Requests::Take take);
    quint32 act(const QList<RowId> &ids, qsizetype batchSize, std::function<Message(const QList<RowId> &)> message,
        QObject *context, Answer<Outcomes> answer, ActionBatches::Progress progress = {});
    [[nodiscard]] std::chrono::milliseconds replyTime(const Message &message) const;
    [[nodiscard]] quint32 nextRequest();
    /// The connection is over, or did not come about. Fatal: no further try.
    void lose(const Error &error, bool fatal);
    void hangUp();
    void setState(State state);

    const quint16 m_server;
    const LinkTarget m_target;
    Replica &m_replica;
    const Clock &m_clock;
    const QByteArray m_program;
    const LinkTimes m_times;

    State m_state = State::Idle;
    std::unique_ptr<TlsDialer> m_dialer;
    std::unique_ptr<Channel> m_channel;
    std::unique_ptr<Backoff> m_backoff;
    QTimer m_retry;
    QTimer m_tick; ///< pings, timeouts

    Welcome m_welcome;
    Subscriptions m_subscriptions;
    Requests m_requests;
    struct HistoryRequest {
        QPointer<QObject> context;
        HistoryRows rows;
        ChangesDecoder decoder;
    };
    std::map<quint32, HistoryRequest> m_histories; ///< those that are open
    ActionBatches m_actions;
    quint32 m_lastRequest = 0;
    std::optional<Error> m_lastError;
    Pin m_seenPin;
    bool m_wasUp = false;
    // Monotonic µs; -1 = never or none.
    qint64 m_lostUs = -1;
    qint64 m_heardUs = -1;
    qint64 m_pingUs = -1; ///< when the ping was sent that is not answered
    quint32 m_pingRequest = 0;
    qint64 m_nextPingUs = 0;
    qint64 m_bestRoundTripUs = -1;
};

} // namespace mailhelm
