// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/peopletest.h"

#include "views/confirmdialog.h"
#include "views/connectionspage.h"
#include "views/filterfield.h"
#include "views/toolrow.h"

#include <QHeaderView>
#include <QTreeWidget>

using namespace mailhelm;
using namespace Qt::StringLiterals;

/// The page Online: who is online and through what, and dropping all of it or parts.
class TestOnlinePage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_gui.reset(); }
    void countsByProtocol();
    void followsConnectionsAndSessions();
    void explainsRowsThatAreNoUsers();
    void dropsEverythingOfTheSelectedUsers();
    void dropsByKeysAlone();
    void neverTheAdministratorsOwn();
    void tellsWhatBecameOfBoth();
    void sparesWhatItMayNotEnd();
    void listsEachPartDroppable();
    void theDetailsOfThisPageAreItsOwnWish();
    void enterLeadsToTheConnections();
    void leadsToTheRightServer();
    void refreshLooksAtBothSources();
    void rowsStandStillUnderTheMenu();

private:
    /// The details list what a user has.
    QTreeWidget *parts() { return m_gui->window->findChild<QTreeWidget *>(u"detailsRelated"_s); }
    QList<QTreeWidgetItem *> lines()
    {
        QList<QTreeWidgetItem *> all;
        for (int i = 0; i < parts()->topLevelItemCount(); ++i)
            for (int j = 0; j < parts()->topLevelItem(i)->childCount(); ++j)
                all.append(parts()->topLevelItem(i)->child(j));
        return all;
    }
    void put(RowId id, const Value &user, const char *service, const char *protocol, const char *extension = nullptr);
    void session(RowId id, const QByteArray &user);
    std::unique_ptr<PeopleTest> m_gui;
};

void TestOnlinePage::put(RowId id, const Value &user, const char *service, const char *protocol, const char *extension)
{
    FakeTable::Cells cells { { connections::Service, QByteArray(service) },
        { connections::Protocol, QByteArray(protocol) }, { connections::User, user },
        { connections::Since, m_gui->clock.nowUs() - 120'000'000 },
        { connections::ClientAddress, Address::fromV4(0xcb007107) },
        { schemaOf(TableId::Connections).columnCount(), QByteArray("mx1") } };
    if (extension)
        cells.append({ connections::Extension, QByteArray(extension) });
    m_gui->backend.rows(TableId::Connections).put({ 1, id }, cells);
}

