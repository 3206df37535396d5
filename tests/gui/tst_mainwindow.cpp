// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"
#include "tests/gui/hostiletexts.h"

#include "core/base/safetext.h"
#include "models/rowselection.h"
#include "views/celldelegate.h"
#include "views/confirmdialog.h"
#include "views/detailspane.h"
#include "views/serverspanel.h"
#include "views/viewtext.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTextLayout>
#include <QTreeWidget>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestMainWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_gui.reset(); }
    void tabsCarryCountsAndKeys();
    void choosingAServerShowsItsRows();
    void statusLineSaysWhoWhereHow();
    void environmentColourShows();
    void columnsAreRemembered();
    void aServerCanHaveItsOwnColumns();
    void lossesAreRemembered();
    void windowIsRemembered();
    void oneServerNeedsNoList();
    void menusHoldTheSameActions();
    void serverIsRemovedOnlyWhenSaidSo();
    void everythingHasAName();
    void keyboardIsInTheTableAtOnce();
    void saysWhatWasAskedForInVain();
    void screenReadersLearnWhatIsSelected();
    void addressesEndInTheirDomain_data();
    void addressesEndInTheirDomain();
    void hostileTextStaysText_data();
    void hostileTextStaysText();

private:
    void checkPlain(QWidget *root);
    std::unique_ptr<GuiTest> m_gui;
};

void TestMainWindow::init()
{
    // The off-screen platform says so of window managers' affairs.
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    m_gui = std::make_unique<GuiTest>();
    m_gui->backend.addLive(u"mx1"_s);
    m_gui->backend.fill(1284);
    m_gui->open();
}

void TestMainWindow::tabsCarryCountsAndKeys()
{
    auto *tabs = m_gui->child<QTabWidget>("tabs");
    const auto placeOf = [&](const QString &key) {
        for (int i = 0; i < tabs->count(); ++i)
            if (qobject_cast<Page *>(tabs->widget(i))->key() == key)
                return i;
        return -1;
    };
    const auto press
        = [&](int place) { QTest::keyClick(m_gui->window.get(), Qt::Key(Qt::Key_1 + place), Qt::ControlModifier); };
    const int connections = placeOf(u"connections"_s);
    QTRY_COMPARE(tabs->tabText(connections), u"Connections  1,284"_s);
    for (int place = tabs->count() - 1; place >= 0; --place) {
        press(place);
        QCOMPARE(tabs->currentIndex(), place);
    }
    press(placeOf(u"sources"_s));
    m_gui->backend.m_refreshes.clear();
    QTest::keyClick(m_gui->window.get(), Qt::Key_F5);
    QCOMPARE(m_gui->backend.m_refreshes, QList<TableId> { TableId::Sources }); // of the page that is seen
    press(connections);
    m_gui->backend.fill(1);
    QTRY_COMPARE(tabs->tabText(connections), u"Connections  1,285"_s);
}

void TestMainWindow::choosingAServerShowsItsRows()
{
    m_gui->backend.addLive(u"mx2"_s);
    m_gui->backend.fill(10, 2);
    m_gui->settle();
    QCOMPARE(m_gui->model().rowCount(), 1294);
    const int serverColumn = m_gui->model().schema().indexOf("server");
    QVERIFY(!m_gui->view().horizontalHeader()->isSectionHidden(serverColumn));
    auto *list = m_gui->child<QTreeWidget>("servers");
    const QList<QTreeWidgetItem *> found = list->findItems(u"mx2"_s, Qt::MatchExactly);
    QCOMPARE(found.size(), 1);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, Qt::NoModifier, list->visualItemRect(found[0]).center());
    QCOMPARE(m_gui->model().rowCount(), 10);
    QVERIFY(m_gui->view().horizontalHeader()->isSectionHidden(serverColumn));
    QCOMPARE(found[0]->text(1), u"10"_s);
    // A filter goes with the server; a wrong quote does not lift it.
    m_gui->page()->setFilterText(u"service=IMAPS | service=SMTP"_s);
    QVERIFY(m_gui->model().rowCount() < 10);
    QCOMPARE(m_gui->child<QLabel>("counts")->text(), u"%1 of 10"_s.arg(m_gui->model().rowCount()));
    m_gui->page()->setFilterText(QString());
    m_gui->window->serversPanel()->choose(std::nullopt);
    QCOMPARE(m_gui->model().rowCount(), 1294);
}

