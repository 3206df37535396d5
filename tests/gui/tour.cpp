// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/tour.h"

#include "core/base/safetext.h"
#include "models/rowselection.h"

#include <QLineEdit>
#include <QMenuBar>
#include <QToolButton>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 Minute = 60'000'000;
constexpr qint64 Day = 1440 * Minute;

/// Texts in all columns of text, and what the pages need to show the row.
void putRow(FakeBackend &backend, const Clock &clock, TableId id, RowKey row, const QByteArray &text)
{
    FakeTable &rows = backend.rows(id);
    const Schema &schema = rows.table().schema();
    const qint64 now = clock.nowUs();
    FakeTable::Cells cells;
    for (int column = 0; column < schema.columnCount(); ++column)
        if (schema.column(column).isText() && schema.column(column).key != "server")
            cells.append({ column, text });
    switch (id) {
    case TableId::Connections:
        cells += FakeTable::Cells { { connections::Since, now - Minute }, { connections::Secure, false },
            { connections::ClientAddress, Address::fromV4(0xcb007107) } };
        break;
    case TableId::Webmail:
        cells += FakeTable::Cells { { webmail::Started, now - Minute }, { webmail::LastActive, now },
            { webmail::Expires, now + 10 * Minute } };
        break;
    case TableId::Users:
        cells += FakeTable::Cells { { users::Created, now - 900 * Day }, { users::WatchedSince, now - 900 * Day },
            { users::LastLogin, now - 800 * Day }, { users::MailboxBytes, qint64(4711) } };
        break;
    case TableId::Deleted:
        cells += FakeTable::Cells { { deleted::Deleted, now - Day }, { deleted::Purge, now + 6 * Day } };
        break;
    case TableId::History:
        cells += FakeTable::Cells { { connections::Since, now - 20 * Minute }, { history::Ended, now - 5 * Minute } };
        break;
    case TableId::Audit:
        cells += FakeTable::Cells { { audit::Time, now - Minute } };
        break;
    case TableId::Sources:
        // Its name says what it is the source of, and down is what a page tells of.
        cells += FakeTable::Cells { { sources::State, QByteArray("degraded") } };
        break;
    default:
        break;
    }
    rows.put(row, cells);
    rows.publish();
}

} // namespace

