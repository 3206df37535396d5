// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/rowsview.h"

#include "models/rowselection.h"
#include "models/tablemodel.h"
#include "views/celldelegate.h"
#include "views/columnstate.h"
#include "views/viewtext.h"

#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr qsizetype MostReported = 500; ///< selected rows, to screen readers one by one

/// Titles stand as their cells do.
class ColumnHeader : public QHeaderView
{
public:
    ColumnHeader(const TableModel &model, QWidget *parent)
        : QHeaderView(Qt::Horizontal, parent)
        , m_model(model)
    {
    }

protected:
    void initStyleOptionForIndex(QStyleOptionHeader *option, int logicalIndex) const override
    {
        QHeaderView::initStyleOptionForIndex(option, logicalIndex);
        if (logicalIndex >= m_model.columnCount())
            return;
        option->textAlignment = m_model.format().alignment(logicalIndex);
        const int usual = usualColumnWidth(m_model, logicalIndex, fontMetrics());
        if (option->textAlignment.testFlag(Qt::AlignRight) && stretchLastSection() && sectionSize(logicalIndex) > usual
            && sectionPosition(logicalIndex) + sectionSize(logicalIndex) == length())
            option->text.append(QString(int((sectionSize(logicalIndex) - usual) / hairWidth()), HairSpace));
        // The style's own margin is narrower than that of the cells: hair spaces make up for it.
        if (!option->textAlignment.testFlag(Qt::AlignLeft))
            return;
        QStyleOptionHeader probe = *option;
        probe.rect = QRect(0, 0, 200, height());
        const int wanted = CellDelegate::Margin + (sectionPosition(logicalIndex) == 0 ? CellDelegate::Gutter : 0);
        const int missing = wanted - style()->subElementRect(QStyle::SE_HeaderLabel, &probe, this).left();
        option->text.prepend(QString(std::clamp(int(missing / hairWidth()), 0, 60), HairSpace));
    }

    bool viewportEvent(QEvent *event) override
    {
        if (event->type() != QEvent::ToolTip)
            return QHeaderView::viewportEvent(event);
        // A newer agent's column has a title that we do not know.
        auto *help = static_cast<QHelpEvent *>(event);
        const int column = logicalIndexAt(help->pos());
        const QString text
            = column < 0 ? QString() : m_model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
        QToolTip::showText(help->globalPos(), plainToolTip(text), viewport());
        return true;
    }

private:
    static constexpr QChar HairSpace { 0x200a };
    [[nodiscard]] qreal hairWidth() const
    {
        return std::max(0.5, QFontMetricsF(font()).horizontalAdvance(QString(20, HairSpace)) / 20);
    }

    const TableModel &m_model;
};

} // namespace