void TestMainWindow::statusLineSaysWhoWhereHow()
{
    m_gui->clock.advanceUs(2'000'000);
    Q_EMIT m_gui->backend.serverChanged(1);
    auto *link = m_gui->child<QLabel>("link");
    QCOMPARE(link->text(), u"mx1.example.org:6245 as alice (owner) · TLS 1.3, pinned"_s);
    QCOMPARE(m_gui->child<QLabel>("age")->text(), u"updated 2 s ago"_s);
    QVERIFY(m_gui->child<QLabel>("countsByService")->text().contains(u"IMAP: "_s)); // a name may end in a figure
    m_gui->backend.setState(1, LinkState::Stale, u"timed out"_s);
    m_gui->clock.advanceUs(3'000'000);
    Q_EMIT m_gui->backend.serverChanged(1);
    QCOMPARE(link->text(), u"connection lost 3 s ago: timed out; next try in 5 s"_s);
    QVERIFY(link->palette().color(QPalette::WindowText) != m_gui->window->palette().color(QPalette::WindowText));
}

void TestMainWindow::environmentColourShows()
{
    auto *bar = m_gui->child<QFrame>("environmentBar");
    QVERIFY(bar->isVisible());
    QCOMPARE(bar->grab().toImage().pixelColor(bar->width() / 2, 2), QColor(0xd1, 0x3c, 0x3c));
    QCOMPARE(m_gui->window->windowTitle(), u"mx1 (production) – Mailhelm"_s);
}

void TestMainWindow::columnsAreRemembered()
{
    QHeaderView *header = m_gui->view().horizontalHeader();
    header->moveSection(header->visualIndex(connections::User), 0);
    header->resizeSection(connections::User, 333);
    header->setSectionHidden(connections::Info, true);
    header->setSectionHidden(connections::Pid, false);
    header->setSortIndicator(connections::User, Qt::DescendingOrder);
    m_gui->page()->setFilterText(u"service=SMTP"_s);
    m_gui->reopen();
    header = m_gui->view().horizontalHeader();
    QCOMPARE(header->logicalIndex(0), int(connections::User));
    QCOMPARE(header->sectionSize(connections::User), 333);
    QVERIFY(header->isSectionHidden(connections::Info));
    QVERIFY(!header->isSectionHidden(connections::Pid));
    QCOMPARE(m_gui->model().order(), (OrderSpec { connections::User, true }));
    QCOMPARE(m_gui->page()->filterText(), u"service=SMTP"_s);
    // And back to how a new console shows them.
    Q_EMIT header->customContextMenuRequested(QPoint(5, 5));
    auto *columns = m_gui->opened<QMenu>("headerMenu");
    QVERIFY(columns);
    columns->actions().last()->trigger();
    columns->close();
    QVERIFY(!header->isSectionHidden(connections::Info));
    QCOMPARE(header->sectionSize(connections::User) == 333, false);
    QVERIFY(header->visualIndex(connections::User) > header->visualIndex(connections::Since));
}

