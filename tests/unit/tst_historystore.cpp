// SPDX-License-Identifier: GPL-3.0-or-later
// What the agent keeps of what is over: nothing is lost by a stop or a kill, nothing is kept longer or larger than
// configured, and what cannot be known is said.
#include "historyworld.h"

#include "core/history/historyspans.h"
#include "core/table/historyrow.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

#include <csignal>
#include <sys/resource.h>

using namespace mailhelm;
using World = HistoryWorld;
using Span = HistoryDone::Span;

namespace
{

constexpr qint64 Second = World::Second;
constexpr qint64 Hour = World::Hour;
constexpr qint64 Day = World::Day;

HistoryLimits config(qint64 days, qint64 bytes)
{
    HistoryLimits out;
    out.keepMs = days * 86'400'000;
    out.maxBytes = bytes;
    return out;
}

/// Rows with texts that do not deflate to nothing.
void fill(World &world, RowId from, int rows, qint64 endedFrom, qint64 step)
{
    QRandomGenerator random(quint32(from) + 1);
    for (int i = 0; i < rows; ++i) {
        const qint64 ended = endedFrom + i * step;
        world.end(from + RowId(i), ended - qint64(random.bounded(60)) * Second, ended,
            "user" + QByteArray::number(random.generate64(), 36) + "@example.org");
    }
}

void damage(const QString &file, qint64 at, const QByteArray &bytes)
{
    QFile out(file);
    QVERIFY(out.open(QIODevice::ReadWrite));
    QVERIFY(out.seek(at));
    QCOMPARE(out.write(bytes), bytes.size());
}

} // namespace

class TestHistoryStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatWasThere();
    void isAsANaiveListWouldBe();
    void answersInParts();
    void keepsByAge();
    void keepsBySize();
    void shrinksWhereLessIsAllowed();
    void aKillInTheMiddleLosesNoWholeBatch();
    void whatWasLiveHasEnded();
    void whatIsLiveIsFolded();
    void unwatchedSpansOverRestarts();
    void unwatchedSpansAreThoseThatNothingCovers();
    void aDamagedFileIsKeptAside_data();
    void aDamagedFileIsKeptAside();
    void aDamagedPieceIsSaid();
    void aFullDisk();
    void aNewersFileIsLeftAlone();
    void clocksJump();
    void readsWhatOlderVersionsWrote();
    void nobodyElseMayRead();
};

void TestHistoryStore::tellsWhatWasThere()
{
    World world;
    const qint64 now = world.clock.nowUs();
    world.end(1, now - 100 * Second, now - 50 * Second, "alice");
    world.end(2, now - 10 * Second, now - 10 * Second, "bob", false);
    QVERIFY(world.write());
    QCOMPARE(world.ask(now - 60 * Second, now - 55 * Second).rows.keys(), QList<RowId> { 1 });
    // From included, to not.
    QCOMPARE(world.ask(now - 50 * Second, now - 49 * Second).rows.keys(), QList<RowId> { 1 });
    QVERIFY(world.ask(now - 50 * Second + 1, now - 49 * Second).rows.isEmpty());
    QVERIFY(world.ask(now - 200 * Second, now - 100 * Second).rows.isEmpty());
    QCOMPARE(world.ask(now - 200 * Second, now - 100 * Second + 1).rows.keys(), QList<RowId> { 1 });
    const World::Told both = world.ask(now - Day, now);
    QCOMPARE(both.rows.size(), 2);
    QCOMPARE(both.rows[1], (World::Row { now - 100 * Second, now - 50 * Second, true, "alice" }));
    QCOMPARE(both.rows[2], (World::Row { now - 10 * Second, now - 10 * Second, false, "bob" }));
    world.reopen();
    QCOMPARE(world.ask(now - Day, now).rows, both.rows);
}