void TestOnlinePage::session(RowId id, const QByteArray &user)
{
    m_gui->backend.rows(TableId::Webmail)
        .put({ 1, id },
            { { webmail::User, user }, { webmail::Component, QByteArray("HTTP/WebMail") },
                { webmail::ClientAddress, Address::fromV4(0xcb007163) },
                { webmail::Started, m_gui->clock.nowUs() - 600'000'000 }, { webmail::LastActive, m_gui->clock.nowUs() },
                { webmail::Expires, m_gui->clock.nowUs() + 3'600'000'000 },
                { schemaOf(TableId::Webmail).columnCount(), QByteArray("mx1") } });
}

void TestOnlinePage::init()
{
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    m_gui = std::make_unique<PeopleTest>();
    m_gui->backend.addLive(u"mx1"_s);
    put(1, QByteArray("alice@example.org"), "IMAPS", "imap");
    put(2, QByteArray("alice@example.org"), "IMAPS", "imap");
    put(3, QByteArray("alice@example.org"), "HTTP", "http", "ActiveSync");
    put(4, QByteArray("bob@example.org"), "POP3S", "pop3");
    put(5, QByteArray(""), "SMTP", "smtp");
    put(6, {}, "Submission", "smtp");
    put(7, QByteArray("root"), "ADMIN", "admin");
    session(1, "alice@example.org");
    session(2, "carol@example.org");
    session(3, "");
    m_gui->backend.rows(TableId::Connections).publish();
    m_gui->backend.rows(TableId::Webmail).publish();
    m_gui->open();
    m_gui->at(u"online"_s);
}

void TestOnlinePage::countsByProtocol()
{
    QAbstractItemModelTester tester(&m_gui->shown()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(m_gui->shown()->model().rowCount(), 5); // alice, bob, carol, Anonymous, Not known
    const int alice = m_gui->rowOfUser("alice@example.org");
    QCOMPARE(m_gui->cell(alice, onlineusers::Imap), u"2"_s);
    QCOMPARE(m_gui->cell(alice, onlineusers::Eas), u"1"_s);
    QCOMPARE(m_gui->cell(alice, onlineusers::Webmail), u"1"_s);
    QCOMPARE(m_gui->cell(alice, onlineusers::Total), u"4"_s);
    QCOMPARE(m_gui->cell(alice, onlineusers::WebmailAddress), u"203.0.113.99"_s);
    QCOMPARE(m_gui->cell(alice, onlineusers::WebmailSince), u"10 min"_s);
    QCOMPARE(m_gui->cell(m_gui->rowOfUser("bob@example.org"), onlineusers::WebmailSince), u"–"_s);
    // A zero steps back.
    QCOMPARE(m_gui->cell(alice, onlineusers::Pop), u"·"_s);
    QCOMPARE(m_gui->shown()->model().lookAt(alice, onlineusers::Pop).tone, CellTone::Faint);
    QCOMPARE(m_gui->shown()->model().lookAt(alice, onlineusers::Imap).tone, CellTone::Plain);
    QHeaderView *header = m_gui->shown()->view().horizontalHeader();
    QStringList titles;
    for (int place = 0; place < header->count(); ++place)
        if (!header->isSectionHidden(header->logicalIndex(place)))
            titles.append(m_gui->shown()->model().headerData(header->logicalIndex(place), Qt::Horizontal).toString());
    QCOMPARE(titles,
        (QStringList { u"User"_s, u"WebMail"_s, u"SMTP"_s, u"IMAP"_s, u"POP"_s, u"XMPP"_s, u"EAS"_s, u"MAPI/EWS"_s,
            u"Other"_s, u"Total"_s, u"WebMail from"_s, u"WebMail for"_s }));
}

void TestOnlinePage::followsConnectionsAndSessions()
{
    m_gui->backend.rows(TableId::Connections).remove({ 1, 4 });
    m_gui->backend.rows(TableId::Connections).publish();
    m_gui->settle();
    QCOMPARE(m_gui->rowOfUser("bob@example.org"), -1);
    put(8, QByteArray("dora@example.org"), "IMAP", "imap");
    m_gui->backend.rows(TableId::Connections).publish();
    m_gui->settle();
    QVERIFY(m_gui->rowOfUser("dora@example.org") >= 0);
}

void TestOnlinePage::explainsRowsThatAreNoUsers()
{
    FakeTable &all = m_gui->backend.rows(TableId::Sources);
    all.put({ 1, 3 },
        { { sources::Source, QByteArray("join") }, { sources::State, QByteArray("degraded") },
            { sources::Detail, QByteArray("Postfix does not log ports.") },
            { sources::Mend, QByteArray("smtpd_client_port_logging = yes") } });
    all.publish();
    const TableModel &model = m_gui->shown()->model();
    int anonymous = -1;
    int unknown = -1;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (m_gui->cell(row, onlineusers::User) == u"Anonymous"_s)
            anonymous = row;
        if (m_gui->cell(row, onlineusers::User) == u"Not known"_s)
            unknown = row;
    }
    QVERIFY(anonymous >= 0 && unknown >= 0);
    QCOMPARE(m_gui->cell(anonymous, onlineusers::Total), u"2"_s); // an SMTP connection and a login page
    for (const int row : { anonymous, unknown })
        QCOMPARE(model.lookAt(row, onlineusers::User).mark, CellMark::Note);
    const QString why = m_gui->toolTip(anonymous, onlineusers::User);
    QVERIFY2(why.contains(u"login page is open"_s) && why.contains(u"monitoring service"_s), qPrintable(why));
    QVERIFY2(m_gui->toolTip(unknown, onlineusers::User).contains(u"smtpd_client_port_logging = yes"_s),
        qPrintable(m_gui->toolTip(unknown, onlineusers::User)));
    // And in the details, for those who use no mouse.
    m_gui->clickRow(unknown, onlineusers::User);
    auto *text = m_gui->window->findChild<QLabel *>(u"detailsMeaning"_s);
    QTRY_VERIFY(text->isVisible());
    QVERIFY(text->text().contains(u"smtpd_client_port_logging = yes"_s));
    QTRY_COMPARE(lines().size(), 1); // what the row counts, each droppable, and no stranger's
    QCOMPARE(parts()->headerItem()->text(0), u"Counted in this row"_s);
    m_gui->clickRow(anonymous, onlineusers::User);
    QTRY_COMPARE(lines().size(), 2);
    m_gui->clickRow(m_gui->rowOfUser("alice@example.org"), onlineusers::User);
    QTRY_VERIFY(!text->isVisible());
}

void TestOnlinePage::dropsEverythingOfTheSelectedUsers()
{
    m_gui->clickRow(m_gui->rowOfUser("alice@example.org"), onlineusers::User);
    m_gui->clickRow(m_gui->rowOfUser("bob@example.org"), onlineusers::User, Qt::ControlModifier);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<ConfirmDialog>("dropUsersDialog");
    QVERIFY(dialog);
    QCOMPARE(
        m_gui->child<QLabel>("question", dialog)->text(), u"Drop 5 connections and sessions on mx1 (production)?"_s);
    QCOMPARE(m_gui->child<QTreeWidget>("targets", dialog)->topLevelItemCount(), 5);
    auto *button = m_gui->child<QPushButton>("do", dialog);
    button->click();
    button->click();
    const auto sorted = [](QList<QList<RowKey>> all) {
        QList<RowKey> flat;
        for (const QList<RowKey> &some : all)
            flat += some;
        std::sort(flat.begin(), flat.end());
        return flat;
    };
    QCOMPARE(sorted(m_gui->backend.asked(RowAction::Drop)), (QList<RowKey> { { 1, 1 }, { 1, 2 }, { 1, 3 }, { 1, 4 } }));
    QCOMPARE(m_gui->backend.asked(RowAction::End), (QList<QList<RowKey>> { { { 1, 1 } } }));
}

void TestOnlinePage::dropsByKeysAlone()
{
    m_gui->shown()->view().setFocus();
    for (int i = 0; i <= m_gui->rowOfUser("bob@example.org"); ++i)
        QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Down);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<QDialog>("dropDialog"); // connections alone are asked for as on their page
    QVERIFY(dialog);
    QVERIFY(m_gui->child<QPushButton>("cancel", dialog)->hasFocus()
        || m_gui->child<QPushButton>("cancel", dialog)->isDefault());
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Tab);
    QTest::keyClick(dialog->focusWidget(), Qt::Key_Return);
    QCOMPARE(m_gui->backend.asked(RowAction::Drop), (QList<QList<RowKey>> { { { 1, 4 } } }));
}

