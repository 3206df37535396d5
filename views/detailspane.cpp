// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/detailspane.h"

#include "core/base/safetext.h"
#include "core/table/filter.h"
#include "core/table/livetable.h"
#include "models/columnformat.h"
#include "views/focusedge.h"
#include "views/icons.h"
#include "views/pagetexts.h"
#include "views/rowcopy.h"
#include "views/viewtext.h"

#include <QFontDatabase>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr qsizetype MostRelated = 50; ///< rows of a table
constexpr qsizetype MostLogChars = 400'000;
enum ItemRole { TableRole = Qt::UserRole, ServerRole, IdRole, FilterRole };

/// Where a user has rows.
constexpr std::array RelatedTables { TableId::Connections, TableId::Webmail, TableId::Logins, TableId::Users };

RowKey keyOf(const QTreeWidgetItem &item)
{
    return { quint16(item.data(0, ServerRole).toUInt()), item.data(0, IdRole).toULongLong() };
}

} // namespace

DetailsPane::DetailsPane(Backend &backend, QWidget *parent)
    : QDockWidget(tr("Details"), parent)
    , m_backend(backend)
    , m_heading(plainLabel(QString(), this))
    , m_parts(new QSplitter(Qt::Horizontal, this))
    , m_fields(new QTreeWidget(this))
    , m_related(new QTreeWidget(this))
    , m_log(new QPlainTextEdit(this))
    , m_logState(plainLabel(QString(), this))
{
    setObjectName(u"details"_s);
    setAllowedAreas(Qt::BottomDockWidgetArea | Qt::RightDockWidgetArea);
    m_heading->setObjectName(u"detailsHeading"_s);
    QFont bold = m_heading->font();
    bold.setBold(true);
    m_heading->setFont(bold);
    m_heading->setMinimumWidth(80);
    m_heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_fields->setObjectName(u"detailsFields"_s);
    m_fields->setAccessibleName(tr("Fields"));
    m_fields->setColumnCount(2);
    m_fields->setHeaderLabels({ tr("Field"), tr("Value") });
    m_related->setObjectName(u"detailsRelated"_s);
    m_related->setAccessibleName(tr("What else there is of this user"));
    m_related->setHeaderLabels({ tr("Of the same user") });
    for (QTreeWidget *tree : { m_fields, m_related }) {
        tree->setUniformRowHeights(true);
        tree->setAlternatingRowColors(true);
        tree->setContextMenuPolicy(Qt::CustomContextMenu);
        tree->setFrameShape(QFrame::NoFrame);
        tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
        tree->installEventFilter(this);
        new FocusEdge(tree);
    }
    m_fields->setRootIsDecorated(false);
    m_log->setObjectName(u"detailsLog"_s);
    m_log->setAccessibleName(tr("Log lines of this session"));
    m_log->setReadOnly(true);
    m_log->setTabChangesFocus(true);
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_log->setFrameShape(QFrame::NoFrame);
    m_log->setUndoRedoEnabled(false);
    new FocusEdge(m_log);
    m_logState->setObjectName(u"detailsLogState"_s);
    m_logState->setWordWrap(true);
    m_logState->setContentsMargins(6, 2, 6, 2);

    auto *log = new QWidget(m_parts);
    auto *logLayout = new QVBoxLayout(log);
    logLayout->setContentsMargins(0, 0, 0, 0);
    logLayout->setSpacing(0);
    logLayout->addWidget(m_logState);
    logLayout->addWidget(m_log, 1);
    m_parts->addWidget(m_fields);
    m_parts->addWidget(m_related);
    m_parts->addWidget(log);
    m_parts->setStretchFactor(0, 3);
    m_parts->setStretchFactor(1, 3);
    m_parts->setStretchFactor(2, 4);
    m_parts->setChildrenCollapsible(false);
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_heading->setContentsMargins(7, 4, 7, 0);
    layout->addWidget(m_heading);
    layout->addWidget(m_parts, 1);
    setWidget(content);

    // At the side the parts stand below each other.
    connect(this, &QDockWidget::dockLocationChanged, this, [this](Qt::DockWidgetArea area) {
        const bool beside = area == Qt::RightDockWidgetArea || area == Qt::LeftDockWidgetArea;
        m_parts->setOrientation(beside ? Qt::Vertical : Qt::Horizontal);
    });
    connect(m_fields, &QWidget::customContextMenuRequested, this, &DetailsPane::openFieldsMenu);
    connect(m_related, &QWidget::customContextMenuRequested, this, &DetailsPane::openRelatedMenu);
    connect(m_related, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem *item) {
        if (const QString filter = item->data(0, FilterRole).toString(); !filter.isEmpty())
            Q_EMIT showRequested(TableId(item->data(0, TableRole).toInt()), filter);
    });
    m_soon.setSingleShot(true);
    m_soon.setInterval(300ms);
    connect(&m_soon, &QTimer::timeout, this, &DetailsPane::update);
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &DetailsPane::update);
    m_second.start();
    m_journal.setInterval(2s);
    connect(&m_journal, &QTimer::timeout, this, &DetailsPane::askJournal);
    m_journal.start();
    connect(this, &QDockWidget::visibilityChanged, this, &DetailsPane::updateSoon);
}

