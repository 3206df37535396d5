// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/accountactions.h"

#include "core/base/safetext.h"
#include "core/table/onlineusers.h"
#include "views/actionprogress.h"
#include "views/actiontexts.h"
#include "views/confirmdialog.h"
#include "views/deletepart.h"
#include "views/rowcells.h"

#include <QDateTime>
#include <QLocale>
#include <QSet>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

TableId tableOf(RowAction action)
{
    return action == RowAction::Restore ? TableId::Deleted : TableId::Users;
}

} // namespace

AccountActions::AccountActions(Backend &backend, QWidget *window, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_window(window)
{
}

void AccountActions::ask(RowAction action, const QList<RowKey> &rows)
{
    QStringList notes;
    const QList<ConfirmTarget> targets
        = action == RowAction::Restore ? deletedTargets(rows) : accountTargets(action, rows, &notes);
    if (targets.isEmpty())
        return;
    if (action == RowAction::Enable && targets.size() == 1) {
        run(action, { targets[0].row }, {}); // harmless, and undone as easily
        return;
    }
    ConfirmWords words = ActionTexts::confirm(action);
    words.name = u"accountDialog"_s;
    words.title = ActionTexts::button(action, targets.size());
    words.listName = tr("Accounts");
    switch (action) {
    case RowAction::Restore:
        words.columns = { tr("User"), tr("Deleted"), tr("Mailbox"), tr("Reason") };
        notes.append(
            tr("Accounts and mail come back as they were. Where an address was taken meanwhile, it is refused."));
        break;
    case RowAction::Delete:
        words.columns = { tr("User"), tr("Last login"), tr("Mailbox"), tr("Live now") };
        notes.append(restorableNote(rows));
        break;
    case RowAction::Block:
        words.columns = { tr("User"), tr("Last login"), tr("Enabled"), tr("Live now") };
        notes.append(tr("Nobody can log in to them any more; mail still arrives."));
        break;
    case RowAction::Disable:
        words.columns = { tr("User"), tr("Last login"), tr("Enabled"), tr("Live now") };
        notes.append(tr("Nobody can log in to them any more, and no mail arrives. Nothing is deleted."));
        break;
    default:
        words.columns = { tr("User"), tr("Last login"), tr("Enabled"), tr("Live now") };
    }
    words.endedColumn = 1;
    words.notes = notes;
    auto *dialog = new ConfirmDialog(words, targets, m_backend.servers(), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->watch(tableOf(action), m_backend.table(tableOf(action)));
    DeletePart *part = nullptr;
    if (action == RowAction::Delete) {
        part = new DeletePart(int(targets.size()), dialog);
        dialog->addPart(part);
        dialog->setReady(false);
        connect(part, &DeletePart::readyChanged, dialog, &ConfirmDialog::setReady);
        connect(dialog, &ConfirmDialog::remainingChanged, part, &DeletePart::setCount);
        part->setFocus();
    }
    Q_EMIT held(true);
    connect(dialog, &QDialog::finished, this, [this] { Q_EMIT held(false); });
    connect(dialog, &ConfirmDialog::confirmed, this, [this, dialog, part, action] {
        run(action, dialog->remaining(tableOf(action)), part ? part->reason() : QString());
    });
    dialog->open();
}

void AccountActions::run(RowAction action, const QList<RowKey> &rows, const QString &reason)
{
    auto *progress = new ActionProgress(m_backend, action, namesOf(tableOf(action), rows), m_window);
    connect(progress, &ActionProgress::answered, this,
        [this, action](const QList<RowOutcome> &outcomes) { Q_EMIT finished(action, outcomes); });
    progress->start(rows, reason);
}

QHash<RowKey, QString> AccountActions::namesOf(TableId table, const QList<RowKey> &rows) const
{
    const Table &all = m_backend.table(table).table();
    const Column &users = all.column(all.schema().indexOf("user"));
    QHash<RowKey, QString> names;
    for (const RowKey row : rows)
        if (const Table::Slot slot = all.slotOf(row); slot != Table::NoSlot && users.isKnown(slot))
            names.insert(row, safeText(users.text(slot)));
    return names;
}

QHash<std::pair<quint16, QByteArray>, AccountActions::Live> AccountActions::liveOf(const QList<RowKey> &rows) const
{
    const Table &accounts = m_backend.table(TableId::Users).table();
    const Column &names = accounts.column(users::User);
    QHash<std::pair<quint16, QByteArray>, Live> live;
    for (const RowKey row : rows)
        if (const Table::Slot slot = accounts.slotOf(row); slot != Table::NoSlot && names.isKnown(slot))
            live.insert({ row.server, names.text(slot).toByteArray() }, {});
    const Table &online = m_backend.table(TableId::OnlineUsers).table();
    const Column &who = online.column(onlineusers::User);
    const auto number = [&](int column, Table::Slot slot) {
        return online.column(column).isKnown(slot) ? online.column(column).number(slot) : 0;
    };
    for (Table::Slot slot = 0; slot < online.slotEnd(); ++slot) {
        if (!online.isLive(slot) || !who.isKnown(slot))
            continue;
        const auto found = live.find({ online.keyAt(slot).server, who.text(slot).toByteArray() });
        if (found == live.end())
            continue;
        found->sessions = number(onlineusers::Webmail, slot);
        found->connections = number(onlineusers::Total, slot) - found->sessions;
    }
    return live;
}

QString AccountActions::liveText(const Live &live)
{
    if (live.connections == 0 && live.sessions == 0)
        return u"–"_s;
    QStringList parts;
    if (live.connections > 0)
        parts.append(tr("%Ln connection(s)", nullptr, int(live.connections)));
    if (live.sessions > 0)
        parts.append(tr("%Ln WebMail session(s)", nullptr, int(live.sessions)));
    return parts.join(u", "_s);
}

QList<ConfirmTarget> AccountActions::accountTargets(RowAction action, const QList<RowKey> &rows, QStringList *notes)
{
    const LiveTable &accounts = m_backend.table(TableId::Users);
    const Table &table = accounts.table();
    RowCells cells(accounts);
    const auto live = liveOf(rows);
    QList<ConfirmTarget> targets;
    Live sum;
    qint64 bytes = 0;
    int unknownSizes = 0;
    for (const RowKey row : rows) {
        const Table::Slot slot = table.slotOf(row);
        if (!cells.seek(row))
            continue;
        const Column &names = table.column(users::User);
        const Live mine = names.isKnown(slot) ? live.value({ row.server, names.text(slot).toByteArray() }) : Live();
        sum.connections += mine.connections;
        sum.sessions += mine.sessions;
        const Column &sizes = table.column(users::MailboxBytes);
        if (sizes.isKnown(slot))
            bytes += sizes.number(slot);
        else
            ++unknownSizes;
        targets.append({ TableId::Users, row,
            { cells.text(users::User), cells.text(users::LastLogin),
                cells.text(action == RowAction::Delete ? users::MailboxBytes : users::Enabled), liveText(mine) } });
    }
    if (action == RowAction::Delete) {
        const QString size = ColumnFormat::bytes(bytes);
        notes->append(unknownSizes == 0 ? tr("Their mailboxes hold %1.").arg(size)
                                        : tr("Their mailboxes hold %1, without %2 whose size is not known.")
                                              .arg(size, QLocale().toString(unknownSizes)));
    }
    if (action != RowAction::Enable)
        notes->append(sum.connections + sum.sessions == 0 ? tr("None of them is online.")
                                                          : tr("Ended with it: %1.").arg(liveText(sum)));
    return targets;
}

QList<ConfirmTarget> AccountActions::deletedTargets(const QList<RowKey> &rows) const
{
    RowCells cells(m_backend.table(TableId::Deleted));
    QList<ConfirmTarget> targets;
    for (const RowKey row : rows)
        if (cells.seek(row))
            targets.append({ TableId::Deleted, row,
                { cells.text(deleted::User), cells.text(deleted::Deleted), cells.text(deleted::MailboxBytes),
                    cells.text(deleted::Reason) } });
    return targets;
}

QString AccountActions::restorableNote(const QList<RowKey> &rows) const
{
    QSet<quint16> where;
    for (const RowKey row : rows)
        where.insert(row.server);
    std::optional<qint64> grace; // the shortest of those servers
    bool known = !where.isEmpty();
    for (const ServerStatus &server : m_backend.servers()) {
        if (!where.contains(server.number))
            continue;
        known = known && server.graceMs;
        if (server.graceMs)
            grace = std::min(grace.value_or(*server.graceMs), *server.graceMs);
    }
    if (!known || !grace)
        return tr("Accounts and mail can be restored for 7 days, unless the agent's configuration says otherwise, on "
                  "the page Deleted.");
    const QDateTime until = QDateTime::fromMSecsSinceEpoch(m_backend.clock().nowUs() / 1000 + *grace);
    return tr("Accounts and mail can be restored until %1, on the page Deleted.")
        .arg(QLocale().toString(
            until, tr("d MMMM yyyy", "a date within a sentence, as QDateTime::toString() takes it")));
}

} // namespace mailhelm