void TestOnlinePage::neverTheAdministratorsOwn()
{
    QCOMPARE(m_gui->rowOfUser("root"), -1);
    m_gui->backend.m_own = { 1, 4 };
    m_gui->clickRow(m_gui->rowOfUser("bob@example.org"), onlineusers::User);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    QVERIFY(!m_gui->opened<ConfirmDialog>("dropDialog"));
    QVERIFY(m_gui->said()->text().contains(u"your own connection"_s));
    QVERIFY(m_gui->backend.m_acts.isEmpty());
}

void TestOnlinePage::tellsWhatBecameOfBoth()
{
    m_gui->clickRow(m_gui->rowOfUser("alice@example.org"), onlineusers::User);
    m_gui->backend.m_outcome = [](RowKey row) {
        return RowOutcome { row, row.id == 3 ? RowOutcome::Code::Refused : RowOutcome::Code::Done,
            row.id == 3 ? u"<i>no</i>"_s : QString() };
    };
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    m_gui->child<QPushButton>("do", m_gui->opened<ConfirmDialog>("dropUsersDialog"))->click();
    QTRY_COMPARE(
        m_gui->said()->text(), u"Connections: 2 dropped, 1 not dropped: <i>no</i>; WebMail sessions: 1 ended"_s);
}

void TestOnlinePage::sparesWhatItMayNotEnd()
{
    QList<ServerStatus> servers = m_gui->backend.servers();
    servers[0].refusals[RowAction::End] = u"No webmail is configured."_s;
    m_gui->backend.setServers(servers);
    m_gui->clickRow(m_gui->rowOfUser("alice@example.org"), onlineusers::User);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<ConfirmDialog>("dropDialog");
    QVERIFY(m_gui->child<QLabel>("note", dialog)->text().contains(u"WebMail sessions on mx1 stay: No webmail"_s));
    m_gui->child<QPushButton>("do", dialog)->click();
    QVERIFY(m_gui->backend.asked(RowAction::End).isEmpty());
    QCOMPARE(m_gui->backend.asked(RowAction::Drop).value(0).size(), 3);
    servers[0].refusals[RowAction::Drop] = u"Your role on mx1 is viewer."_s;
    m_gui->backend.setServers(servers);
    Q_EMIT m_gui->backend.serverChanged(1);
    QVERIFY(!m_gui->action("dropUsersAction")->isEnabled());
    QCOMPARE(m_gui->action("dropUsersAction")->toolTip(), u"Your role on mx1 is viewer."_s);
}

