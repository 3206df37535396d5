// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/options.h"
#include "core/base/result.h"
#include "core/table/filter.h"
#include "core/table/livetable.h"
#include "core/table/order.h"

namespace mailhelm::ctl
{

/// Which rows, in which order, with which columns: --filter, --all, --sort and --columns against a table.
struct Selection {
    Filter filter;
    Filter asked; ///< --filter alone, without what the verb itself leaves out
    OrderSpec order;
    QList<int> columns; ///< IdColumn among them
    int serverColumn = -1;

    /// InvalidArgument with the word that is wrong.
    [[nodiscard]] static Result<Selection> make(const Options &options, const LiveTable &table, bool severalServers);
    [[nodiscard]] Order rows(const LiveTable &table) const;
};

} // namespace mailhelm::ctl
