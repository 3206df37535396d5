// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace mailhelm
{

/// Texts that a mail user could choose to mislead an administrator, to make Qt run, load or hide something, or to keep
/// the window busy.
struct HostileText {
    const char *name;
    QByteArray text;
};

/// Short ones, as names, HELO and folders can be.
inline QList<HostileText> hostileTexts()
{
    return {
        { "bold", "<b>root</b>@example.org" },
        { "image", "<img src='/etc/passwd'>" },
        { "space before a tag", "  <br>hi" },
        { "entities", "&lt;script&gt;" },
        { "places", "%1 %2 %n %L1" },
        { "ampersands", "a&b&&c" },
        { "marks of titles", "[*] changed" },
        { "breaks", "line\nbreak\ttab\r" },
        { "override", "\xE2\x80\xAEgro.elpmaxe@ecila" },
        { "isolate and nothing", "\xE2\x81\xA6hidden\xE2\x81\xA9\xE2\x80\x8B" },
        { "formula", "=HYPERLINK(\"http://evil.example\")" },
        { "escape", "\x1b[31mred\x07" },
        { "long", QByteArray(200'000, 'A') },
        { "tags without end", "<a href=\"x\">" + QByteArray(5000, '<') + "</a>" },
        { "not UTF-8", "\xFF\xFE\xC0\x80" },
        { "no character", "\xEF\xB7\x90\xF0\x9F\x92\xA9" },
        { "link",
            "<a href=\"http://evil.example/\">https://example.org</a> http://evil.example/ mailto:x@evil.example" },
        { "arabic", "\xD8\xA3\xD9\x85\xD9\x8A\xD9\x86@example.org" },
        { "marks of direction",
            "\xE2\x80\x8F\xD8\x9C\xE2\x80\x8E"
            "admin" },
        { "line separator",
            "a\xE2\x80\xA8"
            "b\xE2\x80\xA9"
            "c\xC2\x85"
            "d" },
    };
}

/// Such as take long to lay out.
inline QList<HostileText> hugeTexts()
{
    const QByteArray zalgo = "Z" + QByteArray("\xCC\x81\xCC\xA7\xCC\x88\xCD\x85").repeated(12);
    return {
        { "a megabyte of letters", QByteArray(1'000'000, 'W') },
        { "a megabyte of tags", QByteArray("<b>").repeated(333'333) },
        { "a megabyte of ampersands", QByteArray(1'000'000, '&') },
        { "a hundred thousand marks on one letter", "e" + QByteArray("\xCC\x81").repeated(100'000) },
        { "zalgo", zalgo.repeated(3'000) },
        { "overrides", QByteArray("\xE2\x80\xAE").repeated(30'000) },
        { "isolates in isolates", QByteArray("\xE2\x81\xA7").repeated(30'000) + "x" },
        { "families",
            QByteArray("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7").repeated(20'000) },
        { "arabic without spaces", QByteArray("\xD9\x84\xD8\xA7\xD9\x8A\xEF\xB7\xBA").repeated(40'000) },
        { "left, right, left", QByteArray("a\xD7\x90").repeated(150'000) },
        { "stacks", QByteArray("\xE0\xBD\x80\xE0\xBE\x90\xE0\xBE\xB2\xE0\xBD\xB1").repeated(20'000) },
        { "many scripts",
            QByteArray("a\xE4\xB8\xAD\xE0\xA4\x95\xE1\x84\x80\xE1\x85\xA1\xD0\x96\xF0\x9D\x94\x84").repeated(20'000) },
        { "lines", QByteArray("\n").repeated(100'000) },
        { "tabs", QByteArray("\t").repeated(100'000) },
        { "nothing to see", QByteArray("\xE2\x80\x8B\xEF\xBB\xBF\xE2\x80\x8D").repeated(50'000) },
    };
}

} // namespace mailhelm