void TestOnlinePage::listsEachPartDroppable()
{
    QVERIFY(parts()->isVisible()); // nobody has to look for it
    m_gui->clickRow(m_gui->rowOfUser("alice@example.org"), onlineusers::User);
    QTRY_COMPARE(lines().size(), 4);
    const auto kinds = [this] {
        QStringList all;
        for (const QTreeWidgetItem *line : lines())
            all.append(line->text(0));
        all.sort();
        return all;
    };
    QCOMPARE(kinds(), (QStringList { u"HTTP"_s, u"HTTP/WebMail"_s, u"IMAPS"_s, u"IMAPS"_s }));
    // It is live.
    put(9, QByteArray("alice@example.org"), "IMAPS", "imap");
    m_gui->backend.rows(TableId::Connections).publish();
    QTRY_COMPARE(lines().size(), 5);
    // Exactly the chosen part falls.
    QTreeWidgetItem *session = lines().constLast();
    QCOMPARE(session->text(0), u"HTTP/WebMail"_s);
    parts()->scrollToItem(session);
    QTest::mouseClick(parts()->viewport(), Qt::LeftButton, Qt::NoModifier, parts()->visualItemRect(session).center());
    QCOMPARE(parts()->selectedItems().size(), 1);
    QTest::keyClick(parts(), Qt::Key_Delete);
    auto *dialog = m_gui->opened<ConfirmDialog>("endDialog");
    QVERIFY(dialog);
    QVERIFY(m_gui->shown()->model().isHeld()); // rows stand still meanwhile
    m_gui->child<QPushButton>("do", dialog)->click();
    QCOMPARE(m_gui->backend.m_acts, (QList<FakeBackend::Act> { { RowAction::End, { { 1, 1 } }, {} } }));
    QTRY_COMPARE(m_gui->said()->text(), u"1 ended"_s); // where it was asked for
}

