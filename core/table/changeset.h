// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

namespace mailhelm
{

/// Rows that have the same columns present. `complete` groups make rows; partial ones (volatile columns) only amend
/// them.
struct RowGroup {
    bool complete = true;
    QList<RowId> ids;
    QList<int> columns; ///< indices into the schema, ascending
    QList<Column> values; ///< one for each of `columns`, a cell for each id
};

/// The only currency of change. Applied to a table at revision `base` (of the same epoch), it gives the table at
/// `revision`. Removals apply first; an id occurs once. With `reset`, what is not in it is gone: a snapshot. A large
/// one travels in parts; only the one marked `last` completes it.
struct ChangeSet {
    TableId table = TableId::None;
    quint64 epoch = 0; ///< names one life of the agent's table: revisions of different epochs have nothing in common
    quint64 base = 0;
    quint64 revision = 0;
    bool reset = false;
    bool first = true;
    bool last = true;
    QList<RowId> removed;
    QList<RowGroup> groups;
};

/// Where a reader is: what it asks to continue from.
struct ResumeToken {
    quint64 epoch = 0;
    quint64 revision = 0;
    friend bool operator==(const ResumeToken &, const ResumeToken &) = default;
};

} // namespace mailhelm
