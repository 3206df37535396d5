// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/audit.h"
#include "core/agent/statelock.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

#include <csignal>

using namespace mailhelm;

namespace
{

/// Runs SQL on the agent's database from outside, as a person with sqlite3 would.
void withDatabase(const QString &file, const QString &sql)
{
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("outside"));
        database.setDatabaseName(file);
        QVERIFY(database.open());
        QSqlQuery query(database);
        QVERIFY2(query.exec(sql), qPrintable(sql));
    }
    QSqlDatabase::removeDatabase(QStringLiteral("outside"));
}

struct World {
    World()
        : registry(7, RowIds("boot", QByteArray(32, 'k')))
    {
    }

    Result<void> open(const QString &folder)
    {
        Result<void> opened = store.open(folder);
        audit = std::make_unique<Audit>(store, registry, clock);
        return opened;
    }
    /// Column `column` of the row of entry `number`.
    [[nodiscard]] QByteArray cell(qint64 number, int column) const
    {
        const Table &table = registry.log(TableId::Audit)->table();
        const Table::Slot slot = table.slotOf({ 0, registry.ids().ofKey("audit", QByteArray::number(number)) });
        return slot == Table::NoSlot ? QByteArray("(no row)") : table.column(column).text(slot).toByteArray();
    }
    [[nodiscard]] qsizetype rows() const { return registry.log(TableId::Audit)->table().rowCount(); }

    ManualClock clock;
    Registry registry;
    Store store;
    std::unique_ptr<Audit> audit;
};

} // namespace

/// What was done is written down before it is done, and stays.
class TestAudit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void writtenAhead();
    void whatACrashLeftIsUnknown();
    void numbersNeverComeBack();
    void whatCannotBeWrittenIsRefused();
    void onlyTheNewestAreShown();
    void anyBytes();

    void valuesAndStarts();
    void theDatabaseIsPrivate();
    void aNewerVersionIsRefused();
    void aDamagedDatabaseIsRefused();
    void damageInsideIsNotTakenForNothing();
    void oneAgentAStateFolder();
    void itSurvivesKill();

