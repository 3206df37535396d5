// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/sources/accountsource.h"
#include "core/base/clock.h"

#include <memory>

namespace mailhelm
{

/// The account database as [accounts] names it. An error names file and line where a file of queries is wrong.
Result<std::unique_ptr<AccountSource>> makeAccountSource(const AccountsConfig &config, const Clock &clock);

/// Looks at the accounts once, and waits: for `doctor`.
Result<qsizetype> countAccounts(const AccountsConfig &config);
/// What mends it where that failed.
[[nodiscard]] QByteArray accountsMend(const AccountsConfig &config, ErrorCode code);

} // namespace mailhelm
