// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/history/historybatch.h"
#include "core/history/historyfile.h"

#include <map>

namespace mailhelm
{

/// What is live, on disk: a snapshot and the changes since, as a client would get them. When the agent comes back after
/// a stop, a crash or a time without sight, whatever was live and is no more has ended: at the last look, or after it.
/// Lives on the history's thread; the file outlives it.
class HistoryLive
{
public:
    explicit HistoryLive(HistoryFile &file)
        : m_file(file)
    {
    }

    /// Within a transaction. Adds to `batch.ended` what has ended unseen.
    Result<void> store(HistoryBatch &batch);
    /// Makes one snapshot of snapshot and changes where those have become as large.
    Result<void> compact(TableId table);
    /// The file is another one, or a transaction was undone.
    void forget() { m_sizes.clear(); }

private:
    Result<Table> folded(TableId table);
    Result<void> takeVanished(HistoryBatch &batch, TableId table, const ChangeSet &now);

    struct Size { ///< bytes on disk
        qint64 snapshot = 0;
        qint64 since = 0;
    };
    HistoryFile &m_file;
    std::map<TableId, Size> m_sizes;
};

} // namespace mailhelm
