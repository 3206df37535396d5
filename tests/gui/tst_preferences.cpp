// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"
#include "tests/gui/hostiletexts.h"

#include "views/actionlog.h"
#include "views/preferences.h"
#include "views/trayicon.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTextDocument>
#include <QTreeWidget>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestPreferences : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        // The tray of this Qt looks for a signal that only X11 has.
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support|.*systemTrayWindowChanged)"_s));
        m_gui = std::make_unique<GuiTest>();
        m_gui->backend.addLive(u"mx1"_s);
        m_gui->backend.fill(20);
        FakeTable &users = m_gui->backend.rows(TableId::Users);
        const char *states[] = { "active", "blocked", "disabled" };
        for (quint64 id = 1; id <= 3; ++id)
            users.put({ 1, id },
                { { users::User, QByteArray("<i>user") + QByteArray::number(id) + "</i>@example.org" },
                    { users::Enabled, QByteArray(states[id - 1]) } });
        users.publish();
        m_gui->open();
    }
    void cleanup() { m_gui.reset(); }

    void areChosenByKeysAndKept()
    {
        QTest::keyClick(m_gui->window.get(), Qt::Key_Comma, Qt::ControlModifier);
        auto *dialog = m_gui->opened<QDialog>("preferencesDialog");
        QVERIFY(dialog);
        dialog->findChild<QDoubleSpinBox *>(u"fresh"_s)->setValue(3.5);
        dialog->findChild<QDoubleSpinBox *>(u"gone"_s)->setValue(0);
        dialog->findChild<QComboBox *>(u"times"_s)->setCurrentIndex(1);
        auto *language = dialog->findChild<QComboBox *>(u"language"_s);
        language->setCurrentIndex(language->findData(u"de"_s));
        auto *tray = dialog->findChild<QCheckBox *>(u"tray"_s);
        QVERIFY(!dialog->findChild<QCheckBox *>(u"notices"_s)->isEnabled());
        tray->click();
        QVERIFY(dialog->findChild<QCheckBox *>(u"notices"_s)->isEnabled());
        QTest::keyClick(dialog, Qt::Key_Return);
        const Preferences again(*m_gui->settings);
        QCOMPARE(again.values().freshMs, 3500);
        QCOMPARE(again.values().goneMs, 0);
        QVERIFY(again.values().serverTimes);
        QVERIFY(again.values().tray);
        QCOMPARE(again.values().language, u"de"_s);
        QVERIFY(m_gui->window->tray().isShown());
        QVERIFY(m_gui->window->findChild<QAction *>(u"serverTimesAction"_s)->isChecked());
    }
    void theHistoryIsKeptForAsManyDaysAsChosen()
    {
        QCOMPARE(m_gui->backend.m_keptDays.last(), 30); // from the start on
        m_gui->backend.m_keptBytes = 12'400'000;
        m_gui->window->openPreferences();
        auto *dialog = m_gui->opened<QDialog>("preferencesDialog");
        auto *days = dialog->findChild<QSpinBox *>(u"historyDays"_s);
        QVERIFY(days->text().startsWith(u"30 day"_s)); // its plural form is the texts' to say
        QTRY_COMPARE(dialog->findChild<QLabel *>(u"historySize"_s)->text(), u"12.4 MB now"_s);
        days->setFocus();
        days->selectAll();
        QTest::keyClicks(days, u"7"_s);
        QTest::keyClick(days, Qt::Key_Up);
        QCOMPARE(days->value(), 8);
        QCOMPARE(m_gui->backend.m_keptDays.last(), 30); // not before it is said
        QTest::keyClick(dialog, Qt::Key_Return);
        QCOMPARE(m_gui->backend.m_keptDays.last(), 8);
        QCOMPARE(Preferences(*m_gui->settings).values().historyDays, 8);
        QCOMPARE(m_gui->backend.m_deletions, 0);
    }
    void switchingTheHistoryOffSaysWhatBecomesOfIt()
    {
        m_gui->backend.m_keptBytes = 1000;
        m_gui->window->openPreferences();
        auto *dialog = m_gui->opened<QDialog>("preferencesDialog");
        auto *days = dialog->findChild<QSpinBox *>(u"historyDays"_s);
        days->setValue(1);
        QTest::keyClick(days, Qt::Key_Down);
        QCOMPARE(days->text(), u"Not at all"_s);
        QVERIFY(dialog->findChild<QLabel *>(u"historyNote"_s)->text().contains(u"stays until you delete it"_s));
        QTest::keyClick(dialog, Qt::Key_Return);
        QCOMPARE(m_gui->backend.m_keptDays.last(), 0);
        QCOMPARE(m_gui->backend.m_deletions, 0); // nothing silently
    }
    void theHistoryIsDeletedAfterAQuestion()
    {
        m_gui->backend.m_keptBytes = 1000;
        m_gui->window->openPreferences();
        auto *dialog = m_gui->opened<QDialog>("preferencesDialog");
        auto *remove = dialog->findChild<QPushButton *>(u"historyDelete"_s);
        QVERIFY(!remove->isEnabled()); // until it is known that there is something
        QTRY_VERIFY(remove->isEnabled());
        remove->click();
        auto *box = m_gui->opened<QMessageBox>("historyDeleteBox");
        QCOMPARE(box->defaultButton(), box->button(QMessageBox::Cancel));
        QTest::keyClick(box, Qt::Key_Return);
        QCOMPARE(m_gui->backend.m_deletions, 0);
        QTRY_VERIFY(!dialog->findChild<QMessageBox *>(u"historyDeleteBox"_s));
        remove->click();
        box = m_gui->opened<QMessageBox>("historyDeleteBox");
        for (QAbstractButton *button : box->buttons())
            if (box->buttonRole(button) == QMessageBox::DestructiveRole)
                button->click();
        QCOMPARE(m_gui->backend.m_deletions, 1);
        QTRY_COMPARE(dialog->findChild<QLabel *>(u"historySize"_s)->text(), u"Nothing is kept now"_s);
        QVERIFY(!remove->isEnabled());
        QTest::keyClick(dialog, Qt::Key_Escape); // it is done, whatever becomes of the rest
    }
    void escapeChangesNothing()
    {
        m_gui->window->openPreferences();
        auto *dialog = m_gui->opened<QDialog>("preferencesDialog");
        dialog->findChild<QCheckBox *>(u"names"_s)->setChecked(true);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(!m_gui->window->preferences().values().resolveNames);
    }
    void timesAreOfTheServersZoneWhenAskedFor()
    {
        QList<ServerStatus> servers = m_gui->backend.servers();
        servers[0].utcOffset = 5 * 3600 + 1800;
        m_gui->backend.setServers(servers);
        const QModelIndex cell = m_gui->model().index(0, connections::Since);
        const qint64 us = m_gui->model().valueAt(0, connections::Since).index() == 1
            ? std::get<qint64>(m_gui->model().valueAt(0, connections::Since))
            : 0;
        const QString there = QDateTime::fromMSecsSinceEpoch(us / 1000, Qt::OffsetFromUTC, 5 * 3600 + 1800)
                                  .toString(u"yyyy-MM-dd HH:mm:ss"_s);
        QVERIFY(!cell.data(Qt::ToolTipRole).toString().contains(there));
        m_gui->window->findChild<QAction *>(u"serverTimesAction"_s)->trigger();
        QVERIFY(cell.data(Qt::ToolTipRole).toString().contains(there));
    }
    void theTrayTellsOnlyWhoAskedForIt()
    {
        QSignalSpy said(&m_gui->window->tray(), &TrayIcon::noticed);
        m_gui->backend.setState(1, LinkState::Stale, u"timed out"_s);
        QCOMPARE(said.size(), 0); // off at first
        Preferences::Values values = m_gui->window->preferences().values();
        values.tray = values.notices = true;
        m_gui->window->preferences().setValues(values);
        m_gui->backend.setState(1, LinkState::Live);
        QCOMPARE(said.takeFirst().first().toString(), u"mx1 is back"_s);
        m_gui->backend.setState(1, LinkState::Stale, u"<b>bold</b> & \u202emore"_s);
        QCOMPARE(said.takeFirst().first().toString(), u"mx1: connection lost: ‹b›bold‹/b› ＆ \\u{202E}more"_s);
        FakeTable &rows = m_gui->backend.rows(TableId::Sources);
        rows.put({ 1, 9 }, { { sources::Source, QByteArray("dovecot") }, { sources::State, QByteArray("ok") } });
        rows.publish();
        QCOMPARE(said.size(), 0); // what it is at first is no news
        rows.put({ 1, 9 }, { { sources::State, QByteArray("down") }, { sources::Detail, QByteArray("no log") } });
        rows.publish();
        QCOMPARE(said.takeFirst().first().toString(), u"The source dovecot cannot be read: no log"_s);
        for (const auto &[name, text] : hostileTexts()) {
            const QString safe = TrayIcon::safeNotice(QString::fromUtf8(text));
            QVERIFY(!safe.contains(u'<') && !safe.contains(u'&') && !Qt::mightBeRichText(safe));
        }
    }
    void whatOneDidIsListedAndUndone()
    {
        QAction *undo = m_gui->window->findChild<QAction *>(u"undoAction"_s);
        QVERIFY(!undo->isEnabled());
        m_gui->backend.act(RowAction::Disable, { { 1, 1 }, { 1, 2 }, { 1, 3 } }, {}, this, [](const auto &) {});
        QTRY_VERIFY(undo->isEnabled());
        QVERIFY(undo->text().startsWith(u"&Undo Disable: <i>user1</i>@example.org, <i>user2</i>@"_s));
        m_gui->window->openActionLog();
        auto *dialog = m_gui->opened<QDialog>("actionLogDialog");
        auto *list = dialog->findChild<QTreeWidget *>(u"actions"_s);
        QCOMPARE(list->topLevelItemCount(), 1);
        QCOMPARE(list->topLevelItem(0)->text(2), u"3 done"_s);
        dialog->close();
        // Each goes back to what it was: one was active, one blocked; the third was disabled before.
        m_gui->view().setFocus();
        QTest::keyClick(m_gui->window.get(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(m_gui->backend.asked(RowAction::Enable), (QList<QList<RowKey>> { { { 1, 1 } } }));
        QCOMPARE(m_gui->backend.asked(RowAction::Block), (QList<QList<RowKey>> { { { 1, 2 } } }));
        QTRY_VERIFY(!undo->isEnabled()); // an undoing is not undone
        m_gui->window->openActionLog();
        dialog = m_gui->opened<QDialog>("actionLogDialog");
        list = dialog->findChild<QTreeWidget *>(u"actions"_s);
        QCOMPARE(list->topLevelItemCount(), 3);
        QVERIFY(!dialog->findChild<QPushButton *>(u"undo"_s)->isEnabled());
    }
    void whatCannotBeTakenBackIsOnlyListed()
    {
        m_gui->backend.act(RowAction::Drop, { { 1, 1 } }, {}, this, [](const auto &) {});
        QTRY_COMPARE(m_gui->window->actionLog().entries().size(), 1);
        QTRY_VERIFY(m_gui->window->actionLog().entries().first().finished);
        QVERIFY(!m_gui->window->findChild<QAction *>(u"undoAction"_s)->isEnabled());
    }
    void whatFailedIsNotUndone()
    {
        m_gui->backend.m_outcome = [](RowKey row) {
            return RowOutcome { row, row.id == 1 ? RowOutcome::Code::Refused : RowOutcome::Code::Done, u"no"_s };
        };
        m_gui->backend.act(RowAction::Disable, { { 1, 1 }, { 1, 2 } }, {}, this, [](const auto &) {});
        QAction *undo = m_gui->window->findChild<QAction *>(u"undoAction"_s);
        QTRY_VERIFY(undo->isEnabled());
        undo->trigger();
        QTRY_COMPARE(m_gui->backend.asked(RowAction::Block), (QList<QList<RowKey>> { { { 1, 2 } } }));
        QVERIFY(m_gui->backend.asked(RowAction::Enable).isEmpty());
    }

private:
    std::unique_ptr<GuiTest> m_gui;
};

QTEST_MAIN(TestPreferences)
#include "tst_preferences.moc"
