// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace mailhelm
{

/// How many connections there were, by protocol, at moments of equal distance.
struct ProtocolCounts {
    static constexpr qint32 NotWatched = -1; ///< nobody looked at that time

    qint64 fromUs = 0; ///< of the first moment; µs since 1970 UTC
    qint64 stepUs = 0;
    QList<QByteArray> names; ///< of protocols, those of most connections first
    QList<QList<qint32>> counts; ///< for each name, a count for each moment

    [[nodiscard]] qsizetype moments() const { return counts.isEmpty() ? 0 : counts.constFirst().size(); }
    [[nodiscard]] bool isWatched(qsizetype moment) const
    {
        return !counts.isEmpty() && counts.constFirst()[moment] != NotWatched;
    }
};

} // namespace mailhelm
