// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/codec.h"

#include "core/protocol/bodies.h"

#include <array>

namespace mailhelm
{

namespace
{

struct Name {
    MessageType type;
    Direction direction;
    const char *name;
};
/// The messages that this version has; the numbers in between are taken, see MessageType.
constexpr std::array Names {
    Name { MessageType::Welcome, Direction::ToClient, "Welcome" },
    Name { MessageType::Hello, Direction::ToAgent, "Hello" },
    Name { MessageType::Enrol, Direction::ToAgent, "Enrol" },
    Name { MessageType::Subscribe, Direction::ToAgent, "Subscribe" },
    Name { MessageType::Unsubscribe, Direction::ToAgent, "Unsubscribe" },
    Name { MessageType::Changes, Direction::ToClient, "Changes" },
    Name { MessageType::Refresh, Direction::ToAgent, "Refresh" },
    Name { MessageType::Drop, Direction::ToAgent, "Drop" },
    Name { MessageType::End, Direction::ToAgent, "End" },
    Name { MessageType::SetAccount, Direction::ToAgent, "SetAccount" },
    Name { MessageType::Delete, Direction::ToAgent, "Delete" },
    Name { MessageType::Restore, Direction::ToAgent, "Restore" },
    Name { MessageType::History, Direction::ToAgent, "History" },
    Name { MessageType::Journal, Direction::ToAgent, "Journal" },
    Name { MessageType::Status, Direction::ToAgent, "Status" },
    Name { MessageType::Ping, Direction::ToAgent, "Ping" },
    Name { MessageType::Done, Direction::ToClient, "Done" },
    Name { MessageType::Outcomes, Direction::ToClient, "Outcomes" },
    Name { MessageType::Failed, Direction::ToClient, "Failed" },
    Name { MessageType::JournalLines, Direction::ToClient, "JournalLines" },
    Name { MessageType::StatusReport, Direction::ToClient, "StatusReport" },
    Name { MessageType::Pong, Direction::ToClient, "Pong" },
    Name { MessageType::Farewell, Direction::ToClient, "Farewell" },
    Name { MessageType::HistoryDone, Direction::ToClient, "HistoryDone" },
};

const Name *find(quint64 number)
{
    for (const Name &name : Names)
        if (number == quint64(name.type))
            return &name;
    return nullptr;
}

template<typename M>
Result<Envelope> decodeAs(const FrameHead &head)
{
    BodyReader body(head.body);
    M message;
    bodies::read(body, message);
    if (!body.ok())
        return body.error(messageName(head.number));
    return Envelope { head.request, std::move(message) };
}

template<typename M>
constexpr MessageType TypeOf = MessageType();
template<>
constexpr MessageType TypeOf<Welcome> = MessageType::Welcome;
template<>
constexpr MessageType TypeOf<Hello> = MessageType::Hello;
template<>
constexpr MessageType TypeOf<Enrol> = MessageType::Enrol;
template<>
constexpr MessageType TypeOf<Subscribe> = MessageType::Subscribe;
template<>
constexpr MessageType TypeOf<Unsubscribe> = MessageType::Unsubscribe;
template<>
constexpr MessageType TypeOf<Refresh> = MessageType::Refresh;
template<>
constexpr MessageType TypeOf<Drop> = MessageType::Drop;
template<>
constexpr MessageType TypeOf<End> = MessageType::End;
template<>
constexpr MessageType TypeOf<SetAccount> = MessageType::SetAccount;
template<>
constexpr MessageType TypeOf<Delete> = MessageType::Delete;
template<>
constexpr MessageType TypeOf<Restore> = MessageType::Restore;
template<>
constexpr MessageType TypeOf<History> = MessageType::History;
template<>
constexpr MessageType TypeOf<Journal> = MessageType::Journal;
template<>
constexpr MessageType TypeOf<Status> = MessageType::Status;
template<>
constexpr MessageType TypeOf<Ping> = MessageType::Ping;
template<>
constexpr MessageType TypeOf<Done> = MessageType::Done;
template<>
constexpr MessageType TypeOf<Outcomes> = MessageType::Outcomes;
template<>
constexpr MessageType TypeOf<Failed> = MessageType::Failed;
template<>
constexpr MessageType TypeOf<JournalLines> = MessageType::JournalLines;
template<>
constexpr MessageType TypeOf<StatusReport> = MessageType::StatusReport;
template<>
constexpr MessageType TypeOf<Pong> = MessageType::Pong;
template<>
constexpr MessageType TypeOf<Farewell> = MessageType::Farewell;
template<>
constexpr MessageType TypeOf<HistoryDone> = MessageType::HistoryDone;

/// The message of the variant with that number.
template<size_t I = 0>
Result<Envelope> decodeNumbered(const FrameHead &head)
{
    if constexpr (I == std::variant_size_v<Message>) {
        return Error { ErrorCode::Unsupported, QStringLiteral("There is no message %1.").arg(head.number) };
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
    std::visit(
        [&]<typename M>(const M &message) {
            if constexpr (!std::is_same_v<M, ChangeSet>) {
                bodies::BodyWriter w(out);
                w.array(3);
                w.unsignedInteger(quint64(TypeOf<M>));
                w.unsignedInteger(envelope.request);
                bodies::write(w, message);
            }
        },
        envelope.message);
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
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("The peer sent a frame that is not a message: byte %1: %2.")
                .arg(QString::number(reader.offset()), QLatin1String(reader.reason())) };
    head.body = reader.since(start);
    return head;
}

Result<TableId> peekTable(const FrameHead &head)
{
    BodyReader body(head.body);
    const TableId table = bodies::readTableField(body);
    if (!body.ok())
        return body.error(messageName(head.number));
    return table;
}

Result<Envelope> decode(const FrameHead &head, Direction direction)
{
    const Name *name = find(head.number);
    if (!name)
        return Error { ErrorCode::Unsupported,
            QStringLiteral("Message %1 is not known here: the other side is newer.").arg(head.number) };
    if (name->direction != direction)
        return Error { ErrorCode::Refused,
            QStringLiteral("%1 is not a message that %2 may send.")
                .arg(QLatin1String(name->name),
                    direction == Direction::ToAgent ? QLatin1String("a client") : QLatin1String("an agent")) };
    if (head.is(MessageType::Changes))
        return Error { ErrorCode::InvalidArgument,
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
