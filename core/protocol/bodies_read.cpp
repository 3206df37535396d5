// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/bodies.h"

#include <limits>

namespace mailhelm::bodies
{

static constexpr quint64 MostGraceMs = quint64(36'600) * 86'400'000; // beyond a century nobody means it
static constexpr quint64 MaxNumber = quint64(std::numeric_limits<qint64>::max());

/// A code that is newer than this program is a refusal all the same.
static ErrorCode errorCodeOf(quint64 number)
{
    return number < ErrorCodes.size() ? ErrorCodes[size_t(number)] : ErrorCode::Refused;
}

static constexpr quint64 all(int fields)
{
    return (quint64(1) << fields) - 1;
}

static TableId readTable(BodyReader &b)
{
    const qsizetype at = b.offset();
    const quint64 id = b.readUnsigned(255);
    if (id == 0)
        b.fail("no table has the number 0", at);
    return TableId(id);
}

static ColumnSpec readColumn(BodyReader &b)
{
    static constexpr const char *names[] = { "key", "type", "title", "traits" };
    ColumnSpec column;
    for (FieldLoop field(b, names, all(4)); field.next();) {
        const qsizetype at = b.offset();
        switch (field.key()) {
        case 1:
            column.key = b.readLimitedText(limits::NameBytes);
            if (column.key.isEmpty())
                b.fail("a column has no key", at);
            break;
        case 2:
            column.type = ColumnType(b.readUnsigned(255));
            if (column.type < ColumnType::Text || column.type > ColumnType::Choice)
                b.fail("a column is of a type that this program does not know: it is older than the agent, and needs "
                       "updating",
                    at);
            break;
        case 3:
            column.title = b.readLimitedText();
            break;
        case 4: // a newer agent's further traits are dropped
            column.traits = ColumnTraits::fromInt(int(b.readUnsigned(0x7fffffff)) & 15);
            break;
        default:
            b.skip();
        }
    }
    return column;
}

static Schema readSchema(BodyReader &b)
{
    static constexpr const char *names[] = { "id", "name", "columns" };
    TableId id = TableId::None;
    QByteArray name;
    QList<ColumnSpec> columns;
    for (FieldLoop field(b, names, all(3)); field.next();) {
        switch (field.key()) {
        case 1:
            id = readTable(b);
            break;
        case 2:
            name = b.readLimitedText(limits::NameBytes);
            break;
        case 3:
            columns = b.readList<ColumnSpec>(limits::Columns, [&] { return readColumn(b); });
            break;
        default:
            b.skip();
        }
    }
    return Schema(id, name, columns);
}

static ServiceInfo readService(BodyReader &b)
{
    static constexpr const char *names[] = { "name", "protocol", "ports", "idle_timeout", "user_address_limit" };
    ServiceInfo service;
    for (FieldLoop field(b, names, all(3)); field.next();) {
        switch (field.key()) {
        case 1:
            service.name = b.readLimitedText();
            break;
        case 2:
            service.protocol = b.readLimitedText();
            break;
        case 3:
            service.ports = b.readList<quint16>(limits::Services, [&] { return quint16(b.readUnsigned(0xffff)); });
            break;
        case 4:
            service.idleTimeoutMs = qint64(b.readUnsigned(MaxNumber));
            break;
        case 5:
            service.userAddressLimit = qint64(b.readUnsigned(limits::UserAddressLimit));
            break;
        default:
            b.skip();
        }
    }
    return service;
}

static Refusal readActionRefusal(BodyReader &b)
{
    static constexpr const char *names[] = { "action", "why" };
    Refusal refusal;
    for (FieldLoop field(b, names, all(2)); field.next();) {
        switch (field.key()) {
        case 1:
            refusal.action = b.readLimitedText();
            break;
        case 2:
            refusal.why = b.readLimitedText();
            break;
        default:
            b.skip();
        }
    }
    return refusal;
}

void read(BodyReader &b, Welcome &m)
{
    static constexpr const char *names[] = { "protocol", "agent_version", "server_name", "admin", "role", "clock",
        "drop_refusal", "tables", "services", "refusals", "utc_offset", "grace" };
    for (FieldLoop field(b, names, all(9) & ~(quint64(1) << 6)); field.next();) {
        switch (field.key()) {
        case 1:
            m.protocol = int(b.readUnsigned(0x7fffffff));
            break;
        case 2:
            m.agentVersion = b.readLimitedText();
            break;
        case 3:
            m.serverName = b.readLimitedText();
            break;
        case 4:
            m.admin = b.readLimitedText();
            break;
        case 5:
            m.role = Role(b.readUnsigned(quint64(Role::Owner)));
            break;
        case 6:
            m.clockUs = b.readInteger();
            break;
        case 7:
            m.dropRefusal = b.readLimitedText();
            break;
        case 8:
            m.tables = b.readList<Schema>(limits::Tables, [&] { return readSchema(b); });
            break;
        case 9:
            m.services = b.readList<ServiceInfo>(limits::Services, [&] { return readService(b); });
            break;
        case 10:
            m.refusals = b.readList<Refusal>(limits::Refusals, [&] { return readActionRefusal(b); });
            break;
        case 11: {
            const qint64 offset = b.readInteger();
            if (std::abs(offset) <= 86'400) // no place on earth is farther
                m.utcOffset = int(offset);
            break;
        }
        case 12:
            if (const quint64 grace = b.readUnsigned(); grace <= MostGraceMs)
                m.graceMs = qint64(grace);
            break;
        default:
            b.skip();
        }
    }
}

void read(BodyReader &b, Hello &m)
{
    static constexpr const char *names[] = { "protocol", "program" };
    for (FieldLoop field(b, names, all(2)); field.next();) {
        switch (field.key()) {
        case 1:
            m.protocol = int(b.readUnsigned(0x7fffffff));
            break;
        case 2:
            m.program = b.readLimitedText();
            break;
        default:
            b.skip();
        }
    }
}

void read(BodyReader &b, Enrol &m)
{
    static constexpr const char *names[] = { "token" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.token = b.readLimitedText();
        else
            b.skip();
    }
}

static ResumeToken readResumeToken(BodyReader &b)
{
    static constexpr const char *names[] = { "epoch", "revision" };
    ResumeToken token;
    for (FieldLoop field(b, names, all(2)); field.next();) {
        switch (field.key()) {
        case 1:
            token.epoch = b.readUnsigned();
            break;
        case 2:
            token.revision = b.readUnsigned();
            break;
        default:
            b.skip();
        }
    }
    return token;
}

void read(BodyReader &b, Subscribe &m)
{
    static constexpr const char *names[] = { "table", "from", "interval", "in_view" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        switch (field.key()) {
        case 1:
            m.table = readTable(b);
            break;
        case 2:
            m.from = readResumeToken(b);
            break;
        case 3:
            m.intervalMs = qint64(b.readUnsigned(0xffffffff));
            break;
        case 4:
            m.inView = b.readIds(limits::IdsPerRequest);
            break;
        default:
            b.skip();
        }
    }
}

template<typename M>
static void readOnlyTable(BodyReader &b, M &m)
{
    static constexpr const char *names[] = { "table" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.table = readTable(b);
        else
            b.skip();
    }
}

void read(BodyReader &b, Unsubscribe &m)
{
    readOnlyTable(b, m);
}

void read(BodyReader &b, Refresh &m)
{
    readOnlyTable(b, m);
}

template<typename M>
static void readOnlyIds(BodyReader &b, M &m)
{
    static constexpr const char *names[] = { "ids" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.ids = b.readIds(limits::IdsPerRequest);
        else
            b.skip();
    }
}

void read(BodyReader &b, Drop &m)
{
    readOnlyIds(b, m);
}

void read(BodyReader &b, End &m)
{
    readOnlyIds(b, m);
}

void read(BodyReader &b, SetAccount &m)
{
    static constexpr const char *names[] = { "change", "ids" };
    for (FieldLoop field(b, names, all(2)); field.next();) {
        const qsizetype at = b.offset();
        switch (field.key()) {
        case 1:
            m.change = AccountChange(b.readUnsigned(quint64(AccountChange::Disable)));
            if (m.change < AccountChange::Enable)
                b.fail("no change of an account has the number 0", at);
            break;
        case 2:
            m.ids = b.readIds(limits::IdsPerRequest);
            break;
        default:
            b.skip();
        }
    }
}

void read(BodyReader &b, Delete &m)
{
    static constexpr const char *names[] = { "ids", "reason" };
    for (FieldLoop field(b, names, all(2)); field.next();) {
        switch (field.key()) {
        case 1:
            m.ids = b.readIds(limits::IdsPerRequest);
            break;
        case 2:
            m.reason = b.readLimitedText();
            break;
        default:
            b.skip();
        }
    }
}

void read(BodyReader &b, Restore &m)
{
    readOnlyIds(b, m);
}

template<typename M>
static void readSpan(BodyReader &b, M &m)
{
    static constexpr const char *names[] = { "from", "to" };
    for (FieldLoop field(b, names, all(2)); field.next();) {
        switch (field.key()) {
        case 1:
            m.fromUs = b.readInteger();
            break;
        case 2:
            m.toUs = b.readInteger();
            break;
        default:
            b.skip();
        }
    }
}

void read(BodyReader &b, History &m)
{
    readSpan(b, m);
}

static RowId readId(BodyReader &b)
{
    const qsizetype at = b.offset();
    const quint64 id = b.readUnsigned(MaxRowId);
    if (id == 0)
        b.fail("an id is 0", at);
    return id;
}

void read(BodyReader &b, Journal &m)
{
    static constexpr const char *names[] = { "id" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.id = readId(b);
        else
            b.skip();
    }
}

template<typename M>
static void readNothing(BodyReader &b, M &)
{
    static constexpr const char *names[] = { "(none)" };
    for (FieldLoop field(b, names, 0); field.next();)
        b.skip();
}

void read(BodyReader &b, Status &m)
{
    readNothing(b, m);
}

void read(BodyReader &b, Ping &m)
{
    readNothing(b, m);
}

void read(BodyReader &b, Done &m)
{
    readNothing(b, m);
}

static Outcomes::Target readTarget(BodyReader &b)
{
    static constexpr const char *names[] = { "id", "code", "why" };
    Outcomes::Target target;
    for (FieldLoop field(b, names, all(2)); field.next();) {
        switch (field.key()) {
        case 1:
            target.id = readId(b);
            break;
        case 2:
            target.code = Outcomes::Code(b.readUnsigned(quint64(Outcomes::Code::Refused)));
            break;
        case 3:
            target.why = b.readLimitedText();
            break;
        default:
            b.skip();
        }
    }
    return target;
}

void read(BodyReader &b, Outcomes &m)
{
    static constexpr const char *names[] = { "targets" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.targets = b.readList<Outcomes::Target>(limits::IdsPerRequest, [&] { return readTarget(b); });
        else
            b.skip();
    }
}

template<typename M>
static void readRefusal(BodyReader &b, M &m)
{
    static constexpr const char *names[] = { "code", "why" };
    for (FieldLoop field(b, names, all(2)); field.next();) {
        switch (field.key()) {
        case 1:
            m.code = errorCodeOf(b.readUnsigned());
            break;
        case 2:
            m.why = b.readLimitedText();
            break;
        default:
            b.skip();
        }
    }
}

void read(BodyReader &b, Failed &m)
{
    readRefusal(b, m);
}

void read(BodyReader &b, JournalLines &m)
{
    static constexpr const char *names[] = { "lines" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.lines = b.readList<QByteArray>(limits::JournalLines, [&] { return b.readLimitedText(); });
        else
            b.skip();
    }
}

static std::pair<QByteArray, qint64> readTableRows(BodyReader &b)
{
    static constexpr const char *names[] = { "table", "rows" };
    std::pair<QByteArray, qint64> out;
    for (FieldLoop field(b, names, all(2)); field.next();) {
        switch (field.key()) {
        case 1:
            out.first = b.readLimitedText();
            break;
        case 2:
            out.second = qint64(b.readUnsigned(MaxNumber));
            break;
        default:
            b.skip();
        }
    }
    return out;
}

void read(BodyReader &b, StatusReport &m)
{
    static constexpr const char *names[]
        = { "agent_version", "server_name", "started", "clock", "cpu", "resident", "administrators", "rows" };
    for (FieldLoop field(b, names, all(8)); field.next();) {
        switch (field.key()) {
        case 1:
            m.agentVersion = b.readLimitedText();
            break;
        case 2:
            m.serverName = b.readLimitedText();
            break;
        case 3:
            m.startedUs = b.readInteger();
            break;
        case 4:
            m.clockUs = b.readInteger();
            break;
        case 5:
            m.cpuMs = b.readInteger();
            break;
        case 6:
            m.residentBytes = b.readInteger();
            break;
        case 7:
            m.administrators = int(b.readUnsigned(0x7fffffff));
            break;
        case 8:
            m.rows = b.readList<std::pair<QByteArray, qint64>>(limits::Tables, [&] { return readTableRows(b); });
            break;
        default:
            b.skip();
        }
    }
}

void read(BodyReader &b, Pong &m)
{
    static constexpr const char *names[] = { "clock" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.clockUs = b.readInteger();
        else
            b.skip();
    }
}

void read(BodyReader &b, Farewell &m)
{
    readRefusal(b, m);
}

void read(BodyReader &b, HistoryDone &m)
{
    static constexpr const char *names[] = { "unwatched" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.unwatched = b.readList<HistoryDone::Span>(limits::UnwatchedSpans, [&] {
                HistoryDone::Span span;
                readSpan(b, span);
                return span;
            });
        else
            b.skip();
    }
}

TableId readTableField(BodyReader &b)
{
    Refresh of;
    readOnlyTable(b, of);
    return of.table;
}

} // namespace mailhelm::bodies
