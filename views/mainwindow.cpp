// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/mainwindow.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "models/addressnames.h"
#include "views/aboutdialog.h"
#include "views/actionlog.h"
#include "views/actionlogdialog.h"
#include "views/addserverdialog.h"
#include "views/connectionspage.h"
#include "views/deletedpage.h"
#include "views/detailspane.h"
#include "views/editserverdialog.h"
#include "views/historypage.h"
#include "views/icons.h"
#include "views/inactivepage.h"
#include "views/onlinepage.h"
#include "views/overviewpage.h"
#include "views/preferences.h"
#include "views/preferencesdialog.h"
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
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

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
    , m_namesAction(new QAction(tr("Names instead of &addresses"), this))
    , m_serverTimes(new QAction(tr("&Times of the server's zone"), this))
    , m_undo(new QAction(icon(Symbol::Reset), tr("&Undo"), this))
    , m_myActions(new QAction(tr("&My Actions…"), this))
    , m_nextPane(new QAction(tr("Ne&xt pane"), this))
    , m_environment(new QFrame(this))
    , m_tabs(new QTabWidget(this))
    , m_overview(new OverviewPage(backend, settings, m_tabs))
    , m_connections(new ConnectionsPage(backend, settings, m_tabs))
    , m_history(new HistoryPage(backend, settings, m_tabs))
    , m_servers(new ServersPanel(backend, this))
    , m_details(new DetailsPane(backend, this))
    , m_status(new StatusLine(this))
    , m_tray(new TrayIcon(backend, *m_preferences, this))
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
    // Qt does not mirror these.
    addDockWidget(isRightToLeft() ? Qt::RightDockWidgetArea : Qt::LeftDockWidgetArea, m_servers);
    addDockWidget(Qt::BottomDockWidgetArea, m_details);
    m_details->hide();
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
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
    makeMenus();

    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        fillPageMenus();
        updateSecond();
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (const TablePage *table = currentTable())
            m_details->showRow(table->tableId(), table->currentKey());
    });
    connect(m_overview, &OverviewPage::timeRequested, this, [this](qint64 us) {
        m_tabs->setCurrentWidget(m_history);
        m_history->setMoment(us);
        m_history->takeFocus();
    });
    connect(m_details, &DetailsPane::showRequested, this, &MainWindow::showRows);
    connect(m_details, &DetailsPane::dropRequested, m_connections, &ConnectionsPage::askDrop);
    connect(m_servers, &ServersPanel::serverChosen, this, &MainWindow::serverChosen);
    connect(m_servers, &ServersPanel::addRequested, this, [this] { openAddServer(); });
    connect(m_servers, &ServersPanel::editRequested, this, &MainWindow::openEditServer);
    connect(m_servers, &ServersPanel::removeRequested, this, &MainWindow::askRemoveServer);
    connect(&m_backend, &Backend::serversChanged, this, &MainWindow::serverChosen);
    connect(&m_backend, &Backend::serverChanged, this, &MainWindow::updateSecond);
    connect(&m_backend, &Backend::notice, this,
        [this](const QString &text) { statusBar()->showMessage(safeText(text), 15'000); });
    m_second.setInterval(1s);
    connect(&m_second, &QTimer::timeout, this, &MainWindow::updateSecond);
    m_second.start();
    restore();
    fillPageMenus();
    serverChosen();
}

MainWindow::~MainWindow() = default;

void MainWindow::addPage(Page *page)
{
    m_pages.append(page);
    m_tabs->addTab(page, page->title());
    connect(page, &Page::addServerRequested, this, [this] { openAddServer(); });
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
}

void MainWindow::makeMenus()
{
    QMenu *server = menuBar()->addMenu(tr("&Server"));
    QAction *add = server->addAction(icon(Symbol::Add), tr("&Add server…"));
    add->setShortcut(QKeySequence::New);
    connect(add, &QAction::triggered, this, [this] { openAddServer(); });
    QAction *connectNow = server->addAction(icon(Symbol::Refresh), tr("&Connect now"));
    QAction *edit = server->addAction(tr("&Edit…"));
    QAction *remove = server->addAction(icon(Symbol::Remove), tr("&Remove…"));
    const auto one = [this] {
        const QList<ServerStatus> shown = shownServers();
        return shown.size() == 1 ? std::optional<quint16>(shown.first().number) : std::nullopt;
    };
    connect(server, &QMenu::aboutToShow, this, [=] {
        for (QAction *action : { connectNow, edit, remove })
            action->setEnabled(one().has_value());
    });
    connect(connectNow, &QAction::triggered, this, [this, one] {
        if (const auto number = one())
            m_backend.reconnect(*number);
    });
    connect(edit, &QAction::triggered, this, [this, one] {
        if (const auto number = one())
            openEditServer(*number);
    });
    connect(remove, &QAction::triggered, this, [this, one] {
        if (const auto number = one())
            askRemoveServer(*number);
    });
    server->addSeparator();
    QAction *preferences = server->addAction(tr("&Preferences…"));
    preferences->setObjectName(u"preferencesAction"_s);
    preferences->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Comma));
    preferences->setMenuRole(QAction::PreferencesRole);
    connect(preferences, &QAction::triggered, this, &MainWindow::openPreferences);
    server->addSeparator();
    QAction *quit = server->addAction(icon(Symbol::Quit), tr("&Quit"));
    quit->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Q));
    quit->setMenuRole(QAction::QuitRole);
    connect(quit, &QAction::triggered, this, &QWidget::close);

    m_viewMenu = menuBar()->addMenu(tr("&View"));
    m_actionsMenu = menuBar()->addMenu(tr("&Actions"));
    m_actionsMenu->setToolTipsVisible(true);
    for (qsizetype i = 0; i < m_pages.size(); ++i) {
        auto *action = new QAction(m_pages[i]->title(), this);
        action->setShortcut(QKeySequence(QKeyCombination(Qt::CTRL, Qt::Key(Qt::Key_1 + i))));
        connect(action, &QAction::triggered, this, [this, i] {
            m_tabs->setCurrentIndex(int(i));
            m_pages[i]->takeFocus();
        });
        m_tabActions.append(action);
        addAction(action);
    }
    m_namesAction->setObjectName(u"namesAction"_s);
    m_namesAction->setCheckable(true);
    m_namesAction->setToolTip(tr("Looks the addresses on the screen up in the DNS, whose servers learn of it"));
    connect(m_namesAction, &QAction::toggled, this, [this](bool on) {
        Preferences::Values values = m_preferences->values();
        values.resolveNames = on;
        m_preferences->setValues(values);
    });
    m_serverTimes->setObjectName(u"serverTimesAction"_s);
    m_serverTimes->setCheckable(true);
    connect(m_serverTimes, &QAction::toggled, this, [this](bool on) {
        Preferences::Values values = m_preferences->values();
        values.serverTimes = on;
        m_preferences->setValues(values);
    });
    m_undo->setObjectName(u"undoAction"_s);
    m_undo->setShortcut(QKeySequence(QKeySequence::Undo));
    m_myActions->setObjectName(u"myActionsAction"_s);
    addAction(m_undo);
    connect(m_undo, &QAction::triggered, this, [this] {
        if (const ActionLog::Entry *last = m_actionLog->lastUndoable())
            m_actionLog->undo(last->number);
    });
    connect(m_myActions, &QAction::triggered, this, &MainWindow::openActionLog);
    connect(m_actionLog, &ActionLog::changed, this, &MainWindow::updateUndo);
    connect(m_actionLog, &ActionLog::undone, this, [this](const QString &text, bool well) {
        if (well)
            statusBar()->showMessage(text, 8000);
        else
            currentPage()->warn(text);
    });
    updateUndo();
    connect(m_tray, &TrayIcon::showRequested, this, &MainWindow::bringToFront);
    connect(m_tray, &TrayIcon::quitRequested, this, &QWidget::close);
    connect(m_preferences, &Preferences::changed, this, &MainWindow::applyPreferences);
    applyPreferences();
    m_details->toggleViewAction()->setText(tr("&Details"));
    m_details->toggleViewAction()->setShortcut(QKeySequence(Qt::Key_F4));
    addAction(m_details->toggleViewAction()); // its key works while the menu is of another page
    connect(m_nextPane, &QAction::triggered, this, &MainWindow::focusNextPane);
    m_nextPane->setShortcut(QKeySequence(Qt::Key_F6));
    addAction(m_nextPane);
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    QAction *about = help->addAction(icon(Symbol::About), tr("&About Mailhelm"));
    about->setMenuRole(QAction::AboutRole);
    connect(about, &QAction::triggered, this, &MainWindow::openAbout);
}

