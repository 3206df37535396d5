// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <QByteArray>
#include <QByteArrayView>

namespace mailhelm
{

/// Messages to and from the payload of a frame: the CBOR array [message number, request id, body], the body being a map
/// with small unsigned keys in ascending order. docs/PROTOCOL.md has the CDDL. No state, any thread.
///
/// A receiver calls peekHead() once a frame and branches:
///   fails                       the peer does not speak the protocol: Farewell, close
///   is(MessageType::Changes)    peekTable(), then the ChangesDecoder of that subscription (changescodec.h)
///   else                        decode(head, direction); on ErrorCode::Unsupported answer Failed to head.request and
///   go on,
///                               on any other error the body is damaged or not allowed here

/// Whither a payload travels: each side takes only the messages that are meant for it.
enum class Direction { ToAgent, ToClient };

/// A payload taken apart, not yet understood. The view is into the payload.
struct FrameHead {
    quint64 number = 0; ///< a MessageType, or something newer
    quint32 request = 0;
    QByteArrayView body;

    [[nodiscard]] bool is(MessageType type) const { return number == quint64(type); }
};

/// Checks that the payload is one whole CBOR item of the right shape and nothing follows it.
[[nodiscard]] Result<FrameHead> peekHead(QByteArrayView payload);
/// The table that a Changes message is about.
[[nodiscard]] Result<TableId> peekTable(const FrameHead &head);

/// Texts are made valid and cut to limits::TextBytes; lists longer than their limit are a mistake of the caller, which
/// the other side refuses. A ChangeSet needs the ChangesEncoder of its subscription: given here, it gives an empty
/// array.
[[nodiscard]] QByteArray encode(const Envelope &envelope);

/// Unsupported: a message number that this program does not know. Refused: known, but not for this side.
/// InvalidArgument: the body breaks a rule; the detail names message, field and rule.
[[nodiscard]] Result<Envelope> decode(const FrameHead &head, Direction direction);
[[nodiscard]] Result<Envelope> decode(QByteArrayView payload, Direction direction);

/// "Subscribe"; "message 99" for a number that is not known.
[[nodiscard]] QByteArray messageName(quint64 number);

} // namespace mailhelm
