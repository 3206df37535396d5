// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/fakebackend.h"

#include "app/console/rowfilewriter.h"
#include "app/console/texts.h"

#include <QCoreApplication>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

/// As the program itself does: without its texts no plural would be right.
void speakEnglish()
{
    static Texts texts;
    texts.choose(u"en"_s);
}
Q_COREAPP_STARTUP_FUNCTION(speakEnglish)

/// As a replica's tables have it.
Schema withServerColumn(const Schema &schema)
{
    QList<ColumnSpec> columns = schema.columns();
    columns.append({ "server", ColumnType::Text, "Server", ColumnTrait::Shown });
    return Schema(schema.id(), schema.name(), columns);
}

} // namespace

FakeTable::FakeTable(TableId id, const Clock &clock)
    : m_clock(clock)
    , m_table(withServerColumn(id == TableId::History ? clientHistorySchema() : schemaOf(id)))
{
}

void FakeTable::put(RowKey key, const Cells &cells)
{
    Table::Slot slot = m_table.slotOf(key);
    const bool isNew = slot == Table::NoSlot;
    if (isNew) {
        slot = m_table.insert(key);
        // Every row of a replica says whose it is.
        m_table.column(m_table.schema().indexOf("server")).setText(slot, "mx" + QByteArray::number(key.server));
    }
    bool changed = false;
    bool touched = false;
    for (const auto &[column, value] : cells)
        if (m_table.column(column).set(slot, value))
            (m_table.schema().column(column).isVolatile() ? touched : changed) = true;
    if (isNew)
        m_next.inserted.append(slot);
    else if (changed && !m_next.inserted.contains(slot) && !m_next.changed.contains(slot))
        m_next.changed.append(slot);
    else if (!changed && touched && !m_next.inserted.contains(slot) && !m_next.changed.contains(slot))
        m_next.touched.append(slot);
}

void FakeTable::remove(RowKey key)
{
    const Table::Slot slot = m_table.slotOf(key);
    if (slot == Table::NoSlot)
        return;
    m_next.inserted.removeAll(slot);
    m_next.changed.removeAll(slot);
    m_next.touched.removeAll(slot);
    m_next.removed.append(slot);
}

void FakeTable::publish()
{
    const Publication now = std::exchange(m_next, {});
    Q_EMIT published(now);
    for (const Table::Slot slot : now.removed)
        m_table.remove(slot);
}

FakeBackend::FakeBackend(const Clock &clock, QObject *parent)
    : Backend(parent)
    , m_outcome([](RowKey row) {
        return RowOutcome { row, RowOutcome::Code::Done, {} };
    })
    , m_clock(clock)
{
    for (const TableId id : liveTables() + QList<TableId> { TableId::History })
        m_tables.emplace(id, std::make_unique<FakeTable>(id, clock));
    m_online = std::make_unique<OnlineUsers>(rows(TableId::Connections), rows(TableId::Webmail));
}

FakeBackend::~FakeBackend() = default;

LiveTable &FakeBackend::table(TableId id)
{
    if (id == TableId::OnlineUsers)
        return *m_online;
    return rows(id);
}

qsizetype FakeBackend::rowCount(TableId id, std::optional<quint16> server)
{
    const Table &all = table(id).table();
    if (!server)
        return all.rowCount();
    qsizetype count = 0;
    for (Table::Slot slot = 0; slot < all.slotEnd(); ++slot)
        count += all.isLive(slot) && all.keyAt(slot).server == *server ? 1 : 0;
    return count;
}

Result<PairingPreview> FakeBackend::readLink(const QString &link) const
{
    if (!link.startsWith(u"mailhelm://"_s))
        return Error { ErrorCode::InvalidArgument, u"This is no pairing link: it starts with mailhelm://."_s };
    return PairingPreview { u"mx1.example.org"_s, 6245,
        u"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"_s };
}

void FakeBackend::addServer(const QString &link, const QString &name, const QString &, const QColor &, QObject *context,
    Reply<ServerStatus> reply)
{
    m_added.append(link);
    QMetaObject::invokeMethod(
        context,
        [this, name, reply] {
            if (m_addError)
                reply(*m_addError);
            else
                reply(addLive(name.isEmpty() ? u"mx1"_s : name));
        },
        Qt::QueuedConnection);
}

