// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/serverspanel.h"

#include "core/base/safetext.h"
#include "views/icons.h"
#include "views/linklosses.h"
#include "views/viewtext.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QTreeWidget>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

enum ItemRole { NumberRole = Qt::UserRole, ColourRole };
constexpr int AllServers = -1;
constexpr int Group = -2;

/// Leaves room at the beginning for the bar in the environment's colour.
class ServerDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    static constexpr int Padding = 5;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        // The selection reaches from edge to edge, the texts do not.
        if (option.state.testFlag(QStyle::State_Selected))
            option.widget->style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
        QStyleOptionViewItem inner = option;
        const bool mirrored = option.direction == Qt::RightToLeft;
        const bool onTheLeft = (index.column() == 0) != mirrored;
        inner.rect.adjust(onTheLeft ? Padding : 0, 0, onTheLeft ? 0 : -Padding, 0);
        QStyledItemDelegate::paint(painter, inner, index);
        const QColor colour = index.data(ColourRole).value<QColor>();
        if (index.column() == 0 && colour.isValid()) {
            const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
            const int edge = mirrored && view ? view->viewport()->width() - 4 : 0;
            painter->fillRect(QRect(edge, option.rect.top() + 2, 4, option.rect.height() - 4), colour);
        }
    }

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QSize size = QStyledItemDelegate::sizeHint(option, index);
        return { size.width() + Padding, std::max(size.height(), 24) };
    }
};

} // namespace

QString linkStateText(LinkState state)
{
    switch (state) {
    case LinkState::Live:
        return QCoreApplication::translate("mailhelm::ServersPanel", "live");
    case LinkState::Connecting:
        return QCoreApplication::translate("mailhelm::ServersPanel", "connecting");
    case LinkState::Stale:
        return QCoreApplication::translate("mailhelm::ServersPanel", "connection lost");
    case LinkState::Refused:
        return QCoreApplication::translate("mailhelm::ServersPanel", "refused");
    }
    return {};
}

ServersPanel::ServersPanel(Backend &backend, QWidget *parent)
    : QDockWidget(tr("Servers"), parent)
    , m_backend(backend)
    , m_losses(new LinkLosses(backend, this))
    , m_list(new QTreeWidget(this))
{
    setObjectName(u"serversDock"_s);
    setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
    auto *bar = new QWidget(this);
    auto *title = new QLabel(tr("Servers"), bar);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto *add = new QToolButton(bar);
    add->setObjectName(u"addServer"_s);
    add->setIcon(icon(Symbol::Add));
    add->setAutoRaise(true);
    add->setToolTip(tr("Add a server by its pairing link (Ctrl+N)"));
    add->setAccessibleName(tr("Add server"));
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(8, 4, 4, 4);
    layout->addWidget(title, 1);
    layout->addWidget(add);
    setTitleBarWidget(bar);

    m_list->setObjectName(u"servers"_s);
    m_list->setAccessibleName(tr("Servers"));
    m_list->setHeaderHidden(true);
    m_list->setColumnCount(2);
    m_list->setRootIsDecorated(false);
    m_list->setItemsExpandable(false);
    m_list->setIndentation(8);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setItemDelegate(new ServerDelegate(m_list));
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setMinimumSectionSize(20);
    m_list->setMinimumWidth(150);
    m_list->setIconSize(QSize(14, 14));
    setWidget(m_list);

    connect(add, &QToolButton::clicked, this, &ServersPanel::addRequested);
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this] {
        if (!m_rebuilding)
            Q_EMIT serverChosen(chosen());
    });
    connect(m_list, &QWidget::customContextMenuRequested, this, &ServersPanel::openMenu);
    connect(&m_backend, &Backend::serversChanged, this, &ServersPanel::rebuild);
    connect(&m_backend, &Backend::serverChanged, this, &ServersPanel::updateStates);
    rebuild();
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
}

std::optional<quint16> ServersPanel::chosen() const
{
    const QTreeWidgetItem *item = m_list->currentItem();
    const int number = item ? item->data(0, NumberRole).toInt() : AllServers;
    return number < 0 ? std::nullopt : std::optional<quint16>(quint16(number));
}

QTreeWidgetItem *ServersPanel::itemOf(std::optional<quint16> server) const
{
    const int wanted = server ? int(*server) : AllServers;
    for (int i = 0; i < m_list->topLevelItemCount(); ++i)
        if (m_list->topLevelItem(i)->data(0, NumberRole).toInt() == wanted)
            return m_list->topLevelItem(i);
    return nullptr;
}

void ServersPanel::choose(std::optional<quint16> server)
{
    QTreeWidgetItem *item = itemOf(server);
    m_list->setCurrentItem(item ? item : itemOf(std::nullopt));
}

