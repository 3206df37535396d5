// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/guitest.h"

#include "views/figure.h"
#include "views/overviewpage.h"
#include "views/plot.h"
#include "views/plotpicture.h"
#include "views/toplist.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QSvgRenderer>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestOverviewPage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
        m_gui = std::make_unique<GuiTest>();
        m_gui->backend.addLive(u"mx1"_s);
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        for (quint64 id = 1; id <= 30; ++id)
            rows.put({ 1, id },
                { { connections::User, QByteArray(id <= 9 ? "<b>alice</b>@example.org" : "bob@example.org") },
                    { connections::Service, QByteArray("IMAPS") }, { connections::Protocol, QByteArray("imap") },
                    { connections::Since, m_gui->clock.nowUs() }, { connections::Secure, id != 30 },
                    { connections::ClientAddress,
                        id <= 9 ? Address::fromV4(0xcb007107) : Address::fromV4(0xcb007200 + quint32(id)) },
                    { schemaOf(TableId::Connections).columnCount(), QByteArray("mx1") } });
        rows.publish();
        m_gui->backend.m_limits = { { 1, "IMAPS", 10 } };
        FakeTable &sources = m_gui->backend.rows(TableId::Sources);
        sources.put({ 1, 1 }, { { sources::Source, QByteArray("dovecot") }, { sources::State, QByteArray("ok") } });
        sources.put({ 1, 2 },
            { { sources::Source, QByteArray("postfix") }, { sources::State, QByteArray("down") },
                { sources::Detail, QByteArray("no log") } });
        sources.publish();
        ProtocolCounts &series = m_gui->backend.m_series;
        series = { m_gui->clock.nowUs() - 3'600'000'000, 60'000'000, { "imap", "pop3" }, { {}, {} } };
        for (int i = 0; i < 61; ++i) {
            const bool gap = i >= 20 && i < 30;
            series.counts[0].append(gap ? ProtocolCounts::NotWatched : 100 + i);
            series.counts[1].append(gap ? ProtocolCounts::NotWatched : 50);
        }
        m_gui->settings->setValue(u"window/tab"_s, u"overview"_s);
        m_gui->open();
        m_page = m_gui->window->overviewPage();
        QVERIFY(m_page->isVisible());
    }
    void cleanup() { m_gui.reset(); }

    void showsWhatThereIs()
    {
        QTRY_COMPARE(figure(0)->value(), u"30"_s);
        QCOMPARE(figure(1)->value(), u"96.7 %"_s);
        QCOMPARE(figure(2)->value(), u"2"_s);
        auto *users = m_page->findChild<TopList *>(u"topUsers"_s);
        QTRY_COMPARE(users->topLevelItemCount(), 2);
        QCOMPARE(users->topLevelItem(0)->text(0), u"bob@example.org"_s);
        QCOMPARE(users->topLevelItem(0)->text(1), u"21"_s);
        QCOMPARE(users->topLevelItem(1)->text(0), u"<b>alice</b>@example.org"_s);
        auto *near = m_page->findChild<TopList *>(u"nearLimit"_s);
        QCOMPARE(near->topLevelItemCount(), 1);
        QCOMPARE(near->topLevelItem(0)->text(1), u"9 of 10"_s);
        auto *sources = m_page->findChild<TopList *>(u"sourceStates"_s);
        QCOMPARE(sources->topLevelItem(0)->text(0), u"postfix: no log"_s); // trouble first
        QCOMPARE(sources->topLevelItem(0)->text(1), u"down"_s);
    }
    void limitsAreThoseOfTheServer()
    {
        auto *near = m_page->findChild<TopList *>(u"nearLimit"_s);
        auto *note = m_page->findChild<QLabel *>(u"nearNote"_s);
        QTRY_COMPARE(near->topLevelItem(0)->text(1), u"9 of 10"_s);
        QVERIFY(!note->text().contains(u"Not known"_s));
        const QImage warning = near->topLevelItem(0)->icon(0).pixmap(16).toImage();
        m_gui->backend.m_limits = { { 1, "IMAPS", 9 } }; // the agent was told another one meanwhile
        QTRY_COMPARE_WITH_TIMEOUT(near->topLevelItem(0)->text(1), u"9 of 9: full"_s, 10'000);
        QVERIFY(near->topLevelItem(0)->icon(0).pixmap(16).toImage() != warning); // told by shape, too
        m_gui->backend.m_limits = { { 1, "IMAPS", 20 } };
        QTRY_COMPARE_WITH_TIMEOUT(near->topLevelItem(0)->text(0), u"Nobody is near it"_s, 10'000);
        m_gui->backend.m_limits = { { 1, "IMAPS", 0 } };
        QTRY_COMPARE_WITH_TIMEOUT(near->topLevelItem(0)->text(0), u"There is no limit"_s, 10'000);
        m_gui->backend.m_limits = { { 1, "IMAPS", {} } };
        QTRY_COMPARE_WITH_TIMEOUT(near->topLevelItem(0)->text(0), u"No limit is known"_s, 10'000);
        QVERIFY2(note->text().contains(u"Not known for: IMAPS."_s), qPrintable(note->text()));
    }
    void ofSeveralServersEachHasItsLimits()
    {
        m_gui->backend.addLive(u"mx2"_s);
        FakeTable &rows = m_gui->backend.rows(TableId::Connections);
        for (quint64 id = 101; id <= 103; ++id)
            rows.put({ 2, id },
                { { connections::User, QByteArray("bob@example.org") }, { connections::Service, QByteArray("IMAPS") },
                    { connections::Protocol, QByteArray("imap") },
                    { connections::ClientAddress, Address::fromV4(0xcb007107) },
                    { schemaOf(TableId::Connections).columnCount(), QByteArray("mx2") } });
        rows.publish();
        m_gui->backend.m_limits = { { 1, "IMAPS", {} }, { 2, "IMAPS", 3 } };
        Q_EMIT m_gui->backend.serversChanged();
        auto *near = m_page->findChild<TopList *>(u"nearLimit"_s);
        QTRY_COMPARE_WITH_TIMEOUT(
            near->topLevelItem(0)->text(0), u"mx2: bob@example.org from 203.0.113.7, IMAP"_s, 10'000);
        QCOMPARE(near->topLevelItemCount(), 1);
        QVERIFY(m_page->findChild<QLabel *>(u"nearNote"_s)->text().contains(u"Not known for: IMAPS on mx1."_s));
        near->setFocus();
        near->setCurrentItem(near->topLevelItem(0));
        QTest::keyClick(near, Qt::Key_Return);
        QTRY_COMPARE(m_gui->model().rowCount(), 3);
    }
    void everyFigureLeadsToItsRows_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("filter");
        QTest::newRow("all") << 0 << QString();
        QTest::newRow("not secured") << 1 << u"secure=no"_s;
    }
    void everyFigureLeadsToItsRows()
    {
        QFETCH(int, which);
        QFETCH(QString, filter);
        m_gui->page()->setFilterText(u"something"_s);
        QTRY_COMPARE(figure(0)->value(), u"30"_s);
        figure(which)->setFocus();
        QTest::keyClick(figure(which), Qt::Key_Return);
        QCOMPARE(m_gui->window->currentPage()->key(), u"connections"_s);
        QCOMPARE(m_gui->page()->filterText(), filter);
    }
    void everyLineLeadsToItsRows()
    {
        auto *near = m_page->findChild<TopList *>(u"nearLimit"_s);
        QTRY_COMPARE(near->topLevelItemCount(), 1);
        QTRY_VERIFY(near->topLevelItem(0)->text(0).contains(u"203.0.113.7"_s));
        near->setFocus();
        near->setCurrentItem(near->topLevelItem(0));
        QTest::keyClick(near, Qt::Key_Return);
        QCOMPARE(m_gui->window->currentPage()->key(), u"connections"_s);
        QTRY_COMPARE(m_gui->model().rowCount(), 9);
        m_gui->window->chooseTab(u"overview"_s);
        auto *users = m_page->findChild<TopList *>(u"topUsers"_s);
        QTRY_COMPARE(users->topLevelItemCount(), 2);
        QTest::mouseClick(
            users->viewport(), Qt::LeftButton, {}, users->visualItemRect(users->topLevelItem(0)).center());
        QCOMPARE(m_gui->window->currentPage()->key(), u"connections"_s);
        QTRY_COMPARE(m_gui->model().rowCount(), 21);
        m_gui->window->chooseTab(u"overview"_s);
        auto *sources = m_page->findChild<TopList *>(u"sourceStates"_s);
        sources->setFocus();
        sources->setCurrentItem(sources->topLevelItem(0));
        QTest::keyClick(sources, Qt::Key_Return);
        QCOMPARE(m_gui->window->currentPage()->key(), u"sources"_s);
    }
    void valuesAreUnderThePointerAndTheKeys()
    {
        Plot &plot = m_page->plot();
        QTRY_COMPARE(plot.series().moments(), 61);
        QTest::mouseMove(&plot, QPoint(plot.width() - 14, plot.height() / 2));
        QTRY_COMPARE(plot.moment(), 60);
        QVERIFY(plot.textAt(60).endsWith(u"210 (IMAP 160, POP3 50)"_s));
        plot.setFocus();
        QTest::keyClick(&plot, Qt::Key_Home);
        QCOMPARE(plot.moment(), 0);
        for (int i = 0; i < 25; ++i)
            QTest::keyClick(&plot, Qt::Key_Right);
        QVERIFY(plot.accessibleDescription().endsWith(u"nobody watched"_s)); // read out too
        QTest::keyClick(&plot, Qt::Key_End);
        QCOMPARE(plot.moment(), 60);
        QTest::keyClick(&plot, Qt::Key_Tab);
        QVERIFY(!plot.hasFocus()); // no trap
    }
    void thePlotIsSavedAsPngAndSvg()
    {
        QTRY_COMPARE(m_page->plot().series().moments(), 61);
        const QString png = m_gui->home.filePath(u"plot.png"_s);
        const QString svg = m_gui->home.filePath(u"plot.svg"_s);
        m_page->savePicture(png);
        m_page->savePicture(svg);
        const QImage image(png);
        QCOMPARE(image.size(), QSize(PlotPicture::Width, PlotPicture::Height) * 2);
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 7)
            colours.insert(image.pixel(image.width() - 200, y));
        QVERIFY(colours.size() > 3);
        QSvgRenderer renderer(svg);
        QVERIFY(renderer.isValid());
        m_page->savePicture(m_gui->home.filePath(u"no/such/folder.png"_s));
        QVERIFY(m_page->findChild<QWidget *>(u"messageLine"_s)->isVisible());
        QTest::keyClick(m_gui->window.get(), Qt::Key_E, Qt::ControlModifier);
        auto *dialog = m_gui->opened<QFileDialog>("savePictureDialog");
        QVERIFY(dialog);
        dialog->close();
    }
    void theSpanIsRemembered()
    {
        auto *span = m_page->findChild<QComboBox *>(u"span"_s);
        span->setFocus();
        QTest::keyClick(span, Qt::Key_Down);
        QCOMPARE(span->currentText(), u"Last day"_s);
        m_gui->reopen();
        QCOMPARE(m_gui->window->overviewPage()->findChild<QComboBox *>(u"span"_s)->currentText(), u"Last day"_s);
    }
    void saysHowOldItIsAndThatThereIsNoServer()
    {
        m_gui->backend.setState(1, LinkState::Stale, u"timed out"_s);
        QVERIFY(m_page->findChild<QWidget *>(u"staleLine"_s)->isVisible());
        m_gui->backend.setServers({});
        QVERIFY(m_page->findChild<QWidget *>(u"emptyState"_s)->isVisible());
    }
    void allIsReachedByTab()
    {
        QTRY_COMPARE(figure(0)->value(), u"30"_s);
        m_page->takeFocus();
        QSet<QString> met;
        for (int i = 0; i < 30; ++i) {
            if (QWidget *now = QApplication::focusWidget(); now && m_page->isAncestorOf(now))
                met.insert(now->objectName().isEmpty() ? now->accessibleName() : now->objectName());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        for (const char *name : { "span", "plot", "topUsers", "topAddresses", "nearLimit", "sourceStates" })
            QVERIFY2(met.contains(QLatin1StringView(name)), name);
    }

private:
    Figure *figure(int index) { return m_page->findChildren<Figure *>().at(index); }

    std::unique_ptr<GuiTest> m_gui;
    OverviewPage *m_page = nullptr;
};

QTEST_MAIN(TestOverviewPage)
#include "tst_overviewpage.moc"
