// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

namespace mailhelm
{

/// What the main thread hands to the history's thread every few seconds, and which is the latter's from then on. An
/// agent tells what is live, too; a client keeps that in its cache.
struct HistoryBatch {
    /// How one live table changed since the batch before.
    struct Live {
        TableId table = TableId::None;
        bool snapshot = false; ///< everything that is live: what was live before and is not in it has ended unseen
        QByteArray payload; ///< of a ChangesEncoder of its own; empty: nothing changed
    };
    qint64 time = 0; ///< up to which it tells
    Table ended { schemaOf(TableId::History) };
    QList<Live> live;
    /// The span in which somebody looks, and which goes on; 0: nobody looks.
    qint64 watchedSince = 0;
};

} // namespace mailhelm
