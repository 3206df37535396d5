// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace mailhelm
{

/// A row's name for life: 63 bits, unique in a table of one server, never 0. Written as 13 characters of base 32
/// (RFC 4648 alphabet, lower case), never as a number: JSON's numbers lose bits.
using RowId = quint64;

constexpr RowId MaxRowId = (quint64(1) << 63) - 1;

[[nodiscard]] QByteArray rowIdToText(RowId id);
[[nodiscard]] std::optional<RowId> rowIdFromText(QByteArrayView text);

} // namespace mailhelm
