// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/relatedrows.h"

#include "core/table/filter.h"
#include "views/focusedge.h"
#include "views/icons.h"
#include "views/livedrop.h"
#include "views/pagetexts.h"
#include "views/rowcells.h"
#include "views/rowcopy.h"
#include "views/viewtext.h"

#include <QAction>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

enum ListColumn { WhatColumn, FromColumn, SinceColumn, ActiveColumn, InfoColumn, ColumnCount };
enum ItemRole { TableRole = Qt::UserRole, ServerRole, IdRole };

/// Where a user has rows, and which of their columns stand in the list; -1: none.
struct Shown {
    TableId table;
    int what;
    int from;
    int since;
    int active;
    int info;
    [[nodiscard]] int newestBy() const { return since >= 0 ? since : active; }
};
constexpr std::array AllShown {
    Shown { TableId::Connections, connections::Service, connections::ClientAddress, connections::Since,
        connections::LastActive, connections::Info },
    Shown { TableId::Webmail, webmail::Component, webmail::ClientAddress, webmail::Started, webmail::LastActive, -1 },
    Shown { TableId::Logins, logins::Service, logins::ClientAddress, -1, logins::Time, -1 },
};

const Shown *shownOf(TableId table)
{
    const auto *found
        = std::find_if(AllShown.begin(), AllShown.end(), [table](const Shown &each) { return each.table == table; });
    return found == AllShown.end() ? nullptr : found;
}

bool isLiveTable(TableId table)
{
    return table == TableId::Connections || table == TableId::Webmail;
}

RelatedRows::Place placeOf(const QTreeWidgetItem *item)
{
    if (!item)
        return {};
    return { TableId(item->data(0, TableRole).toInt()),
        { quint16(item->data(0, ServerRole).toUInt()), RowId(item->data(0, IdRole).toULongLong()) } };
}

void setPlace(QTreeWidgetItem *item, const RelatedRows::Place &place)
{
    item->setData(0, TableRole, int(place.table));
    item->setData(0, ServerRole, place.row.server);
    item->setData(0, IdRole, qulonglong(place.row.id));
}

} // namespace

RelatedRows::RelatedRows(Backend &backend, QWidget *parent)
    : QTreeWidget(parent)
    , m_backend(backend)
    , m_drop(new QAction(icon(Symbol::Drop), tr("&Drop Connection…"), this))
{
    setObjectName(u"detailsRelated"_s);
    setAccessibleName(tr("What else there is of this user"));
    setColumnCount(ColumnCount);
    setHeaderLabels({ tr("Of the same user"), tr("From"), tr("Since"), tr("Last activity"), tr("Info") });
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    setFrameShape(QFrame::NoFrame);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setExpandsOnDoubleClick(false);
    setTextElideMode(Qt::ElideMiddle);
    new FocusEdge(this);
    m_drop->setObjectName(u"dropPartAction"_s);
    m_drop->setShortcut(QKeySequence(QKeySequence::Delete));
    m_drop->setShortcutContext(Qt::WidgetShortcut);
    addAction(m_drop);
    connect(m_drop, &QAction::triggered, this, [this] { Q_EMIT dropRequested(selected()); });
    connect(this, &QWidget::customContextMenuRequested, this, &RelatedRows::openMenu);
    connect(this, &QTreeWidget::itemActivated, this, &RelatedRows::follow);
    connect(this, &QTreeWidget::itemSelectionChanged, this, &RelatedRows::updateActions);
    connect(&backend, &Backend::serverChanged, this, &RelatedRows::updateActions);
    fitColumns();
    updateActions();
}

QList<RowKey> RelatedRows::rowsOfUser(TableId id, quint16 server, QByteArrayView user) const
{
    const Table &table = m_backend.table(id).table();
    const Column &users = table.column(table.schema().indexOf("user"));
    const StringPool &pool = users.pool();
    StringPool::Code code = 0;
    while (code < pool.codeEnd() && !(pool.isLive(code) && pool.text(code) == user))
        ++code;
    QList<RowKey> rows;
    if (code == pool.codeEnd())
        return rows;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        if (table.isLive(slot) && users.isKnown(slot) && users.code(slot) == code && table.keyAt(slot).server == server)
            rows.append(table.keyAt(slot));
    return rows;
}

