// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/registry.h"

#include <QMetaObject>

#include <array>

namespace mailhelm
{

Registry::Registry(quint64 epoch, RowIds ids, QObject *parent)
    : QObject(parent)
    , m_ids(std::move(ids))
{
    for (const TableId table : liveTables())
        m_logs.emplace(table, std::make_unique<ChangeLog>(schemaOf(table), epoch));
}

QList<TableId> Registry::tables() const
{
    QList<TableId> ids;
    for (const auto &entry : m_logs)
        ids.append(entry.first);
    return ids;
}

const ChangeLog *Registry::log(TableId table) const
{
    const auto found = m_logs.find(table);
    return found == m_logs.end() ? nullptr : found->second.get();
}

ChangeLog::Put Registry::put(TableId table, RowId id, std::span<const ChangeLog::Cell> cells)
{
    const ChangeLog::Put result = m_logs.at(table)->put(id, cells);
    if (result != ChangeLog::Put::Unchanged)
        note(table);
    return result;
}

bool Registry::remove(TableId table, RowId id)
{
    const bool removed = m_logs.at(table)->remove(id);
    if (removed)
        note(table);
    return removed;
}

void Registry::setSource(const SourceStatus &status)
{
    const std::array<ChangeLog::Cell, 4> cells { {
        { sources::Source, status.source },
        { sources::State, sourceStateName(status.state).toByteArray() },
        { sources::Detail, status.detail },
        { sources::Mend, status.mend },
    } };
    put(TableId::Sources, m_ids.ofKey("source", status.source), cells);
}

void Registry::note(TableId table)
{
    if (m_noted.contains(table))
        return;
    if (m_noted.isEmpty())
        QMetaObject::invokeMethod(
            this,
            [this] {
                const QList<TableId> noted = std::exchange(m_noted, {});
                for (const TableId each : noted)
                    Q_EMIT changed(each);
            },
            Qt::QueuedConnection);
    m_noted.append(table);
}

QByteArrayView sourceStateName(SourceStatus::State state)
{
    switch (state) {
    case SourceStatus::State::Ok:
        return "ok";
    case SourceStatus::State::Degraded:
        return "degraded";
    case SourceStatus::State::Down:
        return "down";
    }
    return {};
}

} // namespace mailhelm
