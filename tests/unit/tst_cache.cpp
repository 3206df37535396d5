// SPDX-License-Identifier: GPL-3.0-or-later
// The cache: what is read back is one true state with the token that belongs to it, whatever happened to the program or
// the file.
#include "core/client/cache.h"
#include "core/client/replica.h"
#include "core/net/identity.h"
#include "core/table/changelog.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
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

namespace
{

using Row = QList<Value>;
using Rows = QMap<RowId, Row>;

const Pin &pinOf(int n)
{
    static const QList<Pin> pins { Identity::make(QStringLiteral("one")).value().pin(),
        Identity::make(QStringLiteral("two")).value().pin() };
    return pins[n];
}

Rows rowsOf(const Table &table, quint16 server, int columns)
{
    Rows out;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
        if (!table.isLive(slot) || table.keyAt(slot).server != server)
            continue;
        Row row;
        for (int c = 0; c < columns; ++c)
            row.append(table.column(c).value(slot));
        out.insert(table.keyAt(slot).id, row);
    }
    return out;
}

/// A program's run: a replica with two servers and its cache.
struct Run {
    explicit Run(
        const QString &file, const QList<Pin> &pins = { pinOf(0), pinOf(1) }, std::chrono::milliseconds every = 1h)
        : replica(clock)
        , cache(std::make_unique<Cache>(replica, file, every))
        , loaded(cache.get(), &Cache::loaded)
        , saved(cache.get(), &Cache::saved)
        , problems(cache.get(), &Cache::problem)
    {
        one = replica.addServer("mx1");
        two = replica.addServer("mx2");
        cache->attach(one, pins[0]);
        cache->attach(two, pins[1]);
        cache->load();
    }
    [[nodiscard]] bool wait() { return loaded.size() > 0 || loaded.wait(10'000); }
    [[nodiscard]] bool save()
    {
        const qsizetype before = saved.size();
        cache->saveNow();
        return saved.size() > before || saved.wait(10'000);
    }
    ReplicaTable &table() { return *replica.table(TableId::Connections); }
    Rows rows(quint16 server) { return rowsOf(table().table(), server, table().serverColumn()); }
    void feed(quint16 server, const ChangeLog &log)
    {
        ChangeLog::Walk walk = log.walkFrom(table().token(server), 0);
        for (bool last = false; !last;) {
            const ChangeSet part = log.nextPart(walk, 100'000);
            QVERIFY(table().apply(server, log.table().schema(), part).ok());
            last = part.last;
        }
    }

    ManualClock clock;
    Replica replica;
    std::unique_ptr<Cache> cache;
    QSignalSpy loaded;
    QSignalSpy saved;
    QSignalSpy problems;
    quint16 one = 0;
    quint16 two = 0;
};

struct Truth {
    explicit Truth(quint64 epoch)
        : log(schemaOf(TableId::Connections), epoch)
    {
    }
    void shake(QRandomGenerator &random, int times, int ids = 5000)
    {
        for (int i = 0; i < times; ++i) {
            const RowId id = 1 + random.bounded(quint32(ids));
            if (random.bounded(5) == 0) {
                log.remove(id);
                continue;
            }
            const ChangeLog::Cell cells[] { { connections::User, "user" + QByteArray::number(random.bounded(300)) },
                { connections::Since, qint64(random.bounded(1'000'000)) },
                { connections::Secure, random.bounded(2) == 1 },
                { connections::ClientAddress, Address::fromV4(random.generate()) },
                { connections::Info, random.bounded(2) ? Value() : Value(QByteArray("")) } };
            log.put(id, cells);
        }
    }
    Rows rows() const { return rowsOf(log.table(), 0, log.table().schema().columnCount()); }
    ChangeLog log;
};

} // namespace

class TestCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void comesBackStale();
    void savesOnlyWhatChanged();
    void followsChangesRunAfterRun();
    void isPrivate();
    void leavesLiveRowsAlone();
    void forgets();
    void savesAtTheEnd();
    void savesByItself();
    void isRebuiltWhenDamaged_data();
    void isRebuiltWhenDamaged();
    void isRebuiltWhenOfAnotherVersion();
    void survivesDamageAnywhere();
    void survivesBeingKilled();
    void isOneProgramsAtATime();
    void aDeadDiskDisturbsNothing();
    void run(); ///< no test: what survivesBeingKilled() kills

private:
    QString file() const { return m_dir->path() + QStringLiteral("/cache.sqlite"); }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestCache::comesBackStale()
{
    QRandomGenerator random(1);
    Truth first(10);
    Truth second(20);
    first.shake(random, 6000);
    second.shake(random, 50);
    {
        Run run(file());
        QVERIFY(run.wait());
        run.feed(run.one, first.log);
        run.feed(run.two, second.log);
        QVERIFY(run.save());
        QCOMPARE(run.problems.size(), 0);
    }
    Run run(file(), { pinOf(1), pinOf(0) }); // other numbers: the pin says who is who
    QVERIFY(run.wait());
    QCOMPARE(run.rows(run.two), first.rows());
    QCOMPARE(run.rows(run.one), second.rows());
    QCOMPARE(run.table().token(run.two), (ResumeToken { 10, first.log.revision() }));
    QCOMPARE(run.table().freshness(run.two).state, Freshness::State::Stale);
    QCOMPARE(run.table().freshness(run.two).asOfUs, ManualClock().nowUs());
}

void TestCache::savesOnlyWhatChanged()
{
    QRandomGenerator random(1);
    Truth truth(10);
    truth.shake(random, 20'000, 20'000);
    Run run(file());
    QVERIFY(run.wait());
    run.feed(run.one, truth.log);
    QVERIFY(run.save());
    const auto written = [this] { return QFileInfo(file() + QStringLiteral("-wal")).size(); };
    const qint64 whole = written();
    const ChangeLog::Cell cell[] { { connections::User, QByteArray("somebody else") } };
    truth.log.put(rowsOf(truth.log.table(), 0, 1).firstKey(), cell);
    run.feed(run.one, truth.log);
    QVERIFY(run.save());
    QVERIFY2(written() - whole < whole / 3,
        qPrintable(QStringLiteral("%1 after %2").arg(QString::number(written()), QString::number(whole))));
}

void TestCache::followsChangesRunAfterRun()
{
    QRandomGenerator random(2);
    Truth truth(10);
    truth.shake(random, 4000);
    for (int round = 0; round < 6; ++round) {
        Run run(file());
        QVERIFY(run.wait());
        for (int step = 0; step < 4; ++step) {
            truth.shake(random, 300);
            run.feed(run.one, truth.log);
            QVERIFY(run.save());
        }
        run.cache.reset();
        Run next(file());
        QVERIFY(next.wait());
        QCOMPARE(next.rows(next.one), truth.rows());
        QCOMPARE(next.table().token(next.one), (ResumeToken { 10, truth.log.revision() }));
    }
}

void TestCache::isPrivate()
{
    const mode_t old = ::umask(022);
    Truth truth(10);
    QRandomGenerator random(1);
    truth.shake(random, 100);
    Run run(file());
    QVERIFY(run.wait());
    run.feed(run.one, truth.log);
    QVERIFY(run.save());
    ::umask(old);
    const auto files = QDir(m_dir->path()).entryList({ QStringLiteral("cache.sqlite*") }, QDir::Files);
    QVERIFY(files.size() >= 2); // the journal too
    for (const QString &name : files) {
        struct stat status {
        };
        QCOMPARE(::stat(QFile::encodeName(m_dir->filePath(name)).constData(), &status), 0);
        QCOMPARE(int(status.st_mode & 0777), 0600);
    }
}

void TestCache::leavesLiveRowsAlone()
{
    QRandomGenerator random(1);
    Truth old(10);
    old.shake(random, 100);
    {
        Run run(file());
        QVERIFY(run.wait());
        run.feed(run.one, old.log);
    }
    Truth fresh(11);
    fresh.shake(random, 100);
    Run run(file());
    run.feed(run.one, fresh.log); // the link was faster than the disk
    QVERIFY(run.wait());
    QCOMPARE(run.rows(run.one), fresh.rows());
    QCOMPARE(run.table().freshness(run.one).state, Freshness::State::Live);
}

void TestCache::forgets()
{
    Truth truth(10);
    const ChangeLog::Cell cell[] { { connections::User, QByteArray("canary-of-the-cache") } };
    truth.log.put(1, cell);
    {
        Run run(file());
        QVERIFY(run.wait());
        run.feed(run.one, truth.log);
        run.feed(run.two, truth.log);
        QVERIFY(run.save());
        run.cache->forget(pinOf(0));
        run.replica.removeServer(run.one);
        run.cache->forget(pinOf(1));
        run.replica.removeServer(run.two);
    }
    for (const QString &name : QDir(m_dir->path()).entryList(QDir::Files)) {
        QFile each(m_dir->filePath(name));
        QVERIFY(each.open(QIODevice::ReadOnly));
        QVERIFY(!each.readAll().contains("canary-of-the-cache"));
    }
    Run run(file());
    QVERIFY(run.wait());
    QCOMPARE(run.table().rowCount(run.one), 0);
}

void TestCache::savesAtTheEnd()
{
    Truth truth(10);
    QRandomGenerator random(1);
    truth.shake(random, 100);
    {
        Run run(file());
        QVERIFY(run.wait());
        run.feed(run.one, truth.log);
    }
    Run run(file());
    QVERIFY(run.wait());
    QCOMPARE(run.rows(run.one), truth.rows());
}

void TestCache::savesByItself()
{
    Truth truth(10);
    QRandomGenerator random(1);
    truth.shake(random, 100);
    Run run(file(), { pinOf(0), pinOf(1) }, 50ms);
    QVERIFY(run.wait());
    run.feed(run.one, truth.log);
    QTRY_COMPARE(run.saved.size(), 1);
    QTest::qWait(200);
    QCOMPARE(run.saved.size(), 1); // nothing changed: nothing is written
}

void TestCache::isRebuiltWhenDamaged_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << QByteArray("this is no database at all\n").repeated(500);
    QTest::newRow("zeros after the header") << QByteArray("SQLite format 3\0", 16) + QByteArray(8192, '\0');
}

void TestCache::isRebuiltWhenDamaged()
{
    QFETCH(QByteArray, bytes);
    QFile broken(file());
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write(bytes);
    broken.close();
    Truth truth(10);
    QRandomGenerator random(1);
    truth.shake(random, 100);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("made anew")));
    {
        Run run(file());
        QVERIFY(run.wait());
        QCOMPARE(run.problems.size(), 1); // said once
        run.feed(run.one, truth.log);
        QVERIFY(run.save());
    }
    Run run(file());
    QVERIFY(run.wait());
    QCOMPARE(run.problems.size(), 0);
    QCOMPARE(run.rows(run.one), truth.rows());
}

