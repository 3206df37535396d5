// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rowmarks.h"

#include <algorithm>

namespace mailhelm
{

using Slot = Table::Slot;

void RowMarks::setTimes(qint64 freshUs, qint64 goneUs)
{
    m_freshUs = std::max<qint64>(0, freshUs);
    m_goneUs = std::max<qint64>(0, goneUs);
    if (m_freshUs == 0) {
        m_fresh.clear();
        m_freshQueue.clear();
    }
}

void RowMarks::addFresh(Slot slot, qint64 nowUs)
{
    if (m_fresh.size() >= Most)
        return;
    m_fresh.insert(slot, nowUs);
    m_freshQueue.emplace_back(nowUs, slot);
}

void RowMarks::addGone(Slot slot, RowKey key, qint64 nowUs)
{
    m_fresh.remove(slot);
    m_gone.insert(slot, { key, nowUs });
    m_goneSlots.insert(key, slot);
    m_goneQueue.emplace_back(nowUs, slot);
}

double RowMarks::freshness(Slot slot, qint64 nowUs) const
{
    if (m_fresh.isEmpty())
        return 0;
    const auto since = m_fresh.constFind(slot);
    if (since == m_fresh.cend())
        return 0;
    return std::clamp(1.0 - double(nowUs - *since) / double(m_freshUs), 0.0, 1.0);
}

void RowMarks::forget(Slot slot)
{
    m_fresh.remove(slot);
    if (const auto gone = m_gone.find(slot); gone != m_gone.end()) {
        m_goneSlots.remove(gone->key);
        m_gone.erase(gone);
    }
}

QList<Slot> RowMarks::expire(qint64 nowUs, const Table &table)
{
    // A clock that was set back must not keep anything for longer.
    const auto due = [nowUs](qint64 since, qint64 span) { return nowUs - since >= span || since > nowUs; };
    while (!m_freshQueue.empty() && due(m_freshQueue.front().first, m_freshUs)) {
        const auto [since, slot] = m_freshQueue.front();
        m_freshQueue.pop_front();
        if (m_fresh.value(slot) == since)
            m_fresh.remove(slot);
    }
    QList<Slot> over;
    while (!m_goneQueue.empty()) {
        const auto [since, slot] = m_goneQueue.front();
        const auto gone = m_gone.constFind(slot);
        const bool current = gone != m_gone.cend() && gone->sinceUs == since;
        // The table lets go of the oldest first, as this queue does.
        const bool kept = current && (table.removedAt(slot) == gone->key || table.keyAt(slot) == gone->key);
        if (kept && !due(since, m_goneUs))
            break;
        m_goneQueue.pop_front();
        if (current)
            over.append(slot);
    }
    return over;
}

} // namespace mailhelm
