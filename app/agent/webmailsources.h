// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/sources/webmailsource.h"
#include "core/base/clock.h"

#include <memory>

namespace mailhelm
{

/// The source of one webmail, as configured.
[[nodiscard]] std::unique_ptr<WebmailSource> makeWebmailSource(const WebmailConfig &config, const Clock &clock);

} // namespace mailhelm