Result<void> FakeBackend::changeServer(quint16 number, const QString &name, const QString &group, const QColor &colour)
{
    for (ServerStatus &server : m_servers) {
        if (server.number == number) {
            server.name = name;
            server.group = group;
            server.colour = colour;
        }
    }
    Q_EMIT serversChanged();
    return {};
}

Result<void> FakeBackend::removeServer(quint16 number)
{
    m_servers.removeIf([number](const ServerStatus &server) { return server.number == number; });
    Q_EMIT serversChanged();
    return {};
}

Backend::Job FakeBackend::begin(RowAction action, const QList<RowKey> &rows, const QString &reason, QObject *context,
    Answered reply, Progress progress)
{
    m_acts.append({ action, rows, reason });
    Running running { ++m_lastJob, rows, {}, context, std::move(reply), std::move(progress) };
    if (m_slow) {
        m_running.append(std::move(running));
        return m_lastJob;
    }
    for (const RowKey row : rows)
        running.outcomes.append(m_outcome(row));
    QMetaObject::invokeMethod(
        context, [running] { running.reply(running.outcomes); }, Qt::QueuedConnection);
    return m_lastJob;
}

QList<QList<RowKey>> FakeBackend::asked(RowAction action) const
{
    QList<QList<RowKey>> rows;
    for (const Act &act : m_acts)
        if (act.action == action)
            rows.append(act.rows);
    return rows;
}

void FakeBackend::answerOne()
{
    if (m_running.isEmpty())
        return;
    Running &running = m_running.first();
    running.outcomes.append(m_outcome(running.rows[running.outcomes.size()]));
    if (running.outcomes.size() < running.rows.size()) {
        if (running.context && running.progress)
            running.progress(running.outcomes.size());
        return;
    }
    const Running done = m_running.takeFirst();
    if (done.context)
        done.reply(done.outcomes);
}

void FakeBackend::stop(Job job)
{
    for (qsizetype i = 0; i < m_running.size(); ++i) {
        if (m_running[i].job != job)
            continue;
        Running stopped = m_running.takeAt(i);
        while (stopped.outcomes.size() < stopped.rows.size())
            stopped.outcomes.append({ stopped.rows[stopped.outcomes.size()], RowOutcome::Code::NotTried, {} });
        if (stopped.context)
            QMetaObject::invokeMethod(
                stopped.context, [stopped] { stopped.reply(stopped.outcomes); }, Qt::QueuedConnection);
        return;
    }
}

void FakeBackend::journal(RowKey row, QObject *context, Reply<QList<QByteArray>> reply)
{
    m_journals.append(row);
    QMetaObject::invokeMethod(
        context,
        [this, row, reply] {
            reply(m_journalError
                    ? Result<QList<QByteArray>>(*m_journalError)
                    : Result<QList<QByteArray>>(m_lines.contains(row) ? m_lines.at(row) : QList<QByteArray>()));
        },
        Qt::QueuedConnection);
}

void FakeBackend::refresh(TableId id, QObject *context, Reply<void> reply)
{
    m_refreshes.append(id);
    QMetaObject::invokeMethod(
        context, [this, reply] { reply(m_refreshError ? Result<void>(*m_refreshError) : Result<void>()); },
        Qt::QueuedConnection);
}

qint64 FakeBackend::idleTimeoutMs(quint16, const QByteArray &service) const
{
    return service.startsWith("IMAP") ? 1'800'000 : service.startsWith("POP3") ? 600'000 : 0;
}

Result<ListComparison> FakeBackend::compare(const QString &file, std::optional<quint16>)
{
    m_compared.append(file);
    return m_comparison;
}

std::unique_ptr<RowWriter> FakeBackend::rowWriter(TableId id, const QList<int> &columns, const ExportOptions &options)
{
    return std::make_unique<RowFileWriter>(table(id), columns, options);
}

