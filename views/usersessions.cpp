// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/usersessions.h"

#include "core/base/safetext.h"
#include "models/columnformat.h"
#include "views/focusedge.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

enum ListColumn { WhatColumn, FromColumn, SinceColumn, ActiveColumn, InfoColumn, ColumnCount };
enum ItemRole { TableRole = Qt::UserRole, ServerRole, IdRole };

/// Which columns of a table stand in the list.
struct Columns {
    TableId table;
    int what;
    int from;
    int since;
    int active;
    int info;
};
constexpr Columns Shown[] = {
    { TableId::Connections, connections::Service, connections::ClientAddress, connections::Since,
        connections::LastActive, connections::Info },
    { TableId::Webmail, webmail::Component, webmail::ClientAddress, webmail::Started, webmail::LastActive, -1 },
};

QTreeWidgetItem *makeItem(LiveTable &live, const Columns &columns, RowKey row)
{
    const Table &table = live.table();
    const Table::Slot slot = table.slotOf(row);
    if (slot == Table::NoSlot)
        return nullptr;
    const ColumnFormat format(table.schema());
    const qint64 now = live.filterTime().nowOf(row.server);
    auto *item = new QTreeWidgetItem;
    const auto put = [&](int place, int column) {
        if (column < 0)
            return;
        const int companion = format.companionOf(column);
        const Value other = companion < 0 ? Value() : table.column(companion).value(slot);
        const Value value = table.column(column).value(slot);
        item->setText(place, format.display(column, value, other, now));
        item->setToolTip(place, plainToolTip(format.toolTip(column, value, other, now)));
    };
    put(WhatColumn, columns.what);
    put(FromColumn, columns.from);
    put(SinceColumn, columns.since);
    put(ActiveColumn, columns.active);
    put(InfoColumn, columns.info);
    item->setData(0, TableRole, int(columns.table));
    item->setData(0, ServerRole, row.server);
    item->setData(0, IdRole, quint64(row.id));
    return item;
}

RowKey keyOf(const QTreeWidgetItem *item)
{
    return { quint16(item->data(0, ServerRole).toUInt()), RowId(item->data(0, IdRole).toULongLong()) };
}

} // namespace

UserSessions::UserSessions(Backend &backend, QWidget *parent)
    : QWidget(parent)
    , m_backend(backend)
    , m_heading(plainLabel(QString(), this))
    , m_explanation(plainLabel(QString(), this))
    , m_list(new QTreeWidget(this))
    , m_drop(new QAction(icon(Symbol::Drop), tr("&Drop…"), this))
{
    setObjectName(u"userSessions"_s);
    QFont bold = m_heading->font();
    bold.setBold(true);
    m_heading->setFont(bold);
    m_heading->setObjectName(u"sessionsHeading"_s);
    m_explanation->setObjectName(u"sessionsExplanation"_s);
    m_explanation->setWordWrap(true);
    m_explanation->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_list->setObjectName(u"sessionsList"_s);
    m_list->setAccessibleName(tr("Connections and WebMail sessions of this user"));
    m_list->setHeaderLabels({ tr("Protocol"), tr("From"), tr("Since"), tr("Last activity"), tr("Info") });
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    new FocusEdge(m_list);
    const int character = fontMetrics().averageCharWidth();
    m_list->setColumnWidth(WhatColumn, character * 22);
    m_list->setColumnWidth(FromColumn, character * 30);
    m_list->setColumnWidth(SinceColumn, character * 14);
    m_list->setColumnWidth(ActiveColumn, character * 14);
    m_drop->setObjectName(u"dropPartAction"_s);
    m_drop->setShortcut(QKeySequence(QKeySequence::Delete));
    m_drop->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(m_drop);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(4);
    m_heading->setContentsMargins(8, 0, 8, 0);
    m_explanation->setContentsMargins(8, 0, 8, 0);
    layout->addWidget(m_heading);
    layout->addWidget(m_explanation);
    layout->addWidget(m_list, 1);

    m_soon.setSingleShot(true);
    m_soon.setInterval(250ms);
    connect(&m_soon, &QTimer::timeout, this, &UserSessions::update);
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &UserSessions::updateSoon);
    m_second.start();
    connect(&backend.table(TableId::OnlineUsers), &LiveTable::published, this, &UserSessions::updateSoon);
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &UserSessions::updateActions);
    connect(&backend, &Backend::serverChanged, this, &UserSessions::updateActions);
    connect(m_list, &QWidget::customContextMenuRequested, this, &UserSessions::openMenu);
    connect(m_drop, &QAction::triggered, this, [this] { Q_EMIT dropRequested(selected()); });
    update();
}

void UserSessions::showUser(RowKey user)
{
    if (m_user == user)
        return;
    m_user = user;
    m_list->clear();
    update();
}

void UserSessions::updateSoon()
{
    if (isVisible() && !m_soon.isActive())
        m_soon.start();
}

