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

/// Marks on one letter: more than any script needs, and fewer than take long to paint one over the other.
constexpr int MostMarks = 8;

bool isMark(char32_t c)
{
    const QChar::Category category = QChar::category(c);
    return category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing
        || category == QChar::Mark_SpacingCombining;
}

/// Changes of script: more than anybody writes, and fewer than take long to lay out, as each is another font's affair.
constexpr int MostChanges = 64;

/// Pictures are of no script, and of a font all the same that is looked for long: one between letters weighs so much.
constexpr int ChangesPerPicture = 4;

bool isPicture(char32_t c)
{
    return c >= 0x2190 && QChar::category(c) == QChar::Symbol_Other;
}

/// Scripts that are written together count as one; letters of all or of none do not count.
QChar::Script scriptOf(char32_t c)
{
    switch (const QChar::Script script = QChar::script(c)) {
    case QChar::Script_Hiragana:
    case QChar::Script_Katakana:
    case QChar::Script_Bopomofo:
    case QChar::Script_Hangul:
        return QChar::Script_Han;
    case QChar::Script_Inherited:
    case QChar::Script_Unknown:
        return QChar::Script_Common;
    default:
        return script;
    }
}

} // namespace

QString safeText(QStringView text, qsizetype maxChars)
{
    const auto plain = [](QChar c) { return c.unicode() >= 0x20 && c.unicode() < 0x7f; };
    if (text.size() <= maxChars && std::all_of(text.begin(), text.end(), plain))
        return text.toString();
    QString out;
    out.reserve(std::min(text.size(), maxChars) + 16);
    int marks = 0;
    int changes = 0;
    bool drawn = false;
    QChar::Script written = QChar::Script_Common;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (out.size() >= maxChars || changes > MostChanges) {
            out += QChar(0x2026);
            break;
        }
        char32_t c = text[i].unicode();
        const qsizetype first = i;
        if (QChar::isHighSurrogate(c) && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            ++i;
            c = QChar::surrogateToUcs4(text[first], text[i]);
        }
        if (const QChar::Script script = scriptOf(c); script != QChar::Script_Common && script != written) {
            changes += written == QChar::Script_Common ? 0 : 1;
            written = script;
        }
        if (const bool picture = isPicture(c); picture != drawn) {
            changes += picture ? ChangesPerPicture : 0;
            drawn = picture;
        }
        marks = c >= 0x300 && isMark(c) ? marks + 1 : 0;
        if (isHarmful(c) || marks > MostMarks)
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
