// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"

#include "models/rowselection.h"
#include "views/confirmdialog.h"
#include "views/emptystate.h"
#include "views/filterfield.h"
#include "views/messageline.h"
#include "views/namedfilters.h"
#include "views/preferences.h"
#include "views/toolrow.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QToolButton>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestConnectionsPage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_gui.reset(); }
    void showsTheDefaultColumns();
    void sortsByAClickOnTheTitle();
    void filters();
    void underlinesAWrongFilter();
    void escapeClearsTheFilter();
    void refreshes();
    void intervals();
    void pauses();
    void selectsByMouseAndKeys();
    void dropsExactlyTheSelected();
    void cancelIsTheDefault();
    void dropsByKeysAlone();
    void twoClicksDropOnce();
    void rowsGoneMeanwhileAreNotAsked();
    void ownConnectionIsSpared();
    void tellsWhatBecameOfThem();
    void tellsWhoCameBack();
    void dropIsOffWithTheReason();
    void dropsAllOfTheUser();
    void contextMenu();
    void copiesTabSeparated();
    void timeTellsTheIdleTimeout();
    void selectionSurvivesPublications();
    void rowsKeepTheirPlaceOnTheScreen();
    void rowsKeepTheirPlaceThoughTheFirstGoes();
    void heldRowsShowWhatChangesAndWhoWent();
    void emptyStates();
    void staleIsMarked();
    void heldRowsStandStill();
    void shiftAndCtrlHoldTheRows();
    void marksWhatCameAndWent();
    void copiesAsCsv();
    void filtersAreKeptByName();
    void namesAreLookedUpWhenAskedFor();

private:
    std::unique_ptr<GuiTest> m_gui;
};

void TestConnectionsPage::init()
{
    // The off-screen platform says so of window managers' affairs.
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    m_gui = std::make_unique<GuiTest>();
    m_gui->backend.addLive(u"mx1"_s);
    m_gui->backend.fill(480);
    m_gui->open();
}

void TestConnectionsPage::showsTheDefaultColumns()
{
    QHeaderView *header = m_gui->view().horizontalHeader();
    QStringList shown;
    for (int place = 0; place < header->count(); ++place)
        if (!header->isSectionHidden(header->logicalIndex(place)))
            shown.append(m_gui->model().headerData(header->logicalIndex(place), Qt::Horizontal).toString());
    QCOMPARE(shown, (QStringList { u"Protocol"_s, u"Secure"_s, u"Time"_s, u"From"_s, u"User"_s, u"Info"_s }));
    QCOMPARE(m_gui->model().rowCount(), 480);
}

void TestConnectionsPage::sortsByAClickOnTheTitle()
{
    QHeaderView *header = m_gui->view().horizontalHeader();
    const auto clickTitle = [&](int column) {
        const QPoint place(header->sectionViewportPosition(column) + 12, header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, Qt::NoModifier, place);
        m_gui->settle();
    };
    clickTitle(connections::Service);
    QCOMPARE(m_gui->model().order(), (OrderSpec { connections::Service, false }));
    QVERIFY(m_gui->textAt(0, connections::Service) <= m_gui->textAt(479, connections::Service));
    QVERIFY(m_gui->textAt(0, connections::Service) != m_gui->textAt(479, connections::Service));
    clickTitle(connections::Service);
    QCOMPARE(m_gui->model().order(), (OrderSpec { connections::Service, true }));
    QVERIFY(m_gui->textAt(0, connections::Service) > m_gui->textAt(479, connections::Service));
}

void TestConnectionsPage::filters()
{
    auto *field = m_gui->child<FilterField>("filter");
    QTest::keyClick(m_gui->window.get(), Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, u"service=SMTP"_s);
    QTRY_VERIFY(m_gui->model().rowCount() < 480);
    QVERIFY(m_gui->model().rowCount() > 0);
    for (int row = 0; row < m_gui->model().rowCount(); ++row)
        QCOMPARE(m_gui->textAt(row, connections::Service), u"SMTP"_s);
    QTRY_COMPARE(m_gui->child<QLabel>("counts")->text(), u"%1 of 480"_s.arg(m_gui->model().rowCount()));
}

void TestConnectionsPage::underlinesAWrongFilter()
{
    auto *field = m_gui->child<FilterField>("filter");
    m_gui->page()->setFilterText(u"service=SMTP"_s);
    const int before = m_gui->model().rowCount();
    field->setText(u"since>soon"_s);
    field->flush();
    auto *error = m_gui->child<QLabel>("filterError");
    QVERIFY(error->isVisible());
    QVERIFY(!error->text().isEmpty());
    QCOMPARE(m_gui->model().rowCount(), before); // the last good one stays
    const QImage wrong = field->grab().toImage();
    field->setText(u"since>1h"_s);
    field->flush();
    QVERIFY(!error->isVisible());
    field->setText(u"since>soon"_s);
    field->flush();
    field->setWrong(0, 0);
    QVERIFY(field->grab().toImage() != wrong); // the wave is gone
}

