// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/limits.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QtEndian>

#include <span>

namespace mailhelm
{

/// Tags of typed arrays, RFC 8746 section 2.1: little-endian integers in a byte string.
enum class CborTag : quint64 { Uint8 = 64, Uint16 = 69, Uint32 = 70, Uint64 = 71, Sint64 = 79 };

/// A typed array where it lies in the frame: unaligned, so read through at().
struct CborTypedArray {
    CborTag tag = CborTag::Uint8;
    const char *data = nullptr;
    qsizetype size = 0; ///< elements

    /// The array as elements of its own width; T has to be the type that the tag names.
    template<typename T>
    [[nodiscard]] T at(qsizetype i) const
    {
        return qFromLittleEndian<T>(data + i * qsizetype(sizeof(T)));
    }
    /// Whatever the width; values of Uint64 above 2^63 - 1 come out negative.
    [[nodiscard]] qint64 integer(qsizetype i) const;
};

/// Reads CBOR (RFC 8949) where it lies: never allocates, never reads outside, never recurses deeper than it may.
/// Stricter than the RFC: definite lengths only. The first error sticks: from then on every read gives a null value and
/// ok() is false, so that a caller may read several items and look once. The bytes must outlive the reader and the
/// views that it gives.
class CborReader
{
public:
    enum class Kind { End, Unsigned, Negative, Bytes, Text, Array, Map, Tag, Bool, Null, Other, Invalid };

    explicit CborReader(QByteArrayView bytes, int depth = limits::CborDepth)
        : m_bytes(bytes)
        , m_depthLeft(depth)
    {
    }

    [[nodiscard]] bool ok() const { return m_reason == nullptr; }
    /// What is wrong, as part of a sentence; null while all is well.
    [[nodiscard]] const char *reason() const { return m_reason; }
    /// Where the item begins that is wrong, else where the next one does.
    [[nodiscard]] qsizetype offset() const { return m_at; }
    [[nodiscard]] bool atEnd() const { return m_at == m_bytes.size(); }
    /// Of the next item; End where there is none, Invalid after an error.
    [[nodiscard]] Kind kind() const;

    quint64 readUnsigned(quint64 max = ~quint64(0));
    qint64 readInteger(); ///< either sign, within 64 bits
    bool readBool();
    void readNull();
    QByteArrayView readBytes();
    QByteArrayView readText(); ///< valid UTF-8
    quint64 readTag();
    /// One of the tags above and its byte string, a whole number of elements.
    CborTypedArray readTypedArray();
    /// The number of items (pairs, of a map) that follow, at most `max`; the caller reads just so many, then leaves.
    qsizetype enterArray(qsizetype max);
    qsizetype enterMap(qsizetype max);
    void leave() { ++m_depthLeft; }
    /// Any one item with all that is in it, checked as strictly as if it had been read.
    void skip();
    /// Declares the item that began at `at` wrong, for rules that are the caller's.
    void fail(const char *reason, qsizetype at);
    /// The bytes from `from` up to here.
    [[nodiscard]] QByteArrayView since(qsizetype from) const { return m_bytes.sliced(from, m_at - from); }

private:
    struct Head {
        int major = -1; ///< -1: none
        int info = 0;
        quint64 value = 0;
    };
    Head readHead();
    /// Reads a head of that major type or fails with `reason`; false after failing.
    bool expect(int major, const char *reason, quint64 &value);
    QByteArrayView take(quint64 size, qsizetype at);
    qsizetype enter(int major, qsizetype max, qsizetype bytesPerItem, const char *reason);

    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    int m_depthLeft;
    const char *m_reason = nullptr;
};

/// Appends CBOR, each head as short as it can be.
class CborWriter
{
public:
    explicit CborWriter(QByteArray &out)
        : m_out(out)
    {
    }

    void unsignedInteger(quint64 value) { head(0, value); }
    void integer(qint64 value);
    void bytes(QByteArrayView value);
    /// Made valid UTF-8 without NUL where it is not.
    void text(QByteArrayView value);
    void array(quint64 items) { head(4, items); }
    void map(quint64 pairs) { head(5, pairs); }
    void tag(quint64 tag) { head(6, tag); }
    void boolean(bool value) { m_out.append(char(value ? 0xf5 : 0xf4)); }
    void null() { m_out.append(char(0xf6)); }
    /// Tag, head and room for `size` elements, which the caller fills, little-endian, before it writes anything else.
    [[nodiscard]] char *typedArray(CborTag tag, qsizetype size);
    /// Head and room for a byte string, likewise.
    [[nodiscard]] char *roomForBytes(qsizetype size);
    void uint64Array(std::span<const quint64> values);

private:
    void head(int major, quint64 value);
    char *room(qsizetype size);

    QByteArray &m_out;
};

/// Whether `text` is valid UTF-8 without NUL: what every text in the protocol is.
[[nodiscard]] bool isCleanText(QByteArrayView text);

/// Bytes of one element.
[[nodiscard]] constexpr qsizetype widthOf(CborTag tag)
{
    return tag == CborTag::Uint8 ? 1 : tag == CborTag::Uint16 ? 2 : tag == CborTag::Uint32 ? 4 : 8;
}

} // namespace mailhelm
