// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>
#include <QTableView>
#include <QTimer>

#include <functional>

#include "core/table/order.h"

namespace mailhelm
{

class CellDelegate;
class RowSelection;
class TableModel;

/// A table of live rows. Its selection is the page's RowSelection; Qt's selection model holds the current cell, and
/// what is selected for screen readers only. Keeps rows where they are on the screen through every change, unless it
/// shows the first ones, and tells when the rows must stand still under the mouse.
class RowsView : public QTableView, private QAccessible::ActivationObserver
{
    Q_OBJECT
public:
    /// All three outlive the view's use; `parent` owns the view.
    RowsView(TableModel &model, RowSelection &selection, QWidget *parent);
    ~RowsView() override;

    [[nodiscard]] CellDelegate &delegate() { return *m_delegate; }
    /// The text of a cell's tooltip, plain; the model's own where it is not set.
    void setToolTips(std::function<QString(const QModelIndex &)> toolTip) { m_toolTip = std::move(toolTip); }
    [[nodiscard]] int currentRow() const { return currentIndex().row(); }
    /// The rows on the screen; first > last where there are none.
    [[nodiscard]] std::pair<int, int> visibleRows() const;
    void keyboardSearch(const QString &search) override;

Q_SIGNALS:
    void held(bool hold); ///< a mouse button, Shift or Ctrl is down
    void visibleRowsChanged(); ///< at most every 100 ms
    void menuRequested(const QPoint &globalPosition);
    void activatedRow(int row); ///< Enter or double click

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool viewportEvent(QEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;

private:
    [[nodiscard]] int firstColumn() const; ///< on the screen, at the left
    void rememberCurrent();
    void restoreCurrent();
    void moveTo(const QModelIndex &index, Qt::KeyboardModifiers modifiers);
    void applyFont();
    void describeSelection();
    void accessibilityActiveChanged(bool active) override;
    enum Hold { Button = 1, Modifier = 2 };
    void setHeld(Hold by, bool hold);
    void repaintMarks();

    TableModel &m_tableModel;
    RowSelection &m_selection;
    CellDelegate *m_delegate;
    std::function<QString(const QModelIndex &)> m_toolTip;
    QTimer m_visible;
    QFlags<Hold> m_held;
    bool m_marked = false; ///< a row on the screen had a mark when it was last painted
    bool m_spoken = false; ///< a screen reader or the like is there
    bool m_remembered = false;
    bool m_keptInView = false; ///< the current row was on the screen before the change
    struct Anchor {
        QPersistentModelIndex index;
        int offset = 0; ///< rows below the scroll bar's value
    };
    QList<Anchor> m_anchors; ///< the first of them that is left keeps its place on the screen through the change
    int m_lastRow = -1; ///< of the current one, before it went
    OrderSpec m_order; ///< as of the last change
    bool m_reordering = false; ///< another order was chosen and is on its way
};

} // namespace mailhelm