void TestCache::isRebuiltWhenOfAnotherVersion()
{
    {
        Run run(file());
        QVERIFY(run.wait());
    }
    QFile header(file()); // user_version: 4 bytes at offset 60 (sqlite.org/fileformat.html)
    QVERIFY(header.open(QIODevice::ReadWrite));
    header.seek(60);
    header.write(QByteArray("\0\0\0\x63", 4));
    header.close();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("version 99.*made anew")));
    Run run(file());
    QVERIFY(run.wait());
    QCOMPARE(run.problems.size(), 1);
}

void TestCache::survivesDamageAnywhere()
{
    Truth truth(10);
    QRandomGenerator random(4);
    truth.shake(random, 3000);
    {
        Run run(file());
        QVERIFY(run.wait());
        run.feed(run.one, truth.log);
    }
    QFile good(file());
    QVERIFY(good.open(QIODevice::ReadOnly));
    const QByteArray bytes = good.readAll();
    good.close();
    int rebuilt = 0;
    constexpr qsizetype Page = 4096;
    for (qsizetype page = 0; page < bytes.size() / Page; page += 1 + page / 16) {
        QByteArray damaged = bytes;
        for (int i = 0; i < 64; ++i)
            damaged[page * Page + random.bounded(int(Page))] = char(random.bounded(256));
        QFile bad(file());
        QVERIFY(bad.open(QIODevice::WriteOnly | QIODevice::Truncate));
        bad.write(damaged);
        bad.close();
        QFile::remove(file() + QStringLiteral("-wal"));
        Run run(file());
        QVERIFY(run.wait()); // never hangs, never crashes; whatever it shows, the next snapshot sets right
        rebuilt += run.problems.size() > 0;
        run.table().dropToken(run.one);
        run.feed(run.one, truth.log);
        QCOMPARE(run.rows(run.one), truth.rows());
        QVERIFY(run.save());
    }
    QVERIFY(rebuilt > 0);
}

