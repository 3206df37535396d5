// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/audit.h"

#include "core/base/logging.h"

#include <array>

namespace mailhelm
{

Audit::Audit(Store &store, Registry &registry, const Clock &clock)
    : m_store(store)
    , m_registry(registry)
    , m_clock(clock)
{
}

Result<void> Audit::load()
{
    const Result<QList<AuditEntry>> newest = m_store.newest(RowsShown);
    if (!newest)
        return newest.error();
    QList<AuditEntry> interrupted;
    for (AuditEntry entry : newest.value()) {
        if (entry.outcome == "pending") {
            entry.outcome = "unknown";
            entry.detail = "The agent ended before the outcome was written down.";
            interrupted.append(entry);
        }
        show(entry);
    }
    if (!interrupted.isEmpty())
        if (Result<void> written = m_store.complete(interrupted); !written)
            qCWarning(lcAgent, "audit: %s", qUtf8Printable(written.error().detail));
    return {};
}

Result<QList<AuditEntry>> Audit::begin(
    const QByteArray &admin, const QByteArray &action, const QList<QByteArray> &targets)
{
    QList<AuditEntry> entries;
    for (const QByteArray &target : targets)
        entries.append({ 0, m_clock.nowUs(), admin, action, target, "pending", {} });
    if (Result<void> written = m_store.append(entries); !written)
        return written.error();
    for (const AuditEntry &entry : std::as_const(entries))
        show(entry);
    return entries;
}

void Audit::complete(const QList<AuditEntry> &entries)
{
    if (Result<void> written = m_store.complete(entries); !written)
        qCCritical(lcAgent, "audit: outcomes could not be written: %s", qUtf8Printable(written.error().detail));
    for (const AuditEntry &entry : entries)
        show(entry);
}

void Audit::note(const QByteArray &admin, const QByteArray &action, const QByteArray &target, const QByteArray &outcome,
    const QByteArray &detail)
{
    QList<AuditEntry> entries { { 0, m_clock.nowUs(), admin, action, target, outcome, detail } };
    if (Result<void> written = m_store.append(entries); !written)
        qCCritical(lcAgent, "audit: %s", qUtf8Printable(written.error().detail));
    else
        show(entries.first());
}

void Audit::show(const AuditEntry &entry)
{
    const RowId id = m_registry.ids().ofKey("audit", QByteArray::number(entry.number));
    const std::array<ChangeLog::Cell, 6> cells { {
        { audit::Time, entry.time },
        { audit::Admin, entry.admin },
        { audit::Action, entry.action },
        { audit::Target, entry.target },
        { audit::Outcome, entry.outcome },
        { audit::Detail, entry.detail },
    } };
    if (m_registry.put(TableId::Audit, id, cells) == ChangeLog::Put::Inserted)
        m_shown.append(id);
    while (m_shown.size() > RowsShown)
        m_registry.remove(TableId::Audit, m_shown.takeFirst());
}

} // namespace mailhelm
