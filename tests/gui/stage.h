// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/gui/fakebackend.h"
#include "views/mainwindow.h"

#include <QSettings>
#include <QTemporaryDir>

#include <memory>

class QMenu;

namespace mailhelm
{

class TablePage;

/// The console over a made-up host at a moment that stands still, as one page, dialog or state of it is to be seen:
/// for pictures, and for the test that measures what stands on it.
class Stage
{
public:
    explicit Stage(QSize size);
    ~Stage();

    ManualClock clock;
    FakeBackend backend;

    /// One live server with rows; `connections` about so many.
    void host(int connections = 240);
    /// Opens the window; needed once, after the backend is as it shall be.
    MainWindow &window();
    /// That page with nothing selected; null where it has no rows.
    TablePage *at(const QString &page);
    /// Rows of the shown page, from `first` on.
    void select(int first, int count);
    void press(const char *action); ///< of the shown page, by its object name
    void click(const char *button); ///< of what is open, by its object name
    void type(const char *field, const QString &text); ///< likewise
    /// The page's context menu at that row.
    void openMenu(int row);
    /// Beside the widget that it belongs to.
    void popUp(QMenu *menu, const QPoint &place);
    /// Until everything has been worked out, painted and said.
    void settle();

    /// What is to be seen: the dialog that is open, else the window.
    [[nodiscard]] QWidget *shown();
    [[nodiscard]] QList<QWidget *> popups() const; ///< menus, lists to choose from and tooltips that are open
    template<typename T>
    [[nodiscard]] T *find(const char *name)
    {
        return shown()->findChild<T *>(QLatin1StringView(name));
    }

private:
    const QSize m_size;
    QTemporaryDir m_home;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

/// One picture: its file name, what it shows, and how it comes about.
struct Scene {
    const char *name;
    const char *what;
    std::function<void(Stage &)> prepare;
};
/// Every page, dialog, menu and state of the console.
[[nodiscard]] const QList<Scene> &scenes();

} // namespace mailhelm