RelatedRows::Group RelatedRows::groupOf(TableId id, QList<RowKey> rows, const Place &place) const
{
    const Shown *shown = shownOf(id);
    const Table &table = m_backend.table(id).table();
    const auto time = [&](RowKey row) {
        const Table::Slot slot = table.slotOf(row);
        const Column &times = table.column(shown->newestBy());
        return slot != Table::NoSlot && times.isKnown(slot) ? times.number(slot) : 0;
    };
    const auto isIt = [&](RowKey row) { return id == place.table && row == place.row; };
    std::sort(rows.begin(), rows.end(), [&](RowKey a, RowKey b) {
        return std::tuple(!isIt(a), -time(a), a.id) < std::tuple(!isIt(b), -time(b), b.id);
    });
    const qsizetype more = std::max<qsizetype>(0, rows.size() - MostShown);
    return { id, rows.first(rows.size() - more), more };
}

QList<RelatedRows::Group> RelatedRows::groupsOf(const Place &place) const
{
    const Table &table = m_backend.table(place.table).table();
    const int column = table.schema().indexOf("user");
    const Table::Slot slot = table.slotOf(place.row);
    if (column < 0 || slot == Table::NoSlot)
        return {};
    const Value value = table.column(column).value(slot);
    const auto *user = std::get_if<QByteArray>(&value);
    const bool named = user && !user->isEmpty();
    const bool folded = place.table == TableId::OnlineUsers;
    const OnlineUsers::Parts parts = folded ? m_backend.online().partsOf(place.row) : OnlineUsers::Parts();
    QList<Group> groups;
    for (const Shown &each : AllShown) {
        QList<RowKey> rows;
        if (folded && isLiveTable(each.table))
            rows = each.table == TableId::Connections ? parts.connections : parts.sessions;
        else if (named)
            rows = rowsOfUser(each.table, place.row.server, *user);
        if (!rows.isEmpty())
            groups.append(groupOf(each.table, rows, place));
    }
    if (named && place.table != TableId::Users)
        for (const RowKey account : rowsOfUser(TableId::Users, place.row.server, *user))
            groups.append({ TableId::Users, { account }, 0 });
    return groups;
}

void RelatedRows::show(const Place &place)
{
    const bool another = place != m_place;
    m_place = place;
    const QList<Group> groups = place.row.id == 0 ? QList<Group>() : groupsOf(place);
    m_filter.clear();
    if (!groups.isEmpty()) {
        const Table &table = m_backend.table(place.table).table();
        const Value user = table.column(table.schema().indexOf("user")).value(table.slotOf(place.row));
        const auto *name = std::get_if<QByteArray>(&user);
        headerItem()->setText(
            WhatColumn, name && !name->isEmpty() ? tr("Of the same user") : tr("Counted in this row"));
        m_filter = Filter::quoted("user", user, ColumnType::Text);
        for (const ServerStatus &server : m_backend.servers())
            if (server.number == place.row.server && m_backend.servers().size() > 1)
                m_filter
                    = u"%1 %2"_s.arg(Filter::quoted("server", Value(server.name.toUtf8()), ColumnType::Text), m_filter);
    }
    if (another)
        clear();
    if (another || groups != m_groups)
        build(groups);
    m_groups = groups;
    for (qsizetype i = 0; i < groups.size(); ++i)
        write(groups[i], topLevelItem(int(i)));
    if (another)
        fitColumns();
    updateActions();
}

void RelatedRows::fitColumns()
{
    const int most = fontMetrics().averageCharWidth() * 40;
    const int air = fontMetrics().averageCharWidth();
    for (int column = 0; column < InfoColumn; ++column) {
        resizeColumnToContents(column);
        setColumnWidth(column, std::max(std::min(columnWidth(column), most), header()->sectionSizeHint(column)) + air);
    }
}

