// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/addresslist.h"

#include "core/base/safetext.h"
#include "core/client/csvreader.h"
#include "core/protocol/limits.h"

#include <QCoreApplication>
#include <QHash>
#include <QStringConverter>

#include <algorithm>
#include <tuple>

namespace mailhelm
{

namespace
{

/// Records that are looked at to find out what kind of file it is.
constexpr int Sample = 1000;

Error invalid(const QString &what)
{
    return { ErrorCode::InvalidArgument, what };
}

QString tr(const char *text)
{
    return QCoreApplication::translate("mailhelm::AddressList", text);
}

/// As UTF-8; says what else it was.
Result<QByteArray> toUtf8(const QByteArray &file, QStringList &notes)
{
    if (file.size() > AddressList::MostBytes)
        return invalid(tr("The file is larger than 256 MiB."));
    if (file.startsWith("\xEF\xBB\xBF"))
        return toUtf8(file.sliced(3), notes);
    for (const auto &[mark, encoding] :
        { std::pair("\xFF\xFE", QStringConverter::Utf16LE), std::pair("\xFE\xFF", QStringConverter::Utf16BE) }) {
        if (!file.startsWith(mark))
            continue;
        QStringDecoder decoder(encoding);
        const QString text = decoder.decode(file.sliced(2));
        notes.append(tr("The file is in UTF-16."));
        return text.toUtf8();
    }
    if (file.contains('\0'))
        return invalid(tr("This is no text: save it as CSV, in UTF-8."));
    QStringDecoder decoder(QStringConverter::Utf8);
    const QString text = decoder.decode(file);
    if (!decoder.hasError())
        return file;
    notes.append(tr("The file is not in UTF-8; it was read as Latin-1."));
    return QString::fromLatin1(file).toUtf8();
}

/// Without blanks around it and what cannot be seen.
QByteArray trimmed(const QByteArray &cell)
{
    const auto isAscii = [](char c) { return uchar(c) < 0x80; };
    if (std::all_of(cell.begin(), cell.end(), isAscii))
        return cell.trimmed();
    const auto blank = [](QChar c) { return c.isSpace() || c == QChar(0x200b) || c == QChar(0xfeff); };
    QStringView text;
    const QString whole = QString::fromUtf8(cell);
    text = whole;
    while (!text.isEmpty() && blank(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && blank(text.back()))
        text.chop(1);
    return text.toUtf8();
}

/// Of "Alice <alice@example.org>" and "mailto:alice@example.org" the address.
QByteArray bare(const QByteArray &cell)
{
    QByteArray text = trimmed(cell);
    if (const qsizetype open = text.lastIndexOf('<'); open >= 0 && text.endsWith('>'))
        text = trimmed(text.sliced(open + 1, text.size() - open - 2));
    if (text.size() > 7 && text.first(7).toLower() == "mailto:")
        text = trimmed(text.sliced(7));
    return text;
}

/// Nothing in it that no user's name has.
bool isName(const QByteArray &text)
{
    if (text.isEmpty() || text.size() > limits::NameBytes)
        return false;
    bool ascii = true;
    for (const char c : text) {
        if (uchar(c) <= 0x20 || c == 0x7f || c == '<' || c == '>' || c == ',' || c == ';' || c == '"')
            return false;
        ascii = ascii && uchar(c) < 0x80;
    }
    if (ascii)
        return true;
    const QString whole = QString::fromUtf8(text);
    return std::none_of(whole.begin(), whole.end(), [](QChar c) { return c.isSpace(); }) && safeText(whole) == whole;
}

bool isAddress(const QByteArray &text)
{
    const qsizetype at = text.indexOf('@');
    return at > 0 && at + 1 < text.size() && text.indexOf('@', at + 1) < 0 && isName(text);
}

bool isBlank(const QList<QByteArray> &record)
{
    return std::all_of(record.begin(), record.end(), [](const QByteArray &cell) { return trimmed(cell).isEmpty(); });
}

QList<QList<QByteArray>> sample(QByteArrayView text, char delimiter)
{
    QList<QList<QByteArray>> records;
    CsvReader reader(text, delimiter);
    while (!reader.atEnd() && records.size() < Sample)
        if (const QList<QByteArray> &record = reader.next(); !isBlank(record))
            records.append(record);
    return records;
}

/// How many addresses each column has.
QList<qsizetype> addressesOf(const QList<QList<QByteArray>> &records)
{
    QList<qsizetype> addresses;
    for (const QList<QByteArray> &record : records) {
        addresses.resize(std::max(addresses.size(), record.size()));
        for (qsizetype i = 0; i < record.size(); ++i)
            addresses[i] += isAddress(bare(record[i])) ? 1 : 0;
    }
    return addresses;
}

/// The column with most addresses; -1: there are none.
int columnOfAddresses(const QList<QList<QByteArray>> &records)
{
    const QList<qsizetype> addresses = addressesOf(records);
    const auto most = std::max_element(addresses.begin(), addresses.end()); // the first of equals
    return most == addresses.end() || *most == 0 ? -1 : int(most - addresses.begin());
}

/// The one that gives a column most addresses; among such, that divides most records into the same number of fields.
char delimiterOf(QByteArrayView text)
{
    char best = ',';
    std::tuple<qsizetype, qsizetype, qsizetype> most { 0, 0, 0 };
    for (const char candidate : { ',', ';', '\t' }) {
        const QList<QList<QByteArray>> records = sample(text, candidate);
        const QList<qsizetype> addresses = addressesOf(records);
        const qsizetype found = addresses.isEmpty() ? 0 : *std::max_element(addresses.begin(), addresses.end());
        QHash<qsizetype, qsizetype> widths { { 1, 0 } };
        for (const QList<QByteArray> &record : records)
            if (record.size() > 1)
                ++widths[record.size()];
        for (const auto &[width, count] : widths.asKeyValueRange()) {
            if (std::tuple(found, count, width) > most) {
                most = { found, count, width };
                best = candidate;
            }
        }
    }
    return best;
}

/// By title, ignoring case, or by number from 1.
Result<int> columnCalled(const QString &wanted, const QList<QList<QByteArray>> &records)
{
    QStringList titles;
    qsizetype widest = 0;
    for (const QList<QByteArray> &record : records)
        widest = std::max(widest, record.size());
    for (const QByteArray &cell : records.first())
        titles.append(QString::fromUtf8(trimmed(cell)));
    bool ok = false; // a number first: in a file without header any field could be it
    const int number = wanted.toInt(&ok);
    if (ok && number >= 1 && number <= widest)
        return number - 1;
    for (qsizetype i = 0; i < titles.size(); ++i)
        if (titles[i].compare(wanted.trimmed(), Qt::CaseInsensitive) == 0)
            return int(i);
    return invalid(tr("There is no column “%1”. The first line has: %2. A number from 1 to %3 will do, too.")
                       .arg(wanted, titles.join(QStringLiteral(", ")).left(500), QString::number(widest)));
}

/// What people call such a column where it holds no addresses that would tell.
bool isTitle(const QByteArray &cell)
{
    static const QByteArrayList titles { "address", "addresses", "account", "accounts", "email", "e-mail", "login",
        "mail", "mailbox", "name", "user", "username", "users" };
    return titles.contains(trimmed(cell).toLower());
}

/// Makes entries and remarks of records.
class Taker
{
public:
    Taker(AddressList &list, bool names)
        : m_list(list)
        , m_names(names)
    {
    }

    void take(const QList<QByteArray> &record, qsizetype line, bool openQuote)
    {
        if (isBlank(record))
            return;
        const QByteArray address = m_list.column < record.size() ? bare(record[m_list.column]) : QByteArray();
        if (address.isEmpty()) {
            remark(AddressList::Remark::Kind::Invalid, line, tr("There is no address."));
        } else if (!(m_names ? isName(address) : isAddress(address))) {
            const QString shown = QString::fromUtf8(address.left(300)).left(100);
            remark(AddressList::Remark::Kind::Invalid, line,
                openQuote     ? tr("A quote is not closed: “%1”.").arg(shown)
                    : m_names ? tr("“%1” is no user's name.").arg(shown)
                              : tr("“%1” is no mail address.").arg(shown));
        } else if (const auto [place, isNew] = insert(foldedUtf8(address), line); !isNew) {
            remark(AddressList::Remark::Kind::Duplicate, line,
                tr("%1 is in line %2 already.").arg(QString::fromUtf8(address), QString::number(place)));
        } else {
            m_list.entries.append({ address, line });
        }
    }

private:
    void remark(AddressList::Remark::Kind kind, qsizetype line, const QString &text)
    {
        m_list.remarks.append({ kind, line, text });
    }
    std::pair<qsizetype, bool> insert(const QByteArray &folded, qsizetype line)
    {
        const auto found = m_lines.constFind(folded);
        if (found != m_lines.cend())
            return { *found, false };
        m_lines.insert(folded, line);
        return { line, true };
    }

    AddressList &m_list;
    const bool m_names;
    QHash<QByteArray, qsizetype> m_lines;
};

} // namespace

qsizetype AddressList::count(Remark::Kind kind) const
{
    return std::count_if(remarks.begin(), remarks.end(), [&](const Remark &remark) { return remark.kind == kind; });
}

Result<AddressList> AddressList::read(const QByteArray &file, const QString &column)
{
    AddressList list;
    const auto decoded = toUtf8(file, list.notes);
    if (!decoded)
        return decoded.error();
    QByteArrayView text = decoded.value();
    qsizetype firstLine = 1;
    if (text.size() > 4 && text.first(4).compare("sep=", Qt::CaseInsensitive) == 0) { // what Excel reads and writes
        list.delimiter = text[4];
        const qsizetype end = text.indexOf('\n');
        text = end < 0 ? QByteArrayView() : text.sliced(end + 1);
        firstLine = 2;
    } else {
        list.delimiter = delimiterOf(text);
    }
    const QList<QList<QByteArray>> records = sample(text, list.delimiter);
    if (records.isEmpty())
        return invalid(tr("The file is empty."));

    if (!column.isEmpty()) {
        const auto found = columnCalled(column, records);
        if (!found)
            return found.error();
        list.column = found.value();
    } else {
        list.column = columnOfAddresses(records);
        const bool narrow = std::all_of(
            records.begin(), records.end(), [](const QList<QByteArray> &record) { return record.size() == 1; });
        if (list.column < 0 && !narrow)
            return invalid(tr("No column holds mail addresses; say which one is meant by its title or its number."));
        list.column = std::max(list.column, 0);
    }
    qsizetype addresses = 0;
    for (const QList<QByteArray> &record : records)
        addresses += list.column < record.size() && isAddress(bare(record[list.column])) ? 1 : 0;
    const bool names = addresses == 0;
    const QByteArray first = records.first().value(list.column);
    const QString title = QString::fromUtf8(trimmed(first));
    const bool named = !column.isEmpty() && title.compare(column.trimmed(), Qt::CaseInsensitive) == 0;
    const bool header = named || (names ? isTitle(first) : !isAddress(bare(first)) && !title.isEmpty());

    CsvReader reader(text, list.delimiter, firstLine);
    Taker taker(list, names);
    bool skip = header;
    if (header)
        list.title = title;
    while (!reader.atEnd()) {
        const QList<QByteArray> &record = reader.next();
        if (skip && !isBlank(record))
            skip = false;
        else
            taker.take(record, reader.line(), reader.hasOpenQuote());
    }
    return list;
}

} // namespace mailhelm
