// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/anvilparser.h"

#include "core/agent/sources/logtext.h"
#include "core/base/safetext.h"

namespace mailhelm
{

namespace
{

constexpr qint64 MaxCount = 10'000; ///< of one row; more is not believed

QList<QByteArrayView> fieldsOf(QByteArrayView row)
{
    QList<QByteArrayView> fields;
    qsizetype from = 0;
    for (qsizetype tab = row.indexOf('\t'); tab >= 0; tab = row.indexOf('\t', from)) {
        fields.append(row.sliced(from, tab - from));
        from = tab + 1;
    }
    fields.append(row.sliced(from));
    return fields;
}

} // namespace

QByteArray anvilUnescape(QByteArrayView text)
{
    QByteArray result;
    result.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '\001' || i + 1 == text.size()) {
            result.append(text[i]);
            continue;
        }
        switch (const char c = text[++i]) {
        case '0':
            result.append('\0');
            break;
        case '1':
            result.append('\001');
            break;
        case 't':
            result.append('\t');
            break;
        case 'r':
            result.append('\r');
            break;
        case 'n':
            result.append('\n');
            break;
        default:
            result.append(c);
        }
    }
    return result;
}

QByteArray anvilProtocol(QByteArrayView service)
{
    if (service == QByteArrayView("imap") || service == QByteArrayView("pop3") || service == QByteArrayView("sieve"))
        return service.toByteArray();
    if (service == QByteArrayView("submission"))
        return "smtp";
    if (service == QByteArrayView("managesieve"))
        return "sieve";
    return {};
}

QList<AnvilEntry> parseAnvilRow1(QByteArrayView row)
{
    const QList<QByteArrayView> fields = fieldsOf(row);
    if (fields.size() < 3)
        return {};
    // Only the first two slashes divide: a user's name may hold more.
    const QByteArray ident = anvilUnescape(fields.at(0));
    const qsizetype first = ident.indexOf('/');
    const qsizetype second = first < 0 ? -1 : ident.indexOf('/', first + 1);
    const std::optional<qint64> pid = wholeNumber(fields.at(1));
    const std::optional<qint64> count = wholeNumber(fields.at(2));
    if (second < 0 || !pid || !count || *count > MaxCount)
        return {};
    AnvilEntry entry;
    entry.protocol = anvilProtocol(QByteArrayView(ident).first(first));
    const std::optional<Address> address = Address::parse(QByteArrayView(ident).sliced(first + 1, second - first - 1));
    if (entry.protocol.isEmpty() || !address)
        return {};
    entry.address = *address;
    entry.user = validUtf8(QByteArrayView(ident).sliced(second + 1));
    entry.pid = *pid;
    return QList<AnvilEntry>(*count, entry);
}

std::optional<AnvilEntry> parseAnvilRow2(QByteArrayView row)
{
    const QList<QByteArrayView> fields = fieldsOf(row);
    if (fields.size() < 5)
        return std::nullopt;
    AnvilEntry entry;
    entry.protocol = anvilProtocol(fields.at(2));
    const std::optional<qint64> pid = wholeNumber(fields.at(0));
    const std::optional<Address> address = Address::parse(fields.at(3));
    if (entry.protocol.isEmpty() || !pid || !address)
        return std::nullopt;
    entry.pid = *pid;
    entry.user = validUtf8(anvilUnescape(fields.at(1)));
    entry.address = *address;
    entry.connectionGuid = validUtf8(fields.at(4), 64);
    return entry;
}

} // namespace mailhelm