DetailsPane::~DetailsPane() = default;

void DetailsPane::showRow(TableId table, RowKey row)
{
    if (m_table == table && m_row == row)
        return;
    m_table = table;
    m_row = row;
    m_asked = false;
    m_log->clear();
    m_logState->setVisible(true);
    m_logState->clear();
    updateSoon();
}

void DetailsPane::showEvent(QShowEvent *event)
{
    QDockWidget::showEvent(event);
    updateSoon();
}

void DetailsPane::updateSoon()
{
    if (!isVisible() || m_soon.isActive())
        return;
    // Whoever walks through the rows by keys wants each at once.
    m_soon.start(50ms);
}

void DetailsPane::update()
{
    if (!isVisible())
        return;
    if (m_row.id == 0 || m_table == TableId::None) {
        m_heading->setText(tr("Choose a row to see all of it"));
        m_fields->clear();
        m_related->clear();
        m_log->clear();
        m_logState->hide();
        return;
    }
    const Table &table = m_backend.table(m_table).table();
    const Table::Slot slot = table.slotOf(m_row);
    updateHeading(table, slot);
    if (slot == Table::NoSlot)
        return; // the last that was known stays to be read
    updateFields(table, slot);
    updateRelated(table, slot);
    if (!m_asked)
        askJournal();
}

void DetailsPane::updateHeading(const Table &table, Table::Slot slot)
{
    if (slot == Table::NoSlot) {
        const QString gone = tr("It is over: this is what was last known");
        if (!m_heading->text().startsWith(gone))
            m_heading->setText(tr("%1 · %2").arg(gone, m_heading->text()));
        return;
    }
    const int user = table.schema().indexOf("user");
    QStringList parts;
    if (user >= 0)
        parts.append(ColumnFormat(table.schema()).display(user, table.column(user).value(slot), Value(), 0));
    parts.append(summary(m_table, table, slot));
    m_heading->setText(parts.join(u" · "_s));
}

void DetailsPane::updateFields(const Table &table, Table::Slot slot)
{
    const ColumnFormat format(table.schema());
    const qint64 now = m_backend.table(m_table).filterTime().nowOf(m_row.server);
    const int count = table.schema().columnCount();
    while (m_fields->topLevelItemCount() > count)
        delete m_fields->takeTopLevelItem(count);
    while (m_fields->topLevelItemCount() < count)
        m_fields->addTopLevelItem(new QTreeWidgetItem);
    const bool sized = m_fields->property("sized").toInt() == int(m_table);
    for (int column = 0; column < count; ++column) {
        const Value value = table.column(column).value(slot);
        const int other = format.companionOf(column);
        const Value companion = other < 0 ? Value() : table.column(other).value(slot);
        QString text = format.display(column, value, companion, now);
        if (std::holds_alternative<std::monostate>(value))
            text = tr("not known");
        else if (table.schema().column(column).type == ColumnType::Time)
            text = tr("%1 · %2").arg(text,
                ColumnFormat::dateTime(std::get<qint64>(value),
                    m_zones.contains(m_row.server) ? ColumnFormat::Zone(m_zones.value(m_row.server))
                                                   : ColumnFormat::Zone()));
        else if (const auto *bytes = std::get_if<QByteArray>(&value); bytes && !bytes->isEmpty())
            text = safeText(QByteArrayView(*bytes), 4000);
        QTreeWidgetItem *item = m_fields->topLevelItem(column);
        if (item->text(0) != format.title(column))
            item->setText(0, format.title(column));
        if (item->text(1) != text)
            item->setText(1, text);
    }
    if (!sized) {
        m_fields->resizeColumnToContents(0);
        m_fields->setProperty("sized", int(m_table));
    }
}