void TestMainWindow::aServerCanHaveItsOwnColumns()
{
    m_gui->backend.addLive(u"mx2"_s).pin = u"22"_s;
    Q_EMIT m_gui->backend.serversChanged();
    QHeaderView *header = m_gui->view().horizontalHeader();
    const auto choose = [&](std::optional<quint16> server) { m_gui->window->serversPanel()->choose(server); };
    const auto ownAction = [&](bool trigger) {
        Q_EMIT header->customContextMenuRequested(QPoint(5, 5));
        auto *menu = m_gui->opened<QMenu>("headerMenu");
        QAction *own = menu ? menu->actions().constLast() : nullptr;
        const bool is = own && own->isCheckable() && own->text().contains(u"mx2"_s);
        if (is && trigger)
            own->trigger();
        if (menu)
            menu->close();
        return is;
    };
    QVERIFY(!ownAction(false)); // all servers: nobody's own

    choose(2);
    header->setSectionHidden(connections::Secure, true);
    header->resizeSection(connections::User, 301); // shared as long as nobody says otherwise
    choose(1);
    QVERIFY(header->isSectionHidden(connections::Secure));
    QCOMPARE(header->sectionSize(connections::User), 301);

    choose(2);
    QVERIFY(ownAction(true));
    header->setSectionHidden(connections::Secure, false);
    header->resizeSection(connections::User, 222);
    header->setSortIndicator(connections::ClientAddress, Qt::AscendingOrder);
    choose(1);
    QVERIFY(header->isSectionHidden(connections::Secure));
    QCOMPARE(header->sectionSize(connections::User), 301);
    QVERIFY(m_gui->model().order().column != connections::ClientAddress);
    choose(std::nullopt);
    QVERIFY(header->isSectionHidden(connections::Secure));

    choose(2);
    m_gui->reopen(); // with the server that was chosen
    header = m_gui->view().horizontalHeader();
    choose(2);
    QVERIFY(!header->isSectionHidden(connections::Secure));
    QCOMPARE(header->sectionSize(connections::User), 222);
    QCOMPARE(m_gui->model().order(), (OrderSpec { connections::ClientAddress, false }));

    QVERIFY(ownAction(true)); // and back to what all share
    QVERIFY(header->isSectionHidden(connections::Secure));
    QCOMPARE(header->sectionSize(connections::User), 301);
    choose(1);
    choose(2);
    QCOMPARE(header->sectionSize(connections::User), 301);
}

void TestMainWindow::lossesAreRemembered()
{
    const auto toolTip = [&] {
        auto *list = m_gui->window->serversPanel()->findChild<QTreeWidget *>(u"servers"_s);
        return list->topLevelItem(list->topLevelItemCount() - 1)->toolTip(0);
    };
    QVERIFY(!toolTip().contains(u"since the start"_s));
    const auto lose = [&](int seconds) {
        m_gui->backend.setState(1, LinkState::Stale, u"timed out"_s);
        QVERIFY(!toolTip().contains(u"since the start"_s)); // it is just now: that says more
        m_gui->clock.advanceUs(seconds * 1'000'000LL);
        m_gui->backend.setState(1, LinkState::Live);
    };
    lose(42);
    QVERIFY2(toolTip().contains(u"Connection lost 1 time since the start, last at "_s), qPrintable(toolTip()));
    QVERIFY2(toolTip().contains(u"for 42 s"_s), qPrintable(toolTip()));
    lose(180);
    QVERIFY2(toolTip().contains(u"lost 2 times since the start"_s), qPrintable(toolTip()));
    QVERIFY2(toolTip().contains(u"for 3 min"_s), qPrintable(toolTip()));
}

void TestMainWindow::windowIsRemembered()
{
    m_gui->window->resize(1000, 600);
    m_gui->window->chooseTab(u"audit"_s);
    m_gui->reopen();
    QCOMPARE(m_gui->window->size(), QSize(1000, 600));
    QCOMPARE(m_gui->window->currentPage()->key(), u"audit"_s);
}

void TestMainWindow::oneServerNeedsNoList()
{
    ServersPanel *panel = m_gui->window->serversPanel();
    QVERIFY(!panel->isVisible());
    m_gui->backend.addLive(u"mx2"_s);
    QVERIFY(panel->isVisible());
    QVERIFY(m_gui->backend.removeServer(2).ok());
    QVERIFY(!panel->isVisible());
    // Whoever shows it has it from then on.
    panel->toggleViewAction()->trigger();
    QVERIFY(panel->isVisible());
    m_gui->reopen();
    QVERIFY(m_gui->window->serversPanel()->isVisible());
    m_gui->window->serversPanel()->toggleViewAction()->trigger();
    m_gui->backend.addLive(u"mx2"_s);
    QVERIFY(!m_gui->window->serversPanel()->isVisible());
}

