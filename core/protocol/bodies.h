// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/safetext.h"
#include "core/protocol/bodyreader.h"
#include "core/protocol/messages.h"

#include <array>

/// The bodies of messages, one pair of functions each: the inside of codec.h. docs/PROTOCOL.md has their CDDL.
namespace mailhelm::bodies
{

/// Append-only: a code's place is its number on the wire.
inline constexpr std::array ErrorCodes {
    ErrorCode::InvalidArgument,
    ErrorCode::NotFound,
    ErrorCode::PermissionDenied,
    ErrorCode::Unavailable,
    ErrorCode::TimedOut,
    ErrorCode::Corrupt,
    ErrorCode::Conflict,
    ErrorCode::Io,
    ErrorCode::Unsupported,
    ErrorCode::Refused,
};

/// A map's size comes first: what is optional is counted before.
class BodyWriter : public CborWriter
{
public:
    using CborWriter::CborWriter;
    void key(quint64 key) { unsignedInteger(key); }
    void limitedText(QByteArrayView value) { text(validUtf8(value, limits::TextBytes)); }
    void number(quint64 k, qint64 value)
    {
        key(k);
        integer(value);
    }
    void textField(quint64 k, QByteArrayView value)
    {
        key(k);
        limitedText(value);
    }
    void idsField(quint64 k, const QList<RowId> &ids)
    {
        key(k);
        uint64Array(std::span(ids.constData(), size_t(ids.size())));
    }
};

void write(BodyWriter &w, const Welcome &m);
void write(BodyWriter &w, const Hello &m);
void write(BodyWriter &w, const Enrol &m);
void write(BodyWriter &w, const Subscribe &m);
void write(BodyWriter &w, const Unsubscribe &m);
void write(BodyWriter &w, const Refresh &m);
void write(BodyWriter &w, const Drop &m);
void write(BodyWriter &w, const End &m);
void write(BodyWriter &w, const SetAccount &m);
void write(BodyWriter &w, const Delete &m);
void write(BodyWriter &w, const Restore &m);
void write(BodyWriter &w, const History &m);
void write(BodyWriter &w, const Journal &m);
void write(BodyWriter &w, const Status &m);
void write(BodyWriter &w, const Ping &m);
void write(BodyWriter &w, const Done &m);
void write(BodyWriter &w, const Outcomes &m);
void write(BodyWriter &w, const Failed &m);
void write(BodyWriter &w, const JournalLines &m);
void write(BodyWriter &w, const StatusReport &m);
void write(BodyWriter &w, const Pong &m);
void write(BodyWriter &w, const Farewell &m);
void write(BodyWriter &w, const HistoryDone &m);

/// What breaks a rule is the reader's error.
void read(BodyReader &b, Welcome &m);
void read(BodyReader &b, Hello &m);
void read(BodyReader &b, Enrol &m);
void read(BodyReader &b, Subscribe &m);
void read(BodyReader &b, Unsubscribe &m);
void read(BodyReader &b, Refresh &m);
void read(BodyReader &b, Drop &m);
void read(BodyReader &b, End &m);
void read(BodyReader &b, SetAccount &m);
void read(BodyReader &b, Delete &m);
void read(BodyReader &b, Restore &m);
void read(BodyReader &b, History &m);
void read(BodyReader &b, Journal &m);
void read(BodyReader &b, Status &m);
void read(BodyReader &b, Ping &m);
void read(BodyReader &b, Done &m);
void read(BodyReader &b, Outcomes &m);
void read(BodyReader &b, Failed &m);
void read(BodyReader &b, JournalLines &m);
void read(BodyReader &b, StatusReport &m);
void read(BodyReader &b, Pong &m);
void read(BodyReader &b, Farewell &m);
void read(BodyReader &b, HistoryDone &m);

/// The field `table`, key 1, of any message that has it there.
[[nodiscard]] TableId readTableField(BodyReader &b);

} // namespace mailhelm::bodies
