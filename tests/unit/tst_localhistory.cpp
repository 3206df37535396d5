// SPDX-License-Identifier: GPL-3.0-or-later
// What the console itself saw end: nothing is claimed that was not seen, nothing is lost by a stop or a kill, and what
// is deleted is gone from the disk.
#include "core/client/localhistory.h"
#include "core/client/replica.h"
#include "core/history/historyspans.h"
#include "core/table/changelog.h"
#include "core/table/historyrow.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <iostream>
#include <sys/stat.h>

using namespace mailhelm;
using namespace std::chrono_literals;
using Span = HistoryDone::Span;
using Spans = LocalHistory::Spans;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Minute = 60 * Second;
constexpr qint64 Hour = 60 * Minute;
constexpr qint64 Day = 24 * Hour;

Pin pinOf(int n)
{
    return Pin({ quint8(n + 1) });
}

struct Row {
    qint64 since = 0;
    qint64 ended = 0;
    bool exact = false;
    QByteArray user;
    friend bool operator==(const Row &, const Row &) = default;
};

char *toString(const Row &row)
{
    return qstrdup(QByteArray(
        QByteArray::number(row.since) + ".." + QByteArray::number(row.ended) + (row.exact ? " " : " ~ ") + row.user)
                       .constData());
}

struct Told {
    QMap<RowId, Row> rows;
    Result<Spans> unwatched = Spans();
};

