// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/table.h"

namespace mailhelm
{

bool TableView::detachPart(int part)
{
    if (part < columns.size()) {
        columns[part].detach();
        return true;
    }
    if (part > columns.size())
        return false;
    keys.detach();
    removed.detach();
    return true;
}

Table::Table(Schema schema)
    : m_schema(std::move(schema))
{
    for (const ColumnSpec &spec : m_schema.columns())
        m_columns.append(Column(spec.type));
}

Table::Slot Table::insert(RowKey key)
{
    Q_ASSERT(key.id != 0 && !m_slots.contains(key));
    Slot slot = 0;
    if (m_free.isEmpty()) {
        slot = slotEnd();
        m_keys.append(key);
        for (Column &column : m_columns)
            column.resize(m_keys.size());
    } else {
        slot = m_free.takeLast();
        m_keys[slot] = key;
    }
    m_slots.insert(key, slot);
    return slot;
}

void Table::remove(Slot slot)
{
    Q_ASSERT(isLive(slot));
    m_slots.remove(m_keys[slot]);
    const RowKey key = std::exchange(m_keys[slot], {});
    m_kept.append(slot);
    if (m_keep > 0)
        m_removed.insert(slot, key);
    if (m_kept.size() > m_keep)
        clearOldest();
}

void Table::keepRemoved(qsizetype rows)
{
    m_keep = rows;
    while (m_kept.size() > m_keep)
        clearOldest();
}

void Table::clearOldest()
{
    const Slot slot = m_kept.takeFirst();
    m_removed.remove(slot);
    for (Column &column : m_columns)
        column.setUnknown(slot);
    m_free.append(slot);
}

int Table::addColumn(QByteArray key, ColumnType type, ColumnTraits traits)
{
    const int index = m_schema.addUnknown(std::move(key), type, traits);
    Column column(type);
    column.resize(m_keys.size());
    m_columns.append(std::move(column));
    return index;
}

qsizetype Table::memoryBytes() const
{
    qsizetype bytes = m_keys.capacity() * qsizetype(sizeof(RowKey)) + m_free.capacity() * qsizetype(sizeof(Slot))
        + m_slots.capacity() * qsizetype(sizeof(RowKey) + sizeof(Slot) + 1);
    for (const Column &column : m_columns)
        bytes += column.memoryBytes();
    return bytes;
}

} // namespace mailhelm