void TestMainWindow::menusHoldTheSameActions()
{
    QAction *drop = m_gui->page()->findChild<QAction *>(u"dropAction"_s);
    QSet<QAction *> inMenus;
    for (QAction *top : m_gui->window->menuBar()->actions())
        for (QAction *action : top->menu()->actions())
            inMenus.insert(action);
    QVERIFY(inMenus.contains(drop));
    for (QAction *action : m_gui->page()->viewActions())
        QVERIFY(inMenus.contains(action));
    m_gui->click(1, connections::User);
    Q_EMIT m_gui->view().menuRequested({});
    QVERIFY(m_gui->opened<QMenu>("contextMenu")->actions().contains(drop));
}

void TestMainWindow::serverIsRemovedOnlyWhenSaidSo()
{
    m_gui->window->askRemoveServer(1);
    auto *box = m_gui->opened<QMessageBox>("removeServerBox");
    QCOMPARE(box->textFormat(), Qt::PlainText);
    QTest::keyClick(box, Qt::Key_Return); // Cancel is the default
    QTRY_VERIFY(!m_gui->opened<QMessageBox>("removeServerBox"));
    QCOMPARE(m_gui->backend.servers().size(), 1);
    m_gui->window->askRemoveServer(1);
    box = m_gui->opened<QMessageBox>("removeServerBox");
    for (QAbstractButton *button : box->buttons())
        if (box->buttonRole(button) == QMessageBox::DestructiveRole)
            button->click();
    QCOMPARE(m_gui->backend.servers().size(), 0);
}

void TestMainWindow::everythingHasAName()
{
    m_gui->window->openAddServer();
    m_gui->click(1, connections::User);
    QStringList nameless;
    for (QWidget *top : QApplication::topLevelWidgets()) {
        for (QWidget *widget : top->findChildren<QWidget *>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || qobject_cast<QTabWidget *>(widget))
                continue;
            QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
            if (interface && interface->text(QAccessible::Name).isEmpty() && widget->accessibleName().isEmpty())
                nameless.append(u"%1 %2 in %3"_s.arg(QLatin1StringView(widget->metaObject()->className()),
                    widget->objectName(), QLatin1StringView(widget->parentWidget()->metaObject()->className())));
        }
    }
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u", "_s)));
}

