// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/mainmenus.h"

#include "core/base/safetext.h"
#include "views/actionlog.h"
#include "views/icons.h"
#include "views/page.h"
#include "views/preferences.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>

namespace mailhelm
{

using namespace Qt::StringLiterals;

MainMenus::MainMenus(const Parts &parts, QMainWindow *window)
    : QObject(window)
    , m_window(window)
    , m_parts(parts)
    , m_names(new QAction(tr("Names instead of &addresses"), this))
    , m_serverTimes(new QAction(tr("&Times of the server's zone"), this))
    , m_undo(new QAction(icon(Symbol::Reset), tr("&Undo"), this))
    , m_myActions(new QAction(tr("&My Actions…"), this))
    , m_nextPane(new QAction(tr("Ne&xt pane"), this))
    , m_back(new QAction(tr("&Back"), this))
{
    makeServerMenu();
    m_viewMenu = m_window->menuBar()->addMenu(tr("&View"));
    m_actionsMenu = m_window->menuBar()->addMenu(tr("&Actions"));
    m_actionsMenu->setToolTipsVisible(true);
    makeHelpMenu();
    makePageActions();
    makeToggles();
    makeUndo();
}

void MainMenus::makeServerMenu()
{
    QMenu *menu = m_window->menuBar()->addMenu(tr("&Server"));
    QAction *add = menu->addAction(icon(Symbol::Add), tr("&Add server…"));
    add->setShortcut(QKeySequence::New);
    connect(add, &QAction::triggered, this, &MainMenus::addServerRequested);
    const auto ofServer = [&](const QIcon &picture, const QString &text, void (MainMenus::*wanted)(quint16)) {
        QAction *action = menu->addAction(picture, text);
        connect(action, &QAction::triggered, this, [this, wanted] {
            if (m_server)
                Q_EMIT(this->*wanted)(*m_server);
        });
        m_ofServer.append(action);
    };
    ofServer(icon(Symbol::Refresh), tr("&Connect now"), &MainMenus::connectRequested);
    ofServer({}, tr("&Edit…"), &MainMenus::editServerRequested);
    ofServer(icon(Symbol::Remove), tr("&Remove…"), &MainMenus::removeServerRequested);
    menu->addSeparator();
    QAction *preferences = menu->addAction(tr("&Preferences…"));
    preferences->setObjectName(u"preferencesAction"_s);
    preferences->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Comma));
    preferences->setMenuRole(QAction::PreferencesRole);
    connect(preferences, &QAction::triggered, this, &MainMenus::preferencesRequested);
    menu->addSeparator();
    QAction *quit = menu->addAction(icon(Symbol::Quit), tr("&Quit"));
    quit->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Q));
    quit->setMenuRole(QAction::QuitRole);
    connect(quit, &QAction::triggered, this, &MainMenus::quitRequested);
}

void MainMenus::makeHelpMenu()
{
    QMenu *menu = m_window->menuBar()->addMenu(tr("&Help"));
    QAction *about = menu->addAction(icon(Symbol::About), tr("&About Mailhelm"));
    about->setMenuRole(QAction::AboutRole);
    connect(about, &QAction::triggered, this, &MainMenus::aboutRequested);
}

void MainMenus::makePageActions()
{
    for (Page *page : m_parts.pages) {
        auto *action = new QAction(page->title(), this);
        action->setShortcut(QKeySequence(QKeyCombination(Qt::CTRL, Qt::Key(Qt::Key_1 + m_pageActions.size()))));
        connect(action, &QAction::triggered, this, [this, page] { Q_EMIT pageRequested(page); });
        m_pageActions.append(action);
        m_window->addAction(action);
    }
}