/// A console's run: a replica with two servers, and what it keeps in `folder`.
struct Run {
    explicit Run(const QString &folder, ManualClock &time, qint64 mostBytes = LocalHistory::MostBytes, int days = 30)
        : clock(time)
        , replica(time)
        , history(std::make_unique<LocalHistory>(replica, folder, mostBytes))
        , problems(history.get(), &LocalHistory::problem)
    {
        one = replica.addServer("mx1");
        two = replica.addServer("mx2");
        history->attach(one, pinOf(0));
        history->attach(two, pinOf(1));
        history->setKeepDays(days);
    }
    void feed(quint16 server, const ChangeLog &log)
    {
        ReplicaTable &table = *replica.table(log.table().schema().id());
        ChangeLog::Walk walk = log.walkFrom(table.token(server), 0);
        for (bool last = false; !last;) {
            const ChangeSet part = log.nextPart(walk, 100'000);
            QVERIFY(table.apply(server, log.table().schema(), part).ok());
            last = part.last;
        }
    }
    Told ask(quint16 server, qint64 from, qint64 to)
    {
        Told told;
        bool answered = false;
        history->read(
            server, from, to, &context,
            [&](const ChangeSet &part) {
                for (const RowGroup &group : part.groups)
                    take(group, told);
            },
            [&](const Result<Spans> &unwatched) {
                told.unwatched = unwatched;
                answered = true;
            });
        if (!QTest::qWaitFor([&] { return answered; }, 30'000))
            told.unwatched = Error { ErrorCode::TimedOut, {} };
        return told;
    }
    static void take(const RowGroup &group, Told &told)
    {
        const auto column = [&](int wanted) { return group.values[group.columns.indexOf(wanted)]; };
        const Column since = column(connections::Since);
        const Column user = column(connections::User);
        const Column ended = column(history::Ended);
        const Column exact = column(history::EndedExact);
        for (qsizetype i = 0; i < group.ids.size(); ++i)
            told.rows.insert(group.ids[i],
                { since.isKnown(i) ? since.number(i) : 0, ended.number(i), exact.flag(i),
                    user.isKnown(i) ? user.text(i).toByteArray() : QByteArray("?") });
    }
    qint64 bytes()
    {
        std::optional<qint64> told;
        history->measure(&context, [&](qint64 bytes) { told = bytes; });
        return QTest::qWaitFor([&] { return told.has_value(); }, 30'000) ? *told : -1;
    }
    qint64 purge()
    {
        std::optional<qint64> told;
        history->purge(&context, [&](qint64 bytes) { told = bytes; });
        return QTest::qWaitFor([&] { return told.has_value(); }, 30'000) ? *told : -1;
    }
    /// What was handed over is on the disk.
    void settle()
    {
        history->flush();
        (void)bytes();
    }

    ManualClock &clock;
    Replica replica;
    std::unique_ptr<LocalHistory> history;
    QSignalSpy problems;
    quint16 one = 0;
    quint16 two = 0;
    QObject context;
};

void put(ChangeLog &log, RowId id, qint64 since, const QByteArray &user)
{
    const ChangeLog::Cell cells[] { { connections::User, user }, { connections::Since, since },
        { connections::ClientAddress, Address::fromV4(quint32(id)) } };
    log.put(id, cells);
}

/// Bytes that stand anywhere below the folder.
bool isOnDisk(const QString &folder, const QByteArray &canary)
{
    for (const QFileInfo &each : QDir(folder).entryInfoList(QDir::Files | QDir::Hidden)) {
        QFile file(each.filePath());
        if (!file.open(QIODevice::ReadOnly) || file.readAll().contains(canary))
            return true;
    }
    return false;
}

} // namespace

class TestLocalHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_clock = ManualClock();
    }
    void keepsWhatEnds();
    void saysWhatItDidNotSee();
    void webmailSessionsEndToo();
    void aServerThatGoesEndsNothing();
    void isAsANaiveListWouldBe();
    void watchedIsWhatWasLive();
    void isWatchedUpToNow();
    void aClockThatJumpsEndsASpan();
    void survivesBeingKilled();
    void run(); ///< no test: what survivesBeingKilled() kills
    void keepsByAge();
    void keepsBySize();
    void whatIsDeletedIsGone();
    void aServerIsForgotten();
    void switchedOffItKeepsNothingNew();
    void aDamagedFileIsMadeAnew();
    void aFolderThatCannotBeWritten();
    void aSecondConsole();
    void nobodyElseMayRead();
    void manyClosesCostLittle();
    void commonSpansAreWhatBothCover();

private:
    QString folder() const { return m_dir->filePath(QStringLiteral("history")); }
    std::unique_ptr<QTemporaryDir> m_dir;
    ManualClock m_clock;
};

void TestLocalHistory::keepsWhatEnds()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    const qint64 start = m_clock.nowUs();
    {
        Run run(folder(), m_clock);
        run.replica.setClockOffsetUs(run.one, Hour); // everything is by the server's clock
        put(log, 1, start + Hour - 50 * Second, "alice");
        put(log, 2, start + Hour - 40 * Second, "bob");
        run.feed(run.one, log);
        m_clock.advanceUs(10 * Second);
        log.remove(1);
        run.feed(run.one, log);
        // At once, though it is not on the disk yet; of that server alone, and of that span.
        const QMap<RowId, Row> expected { { 1,
            { start + Hour - 50 * Second, start + Hour + 10 * Second, true, "alice" } } };
        QCOMPARE(run.ask(run.one, start + Hour, start + 2 * Hour).rows, expected);
        QVERIFY(run.ask(run.one, start + Hour + 10 * Second + 1, start + 2 * Hour).rows.isEmpty());
        QVERIFY(run.ask(run.one, start, start + Hour - 50 * Second).rows.isEmpty());
        QVERIFY(run.ask(run.two, 0, start + 2 * Hour).rows.isEmpty());
        QCOMPARE(run.problems.size(), 0);
    }
    Run later(folder(), m_clock);
    QCOMPARE(later.ask(later.one, 0, start + 2 * Hour).rows.keys(), QList<RowId> { 1 });
}

void TestLocalHistory::saysWhatItDidNotSee()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    const qint64 start = m_clock.nowUs();
    Run run(folder(), m_clock);
    for (RowId id = 1; id <= 4; ++id)
        put(log, id, start - Minute, "user");
    run.feed(run.one, log);
    // It went while the server was away, and the server tells so when it is back.
    m_clock.advanceUs(Minute);
    run.replica.setStale(run.one);
    m_clock.advanceUs(Minute);
    log.remove(1);
    run.feed(run.one, log);
    QCOMPARE(run.ask(run.one, 0, start + Day).rows[1], (Row { start - Minute, start + Minute, false, "user" }));
    // The server starts anew, and does not name it any more.
    run.replica.setStale(run.one);
    m_clock.advanceUs(Minute);
    ChangeLog anew(schemaOf(TableId::Connections), 2);
    for (RowId id = 3; id <= 4; ++id)
        put(anew, id, start - Minute, "user");
    run.feed(run.one, anew);
    QCOMPARE(run.ask(run.one, 0, start + Day).rows[2], (Row { start - Minute, start + 2 * Minute, false, "user" }));
    // News come once a minute.
    run.history->setInterval(TableId::Connections, 60'000);
    m_clock.advanceUs(10 * Minute);
    anew.remove(3);
    run.feed(run.one, anew);
    QCOMPARE(run.ask(run.one, 0, start + Day).rows[3], (Row { start - Minute, start + 12 * Minute, false, "user" }));
    // News come when somebody asks for them.
    run.history->setInterval(TableId::Connections, std::nullopt);
    m_clock.advanceUs(10 * Minute);
    anew.remove(4);
    run.feed(run.one, anew);
    QCOMPARE(run.ask(run.one, 0, start + Day).rows[4], (Row { start - Minute, start + 13 * Minute, false, "user" }));
}

void TestLocalHistory::webmailSessionsEndToo()
{
    ChangeLog log(schemaOf(TableId::Webmail), 1);
    const qint64 start = m_clock.nowUs();
    const ChangeLog::Cell cells[] { { webmail::User, QByteArray("wanda") }, { webmail::Started, start - Hour },
        { webmail::LastActive, start - Minute }, { webmail::Session, QByteArray("key") } };
    log.put(7, cells);
    Run run(folder(), m_clock);
    run.feed(run.one, log);
    m_clock.advanceUs(Minute);
    log.remove(7);
    run.feed(run.one, log);
    // As the agent names it; a webmail is looked at now and then.
    const RowId id = historyId(TableId::Webmail, 7, start - Hour);
    QCOMPARE(run.ask(run.one, 0, start + Day).rows,
        (QMap<RowId, Row> { { id, { start - Hour, start + 50 * Second, false, "wanda" } } }));
}

void TestLocalHistory::aServerThatGoesEndsNothing()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    put(log, 1, m_clock.nowUs(), "alice");
    Run run(folder(), m_clock);
    run.feed(run.one, log);
    run.replica.setStale(run.one);
    run.replica.removeServer(run.one);
    QVERIFY(run.ask(run.one, 0, m_clock.nowUs() + Day).rows.isEmpty());
}

