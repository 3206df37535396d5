// SPDX-License-Identifier: GPL-3.0-or-later
// The plot: round numbers and round times on its axes, at any size, font and language.
#include "views/plot.h"
#include "views/plotaxis.h"
#include "views/plotpicture.h"

#include <QApplication>
#include <QDir>
#include <QImage>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Minute = 60 * Second;
constexpr qint64 Hour = 60 * Minute;
constexpr qint64 Day = 24 * Hour;

ProtocolCounts series(qint64 from, qint64 step, int moments, qint32 most)
{
    ProtocolCounts counts { from, step,
        { "imap", "pop3", "smtp", "submission", "sieve", "lmtp", "xmpp", "http", "admin" }, {} };
    for (qsizetype i = 0; i < counts.names.size(); ++i)
        counts.counts.append(QList<qint32>(moments, i == 0 ? most : 0));
    return counts;
}

} // namespace

class TestPlot : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void countsAreRound()
    {
        for (qint64 most = 0; most < 3'000'000; most += 1 + most / 37) {
            for (int lines = 1; lines <= 6; ++lines) {
                const qint64 step = countStep(most, lines);
                qint64 factor = step;
                while (factor % 10 == 0)
                    factor /= 10;
                QVERIFY(factor == 1 || factor == 2 || factor == 5);
                const qint64 top = countTop(most, step);
                QVERIFY(top >= most && top >= 1 && top % step == 0);
                QVERIFY2(top / step <= lines, qPrintable(u"%1 in %2 lines"_s.arg(most).arg(lines)));
            }
        }
        QCOMPARE(countStep(48, 5), 10); // 0, 10 … 50
        QCOMPARE(countTop(48, 10), 50);
        QCOMPARE(countStep(3, 5), 1);
    }
    void timesAreRoundByTheClockOnTheWall()
    {
        QRandomGenerator random(3);
        for (int i = 0; i < 300; ++i) {
            const int offset = (random.bounded(53) - 24) * 1800; // half hours occur
            const qint64 from = 1'760'000'000 * Second + qint64(random.bounded(40'000'000)) * Second;
            const qint64 to = from + qint64(60 + random.bounded(i % 2 ? 8 * 86'400 : 7200)) * Second;
            const int most = 1 + random.bounded(20);
            const qint64 step = timeStep(from, to, most);
            const QList<qint64> ticks = timeTicks(from, to, step, offset);
            QVERIFY(ticks.size() <= most + 1);
            for (qsizetype t = 0; t < ticks.size(); ++t) {
                QCOMPARE((ticks[t] + offset * Second) % step, 0);
                QVERIFY(ticks[t] >= from && ticks[t] <= to && (t == 0 || ticks[t] - ticks[t - 1] == step));
            }
        }
        QCOMPARE(timeStep(0, Hour, 13), 5 * Minute);
        QCOMPARE(timeStep(0, Hour, 7), 10 * Minute);
        QCOMPARE(timeStep(0, Day, 10), 3 * Hour);
        QCOMPARE(timeStep(0, 7 * Day, 8), Day);
    }
    void theClockMayChangeInBetween()
    {
        // Berlin, 25 October 2026: the hour from two to three is there twice.
        const qint64 from = QDateTime({ 2026, 10, 24 }, { 13, 20 }).toMSecsSinceEpoch() * 1000;
        if (QDateTime({ 2026, 10, 24 }, { 12, 0 }).offsetFromUtc()
            == QDateTime({ 2026, 10, 26 }, { 12, 0 }).offsetFromUtc())
            QSKIP("needs time zones");
        const QList<qint64> ticks = timeTicks(from, from + 2 * Day, 6 * Hour, std::nullopt);
        QStringList texts;
        for (const qint64 us : ticks)
            texts.append(QDateTime::fromMSecsSinceEpoch(us / 1000).toString(u"dd HH:mm"_s));
        QCOMPARE(texts,
            (QStringList { u"24 18:00"_s, u"25 00:00"_s, u"25 06:00"_s, u"25 12:00"_s, u"25 18:00"_s, u"26 00:00"_s,
                u"26 06:00"_s, u"26 12:00"_s }));
    }
    void nothingOverlaps()
    {
        Plot plot(nullptr);
        for (const int points : { 7, 10, 20, 40 }) {
            QFont font = plot.font();
            font.setPointSize(points);
            plot.setFont(font);
            for (const QSize size : { QSize(280, 160), QSize(700, 260), QSize(1900, 400) }) {
                plot.resize(size * std::max(1.0, points / 10.0));
                for (const auto &[step, moments] : { std::pair(Second * 10, 361), std::pair(Minute, 61),
                         std::pair(4 * Minute, 361), std::pair(28 * Minute, 361) }) {
                    plot.setSeries(series(1'780'000'123 * Second, step, moments, 123'456));
                    const Plot::Layout layout = plot.layoutNow();
                    const QRectF area = plot.rect();
                    QVERIFY(layout.marks.size() >= 1);
                    qreal last = area.left();
                    int named = 0;
                    for (const Plot::Mark &mark : layout.marks) {
                        if (mark.place.isEmpty())
                            continue;
                        ++named;
                        QVERIFY(mark.place.left() >= last && mark.place.right() <= area.right());
                        QVERIFY(mark.place.top() > layout.plot.bottom() && mark.place.bottom() <= area.bottom());
                        last = mark.place.right();
                    }
                    QVERIFY(named >= 1);
                    for (qsizetype i = 0; i < layout.legend.size(); ++i) {
                        QVERIFY(area.contains(layout.legend[i].place));
                        QVERIFY(layout.legend[i].place.bottom() <= layout.plot.top());
                        for (qsizetype j = 0; j < i; ++j)
                            QVERIFY(!layout.legend[i].place.intersects(layout.legend[j].place));
                    }
                    QVERIFY(layout.plot.height() > area.height() / 4);
                }
            }
        }
    }
    void theLegendWraps()
    {
        Plot plot(nullptr);
        plot.setSeries(series(0, Minute, 61, 10));
        plot.resize(1900, 400);
        const Plot::Layout wide = plot.layoutNow();
        QCOMPARE(wide.legend.size(), 9);
        QCOMPARE(wide.legend.last().place.top(), wide.legend.first().place.top());
        plot.resize(360, 400);
        const Plot::Layout narrow = plot.layoutNow();
        QCOMPARE(narrow.legend.size(), 9);
        QVERIFY(narrow.legend.last().place.top() > narrow.legend.first().place.top());
    }
    void timeRunsToTheRightInEveryLanguage()
    {
        Plot plot(nullptr);
        plot.resize(700, 300);
        plot.setSeries(series(1'780'000'000 * Second, Minute, 61, 10));
        const QList<Plot::Mark> left = plot.layoutNow().marks;
        plot.setLayoutDirection(Qt::RightToLeft);
        const Plot::Layout layout = plot.layoutNow();
        QCOMPARE(layout.marks.size(), left.size());
        for (qsizetype i = 1; i < left.size(); ++i) {
            QCOMPARE(layout.marks[i].x, left[i].x);
            QVERIFY(layout.marks[i].x > layout.marks[i - 1].x);
        }
        // Names begin where reading begins.
        QVERIFY(layout.legend.first().place.right() > plot.width() - 30);
        QVERIFY(layout.legend[1].place.right() < layout.legend[0].place.left());
        // The numbers stand beside their axis, not at the other side.
        QImage image(plot.size(), QImage::Format_ARGB32);
        image.fill(Qt::white);
        plot.render(&image);
        bool ink = false;
        for (int y = int(layout.plot.top()); y < int(layout.plot.bottom()); ++y)
            for (int x = int(layout.plot.left()) - 14; x < int(layout.plot.left()) - 2; ++x)
                ink = ink || image.pixelColor(x, y).lightness() < 128;
        QVERIFY(ink);
    }
    void aPictureSaysWhatItShows()
    {
        const QTemporaryDir folder;
        Plot plot(nullptr);
        plot.resize(700, 300);
        plot.setUtcOffset(0);
        plot.setSubject(u"mx1"_s);
        plot.setSeries(series(1'780'000'000 * Second, Minute, 61, 10));
        QCOMPARE(plot.spanText(), u"2026-05-28 20:26 – 21:26"_s);
        const QString svg = folder.filePath(u"plot.svg"_s);
        const QString png = folder.filePath(u"plot.png"_s);
        QVERIFY(PlotPicture::save(plot, svg));
        QVERIFY(PlotPicture::save(plot, png));
        QCOMPARE(QImage(png).size(), QSize(PlotPicture::Width, PlotPicture::Height) * 2);
        QFile file(svg);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        for (const QString &part : { plot.title(), u"mx1"_s, plot.spanText(), u"IMAP"_s, u"20:30"_s })
            QVERIFY2(text.contains(part), qPrintable(part));
        QVERIFY(!PlotPicture::save(plot, folder.filePath(u"no/such/folder.svg"_s)));
    }
    void aMomentIsNamedToTheSecondWhereItIsOne()
    {
        Plot plot(nullptr);
        plot.setUtcOffset(0);
        plot.setSeries(series(1'780'000'005 * Second, 10 * Second, 361, 10));
        QVERIFY2(plot.textAt(1).startsWith(u"20:26:55"_s), qPrintable(plot.textAt(1)));
        plot.setSeries(series(1'780'000'005 * Second, 28 * Minute, 361, 10));
        QVERIFY2(plot.textAt(0).startsWith(u"2026-05-28 20:26"_s), qPrintable(plot.textAt(0)));
    }
};

int main(int argc, char **argv)
{
    qputenv("TZ", "Europe/Berlin");
    QApplication app(argc, argv);
    TestPlot test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_plot.moc"
