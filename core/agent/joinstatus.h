// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"

#include <QMap>

namespace mailhelm
{

/// What became of one source's sessions lately.
struct JoinCounts {
    int joined = 0; ///< found their socket
    int ambiguous = 0; ///< fitted more than one socket and annotate none of them
    int unmatched = 0; ///< logins that fitted none
    friend bool operator==(const JoinCounts &, const JoinCounts &) = default;

    JoinCounts &operator+=(const JoinCounts &other)
    {
        joined += other.joined;
        ambiguous += other.ambiguous;
        unmatched += other.unmatched;
        return *this;
    }
};

/// The row `join` of `sources`: degraded where sessions could not be told apart, or where more than one login in ten
/// fitted no socket (a few always end before they are seen). What mends it differs by source; where nothing does, that
/// is said.
[[nodiscard]] SourceStatus joinStatus(const QMap<QByteArray, JoinCounts> &counts);

} // namespace mailhelm
