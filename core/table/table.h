// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/rowid.h"
#include "core/table/column.h"

#include <QHash>

namespace mailhelm
{

/// Which row of which server. On the agent's side the server is always 0; a client numbers its servers.
struct RowKey {
    quint16 server = 0;
    RowId id = 0;
    friend auto operator<=>(const RowKey &, const RowKey &) = default;
    friend size_t qHash(const RowKey &k, size_t seed = 0)
    {
        return size_t((k.id ^ seed) * 0x9e3779b97f4a7c15u) ^ k.server;
    }
};

/// The columns of a table as they were at one moment, for reading on any thread. Cheap: everything is shared.
struct TableView {
    QList<Column> columns;
    QList<RowKey> keys; ///< by slot; id 0 = no row there
    QHash<quint32, RowKey> removed; ///< by slot: rows that are gone, whose cells can still be read

    /// While a view lives, the next change of the table copies whatever both share, in one go. Who keeps a view for
    /// long makes it its own before, part by part from 0 on; false: there is no such part.
    bool detachPart(int part);
    /// Of the row that is there, or was.
    [[nodiscard]] RowKey keyOf(quint32 slot) const { return keys[slot].id != 0 ? keys[slot] : removed.value(slot); }
};

/// Rows in columns. A row has a slot, which stays its own for as long as it lives and is used again afterwards.
/// Belongs to one thread; view() may go to others.
class Table
{
public:
    using Slot = quint32;
    static constexpr Slot NoSlot = 0xffffffff;

    explicit Table(Schema schema);

    [[nodiscard]] const Schema &schema() const { return m_schema; }
    [[nodiscard]] qsizetype rowCount() const { return m_slots.size(); }
    [[nodiscard]] Slot slotEnd() const { return Slot(m_keys.size()); } ///< every slot is below this
    [[nodiscard]] bool isLive(Slot slot) const { return m_keys[slot].id != 0; }
    [[nodiscard]] Slot slotOf(RowKey key) const { return m_slots.value(key, NoSlot); }
    [[nodiscard]] RowKey keyAt(Slot slot) const { return m_keys[slot]; }
    [[nodiscard]] const Column &column(int index) const { return m_columns[index]; }
    [[nodiscard]] TableView view() const { return { m_columns, m_keys, m_removed }; }
    /// Of a removed row that is kept; id 0: none is there.
    [[nodiscard]] RowKey removedAt(Slot slot) const { return m_removed.value(slot); }

    /// A new row with every cell unknown. The key must not be there yet and its id not be 0.
    Slot insert(RowKey key);
    void remove(Slot slot);
    /// So many removed rows keep slot and cells for a while, so that a view can still show them: the latest.
    void keepRemoved(qsizetype rows);
    [[nodiscard]] Column &column(int index) { return m_columns[index]; }
    /// A column that the schema lacks (from a newer agent); unknown in every row. Returns its index.
    int addColumn(QByteArray key, ColumnType type, ColumnTraits traits);

    [[nodiscard]] qsizetype memoryBytes() const;

private:
    void clearOldest();

    Schema m_schema;
    QList<Column> m_columns;
    QList<RowKey> m_keys;
    QList<Slot> m_free;
    qsizetype m_keep = 0;
    QList<Slot> m_kept; ///< removed rows that can be read, oldest first
    QHash<quint32, RowKey> m_removed; ///< their keys
    QHash<RowKey, Slot> m_slots;
};

} // namespace mailhelm