void TestConnectionsPage::escapeClearsTheFilter()
{
    m_gui->page()->setFilterText(u"service=SMTP"_s);
    auto *field = m_gui->child<FilterField>("filter");
    field->setFocus();
    QTest::keyClick(field, Qt::Key_Escape);
    QCOMPARE(field->text(), QString());
    QCOMPARE(m_gui->model().rowCount(), 480);
}

void TestConnectionsPage::refreshes()
{
    QTest::keyClick(m_gui->window.get(), Qt::Key_F5);
    QCOMPARE(m_gui->backend.m_refreshes, QList<TableId> { TableId::Connections });
    m_gui->backend.m_refreshError = Error { ErrorCode::TimedOut, u"timed out"_s };
    QCoreApplication::processEvents();
    QTest::keyClick(m_gui->window.get(), Qt::Key_F5);
    auto *line = m_gui->child<MessageLine>("messageLine", m_gui->page());
    QTRY_COMPARE(line->text(), u"Cannot refresh: timed out"_s);
}

void TestConnectionsPage::intervals()
{
    QList<QAction *> choices = m_gui->page()->toolRow().intervalMenu().actions();
    QCOMPARE(choices.size(), 8);
    const QList<std::optional<qint64>> wanted { 0, 1000, 2000, 5000, 10'000, 30'000, 60'000, std::nullopt };
    for (int i = 0; i < 8; ++i) {
        choices[i]->trigger();
        QCOMPARE(m_gui->backend.m_intervals.at(TableId::Connections), wanted[i]);
    }
    m_gui->reopen();
    QCOMPARE(m_gui->backend.m_intervals.at(TableId::Connections), std::nullopt);
}

void TestConnectionsPage::pauses()
{
    m_gui->view().setFocus();
    QTest::keyClick(&m_gui->view(), Qt::Key_Space);
    QVERIFY(m_gui->model().isPaused());
    m_gui->backend.rows(TableId::Connections).remove(m_gui->model().keyAt(0));
    m_gui->backend.rows(TableId::Connections).publish();
    QTRY_COMPARE(m_gui->child<QLabel>("waiting")->text(), u"1 change waiting"_s);
    QCOMPARE(m_gui->model().rowCount(), 480);
    QTest::keyClick(&m_gui->view(), Qt::Key_Space);
    QTRY_COMPARE(m_gui->model().rowCount(), 479);
    QVERIFY(!m_gui->child<QLabel>("waiting")->isVisible());
}

void TestConnectionsPage::selectsByMouseAndKeys()
{
    RowSelection &selection = m_gui->page()->selection();
    m_gui->click(2, connections::User);
    QCOMPARE(selection.inOrder(), QList<RowKey> { m_gui->model().keyAt(2) });
    m_gui->click(5, connections::User, Qt::ShiftModifier);
    QCOMPARE(selection.count(), 4);
    m_gui->click(3, connections::User, Qt::ControlModifier);
    QCOMPARE(selection.count(), 3);
    QVERIFY(!selection.contains(m_gui->model().keyAt(3)));
    m_gui->view().setFocus();
    QTest::keyClick(&m_gui->view(), Qt::Key_Down);
    QCOMPARE(selection.inOrder(), QList<RowKey> { m_gui->model().keyAt(4) });
    QTest::keyClick(&m_gui->view(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(selection.count(), 2);
    QTest::keyClick(&m_gui->view(), Qt::Key_End);
    QCOMPARE(selection.inOrder(), QList<RowKey> { m_gui->model().keyAt(479) });
    QTest::keyClick(&m_gui->view(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(selection.count(), 480);
    QTest::keyClick(&m_gui->view(), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(m_gui->view().currentRow(), 0);
    QCOMPARE(selection.count(), 480);
    QTest::keyClick(&m_gui->view(), Qt::Key_Space, Qt::ControlModifier);
    QCOMPARE(selection.count(), 479);
    QVERIFY(m_gui->view().accessibleDescription().contains(u"479"_s));
}

void TestConnectionsPage::dropsExactlyTheSelected()
{
    m_gui->click(2, connections::User);
    m_gui->click(4, connections::User, Qt::ControlModifier);
    m_gui->click(7, connections::User, Qt::ControlModifier);
    const QList<RowKey> wanted = m_gui->page()->selection().inOrder();
    QCOMPARE(wanted.size(), 3);
    QTest::keyClick(&m_gui->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<ConfirmDialog>("dropDialog");
    QVERIFY(dialog);
    const QString question = m_gui->child<QLabel>("question", dialog)->text();
    QCOMPARE(question, u"Drop 3 connections on mx1 (production)?"_s);
    QVERIFY(m_gui->child<QLabel>("place", dialog)->text().contains(u"9f86 d081"_s));
    auto *button = m_gui->child<QPushButton>("do", dialog);
    QCOMPARE(button->text(), u"Drop 3 connections"_s);
    // Others come and go while the administrator reads: the three stay the three.
    m_gui->backend.fill(5);
    QVERIFY(m_gui->backend.asked(RowAction::Drop).isEmpty());
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(m_gui->backend.asked(RowAction::Drop), QList<QList<RowKey>> { wanted });
}

void TestConnectionsPage::cancelIsTheDefault()
{
    m_gui->click(2, connections::User);
    for (const Qt::Key key : { Qt::Key_Return, Qt::Key_Escape }) {
        QTest::keyClick(&m_gui->view(), Qt::Key_Delete);
        auto *dialog = m_gui->opened<ConfirmDialog>("dropDialog");
        QVERIFY(dialog);
        QVERIFY(m_gui->child<QPushButton>("cancel", dialog)->isDefault());
        QTest::keyClick(dialog, key);
        QTRY_VERIFY(!m_gui->opened<ConfirmDialog>("dropDialog"));
    }
    QVERIFY(m_gui->backend.asked(RowAction::Drop).isEmpty());
}

void TestConnectionsPage::dropsByKeysAlone()
{
    QTest::keyClick(&m_gui->view(), Qt::Key_Down);
    QTest::keyClick(&m_gui->view(), Qt::Key_Down, Qt::ShiftModifier);
    const QList<RowKey> selected = m_gui->page()->selection().inOrder();
    QCOMPARE(selected.size(), 2);
    QTest::keyClick(&m_gui->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<QDialog>("dropDialog");
    QVERIFY(dialog);
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
    QCOMPARE(dialog->focusWidget()->objectName(), u"do"_s);
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Return);
    QCOMPARE(m_gui->backend.asked(RowAction::Drop), QList<QList<RowKey>> { selected });
}

void TestConnectionsPage::twoClicksDropOnce()
{
    m_gui->click(2, connections::User);
    QTest::keyClick(&m_gui->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<ConfirmDialog>("dropDialog");
    auto *button = m_gui->child<QPushButton>("do", dialog);
    button->click();
    button->click();
    QCOMPARE(m_gui->backend.asked(RowAction::Drop).size(), 1);
}

void TestConnectionsPage::rowsGoneMeanwhileAreNotAsked()
{
    m_gui->click(2, connections::User);
    m_gui->click(3, connections::User, Qt::ControlModifier);
    const QList<RowKey> both = m_gui->page()->selection().inOrder();
    QTest::keyClick(&m_gui->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<ConfirmDialog>("dropDialog");
    m_gui->backend.rows(TableId::Connections).remove(both[0]);
    m_gui->backend.rows(TableId::Connections).publish();
    QCOMPARE(m_gui->child<QLabel>("question", dialog)->text(), u"Drop 1 connection on mx1 (production)?"_s);
    m_gui->child<QPushButton>("do", dialog)->click();
    QCOMPARE(m_gui->backend.asked(RowAction::Drop), QList<QList<RowKey>> { { both[1] } });
}

void TestConnectionsPage::ownConnectionIsSpared()
{
    m_gui->backend.m_own = m_gui->model().keyAt(3);
    const RowKey other = m_gui->model().keyAt(2);
    m_gui->page()->askDrop({ other, m_gui->backend.m_own });
    auto *dialog = m_gui->opened<ConfirmDialog>("dropDialog");
    QVERIFY(m_gui->child<QLabel>("note", dialog)->text().contains(u"own connection"_s));
    m_gui->child<QPushButton>("do", dialog)->click();
    QCOMPARE(m_gui->backend.asked(RowAction::Drop), QList<QList<RowKey>> { { other } });
    m_gui->page()->askDrop({ m_gui->backend.m_own });
    QTRY_VERIFY(!m_gui->opened<ConfirmDialog>("dropDialog"));
    QCOMPARE(m_gui->backend.asked(RowAction::Drop).size(), 1);
}

void TestConnectionsPage::tellsWhatBecameOfThem()
{
    const RowKey refused = m_gui->model().keyAt(4);
    const RowKey gone = m_gui->model().keyAt(3);
    m_gui->backend.m_outcome = [=](RowKey row) {
        using Code = RowOutcome::Code;
        return RowOutcome { row,
            row == refused    ? Code::Refused
                : row == gone ? Code::Gone
                              : Code::Done,
            row == refused ? u"<b>needs CAP_NET_ADMIN</b>"_s : QString() };
    };
    m_gui->page()->askDrop({ m_gui->model().keyAt(1), m_gui->model().keyAt(2), gone, refused });
    m_gui->child<QPushButton>("do", m_gui->opened<ConfirmDialog>("dropDialog"))->click();
    auto *line = m_gui->child<MessageLine>("messageLine", m_gui->page());
    QTRY_COMPARE(line->text(), u"2 dropped, 1 had already ended, 1 not dropped: <b>needs CAP_NET_ADMIN</b>"_s);
    QVERIFY(line->isVisible());
    QCOMPARE(line->findChild<QLabel *>(u"messageText"_s)->textFormat(), Qt::PlainText);
}

void TestConnectionsPage::tellsWhoCameBack()
{
    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    const FakeTable::Cells cells { { connections::Service, QByteArray("IMAPS") },
        { connections::User, QByteArray("zoe") }, { connections::ClientAddress, Address::fromV4(0x0a000001) } };
    rows.put({ 1, 900'001 }, cells);
    rows.publish();
    m_gui->page()->askDrop({ { 1, 900'001 } });
    m_gui->child<QPushButton>("do", m_gui->opened<ConfirmDialog>("dropDialog"))->click();
    auto *line = m_gui->child<MessageLine>("messageLine", m_gui->page());
    QTRY_COMPARE(line->text(), u"1 dropped"_s);
    m_gui->clock.advanceUs(5'000'000);
    rows.put({ 1, 900'002 }, cells);
    rows.publish();
    QCOMPARE(line->text(), u"1 dropped; 1 client has connected again"_s);
}

void TestConnectionsPage::dropIsOffWithTheReason()
{
    auto *drop = m_gui->page()->findChild<QAction *>(u"dropAction"_s);
    m_gui->click(2, connections::User);
    QVERIFY(drop->isEnabled());
    QList<ServerStatus> servers = m_gui->backend.servers();
    servers[0].refusals[RowAction::Drop] = u"The agent lacks CAP_NET_ADMIN."_s;
    m_gui->backend.setServers(servers);
    Q_EMIT m_gui->backend.serverChanged(1);
    QVERIFY(!drop->isEnabled());
    QCOMPARE(drop->toolTip(), u"The agent lacks CAP_NET_ADMIN."_s);
}

void TestConnectionsPage::dropsAllOfTheUser()
{
    int row = 0;
    while (m_gui->textAt(row, connections::User).size() < 3)
        ++row;
    const Value user = m_gui->model().valueAt(row, connections::User);
    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    rows.put({ 1, 900'010 }, { { connections::User, user }, { connections::Service, QByteArray("POP3S") } });
    rows.put({ 2, 900'011 }, { { connections::User, user } }); // of another server: not meant
    rows.publish();
    m_gui->settle();
    const RowKey key = m_gui->model().keyAt(row);
    m_gui->click(m_gui->model().rowOf(key), connections::User);
    m_gui->page()->findChild<QAction *>(u"dropUserAction"_s)->trigger();
    m_gui->child<QPushButton>("do", m_gui->opened<ConfirmDialog>("dropDialog"))->click();
    const QList<RowKey> dropped = m_gui->backend.asked(RowAction::Drop).value(0);
    QVERIFY(dropped.contains(key));
    QVERIFY(dropped.contains(RowKey { 1, 900'010 }));
    QVERIFY(!dropped.contains(RowKey { 2, 900'011 }));
}

void TestConnectionsPage::contextMenu()
{
    m_gui->page()->setFilterText(u"service=IMAPS"_s);
    m_gui->click(1, connections::User);
    Q_EMIT m_gui->view().menuRequested(QPoint(10, 10));
    auto *menu = m_gui->opened<QMenu>("contextMenu");
    QVERIFY(menu);
    QVERIFY(m_gui->model().isHeld()); // the rows stand still under the mouse
    auto *filters = menu->findChild<QMenu *>(u"filterMenu"_s);
    const QString user = m_gui->textAt(1, connections::User);
    QVERIFY(filters->actions().first()->text().contains(user)); // the clicked column comes first
    filters->actions().first()->trigger();
    menu->close();
    QTRY_VERIFY(!m_gui->model().isHeld());
    QVERIFY(m_gui->model().rowCount() >= 1);
    for (int row = 0; row < m_gui->model().rowCount(); ++row)
        QCOMPARE(m_gui->textAt(row, connections::User), user);
}

void TestConnectionsPage::copiesTabSeparated()
{
    m_gui->page()->setFilterText(u"service=SMTP"_s);
    m_gui->click(0, connections::User);
    m_gui->click(1, connections::User, Qt::ControlModifier);
    QTest::keyClick(&m_gui->view(), Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().split(u'\n');
    QCOMPARE(lines.size(), 2);
    const QStringList cells = lines[0].split(u'\t');
    QCOMPARE(cells.size(), 6);
    QCOMPARE(cells[0], u"SMTP"_s);
    QCOMPARE(cells[4], QString()); // nobody: an empty cell, no dash
}

void TestConnectionsPage::timeTellsTheIdleTimeout()
{
    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    const qint64 now = m_gui->clock.nowUs();
    rows.put({ 1, 900'020 },
        { { connections::Service, QByteArray("IMAPS") }, { connections::User, QByteArray("yves") },
            { connections::Since, now - 3'600'000'000 }, { connections::LastActive, now - 600'000'000 } });
    rows.publish();
    m_gui->page()->setFilterText(u"user=yves"_s);
    const QPoint place = m_gui->placeOf(0, connections::Since);
    QHelpEvent help(QEvent::ToolTip, place, m_gui->view().viewport()->mapToGlobal(place));
    QApplication::sendEvent(m_gui->view().viewport(), &help);
    QString shown;
    for (QWidget *widget : QApplication::topLevelWidgets())
        if (auto *label = qobject_cast<QLabel *>(widget); label && label->isVisible())
            shown = label->text();
    QVERIFY2(shown.contains(u"IMAPS ends a connection after 30 min without data; 20 min of it are left."_s),
        qPrintable(shown));
}

void TestConnectionsPage::selectionSurvivesPublications()
{
    QAbstractItemModelTester tester(&m_gui->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    RowSelection &selection = m_gui->page()->selection();
    m_gui->view().verticalScrollBar()->setValue(200);
    m_gui->click(210, connections::User);
    m_gui->click(214, connections::User, Qt::ShiftModifier);
    const QSet<RowKey> selected = selection.keys();
    const RowKey current = m_gui->model().keyAt(m_gui->view().currentRow());
    QCOMPARE(selected.size(), 5);
    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    for (int i = 0; i < 100; ++i) {
        m_gui->clock.advanceUs(1'000'000);
        m_gui->backend.fill(3);
        RowKey other = m_gui->model().keyAt(i % 50);
        if (!selected.contains(other))
            rows.remove(other);
        rows.publish();
        m_gui->settle();
    }
    QCOMPARE(selection.keys(), selected);
    QCOMPARE(m_gui->model().keyAt(m_gui->view().currentRow()), current);
    const auto [first, last] = m_gui->view().visibleRows();
    QVERIFY(m_gui->view().currentRow() >= first && m_gui->view().currentRow() <= last);
    QVERIFY(first > 0); // nobody scrolled to the top
    // Another order does no harm either.
    m_gui->view().horizontalHeader()->setSortIndicator(connections::User, Qt::AscendingOrder);
    m_gui->settle();
    QCOMPARE(selection.keys(), selected);
    QCOMPARE(m_gui->model().keyAt(m_gui->view().currentRow()), current);
}

void TestConnectionsPage::rowsKeepTheirPlaceOnTheScreen()
{
    const auto more = [&](int rows) {
        m_gui->clock.advanceUs(30'000'000'000); // newer than every row before: they come on top
        m_gui->backend.fill(rows);
        m_gui->settle();
    };
    RowsView &view = m_gui->view();
    view.setFocus();
    QVERIFY(!view.currentIndex().isValid()); // the focus alone makes no row the current one
    // At the top one sees what comes.
    more(100);
    QCOMPARE(view.verticalScrollBar()->value(), 0);
    // Elsewhere the rows stay, whether one of them is the current one or not.
    view.verticalScrollBar()->setValue(300);
    const RowKey top = m_gui->model().keyAt(300);
    more(100);
    QCOMPARE(m_gui->model().keyAt(view.verticalScrollBar()->value()), top);
    // The current row stays in sight, however many rows come at once.
    view.verticalScrollBar()->setValue(0);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.currentRow(), 1);
    const RowKey current = m_gui->model().keyAt(1);
    for (int i = 0; i < 5; ++i) {
        more(200);
        QCOMPARE(m_gui->model().keyAt(view.currentRow()), current);
        const auto [first, last] = view.visibleRows();
        QVERIFY(view.currentRow() >= first && view.currentRow() <= last);
    }
    const int offset = view.currentRow() - view.verticalScrollBar()->value();
    more(50);
    QCOMPARE(view.currentRow() - view.verticalScrollBar()->value(), offset);
    QCOMPARE(m_gui->page()->selection().keys(), QSet<RowKey> { current });
}

void TestConnectionsPage::rowsKeepTheirPlaceThoughTheFirstGoes()
{
    TableModel &model = m_gui->model();
    model.setMarks(0, 0);
    QScrollBar &bar = *m_gui->view().verticalScrollBar();
    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    bar.setValue(100);
    const RowKey second = model.keyAt(101);
    for (int row = 0; row < 10; ++row)
        rows.remove(model.keyAt(row));
    rows.remove(model.keyAt(100));
    rows.publish();
    m_gui->settle();
    QCOMPARE(model.rowOf(second), 90);
    QCOMPARE(bar.value(), 89);
    // So it is when a filter hides it.
    m_gui->page()->setFilterText(
        u'!' + Filter::quoted("port", model.valueAt(89, connections::Port), ColumnType::Number));
    m_gui->settle();
    QCOMPARE(model.rowOf(second), 89);
    QCOMPARE(bar.value(), 88);
}

void TestConnectionsPage::heldRowsShowWhatChangesAndWhoWent()
{
    TableModel &model = m_gui->model();
    model.setMarks(0, 0);
    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    QTest::keyPress(&m_gui->view(), Qt::Key_Shift);
    const RowKey changes = model.keyAt(3);
    const RowKey goes = model.keyAt(4);
    const QString user = m_gui->textAt(4, connections::User);
    rows.put(changes, { { connections::Info, QByteArray("Drafts") } });
    rows.remove(goes);
    rows.publish();
    m_gui->settle();
    QCOMPARE(model.keyAt(3), changes);
    QCOMPARE(m_gui->textAt(3, connections::Info), u"Drafts"_s);
    QCOMPARE(model.keyAt(4), goes);
    QVERIFY(model.isGone(4));
    QCOMPARE(m_gui->textAt(4, connections::User), user);
    QTest::keyRelease(&m_gui->view(), Qt::Key_Shift);
    QVERIFY(model.rowOf(goes) < 0);
}

void TestConnectionsPage::emptyStates()
{
    auto *empty = m_gui->page()->findChild<EmptyState *>(u"emptyState"_s);
    auto *action = m_gui->page()->findChild<QPushButton *>(u"emptyAction"_s);
    m_gui->page()->setFilterText(u"user=nobody.at.all"_s);
    QVERIFY(empty->isVisible());
    QCOMPARE(empty->content().title, u"The filter hides all 480 rows"_s);
    QTest::mouseClick(action, Qt::LeftButton);
    QVERIFY(!empty->isVisible());
    QCOMPARE(m_gui->model().rowCount(), 480);

    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    for (quint64 id = 1; id <= 480; ++id)
        rows.remove({ 1, id });
    rows.publish();
    QTRY_VERIFY(empty->isVisible());
    QCOMPARE(empty->content().title, u"All quiet"_s);

    FakeTable &sources = m_gui->backend.rows(TableId::Sources);
    sources.put({ 1, 1 },
        { { sources::Source, QByteArray("sockets") }, { sources::State, QByteArray("down") },
            { sources::Detail, QByteArray("<i>no netlink</i>") },
            { sources::Mend, QByteArray("RestrictAddressFamilies=AF_NETLINK") } });
    sources.publish();
    Q_EMIT m_gui->backend.serverChanged(1);
    QCOMPARE(empty->content().title, u"The connections cannot be read"_s);
    QTest::mouseClick(m_gui->page()->findChild<QPushButton *>(u"emptyCopy"_s), Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(), u"RestrictAddressFamilies=AF_NETLINK"_s);

    m_gui->backend.setState(1, LinkState::Refused, u"The key is not known there."_s);
    QCOMPARE(empty->content().title, u"Not connected to mx1"_s);
    QVERIFY(empty->content().text.contains(u"The key is not known there."_s));

    m_gui->backend.setServers({});
    QCOMPARE(empty->content().title, u"No server yet"_s);
    QVERIFY(empty->content().command.startsWith(u"mailhelmd enroll"_s));
    QTest::mouseClick(action, Qt::LeftButton);
    QVERIFY(m_gui->opened<QDialog>("addServerDialog"));
}

void TestConnectionsPage::staleIsMarked()
{
    auto *line = m_gui->child<MessageLine>("staleLine", m_gui->page());
    QVERIFY(!line->isVisible());
    const QImage live = m_gui->view().viewport()->grab().toImage();
    m_gui->backend.setState(1, LinkState::Stale, u"timed out"_s);
    m_gui->clock.advanceUs(14'000'000);
    Q_EMIT m_gui->backend.serverChanged(1);
    QVERIFY(line->isVisible());
    QVERIFY(line->text().contains(u"14 s ago"_s));
    QVERIFY(m_gui->view().viewport()->grab().toImage() != live);
    QCOMPARE(m_gui->child<QLabel>("link")->text(), u"connection lost 14 s ago: timed out"_s);
    QVERIFY(!m_gui->page()->findChild<QAction *>(u"dropAction"_s)->isEnabled());
    m_gui->backend.setState(1, LinkState::Live);
    QVERIFY(!line->isVisible());
    QCOMPARE(m_gui->model().rowCount(), 480);
}

void TestConnectionsPage::heldRowsStandStill()
{
    const QPoint place = m_gui->placeOf(3, connections::User);
    const RowKey under = m_gui->model().keyAt(3);
    QTest::mousePress(m_gui->view().viewport(), Qt::LeftButton, Qt::NoModifier, place);
    m_gui->backend.rows(TableId::Connections).remove(m_gui->model().keyAt(0));
    m_gui->backend.rows(TableId::Connections).publish();
    QTest::qWait(200);
    QCOMPARE(m_gui->model().keyAt(3), under);
    QTest::mouseRelease(m_gui->view().viewport(), Qt::LeftButton, Qt::NoModifier, place);
    QTRY_COMPARE(m_gui->model().keyAt(2), under);
}

void TestConnectionsPage::shiftAndCtrlHoldTheRows()
{
    m_gui->view().setFocus();
    for (const Qt::Key key : { Qt::Key_Shift, Qt::Key_Control }) {
        QTest::keyPress(&m_gui->view(), key);
        QVERIFY(m_gui->model().isHeld());
        QTest::keyRelease(&m_gui->view(), key);
        QVERIFY(!m_gui->model().isHeld());
    }
    QTest::keyPress(&m_gui->view(), Qt::Key_Control);
    QTest::keyClick(m_gui->window.get(), Qt::Key_F, Qt::ControlModifier); // its release goes to the filter
    QVERIFY(!m_gui->model().isHeld());
    m_gui->view().setFocus();
    QTest::keyClick(&m_gui->view(), Qt::Key_Pause);
    QVERIFY(m_gui->model().isPaused());
    QVERIFY(m_gui->child<QLabel>("waiting")->isVisible());
    QTest::keyClick(&m_gui->view(), Qt::Key_Pause);
    QVERIFY(!m_gui->model().isPaused());
}

void TestConnectionsPage::marksWhatCameAndWent()
{
    Preferences::Values values = m_gui->window->preferences().values();
    values.freshMs = values.goneMs = 2000;
    m_gui->window->preferences().setValues(values);
    FakeTable &rows = m_gui->backend.rows(TableId::Connections);
    const RowKey first = m_gui->model().keyAt(0);
    m_gui->click(0, connections::User);
    QCOMPARE(m_gui->page()->selection().count(), 1);
    const QImage before = m_gui->view().viewport()->grab().toImage();
    rows.remove(first);
    m_gui->backend.fill(1);
    m_gui->settle();
    QCOMPARE(m_gui->model().keyAt(0), first);
    QVERIFY(m_gui->model().isGone(0));
    QVERIFY(m_gui->page()->selection().isEmpty());
    QTRY_COMPARE(m_gui->child<QLabel>("counts")->text(), u"480"_s);
    QVERIFY(m_gui->view().viewport()->grab().toImage() != before);
    // Nothing can be done to it.
    m_gui->click(0, connections::User);
    QVERIFY(m_gui->page()->selection().isEmpty());
    QVERIFY(!m_gui->page()->findChild<QAction *>(u"dropAction"_s)->isEnabled());
    QVERIFY(!m_gui->page()->findChild<QAction *>(u"dropUserAction"_s)->isEnabled());
    QTest::keyClick(&m_gui->view(), Qt::Key_Delete);
    QVERIFY(!m_gui->opened<QDialog>("dropDialog"));
    QVERIFY(m_gui->model().index(0, connections::User).data(Qt::AccessibleTextRole).toString().startsWith(u"gone, "_s));
    const int added = m_gui->model().rowOf({ 1, 481 });
    QCOMPARE(m_gui->model().freshness(added), 1.0);
    m_gui->clock.advanceUs(2'100'000);
    QTRY_VERIFY(!m_gui->model().hasMarks());
    QCOMPARE(m_gui->model().rowCount(), 480);
    QVERIFY(m_gui->model().keyAt(0) != first);
}

void TestConnectionsPage::copiesAsCsv()
{
    m_gui->click(0, connections::User);
    Q_EMIT m_gui->view().menuRequested(QPoint(10, 10));
    auto *menu = m_gui->opened<QMenu>("contextMenu");
    QVERIFY(menu);
    menu->findChild<QAction *>(u"copyCsvAction"_s)->trigger();
    menu->close();
    const QStringList lines = QApplication::clipboard()->text().trimmed().split(u'\n');
    QCOMPARE(lines.size(), 2);
    QVERIFY(lines[0].startsWith(u"service,secure,since,address,user,info"_s));
}

void TestConnectionsPage::filtersAreKeptByName()
{
    auto *button = m_gui->child<QToolButton>("filtersButton");
    const auto menu = [&]() -> QMenu * {
        Q_EMIT button->menu()->aboutToShow();
        return button->menu();
    };
    QVERIFY(!menu()->findChild<QAction *>(u"keepFilterAction"_s)->isEnabled()); // nothing to keep
    m_gui->page()->setFilterText(u"service=SMTP since>1h"_s);
    menu()->findChild<QAction *>(u"keepFilterAction"_s)->trigger();
    auto *dialog = m_gui->opened<QInputDialog>("filterNameDialog");
    QVERIFY(dialog);
    QTest::keyClicks(dialog->findChild<QLineEdit *>(), u"old & <b>plain</b>"_s);
    QTest::keyClick(dialog, Qt::Key_Return);
    m_gui->page()->setFilterText(QString());
    m_gui->reopen();
    button = m_gui->child<QToolButton>("filtersButton");
    QAction *first = menu()->actions().constFirst();
    QCOMPARE(first->text(), u"old && <b>plain</b>"_s);
    first->trigger();
    QCOMPARE(m_gui->page()->filterText(), u"service=SMTP since>1h"_s);
    QVERIFY(menu()->actions().constFirst()->isChecked());
    // The same menu is under ⋮.
    Q_EMIT m_gui->page()->toolRow().menu().aboutToShow();
    QVERIFY(m_gui->page()->toolRow().menu().actions().contains(button->menu()->menuAction()));
    menu()->findChild<QMenu *>(u"forgetFilterMenu"_s)->actions().constFirst()->trigger();
    QVERIFY(m_gui->page()->namedFilters().all().isEmpty());
}

void TestConnectionsPage::namesAreLookedUpWhenAskedFor()
{
    const int row = 0;
    const QString address = m_gui->textAt(row, connections::ClientAddress);
    QVERIFY(m_gui->backend.m_lookUps.isEmpty()); // off by default
    m_gui->backend.m_names.insert(*Address::parse(address.toLatin1()), u"<b>mail</b>.example.org"_s);
    int second = 1;
    while (m_gui->textAt(second, connections::ClientAddress) == address)
        ++second;
    const Address other = *Address::parse(m_gui->textAt(second, connections::ClientAddress).toLatin1());
    m_gui->backend.m_names.insert(other, u"10.0.0.1"_s); // misleads
    m_gui->window->findChild<QAction *>(u"namesAction"_s)->trigger();
    QTRY_COMPARE(m_gui->textAt(row, connections::ClientAddress), u"<b>mail</b>.example.org"_s);
    QCOMPARE(m_gui->textAt(second, connections::ClientAddress), QString::fromLatin1(other.toText()));
    QTest::qWait(200);
    QVERIFY(m_gui->backend.m_lookUps.size() < 200); // those on the screen
    const qsizetype before = m_gui->backend.m_lookUps.size();
    m_gui->view().viewport()->repaint();
    QCOMPARE(m_gui->backend.m_lookUps.size(), before); // kept
    m_gui->click(row, connections::ClientAddress);
    Q_EMIT m_gui->view().menuRequested(QPoint(10, 10));
    auto *menu = m_gui->opened<QMenu>("contextMenu");
    for (QAction *action : menu->findChild<QMenu *>(u"copyMenu"_s)->actions())
        if (action->text() == u"&Address"_s)
            action->trigger();
    menu->close();
    QCOMPARE(QApplication::clipboard()->text(), address); // the address, whatever is shown
    m_gui->reopen();
    QVERIFY(m_gui->window->findChild<QAction *>(u"namesAction"_s)->isChecked());
    m_gui->window->findChild<QAction *>(u"namesAction"_s)->trigger();
    QCOMPARE(m_gui->textAt(row, connections::ClientAddress), address);
}

QTEST_MAIN(TestConnectionsPage)
#include "tst_connectionspage.moc"