void TestHistoryStore::isAsANaiveListWouldBe()
{
    World world(config(3000, qint64(1) << 30));
    QRandomGenerator random(20261127);
    QMap<RowId, World::Row> truth;
    RowId next = 1;
    const qint64 begin = world.clock.nowUs();
    for (int step = 0; step < 60; ++step) {
        // Bursts, now and then as large as pieces; of every length.
        const int rows = random.bounded(step % 10 == 0 ? 6000 : 300);
        for (int i = 0; i < rows; ++i) {
            const qint64 ended = world.clock.nowUs() - qint64(random.bounded(5'000'000));
            const qint64 lengths[] { 0, 30 * Second, Hour, 5 * Hour, 3 * Day };
            const qint64 length = lengths[random.bounded(5)];
            const World::Row row { ended - (length ? qint64(random.bounded(double(length))) : 0), ended,
                random.bounded(2) == 1, "user" + QByteArray::number(random.bounded(500)) };
            truth.insert(next, row);
            world.end(next++, row.since, row.ended, row.user, row.exact);
        }
        QVERIFY(world.write());
        world.clock.advanceUs(qint64(random.bounded(1, 3600)) * Second);
        if (random.bounded(7) == 0)
            world.reopen();
        if (random.bounded(5) == 0)
            world.store->maintain();
        const qint64 from = begin - 4 * Day + qint64(random.bounded(double(world.clock.nowUs() - begin + 5 * Day)));
        const qint64 to = from + 1 + qint64(random.bounded(double(random.bounded(2) ? Hour : Day)));
        QMap<RowId, World::Row> expected;
        for (auto it = truth.cbegin(); it != truth.cend(); ++it)
            if (it->since < to && it->ended >= from)
                expected.insert(it.key(), *it);
        const World::Told told = world.ask(from, to);
        QCOMPARE(told.doubled, qsizetype(0));
        QVERIFY2(told.rows == expected, qPrintable(QStringLiteral("step %1").arg(step)));
    }
    QVERIFY2(truth.size() > 10'000, QByteArray::number(truth.size()).constData());
    QCOMPARE(world.ask(0, LiveEnd).rows, truth);
}

void TestHistoryStore::answersInParts()
{
    World world;
    fill(world, 1, 30'000, world.clock.nowUs() - Hour, 100'000);
    QVERIFY(world.write());
    const World::Told told = world.ask(0, world.clock.nowUs() + 1);
    QCOMPARE(told.rows.size(), 30'000);
    QVERIFY2(told.parts > 20, QByteArray::number(told.parts).constData()); // 128 KiB each
    // Rows that end while it is told do not disturb it.
    world.store->openQuery(5, 5, { 0, world.clock.nowUs() + 1 });
    world.store->nextPart(5);
    fill(world, 100'000, 9000, world.clock.nowUs(), 1);
    QVERIFY(world.write());
    int parts = 1;
    while (!world.lastPart.last && !world.lastPart.error && parts < 1000) {
        world.store->nextPart(5);
        ++parts;
    }
    QVERIFY(world.lastPart.last);
    QCOMPARE(parts, told.parts);
}

void TestHistoryStore::keepsByAge()
{
    World world(config(30, qint64(1) << 30));
    const qint64 begin = world.clock.nowUs();
    for (int day = 0; day < 50; ++day) {
        world.watchedSince = begin;
        fill(world, RowId(day) * 1000 + 1, 20, world.clock.nowUs() - Hour, Second);
        QVERIFY(world.write());
        for (int hour = 0; hour < 24; ++hour) {
            world.clock.advanceUs(Hour);
            world.store->maintain();
        }
    }
    const qint64 now = world.clock.nowUs();
    QVERIFY(world.write());
    const World::Told told = world.ask(0, now);
    QVERIFY(!told.rows.isEmpty());
    for (const World::Row &row : told.rows)
        QVERIFY(row.ended >= now - 30 * Day);
    QCOMPARE(told.rows.size(), 29 * 20); // those of 30 days ago ended an hour too early
    // What had to go is not passed off as a time in which nobody came.
    QCOMPARE(told.unwatched.size(), 1);
    QCOMPARE(told.unwatched.first().fromUs, 0);
    QVERIFY(told.unwatched.first().toUs >= now - 30 * Day);
    // It is gone from the disk too, a day later at most.
    world.store->close();
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("look"));
    database.setDatabaseName(world.file());
    QVERIFY(database.open());
    {
        QSqlQuery query(database);
        QVERIFY(query.exec(QStringLiteral("SELECT min(last_end), min(first_end) FROM piece")) && query.next());
        QVERIFY(query.value(0).toLongLong() >= now - 30 * Day - Hour);
        QVERIFY(query.value(1).toLongLong() >= now - 32 * Day);
    }
    database.close();
    database = {};
    QSqlDatabase::removeDatabase(QStringLiteral("look"));
}

void TestHistoryStore::keepsBySize()
{
    const qint64 most = 4 << 20;
    World world(config(30, most));
    world.watchedSince = world.clock.nowUs();
    RowId next = 1;
    qint64 largest = 0;
    for (int i = 0; i < 60; ++i) {
        world.clock.advanceUs(5 * Second);
        fill(world, next, 4000, world.clock.nowUs() - 5 * Second, 1000);
        next += 4000;
        QVERIFY(world.write());
        largest = std::max(largest, world.bytesOnDisk());
    }
    QVERIFY2(largest <= most, QByteArray::number(largest).constData());
    const World::Told told = world.ask(0, world.clock.nowUs() + 1);
    QVERIFY(told.rows.contains(next - 1));
    QVERIFY(!told.rows.contains(1));
    QVERIFY2(told.rows.size() > 30'000, QByteArray::number(told.rows.size()).constData());
    qInfo("%lld rows in %lld bytes: %.1f a row", qint64(told.rows.size()), largest,
        double(largest) / double(told.rows.size()));
    // The oldest went first, and that they went is said.
    const RowId first = told.rows.firstKey();
    for (RowId id = first; id < next; ++id)
        QVERIFY(told.rows.contains(id));
    QCOMPARE(told.unwatched.size(), 1);
    QVERIFY(told.unwatched.first().toUs >= told.rows[first].ended - 5 * Second);
    QVERIFY(told.unwatched.first().toUs < world.clock.nowUs());
}

void TestHistoryStore::shrinksWhereLessIsAllowed()
{
    World world(config(30, 64 << 20));
    for (int i = 0; i < 25; ++i) {
        fill(world, RowId(i) * 10'000 + 1, 8192, world.clock.nowUs(), 1);
        QVERIFY(world.write());
        world.clock.advanceUs(Second);
    }
    QVERIFY(world.bytesOnDisk() > 5 << 20);
    world.config.maxBytes = 4 << 20;
    world.reopen();
    for (int i = 0; i < 1000 && world.bytesOnDisk() > 4 << 20; ++i)
        world.store->maintain();
    QVERIFY2(world.bytesOnDisk() <= 4 << 20, QByteArray::number(world.bytesOnDisk()).constData());
    QVERIFY(world.ask(0, world.clock.nowUs()).rows.size() > 20'000);
}

/// Run by aKillInTheMiddleLosesNoWholeBatch() in a process of its own: batches of 500 rows until it is killed.
static int writeUntilKilled(const QString &file)
{
    ManualClock clock;
    HistoryStore store(file, {}, clock);
    store.open(false);
    RowId next = 1;
    while (true) {
        auto batch = std::make_shared<HistoryBatch>();
        batch->time = clock.nowUs();
        batch->watchedSince = 1;
        for (int i = 0; i < 500; ++i) {
            const Table::Slot slot = batch->ended.insert({ 0, next++ });
            batch->ended.column(connections::Since).setNumber(slot, clock.nowUs() - Second);
            batch->ended.column(history::Ended).setNumber(slot, clock.nowUs());
            batch->ended.column(history::EndedExact).setFlag(slot, true);
        }
        store.write(batch);
        std::printf("%llu\n", static_cast<unsigned long long>(next - 1));
        std::fflush(stdout);
        clock.advanceUs(Second);
    }
}

void TestHistoryStore::aKillInTheMiddleLosesNoWholeBatch()
{
    for (int round = 0; round < 4; ++round) {
        World world;
        world.store->close();
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), { QStringLiteral("--write"), world.file() });
        QByteArray said;
        QVERIFY(QTest::qWaitFor([&] { return (said += child.readAll()).count('\n') > 12 + 5 * round; }, 20'000));
        ::kill(pid_t(child.processId()), SIGKILL);
        QVERIFY(child.waitForFinished());
        said += child.readAll();
        const RowId confirmed = said.left(said.lastIndexOf('\n')).split('\n').last().toULongLong();
        world.open();
        QCOMPARE(world.status.state, SourceStatus::State::Ok);
        const World::Told told = world.ask(0, LiveEnd);
        QVERIFY(told.rows.size() >= qsizetype(confirmed)); // what was written is there
        QCOMPARE(told.rows.size() % 500, 0); // and nothing half
        QCOMPARE(told.rows.lastKey(), RowId(told.rows.size()));
    }
}

void TestHistoryStore::whatWasLiveHasEnded()
{
    World world;
    ResumeToken at;
    ChangeLog log(schemaOf(TableId::Connections), 1);
    ChangeLog web(schemaOf(TableId::Webmail), 1);
    const qint64 began = world.clock.nowUs() - Hour;
    const auto put = [&](RowId id, const QByteArray &user) {
        const ChangeLog::Cell cells[] { { connections::Since, began + qint64(id) }, { connections::User, user },
            { connections::Service, QByteArray("IMAPS") } };
        log.put(id, cells);
    };
    const ChangeLog::Cell session[] { { webmail::User, QByteArray("wanda") }, { webmail::Started, began },
        { webmail::Component, QByteArray("HTTP/WebMail") } };
    ResumeToken webAt;
    put(1, "alice");
    put(2, "bob");
    web.put(9, session);
    world.live(log, true, at);
    world.live(web, true, webAt);
    QVERIFY(world.write());
    world.clock.advanceUs(5 * Second);
    put(3, "carol");
    put(2, "robert"); // who it was came out later
    world.live(log, false, at);
    world.live(web, false, webAt);
    QVERIFY(world.write());
    const qint64 seen = world.clock.nowUs();
    QVERIFY(world.ask(0, LiveEnd).rows.isEmpty()); // nothing is over yet

    // The agent is gone, and comes back an hour later: 1 is still there, 2 and 3 are not, 4 is new. The webmail is not
    // heard of at first.
    world.clock.advanceUs(Hour);
    world.reopen();
    ChangeLog after(schemaOf(TableId::Connections), 2);
    for (const RowId id : { RowId(1), RowId(4) }) {
        const ChangeLog::Cell cells[] { { connections::Since, began } };
        after.put(id, cells);
    }
    world.live(after, true, at);
    QVERIFY(world.write());
    World::Told told = world.ask(0, LiveEnd);
    QCOMPARE(told.rows.keys(), (QList<RowId> { 2, 3 }));
    QCOMPARE(told.rows[2], (World::Row { began + 2, seen, false, "robert" }));
    QCOMPARE(told.rows[3], (World::Row { began + 3, seen, false, "carol" }));
    ChangeLog noWeb(schemaOf(TableId::Webmail), 2);
    world.live(noWeb, true, webAt);
    QVERIFY(world.write());
    told = world.ask(0, LiveEnd);
    QCOMPARE(told.rows.size(), 3);
    QCOMPARE(told.rows[historyId(TableId::Webmail, 9, began)], (World::Row { began, seen, false, "wanda" }));
    // The same once more changes nothing.
    world.live(after, true, at);
    world.live(noWeb, true, webAt);
    QVERIFY(world.write());
    QCOMPARE(world.ask(0, LiveEnd).rows, told.rows);
}

void TestHistoryStore::whatIsLiveIsFolded()
{
    World world;
    ResumeToken at;
    ChangeLog log(schemaOf(TableId::Connections), 1);
    QRandomGenerator random(7);
    QSet<RowId> there;
    const auto put = [&](RowId id) {
        const ChangeLog::Cell cells[] { { connections::Since, world.clock.nowUs() },
            { connections::User, QByteArray::number(random.generate64()) },
            { connections::Info, QByteArray::number(random.generate64()) + QByteArray::number(random.generate64()) } };
        log.put(id, cells);
        there.insert(id);
    };
    for (RowId id = 1; id <= 2000; ++id)
        put(id);
    world.live(log, true, at);
    QVERIFY(world.write());
    for (int step = 0; step < 60; ++step) {
        for (int i = 0; i < 1000; ++i) {
            const RowId id = 1 + RowId(random.bounded(3000));
            if (random.bounded(4) == 0) {
                log.remove(id);
                there.remove(id);
            } else {
                put(id);
            }
        }
        world.live(log, false, at);
        QVERIFY(world.write());
        world.clock.advanceUs(Second);
    }
    // 60,000 changes were told of 3,000 rows: most of them are not on the disk any more.
    QVERIFY2(world.bytesOnDisk() < 8 << 20, QByteArray::number(world.bytesOnDisk()).constData());
    world.reopen();
    ChangeLog nothing(schemaOf(TableId::Connections), 2);
    world.live(nothing, true, at);
    QVERIFY(world.write());
    const QMap<RowId, World::Row> rows = world.ask(0, LiveEnd).rows;
    const QList<RowId> ended = rows.keys();
    QCOMPARE(QSet<RowId>(ended.begin(), ended.end()), there);
}

void TestHistoryStore::unwatchedSpansOverRestarts()
{
    World world;
    const qint64 begin = world.clock.nowUs();
    for (int run = 0; run < 3; ++run) {
        world.watchedSince = world.clock.nowUs();
        for (int i = 0; i < 12; ++i) {
            world.clock.advanceUs(300 * Second);
            QVERIFY(world.write());
        }
        world.reopen();
        world.clock.advanceUs(600 * Second);
    }
    const auto at = [begin](qint64 seconds) { return begin + seconds * Second; };
    QCOMPARE(world.ask(at(0), at(12'600)).unwatched,
        (QList<Span> { { at(3600), at(4200) }, { at(7800), at(8400) }, { at(12'000), at(12'600) } }));
    QCOMPARE(world.ask(at(4000), at(4100)).unwatched, (QList<Span> { { at(4000), at(4100) } }));
    QVERIFY(world.ask(at(4300), at(7000)).unwatched.isEmpty());
    // Before the first start nobody watched; what is yet to come nobody is expected to have seen.
    QCOMPARE(world.ask(at(-100), at(100)).unwatched, (QList<Span> { { at(-100), at(0) } }));
    QVERIFY(world.ask(at(20'000), at(30'000)).unwatched.isEmpty());
}

void TestHistoryStore::unwatchedSpansAreThoseThatNothingCovers()
{
    QCOMPARE(unwatchedSpans({}, 5, 9), (QList<Span> { { 5, 9 } }));
    QCOMPARE(unwatchedSpans({ { 0, 100 } }, 5, 9), QList<Span> {});
    QCOMPARE(unwatchedSpans({ { 7, 8 }, { 1, 6 }, { 2, 3 } }, 0, 9), (QList<Span> { { 0, 1 }, { 6, 7 }, { 8, 9 } }));
    QRandomGenerator random(3);
    for (int round = 0; round < 500; ++round) {
        QList<Span> watched;
        std::vector<bool> covered(60, false);
        for (int i = random.bounded(8); i > 0; --i) {
            const int from = random.bounded(60);
            const int to = random.bounded(60); // a clock that was set back makes spans that end before they begin
            watched.append({ from, to });
            for (int t = from; t < to; ++t)
                covered[size_t(t)] = true;
        }
        const int from = random.bounded(60);
        const int to = random.bounded(60);
        std::vector<bool> told(60, false);
        qint64 last = -1;
        for (const Span &span : unwatchedSpans(watched, from, to)) {
            QVERIFY(span.fromUs > last && span.fromUs < span.toUs);
            last = span.toUs;
            for (qint64 t = span.fromUs; t < span.toUs; ++t)
                told[size_t(t)] = true;
        }
        for (int t = 0; t < 60; ++t)
            QCOMPARE(bool(told[size_t(t)]), t >= from && t < to && !covered[size_t(t)]);
    }
}

void TestHistoryStore::aDamagedFileIsKeptAside_data()
{
    QTest::addColumn<qint64>("at");
    QTest::newRow("the header") << qint64(0);
    QTest::newRow("the schema") << qint64(100);
    QTest::newRow("every page") << qint64(-1);
}

void TestHistoryStore::aDamagedFileIsKeptAside()
{
    QFETCH(qint64, at);
    World world;
    fill(world, 1, 9000, world.clock.nowUs() - Hour, Second);
    QVERIFY(world.write());
    world.store->close();
    const qint64 size = QFileInfo(world.file()).size();
    if (at >= 0)
        damage(world.file(), at, QByteArray(60, '\x5a'));
    else
        for (qint64 page = 4096; page < size; page += 4096)
            damage(world.file(), page, QByteArray(64, '\xff'));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("was damaged .* and is kept as")));
    world.open();
    if (at < 0) // shows when it is read or written
        (void)world.ask(0, LiveEnd);
    QCOMPARE(world.status.state, SourceStatus::State::Degraded);
    QVERIFY2(world.status.detail.contains("was damaged"), world.status.detail.constData());
    QVERIFY(world.status.mend.contains(".damaged"));
    QCOMPARE(QFileInfo(world.file() + QStringLiteral(".damaged")).size(), size);
    world.end(77, world.clock.nowUs() - Second, world.clock.nowUs(), "after");
    QVERIFY(world.write());
    QCOMPARE(world.ask(0, LiveEnd).rows.keys(), QList<RowId> { 77 });
    world.reopen();
    QCOMPARE(world.status.state, SourceStatus::State::Ok);
    QCOMPARE(world.ask(0, LiveEnd).rows.size(), 1);
}

void TestHistoryStore::aDamagedPieceIsSaid()
{
    World world;
    world.watchedSince = world.clock.nowUs() - 3 * Hour;
    fill(world, 1, 5000, world.clock.nowUs() - 2 * Hour, 1000);
    QVERIFY(world.write());
    fill(world, 10'001, 5000, world.clock.nowUs() - Hour, 1000);
    QVERIFY(world.write());
    world.store->close();
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("harm"));
    database.setDatabaseName(world.file());
    QVERIFY(database.open());
    QVERIFY(QSqlQuery(database).exec(QStringLiteral(
        "UPDATE piece SET data = zeroblob(length(data)) WHERE number = (SELECT min(number) FROM piece)")));
    database.close();
    database = {};
    QSqlDatabase::removeDatabase(QStringLiteral("harm"));
    world.open();
    const World::Told told = world.ask(world.clock.nowUs() - 3 * Hour, world.clock.nowUs());
    QCOMPARE(told.rows.size(), 5000);
    QVERIFY(told.rows.firstKey() > 10'000);
    QCOMPARE(told.unwatched.size(), 1); // nobody can tell what was there
    QVERIFY(told.unwatched.first().fromUs <= world.clock.nowUs() - 2 * Hour + Second);
    QVERIFY(world.status.detail.contains("could not be read"));
}

void TestHistoryStore::aFullDisk()
{
    World world;
    world.watchedSince = world.clock.nowUs() - Hour;
    fill(world, 1, 5000, world.clock.nowUs() - Hour, 1000);
    QVERIFY(world.write());
    QCOMPARE(world.status.state, SourceStatus::State::Ok);

    // As the kernel does it: no file may grow beyond what it is.
    rlimit before {};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit tight { 4096, before.rlim_max };
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    for (RowId round = 1; round <= 3; ++round) {
        fill(world, round * 10'000, 4000, world.clock.nowUs() - Second, 10);
        QVERIFY(!world.write());
        QVERIFY(!world.lostRows);
    }
    QCOMPARE(world.status.state, SourceStatus::State::Degraded);
    QVERIFY2(world.status.detail.contains("cannot be written"), world.status.detail.constData());
    QVERIFY(world.status.mend.contains("df "));
    QCOMPARE(world.ask(0, LiveEnd).rows.size(), 17'000); // from memory
    // There is an end to that, and then it is said.
    for (RowId round = 1; round <= 25; ++round) {
        fill(world, 1'000'000 + round * 10'000, 4000, world.clock.nowUs() - Second, 10);
        QVERIFY(!world.write());
    }
    QVERIFY(world.lostRows);
    QVERIFY(world.status.detail.contains("lost in part"));
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QVERIFY(world.write());
    QVERIFY(world.lostRows); // the watched span has to begin anew
    QCOMPARE(world.status.state, SourceStatus::State::Ok);
    const qsizetype kept = world.ask(0, LiveEnd).rows.size();
    QCOMPARE(kept, qsizetype(5000 + HistoryStore::MostUnwritten));
    world.reopen();
    QCOMPARE(world.ask(0, LiveEnd).rows.size(), kept);
}

void TestHistoryStore::aNewersFileIsLeftAlone()
{
    World world;
    world.end(1, 1, 2, "x");
    QVERIFY(world.write());
    world.store->close();
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("newer"));
    database.setDatabaseName(world.file());
    QVERIFY(database.open());
    QVERIFY(QSqlQuery(database).exec(QStringLiteral("PRAGMA user_version = 99")));
    database.close();
    database = {};
    QSqlDatabase::removeDatabase(QStringLiteral("newer"));
    world.open();
    QCOMPARE(world.status.state, SourceStatus::State::Down);
    QVERIFY(world.status.detail.contains("newer Mailhelm"));
    QVERIFY(!world.write());
    const World::Told told = world.ask(0, 10);
    QVERIFY(told.error);
    QVERIFY(!QFile::exists(world.file() + QStringLiteral(".damaged")));
}

void TestHistoryStore::clocksJump()
{
    World world(config(30, qint64(1) << 30));
    fill(world, 1, 5000, world.clock.nowUs() - Hour, 1000);
    world.watchedSince = world.clock.nowUs() - Hour;
    QVERIFY(world.write());
    const qint64 right = world.clock.nowUs();
    // To 2038 by mistake: nothing is deleted unless the clock stands by it for an hour.
    world.clock.jumpTo(right + 4000 * Day);
    for (int minute = 0; minute < 50; ++minute) {
        world.clock.advanceUs(60 * Second);
        world.store->maintain();
    }
    world.clock.jumpTo(right + 50 * 60 * Second);
    world.store->maintain();
    QCOMPARE(world.ask(0, LiveEnd).rows.size(), 5000);
    // The same over a restart.
    world.store->close();
    world.clock.jumpTo(right + 4000 * Day);
    world.open();
    world.store->maintain();
    world.clock.jumpTo(right + 3600 * Second);
    world.store->maintain();
    QCOMPARE(world.ask(0, LiveEnd).rows.size(), 5000);
    // Where it is meant, they go.
    world.clock.jumpTo(right + 4000 * Day);
    world.store->maintain();
    world.clock.advanceUs(2 * Hour);
    world.store->maintain();
    world.clock.jumpTo(right + Hour);
    QCOMPARE(world.ask(0, LiveEnd).rows.size(), 0);
}

void TestHistoryStore::readsWhatOlderVersionsWrote()
{
    QList<ColumnSpec> columns = schemaOf(TableId::History).columns();
    columns.removeAt(connections::Tls); // a column that came later
    columns.append({ "gone", ColumnType::Number, "gone", {} }); // one that was given up
    columns[1].type = ColumnType::Number; // one that means something else now
    const Schema old(TableId::History, "history", columns);
    Table table(old);
    const Table::Slot slot = table.insert({ 0, 5 });
    table.column(old.indexOf("user")).setText(slot, "alice");
    table.column(old.indexOf("ended")).setNumber(slot, 42);
    table.column(old.indexOf("protocol")).setNumber(slot, 1);
    table.column(old.indexOf("gone")).setNumber(slot, 1);
    const QList<quint32> slots { slot };
    const Packed packed = deflated(payloadOf(table, std::span(slots.constData(), 1)));
    const std::optional<Schema> shape = shapeFromText(TableId::History, shapeToText(old));
    QVERIFY(shape);
    const Result<ChangeSet> changes = unpack(packed, *shape);
    QVERIFY2(changes, changes ? "" : qPrintable(changes.error().detail));
    const HistoryRows rows = HistoryRows::of(changes.value());
    QCOMPARE(rows.ids, QList<RowId> { 5 });
    QCOMPARE(rows.columns.size(), schemaOf(TableId::History).columnCount());
    QCOMPARE(rows.columns[connections::User].text(0).toByteArray(), QByteArray("alice"));
    QCOMPARE(rows.ended(0), 42);
    QVERIFY(!rows.columns[connections::Tls].isKnown(0));
    QVERIFY(!rows.columns[connections::Protocol].isKnown(0));
    QVERIFY(!unpack({ packed.data.left(packed.data.size() / 2), packed.size }, *shape));
    QVERIFY(!unpack({ packed.data, packed.size + 1 }, *shape));
    QVERIFY(!unpack({ {}, 0 }, *shape));
    QVERIFY(!shapeFromText(TableId::History, "[]"));
}

void TestHistoryStore::nobodyElseMayRead()
{
    World world;
    fill(world, 1, 5000, world.clock.nowUs() - Hour, 1000);
    QVERIFY(world.write());
    int seen = 0;
    for (const QFileInfo &each : QDir(world.folder.path()).entryInfoList(QDir::Files)) {
        QVERIFY2(!(each.permissions() & 0x0077), qPrintable(each.fileName()));
        ++seen;
    }
    QVERIFY(seen >= 1);
}

int main(int argc, char **argv)
{
    if (argc == 3 && qstrcmp(argv[1], "--write") == 0) {
        QCoreApplication app(argc, argv);
        return writeUntilKilled(QString::fromLocal8Bit(argv[2]));
    }
    QCoreApplication app(argc, argv);
    TestHistoryStore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_historystore.moc"
