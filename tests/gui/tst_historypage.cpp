// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"

#include "views/historypage.h"
#include "views/overviewpage.h"
#include "views/plot.h"

#include <QComboBox>
#include <QDateTimeEdit>
#include <QLabel>
#include <QToolButton>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestHistoryPage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
        m_gui = std::make_unique<GuiTest>();
        m_gui->backend.addLive(u"mx1"_s);
        m_now = m_gui->clock.nowUs();
        FakeTable &rows = m_gui->backend.rows(TableId::History);
        const auto put = [&](quint64 id, const char *user, qint64 from, std::optional<qint64> to) {
            FakeTable::Cells cells { { connections::User, QByteArray(user) },
                { connections::Since, m_now - from * Minute }, { connections::Service, QByteArray("IMAPS") } };
            if (to)
                cells.append({ history::Ended, m_now - *to * Minute });
            rows.put({ 1, id }, cells);
        };
        put(1, "alice", 50, 40);
        put(2, "alice", 30, 10);
        put(3, "bob", 20, std::nullopt); // still there
        rows.publish();
        ProtocolCounts &series = m_gui->backend.m_series;
        series = { m_now - 60 * Minute, Minute, { "imap" }, { {} } };
        for (int i = 0; i < 61; ++i)
            series.counts[0].append(i < 5 ? ProtocolCounts::NotWatched : 2);
        m_gui->settings->setValue(u"window/tab"_s, u"history"_s);
        m_gui->settings->setValue(u"history/span"_s, 0);
        m_gui->open();
        m_page = m_gui->window->historyPage();
        QTRY_COMPARE(m_page->plot().series().moments(), 61);
        m_page->model().flush();
    }
    void cleanup() { m_gui.reset(); }

    void readsTheSpanWhenItIsShown()
    {
        QCOMPARE(m_gui->backend.m_histories.size(), 1);
        QCOMPARE(m_gui->backend.m_histories.first().second, 10'000'000);
        QCOMPARE(m_page->model().rowCount(), 3);
        QTest::keyClick(m_gui->window.get(), Qt::Key_F5);
        QTRY_COMPARE(m_gui->backend.m_histories.size(), 2);
        m_page->findChild<QComboBox *>(u"historySpan"_s)->setCurrentIndex(2);
        QTRY_COMPARE(m_gui->backend.m_histories.size(), 3);
    }
    void showsWhoWasThereAtAMoment()
    {
        // By the keys on the curve: 15 minutes ago.
        m_page->plot().setFocus();
        QTest::keyClick(&m_page->plot(), Qt::Key_End);
        for (int i = 0; i < 15; ++i)
            QTest::keyClick(&m_page->plot(), Qt::Key_Left);
        QTest::keyClick(&m_page->plot(), Qt::Key_Return);
        QTRY_COMPARE(usersShown(), (QStringList { u"alice"_s, u"bob"_s }));
        QCOMPARE(m_page->findChild<QLabel *>(u"historyLine"_s)->text(), u"At that moment: 2"_s);
        // By its time: 45 minutes ago.
        auto *time = m_page->findChild<QDateTimeEdit *>(u"historyTime"_s);
        time->setDateTime(QDateTime::fromMSecsSinceEpoch((m_now - 45 * Minute) / 1000));
        QTRY_COMPARE(usersShown(), (QStringList { u"alice"_s }));
        // And all of them again.
        m_page->findChild<QToolButton *>(u"historyAll"_s)->click();
        QTRY_COMPARE(m_page->model().rowCount(), 3);
    }
    void oneUsersTimelineIsAFilter()
    {
        m_page->setFilterText(u"user=alice"_s);
        QTRY_COMPARE(m_page->model().rowCount(), 2);
    }
    void aMomentOfTheOverviewLeadsHere()
    {
        m_gui->window->chooseTab(u"overview"_s);
        Q_EMIT m_gui->window->overviewPage()->timeRequested(m_now - 45 * Minute);
        QCOMPARE(m_gui->window->currentPage()->key(), u"history"_s);
        QTRY_COMPARE(usersShown(), (QStringList { u"alice"_s }));
    }
    void saysWhatCouldNotBeRead()
    {
        const auto said = [this] {
            return m_page->findChild<QWidget *>(u"messageLine"_s)->findChild<QLabel *>(u"messageText"_s)->text();
        };
        m_gui->backend.m_historyProblem = u"mx2 is not connected"_s;
        m_page->read();
        QTRY_COMPARE(said(), u"Not all of the history could be read: mx2 is not connected"_s);
        m_gui->backend.m_historyError = Error { ErrorCode::TimedOut, u"timed out"_s };
        m_page->read();
        QTRY_COMPARE(said(), u"The history cannot be read: timed out"_s);
    }

private:
    static constexpr qint64 Minute = 60'000'000;
    QStringList usersShown()
    {
        QStringList users;
        for (int row = 0; row < m_page->model().rowCount(); ++row)
            users.append(m_page->model().index(row, connections::User).data().toString());
        users.sort();
        return users;
    }

    std::unique_ptr<GuiTest> m_gui;
    qint64 m_now = 0;
    HistoryPage *m_page = nullptr;
};

QTEST_MAIN(TestHistoryPage)
#include "tst_historypage.moc"
