// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/consolebackend.h"

#include "app/console/listcomparison.h"
#include "app/console/rowfilewriter.h"
#include "core/net/pairinglink.h"

#include <QHostInfo>
#include <QPointer>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

LinkState stateOf(const Link &link)
{
    switch (link.state()) {
    case Link::State::Live:
        return LinkState::Live;
    case Link::State::Refused:
        return LinkState::Refused;
    case Link::State::Waiting:
        return LinkState::Stale;
    default:
        return link.lastError() ? LinkState::Stale : LinkState::Connecting;
    }
}

QString hexOf(const Pin &pin)
{
    return pin.display().remove(u' ');
}

} // namespace

ConsoleBackend::ConsoleBackend(Profile profile, Identity identity, const Clock &clock, QObject *parent)
    : Backend(parent)
    , m_profile(std::move(profile))
    , m_identity(std::move(identity))
    , m_clock(clock)
    , m_replica(clock)
    , m_online(*m_replica.table(TableId::Connections), *m_replica.table(TableId::Webmail))
    , m_cache(m_replica, m_profile.cacheFile())
    , m_history(m_replica, m_profile.historyFolder())
    , m_jobs([this](quint16 number) {
        const auto server = m_servers.find(number);
        return server == m_servers.end() ? nullptr : server->second.link.get();
    })
{
    m_cache.keep(m_history.series());
    connect(&m_cache, &Cache::problem, this, &Backend::notice);
    connect(&m_history.local(), &LocalHistory::problem, this, &Backend::notice);
    connect(&m_cache, &Cache::loaded, this, [this] {
        for (const auto &[number, server] : m_servers) {
            server.link->start();
            Q_EMIT serverChanged(number);
        }
    });
    for (const TableId id : liveTables())
        m_intervals[id] = 0;
    for (const SavedServer &server : m_profile.servers())
        makeLink(server);
    m_history.local().forgetOthers();
}

ConsoleBackend::~ConsoleBackend() = default;

void ConsoleBackend::start()
{
    m_cache.load();
}

quint16 ConsoleBackend::makeLink(const SavedServer &saved)
{
    const quint16 number = m_replica.addServer(saved.name.toUtf8());
    auto link = std::make_unique<Link>(
        number, saved.target(), m_identity, m_replica, m_clock, QByteArrayLiteral("mailhelm " MAILHELM_VERSION));
    m_cache.attach(number, saved.pin);
    for (const auto &[table, interval] : m_intervals)
        link->subscribe(table, interval);
    const auto changed = [this, number] { Q_EMIT serverChanged(number); };
    connect(link.get(), &Link::stateChanged, this, changed);
    connect(link.get(), &Link::tableLive, this, changed);
    m_history.attach(link.get());
    connect(link.get(), &Link::welcomed, this, [this, number] { onWelcomed(number); });
    m_servers[number] = { saved.name, std::move(link) };
    return number;
}

void ConsoleBackend::onWelcomed(quint16 number)
{
    const Server &server = m_servers.at(number);
    const SavedServer *saved = m_profile.find(server.name);
    if (saved && saved->role != server.link->role()) {
        SavedServer changed = *saved;
        changed.role = server.link->role();
        // The role is saved for the next start's first screen; it comes anew with every connection.
        static_cast<void>(m_profile.update(server.name, changed));
    }
    Q_EMIT serverChanged(number);
}

