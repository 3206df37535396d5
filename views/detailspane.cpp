// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/detailspane.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "models/columnformat.h"
#include "views/focusedge.h"
#include "views/icons.h"
#include "views/relatedrows.h"
#include "views/rowcopy.h"
#include "views/usermeaning.h"
#include "views/viewtext.h"

#include <QFontDatabase>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
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

constexpr qsizetype MostLogChars = 400'000;

} // namespace

DetailsPane::DetailsPane(Backend &backend, QWidget *parent)
    : QDockWidget(tr("Details"), parent)
    , m_backend(backend)
    , m_heading(plainLabel(QString(), this))
    , m_meaning(plainLabel(QString(), this))
    , m_parts(new QSplitter(Qt::Horizontal, this))
    , m_fields(new QTreeWidget(this))
    , m_related(new RelatedRows(backend, this))
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
    m_fields->setUniformRowHeights(true);
    m_fields->setAlternatingRowColors(true);
    m_fields->setContextMenuPolicy(Qt::CustomContextMenu);
    m_fields->setFrameShape(QFrame::NoFrame);
    m_fields->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_fields->installEventFilter(this);
    new FocusEdge(m_fields);
    m_heading->setWordWrap(true);
    m_heading->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_meaning->setObjectName(u"detailsMeaning"_s);
    m_meaning->setWordWrap(true);
    m_meaning->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_meaning->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_meaning->setContentsMargins(7, 0, 7, 2);
    m_meaning->hide();
    m_fields->setRootIsDecorated(false);
    m_log->setObjectName(u"detailsLog"_s);
    m_log->setAccessibleName(tr("Log lines of this session"));
    m_log->setReadOnly(true);
    m_log->setLayoutDirection(Qt::LeftToRight); // as servers write
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
    m_parts->setStretchFactor(1, 5);
    m_parts->setStretchFactor(2, 4);
    m_parts->setChildrenCollapsible(false);
    auto *content = new QWidget(this);
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    m_heading->setContentsMargins(7, 4, 7, 0);
    layout->addWidget(m_heading);
    layout->addWidget(m_meaning);
    layout->addWidget(m_parts, 1);
    setWidget(content);

    connect(m_fields, &QWidget::customContextMenuRequested, this, &DetailsPane::openFieldsMenu);
    connect(m_related, &RelatedRows::showRequested, this, &DetailsPane::showRequested);
    connect(m_related, &RelatedRows::dropRequested, this, &DetailsPane::dropRequested);
    connect(m_related, &QTreeWidget::currentItemChanged, this, &DetailsPane::updateLog);
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
    m_over = false;
    updateSoon();
}

void DetailsPane::setSelected(qsizetype rows)
{
    m_selected = rows;
    updateSoon();
}

void DetailsPane::showEvent(QShowEvent *event)
{
    QDockWidget::showEvent(event);
    updateSoon();
}

void DetailsPane::closeEvent(QCloseEvent *event)
{
    QDockWidget::closeEvent(event);
    Q_EMIT closedByUser();
}

void DetailsPane::resizeEvent(QResizeEvent *event)
{
    QDockWidget::resizeEvent(event);
    // At the right of the window the parts stand below each other.
    m_parts->setOrientation(width() < height() ? Qt::Vertical : Qt::Horizontal);
}

void DetailsPane::updateSoon()
{
    if (!isVisible() || m_soon.isActive())
        return;
    // Whoever walks through the rows by keys wants each at once.
    m_soon.start(50ms);
}

void DetailsPane::showNothing()
{
    m_heading->setText(tr("Choose a row to see all of it"));
    m_meaning->hide();
    m_fields->clear();
    m_related->show({});
    updateLog();
}

void DetailsPane::update()
{
    if (!isVisible())
        return;
    if (m_row.id == 0 || m_table == TableId::None) {
        showNothing();
        return;
    }
    const Table &table = m_backend.table(m_table).table();
    const Table::Slot slot = table.slotOf(m_row);
    updateHeading(table, slot);
    if (slot == Table::NoSlot)
        return; // the last that was known stays to be read
    updateFields(table, slot);
    updateMeaning(table, slot);
    m_related->show({ m_table, m_row });
    m_related->setVisible(table.schema().indexOf("user") >= 0);
    updateLog();
}

void DetailsPane::updateHeading(const Table &table, Table::Slot slot)
{
    m_over = slot == Table::NoSlot;
    if (!m_over) {
        const int user = table.schema().indexOf("user");
        QStringList parts;
        if (user >= 0)
            parts.append(
                isolatedUser(ColumnFormat(table.schema()).display(user, table.column(user).value(slot), Value(), 0)));
        parts.append(summary(table, slot));
        m_about = parts.join(u" · "_s);
    }
    const QString about = m_over ? tr("%1 · %2").arg(tr("It is over: this is what was last known"), m_about) : m_about;
    m_heading->setText(m_selected > 1 ? tr("%Ln selected; shown is %1", nullptr, int(m_selected)).arg(about) : about);
}