void RelatedRows::changeEvent(QEvent *event)
{
    QTreeWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitColumns();
}

/// The items are made anew; what was selected, folded, and where one was, stays.
void RelatedRows::build(const QList<Group> &groups)
{
    const OnlineUsers::Parts before = selected();
    const Place at = placeOf(currentItem());
    QSet<int> folded;
    for (int i = 0; i < topLevelItemCount(); ++i)
        if (topLevelItem(i)->childCount() > 0 && !topLevelItem(i)->isExpanded())
            folded.insert(int(placeOf(topLevelItem(i)).table));
    const QSignalBlocker quiet(this);
    clear();
    QFont bold = font();
    bold.setBold(true);
    for (const Group &group : groups) {
        auto *parent = new QTreeWidgetItem(this);
        const bool account = group.table == TableId::Users;
        setPlace(parent, { group.table, account ? group.rows.first() : RowKey() });
        parent->setFirstColumnSpanned(true);
        parent->setFont(WhatColumn, bold);
        if (!account) {
            for (const RowKey row : group.rows)
                setPlace(new QTreeWidgetItem(parent), { group.table, row });
            if (group.more > 0) {
                auto *rest = new QTreeWidgetItem(parent);
                setPlace(rest, { group.table, {} });
                rest->setFirstColumnSpanned(true);
            }
        }
        parent->setExpanded(!folded.contains(int(group.table)));
        for (int i = 0; i < parent->childCount(); ++i) {
            const Place place = placeOf(parent->child(i));
            const QList<RowKey> &chosen = place.table == TableId::Connections ? before.connections : before.sessions;
            if (isLiveTable(place.table) && place.row.id != 0 && chosen.contains(place.row))
                parent->child(i)->setSelected(true);
            if (place.row.id != 0 && place == at)
                setCurrentItem(parent->child(i), 0, QItemSelectionModel::NoUpdate);
        }
    }
}

void RelatedRows::write(const Group &group, QTreeWidgetItem *item)
{
    const auto put = [](QTreeWidgetItem *where, int column, const QString &text, const QString &toolTip) {
        if (where->text(column) == text)
            return;
        where->setText(column, text);
        where->setToolTip(column, plainToolTip(toolTip));
    };
    if (group.table == TableId::Users) {
        const QString text = accountText(group.rows.first());
        put(item, WhatColumn, text, text);
        return;
    }
    const QString title
        = tr("%1: %2").arg(PageTexts::title(group.table), QLocale().toString(group.rows.size() + group.more));
    put(item, WhatColumn, title, title);
    const Shown &shown = *shownOf(group.table);
    RowCells cells(m_backend.table(group.table));
    for (qsizetype i = 0; i < group.rows.size(); ++i) {
        const RowKey row = group.rows[i];
        QTreeWidgetItem *line = item->child(int(i));
        if (!cells.seek(row))
            continue;
        const QString what = cells.text(shown.what);
        const bool isIt = group.table == m_place.table && row == m_place.row;
        put(line, WhatColumn, isIt ? tr("%1 (this one)").arg(what) : what, cells.toolTip(shown.what));
        for (const auto &[place, column] : { std::pair(FromColumn, shown.from), std::pair(SinceColumn, shown.since),
                 std::pair(ActiveColumn, shown.active), std::pair(InfoColumn, shown.info) })
            if (column >= 0)
                put(line, place, cells.text(column), cells.toolTip(column));
    }
    if (group.more > 0) {
        const QString more = tr("and %Ln more…", nullptr, int(group.more));
        put(item->child(item->childCount() - 1), WhatColumn, more, tr("Shows all of them on their page"));
    }
}

