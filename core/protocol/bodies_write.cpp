// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/bodies.h"

#include <algorithm>

namespace mailhelm::bodies
{

namespace
{

quint64 numberOf(ErrorCode code)
{
    return quint64(std::find(ErrorCodes.begin(), ErrorCodes.end(), code) - ErrorCodes.begin());
}

void write(BodyWriter &w, const ColumnSpec &column)
{
    w.map(4);
    w.textField(1, column.key);
    w.number(2, qint64(column.type));
    w.textField(3, column.title);
    w.number(4, qint64(column.traits.toInt()));
}

void write(BodyWriter &w, const Schema &table)
{
    w.map(3);
    w.number(1, qint64(table.id()));
    w.textField(2, table.name());
    w.key(3);
    w.array(quint64(table.columnCount()));
    for (const ColumnSpec &column : table.columns())
        write(w, column);
}

void write(BodyWriter &w, const ServiceInfo &service)
{
    w.map(quint64(3 + int(service.idleTimeoutMs != 0) + int(service.userAddressLimit.has_value())));
    w.textField(1, service.name);
    w.textField(2, service.protocol);
    w.key(3);
    w.array(quint64(service.ports.size()));
    for (const quint16 port : service.ports)
        w.integer(port);
    if (service.idleTimeoutMs)
        w.number(4, service.idleTimeoutMs);
    if (service.userAddressLimit)
        w.number(5, *service.userAddressLimit);
}

void writeRefusal(BodyWriter &w, ErrorCode code, const QByteArray &why)
{
    w.map(2);
    w.key(1);
    w.unsignedInteger(numberOf(code));
    w.textField(2, why);
}

} // namespace

void write(BodyWriter &w, const Welcome &m)
{
    w.map(quint64(8 + int(!m.dropRefusal.isEmpty()) + int(!m.refusals.isEmpty()) + int(m.utcOffset.has_value())
        + int(m.graceMs.has_value())));
    w.number(1, m.protocol);
    w.textField(2, m.agentVersion);
    w.textField(3, m.serverName);
    w.textField(4, m.admin);
    w.number(5, qint64(m.role));
    w.number(6, m.clockUs);
    if (!m.dropRefusal.isEmpty())
        w.textField(7, m.dropRefusal);
    w.key(8);
    w.array(quint64(m.tables.size()));
    for (const Schema &table : m.tables)
        write(w, table);
    w.key(9);
    w.array(quint64(m.services.size()));
    for (const ServiceInfo &service : m.services)
        write(w, service);
    if (!m.refusals.isEmpty()) {
        w.key(10);
        w.array(quint64(m.refusals.size()));
        for (const Refusal &refusal : m.refusals) {
            w.map(2);
            w.textField(1, refusal.action);
            w.textField(2, refusal.why);
        }
    }
    if (m.utcOffset)
        w.number(11, *m.utcOffset);
    if (m.graceMs)
        w.number(12, *m.graceMs);
}

void write(BodyWriter &w, const Hello &m)
{
    w.map(2);
    w.number(1, m.protocol);
    w.textField(2, m.program);
}

void write(BodyWriter &w, const Enrol &m)
{
    w.map(1);
    w.textField(1, m.token);
}

void write(BodyWriter &w, const Subscribe &m)
{
    w.map(quint64(1 + int(m.from.has_value()) + int(m.intervalMs.has_value()) + int(!m.inView.isEmpty())));
    w.number(1, qint64(m.table));
    if (m.from) {
        w.key(2);
        w.map(2);
        w.key(1);
        w.unsignedInteger(m.from->epoch);
        w.key(2);
        w.unsignedInteger(m.from->revision);
    }
    if (m.intervalMs)
        w.number(3, *m.intervalMs);
    if (!m.inView.isEmpty())
        w.idsField(4, m.inView);
}

void write(BodyWriter &w, const Unsubscribe &m)
{
    w.map(1);
    w.number(1, qint64(m.table));
}

void write(BodyWriter &w, const Refresh &m)
{
    w.map(1);
    w.number(1, qint64(m.table));
}

void write(BodyWriter &w, const Drop &m)
{
    w.map(1);
    w.idsField(1, m.ids);
}

void write(BodyWriter &w, const End &m)
{
    w.map(1);
    w.idsField(1, m.ids);
}

void write(BodyWriter &w, const SetAccount &m)
{
    w.map(2);
    w.number(1, qint64(m.change));
    w.idsField(2, m.ids);
}

void write(BodyWriter &w, const Delete &m)
{
    w.map(2);
    w.idsField(1, m.ids);
    w.textField(2, m.reason);
}

void write(BodyWriter &w, const Restore &m)
{
    w.map(1);
    w.idsField(1, m.ids);
}

void write(BodyWriter &w, const History &m)
{
    w.map(2);
    w.number(1, m.fromUs);
    w.number(2, m.toUs);
}

void write(BodyWriter &w, const Journal &m)
{
    w.map(1);
    w.key(1);
    w.unsignedInteger(m.id);
}

void write(BodyWriter &w, const Status &)
{
    w.map(0);
}

void write(BodyWriter &w, const Ping &)
{
    w.map(0);
}

void write(BodyWriter &w, const Done &)
{
    w.map(0);
}

void write(BodyWriter &w, const Outcomes &m)
{
    w.map(1);
    w.key(1);
    w.array(quint64(m.targets.size()));
    for (const Outcomes::Target &target : m.targets) {
        w.map(target.why.isEmpty() ? 2 : 3);
        w.key(1);
        w.unsignedInteger(target.id);
        w.number(2, qint64(target.code));
        if (!target.why.isEmpty())
            w.textField(3, target.why);
    }
}

void write(BodyWriter &w, const Failed &m)
{
    writeRefusal(w, m.code, m.why);
}

void write(BodyWriter &w, const JournalLines &m)
{
    w.map(1);
    w.key(1);
    w.array(quint64(m.lines.size()));
    for (const QByteArray &line : m.lines)
        w.limitedText(line);
}

void write(BodyWriter &w, const StatusReport &m)
{
    w.map(8);
    w.textField(1, m.agentVersion);
    w.textField(2, m.serverName);
    w.number(3, m.startedUs);
    w.number(4, m.clockUs);
    w.number(5, m.cpuMs);
    w.number(6, m.residentBytes);
    w.number(7, m.administrators);
    w.key(8);
    w.array(quint64(m.rows.size()));
    for (const auto &[name, rows] : m.rows) {
        w.map(2);
        w.textField(1, name);
        w.number(2, rows);
    }
}

void write(BodyWriter &w, const Pong &m)
{
    w.map(1);
    w.number(1, m.clockUs);
}

void write(BodyWriter &w, const Farewell &m)
{
    writeRefusal(w, m.code, m.why);
}

void write(BodyWriter &w, const HistoryDone &m)
{
    w.map(1);
    w.key(1);
    w.array(quint64(m.unwatched.size()));
    for (const HistoryDone::Span &span : m.unwatched) {
        w.map(2);
        w.number(1, span.fromUs);
        w.number(2, span.toUs);
    }
}

} // namespace mailhelm::bodies