void DetailsPane::updateMeaning(const Table &table, Table::Slot slot)
{
    const int user = table.schema().indexOf("user");
    QString text;
    if (user >= 0 && m_table != TableId::Users && m_table != TableId::Deleted)
        text = UserMeaning::of(m_backend, m_row.server, table.column(user).value(slot));
    m_meaning->setText(text);
    m_meaning->setVisible(!text.isEmpty());
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
            text = safeText(QByteArrayView(*bytes), 1000);
        QTreeWidgetItem *item = m_fields->topLevelItem(column);
        if (item->text(0) != format.title(column))
            item->setText(0, format.title(column));
        if (item->text(1) != text) {
            item->setText(1, text);
            item->setToolTip(1, plainToolTip(text)); // for what does not fit
        }
    }
    if (!sized) {
        m_fields->resizeColumnToContents(0);
        m_fields->setProperty("sized", int(m_table));
    }
}

QString DetailsPane::summary(const Table &table, Table::Slot slot) const
{
    const ColumnFormat format(table.schema());
    const qint64 now = m_backend.table(m_table).filterTime().nowOf(table.keyAt(slot).server);
    QStringList parts;
    for (int column = 0; column < table.schema().columnCount(); ++column) {
        const ColumnSpec &spec = table.schema().column(column);
        if (!spec.traits.testFlag(ColumnTrait::Shown) || spec.key == "user" || spec.type == ColumnType::Flag
            || !table.column(column).isKnown(slot))
            continue;
        const int other = format.companionOf(column);
        const QString text = format.display(
            column, table.column(column).value(slot), other < 0 ? Value() : table.column(other).value(slot), now);
        if (text.isEmpty() || text == u"–"_s || text == u"·"_s)
            continue; // nobody, and a zero that steps back, are no news
        const bool figure = spec.type == ColumnType::Number || (spec.type == ColumnType::Time && !parts.isEmpty());
        parts.append(figure ? tr("%1: %2").arg(format.title(column), text) : text);
    }
    return parts.join(u" · "_s);
}

RelatedRows::Place DetailsPane::logPlace() const
{
    if (m_row.id == 0)
        return {};
    if (const RelatedRows::Place chosen = m_related->current(); chosen.row.id != 0)
        return chosen;
    if (m_table == TableId::Connections || m_table == TableId::Webmail)
        return { m_table, m_row };
    return m_related->newest();
}

void DetailsPane::sayOfLog(const QString &text)
{
    m_logState->setText(text);
    m_logState->setVisible(!text.isEmpty());
}

void DetailsPane::updateLog()
{
    if (!isVisible())
        return;
    const RelatedRows::Place place = logPlace();
    const bool another = place != m_logOf;
    m_logOf = place;
    if (another) {
        m_log->clear();
        sayOfLog({});
        m_asked = false;
    }
    if (place.row.id != 0) {
        if (!m_asked)
            askJournal();
        return;
    }
    const bool people = m_row.id != 0 && m_related->isVisibleTo(this);
    sayOfLog(m_row.id == 0 ? QString()
            : people       ? tr("Connections and WebMail sessions have log lines; there is none of this user now.")
                           : tr("Connections and sessions have log lines: choose one of them on its page."));
}

void DetailsPane::askJournal()
{
    if (!isVisible() || m_logOf.row.id == 0)
        return;
    if (m_asked && m_backend.table(m_logOf.table).table().slotOf(m_logOf.row) == Table::NoSlot)
        return; // over: no further lines
    m_asked = true;
    m_backend.journal(m_logOf.row, this, [this, place = m_logOf](const Result<QList<QByteArray>> &lines) {
        if (place != m_logOf)
            return;
        if (lines)
            showJournal(lines.value());
        else
            sayOfLog(tr("The log lines cannot be had: %1").arg(safeText(lines.error().detail)));
    });
}

void DetailsPane::showJournal(const QList<QByteArray> &lines)
{
    QStringList shown;
    qsizetype chars = 0;
    for (qsizetype i = lines.size() - 1; i >= 0 && chars < MostLogChars; --i) {
        shown.prepend(safeText(QByteArrayView(lines[i]), 2000));
        chars += shown.first().size();
    }
    // Which session it is stands above its lines where it is not the row itself.
    const QString name = m_logOf == RelatedRows::Place { m_table, m_row } ? QString() : m_related->nameOf(m_logOf);
    const QString none = tr("No line of the log belongs to this session yet.");
    sayOfLog(name.isEmpty()   ? (shown.isEmpty() ? none : QString())
            : shown.isEmpty() ? tr("%1: %2").arg(name, none)
                              : tr("Log of %1").arg(name));
    const QString text = shown.join(u'\n');
    const QString before = m_log->toPlainText();
    if (before == text)
        return;
    QScrollBar *bar = m_log->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    // What somebody has selected stays selected.
    if (!before.isEmpty() && text.startsWith(before))
        m_log->appendPlainText(text.mid(before.size() + 1));
    else
        m_log->setPlainText(text);
    if (atEnd)
        bar->setValue(bar->maximum());
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

bool DetailsPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_fields && event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent *>(event)->matches(QKeySequence::Copy)) {
        copyFields();
        return true;
    }
    return QDockWidget::eventFilter(watched, event);
}

} // namespace mailhelm
