// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/hostiletexts.h"
#include "tests/gui/peopletest.h"

#include "core/base/safetext.h"
#include "views/confirmdialog.h"
#include "views/inactivepage.h"

#include <QClipboard>
#include <QFile>
#include <QLineEdit>
#include <QProgressBar>
#include <QTabWidget>
#include <QTableView>
#include <QTreeWidget>

using namespace mailhelm;
using namespace Qt::StringLiterals;

/// What is done to accounts: the questions, how far it is, what became of each, bringing back, comparing with a list.
class TestAccountDialogs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_gui.reset(); }
    void oneIsEnabledAtOnceManyAfterAQuestion();
    void blockAndDisableSayWhatFalls_data();
    void blockAndDisableSayWhatFalls();
    void deletingWarnsAndWantsAReason();
    void aboveTenTheNumberIsTyped();
    void enterNeitherCancelsNorDeletes();
    void deletesByKeysAlone();
    void saysUntilWhenItCanBeRestored();
    void rolesDecide();
    void progressCanBeCancelled();
    void tellsOfEachWhatWasNotDone();
    void restores();
    void comparesWithAList();
    void compareSaysWhatIsWrong();
    void actsOnTheComparison();
    void exportsTheComparison();
    void hostileTextStaysText_data();
    void hostileTextStaysText();

private:
    ConfirmDialog *asked() { return m_gui->opened<ConfirmDialog>("accountDialog"); }
    void select(int count);
    void checkPlain(QWidget *root);
    std::unique_ptr<PeopleTest> m_gui;
};

void TestAccountDialogs::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QApplication::clipboard()->clear();
    m_gui = std::make_unique<PeopleTest>();
    m_gui->backend.addLive(u"mx1"_s);
    m_gui->backend.fillAccounts(300);
    m_gui->open();
    m_gui->at(u"inactive"_s);
    QVERIFY(m_gui->shown()->model().rowCount() > 50);
}

void TestAccountDialogs::select(int count)
{
    m_gui->clickRow(0, users::User);
    if (count > 1)
        m_gui->clickRow(count - 1, users::User, Qt::ShiftModifier);
    QCOMPARE(m_gui->chosen().size(), count);
}

void TestAccountDialogs::oneIsEnabledAtOnceManyAfterAQuestion()
{
    select(1);
    m_gui->action("enableAction")->trigger();
    QVERIFY(!asked());
    QCOMPARE(m_gui->backend.asked(RowAction::Enable), QList<QList<RowKey>> { m_gui->chosen() });
    QTRY_COMPARE(m_gui->said()->text(), u"1 enabled"_s);
    select(3);
    QVERIFY(m_gui->action("enableAction")->text().contains(u"3"_s));
    m_gui->action("enableAction")->trigger();
    QVERIFY(asked());
    QCOMPARE(m_gui->child<QLabel>("question", asked())->text(), u"Enable 3 accounts on mx1 (production)?"_s);
    m_gui->child<QPushButton>("do", asked())->click();
    QCOMPARE(m_gui->backend.asked(RowAction::Enable).size(), 2);
}

void TestAccountDialogs::blockAndDisableSayWhatFalls_data()
{
    QTest::addColumn<QString>("action");
    QTest::addColumn<int>("asks");
    QTest::addColumn<QString>("question");
    QTest::addColumn<QString>("meaning");
    QTest::newRow("block") << u"blockAction"_s << int(RowAction::Block)
                           << u"Block the login of 2 accounts on mx1 (production)?"_s << u"mail still arrives"_s;
    QTest::newRow("disable") << u"disableAction"_s << int(RowAction::Disable)
                             << u"Disable 2 accounts on mx1 (production)?"_s << u"no mail arrives"_s;
}

