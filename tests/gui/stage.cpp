// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/stage.h"

#include "models/rowselection.h"
#include "models/tablemodel.h"
#include "tests/gui/samplehost.h"
#include "views/rowsview.h"
#include "views/tablepage.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QThreadPool>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

/// Longer than any of the window's own delays: a page counts and a pane reads up to 300 ms after a change.
constexpr int SettleMs = 340;

} // namespace

Stage::Stage(QSize size)
    : clock(SampleHost::Moment)
    , backend(clock)
    , m_size(size)
    , m_settings(std::make_unique<QSettings>(m_home.filePath(u"console.ini"_s), QSettings::IniFormat))
{
    QGuiApplication::clipboard()->clear();
}

Stage::~Stage()
{
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (widget != m_window.get())
            widget->close();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

void Stage::host(int connections)
{
    backend.addLive(u"mx1"_s);
    SampleHost::fill(backend, 1, connections);
}

MainWindow &Stage::window()
{
    if (!m_window) {
        m_window = std::make_unique<MainWindow>(backend, *m_settings);
        m_window->resize(m_size);
        m_window->show();
        QApplication::setActiveWindow(m_window.get());
        QCoreApplication::processEvents();
    }
    return *m_window;
}

TablePage *Stage::at(const QString &page)
{
    window().chooseTab(page);
    TablePage *table = window().currentTable();
    if (table) {
        table->model().flush();
        table->takeFocus();
    }
    return table;
}

void Stage::select(int first, int count)
{
    TablePage *page = window().currentTable();
    page->model().flush();
    page->view().setFocus();
    page->view().setCurrentIndex(page->model().index(first, 0));
    page->selection().selectOnly(first);
    if (count > 1)
        page->selection().extendTo(first + count - 1);
}

void Stage::press(const char *action)
{
    auto *found = window().currentPage()->findChild<QAction *>(QLatin1StringView(action));
    if (found && found->isEnabled())
        found->trigger();
    else
        qWarning("no action %s that can be taken", action);
}

void Stage::click(const char *button)
{
    if (auto *found = find<QAbstractButton>(button))
        found->click();
    else
        qWarning("no button %s", button);
}

void Stage::type(const char *field, const QString &text)
{
    if (auto *found = find<QLineEdit>(field))
        found->setText(text);
    else
        qWarning("no field %s", field);
}

void Stage::openMenu(int row)
{
    TablePage *page = window().currentTable();
    const QRect cell = page->view().visualRect(page->model().index(row, 1));
    Q_EMIT page->view().menuRequested(page->view().viewport()->mapToGlobal(cell.center()));
}

void Stage::popUp(QMenu *menu, const QPoint &place)
{
    menu->popup(place);
}

void Stage::settle()
{
    QElapsedTimer time;
    time.start();
    while (time.elapsed() < SettleMs) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 20);
        QThreadPool::globalInstance()->waitForDone();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QThread::msleep(2);
    }
    if (m_window)
        if (TablePage *page = m_window->currentTable())
            page->model().flush();
    QCoreApplication::processEvents();
}

QWidget *Stage::shown()
{
    QWidget *dialog = nullptr;
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (qobject_cast<QDialog *>(widget) && widget->isVisible() && (!dialog || dialog->isAncestorOf(widget)))
            dialog = widget;
    return dialog ? dialog : &window();
}

QList<QWidget *> Stage::popups() const
{
    QList<QWidget *> open;
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (widget->isVisible() && (widget->windowType() == Qt::Popup || widget->windowType() == Qt::ToolTip))
            open.append(widget);
    return open;
}

} // namespace mailhelm
