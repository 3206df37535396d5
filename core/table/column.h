// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"
#include "core/table/schema.h"
#include "core/table/stringpool.h"

#include <span>
#include <variant>

namespace mailhelm
{

/// One cell, for code that is about single rows. monostate = unknown; qint64 for Time and Number; bool for Flag;
/// Address; QByteArray (UTF-8) for Text and Choice.
using Value = std::variant<std::monostate, qint64, bool, Address, QByteArray>;

/// The cells of one column, of one type, each possibly unknown. Implicitly shared as its lists are: a copy is cheap and
/// may be read on another thread while this one is changed. Indices are the caller's (slots of a Table, rows of a
/// group).
class Column
{
public:
    explicit Column(ColumnType type = ColumnType::Text)
        : m_type(type)
    {
    }

    [[nodiscard]] ColumnType type() const { return m_type; }
    [[nodiscard]] bool isText() const { return m_type == ColumnType::Text || m_type == ColumnType::Choice; }
    [[nodiscard]] qsizetype size() const { return m_size; }
    void resize(qsizetype size); ///< new cells are unknown

    [[nodiscard]] bool isKnown(qsizetype i) const { return m_known[i >> 6] >> (i & 63) & 1; }
    // Readers of a known cell, each for its type alone.
    [[nodiscard]] qint64 number(qsizetype i) const { return m_numbers[i]; }
    [[nodiscard]] bool flag(qsizetype i) const { return m_flags[i] != 0; }
    [[nodiscard]] const Address &address(qsizetype i) const { return m_addresses[i]; }
    [[nodiscard]] QByteArrayView text(qsizetype i) const { return m_pool.text(m_codes[i]); }
    [[nodiscard]] QByteArrayView folded(qsizetype i) const { return m_pool.folded(m_codes[i]); }
    [[nodiscard]] StringPool::Code code(qsizetype i) const { return m_codes[i]; }
    [[nodiscard]] const StringPool &pool() const { return m_pool; }
    [[nodiscard]] Value value(qsizetype i) const;

    // Writers: true where the cell changed.
    bool setUnknown(qsizetype i);
    bool setNumber(qsizetype i, qint64 value);
    bool setFlag(qsizetype i, bool value);
    bool setAddress(qsizetype i, const Address &value);
    bool setText(qsizetype i, QByteArrayView value);
    /// A value of another type than the column's counts as unknown.
    bool set(qsizetype i, const Value &value);
    bool copyCell(qsizetype i, const Column &from, qsizetype j);

    [[nodiscard]] bool equals(qsizetype i, const Column &other, qsizetype j) const;
    /// The cells at `indices`, in that order; shares this column's pool, so make it, use it, let go of it.
    [[nodiscard]] Column gather(std::span<const quint32> indices) const;

    /// A column made by a decoder: cells of Text are codes of `pool`, which keeps the references. `codes` of unknown
    /// cells are ignored.
    static Column fromCodes(
        ColumnType type, QList<quint64> known, QList<StringPool::Code> codes, const StringPool &pool);
    // Likewise from whole lists, a cell for each element; `known` has a bit for each, lowest first.
    static Column fromNumbers(ColumnType type, QList<quint64> known, QList<qint64> numbers);
    static Column fromFlags(QList<quint64> known, QList<quint8> flags);
    static Column fromAddresses(QList<quint64> known, QList<Address> addresses);
    // The lists themselves, for codecs: size() elements of the list for the type; those of unknown cells hold anything.
    [[nodiscard]] const QList<quint64> &knownBits() const { return m_known; }
    [[nodiscard]] const QList<qint64> &numbers() const { return m_numbers; }
    [[nodiscard]] const QList<quint8> &flags() const { return m_flags; }
    [[nodiscard]] const QList<Address> &addresses() const { return m_addresses; }
    [[nodiscard]] const QList<StringPool::Code> &codes() const { return m_codes; }

    void detach(); ///< shares nothing any more
    [[nodiscard]] qsizetype memoryBytes() const;

private:
    void setKnown(qsizetype i, bool known);

    ColumnType m_type;
    bool m_borrowed = false; ///< holds no references in m_pool: read only
    qsizetype m_size = 0;
    QList<quint64> m_known;
    QList<qint64> m_numbers;
    QList<quint8> m_flags;
    QList<Address> m_addresses;
    QList<StringPool::Code> m_codes;
    StringPool m_pool;
};

} // namespace mailhelm