QString DetailsPane::summary(TableId id, const Table &table, Table::Slot slot) const
{
    const ColumnFormat format(table.schema());
    const qint64 now = m_backend.table(id).filterTime().nowOf(table.keyAt(slot).server);
    QStringList parts;
    for (int column = 0; column < table.schema().columnCount(); ++column) {
        const ColumnSpec &spec = table.schema().column(column);
        if (!spec.traits.testFlag(ColumnTrait::Shown) || spec.key == "user" || spec.type == ColumnType::Flag
            || !table.column(column).isKnown(slot))
            continue;
        const int other = format.companionOf(column);
        const QString text = format.display(
            column, table.column(column).value(slot), other < 0 ? Value() : table.column(other).value(slot), now);
        if (text.isEmpty() || text == "–"_L1)
            continue;
        const bool figure = spec.type == ColumnType::Number || (spec.type == ColumnType::Time && !parts.isEmpty());
        parts.append(figure ? tr("%1: %2").arg(format.title(column), text) : text);
    }
    return parts.join(u" · "_s);
}

QList<Table::Slot> DetailsPane::rowsOfUser(const Table &table, quint16 server, const QByteArray &user) const
{
    QList<Table::Slot> rows;
    const int column = table.schema().indexOf("user");
    if (column < 0)
        return rows;
    const Column &users = table.column(column);
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
        if (table.isLive(slot) && table.keyAt(slot).server == server && users.isKnown(slot)
            && users.text(slot) == QByteArrayView(user))
            rows.append(slot);
    return rows;
}

void DetailsPane::updateRelated(const Table &table, Table::Slot slot)
{
    const int column = table.schema().indexOf("user");
    const Value value = column < 0 ? Value() : table.column(column).value(slot);
    const auto *user = std::get_if<QByteArray>(&value);
    struct Line {
        QString text;
        RowKey row;
        TableId table = TableId::None;
    };
    struct Group {
        TableId table = TableId::None;
        QString title;
        QList<Line> lines;
    };
    QList<Group> groups;
    if (user && !user->isEmpty()) {
        for (const TableId id : RelatedTables) {
            const Table &other = m_backend.table(id).table();
            const QList<Table::Slot> rows = rowsOfUser(other, m_row.server, *user);
            Group group { id, tr("%1: %2").arg(PageTexts::title(id), QLocale().toString(rows.size())), {} };
            for (const Table::Slot each : rows) {
                if (id == m_table && other.keyAt(each) == m_row)
                    continue;
                if (group.lines.size() == MostRelated) {
                    group.lines.append(
                        { tr("… and %1 more").arg(QLocale().toString(rows.size() - MostRelated)), {}, id });
                    break;
                }
                group.lines.append({ summary(id, other, each), other.keyAt(each), id });
            }
            if (!rows.isEmpty())
                groups.append(group);
        }
    }
    const QString filter = user ? Filter::quoted("user", value, ColumnType::Text) : QString();
    while (m_related->topLevelItemCount() > groups.size())
        delete m_related->takeTopLevelItem(int(groups.size()));
    const auto fill = [&](QTreeWidgetItem *item, const QString &text, TableId id, RowKey row) {
        if (item->text(0) != text)
            item->setText(0, text);
        item->setData(0, TableRole, int(id));
        item->setData(0, FilterRole, filter);
        item->setData(0, ServerRole, row.server);
        item->setData(0, IdRole, qulonglong(row.id));
    };
    for (qsizetype i = 0; i < groups.size(); ++i) {
        QTreeWidgetItem *parent = m_related->topLevelItem(int(i));
        if (!parent) {
            parent = new QTreeWidgetItem(m_related);
            parent->setExpanded(true);
        }
        fill(parent, groups[i].title, groups[i].table, {});
        while (parent->childCount() > groups[i].lines.size())
            delete parent->takeChild(int(groups[i].lines.size()));
        while (parent->childCount() < groups[i].lines.size())
            parent->addChild(new QTreeWidgetItem);
        for (qsizetype j = 0; j < groups[i].lines.size(); ++j)
            fill(parent->child(int(j)), groups[i].lines[j].text, groups[i].table, groups[i].lines[j].row);
    }
}

