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
    , m_subscriptions(server, replica, [this](Message message) { return post(std::move(message)); })
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
    connect(&m_subscriptions, &Subscriptions::changed, this, &Link::updateLive);
    connect(&m_subscriptions, &Subscriptions::tableLive, this, &Link::tableLive);
    connect(&m_subscriptions, &Subscriptions::failed, this, [this](const Error &error) { lose(error, false); });
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
    m_seenPin = failure.seen;
    lose(failure.error, failure.kind == DialFailure::Kind::WrongPin);
}

void Link::onConnected(Channel *channel)
{
    m_seenPin = Pin();
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
    m_subscriptions.disconnected();
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
            m_subscriptions.takeChanges(table.value(), head.value().body);
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
    } else if (m_subscriptions.takeAnswer(envelope.request, message)) {
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
    m_subscriptions.connected(m_welcome.tables);
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
    if (isSubscribed(table))
        setInterval(table, intervalMs);
    else if (m_subscriptions.add(table, intervalMs))
        updateLive();
}

void Link::unsubscribe(TableId table)
{
    if (m_subscriptions.remove(table))
        updateLive();
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

void Link::updateLive()
{
    if (!isConnected())
        return;
    const bool live = m_subscriptions.allLive();
    if (live) {
        m_backoff->reset(); // not at the greeting: an agent that greets and breaks off is not to be hammered
        m_lastError.reset();
    }
    setState(live ? State::Live : State::Synchronizing);
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
