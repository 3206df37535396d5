// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/selection.h"
#include "app/ctl/terminal.h"

namespace mailhelm::ctl
{

/// Rows on stdout as --format has them. False where not all could be written, which is said on stderr.
[[nodiscard]] bool writeRows(
    const Options &options, Terminal &terminal, const LiveTable &table, const Selection &selection, const Order &rows);

} // namespace mailhelm::ctl
