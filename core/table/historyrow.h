// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

namespace mailhelm
{

/// How a live row becomes one of `history`: the same in the agent, which keeps what is over, and in the client, which
/// shows what is live beside it. Any thread.

/// Sets the cells of row `to` of a table `history` (or one with more columns behind) from row `from` of `connections`
/// or `webmail`. `ended` and `ended_exact` become unknown: it is live.
void copyToHistory(Table &history, Table::Slot to, const Table &live, Table::Slot from);

/// The id of a history row. A connection keeps its own, which names nothing else ever. What may come back under the
/// same id (a webmail session whose key is used for the next login) is told apart by its beginning.
[[nodiscard]] RowId historyId(TableId table, RowId id, qint64 sinceUs);

/// Whether something that began and ended then was there at any time in [from, to). Live: ended = LiveEnd.
[[nodiscard]] constexpr bool wasThere(qint64 since, qint64 ended, qint64 from, qint64 to)
{
    return since < to && ended >= from;
}
inline constexpr qint64 LiveEnd = 0x7fffffffffffffff;

} // namespace mailhelm
