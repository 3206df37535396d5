// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/derivedtable.h"

namespace mailhelm
{

DerivedTable::DerivedTable(
    const LiveTable &source, const QByteArray &name, const QList<ColumnSpec> &further, QObject *parent)
    : LiveTable(parent)
    , m_source(source)
    , m_table(Schema(source.table().schema().id(), name, source.table().schema().columns() + further))
    , m_firstFurther(source.table().schema().columnCount())
{
    for (int i = 0; i < m_firstFurther; ++i)
        m_columns.append(i);
}

void DerivedTable::follow()
{
    connect(&m_source, &LiveTable::columnAdded, this, [this](int column) {
        const ColumnSpec &spec = m_source.table().schema().column(column);
        m_columns.append(m_table.addColumn(spec.key, spec.type, spec.traits));
        Q_EMIT columnAdded(m_columns.last());
    });
    connect(&m_source, &LiveTable::timeChanged, this, &LiveTable::timeChanged);
    connect(&m_source, &LiveTable::published, this, qOverload<const Publication &>(&DerivedTable::take));
    Publication all;
    for (Table::Slot slot = 0; slot < m_source.table().slotEnd(); ++slot)
        if (m_source.table().isLive(slot))
            all.inserted.append(slot);
    take(all);
}

void DerivedTable::take(const Publication &theirs)
{
    const TableView source = m_source.table().view();
    Publication publication;
    for (const Table::Slot from : theirs.removed) {
        const Table::Slot slot = m_table.slotOf(source.keys[from]);
        publication.removed.append(slot);
        leave(slot, publication);
    }
    for (const Table::Slot from : theirs.inserted)
        take(source, from, true, publication);
    for (const Table::Slot from : theirs.changed)
        take(source, from, true, publication);
    for (const Table::Slot from : theirs.touched)
        take(source, from, false, publication);
    complete(publication);
    if (publication.isEmpty())
        return;
    Q_EMIT published(publication);
    for (const Table::Slot slot : publication.removed)
        m_table.remove(slot);
}

void DerivedTable::take(const TableView &source, Table::Slot from, bool isChange, Publication &publication)
{
    Table::Slot slot = m_table.slotOf(source.keys[from]);
    const bool fresh = slot == Table::NoSlot;
    if (fresh)
        slot = m_table.insert(source.keys[from]);
    for (qsizetype c = 0; c < m_columns.size(); ++c)
        m_table.column(m_columns[c]).copyCell(slot, source.columns[c], from);
    const bool derived = fill(source, from, slot);
    (fresh ? publication.inserted : isChange || derived ? publication.changed : publication.touched).append(slot);
}

} // namespace mailhelm
