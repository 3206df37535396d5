// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/connectionspage.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "views/icons.h"
#include "views/pagetexts.h"
#include "views/rowsview.h"
#include "views/viewtext.h"

#include <QAction>
#include <QMenu>

namespace mailhelm
{

using namespace Qt::StringLiterals;

ConnectionsPage::ConnectionsPage(Backend &backend, QSettings &settings, QWidget *parent)
    : TablePage(backend, TableId::Connections, settings, parent)
    , m_connections(backend.table(TableId::Connections))
    , m_drop(new QAction(icon(Symbol::Drop), tr("&Drop Connection…"), this))
    , m_dropUser(new QAction(tr("Drop A&ll of This User…"), this))
    , m_dropAddress(new QAction(tr("Drop All from This &Address…"), this))
    , m_showUser(new QAction(icon(Symbol::User), tr("Sho&w This User"), this))
{
    m_drop->setShortcut(QKeySequence(QKeySequence::Delete));
    m_drop->setShortcutContext(Qt::WidgetShortcut);
    m_drop->setObjectName(u"dropAction"_s);
    m_dropUser->setObjectName(u"dropUserAction"_s);
    m_dropAddress->setObjectName(u"dropAddressAction"_s);
    m_showUser->setObjectName(u"showUserAction"_s);
    view().addAction(m_drop);
    view().setAccessibleName(tr("Active connections"));

    connect(m_drop, &QAction::triggered, this, [this] { askDrop(selection().inOrder()); });
    connect(m_dropUser, &QAction::triggered, this,
        [this] { askDrop(sameCell(model().keyAt(currentRow()), connections::User)); });
    connect(m_dropAddress, &QAction::triggered, this,
        [this] { askDrop(sameCell(model().keyAt(currentRow()), connections::ClientAddress)); });
    connect(m_showUser, &QAction::triggered, this, [this] {
        setFilterText(Filter::quoted("user", model().valueAt(currentRow(), connections::User), ColumnType::Text));
    });
    connect(&selection(), &RowSelection::changed, this, &ConnectionsPage::updateActions);
    connect(view().selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ConnectionsPage::updateActions);
    connect(&backend, &Backend::serverChanged, this, &ConnectionsPage::updateActions);
    updateActions();
}

QList<QAction *> ConnectionsPage::rowActions()
{
    return QList<QAction *> { m_drop, m_dropUser, m_dropAddress, m_showUser } + TablePage::rowActions();
}

void ConnectionsPage::updateActions()
{
    const qsizetype count = selection().count();
    m_drop->setText(count > 1 ? tr("&Drop %Ln Connection(s)…", nullptr, int(count)) : tr("&Drop Connection…"));
    const QString why = whyNot(RowAction::Drop);
    const int row = currentRow();
    const bool has = row >= 0 && !model().isGone(row);
    const Value user = has ? model().valueAt(row, connections::User) : Value();
    const auto *name = std::get_if<QByteArray>(&user);
    const bool named = name && !name->isEmpty();
    const Value address = has ? model().valueAt(row, connections::ClientAddress) : Value();
    const bool known = std::holds_alternative<Address>(address);
    m_drop->setEnabled(count > 0 && why.isEmpty());
    m_drop->setToolTip(why.isEmpty() ? tr("Drop the selected connections (Del)") : plainToolTip(why));
    // Never without a text of its own: Qt would show the action's text, which holds names that mail users chose, as
    // HTML.
    m_dropUser->setToolTip(why.isEmpty() ? tr("Drop every connection of the user of this row") : plainToolTip(why));
    m_dropAddress->setToolTip(
        why.isEmpty() ? tr("Drop every connection from the address of this row") : plainToolTip(why));
    m_dropUser->setEnabled(named && why.isEmpty());
    m_dropUser->setText(named
            ? tr("Drop A&ll of User %1…").arg(safeActionText(QString::fromUtf8(*name), 60)).replace(u"……"_s, u"…"_s)
            : tr("Drop A&ll of This User…"));
    m_dropAddress->setEnabled(known && why.isEmpty());
    m_dropAddress->setText(known
            ? tr("Drop All from &Address %1…").arg(QString::fromUtf8(std::get<Address>(address).toText()))
            : tr("Drop All from This &Address…"));
    m_showUser->setEnabled(named);
}

QList<RowKey> ConnectionsPage::sameCell(RowKey like, int column) const
{
    const Table &table = m_connections.table();
    const Table::Slot slot = table.slotOf(like);
    QList<RowKey> rows;
    if (slot == Table::NoSlot || !table.column(column).isKnown(slot))
        return rows;
    const Column &cells = table.column(column);
    for (Table::Slot other = 0; other < table.slotEnd(); ++other)
        if (table.isLive(other) && table.keyAt(other).server == like.server && cells.equals(other, cells, slot))
            rows.append(table.keyAt(other));
    return rows;
}

void ConnectionsPage::fillContextMenu(QMenu *menu)
{
    if (hasCurrentRow()) {
        updateActions();
        menu->addActions({ m_drop, m_dropUser, m_dropAddress });
        menu->addSeparator();
        menu->addAction(m_showUser);
    }
    TablePage::fillContextMenu(menu);
}

QString ConnectionsPage::toolTip(const QModelIndex &index) const
{
    const QString text = TablePage::toolTip(index);
    if (index.column() != connections::Since && index.column() != connections::LastActive)
        return text;
    const TableModel &rows = model();
    const RowKey key = rows.keyAt(index.row());
    const Value service = rows.valueAt(index.row(), connections::Service);
    const auto *name = std::get_if<QByteArray>(&service);
    const qint64 limitMs = name ? backend().idleTimeoutMs(key.server, *name) : 0;
    if (limitMs <= 0)
        return text;
    const QString limit = spanText(limitMs * 1000);
    const Value active = rows.valueAt(index.row(), connections::LastActive);
    const auto *last = std::get_if<qint64>(&active);
    if (!last)
        return tr("%1\n%2 ends a connection after %3 without data.").arg(text, safeText(*name), limit);
    const qint64 idle = rows.time().nowOf(key.server) - *last;
    const qint64 left = limitMs * 1000 - idle;
    return left > 0
        ? tr("%1\n%2 ends a connection after %3 without data; %4 of it are left.")
              .arg(text, safeText(*name), limit, spanText(left))
        : tr("%1\n%2 ends a connection after %3 without data; that time is over.").arg(text, safeText(*name), limit);
}

EmptyState::Content ConnectionsPage::nothingThere() const
{
    // An empty table that nobody can read is not a quiet server.
    EmptyState::Content trouble = PageTexts::cannotRead(backend(), TableId::Connections, server());
    if (!trouble.title.isEmpty())
        return trouble;
    return { tr("All quiet"), tr("Nobody is connected right now."), {}, {} };
}

} // namespace mailhelm
