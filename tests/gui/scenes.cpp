// SPDX-License-Identifier: GPL-3.0-or-later
// What the console is to be seen in: every page, dialog, menu and state.
#include "tests/gui/stage.h"

#include "core/table/livetable.h"
#include "models/tablemodel.h"
#include "tests/gui/samplehost.h"
#include "views/comparedialog.h"
#include "views/connectionspage.h"
#include "views/detailspane.h"
#include "views/filterfield.h"
#include "views/messageline.h"
#include "views/namedfilters.h"
#include "views/rowsview.h"
#include "views/serverspanel.h"
#include "views/toolrow.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 Second = 1'000'000;

/// The window at a page of the usual host.
std::function<void(Stage &)> page(const QString &key)
{
    return [key](Stage &stage) {
        stage.host();
        stage.at(key);
    };
}

/// A page's action for so many of its rows.
std::function<void(Stage &)> asking(const QString &key, int rows, const char *action)
{
    return [=](Stage &stage) {
        stage.host();
        stage.at(key);
        stage.select(0, rows);
        stage.press(action);
    };
}

/// The menu of a button of the tool row, which must not run a loop of its own.
void popUpOf(Stage &stage, const char *button)
{
    auto *found = stage.window().currentPage()->findChild<QToolButton *>(QLatin1StringView(button));
    if (found && found->menu())
        stage.popUp(found->menu(), found->mapToGlobal(QPoint(0, found->height())));
}

/// At its place under the menu bar.
void popUpBar(Stage &stage, int index)
{
    QMenuBar *bar = stage.window().menuBar();
    QAction *action = bar->actions().value(index);
    stage.popUp(action->menu(), bar->mapToGlobal(bar->actionGeometry(action).bottomLeft()));
}

QList<RowKey> keysOf(Stage &stage, TableId id, int from, int count)
{
    const Table &table = stage.backend.table(id).table();
    QList<RowKey> keys;
    for (Table::Slot slot = Table::Slot(from); slot < table.slotEnd() && keys.size() < count; ++slot)
        if (table.isLive(slot))
            keys.append(table.keyAt(slot));
    return keys;
}

/// A row of the user with most connections, with lines in the log.
void selectSomebody(Stage &stage)
{
    TablePage *shown = stage.window().currentTable();
    shown->setFilterText(u"user:maria.thompson | user:hannah"_s);
    shown->model().flush();
    for (int row = 0; row < shown->model().rowCount(); ++row) {
        const Value user = shown->model().valueAt(row, connections::User);
        if (const auto *name = std::get_if<QByteArray>(&user); name && name->startsWith("maria.thompson")) {
            stage.backend.m_lines[shown->model().keyAt(row)] = SampleHost::journal(*name);
            stage.select(row, 1);
            return;
        }
    }
}

void showLost(Stage &stage)
{
    stage.clock.advanceUs(14 * Second);
    QList<ServerStatus> servers = stage.backend.servers();
    servers[0].state = LinkState::Stale;
    servers[0].error = u"Cannot connect to mx1.example.org:6245: no answer within 5 s."_s;
    servers[0].lostUs = stage.clock.monotonicUs() - 14 * Second;
    servers[0].nextTryUs = stage.clock.monotonicUs() + 8 * Second;
    stage.backend.setServers(servers);
}

void showKeyChanged(Stage &stage)
{
    QList<ServerStatus> servers = stage.backend.servers();
    servers[0].state = LinkState::Refused;
    servers[0].seenPin = u"3c1b290208a58a3877ad1f0c6a0b6c9de4f1725540c1a8f2b09d6e3a517c88fe"_s;
    servers[0].error = u"Cannot connect to mx1.example.org:6245: another key answers than the one that was paired."_s;
    stage.backend.setServers(servers);
}

QList<Scene> pages()
{
    return {
        { "overview", "What an administrator wants to see first", page(u"overview"_s) },
        { "connections", "Every connection of the server, live", page(u"connections"_s) },
        { "webmail", "WebMail sessions and when they expire", page(u"webmail"_s) },
        { "online", "Who is online, and through what",
            [](Stage &stage) {
                stage.host();
                stage.at(u"online"_s);
                stage.select(3, 1);
            } },
        { "inactive", "Accounts that nobody uses", page(u"inactive"_s) },
        { "deleted", "Deleted accounts, which can be restored for a while",
            [](Stage &stage) {
                stage.host();
                stage.at(u"deleted"_s);
                stage.select(0, 1);
            } },
        { "history", "Who was connected in the last day", page(u"history"_s) },
        { "audit", "What administrators did", page(u"audit"_s) },
        { "sources", "What the agent reads from", page(u"sources"_s) },
        { "details", "Everything about the chosen row, below the table",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                stage.window().detailsPane()->show();
                stage.window().resizeDocks({ stage.window().detailsPane() }, { 240 }, Qt::Vertical);
                selectSomebody(stage);
            } },
        { "details-right", "Everything about the chosen row, at the right",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                stage.window().addDockWidget(Qt::RightDockWidgetArea, stage.window().detailsPane());
                stage.window().detailsPane()->show();
                stage.window().resizeDocks({ stage.window().detailsPane() }, { 420 }, Qt::Horizontal);
                selectSomebody(stage);
            } },
    };
}

