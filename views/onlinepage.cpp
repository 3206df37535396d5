// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/onlinepage.h"

#include "core/base/safetext.h"
#include "views/actiontexts.h"
#include "views/columnstate.h"
#include "views/confirmdialog.h"
#include "views/icons.h"
#include "views/messageline.h"
#include "views/rowsview.h"
#include "views/toolrow.h"
#include "views/usersessions.h"
#include "views/viewtext.h"

#include <QAction>
#include <QMenu>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

OnlinePage::OnlinePage(Backend &backend, QSettings &settings, QWidget *parent)
    : TablePage(backend, TableId::OnlineUsers, settings, parent)
    , m_drop(new QAction(icon(Symbol::Drop), tr("&Drop Connections…"), this))
    , m_showConnections(new QAction(icon(Symbol::Jump), tr("Show C&onnections\tEnter"), this))
    , m_showSessions(new QAction(tr("Show &WebMail Sessions"), this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_parts(new UserSessions(backend, m_splitter))
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
    m_splitter->setObjectName(u"onlineSplitter"_s);
    m_splitter->setChildrenCollapsible(false);
    delete pageLayout()->replaceWidget(stack(), m_splitter);
    m_splitter->insertWidget(0, stack());
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 1);
    pageLayout()->setStretchFactor(m_splitter, 1);
    m_splitter->setSizes({ 480, 190 });
    m_splitter->restoreState(settings.value(objectName() + u"/splitter"_s).toByteArray());

    connect(m_drop, &QAction::triggered, this, [this] { askDropUsers(selection().inOrder()); });
    connect(m_showConnections, &QAction::triggered, this, [this] { jump(TableId::Connections); });
    connect(m_showSessions, &QAction::triggered, this, [this] { jump(TableId::Webmail); });
    connect(&view(), &RowsView::activatedRow, this, [this] { jump(TableId::Connections); });
    connect(m_parts, &UserSessions::dropRequested, this, &OnlinePage::askDrop);
    connect(&selection(), &RowSelection::changed, this, &OnlinePage::updateActions);
    connect(view().selectionModel(), &QItemSelectionModel::currentRowChanged, this, &OnlinePage::updateActions);
    connect(&backend, &Backend::serverChanged, this, &OnlinePage::updateActions);
    updateActions();
}

QList<QAction *> OnlinePage::rowActions()
{
    return QList<QAction *> { m_drop, m_showConnections, m_showSessions } + TablePage::rowActions();
}

void OnlinePage::saveState()
{
    TablePage::saveState();
    settings().setValue(objectName() + u"/splitter"_s, m_splitter->saveState());
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
    m_parts->showUser(has ? model().keyAt(row) : RowKey());
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

void OnlinePage::sparePart(RowAction action, QList<RowKey> &rows, QStringList &notes) const
{
    for (const ServerStatus &server : backend().servers()) {
        const QString why = server.state != LinkState::Live ? tr("not connected") : safeText(server.refusal(action));
        if (why.isEmpty())
            continue;
        const qsizetype spared = rows.removeIf([&](RowKey row) { return row.server == server.number; });
        if (spared > 0)
            notes.append(
                (action == RowAction::End ? tr("WebMail sessions on %1 stay: %2") : tr("Connections on %1 stay: %2"))
                    .arg(safeText(server.name), why));
    }
}

void OnlinePage::askDrop(const OnlineUsers::Parts &parts)
{
    QStringList notes;
    QList<RowKey> connectionRows = parts.connections;
    QList<RowKey> sessionRows = parts.sessions;
    connectionRows.removeIf([this](RowKey row) { return backend().isOwn(row); });
    sparePart(RowAction::Drop, connectionRows, notes);
    sparePart(RowAction::End, sessionRows, notes);
    QList<ConfirmTarget> targets;
    const auto add = [&](TableId id, const QList<RowKey> &rows, std::initializer_list<int> columns) {
        LiveTable &live = backend().table(id);
        const Table &table = live.table();
        const ColumnFormat format(table.schema());
        for (const RowKey row : rows) {
            const Table::Slot slot = table.slotOf(row);
            if (slot == Table::NoSlot)
                continue;
            QStringList cells;
            for (const int column : columns) {
                const int companion = format.companionOf(column);
                cells.append(format.display(column, table.column(column).value(slot),
                    companion < 0 ? Value() : table.column(companion).value(slot),
                    live.filterTime().nowOf(row.server)));
            }
            targets.append({ id, row, cells });
        }
    };
    add(TableId::Connections, connectionRows,
        { connections::User, connections::Service, connections::ClientAddress, connections::Since });
    add(TableId::Webmail, sessionRows, { webmail::User, webmail::Component, webmail::ClientAddress, webmail::Started });
    if (targets.isEmpty()) {
        message().say(notes.isEmpty() ? tr("Nothing of that is there any more.") : notes.join(u' '),
            notes.isEmpty() ? MessageLine::Kind::Information : MessageLine::Kind::Warning);
        return;
    }
    ConfirmWords words;
    words.name = u"dropUsersDialog"_s;
    words.title = tr("Drop connections");
    words.listName = tr("Connections and WebMail sessions to drop");
    words.columns = { tr("User"), tr("Protocol"), tr("From"), tr("Since") };
    words.endedColumn = 3;
    words.question = [](int count, const QString &where) {
        return tr("Drop %Ln connection(s) and session(s) on %1?", nullptr, count).arg(where);
    };
    words.button = [](int count) { return count == 1 ? tr("Drop it") : tr("Drop all %Ln", nullptr, count); };
    notes.append(tr("Mail programs connect again by themselves: to keep somebody out, block their account."));
    words.notes = notes;
    auto *dialog = new ConfirmDialog(words, targets, backend().servers(), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->watch(TableId::Connections, backend().table(TableId::Connections));
    dialog->watch(TableId::Webmail, backend().table(TableId::Webmail));
    hold(true);
    connect(dialog, &QDialog::finished, this, [this] { hold(false); });
    connect(dialog, &ConfirmDialog::confirmed, this, [this, dialog] {
        drop({ dialog->remaining(TableId::Connections), dialog->remaining(TableId::Webmail) });
    });
    dialog->open();
}

void OnlinePage::drop(const OnlineUsers::Parts &parts)
{
    struct Waiting {
        int open = 0;
        QStringList texts;
        bool trouble = false;
    };
    const auto waiting = std::make_shared<Waiting>();
    waiting->open = (parts.connections.isEmpty() ? 0 : 1) + (parts.sessions.isEmpty() ? 0 : 1);
    const auto ask = [&](RowAction action, const QList<RowKey> &rows, const QString &what) {
        if (rows.isEmpty())
            return;
        backend().act(action, rows, {}, this, [this, waiting, action, what](const QList<RowOutcome> &outcomes) {
            const ActionTexts::Summary summary = ActionTexts::summary(action, outcomes);
            waiting->texts.append(what.arg(summary.text));
            waiting->trouble = waiting->trouble || summary.trouble;
            if (--waiting->open == 0)
                message().say(waiting->texts.join(u"; "_s),
                    waiting->trouble ? MessageLine::Kind::Warning : MessageLine::Kind::Information);
        });
    };
    ask(RowAction::Drop, parts.connections, tr("Connections: %1"));
    ask(RowAction::End, parts.sessions, tr("WebMail sessions: %1"));
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
    const QString meaning = UserSessions::explanation(backend(), model().keyAt(index.row()));
    return meaning.isEmpty() ? text : meaning;
}

} // namespace mailhelm