void TestLocalHistory::isAsANaiveListWouldBe()
{
    QRandomGenerator random(20261127);
    const qint64 start = m_clock.nowUs();
    struct Mail {
        std::unique_ptr<ChangeLog> log;
        QMap<RowId, qint64> live; ///< since
        QMap<RowId, Row> truth;
        RowId next = 1;
        bool away = false;
        qint64 lastLook = 0;
    } mail[2];
    quint64 epoch = 0;
    for (Mail &each : mail)
        each.log = std::make_unique<ChangeLog>(schemaOf(TableId::Connections), ++epoch);
    std::unique_ptr<Run> run;
    const auto restart = [&] {
        run.reset();
        run = std::make_unique<Run>(folder(), m_clock);
        run->replica.setClockOffsetUs(run->two, 7 * Minute);
        // As the cache would: the rows, and until when they were true.
        const quint16 numbers[] { run->one, run->two };
        for (int i = 0; i < 2; ++i) {
            run->feed(numbers[i], *mail[i].log);
            mail[i].away = false;
        }
    };
    restart();
    for (int step = 0; step < 250; ++step) {
        m_clock.advanceUs(qint64(1 + random.bounded(90)) * Second);
        const int i = random.bounded(2);
        Mail &each = mail[i];
        const quint16 number = i == 0 ? run->one : run->two;
        const qint64 offset = i == 0 ? 0 : 7 * Minute;
        QList<RowId> gone;
        const auto live = each.live.keys();
        for (const RowId id : live)
            if (random.bounded(5) == 0)
                gone.append(id);
        for (const RowId id : std::as_const(gone)) {
            each.log->remove(id);
            each.truth.insert(id,
                { each.live.take(id), (each.away ? each.lastLook : m_clock.nowUs()) + offset, !each.away,
                    "user" + QByteArray::number(id % 17) });
        }
        for (int n = random.bounded(step % 20 == 0 ? 3000 : 20); n > 0; --n) {
            const qint64 since = m_clock.nowUs() + offset - qint64(random.bounded(int(3 * Hour / Second))) * Second;
            put(*each.log, each.next, since, "user" + QByteArray::number(each.next % 17));
            each.live.insert(each.next++, since);
        }
        run->feed(number, *each.log);
        each.away = false;
        if (random.bounded(6) == 0) {
            run->replica.setStale(number);
            each.away = true;
            each.lastLook = m_clock.nowUs();
        }
        if (random.bounded(3) == 0)
            run->history->flush();
        if (random.bounded(40) == 0)
            restart();
        if (step % 10 != 0)
            continue;
        const qint64 from
            = start + offset - qint64(random.bounded(int(4 * Hour / Second))) * Second + (m_clock.nowUs() - start) / 2;
        const qint64 to = from + qint64(1 + random.bounded(int(2 * Hour / Second))) * Second;
        QMap<RowId, Row> expected;
        for (auto it = each.truth.cbegin(); it != each.truth.cend(); ++it)
            if (wasThere(it->since, it->ended, from, to))
                expected.insert(it.key(), *it);
        QCOMPARE(run->ask(i == 0 ? run->one : run->two, from, to).rows, expected);
    }
    QCOMPARE(run->problems.size(), 0);
}

