// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/peopletest.h"

#include "views/confirmdialog.h"
#include "views/emptystate.h"

#include <QClipboard>
#include <QHeaderView>
#include <QTabWidget>

using namespace mailhelm;
using namespace Qt::StringLiterals;

/// The page WebMail: who is in it, until when, and ending it.
class TestWebmailPage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_gui.reset(); }
    void showsTheDefaultColumns();
    void hidesSessionsOfNobodyUnlessAskedFor();
    void expiresCountsDownAndWarns();
    void endsExactlyTheSelected();
    void cancelIsTheDefaultAndTwoClicksEndOnce();
    void endsByKeysAlone();
    void sessionsGoneMeanwhileAreNotAsked();
    void tellsWhatBecameOfThem();
    void isOffWithTheReason();
    void rowMenuFiltersAndCopies();
    void saysWhyThereIsNothing();
    void lastKnownRowsAreMarked();

private:
    std::unique_ptr<PeopleTest> m_gui;
};

void TestWebmailPage::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    m_gui = std::make_unique<PeopleTest>();
    m_gui->backend.addLive(u"mx1"_s);
    m_gui->backend.fillSessions(50);
    m_gui->open();
    m_gui->at(u"webmail"_s);
}

void TestWebmailPage::showsTheDefaultColumns()
{
    QHeaderView *header = m_gui->shown()->view().horizontalHeader();
    QStringList titles;
    for (int place = 0; place < header->count(); ++place)
        if (!header->isSectionHidden(header->logicalIndex(place)))
            titles.append(m_gui->shown()->model().headerData(header->logicalIndex(place), Qt::Horizontal).toString());
    QCOMPARE(
        titles, (QStringList { u"User"_s, u"Component"_s, u"From"_s, u"Started"_s, u"Last activity"_s, u"Expires"_s }));
    // Each of the three components as its configuration calls it.
    QSet<QString> components;
    for (int row = 0; row < m_gui->shown()->model().rowCount(); ++row)
        components.insert(m_gui->cell(row, webmail::Component));
    QCOMPARE(components, (QSet<QString> { u"HTTP/WebMail"_s, u"HTTP/WebMail Mini"_s, u"HTTP/WebAdmin"_s }));
}

