// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"

namespace mailhelm
{

/// The parts of [from, to) that none of `watched` covers: ascending, apart, at most limits::UnwatchedSpans (where there
/// are more, the last one reaches to the end). The watched spans may overlap and come in any order, as clocks make
/// them.
[[nodiscard]] QList<HistoryDone::Span> unwatchedSpans(QList<HistoryDone::Span> watched, qint64 from, qint64 to);

/// What both cover; either is ascending and its spans apart, and so is the result.
[[nodiscard]] QList<HistoryDone::Span> commonSpans(
    const QList<HistoryDone::Span> &one, const QList<HistoryDone::Span> &other);

} // namespace mailhelm