void MainMenus::makeToggles()
{
    const auto preference = [this](QAction *action, const QString &name, bool Preferences::Values::*value) {
        action->setObjectName(name);
        action->setCheckable(true);
        connect(action, &QAction::toggled, this, [this, value](bool on) {
            Preferences::Values values = m_parts.preferences.values();
            values.*value = on;
            m_parts.preferences.setValues(values);
        });
    };
    preference(m_names, u"namesAction"_s, &Preferences::Values::resolveNames);
    m_names->setToolTip(tr("Looks the addresses on the screen up in the DNS, whose servers learn of it"));
    preference(m_serverTimes, u"serverTimesAction"_s, &Preferences::Values::serverTimes);
    connect(&m_parts.preferences, &Preferences::changed, this, &MainMenus::applyPreferences);
    applyPreferences();

    m_parts.servers->toggleViewAction()->setText(tr("&Servers"));
    m_parts.details->toggleViewAction()->setText(tr("&Details"));
    m_parts.details->toggleViewAction()->setShortcut(QKeySequence(Qt::Key_F4));
    m_window->addAction(m_parts.details->toggleViewAction()); // its key works while the menu is of another page
    m_nextPane->setShortcut(QKeySequence(Qt::Key_F6));
    connect(m_nextPane, &QAction::triggered, this, &MainMenus::nextPaneRequested);
    m_window->addAction(m_nextPane);
    m_back->setObjectName(u"backAction"_s);
    m_back->setShortcut(QKeySequence(Qt::ALT | Qt::Key_Left));
    m_back->setToolTip(tr("To the page that the last jump came from (Alt+Left)"));
    m_back->setEnabled(false);
    connect(m_back, &QAction::triggered, this, &MainMenus::backRequested);
    m_window->addAction(m_back);
}

void MainMenus::makeUndo()
{
    m_undo->setObjectName(u"undoAction"_s);
    m_undo->setShortcut(QKeySequence(QKeySequence::Undo));
    m_myActions->setObjectName(u"myActionsAction"_s);
    m_window->addAction(m_undo);
    connect(m_undo, &QAction::triggered, this, [this] {
        if (const ActionLog::Entry *last = m_parts.actionLog.lastUndoable())
            m_parts.actionLog.undo(last->number);
    });
    connect(m_myActions, &QAction::triggered, this, &MainMenus::myActionsRequested);
    connect(&m_parts.actionLog, &ActionLog::changed, this, &MainMenus::updateUndo);
    updateUndo();
}

void MainMenus::showPage(Page *page)
{
    m_viewMenu->clear();
    m_viewMenu->addActions(page->viewActions());
    m_viewMenu->addSeparator();
    m_viewMenu->addActions(m_pageActions);
    m_viewMenu->addSeparator();
    m_viewMenu->addActions(
        { m_parts.servers->toggleViewAction(), m_parts.details->toggleViewAction(), m_nextPane, m_back });
    m_viewMenu->addSeparator();
    m_viewMenu->addActions({ m_names, m_serverTimes });
    m_actionsMenu->clear();
    m_actionsMenu->addActions(page->rowActions());
    m_actionsMenu->addSeparator();
    m_actionsMenu->addActions({ m_undo, m_myActions });
}

void MainMenus::setBackPossible(bool possible)
{
    m_back->setEnabled(possible);
}

void MainMenus::setServer(std::optional<quint16> server)
{
    m_server = server;
    for (QAction *action : std::as_const(m_ofServer))
        action->setEnabled(server.has_value());
}

void MainMenus::applyPreferences()
{
    m_names->setChecked(m_parts.preferences.values().resolveNames);
    m_serverTimes->setChecked(m_parts.preferences.values().serverTimes);
}

void MainMenus::updateUndo()
{
    const ActionLog::Entry *last = m_parts.actionLog.lastUndoable();
    m_undo->setEnabled(last != nullptr);
    m_undo->setText(last ? tr("&Undo %1").arg(safeActionText(ActionLog::describe(*last), 80)) : tr("&Undo"));
    // Never without a text of its own: Qt would show the action's, which holds names of users, as HTML.
    m_undo->setToolTip(tr("Brings the accounts back to the state of before (Ctrl+Z)"));
}

} // namespace mailhelm
