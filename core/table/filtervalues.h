// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/filternode.h"

#include <QStringView>

/// Inside of the filter: the written forms of values.
namespace mailhelm::filterdetail
{

/// "5", "-3"; with `units` also "1.5M", "2MB" (powers of 1000) and "1Ki", "1KiB" (of 1024), in any case.
[[nodiscard]] std::optional<qint64> parseNumber(QStringView text, bool units);
/// From the first to the last µs of what was written: a day, a minute, a second or a fraction.
struct Moment {
    qint64 first = 0;
    qint64 last = 0;
};
[[nodiscard]] std::optional<Moment> parseMoment(QStringView text);
[[nodiscard]] std::optional<bool> parseFlag(QStringView text);
/// How many letters to change, add or drop: for "did you mean".
[[nodiscard]] int editDistance(QStringView a, QStringView b);

} // namespace mailhelm::filterdetail
