// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/actionlog.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"

#include <QLocale>

#include <algorithm>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype MostEntries = 500;

TableId tableOf(RowAction action)
{
    switch (action) {
    case RowAction::Drop:
        return TableId::Connections;
    case RowAction::End:
        return TableId::Webmail;
    case RowAction::Restore:
        return TableId::Deleted;
    default:
        return TableId::Users;
    }
}

bool changesState(RowAction action)
{
    return action == RowAction::Enable || action == RowAction::Block || action == RowAction::Disable;
}

} // namespace

bool ActionLog::Entry::canBeUndone() const
{
    return finished && !undone && !isUndo
        && std::any_of(done.begin(), done.end(), [](const Target &target) { return target.reversible; });
}

ActionLog::ActionLog(Backend &backend, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
{
    connect(&backend, &Backend::actStarted, this, &ActionLog::onStarted);
    connect(&backend, &Backend::actDone, this, &ActionLog::onDone);
}

ActionLog::Target ActionLog::targetOf(RowAction action, RowKey row) const
{
    Target target { row, {}, RowAction::Enable, false };
    const Table &table = m_backend.table(tableOf(action)).table();
    const Table::Slot slot = table.slotOf(row);
    if (slot == Table::NoSlot)
        return target;
    const int user = table.schema().indexOf("user");
    if (user >= 0 && table.column(user).isKnown(slot))
        target.name = safeText(table.column(user).text(slot), 80);
    if (!changesState(action) || !table.column(users::Enabled).isKnown(slot))
        return target;
    const QByteArrayView before = table.column(users::Enabled).text(slot);
    target.back = before == "blocked" ? RowAction::Block
        : before == "disabled"        ? RowAction::Disable
                                      : RowAction::Enable;
    target.reversible = (before == "active" || before == "blocked" || before == "disabled") && target.back != action;
    return target;
}

void ActionLog::onStarted(quint32 job, RowAction action, const QList<RowKey> &rows)
{
    Entry entry;
    entry.number = ++m_lastNumber;
    entry.timeUs = m_backend.clock().nowUs();
    entry.action = action;
    entry.isUndo = m_undoing;
    // The states of before are read now: afterwards they are others.
    QList<Target> targets;
    for (const RowKey row : rows)
        targets.append(targetOf(action, row));
    m_running[job] = { entry.number, targets };
    m_entries.append(entry);
    if (m_entries.size() > MostEntries)
        m_entries.removeFirst();
    Q_EMIT changed();
}

void ActionLog::onDone(quint32 job, const QList<RowOutcome> &outcomes)
{
    const auto running = m_running.find(job);
    if (running == m_running.end())
        return;
    const auto [number, targets] = running->second;
    m_running.erase(running);
    for (Entry &entry : m_entries) {
        if (entry.number != number)
            continue;
        entry.finished = true;
        for (qsizetype i = 0; i < std::min(outcomes.size(), targets.size()); ++i) {
            if (outcomes[i].code == RowOutcome::Code::Done)
                entry.done.append(targets[i]);
            else if (outcomes[i].code != RowOutcome::Code::Gone)
                ++entry.failed;
        }
    }
    Q_EMIT changed();
}

const ActionLog::Entry *ActionLog::lastUndoable() const
{
    for (auto entry = m_entries.crbegin(); entry != m_entries.crend(); ++entry)
        if (entry->canBeUndone())
            return &*entry;
    return nullptr;
}

void ActionLog::undo(int number)
{
    const auto entry
        = std::find_if(m_entries.begin(), m_entries.end(), [number](const Entry &one) { return one.number == number; });
    if (entry == m_entries.end() || !entry->canBeUndone())
        return;
    entry->undone = true;
    std::map<RowAction, QList<RowKey>> wanted;
    for (const Target &target : std::as_const(entry->done))
        if (target.reversible)
            wanted[target.back].append(target.row);
    for (const auto &[action, rows] : wanted) {
        m_undoing = true;
        m_backend.act(action, rows, {}, this, [this, count = rows.size()](const QList<RowOutcome> &outcomes) {
            const qsizetype well = std::count_if(outcomes.begin(), outcomes.end(),
                [](const RowOutcome &one) { return one.code == RowOutcome::Code::Done; });
            QString why;
            for (const RowOutcome &one : outcomes)
                if (why.isEmpty() && one.code != RowOutcome::Code::Done)
                    why = safeText(one.why, 200);
            if (well == count)
                Q_EMIT undone(tr("%Ln account(s) as before", nullptr, int(well)), true);
            else
                Q_EMIT undone(
                    tr("%1 of %Ln account(s) as before: %2", nullptr, int(count)).arg(QLocale().toString(well), why),
                    false);
        });
        m_undoing = false;
    }
    Q_EMIT changed();
}

QString ActionLog::actionName(RowAction action)
{
    switch (action) {
    case RowAction::Drop:
        return tr("Drop connections");
    case RowAction::End:
        return tr("End sessions");
    case RowAction::Enable:
        return tr("Enable");
    case RowAction::Block:
        return tr("Block login");
    case RowAction::Disable:
        return tr("Disable");
    case RowAction::Delete:
        return tr("Delete");
    case RowAction::Restore:
        return tr("Restore");
    }
    return {};
}

QString ActionLog::describe(const Entry &entry)
{
    constexpr qsizetype Named = 3;
    QStringList names;
    for (const Target &target : entry.done)
        if (!target.name.isEmpty() && !names.contains(target.name))
            names.append(target.name);
    QString who = names.first(std::min(Named, names.size())).join(u", "_s);
    if (names.size() > Named)
        who = tr("%1 and %2 more").arg(who, QLocale().toString(names.size() - Named));
    return who.isEmpty() ? actionName(entry.action) : tr("%1: %2").arg(actionName(entry.action), who);
}

} // namespace mailhelm
