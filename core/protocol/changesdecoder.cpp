// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/changescodec.h"

#include "core/protocol/bodyreader.h"
#include "core/protocol/changeswire.h"

#include <QRandomGenerator>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>

namespace mailhelm
{

using namespace changeswire;

namespace
{

QList<quint64> readBits(BodyReader &body, qsizetype bits)
{
    const qsizetype at = body.offset();
    const QByteArrayView bytes = body.readBytes();
    if (bytes.size() != bitmapBytes(bits))
        body.fail("a bitmap has not a bit for each row", at);
    if (!body.ok())
        return {};
    if (bits % 8 != 0 && (uchar(bytes.back()) >> (bits % 8)) != 0)
        body.fail("a bitmap has bits set beyond the rows", at);
    QList<quint64> words((bits + 63) / 64, 0);
    std::memcpy(words.data(), bytes.data(), size_t(bytes.size()));
    for (quint64 &word : words)
        word = qFromLittleEndian(word);
    return words;
}

QList<quint64> readKnown(BodyReader &body, qsizetype rows)
{
    if (body.kind() != CborReader::Kind::Null)
        return readBits(body, rows);
    body.readNull();
    QList<quint64> words((rows + 63) / 64, ~quint64(0));
    if (rows % 64 != 0)
        words.last() = (quint64(1) << (rows % 64)) - 1;
    return words;
}

template<typename Wire, typename T>
void widen(const CborTypedArray &from, T *to)
{
    for (qsizetype i = 0; i < from.size; ++i)
        to[i] = T(from.at<Wire>(i));
}

/// Elements of at most 32 bits, which codes and offsets are.
QList<quint32> readSmallNumbers(BodyReader &body)
{
    const qsizetype at = body.offset();
    const CborTypedArray array = body.readTypedArray();
    if (!body.ok())
        return {};
    QList<quint32> out(array.size);
    switch (array.tag) {
    case CborTag::Uint8:
        widen<quint8>(array, out.data());
        break;
    case CborTag::Uint16:
        widen<quint16>(array, out.data());
        break;
    case CborTag::Uint32:
        widen<quint32>(array, out.data());
        break;
    case CborTag::Uint64:
    case CborTag::Sint64:
        body.fail("codes and offsets have at most 32 bits", at);
        return {};
    }
    return out;
}

Column readNumbers(BodyReader &body, ColumnType type, QList<quint64> known, qsizetype rows)
{
    const qsizetype at = body.offset();
    const CborTypedArray array = body.readTypedArray();
    if (array.size != rows)
        body.fail("a column has not a number for each row", at);
    if (array.tag == CborTag::Uint64)
        body.fail("a column of numbers has a sign", at);
    if (!body.ok())
        return Column(type);
    QList<qint64> numbers(rows);
    switch (array.tag) {
    case CborTag::Uint8:
        widen<quint8>(array, numbers.data());
        break;
    case CborTag::Uint16:
        widen<quint16>(array, numbers.data());
        break;
    case CborTag::Uint32:
        widen<quint32>(array, numbers.data());
        break;
    case CborTag::Uint64:
    case CborTag::Sint64:
        widen<qint64>(array, numbers.data());
        break;
    }
    return Column::fromNumbers(type, std::move(known), std::move(numbers));
}

Column readFlags(BodyReader &body, QList<quint64> known, qsizetype rows)
{
    const QList<quint64> words = readBits(body, rows);
    if (!body.ok())
        return Column(ColumnType::Flag);
    QList<quint8> flags(rows);
    quint8 *to = flags.data();
    const quint64 *from = words.constData();
    for (qsizetype i = 0; i < rows; ++i)
        to[i] = quint8(from[i >> 6] >> (i & 63) & 1);
    return Column::fromFlags(std::move(known), std::move(flags));
}

Column readAddresses(BodyReader &body, QList<quint64> known, qsizetype rows)
{
    const qsizetype at = body.offset();
    const QByteArrayView bytes = body.readBytes();
    if (bytes.size() != rows * 4 && bytes.size() != rows * 16)
        body.fail("a column has not an address of 4 or 16 bytes for each row", at);
    if (!body.ok())
        return Column(ColumnType::Address);
    QList<Address> addresses(rows);
    Address *to = addresses.data();
    const size_t width = bytes.size() == rows * 4 ? 4 : 16;
    Address::Bytes one = Address::fromV4(0).bytes();
    for (qsizetype i = 0; i < rows; ++i) {
        std::memcpy(one.data() + 16 - width, bytes.data() + size_t(i) * width, width);
        to[i] = Address(one);
    }
    return Column::fromAddresses(std::move(known), std::move(addresses));
}

struct Texts {
    QByteArrayView blob;
    QList<quint32> ends;
};

Texts readTexts(BodyReader &body)
{
    const qsizetype at = body.offset();
    if (body.enterArray(2) != 2)
        body.fail("texts are an array of offsets and a blob", at);
    Texts texts;
    texts.ends = readSmallNumbers(body);
    texts.blob = body.readText();
    if (!body.ok())
        return {};
    body.leave();
    quint32 previous = 0;
    const auto size = quint64(texts.blob.size());
    for (const quint32 end : std::as_const(texts.ends)) {
        if (end < previous || end > size) {
            body.fail("the offsets of texts do not ascend within the blob", at);
            return {};
        }
        if (end < size && (uchar(texts.blob[qsizetype(end)]) & 0xc0) == 0x80) {
            body.fail("an offset of texts lies within a character", at);
            return {};
        }
        previous = end;
    }
    if (previous != size)
        body.fail("texts do not end where their blob does", at);
    else if (size > 0 && std::memchr(texts.blob.data(), 0, size_t(size)))
        body.fail("a text holds a NUL", at);
    return body.ok() ? texts : Texts();
}

Column readUniqueTexts(BodyReader &body, ColumnType type, QList<quint64> known, qsizetype rows)
{
    const qsizetype at = body.offset();
    const Texts texts = readTexts(body);
    if (texts.ends.size() != rows)
        body.fail("a column has not a text for each row", at);
    if (!body.ok())
        return Column(type);
    QList<StringPool::Code> codes(rows);
    std::iota(codes.begin(), codes.end(), StringPool::Code(0));
    return Column::fromCodes(type, std::move(known), std::move(codes), StringPool::fromTexts(texts.blob, texts.ends));
}

} // namespace

Column ChangesDecoder::readDictionaryColumn(
    BodyReader &body, ColumnType type, Dictionary &dictionary, QList<quint64> known, qsizetype rows, bool hasTexts)
{
    if (hasTexts) {
        const qsizetype at = body.offset();
        const Texts texts = readTexts(body);
        if (dictionary.codes.size() + texts.ends.size() > limits::DictionaryEntries
            || dictionary.bytes + texts.blob.size() > limits::DictionaryBytes)
            body.fail("a dictionary grows beyond its limit", at);
        if (!body.ok())
            return Column(type);
        dictionary.bytes += texts.blob.size();
        dictionary.codes.reserve(
            std::max(dictionary.codes.size() * 3 / 2, dictionary.codes.size() + texts.ends.size()));
        quint32 from = 0;
        for (const quint32 end : texts.ends) {
            dictionary.codes.append(dictionary.pool.intern(texts.blob.sliced(from, end - from)));
            from = end;
        }
    }
    const qsizetype at = body.offset();
    QList<StringPool::Code> codes = readSmallNumbers(body);
    if (codes.size() != rows)
        body.fail("a column has not a code for each row", at);
    if (!body.ok())
        return Column(type);
    const auto size = quint32(dictionary.codes.size());
    const StringPool::Code *map = dictionary.codes.constData();
    quint32 *cells = codes.data();
    const quint64 *bits = known.constData();
    for (qsizetype i = 0; i < rows; ++i) {
        if (cells[i] < size) {
            cells[i] = map[cells[i]];
        } else if (bits[i >> 6] >> (i & 63) & 1) {
            body.fail("a code is not in the dictionary", at);
            return Column(type);
        } else {
            cells[i] = 0;
        }
    }
    return Column::fromCodes(type, std::move(known), std::move(codes), dictionary.pool);
}

Column ChangesDecoder::readColumn(BodyReader &body, const Schema &schema, qsizetype rows, int &index)
{
    const qsizetype at = body.offset();
    const qsizetype items = body.enterArray(4);
    const qsizetype indexAt = body.offset();
    const quint64 number = body.readUnsigned(limits::Columns);
    if (body.ok() && (qint64(number) <= index || number >= quint64(schema.columnCount())))
        body.fail("columns do not ascend within the table's", indexAt);
    QList<quint64> known = readKnown(body, rows);
    if (!body.ok())
        return Column();
    index = int(number);
    const ColumnSpec &spec = schema.column(index);
    const bool coded = spec.isText() && !spec.traits.testFlag(ColumnTrait::MostlyUnique);
    if (items != 3 && !(coded && items == 4)) {
        body.fail("a column has not the parts that its type has", at);
        return Column();
    }
    Column column;
    if (coded) {
        column
            = readDictionaryColumn(body, spec.type, m_dictionaries[size_t(index)], std::move(known), rows, items == 4);
    } else {
        switch (spec.type) {
        case ColumnType::Time:
        case ColumnType::Number:
            column = readNumbers(body, spec.type, std::move(known), rows);
            break;
        case ColumnType::Flag:
            column = readFlags(body, std::move(known), rows);
            break;
        case ColumnType::Address:
            column = readAddresses(body, std::move(known), rows);
            break;
        case ColumnType::Text:
        case ColumnType::Choice:
            column = readUniqueTexts(body, spec.type, std::move(known), rows);
            break;
        }
    }
    if (body.ok())
        body.leave();
    return column;
}

RowGroup ChangesDecoder::readGroup(BodyReader &body, const Schema &schema)
{
    static constexpr const char *names[] = { "complete", "ids", "columns" };
    RowGroup group;
    for (FieldLoop field(body, names, 7); field.next();) {
        switch (field.key()) {
        case 1:
            group.complete = body.readBool();
            break;
        case 2: {
            const qsizetype at = body.offset();
            group.ids = body.readIds(std::numeric_limits<qsizetype>::max());
            if (group.ids.isEmpty())
                body.fail("a group has no rows", at);
            break;
        }
        case 3: {
            int index = -1;
            group.values = body.readList<Column>(schema.columnCount(), [&] {
                Column column = readColumn(body, schema, group.ids.size(), index);
                group.columns.append(index);
                return column;
            });
            break;
        }
        default:
            body.skip();
        }
    }
    return group;
}

ChangeSet ChangesDecoder::readPart(BodyReader &body, const Schema &schema)
{
    static constexpr const char *names[] = { "table", "epoch", "base", "revision", "flags", "removed", "groups" };
    ChangeSet part;
    for (FieldLoop field(body, names, 0x1f); field.next();) {
        const qsizetype at = body.offset();
        switch (field.key()) {
        case 1:
            part.table = TableId(body.readUnsigned(255));
            if (part.table == TableId::None || part.table != schema.id())
                body.fail("the changes are of another table", at);
            break;
        case 2:
            part.epoch = body.readUnsigned();
            break;
        case 3:
            part.base = body.readUnsigned();
            break;
        case 4:
            part.revision = body.readUnsigned();
            break;
        case 5: {
            const quint64 flags = body.readUnsigned(AllFlags);
            part.reset = flags & FlagReset;
            part.first = flags & FlagFirst;
            part.last = flags & FlagLast;
            if (part.reset && part.first && !(flags & FlagFreshDictionary))
                body.fail("a reset begins without a fresh dictionary", at);
            if (flags & FlagFreshDictionary)
                clearDictionaries();
            break;
        }
        case 6:
            part.removed = body.readIds(std::numeric_limits<qsizetype>::max());
            break;
        case 7:
            part.groups = body.readList<RowGroup>(limits::RowGroups, [&] { return readGroup(body, schema); });
            break;
        default:
            body.skip();
        }
    }
    if (body.ok() && !part.reset && part.base > part.revision)
        body.fail("the changes lead back to an older revision", 0);
    if (body.ok() && haveIdsTwice(part))
        body.fail("an id occurs twice", 0);
    if (body.ok() && !body.atEnd())
        body.fail("something follows the changes", body.offset());
    return part;
}

void ChangesDecoder::clearDictionaries()
{
    for (Dictionary &dictionary : m_dictionaries) {
        // Not a new pool: serials, by which the receiver may know texts again, are never used twice.
        for (const StringPool::Code code : std::as_const(dictionary.codes))
            dictionary.pool.release(code);
        dictionary.codes.clear();
        dictionary.bytes = 0;
    }
}

bool ChangesDecoder::haveIdsTwice(const ChangeSet &part)
{
    qsizetype count = part.removed.size();
    for (const RowGroup &group : part.groups)
        count += group.ids.size();
    // Open addressing, half empty. The multiplier is drawn by lot, so that no peer can choose ids that collide.
    const int bits = std::max(4, int(std::bit_width(quint64(count)))) + 1;
    const quint64 mask = (quint64(1) << bits) - 1;
    m_seen.assign(size_t(1) << bits, 0);
    const auto seen = [&](RowId id) {
        for (quint64 i = (id * m_multiplier) >> (64 - bits);; ++i) {
            quint64 &cell = m_seen[i & mask];
            if (cell == id)
                return true;
            if (cell == 0) {
                cell = id;
                return false;
            }
        }
    };
    if (std::any_of(part.removed.begin(), part.removed.end(), seen))
        return true;
    return std::any_of(part.groups.begin(), part.groups.end(),
        [&](const RowGroup &group) { return std::any_of(group.ids.begin(), group.ids.end(), seen); });
}

Result<ChangeSet> ChangesDecoder::decode(QByteArrayView body, const Schema &agentSchema)
{
    if (m_broken)
        return *m_broken;
    if (m_multiplier == 0)
        m_multiplier = QRandomGenerator::system()->generate64() | 1;
    if (m_dictionaries.size() < size_t(agentSchema.columnCount()))
        m_dictionaries.resize(size_t(agentSchema.columnCount()));
    BodyReader reader(body);
    ChangeSet part = readPart(reader, agentSchema);
    if (!reader.ok()) {
        m_broken = reader.error("Changes");
        return *m_broken;
    }
    return part;
}

} // namespace mailhelm
