// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/inactive.h"

#include <QString>

namespace mailhelm::ctl
{

/// "30 days", "6 months", else as --for takes it.
[[nodiscard]] QString timeframeText(const Timeframe &timeframe);

/// "58 of 412 accounts have been inactive for 30 days or longer; their mailboxes hold 12.4 GB. 214 accounts cannot be
/// judged before 12 January 2027."
[[nodiscard]] QString inactiveText(const InactiveSummary &summary, const Timeframe &timeframe);

} // namespace mailhelm::ctl
