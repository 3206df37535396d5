// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/onlinepage.h"

#include "views/columnstate.h"
#include "views/icons.h"
#include "views/rowsview.h"
#include "views/toolrow.h"
#include "views/usermeaning.h"
#include "views/viewtext.h"

#include <QAction>
#include <QMenu>

namespace mailhelm
{

using namespace Qt::StringLiterals;

OnlinePage::OnlinePage(Backend &backend, QSettings &settings, QWidget *parent)
    : TablePage(backend, TableId::OnlineUsers, settings, parent)
    , m_drop(new QAction(icon(Symbol::Drop), tr("&Drop Connections…"), this))
    , m_showConnections(new QAction(icon(Symbol::Jump), tr("Show C&onnections\tEnter"), this))
    , m_showSessions(new QAction(tr("Show &WebMail Sessions"), this))
{
    m_drop->setShortcut(QKeySequence(QKeySequence::Delete));
    m_drop->setShortcutContext(Qt::WidgetShortcut);
    m_drop->setObjectName(u"dropUsersAction"_s);
    m_showConnections->setObjectName(u"showConnectionsAction"_s);
    m_showSessions->setObjectName(u"showSessionsAction"_s);
    view().addAction(m_drop);
    view().setAccessibleName(tr("Online users"));
    toolRow().setIntervalFixed(tr("Follows the connections and the WebMail sessions"));

    columns().setDefaults({ "user", "webmail", "smtp", "imap", "pop", "xmpp", "eas", "mapi_ews", "other", "total",
                              "webmail_address", "webmail_since" },
        "user", Qt::AscendingOrder);
    connect(m_drop, &QAction::triggered, this, [this] { askDropUsers(selection().inOrder()); });
    connect(m_showConnections, &QAction::triggered, this, [this] { jump(TableId::Connections); });
    connect(m_showSessions, &QAction::triggered, this, [this] { jump(TableId::Webmail); });
    connect(&view(), &RowsView::activatedRow, this, [this] { jump(TableId::Connections); });
    connect(&selection(), &RowSelection::changed, this, &OnlinePage::updateActions);
    connect(view().selectionModel(), &QItemSelectionModel::currentRowChanged, this, &OnlinePage::updateActions);
    connect(&backend, &Backend::serverChanged, this, &OnlinePage::updateActions);
    updateActions();
}

QList<QAction *> OnlinePage::rowActions()
{
    return QList<QAction *> { m_drop, m_showConnections, m_showSessions } + TablePage::rowActions();
}

void OnlinePage::updateActions()
{
    const QString noDrop = whyNot(RowAction::Drop);
    const bool may = noDrop.isEmpty() || whyNot(RowAction::End).isEmpty();
    m_drop->setEnabled(!selection().isEmpty() && may);
    m_drop->setToolTip(
        may ? tr("End every connection and WebMail session of the selected users (Del)") : plainToolTip(noDrop));
    const int row = currentRow();
    const bool has = row >= 0 && !model().isGone(row);
    m_showConnections->setEnabled(has);
    const Value sessions = has ? model().valueAt(row, onlineusers::Webmail) : Value();
    const auto *count = std::get_if<qint64>(&sessions);
    m_showSessions->setEnabled(count && *count > 0);
}

void OnlinePage::jump(TableId table)
{
    const int row = currentRow();
    if (row < 0 || model().isGone(row))
        return;
    QString filter = Filter::quoted("user", model().valueAt(row, onlineusers::User), ColumnType::Text);
    const int serverColumn = model().schema().indexOf("server");
    if (!server() && backend().servers().size() > 1 && serverColumn >= 0)
        filter = u"%1 %2"_s.arg(Filter::quoted("server", model().valueAt(row, serverColumn), ColumnType::Text), filter);
    Q_EMIT showRequested(table, filter);
}

void OnlinePage::askDropUsers(const QList<RowKey> &users)
{
    OnlineUsers::Parts all;
    for (const RowKey user : users) {
        const OnlineUsers::Parts parts = backend().online().partsOf(user);
        all.connections += parts.connections;
        all.sessions += parts.sessions;
    }
    askDrop(all);
}

void OnlinePage::fillContextMenu(QMenu *menu)
{
    if (hasCurrentRow()) {
        updateActions();
        menu->addActions({ m_drop, m_showConnections, m_showSessions });
        menu->addSeparator();
    }
    TablePage::fillContextMenu(menu);
}

QString OnlinePage::toolTip(const QModelIndex &index) const
{
    const QString text = TablePage::toolTip(index);
    if (index.column() != onlineusers::User)
        return text;
    const RowKey row = model().keyAt(index.row());
    const QString meaning = UserMeaning::of(backend(), row.server, model().valueAt(index.row(), onlineusers::User));
    return meaning.isEmpty() ? text : meaning;
}

} // namespace mailhelm
