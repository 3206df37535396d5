// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/peopletest.h"

#include "views/emptystate.h"
#include "views/inactiveline.h"
#include "views/inactivepage.h"

#include <QComboBox>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QRadioButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QToolButton>

using namespace mailhelm;
using namespace Qt::StringLiterals;

/// The page Inactive: who has been asleep for how long, and on what evidence.
class TestInactivePage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void cleanup() { m_gui.reset(); }
    void showsTheDefaultColumnsInOrder();
    void listsWhomTheRuleNames();
    void saysItInOneSentence();
    void timeframes();
    void allAccounts();
    void anyOtherTimeframe();
    void bytesAreOfTheSelectedRows();
    void thoseThatCannotBeJudgedAreCountedAndShown();
    void tellsRuleAndEvidence();
    void becomesInactiveWhileOneLooks();
    void enabledIsToldByShapeAndWord();
    void sorts();
    void exportsTheWholeList();
    void pageMenuHoldsTheTimeframe();
    void saysWhyThereIsNothing();
    void lastKnownRowsAreMarked();
    void twoHundredThousandAccountsGoThroughTheWorker();

private:
    InactivePage *page() { return qobject_cast<InactivePage *>(m_gui->shown()); }
    void account(RowId id, const char *user, int createdDays, int loginDays, int watchedDays, qint64 bytes = 1'000'000,
        const char *enabled = "active");
    QStringList users();
    std::unique_ptr<PeopleTest> m_gui;
    static constexpr qint64 Day = 86'400'000'000;
};

/// Days ago; a login at -1 was never.
void TestInactivePage::account(
    RowId id, const char *user, int createdDays, int loginDays, int watchedDays, qint64 bytes, const char *enabled)
{
    const qint64 now = m_gui->clock.nowUs();
    FakeTable::Cells cells { { users::User, QByteArray(user) }, { users::Enabled, QByteArray(enabled) },
        { users::DomainAdmin, id == 1 }, { users::Created, now - createdDays * Day },
        { users::WatchedSince, now - watchedDays * Day }, { users::MailboxBytes, bytes },
        { schemaOf(TableId::Users).columnCount(), QByteArray("mx1") } };
    if (loginDays >= 0) {
        cells.append({ users::LastLogin, now - loginDays * Day });
        cells.append({ users::LastLoginService, QByteArray("imap") });
        cells.append({ users::LastLoginAddress, Address::fromV4(0xc0000207) });
    }
    m_gui->backend.rows(TableId::Users).put({ 1, id }, cells);
}

QStringList TestInactivePage::users()
{
    QStringList all;
    for (int row = 0; row < m_gui->shown()->model().rowCount(); ++row)
        all.append(m_gui->cell(row, users::User).section(u'@', 0, 0));
    all.sort();
    return all;
}

