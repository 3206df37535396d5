// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <QTimer>

#include "views/backend.h"

class QFrame;
class QSettings;
class QTabWidget;

namespace mailhelm
{

class ActionLog;
class AddressNames;
class ConnectionsPage;
class DetailsPane;
class HistoryPage;
class MainMenus;
class OverviewPage;
class Page;
class Preferences;
class ServerDialogs;
class ServersPanel;
class StatusLine;
class TrayIcon;
class TablePage;

/// The window: puts the servers, the pages, the menus and the status line together. Decides nothing by itself.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    /// Both outlive the window.
    MainWindow(Backend &backend, QSettings &settings, QWidget *parent = nullptr);
    ~MainWindow() override;

    // As asked for on the command line: what there is not changes nothing, and the page that is shown says so.
    void chooseServer(const QString &name);
    void chooseTab(const QString &key); ///< the table's key: "connections"
    [[nodiscard]] bool hasTab(const QString &key) const;
    [[nodiscard]] Page *currentPage() const;
    [[nodiscard]] TablePage *currentTable() const; ///< null where the page is none
    [[nodiscard]] HistoryPage *historyPage() const { return m_history; }
    [[nodiscard]] OverviewPage *overviewPage() const { return m_overview; }
    [[nodiscard]] ConnectionsPage *connectionsPage() const { return m_connections; }
    [[nodiscard]] Preferences &preferences() const { return *m_preferences; }
    [[nodiscard]] ServersPanel *serversPanel() const { return m_servers; }

    void openAddServer(const QString &link = {});
    void openEditServer(quint16 server);
    void askRemoveServer(quint16 server);
    void openAbout();
    void openPreferences();
    void openActionLog();
    void bringToFront();
    [[nodiscard]] ActionLog &actionLog() const { return *m_actionLog; }
    [[nodiscard]] TrayIcon &tray() const { return *m_tray; }
    [[nodiscard]] DetailsPane *detailsPane() const { return m_details; }
    /// That page, with that filter.
    void showRows(TableId table, const QString &filter);
    /// To where the last such jump came from; the page that it led to is as it was before.
    void goBack();

protected:
    void showEvent(QShowEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    void addPage(Page *page);
    [[nodiscard]] bool showServer(const QString &name);
    [[nodiscard]] bool showTab(const QString &key);
    void makeMenus();
    void focusNextPane();
    void applyPreferences();
    void serverChosen();
    void showDetails();
    /// Whether the details are wanted on this page: Online has a wish of its own, for they list what a user has.
    [[nodiscard]] bool &detailsShown();
    void updateSecond();
    void updateTabs();
    void updateTitle();
    void updateServersDock();
    [[nodiscard]] QList<ServerStatus> shownServers() const;
    [[nodiscard]] QList<std::pair<QString, qsizetype>> countsByService() const;
    void restore();
    void save();

    Backend &m_backend;
    QSettings &m_settings;
    Preferences *m_preferences;
    ActionLog *m_actionLog;
    AddressNames *m_names;
    QFrame *m_environment;
    QTabWidget *m_tabs;
    QList<Page *> m_pages;
    OverviewPage *m_overview;
    ConnectionsPage *m_connections;
    HistoryPage *m_history;
    ServersPanel *m_servers = nullptr;
    DetailsPane *m_details = nullptr;
    StatusLine *m_status;
    TrayIcon *m_tray;
    ServerDialogs *m_serverDialogs;
    MainMenus *m_menus = nullptr;
    bool m_dockDecided = false; ///< somebody has shown or hidden the servers
    QTimer m_second;
    struct Jump {
        Page *from;
        std::function<void()> undo;
    };
    QList<Jump> m_jumps; ///< the latest last
    bool m_detailsOnline = true;
    bool m_detailsElsewhere = false;
};

} // namespace mailhelm