void ServersPanel::rebuild()
{
    const std::optional<quint16> before = chosen();
    m_rebuilding = true;
    m_list->clear();
    const QList<ServerStatus> servers = m_backend.servers();
    auto *all = new QTreeWidgetItem({ tr("All servers") });
    all->setData(0, NumberRole, AllServers);
    m_list->addTopLevelItem(all);
    QStringList groups;
    for (const ServerStatus &server : servers)
        if (!groups.contains(server.group))
            groups.append(server.group);
    groups.sort(Qt::CaseInsensitive); // those without a group come first
    for (const QString &group : groups) {
        if (!group.isEmpty()) {
            auto *head = new QTreeWidgetItem({ safeText(group) });
            head->setData(0, NumberRole, Group);
            head->setFlags(Qt::ItemIsEnabled);
            head->setForeground(0, tints(palette()).faint);
            QFont small = m_list->font();
            small.setPointSizeF(small.pointSizeF() * 0.9);
            head->setFont(0, small);
            m_list->addTopLevelItem(head);
        }
        for (const ServerStatus &server : servers) {
            if (server.group != group)
                continue;
            auto *item = new QTreeWidgetItem;
            item->setData(0, NumberRole, server.number);
            item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
            m_list->addTopLevelItem(item);
            updateServer(item, server);
        }
    }
    all->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    updateCounts();
    choose(before);
    m_rebuilding = false;
    if (chosen() != before)
        Q_EMIT serverChosen(chosen());
}

void ServersPanel::changeEvent(QEvent *event)
{
    QDockWidget::changeEvent(event);
    // Shades and marks are of the palette that was when they were made.
    if (event->type() == QEvent::PaletteChange)
        rebuild();
}

void ServersPanel::updateServer(QTreeWidgetItem *item, const ServerStatus &server)
{
    const QString name = safeText(server.name, 80);
    item->setText(0, name);
    item->setData(0, ColourRole, server.colour);
    item->setIcon(0, linkStateIcon(server.state, palette(), devicePixelRatioF()));
    item->setData(0, Qt::AccessibleTextRole, tr("%1, %2").arg(name, linkStateText(server.state)));
    QStringList lines { name, safeText(server.address), linkStateText(server.state) };
    if (!server.admin.isEmpty())
        lines.append(tr("as %1 (%2)").arg(safeText(server.admin), safeText(server.role)));
    if (!server.pin.isEmpty())
        lines.append(tr("key %1").arg(groupedPin(safeText(server.pin))));
    if (!server.error.isEmpty())
        lines.append(safeText(server.error));
    if (const QString losses = m_losses->text(server.number); !losses.isEmpty())
        lines.append(losses);
    item->setToolTip(0, plainToolTip(lines.join(u'\n')));
}

void ServersPanel::updateStates()
{
    for (const ServerStatus &server : m_backend.servers())
        if (QTreeWidgetItem *item = itemOf(server.number))
            updateServer(item, server);
    updateCounts();
}

void ServersPanel::updateCounts()
{
    const QLocale locale;
    const auto set = [this](std::optional<quint16> server, const QString &text) {
        QTreeWidgetItem *item = itemOf(server);
        if (item && item->text(1) != text)
            item->setText(1, text);
    };
    for (const ServerStatus &server : m_backend.servers()) {
        const QString count = locale.toString(m_backend.rowCount(TableId::Connections, server.number));
        const bool old = server.state == LinkState::Stale || server.state == LinkState::Refused;
        set(server.number, old ? tr("%1 stale").arg(count) : count);
    }
    set(std::nullopt, locale.toString(m_backend.rowCount(TableId::Connections, std::nullopt)));
}

void ServersPanel::openMenu(const QPoint &place)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QTreeWidgetItem *item = m_list->itemAt(place);
    const int number = item ? item->data(0, NumberRole).toInt() : AllServers;
    if (number >= 0) {
        const auto server = quint16(number);
        connect(menu->addAction(icon(Symbol::Refresh), tr("&Connect now")), &QAction::triggered, this,
            [this, server] { m_backend.reconnect(server); });
        connect(
            menu->addAction(tr("&Edit…")), &QAction::triggered, this, [this, server] { Q_EMIT editRequested(server); });
        connect(menu->addAction(icon(Symbol::Remove), tr("&Remove…")), &QAction::triggered, this,
            [this, server] { Q_EMIT removeRequested(server); });
        menu->addSeparator();
    }
    connect(
        menu->addAction(icon(Symbol::Add), tr("&Add server…")), &QAction::triggered, this, &ServersPanel::addRequested);
    menu->popup(m_list->viewport()->mapToGlobal(place));
}

} // namespace mailhelm