ServerStatus ConsoleBackend::statusOf(quint16 number, const Server &server) const
{
    const Link &link = *server.link;
    ServerStatus status;
    status.number = number;
    status.name = server.name;
    if (const SavedServer *saved = m_profile.find(server.name)) {
        status.group = saved->group;
        status.colour = saved->colour.isEmpty() ? QColor() : QColor(saved->colour);
        status.role = QString::fromUtf8(roleName(saved->role));
    }
    const LinkTarget &target = link.target();
    status.address = target.host.contains(u':') ? u"[%1]:%2"_s.arg(target.host, QString::number(target.port))
                                                : u"%1:%2"_s.arg(target.host, QString::number(target.port));
    status.pin = hexOf(target.pin);
    status.admin = QString::fromUtf8(link.admin());
    if (link.role() != Role::None)
        status.role = QString::fromUtf8(roleName(link.role()));
    status.state = stateOf(link);
    if (status.state == LinkState::Refused && !link.seenPin().isNull())
        status.seenPin = hexOf(link.seenPin());
    if (link.isConnected())
        status.security = tr("TLS 1.3, pinned");
    if (link.lastError() && status.state != LinkState::Live)
        status.error = link.lastError()->detail;
    if (link.sinceLostMs() >= 0 && status.state != LinkState::Live)
        status.lostUs = m_clock.monotonicUs() - link.sinceLostMs() * 1000;
    if (link.nextTryMs() >= 0)
        status.nextTryUs = m_clock.monotonicUs() + link.nextTryMs() * 1000;
    const Freshness freshness = m_replica.table(TableId::Connections)->freshness(number);
    if (freshness.state != Freshness::State::Never)
        status.updatedUs = freshness.asOfUs;
    // Whatever did not change is as fresh as the last word from the agent, unless it was told to wait for us.
    if (status.state == LinkState::Live && link.lastHeardMs() >= 0 && m_intervals.at(TableId::Connections))
        status.updatedUs = std::max(status.updatedUs, m_clock.nowUs() - link.lastHeardMs() * 1000);
    status.utcOffset = link.utcOffset();
    status.graceMs = link.graceMs();
    status.clockOffsetUs = m_replica.clockOffsetUs(number);
    status.refusals = refusalsOf(link, server.name);
    return status;
}

std::map<RowAction, QString> ConsoleBackend::refusalsOf(const Link &link, const QString &name)
{
    std::map<RowAction, QString> refusals;
    for (const RowAction action : { RowAction::Drop, RowAction::End, RowAction::Enable, RowAction::Block,
             RowAction::Disable, RowAction::Delete, RowAction::Restore }) {
        const QByteArray cannot = link.refusalOf(RowJobs::auditName(action));
        const Role least = RowJobs::leastRole(action);
        if (link.role() < least)
            refusals[action]
                = tr("Your role on %1 is %2; this needs %3.")
                      .arg(name, QString::fromUtf8(roleName(link.role())), QString::fromUtf8(roleName(least)));
        else if (!cannot.isEmpty())
            refusals[action] = QString::fromUtf8(cannot);
    }
    return refusals;
}

QList<ServerStatus> ConsoleBackend::servers() const
{
    QList<ServerStatus> all;
    for (const auto &[number, server] : m_servers)
        all.append(statusOf(number, server));
    return all;
}

LiveTable &ConsoleBackend::table(TableId id)
{
    if (id == TableId::History)
        return m_history.table();
    if (id == TableId::OnlineUsers)
        return m_online;
    return *m_replica.table(id);
}

qsizetype ConsoleBackend::rowCount(TableId id, std::optional<quint16> server)
{
    if (!server)
        return table(id).table().rowCount();
    if (id == TableId::History)
        return m_history.table().rowCount(*server);
    if (id != TableId::OnlineUsers)
        return m_replica.table(id)->rowCount(*server);
    const Table &rows = m_online.table();
    qsizetype count = 0;
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot)
        count += rows.isLive(slot) && rows.keyAt(slot).server == *server ? 1 : 0;
    return count;
}

Result<PairingPreview> ConsoleBackend::readLink(const QString &link) const
{
    const Result<PairingLink> parsed = PairingLink::parse(link.toUtf8());
    if (!parsed)
        return parsed.error();
    const PairingLink &pairing = parsed.value();
    return PairingPreview { QString::fromUtf8(pairing.agent.host), pairing.agent.port, hexOf(pairing.pin) };
}

