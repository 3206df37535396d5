// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

#include "core/table/inactive.h"

namespace mailhelm
{

/// What the page of inactive accounts says in words. Plain text, safe.
class InactiveTexts
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::InactivePage)

public:
    /// "30 days", "6 months", "1 year 2 months"; what has no such form as Timeframe::text() has it.
    [[nodiscard]] static QString span(const Timeframe &timeframe);
    [[nodiscard]] static QString orMore(const Timeframe &timeframe); ///< "30 days or more"
    /// "58 of 412 accounts have not authenticated for": the timeframe follows.
    [[nodiscard]] static QString head(const InactiveSummary &summary);
    /// "12.4 GB"; "at least" where sizes are not known; `selected` rows, 0 = all that are shown.
    [[nodiscard]] static QString bytes(qint64 bytes, qsizetype withoutBytes, qsizetype rows, qsizetype selected);
    /// "9 accounts cannot be judged before 12 January"; empty where there are none.
    [[nodiscard]] static QString unjudged(const InactiveSummary &summary, qint64 nowUs);
    /// Of one account: how it is judged, on what evidence, by what rule. `nowUs`: its server's clock.
    [[nodiscard]] static QString explain(const ActivityFacts &facts, const Timeframe &timeframe, qint64 nowUs);

private:
    [[nodiscard]] static QString date(qint64 us, qint64 nowUs);
    [[nodiscard]] static QString loginText(const ActivityFacts &facts);
};

} // namespace mailhelm