void TestAccountDialogs::blockAndDisableSayWhatFalls()
{
    QFETCH(QString, action);
    QFETCH(int, asks);
    QFETCH(QString, question);
    QFETCH(QString, meaning);
    select(2);
    const QList<RowKey> both = m_gui->chosen();
    const Value first = m_gui->shown()->model().valueAt(0, users::User);
    FakeTable &live = m_gui->backend.rows(TableId::Connections);
    for (const RowId id : { 801, 802 })
        live.put({ 1, id },
            { { connections::User, first }, { connections::Protocol, QByteArray("imap") },
                { connections::Service, QByteArray("IMAPS") } });
    live.publish();
    FakeTable &sessions = m_gui->backend.rows(TableId::Webmail);
    sessions.put({ 1, 803 }, { { webmail::User, first } });
    sessions.publish();
    m_gui->shown()->findChild<QAction *>(action)->trigger();
    QVERIFY(asked());
    QCOMPARE(m_gui->child<QLabel>("question", asked())->text(), question);
    const QString note = m_gui->child<QLabel>("note", asked())->text();
    QVERIFY2(note.contains(u"Ended with it: 2 connections, 1 WebMail session."_s), qPrintable(note));
    QVERIFY2(note.contains(meaning), qPrintable(note));
    auto *list = m_gui->child<QTreeWidget>("targets", asked());
    QCOMPARE(list->topLevelItem(0)->text(3), u"2 connections, 1 WebMail session"_s);
    QCOMPARE(list->topLevelItem(1)->text(3), u"–"_s);
    auto *button = m_gui->child<QPushButton>("do", asked());
    QVERIFY(m_gui->child<QPushButton>("cancel", asked())->isDefault());
    button->click();
    button->click();
    QCOMPARE(m_gui->backend.m_acts, (QList<FakeBackend::Act> { { RowAction(asks), both, {} } }));
}

void TestAccountDialogs::deletingWarnsAndWantsAReason()
{
    select(3);
    const QList<RowKey> three = m_gui->chosen();
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    QVERIFY(asked());
    QVERIFY(m_gui->child<QLabel>("warning", asked())->text().contains(u"Agree with the administrator of the domain"_s));
    auto *button = m_gui->child<QPushButton>("do", asked());
    QCOMPARE(button->text(), u"Delete 3 accounts"_s);
    QVERIFY(!button->isEnabled());
    QVERIFY(!m_gui->child<QLineEdit>("typedCount", asked())->isVisible());
    const QString note = m_gui->child<QLabel>("note", asked())->text();
    QVERIFY2(note.contains(u"Their mailboxes hold"_s), qPrintable(note));
    auto *reason = m_gui->child<QLineEdit>("reason", asked());
    QTest::keyClicks(reason, u"   "_s);
    QVERIFY(!button->isEnabled());
    QTest::keyClicks(reason, u"contract  ended "_s);
    QVERIFY(button->isEnabled());
    button->click();
    QCOMPARE(m_gui->backend.m_acts, (QList<FakeBackend::Act> { { RowAction::Delete, three, u"contract ended"_s } }));
    QTRY_COMPARE(m_gui->said()->text(), u"3 deleted"_s);
}

void TestAccountDialogs::aboveTenTheNumberIsTyped()
{
    select(11);
    const QList<RowKey> eleven = m_gui->chosen();
    m_gui->action("deleteAction")->trigger();
    auto *button = m_gui->child<QPushButton>("do", asked());
    auto *typed = m_gui->child<QLineEdit>("typedCount", asked());
    QVERIFY(typed->isVisible());
    QTest::keyClicks(m_gui->child<QLineEdit>("reason", asked()), u"gone"_s);
    QVERIFY(!button->isEnabled());
    QTest::keyClicks(typed, u"1"_s);
    QVERIFY(!button->isEnabled());
    QTest::keyClicks(typed, u"1"_s);
    QVERIFY(button->isEnabled());
    // One of them goes meanwhile: the number is another one, and ten need none.
    m_gui->backend.rows(TableId::Users).remove(eleven[4]);
    m_gui->backend.rows(TableId::Users).publish();
    QVERIFY(!typed->isVisible());
    QVERIFY(button->isEnabled());
    QCOMPARE(button->text(), u"Delete 10 accounts"_s);
    button->click();
    QCOMPARE(m_gui->backend.asked(RowAction::Delete).value(0).size(), 10);
    QVERIFY(!m_gui->backend.asked(RowAction::Delete)[0].contains(eleven[4]));
}

void TestAccountDialogs::enterNeitherCancelsNorDeletes()
{
    select(12);
    m_gui->action("deleteAction")->trigger();
    auto *reason = m_gui->child<QLineEdit>("reason", asked());
    reason->setFocus();
    QTest::keyClicks(reason, u"gone"_s);
    QTest::keyClick(reason, Qt::Key_Return);
    QVERIFY(asked());
    QVERIFY(m_gui->backend.m_acts.isEmpty());
    QTest::keyClick(asked(), Qt::Key_Escape);
    QTRY_VERIFY(!asked());
    QVERIFY(m_gui->backend.m_acts.isEmpty());
}

