// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace mailhelm
{

/// The texts of one column, each held once and counted. Implicitly shared: a copy is cheap and immutable
/// (the next change of either detaches). Not thread-safe; copies may go to other threads.
///
/// A code names a text while at least one reference is held, and is used again afterwards; a serial is never used
/// again. Views are valid until the next intern() or release().
class StringPool
{
public:
    using Code = quint32;

    /// A pool of texts that lie one behind the other in `blob`, the i-th up to ends[i], its code i: for a column that
    /// is only read and let go of. Costs no hashing; not for intern() and release(). `ends` ascend to the blob's size.
    [[nodiscard]] static StringPool fromTexts(QByteArrayView blob, const QList<quint32> &ends);

    /// The code of `text`, with one reference for the caller.
    Code intern(QByteArrayView text);
    void retain(Code code) { ++m_entries[code].references; }
    void release(Code code);

    [[nodiscard]] QByteArrayView text(Code code) const
    {
        const Entry &entry = m_entries[code];
        return QByteArrayView(m_arena).sliced(entry.offset, entry.length);
    }
    /// Case-folded for filter and order: foldedUtf8() of the text.
    [[nodiscard]] QByteArrayView folded(Code code) const
    {
        const Entry &entry = m_entries[code];
        return QByteArrayView(m_arena).sliced(entry.foldedOffset, entry.foldedLength);
    }
    [[nodiscard]] quint64 serial(Code code) const { return m_entries[code].serial; }
    [[nodiscard]] bool isLive(Code code) const { return m_entries[code].references > 0; }
    /// Every code is below this.
    [[nodiscard]] Code codeEnd() const { return Code(m_entries.size()); }
    [[nodiscard]] qsizetype count() const { return m_live; }
    void detach(); ///< shares nothing any more
    [[nodiscard]] qsizetype memoryBytes() const;

private:
    struct Entry {
        quint64 serial = 0;
        quint32 offset = 0;
        quint32 length = 0;
        quint32 foldedOffset = 0; ///< == offset where folding changes nothing
        quint32 foldedLength = 0;
        quint32 references = 0;
        quint32 hash = 0;
    };

    [[nodiscard]] qsizetype find(QByteArrayView text, quint32 hash) const;
    void rehash(qsizetype capacity);
    void compact();

    QList<Entry> m_entries;
    QList<Code> m_free;
    QList<Code> m_index; ///< open addressing; its size is a power of two
    QByteArray m_arena;
    qsizetype m_live = 0;
    qsizetype m_used = 0; ///< cells of m_index that are not Empty, buried ones too
    qsizetype m_garbage = 0;
    quint64 m_nextSerial = 1;
};

} // namespace mailhelm