void TestLocalHistory::watchedIsWhatWasLive()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    const qint64 start = m_clock.nowUs();
    const auto unwatched = [&](Run &run) { return run.ask(run.one, start, start + Hour).unwatched.value(); };
    Run run(folder(), m_clock);
    QCOMPARE(unwatched(run), Spans()); // of the future nothing is said
    m_clock.advanceUs(5 * Minute);
    QCOMPARE(unwatched(run), (Spans { { start, start + 5 * Minute } }));
    run.feed(run.one, log);
    m_clock.advanceUs(10 * Minute);
    run.replica.setStale(run.one); // when the link died, nobody knows so exactly
    m_clock.advanceUs(5 * Minute);
    run.feed(run.one, log);
    m_clock.advanceUs(5 * Minute);
    // Too long between two looks: connections can come and go unseen.
    run.history->setInterval(TableId::Connections, 30'000);
    m_clock.advanceUs(5 * Minute);
    run.history->setInterval(TableId::Connections, 5'000);
    m_clock.advanceUs(5 * Minute);
    const qint64 unsure = LocalHistory::UnsureUs;
    const Spans expected { { start, start + 5 * Minute }, { start + 15 * Minute - unsure, start + 20 * Minute },
        { start + 25 * Minute - unsure, start + 30 * Minute } };
    QCOMPARE(unwatched(run), expected);
    run.history.reset();
    Run later(folder(), m_clock);
    QCOMPARE(unwatched(later), expected + (Spans { { start + 35 * Minute - unsure, start + 35 * Minute } }));
}

void TestLocalHistory::isWatchedUpToNow()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock);
    const qint64 start = m_clock.nowUs();
    run.feed(run.one, log);
    m_clock.advanceUs(Second);
    QCOMPARE(run.ask(run.one, start, m_clock.nowUs()).unwatched.value(), Spans());
    QCOMPARE(run.ask(run.two, start, m_clock.nowUs()).unwatched.value(), (Spans { { start, m_clock.nowUs() } }));
}