void TestInactivePage::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    m_gui = std::make_unique<PeopleTest>();
    m_gui->backend.addLive(u"mx1"_s);
    account(1, "fresh@example.org", 10, -1, 900);
    account(2, "busy@example.org", 900, 3, 900);
    account(3, "month@example.org", 900, 30, 900, 2'000'000'000);
    account(4, "quarter@example.org", 900, 95, 900, 300'000'000, "disabled");
    account(5, "half@example.org", 900, 200, 900, 40'000'000, "blocked");
    account(6, "year@example.org", 900, 400, 900, 5'000'000);
    account(7, "never@example.org", 900, -1, 900, 100'000);
    account(8, "unwatched@example.org", 900, -1, 12);
    m_gui->backend.rows(TableId::Users).publish();
    m_gui->open();
    m_gui->at(u"inactive"_s);
}

void TestInactivePage::showsTheDefaultColumnsInOrder()
{
    QHeaderView *header = m_gui->shown()->view().horizontalHeader();
    QStringList titles;
    for (int place = 0; place < header->count(); ++place)
        if (!header->isSectionHidden(header->logicalIndex(place)))
            titles.append(m_gui->shown()->model().headerData(header->logicalIndex(place), Qt::Horizontal).toString());
    QCOMPARE(titles,
        (QStringList { u"User"_s, u"Enabled"_s, u"Domain administration"_s, u"Last login"_s, u"Service"_s, u"Created"_s,
            u"Mailbox"_s }));
    QCOMPARE(m_gui->shown()->model().order(), (OrderSpec { users::LastLogin, false })); // longest asleep first
    QCOMPARE(m_gui->cell(0, users::User), u"year@example.org"_s);
}

void TestInactivePage::listsWhomTheRuleNames()
{
    QAbstractItemModelTester tester(&m_gui->shown()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(page()->timeframe(), Timeframe()); // 30 days at first
    QCOMPARE(users(), (QStringList { u"half"_s, u"month"_s, u"never"_s, u"quarter"_s, u"year"_s }));
    QCOMPARE(m_gui->cell(m_gui->rowOfUser("never@example.org"), users::LastLogin), u"never seen"_s);
    QTRY_COMPARE(m_gui->tabText(u"inactive"_s), u"Inactive  5"_s);
}

void TestInactivePage::saysItInOneSentence()
{
    const QDateTime judged = QDateTime::fromMSecsSinceEpoch(m_gui->clock.nowUs() / 1000).addDays(18);
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(m_gui->clock.nowUs() / 1000);
    const QString day
        = QLocale().toString(judged.date(), judged.date().year() == now.date().year() ? u"d MMMM"_s : u"d MMMM yyyy"_s);
    QTRY_COMPARE(page()->line().text(),
        u"5 of 8 accounts have not authenticated for 30 days or more · 2.3 GB · 1 account cannot be judged before %1 ▸"_s
            .arg(day));
}

void TestInactivePage::timeframes()
{
    auto *button = m_gui->child<QToolButton>("timeframeButton", page());
    QCOMPARE(button->text(), u"30 days or more"_s);
    const auto choose = [&](int place) {
        Q_EMIT button->menu()->aboutToShow();
        button->menu()->actions()[place]->trigger();
        m_gui->settle();
    };
    Q_EMIT button->menu()->aboutToShow();
    QStringList offered;
    for (const QAction *action : button->menu()->actions())
        offered.append(action->text());
    QCOMPARE(offered,
        (QStringList { u"30 days or more"_s, u"90 days or more"_s, u"6 months or more"_s, u"12 months or more"_s,
            u"&All accounts, inactive or not"_s, u"&Other…"_s }));
    QVERIFY(button->menu()->actions().first()->isChecked());
    choose(1);
    QCOMPARE(users(), (QStringList { u"half"_s, u"never"_s, u"quarter"_s, u"year"_s }));
    choose(2);
    QCOMPARE(users(), (QStringList { u"half"_s, u"never"_s, u"year"_s }));
    choose(3);
    QCOMPARE(users(), (QStringList { u"never"_s, u"year"_s }));
    QTRY_VERIFY(
        page()->line().text().startsWith(u"2 of 8 accounts have not authenticated for 12 months or more · 5.1 MB"_s));
    // It is remembered.
    m_gui->reopen();
    m_gui->at(u"inactive"_s);
    QCOMPARE(m_gui->child<QToolButton>("timeframeButton", page())->text(), u"12 months or more"_s);
    QCOMPARE(users(), (QStringList { u"never"_s, u"year"_s }));
}

/// Whoever looks for an account does not want to know whether it is used.
void TestInactivePage::allAccounts()
{
    auto *button = m_gui->child<QToolButton>("timeframeButton", page());
    auto *back = m_gui->child<QToolButton>("inactiveOnlyButton", page());
    QVERIFY(!back->isVisible());
    const QStringList inactive = users();
    Q_EMIT button->menu()->aboutToShow();
    button->menu()->findChild<QAction *>(u"allAccountsAction"_s)->trigger();
    m_gui->settle();
    QCOMPARE(users().size(), 8);
    QTRY_VERIFY2(page()->line().text().startsWith(u"Shown of 8 accounts: all, inactive or not"_s),
        qPrintable(page()->line().text()));
    QCOMPARE(page()->total(), 8);
    // Everything can be done to them that can be done to inactive ones.
    m_gui->clickRow(0, users::User);
    QVERIFY(m_gui->action("disableAction")->isEnabled());
    QVERIFY(back->isVisible());
    QTest::mouseClick(back, Qt::LeftButton);
    m_gui->settle();
    QCOMPARE(users(), inactive);
    QVERIFY(!back->isVisible());
    // Not for longer than it is wanted.
    page()->setAllShown(true);
    m_gui->reopen();
    m_gui->at(u"inactive"_s);
    QCOMPARE(users(), inactive);
    // A timeframe leads back as well.
    page()->setAllShown(true);
    button = m_gui->child<QToolButton>("timeframeButton", page());
    Q_EMIT button->menu()->aboutToShow();
    button->menu()->actions().first()->trigger();
    m_gui->settle();
    QCOMPARE(users(), inactive);
}

void TestInactivePage::anyOtherTimeframe()
{
    auto *menu = m_gui->child<QToolButton>("timeframeButton", page())->menu();
    menu->actions().last()->trigger();
    auto *dialog = m_gui->opened<QDialog>("timeframeDialog");
    QVERIFY(dialog);
    QTest::keyClicks(m_gui->child<QSpinBox>("number", dialog), u"13"_s);
    m_gui->child<QComboBox>("unit", dialog)->setCurrentIndex(2);
    QTest::keyClick(m_gui->child<QSpinBox>("number", dialog), Qt::Key_Return);
    QTRY_VERIFY(!m_gui->opened<QDialog>("timeframeDialog"));
    m_gui->settle();
    QCOMPARE(m_gui->child<QToolButton>("timeframeButton", page())->text(), u"13 months or more"_s);
    QCOMPARE(users(), (QStringList { u"never"_s, u"year"_s }));
    page()->setTimeframe(*Timeframe::parse(u"14mo"));
    m_gui->settle();
    QCOMPARE(users(), (QStringList { u"never"_s }));
}

void TestInactivePage::bytesAreOfTheSelectedRows()
{
    m_gui->clickRow(m_gui->rowOfUser("half@example.org"), users::User);
    m_gui->clickRow(m_gui->rowOfUser("year@example.org"), users::User, Qt::ControlModifier);
    QTRY_VERIFY2(page()->line().text().contains(u"· 45.0 MB in 2 selected"_s), qPrintable(page()->line().text()));
    m_gui->backend.rows(TableId::Users).put({ 1, 6 }, { { users::MailboxBytes, Value() } });
    m_gui->backend.rows(TableId::Users).publish();
    QTRY_VERIFY2(
        page()->line().text().contains(u"· at least 40.0 MB in 2 selected"_s), qPrintable(page()->line().text()));
    m_gui->shown()->setFilterText(u"user:year"_s);
    m_gui->shown()->selection().clear();
    QTRY_VERIFY2(page()->line().text().contains(u"· size not known"_s), qPrintable(page()->line().text()));
}

void TestInactivePage::thoseThatCannotBeJudgedAreCountedAndShown()
{
    auto *button = m_gui->child<QToolButton>("unjudgedButton", page());
    QTRY_VERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    m_gui->settle();
    QCOMPARE(users(), QStringList { u"unwatched"_s });
    QVERIFY(m_gui->action("unjudgedAction")->isChecked());
    QVERIFY(button->text().contains(u"these are shown"_s));
    m_gui->action("unjudgedAction")->trigger();
    m_gui->settle();
    QCOMPARE(users().size(), 5);
    QVERIFY(!button->isChecked());
}

void TestInactivePage::tellsRuleAndEvidence()
{
    const QString tip = m_gui->toolTip(m_gui->rowOfUser("quarter@example.org"), users::LastLogin);
    for (const QString &part : { u"Inactive: its silence counts since"_s, u"The last login was on"_s,
             u"by imap from 192.0.2.7"_s, u"Created on"_s, u"would have been seen since"_s,
             u"The rule: no login by any service for 30 days or more."_s, u"first 30 days do not count"_s })
        QVERIFY2(tip.contains(part), qPrintable(tip));
    const QString never = m_gui->toolTip(m_gui->rowOfUser("never@example.org"), users::User);
    QVERIFY2(never.contains(u"No login was seen."_s), qPrintable(never));
    page()->setUnjudgedShown(true);
    m_gui->settle();
    const QString young = m_gui->toolTip(0, users::User);
    QVERIFY2(young.contains(u"Cannot be judged before"_s), qPrintable(young));
}

void TestInactivePage::becomesInactiveWhileOneLooks()
{
    QCOMPARE(m_gui->rowOfUser("busy@example.org"), -1);
    m_gui->clock.advanceUs(27 * Day);
    Q_EMIT m_gui->backend.rows(TableId::Users).timeChanged();
    m_gui->settle();
    QVERIFY(m_gui->rowOfUser("busy@example.org") >= 0); // 30 days to the microsecond
    m_gui->backend.rows(TableId::Users).put({ 1, 2 }, { { users::LastLogin, m_gui->clock.nowUs() } });
    m_gui->backend.rows(TableId::Users).publish();
    m_gui->settle();
    QCOMPARE(m_gui->rowOfUser("busy@example.org"), -1);
}

void TestInactivePage::enabledIsToldByShapeAndWord()
{
    const TableModel &model = m_gui->shown()->model();
    const auto at = [&](const char *user) { return m_gui->rowOfUser(user); };
    QCOMPARE(m_gui->cell(at("month@example.org"), users::Enabled), u"Active"_s);
    QCOMPARE(m_gui->cell(at("quarter@example.org"), users::Enabled), u"Disabled"_s);
    QCOMPARE(m_gui->cell(at("half@example.org"), users::Enabled), u"Login blocked"_s);
    QCOMPARE(model.lookAt(at("month@example.org"), users::Enabled).mark, CellMark::Active);
    QCOMPARE(model.lookAt(at("quarter@example.org"), users::Enabled).mark, CellMark::Disabled);
    QCOMPARE(model.lookAt(at("half@example.org"), users::Enabled).mark, CellMark::Blocked);
}

void TestInactivePage::sorts()
{
    QHeaderView *header = m_gui->shown()->view().horizontalHeader();
    for (const int column : { users::User, users::Enabled, users::DomainAdmin, users::LastLogin,
             users::LastLoginService, users::Created, users::MailboxBytes }) {
        const QPoint where(header->sectionViewportPosition(column) + 12, header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, Qt::NoModifier, where);
        m_gui->settle();
        QCOMPARE(m_gui->shown()->model().order().column, column);
    }
}

void TestInactivePage::exportsTheWholeList()
{
    m_gui->shown()->setFilterText(u"user:year"_s);
    m_gui->clickRow(0, users::User);
    m_gui->action("exportAllAction")->trigger();
    auto *dialog = m_gui->opened<QDialog>("exportDialog");
    QVERIFY(dialog);
    QVERIFY(m_gui->child<QRadioButton>("all", dialog)->isChecked());
    QCOMPARE(m_gui->child<QComboBox>("columns", dialog)->currentIndex(), 1);
    const QString name = m_gui->home.filePath(u"inactive.csv"_s);
    m_gui->child<QLineEdit>("file", dialog)->setText(name);
    QTest::mouseClick(m_gui->child<QPushButton>("export", dialog), Qt::LeftButton);
    QTRY_VERIFY(m_gui->child<QLabel>("message", dialog)->text().contains(u"rows written"_s));
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QCOMPARE(bytes.count('\n'), 6); // the titles and five accounts, whatever the filter
    for (const ColumnSpec &column : schemaOf(TableId::Users).columns())
        QVERIFY(bytes.split('\n').first().contains(column.key));
    QVERIFY(!bytes.contains("busy@"));
    QVERIFY(bytes.contains("half@example.org"));
}

void TestInactivePage::pageMenuHoldsTheTimeframe()
{
    auto *more = m_gui->child<QToolButton>("moreButton", page());
    Q_EMIT more->menu()->aboutToShow();
    auto *timeframes = m_gui->child<QToolButton>("timeframeButton", page())->menu();
    QVERIFY(more->menu()->actions().contains(timeframes->menuAction()));
    QVERIFY(page()->rowActions().contains(timeframes->menuAction())); // the window's Actions menu
    for (const char *name : { "enableAction", "blockAction", "disableAction", "deleteAction", "compareAction",
             "exportAllAction", "unjudgedAction" })
        QVERIFY2(page()->rowActions().contains(m_gui->action(name)), name);
}

void TestInactivePage::saysWhyThereIsNothing()
{
    auto *empty = page()->findChild<EmptyState *>(u"emptyState"_s);
    FakeTable &accounts = m_gui->backend.rows(TableId::Users);
    for (RowId id = 3; id <= 7; ++id)
        accounts.remove({ 1, id });
    accounts.publish();
    QTRY_COMPARE(empty->content().title, u"Nobody is inactive"_s);
    for (RowId id : { 1, 2, 8 })
        accounts.remove({ 1, id });
    accounts.publish();
    QTRY_COMPARE(empty->content().title, u"No account database is configured"_s);
    QVERIFY(empty->content().command.startsWith(u"[accounts]"_s));
}

void TestInactivePage::lastKnownRowsAreMarked()
{
    auto *line = page()->findChild<MessageLine *>(u"staleLine"_s);
    FakeTable &all = m_gui->backend.rows(TableId::Sources);
    all.put({ 1, 9 },
        { { sources::Source, QByteArray("accounts") }, { sources::State, QByteArray("down") },
            { sources::Detail, QByteArray("wrong password for mailhelm") } });
    all.publish();
    Q_EMIT m_gui->backend.serverChanged(1);
    QVERIFY(line->isVisible());
    QVERIFY2(line->text().contains(u"wrong password for mailhelm"_s), qPrintable(line->text()));
    QCOMPARE(m_gui->shown()->model().rowCount(), 5);
    m_gui->backend.setState(1, LinkState::Stale, u"timed out"_s);
    QVERIFY2(line->text().contains(u"Not live"_s), qPrintable(line->text()));
    m_gui->clickRow(0, users::User);
    QVERIFY(!m_gui->action("disableAction")->isEnabled());
}

void TestInactivePage::twoHundredThousandAccountsGoThroughTheWorker()
{
    m_gui->backend.fillAccounts(200'000);
    QTRY_VERIFY_WITH_TIMEOUT(!m_gui->shown()->model().isBusy() && m_gui->shown()->model().rowCount() > 1000, 30'000);
    const int month = m_gui->shown()->model().rowCount();
    page()->setTimeframe(Timeframe::usual()[3]);
    QVERIFY(m_gui->shown()->model().isBusy()); // nobody waits for it
    QTRY_VERIFY_WITH_TIMEOUT(!m_gui->shown()->model().isBusy(), 30'000);
    QVERIFY(m_gui->shown()->model().rowCount() < month);
    // What is shown is what the rule says.
    const Table &all = m_gui->backend.rows(TableId::Users).table();
    const InactiveSummary summary = summariseInactive(all.view(), ActivityColumns::of(all.schema()),
        page()->timeframe(), m_gui->backend.rows(TableId::Users).filterTime());
    QCOMPARE(m_gui->shown()->model().rowCount(), int(summary.inactive));
    QTRY_VERIFY_WITH_TIMEOUT(
        page()->line().text().startsWith(u"%1 of "_s.arg(QLocale().toString(summary.inactive))), 30'000);
}

QTEST_MAIN(TestInactivePage)
#include "tst_inactivepage.moc"