RowsView::RowsView(TableModel &model, RowSelection &selection, QWidget *parent)
    : QTableView(parent)
    , m_tableModel(model)
    , m_selection(selection)
    , m_delegate(new CellDelegate(model, selection, this))
{
    setObjectName(u"table"_s);
    setHorizontalHeader(new ColumnHeader(model, this));
    setModel(&model);
    setItemDelegate(m_delegate);
    setSelectionMode(QAbstractItemView::NoSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false); // Tab leaves the table
    setCornerButtonEnabled(false);
    setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setFrameShape(QFrame::NoFrame);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    QHeaderView *header = horizontalHeader();
    header->setSectionsMovable(true);
    header->setSectionsClickable(true);
    header->setHighlightSections(false);
    header->setSortIndicatorShown(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setStretchLastSection(true);
    header->setMinimumSectionSize(28);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    header->setAccessibleName(tr("Column titles"));
    applyFont();

    m_visible.setSingleShot(true);
    m_visible.setInterval(100ms);
    connect(&m_visible, &QTimer::timeout, this, [this] {
        const auto [first, last] = visibleRows();
        m_tableModel.setVisibleRows(first, last);
        Q_EMIT visibleRowsChanged();
    });
    m_spoken = QAccessible::isActive();
    QAccessible::installActivationObserver(this);
    const auto startVisible = [this] {
        if (!m_visible.isActive())
            m_visible.start();
    };
    connect(&selection, &RowSelection::changed, this, [this] {
        viewport()->update();
        describeSelection();
    });
    connect(&model, &QAbstractItemModel::layoutAboutToBeChanged, this, &RowsView::rememberCurrent);
    connect(&model, &QAbstractItemModel::rowsAboutToBeInserted, this, &RowsView::rememberCurrent);
    connect(&model, &QAbstractItemModel::rowsAboutToBeRemoved, this, &RowsView::rememberCurrent);
    connect(&model, &TableModel::countsChanged, this, &RowsView::restoreCurrent);
    connect(&model, &TableModel::countsChanged, this, startVisible);
    connect(&model, &TableModel::marksFaded, this, &RowsView::repaintMarks);
}

RowsView::~RowsView()
{
    QAccessible::removeActivationObserver(this);
}

std::pair<int, int> RowsView::visibleRows() const
{
    const int rows = m_tableModel.rowCount();
    if (rows == 0)
        return { 0, -1 };
    const int first = std::max(0, rowAt(0));
    const int last = rowAt(viewport()->height() - 1);
    return { first, last < 0 ? rows - 1 : last };
}

void RowsView::repaintMarks()
{
    const auto [first, last] = visibleRows();
    bool any = false;
    for (int row = first; row <= last && !any; ++row)
        any = m_tableModel.isGone(row) || m_tableModel.freshness(row) > 0;
    if (any || m_marked)
        viewport()->update();
    m_marked = any;
}

int RowsView::firstColumn() const
{
    const QHeaderView *header = horizontalHeader();
    for (int place = 0; place < header->count(); ++place)
        if (const int column = header->logicalIndex(place); !header->isSectionHidden(column))
            return column;
    return 0;
}

void RowsView::keyboardSearch(const QString &)
{
    // Qt's own would walk every row for each letter; the filter field is what searches here.
}

void RowsView::rememberCurrent()
{
    if (m_remembered)
        return;
    m_remembered = true;
    if (currentIndex().isValid())
        m_lastRow = currentRow();
    const auto [first, last] = visibleRows();
    const bool visible = currentRow() >= first && currentRow() <= last;
    const int top = verticalScrollBar()->value();
    m_anchors.clear();
    m_keptInView = visible;
    if (m_order != m_tableModel.order())
        m_reordering = true;
    m_order = m_tableModel.order();
    // Whoever looks at the top wants to see what comes there. Anywhere else the rows stay where they are on the screen,
    // unless the order is another: it scatters them.
    if (top == 0 || m_reordering)
        return;
    if (visible)
        m_anchors.append({ currentIndex(), currentRow() - top });
    for (int row = first; row <= last; ++row)
        m_anchors.append({ m_tableModel.index(row, 0), row - top });
}

void RowsView::restoreCurrent()
{
    if (!m_remembered)
        return;
    m_remembered = false;
    m_reordering = m_reordering && m_tableModel.isBusy();
    const QList<Anchor> anchors = std::exchange(m_anchors, {});
    const auto left
        = std::find_if(anchors.begin(), anchors.end(), [](const Anchor &each) { return each.index.isValid(); });
    if (left != anchors.end()) {
        executeDelayedItemsLayout();
        updateGeometries(); // the scroll bar's range is that of the rows before
        verticalScrollBar()->setValue(left->index.row() - left->offset);
        return;
    }
    if (m_keptInView && currentIndex().isValid()) {
        const int x = horizontalScrollBar()->value();
        scrollTo(currentIndex(), QAbstractItemView::EnsureVisible);
        horizontalScrollBar()->setValue(x);
    }
}

void RowsView::setHeld(Hold by, bool hold)
{
    const bool before = bool(m_held);
    m_held.setFlag(by, hold);
    if (before != bool(m_held))
        Q_EMIT held(!before);
}

void RowsView::moveTo(const QModelIndex &index, Qt::KeyboardModifiers modifiers)
{
    if (!index.isValid())
        return;
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
    scrollTo(index);
    if (modifiers.testFlag(Qt::ShiftModifier))
        m_selection.extendTo(index.row(), modifiers.testFlag(Qt::ControlModifier));
    else if (!modifiers.testFlag(Qt::ControlModifier))
        m_selection.selectOnly(index.row());
}

void RowsView::mousePressEvent(QMouseEvent *event)
{
    setHeld(Button, true);
    const QModelIndex index = indexAt(event->position().toPoint());
    if (!index.isValid()) {
        if (event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier)
            m_selection.clear();
        return;
    }
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
    if (event->button() == Qt::LeftButton) {
        if (event->modifiers().testFlag(Qt::ShiftModifier))
            m_selection.extendTo(index.row(), event->modifiers().testFlag(Qt::ControlModifier));
        else if (event->modifiers().testFlag(Qt::ControlModifier))
            m_selection.toggle(index.row());
        else
            m_selection.selectOnly(index.row());
    } else if (event->button() == Qt::RightButton && !m_selection.contains(m_tableModel.keyAt(index.row()))) {
        m_selection.selectOnly(index.row());
    }
}

void RowsView::mouseMoveEvent(QMouseEvent *event)
{
    if (!event->buttons().testFlag(Qt::LeftButton))
        return;
    const QModelIndex index = indexAt(event->position().toPoint());
    if (index.isValid() && index.row() != currentRow()) {
        selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
        scrollTo(index);
        m_selection.extendTo(index.row());
    }
}

void RowsView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->buttons() == Qt::NoButton)
        setHeld(Button, false);
}