void TestLocalHistory::aClockThatJumpsEndsASpan()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock);
    const qint64 start = m_clock.nowUs();
    run.feed(run.one, log);
    m_clock.advanceUs(10 * Minute);
    run.history->flush();
    m_clock.jumpTo(m_clock.nowUs() + 8 * Hour); // or this computer slept
    const qint64 woken = m_clock.nowUs();
    m_clock.advanceUs(Minute);
    QCOMPARE(run.ask(run.one, start, m_clock.nowUs()).unwatched.value(),
        (Spans { { start + 10 * Minute - LocalHistory::UnsureUs, woken + Minute } }));
    m_clock.advanceUs(Minute);
    QCOMPARE(run.ask(run.one, woken + Minute, m_clock.nowUs()).unwatched.value(), Spans());
    // The server's clock is found to be another one.
    run.replica.setClockOffsetUs(run.one, Hour);
    m_clock.advanceUs(Minute);
    QCOMPARE(run.ask(run.one, m_clock.nowUs() + Hour - Minute, m_clock.nowUs() + Hour).unwatched.value(), Spans());
    QVERIFY(!run.ask(run.one, m_clock.nowUs() + Minute, m_clock.nowUs() + Hour).unwatched.value().isEmpty());
}

void TestLocalHistory::run()
{
    const QString path = qEnvironmentVariable("MAILHELM_TEST_HISTORY");
    if (path.isEmpty())
        return;
    // Ten rows a batch, all of which are called as the batch is.
    Run run(path, m_clock);
    ChangeLog log(schemaOf(TableId::Connections), 1);
    QSignalSpy flushed(run.history.get(), &LocalHistory::flushed);
    for (qint64 n = 1; n < 1'000'000; ++n) {
        for (RowId id = 1; id <= 10; ++id)
            put(log, RowId(n) * 100 + id, m_clock.nowUs() - Hour, QByteArray::number(n));
        run.feed(run.one, log);
        for (RowId id = 1; id <= 10; ++id)
            log.remove(RowId(n) * 100 + id);
        run.feed(run.one, log);
        run.history->flush();
        QVERIFY(!flushed.isEmpty() || flushed.wait(10'000));
        if (!flushed.takeFirst().first().toBool())
            return;
        std::cout << n << std::endl;
    }
}

void TestLocalHistory::survivesBeingKilled()
{
    QRandomGenerator random(9);
    qint64 most = 0;
    for (int round = 0; round < 4; ++round) {
        QProcess victim;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("MAILHELM_TEST_HISTORY"), folder());
        victim.setProcessEnvironment(environment);
        victim.start(QCoreApplication::applicationFilePath(), { QStringLiteral("run"), QStringLiteral("-silent") });
        QByteArray out;
        QTRY_VERIFY_WITH_TIMEOUT((out += victim.readAllStandardOutput()).contains("\n3\n"), 20'000);
        QTest::qWait(random.bounded(120));
        ::kill(pid_t(victim.processId()), SIGKILL);
        QVERIFY(victim.waitForFinished());
        out += victim.readAllStandardOutput();
        qint64 told = 0;
        for (const QByteArray &line : out.split('\n'))
            if (bool ok = false; line.toLongLong(&ok) > told && ok)
                told = line.toLongLong();
        Run run(folder(), m_clock);
        QMap<QByteArray, int> batches;
        for (const Row &row : run.ask(run.one, 0, m_clock.nowUs() + Day).rows)
            ++batches[row.user];
        for (qint64 n = 1; n <= told; ++n)
            QCOMPARE(batches.value(QByteArray::number(n)), 10);
        for (const int rows : std::as_const(batches))
            QCOMPARE(rows, 10); // never half of one
        QCOMPARE(run.problems.size(), 0);
        most = std::max(most, told);
    }
    QVERIFY(most >= 3);
}

void TestLocalHistory::keepsByAge()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    const auto oneEnds = [&](Run &run, RowId id, const QByteArray &user) {
        put(log, id, m_clock.nowUs() - Minute, user);
        run.feed(run.one, log);
        log.remove(id);
        run.feed(run.one, log);
        run.settle();
    };
    {
        Run run(folder(), m_clock);
        oneEnds(run, 1, "canary-of-old");
        m_clock.advanceUs(20 * Day);
        oneEnds(run, 2, "canary-of-late");
        QCOMPARE(run.ask(run.one, 0, m_clock.nowUs() + Day).rows.keys(), (QList<RowId> { 1, 2 }));
        QVERIFY(isOnDisk(folder(), "canary-of-old") || run.bytes() > 0); // packed: not to be read by eye
        // A shorter time is heeded at once.
        run.history->setKeepDays(10);
        QCOMPARE(run.ask(run.one, 0, m_clock.nowUs() + Day).rows.keys(), QList<RowId> { 2 });
        const Spans unwatched = run.ask(run.one, 0, m_clock.nowUs()).unwatched.value();
        QCOMPARE(unwatched.first().fromUs, 0);
        QVERIFY(unwatched.first().toUs >= m_clock.nowUs() - 10 * Day); // of those days nothing is known any more
    }
    // And at the next start, weeks later: no matter for how long it runs.
    m_clock.advanceUs(31 * Day);
    Run later(folder(), m_clock);
    QVERIFY(later.ask(later.one, 0, m_clock.nowUs() + Day).rows.isEmpty());
    // A longer time brings nothing back.
    later.history->setKeepDays(3650);
    QVERIFY(later.ask(later.one, 0, m_clock.nowUs() + Day).rows.isEmpty());
}

void TestLocalHistory::keepsBySize()
{
    constexpr qint64 Most = 2 << 20;
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock, Most);
    QRandomGenerator random(5);
    RowId id = 0;
    for (int batch = 0; batch < 30; ++batch) {
        const RowId first = id + 1;
        for (int i = 0; i < 5000; ++i)
            put(log, ++id, m_clock.nowUs() - Second,
                "user" + QByteArray::number(random.generate64(), 36) + "@example.org"); // deflates badly
        run.feed(run.one, log);
        for (RowId gone = first; gone <= id; ++gone)
            log.remove(gone);
        run.feed(run.one, log);
        m_clock.advanceUs(Minute);
        run.settle();
        QVERIFY2(run.bytes() <= Most * 5 / 4, qPrintable(QString::number(run.bytes())));
    }
    const Told told = run.ask(run.one, 0, m_clock.nowUs());
    QVERIFY(told.rows.size() > 10'000 && told.rows.size() < 100'000);
    QVERIFY(told.rows.contains(id)); // the oldest went
    QVERIFY(!told.rows.contains(1));
    QCOMPARE(run.problems.size(), 0);
}