void TestAccountDialogs::deletesByKeysAlone()
{
    m_gui->shown()->view().setFocus();
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Down);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    QWidget *at = asked()->focusWidget();
    QCOMPARE(at->objectName(), u"reason"_s);
    QTest::keyClicks(at, u"agreed with eve"_s);
    for (int i = 0; i < 10 && asked()->focusWidget()->objectName() != u"do"_s; ++i)
        QTest::keyClick(asked()->focusWidget(), Qt::Key_Tab);
    QCOMPARE(asked()->focusWidget()->objectName(), u"do"_s);
    QTest::keyClick(asked()->focusWidget(), Qt::Key_Return);
    QCOMPARE(m_gui->backend.m_acts.value(0).reason, u"agreed with eve"_s);
}

void TestAccountDialogs::saysUntilWhenItCanBeRestored()
{
    select(1);
    m_gui->action("deleteAction")->trigger();
    QVERIFY(m_gui->child<QLabel>("note", asked())->text().contains(u"can be restored for 7 days"_s));
    asked()->reject();
    QCoreApplication::processEvents();
    QList<ServerStatus> servers = m_gui->backend.servers();
    servers[0].graceMs = qint64(14) * 86'400'000;
    m_gui->backend.setServers(servers);
    m_gui->action("deleteAction")->trigger();
    const QDateTime end = QDateTime::fromMSecsSinceEpoch(m_gui->clock.nowUs() / 1000).addDays(14);
    const QString until = u"can be restored until %1,"_s.arg(QLocale::c().toString(end, u"d MMMM yyyy"_s));
    QVERIFY2(m_gui->child<QLabel>("note", asked())->text().contains(until),
        qPrintable(m_gui->child<QLabel>("note", asked())->text()));
}

void TestAccountDialogs::rolesDecide()
{
    select(1);
    QList<ServerStatus> servers = m_gui->backend.servers();
    servers[0].refusals[RowAction::Delete] = u"Your role on mx1 is manager; this needs owner."_s;
    m_gui->backend.setServers(servers);
    Q_EMIT m_gui->backend.serverChanged(1);
    QVERIFY(m_gui->action("disableAction")->isEnabled());
    QVERIFY(!m_gui->action("deleteAction")->isEnabled());
    QCOMPARE(m_gui->action("deleteAction")->toolTip(), u"Your role on mx1 is manager; this needs owner."_s);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    QVERIFY(!asked());
}

void TestAccountDialogs::progressCanBeCancelled()
{
    m_gui->backend.m_slow = true;
    select(20);
    m_gui->action("disableAction")->trigger();
    m_gui->child<QPushButton>("do", asked())->click();
    for (int i = 0; i < 5; ++i)
        m_gui->backend.answerOne();
    QTRY_VERIFY(m_gui->opened<QDialog>("progressDialog")); // it takes a moment: it shows
    auto *dialog = m_gui->opened<QDialog>("progressDialog");
    QCOMPARE(m_gui->child<QProgressBar>("progressBar", dialog)->value(), 5);
    QCOMPARE(m_gui->child<QLabel>("progressText", dialog)->text(), u"Disabling 20 accounts: 5 of 20"_s);
    QTest::mouseClick(m_gui->child<QPushButton>("cancel", dialog), Qt::LeftButton);
    QTRY_VERIFY(!m_gui->opened<QDialog>("progressDialog"));
    QCOMPARE(m_gui->said()->text(), u"5 disabled, 15 left alone, as you cancelled"_s);
}

void TestAccountDialogs::tellsOfEachWhatWasNotDone()
{
    select(4);
    const QList<RowKey> four = m_gui->chosen();
    const QString name = m_gui->cell(2, users::User);
    m_gui->backend.m_outcome = [four](RowKey row) {
        return RowOutcome { row, row == four[2] ? RowOutcome::Code::Refused : RowOutcome::Code::Done,
            row == four[2] ? u"It is on the list of excluded accounts."_s : QString() };
    };
    m_gui->action("disableAction")->trigger();
    m_gui->child<QPushButton>("do", asked())->click();
    QTRY_VERIFY(m_gui->opened<QDialog>("progressDialog"));
    auto *dialog = m_gui->opened<QDialog>("progressDialog");
    auto *list = m_gui->child<QTreeWidget>("failures", dialog);
    QCOMPARE(list->topLevelItemCount(), 1);
    QCOMPARE(list->topLevelItem(0)->text(0), name);
    QCOMPARE(list->topLevelItem(0)->text(1), u"It is on the list of excluded accounts."_s);
    m_gui->child<QPushButton>("copy", dialog)->click();
    QCOMPARE(QApplication::clipboard()->text(), name + u"\tIt is on the list of excluded accounts."_s);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!m_gui->opened<QDialog>("progressDialog"));
    QVERIFY(m_gui->said()->text().startsWith(u"3 disabled, 1 not disabled: "_s));
}

