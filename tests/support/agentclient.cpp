// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/agentclient.h"

#include "core/client/enrolment.h"

#include <QTest>

namespace mailhelm
{

QByteArray AgentClient::Row::text(int column) const
{
    const auto *value = std::get_if<QByteArray>(&cells[column]);
    return value ? *value : QByteArray();
}

qint64 AgentClient::Row::number(int column) const
{
    const auto *value = std::get_if<qint64>(&cells[column]);
    return value ? *value : 0;
}

Address AgentClient::Row::address(int column) const
{
    const auto *value = std::get_if<Address>(&cells[column]);
    return value ? *value : Address();
}

std::optional<bool> AgentClient::Row::flag(int column) const
{
    const auto *value = std::get_if<bool>(&cells[column]);
    return value ? std::optional(*value) : std::nullopt;
}

std::optional<QByteArray> AgentClient::Row::maybeText(int column) const
{
    const auto *value = std::get_if<QByteArray>(&cells[column]);
    return value ? std::optional(*value) : std::nullopt;
}

AgentClient::AgentClient()
    : m_replica(m_clock)
{
}

AgentClient::~AgentClient() = default;

Result<void> AgentClient::enrol(AgentProcess &agent, const QByteArray &name, const QByteArray &role, LinkTimes times)
{
    const Result<QString> pairing = agent.enroll(name, role);
    if (!pairing)
        return pairing.error();
    Result<Identity> identity
        = Identity::loadOrMake(m_home.filePath(QStringLiteral("key.pem")), QStringLiteral("tester"));
    if (!identity)
        return identity.error();
    m_identity = std::make_unique<Identity>(std::move(identity).value());
    Enrolment enrolment(*m_identity, times);
    std::optional<SavedServer> server;
    Error error { ErrorCode::TimedOut, QStringLiteral("the enrolment did not end") };
    bool over = false;
    QObject::connect(&enrolment, &Enrolment::enrolled, &enrolment, [&](const SavedServer &saved) {
        server = saved;
        over = true;
    });
    QObject::connect(&enrolment, &Enrolment::failed, &enrolment, [&](const Error &why) {
        error = why;
        over = true;
    });
    enrolment.start(pairing.value());
    (void)QTest::qWaitFor([&] { return over; }, AgentProcess::TimeoutMs);
    if (!server)
        return error;
    m_server = m_replica.addServer(server->name.toUtf8());
    m_link = std::make_unique<Link>(
        m_server, server->target(), *m_identity, m_replica, m_clock, QByteArrayLiteral("mailhelm-test"), times);
    return {};
}

Result<void> AgentClient::watch(const QList<TableId> &tables)
{
    for (const TableId table : tables)
        m_link->subscribe(table);
    m_link->start();
    const auto live = [&] {
        return std::all_of(tables.begin(), tables.end(), [this](TableId table) { return m_link->isLive(table); });
    };
    if (QTest::qWaitFor(live, AgentProcess::TimeoutMs))
        return {};
    return Error { ErrorCode::TimedOut, QStringLiteral("not live: ") + m_link->statusText() };
}

Result<void> AgentClient::begin(Lab &lab, AgentProcess &agent, const QList<TableId> &tables, const LinkTimes &times)
{
    if (Result<void> started = lab.start(); !started)
        return started;
    if (Result<void> made = agent.init(lab); !made)
        return made;
    if (Result<void> started = agent.start(); !started)
        return started;
    if (Result<void> enrolled = enrol(agent, "tester", "owner", times); !enrolled)
        return enrolled;
    return watch(tables);
}

bool AgentClient::refresh(TableId table)
{
    QObject context;
    std::optional<bool> done;
    m_link->refresh(table, &context, [&](const Result<Done> &answer) { done = answer.ok(); });
    (void)QTest::qWaitFor([&] { return done.has_value(); }, AgentProcess::TimeoutMs);
    return done.value_or(false);
}

QList<Outcomes::Target> AgentClient::drop(const QList<RowId> &ids)
{
    QObject context;
    bool done = false;
    QList<Outcomes::Target> targets;
    m_link->drop(ids, &context, [&](const Result<Outcomes> &answer) {
        if (answer)
            targets = answer.value().targets;
        done = true;
    });
    (void)QTest::qWaitFor([&] { return done; }, AgentProcess::TimeoutMs);
    return targets;
}

QList<Outcomes::Target> AgentClient::endSessions(const QList<RowId> &webmail)
{
    QObject context;
    bool done = false;
    QList<Outcomes::Target> targets;
    m_link->endSessions(webmail, &context, [&](const Result<Outcomes> &answer) {
        if (answer)
            targets = answer.value().targets;
        done = true;
    });
    (void)QTest::qWaitFor([&] { return done; }, AgentProcess::TimeoutMs);
    return targets;
}

AgentClient::Past AgentClient::history(qint64 fromUs, qint64 toUs)
{
    HistoryTable past(m_replica);
    HistoryReader reader(past);
    bool done = false;
    QObject::connect(&reader, &HistoryReader::finished, &reader, [&done] { done = true; });
    reader.read({ m_link.get() }, fromUs, toUs);
    if (!QTest::qWaitFor([&] { return done; }, AgentProcess::TimeoutMs))
        return { {}, {}, Error { ErrorCode::TimedOut, QStringLiteral("the history did not come") } };
    const HistoryReader::Outcome &outcome = reader.outcomes().at(m_server);
    return { rows(past), outcome.unwatched, outcome.error };
}

AgentClient::Row AgentClient::row(const ReplicaTable &table, Table::Slot slot)
{
    const Table &all = table.table();
    Row out;
    out.id = all.keyAt(slot).id;
    for (int i = 0; i < all.schema().columnCount(); ++i)
        out.cells.append(all.column(i).value(slot));
    return out;
}

QList<AgentClient::Row> AgentClient::rows(const ReplicaTable &table)
{
    const Table &all = table.table();
    QList<Row> out;
    for (Table::Slot slot = 0; slot < all.slotEnd(); ++slot)
        if (all.isLive(slot))
            out.append(row(table, slot));
    return out;
}

AgentClient::Row AgentClient::source(const QByteArray &name)
{
    for (const Row &each : rows(TableId::Sources))
        if (each.text(sources::Source) == name)
            return each;
    return {};
}

} // namespace mailhelm
