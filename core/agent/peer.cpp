// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/peer.h"

#include "core/base/logging.h"
#include "core/base/safetext.h"
#include "core/protocol/codec.h"

#include <QDateTime>
#include <QPointer>

namespace mailhelm
{

namespace
{

constexpr qint64 CoalesceUs = 50'000; // "as it happens" means at most this late
constexpr qint64 VolatileEveryUs = 5'000'000; // for rows that are not in view
constexpr qsizetype PartBytes = 128 * 1024; // of one part of a ChangeSet, far below a frame's limit

} // namespace

Peer::Peer(Channel *channel, Admit admit, const Surroundings &surroundings, QObject *parent)
    : QObject(parent)
    , m_channel(channel)
    , m_around(surroundings)
    , m_state(admit == Admit::Known ? State::Greeted : State::Enrolling)
{
    m_channel->setParent(this);
    connect(m_channel, &Channel::received, this, &Peer::onReceived);
    connect(m_channel, &Channel::drained, this, &Peer::pumpAll);
    connect(m_channel, &Channel::closed, this, [this](const Error &reason) {
        qCInfo(lcAgent, "%s left: %s",
            m_admin.name.isEmpty() ? qUtf8Printable(m_channel->peerText()) : m_admin.name.constData(),
            qUtf8Printable(reason.detail));
        m_state = State::Leaving;
        m_subscriptions.clear();
        m_histories.clear();
        Q_EMIT finished();
        deleteLater();
    });
    connect(&m_around.registry, &Registry::changed, this, &Peer::onChanged);
    connect(&m_around.admins, &Admins::changed, this, &Peer::onAdminsChanged);
    if (const std::optional<Admin> known = m_around.admins.byPin(channel->peerPin()))
        m_admin = *known;
    greet(0);
}

void Peer::greet(quint32 request)
{
    const Greeting greeting = m_around.greeting();
    Welcome welcome;
    welcome.agentVersion = MAILHELM_VERSION;
    welcome.clockUs = m_around.clock.nowUs();
    welcome.utcOffset = QDateTime::fromMSecsSinceEpoch(welcome.clockUs / 1000).offsetFromUtc();
    welcome.admin = m_admin.name;
    welcome.role = m_admin.role;
    if (m_admin.role != Role::None) { // a stranger learns nothing of this host
        welcome.serverName = greeting.serverName;
        welcome.dropRefusal = greeting.dropRefusal;
        welcome.services = greeting.services;
        welcome.refusals = greeting.refusals;
        welcome.graceMs = greeting.graceMs;
        for (const TableId table : m_around.registry.tables())
            welcome.tables.append(m_around.registry.log(table)->table().schema());
        if (m_around.history)
            welcome.tables.append(schemaOf(TableId::History));
    }
    reply(request, welcome);
}

void Peer::reply(quint32 request, Message message)
{
    if (m_state != State::Leaving)
        m_channel->send(encode(Envelope { request, std::move(message) }));
}

void Peer::dismiss(ErrorCode code, const QByteArray &why)
{
    reply(0, Farewell { code, why });
    m_state = State::Leaving;
    m_subscriptions.clear();
    m_histories.clear();
    Q_EMIT watchingChanged();
    m_channel->close({ code, QString::fromUtf8(why) });
}

void Peer::onAdminsChanged()
{
    if (m_state == State::Enrolling || m_state == State::Leaving)
        return;
    const std::optional<Admin> now = m_around.admins.byPin(m_channel->peerPin());
    if (!now)
        dismiss(ErrorCode::PermissionDenied, "Your key was revoked on this server.");
    else if (now->role != m_admin.role)
        dismiss(ErrorCode::Unavailable, "Your role is now " + roleName(now->role).toByteArray() + ".");
}

void Peer::onReceived(const QByteArray &payload)
{
    if (m_state == State::Leaving)
        return;
    if (m_state == State::Live)
        m_channel->setDeadline(limits::DeadAfter * 2, QStringLiteral("sent nothing, not even a ping"));
    const Result<FrameHead> head = peekHead(payload);
    if (!head) {
        m_around.server.loginFailed(m_channel);
        dismiss(ErrorCode::InvalidArgument, head.error().detail.toUtf8());
        return;
    }
    const Result<Envelope> envelope = decode(head.value(), Direction::ToAgent);
    if (envelope) {
        onMessage(envelope.value());
        return;
    }
    const QByteArray why = envelope.error().detail.toUtf8();
    if (m_state == State::Live && envelope.error().code == ErrorCode::Unsupported) {
        reply(head.value().request, Failed { ErrorCode::Unsupported, why });
        return;
    }
    qCWarning(lcAgent, "%s: %s", qUtf8Printable(m_channel->peerText()), qUtf8Printable(safeText(why)));
    if (m_state != State::Live)
        m_around.server.loginFailed(m_channel);
    dismiss(ErrorCode::InvalidArgument, why);
}

void Peer::onMessage(const Envelope &envelope)
{
    const Message &message = envelope.message;
    const std::optional<Role> least = Dispatcher::leastRole(message);
    switch (m_state) {
    case State::Leaving:
        return;
    case State::Enrolling:
        if (const auto *enrol = std::get_if<Enrol>(&message))
            onEnrol(envelope.request, *enrol);
        else {
            m_around.server.loginFailed(m_channel);
            dismiss(ErrorCode::Refused, "This key is not known here; all it may do is enrol.");
        }
        return;
    case State::Greeted:
        if (const auto *hello = std::get_if<Hello>(&message)) {
            m_program = hello->program;
            m_state = State::Live;
            m_around.server.loggedIn(m_channel);
            m_channel->setDeadline(limits::DeadAfter * 2, QStringLiteral("sent nothing, not even a ping"));
            reply(envelope.request, Done {});
            qCInfo(lcAgent, "%s (%s) from %s", m_admin.name.constData(), roleName(m_admin.role).data(),
                qUtf8Printable(m_channel->peerText()));
            Q_EMIT live();
        } else {
            dismiss(ErrorCode::Refused, "The first message after the welcome is hello.");
        }
        return;
    case State::Live:
        break;
    }
    const bool ownBusiness = std::holds_alternative<Subscribe>(message) || std::holds_alternative<Unsubscribe>(message)
        || std::holds_alternative<History>(message) || std::holds_alternative<Ping>(message);
    if (!ownBusiness || !least || m_admin.role < *least) {
        if (const auto *refresh = std::get_if<Refresh>(&message); refresh && m_subscriptions.contains(refresh->table)) {
            // Answered after the changes that it brought.
            const TableId table = refresh->table;
            QPointer<Peer> self(this);
            m_around.dispatcher.handle(
                message, m_admin, m_channel->peer(), [self, table, request = envelope.request](Message answer) {
                    if (!self)
                        return;
                    const auto found = self->m_subscriptions.find(table);
                    if (!std::holds_alternative<Done>(answer) || found == self->m_subscriptions.end()) {
                        self->reply(request, std::move(answer));
                        return;
                    }
                    found->second->refreshes.append(request);
                    found->second->lastVolatilePush = 0; // whoever asks, sees everything as it is
                    self->push(table, *found->second);
                });
            return;
        }
        QPointer<Peer> self(this);
        m_around.dispatcher.handle(
            message, m_admin, m_channel->peer(), [self, request = envelope.request](Message answer) {
                if (self)
                    self->reply(request, std::move(answer));
            });
        return;
    }
    if (const auto *subscribe = std::get_if<Subscribe>(&message)) {
        onSubscribe(envelope.request, *subscribe);
    } else if (const auto *unsubscribe = std::get_if<Unsubscribe>(&message)) {
        onUnsubscribe(envelope.request, unsubscribe->table);
    } else if (const auto *wish = std::get_if<History>(&message)) {
        onHistory(envelope.request, *wish);
    } else {
        reply(envelope.request, Pong { m_around.clock.nowUs() });
    }
}

void Peer::onEnrol(quint32 request, const Enrol &enrol)
{
    const std::optional<PairingToken> token = PairingToken::parse(enrol.token);
    const Result<Admin> admitted = token
        ? m_around.admins.enrol(*token, m_channel->peerPin())
        : Error { ErrorCode::InvalidArgument, QStringLiteral("This is not a token of a pairing link.") };
    const QByteArray from = m_channel->peerText().toUtf8();
    if (!admitted) {
        const QByteArray why = admitted.error().detail.toUtf8();
        m_around.audit.note({}, "enrol", m_channel->peerPin().toText(), "refused", "from " + from + ": " + why);
        m_around.server.loginFailed(m_channel);
        reply(request, Failed { admitted.error().code, why });
        m_state = State::Leaving;
        m_channel->close(admitted.error());
        return;
    }
    m_admin = admitted.value();
    m_around.audit.note(m_admin.name, "enrol", m_admin.pin.toText(), "done",
        "as " + roleName(m_admin.role).toByteArray() + " from " + from);
    m_state = State::Greeted;
    greet(request);
}

void Peer::onSubscribe(quint32 request, const Subscribe &wish)
{
    const ChangeLog *log = m_around.registry.log(wish.table);
    if (!log) {
        reply(request, Failed { ErrorCode::NotFound, "This agent has no such table." });
        return;
    }
    std::unique_ptr<Subscription> &slot = m_subscriptions[wish.table];
    if (!slot && !wish.from) {
        m_subscriptions.erase(wish.table);
        reply(request, Failed { ErrorCode::InvalidArgument, "There is no subscription of that table to change." });
        return;
    }
    const bool fresh = wish.from.has_value();
    if (fresh) {
        slot = std::make_unique<Subscription>(log->table().schema()); // the dictionary begins anew with it
        slot->at = *wish.from;
        slot->timer.setSingleShot(true);
        slot->timer.setTimerType(Qt::PreciseTimer);
        Subscription *subscription = slot.get();
        connect(&slot->timer, &QTimer::timeout, this,
            [this, table = wish.table, subscription] { push(table, *subscription); });
    }
    Subscription &subscription = *slot;
    subscription.intervalMs = wish.intervalMs;
    subscription.inView = QSet<RowId>(wish.inView.begin(), wish.inView.end());
    reply(request, Done {});
    Q_EMIT watchingChanged();
    if (fresh)
        push(wish.table, subscription);
    else
        schedule(wish.table, subscription);
}

void Peer::onUnsubscribe(quint32 request, TableId table)
{
    m_subscriptions.erase(table);
    if (table == TableId::History)
        for (const auto &entry : m_histories)
            entry.second->stop();
    reply(request, Done {});
    Q_EMIT watchingChanged();
}

void Peer::onHistory(quint32 request, const History &wish)
{
    const auto refuse = [&](ErrorCode code, const QByteArray &why) { reply(request, Failed { code, why }); };
    if (!m_around.history)
        return refuse(
            ErrorCode::Unavailable, "This agent keeps no history. In its configuration: [history] enabled = true");
    if (wish.fromUs >= wish.toUs)
        return refuse(ErrorCode::InvalidArgument, "The span ends before it begins.");
    if (m_histories.count(request) > 0)
        return refuse(ErrorCode::InvalidArgument, "A request of that number is not answered yet.");
    if (m_histories.size() >= limits::HistoriesPerPeer)
        return refuse(ErrorCode::Unavailable,
            "Only " + QByteArray::number(limits::HistoriesPerPeer) + " requests for history are answered at a time.");
    auto &answer = m_histories[request];
    answer = std::make_unique<HistoryAnswer>(*m_around.history, *m_channel, request, wish);
    connect(
        answer.get(), &HistoryAnswer::finished, this, [this](quint32 over) { m_histories.erase(over); },
        Qt::QueuedConnection);
    answer->pump();
}

bool Peer::watches(TableId table) const
{
    const auto found = m_subscriptions.find(table);
    return found != m_subscriptions.end() && found->second->intervalMs;
}

void Peer::onChanged(TableId table)
{
    if (const auto found = m_subscriptions.find(table); found != m_subscriptions.end())
        schedule(table, *found->second);
}

/// Sees to it that the subscription is pushed when it is due, if there is anything to push.
void Peer::schedule(TableId table, Subscription &subscription)
{
    if (!subscription.intervalMs || subscription.walk)
        return;
    const ChangeLog &log = *m_around.registry.log(table);
    const qint64 interval = std::max(*subscription.intervalMs * 1000, CoalesceUs);
    const bool rows = log.revision() != subscription.at.revision || log.epoch() != subscription.at.epoch;
    const bool seen = !subscription.inView.isEmpty() && log.volatileRevision() != subscription.inViewAt;
    qint64 due = 0;
    if (rows || seen)
        due = subscription.lastPush + interval;
    else if (log.volatileRevision() != subscription.volatileAt)
        due = subscription.lastVolatilePush + std::max(interval, VolatileEveryUs);
    else
        return;
    const qint64 wait = due - m_around.clock.monotonicUs();
    if (wait <= 0)
        push(table, subscription);
    else if (const qint64 ms = (wait + 999) / 1000;
             !subscription.timer.isActive() || subscription.timer.remainingTime() > ms)
        subscription.timer.start(std::chrono::milliseconds(ms));
}

void Peer::push(TableId table, Subscription &subscription)
{
    if (subscription.walk)
        return; // when it has ended, schedule() looks again
    const ChangeLog &log = *m_around.registry.log(table);
    const qint64 now = m_around.clock.monotonicUs();
    const bool everybody = now - subscription.lastVolatilePush >= VolatileEveryUs;
    ChangeLog::Walk walk = log.walkFrom(subscription.at, everybody ? subscription.volatileAt : subscription.inViewAt);
    if (!everybody)
        walk.touched.removeIf([&](RowId id) { return !subscription.inView.contains(id); });
    subscription.walkIsVolatile = everybody;
    subscription.lastPush = now;
    subscription.walk = std::move(walk);
    pump(table, subscription);
}

void Peer::pump(TableId table, Subscription &subscription)
{
    const ChangeLog &log = *m_around.registry.log(table);
    ChangeLog::Walk &walk = *subscription.walk;
    if (!walk.isEmpty() || walk.begun) {
        while (true) {
            if (!m_channel->hasRoom())
                return; // drained() goes on
            const ChangeSet part = log.nextPart(walk, PartBytes);
            if (!m_channel->send(subscription.encoder.encode(0, part)))
                return;
            if (part.last)
                break;
        }
    }
    subscription.at = { log.epoch(), walk.revision };
    subscription.inViewAt = walk.volatileRevision;
    if (subscription.walkIsVolatile || walk.reset) {
        subscription.volatileAt = walk.volatileRevision;
        subscription.lastVolatilePush = subscription.lastPush;
    }
    subscription.walk.reset();
    if (!subscription.refreshes.isEmpty())
        finishRefreshes(subscription);
    schedule(table, subscription);
}

void Peer::finishRefreshes(Subscription &subscription)
{
    for (const quint32 request : std::exchange(subscription.refreshes, {}))
        reply(request, Done {});
}

void Peer::pumpAll()
{
    for (const auto &entry : m_subscriptions)
        if (entry.second->walk)
            pump(entry.first, *entry.second);
    for (const auto &entry : m_histories)
        entry.second->pump();
}

} // namespace mailhelm