void TestLocalHistory::whatIsDeletedIsGone()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock);
    const auto canary = [&](quint16 server, RowId id) {
        // Too random to be deflated: it stands in the file as it is.
        put(log, id, m_clock.nowUs(), "canary-5f0e9c7a31d8");
        run.feed(server, log);
        log.remove(id);
        run.feed(server, log);
    };
    canary(run.one, 1);
    run.settle();
    canary(run.two, 2);
    run.settle();
    QVERIFY(run.bytes() > 0);
    QCOMPARE(QDir(folder()).entryList({ QStringLiteral("*.db") }).size(), 2);
    canary(run.one, 3); // not written yet
    QFile(folder() + QStringLiteral("/x.db.damaged")).open(QIODevice::WriteOnly);
    QCOMPARE(run.purge(), 0);
    QVERIFY(QDir(folder()).isEmpty(QDir::Files | QDir::Hidden));
    QVERIFY(run.ask(run.one, 0, m_clock.nowUs() + Day).rows.isEmpty());
    // It goes on, from then on.
    m_clock.advanceUs(Minute);
    canary(run.one, 4);
    QCOMPARE(run.ask(run.one, 0, m_clock.nowUs() + Day).rows.keys(), QList<RowId> { 4 });
    const Spans unwatched = run.ask(run.one, m_clock.nowUs() - Hour, m_clock.nowUs()).unwatched.value();
    QCOMPARE(unwatched, (Spans { { m_clock.nowUs() - Hour, m_clock.nowUs() - Minute } }));
}

