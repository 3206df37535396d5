// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"

#include "views/detailspane.h"
#include "views/serverspanel.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
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
        m_gui->backend.m_lines[{ 1, 1 }]
            = { "09:12:03 imap-login: Login: user=<alice>", "09:12:04 <i>select</i> INBOX" };
        m_gui->open();
        m_gui->view().setFocus();
        QTest::keyClick(m_gui->window.get(), Qt::Key_F4);
        m_pane = m_gui->window->detailsPane();
        QVERIFY(m_pane->isVisible());
        m_fields = m_pane->findChild<QTreeWidget *>(u"detailsFields"_s);
        m_related = m_pane->findChild<QTreeWidget *>(u"detailsRelated"_s);
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
        QTRY_COMPARE(m_related->topLevelItemCount(), 2);
        QCOMPARE(m_related->topLevelItem(0)->text(0), u"Connections: 2"_s);
        QCOMPARE(m_related->topLevelItem(0)->childCount(), 1); // not itself
        QCOMPARE(m_related->topLevelItem(1)->text(0), u"Logins: 1"_s);
        QVERIFY(m_related->topLevelItem(1)->child(0)->text(0).contains(u"POP3"_s));
        // A link to its page.
        m_related->setCurrentItem(m_related->topLevelItem(0)->child(0));
        m_related->setFocus();
        QTest::keyClick(m_related, Qt::Key_Return);
        QTRY_COMPARE(m_gui->page()->filterText(), u"user=\"alice@example.org\""_s);
    }
    void dropsARelatedConnection()
    {
        choose(1);
        QTRY_COMPARE(m_related->topLevelItemCount(), 2);
        QTreeWidgetItem *other = m_related->topLevelItem(0)->child(0);
        m_related->setCurrentItem(other);
        Q_EMIT m_related->customContextMenuRequested(m_related->visualItemRect(other).center());
        auto *menu = m_gui->opened<QMenu>("relatedMenu");
        QVERIFY(menu);
        menu->actions().constLast()->trigger();
        menu->close();
        QVERIFY(m_gui->opened<QDialog>("dropDialog"));
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
    QTreeWidget *m_related = nullptr;
    QPlainTextEdit *m_log = nullptr;
};

QTEST_MAIN(TestDetailsPane)
#include "tst_detailspane.moc"
