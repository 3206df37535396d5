// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/mainwindow.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "models/addressnames.h"
#include "views/aboutdialog.h"
#include "views/actionlog.h"
#include "views/actionlogdialog.h"
#include "views/connectionspage.h"
#include "views/deletedpage.h"
#include "views/detailspane.h"
#include "views/focusedge.h"
#include "views/historypage.h"
#include "views/icons.h"
#include "views/inactivepage.h"
#include "views/mainmenus.h"
#include "views/onlinepage.h"
#include "views/overviewpage.h"
#include "views/preferences.h"
#include "views/preferencesdialog.h"
#include "views/serverdialogs.h"
#include "views/serverspanel.h"
#include "views/statusline.h"
#include "views/toolrow.h"
#include "views/trayicon.h"
#include "views/viewtext.h"
#include "views/webmailpage.h"

#include <QAction>
#include <QApplication>
#include <QFrame>
#include <QLocale>
#include <QSettings>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

constexpr qsizetype MostJumps = 32;

MainWindow::MainWindow(Backend &backend, QSettings &settings, QWidget *parent)
    : QMainWindow(parent)
    , m_backend(backend)
    , m_settings(settings)
    , m_preferences(new Preferences(settings, this))
    , m_actionLog(new ActionLog(backend, this))
    , m_names(new AddressNames(
          [&backend](const Address &address, QObject *context, std::function<void(const QString &)> reply) {
              backend.lookUpName(address, context, std::move(reply));
          },
          this))
    , m_environment(new QFrame(this))
    , m_tabs(new QTabWidget(this))
    , m_overview(new OverviewPage(backend, settings, m_tabs))
    , m_connections(new ConnectionsPage(backend, settings, m_tabs))
    , m_history(new HistoryPage(backend, settings, m_tabs))
    , m_status(new StatusLine(this))
    , m_tray(new TrayIcon(backend, *m_preferences, this))
    , m_serverDialogs(new ServerDialogs(backend, this))
{
    setObjectName(u"mainWindow"_s);
    setWindowIcon(applicationIcon());
    auto *centre = new QWidget(this);
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_environment->setObjectName(u"environmentBar"_s);
    m_environment->setFixedHeight(4);
    m_environment->setAutoFillBackground(true);
    layout->addWidget(m_environment);
    layout->addWidget(m_tabs, 1);
    setCentralWidget(centre);
    m_tabs->setObjectName(u"tabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Pages"));
    m_tabs->tabBar()->setAccessibleName(tr("Pages"));
    setStatusBar(m_status);

    addPage(m_overview);
    addPage(m_connections);
    addPage(new WebmailPage(backend, settings, m_tabs));
    addPage(new OnlinePage(backend, settings, m_tabs));
    addPage(new InactivePage(backend, settings, m_tabs));
    addPage(new DeletedPage(backend, settings, m_tabs));
    addPage(m_history);
    addPage(new TablePage(backend, TableId::Audit, settings, m_tabs));
    addPage(new TablePage(backend, TableId::Sources, settings, m_tabs));

    // After the pages: Tab goes from each of them to the panels.
    m_servers = new ServersPanel(backend, this);
    m_details = new DetailsPane(backend, this);
    // Qt does not mirror these.
    addDockWidget(isRightToLeft() ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea, m_servers);
    addDockWidget(Qt::BottomDockWidgetArea, m_details);
    m_details->hide();
    setCorner(isRightToLeft() ? Qt::BottomRightCorner : Qt::BottomLeftCorner,
        isRightToLeft() ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea);
    makeMenus();
    for (QDockWidget *dock : { static_cast<QDockWidget *>(m_servers), static_cast<QDockWidget *>(m_details) })
        connect(dock->toggleViewAction(), &QAction::triggered, this, [this](bool shown) {
            if (!shown && !currentPage()->isAncestorOf(QApplication::focusWidget()))
                currentPage()->takeFocus(); // else it lands where nobody looks for it
        });

    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        m_menus->showPage(currentPage());
        updateSecond();
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] { showDetails(); });
    connect(m_overview, &OverviewPage::timeRequested, this, [this](qint64 us) {
        m_tabs->setCurrentWidget(m_history);
        m_history->setMoment(us);
        m_history->takeFocus();
    });
    connect(m_details, &DetailsPane::showRequested, this, &MainWindow::showRows);
    connect(m_details, &DetailsPane::dropRequested, this, [this](const OnlineUsers::Parts &parts) {
        TablePage *table = currentTable();
        (table ? table : m_connections)->askDrop(parts);
    });
    connect(m_details, &DetailsPane::closedByUser, this, [this] { detailsShown() = false; });
    connect(m_details->toggleViewAction(), &QAction::triggered, this, [this](bool on) { detailsShown() = on; });
    connect(m_servers, &ServersPanel::serverChosen, this, &MainWindow::serverChosen);
    connect(m_servers, &ServersPanel::addRequested, this, [this] { openAddServer(); });
    connect(m_servers, &ServersPanel::editRequested, m_serverDialogs, &ServerDialogs::openEdit);
    connect(m_servers, &ServersPanel::removeRequested, m_serverDialogs, &ServerDialogs::askRemove);
    connect(m_serverDialogs, &ServerDialogs::added, this, [this](const ServerStatus &server) {
        m_servers->choose(server.number);
        statusBar()->showMessage(
            tr("%1 was added; your role there is %2.").arg(safeText(server.name), safeText(server.role)), 8000);
    });
    connect(m_serverDialogs, &ServerDialogs::failed, this,
        [this](const QString &why) { statusBar()->showMessage(why, 8000); });
    connect(m_actionLog, &ActionLog::undone, this, [this](const QString &text, bool well) {
        if (well)
            statusBar()->showMessage(text, 8000);
        else
            currentPage()->warn(text);
    });
    connect(m_tray, &TrayIcon::showRequested, this, &MainWindow::bringToFront);
    connect(m_tray, &TrayIcon::quitRequested, this, &QWidget::close);
    connect(m_preferences, &Preferences::changed, this, &MainWindow::applyPreferences);
    applyPreferences();
    connect(m_servers->toggleViewAction(), &QAction::triggered, this, [this] { m_dockDecided = true; });
    connect(&m_backend, &Backend::serversChanged, this, &MainWindow::serverChosen);
    connect(&m_backend, &Backend::serversChanged, this, &MainWindow::updateServersDock);
    connect(&m_backend, &Backend::serverChanged, this, &MainWindow::updateSecond);
    connect(&m_backend, &Backend::notice, this,
        [this](const QString &text) { statusBar()->showMessage(safeText(text), 15'000); });
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &MainWindow::updateSecond);
    m_second.start();
    new FocusFromKeys(this);
    restore();
    m_menus->showPage(currentPage());
    serverChosen();
}

MainWindow::~MainWindow() = default;

void MainWindow::addPage(Page *page)
{
    m_pages.append(page);
    m_tabs->addTab(page, page->title());
    connect(page, &Page::addServerRequested, this, &MainWindow::openAddServer);
    connect(page, &Page::countsChanged, this, &MainWindow::updateTabs);
    connect(page, &Page::showRequested, this, &MainWindow::showRows);
    page->applyPreferences(*m_preferences);
    connect(m_preferences, &Preferences::changed, page, [this, page] { page->applyPreferences(*m_preferences); });
    auto *table = qobject_cast<TablePage *>(page);
    if (!table)
        return;
    table->model().setNames(m_names);
    connect(table, &TablePage::currentRowChanged, this, [this, table](RowKey row) {
        if (table == currentPage() && row.id != 0)
            m_details->showRow(table->tableId(), row);
    });
    connect(&table->selection(), &RowSelection::changed, this, [this, table] {
        if (table == currentPage())
            m_details->setSelected(table->selection().count());
    });
}

void MainWindow::makeMenus()
{
    m_menus = new MainMenus({ m_pages, m_servers, m_details, *m_preferences, *m_actionLog }, this);
    connect(m_menus, &MainMenus::addServerRequested, this, [this] { openAddServer(); });
    connect(m_menus, &MainMenus::connectRequested, this, [this](quint16 server) { m_backend.reconnect(server); });
    connect(m_menus, &MainMenus::editServerRequested, m_serverDialogs, &ServerDialogs::openEdit);
    connect(m_menus, &MainMenus::removeServerRequested, m_serverDialogs, &ServerDialogs::askRemove);
    connect(m_menus, &MainMenus::preferencesRequested, this, &MainWindow::openPreferences);
    connect(m_menus, &MainMenus::myActionsRequested, this, &MainWindow::openActionLog);
    connect(m_menus, &MainMenus::aboutRequested, this, &MainWindow::openAbout);
    connect(m_menus, &MainMenus::quitRequested, this, &QWidget::close);
    connect(m_menus, &MainMenus::nextPaneRequested, this, &MainWindow::focusNextPane);
    connect(m_menus, &MainMenus::backRequested, this, &MainWindow::goBack);
    connect(m_menus, &MainMenus::pageRequested, this, [this](Page *page) {
        m_tabs->setCurrentWidget(page);
        page->takeFocus();
    });
}

void MainWindow::applyPreferences()
{
    m_names->setEnabled(m_preferences->values().resolveNames);
    m_backend.keepHistory(m_preferences->values().historyDays);
}

void MainWindow::openPreferences()
{
    auto *dialog = new PreferencesDialog(*m_preferences, m_backend, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::openActionLog()
{
    auto *dialog = new ActionLogDialog(*m_actionLog, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::bringToFront()
{
    if (isMinimized())
        showNormal();
    show();
    raise();
    activateWindow();
}

void MainWindow::focusNextPane()
{
    QWidget *focus = QApplication::focusWidget();
    const auto into = [](QDockWidget *dock) {
        QWidget *inner = dock->widget();
        for (QWidget *next = inner->nextInFocusChain(); next && next != inner; next = next->nextInFocusChain())
            if (inner->isAncestorOf(next) && next->isVisible() && next->focusPolicy() & Qt::TabFocus)
                return next->setFocus(Qt::TabFocusReason);
        inner->setFocus(Qt::TabFocusReason);
    };
    const bool inDetails = m_details->isAncestorOf(focus);
    const bool inServers = m_servers->isAncestorOf(focus);
    if (!inDetails && !inServers && m_details->isVisible())
        into(m_details);
    else if (!inServers && m_servers->isVisible())
        into(m_servers);
    else
        currentPage()->takeFocus();
}

TablePage *MainWindow::currentTable() const
{
    return qobject_cast<TablePage *>(currentPage());
}

Page *MainWindow::currentPage() const
{
    return m_pages[std::max(0, m_tabs->currentIndex())];
}

bool MainWindow::showServer(const QString &name)
{
    for (const ServerStatus &server : m_backend.servers()) {
        if (server.name.compare(name, Qt::CaseInsensitive) == 0) {
            m_servers->choose(server.number);
            return true;
        }
    }
    return false;
}

bool MainWindow::showTab(const QString &key)
{
    for (Page *page : m_pages) {
        if (page->key() == key) {
            m_tabs->setCurrentWidget(page);
            return true;
        }
    }
    return false;
}

bool MainWindow::hasTab(const QString &key) const
{
    return std::any_of(m_pages.begin(), m_pages.end(), [&](const Page *page) { return page->key() == key; });
}

void MainWindow::chooseServer(const QString &name)
{
    if (!showServer(name))
        currentPage()->warn(
            tr("There is no server called “%1”. Those that there are stand in the list; Ctrl+N adds one.")
                .arg(safeText(name, 80)));
}

void MainWindow::chooseTab(const QString &key)
{
    if (showTab(key))
        return;
    QStringList keys;
    for (const Page *page : m_pages)
        keys.append(page->key());
    currentPage()->warn(tr("There is no page called “%1”. There are: %2.").arg(safeText(key, 80), keys.join(u", "_s)));
}

QList<ServerStatus> MainWindow::shownServers() const
{
    const std::optional<quint16> chosen = m_servers->chosen();
    QList<ServerStatus> shown;
    for (const ServerStatus &server : m_backend.servers())
        if (!chosen || server.number == *chosen)
            shown.append(server);
    return shown;
}

void MainWindow::serverChosen()
{
    for (Page *page : m_pages)
        page->setServer(m_servers->chosen());
    const QList<ServerStatus> shown = shownServers();
    m_menus->setServer(shown.size() == 1 ? std::optional(shown.first().number) : std::nullopt);
    const QColor colour = shown.size() == 1 ? shown.first().colour : QColor();
    QPalette colours = palette();
    colours.setColor(QPalette::Window, colour);
    m_environment->setPalette(colours);
    m_environment->setVisible(colour.isValid());
    updateTitle();
    updateSecond();
    updateTabs();
}

void MainWindow::updateTitle()
{
    const QList<ServerStatus> shown = shownServers();
    if (shown.size() != 1) {
        setWindowTitle(tr("Mailhelm"));
        return;
    }
    const ServerStatus &server = shown.first();
    const QString name = server.group.isEmpty() ? server.name : u"%1 (%2)"_s.arg(server.name, server.group);
    setWindowTitle(tr("%1 – Mailhelm").arg(safeTitle(name)));
}

void MainWindow::updateServersDock()
{
    // Nothing is to be chosen among one: the table gets the room, unless somebody wanted otherwise.
    if (!m_dockDecided)
        m_servers->setVisible(m_backend.servers().size() > 1);
}

QList<std::pair<QString, qsizetype>> MainWindow::countsByService() const
{
    const TablePage *page = currentTable();
    if (!page || page->tableId() != TableId::Connections)
        return {};
    QList<std::pair<QString, qsizetype>> named;
    for (const auto &[service, count] : page->model().countsOf(connections::Service))
        named.append({ safeText(QByteArrayView(service), 40), count });
    std::sort(named.begin(), named.end(),
        [](const auto &a, const auto &b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
    return named;
}

void MainWindow::updateSecond()
{
    m_status->showServers(shownServers(), m_backend.clock());
    m_status->showCounts(countsByService(), currentTable() ? currentTable()->selection().count() : 0);
    m_servers->updateCounts();
}

void MainWindow::updateTabs()
{
    const QLocale locale;
    for (qsizetype i = 0; i < m_pages.size(); ++i) {
        const std::optional<qsizetype> count = m_pages[i]->count();
        const QString text
            = count ? u"%1  %2"_s.arg(m_pages[i]->title(), locale.toString(*count)) : m_pages[i]->title();
        if (m_tabs->tabText(int(i)) != text)
            m_tabs->setTabText(int(i), text);
    }
    m_status->showCounts(countsByService(), currentTable() ? currentTable()->selection().count() : 0);
}

void MainWindow::showRows(TableId table, const QString &filter)
{
    for (Page *each : m_pages) {
        auto *page = qobject_cast<TablePage *>(each);
        if (!page || page->tableId() != table)
            continue;
        m_jumps.append({ currentPage(), page->jumpTo(filter) });
        if (m_jumps.size() > MostJumps)
            m_jumps.removeFirst();
        m_menus->setBackPossible(true);
        m_tabs->setCurrentWidget(page);
        page->takeFocus();
    }
}

void MainWindow::goBack()
{
    if (m_jumps.isEmpty())
        return;
    const Jump last = m_jumps.takeLast();
    m_menus->setBackPossible(!m_jumps.isEmpty());
    last.undo();
    m_tabs->setCurrentWidget(last.from);
    last.from->takeFocus();
}

bool &MainWindow::detailsShown()
{
    const TablePage *table = currentTable();
    return table && table->tableId() == TableId::OnlineUsers ? m_detailsOnline : m_detailsElsewhere;
}

void MainWindow::showDetails()
{
    m_details->setVisible(detailsShown());
    const TablePage *table = currentTable();
    if (!table)
        return;
    m_details->setSelected(table->selection().count());
    m_details->showRow(table->tableId(), table->currentKey());
}

void MainWindow::openAddServer(const QString &link)
{
    m_serverDialogs->openAdd(link);
}

void MainWindow::openEditServer(quint16 server)
{
    m_serverDialogs->openEdit(server);
}

void MainWindow::askRemoveServer(quint16 server)
{
    m_serverDialogs->askRemove(server);
}

void MainWindow::openAbout()
{
    auto *dialog = new AboutDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::restore()
{
    resize(1280, 800);
    resizeDocks({ m_servers }, { 190 }, Qt::Horizontal);
    resizeDocks({ m_details }, { 240 }, Qt::Vertical);
    restoreGeometry(m_settings.value(u"window/geometry"_s).toByteArray());
    restoreState(m_settings.value(u"window/state"_s).toByteArray());
    m_dockDecided = m_settings.value(u"window/serversDecided"_s, false).toBool();
    updateServersDock();
    m_detailsElsewhere = m_settings.value(u"window/details"_s, !m_details->isHidden()).toBool();
    m_detailsOnline = m_settings.value(u"window/detailsOnline"_s, true).toBool();
    // What was remembered may be gone: no word about that.
    static_cast<void>(showTab(m_settings.value(u"window/tab"_s).toString()));
    static_cast<void>(showServer(m_settings.value(u"window/server"_s).toString()));
    showDetails();
}

void MainWindow::save()
{
    m_settings.setValue(u"window/geometry"_s, saveGeometry());
    m_settings.setValue(u"window/state"_s, saveState());
    m_settings.setValue(u"window/serversDecided"_s, m_dockDecided);
    m_settings.setValue(u"window/details"_s, m_detailsElsewhere);
    m_settings.setValue(u"window/detailsOnline"_s, m_detailsOnline);
    m_settings.setValue(u"window/tab"_s, currentPage()->key());
    const QList<ServerStatus> shown = shownServers();
    m_settings.setValue(u"window/server"_s, m_servers->chosen() && shown.size() == 1 ? shown.first().name : QString());
    for (Page *page : m_pages)
        page->saveState();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    if (!focusWidget())
        currentPage()->takeFocus(); // the arrow keys move in the table at once
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    save();
    QMainWindow::closeEvent(event);
}

} // namespace mailhelm
