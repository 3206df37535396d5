// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/codec.h"

#include "core/base/safetext.h"
#include "core/protocol/bodyreader.h"

#include <array>

namespace mailhelm {

namespace {

constexpr quint64 MaxNumber = quint64(std::numeric_limits<qint64>::max());

/// Append-only: a code's place is its number on the wire.
constexpr std::array ErrorCodes{
    ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::PermissionDenied, ErrorCode::Unavailable, ErrorCode::TimedOut,
    ErrorCode::Corrupt, ErrorCode::Conflict, ErrorCode::Io, ErrorCode::Unsupported, ErrorCode::Refused,
};

quint64 numberOf(ErrorCode code)
{
    return quint64(std::find(ErrorCodes.begin(), ErrorCodes.end(), code) - ErrorCodes.begin());
}

/// A code that is newer than this program is a refusal all the same.
ErrorCode errorCodeOf(quint64 number)
{
    return number < ErrorCodes.size() ? ErrorCodes[size_t(number)] : ErrorCode::Refused;
}

struct Name {
    MessageType type;
    Direction direction;
    const char *name;
};
/// The messages that this version has; the numbers in between are taken, see MessageType.
constexpr std::array Names{
    Name{ MessageType::Welcome, Direction::ToClient, "Welcome" },
    Name{ MessageType::Hello, Direction::ToAgent, "Hello" },
    Name{ MessageType::Enrol, Direction::ToAgent, "Enrol" },
    Name{ MessageType::Subscribe, Direction::ToAgent, "Subscribe" },
    Name{ MessageType::Unsubscribe, Direction::ToAgent, "Unsubscribe" },
    Name{ MessageType::Changes, Direction::ToClient, "Changes" },
    Name{ MessageType::Refresh, Direction::ToAgent, "Refresh" },
    Name{ MessageType::Drop, Direction::ToAgent, "Drop" },
    Name{ MessageType::Journal, Direction::ToAgent, "Journal" },
    Name{ MessageType::Status, Direction::ToAgent, "Status" },
    Name{ MessageType::Ping, Direction::ToAgent, "Ping" },
    Name{ MessageType::Done, Direction::ToClient, "Done" },
    Name{ MessageType::Outcomes, Direction::ToClient, "Outcomes" },
    Name{ MessageType::Failed, Direction::ToClient, "Failed" },
    Name{ MessageType::JournalLines, Direction::ToClient, "JournalLines" },
    Name{ MessageType::StatusReport, Direction::ToClient, "StatusReport" },
    Name{ MessageType::Pong, Direction::ToClient, "Pong" },
    Name{ MessageType::Farewell, Direction::ToClient, "Farewell" },
};

const Name *find(quint64 number)
{
    for (const Name &name : Names)
        if (number == quint64(name.type))
            return &name;
    return nullptr;
}

// ---- writing: a map's size comes first, so what is optional is counted before.

class BodyWriter : public CborWriter
{
public:
    using CborWriter::CborWriter;
    void key(quint64 key) { unsignedInteger(key); }
    void limitedText(QByteArrayView value) { text(validUtf8(value, limits::TextBytes)); }
    void number(quint64 k, qint64 value) { key(k); integer(value); }
    void textField(quint64 k, QByteArrayView value) { key(k); limitedText(value); }
    void idsField(quint64 k, const QList<RowId> &ids)
    {
        key(k);
        uint64Array(std::span(ids.constData(), size_t(ids.size())));
    }
};

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
    w.map(service.idleTimeoutMs ? 4 : 3);
    w.textField(1, service.name);
    w.textField(2, service.protocol);
    w.key(3);
    w.array(quint64(service.ports.size()));
    for (const quint16 port : service.ports)
        w.integer(port);
    if (service.idleTimeoutMs)
        w.number(4, service.idleTimeoutMs);
}

void write(BodyWriter &w, const Welcome &m)
{
    w.map(m.dropRefusal.isEmpty() ? 8 : 9);
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

void writeRefusal(BodyWriter &w, ErrorCode code, const QByteArray &why)
{
    w.map(2);
    w.key(1);
    w.unsignedInteger(numberOf(code));
    w.textField(2, why);
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

// ---- reading

constexpr quint64 all(int fields)
{
    return (quint64(1) << fields) - 1;
}

TableId readTable(BodyReader &b)
{
    const qsizetype at = b.offset();
    const quint64 id = b.readUnsigned(255);
    if (id == 0)
        b.fail("no table has the number 0", at);
    return TableId(id);
}

ColumnSpec readColumn(BodyReader &b)
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
                b.fail("a column is of a type that this program does not know: it is older than the agent, and needs updating", at);
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

Schema readSchema(BodyReader &b)
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

ServiceInfo readService(BodyReader &b)
{
    static constexpr const char *names[] = { "name", "protocol", "ports", "idle_timeout" };
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
        default:
            b.skip();
        }
    }
    return service;
}

void read(BodyReader &b, Welcome &m)
{
    static constexpr const char *names[] = { "protocol", "agent_version", "server_name", "admin", "role", "clock", "drop_refusal",
        "tables", "services" };
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

ResumeToken readResumeToken(BodyReader &b)
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
void readOnlyTable(BodyReader &b, M &m)
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

void read(BodyReader &b, Drop &m)
{
    static constexpr const char *names[] = { "ids" };
    for (FieldLoop field(b, names, all(1)); field.next();) {
        if (field.key() == 1)
            m.ids = b.readIds(limits::IdsPerRequest);
        else
            b.skip();
    }
}

RowId readId(BodyReader &b)
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
void readNothing(BodyReader &b, M &)
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

Outcomes::Target readTarget(BodyReader &b)
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
void readRefusal(BodyReader &b, M &m)
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

std::pair<QByteArray, qint64> readTableRows(BodyReader &b)
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
    static constexpr const char *names[] = { "agent_version", "server_name", "started", "clock", "cpu", "resident",
        "administrators", "rows" };
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

template<typename M>
Result<Envelope> decodeAs(const FrameHead &head)
{
    BodyReader body(head.body);
    M message;
    read(body, message);
    if (!body.ok())
        return body.error(messageName(head.number));
    return Envelope{ head.request, std::move(message) };
}

template<typename M> constexpr MessageType TypeOf = MessageType();
template<> constexpr MessageType TypeOf<Welcome> = MessageType::Welcome;
template<> constexpr MessageType TypeOf<Hello> = MessageType::Hello;
template<> constexpr MessageType TypeOf<Enrol> = MessageType::Enrol;
template<> constexpr MessageType TypeOf<Subscribe> = MessageType::Subscribe;
template<> constexpr MessageType TypeOf<Unsubscribe> = MessageType::Unsubscribe;
template<> constexpr MessageType TypeOf<Refresh> = MessageType::Refresh;
template<> constexpr MessageType TypeOf<Drop> = MessageType::Drop;
template<> constexpr MessageType TypeOf<Journal> = MessageType::Journal;
template<> constexpr MessageType TypeOf<Status> = MessageType::Status;
template<> constexpr MessageType TypeOf<Ping> = MessageType::Ping;
template<> constexpr MessageType TypeOf<Done> = MessageType::Done;
template<> constexpr MessageType TypeOf<Outcomes> = MessageType::Outcomes;
template<> constexpr MessageType TypeOf<Failed> = MessageType::Failed;
template<> constexpr MessageType TypeOf<JournalLines> = MessageType::JournalLines;
template<> constexpr MessageType TypeOf<StatusReport> = MessageType::StatusReport;
template<> constexpr MessageType TypeOf<Pong> = MessageType::Pong;
template<> constexpr MessageType TypeOf<Farewell> = MessageType::Farewell;

/// The message of the variant with that number.
template<size_t I = 0>
Result<Envelope> decodeNumbered(const FrameHead &head)
{
    if constexpr (I == std::variant_size_v<Message>) {
        return Error{ ErrorCode::Unsupported, QStringLiteral("There is no message %1.").arg(head.number) };
    } else {
        using M = std::variant_alternative_t<I, Message>;
        if constexpr (!std::is_same_v<M, ChangeSet>) {
            if (head.is(TypeOf<M>))
                return decodeAs<M>(head);
        }
        return decodeNumbered<I + 1>(head);
    }
}

} // namespace

QByteArray messageName(quint64 number)
{
    const Name *name = find(number);
    return name ? QByteArray(name->name) : "message " + QByteArray::number(number);
}

QByteArray encode(const Envelope &envelope)
{
    QByteArray out;
    std::visit([&]<typename M>(const M &message) {
        if constexpr (!std::is_same_v<M, ChangeSet>) {
            BodyWriter w(out);
            w.array(3);
            w.unsignedInteger(quint64(TypeOf<M>));
            w.unsignedInteger(envelope.request);
            write(w, message);
        }
    }, envelope.message);
    return out;
}

Result<FrameHead> peekHead(QByteArrayView payload)
{
    CborReader reader(payload);
    FrameHead head;
    const qsizetype items = reader.enterArray(3);
    if (items != 3)
        reader.fail("a message is an array of three", 0);
    head.number = reader.readUnsigned();
    head.request = quint32(reader.readUnsigned(0xffffffff));
    const qsizetype start = reader.offset();
    if (reader.kind() != CborReader::Kind::Map)
        reader.fail("the body of a message is a map", start);
    reader.skip();
    if (reader.ok() && !reader.atEnd())
        reader.fail("something follows the message", reader.offset());
    if (!reader.ok())
        return Error{ ErrorCode::InvalidArgument,
            QStringLiteral("The peer sent a frame that is not a message: byte %1: %2.")
                .arg(QString::number(reader.offset()), QLatin1String(reader.reason())) };
    head.body = reader.since(start);
    return head;
}

Result<TableId> peekTable(const FrameHead &head)
{
    struct Target {
        TableId table = TableId::None;
    } target;
    BodyReader body(head.body);
    readOnlyTable(body, target);
    if (!body.ok())
        return body.error(messageName(head.number));
    return target.table;
}

Result<Envelope> decode(const FrameHead &head, Direction direction)
{
    const Name *name = find(head.number);
    if (!name)
        return Error{ ErrorCode::Unsupported,
            QStringLiteral("Message %1 is not known here: the other side is newer.").arg(head.number) };
    if (name->direction != direction)
        return Error{ ErrorCode::Refused,
            QStringLiteral("%1 is not a message that %2 may send.")
                .arg(QLatin1String(name->name), direction == Direction::ToAgent ? QLatin1String("a client") : QLatin1String("an agent")) };
    if (head.is(MessageType::Changes))
        return Error{ ErrorCode::InvalidArgument,
            QStringLiteral("Changes are read by the ChangesDecoder of their subscription, not by decode().") };
    return decodeNumbered(head);
}

Result<Envelope> decode(QByteArrayView payload, Direction direction)
{
    const Result<FrameHead> head = peekHead(payload);
    if (!head)
        return head.error();
    return decode(head.value(), direction);
}

} // namespace mailhelm
