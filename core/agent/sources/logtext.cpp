// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logtext.h"

#include "core/base/safetext.h"

namespace mailhelm
{

bool takePrefix(QByteArrayView &text, QByteArrayView prefix)
{
    if (!text.startsWith(prefix))
        return false;
    text = text.sliced(prefix.size());
    return true;
}

std::optional<qint64> wholeNumber(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 18)
        return std::nullopt;
    qint64 value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<quint16> wholePort(QByteArrayView text)
{
    const std::optional<qint64> value = wholeNumber(text);
    if (!value || *value < 1 || *value > 65535)
        return std::nullopt;
    return quint16(*value);
}

std::optional<QByteArray> tlsSummary(QByteArrayView text)
{
    constexpr QByteArrayView with = " with cipher ";
    const qsizetype at = text.indexOf(with);
    if (at <= 0 || at > 16)
        return std::nullopt;
    QByteArrayView cipher = text.sliced(at + with.size());
    if (const qsizetype end = cipher.indexOf(' '); end >= 0)
        cipher = cipher.first(end);
    if (cipher.isEmpty() || cipher.size() > 64)
        return std::nullopt;
    return validUtf8(text.first(at), 16) + ' ' + validUtf8(cipher, 64);
}

} // namespace mailhelm