void TestAccountDialogs::restores()
{
    FakeTable &gone = m_gui->backend.rows(TableId::Deleted);
    const qint64 now = m_gui->clock.nowUs();
    for (const RowId id : { 1, 2, 3 })
        gone.put({ 1, id },
            { { deleted::User, "old" + QByteArray::number(id) + "@example.org" },
                { deleted::Deleted, now - qint64(id) * 3'600'000'000 }, { deleted::Admin, QByteArray("eve") },
                { deleted::Reason, QByteArray("contract ended") }, { deleted::Archive, QByteArray("/srv/archive/x") },
                { deleted::MailboxBytes, qint64(5'000'000) }, { deleted::Purge, now + 86'400'000'000 } });
    gone.publish();
    m_gui->at(u"deleted"_s);
    QCOMPARE(m_gui->shown()->model().rowCount(), 3);
    QCOMPARE(m_gui->cell(0, deleted::User), u"old1@example.org"_s); // the newest first
    QCOMPARE(m_gui->cell(0, deleted::Reason), u"contract ended"_s);
    m_gui->clickRow(0, deleted::User);
    m_gui->clickRow(1, deleted::User, Qt::ControlModifier);
    const QList<RowKey> wanted = m_gui->chosen();
    m_gui->action("restoreAction")->trigger();
    QCOMPARE(m_gui->child<QLabel>("question", asked())->text(), u"Restore 2 accounts on mx1 (production)?"_s);
    m_gui->backend.m_outcome = [](RowKey row) {
        return RowOutcome { row, row.id == 2 ? RowOutcome::Code::Refused : RowOutcome::Code::Done,
            row.id == 2 ? u"The address was given to somebody else."_s : QString() };
    };
    m_gui->child<QPushButton>("do", asked())->click();
    QCOMPARE(m_gui->backend.m_acts, (QList<FakeBackend::Act> { { RowAction::Restore, wanted, {} } }));
    QTRY_VERIFY(m_gui->opened<QDialog>("progressDialog"));
    QCOMPARE(m_gui->child<QTreeWidget>("failures", m_gui->opened<QDialog>("progressDialog"))->topLevelItem(0)->text(0),
        u"old2@example.org"_s);
    QCOMPARE(m_gui->said()->text(), u"1 restored, 1 not restored: The address was given to somebody else."_s);
}

void TestAccountDialogs::comparesWithAList()
{
    ListComparison found;
    found.onlyHere = { { 1, 3 }, { 1, 4 }, { 1, 5 } };
    found.onlyListed = { u"gone@example.org"_s, u"=cmd()"_s };
    for (RowId id = 10; id < 40; ++id)
        found.both.append({ 1, id });
    found.remarks = { u"2 lines hold no address."_s };
    m_gui->backend.m_comparison = found;
    m_gui->action("compareAction")->trigger();
    auto *dialog = m_gui->opened<QDialog>("compareDialog");
    QVERIFY(dialog);
    auto *button = m_gui->child<QPushButton>("compare", dialog);
    QVERIFY(!button->isEnabled());
    m_gui->child<QLineEdit>("file", dialog)->setText(u"/tmp/billing.csv"_s);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(m_gui->backend.m_compared, QStringList { u"/tmp/billing.csv"_s });
    auto *tabs = m_gui->child<QTabWidget>("groups", dialog);
    QCOMPARE(tabs->tabText(0), u"On the server, not in the list  3"_s);
    QCOMPARE(tabs->tabText(1), u"In the list, not on the server  2"_s);
    QCOMPARE(tabs->tabText(2), u"In both  30"_s);
    QCOMPARE(m_gui->child<QLabel>("message", dialog)->text(), u"2 lines hold no address."_s);
    auto *here = qobject_cast<QTableView *>(tabs->widget(0));
    QAbstractItemModelTester tester(here->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(here->model()->index(0, 0).data().toString(), u"user2@example.org"_s);
    // An account that goes leaves the group.
    m_gui->backend.rows(TableId::Users).remove({ 1, 4 });
    m_gui->backend.rows(TableId::Users).publish();
    QCOMPARE(tabs->tabText(0), u"On the server, not in the list  2"_s);
    // What starts a formula does so nowhere.
    tabs->setCurrentIndex(1);
    m_gui->child<QPushButton>("copy", dialog)->click();
    QCOMPARE(QApplication::clipboard()->text(), u"gone@example.org\n'=cmd()"_s);
    QVERIFY(!m_gui->child<QPushButton>("disable", dialog)->isVisible());
}

void TestAccountDialogs::compareSaysWhatIsWrong()
{
    m_gui->backend.m_comparison = Error { ErrorCode::NotFound, u"/tmp/no.csv does not <b>exist</b>."_s };
    m_gui->action("compareAction")->trigger();
    auto *dialog = m_gui->opened<QDialog>("compareDialog");
    QTest::keyClicks(m_gui->child<QLineEdit>("file", dialog), u"/tmp/no.csv"_s);
    QTest::keyClick(m_gui->child<QLineEdit>("file", dialog), Qt::Key_Return);
    auto *message = m_gui->child<QLabel>("message", dialog);
    QCOMPARE(message->text(), u"/tmp/no.csv does not <b>exist</b>."_s);
    QCOMPARE(message->textFormat(), Qt::PlainText);
    QVERIFY(dialog->isVisible());
}

void TestAccountDialogs::actsOnTheComparison()
{
    ListComparison found;
    found.onlyHere = { { 1, 3 }, { 1, 4 }, { 1, 5 } };
    m_gui->backend.m_comparison = found;
    m_gui->action("compareAction")->trigger();
    auto *dialog = m_gui->opened<QDialog>("compareDialog");
    m_gui->child<QLineEdit>("file", dialog)->setText(u"list.csv"_s);
    m_gui->child<QPushButton>("compare", dialog)->click();
    // All where none is selected, else the selected.
    m_gui->child<QPushButton>("disable", dialog)->click();
    QVERIFY(asked());
    m_gui->child<QPushButton>("do", asked())->click();
    QCOMPARE(m_gui->backend.asked(RowAction::Disable), QList<QList<RowKey>> { found.onlyHere });
    QTRY_COMPARE(m_gui->child<QLabel>("message", dialog)->text(), u"3 disabled"_s);
    auto *here = qobject_cast<QTableView *>(m_gui->child<QTabWidget>("groups", dialog)->widget(0));
    here->selectRow(1);
    m_gui->child<QPushButton>("delete", dialog)->click();
    QTRY_VERIFY(asked());
    QTest::keyClicks(m_gui->child<QLineEdit>("reason", asked()), u"not billed"_s);
    m_gui->child<QPushButton>("do", asked())->click();
    QCOMPARE(m_gui->backend.asked(RowAction::Delete), (QList<QList<RowKey>> { { { 1, 4 } } }));
}

void TestAccountDialogs::exportsTheComparison()
{
    ListComparison found;
    found.both = { { 1, 3 }, { 1, 4 } };
    m_gui->backend.m_comparison = found;
    m_gui->action("compareAction")->trigger();
    auto *dialog = m_gui->opened<QDialog>("compareDialog");
    m_gui->child<QLineEdit>("file", dialog)->setText(u"list.csv"_s);
    m_gui->child<QPushButton>("compare", dialog)->click();
    m_gui->child<QTabWidget>("groups", dialog)->setCurrentIndex(2);
    m_gui->child<QPushButton>("export", dialog)->click();
    auto *exporting = m_gui->opened<QDialog>("exportDialog");
    QVERIFY(exporting);
    const QString name = m_gui->home.filePath(u"both.csv"_s);
    m_gui->child<QLineEdit>("file", exporting)->setText(name);
    m_gui->child<QPushButton>("export", exporting)->click();
    QTRY_VERIFY(m_gui->child<QLabel>("message", exporting)->text().contains(u"2 rows written"_s));
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("user3@example.org"));
}

/// Nothing below `root` may take a text for HTML, or show a control character.
void TestAccountDialogs::checkPlain(QWidget *root)
{
    const auto check = [](const QString &text, const QString &where) {
        for (const QChar c : text)
            QVERIFY2(c == u'\n' || c == u'\t' || c.category() != QChar::Other_Control,
                qPrintable(u"%1 shows U+%2"_s.arg(where, QString::number(c.unicode(), 16))));
        QVERIFY2(!text.contains(QChar(0x202e)), qPrintable(where));
    };
    for (QLabel *label : root->findChildren<QLabel *>()) {
        if (label->textFormat() != Qt::PlainText)
            QVERIFY2(!Qt::mightBeRichText(label->text()), qPrintable(label->text().left(100)));
        check(label->text(), label->objectName());
    }
    for (QTreeWidget *list : root->findChildren<QTreeWidget *>())
        for (int row = 0; row < list->topLevelItemCount(); ++row)
            for (int column = 0; column < list->columnCount(); ++column)
                check(list->topLevelItem(row)->text(column), list->objectName());
    for (QTableView *table : root->findChildren<QTableView *>())
        for (int row = 0; row < std::min(20, table->model()->rowCount()); ++row)
            for (int column = 0; column < table->model()->columnCount(); ++column)
                check(table->model()->index(row, column).data().toString(), table->objectName());
}

void TestAccountDialogs::hostileTextStaysText_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const HostileText &each : hostileTexts())
        QTest::newRow(each.name) << each.text;
}

void TestAccountDialogs::hostileTextStaysText()
{
    QFETCH(QByteArray, text);
    const QByteArray stored = validUtf8(text);
    const qint64 now = m_gui->clock.nowUs();
    for (const TableId id :
        { TableId::Users, TableId::Deleted, TableId::Webmail, TableId::Connections, TableId::Sources }) {
        FakeTable &all = m_gui->backend.rows(id);
        FakeTable::Cells cells;
        for (int column = 0; column < all.table().schema().columnCount(); ++column)
            if (all.table().schema().column(column).isText())
                cells.append({ column, stored });
        if (id == TableId::Users)
            cells += FakeTable::Cells { { users::Created, now - 900 * 86'400'000'000 },
                { users::WatchedSince, now - 900 * 86'400'000'000 }, { users::LastLogin, now - 500 * 86'400'000'000 } };
        all.put({ 1, 900'001 }, cells);
        all.publish();
    }
    m_gui->settle();
    for (const char *key : { "webmail", "online", "inactive", "deleted" }) {
        m_gui->at(QLatin1StringView(key));
        const int row = m_gui->rowOfUser(stored);
        QVERIFY2(row >= 0, key);
        m_gui->clickRow(row, 0);
        QVERIFY(!m_gui->window->grab().isNull());
        checkPlain(m_gui->window.get());
        for (int column = 0; column < m_gui->shown()->model().columnCount(); ++column) {
            const QString tip = m_gui->shown()->view().horizontalHeader()->isSectionHidden(column)
                ? QString()
                : m_gui->toolTip(row, column);
            QVERIFY2(!Qt::mightBeRichText(tip) || tip.mid(5).count(u'<') == 1, qPrintable(tip.left(200)));
        }
        if (QMenu *menu = m_gui->contextMenu()) {
            checkPlain(menu);
            menu->close();
        }
        QCoreApplication::processEvents();
    }
    m_gui->backend.m_outcome = [&](RowKey row) {
        return RowOutcome { row, RowOutcome::Code::Refused, QString::fromUtf8(stored) };
    };
    m_gui->at(u"inactive"_s);
    m_gui->clickRow(m_gui->rowOfUser(stored), users::User);
    m_gui->action("deleteAction")->trigger();
    QVERIFY(asked());
    QVERIFY(!asked()->grab().isNull());
    checkPlain(asked());
    QTest::keyClicks(m_gui->child<QLineEdit>("reason", asked()), u"why not"_s);
    m_gui->child<QPushButton>("do", asked())->click();
    QTRY_VERIFY(m_gui->opened<QDialog>("progressDialog"));
    checkPlain(m_gui->opened<QDialog>("progressDialog"));
    m_gui->opened<QDialog>("progressDialog")->close();
    m_gui->backend.m_comparison = ListComparison { { { 1, 900'001 } }, { QString::fromUtf8(stored) },
        { { 1, 900'001 } }, { QString::fromUtf8(stored) } };
    m_gui->action("compareAction")->trigger();
    auto *dialog = m_gui->opened<QDialog>("compareDialog");
    m_gui->child<QLineEdit>("file", dialog)->setText(u"list.csv"_s);
    m_gui->child<QPushButton>("compare", dialog)->click();
    QVERIFY(!dialog->grab().isNull());
    checkPlain(dialog);
}

QTEST_MAIN(TestAccountDialogs)
#include "tst_accountdialogs.moc"
