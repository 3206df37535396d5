// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/registry.h"
#include "core/agent/store.h"
#include "core/base/clock.h"

namespace mailhelm
{

/// Who did what to whom, when, with which result: written ahead of the deed, completed after it, shown in the table
/// `audit`. What cannot be written down is not done. Main thread.
class Audit
{
public:
    static constexpr int RowsShown = 10'000; ///< the newest ones are in the table; the store keeps all

    Audit(Store &store, Registry &registry, const Clock &clock);

    /// Puts the newest entries into the table; those still pending from before a crash say so. Only where no other
    /// agent uses the store: what that one is about to do is pending too.
    Result<void> load();
    /// Writes one entry a target, outcome pending. On an error nothing may be done.
    Result<QList<AuditEntry>> begin(
        const QByteArray &admin, const QByteArray &action, const QList<QByteArray> &targets);
    void complete(const QList<AuditEntry> &entries);
    /// One whole entry at once: refusals, enrolments.
    void note(const QByteArray &admin, const QByteArray &action, const QByteArray &target, const QByteArray &outcome,
        const QByteArray &detail);

private:
    void show(const AuditEntry &entry);

    Store &m_store;
    Registry &m_registry;
    const Clock &m_clock;
    QList<RowId> m_shown; ///< oldest first
};

} // namespace mailhelm
