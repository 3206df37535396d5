// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/cbor.h"

#include "core/base/safetext.h"

#include <array>
#include <cstring>
#include <limits>

namespace mailhelm
{

namespace
{
constexpr int Unsigned = 0;
constexpr int Negative = 1;
constexpr int Bytes = 2;
constexpr int Text = 3;
constexpr int Array = 4;
constexpr int Map = 5;
constexpr int Tag = 6;
constexpr int Simple = 7;
}

bool isCleanText(QByteArrayView text)
{
    return text.isEmpty() || (text.isValidUtf8() && !std::memchr(text.data(), 0, size_t(text.size())));
}

qint64 CborTypedArray::integer(qsizetype i) const
{
    switch (tag) {
    case CborTag::Uint8:
        return at<quint8>(i);
    case CborTag::Uint16:
        return at<quint16>(i);
    case CborTag::Uint32:
        return at<quint32>(i);
    case CborTag::Uint64:
    case CborTag::Sint64:
        break;
    }
    return at<qint64>(i);
}

void CborReader::fail(const char *reason, qsizetype at)
{
    if (m_reason)
        return;
    m_reason = reason;
    m_at = at;
}

CborReader::Kind CborReader::kind() const
{
    if (m_reason)
        return Kind::Invalid;
    if (atEnd())
        return Kind::End;
    const auto initial = quint8(m_bytes[m_at]);
    switch (initial >> 5) {
    case Unsigned:
        return Kind::Unsigned;
    case Negative:
        return Kind::Negative;
    case Bytes:
        return Kind::Bytes;
    case Text:
        return Kind::Text;
    case Array:
        return Kind::Array;
    case Map:
        return Kind::Map;
    case Tag:
        return Kind::Tag;
    default:
        return initial == 0xf4 || initial == 0xf5 ? Kind::Bool : initial == 0xf6 ? Kind::Null : Kind::Other;
    }
}

CborReader::Head CborReader::readHead()
{
    if (m_reason)
        return {};
    if (atEnd()) {
        fail("the bytes end where an item is expected", m_at);
        return {};
    }
    const qsizetype start = m_at;
    const auto initial = quint8(m_bytes[m_at]);
    Head head;
    head.major = initial >> 5;
    head.info = initial & 31;
    head.value = quint64(head.info);
    if (head.info < 24) {
        ++m_at;
        return head;
    }
    if (head.info > 27) {
        fail(head.info == 31 ? "an indefinite length, which the protocol does not use" : "a reserved initial byte",
            start);
        return {};
    }
    const qsizetype extra = qsizetype(1) << (head.info - 24);
    if (m_bytes.size() - start - 1 < extra) {
        fail("the bytes end within the head of an item", start);
        return {};
    }
    const char *at = m_bytes.data() + start + 1;
    switch (extra) {
    case 1:
        head.value = quint8(*at);
        break;
    case 2:
        head.value = qFromBigEndian<quint16>(at);
        break;
    case 4:
        head.value = qFromBigEndian<quint32>(at);
        break;
    default:
        head.value = qFromBigEndian<quint64>(at);
        break;
    }
    m_at = start + 1 + extra;
    return head;
}

bool CborReader::expect(int major, const char *reason, quint64 &value)
{
    const qsizetype start = m_at;
    const Head head = readHead();
    if (head.major == major) {
        value = head.value;
        return true;
    }
    fail(reason, start);
    return false;
}

QByteArrayView CborReader::take(quint64 size, qsizetype at)
{
    if (size > quint64(m_bytes.size() - m_at)) {
        fail("a string is longer than the bytes that are there", at);
        return {};
    }
    const QByteArrayView out = m_bytes.sliced(m_at, qsizetype(size));
    m_at += qsizetype(size);
    return out;
}

quint64 CborReader::readUnsigned(quint64 max)
{
    const qsizetype start = m_at;
    quint64 value = 0;
    if (!expect(Unsigned, "an unsigned number is expected", value))
        return 0;
    if (value > max) {
        fail("a number is too large", start);
        return 0;
    }
    return value;
}

qint64 CborReader::readInteger()
{
    const qsizetype start = m_at;
    const Head head = readHead();
    if (head.major != Unsigned && head.major != Negative) {
        fail("a number is expected", start);
        return 0;
    }
    if (head.value > quint64(std::numeric_limits<qint64>::max())) {
        fail("a number does not fit 64 bits with sign", start);
        return 0;
    }
    return head.major == Unsigned ? qint64(head.value) : -1 - qint64(head.value);
}

bool CborReader::readBool()
{
    const Kind k = kind();
    if (k != Kind::Bool) {
        fail("true or false is expected", m_at);
        return false;
    }
    return quint8(m_bytes[m_at++]) == 0xf5;
}

void CborReader::readNull()
{
    if (kind() != Kind::Null)
        fail("null is expected", m_at);
    else
        ++m_at;
}

QByteArrayView CborReader::readBytes()
{
    const qsizetype start = m_at;
    quint64 size = 0;
    return expect(Bytes, "a byte string is expected", size) ? take(size, start) : QByteArrayView();
}

QByteArrayView CborReader::readText()
{
    const qsizetype start = m_at;
    quint64 size = 0;
    if (!expect(Text, "a text is expected", size))
        return {};
    const QByteArrayView text = take(size, start);
    if (!text.isValidUtf8()) {
        fail("a text is not valid UTF-8", start);
        return {};
    }
    return text;
}

quint64 CborReader::readTag()
{
    quint64 value = 0;
    expect(Tag, "a tag is expected", value);
    return value;
}

CborTypedArray CborReader::readTypedArray()
{
    const qsizetype start = m_at;
    quint64 tag = 0;
    if (!expect(Tag, "a typed array is expected", tag))
        return {};
    switch (CborTag(tag)) {
    case CborTag::Uint8:
    case CborTag::Uint16:
    case CborTag::Uint32:
    case CborTag::Uint64:
    case CborTag::Sint64:
        break;
    default:
        fail("a typed array is of a kind that the protocol does not use", start);
        return {};
    }
    const QByteArrayView bytes = readBytes();
    if (!ok())
        return {};
    const qsizetype width = widthOf(CborTag(tag));
    if (bytes.size() % width != 0) {
        fail("a typed array ends within an element", start);
        return {};
    }
    return { CborTag(tag), bytes.data(), bytes.size() / width };
}

qsizetype CborReader::enter(int major, qsizetype max, qsizetype bytesPerItem, const char *reason)
{
    const qsizetype start = m_at;
    quint64 count = 0;
    if (!expect(major, reason, count))
        return 0;
    if (m_depthLeft == 0)
        fail("items are nested too deeply", start);
    else if (count > quint64(max))
        fail("there are more items than allowed", start);
    else if (count > quint64((m_bytes.size() - m_at) / bytesPerItem)) // each has a byte at the least
        fail("more items are announced than the bytes can hold", start);
    if (!ok())
        return 0;
    --m_depthLeft;
    return qsizetype(count);
}

qsizetype CborReader::enterArray(qsizetype max)
{
    return enter(Array, max, 1, "an array is expected");
}

qsizetype CborReader::enterMap(qsizetype max)
{
    return enter(Map, max, 2, "a map is expected");
}

void CborReader::skip()
{
    const qsizetype start = m_at;
    switch (kind()) {
    case Kind::Bytes:
        readBytes();
        return;
    case Kind::Text:
        readText();
        return;
    case Kind::Array:
    case Kind::Map: {
        const bool isMap = kind() == Kind::Map;
        constexpr auto any = std::numeric_limits<qsizetype>::max();
        const qsizetype count = isMap ? enterMap(any) : enterArray(any);
        for (qsizetype i = 0; i < count && ok(); ++i) {
            skip();
            if (isMap)
                skip();
        }
        if (ok())
            leave();
        return;
    }
    case Kind::Tag:
        // A chain of tags is nesting too.
        if (m_depthLeft == 0) {
            fail("items are nested too deeply", start);
            return;
        }
        readTag();
        --m_depthLeft;
        skip();
        ++m_depthLeft;
        return;
    default:
        break;
    }
    const Head head = readHead();
    if (ok() && head.major == Simple && head.info == 24 && head.value < 32)
        fail("a simple value is written in a way that does not exist", start);
}

void CborWriter::head(int major, quint64 value)
{
    std::array<char, 9> buffer;
    const int base = major << 5;
    qsizetype size = 1;
    if (value < 24) {
        buffer[0] = char(base | int(value));
    } else if (value <= 0xff) {
        buffer[0] = char(base | 24);
        buffer[1] = char(value);
        size = 2;
    } else if (value <= 0xffff) {
        buffer[0] = char(base | 25);
        qToBigEndian(quint16(value), buffer.data() + 1);
        size = 3;
    } else if (value <= 0xffffffff) {
        buffer[0] = char(base | 26);
        qToBigEndian(quint32(value), buffer.data() + 1);
        size = 5;
    } else {
        buffer[0] = char(base | 27);
        qToBigEndian(value, buffer.data() + 1);
        size = 9;
    }
    m_out.append(buffer.data(), size);
}

char *CborWriter::room(qsizetype size)
{
    const qsizetype at = m_out.size();
    m_out.resize(at + size);
    return m_out.data() + at;
}

void CborWriter::integer(qint64 value)
{
    if (value < 0)
        head(Negative, quint64(-1 - value));
    else
        head(Unsigned, quint64(value));
}

void CborWriter::bytes(QByteArrayView value)
{
    head(Bytes, quint64(value.size()));
    m_out.append(value);
}

void CborWriter::text(QByteArrayView value)
{
    if (!isCleanText(value)) {
        const QByteArray clean = validUtf8(value, std::numeric_limits<qsizetype>::max());
        head(Text, quint64(clean.size()));
        m_out.append(clean);
        return;
    }
    head(Text, quint64(value.size()));
    m_out.append(value);
}

char *CborWriter::typedArray(CborTag tag, qsizetype size)
{
    head(Tag, quint64(tag));
    return roomForBytes(size * widthOf(tag));
}

char *CborWriter::roomForBytes(qsizetype size)
{
    head(Bytes, quint64(size));
    return room(size);
}

void CborWriter::uint64Array(std::span<const quint64> values)
{
    char *to = typedArray(CborTag::Uint64, qsizetype(values.size()));
    if (!values.empty()) // an empty list has no storage to copy from
        qToLittleEndian<quint64>(values.data(), qsizetype(values.size()), to);
}

} // namespace mailhelm