void TestCache::run()
{
    const QString path = qEnvironmentVariable("MAILHELM_TEST_CACHE");
    if (path.isEmpty())
        return;
    Run run(path, { Pin({ 1 }), Pin({ 2 }) });
    QVERIFY(run.wait());
    // Every row of revision n says n: a state in which two rows differ, or differ from the token, never was.
    for (qint64 n = 1; n < 1'000'000; ++n) {
        ChangeLog log(schemaOf(TableId::Connections), quint64(n));
        for (RowId id = 1; id <= 3000; ++id) {
            const ChangeLog::Cell cells[] { { connections::Port, n } };
            log.put(id, cells);
        }
        run.feed(run.one, log);
        if (!run.save())
            return;
        std::cout << n << std::endl;
    }
}

void TestCache::survivesBeingKilled()
{
    qint64 before = 0;
    QRandomGenerator random(9);
    for (int round = 0; round < 6; ++round) {
        QProcess victim;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("MAILHELM_TEST_CACHE"), file());
        victim.setProcessEnvironment(environment);
        victim.start(QCoreApplication::applicationFilePath(), { QStringLiteral("run"), QStringLiteral("-silent") });
        QByteArray out;
        QTRY_VERIFY_WITH_TIMEOUT((out += victim.readAllStandardOutput()).contains("\n2\n"), 20'000);
        QTest::qWait(random.bounded(120));
        ::kill(pid_t(victim.processId()), SIGKILL);
        QVERIFY(victim.waitForFinished());
        out += victim.readAllStandardOutput();
        qint64 told = 0; // the last save that was known to have been made
        for (const QByteArray &line : out.split('\n'))
            if (bool ok = false; line.toLongLong(&ok) > told && ok)
                told = line.toLongLong();
        Run run(file(), { Pin({ 1 }), Pin({ 2 }) });
        QVERIFY(run.wait());
        QCOMPARE(run.problems.size(), 0);
        QCOMPARE(run.table().rowCount(run.one), 3000);
        const qint64 epoch = qint64(run.table().token(run.one).epoch);
        QVERIFY(epoch >= told);
        for (const Row &row : run.rows(run.one))
            QCOMPARE(row[connections::Port], Value(epoch));
        before = std::max(before, epoch);
    }
    QVERIFY(before >= 2);
}