QString UserSessions::explanation(Backend &backend, RowKey user)
{
    const Table &table = backend.table(TableId::OnlineUsers).table();
    const Table::Slot slot = table.slotOf(user);
    if (slot == Table::NoSlot)
        return {};
    const Column &users = table.column(onlineusers::User);
    if (users.isKnown(slot))
        return users.text(slot).isEmpty()
            ? tr(
                "Known not to be logged in. Usually a login page is open and nobody has logged in yet, or a monitoring "
                "service looks whether it answers; on SMTP, other mail servers bring mail.")
            : QString();
    QStringList lines { tr("Nobody said whose these are.") };
    const Table &sources = backend.table(TableId::Sources).table();
    const auto text = [&](Table::Slot row, int column) {
        const Column &cells = sources.column(column);
        return cells.isKnown(row) ? safeText(cells.text(row)) : QString();
    };
    for (Table::Slot row = 0; row < sources.slotEnd(); ++row) {
        if (!sources.isLive(row) || sources.keyAt(row).server != user.server)
            continue;
        if (const QString mend = text(row, sources::Mend); !mend.isEmpty())
            lines.append(tr("%1: %2 To mend it: %3").arg(text(row, sources::Source), text(row, sources::Detail), mend));
    }
    return lines.join(u'\n');
}

void UserSessions::update()
{
    const Table &online = m_backend.table(TableId::OnlineUsers).table();
    const Table::Slot slot = m_user.id == 0 ? Table::NoSlot : online.slotOf(m_user);
    const OnlineUsers::Parts parts = slot == Table::NoSlot ? OnlineUsers::Parts() : m_backend.online().partsOf(m_user);
    const QString meaning = explanation(m_backend, m_user);
    m_explanation->setText(meaning);
    m_explanation->setVisible(!meaning.isEmpty());
    const qsizetype total = parts.connections.size() + parts.sessions.size();
    if (slot == Table::NoSlot) {
        m_heading->setText(m_user.id == 0 ? tr("Choose a user to see what is live of them.")
                                          : tr("This user is not online any more."));
    } else {
        const ColumnFormat format(online.schema());
        const QString who = format.display(onlineusers::User, online.column(onlineusers::User).value(slot), {}, 0);
        m_heading->setText(total > MostShown
                ? tr("%1: the first %2 of %3")
                      .arg(isolatedUser(who), QLocale().toString(MostShown), QLocale().toString(total))
                : isolatedUser(who));
    }
    // The items are made anew; what was selected and where one was stays.
    const OnlineUsers::Parts before = selected();
    const QTreeWidgetItem *at = m_list->currentItem();
    const std::pair<int, RowKey> current
        = at ? std::pair(at->data(0, TableRole).toInt(), keyOf(at)) : std::pair(0, RowKey());
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    for (const Columns &columns : Shown) {
        const bool isConnections = columns.table == TableId::Connections;
        for (const RowKey row : isConnections ? parts.connections : parts.sessions) {
            if (m_list->topLevelItemCount() >= MostShown)
                break;
            QTreeWidgetItem *item = makeItem(m_backend.table(columns.table), columns, row);
            if (!item)
                continue;
            m_list->addTopLevelItem(item);
            item->setSelected((isConnections ? before.connections : before.sessions).contains(row));
            if (current == std::pair(int(columns.table), row))
                m_list->setCurrentItem(item, 0, QItemSelectionModel::NoUpdate);
        }
    }
    m_list->setVisible(total > 0);
    updateActions();
}

OnlineUsers::Parts UserSessions::selected() const
{
    OnlineUsers::Parts parts;
    for (const QTreeWidgetItem *item : m_list->selectedItems()) {
        const bool isConnection = item->data(0, TableRole).toInt() == int(TableId::Connections);
        (isConnection ? parts.connections : parts.sessions).append(keyOf(item));
    }
    return parts;
}

void UserSessions::updateActions()
{
    const OnlineUsers::Parts parts = selected();
    QString why;
    for (const ServerStatus &server : m_backend.servers()) {
        if (server.number != m_user.server)
            continue;
        if (server.state != LinkState::Live)
            why = tr("%1 is not connected").arg(safeText(server.name));
        else if (!parts.connections.isEmpty())
            why = safeText(server.refusal(RowAction::Drop));
        else
            why = safeText(server.refusal(RowAction::End));
    }
    m_drop->setEnabled(why.isEmpty() && !(parts.connections.isEmpty() && parts.sessions.isEmpty()));
    m_drop->setToolTip(why.isEmpty() ? tr("Drop what is selected (Del)") : plainToolTip(why));
}

void UserSessions::openMenu(const QPoint &place)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(u"sessionsMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    menu->addAction(m_drop);
    menu->popup(m_list->viewport()->mapToGlobal(place));
}

} // namespace mailhelm
