// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/options.h"
#include "core/base/result.h"
#include "core/client/replicatable.h"
#include "core/table/filter.h"
#include "core/table/order.h"

namespace mailhelm::ctl
{

/// Which rows, in which order, with which columns: --filter, --sort and --columns against a table.
struct Selection {
    Filter filter;
    OrderSpec order;
    QList<int> columns; ///< IdColumn among them

    /// InvalidArgument with the word that is wrong.
    [[nodiscard]] static Result<Selection> make(const Options &options, const ReplicaTable &table, bool severalServers);
    [[nodiscard]] Order rows(const ReplicaTable &table) const;
};

} // namespace mailhelm::ctl
