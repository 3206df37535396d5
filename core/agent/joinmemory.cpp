// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/joinmemory.h"

#include <utility>

namespace mailhelm
{

static constexpr qint64 Remembered = qint64(600) * 1'000'000;

bool JoinMemory::forgetOld(qint64 nowUs)
{
    if (nowUs - m_since <= Remembered)
        return false;
    m_since = nowUs;
    m_old = std::exchange(m_young, {});
    return true;
}

QMap<QByteArray, JoinCounts> JoinMemory::counts() const
{
    QMap<QByteArray, JoinCounts> both = m_young.counts;
    for (auto it = m_old.counts.cbegin(); it != m_old.counts.cend(); ++it)
        both[it.key()] += it.value();
    return both;
}

} // namespace mailhelm