void TestCache::isOneProgramsAtATime()
{
    Truth truth(10);
    QRandomGenerator random(1);
    truth.shake(random, 100);
    Run first(file());
    QVERIFY(first.wait());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("in use by another program")));
    Run second(file());
    QVERIFY(second.wait());
    QCOMPARE(second.problems.size(), 1);
    second.feed(second.one, truth.log); // works on without
    QVERIFY(second.save());
    QCOMPARE(second.rows(second.one), truth.rows());
    first.feed(first.one, truth.log);
    QVERIFY(first.save());
    QCOMPARE(first.problems.size(), 0);
}

void TestCache::aDeadDiskDisturbsNothing()
{
    Truth truth(10);
    QRandomGenerator random(1);
    truth.shake(random, 100);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot be written")));
    Run run(m_dir->path() + QStringLiteral("/no/such/folder/cache.sqlite"));
    QVERIFY(run.wait());
    QCOMPARE(run.problems.size(), 1);
    run.feed(run.one, truth.log);
    QVERIFY(run.save());
    QVERIFY(run.save());
    QCOMPARE(run.problems.size(), 1); // once
    QCOMPARE(run.rows(run.one), truth.rows());
    QElapsedTimer timer;
    timer.start();
    run.cache.reset();
    QVERIFY(timer.elapsed() < 2000);
}

QTEST_GUILESS_MAIN(TestCache)
#include "tst_cache.moc"
