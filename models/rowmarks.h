// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <QHash>
#include <QSet>

#include <deque>
#include <optional>

namespace mailhelm
{

/// Which rows came a moment ago and which went, by slot: what a model marks for a while. A plain value of its model;
/// times are µs of the model's clock.
class RowMarks
{
public:
    /// So many rows are marked at once at most: of each kind, and of one publication. More are a snapshot, or nothing
    /// that anybody could follow with the eye.
    static constexpr qsizetype Most = 4096;

    void setTimes(qint64 freshUs, qint64 goneUs); ///< 0: none are marked
    [[nodiscard]] bool marksFresh() const { return m_freshUs > 0; }
    [[nodiscard]] bool marksGone() const { return m_goneUs > 0; }
    [[nodiscard]] bool isEmpty() const { return m_fresh.isEmpty() && m_gone.isEmpty(); }

    void addFresh(Table::Slot slot, qint64 nowUs);
    void addGone(Table::Slot slot, RowKey key, qint64 nowUs);
    [[nodiscard]] qsizetype goneCount() const { return m_gone.size(); }
    [[nodiscard]] bool isGone(Table::Slot slot) const { return !m_gone.isEmpty() && m_gone.contains(slot); }
    [[nodiscard]] RowKey goneKey(Table::Slot slot) const { return m_gone.value(slot).key; }
    [[nodiscard]] Table::Slot goneSlot(RowKey key) const { return m_goneSlots.value(key, Table::NoSlot); }
    /// 1 when it came, falling to 0.
    [[nodiscard]] double freshness(Table::Slot slot, qint64 nowUs) const;

    void forget(Table::Slot slot); ///< another row has it now, or none
    /// Fresh rows whose time is over are plain rows from now on. Returns the gone ones whose time is over, or which the
    /// table does not keep any more: to be forgotten.
    [[nodiscard]] QList<Table::Slot> expire(qint64 nowUs, const Table &table);

private:
    struct Gone {
        RowKey key;
        qint64 sinceUs = 0;
    };
    using Queue = std::deque<std::pair<qint64, Table::Slot>>; ///< oldest first; some were forgotten meanwhile

    qint64 m_freshUs = 0;
    qint64 m_goneUs = 0;
    QHash<Table::Slot, qint64> m_fresh; ///< since when
    QHash<Table::Slot, Gone> m_gone;
    QHash<RowKey, Table::Slot> m_goneSlots;
    Queue m_freshQueue;
    Queue m_goneQueue;
};

} // namespace mailhelm