void TestMainWindow::keyboardIsInTheTableAtOnce()
{
    QCOMPARE(m_gui->window->focusWidget(), &m_gui->view());
    QTest::keyClick(m_gui->window->focusWidget(), Qt::Key_Down);
    QTest::keyClick(m_gui->window->focusWidget(), Qt::Key_Down);
    QCOMPARE(m_gui->view().currentRow(), 1);
    QTest::keyClick(m_gui->window->focusWidget(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(m_gui->page()->selection().count(), 2);
    // Tab goes through the tool row as the eye does.
    m_gui->child<QWidget>("refreshButton")->setFocus();
    for (const char *name : { "intervalButton", "pauseButton", "filter", "filtersButton", "moreButton" }) {
        QTest::keyClick(m_gui->window->focusWidget(), Qt::Key_Tab);
        QCOMPARE(m_gui->window->focusWidget()->objectName(), QLatin1StringView(name));
    }
    // Another page: its table.
    QTest::keyClick(m_gui->window.get(), Qt::Key_3, Qt::ControlModifier);
    QVERIFY(m_gui->window->currentPage()->isAncestorOf(m_gui->window->focusWidget()));
    QTest::keyClick(m_gui->window.get(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(m_gui->window->focusWidget(), &m_gui->view());
    // What hides the table hands the focus to what brings it back.
    m_gui->page()->setFilterText(u"user=nobody.at.all"_s);
    QCOMPARE(m_gui->window->focusWidget(), m_gui->child<QPushButton>("emptyAction"));
    QTest::keyClick(m_gui->window->focusWidget(), Qt::Key_Space);
    QCOMPARE(m_gui->model().rowCount(), 1284);
    QCOMPARE(m_gui->window->focusWidget(), &m_gui->view());
}

void TestMainWindow::saysWhatWasAskedForInVain()
{
    const auto said = [this] { return m_gui->window->currentPage()->findChild<QWidget *>(u"messageLine"_s); };
    m_gui->window->chooseServer(u"MX1"_s); // there is one
    QVERIFY(said()->isHidden());
    m_gui->window->chooseServer(u"mx9\u202e"_s);
    QVERIFY(said()->isVisible());
    QVERIFY(said()->findChild<QLabel *>(u"messageText"_s)->text().contains(u"no server called “mx9\\u{202E}”"_s));
    m_gui->window->chooseTab(u"webmial"_s);
    QVERIFY(said()->findChild<QLabel *>(u"messageText"_s)->text().contains(u"overview, connections, "_s));
}

void TestMainWindow::screenReadersLearnWhatIsSelected()
{
    QAccessible::setActive(true);
    QAccessibleInterface *table = QAccessible::queryAccessibleInterface(&m_gui->view());
    QVERIFY(table && table->tableInterface());
    RowSelection &selection = m_gui->page()->selection();
    selection.selectOnly(3);
    selection.toggle(7);
    QCOMPARE(table->tableInterface()->selectedRows(), QList<int>({ 3, 7 }));
    QVERIFY(table->tableInterface()->cellAt(7, connections::User)->state().selected);
    QCOMPARE(m_gui->view().accessibleDescription(), u"2 rows selected"_s);
    // They are the same rows in another order.
    const QSet<RowKey> selected = selection.keys();
    m_gui->view().horizontalHeader()->setSortIndicator(connections::User, Qt::DescendingOrder);
    m_gui->settle();
    QSet<RowKey> told;
    for (const int row : table->tableInterface()->selectedRows())
        told.insert(m_gui->model().keyAt(row));
    QCOMPARE(told, selected);
    selection.clear();
    QCOMPARE(table->tableInterface()->selectedRowCount(), 0);
    selection.selectAll(); // too many to name one by one: in a word
    QCOMPARE(m_gui->view().accessibleDescription(), u"1,284 rows selected"_s);
    QAccessible::setActive(false);
}

void TestMainWindow::addressesEndInTheirDomain_data()
{
    QTest::addColumn<QString>("address");
    QTest::newRow("arabic local part") << u"أمين.مراد@example.org"_s;
    QTest::newRow("hebrew local part") << u"דנה@example.org"_s;
    QTest::newRow("figures too") << u"أمين20@example.org"_s;
    QTest::newRow("arabic domain") << u"alice@مثال.إختبار"_s;
    QTest::newRow("all arabic") << u"أمين@مثال.إختبار"_s;
    QTest::newRow("latin") << u"alice@example.org"_s;
}

void TestMainWindow::addressesEndInTheirDomain()
{
    QFETCH(QString, address);
    const QString shown = isolatedUser(address);
    QTextLayout layout(shown, m_gui->view().font());
    layout.setTextOption(CellDelegate::textOption());
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(2000);
    layout.endLayout();
    // Where the letters stand from left to right: those before the @ all stand left of it, those after it right.
    const int at = int(shown.lastIndexOf(u'@'));
    const qreal middle = line.cursorToX(at);
    for (int i = 0; i < shown.size(); ++i) {
        if (i == at || !(shown[i].isLetterOrNumber() || shown[i] == u'.'))
            continue;
        const qreal x = (line.cursorToX(i) + line.cursorToX(i + 1)) / 2;
        QVERIFY2(
            i < at ? x <= middle + 0.5 : x >= middle, qPrintable(u"%1 at %2, @ at %3"_s.arg(i).arg(x).arg(middle)));
    }
}

void TestMainWindow::hostileTextStaysText_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const HostileText &each : hostileTexts())
        QTest::newRow(each.name) << each.text;
}

/// Nothing below `root` may take a text for HTML, or show a control character.
void TestMainWindow::checkPlain(QWidget *root)
{
    const auto check = [](const QString &text, const QString &where) {
        for (const QChar c : text)
            QVERIFY2(c.unicode() >= 0x20 || c == u'\n' || c == u'\t', qPrintable(where));
        QVERIFY2(!text.contains(QChar(0x202e)) && !text.contains(QChar(0x2066)), qPrintable(where));
        QVERIFY2(text.size() < 30'000, qPrintable(where));
    };
    const auto checkTip = [&](const QString &text, const QString &where) {
        check(text, where);
        // Rich only as our own wrapper around escaped text.
        QVERIFY2(!Qt::mightBeRichText(text)
                || (text.startsWith(u"<div style=\"white-space:pre-wrap\">"_s) && text.mid(5).count(u'<') == 1),
            qPrintable(text.left(200)));
    };
    QList<QWidget *> widgets = root->findChildren<QWidget *>();
    widgets.append(root);
    for (QWidget *widget : widgets) {
        const QString where = QLatin1StringView(widget->metaObject()->className()) + u' ' + widget->objectName();
        checkTip(widget->toolTip(), where);
        checkTip(widget->statusTip(), where);
        check(widget->windowTitle(), where);
        if (auto *label = qobject_cast<QLabel *>(widget)) {
            QVERIFY2(label->textFormat() == Qt::PlainText || !Qt::mightBeRichText(label->text()), qPrintable(where));
            check(label->text(), where);
        }
        if (auto *button = qobject_cast<QAbstractButton *>(widget))
            check(button->text(), where);
        for (QAction *action : widget->actions()) {
            check(action->text(), where);
            checkTip(action->toolTip(), where);
        }
        if (auto *view = qobject_cast<QAbstractItemView *>(widget); view && view->model()) {
            for (int row = 0; row < std::min(3, view->model()->rowCount()); ++row) {
                for (int column = 0; column < view->model()->columnCount(); ++column) {
                    const QModelIndex index = view->model()->index(row, column);
                    check(index.data().toString(), where);
                    check(index.data(Qt::AccessibleTextRole).toString(), where);
                }
            }
        }
    }
}

void TestMainWindow::hostileTextStaysText()
{
    QFETCH(QByteArray, text);
    const QByteArray stored = validUtf8(text); // as every parser leaves it
    QList<ServerStatus> servers = m_gui->backend.servers();
    servers[0].name = QString::fromUtf8(stored.left(60));
    servers[0].group = servers[0].name;
    servers[0].admin = QString::fromUtf8(stored);
    servers[0].role = QString::fromUtf8(stored);
    servers[0].error = QString::fromUtf8(stored);
    servers[0].refusals[RowAction::End] = QString::fromUtf8(stored);
    servers[0].address = QString::fromUtf8(stored);
    m_gui->backend.setServers(servers);
    m_gui->backend.m_lines[{ 1, 900'001 }] = { stored, "before " + stored };
    for (const TableId id : liveTables()) {
        FakeTable &rows = m_gui->backend.rows(id);
        FakeTable::Cells cells;
        for (int column = 0; column < rows.table().schema().columnCount(); ++column)
            if (rows.table().schema().column(column).isText())
                cells.append({ column, stored });
        if (id == TableId::Connections)
            for (quint64 other = 1; other <= 1284; ++other)
                rows.remove({ 1, other });
        rows.put({ 1, 900'001 }, cells);
        rows.publish();
    }
    QElapsedTimer frame;
    frame.start();
    m_gui->settle();
    QHeaderView *header = m_gui->view().horizontalHeader();
    for (int column = 0; column < header->count(); ++column)
        header->setSectionHidden(column, false);
    const QImage painted = m_gui->window->grab().toImage();
    QVERIFY(!painted.isNull());
    QCOMPARE(m_gui->model().rowCount(), 1);
    checkPlain(m_gui->window.get());

    // Every page, with the row in full below it.
    auto *tabs = m_gui->child<QTabWidget>("tabs");
    for (int tab = 0; tab < tabs->count(); ++tab) {
        tabs->setCurrentIndex(tab);
        m_gui->window->detailsPane()->show(); // on each: they are a wish of the page
        if (TablePage *page = m_gui->window->currentTable(); page && page->model().rowCount() > 0) {
            page->view().setCurrentIndex(page->model().index(0, 0));
            page->selection().selectOnly(0);
        }
        QTest::qWait(120); // the details follow a moment later
        QElapsedTimer painting;
        painting.start();
        QVERIFY(!m_gui->window->grab().isNull());
        QVERIFY2(painting.elapsed() < 2000, "some text is laid out without end"); // 100 ms, and a loaded machine
        checkPlain(m_gui->window.get());
    }
    m_gui->window->chooseTab(u"connections"_s);
    m_gui->window->detailsPane()->hide();

    // Every cell's tooltip as it is really shown.
    for (int column = 0; column < m_gui->model().columnCount(); ++column) {
        m_gui->view().scrollTo(m_gui->model().index(0, column));
        const QPoint place = m_gui->placeOf(0, column);
        QHelpEvent help(QEvent::ToolTip, place, m_gui->view().viewport()->mapToGlobal(place));
        QApplication::sendEvent(m_gui->view().viewport(), &help);
        for (QWidget *top : QApplication::topLevelWidgets())
            if (top->isVisible() && top != m_gui->window.get() && qobject_cast<QLabel *>(top)) {
                const QString tip = qobject_cast<QLabel *>(top)->text();
                QVERIFY2(!Qt::mightBeRichText(tip) || tip.mid(5).count(u'<') == 1, qPrintable(tip.left(200)));
            }
    }
    m_gui->view().setCurrentIndex(m_gui->model().index(0, connections::User));
    m_gui->page()->selection().selectOnly(0);
    Q_EMIT m_gui->view().menuRequested({});
    auto *menu = m_gui->opened<QMenu>("contextMenu");
    QVERIFY(menu);
    checkPlain(menu);
    // What acts on the row still means the row.
    for (QAction *action : menu->findChild<QMenu *>(u"filterMenu"_s)->actions())
        if (action->text().startsWith(u"User"_s))
            action->trigger();
    menu->close();
    QCoreApplication::processEvents();
    QCOMPARE(m_gui->model().rowCount(), 1);

    m_gui->page()->askDrop({ { 1, 900'001 } });
    auto *dialog = m_gui->opened<ConfirmDialog>("dropDialog");
    QVERIFY(dialog);
    QVERIFY(!dialog->grab().isNull());
    checkPlain(dialog);
    m_gui->backend.m_outcome = [&](RowKey row) {
        return RowOutcome { row, RowOutcome::Code::Refused, QString::fromUtf8(stored) };
    };
    m_gui->child<QPushButton>("do", dialog)->click();
    QCoreApplication::processEvents();
    for (const LinkState state : { LinkState::Stale, LinkState::Refused, LinkState::Connecting }) {
        m_gui->backend.setState(1, state, QString::fromUtf8(stored));
        QVERIFY(!m_gui->window->grab().isNull());
        checkPlain(m_gui->window.get());
    }
    m_gui->window->openEditServer(1);
    m_gui->window->askRemoveServer(1);
    for (QWidget *top : QApplication::topLevelWidgets())
        if (top->isVisible())
            checkPlain(top);
    QVERIFY2(frame.elapsed() < 15'000, "some text is laid out without end");
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
