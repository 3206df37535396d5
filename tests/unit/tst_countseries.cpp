// SPDX-License-Identifier: GPL-3.0-or-later
// Counts over time: what overviews draw is what was there, from the minutes that a console keeps and from the history
// of a span alike; where nobody looked there is a gap, not a zero.
#include "core/client/cache.h"
#include "core/client/countseries.h"
#include "core/client/historytable.h"
#include "core/client/replica.h"
#include "core/net/identity.h"
#include "core/table/changelog.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;
using namespace std::chrono_literals;
namespace c = connections;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Minute = CountSeries::MinuteUs;

/// A replica that the test feeds, as links would.
struct World {
    World()
        : replica(clock)
    {
        clock.jumpTo(clock.nowUs() / Minute * Minute);
        one = replica.addServer("mx1");
        two = replica.addServer("mx2");
    }
    void put(quint16 server, RowId id, const QByteArray &protocol, std::optional<bool> secure)
    {
        const ChangeLog::Cell cells[] { { c::Protocol, protocol.isEmpty() ? Value() : Value(protocol) },
            { c::Secure, secure ? Value(*secure) : Value() }, { c::Since, clock.nowUs() } };
        log(server).put(id, cells);
    }
    ChangeLog &log(quint16 server) { return server == one ? first : second; }
    void feed(quint16 server)
    {
        ReplicaTable &table = *replica.table(TableId::Connections);
        ChangeLog::Walk walk = log(server).walkFrom(table.token(server), 0);
        const ChangeSet part = log(server).nextPart(walk, 1'000'000);
        QVERIFY(table.apply(server, part.table == TableId::None ? Schema() : schemaOf(part.table), part).ok());
    }

    ManualClock clock;
    Replica replica;
    quint16 one = 0;
    quint16 two = 0;
    ChangeLog first { schemaOf(TableId::Connections), 1 };
    ChangeLog second { schemaOf(TableId::Connections), 2 };
};

} // namespace

class TestCountSeries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsByProtocolAndSecurity();
    void aServerThatIsAwayIsAGap();
    void oneDayAndNoMore();
    void curvesOfSeveralServers();
    void isKeptFromRunToRun();
    void textIsReadAsWritten();
    void theHistorysCurveIsAsCounted();
    void whatNobodyWatchedIsAGap();
};