QList<Scene> states()
{
    return {
        { "no-server", "First start: paste a pairing link",
            [](Stage &stage) {
                stage.window();
                stage.at(u"connections"_s);
            } },
        { "connecting", "On the way to the server",
            [](Stage &stage) {
                stage.backend.addLive(u"mx1"_s).updatedUs = 0;
                stage.backend.setState(1, LinkState::Connecting);
                stage.at(u"connections"_s);
            } },
        { "lost", "The connection was lost: the last known rows stay, and say so",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                showLost(stage);
            } },
        { "refused", "Another key answers: nothing is sent",
            [](Stage &stage) {
                stage.backend.addLive(u"mx1"_s).updatedUs = 0;
                stage.at(u"connections"_s);
                showKeyChanged(stage);
                stage.settle();
                if (stage.shown() != &stage.window())
                    stage.shown()->close();
            } },
        { "empty", "A quiet server",
            [](Stage &stage) {
                stage.backend.addLive(u"mx1"_s);
                stage.at(u"connections"_s);
            } },
        { "cannot-read", "A source is down: why, and what mends it",
            [](Stage &stage) {
                stage.backend.addLive(u"mx1"_s);
                stage.backend.rows(TableId::Sources)
                    .put({ 1, 1 },
                        { { sources::Source, QByteArray("accounts") }, { sources::State, QByteArray("down") },
                            { sources::Detail,
                                QByteArray("Access denied for user 'mailhelm'@'localhost' (PostfixAdmin, mysql)") },
                            { sources::Mend,
                                QByteArray("GRANT SELECT, UPDATE ON postfix.* TO 'mailhelm'@'localhost';") } });
                stage.backend.rows(TableId::Sources).publish();
                stage.at(u"inactive"_s);
            } },
        { "not-configured", "No WebMail is configured: the lines that do it",
            [](Stage &stage) {
                stage.backend.addLive(u"mx1"_s);
                stage.at(u"webmail"_s);
            } },
        { "source-down", "A source was lost: the rows are the last known ones",
            [](Stage &stage) {
                stage.host();
                stage.at(u"inactive"_s);
                SampleHost::breakSource(
                    stage.backend, 1, "accounts", "no answer from the database within 5 s", "systemctl status mariadb");
                SampleHost::breakSource(
                    stage.backend, 1, "webmail", "no answer from the database within 5 s", "systemctl status mariadb");
            } },
        { "filter", "A filter: 12 of so many",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s)->setFilterText(u"service=IMAPS info:Thunderbird since>1h"_s);
            } },
        { "filter-completion", "Columns are offered while a filter is typed",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                FilterField &field = stage.window().currentTable()->toolRow().filter();
                field.setFocus();
                QTest::keyClicks(&field, u"service=IMAPS la"_s);
            } },
        { "tooltip", "The whole of a cell: the exact time, and when the service ends the connection",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s)->setFilterText(u"service=IMAPS"_s);
                stage.window().currentTable()->model().flush();
                QCoreApplication::processEvents();
                RowsView &view = stage.window().currentTable()->view();
                const QPoint place
                    = view.visualRect(stage.window().currentTable()->model().index(5, connections::Since)).center();
                QHelpEvent help(QEvent::ToolTip, place, view.viewport()->mapToGlobal(place));
                QCoreApplication::sendEvent(view.viewport(), &help);
            } },
        { "filter-wrong", "A filter that cannot be understood says where",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s)->setFilterText(u"user:anna since>soon"_s);
            } },
        { "filter-hides-all", "A filter that lets nothing through",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s)->setFilterText(u"user=nobody.at.all"_s);
            } },
        { "one-row", "A single row",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s)->setFilterText(u"service=ADMIN"_s);
            } },
        { "many-rows", "A hundred thousand connections",
            [](Stage &stage) {
                stage.backend.addLive(u"mx1"_s);
                stage.backend.fill(100'000);
                stage.at(u"connections"_s)->model().flush();
                stage.settle();
            } },
        { "hostile", "Names that were chosen to mislead stay text",
            [](Stage &stage) {
                stage.host(8);
                SampleHost::fillHostile(stage.backend, 1);
                stage.at(u"connections"_s);
            } },
        { "fleet", "Several servers in one table",
            [](Stage &stage) {
                stage.host(120);
                SampleHost::addFleet(stage.backend);
                stage.at(u"connections"_s);
            } },
        { "fleet-overview", "Several servers: what there is to see first",
            [](Stage &stage) {
                stage.host(120);
                SampleHost::addFleet(stage.backend);
                stage.at(u"overview"_s);
            } },
        { "paused", "Paused: the rows stand still, the changes wait",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                stage.select(4, 1);
                stage.window().currentTable()->viewActions().value(2)->trigger();
                stage.clock.advanceUs(Second);
                SampleHost::turnOver(stage.backend, 1);
            } },
        { "marks", "What came and what went a moment ago",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                stage.settle();
                SampleHost::turnOver(stage.backend, 1);
                stage.clock.advanceUs(Second / 2);
            } },
        { "selection", "Some rows are selected",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                stage.select(3, 4);
            } },
        { "dropped", "What became of it stands in a line, not in a box",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                const QList<RowKey> rows = keysOf(stage, TableId::Connections, 10, 3);
                stage.backend.m_outcome = [rows](RowKey row) {
                    return RowOutcome { row, row == rows[1] ? RowOutcome::Code::Gone : RowOutcome::Code::Done, {} };
                };
                stage.window().connectionsPage()->askDrop(rows);
                stage.click("do");
            } },
    };
}