void ConsoleBackend::addServer(const QString &link, const QString &name, const QString &group, const QColor &colour,
    QObject *context, Reply<ServerStatus> reply)
{
    auto *enrolment = new Enrolment(m_identity, {}, this);
    const QPointer<QObject> asker(context);
    const auto answer = [asker, reply](const Result<ServerStatus> &result) {
        if (asker)
            reply(result);
    };
    connect(enrolment, &Enrolment::failed, this, [enrolment, answer](const Error &error) {
        enrolment->deleteLater();
        answer(error);
    });
    connect(enrolment, &Enrolment::enrolled, this, [=, this](const SavedServer &enrolled) {
        enrolment->deleteLater();
        SavedServer saved = enrolled;
        saved.name = m_profile.freeName(name.isEmpty() ? enrolled.name : name);
        saved.group = group;
        saved.colour = colour.isValid() ? colour.name() : QString();
        const Result<void> added = m_profile.add(saved);
        if (!added) {
            answer(added.error());
            return;
        }
        const quint16 number = makeLink(saved);
        m_servers.at(number).link->start();
        Q_EMIT serversChanged();
        answer(statusOf(number, m_servers.at(number)));
    });
    enrolment->start(link);
}

Result<void> ConsoleBackend::changeServer(
    quint16 number, const QString &name, const QString &group, const QColor &colour)
{
    Server &server = m_servers.at(number);
    const SavedServer *saved = m_profile.find(server.name);
    if (!saved)
        return Error { ErrorCode::NotFound, tr("%1 is not in the list any more.").arg(server.name) };
    SavedServer changed = *saved;
    changed.name = name;
    changed.group = group;
    changed.colour = colour.isValid() ? colour.name() : QString();
    const Result<void> updated = m_profile.update(server.name, changed);
    if (!updated)
        return updated;
    server.name = name;
    m_replica.renameServer(number, name.toUtf8());
    Q_EMIT serversChanged();
    return {};
}

Result<void> ConsoleBackend::removeServer(quint16 number)
{
    const auto server = m_servers.find(number);
    if (server == m_servers.end())
        return {};
    const Result<void> removed = m_profile.remove(server->second.name);
    if (!removed)
        return removed;
    server->second.link->stop();
    m_cache.forget(server->second.link->target().pin);
    m_history.forget(*server->second.link);
    // The link may be among those that are on the stack right now.
    server->second.link.release()->deleteLater();
    m_servers.erase(server);
    m_replica.removeServer(number);
    Q_EMIT serversChanged();
    return {};
}

void ConsoleBackend::reconnect(quint16 number)
{
    m_servers.at(number).link->retryNow();
}

Backend::Job ConsoleBackend::begin(RowAction action, const QList<RowKey> &rows, const QString &reason, QObject *context,
    Answered reply, Progress progress)
{
    return m_jobs.start(action, rows, reason, context, std::move(reply), std::move(progress));
}

void ConsoleBackend::stop(Job job)
{
    m_jobs.stop(job);
}

bool ConsoleBackend::isOwn(RowKey row) const
{
    const auto server = m_servers.find(row.server);
    const Table &table = m_replica.table(TableId::Connections)->table();
    const Table::Slot slot = table.slotOf(row);
    if (server == m_servers.end() || slot == Table::NoSlot)
        return false;
    const Column &protocol = table.column(connections::Protocol);
    const Column &user = table.column(connections::User);
    return protocol.isKnown(slot) && protocol.text(slot) == "admin" && user.isKnown(slot)
        && user.text(slot) == QByteArrayView(server->second.link->admin());
}

void ConsoleBackend::lookUpName(const Address &address, QObject *context, std::function<void(const QString &)> reply)
{
    const QString text = QString::fromLatin1(address.toText());
    QHostInfo::lookupHost(text, context, [text, reply](const QHostInfo &info) {
        // Without a name it gives the address back.
        reply(info.error() == QHostInfo::NoError && info.hostName() != text ? info.hostName() : QString());
    });
}

void ConsoleBackend::countSeries(
    std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments, QObject *, Reply<ProtocolCounts> reply)
{
    m_history.count(server, fromUs, stepUs, moments, reply);
}

void ConsoleBackend::readHistory(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments,
    QObject *context, Reply<HistoryAnswer> reply)
{
    m_history.read(server, fromUs, stepUs, moments, context, std::move(reply));
}

void ConsoleBackend::keepHistory(int days)
{
    m_history.local().setKeepDays(days);
}

void ConsoleBackend::measureHistory(QObject *context, std::function<void(qint64)> reply)
{
    m_history.local().measure(context, std::move(reply));
}

