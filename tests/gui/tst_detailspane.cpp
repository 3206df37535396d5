// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"

#include "views/confirmdialog.h"
#include "views/detailspane.h"
#include "views/messageline.h"
#include "views/relatedrows.h"
#include "views/serverspanel.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTreeWidget>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestDetailsPane : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
        m_gui = std::make_unique<GuiTest>();
        m_gui->backend.addLive(u"mx1"_s);
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        const int server = schemaOf(TableId::Connections).columnCount();
        for (quint64 id = 1; id <= 3; ++id)
            rows.put({ 1, id },
                { { connections::User, QByteArray(id < 3 ? "alice@example.org" : "<b>bob</b>@example.org") },
                    { connections::Service, QByteArray("IMAPS") }, { connections::Since, m_gui->clock.nowUs() },
                    { connections::SinceExact, true }, { connections::ClientAddress, Address::fromV4(0xcb007107) },
                    { server, QByteArray("mx1") } });
        rows.publish();
        FakeTable &logins = m_gui->backend.rows(TableId::Logins);
        logins.put({ 1, 9 },
            { { logins::User, QByteArray("alice@example.org") }, { logins::Service, QByteArray("POP3") },
                { logins::Time, m_gui->clock.nowUs() - 3'600'000'000 } });
        logins.publish();
        FakeTable &sessions = m_gui->backend.rows(TableId::Webmail);
        for (quint64 id = 21; id <= 22; ++id)
            sessions.put({ 1, id },
                { { webmail::User, QByteArray(id == 21 ? "alice@example.org" : "carol@example.org") },
                    { webmail::Component, QByteArray("HTTP/WebMail") },
                    { webmail::ClientAddress, Address::fromV4(0xcb007163) }, { webmail::Started, m_gui->clock.nowUs() },
                    { schemaOf(TableId::Webmail).columnCount(), QByteArray("mx1") } });
        sessions.publish();
        FakeTable &accounts = m_gui->backend.rows(TableId::Users);
        accounts.put({ 1, 5 },
            { { users::User, QByteArray("alice@example.org") }, { users::Enabled, QByteArray("blocked") },
                { users::Created, m_gui->clock.nowUs() - 86'400'000'000 * 400 },
                { users::LastLogin, m_gui->clock.nowUs() - 86'400'000'000 },
                { users::LastLoginService, QByteArray("POP3") },
                { schemaOf(TableId::Users).columnCount(), QByteArray("mx1") } });
        accounts.publish();
        m_gui->backend.m_lines[{ 1, 1 }]
            = { "09:12:03 imap-login: Login: user=<alice>", "09:12:04 <i>select</i> INBOX" };
        m_gui->open();
        m_gui->view().setFocus();
        QTest::keyClick(m_gui->window.get(), Qt::Key_F4);
        m_pane = m_gui->window->detailsPane();
        QVERIFY(m_pane->isVisible());
        m_fields = m_pane->findChild<QTreeWidget *>(u"detailsFields"_s);
        m_related = m_pane->findChild<RelatedRows *>(u"detailsRelated"_s);
        m_log = m_pane->findChild<QPlainTextEdit *>(u"detailsLog"_s);
    }
    void cleanup() { m_gui.reset(); }

    void showsEveryFieldOfTheCurrentRow()
    {
        choose(1);
        QTRY_COMPARE(m_fields->topLevelItemCount(), schemaOf(TableId::Connections).columnCount() + 1);
        QCOMPARE(valueOf(u"User"_s), u"alice@example.org"_s);
        QCOMPARE(valueOf(u"TLS"_s), u"not known"_s);
        QVERIFY(valueOf(u"Time"_s).startsWith(u"0 s · "_s));
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        rows.put({ 1, 1 }, { { connections::Info, QByteArray("INBOX") } });
        rows.publish();
        QTRY_COMPARE(valueOf(u"Info"_s), u"INBOX"_s); // live
    }
    void showsWhatElseThereIsOfTheUser()
    {
        choose(1);
        QTRY_COMPARE(m_related->topLevelItemCount(), 4);
        QCOMPARE(group(0)->text(0), u"Connections: 2"_s);
        QCOMPARE(group(0)->childCount(), 2);
        QCOMPARE(group(0)->child(0)->text(0), u"IMAPS (this one)"_s);
        QCOMPARE(group(0)->child(1)->text(0), u"IMAPS"_s);
        QCOMPARE(group(0)->child(1)->text(1), u"203.0.113.7"_s);
        QCOMPARE(group(1)->text(0), u"WebMail: 1"_s);
        QCOMPARE(group(2)->text(0), u"Logins: 1"_s);
        QCOMPARE(group(2)->child(0)->text(0), u"POP3"_s);
        // The account says what it is.
        QVERIFY2(group(3)->text(0).startsWith(u"Account: Login blocked · created 20"_s), qPrintable(group(3)->text(0)));
        QVERIFY2(group(3)->text(0).contains(u" · last login 20"_s) && group(3)->text(0).endsWith(u" by POP3"_s),
            qPrintable(group(3)->text(0)));
        QCOMPARE(group(3)->childCount(), 0);
        // A link to its page.
        m_related->setCurrentItem(group(0)->child(1));
        m_related->setFocus();
        QTest::keyClick(m_related, Qt::Key_Return);
        QTRY_COMPARE(m_gui->page()->filterText(), u"user=\"alice@example.org\""_s);
    }
    void dropsARelatedConnection()
    {
        choose(1);
        QTRY_COMPARE(m_related->topLevelItemCount(), 4);
        QTreeWidgetItem *other = group(0)->child(1);
        m_related->setCurrentItem(other);
        Q_EMIT m_related->customContextMenuRequested(m_related->visualItemRect(other).center());
        auto *menu = m_gui->opened<QMenu>("relatedMenu");
        QVERIFY(menu);
        menu->actions().constLast()->trigger();
        menu->close();
        auto *dialog = m_gui->opened<ConfirmDialog>("dropDialog");
        QVERIFY(dialog);
        m_gui->child<QPushButton>("do", dialog)->click();
        QCOMPARE(m_gui->backend.asked(RowAction::Drop), (QList<QList<RowKey>> { { { 1, 2 } } }));
    }
    void endsARelatedSession()
    {
        choose(1);
        QTRY_COMPARE(m_related->topLevelItemCount(), 4);
        click(group(1)->child(0));
        QCOMPARE(drop()->text(), u"&End Session…"_s);
        QTest::keyClick(m_related, Qt::Key_Delete);
        auto *dialog = m_gui->opened<ConfirmDialog>("endDialog");
        QVERIFY(dialog);
        m_gui->child<QPushButton>("do", dialog)->click();
        QCOMPARE(m_gui->backend.m_acts, (QList<FakeBackend::Act> { { RowAction::End, { { 1, 21 } }, {} } }));
        auto *said = m_gui->child<MessageLine>("messageLine", m_gui->page());
        QTRY_COMPARE(said->text(), u"1 ended"_s); // on the page where it was asked for
    }
    void dropsSeveralAtOnceWhateverTheyAre()
    {
        choose(1);
        QTRY_COMPARE(m_related->topLevelItemCount(), 4);
        click(group(0)->child(0));
        click(group(0)->child(1), Qt::ControlModifier);
        click(group(1)->child(0), Qt::ControlModifier);
        click(group(2)->child(0), Qt::ControlModifier); // a login is over: nothing to drop
        QCOMPARE(drop()->text(), u"&Drop 3 Connections and Sessions…"_s);
        QTest::keyClick(m_related, Qt::Key_Delete);
        auto *dialog = m_gui->opened<ConfirmDialog>("dropUsersDialog");
        QVERIFY(dialog);
        QCOMPARE(m_gui->child<QLabel>("question", dialog)->text(),
            u"Drop 3 connections and sessions on mx1 (production)?"_s);
        m_gui->child<QPushButton>("do", dialog)->click();
        QCOMPARE(m_gui->backend.asked(RowAction::Drop).value(0).size(), 2);
        QCOMPARE(m_gui->backend.asked(RowAction::End), (QList<QList<RowKey>> { { { 1, 21 } } }));
    }
    void whatWeMayNotTouchIsNotTouched()
    {
        choose(1);
        QTRY_COMPARE(m_related->topLevelItemCount(), 4);
        // The own connection is spared.
        m_gui->backend.m_own = { 1, 2 };
        click(group(0)->child(1));
        QTest::keyClick(m_related, Qt::Key_Delete);
        QVERIFY(!m_gui->opened<QDialog>("dropDialog"));
        // Roles and refusals hold here too, for each kind of row.
        QList<ServerStatus> servers = m_gui->backend.servers();
        servers[0].refusals[RowAction::End] = u"No <b>webmail</b> is configured."_s;
        m_gui->backend.setServers(servers);
        Q_EMIT m_gui->backend.serverChanged(1);
        QVERIFY(drop()->isEnabled());
        click(group(1)->child(0));
        QVERIFY(!drop()->isEnabled());
        QVERIFY(drop()->toolTip().contains(u"No &lt;b&gt;webmail&lt;/b&gt; is configured."_s)); // as text
        QTest::keyClick(m_related, Qt::Key_Delete);
        QVERIFY(!m_gui->opened<QDialog>("endDialog"));
        m_gui->backend.setState(1, LinkState::Stale);
        click(group(0)->child(0));
        QVERIFY(!drop()->isEnabled());
        QCOMPARE(drop()->toolTip(), u"mx1 is not connected"_s);
        QVERIFY(m_gui->backend.m_acts.isEmpty());
    }
    void whatIsSelectedIsWhatFallsAlsoWhenRowsCome()
    {
        choose(1);
        QTRY_COMPARE(m_related->topLevelItemCount(), 4);
        click(group(0)->child(1));
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        rows.put({ 1, 4 },
            { { connections::User, QByteArray("alice@example.org") }, { connections::Service, QByteArray("POP3S") },
                { connections::Since, m_gui->clock.nowUs() + 1000 } });
        rows.publish();
        QTRY_COMPARE(group(0)->childCount(), 3);
        QCOMPARE(group(0)->child(1)->text(0), u"POP3S"_s); // the newest stands before it
        QCOMPARE(m_related->selected().connections, (QList<RowKey> { { 1, 2 } }));
        QTest::keyClick(m_related, Qt::Key_Delete);
        m_gui->child<QPushButton>("do", m_gui->opened<ConfirmDialog>("dropDialog"))->click();
        QCOMPARE(m_gui->backend.asked(RowAction::Drop), (QList<QList<RowKey>> { { { 1, 2 } } }));
    }
    void manyRowsAreCountedAndLeadToTheirPage()
    {
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        for (quint64 id = 100; id < 268; ++id)
            rows.put({ 1, id },
                { { connections::User, QByteArray("alice@example.org") }, { connections::Service, QByteArray("IMAP") },
                    { connections::Since, m_gui->clock.nowUs() - qint64(id) * 1'000'000 } });
        rows.publish();
        m_gui->settle();
        choose(1);
        QTRY_COMPARE(groupText(0), u"Connections: 170"_s);
        QCOMPARE(group(0)->childCount(), int(RelatedRows::MostShown) + 1);
        QTreeWidgetItem *more = group(0)->child(group(0)->childCount() - 1);
        QCOMPARE(more->text(0), u"and 120 more…"_s);
        m_related->setCurrentItem(more);
        QVERIFY(!drop()->isEnabled()); // it is no row
        m_related->setFocus();
        QTest::keyClick(m_related, Qt::Key_Return);
        m_gui->settle();
        QCOMPARE(m_gui->page()->filterText(), u"user=\"alice@example.org\""_s);
        QTRY_COMPARE(m_gui->model().rowCount(), 170);
    }
    void findsTheAccountAlsoWhereItIsNotInactive()
    {
        choose(1);
        QTRY_COMPARE(m_related->topLevelItemCount(), 4);
        m_related->setCurrentItem(group(3));
        m_related->setFocus();
        QTest::keyClick(m_related, Qt::Key_Return);
        auto *page = qobject_cast<TablePage *>(m_gui->window->currentPage());
        QVERIFY(page);
        QCOMPARE(page->key(), u"inactive"_s);
        page->model().flush();
        QTRY_COMPARE(page->model().rowCount(), 1); // she logged in yesterday
        auto *way = page->findChild<QWidget *>(u"inactiveOnlyButton"_s);
        QVERIFY(way->isVisible());
        QTest::keyClick(m_gui->window.get(), Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(m_gui->window->currentPage()->key(), u"connections"_s);
        QVERIFY(page->filterText().isEmpty());
        QVERIFY(!way->isVisibleTo(page));
        QVERIFY(!m_gui->window->findChild<QAction *>(u"backAction"_s)->isEnabled());
    }
    void saysWhatIsNobodysAndWhatIsNotKnown()
    {
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        rows.put({ 1, 6 }, { { connections::Service, QByteArray("SMTP") }, { connections::User, QByteArray("") } });
        rows.put({ 1, 7 }, { { connections::Service, QByteArray("SMTP") }, { connections::User, QByteArray("") } });
        rows.put({ 1, 8 }, { { connections::Service, QByteArray("IMAP") } });
        rows.put({ 1, 9 }, { { connections::Service, QByteArray("IMAP") } });
        rows.publish();
        m_gui->settle();
        auto *meaning = m_pane->findChild<QLabel *>(u"detailsMeaning"_s);
        choose(6);
        QTRY_VERIFY(meaning->isVisible() && meaning->text().startsWith(u"Known not to be logged in."_s));
        QCOMPARE(m_related->topLevelItemCount(), 0); // no strangers
        choose(8);
        QTRY_VERIFY(meaning->isVisible() && meaning->text().startsWith(u"Nobody said whose these are."_s));
        QCOMPARE(m_related->topLevelItemCount(), 0);
        choose(1);
        QTRY_VERIFY(!meaning->isVisible());
    }
    void saysWhichOfSeveralIsShown()
    {
        choose(1);
        QTRY_COMPARE(valueOf(u"User"_s), u"alice@example.org"_s);
        m_gui->click(m_gui->model().rowOf({ 1, 2 }), connections::User, Qt::ControlModifier);
        m_gui->click(m_gui->model().rowOf({ 1, 3 }), connections::User, Qt::ControlModifier);
        auto *heading = m_pane->findChild<QLabel *>(u"detailsHeading"_s);
        QTRY_VERIFY2(heading->text().startsWith(u"3 selected; shown is <b>bob</b>@example.org · "_s),
            qPrintable(heading->text()));
        choose(1);
        QTRY_VERIFY(heading->text().startsWith(u"alice@example.org · "_s));
    }
    void peopleHaveAllOfItToo_data()
    {
        QTest::addColumn<QString>("page");
        QTest::addColumn<TableId>("table");
        QTest::newRow("online") << u"online"_s << TableId::OnlineUsers;
        QTest::newRow("webmail") << u"webmail"_s << TableId::Webmail;
        QTest::newRow("inactive") << u"inactive"_s << TableId::Users;
    }
    void peopleHaveAllOfItToo()
    {
        QFETCH(QString, page);
        QFETCH(TableId, table);
        m_gui->window->showRows(table, u"user=alice@example.org"_s);
        auto *rows = qobject_cast<TablePage *>(m_gui->window->currentPage());
        QVERIFY(rows);
        QCOMPARE(rows->key(), page);
        rows->model().flush();
        QTRY_COMPARE(rows->model().rowCount(), 1);
        if (!m_pane->isVisible())
            QTest::keyClick(m_gui->window.get(), Qt::Key_F4);
        rows->view().setFocus();
        QTest::keyClick(&rows->view(), Qt::Key_Down);
        QTRY_COMPARE(valueOf(u"User"_s), u"alice@example.org"_s);
        QTRY_VERIFY(m_related->topLevelItemCount() >= 3);
        QCOMPARE(group(0)->text(0), u"Connections: 2"_s);
        auto *state = m_pane->findChild<QLabel *>(u"detailsLogState"_s);
        if (table == TableId::Webmail) { // a session has lines of its own
            QTRY_COMPARE(state->text(), u"No line of the log belongs to this session yet."_s);
            QCOMPARE(m_gui->backend.m_journals.last(), (RowKey { 1, 21 }));
        } else {
            QTRY_COMPARE(state->text(), u"Log of IMAPS from 203.0.113.7"_s);
        }
        // Those of another are one key away.
        m_related->setFocus();
        m_related->setCurrentItem(group(1)->child(0));
        QTRY_VERIFY2(state->text().contains(u"No line of the log"_s), qPrintable(state->text()));
    }
    void standsBelowEachOtherAtTheRight()
    {
        auto *parts = m_pane->findChild<QSplitter *>();
        QCOMPARE(parts->orientation(), Qt::Horizontal);
        m_gui->window->addDockWidget(Qt::RightDockWidgetArea, m_pane);
        m_gui->window->resizeDocks({ m_pane }, { 320 }, Qt::Horizontal);
        QTRY_COMPARE(parts->orientation(), Qt::Vertical);
        m_gui->window->addDockWidget(Qt::BottomDockWidgetArea, m_pane);
        QTRY_COMPARE(parts->orientation(), Qt::Horizontal);
    }
    void whatDoesNotFitIsInTheTooltip()
    {
        choose(3);
        QTRY_COMPARE(valueOf(u"User"_s), u"<b>bob</b>@example.org"_s);
        for (int i = 0; i < m_fields->topLevelItemCount(); ++i)
            if (m_fields->topLevelItem(i)->text(0) == u"User"_s)
                QVERIFY(m_fields->topLevelItem(i)->toolTip(1).contains(u"&lt;b&gt;bob&lt;/b&gt;"_s)); // as text
    }
    void showsTheLinesOfThatSessionAsTheyCome()
    {
        choose(1);
        QTRY_COMPARE(m_log->toPlainText().count(u'\n'), 1);
        QVERIFY(m_log->toPlainText().contains(u"<i>select</i>"_s)); // as it is
        m_gui->backend.m_lines[{ 1, 1 }].append("09:13:00 Logged out");
        QTRY_VERIFY(m_log->toPlainText().contains(u"Logged out"_s));
        choose(2);
        QTRY_VERIFY(!m_log->toPlainText().contains(u"Logged out"_s));
        auto *state = m_pane->findChild<QLabel *>(u"detailsLogState"_s);
        QTRY_COMPARE(state->text(), u"No line of the log belongs to this session yet."_s);
        m_gui->backend.m_journalError = Error { ErrorCode::Refused, u"the log cannot be read"_s };
        choose(3);
        QTRY_COMPARE(state->text(), u"The log lines cannot be had: the log cannot be read"_s);
    }
    void asksForNothingWhileHidden()
    {
        QTest::keyClick(m_gui->window.get(), Qt::Key_F4);
        QVERIFY(!m_pane->isVisible());
        m_gui->backend.m_journals.clear();
        choose(1);
        QTest::qWait(300);
        QVERIFY(m_gui->backend.m_journals.isEmpty());
    }
    void whatIsOverStaysToBeRead()
    {
        choose(1);
        QTRY_COMPARE(valueOf(u"User"_s), u"alice@example.org"_s);
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        rows.remove({ 1, 1 });
        rows.publish();
        QTRY_VERIFY(m_pane->findChild<QLabel *>(u"detailsHeading"_s)->text().startsWith(u"It is over"_s));
        QCOMPARE(valueOf(u"User"_s), u"alice@example.org"_s);
    }
    void everyValueCanBeCopied()
    {
        choose(1);
        QTRY_VERIFY(!valueOf(u"User"_s).isEmpty());
        m_fields->setFocus();
        for (int i = 0; i < m_fields->topLevelItemCount(); ++i)
            if (m_fields->topLevelItem(i)->text(0) == u"User"_s)
                m_fields->setCurrentItem(m_fields->topLevelItem(i));
        QTest::keyClick(m_fields, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), u"alice@example.org"_s);
    }
    void f6GoesFromPaneToPane()
    {
        m_gui->window->serversPanel()->show(); // with one server it is out of the way at first
        m_gui->view().setFocus();
        QTest::keyClick(m_gui->window.get(), Qt::Key_F6);
        QVERIFY(m_pane->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(m_gui->window.get(), Qt::Key_F6);
        QVERIFY(!m_pane->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(m_gui->window.get(), Qt::Key_F6);
        QVERIFY(m_gui->view().hasFocus());
    }

private:
    QTreeWidgetItem *group(int index) { return m_related->topLevelItem(index); }
    QString groupText(int index) { return group(index) ? group(index)->text(0) : QString(); }
    QAction *drop() { return m_related->findChild<QAction *>(u"dropPartAction"_s); }
    void click(QTreeWidgetItem *item, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        m_related->scrollToItem(item);
        const QRect rect = m_related->visualItemRect(item);
        QTest::mouseClick(m_related->viewport(), Qt::LeftButton, modifiers, QPoint(rect.left() + 5, rect.center().y()));
    }
    void choose(quint64 id) { m_gui->click(m_gui->model().rowOf({ 1, id }), connections::User); }
    QString valueOf(const QString &field)
    {
        for (int i = 0; i < m_fields->topLevelItemCount(); ++i)
            if (m_fields->topLevelItem(i)->text(0) == field)
                return m_fields->topLevelItem(i)->text(1);
        return {};
    }

    std::unique_ptr<GuiTest> m_gui;
    DetailsPane *m_pane = nullptr;
    QTreeWidget *m_fields = nullptr;
    RelatedRows *m_related = nullptr;
    QPlainTextEdit *m_log = nullptr;
};

QTEST_MAIN(TestDetailsPane)
#include "tst_detailspane.moc"
