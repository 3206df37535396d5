// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/stringpool.h"

#include "core/base/safetext.h"

#include <QHashFunctions>

#include <cstring>

namespace mailhelm
{

namespace
{
constexpr StringPool::Code Empty = 0xffffffff;
constexpr StringPool::Code Buried = 0xfffffffe;
constexpr qsizetype CompactFrom = 1 << 20; // bytes of garbage below which compacting is not worth it
}

qsizetype StringPool::find(QByteArrayView text, quint32 hash) const
{
    const qsizetype mask = m_index.size() - 1;
    for (qsizetype i = qsizetype(hash) & mask;; i = (i + 1) & mask) {
        const Code code = m_index[i];
        if (code == Empty)
            return -1;
        if (code != Buried && m_entries[code].hash == hash && this->text(code) == text)
            return i;
    }
}

StringPool::Code StringPool::intern(QByteArrayView text)
{
    if (m_used * 2 >= m_index.size())
        rehash(std::max<qsizetype>(16, m_live * 4));
    const quint32 hash = quint32(qHashBits(text.data(), size_t(text.size()), 0x6d61696c));
    if (const qsizetype at = find(text, hash); at >= 0) {
        ++m_entries[m_index[at]].references;
        return m_index[at];
    }

    Entry entry;
    entry.serial = m_nextSerial++;
    entry.hash = hash;
    entry.references = 1;
    const QByteArray folded = foldedUtf8(text); // before the arena moves: `text` may point into it
    const bool same = folded == text;
    const QByteArray own = text.toByteArray();
    entry.offset = quint32(m_arena.size());
    entry.length = quint32(own.size());
    m_arena += own;
    entry.foldedOffset = same ? entry.offset : quint32(m_arena.size());
    entry.foldedLength = quint32(folded.size());
    if (!same)
        m_arena += folded;

    Code code = 0;
    if (m_free.isEmpty()) {
        code = Code(m_entries.size());
        m_entries.append(entry);
    } else {
        code = m_free.takeLast();
        m_entries[code] = entry;
    }
    const qsizetype mask = m_index.size() - 1;
    qsizetype i = qsizetype(hash) & mask;
    while (m_index[i] != Empty && m_index[i] != Buried)
        i = (i + 1) & mask;
    if (m_index[i] == Empty)
        ++m_used;
    m_index[i] = code;
    ++m_live;
    return code;
}

namespace
{

/// ASCII capitals as small letters, everything else as it is, eight bytes at a time. True if all of it is ASCII.
bool foldAscii(const char *from, char *to, qsizetype size)
{
    constexpr quint64 ones = 0x0101010101010101;
    quint64 high = 0;
    const auto fold = [&high](quint64 word) {
        high |= word;
        const quint64 low = word & (ones * 0x7f);
        const quint64 fromA = low + ones * (0x80 - 'A'); // bit 7 of each byte: 'A' or more
        const quint64 beyondZ = low + ones * (0x7f - 'Z'); // bit 7: more than 'Z'
        return word | ((fromA & ~beyondZ & ~word & (ones * 0x80)) >> 2);
    };
    qsizetype i = 0;
    for (; i + 8 <= size; i += 8) {
        quint64 word = 0;
        std::memcpy(&word, from + i, 8);
        word = fold(word);
        std::memcpy(to + i, &word, 8);
    }
    quint64 rest = 0;
    std::memcpy(&rest, from + i, size_t(size - i));
    rest = fold(rest);
    std::memcpy(to + i, &rest, size_t(size - i));
    return (high & (ones * 0x80)) == 0;
}

}

StringPool StringPool::fromTexts(QByteArrayView blob, const QList<quint32> &ends)
{
    StringPool pool;
    if (blob.isEmpty()) {
        pool.m_entries.resize(ends.size());
        for (Entry &entry : pool.m_entries)
            entry.references = 1;
        pool.m_live = ends.size();
        return pool;
    }
    // Folding ASCII keeps every length, so the whole blob is folded at once and its parts lie at the same offsets.
    const auto size = quint32(blob.size());
    pool.m_arena.resize(2 * blob.size());
    std::memcpy(pool.m_arena.data(), blob.data(), size);
    const bool ascii = foldAscii(blob.data(), pool.m_arena.data() + size, blob.size());
    if (!ascii)
        pool.m_arena.truncate(size);
    pool.m_entries.resize(ends.size());
    Entry *entries = pool.m_entries.data();
    quint32 offset = 0;
    for (qsizetype i = 0; i < ends.size(); ++i) {
        Entry &entry = entries[i];
        entry.references = 1;
        entry.serial = pool.m_nextSerial++;
        entry.offset = offset;
        entry.length = ends[i] - offset;
        entry.foldedOffset = offset + size;
        entry.foldedLength = entry.length;
        if (!ascii) {
            const QByteArray folded = foldedUtf8(blob.sliced(offset, entry.length));
            entry.foldedOffset = quint32(pool.m_arena.size());
            entry.foldedLength = quint32(folded.size());
            pool.m_arena.append(folded);
        }
        offset = ends[i];
    }
    pool.m_live = ends.size();
    return pool;
}

void StringPool::release(Code code)
{
    Entry &entry = m_entries[code];
    if (--entry.references > 0)
        return;
    m_index[find(text(code), entry.hash)] = Buried;
    m_garbage += entry.length + (entry.foldedOffset == entry.offset ? 0 : entry.foldedLength);
    entry.length = entry.foldedLength = 0;
    entry.offset = entry.foldedOffset = 0;
    m_free.append(code);
    --m_live;
    if (m_garbage > CompactFrom && m_garbage > m_arena.size() / 2)
        compact();
}

void StringPool::rehash(qsizetype atLeast)
{
    qsizetype capacity = 16;
    while (capacity < atLeast)
        capacity *= 2;
    m_index.fill(Empty, capacity);
    for (Code code = 0; code < codeEnd(); ++code) {
        if (!isLive(code))
            continue;
        qsizetype i = qsizetype(m_entries[code].hash) & (capacity - 1);
        while (m_index[i] != Empty)
            i = (i + 1) & (capacity - 1);
        m_index[i] = code;
    }
    m_used = m_live;
}

void StringPool::compact()
{
    QByteArray arena;
    arena.reserve(m_arena.size() - m_garbage);
    for (Entry &entry : m_entries) {
        if (entry.references == 0)
            continue;
        const bool same = entry.foldedOffset == entry.offset;
        const quint32 offset = quint32(arena.size());
        arena.append(m_arena.constData() + entry.offset, entry.length);
        const quint32 foldedOffset = same ? offset : quint32(arena.size());
        if (!same)
            arena.append(m_arena.constData() + entry.foldedOffset, entry.foldedLength);
        entry.offset = offset;
        entry.foldedOffset = foldedOffset;
    }
    m_arena = arena;
    m_garbage = 0;
}

void StringPool::detach()
{
    m_entries.detach();
    m_free.detach();
    m_index.detach();
    m_arena.detach();
}

qsizetype StringPool::memoryBytes() const
{
    return m_arena.capacity() + m_entries.capacity() * qsizetype(sizeof(Entry))
        + (m_free.capacity() + m_index.capacity()) * qsizetype(sizeof(Code));
}

} // namespace mailhelm