QList<Scene> menus()
{
    return {
        { "menu", "Right-click on a row",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                stage.select(4, 1);
                stage.openMenu(4);
            } },
        { "menu-header", "Right-click on the column titles",
            [](Stage &stage) {
                stage.host();
                TablePage *table = stage.at(u"connections"_s);
                Q_EMIT table->view().horizontalHeader()->customContextMenuRequested(QPoint(300, 10));
            } },
        { "menu-more", "The menu at the right of the tool row",
            [](Stage &stage) {
                stage.host();
                stage.at(u"inactive"_s);
                popUpOf(stage, "moreButton");
            } },
        { "menu-filters", "Filters that were given a name",
            [](Stage &stage) {
                stage.host();
                TablePage *table = stage.at(u"connections"_s);
                table->namedFilters().keep(u"Not secured"_s, u"secure=no !protocol=smtp"_s);
                table->namedFilters().keep(u"Phones"_s, u"extension=ActiveSync"_s);
                table->namedFilters().keep(u"Since yesterday"_s, u"since>12h"_s);
                table->setFilterText(u"since>12h"_s);
                popUpOf(stage, "filtersButton");
            } },
        { "menu-interval", "How often the table is brought up to date",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                popUpOf(stage, "intervalButton");
            } },
        { "menu-view", "The menu View",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                popUpBar(stage, 1);
            } },
        { "menu-actions", "The menu Actions",
            [](Stage &stage) {
                stage.host();
                stage.at(u"inactive"_s);
                stage.select(0, 3);
                popUpBar(stage, 2);
            } },
        { "timeframe", "For how long nobody must have logged in",
            [](Stage &stage) {
                stage.host();
                stage.at(u"inactive"_s);
                popUpOf(stage, "timeframeButton");
            } },
    };
}

