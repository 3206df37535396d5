// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QtGlobal>

#include <optional>

namespace mailhelm
{

/// Where the lines of an axis stand: at round numbers and round times. Pure.

/// The distance of lines for counts up to `most`, of which there are `lines` at most besides zero: 1, 2 or 5 times a
/// power of ten, and no fraction.
[[nodiscard]] qint64 countStep(qint64 most, int lines);
/// The end of an axis with such lines: the first that is not less.
[[nodiscard]] qint64 countTop(qint64 most, qint64 step);

/// The distance of marks from `fromUs` to `toUs`, of which there are `most` at most: whole minutes, quarters of an
/// hour, hours, days. µs.
[[nodiscard]] qint64 timeStep(qint64 fromUs, qint64 toUs, int most);
/// The moments of the span that are whole multiples of the step by the clock on the wall: of a zone so many seconds
/// east of UTC; nullopt: of this place, whose offset may change within the span.
[[nodiscard]] QList<qint64> timeTicks(qint64 fromUs, qint64 toUs, qint64 stepUs, std::optional<int> utcOffset);

} // namespace mailhelm