void RowsView::mouseDoubleClickEvent(QMouseEvent *event)
{
    mousePressEvent(event);
    const QModelIndex index = indexAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && index.isValid())
        Q_EMIT activatedRow(index.row());
}

void RowsView::keyPressEvent(QKeyEvent *event)
{
    CursorAction action = MoveDown;
    switch (event->key()) {
    case Qt::Key_Shift:
    case Qt::Key_Control:
        // Whoever holds these is choosing: nothing may move under the next click.
        setHeld(Modifier, true);
        QTableView::keyPressEvent(event);
        return;
    case Qt::Key_Down:
        action = MoveDown;
        break;
    case Qt::Key_Up:
        action = MoveUp;
        break;
    case Qt::Key_Left:
        action = MoveLeft;
        break;
    case Qt::Key_Right:
        action = MoveRight;
        break;
    case Qt::Key_PageDown:
        action = MovePageDown;
        break;
    case Qt::Key_PageUp:
        action = MovePageUp;
        break;
    case Qt::Key_Home:
        action = MoveHome;
        break;
    case Qt::Key_End:
        action = MoveEnd;
        break;
    case Qt::Key_A:
        if (event->modifiers() == Qt::ControlModifier) {
            m_selection.selectAll();
            event->accept();
            return;
        }
        QTableView::keyPressEvent(event);
        return;
    case Qt::Key_Space:
        if (event->modifiers() == Qt::ControlModifier && currentIndex().isValid()) {
            m_selection.toggle(currentRow());
            event->accept();
        } else {
            event->ignore();
        }
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (currentIndex().isValid())
            Q_EMIT activatedRow(currentRow());
        event->accept();
        return;
    default:
        QTableView::keyPressEvent(event);
        return;
    }
    moveTo(moveCursor(action, event->modifiers()), event->modifiers());
    event->accept();
}

void RowsView::keyReleaseEvent(QKeyEvent *event)
{
    QTableView::keyReleaseEvent(event);
    if (event->key() == Qt::Key_Shift || event->key() == Qt::Key_Control)
        setHeld(Modifier, false);
}

