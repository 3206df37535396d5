// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/joinstatus.h"

#include <QSet>

namespace mailhelm
{

/// What the join remembers of the last ten to twenty minutes: sessions that never join a socket any more, lest a late
/// line joins the port's next owner, and what became of each source's sessions. The older half is forgotten as a whole
/// once the younger one is old enough.
class JoinMemory
{
public:
    /// Monotonic µs. True: the older half was forgotten, with what it counted.
    [[nodiscard]] bool forgetOld(qint64 nowUs);

    void retire(const QByteArray &session) { m_young.retired.insert(session); }
    [[nodiscard]] bool isRetired(const QByteArray &session) const
    {
        return m_young.retired.contains(session) || m_old.retired.contains(session);
    }
    /// To count in.
    [[nodiscard]] JoinCounts &countsOf(const QByteArray &source) { return m_young.counts[source]; }
    [[nodiscard]] QMap<QByteArray, JoinCounts> counts() const;

private:
    struct Half {
        QSet<QByteArray> retired;
        QMap<QByteArray, JoinCounts> counts; ///< by source
    };
    Half m_young;
    Half m_old;
    qint64 m_since = 0; ///< when the younger half was begun
};

} // namespace mailhelm
