// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/changescodec.h"

#include "core/base/safetext.h"
#include "core/protocol/bodyreader.h"
#include "core/protocol/messages.h"

#include <QRandomGenerator>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>

namespace mailhelm {

namespace {

// Bits of a Changes message's flags.
constexpr quint64 FlagReset = 1;
constexpr quint64 FlagFirst = 2;
constexpr quint64 FlagLast = 4;
constexpr quint64 FlagFreshDictionary = 8;
constexpr quint64 AllFlags = 15;

constexpr qsizetype SpareEntries = 65536; // a dictionary may hold so many more than twice what lives

qsizetype bitmapBytes(qsizetype bits)
{
    return (bits + 7) / 8;
}

CborTag narrowest(quint64 max)
{
    return max <= 0xff ? CborTag::Uint8 : max <= 0xffff ? CborTag::Uint16 : CborTag::Uint32;
}

bool allKnown(const Column &column)
{
    const QList<quint64> &bits = column.knownBits();
    const qsizetype whole = column.size() / 64;
    for (qsizetype i = 0; i < whole; ++i)
        if (~bits[i])
            return false;
    const int rest = int(column.size() % 64);
    return rest == 0 || (~bits[whole] & ((quint64(1) << rest) - 1)) == 0;
}

void writeBits(CborWriter &out, const QList<quint64> &words, qsizetype bits)
{
    char *to = out.roomForBytes(bitmapBytes(bits));
    for (qsizetype i = 0; i < bitmapBytes(bits); ++i)
        to[i] = char(words[i >> 3] >> ((i & 7) * 8));
}

void writeKnown(CborWriter &out, const Column &column)
{
    if (allKnown(column))
        out.null();
    else
        writeBits(out, column.knownBits(), column.size());
}

template<typename Wire, typename T>
void fill(char *to, const T *from, qsizetype size)
{
    for (qsizetype i = 0; i < size; ++i)
        qToLittleEndian(Wire(from[i]), to + i * qsizetype(sizeof(Wire)));
}

template<typename T>
void writeNarrow(CborWriter &out, CborTag tag, const T *from, qsizetype size)
{
    char *to = out.typedArray(tag, size);
    switch (tag) {
    case CborTag::Uint8:
        return fill<quint8>(to, from, size);
    case CborTag::Uint16:
        return fill<quint16>(to, from, size);
    case CborTag::Uint32:
        return fill<quint32>(to, from, size);
    case CborTag::Uint64:
    case CborTag::Sint64:
        return fill<quint64>(to, from, size);
    }
}

void writeNumbers(CborWriter &out, const Column &column)
{
    QList<qint64> numbers = column.numbers();
    if (!allKnown(column)) { // unknown cells may hold what was there before
        qint64 *cells = numbers.data();
        const quint64 *known = column.knownBits().constData();
        for (qsizetype i = 0; i < column.size(); ++i)
            cells[i] &= -qint64(known[i >> 6] >> (i & 63) & 1);
    }
    const qint64 *values = numbers.constData();
    qint64 bits = 0; // negative if any is, else as high as the highest
    for (qsizetype i = 0; i < column.size(); ++i)
        bits |= values[i];
    const CborTag tag = bits < 0 || bits > 0xffffffff ? CborTag::Sint64 : narrowest(quint64(bits));
    writeNarrow(out, tag, values, column.size());
}

void writeFlags(CborWriter &out, const Column &column)
{
    QList<quint64> words = column.knownBits();
    quint64 *to = words.data();
    const quint8 *flags = column.flags().constData();
    for (qsizetype i = 0; i < column.size(); ++i)
        to[i >> 6] &= ~(quint64(flags[i] == 0) << (i & 63));
    writeBits(out, words, column.size());
}

void writeAddresses(CborWriter &out, const Column &column)
{
    bool v4 = true;
    for (qsizetype i = 0; i < column.size() && v4; ++i)
        v4 = !column.isKnown(i) || column.address(i).isV4();
    const size_t width = v4 ? 4 : 16;
    char *to = out.roomForBytes(column.size() * qsizetype(width));
    for (qsizetype i = 0; i < column.size(); ++i, to += width) {
        if (column.isKnown(i))
            std::memcpy(to, column.address(i).bytes().data() + 16 - width, width);
        else
            std::memset(to, 0, width);
    }
}

/// Texts one behind the other, with the offsets of their ends.
class TextBlob
{
public:
    void append(QByteArrayView text)
    {
        if (!text.isEmpty() && (uchar(text.front()) & 0xc0) == 0x80)
            m_clean = false; // would continue the text before it
        m_blob.append(text);
        m_ends.append(quint32(m_blob.size()));
    }
    /// Every cell, the unknown ones as empty texts.
    void assign(const Column &column)
    {
        const qsizetype rows = column.size();
        m_ends.resize(rows);
        quint32 *ends = m_ends.data();
        quint32 size = 0;
        for (qsizetype i = 0; i < rows; ++i)
            ends[i] = size += column.isKnown(i) ? quint32(column.text(i).size()) : 0;
        m_blob.resize(size);
        char *to = m_blob.data();
        for (qsizetype i = 0; i < rows; ++i) {
            if (!column.isKnown(i))
                continue;
            const QByteArrayView text = column.text(i);
            if (text.isEmpty())
                continue;
            m_clean = m_clean && (uchar(text.front()) & 0xc0) != 0x80;
            std::memcpy(to, text.data(), size_t(text.size()));
            to += text.size();
        }
    }
    void write(CborWriter &out)
    {
        if (!m_clean || !isCleanText(m_blob))
            mend();
        out.array(2);
        writeNarrow(out, narrowest(quint64(m_blob.size())), m_ends.constData(), m_ends.size());
        out.text(m_blob);
    }

private:
    /// Some source did not keep its promise of valid UTF-8; the client would refuse it all for one cell.
    void mend()
    {
        const TextBlob old = std::exchange(*this, {});
        quint32 from = 0;
        for (const quint32 end : old.m_ends) {
            append(validUtf8(QByteArrayView(old.m_blob).sliced(from, end - from), std::numeric_limits<qsizetype>::max()));
            from = end;
        }
    }