void ConsoleBackend::deleteHistory(QObject *context, std::function<void(qint64)> reply)
{
    m_cache.scrub(); // whose file holds what was live, too
    m_history.local().purge(context, std::move(reply));
}

void ConsoleBackend::journal(RowKey row, QObject *context, Reply<QList<QByteArray>> reply)
{
    const auto server = m_servers.find(row.server);
    if (server == m_servers.end()) {
        reply(Error { ErrorCode::NotFound, tr("The server is not in the list any more.") });
        return;
    }
    server->second.link->journal(row.id, context, [reply](const Result<JournalLines> &lines) {
        reply(lines ? Result<QList<QByteArray>>(lines.value().lines) : Result<QList<QByteArray>>(lines.error()));
    });
}

void ConsoleBackend::refresh(TableId id, QObject *context, Reply<void> reply)
{
    if (id == TableId::History) {
        reply({}); // it is as of the last reading
        return;
    }
    if (id != TableId::OnlineUsers) {
        refreshOne(id, context, std::move(reply));
        return;
    }
    const QPointer<QObject> asker(context);
    refreshOne(TableId::Connections, this, [this, asker, reply](const Result<void> &connections) {
        refreshOne(TableId::Webmail, this, [asker, reply, connections](const Result<void> &sessions) {
            if (asker)
                reply(connections ? sessions : connections);
        });
    });
}

void ConsoleBackend::refreshOne(TableId id, QObject *context, Reply<void> reply)
{
    struct Asked {
        int open = 0;
        std::optional<Error> error;
    };
    const auto asked = std::make_shared<Asked>();
    const QPointer<QObject> asker(context);
    asked->open = int(m_servers.size());
    if (asked->open == 0) {
        reply({});
        return;
    }
    for (const auto &[number, server] : m_servers) {
        const QString name = server.name;
        const bool several = m_servers.size() > 1;
        server.link->refresh(id, this, [asked, asker, reply, name, several](const Result<Done> &result) {
            if (!result && !asked->error)
                asked->error = Error { result.error().code,
                    several ? u"%1: %2"_s.arg(name, result.error().detail) : result.error().detail };
            if (--asked->open == 0 && asker)
                reply(asked->error ? Result<void>(*asked->error) : Result<void>());
        });
    }
}

void ConsoleBackend::setInterval(TableId id, std::optional<qint64> ms)
{
    if (id == TableId::History || id == TableId::OnlineUsers)
        return; // the one is as of the last reading, the other as live as what it is counted from
    m_intervals[id] = ms;
    m_history.local().setInterval(id, ms);
    for (const auto &[number, server] : m_servers)
        server.link->setInterval(id, ms);
}

void ConsoleBackend::setInView(TableId id, const QList<RowKey> &rows)
{
    if (id == TableId::History || id == TableId::OnlineUsers)
        return;
    for (const auto &[number, server] : m_servers) {
        QList<RowId> ids;
        for (const RowKey row : rows)
            if (row.server == number && row.id != 0)
                ids.append(row.id);
        server.link->setInView(id, ids);
    }
}

qint64 ConsoleBackend::idleTimeoutMs(quint16 number, const QByteArray &service) const
{
    const auto server = m_servers.find(number);
    if (server == m_servers.end())
        return 0;
    for (const ServiceInfo &info : server->second.link->services())
        if (info.name == service)
            return info.idleTimeoutMs;
    return 0;
}

QList<UserAddressLimit> ConsoleBackend::userAddressLimits() const
{
    QList<UserAddressLimit> limits;
    for (const auto &[number, server] : m_servers)
        for (const ServiceInfo &info : server.link->services())
            limits.append({ number, info.name, info.userAddressLimit });
    return limits;
}

Result<ListComparison> ConsoleBackend::compare(const QString &file, std::optional<quint16> server)
{
    return ListComparer::compare(file, m_replica.table(TableId::Users)->table(), server);
}

std::unique_ptr<RowWriter> ConsoleBackend::rowWriter(
    TableId id, const QList<int> &columns, const ExportOptions &options)
{
    return std::make_unique<RowFileWriter>(table(id), columns, options);
}

} // namespace mailhelm
