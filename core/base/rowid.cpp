// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/rowid.h"

namespace mailhelm
{

namespace
{
constexpr char Alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
constexpr int Digits = 13; // 13 × 5 = 65 bits hold 63
}

QByteArray rowIdToText(RowId id)
{
    QByteArray out(Digits, 'a');
    for (int i = Digits - 1; i >= 0; --i, id >>= 5)
        out[i] = Alphabet[id & 31];
    return out;
}

std::optional<RowId> rowIdFromText(QByteArrayView text)
{
    if (text.size() != Digits)
        return std::nullopt;
    quint64 id = 0;
    for (const char c : text) {
        quint64 digit = 0;
        if (c >= 'a' && c <= 'z')
            digit = quint64(c - 'a');
        else if (c >= '2' && c <= '7')
            digit = quint64(c - '2') + 26;
        else
            return std::nullopt;
        if (id >> 58)
            return std::nullopt; // more than 63 bits
        id = id << 5 | digit;
    }
    if (id == 0 || id > MaxRowId)
        return std::nullopt;
    return id;
}

} // namespace mailhelm