QModelIndex RowsView::moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers)
{
    // The view asks for the next row to make one current when the focus comes. Nobody chose it: it would only drag the
    // view along, away from where new rows come.
    if (action == MoveNext || action == MovePrevious)
        return {};
    // Home and End mean the first and the last row, as in every list; Ctrl is for moving without selecting.
    const int rows = m_tableModel.rowCount();
    if (rows == 0)
        return {};
    if (action == MoveHome || action == MoveEnd || !currentIndex().isValid()) {
        // Where the current row went, the arrows go on from its place.
        const int next = m_lastRow < 0 ? visibleRows().first : action == MoveUp ? m_lastRow - 1 : m_lastRow;
        const int row = action == MoveEnd ? rows - 1 : action == MoveHome ? 0 : std::clamp(next, 0, rows - 1);
        return m_tableModel.index(row, currentIndex().isValid() ? currentIndex().column() : firstColumn());
    }
    if (isColumnHidden(currentIndex().column())) {
        // From a column that was hidden meanwhile Qt finds no way out.
        const QSignalBlocker quiet(selectionModel());
        selectionModel()->setCurrentIndex(currentIndex().siblingAtColumn(firstColumn()), QItemSelectionModel::NoUpdate);
    }
    return QTableView::moveCursor(action, modifiers & ~Qt::ControlModifier);
}

void RowsView::contextMenuEvent(QContextMenuEvent *event)
{
    QPoint place = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid()) {
        if (!m_selection.contains(m_tableModel.keyAt(currentRow())))
            m_selection.selectOnly(currentRow());
        place = viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft());
    }
    setHeld(Button, false); // the menu holds the rows from here on, and its release never comes to us
    Q_EMIT menuRequested(place);
    event->accept();
}

void RowsView::paintEvent(QPaintEvent *event)
{
    QTableView::paintEvent(event);
    // The focus shows at the current row; where that is out of sight, at the table.
    const auto [first, last] = visibleRows();
    if (!hasFocus() || (currentRow() >= first && currentRow() <= last))
        return;
    QPainter painter(viewport());
    painter.setPen(palette().color(QPalette::Highlight));
    painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
}

void RowsView::focusInEvent(QFocusEvent *event)
{
    QTableView::focusInEvent(event);
    viewport()->update();
}

void RowsView::focusOutEvent(QFocusEvent *event)
{
    QTableView::focusOutEvent(event);
    viewport()->update();
    setHeld(Button, false); // a release that went elsewhere must not hold the rows for ever
    setHeld(Modifier, false);
}

void RowsView::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange
        || event->type() == QEvent::StyleChange)
        applyFont();
}

void RowsView::applyFont()
{
    m_delegate->forgetTexts();
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(std::max(22, fontMetrics().height() + 6));
}

void RowsView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    if (!m_visible.isActive())
        m_visible.start();
}

void RowsView::scrollContentsBy(int dx, int dy)
{
    QTableView::scrollContentsBy(dx, dy);
    if (hasFocus())
        viewport()->update(); // the frame of the focus does not move along
    if (dy != 0 && !m_visible.isActive())
        m_visible.start();
}

bool RowsView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const QModelIndex index = indexAt(help->pos());
        const QString text = !index.isValid() ? QString()
            : m_toolTip                       ? m_toolTip(index)
                                              : m_tableModel.data(index, Qt::ToolTipRole).toString();
        QToolTip::showText(help->globalPos(), plainToolTip(text), viewport(), visualRect(index));
        return true;
    }
    return QTableView::viewportEvent(event);
}

void RowsView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    // The base class tells screen readers.
    QTableView::currentChanged(current, previous);
    if (current.row() != previous.row())
        viewport()->update();
}

void RowsView::accessibilityActiveChanged(bool active)
{
    m_spoken = active;
    if (active)
        describeSelection();
    else
        selectionModel()->clearSelection();
}

void RowsView::describeSelection()
{
    // Screen readers ask Qt's selection model. It is filled for them alone, and not with a hundred thousand rows: how
    // many they are is in the description.
    if (m_spoken) {
        QItemSelection rows;
        if (m_selection.count() <= MostReported)
            for (int row = 0; row < m_tableModel.rowCount() && rows.size() < m_selection.count(); ++row)
                if (m_selection.contains(m_tableModel.keyAt(row)))
                    rows.select(m_tableModel.index(row, 0), m_tableModel.index(row, m_tableModel.columnCount() - 1));
        selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
    }
    setAccessibleDescription(tr("%Ln row(s) selected", nullptr, int(m_selection.count())));
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

} // namespace mailhelm