QList<Scene> dialogs()
{
    return {
        { "add-server", "Add a server by its pairing link", [](Stage &stage) { stage.window().openAddServer(); } },
        { "add-server-link", "What the pairing link says",
            [](Stage &stage) {
                stage.window().openAddServer(u"mailhelm://mx1.example.org:6245/k7Q2…"_s);
                stage.type("name", u"mx1"_s);
            } },
        { "add-server-used", "The link was used already",
            [](Stage &stage) {
                stage.backend.m_addError = Error { ErrorCode::Refused,
                    u"This link was used already. A link works once: make another with mailhelmd enroll."_s };
                stage.window().openAddServer(u"mailhelm://mx1.example.org:6245/k7Q2…"_s);
                stage.click("add");
            } },
        { "edit-server", "Name, group and colour of a server",
            [](Stage &stage) {
                stage.host(8);
                stage.window().openEditServer(1);
            } },
        { "remove-server", "Remove a server from the list",
            [](Stage &stage) {
                stage.host(8);
                stage.window().askRemoveServer(1);
            } },
        { "key-changed", "Another key answers than the one that was paired",
            [](Stage &stage) {
                stage.host(8);
                stage.window();
                showKeyChanged(stage);
            } },
        { "drop", "Drop connections", asking(u"connections"_s, 3, "dropAction") },
        { "drop-ended", "One of them ended meanwhile",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s);
                const QList<RowKey> rows = keysOf(stage, TableId::Connections, 10, 3);
                stage.window().connectionsPage()->askDrop(rows);
                stage.backend.rows(TableId::Connections).remove(rows[1]);
                stage.backend.rows(TableId::Connections).publish();
            } },
        { "drop-users", "Drop everything of a user", asking(u"online"_s, 2, "dropUsersAction") },
        { "end-sessions", "End WebMail sessions", asking(u"webmail"_s, 2, "endAction") },
        { "disable", "Disable accounts", asking(u"inactive"_s, 3, "disableAction") },
        { "block", "Block logins", asking(u"inactive"_s, 2, "blockAction") },
        { "delete", "Delete accounts", asking(u"inactive"_s, 12, "deleteAction") },
        { "restore", "Restore a deleted account", asking(u"deleted"_s, 1, "restoreAction") },
        { "progress", "Many accounts at once",
            [](Stage &stage) {
                stage.host();
                stage.backend.m_slow = true;
                stage.at(u"inactive"_s);
                stage.select(0, 20);
                stage.press("disableAction");
                stage.click("do");
                for (int i = 0; i < 7; ++i)
                    stage.backend.answerOne();
                stage.settle();
            } },
        { "partial-failure", "Some could not be done",
            [](Stage &stage) {
                stage.host();
                stage.backend.m_outcome = [](RowKey row) {
                    if (row.id % 3 == 0)
                        return RowOutcome { row, RowOutcome::Code::Refused,
                            u"the address is an alias of another account"_s };
                    if (row.id % 5 == 0)
                        return RowOutcome { row, RowOutcome::Code::NotReached, u"no answer within 10 s"_s };
                    return RowOutcome { row, RowOutcome::Code::Done, {} };
                };
                stage.at(u"inactive"_s);
                stage.select(0, 20);
                stage.press("disableAction");
                stage.click("do");
            } },
        { "export", "Export rows",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s)->openExport();
                stage.type("file", u"/home/alice/connections-20251120-1225.csv"_s);
            } },
        { "export-failed", "The file cannot be written",
            [](Stage &stage) {
                stage.host();
                stage.at(u"connections"_s)->openExport();
                stage.type("file", u"/nowhere/connections.csv"_s);
                stage.click("export");
            } },
        { "compare", "Compare with a list: before",
            [](Stage &stage) {
                stage.host();
                stage.at(u"inactive"_s);
                stage.press("compareAction");
            } },
        { "compare-result", "Compare with a list: what came of it",
            [](Stage &stage) {
                stage.host();
                const QList<RowKey> keys = keysOf(stage, TableId::Users, 0, 60);
                ListComparison found;
                found.onlyHere = keys.first(23);
                found.both = keys.mid(23);
                found.onlyListed = { u"j.neumann@example.org"_s, u"l.oliveira@example.com"_s };
                found.remarks = { u"Line 17 holds no address: «n/a»"_s };
                stage.backend.m_comparison = found;
                stage.at(u"inactive"_s);
                stage.press("compareAction");
                stage.find<QLineEdit>("file")->setText(u"/home/alice/billing-2025-11.csv"_s);
                stage.click("compare");
            } },
        { "timeframe-other", "Any other timeframe",
            [](Stage &stage) {
                stage.host();
                stage.at(u"inactive"_s);
                auto *menu = stage.window().currentPage()->findChild<QMenu *>(u"timeframeMenu"_s);
                menu->actions().constLast()->trigger();
            } },
        { "filter-name", "A filter gets a name",
            [](Stage &stage) {
                stage.host(8);
                TablePage *table = stage.at(u"connections"_s);
                table->setFilterText(u"secure=no"_s);
                table->namedFilters().askName(u"secure=no"_s, &stage.window());
            } },
        { "preferences", "Preferences", [](Stage &stage) { stage.window().openPreferences(); } },
        { "my-actions", "What was done from here, and can be undone",
            [](Stage &stage) {
                stage.host();
                stage.at(u"inactive"_s);
                stage.backend.act(RowAction::Disable, keysOf(stage, TableId::Users, 3, 3), {}, &stage.window(),
                    [](const QList<RowOutcome> &) {});
                stage.settle();
                stage.clock.advanceUs(47 * Second);
                stage.backend.act(RowAction::Drop, keysOf(stage, TableId::Connections, 4, 1), {}, &stage.window(),
                    [](const QList<RowOutcome> &) {});
                stage.settle();
                stage.clock.advanceUs(200 * Second);
                stage.window().openActionLog();
            } },
        { "about", "About Mailhelm", [](Stage &stage) { stage.window().openAbout(); } },
    };
}

} // namespace

const QList<Scene> &scenes()
{
    static const QList<Scene> all = pages() + states() + menus() + dialogs();
    return all;
}

} // namespace mailhelm
