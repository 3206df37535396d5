// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/column.h"

namespace mailhelm
{

void Column::resize(qsizetype size)
{
    for (qsizetype i = size; i < m_size; ++i)
        setUnknown(i);
    m_size = size;
    m_known.resize((size + 63) / 64);
    switch (m_type) {
    case ColumnType::Time:
    case ColumnType::Number:
        m_numbers.resize(size);
        break;
    case ColumnType::Flag:
        m_flags.resize(size);
        break;
    case ColumnType::Address:
        m_addresses.resize(size);
        break;
    case ColumnType::Text:
    case ColumnType::Choice:
        m_codes.resize(size);
        break;
    }
}

Value Column::value(qsizetype i) const
{
    if (!isKnown(i))
        return {};
    switch (m_type) {
    case ColumnType::Time:
    case ColumnType::Number:
        return number(i);
    case ColumnType::Flag:
        return flag(i);
    case ColumnType::Address:
        return address(i);
    case ColumnType::Text:
    case ColumnType::Choice:
        return text(i).toByteArray();
    }
    return {};
}

void Column::setKnown(qsizetype i, bool known)
{
    const quint64 bit = quint64(1) << (i & 63);
    if (known)
        m_known[i >> 6] |= bit;
    else
        m_known[i >> 6] &= ~bit;
}

bool Column::setUnknown(qsizetype i)
{
    if (!isKnown(i))
        return false;
    if (isText() && !m_borrowed)
        m_pool.release(m_codes[i]);
    setKnown(i, false);
    return true;
}

bool Column::setNumber(qsizetype i, qint64 value)
{
    if (isKnown(i) && m_numbers[i] == value)
        return false;
    m_numbers[i] = value;
    setKnown(i, true);
    return true;
}

bool Column::setFlag(qsizetype i, bool value)
{
    if (isKnown(i) && flag(i) == value)
        return false;
    m_flags[i] = value;
    setKnown(i, true);
    return true;
}

bool Column::setAddress(qsizetype i, const Address &value)
{
    if (isKnown(i) && m_addresses[i] == value)
        return false;
    m_addresses[i] = value;
    setKnown(i, true);
    return true;
}

bool Column::setText(qsizetype i, QByteArrayView value)
{
    Q_ASSERT(!m_borrowed);
    if (isKnown(i)) {
        if (text(i) == value)
            return false;
        const StringPool::Code old = m_codes[i];
        m_codes[i] = m_pool.intern(value); // before the release: `value` may be a view of the old text
        m_pool.release(old);
    } else {
        m_codes[i] = m_pool.intern(value);
        setKnown(i, true);
    }
    return true;
}

bool Column::set(qsizetype i, const Value &value)
{
    switch (m_type) {
    case ColumnType::Time:
    case ColumnType::Number:
        if (const auto *v = std::get_if<qint64>(&value))
            return setNumber(i, *v);
        break;
    case ColumnType::Flag:
        if (const auto *v = std::get_if<bool>(&value))
            return setFlag(i, *v);
        break;
    case ColumnType::Address:
        if (const auto *v = std::get_if<Address>(&value))
            return setAddress(i, *v);
        break;
    case ColumnType::Text:
    case ColumnType::Choice:
        if (const auto *v = std::get_if<QByteArray>(&value))
            return setText(i, *v);
        break;
    }
    return setUnknown(i);
}

bool Column::copyCell(qsizetype i, const Column &from, qsizetype j)
{
    if (!from.isKnown(j))
        return setUnknown(i);
    switch (m_type) {
    case ColumnType::Time:
    case ColumnType::Number:
        return setNumber(i, from.number(j));
    case ColumnType::Flag:
        return setFlag(i, from.flag(j));
    case ColumnType::Address:
        return setAddress(i, from.address(j));
    case ColumnType::Text:
    case ColumnType::Choice:
        return setText(i, from.text(j));
    }
    return false;
}

bool Column::equals(qsizetype i, const Column &other, qsizetype j) const
{
    if (isKnown(i) != other.isKnown(j))
        return false;
    if (!isKnown(i))
        return true;
    switch (m_type) {
    case ColumnType::Time:
    case ColumnType::Number:
        return number(i) == other.number(j);
    case ColumnType::Flag:
        return flag(i) == other.flag(j);
    case ColumnType::Address:
        return address(i) == other.address(j);
    case ColumnType::Text:
    case ColumnType::Choice:
        return text(i) == other.text(j);
    }
    return false;
}

namespace
{
template<typename T>
QList<T> pick(const QList<T> &from, std::span<const quint32> indices)
{
    QList<T> out;
    if (from.isEmpty())
        return out;
    out.reserve(qsizetype(indices.size()));
    for (const quint32 i : indices)
        out.append(from[i]);
    return out;
}
}

Column Column::gather(std::span<const quint32> indices) const
{
    Column out(m_type);
    out.m_borrowed = true;
    out.m_size = qsizetype(indices.size());
    out.m_known.fill(0, (out.m_size + 63) / 64);
    for (qsizetype k = 0; k < out.m_size; ++k)
        if (isKnown(indices[size_t(k)]))
            out.m_known[k >> 6] |= quint64(1) << (k & 63);
    out.m_numbers = pick(m_numbers, indices);
    out.m_flags = pick(m_flags, indices);
    out.m_addresses = pick(m_addresses, indices);
    out.m_codes = pick(m_codes, indices);
    out.m_pool = m_pool;
    return out;
}

Column Column::fromCodes(ColumnType type, QList<quint64> known, QList<StringPool::Code> codes, const StringPool &pool)
{
    Column out(type);
    out.m_borrowed = true;
    out.m_size = codes.size();
    out.m_known = std::move(known);
    out.m_codes = std::move(codes);
    out.m_pool = pool;
    return out;
}

Column Column::fromNumbers(ColumnType type, QList<quint64> known, QList<qint64> numbers)
{
    Column out(type);
    out.m_size = numbers.size();
    out.m_known = std::move(known);
    out.m_numbers = std::move(numbers);
    return out;
}

Column Column::fromFlags(QList<quint64> known, QList<quint8> flags)
{
    Column out(ColumnType::Flag);
    out.m_size = flags.size();
    out.m_known = std::move(known);
    out.m_flags = std::move(flags);
    return out;
}

Column Column::fromAddresses(QList<quint64> known, QList<Address> addresses)
{
    Column out(ColumnType::Address);
    out.m_size = addresses.size();
    out.m_known = std::move(known);
    out.m_addresses = std::move(addresses);
    return out;
}

void Column::detach()
{
    m_known.detach();
    m_numbers.detach();
    m_flags.detach();
    m_addresses.detach();
    m_codes.detach();
    m_pool.detach();
}

qsizetype Column::memoryBytes() const
{
    return m_known.capacity() * 8 + m_numbers.capacity() * 8 + m_flags.capacity() + m_addresses.capacity() * 16
        + m_codes.capacity() * 4 + (m_borrowed ? 0 : m_pool.memoryBytes());
}

} // namespace mailhelm
