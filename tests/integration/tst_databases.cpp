// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sqlworker.h"
#include "tests/support/databases.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

using namespace mailhelm;
using Kind = DatabaseServer::Kind;

/// What the agent makes of real database servers, in health and in sickness.
class DatabasesTest : public QObject
{
    Q_OBJECT

    std::map<Kind, std::unique_ptr<DatabaseServer>> m_servers;

    Result<qint64> ask(SqlWorker &worker, const QString &statement, int deadlineMs = 10'000)
    {
        auto answer = std::make_shared<std::optional<Result<qint64>>>();
        worker.run<qint64>(
            [statement](QSqlDatabase &database) -> Result<qint64> {
                Result<QSqlQuery> query = runSql(database, statement);
                if (!query)
                    return query.error();
                const qint64 value = query.value().next() ? query.value().value(0).toLongLong() : 0;
                if (Result<void> done = sqlDone(database, query.value()); !done)
                    return done.error();
                return value;
            },
            [answer](const Result<qint64> &result) { answer->emplace(result); }, deadlineMs);
        if (!QTest::qWaitFor([&] { return answer->has_value(); }, 60'000))
            return Error { ErrorCode::Io, QStringLiteral("the test waited for nothing") };
        return **answer;
    }

    /// nullptr: it was said why, and the test is skipped.
    DatabaseServer *server()
    {
        QFETCH_GLOBAL(int, kind);
        const auto found = m_servers.find(Kind(kind));
        return found == m_servers.end() ? nullptr : found->second.get();
    }

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("PostgreSQL") << int(Kind::PostgreSql);
        QTest::newRow("MariaDB") << int(Kind::MariaDb);
    }

    void initTestCase()
    {
        for (const Kind kind : { Kind::PostgreSql, Kind::MariaDb }) {
            if (const QString why = DatabaseServer::whyNotHere(kind); !why.isEmpty()) {
                qWarning("%s", qUtf8Printable(why));
                continue;
            }
            auto server = std::make_unique<DatabaseServer>(kind);
            const Result<void> started = server->start();
            QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
            QVERIFY(server->createDatabase(QStringLiteral("things")));
            const Result<void> filled = server->run(QStringLiteral("things"),
                kind == Kind::PostgreSql
                    ? QByteArray("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO thing VALUES "
                                 "(1, 'one'), (2, 'two'); CREATE USER reader PASSWORD 'p@ss word''s'; GRANT SELECT "
                                 "ON thing TO reader;")
                    : QByteArray("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT) ENGINE=InnoDB; INSERT INTO "
                                 "thing VALUES (1, 'one'), (2, 'two'); CREATE USER reader@'127.0.0.1' IDENTIFIED BY "
                                 "'p@ss word''s'; GRANT SELECT ON things.thing TO reader@'127.0.0.1';"));
            QVERIFY2(filled, filled ? "" : qPrintable(filled.error().detail));
            m_servers.emplace(kind, std::move(server));
        }
    }

    void init()
    {
        if (server() == nullptr)
            QSKIP("this database server is not installed");
    }

    void cleanupTestCase() { m_servers.clear(); }

    void aUserReadsWhatItMay()
    {
        const DatabaseUrl reader
            = server()->url(QStringLiteral("things"), QStringLiteral("reader"), QStringLiteral("p@ss word's"));
        // Through the configuration's own form.
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(DatabaseServer::text(reader));
        QVERIFY(parsed);
        QVERIFY(parsed.value() == reader);
        SqlWorker worker(parsed.value());
        const Result<qint64> count = ask(worker, QStringLiteral("SELECT count(*) FROM thing"));
        QVERIFY2(count, count ? "" : qPrintable(count.error().detail));
        QCOMPARE(count.value(), qint64(2));
        const Result<qint64> refused = ask(worker, QStringLiteral("DELETE FROM thing"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Refused);
        QVERIFY(!sqlMend(worker.url(), refused.error().code).isEmpty());
    }

    void whatIsWrongIsSaidWithoutThePassword()
    {
        const auto failure = [this](const DatabaseUrl &url, const QString &statement) {
            SqlWorker worker(url);
            const Result<qint64> result = ask(worker, statement);
            if (result)
                return Error { ErrorCode::Io, QStringLiteral("no failure") };
            return result.error();
        };
        const QString one = QStringLiteral("SELECT 1");
        const Error password = failure(
            server()->url(QStringLiteral("things"), QStringLiteral("reader"), QStringLiteral("wr0ng-one")), one);
        QVERIFY2(password.code == ErrorCode::PermissionDenied, qPrintable(password.detail));
        QVERIFY(!password.detail.contains(QLatin1String("wr0ng-one")));
        const Error user
            = failure(server()->url(QStringLiteral("things"), QStringLiteral("nobody"), QStringLiteral("x")), one);
        QVERIFY2(user.code == ErrorCode::PermissionDenied, qPrintable(user.detail));
        const Error database = failure(server()->admin(QStringLiteral("nothing")), one);
        QVERIFY2(database.code == ErrorCode::NotFound, qPrintable(database.detail));
        const DatabaseUrl things = server()->admin(QStringLiteral("things"));
        const Error table = failure(things, QStringLiteral("SELECT 1 FROM session"));
        QVERIFY2(table.code == ErrorCode::Unsupported, qPrintable(table.detail));
        const Error column = failure(things, QStringLiteral("SELECT age FROM thing"));
        QVERIFY2(column.code == ErrorCode::Unsupported, qPrintable(column.detail));
        const Error syntax = failure(things, QStringLiteral("SELEKT 1"));
        QVERIFY2(syntax.code == ErrorCode::Io, qPrintable(syntax.detail));
        for (const Error &error : { password, user, database, table, column, syntax })
            QVERIFY2(
                error.detail.contains(QLatin1String("127.0.0.1")) && !error.detail.contains(QLatin1String("s3cret")),
                qPrintable(error.detail));
    }

    void aSlowStatementIsEndedOnTheServer()
    {
        SqlWorker worker(server()->admin(QStringLiteral("things")));
        QVERIFY(ask(worker, QStringLiteral("SELECT 1")));
        QFETCH_GLOBAL(int, kind);
        const Result<qint64> slow = ask(worker,
            Kind(kind) == Kind::PostgreSql
                ? QStringLiteral("SELECT count(*) FROM generate_series(1, 1000000000000)")
                : QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                                 "1000000000) SELECT count(*) FROM n a, n b, n c"),
            1'500);
        QVERIFY(!slow);
        QVERIFY2(slow.error().code == ErrorCode::TimedOut, qPrintable(slow.error().detail));
        QVERIFY(ask(worker, QStringLiteral("SELECT 1")));
    }

    void aLockedRowIsSaidAndComesBack()
    {
        const QString name = QStringLiteral("test-locker");
        {
            Result<QSqlDatabase> locker = openSqlDatabase(server()->admin(QStringLiteral("things")), name, 5'000);
            QVERIFY(locker);
            QVERIFY(locker.value().transaction());
            QVERIFY(runSql(locker.value(), QStringLiteral("UPDATE thing SET name = 'mine' WHERE id = 1")));
            SqlWorker worker(server()->admin(QStringLiteral("things")));
            const QString update = QStringLiteral("UPDATE thing SET name = 'ours' WHERE id = 1");
            const Result<qint64> locked = ask(worker, update, 4'000);
            QVERIFY(!locked);
            QVERIFY2(locked.error().code == ErrorCode::Conflict, qPrintable(locked.error().detail));
            QVERIFY(locker.value().rollback());
            const Result<qint64> free = ask(worker, update);
            QVERIFY2(free, free ? "" : qPrintable(free.error().detail));
        }
        closeSqlDatabase(name);
    }

    void aServerThatDoesNotAnswerCostsTheDeadlineAndNoMore()
    {
        SqlWorker worker(server()->admin(QStringLiteral("things")));
        QVERIFY(ask(worker, QStringLiteral("SELECT 1")));
        server()->freeze();
        int beats = 0;
        QTimer heart;
        connect(&heart, &QTimer::timeout, this, [&beats] { ++beats; });
        heart.start(20);
        const Result<qint64> hung = ask(worker, QStringLiteral("SELECT count(*) FROM thing"), 1'000);
        heart.stop();
        server()->thaw();
        QVERIFY(!hung);
        QVERIFY2(hung.error().code == ErrorCode::TimedOut, qPrintable(hung.error().detail));
        QVERIFY2(beats >= 20, qPrintable(QString::number(beats))); // the owner's event loop went on
        const Result<qint64> back = ask(worker, QStringLiteral("SELECT count(*) FROM thing"));
        QVERIFY2(back, back ? "" : qPrintable(back.error().detail));
    }

    void aServerThatWasRestartedCostsNothing()
    {
        SqlWorker worker(server()->admin(QStringLiteral("things")));
        QVERIFY(ask(worker, QStringLiteral("SELECT 1")));
        server()->stop();
        const Result<qint64> down = ask(worker, QStringLiteral("SELECT 1"));
        QVERIFY(!down);
        QVERIFY2(down.error().code == ErrorCode::Unavailable, qPrintable(down.error().detail));
        QCOMPARE(sqlStatus("webmail", worker.url(), down.error()).state, SourceStatus::State::Down);
        const Result<void> started = server()->start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        const Result<qint64> up = ask(worker, QStringLiteral("SELECT count(*) FROM thing"));
        QVERIFY2(up, up ? "" : qPrintable(up.error().detail));

        // Also one that was idle meanwhile, so that it learns only then that its connection is gone.
        server()->stop();
        QVERIFY(server()->start());
        QTest::qWait(2'100);
        const Result<qint64> again = ask(worker, QStringLiteral("SELECT count(*) FROM thing"));
        QVERIFY2(again, again ? "" : qPrintable(again.error().detail));
    }

    void aServerThatDiesIsUnavailable()
    {
        SqlWorker worker(server()->admin(QStringLiteral("things")));
        QVERIFY(ask(worker, QStringLiteral("SELECT 1")));
        server()->kill();
        const Result<qint64> down = ask(worker, QStringLiteral("SELECT 1"));
        QVERIFY2(!down && down.error().code == ErrorCode::Unavailable, down ? "" : qPrintable(down.error().detail));
        QVERIFY(server()->start());
    }
};

QTEST_GUILESS_MAIN(DatabasesTest)
#include "tst_databases.moc"
