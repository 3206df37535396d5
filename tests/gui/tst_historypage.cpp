// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"

#include "views/historypage.h"
#include "views/overviewpage.h"
#include "views/plot.h"
#include "views/preferences.h"

#include <QComboBox>
#include <QDateTimeEdit>
#include <QFileDialog>
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
            if (to) {
                cells.append({ history::Ended, m_now - *to * Minute });
                cells.append({ history::EndedExact, id != 2 });
            }
            cells.append({ history::Lasted, (from - to.value_or(0)) * 60 });
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

    void tellsWhenItBeganAndEndedAndHowLongItLasted()
    {
        QStringList keys;
        for (const int column : m_page->visibleColumns())
            keys.append(QString::fromUtf8(m_page->model().schema().column(column).key));
        keys.sort();
        QCOMPARE(keys,
            (QStringList {
                u"address"_s, u"ended"_s, u"info"_s, u"lasted"_s, u"secure"_s, u"service"_s, u"since"_s, u"user"_s }));
        const auto cell = [this](RowKey key, int column) {
            return m_page->model().index(m_page->model().rowOf(key), column).data().toString();
        };
        QCOMPARE(cell({ 1, 3 }, history::Ended), u"still there"_s);
        QCOMPARE(cell({ 1, 1 }, history::Lasted), u"10 min"_s);
        const auto clock = [](qint64 us) { return QDateTime::fromMSecsSinceEpoch(us / 1000).toString(u"HH:mm"_s); };
        QVERIFY(cell({ 1, 1 }, connections::Since).contains(clock(m_now - 50 * Minute)));
        QVERIFY(cell({ 1, 1 }, history::Ended).contains(clock(m_now - 40 * Minute)));
        QVERIFY(cell({ 1, 2 }, history::Ended).startsWith(u"≥ "_s)); // last seen then
        m_page->setFilterText(u"lasted>15m"_s);
        QTRY_COMPARE(m_page->model().rowCount(), 2);
    }
    void ofTheFutureNobodyIsAsked()
    {
        const auto [from, step] = m_gui->backend.m_histories.last();
        QVERIFY(from + step * 360 <= m_gui->clock.nowUs());
        const auto *time = m_page->findChild<QDateTimeEdit *>(u"historyTime"_s);
        QVERIFY(time->dateTime().toMSecsSinceEpoch() * 1000 <= m_gui->clock.nowUs());
        QCOMPARE(time->maximumDateTime(), time->dateTime());
        QCOMPARE(m_page->plot().series().moments(), 61);
    }
    void aMomentBeforeTheCurveIsReadToo()
    {
        auto *time = m_page->findChild<QDateTimeEdit *>(u"historyTime"_s);
        const qsizetype before = m_gui->backend.m_histories.size();
        const qint64 wanted = m_now - 20 * 1440 * Minute;
        time->setDateTime(QDateTime::fromMSecsSinceEpoch(wanted / 1000));
        QTRY_VERIFY(m_gui->backend.m_histories.size() > before);
        const auto [from, step] = m_gui->backend.m_histories.last();
        QVERIFY(from < wanted && from + 360 * step > wanted);
        QTRY_COMPARE(m_page->model().rowCount(), 0);
        // And back.
        m_page->findChild<QToolButton *>(u"historyAll"_s)->click();
        QTRY_VERIFY(m_gui->backend.m_histories.last().first > m_now - 2 * 60 * Minute);
        QTRY_COMPARE(m_page->model().rowCount(), 3);
    }
    void whoeverIsBackIsAsked()
    {
        m_gui->backend.m_historyProblem = u"mx1 is not connected"_s;
        m_gui->backend.setState(1, LinkState::Stale, u"timed out"_s);
        m_page->read();
        QTRY_VERIFY(m_page->findChild<QWidget *>(u"messageLine"_s)->isVisible());
        const qsizetype before = m_gui->backend.m_histories.size();
        m_gui->backend.m_historyProblem.clear();
        m_gui->backend.setState(1, LinkState::Live);
        QTRY_COMPARE(m_gui->backend.m_histories.size(), before + 1);
        QTRY_VERIFY(!m_page->findChild<QWidget *>(u"messageLine"_s)->isVisible());
        m_gui->backend.setState(1, LinkState::Live);
        QCOMPARE(m_gui->backend.m_histories.size(), before + 1); // once
    }
    void timesAreOfTheServersZoneWhenAskedFor()
    {
        QList<ServerStatus> servers = m_gui->backend.servers();
        servers[0].utcOffset = 5 * 3600 + 1800;
        m_gui->backend.setServers(servers);
        Preferences::Values values = m_gui->window->preferences().values();
        values.serverTimes = true;
        m_gui->window->preferences().setValues(values);
        auto *time = m_page->findChild<QDateTimeEdit *>(u"historyTime"_s);
        const QString there = QDateTime::fromMSecsSinceEpoch(m_now / 1000, Qt::OffsetFromUTC, 5 * 3600 + 1800)
                                  .toString(u"yyyy-MM-dd HH:mm:ss"_s);
        QCOMPARE(time->text(), there);
        time->setDateTime(time->dateTime().addSecs(-45 * 60));
        QTRY_COMPARE(usersShown(), (QStringList { u"alice"_s }));
        QCOMPARE(*m_page->moment(), m_now / 1'000'000 * 1'000'000 - 45 * Minute);
    }
    void theCurveIsSaved()
    {
        m_page->findChild<QToolButton *>(u"savePicture"_s)->click();
        auto *chooser = m_gui->opened<QFileDialog>("savePictureDialog");
        QVERIFY(chooser);
        const QString svg = m_gui->home.filePath(u"curve.svg"_s);
        Q_EMIT chooser->fileSelected(svg);
        chooser->close();
        QFile file(svg);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("mx1"));
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