void TestWebmailPage::hidesSessionsOfNobodyUnlessAskedFor()
{
    QAbstractItemModelTester tester(&m_gui->shown()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(m_gui->shown()->model().rowCount(), 40);
    QTRY_COMPARE(m_gui->tabText(u"webmail"_s), u"WebMail  40"_s);
    QCOMPARE(m_gui->rowOfUser(""), -1);
    m_gui->action("showAnonymousAction")->trigger();
    m_gui->settle();
    QCOMPARE(m_gui->shown()->model().rowCount(), 50);
    QTRY_COMPARE(m_gui->tabText(u"webmail"_s), u"WebMail  50"_s);
    QCOMPARE(m_gui->cell(m_gui->rowOfUser(""), webmail::User), u"–"_s);
    // It is remembered.
    m_gui->reopen();
    m_gui->at(u"webmail"_s);
    QVERIFY(m_gui->action("showAnonymousAction")->isChecked());
    QCOMPARE(m_gui->shown()->model().rowCount(), 50);
}

void TestWebmailPage::expiresCountsDownAndWarns()
{
    const TableModel &model = m_gui->shown()->model();
    int row = m_gui->rowOfUser("user0@example.org"); // active this moment: an hour is left
    QCOMPARE(m_gui->cell(row, webmail::Expires), u"1 h"_s);
    QCOMPARE(model.lookAt(row, webmail::Expires), CellLook());
    m_gui->clock.advanceUs(54LL * 60'000'000 + 1'000'000); // the last tenth has begun
    Q_EMIT m_gui->backend.rows(TableId::Webmail).timeChanged();
    row = m_gui->rowOfUser("user0@example.org");
    QCOMPARE(m_gui->cell(row, webmail::Expires), u"5 min"_s);
    QCOMPARE(model.lookAt(row, webmail::Expires), (CellLook { CellMark::Soon, CellTone::Warning }));
    const QString tip = m_gui->toolTip(row, webmail::Expires);
    QVERIFY2(tip.contains(u"The WebMail ends a session after 1 h without activity."_s), qPrintable(tip));
    QVERIFY2(tip.contains(ColumnFormat::dateTime(m_gui->clock.nowUs() + 359'000'000)), qPrintable(tip));
    // Activity moves it.
    m_gui->backend.rows(TableId::Webmail)
        .put({ 1, 1 },
            { { webmail::LastActive, m_gui->clock.nowUs() },
                { webmail::Expires, m_gui->clock.nowUs() + 3'600'000'000 } });
    m_gui->backend.rows(TableId::Webmail).publish();
    m_gui->settle();
    row = m_gui->rowOfUser("user0@example.org");
    QCOMPARE(m_gui->cell(row, webmail::Expires), u"1 h"_s);
    QCOMPARE(model.lookAt(row, webmail::Expires), CellLook());
    m_gui->clock.advanceUs(3'700'000'000);
    Q_EMIT m_gui->backend.rows(TableId::Webmail).timeChanged();
    QCOMPARE(m_gui->cell(m_gui->rowOfUser("user0@example.org"), webmail::Expires), u"expired"_s);
}

void TestWebmailPage::endsExactlyTheSelected()
{
    m_gui->clickRow(2, webmail::User);
    m_gui->clickRow(5, webmail::User, Qt::ControlModifier);
    const QList<RowKey> wanted = m_gui->chosen();
    QCOMPARE(wanted.size(), 2);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<ConfirmDialog>("endDialog");
    QVERIFY(dialog);
    QCOMPARE(m_gui->child<QLabel>("question", dialog)->text(), u"End 2 WebMail sessions on mx1 (production)?"_s);
    QVERIFY(m_gui->backend.m_acts.isEmpty());
    QTest::mouseClick(m_gui->child<QPushButton>("do", dialog), Qt::LeftButton);
    QCOMPARE(m_gui->backend.m_acts, (QList<FakeBackend::Act> { { RowAction::End, wanted, {} } }));
}

void TestWebmailPage::cancelIsTheDefaultAndTwoClicksEndOnce()
{
    m_gui->clickRow(2, webmail::User);
    for (const Qt::Key key : { Qt::Key_Return, Qt::Key_Escape }) {
        QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
        auto *dialog = m_gui->opened<ConfirmDialog>("endDialog");
        QVERIFY(m_gui->child<QPushButton>("cancel", dialog)->isDefault());
        QTest::keyClick(dialog, key);
        QTRY_VERIFY(!m_gui->opened<ConfirmDialog>("endDialog"));
    }
    QVERIFY(m_gui->backend.m_acts.isEmpty());
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    auto *button = m_gui->child<QPushButton>("do", m_gui->opened<ConfirmDialog>("endDialog"));
    button->click();
    button->click();
    QCOMPARE(m_gui->backend.m_acts.size(), 1);
}

void TestWebmailPage::endsByKeysAlone()
{
    m_gui->shown()->view().setFocus();
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Down);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Down, Qt::ShiftModifier);
    const QList<RowKey> wanted = m_gui->chosen();
    QCOMPARE(wanted.size(), 2);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<QDialog>("endDialog");
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
    QCOMPARE(dialog->focusWidget()->objectName(), u"do"_s);
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Return);
    QCOMPARE(m_gui->backend.asked(RowAction::End), QList<QList<RowKey>> { wanted });
}

void TestWebmailPage::sessionsGoneMeanwhileAreNotAsked()
{
    m_gui->clickRow(2, webmail::User);
    m_gui->clickRow(3, webmail::User, Qt::ControlModifier);
    const QList<RowKey> both = m_gui->chosen();
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<ConfirmDialog>("endDialog");
    m_gui->backend.rows(TableId::Webmail).remove(both[0]);
    m_gui->backend.rows(TableId::Webmail).publish();
    QCOMPARE(m_gui->child<QLabel>("question", dialog)->text(), u"End 1 WebMail session on mx1 (production)?"_s);
    m_gui->child<QPushButton>("do", dialog)->click();
    QCOMPARE(m_gui->backend.asked(RowAction::End), QList<QList<RowKey>> { { both[1] } });
}

void TestWebmailPage::tellsWhatBecameOfThem()
{
    m_gui->clickRow(1, webmail::User);
    m_gui->clickRow(3, webmail::User, Qt::ShiftModifier);
    const QList<RowKey> three = m_gui->chosen();
    m_gui->backend.m_outcome = [three](RowKey row) {
        using Code = RowOutcome::Code;
        return RowOutcome { row,
            row == three[0]       ? Code::Done
                : row == three[1] ? Code::Gone
                                  : Code::Refused,
            row == three[2] ? u"<b>locked</b>"_s : QString() };
    };
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    m_gui->child<QPushButton>("do", m_gui->opened<ConfirmDialog>("endDialog"))->click();
    QTRY_COMPARE(m_gui->said()->text(), u"1 ended, 1 had already ended, 1 not ended: <b>locked</b>"_s);
}

void TestWebmailPage::isOffWithTheReason()
{
    m_gui->clickRow(1, webmail::User);
    QAction *end = m_gui->action("endAction");
    QVERIFY(end->isEnabled());
    QList<ServerStatus> servers = m_gui->backend.servers();
    servers[0].refusals[RowAction::End] = u"Your role on mx1 is viewer; this needs operator."_s;
    m_gui->backend.setServers(servers);
    Q_EMIT m_gui->backend.serverChanged(1);
    QVERIFY(!end->isEnabled());
    QCOMPARE(end->toolTip(), u"Your role on mx1 is viewer; this needs operator."_s);
}

void TestWebmailPage::rowMenuFiltersAndCopies()
{
    m_gui->clickRow(4, webmail::Component);
    const QString component = m_gui->cell(4, webmail::Component);
    QMenu *menu = m_gui->contextMenu();
    QVERIFY(menu);
    QVERIFY(menu->actions().contains(m_gui->action("endAction")));
    for (QAction *copy : menu->findChild<QMenu *>(u"copyMenu"_s)->actions())
        if (copy->text() == u"C&ell"_s)
            copy->trigger();
    QCOMPARE(QApplication::clipboard()->text(), component);
    auto *filters = menu->findChild<QMenu *>(u"filterMenu"_s);
    QVERIFY(filters->actions().first()->text().contains(component));
    filters->actions().first()->trigger();
    menu->close();
    QCoreApplication::processEvents();
    m_gui->settle();
    for (int row = 0; row < m_gui->shown()->model().rowCount(); ++row)
        QCOMPARE(m_gui->cell(row, webmail::Component), component);
    QTRY_VERIFY(m_gui->shown()->findChild<QLabel *>(u"counts"_s)->text().endsWith(u" of 40"_s));
}

void TestWebmailPage::saysWhyThereIsNothing()
{
    auto *empty = m_gui->shown()->findChild<EmptyState *>(u"emptyState"_s);
    FakeTable &sessions = m_gui->backend.rows(TableId::Webmail);
    for (RowId id = 1; id <= 50; ++id)
        if (id % 5 != 0)
            sessions.remove({ 1, id });
    sessions.publish();
    QTRY_VERIFY(empty->isVisible());
    QVERIFY2(
        empty->content().text.contains(u"10 sessions that are not logged in"_s), qPrintable(empty->content().text));
    for (RowId id = 5; id <= 50; id += 5)
        sessions.remove({ 1, id });
    sessions.publish();
    QTRY_COMPARE(empty->content().title, u"No WebMail is configured"_s);
    QVERIFY(empty->content().command.startsWith(u"[[webmail]]"_s));
    FakeTable &all = m_gui->backend.rows(TableId::Sources);
    all.put(
        { 1, 7 }, { { sources::Source, QByteArray("webmail HTTP/WebMail") }, { sources::State, QByteArray("ok") } });
    all.publish();
    Q_EMIT m_gui->backend.serverChanged(1);
    QCOMPARE(empty->content().title, u"Nobody is in the WebMail"_s);
    all.put({ 1, 7 },
        { { sources::State, QByteArray("down") }, { sources::Detail, QByteArray("no such table: session") },
            { sources::Mend, QByteArray("prefix = \"rc_\"") } });
    all.publish();
    Q_EMIT m_gui->backend.serverChanged(1);
    QCOMPARE(empty->content().title, u"The WebMail sessions cannot be read"_s);
    QCOMPARE(empty->content().command, u"prefix = \"rc_\""_s);
}

void TestWebmailPage::lastKnownRowsAreMarked()
{
    auto *line = m_gui->shown()->findChild<MessageLine *>(u"staleLine"_s);
    const QImage live = m_gui->shown()->view().viewport()->grab().toImage();
    QVERIFY(!line->isVisible());
    FakeTable &all = m_gui->backend.rows(TableId::Sources);
    all.put({ 1, 7 },
        { { sources::Source, QByteArray("webmail HTTP/WebMail") }, { sources::State, QByteArray("down") },
            { sources::Detail, QByteArray("the database is locked") } });
    all.publish();
    Q_EMIT m_gui->backend.serverChanged(1);
    QVERIFY(line->isVisible());
    QVERIFY2(line->text().contains(u"the database is locked"_s), qPrintable(line->text()));
    QVERIFY(m_gui->shown()->view().viewport()->grab().toImage() != live);
    QCOMPARE(m_gui->shown()->model().rowCount(), 40);
}

QTEST_MAIN(TestWebmailPage)
#include "tst_webmailpage.moc"
