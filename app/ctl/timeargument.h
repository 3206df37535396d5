// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace mailhelm::ctl
{

/// A moment as it was written: from its first µs up to where the next one of the same grain begins. "03:12" is a
/// minute, "2026-11-01" a day.
struct WrittenTime {
    qint64 firstUs = 0;
    qint64 endUs = 0;
};

/// RFC 3339; "2026-11-01", "2026-11-01 03:12" (of this computer's zone where none is written); "03:12" (the last time
/// that it was); or a span ago ("2h", "90s", "30d"). InvalidArgument for anything else, with what would be right.
[[nodiscard]] Result<WrittenTime> parseTimeArgument(const QString &text, qint64 nowUs);

struct AskedSpan {
    qint64 fromUs = 0;
    qint64 toUs = 0;
};
/// --from, --to and --at together, as far as they are given: the last 24 hours where none is. `at` is all that was
/// written: a minute, a day.
[[nodiscard]] Result<AskedSpan> askedSpan(const QString &from, const QString &to, const QString &at, qint64 nowUs);

} // namespace mailhelm::ctl
