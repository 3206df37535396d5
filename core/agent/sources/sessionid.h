// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace mailhelm
{

/// What Dovecot's default session id holds (login-common, client_get_session_id): base64, without padding, of the low
/// 48 bits of the time in µs (little-endian), the remote port (little-endian) and the remote address (4 or 16 bytes).
/// The time is that of the first login attempt, or of whatever needed the id first, not of the connect.
struct SessionId {
    qint64 time = 0; ///< µs since 1970 UTC
    Endpoint remote;
};

/// nullopt where the shape is another one: ids may be set by a trusted proxy, so address and port are to be compared
/// with what the line says. The upper bits of the time, which wrap after about nine years, are completed to the time
/// nearest `referenceUs`.
[[nodiscard]] std::optional<SessionId> decodeSessionId(QByteArrayView id, qint64 referenceUs);
/// The id that Dovecot would make.
[[nodiscard]] QByteArray encodeSessionId(const SessionId &id);

} // namespace mailhelm