void MainWindow::fillPageMenus()
{
    Page *page = currentPage();
    m_viewMenu->clear();
    m_viewMenu->addActions(page->viewActions());
    m_viewMenu->addSeparator();
    m_viewMenu->addActions(m_tabActions);
    m_viewMenu->addSeparator();
    m_viewMenu->addActions({ m_servers->toggleViewAction(), m_details->toggleViewAction(), m_nextPane });
    m_viewMenu->addSeparator();
    m_viewMenu->addActions({ m_namesAction, m_serverTimes });
    m_actionsMenu->clear();
    m_actionsMenu->addActions(page->rowActions());
    m_actionsMenu->addSeparator();
    m_actionsMenu->addActions({ m_undo, m_myActions });
}

void MainWindow::applyPreferences()
{
    const Preferences::Values &values = m_preferences->values();
    m_names->setEnabled(values.resolveNames);
    m_namesAction->setChecked(values.resolveNames);
    m_serverTimes->setChecked(values.serverTimes);
}

void MainWindow::updateUndo()
{
    const ActionLog::Entry *last = m_actionLog->lastUndoable();
    m_undo->setEnabled(last != nullptr);
    m_undo->setText(last ? tr("&Undo %1").arg(safeActionText(ActionLog::describe(*last), 80)) : tr("&Undo"));
    // Never without a text of its own: Qt would show the action's, which holds names of users, as HTML.
    m_undo->setToolTip(tr("Brings the accounts back to the state of before (Ctrl+Z)"));
}