/// "Account: active · created 2024-05-01 · last login 3 d ago, IMAP".
QString RelatedRows::accountText(RowKey row) const
{
    RowCells cells(m_backend.table(TableId::Users));
    if (!cells.seek(row))
        return tr("Account");
    QStringList parts { tr("Account: %1").arg(cells.text(users::Enabled)),
        tr("created %1").arg(cells.text(users::Created)) };
    const Value service = cells.value(users::LastLoginService);
    const auto *name = std::get_if<QByteArray>(&service);
    const QString login = cells.text(users::LastLogin);
    parts.append(std::holds_alternative<std::monostate>(cells.value(users::LastLogin)) ? tr("no login was seen")
            : name && !name->isEmpty() ? tr("last login %1 by %2").arg(login, cells.text(users::LastLoginService))
                                       : tr("last login %1").arg(login));
    return parts.join(u" · "_s);
}

OnlineUsers::Parts RelatedRows::selected() const
{
    OnlineUsers::Parts parts;
    for (const QTreeWidgetItem *item : selectedItems()) {
        const Place place = placeOf(item);
        if (place.row.id != 0 && isLiveTable(place.table))
            (place.table == TableId::Connections ? parts.connections : parts.sessions).append(place.row);
    }
    return parts;
}

RelatedRows::Place RelatedRows::current() const
{
    const Place place = placeOf(currentItem());
    return place.row.id != 0 && isLiveTable(place.table) ? place : Place();
}

RelatedRows::Place RelatedRows::newest() const
{
    for (const Group &group : m_groups)
        if (isLiveTable(group.table) && !group.rows.isEmpty())
            return { group.table, group.rows.first() };
    return {};
}

QString RelatedRows::nameOf(const Place &place) const
{
    const Shown *shown = shownOf(place.table);
    if (!shown)
        return {};
    RowCells cells(m_backend.table(place.table));
    return cells.seek(place.row) ? tr("%1 from %2").arg(cells.text(shown->what), cells.text(shown->from)) : QString();
}

void RelatedRows::updateActions()
{
    const OnlineUsers::Parts parts = selected();
    const int dropped = int(parts.connections.size());
    const int ended = int(parts.sessions.size());
    m_drop->setText(dropped > 0 && ended > 0 ? tr("&Drop %Ln Connection(s) and Session(s)…", nullptr, dropped + ended)
            : ended > 1                      ? tr("&End %Ln Session(s)…", nullptr, ended)
            : ended == 1                     ? tr("&End Session…")
            : dropped > 1                    ? tr("&Drop %Ln Connection(s)…", nullptr, dropped)
                                             : tr("&Drop Connection…"));
    const QString why = LiveDrop::whyNot(m_backend, parts);
    m_drop->setEnabled(dropped + ended > 0 && why.isEmpty());
    m_drop->setToolTip(why.isEmpty() ? tr("Drop what is selected (Del)") : plainToolTip(why));
}

void RelatedRows::follow(const QTreeWidgetItem *item)
{
    if (const Place place = placeOf(item); place.table != TableId::None && !m_filter.isEmpty())
        Q_EMIT showRequested(place.table, m_filter);
}

void RelatedRows::copySelected() const
{
    QStringList lines;
    for (const QTreeWidgetItem *item : selectedItems()) {
        QStringList cells;
        for (int column = 0; column < ColumnCount; ++column)
            cells.append(spreadsheetSafe(item->text(column)));
        while (cells.size() > 1 && cells.last().isEmpty())
            cells.removeLast();
        lines.append(cells.join(u'\t'));
    }
    copyToClipboard(lines.join(u'\n'));
}

void RelatedRows::openMenu(const QPoint &point)
{
    if (!currentItem())
        return;
    auto *menu = new QMenu(this);
    menu->setObjectName(u"relatedMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const Place place = placeOf(currentItem());
    menu->addAction(icon(Symbol::Jump), tr("&Show on Its Page"), this,
        [this, place, filter = m_filter] { Q_EMIT showRequested(place.table, filter); });
    menu->addAction(icon(Symbol::Copy), tr("&Copy"), this, &RelatedRows::copySelected);
    menu->addSeparator();
    menu->addAction(m_drop);
    menu->popup(viewport()->mapToGlobal(point));
}

void RelatedRows::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copySelected();
        return;
    }
    QTreeWidget::keyPressEvent(event);
}

} // namespace mailhelm