    QByteArray m_blob;
    QList<quint32> m_ends;
    bool m_clean = true;
};

void writeTexts(CborWriter &out, const Column &column)
{
    TextBlob texts;
    texts.assign(column);
    texts.write(out);
}

} // namespace

qsizetype ChangesEncoder::dictionarySize() const
{
    qsizetype sum = 0;
    for (const Dictionary &dictionary : m_dictionaries)
        sum += dictionary.size;
    return sum;
}

bool ChangesEncoder::outgrown(const ChangeSet &part)
{
    for (const RowGroup &group : part.groups)
        for (qsizetype i = 0; i < group.columns.size(); ++i)
            if (group.values[i].isText())
                m_dictionaries[size_t(group.columns[i])].live = group.values[i].pool().count();
    return std::any_of(m_dictionaries.begin(), m_dictionaries.end(), [](const Dictionary &dictionary) {
        return dictionary.size > 2 * dictionary.live + SpareEntries || dictionary.size > limits::DictionaryEntries / 2
            || dictionary.bytes > limits::DictionaryBytes / 2;
    });
}

QByteArray ChangesEncoder::encode(quint32 request, const ChangeSet &part)
{
    const bool fresh = (part.reset && part.first) || outgrown(part);
    if (fresh)
        m_dictionaries.assign(m_dictionaries.size(), {});

    QByteArray payload;
    qsizetype estimate = 64 + part.removed.size() * 8;
    for (const RowGroup &group : part.groups)
        estimate += group.ids.size() * (8 + group.columns.size() * 8);
    payload.reserve(estimate);
    CborWriter out(payload);
    out.array(3);
    out.unsignedInteger(quint64(MessageType::Changes));
    out.unsignedInteger(request);
    out.map(quint64(5 + int(!part.removed.isEmpty()) + int(!part.groups.isEmpty())));
    out.unsignedInteger(1);
    out.unsignedInteger(quint64(part.table));
    out.unsignedInteger(2);
    out.unsignedInteger(part.epoch);
    out.unsignedInteger(3);
    out.unsignedInteger(part.base);
    out.unsignedInteger(4);
    out.unsignedInteger(part.revision);
    out.unsignedInteger(5);
    out.unsignedInteger((part.reset ? FlagReset : 0) | (part.first ? FlagFirst : 0) | (part.last ? FlagLast : 0)
                        | (fresh ? FlagFreshDictionary : 0));
    if (!part.removed.isEmpty()) {
        out.unsignedInteger(6);
        out.uint64Array(std::span(part.removed.constData(), size_t(part.removed.size())));
    }
    if (part.groups.isEmpty())
        return payload;
    out.unsignedInteger(7);
    out.array(quint64(part.groups.size()));
    for (const RowGroup &group : part.groups) {
        out.map(3);
        out.unsignedInteger(1);
        out.boolean(group.complete);
        out.unsignedInteger(2);
        out.uint64Array(std::span(group.ids.constData(), size_t(group.ids.size())));
        out.unsignedInteger(3);
        out.array(quint64(group.columns.size()));
        for (qsizetype i = 0; i < group.columns.size(); ++i)
            writeColumn(out, group.columns[i], group.values[i]);
    }
    return payload;
}

void ChangesEncoder::writeColumn(CborWriter &out, int index, const Column &column)
{
    const ColumnSpec &spec = m_schema.column(index);
    Q_ASSERT(column.type() == spec.type);
    if (spec.isText() && !spec.traits.testFlag(ColumnTrait::MostlyUnique)) {
        writeDictionaryColumn(out, index, column);
        return;
    }
    out.array(3);
    out.unsignedInteger(quint64(index));
    writeKnown(out, column);
    switch (spec.type) {
    case ColumnType::Time:
    case ColumnType::Number:
        return writeNumbers(out, column);
    case ColumnType::Flag:
        return writeFlags(out, column);
    case ColumnType::Address:
        return writeAddresses(out, column);
    case ColumnType::Text:
    case ColumnType::Choice:
        return writeTexts(out, column);
    }
}

void ChangesEncoder::writeDictionaryColumn(CborWriter &out, int index, const Column &column)
{
    Dictionary &dictionary = m_dictionaries[size_t(index)];
    const StringPool &pool = column.pool();
    if (dictionary.byPoolCode.size() < qsizetype(pool.codeEnd()))
        dictionary.byPoolCode.resize(pool.codeEnd());
    Dictionary::Slot *const slots = dictionary.byPoolCode.data();
    m_codes.resize(column.size());
    quint32 *const codes = m_codes.data();
    const StringPool::Code *const poolCodes = column.codes().constData();
    TextBlob fresh;
    const quint32 before = dictionary.size;
    quint32 bits = 0;
    for (qsizetype i = 0; i < column.size(); ++i) {
        if (!column.isKnown(i)) {
            codes[i] = 0;
            continue;
        }
        const StringPool::Code code = poolCodes[i];
        Dictionary::Slot &slot = slots[code];
        if (slot.serial != pool.serial(code)) { // never sent, or the pool uses that code again for another text
            slot = { pool.serial(code), dictionary.size++ };
            dictionary.bytes += pool.text(code).size();
            fresh.append(pool.text(code));
        }
        codes[i] = slot.code;
        bits |= slot.code;
    }
    out.array(dictionary.size == before ? 3 : 4);
    out.unsignedInteger(quint64(index));
    writeKnown(out, column);
    if (dictionary.size != before)
        fresh.write(out);
    writeNarrow(out, narrowest(bits), codes, column.size());
}

// ---- decoding

namespace {

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

Column ChangesDecoder::readDictionaryColumn(BodyReader &body, ColumnType type, Dictionary &dictionary, QList<quint64> known,
                                            qsizetype rows, bool hasTexts)
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
        dictionary.codes.reserve(std::max(dictionary.codes.size() * 3 / 2, dictionary.codes.size() + texts.ends.size()));
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
        column = readDictionaryColumn(body, spec.type, m_dictionaries[size_t(index)], std::move(known), rows, items == 4);
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