void TestCountSeries::countsByProtocolAndSecurity()
{
    World world;
    CountSeries series(world.replica);
    world.put(world.one, 1, "imap", true);
    world.put(world.one, 2, "imap", true);
    world.put(world.one, 3, "imap", false);
    world.put(world.one, 4, "smtp", std::nullopt);
    world.put(world.one, 5, "", true);
    world.put(world.two, 1, "pop3", true);
    world.feed(world.one);
    world.feed(world.two);
    const ChangeLog::Cell session[] { { webmail::User, QByteArray("wanda") } };
    const ChangeLog::Cell nobody[] { { webmail::User, QByteArray("") } };
    ChangeLog web(schemaOf(TableId::Webmail), 1);
    web.put(1, session);
    web.put(2, nobody);
    ChangeLog::Walk walk = web.walkFrom({}, 0);
    QVERIFY(world.replica.table(TableId::Webmail)
                ->apply(world.one, schemaOf(TableId::Webmail), web.nextPart(walk, 100'000))
                .ok());
    QSignalSpy sampled(&series, &CountSeries::sampled);
    series.sample();
    QCOMPARE(sampled.size(), 2);
    const QList<CountSeries::Sample> samples = series.samples(world.one);
    QCOMPARE(samples.size(), 1);
    QCOMPARE(samples.first().minute, world.clock.nowUs() / Minute);
    QCOMPARE(samples.first().counts,
        (Counts {
            { "imap", { 2, 1, 0 } }, { "smtp", { 0, 0, 1 } }, { "", { 1, 0, 0 } }, { WebmailCount, { 0, 0, 1 } } }));
    QCOMPARE(series.samples(world.two).first().counts, (Counts { { "pop3", { 1, 0, 0 } } }));
    // What goes is counted no more; twice in a minute, the later one holds.
    world.first.remove(1);
    world.feed(world.one);
    series.sample();
    QCOMPARE(series.samples(world.one).size(), 1);
    QCOMPARE(series.samples(world.one).first().counts["imap"], (Count { 1, 1, 0 }));
}

void TestCountSeries::aServerThatIsAwayIsAGap()
{
    World world;
    CountSeries series(world.replica);
    world.put(world.one, 1, "imap", true);
    world.feed(world.one);
    for (int minute = 0; minute < 5; ++minute) {
        if (minute == 2)
            world.replica.setStale(world.one);
        if (minute == 3) {
            world.put(world.one, 2, "imap", true);
            world.feed(world.one);
        }
        series.sample();
        world.clock.advanceUs(Minute);
    }
    const CountCurve curve = series.lastMinutes(world.one, 6); // the minute that begins now has none yet
    QCOMPARE(curve.known, (QList<bool> { true, true, false, true, true, false }));
    QCOMPARE(curve.points[1], (Counts { { "imap", { 1, 0, 0 } } }));
    QCOMPARE(curve.points[4], (Counts { { "imap", { 2, 0, 0 } } }));
    QCOMPARE(curve.protocols(), QByteArrayList { "imap" });
    QVERIFY(series.samples(world.two).isEmpty()); // never heard of
}

void TestCountSeries::oneDayAndNoMore()
{
    World world;
    CountSeries series(world.replica);
    world.feed(world.one);
    for (int minute = 0; minute < 1500; ++minute) {
        series.sample();
        world.clock.advanceUs(Minute);
    }
    QCOMPARE(series.samples(world.one).size(), CountSeries::MinutesKept);
    world.clock.jumpTo(world.clock.nowUs() - 100 * Minute); // set back: what is yet to come was never there
    series.sample();
    QCOMPARE(series.samples(world.one).last().minute, world.clock.nowUs() / Minute);
    world.replica.removeServer(world.one);
    QVERIFY(series.samples(world.one).isEmpty());
}

void TestCountSeries::curvesOfSeveralServers()
{
    World world;
    CountSeries series(world.replica);
    world.put(world.one, 1, "imap", true);
    world.put(world.two, 1, "imap", false);
    world.feed(world.one);
    world.feed(world.two);
    series.sample();
    world.clock.advanceUs(Minute);
    world.replica.setStale(world.two);
    series.sample();
    const CountCurve both = series.lastMinutes(0, 2);
    QCOMPARE(both.points[0], (Counts { { "imap", { 1, 1, 0 } } }));
    QCOMPARE(both.known, (QList<bool> { true, false })); // of one of them nobody knows
    QCOMPARE(series.lastMinutes(world.one, 2).known, (QList<bool> { true, true }));
    // Every tenth minute.
    const CountCurve sparse = series.curve(world.one, world.clock.nowUs() - 10 * Minute, 10 * Minute, 2);
    QCOMPARE(sparse.known, (QList<bool> { false, true }));
}

void TestCountSeries::isKeptFromRunToRun()
{
    const QTemporaryDir folder;
    const Pin pin = Identity::make(QStringLiteral("one")).value().pin();
    QList<CountSeries::Sample> kept;
    {
        World world;
        Cache cache(world.replica, folder.filePath(QStringLiteral("cache.db")), 1h);
        CountSeries series(world.replica);
        cache.keep(series);
        cache.attach(world.one, pin);
        QSignalSpy loaded(&cache, &Cache::loaded);
        cache.load();
        QTRY_COMPARE(loaded.size(), 1);
        world.put(world.one, 1, "imap", true);
        world.feed(world.one);
        for (int minute = 0; minute < 3; ++minute) {
            series.sample();
            world.clock.advanceUs(Minute);
        }
        kept = series.samples(world.one);
        QCOMPARE(kept.size(), 3);
    }
    {
        World world;
        world.clock.advanceUs(10 * Minute);
        Cache cache(world.replica, folder.filePath(QStringLiteral("cache.db")), 1h);
        CountSeries series(world.replica);
        cache.keep(series);
        cache.attach(world.two, pin); // whatever its number is this time
        QSignalSpy loaded(&cache, &Cache::loaded);
        cache.load();
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(series.samples(world.two), kept);
        cache.forget(pin);
    }
    {
        World world;
        Cache cache(world.replica, folder.filePath(QStringLiteral("cache.db")), 1h);
        CountSeries series(world.replica);
        cache.keep(series);
        cache.attach(world.one, pin);
        QSignalSpy loaded(&cache, &Cache::loaded);
        cache.load();
        QTRY_COMPARE(loaded.size(), 1);
        QVERIFY(series.samples(world.one).isEmpty());
    }
}

void TestCountSeries::textIsReadAsWritten()
{
    const Counts counts { { "imap", { 1, 2, 3 } }, { "", { 0, 0, 7 } }, { "odd one\n", { 4, 0, 0 } } };
    QCOMPARE(CountSeries::decode(CountSeries::encode(counts)), counts);
    QCOMPARE(CountSeries::decode("imap 1 2\nnonsense\nsmtp -5 x 9"), (Counts { { "smtp", { 0, 0, 9 } } }));
    QVERIFY(CountSeries::decode({}).isEmpty());
}

void TestCountSeries::theHistorysCurveIsAsCounted()
{
    World world;
    QRandomGenerator random(5);
    for (int round = 0; round < 20; ++round) {
        HistoryTable table(world.replica);
        struct One {
            qint64 since;
            std::optional<qint64> ended;
            QByteArray protocol;
            std::optional<bool> secure;
            quint16 server;
        };
        QList<One> all;
        const qint64 begin = world.clock.nowUs();
        world.replica.setClockOffsetUs(world.two, 5000 * Second);
        for (const quint16 server : { world.one, world.two }) {
            ChangeLog log(schemaOf(TableId::History), 1);
            const qint64 offset = world.replica.clockOffsetUs(server);
            for (RowId id = 1; id <= 300; ++id) {
                const qint64 since = begin + qint64(random.bounded(1000)) * Second;
                One one { since,
                    random.bounded(5) ? std::optional(since + qint64(random.bounded(300)) * Second) : std::nullopt,
                    QByteArray(random.bounded(2) ? "imap" : "smtp"),
                    random.bounded(3) ? std::optional(random.bounded(2) == 1) : std::nullopt, server };
                const bool session = random.bounded(10) == 0;
                const ChangeLog::Cell cells[] { { c::Since, one.since + offset },
                    { history::Ended, one.ended ? Value(*one.ended + offset) : Value() },
                    { c::Protocol, session ? QByteArray("http") : one.protocol },
                    { c::Extension, session ? Value(QByteArray("WebMail")) : Value() },
                    { c::LocalPort, session ? Value() : Value(qint64(143)) },
                    { c::Secure, one.secure ? Value(*one.secure) : Value() } };
                if (session)
                    one.protocol = WebmailCount;
                log.put(id, cells);
                all.append(one);
            }
            ChangeLog::Walk walk = log.walkFrom({}, 0);
            QVERIFY(table.take(server, schemaOf(TableId::History), log.nextPart(walk, 10'000'000)).ok());
            QVERIFY(table.finish(server, table.liveRows(server, 0, 0)).ok());
        }
        const qint64 first = begin - 50 * Second + qint64(random.bounded(500)) * Second + 7;
        const qint64 step = (1 + random.bounded(40)) * Second;
        for (const quint16 server : { quint16(0), world.one, world.two }) {
            const CountCurve curve = curveOf(table, server, first, step, 40);
            QCOMPARE(curve.points.size(), 40);
            for (int point = 0; point < 40; ++point) {
                Counts expected;
                for (const One &one : std::as_const(all)) {
                    const qint64 at = first + point * step;
                    if ((server != 0 && one.server != server) || one.since > at || (one.ended && *one.ended <= at))
                        continue;
                    Count &count = expected[one.protocol];
                    ++(!one.secure ? count.unknown : *one.secure ? count.secure : count.open);
                }
                QCOMPARE(curve.points[point], expected);
                QVERIFY(curve.known[point]);
            }
        }
    }
}

void TestCountSeries::whatNobodyWatchedIsAGap()
{
    World world;
    HistoryTable table(world.replica);
    world.replica.setClockOffsetUs(world.two, 100 * Second);
    const qint64 first = world.clock.nowUs();
    const QMap<quint16, QList<HistoryDone::Span>> unwatched { { world.one,
                                                                  { { first + 2 * Second, first + 4 * Second } } },
        { world.two, { { first + 100 * Second, first + 101 * Second } } } };
    QCOMPARE(
        curveOf(table, world.one, first, Second, 5, unwatched).known, (QList<bool> { true, true, false, false, true }));
    QCOMPARE(curveOf(table, 0, first, Second, 5, unwatched).known, (QList<bool> { false, true, false, false, true }));
    QCOMPARE(curveOf(table, world.one, first, Second, 0, unwatched).points.size(), 0);
}

QTEST_GUILESS_MAIN(TestCountSeries)
#include "tst_countseries.moc"
