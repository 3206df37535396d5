// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/changeset.h"

#include <deque>
#include <span>

namespace mailhelm
{

/// A table with the memory of when each row last changed, so that any reader can be brought up to date at the cost of
/// what changed. Stores no ChangeSets: rows are linked in order of last change, and the last removals are kept with
/// their revision. Owned by the agent's registry; belongs to its thread.
class ChangeLog
{
public:
    static constexpr qsizetype DefaultRemovalsKept = 65536;

    ChangeLog(Schema schema, quint64 epoch, qsizetype removalsKept = DefaultRemovalsKept);

    [[nodiscard]] const Table &table() const { return m_table; }
    [[nodiscard]] quint64 epoch() const { return m_epoch; }
    [[nodiscard]] quint64 revision() const { return m_revision; }
    /// Counts the changes of volatile columns alone: they move no revision and need no room in the window.
    [[nodiscard]] quint64 volatileRevision() const { return m_volatileRevision; }

    struct Cell {
        int column;
        Value value;
    };
    enum class Put { Unchanged, Touched, Changed, Inserted };
    /// Sets the cells of a row, which is made if it is not there; cells not named stay. Touched: only volatile ones
    /// changed.
    Put put(RowId id, std::span<const Cell> cells);
    bool remove(RowId id);

    /// One reader's way from where it was to a revision, part by part.
    struct Walk {
        quint64 base = 0;
        quint64 revision = 0;
        quint64 volatileRevision = 0;
        bool reset = false;
        QList<RowId> removed;
        QList<RowId> changed;
        QList<RowId> touched;
        qsizetype removedSent = 0;
        qsizetype changedSent = 0;
        qsizetype touchedSent = 0;
        bool begun = false;
        [[nodiscard]] bool isEmpty() const
        {
            return !reset && removed.isEmpty() && changed.isEmpty() && touched.isEmpty();
        }
    };
    /// What a reader at `from` is missing; a snapshot if the window does not reach back that far. Rows of which only
    /// volatile cells moved after `volatileSince` come too; pass volatileRevision() for none of them.
    [[nodiscard]] Walk walkFrom(ResumeToken from, quint64 volatileSince) const;
    /// The next part, of about `byteBudget` bytes and at least one row, from the table as it is now: rows that changed
    /// behind the walk come again with the next one, since its revision is that of the walk's start. The part marked
    /// `last` ends the walk.
    [[nodiscard]] ChangeSet nextPart(Walk &walk, qsizetype byteBudget) const;

    [[nodiscard]] qsizetype memoryBytes() const;

private:
    struct Link {
        Table::Slot newer = Table::NoSlot;
        Table::Slot older = Table::NoSlot;
        quint64 revision = 0;
    };
    /// A doubly linked list through slots, newest first.
    struct Chain {
        QList<Link> links;
        Table::Slot newest = Table::NoSlot;
        void moveToFront(Table::Slot slot, quint64 revision);
        void unlink(Table::Slot slot);
        void grow(qsizetype size)
        {
            if (links.size() < size)
                links.resize(size);
        }
    };
    struct Removal {
        quint64 revision;
        RowId id;
    };

    [[nodiscard]] RowGroup group(
        const QList<RowId> &ids, qsizetype &sent, const QList<int> &columns, bool complete, qsizetype &budget) const;

    Table m_table;
    QList<int> m_allColumns;
    QList<int> m_volatileColumns;
    quint64 m_epoch;
    quint64 m_revision = 0;
    quint64 m_volatileRevision = 0;
    quint64 m_forgotten = 0; ///< removals up to this revision may be missing from m_removals
    qsizetype m_removalsKept;
    Chain m_changed;
    Chain m_touched;
    std::deque<Removal> m_removals;
};

} // namespace mailhelm
