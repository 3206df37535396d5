// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/tablemodel.h"
#include "tests/gui/fakebackend.h"
#include "views/connectionspage.h"
#include "views/mainwindow.h"
#include "views/rowsview.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace mailhelm
{

/// A window over a fake rest of the console, with a clock that stands still.
struct GuiTest {
    QTemporaryDir home;
    ManualClock clock;
    FakeBackend backend { clock };
    std::unique_ptr<QSettings> settings = newSettings();
    std::unique_ptr<MainWindow> window;

    std::unique_ptr<QSettings> newSettings()
    {
        return std::make_unique<QSettings>(home.filePath(QStringLiteral("console.ini")), QSettings::IniFormat);
    }
    /// Rows come and go at once unless a test is about their marks.
    int m_markMs = 0;
    void open()
    {
        settings->setValue(QStringLiteral("preferences/freshMs"), m_markMs);
        settings->setValue(QStringLiteral("preferences/goneMs"), m_markMs);
        // Most tests are about the connections.
        if (!settings->contains(QStringLiteral("window/tab")))
            settings->setValue(QStringLiteral("window/tab"), QStringLiteral("connections"));
        window = std::make_unique<MainWindow>(backend, *settings);
        window->show();
        QApplication::setActiveWindow(window.get());
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        settle();
    }
    /// As when the program ends and starts again.
    void reopen()
    {
        window->close();
        window.reset();
        settings = newSettings();
        open();
    }
    /// Until the model has shown what was published.
    void settle()
    {
        page()->model().flush();
        QCoreApplication::processEvents();
    }
    ConnectionsPage *page() { return window->connectionsPage(); }
    RowsView &view() { return page()->view(); }
    TableModel &model() { return page()->model(); }
    QString textAt(int row, int column) { return model().data(model().index(row, column)).toString(); }
    QPoint placeOf(int row, int column) { return view().visualRect(model().index(row, column)).center(); }
    void click(int row, int column, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::mouseClick(view().viewport(), Qt::LeftButton, modifiers, placeOf(row, column));
    }
    /// The open window of that name; null where there is none.
    template<typename T>
    T *opened(const char *name)
    {
        for (QWidget *widget : QApplication::topLevelWidgets())
            if (widget->isVisible() && widget->objectName() == QLatin1StringView(name))
                return qobject_cast<T *>(widget);
        return nullptr;
    }
    template<typename T>
    T *child(const char *name, QWidget *of = nullptr)
    {
        if (of)
            return of->template findChild<T *>(QLatin1StringView(name));
        // Every page has a filter field and the like: those of the connections are meant.
        if (T *found = page()->template findChild<T *>(QLatin1StringView(name)))
            return found;
        return window->template findChild<T *>(QLatin1StringView(name));
    }
};

} // namespace mailhelm