ServerStatus &FakeBackend::addLive(const QString &name)
{
    ServerStatus server;
    server.number = quint16(m_servers.size() + 1);
    server.name = name;
    server.group = u"production"_s;
    server.colour = QColor(0xd1, 0x3c, 0x3c);
    server.address = u"%1.example.org:6245"_s.arg(name);
    server.pin = u"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"_s;
    server.admin = u"alice"_s;
    server.role = u"owner"_s;
    server.security = u"TLS 1.3, pinned"_s;
    server.state = LinkState::Live;
    server.updatedUs = m_clock.nowUs();
    m_servers.append(server);
    Q_EMIT serversChanged();
    return m_servers.last();
}

void FakeBackend::setState(quint16 number, LinkState state, const QString &error)
{
    for (ServerStatus &server : m_servers) {
        if (server.number != number)
            continue;
        server.state = state;
        server.error = error;
        server.lostUs = state == LinkState::Stale ? m_clock.monotonicUs() : 0;
        server.nextTryUs = state == LinkState::Stale ? m_clock.monotonicUs() + 8'000'000 : 0;
    }
    Q_EMIT serverChanged(number);
}

void FakeBackend::setServers(const QList<ServerStatus> &servers)
{
    m_servers = servers;
    Q_EMIT serversChanged();
}

