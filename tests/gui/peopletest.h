// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/rowselection.h"
#include "tests/gui/guitest.h"
#include "views/messageline.h"
#include "views/tablepage.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTabWidget>

namespace mailhelm
{

/// The window at one of the pages about people.
struct PeopleTest : GuiTest {
    /// Shows that page; its rows are up to date.
    TablePage *at(const QString &key)
    {
        window->chooseTab(key);
        settle();
        return shown();
    }
    TablePage *shown() { return qobject_cast<TablePage *>(window->currentPage()); }
    void settle()
    {
        shown()->model().flush();
        QCoreApplication::processEvents();
    }
    /// Of a page's tab.
    QString tabText(const QString &key)
    {
        auto *tabs = window->findChild<QTabWidget *>(QStringLiteral("tabs"));
        for (int i = 0; i < tabs->count(); ++i)
            if (qobject_cast<Page *>(tabs->widget(i))->key() == key)
                return tabs->tabText(i);
        return {};
    }
    QString cell(int row, int column) { return shown()->model().data(shown()->model().index(row, column)).toString(); }
    QPoint place(int row, int column)
    {
        return shown()->view().visualRect(shown()->model().index(row, column)).center();
    }
    void clickRow(int row, int column, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        shown()->view().scrollTo(shown()->model().index(row, column));
        QTest::mouseClick(shown()->view().viewport(), Qt::LeftButton, modifiers, place(row, column));
    }
    int rowOfUser(const QByteArray &user)
    {
        for (int row = 0; row < shown()->model().rowCount(); ++row)
            if (shown()->model().valueAt(row, shown()->model().schema().indexOf("user")) == Value(user))
                return row;
        return -1;
    }
    QAction *action(const char *name) { return shown()->findChild<QAction *>(QLatin1StringView(name)); }
    MessageLine *said() { return shown()->findChild<MessageLine *>(QStringLiteral("messageLine")); }
    QList<RowKey> chosen() { return shown()->selection().inOrder(); }
    /// The tooltip of a cell, as it is really shown.
    QString toolTip(int row, int column)
    {
        RowsView &table = shown()->view();
        table.scrollTo(shown()->model().index(row, column));
        const QPoint where = place(row, column);
        QHelpEvent help(QEvent::ToolTip, where, table.viewport()->mapToGlobal(where));
        QApplication::sendEvent(table.viewport(), &help);
        for (QWidget *widget : QApplication::topLevelWidgets())
            if (auto *label = qobject_cast<QLabel *>(widget); label && label->isVisible())
                return label->text();
        return {};
    }
    /// The page's own menu for the current row.
    QMenu *contextMenu()
    {
        Q_EMIT shown()->view().menuRequested(QPoint(10, 10));
        return opened<QMenu>("contextMenu");
    }
};

} // namespace mailhelm
