// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

/// What both ends of a Changes message have to agree on, beside the CDDL in docs/PROTOCOL.md.
namespace mailhelm::changeswire
{

// Bits of a Changes message's flags.
inline constexpr quint64 FlagReset = 1;
inline constexpr quint64 FlagFirst = 2;
inline constexpr quint64 FlagLast = 4;
inline constexpr quint64 FlagFreshDictionary = 8;
inline constexpr quint64 AllFlags = 15;

/// A bit for each row, the lowest of the first byte first.
constexpr qsizetype bitmapBytes(qsizetype bits)
{
    return (bits + 7) / 8;
}

} // namespace mailhelm::changeswire