FakeTable::Cells FakeBackend::cellsOf(quint64 id, const QByteArray &server) const
{
    struct Kind {
        const char *service;
        const char *protocol;
        int secure;
        quint16 port;
        const char *info;
    };
    static constexpr Kind kinds[] = {
        { "IMAPS", "imap", 1, 993, "INBOX · Thunderbird 115.3" },
        { "IMAP", "imap", 1, 143, "Archive · Apple Mail 16" },
        { "POP3S", "pop3", 1, 995, "" },
        { "Submission", "smtp", 1, 587, "HELO laptop.example" },
        { "SMTP", "smtp", 0, 25, "HELO mail.partner.example" },
        { "IMAP", "imap", 0, 143, "" },
        { "ManageSieve", "sieve", 1, 4190, "" },
        { "ADMIN", "admin", 1, 6245, "mailhelm 0.1.0" },
    };
    static constexpr const char *names[] = { "alice", "bob", "carol", "dave.longname-of-accounting", "erin", "frank" };
    const quint64 hash = id * 0x9e3779b97f4a7c15u;
    const Kind &kind = kinds[id % 40 == 0 ? 7 : (hash >> 20) % 7];
    const qint64 since = m_clock.nowUs() - qint64((hash >> 24) % 20'000) * 1'000'000;
    const QByteArray user
        = QByteArray(names[(hash >> 12) % 6]) + QByteArray::number((hash >> 40) % 50000) + "@example.org";
    FakeTable::Cells cells {
        { connections::Service, QByteArray(kind.service) },
        { connections::Protocol, QByteArray(kind.protocol) },
        { connections::Secure, kind.secure != 0 },
        { connections::Since, since },
        { connections::SinceExact, id % 5 != 0 },
        { connections::LastActive, since + 1'000'000 },
        { connections::ClientAddress,
            id % 4 == 0 ? Value(*Address::parse("2001:db8::17"))
                        : Value(Address::fromV4(0xcb007100 + quint32(hash >> 50))) },
        { connections::Port, qint64(40000 + id % 20000) },
        { connections::LocalPort, qint64(kind.port) },
        { connections::Info, QByteArray(kind.info) },
        { connections::State, QByteArray("authenticated") },
        { connections::BytesIn, qint64(hash >> 44) },
        { connections::BytesOut, qint64(hash >> 40) },
        { schemaOf(TableId::Connections).columnCount(), server },
    };
    if (QByteArray(kind.service) == "SMTP")
        cells.append({ connections::User, QByteArray() });
    else if (id % 11 != 0)
        cells.append({ connections::User, user });
    if (kind.secure != 0)
        cells.append({ connections::Tls, QByteArray("TLSv1.3 TLS_AES_256_GCM_SHA384") });
    return cells;
}

void FakeBackend::fill(int count, quint16 server)
{
    FakeTable &live = rows(TableId::Connections);
    const QByteArray name = m_servers.size() >= server ? m_servers[server - 1].name.toUtf8() : QByteArray("mx1");
    for (int i = 0; i < count; ++i) {
        live.put({ server, m_nextId }, cellsOf(m_nextId, name));
        ++m_nextId;
    }
    live.publish();
}

void FakeBackend::fillSessions(int count, quint16 server)
{
    FakeTable &sessions = rows(TableId::Webmail);
    static constexpr const char *components[] = { "HTTP/WebMail", "HTTP/WebMail Mini", "HTTP/WebAdmin" };
    const qint64 now = m_clock.nowUs();
    for (int i = 0; i < count; ++i) {
        const qint64 active = now - qint64(i % 60) * 60'000'000;
        sessions.put({ server, RowId(i + 1) },
            { { webmail::User, i % 5 == 4 ? QByteArray() : "user" + QByteArray::number(i) + "@example.org" },
                { webmail::Component, QByteArray(components[i % 3]) },
                { webmail::ClientAddress, Address::fromV4(0xc6336400 + quint32(i)) },
                { webmail::Started, active - 600'000'000 }, { webmail::LastActive, active },
                { webmail::Expires, active + 3'600'000'000 },
                { schemaOf(TableId::Webmail).columnCount(), QByteArray("mx1") } });
    }
    sessions.publish();
}

void FakeBackend::fillAccounts(int count, quint16 server)
{
    constexpr qint64 Day = 86'400'000'000;
    FakeTable &accounts = rows(TableId::Users);
    const qint64 now = m_clock.nowUs();
    for (int i = 0; i < count; ++i) {
        const quint64 hash = quint64(i + 1) * 0x9e3779b97f4a7c15u;
        FakeTable::Cells cells { { users::User, "user" + QByteArray::number(i) + "@example.org" },
            { users::Enabled,
                QByteArray(i % 13 == 5 ? "disabled"
                        : i % 17 == 3  ? "blocked"
                                       : "active") },
            { users::DomainAdmin, i % 50 == 0 }, { users::Created, now - qint64(60 + (hash >> 20) % 1400) * Day },
            { users::WatchedSince, now - (i % 9 == 2 ? 20 : 450) * Day }, { users::QuotaBytes, qint64(10'000'000'000) },
            { schemaOf(TableId::Users).columnCount(), QByteArray("mx1") } };
        if (i % 17 != 1)
            cells.append({ users::MailboxBytes, qint64((hash >> 30) % 4'000'000'000) });
        if (i % 8 != 7) {
            cells.append({ users::LastLogin, now - qint64((hash >> 40) % 700) * Day - 3'600'000'000 });
            cells.append({ users::LastLoginService,
                QByteArray(i % 3 == 0 ? "imap"
                        : i % 3 == 1  ? "webmail"
                                      : "pop3") });
            cells.append({ users::LastLoginAddress, Address::fromV4(0xcb007100 + quint32(i % 200)) });
        }
        accounts.put({ server, RowId(i + 1) }, cells);
    }
    accounts.publish();
}

void FakeBackend::churn(int changes, quint16 server)
{
    FakeTable &live = rows(TableId::Connections);
    const QByteArray name = m_servers.size() >= server ? m_servers[server - 1].name.toUtf8() : QByteArray("mx1");
    for (int i = 0; i < changes; ++i) {
        m_random = m_random * 1664525 + 1013904223;
        const quint64 id = m_oldest + (m_random >> 4) % std::max<quint64>(1, m_nextId - m_oldest);
        switch (i % 4) {
        case 0: // one comes, the oldest goes
            live.put({ server, m_nextId }, cellsOf(m_nextId, name));
            ++m_nextId;
            live.remove({ server, m_oldest++ });
            break;
        case 1:
            if (live.table().slotOf({ server, id }) != Table::NoSlot && id > m_oldest + quint64(changes))
                live.put({ server, id }, { { connections::Info, QByteArray("Folder ") + QByteArray::number(i % 97) } });
            break;
        default:
            if (live.table().slotOf({ server, id }) != Table::NoSlot && id > m_oldest + quint64(changes))
                live.put({ server, id },
                    { { connections::LastActive, m_clock.nowUs() }, { connections::BytesIn, qint64(m_random) } });
            break;
        }
    }
    live.publish();
}

} // namespace mailhelm
