// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/livetable.h"

namespace mailhelm
{

/// Another table with further columns behind its own, whose cells follow from the row's. Rows have the same keys.
/// Columns are found by key: the source's may get more, which then stand behind the further ones. Lives in its source's
/// thread; the source outlives it.
class DerivedTable : public LiveTable
{
    Q_OBJECT

public:
    [[nodiscard]] const Table &table() const override { return m_table; }
    [[nodiscard]] FilterTime filterTime() const override { return m_source.filterTime(); }

protected:
    /// `name` is what the schema is called.
    DerivedTable(const LiveTable &source, const QByteArray &name, const QList<ColumnSpec> &further, QObject *parent);
    /// At the end of the last constructor: takes what is there and listens from then on.
    void follow();

    /// Fills the further columns of a row that came or changed; true where a cell did.
    virtual bool fill(const TableView &source, Table::Slot from, Table::Slot slot) = 0;
    /// A row of the source is about to go. `publication` is about what is ours.
    virtual void leave(Table::Slot slot, Publication &publication) = 0;
    /// After all rows of a publication: rows that are ours alone may be told in it.
    virtual void complete(Publication &publication) = 0;

    [[nodiscard]] Table &rows() { return m_table; }
    [[nodiscard]] int furtherColumn(int index) const { return m_firstFurther + index; }

private:
    void take(const Publication &theirs);
    void take(const TableView &source, Table::Slot from, bool isChange, Publication &publication);

    const LiveTable &m_source;
    Table m_table;
    const int m_firstFurther;
    QList<int> m_columns; ///< where each of the source's is
};

} // namespace mailhelm
