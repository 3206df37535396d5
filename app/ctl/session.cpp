// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/session.h"

#include "core/base/safetext.h"

#include <algorithm>

namespace mailhelm::ctl
{

Session::Session(const Profile &profile, Identity identity, const Clock &clock, Terminal &terminal, QObject *parent)
    : QObject(parent)
    , m_profile(profile)
    , m_identity(std::move(identity))
    , m_clock(clock)
    , m_terminal(terminal)
    , m_replica(clock)
{
}

Session::~Session() = default;

Result<void> Session::choose(const QString &name)
{
    const SavedServer *one = m_profile.find(name);
    if (!name.isEmpty() && !one)
        return Error { ErrorCode::NotFound,
            QStringLiteral("There is no server called “%1”; “mailhelmctl servers” lists them.").arg(name) };
    if (m_profile.servers().isEmpty())
        return Error { ErrorCode::NotFound,
            QStringLiteral(
                "There is no server yet. On the mail host, “mailhelmd enroll NAME --role ROLE” prints a pairing link; "
                "give it to “mailhelmctl add -”.") };
    for (const SavedServer &server : m_profile.servers()) {
        if (one && server.name != one->name)
            continue;
        const quint16 number = m_replica.addServer(server.name.toUtf8());
        m_links.push_back(std::make_unique<Link>(number, server.target(), m_identity, m_replica, m_clock,
            QByteArrayLiteral("mailhelmctl " MAILHELM_VERSION)));
        m_outcomes[number] = Outcome::Open;
        Link *const link = m_links.back().get();
        connect(link, &Link::stateChanged, this, [this, link] { onState(link); });
    }
    return {};
}

void Session::keepOnly(const QList<quint16> &servers)
{
    const auto gone = std::remove_if(
        m_links.begin(), m_links.end(), [&](const auto &link) { return !servers.contains(link->server()); });
    for (auto it = gone; it != m_links.end(); ++it)
        m_outcomes.erase((*it)->server());
    m_links.erase(gone, m_links.end());
}

Result<Target> Session::target(const QString &text) const
{
    const qsizetype slash = text.lastIndexOf(u'/');
    const auto id = rowIdFromText(text.mid(slash + 1).toLatin1());
    if (!id || *id == 0)
        return Error {
            ErrorCode::InvalidArgument,
            QStringLiteral("“%1” is no id: it has 13 characters, a to z and 2 to 7, as the lists print it.").arg(text)
        };
    if (slash < 0) {
        if (m_links.size() == 1)
            return Target { m_links.front()->server(), *id };
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("There are several servers: write SERVER/%1, or add --server NAME.").arg(text) };
    }
    const auto number = serverCalled(text.first(slash));
    if (!number)
        return Error { ErrorCode::NotFound,
            QStringLiteral("“%1”: there is no such server among those chosen.").arg(text) };
    return Target { *number, *id };
}

std::optional<quint16> Session::serverCalled(const QString &name) const
{
    const SavedServer *const server = m_profile.find(name);
    const quint16 number = server ? m_replica.serverNamed(server->name.toUtf8()) : 0;
    return number == 0 ? std::nullopt : std::optional(number);
}

Link *Session::link(quint16 server) const
{
    for (const auto &link : m_links)
        if (link->server() == server)
            return link.get();
    return nullptr;
}

LiveTable &Session::table(TableId id)
{
    if (id != TableId::OnlineUsers)
        return *m_replica.table(id);
    if (!m_online)
        m_online
            = std::make_unique<OnlineUsers>(*m_replica.table(TableId::Connections), *m_replica.table(TableId::Webmail));
    return *m_online;
}

LiveTable &Session::tableOf(const Options &options)
{
    if (options.verb != Verb::Inactive)
        return table(options.table);
    if (!m_activity)
        m_activity = std::make_unique<ActivityTable>(*m_replica.table(TableId::Users));
    return *m_activity;
}

QList<TableId> Session::tablesFor(TableId id)
{
    return id == TableId::OnlineUsers ? QList { TableId::Connections, TableId::Webmail } : QList { id };
}

void Session::subscribe(TableId id, qint64 intervalMs)
{
    (void)table(id); // it follows its sources from the first row on
    for (const auto &link : m_links)
        for (const TableId each : tablesFor(id))
            link->subscribe(each, intervalMs);
}

bool Session::allOffer(TableId id)
{
    bool all = true;
    for (const Link *const link : up()) {
        for (const TableId each : tablesFor(id)) {
            if (link->offers(each))
                continue;
            all = false;
            m_terminal.complain(QStringLiteral("%1: this agent (version %2) does not have the table %3.")
                                    .arg(nameOf(link->server()), QString::fromUtf8(link->agentVersion()),
                                        QString::fromUtf8(schemaOf(each).name())));
        }
    }
    return all;
}

QString Session::nameOf(quint16 server) const
{
    return QString::fromUtf8(m_replica.serverName(server));
}

void Session::start(bool keepTrying)
{
    m_keepTrying = keepTrying;
    for (const auto &link : m_links)
        link->start();
}

void Session::onState(Link *link)
{
    Outcome &outcome = m_outcomes[link->server()];
    switch (link->state()) {
    case Link::State::Live:
        outcome = Outcome::Up;
        break;
    case Link::State::Waiting:
    case Link::State::Refused: {
        const bool refused = link->state() == Link::State::Refused;
        if (outcome != (refused ? Outcome::Refused : Outcome::CannotConnect))
            m_terminal.complain(QStringLiteral("%1: %2").arg(nameOf(link->server()), link->lastError()->detail));
        outcome = refused ? Outcome::Refused : Outcome::CannotConnect;
        break;
    }
    default:
        return;
    }
    if (m_settled
        || std::any_of(m_outcomes.begin(), m_outcomes.end(), [](const auto &o) { return o.second == Outcome::Open; }))
        return;
    m_settled = true;
    // From the event loop: a link must not be stopped from within its own signal.
    QMetaObject::invokeMethod(
        this,
        [this] {
            for (const auto &each : m_links)
                if (!m_keepTrying && m_outcomes[each->server()] != Outcome::Up)
                    each->stop();
            Q_EMIT settled();
        },
        Qt::QueuedConnection);
}

QList<Link *> Session::up() const
{
    QList<Link *> out;
    for (const auto &link : m_links)
        if (m_outcomes.at(link->server()) == Outcome::Up)
            out.append(link.get());
    return out;
}

int Session::exitCode() const
{
    const auto count = [this](Outcome outcome) {
        return std::count_if(m_outcomes.begin(), m_outcomes.end(), [&](const auto &o) { return o.second == outcome; });
    };
    if (count(Outcome::Up) == qsizetype(m_outcomes.size()))
        return exitcode::Done;
    if (count(Outcome::Up) > 0)
        return exitcode::Part;
    return count(Outcome::CannotConnect) > 0 ? exitcode::CannotConnect : exitcode::Refused;
}

} // namespace mailhelm::ctl