private:
    QString file() const { return m_folder->filePath(QStringLiteral("mailhelmd.db")); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestAudit::writtenAhead()
{
    World world;
    QVERIFY(world.open(m_folder->path()));
    Result<QList<AuditEntry>> begun = world.audit->begin("erika", "drop", { "one", "two", "three" });
    QVERIFY(begun);
    QCOMPARE(begun.value().size(), 3);
    QCOMPARE(world.cell(2, audit::Target), QByteArray("two"));
    QCOMPARE(world.cell(2, audit::Outcome), QByteArray("pending"));
    {
        World other; // before the deed it is on the disk, not only in memory
        QVERIFY(other.open(m_folder->path()));
        const QList<AuditEntry> stored = other.store.newest(10).value();
        QCOMPARE(stored.size(), 3);
        QCOMPARE(stored[0].target, QByteArray("one"));
        QCOMPARE(stored[2].outcome, QByteArray("pending"));
    }
    QList<AuditEntry> entries = begun.value();
    entries[0].outcome = "done";
    entries[1].outcome = "gone";
    entries[2].outcome = "refused";
    entries[2].detail = "because";
    world.audit->complete(entries);
    QCOMPARE(world.cell(1, audit::Outcome), QByteArray("done"));
    QCOMPARE(world.cell(2, audit::Outcome), QByteArray("gone"));
    QCOMPARE(world.cell(3, audit::Detail), QByteArray("because"));
    QCOMPARE(world.rows(), 3);
    QCOMPARE(world.store.newest(10).value()[2].detail, QByteArray("because"));
}

void TestAudit::whatACrashLeftIsUnknown()
{
    {
        World world;
        QVERIFY(world.open(m_folder->path()));
        QVERIFY(world.audit->begin("erika", "drop", { "never finished" }));
        world.audit->note("otto", "enrol", "a key", "done", "as viewer");
    }
    World world;
    QVERIFY(world.open(m_folder->path()));
    QVERIFY(world.audit->load());
    QCOMPARE(world.rows(), 2);
    QCOMPARE(world.cell(1, audit::Outcome), QByteArray("unknown"));
    QVERIFY(world.cell(1, audit::Detail).contains("ended before"));
    QCOMPARE(world.cell(2, audit::Outcome), QByteArray("done"));
    QCOMPARE(world.store.newest(10).value()[0].outcome, QByteArray("unknown")); // also in the database
}

void TestAudit::numbersNeverComeBack()
{
    {
        World world;
        QVERIFY(world.open(m_folder->path()));
        for (int i = 0; i < 3; ++i)
            world.audit->note("erika", "drop", QByteArray::number(i), "done", {});
    }
    withDatabase(file(), QStringLiteral("DELETE FROM audit WHERE number = 3"));
    World world;
    QVERIFY(world.open(m_folder->path()));
    QVERIFY(world.audit->load());
    const Result<QList<AuditEntry>> next = world.audit->begin("erika", "drop", { "x" });
    QCOMPARE(next.value().first().number, 4);
}

void TestAudit::whatCannotBeWrittenIsRefused()
{
    World world;
    QVERIFY(world.open(m_folder->path()));
    world.audit->note("erika", "drop", "before", "done", {});
    withDatabase(file(),
        QStringLiteral("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, 'disk full'); END"));
    const Result<QList<AuditEntry>> begun = world.audit->begin("erika", "drop", { "one", "two" });
    QVERIFY(!begun);
    QCOMPARE(begun.error().code, ErrorCode::Io);
    QVERIFY2(begun.error().detail.contains(QStringLiteral("disk full")), qPrintable(begun.error().detail));
    QVERIFY(begun.error().detail.contains(file()));
    QCOMPARE(world.rows(), 1); // nothing is shown that is not written
    withDatabase(file(), QStringLiteral("DROP TRIGGER full"));
    QVERIFY(world.audit->begin("erika", "drop", { "one" })); // and no transaction was left open
    QCOMPARE(world.store.newest(10).value().size(), 2);
}

void TestAudit::onlyTheNewestAreShown()
{
    World world;
    QVERIFY(world.open(m_folder->path()));
    QList<QByteArray> targets;
    for (int i = 0; i < Audit::RowsShown; ++i)
        targets.append(QByteArray::number(i));
    QVERIFY(world.audit->begin("erika", "drop", targets));
    QVERIFY(world.audit->begin("erika", "drop", { "newest" }));
    QCOMPARE(world.rows(), Audit::RowsShown);
    QCOMPARE(world.cell(1, audit::Target), QByteArray("(no row)"));
    QCOMPARE(world.cell(Audit::RowsShown + 1, audit::Target), QByteArray("newest"));

    World again;
    QVERIFY(again.open(m_folder->path()));
    QVERIFY(again.audit->load());
    QCOMPARE(again.rows(), Audit::RowsShown);
    QCOMPARE(again.cell(2, audit::Target), QByteArray("1"));
    QCOMPARE(again.store.newest(1'000'000).value().size(), Audit::RowsShown + 1); // the store keeps all
}

void TestAudit::anyBytes()
{
    World world;
    QVERIFY(world.open(m_folder->path()));
    const QByteArray hostile = "a'); DROP TABLE audit; -- \xc3\xa9\n\x1b[31m";
    world.audit->note(hostile, hostile, hostile, "refused", hostile);
    world.audit->note({}, {}, {}, {}, {});
    const QList<AuditEntry> stored = world.store.newest(10).value();
    QCOMPARE(stored[0].target, hostile);
    QCOMPARE(stored[0].admin, hostile);
    QCOMPARE(stored[1].target, QByteArray());
}

void TestAudit::valuesAndStarts()
{
    {
        Store store;
        QVERIFY(store.open(m_folder->path()));
        QCOMPARE(store.value(QStringLiteral("x")).value(), std::nullopt);
        QVERIFY(store.setValue(QStringLiteral("x"), QByteArray("\0\xff", 2)));
        QVERIFY(store.setValue(QStringLiteral("x"), QByteArray("\0\xfe", 2)));
        QCOMPARE(store.nextStart().value(), 1);
        QCOMPARE(store.nextStart().value(), 2);
    }
    Store store;
    QVERIFY(store.open(m_folder->path()));
    QCOMPARE(store.value(QStringLiteral("x")).value(), std::optional(QByteArray("\0\xfe", 2)));
    QCOMPARE(store.nextStart().value(), 3);
}

void TestAudit::theDatabaseIsPrivate()
{
    Store store;
    QVERIFY(store.open(m_folder->path()));
    QVERIFY(store.setValue(QStringLiteral("x"), "y"));
    for (const QFileInfo &info : QDir(m_folder->path()).entryInfoList(QDir::Files))
        QVERIFY2(
            (info.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther)) == 0,
            qPrintable(info.fileName()));
}