void DetailsPane::askJournal()
{
    if (!isVisible() || m_row.id == 0)
        return;
    const bool has = m_table == TableId::Connections || m_table == TableId::Webmail;
    if (!has) {
        m_logState->setText(tr("Connections and sessions have log lines: choose one of them on its page."));
        m_logState->show();
        m_asked = true;
        return;
    }
    if (m_asked && m_backend.table(m_table).table().slotOf(m_row) == Table::NoSlot)
        return; // over: no further lines
    m_asked = true;
    const RowKey row = m_row;
    m_backend.journal(row, this, [this, row](const Result<QList<QByteArray>> &lines) {
        if (row != m_row)
            return;
        if (!lines) {
            m_logState->setText(tr("The log lines cannot be had: %1").arg(safeText(lines.error().detail)));
            m_logState->show();
            return;
        }
        QStringList shown;
        qsizetype chars = 0;
        for (qsizetype i = lines.value().size() - 1; i >= 0 && chars < MostLogChars; --i) {
            shown.prepend(safeText(QByteArrayView(lines.value()[i]), 2000));
            chars += shown.first().size();
        }
        m_logState->setText(shown.isEmpty() ? tr("No line of the log belongs to this session yet.") : QString());
        m_logState->setVisible(shown.isEmpty());
        const QString text = shown.join(u'\n');
        if (m_log->toPlainText() == text)
            return;
        const QString before = m_log->toPlainText();
        QScrollBar *bar = m_log->verticalScrollBar();
        const bool atEnd = bar->value() == bar->maximum();
        if (!before.isEmpty() && text.startsWith(before)) {
            // What somebody has selected stays selected.
            m_log->appendPlainText(text.mid(before.size() + 1));
        } else {
            m_log->setPlainText(text);
        }
        if (atEnd)
            bar->setValue(bar->maximum());
    });
}

void DetailsPane::copyFields()
{
    QStringList lines;
    for (int i = 0; i < m_fields->topLevelItemCount(); ++i)
        if (const QTreeWidgetItem *item = m_fields->topLevelItem(i);
            item->isSelected() || m_fields->selectedItems().isEmpty())
            lines.append(
                m_fields->selectedItems().size() == 1 ? item->text(1) : u"%1\t%2"_s.arg(item->text(0), item->text(1)));
    copyToClipboard(lines.join(u'\n'));
}

void DetailsPane::openFieldsMenu(const QPoint &place)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(u"fieldsMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(icon(Symbol::Copy), tr("&Copy"), this, &DetailsPane::copyFields);
    menu->addAction(tr("Select &all"), m_fields, &QTreeWidget::selectAll);
    menu->popup(m_fields->viewport()->mapToGlobal(place));
}

void DetailsPane::openRelatedMenu(const QPoint &place)
{
    const QTreeWidgetItem *item = m_related->currentItem();
    if (!item)
        return;
    auto *menu = new QMenu(this);
    menu->setObjectName(u"relatedMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto table = TableId(item->data(0, TableRole).toInt());
    const QString filter = item->data(0, FilterRole).toString();
    menu->addAction(tr("&Show on Its Page"), this, [this, table, filter] { Q_EMIT showRequested(table, filter); });
    const QString text = item->text(0);
    menu->addAction(icon(Symbol::Copy), tr("&Copy"), this, [text] { copyToClipboard(text); });
    QList<RowKey> connections;
    for (const QTreeWidgetItem *each : m_related->selectedItems())
        if (TableId(each->data(0, TableRole).toInt()) == TableId::Connections && keyOf(*each).id != 0)
            connections.append(keyOf(*each));
    QAction *drop = menu->addAction(
        icon(Symbol::Drop), tr("&Drop Connection…"), this, [this, connections] { Q_EMIT dropRequested(connections); });
    drop->setEnabled(!connections.isEmpty());
    menu->popup(m_related->viewport()->mapToGlobal(place));
}

bool DetailsPane::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Copy)) {
            if (watched == m_fields)
                copyFields();
            else if (const QTreeWidgetItem *item = m_related->currentItem())
                copyToClipboard(item->text(0));
            return true;
        }
    }
    return QDockWidget::eventFilter(watched, event);
}

} // namespace mailhelm
