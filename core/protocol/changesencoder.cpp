// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/changescodec.h"

#include "core/base/safetext.h"
#include "core/protocol/cbor.h"
#include "core/protocol/changeswire.h"
#include "core/protocol/messages.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace mailhelm
{

using namespace changeswire;

namespace
{

constexpr qsizetype SpareEntries = 65536; // a dictionary may hold so many more than twice what lives

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
            append(
                validUtf8(QByteArrayView(old.m_blob).sliced(from, end - from), std::numeric_limits<qsizetype>::max()));
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

} // namespace mailhelm