void TestAudit::aNewerVersionIsRefused()
{
    {
        Store store;
        QVERIFY(store.open(m_folder->path()));
    }
    withDatabase(file(), QStringLiteral("PRAGMA user_version = 99"));
    Store store;
    const Result<void> opened = store.open(m_folder->path());
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Unsupported);
    QVERIFY2(opened.error().detail.contains(QStringLiteral("newer mailhelmd")), qPrintable(opened.error().detail));
    QVERIFY(opened.error().detail.contains(file()));
}

void TestAudit::aDamagedDatabaseIsRefused()
{
    QFile damaged(file());
    QVERIFY(damaged.open(QIODevice::WriteOnly));
    const QByteArray bytes(8192, 'x');
    damaged.write(bytes);
    damaged.close();
    Store store;
    const Result<void> opened = store.open(m_folder->path());
    QVERIFY(!opened);
    QVERIFY2(opened.error().detail.contains(file()), qPrintable(opened.error().detail));
    QVERIFY(damaged.open(QIODevice::ReadOnly));
    QCOMPARE(damaged.readAll(), bytes); // never replaced
    QCOMPARE(opened.error().code, ErrorCode::Corrupt);
    QVERIFY2(opened.error().detail.contains(QStringLiteral("mv ")), qPrintable(opened.error().detail));
}

void TestAudit::damageInsideIsNotTakenForNothing()
{
    {
        World world;
        QVERIFY(world.open(m_folder->path()));
        QVERIFY(world.store.setValue(QStringLiteral("row-key"), QByteArray(32, 'k')));
        QVERIFY(world.audit->begin("erika", "drop", { "one" }));
    }
    withDatabase(file(), QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
    QFile database(file());
    QVERIFY(database.open(QIODevice::ReadWrite));
    QVERIFY(database.size() > 4096);
    QVERIFY(database.seek(4096)); // the first page, with the schema, stays
    database.write(QByteArray(int(database.size()) - 4096, '\x5a'));
    database.close();
    World world;
    QVERIFY(world.open(m_folder->path()));
    const Result<std::optional<QByteArray>> key = world.store.value(QStringLiteral("row-key"));
    QVERIFY(!key); // "there is none" would have it made anew
    QCOMPARE(key.error().code, ErrorCode::Corrupt);
    QVERIFY(!world.store.nextStart());
    const Result<void> loaded = world.audit->load();
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, ErrorCode::Corrupt);
}

void TestAudit::oneAgentAStateFolder()
{
    auto first = std::make_unique<StateLock>();
    QVERIFY(first->take(m_folder->path()));
    StateLock second;
    const Result<void> taken = second.take(m_folder->path());
    QVERIFY(!taken);
    QCOMPARE(taken.error().code, ErrorCode::Conflict);
    QVERIFY(taken.error().detail.contains(m_folder->path()));
    first.reset();
    QVERIFY(second.take(m_folder->path()));
}

void TestAudit::itSurvivesKill()
{
    // A child writes one entry after the other and says so; whatever it said is there when it is killed.
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), { QStringLiteral("--write-audit"), m_folder->path() });
    QVERIFY(child.waitForStarted());
    QByteArray said;
    while (said.count('\n') < 30) {
        QVERIFY(child.waitForReadyRead(5000));
        said += child.readAll();
    }
    child.kill();
    child.waitForFinished();
    said += child.readAll();
    World world;
    QVERIFY(world.open(m_folder->path()));
    QVERIFY(world.audit->load());
    QVERIFY(world.rows() >= said.count('\n'));
    for (int i = 1; i <= said.count('\n'); ++i)
        QCOMPARE(world.cell(i, audit::Outcome), QByteArray("unknown"));
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc == 3 && qstrcmp(argv[1], "--write-audit") == 0) {
        World world;
        if (!world.open(QString::fromLocal8Bit(argv[2])))
            return 1;
        while (const auto begun = world.audit->begin("erika", "drop", { "x" })) {
            std::printf("%lld\n", begun.value().first().number);
            std::fflush(stdout);
        }
        return 1;
    }
    TestAudit test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}
#include "tst_audit.moc"
