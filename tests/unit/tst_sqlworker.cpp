// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sqlworker.h"

#include <QElapsedTimer>
#include <QFile>
#include <QPointer>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <sys/stat.h>
#include <unistd.h>

using namespace mailhelm;

namespace
{

DatabaseUrl sqlite(const QString &file)
{
    DatabaseUrl url;
    url.file = file;
    return url;
}

/// A statement of SQLite that takes hours.
const QString Endless = QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                       "SELECT count(*) FROM n WHERE i < 0");

std::function<Result<qint64>(QSqlDatabase &)> number(const QString &statement)
{
    return [statement](QSqlDatabase &database) -> Result<qint64> {
        Result<QSqlQuery> query = runSql(database, statement);
        if (!query)
            return query.error();
        if (query.value().next())
            return query.value().value(0).toLongLong();
        if (Result<void> done = sqlDone(database, query.value()); !done)
            return done.error();
        return Error { ErrorCode::NotFound, QStringLiteral("no row") };
    };
}

} // namespace

class SqlWorkerTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_file;

    /// A connection of the test's own, to be in the way.
    void execute(const QString &connection, const QString &statement)
    {
        QSqlQuery query(QSqlDatabase::database(connection));
        QVERIFY2(query.exec(statement), qPrintable(statement));
    }

    /// The answer to one job.
    template<typename T>
    Result<T> ask(
        SqlWorker &worker, std::function<Result<T>(QSqlDatabase &)> job, int deadlineMs = SqlWorker::DefaultDeadlineMs)
    {
        auto answer = std::make_shared<std::optional<Result<T>>>();
        worker.run<T>(
            std::move(job), [answer](const Result<T> &result) { answer->emplace(result); }, deadlineMs);
        if (!QTest::qWaitFor([&] { return answer->has_value(); }, 30'000))
            return Error { ErrorCode::Io, QStringLiteral("the test waited for nothing") };
        return **answer;
    }

private Q_SLOTS:
    void init()
    {
        m_file = m_folder.filePath(QStringLiteral("%1.db").arg(QLatin1String(QTest::currentTestFunction())));
        QFile::remove(m_file);
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("test"));
        database.setDatabaseName(m_file);
        QVERIFY(database.open());
        execute(QStringLiteral("test"), QStringLiteral("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT)"));
        execute(QStringLiteral("test"), QStringLiteral("INSERT INTO thing VALUES (1, 'one'), (2, 'two')"));
    }

    void cleanup() { closeSqlDatabase(QStringLiteral("test")); }

    void urlsAreTakenApart_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<DatabaseUrl>("url");
        QTest::addColumn<QByteArray>("shown");
        using Kind = DatabaseUrl::Kind;
        const auto s = [](const char *text) { return QString::fromUtf8(text); };
        QTest::newRow("sqlite") << QByteArray("sqlite:///var/lib/a%20b/c.db")
                                << DatabaseUrl { Kind::Sqlite, s("/var/lib/a b/c.db"), {}, {}, {}, 0, {}, {}, {} }
                                << QByteArray("/var/lib/a b/c.db");
        QTest::newRow("postgresql") << QByteArray("postgresql://mail%40helm:p%40ss%3A%2F%25@db.example.org:5433/rc")
                                    << DatabaseUrl { Kind::PostgreSql, {}, s("db.example.org"), {}, {}, 5433,
                                           s("mail@helm"), s("p@ss:/%"), s("rc") }
                                    << QByteArray("postgresql://mail%40helm@db.example.org:5433/rc");
        QTest::newRow("postgresql by its socket")
            << QByteArray("postgresql://mailhelm@/roundcube?host=/run/postgresql&sslmode=disable")
            << DatabaseUrl { Kind::PostgreSql, {}, {}, s("/run/postgresql"), s("disable"), 0, s("mailhelm"), {},
                   s("roundcube") }
            << QByteArray("postgresql://mailhelm@/roundcube");
        QTest::newRow("mysql") << QByteArray("mysql://u:p@127.0.0.1/vmail")
                               << DatabaseUrl { Kind::MariaDb, {}, s("127.0.0.1"), {}, {}, 0, s("u"), s("p"),
                                      s("vmail") }
                               << QByteArray("mysql://u@127.0.0.1/vmail");
        QTest::newRow("mysql by its socket, IPv6 besides")
            << QByteArray("mysql://u:p@[::1]:3307/vmail?host=/run/mysqld/mysqld.sock")
            << DatabaseUrl { Kind::MariaDb, {}, s("::1"), s("/run/mysqld/mysqld.sock"), {}, 3307, s("u"), s("p"),
                   s("vmail") }
            << QByteArray("mysql://u@[::1]:3307/vmail");
    }
    void urlsAreTakenApart()
    {
        QFETCH(QByteArray, text);
        QFETCH(DatabaseUrl, url);
        QFETCH(QByteArray, shown);
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(text);
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().detail));
        QCOMPARE(parsed.value().file, url.file);
        QCOMPARE(parsed.value().host, url.host);
        QCOMPARE(parsed.value().socket, url.socket);
        QCOMPARE(parsed.value().port, url.port);
        QCOMPARE(parsed.value().user, url.user);
        QCOMPARE(parsed.value().password, url.password);
        QVERIFY(parsed.value() == url);
        QCOMPARE(parsed.value().shown(), shown);
    }

    void aBadUrlIsRefusedWithoutRepeatingIt_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : { "", "sqlite://relative.db", "sqlite:///", "oracle://u:s3cret@h/n",
                 "mysql://u:s3cret@h", "mysql://u:s3cret@h/a/b", "postgresql://u:s3cret@h/n?host=/run;password=x",
                 "postgresql://u:s3cret@h/n?options=x", "postgresql://u:s3cret@h:99999/n",
                 "postgresql://u:s3%zzcret@h/n" })
            QTest::newRow(text) << QByteArray(text);
    }
    void aBadUrlIsRefusedWithoutRepeatingIt()
    {
        QFETCH(QByteArray, text);
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(text);
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().code, ErrorCode::InvalidArgument);
        QVERIFY(!parsed.error().detail.contains(QLatin1String("s3")));
    }

    void jobsRunInTurnOnAnotherThreadAndAnswerHere()
    {
        SqlWorker worker(sqlite(m_file));
        QStringList order;
        QThread *elsewhere = nullptr;
        worker.run<qint64>(
            [&elsewhere](QSqlDatabase &database) {
                elsewhere = QThread::currentThread();
                return number(QStringLiteral("SELECT count(*) FROM thing"))(database);
            },
            [&](const Result<qint64> &result) {
                QVERIFY(result);
                order.append(QString::number(result.value()));
                QCOMPARE(QThread::currentThread(), thread());
            });
        worker.run<void>(
            [](QSqlDatabase &database) -> Result<void> {
                Result<QSqlQuery> query = runSql(
                    database, QStringLiteral("INSERT INTO thing VALUES (?, ?)"), { 3, QStringLiteral("three") });
                if (!query)
                    return query.error();
                return {};
            },
            [&](const Result<void> &result) {
                QVERIFY(result);
                order.append(QStringLiteral("insert"));
            });
        worker.run<qint64>(number(QStringLiteral("SELECT count(*) FROM thing")),
            [&](const Result<qint64> &result) { order.append(QString::number(result.value())); });
        QVERIFY(order.isEmpty()); // never before run() returns
        QTRY_COMPARE(order, QStringList({ QStringLiteral("2"), QStringLiteral("insert"), QStringLiteral("3") }));
        QVERIFY(elsewhere != nullptr && elsewhere != thread());
        QVERIFY(worker.isIdle());
    }

    void aMissingFileIsSaidAndNotMade()
    {
        const QString missing = m_folder.filePath(QStringLiteral("missing.db"));
        SqlWorker worker(sqlite(missing));
        const Result<qint64> result = ask<qint64>(worker, number(QStringLiteral("SELECT 1")));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::NotFound);
        QVERIFY(result.error().detail.contains(missing));
        QVERIFY(!QFile::exists(missing));
        const SourceStatus status = sqlStatus("webmail", worker.url(), result.error());
        QCOMPARE(status.state, SourceStatus::State::Down);
        QVERIFY(!status.mend.isEmpty());

        // It comes: the next job finds it.
        QVERIFY(QFile::copy(m_file, missing));
        QVERIFY(ask<qint64>(worker, number(QStringLiteral("SELECT 1"))));
    }

    void aFileThatWasReplacedIsOpenedAnew()
    {
        SqlWorker worker(sqlite(m_file));
        QCOMPARE(ask<qint64>(worker, number(QStringLiteral("SELECT count(*) FROM thing"))).value(), qint64(2));
        const QString other = m_folder.filePath(QStringLiteral("other.db"));
        QVERIFY(QFile::copy(m_file, other));
        QCOMPARE(::rename(QFile::encodeName(m_file).constData(), QFile::encodeName(other + u'2').constData()), 0);
        QCOMPARE(ask<qint64>(worker, number(QStringLiteral("SELECT 1"))).error().code, ErrorCode::NotFound);
        QCOMPARE(::rename(QFile::encodeName(other).constData(), QFile::encodeName(m_file).constData()), 0);
        const Result<void> emptied = ask<void>(worker, [](QSqlDatabase &database) -> Result<void> {
            Result<QSqlQuery> query = runSql(database, QStringLiteral("DELETE FROM thing"));
            return query ? Result<void>() : query.error();
        });
        QVERIFY(emptied);
        execute(QStringLiteral("test"), QStringLiteral("SELECT 1 FROM thing WHERE id = 2")); // the old one is as it was
    }

    void whatIsNoDatabaseIsSaid()
    {
        const QString text = m_folder.filePath(QStringLiteral("text.db"));
        QFile file(text);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(10'000, 'x'));
        file.close();
        SqlWorker worker(sqlite(text));
        const Result<qint64> result = ask<qint64>(worker, number(QStringLiteral("SELECT 1")));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Corrupt);
        QVERIFY(result.error().detail.contains(text));

        SqlWorker folder(sqlite(m_folder.path()));
        QCOMPARE(ask<qint64>(folder, number(QStringLiteral("SELECT 1"))).error().code, ErrorCode::Corrupt);
    }

    void aFileThatMayNotBeReadIsSaid()
    {
        if (geteuid() == 0)
            QSKIP("root may read everything");
        QVERIFY(::chmod(QFile::encodeName(m_file).constData(), 0) == 0);
        SqlWorker worker(sqlite(m_file));
        QCOMPARE(ask<qint64>(worker, number(QStringLiteral("SELECT 1"))).error().code, ErrorCode::PermissionDenied);
    }

    void aMissingTableOrColumnIsAnotherSchema()
    {
        SqlWorker worker(sqlite(m_file));
        QCOMPARE(
            ask<qint64>(worker, number(QStringLiteral("SELECT 1 FROM session"))).error().code, ErrorCode::Unsupported);
        QCOMPARE(
            ask<qint64>(worker, number(QStringLiteral("SELECT age FROM thing"))).error().code, ErrorCode::Unsupported);
        QVERIFY(ask<qint64>(worker, number(QStringLiteral("SELECT count(*) FROM thing"))));
    }

    void aLockedDatabaseIsSaidAndComesBack()
    {
        execute(QStringLiteral("test"), QStringLiteral("BEGIN EXCLUSIVE"));
        SqlWorker worker(sqlite(m_file));
        const Result<qint64> locked = ask<qint64>(worker, number(QStringLiteral("SELECT count(*) FROM thing")), 2'000);
        QVERIFY(!locked);
        QCOMPARE(locked.error().code, ErrorCode::Conflict);
        QCOMPARE(sqlStatus("webmail", worker.url(), locked.error()).state, SourceStatus::State::Degraded);
        execute(QStringLiteral("test"), QStringLiteral("COMMIT"));
        const Result<qint64> free = ask<qint64>(worker, number(QStringLiteral("SELECT count(*) FROM thing")));
        QVERIFY2(free, free ? "" : qPrintable(free.error().detail));
        QCOMPARE(free.value(), qint64(2));
    }

    void aSlowStatementIsEndedInTheDatabase()
    {
        SqlWorker worker(sqlite(m_file));
        QVERIFY(ask<qint64>(worker, number(QStringLiteral("SELECT 1"))));
        const Result<qint64> slow = ask<qint64>(worker, number(Endless), 500);
        QVERIFY(!slow);
        QCOMPARE(slow.error().code, ErrorCode::TimedOut);
        // Ended, not merely left: the same thread goes on.
        QVERIFY(ask<qint64>(worker, number(QStringLiteral("SELECT 1"))));
    }

    void aDriverThatHangsIsLeftAndTheNextJobGoesOn()
    {
        SqlWorker worker(sqlite(m_file));
        QSemaphore released;
        int through = 0;
        const auto hang = [&](QSqlDatabase &) -> Result<qint64> {
            released.acquire();
            return 1;
        };
        const Result<qint64> hung = ask<qint64>(worker, hang, 200);
        QVERIFY(!hung);
        QCOMPARE(hung.error().code, ErrorCode::TimedOut);
        QVERIFY(ask<qint64>(worker, number(QStringLiteral("SELECT 1"))));

        // A few threads may be lost so, not any number.
        for (int i = 0; i < 5; ++i)
            through += ask<qint64>(worker, hang, 100).error().code == ErrorCode::TimedOut ? 1 : 0;
        QCOMPARE(through, 2);
        const Result<qint64> refused = ask<qint64>(worker, number(QStringLiteral("SELECT 1")));
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);

        // The driver comes back to life: so does the worker.
        released.release(3);
        QTRY_VERIFY(ask<qint64>(worker, number(QStringLiteral("SELECT 1"))).ok());
    }

    void whatAFailedJobLeftOpenIsRolledBack()
    {
        SqlWorker worker(sqlite(m_file));
        const Result<void> failed = ask<void>(worker, [](QSqlDatabase &database) -> Result<void> {
            database.transaction();
            (void)runSql(database, QStringLiteral("DELETE FROM thing"));
            return Error { ErrorCode::Refused, QStringLiteral("on second thoughts") };
        });
        QVERIFY(!failed);
        QCOMPARE(ask<qint64>(worker, number(QStringLiteral("SELECT count(*) FROM thing"))).value(), qint64(2));
    }

    void theEndDoesNotWaitForASlowStatement()
    {
        auto worker = std::make_unique<SqlWorker>(sqlite(m_file));
        bool answered = false;
        const auto note = [&answered](const Result<qint64> &) { answered = true; };
        QSemaphore begun;
        worker->run<qint64>(
            [&begun](QSqlDatabase &database) {
                begun.release();
                return number(Endless)(database);
            },
            note, 60'000);
        worker->run<qint64>(number(Endless), note, 60'000);
        QTRY_VERIFY(begun.available() > 0);
        QElapsedTimer timer;
        timer.start();
        worker.reset();
        QVERIFY(timer.elapsed() < 5'000);
        QTest::qWait(50);
        QVERIFY(!answered);
    }

    void theAnswerMayDestroyTheWorker()
    {
        QPointer<SqlWorker> worker = new SqlWorker(sqlite(m_file));
        worker->run<qint64>(number(QStringLiteral("SELECT 1")), [&](const Result<qint64> &) { delete worker.data(); });
        QTRY_VERIFY(worker.isNull());
    }

    void aServerThatIsNotThereIsUnavailable_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::newRow("postgresql") << QByteArray("postgresql://u:s3cret@127.0.0.1:9/db");
        QTest::newRow("postgresql socket") << QByteArray("postgresql://u:s3cret@/db?host=/nowhere");
        QTest::newRow("mysql") << QByteArray("mysql://u:s3cret@127.0.0.1:9/db");
        QTest::newRow("mysql socket") << QByteArray("mysql://u:s3cret@/db?host=/nowhere/mysqld.sock");
    }
    void aServerThatIsNotThereIsUnavailable()
    {
        QFETCH(QByteArray, url);
        SqlWorker worker(DatabaseUrl::parse(url).value());
        const Result<qint64> result = ask<qint64>(worker, number(QStringLiteral("SELECT 1")));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Unavailable);
        QVERIFY(!result.error().detail.contains(QLatin1String("s3cret")));
        QVERIFY(!sqlStatus("webmail", worker.url(), result.error()).mend.isEmpty());
    }
};

QTEST_GUILESS_MAIN(SqlWorkerTest)
#include "tst_sqlworker.moc"