void TestLocalHistory::aServerIsForgotten()
{
    {
        Run run(folder(), m_clock);
        for (const quint16 server : { run.one, run.two }) {
            ChangeLog log(schemaOf(TableId::Connections), server);
            put(log, 1, m_clock.nowUs(), "alice");
            run.feed(server, log);
            log.remove(1);
            run.feed(server, log);
            run.settle();
        }
        QCOMPARE(QDir(folder()).entryList({ QStringLiteral("*.db") }).size(), 2);
        run.history->forget(pinOf(0));
        QVERIFY(run.bytes() > 0);
        QCOMPARE(QDir(folder()).entryList({ QStringLiteral("*.db*") }).filter(QString::fromLatin1(pinOf(0).toText())),
            QStringList());
        QVERIFY(run.ask(run.one, 0, m_clock.nowUs() + Day).rows.isEmpty());
        QCOMPARE(run.ask(run.two, 0, m_clock.nowUs() + Day).rows.size(), 1);
    }
    // One that was removed while no console ran.
    Replica replica(m_clock);
    LocalHistory history(replica, folder());
    history.attach(replica.addServer("mx1"), pinOf(0));
    history.forgetOthers();
    QTRY_VERIFY(QDir(folder()).isEmpty(QDir::Files | QDir::Hidden));
}

void TestLocalHistory::switchedOffItKeepsNothingNew()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock, LocalHistory::MostBytes, 0);
    const auto end = [&](RowId id) {
        put(log, id, m_clock.nowUs(), "alice");
        run.feed(run.one, log);
        log.remove(id);
        run.feed(run.one, log);
    };
    end(1);
    m_clock.advanceUs(Hour);
    QVERIFY(run.ask(run.one, 0, m_clock.nowUs()).rows.isEmpty());
    run.settle();
    QVERIFY(!QDir(folder()).exists()); // not even that
    run.history->setKeepDays(30);
    end(2);
    run.history->setKeepDays(0);
    const qint64 off = m_clock.nowUs();
    end(3);
    m_clock.advanceUs(50 * Day); // what is there stays until somebody deletes it
    QCOMPARE(run.ask(run.one, 0, m_clock.nowUs()).rows.keys(), QList<RowId> { 2 });
    QCOMPARE(run.ask(run.one, off, m_clock.nowUs()).unwatched.value(), (Spans { { off, m_clock.nowUs() } }));
    QCOMPARE(run.purge(), 0);
    QVERIFY(run.ask(run.one, 0, m_clock.nowUs()).rows.isEmpty());
}

void TestLocalHistory::aDamagedFileIsMadeAnew()
{
    QDir().mkpath(folder());
    QFile broken(folder() + u'/' + QString::fromLatin1(pinOf(0).toText()) + QStringLiteral(".db"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write(QByteArray("this is no database at all\n").repeated(500));
    broken.close();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("was damaged")));
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock);
    put(log, 1, m_clock.nowUs(), "alice");
    run.feed(run.one, log);
    log.remove(1);
    run.feed(run.one, log);
    QCOMPARE(run.ask(run.one, 0, m_clock.nowUs() + Day).rows.keys(), QList<RowId> { 1 });
    QCOMPARE(run.problems.size(), 1); // said once
    QCOMPARE(run.purge(), 0);
}

void TestLocalHistory::aFolderThatCannotBeWritten()
{
    QFile inTheWay(folder());
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock);
    put(log, 1, m_clock.nowUs(), "alice");
    run.feed(run.one, log);
    log.remove(1);
    run.feed(run.one, log);
    run.settle();
    QCOMPARE(run.problems.size(), 1);
    QVERIFY2(run.problems.first().first().toString().contains(QStringLiteral("cannot be written")),
        qPrintable(run.problems.first().first().toString()));
    QVERIFY(!run.ask(run.one, 0, m_clock.nowUs() + Day).unwatched); // and whoever asks hears so
    // Once it can, what was kept in memory is there.
    inTheWay.remove();
    put(log, 2, m_clock.nowUs(), "bob");
    run.feed(run.one, log);
    log.remove(2);
    run.feed(run.one, log);
    QCOMPARE(run.ask(run.one, 0, m_clock.nowUs() + Day).rows.keys(), (QList<RowId> { 1, 2 }));
}

