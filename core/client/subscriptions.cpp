// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/subscriptions.h"

#include "core/base/logging.h"
#include "core/base/safetext.h"
#include "core/client/replica.h"
#include "core/protocol/limits.h"

#include <QPointer>

#include <algorithm>
#include <utility>

namespace mailhelm
{

using namespace std::chrono_literals;

/// What is in view changes with every turn of the wheel: told at most so often.
static constexpr auto InterestEvery = 100ms;
/// A table that contradicts itself so often in a row will not come right by asking again on this connection.
static constexpr int MostRestarts = 3;

Subscriptions::Subscriptions(quint16 server, Replica &replica, Post post)
    : m_server(server)
    , m_replica(replica)
    , m_post(std::move(post))
{
    m_interest.setSingleShot(true);
    m_interest.setInterval(InterestEvery);
    connect(&m_interest, &QTimer::timeout, this, &Subscriptions::sendInterest);
}

bool Subscriptions::add(TableId table, std::optional<qint64> intervalMs)
{
    if (contains(table) || !m_replica.table(table))
        return false;
    m_tables[table].intervalMs = intervalMs;
    if (m_connected)
        send(table);
    return true;
}

bool Subscriptions::remove(TableId table)
{
    if (!m_tables.erase(table))
        return false;
    if (m_connected)
        m_post(Unsubscribe { table });
    return true;
}

void Subscriptions::setInterval(TableId table, std::optional<qint64> intervalMs)
{
    const auto found = m_tables.find(table);
    if (found == m_tables.end() || found->second.intervalMs == intervalMs)
        return;
    found->second.intervalMs = intervalMs;
    m_interested.insert(table);
    sendInterest();
}

void Subscriptions::setInView(TableId table, const QList<RowId> &ids)
{
    const auto found = m_tables.find(table);
    const QList<RowId> first = ids.first(std::min<qsizetype>(ids.size(), limits::IdsPerRequest));
    if (found == m_tables.end() || found->second.inView == first)
        return;
    found->second.inView = first;
    m_interested.insert(table);
    if (!m_interest.isActive())
        m_interest.start();
}

void Subscriptions::sendInterest()
{
    for (const TableId table : std::exchange(m_interested, {})) {
        const auto found = m_tables.find(table);
        if (found != m_tables.end() && m_connected && !found->second.refused)
            m_post(Subscribe { table, std::nullopt, found->second.intervalMs, found->second.inView });
    }
}

void Subscriptions::connected(const QList<Schema> &offered)
{
    m_connected = true;
    m_offered = offered;
    for (const auto &[table, subscription] : m_tables)
        send(table);
}

void Subscriptions::disconnected()
{
    m_connected = false;
    m_interest.stop();
    m_interested.clear();
    for (auto &[table, subscription] : m_tables) {
        subscription.live = false;
        subscription.wanting = false;
        subscription.refused = false;
        subscription.marker = 0;
        subscription.restarts = 0;
    }
}

const Schema *Subscriptions::offered(TableId table) const
{
    const auto found = std::find_if(
        m_offered.cbegin(), m_offered.cend(), [table](const Schema &schema) { return schema.id() == table; });
    return found == m_offered.cend() ? nullptr : &*found;
}

void Subscriptions::send(TableId table)
{
    Subscription &subscription = m_tables[table];
    subscription.live = false;
    subscription.refused = !offered(table);
    if (subscription.refused)
        return;
    subscription.decoder = {};
    subscription.wanting = true;
    const ResumeToken token = m_replica.table(table)->token(m_server);
    subscription.request = m_post(Subscribe { table, token, subscription.intervalMs, subscription.inView });
    // Whoever resumes where nothing has happened is sent nothing: the answer to a Refresh, which comes after all that
    // was missing, tells that we are up to date. A snapshot tells by itself.
    subscription.marker = token == ResumeToken() ? 0 : m_post(Refresh { table });
}

void Subscriptions::setLive(TableId table, Subscription &subscription)
{
    subscription.restarts = 0;
    if (std::exchange(subscription.live, true))
        return;
    const QPointer<Subscriptions> self(this);
    Q_EMIT changed();
    if (self)
        Q_EMIT tableLive(table);
}

bool Subscriptions::takeAnswer(quint32 request, const Message &message)
{
    const auto found = std::find_if(m_tables.begin(), m_tables.end(), [&](const auto &entry) {
        return (entry.second.wanting && entry.second.request == request)
            || (entry.second.marker == request && request != 0);
    });
    if (found == m_tables.end())
        return false;
    Subscription &subscription = found->second;
    if (subscription.marker == request) {
        subscription.marker = 0;
        const TableId table = found->first;
        const QPointer<Subscriptions> self(this);
        m_replica.table(table)->setLive(m_server);
        if (self && contains(table)) // whoever saw it may have ended it
            setLive(table, m_tables[table]);
        return true;
    }
    subscription.wanting = false;
    if (const auto *failed = std::get_if<Failed>(&message)) {
        qCWarning(lcClient, "%s does not give the table %s: %s",
            qUtf8Printable(safeText(QByteArrayView(m_replica.serverName(m_server)))),
            schemaOf(found->first).name().constData(), qUtf8Printable(safeText(QByteArrayView(failed->why))));
        subscription.refused = true;
        Q_EMIT changed();
    }
    return true;
}

void Subscriptions::takeChanges(TableId table, QByteArrayView body)
{
    const auto found = m_tables.find(table);
    const Schema *const schema = offered(table);
    if (found == m_tables.end() || found->second.wanting || !schema)
        return; // still on their way when we unsubscribed, or subscribed anew
    ReplicaTable &replica = *m_replica.table(table);
    const auto part = found->second.decoder.decode(body, *schema);
    if (!part) {
        replica.dropToken(m_server);
        Q_EMIT failed(part.error());
        return;
    }
    const QPointer<Subscriptions> self(this);
    const auto applied = replica.apply(m_server, *schema, part.value());
    if (!self || !contains(table))
        return; // whoever saw it ended the link, or the subscription
    if (!applied)
        restart(table, applied.error());
    else if (part.value().last)
        setLive(table, m_tables[table]);
}

void Subscriptions::restart(TableId table, const Error &why)
{
    qCWarning(lcClient, "%s (subscribing anew)", qUtf8Printable(why.detail));
    m_replica.table(table)->dropToken(m_server);
    if (++m_tables[table].restarts > MostRestarts) {
        Q_EMIT failed(why);
        return;
    }
    send(table);
    Q_EMIT changed();
}

bool Subscriptions::isLive(TableId table) const
{
    const auto found = m_tables.find(table);
    return found != m_tables.end() && found->second.live;
}

bool Subscriptions::allLive() const
{
    return std::all_of(
        m_tables.begin(), m_tables.end(), [](const auto &entry) { return entry.second.live || entry.second.refused; });
}

} // namespace mailhelm
