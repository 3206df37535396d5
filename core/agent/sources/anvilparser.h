// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>

namespace mailhelm
{

/// Dovecot's TAB escaping undone (lib/strescape.c): \001 followed by '0' NUL, '1' \001, 't' TAB, 'r' CR, 'n' LF.
[[nodiscard]] QByteArray anvilUnescape(QByteArrayView text);

/// Our name for Dovecot's service: "submission" is smtp; empty for what has no client connections to show (lmtp,
/// doveadm …).
[[nodiscard]] QByteArray anvilProtocol(QByteArrayView service);

/// A row of 2.3's CONNECT-DUMP: SERVICE/IP/USER TAB PID TAB REFCOUNT. As many entries as the count says (one process
/// may serve one user from one address several times); none where the row is not of that shape or the service is not
/// shown.
[[nodiscard]] QList<AnvilEntry> parseAnvilRow1(QByteArrayView row);

/// A row of 2.4's CONNECT-DUMP: PID TAB USER TAB SERVICE TAB IP TAB CONN-GUID TAB DEST-IP [TAB alternative users].
[[nodiscard]] std::optional<AnvilEntry> parseAnvilRow2(QByteArrayView row);

} // namespace mailhelm