void Tour::begin(const QByteArray &text)
{
    ServerStatus &server = backend.addLive(u"mx1"_s);
    if (!text.isEmpty()) {
        const QString said = QString::fromUtf8(text);
        server.group = said;
        for (QString *each : { &server.admin, &server.role, &server.address, &server.pin, &server.security })
            *each = said;
        backend.setServers(backend.servers());
        backend.m_lines[Row] = { text, "before " + text, text };
        backend.m_historyProblem = said;
        backend.m_outcome = [said](RowKey row) {
            return row == Row ? RowOutcome { row, RowOutcome::Code::Refused, said }
                              : RowOutcome { row, RowOutcome::Code::Done, {} };
        };
        backend.m_comparison = ListComparison { { Row }, { said, u"nobody@example.org"_s }, { { 1, 2 } }, { said } };
    } else {
        backend.m_comparison = ListComparison { { { 1, 2 } }, { u"nobody@example.org"_s }, { { 1, 3 } }, {} };
        backend.m_lines[{ 1, 1 }] = { "09:12:03 imap-login: Login: user=<alice>" };
    }
    backend.fill(60);
    backend.fillSessions(30);
    backend.fillAccounts(120);
    for (const TableId id : liveTables() + QList<TableId> { TableId::History })
        putRow(backend, clock, id, Row, text.isEmpty() ? QByteArray("alice@example.org") : text);
    for (const TableId id : { TableId::Deleted, TableId::Audit, TableId::Sources, TableId::History })
        putRow(backend, clock, id, { 1, 900'002 }, "bob@example.org");
    const QByteArray name = text.isEmpty() ? QByteArray("imap") : text;
    backend.m_series = { clock.nowUs() - 60 * Minute, Minute, { name, "pop3" }, { {}, {} } };
    for (int i = 0; i < 61; ++i)
        for (QList<qint32> &counts : backend.m_series.counts)
            counts.append(i < 5 ? ProtocolCounts::NotWatched : 2 + i % 3);
    open();
    PeopleTest::settle();
}

QStringList Tour::pages() const
{
    QStringList keys;
    const auto *tabs = window->findChild<QTabWidget *>(u"tabs"_s);
    for (int i = 0; i < tabs->count(); ++i)
        keys.append(qobject_cast<Page *>(tabs->widget(i))->key());
    return keys;
}

Page *Tour::goTo(const QString &key)
{
    window->chooseTab(key);
    QCoreApplication::processEvents();
    Page *page = window->currentPage();
    if (auto *table = qobject_cast<TablePage *>(page)) {
        table->model().flush();
        QCoreApplication::processEvents();
        const int row = table->model().rowOf(Row);
        if (table->model().rowCount() > 0) {
            table->view().setCurrentIndex(table->model().index(std::max(0, row), 0));
            table->selection().selectOnly(std::max(0, row));
        }
    }
    page->takeFocus();
    QCoreApplication::processEvents();
    return page;
}

const QList<Tour::Stop> &Tour::dialogs()
{
    static const auto trigger = [](Tour &tour, const QString &page, const char *name) {
        tour.goTo(page);
        tour.action(name)->trigger();
    };
    static const QList<Stop> all {
        { "add server", [](Tour &tour) { tour.window->openAddServer(); }, "addServerDialog" },
        { "edit server", [](Tour &tour) { tour.window->openEditServer(1); }, "editServerDialog" },
        { "remove server", [](Tour &tour) { tour.window->askRemoveServer(1); }, "removeServerBox" },
        { "preferences", [](Tour &tour) { tour.window->openPreferences(); }, "preferencesDialog" },
        { "about", [](Tour &tour) { tour.window->openAbout(); }, "aboutDialog" },
        { "my actions",
            [](Tour &tour) {
                tour.backend.act(
                    RowAction::Disable, { { 1, 1 }, Row }, {}, tour.window.get(), [](const QList<RowOutcome> &) {});
                tour.backend.act(RowAction::Drop, { Row }, {}, tour.window.get(), [](const QList<RowOutcome> &) {});
                QCoreApplication::processEvents();
                tour.window->openActionLog();
            },
            "actionLogDialog" },
        { "drop",
            [](Tour &tour) {
                tour.page()->askDrop({ Row, { 1, 1 }, { 1, 2 } });
            },
            "dropDialog" },
        { "end", [](Tour &tour) { trigger(tour, u"webmail"_s, "endAction"); }, "endDialog" },
        { "drop users", [](Tour &tour) { trigger(tour, u"online"_s, "dropUsersAction"); }, "dropUsersDialog" },
        { "disable", [](Tour &tour) { trigger(tour, u"inactive"_s, "disableAction"); }, "accountDialog" },
        { "delete many",
            [](Tour &tour) {
                tour.goTo(u"inactive"_s);
                tour.shown()->selection().selectAll();
                tour.action("deleteAction")->trigger();
            },
            "accountDialog" },
        { "restore", [](Tour &tour) { trigger(tour, u"deleted"_s, "restoreAction"); }, "accountDialog" },
        { "progress",
            [](Tour &tour) {
                tour.backend.m_outcome = [outcome = tour.backend.m_outcome](RowKey row) {
                    const RowOutcome said = outcome(row);
                    return said.code == RowOutcome::Code::Refused
                        ? said
                        : RowOutcome { row, RowOutcome::Code::Refused, u"the mail host says no"_s };
                };
                trigger(tour, u"inactive"_s, "disableAction");
                if (auto *asked = tour.opened<QDialog>("accountDialog"))
                    asked->findChild<QPushButton *>(u"do"_s)->click();
                QCoreApplication::processEvents();
            },
            "progressDialog" },
        { "timeframe",
            [](Tour &tour) {
                tour.goTo(u"inactive"_s);
                tour.shown()->findChild<QMenu *>(u"timeframeMenu"_s)->actions().constLast()->trigger();
            },
            "timeframeDialog" },
        { "export", [](Tour &tour) { tour.goTo(u"connections"_s), tour.page()->openExport(); }, "exportDialog" },
        { "compare",
            [](Tour &tour) {
                trigger(tour, u"inactive"_s, "compareAction");
                auto *dialog = tour.opened<QDialog>("compareDialog");
                dialog->findChild<QLineEdit *>(u"file"_s)->setText(u"list.csv"_s);
                dialog->findChild<QPushButton *>(u"compare"_s)->click();
            },
            "compareDialog" },
        { "keep filter",
            [](Tour &tour) {
                tour.goTo(u"connections"_s);
                tour.page()->setFilterText(u"user:alice"_s);
                QMenu *filters = tour.child<QToolButton>("filtersButton")->menu();
                Q_EMIT filters->aboutToShow();
                filters->findChild<QAction *>(u"keepFilterAction"_s)->trigger();
            },
            "filterNameDialog" },
        { "save picture", [](Tour &tour) { trigger(tour, u"overview"_s, "savePictureAction"); }, "savePictureDialog" },
    };
    return all;
}

QWidget *Tour::show(const Stop &stop)
{
    stop.open(*this);
    QCoreApplication::processEvents();
    return opened<QWidget>(stop.object);
}

void Tour::closeAll()
{
    for (QWidget *top : QApplication::topLevelWidgets())
        if (top->isVisible() && top != window.get())
            top->close();
    QCoreApplication::processEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
}

QList<Tour::Menu> Tour::menusOf(const QString &key)
{
    Page *page = goTo(key);
    QList<Menu> found;
    const std::function<void(const QString &, QMenu *)> add = [&](const QString &name, QMenu *menu) {
        Q_EMIT menu->aboutToShow();
        found.append({ name, menu });
        for (QAction *action : menu->actions())
            if (action->menu())
                add(name + u'/' + action->text(), action->menu());
    };
    for (QAction *top : window->menuBar()->actions())
        add(key + u": "_s + top->text(), top->menu());
    for (QToolButton *button : page->findChildren<QToolButton *>())
        if (button->menu())
            add(key + u": "_s + button->objectName(), button->menu());
    if (auto *table = qobject_cast<TablePage *>(page)) {
        Q_EMIT table->view().menuRequested(QPoint(10, 10));
        if (auto *menu = opened<QMenu>("contextMenu"))
            add(key + u": row"_s, menu);
        Q_EMIT table->view().horizontalHeader()->customContextMenuRequested(QPoint(5, 5));
        if (auto *menu = opened<QMenu>("headerMenu"))
            add(key + u": header"_s, menu);
    }
    return found;
}

} // namespace mailhelm