void TestLocalHistory::aSecondConsole()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run first(folder(), m_clock);
    put(log, 1, m_clock.nowUs(), "alice");
    first.feed(first.one, log);
    log.remove(1);
    first.feed(first.one, log);
    first.settle();
    Run second(folder(), m_clock);
    QVERIFY(!second.ask(second.one, 0, m_clock.nowUs() + Day).unwatched);
    QVERIFY(second.problems.size() > 0);
    QCOMPARE(first.ask(first.one, 0, m_clock.nowUs() + Day).rows.keys(), QList<RowId> { 1 });
    QCOMPARE(first.problems.size(), 0);
}

void TestLocalHistory::nobodyElseMayRead()
{
    const mode_t old = ::umask(022);
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock);
    put(log, 1, m_clock.nowUs(), "alice");
    run.feed(run.one, log);
    log.remove(1);
    run.feed(run.one, log);
    run.settle();
    ::umask(old);
    struct stat status {
    };
    QCOMPARE(::stat(QFile::encodeName(folder()).constData(), &status), 0);
    QCOMPARE(int(status.st_mode & 0777), 0700);
    const auto files = QDir(folder()).entryInfoList(QDir::Files | QDir::Hidden);
    QVERIFY(files.size() >= 2); // what is written ahead, too
    for (const QFileInfo &file : files) {
        QCOMPARE(::stat(QFile::encodeName(file.filePath()).constData(), &status), 0);
        QCOMPARE(int(status.st_mode & 0777), 0600);
    }
}

/// No row is lost where as many end as a busy host has in a minute; how fast is the bench's to say.
void TestLocalHistory::manyClosesCostLittle()
{
    ChangeLog log(schemaOf(TableId::Connections), 1);
    Run run(folder(), m_clock);
    RowId id = 0;
    for (int second = 0; second < 30; ++second) {
        const RowId first = id + 1;
        for (int i = 0; i < 2000; ++i) {
            ++id;
            put(log, id, m_clock.nowUs() - Second, "user" + QByteArray::number(id % 5000));
        }
        run.feed(run.one, log);
        for (RowId gone = first; gone <= id; ++gone)
            log.remove(gone);
        run.feed(run.one, log);
        m_clock.advanceUs(Second);
        if (second % 5 == 4)
            run.history->flush();
    }
    QCOMPARE(run.ask(run.one, 0, m_clock.nowUs()).rows.size(), 60'000);
    QVERIFY(run.bytes() < 60'000 * 100);
    QVERIFY(run.ask(run.one, 0, m_clock.nowUs()).unwatched.value().size() == 1); // before it began
}

void TestLocalHistory::commonSpansAreWhatBothCover()
{
    QRandomGenerator random(4);
    const auto some = [&] {
        Spans spans;
        for (qint64 at = random.bounded(5); at < 40; at += 1 + random.bounded(6)) {
            const qint64 to = at + 1 + random.bounded(6);
            spans.append({ at, to });
            at = to;
        }
        return spans;
    };
    const auto covers = [](const Spans &spans, qint64 at) {
        return std::any_of(spans.begin(), spans.end(), [&](const Span &s) { return s.fromUs <= at && at < s.toUs; });
    };
    for (int i = 0; i < 500; ++i) {
        const Spans one = some();
        const Spans other = some();
        const Spans both = commonSpans(one, other);
        for (qint64 at = 0; at < 60; ++at)
            QCOMPARE(covers(both, at), covers(one, at) && covers(other, at));
        for (qsizetype n = 1; n < both.size(); ++n)
            QVERIFY(both[n].fromUs >= both[n - 1].toUs);
        QCOMPARE(commonSpans(one, {}), Spans());
    }
}

QTEST_GUILESS_MAIN(TestLocalHistory)
#include "tst_localhistory.moc"