void MainWindow::openPreferences()
{
    auto *dialog = new PreferencesDialog(*m_preferences, this);
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

QList<std::pair<QString, qsizetype>> MainWindow::countsByService() const
{
    const TablePage *page = currentTable();
    if (!page || page->tableId() != TableId::Connections)
        return {};
    const TableModel &model = page->model();
    const Table &table = m_backend.table(TableId::Connections).table();
    const Column &services = table.column(connections::Service);
    QList<qsizetype> counts(services.pool().codeEnd(), 0);
    const auto count = [&](Table::Slot slot) {
        if (services.isKnown(slot))
            ++counts[services.code(slot)];
    };
    if (model.presentCount() == table.rowCount()) {
        for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot)
            if (table.isLive(slot))
                count(slot);
    } else {
        for (int row = 0; row < model.rowCount(); ++row) {
            const Table::Slot slot = model.isGone(row) ? Table::NoSlot : table.slotOf(model.keyAt(row));
            if (slot != Table::NoSlot)
                count(slot);
        }
    }
    QList<std::pair<QString, qsizetype>> named;
    for (qsizetype code = 0; code < counts.size(); ++code)
        if (counts[code] > 0)
            named.append({ safeText(services.pool().text(StringPool::Code(code)), 40), counts[code] });
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
        page->setFilterText(filter);
        m_tabs->setCurrentWidget(page);
        page->takeFocus();
    }
}

void MainWindow::openAddServer(const QString &link)
{
    auto *dialog = new AddServerDialog(m_backend, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (!link.isEmpty())
        dialog->setLink(link);
    connect(dialog, &AddServerDialog::added, this, [this](const ServerStatus &server) {
        m_servers->choose(server.number);
        statusBar()->showMessage(
            tr("%1 was added; your role there is %2.").arg(safeText(server.name), safeText(server.role)), 8000);
    });
    dialog->open();
}

void MainWindow::openEditServer(quint16 server)
{
    for (const ServerStatus &status : m_backend.servers()) {
        if (status.number != server)
            continue;
        auto *dialog = new EditServerDialog(m_backend, status, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    }
}

void MainWindow::askRemoveServer(quint16 server)
{
    for (const ServerStatus &status : m_backend.servers()) {
        if (status.number != server)
            continue;
        auto *box = new QMessageBox(QMessageBox::Question, tr("Remove server"), QString(), QMessageBox::Cancel, this);
        box->setObjectName(u"removeServerBox"_s);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->setTextFormat(Qt::PlainText);
        box->setText(tr("Remove %1 (%2) from the list?").arg(safeText(status.name), safeText(status.address)));
        box->setInformativeText(tr("The server itself is not changed. To come back you need a new pairing link, or an "
                                   "administrator who keeps your key there."));
        QPushButton *remove = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
        box->setDefaultButton(QMessageBox::Cancel);
        connect(remove, &QPushButton::clicked, this, [this, server] {
            const Result<void> removed = m_backend.removeServer(server);
            if (!removed)
                statusBar()->showMessage(safeText(removed.error().detail), 8000);
        });
        box->open();
    }
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
    // What was remembered may be gone: no word about that.
    static_cast<void>(showTab(m_settings.value(u"window/tab"_s).toString()));
    static_cast<void>(showServer(m_settings.value(u"window/server"_s).toString()));
}

void MainWindow::save()
{
    m_settings.setValue(u"window/geometry"_s, saveGeometry());
    m_settings.setValue(u"window/state"_s, saveState());
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
