// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/link.h"

#include "core/base/clock.h"
#include "core/base/logging.h"
#include "core/base/safetext.h"
#include "core/client/replica.h"
#include "core/net/backoff.h"
#include "core/net/channel.h"
#include "core/net/tlsdialer.h"
#include "core/protocol/codec.h"

#include <QRandomGenerator>

#include <algorithm>
#include <cstdlib>

namespace mailhelm
{

using namespace std::chrono_literals;

/// What is in view changes with every turn of the wheel: told at most so often.
static constexpr auto InterestEvery = 100ms;
/// A table that contradicts itself so often in a row will not come right by asking again on this connection.
static constexpr int MostRestarts = 3;
/// Each may take its time: few enough to see progress, and to stop soon.
static constexpr qsizetype AccountsPerBatch = 10;

template<typename T>
static Requests::Take taking(Answer<T> answer)
{
    return [answer = std::move(answer)](const Result<Message> &result) {
        if (!result)
            answer(result.error());
        else if (const T *message = std::get_if<T>(&result.value()))
            answer(*message);
        else
            answer(
                Error { ErrorCode::Corrupt, QStringLiteral("The agent answered something else than it was asked.") });
    };
}

Link::Link(quint16 server, LinkTarget target, Identity identity, Replica &replica, const Clock &clock,
    QByteArray program, LinkTimes times, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_target(std::move(target))
    , m_replica(replica)
    , m_clock(clock)
    , m_program(std::move(program))
    , m_times(times)
    , m_dialer(std::make_unique<TlsDialer>(identity))
    , m_backoff(std::make_unique<Backoff>(
          [] { return QRandomGenerator::global()->generateDouble(); }, times.backoffFirst, times.backoffLongest))
    , m_actions([this](Message batch, Answer<Outcomes> answer) {
        ask(std::move(batch), this, taking<Outcomes>(std::move(answer)));
    })
{
    connect(m_dialer.get(), &TlsDialer::connected, this, &Link::onConnected);
    connect(m_dialer.get(), &TlsDialer::failed, this, &Link::onDialFailed);
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Link::dial);
    m_tick.setInterval(std::clamp(std::min({ m_times.pingEvery, m_times.deadAfter, m_times.reply }) / 8, 10ms, 1000ms));
    connect(&m_tick, &QTimer::timeout, this, &Link::onTick);
    m_interest.setSingleShot(true);
    m_interest.setInterval(InterestEvery);
    connect(&m_interest, &QTimer::timeout, this, &Link::sendInterest);
}

Link::~Link() = default;

void Link::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

void Link::start()
{
    if (m_state == State::Idle)
        dial();
}

void Link::retryNow()
{
    if (m_state != State::Waiting && m_state != State::Refused)
        return;
    m_backoff->reset();
    dial();
}

void Link::stop()
{
    if (m_state == State::Idle)
        return;
    m_retry.stop();
    m_dialer->cancel();
    hangUp();
    m_lostUs = -1;
    m_wasUp = false;
    setState(State::Idle);
    m_requests.failAll({ ErrorCode::Unavailable, QStringLiteral("The connection was ended.") });
}

void Link::dial()
{
    m_retry.stop();
    setState(State::Connecting);
    m_dialer->dial({ m_target.host.toUtf8(), m_target.port }, m_target.pin, m_times.dial);
}

void Link::onDialFailed(const DialFailure &failure)
{
    lose(failure.error, failure.kind == DialFailure::Kind::WrongPin);
}

void Link::onConnected(Channel *channel)
{
    m_channel.reset(channel);
    connect(channel, &Channel::received, this, &Link::onFrame);
    connect(channel, &Channel::closed, this, [this](const Error &reason) { lose(reason, false); });
    channel->setDeadline(m_times.reply, QStringLiteral("took the connection but did not greet in time"));
    m_heardUs = m_clock.monotonicUs();
    setState(State::Authenticating);
}

/// Forgets the connection, without a word to anybody.
void Link::hangUp()
{
    m_tick.stop();
    m_interest.stop();
    m_interested.clear();
    if (m_channel) {
        m_channel->disconnect(this);
        if (m_channel->isOpen()) { // what was asked last shall still go out
            Channel *const channel = m_channel.release();
            connect(channel, &Channel::closed, channel, &QObject::deleteLater);
            channel->close({ ErrorCode::Unavailable, QStringLiteral("closed") });
        } else {
            m_channel.release()->deleteLater();
        }
    }
    for (auto &[table, subscription] : m_subscriptions) {
        subscription.live = false;
        subscription.wanting = false;
        subscription.refused = false;
        subscription.marker = 0;
        subscription.restarts = 0;
    }
    m_pingUs = -1;
    m_bestRoundTripUs = -1;
    m_replica.setStale(m_server);
}

void Link::lose(const Error &error, bool fatal)
{
    qCDebug(lcClient, "Link to %s: %s", qUtf8Printable(m_target.host), qUtf8Printable(error.detail));
    hangUp();
    m_lastError = error;
    if (m_lostUs < 0)
        m_lostUs = m_clock.monotonicUs();
    if (fatal) {
        setState(State::Refused);
    } else {
        m_retry.start(m_backoff->next());
        setState(State::Waiting);
    }
    m_requests.failAll({ ErrorCode::Unavailable, error.detail });
}

void Link::onFrame(const QByteArray &payload)
{
    m_heardUs = m_clock.monotonicUs();
    const auto head = peekHead(payload);
    if (!head) {
        lose(head.error(), false);
        return;
    }
    if (head.value().is(MessageType::Changes)) {
        const auto table = peekTable(head.value());
        if (!table || !isConnected())
            lose(table ? Error { ErrorCode::Corrupt, QStringLiteral("The agent sent rows before its greeting.") }
                       : table.error(),
                false);
        else if (head.value().request != 0)
            takeHistory(head.value().request, table.value(), head.value().body);
        else
            takeChanges(table.value(), head.value().body);
        return;
    }
    const auto envelope = decode(head.value(), Direction::ToClient);
    if (envelope) {
        take(envelope.value());
    } else if (envelope.error().code == ErrorCode::Unsupported) {
        // A newer agent's message. As an answer it ends the request that asked for it; otherwise it is not for us.
        m_requests.settle(head.value().request, envelope.error());
    } else {
        lose(envelope.error(), false);
    }
}

void Link::take(const Envelope &envelope)
{
    const Message &message = envelope.message;
    if (const auto *farewell = std::get_if<Farewell>(&message)) {
        const bool fatal = farewell->code == ErrorCode::Refused || farewell->code == ErrorCode::PermissionDenied
            || farewell->code == ErrorCode::Unsupported;
        lose({ farewell->code, safeText(QByteArrayView(farewell->why)) }, fatal);
    } else if (const auto *welcome = std::get_if<Welcome>(&message)) {
        takeWelcome(*welcome);
    } else if (!isConnected()) {
        lose({ ErrorCode::Corrupt, QStringLiteral("The agent said something else before its greeting.") }, false);
    } else if (const auto *pong = std::get_if<Pong>(&message)) {
        if (envelope.request == m_pingRequest && m_pingUs >= 0)
            noteClock(pong->clockUs, m_clock.monotonicUs() - std::exchange(m_pingUs, -1));
    } else if (takeSubscribed(envelope.request, message)) {
        // done there
    } else if (const auto *failed = std::get_if<Failed>(&message)) {
        m_requests.settle(envelope.request, Error { failed->code, safeText(QByteArrayView(failed->why)) });
    } else {
        m_requests.settle(envelope.request, message);
    }
}

void Link::takeWelcome(const Welcome &welcome)
{
    if (welcome.protocol != ProtocolVersion) {
        lose({ ErrorCode::Unsupported,
                 QStringLiteral(
                     "The agent (version %1) speaks protocol %2, this program %3: bring the older one up to date.")
                     .arg(safeText(QByteArrayView(welcome.agentVersion), 40), QString::number(welcome.protocol),
                         QString::number(ProtocolVersion)) },
            true);
        return;
    }
    if (welcome.role == Role::None) {
        lose({ ErrorCode::Refused,
                 QStringLiteral(
                     "The agent does not know this profile's key, or knows it no more. On the mail host, "
                     "“mailhelmd enroll NAME --role ROLE” prints a new pairing link; add the server with it again.") },
            true);
        return;
    }
    m_channel->clearDeadline();
    m_welcome = welcome;
    m_lostUs = -1;
    m_wasUp = true;
    m_replica.setClockOffsetUs(m_server, welcome.clockUs - m_clock.nowUs());
    post(Hello { ProtocolVersion, m_program });
    m_nextPingUs = 0; // at once: a round trip tells the clocks' offset better than the greeting
    m_tick.start();
    setState(State::Synchronizing);
    Q_EMIT welcomed();
    if (m_state != State::Synchronizing)
        return; // somebody stopped us in the slot
    for (const auto &[table, subscription] : m_subscriptions)
        sendSubscribe(table);
    onTick();
    updateLive();
}

const Schema *Link::announced(TableId table) const
{
    for (const Schema &schema : m_welcome.tables)
        if (schema.id() == table)
            return &schema;
    return nullptr;
}

bool Link::offers(TableId table) const
{
    return announced(table) != nullptr;
}

void Link::subscribe(TableId table, std::optional<qint64> intervalMs)
{
    if (isSubscribed(table)) {
        setInterval(table, intervalMs);
        return;
    }
    if (!m_replica.table(table))
        return;
    m_subscriptions[table].intervalMs = intervalMs;
    if (isConnected()) {
        setState(State::Synchronizing);
        sendSubscribe(table);
        updateLive();
    }
}

void Link::unsubscribe(TableId table)
{
    if (!m_subscriptions.erase(table))
        return;
    if (isConnected()) {
        post(Unsubscribe { table });
        updateLive();
    }
}

void Link::setInterval(TableId table, std::optional<qint64> intervalMs)
{
    const auto found = m_subscriptions.find(table);
    if (found == m_subscriptions.end() || found->second.intervalMs == intervalMs)
        return;
    found->second.intervalMs = intervalMs;
    m_interested.insert(table);
    sendInterest();
}

void Link::setInView(TableId table, const QList<RowId> &ids)
{
    const auto found = m_subscriptions.find(table);
    const QList<RowId> first = ids.first(std::min<qsizetype>(ids.size(), limits::IdsPerRequest));
    if (found == m_subscriptions.end() || found->second.inView == first)
        return;
    found->second.inView = first;
    m_interested.insert(table);
    if (!m_interest.isActive())
        m_interest.start();
}

void Link::sendInterest()
{
    for (const TableId table : std::exchange(m_interested, {})) {
        const auto found = m_subscriptions.find(table);
        if (found != m_subscriptions.end() && isConnected() && !found->second.refused)
            post(Subscribe { table, std::nullopt, found->second.intervalMs, found->second.inView });
    }
}

void Link::sendSubscribe(TableId table)
{
    Subscription &subscription = m_subscriptions[table];
    subscription.live = false;
    subscription.refused = !offers(table);
    if (subscription.refused)
        return;
    subscription.decoder = {};
    subscription.wanting = true;
    const ResumeToken token = m_replica.table(table)->token(m_server);
    subscription.request = post(Subscribe { table, token, subscription.intervalMs, subscription.inView });
    // Whoever resumes where nothing has happened is sent nothing: the answer to a Refresh, which comes after all that
    // was missing, tells that we are up to date. A snapshot tells by itself.
    subscription.marker = token == ResumeToken() ? 0 : post(Refresh { table });
}

void Link::setLive(TableId table, Subscription &subscription)
{
    subscription.restarts = 0;
    if (std::exchange(subscription.live, true))
        return;
    updateLive();
    Q_EMIT tableLive(table);
}

bool Link::takeSubscribed(quint32 request, const Message &message)
{
    const auto found = std::find_if(m_subscriptions.begin(), m_subscriptions.end(), [&](const auto &entry) {
        return (entry.second.wanting && entry.second.request == request)
            || (entry.second.marker == request && request != 0);
    });
    if (found == m_subscriptions.end())
        return false;
    Subscription &subscription = found->second;
    if (subscription.marker == request) {
        subscription.marker = 0;
        setLive(found->first, subscription);
        return true;
    }
    subscription.wanting = false;
    if (const auto *failed = std::get_if<Failed>(&message)) {
        qCWarning(lcClient, "%s does not give the table %s: %s", qUtf8Printable(m_target.host),
            schemaOf(found->first).name().constData(), qUtf8Printable(safeText(QByteArrayView(failed->why))));
        subscription.refused = true;
        updateLive();
    }
    return true;
}

void Link::takeChanges(TableId table, QByteArrayView body)
{
    const auto found = m_subscriptions.find(table);
    if (found == m_subscriptions.end() || found->second.wanting)
        return; // still on their way when we unsubscribed, or subscribed anew
    Subscription &subscription = found->second;
    const auto schema = std::find_if(
        m_welcome.tables.begin(), m_welcome.tables.end(), [&](const Schema &s) { return s.id() == table; });
    ReplicaTable &replica = *m_replica.table(table);
    const auto part = subscription.decoder.decode(body, *schema);
    if (!part) {
        replica.dropToken(m_server);
        lose(part.error(), false);
        return;
    }
    const bool last = part.value().last;
    const QPointer<Link> self(this);
    const auto applied = replica.apply(m_server, *schema, part.value());
    if (!self || !m_subscriptions.count(table))
        return;
    if (!applied) {
        restart(table, applied.error());
        return;
    }
    if (!last)
        return;
    setLive(table, m_subscriptions[table]);
}

void Link::takeHistory(quint32 request, TableId table, QByteArrayView body)
{
    const auto found = m_histories.find(request);
    const Schema *schema = announced(TableId::History);
    if (found == m_histories.end() || !m_requests.contains(request))
        return; // still on its way when it was cancelled
    if (table != TableId::History || !schema) {
        lose({ ErrorCode::Corrupt, QStringLiteral("The agent answered something else than it was asked.") }, false);
        return;
    }
    const auto part = found->second.decoder.decode(body, *schema);
    if (!part) {
        lose(part.error(), false);
        return;
    }
    m_requests.extend(request, m_clock.monotonicUs() + std::chrono::microseconds(m_times.reply).count());
    const HistoryRows rows = found->second.rows; // whoever takes them may cancel the request
    if (found->second.context)
        rows(*schema, part.value());
}

quint32 Link::history(qint64 fromUs, qint64 toUs, QObject *context, HistoryRows rows, Answer<HistoryDone> answer)
{
    // The number is known only now; nothing comes before we are back in the event loop.
    const auto number = std::make_shared<quint32>(0);
    const quint32 request = ask(History { fromUs, toUs }, this,
        [this, number, watched = QPointer<QObject>(context), take = taking<HistoryDone>(std::move(answer))](
            const Result<Message> &result) {
            m_histories.erase(*number);
            if (watched)
                take(result);
        });
    *number = request;
    m_histories.insert_or_assign(request, HistoryRequest { context, std::move(rows), {} });
    return request;
}

void Link::restart(TableId table, const Error &why)
{
    qCWarning(lcClient, "%s (subscribing anew)", qUtf8Printable(why.detail));
    m_replica.table(table)->dropToken(m_server);
    if (++m_subscriptions[table].restarts > MostRestarts) {
        lose(why, false);
        return;
    }
    sendSubscribe(table);
    updateLive();
}

void Link::updateLive()
{
    if (!isConnected())
        return;
    const bool live = std::all_of(m_subscriptions.begin(), m_subscriptions.end(),
        [](const auto &entry) { return entry.second.live || entry.second.refused; });
    if (live) {
        m_backoff->reset(); // not at the greeting: an agent that greets and breaks off is not to be hammered
        m_lastError.reset();
    }
    setState(live ? State::Live : State::Synchronizing);
}

bool Link::isLive(TableId table) const
{
    const auto found = m_subscriptions.find(table);
    return found != m_subscriptions.end() && found->second.live;
}

void Link::noteClock(qint64 agentClockUs, qint64 roundTripUs)
{
    // The agent read its clock somewhere within the round trip: the shorter that was, the better we know.
    const qint64 offset = agentClockUs - (m_clock.nowUs() - roundTripUs / 2);
    const qint64 known = m_replica.clockOffsetUs(m_server);
    const bool better = m_bestRoundTripUs < 0 || roundTripUs <= m_bestRoundTripUs;
    const bool contradicts
        = std::llabs(offset - known) > (roundTripUs + std::max<qint64>(m_bestRoundTripUs, 0)) / 2 + 1000;
    if (!better && !contradicts) // a clock that was set, here or there, contradicts
        return;
    m_bestRoundTripUs = roundTripUs;
    m_replica.setClockOffsetUs(m_server, offset);
}

void Link::onTick()
{
    const qint64 now = m_clock.monotonicUs();
    if (now - m_heardUs > std::chrono::microseconds(m_times.deadAfter).count()) {
        lose({ ErrorCode::TimedOut,
                 QStringLiteral("timed out: nothing was heard for %1 s").arg((now - m_heardUs) / 1'000'000) },
            false);
        return;
    }
    if (m_pingUs < 0 && now >= m_nextPingUs) {
        m_pingUs = now;
        m_nextPingUs = now + std::chrono::microseconds(m_times.pingEvery).count();
        m_pingRequest = post(Ping {});
    }
    m_requests.expire(now,
        { ErrorCode::TimedOut,
            QStringLiteral("The agent did not answer within %1 s.").arg(double(m_times.reply.count()) / 1000) });
}

quint32 Link::nextRequest()
{
    if (++m_lastRequest == 0)
        ++m_lastRequest;
    return m_lastRequest;
}

quint32 Link::post(Message message)
{
    const quint32 id = nextRequest();
    m_channel->send(encode(Envelope { id, std::move(message) }));
    return id;
}

quint32 Link::ask(Message message, QObject *context, Requests::Take take)
{
    const qint64 deadline = m_clock.monotonicUs() + std::chrono::microseconds(replyTime(message)).count();
    if (isConnected()) {
        const quint32 id = post(std::move(message));
        m_requests.add(id, deadline, context, std::move(take));
        return id;
    }
    const quint32 id = nextRequest();
    m_requests.add(id, deadline, context, std::move(take));
    // Later, so that nobody is answered from within the question.
    QMetaObject::invokeMethod(
        this,
        [this, id] {
            m_requests.settle(id,
                Error { ErrorCode::Unavailable,
                    m_lastError ? m_lastError->detail
                                : QStringLiteral("There is no connection to %1.").arg(m_target.host) });
        },
        Qt::QueuedConnection);
    return id;
}

std::chrono::milliseconds Link::replyTime(const Message &message) const
{
    const bool slow = std::holds_alternative<SetAccount>(message) || std::holds_alternative<Delete>(message)
        || std::holds_alternative<Restore>(message);
    return slow ? m_times.replyActing : m_times.reply;
}

quint32 Link::refresh(TableId table, QObject *context, Answer<Done> answer)
{
    return ask(Refresh { table }, context, taking<Done>(std::move(answer)));
}

quint32 Link::journal(RowId id, QObject *context, Answer<JournalLines> answer)
{
    return ask(Journal { id }, context, taking<JournalLines>(std::move(answer)));
}

quint32 Link::status(QObject *context, Answer<StatusReport> answer)
{
    return ask(Status {}, context, taking<StatusReport>(std::move(answer)));
}

quint32 Link::act(const QList<RowId> &ids, qsizetype batchSize, std::function<Message(const QList<RowId> &)> message,
    QObject *context, Answer<Outcomes> answer, ActionBatches::Progress progress)
{
    const quint32 job = nextRequest(); // its own number: the batches have others
    m_actions.start(job, { ids, batchSize, std::move(message), context, std::move(answer), std::move(progress) });
    return job;
}

quint32 Link::drop(const QList<RowId> &ids, QObject *context, Answer<Outcomes> answer)
{
    return act(
        ids, limits::IdsPerRequest, [](const QList<RowId> &batch) { return Drop { batch }; }, context,
        std::move(answer));
}

quint32 Link::endSessions(const QList<RowId> &webmail, QObject *context, Answer<Outcomes> answer)
{
    return act(
        webmail, limits::IdsPerRequest, [](const QList<RowId> &batch) { return End { batch }; }, context,
        std::move(answer));
}

quint32 Link::setAccounts(AccountChange change, const QList<RowId> &users, QObject *context, Answer<Outcomes> answer,
    ActionBatches::Progress progress)
{
    return act(
        users, AccountsPerBatch,
        [change](const QList<RowId> &batch) {
            return SetAccount { change, batch };
        },
        context, std::move(answer), std::move(progress));
}

quint32 Link::deleteAccounts(const QList<RowId> &users, const QByteArray &reason, QObject *context,
    Answer<Outcomes> answer, ActionBatches::Progress progress)
{
    return act(
        users, AccountsPerBatch,
        [reason](const QList<RowId> &batch) {
            return Delete { batch, reason };
        },
        context, std::move(answer), std::move(progress));
}

quint32 Link::restoreAccounts(
    const QList<RowId> &deleted, QObject *context, Answer<Outcomes> answer, ActionBatches::Progress progress)
{
    return act(
        deleted, AccountsPerBatch, [](const QList<RowId> &batch) { return Restore { batch }; }, context,
        std::move(answer), std::move(progress));
}

void Link::cancel(quint32 request)
{
    m_requests.cancel(request);
    if (m_histories.erase(request) > 0 && m_histories.empty() && isConnected())
        post(Unsubscribe { TableId::History }); // else the agent would send it all the same
    m_actions.cancel(request);
}

QByteArray Link::refusalOf(QByteArrayView action) const
{
    const bool changesAccounts = action == "enable" || action == "block" || action == "disable";
    for (const Refusal &refusal : refusals())
        if (refusal.action == action || (changesAccounts && refusal.action == "set-account"))
            return refusal.why;
    return {};
}

QList<Refusal> Link::refusals() const
{
    QList<Refusal> all;
    if (!dropRefusal().isEmpty())
        all.append({ "drop", dropRefusal() });
    return all + m_welcome.refusals;
}

qint64 Link::sinceLostMs() const
{
    return m_lostUs < 0 ? -1 : (m_clock.monotonicUs() - m_lostUs) / 1000;
}

qint64 Link::nextTryMs() const
{
    return m_state == State::Waiting ? std::max(0, m_retry.remainingTime()) : -1;
}

qint64 Link::lastHeardMs() const
{
    return m_heardUs < 0 ? -1 : (m_clock.monotonicUs() - m_heardUs) / 1000;
}

QString Link::statusText() const
{
    const auto loss = [this] {
        const QString why = m_lastError ? m_lastError->detail : QString();
        return m_wasUp ? QStringLiteral("connection lost %1 s ago: %2").arg(QString::number(sinceLostMs() / 1000), why)
                       : QStringLiteral("no connection: %1").arg(why);
    };
    switch (m_state) {
    case State::Idle:
        return QStringLiteral("not connected");
    case State::Connecting:
    case State::Authenticating:
        return m_lostUs < 0 ? QStringLiteral("connecting") : loss() + QStringLiteral("; trying again");
    case State::Synchronizing:
        return QStringLiteral("receiving");
    case State::Live:
        return QStringLiteral("live");
    case State::Waiting:
        return loss() + QStringLiteral("; next try in %1 s").arg((nextTryMs() + 999) / 1000);
    case State::Refused:
        return QStringLiteral("refused: %1").arg(m_lastError ? m_lastError->detail : QString());
    }
    return {};
}

} // namespace mailhelm
