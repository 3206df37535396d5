// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <optional>

class QAction;
class QDockWidget;
class QMainWindow;
class QMenu;

namespace mailhelm
{

class ActionLog;
class Page;
class Preferences;

/// The menus of the window: what pages offer changes with the page, the rest stays. Owns the window's own actions,
/// whose keys work whichever page is shown. Says what is wanted; the window does it. GUI thread.
class MainMenus : public QObject
{
    Q_OBJECT
public:
    struct Parts {
        const QList<Page *> &pages; ///< in the order of their keys, Ctrl+1 …
        QDockWidget *servers;
        QDockWidget *details;
        Preferences &preferences;
        ActionLog &actionLog;
    };
    /// Belongs to the window, as all of the parts do.
    MainMenus(const Parts &parts, QMainWindow *window);

    /// That page's actions are in the menus from now on.
    void showPage(Page *page);
    /// What the menu Server is about; nullopt: no single one.
    void setServer(std::optional<quint16> server);
    void setBackPossible(bool possible); ///< there is a jump to go back from

Q_SIGNALS:
    void addServerRequested();
    void connectRequested(quint16 server);
    void editServerRequested(quint16 server);
    void removeServerRequested(quint16 server);
    void preferencesRequested();
    void myActionsRequested();
    void nextPaneRequested();
    void backRequested();
    void pageRequested(mailhelm::Page *page);
    void aboutRequested();
    void quitRequested();

private:
    void makeServerMenu();
    void makeHelpMenu();
    void makePageActions();
    void makeToggles();
    void makeUndo();
    void updateUndo();
    void applyPreferences();

    QMainWindow *m_window;
    Parts m_parts;
    std::optional<quint16> m_server;
    QMenu *m_viewMenu = nullptr;
    QMenu *m_actionsMenu = nullptr;
    QList<QAction *> m_ofServer; ///< that need a single one
    QList<QAction *> m_pageActions;
    QAction *m_names;
    QAction *m_serverTimes;
    QAction *m_undo;
    QAction *m_myActions;
    QAction *m_nextPane;
    QAction *m_back;
};

} // namespace mailhelm
