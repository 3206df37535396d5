// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/mailmessage.h"

#include "core/protocol/cbor.h"
#include "core/protocol/frame.h"

#include <algorithm>
#include <limits>

namespace mailhelm::mailwire
{

namespace
{

constexpr qsizetype Roots = 64;

QByteArray framed(const QByteArray &payload)
{
    const std::array<char, 4> header = frameHeader(quint32(payload.size()));
    return QByteArray(header.data(), qsizetype(header.size())) + payload;
}

/// The whole payload has to be read by then.
Result<void> finished(const CborReader &reader)
{
    if (reader.ok() && reader.atEnd())
        return {};
    return Error { ErrorCode::InvalidArgument,
        QStringLiteral("This is not what mailhelm-mail and mailhelmd say to each other (%1). Install both in the same "
                       "version.")
            .arg(QString::fromLatin1(reader.ok() ? "more follows" : reader.reason())) };
}

} // namespace

bool isArchiveName(QByteArrayView name)
{
    return !name.isEmpty() && name.size() <= NameBytes && name.front() != '.'
        && std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '@' || c == '.'
                   || c == '_' || c == '+' || c == '-';
           });
}

QByteArray encode(const Greeting &greeting)
{
    QByteArray out;
    CborWriter writer(out);
    if (!greeting.refusal.isEmpty()) {
        writer.array(2);
        writer.integer(greeting.version);
        writer.text(greeting.refusal);
        return framed(out);
    }
    writer.array(3);
    writer.integer(greeting.version);
    writer.bytes(greeting.archive);
    writer.array(quint64(greeting.roots.size()));
    for (const QByteArray &root : greeting.roots)
        writer.bytes(root);
    return framed(out);
}

QByteArray encode(const Request &request)
{
    QByteArray out;
    CborWriter writer(out);
    writer.array(3);
    writer.unsignedInteger(quint64(request.verb));
    writer.text(request.name);
    writer.bytes(request.path);
    return framed(out);
}

QByteArray encode(const Answer &answer)
{
    QByteArray out;
    CborWriter writer(out);
    writer.array(3);
    writer.unsignedInteger(quint64(answer.code));
    writer.integer(answer.bytes);
    writer.text(QByteArrayView(answer.text).first(std::min<qsizetype>(answer.text.size(), FrameBytes / 2)));
    return framed(out);
}

Result<Greeting> decodeGreeting(QByteArrayView payload)
{
    Greeting greeting;
    CborReader reader(payload);
    const qsizetype items = reader.enterArray(3);
    greeting.version = int(reader.readUnsigned(std::numeric_limits<int>::max()));
    if (items == 2) {
        greeting.refusal = reader.readText().toByteArray();
    } else {
        greeting.archive = reader.readBytes().toByteArray();
        const qsizetype roots = reader.enterArray(Roots);
        for (qsizetype i = 0; i < roots; ++i)
            greeting.roots.append(reader.readBytes().toByteArray());
        reader.leave();
    }
    reader.leave();
    if (Result<void> done = finished(reader); !done)
        return done.error();
    return greeting;
}

Result<Request> decodeRequest(QByteArrayView payload)
{
    Request request;
    CborReader reader(payload);
    if (reader.enterArray(3) != 3)
        reader.fail("three items were expected", 0);
    const quint64 verb = reader.readUnsigned(quint64(Verb::Purge));
    if (verb == 0)
        reader.fail("there is no such verb", 0);
    request.verb = Verb(verb);
    request.name = reader.readText().toByteArray();
    request.path = reader.readBytes().toByteArray();
    reader.leave();
    if (request.path.size() > PathBytes)
        reader.fail("the path is too long", 0);
    if (Result<void> done = finished(reader); !done)
        return done.error();
    return request;
}

Result<Answer> decodeAnswer(QByteArrayView payload)
{
    Answer answer;
    CborReader reader(payload);
    if (reader.enterArray(3) != 3)
        reader.fail("three items were expected", 0);
    answer.code = Answer::Code(reader.readUnsigned(quint64(Answer::Code::Failed)));
    answer.bytes = reader.readInteger();
    answer.text = reader.readText().toByteArray();
    reader.leave();
    if (Result<void> done = finished(reader); !done)
        return done.error();
    return answer;
}

} // namespace mailhelm::mailwire