void TestOnlinePage::theDetailsOfThisPageAreItsOwnWish()
{
    m_gui->at(u"connections"_s);
    QVERIFY(!parts()->isVisible());
    m_gui->at(u"online"_s);
    QVERIFY(parts()->isVisible());
    QTest::keyClick(m_gui->window.get(), Qt::Key_F4);
    QVERIFY(!parts()->isVisible());
    m_gui->at(u"connections"_s);
    QTest::keyClick(m_gui->window.get(), Qt::Key_F4);
    QVERIFY(parts()->isVisible());
    m_gui->at(u"online"_s);
    QVERIFY(!parts()->isVisible());
    m_gui->reopen(); // kept
    m_gui->at(u"online"_s);
    QVERIFY(!parts()->isVisible());
    m_gui->at(u"connections"_s);
    QVERIFY(parts()->isVisible());
}

void TestOnlinePage::enterLeadsToTheConnections()
{
    m_gui->clickRow(m_gui->rowOfUser("alice@example.org"), onlineusers::User);
    QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Return);
    QCOMPARE(m_gui->window->currentPage()->key(), u"connections"_s);
    m_gui->settle();
    QCOMPARE(m_gui->shown()->model().rowCount(), 3);
    QVERIFY(m_gui->shown()->isAncestorOf(m_gui->window->focusWidget()));
    // And back.
    QTest::keyClick(m_gui->window.get(), Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(m_gui->window->currentPage()->key(), u"online"_s);
    QVERIFY(m_gui->page()->filterText().isEmpty());
    m_gui->action("showSessionsAction")->trigger();
    QCOMPARE(m_gui->window->currentPage()->key(), u"webmail"_s);
    m_gui->settle();
    QCOMPARE(m_gui->shown()->model().rowCount(), 1);
    // Sessions of nobody are hidden there, but not from whoever is sent to them.
    m_gui->at(u"online"_s);
    m_gui->clickRow(m_gui->rowOfUser(""), onlineusers::User);
    m_gui->action("showSessionsAction")->trigger();
    m_gui->settle();
    QCOMPARE(m_gui->shown()->model().rowCount(), 1);
}

void TestOnlinePage::leadsToTheRightServer()
{
    m_gui->backend.addLive(u"mx2"_s);
    m_gui->backend.rows(TableId::Connections)
        .put({ 2, 50 },
            { { connections::Service, QByteArray("IMAPS") }, { connections::Protocol, QByteArray("imap") },
                { connections::User, QByteArray("alice@example.org") },
                { schemaOf(TableId::Connections).columnCount(), QByteArray("mx2") } });
    m_gui->backend.rows(TableId::Connections).publish();
    m_gui->settle();
    const TableModel &model = m_gui->shown()->model();
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.keyAt(row).server != 2)
            continue;
        m_gui->clickRow(row, onlineusers::User);
        QTest::keyClick(&m_gui->shown()->view(), Qt::Key_Return);
        break;
    }
    QCOMPARE(m_gui->window->currentPage()->key(), u"connections"_s);
    m_gui->settle();
    QCOMPARE(m_gui->shown()->model().rowCount(), 1);
    QCOMPARE(m_gui->shown()->model().keyAt(0), (RowKey { 2, 50 }));
}

void TestOnlinePage::refreshLooksAtBothSources()
{
    QTest::keyClick(m_gui->window.get(), Qt::Key_F5);
    QCOMPARE(m_gui->backend.m_refreshes, QList<TableId> { TableId::OnlineUsers });
    QVERIFY(!m_gui->shown()->findChild<QWidget *>(u"intervalButton"_s)->isEnabled());
}

void TestOnlinePage::rowsStandStillUnderTheMenu()
{
    m_gui->clickRow(0, onlineusers::User);
    QMenu *menu = m_gui->contextMenu();
    QVERIFY(menu->actions().contains(m_gui->action("dropUsersAction")));
    QVERIFY(m_gui->shown()->model().isHeld());
    menu->close();
    QTRY_VERIFY(!m_gui->shown()->model().isHeld());
}

QTEST_MAIN(TestOnlinePage)
#include "tst_onlinepage.moc"
