// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace mailhelm
{

/// Small steps that the parsers of log text share. None allocates unless it returns a QByteArray.

/// Cuts `prefix` off the front of `text`; false and `text` untouched where it does not begin so.
[[nodiscard]] bool takePrefix(QByteArrayView &text, QByteArrayView prefix);

/// A decimal number of 1 to 18 digits and nothing else.
[[nodiscard]] std::optional<qint64> wholeNumber(QByteArrayView text);

/// A TCP port, 1 to 65535.
[[nodiscard]] std::optional<quint16> wholePort(QByteArrayView text);

/// "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)…", as Dovecot and Postfix both log it, as
/// "TLSv1.3 TLS_AES_256_GCM_SHA384"; nullopt for anything else.
[[nodiscard]] std::optional<QByteArray> tlsSummary(QByteArrayView text);

} // namespace mailhelm
