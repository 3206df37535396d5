// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/safetext.h"

#include <algorithm>

namespace mailhelm
{

namespace
{

bool isHarmful(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) // C0, DEL, C1
        || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) // bidirectional overrides, isolates
        || c == 0x200e || c == 0x200f || c == 0x061c // marks of direction
        || c == 0x2028 || c == 0x2029 // line and paragraph separators
        || c == 0xfeff || (c >= 0x200b && c <= 0x200d) || c == 0x2060 // invisible
        || (c >= 0xe0000 && c <= 0xe007f) // tags
        || (c >= 0xd800 && c <= 0xdfff); // lone surrogates
}

} // namespace

QString safeText(QStringView text, qsizetype maxChars)
{
    const auto plain = [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; };
    if (text.size() <= maxChars && std::all_of(text.begin(), text.end(), plain))
        return text.toString();
    QString out;
    out.reserve(std::min(text.size(), maxChars) + 16);
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (out.size() >= maxChars) {
            out += QChar(0x2026);
            break;
        }
        char32_t c = text[i].unicode();
        const qsizetype first = i;
        if (QChar::isHighSurrogate(c) && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            ++i;
            c = QChar::surrogateToUcs4(text[first], text[i]);
        }
        if (isHarmful(c))
            out += QStringLiteral("\\u{%1}")
                       .arg(uint(c), 4, 16, QLatin1Char('0'))
                       .toUpper()
                       .replace(1, 1, QLatin1Char('u'));
        else
            out += text.mid(first, i - first + 1);
    }
    return out;
}

QString safeText(QByteArrayView utf8, qsizetype maxChars)
{
    // Nothing that is longer than this in bytes can be shorter than maxChars afterwards: spare the decoding.
    const qsizetype enough = maxChars * 4 + 4;
    return safeText(QString::fromUtf8(utf8.first(std::min(utf8.size(), enough))), maxChars);
}

QString safeActionText(QStringView text, qsizetype maxChars)
{
    return safeText(text, maxChars).replace(QLatin1Char('&'), QLatin1String("&&"));
}

QByteArray validUtf8(QByteArrayView bytes, qsizetype maxBytes)
{
    QByteArrayView part = bytes;
    if (part.size() > maxBytes) {
        qsizetype end = maxBytes;
        while (end > 0 && (uchar(part[end]) & 0xc0) == 0x80)
            --end;
        part = part.first(end);
    }
    const auto ascii = [](char c) { return uchar(c) < 0x80 && c != '\0'; };
    if (std::all_of(part.begin(), part.end(), ascii))
        return part.toByteArray();
    QByteArray out = QString::fromUtf8(part).toUtf8(); // replaces what is invalid by U+FFFD
    out.replace('\0', "\xEF\xBF\xBD");
    return out;
}

QByteArray foldedUtf8(QByteArrayView utf8)
{
    QByteArray out = utf8.toByteArray();
    bool ascii = true;
    for (char &c : out) {
        if (uchar(c) >= 0x80) {
            ascii = false;
            break;
        }
        if (c >= 'A' && c <= 'Z')
            c = char(c + 32);
    }
    return ascii ? out : QString::fromUtf8(utf8).toCaseFolded().toUtf8();
}

} // namespace mailhelm
