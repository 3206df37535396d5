// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"

#include <QHashFunctions>
#include <QList>

namespace mailhelm
{

/// Names one socket for ever.
struct SocketKey {
    quint32 netns = 0;
    quint64 cookie = 0;
    friend bool operator==(const SocketKey &, const SocketKey &) = default;
    friend size_t qHash(const SocketKey &k, size_t seed = 0) { return qHashMulti(seed, k.netns, k.cookie); }
};

/// What is worth looking at in a scan, by comparing it with the one before. The kernel shows its table in the same
/// order every time, but for what came and went in between; so nearly all of it is where it was before, and as it was:
/// that costs one comparison.
class ScanDiff
{
public:
    struct Changes {
        QList<SocketObservation> shown; ///< new, or not as before, or in another place than before
        QList<SocketKey> missed; ///< not where they were: gone, unless they are among `shown`
    };
    [[nodiscard]] Changes take(const QList<SocketObservation> &sockets);
    void clear() { m_last.clear(); } ///< the next scan is the first one

private:
    QList<SocketObservation> m_last;
};

} // namespace mailhelm
