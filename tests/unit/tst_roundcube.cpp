// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/roundcube.h"
#include "tests/support/webmaillook.h"

#include <QDateTime>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;

namespace
{

constexpr qint64 Second = 1'000'000;
const QString Name = QStringLiteral("test-roundcube");

QByteArray phpText(const QByteArray &text)
{
    return "s:" + QByteArray::number(text.size()) + ":\"" + text + "\";";
}

/// What Roundcube has in a session after a login.
QByteArray loggedIn(const QByteArray &user, qint64 loginTime, const QByteArray &more = {})
{
    return "language|s:5:\"en_US\";user_id|i:1;username|" + phpText(user) + "storage_host|s:9:\"localhost\";password|"
        + phpText("c2VjcmV0") + "login_time|i:" + QByteArray::number(loginTime) + ";" + more
        + "request_token|s:4:\"abcd\";";
}

} // namespace

class RoundcubeTest : public QObject
{
    Q_OBJECT

    SystemClock m_clock;
    QTemporaryDir m_folder;
    QString m_file;
    int m_number = 0;

    void run(const QString &statement, const QVariantList &values = {})
    {
        const Result<QSqlQuery> done = runSql(QSqlDatabase::database(Name), statement, values);
        QVERIFY2(done, done ? "" : qPrintable(done.error().detail));
    }
    /// As Roundcube writes it, so many seconds ago.
    void write(const QByteArray &id, const QByteArray &vars, const QByteArray &ip = "192.0.2.7", int secondsAgo = 0)
    {
        run(QStringLiteral("INSERT OR REPLACE INTO session (sess_id, changed, ip, vars) "
                           "VALUES (?, datetime('now', ?), ?, ?)"),
            { QString::fromUtf8(id), QStringLiteral("-%1 seconds").arg(secondsAgo), QString::fromUtf8(ip),
                QString::fromUtf8(vars.toBase64()) });
    }
    std::unique_ptr<RoundcubeSource> source(const QByteArray &prefix = {})
    {
        RoundcubeSource::Settings settings;
        settings.component = "HTTP/WebMail";
        settings.database.file = m_file;
        settings.tablePrefix = prefix;
        settings.lifetimeMs = 600'000;
        return std::make_unique<RoundcubeSource>(settings, m_clock);
    }
    qint64 now() const { return m_clock.nowUs() / Second; }

private Q_SLOTS:
    void init()
    {
        m_file = m_folder.filePath(QStringLiteral("roundcube%1.db").arg(++m_number));
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        DatabaseUrl url;
        url.file = m_file;
        QVERIFY(openSqlDatabase(url, Name, 1000));
        // As in Roundcube 1.6's SQL/sqlite.initial.sql
        run(QStringLiteral("CREATE TABLE session (sess_id varchar(128) NOT NULL PRIMARY KEY, changed datetime NOT NULL "
                           "default '0000-00-00 00:00:00', ip varchar(40) NOT NULL default '', vars text NOT NULL)"));
    }
    void cleanup() { closeSqlDatabase(Name); }

    void sessionsAreReadWithTheirTimesByAge()
    {
        const qint64 login = now() - 300;
        write("in", loggedIn("user1@lab.test", login), "2001:db8::17", 100);
        write("out", "temp|b:1;language|s:5:\"en_US\";", "192.0.2.8", 5);
        write("old", loggedIn("user2@lab.test", login), "192.0.2.9", 601);
        const auto roundcube = source();
        const auto sessions = look(*roundcube);
        QCOMPARE(sessions.keys(), QList<QByteArray>({ "in", "out" }));
        const WebmailSession &in = sessions["in"];
        QCOMPARE(in.user, std::optional(QByteArray("user1@lab.test")));
        QCOMPARE(in.address.toText(), QByteArray("2001:db8::17"));
        QCOMPARE(in.started, login * Second);
        QVERIFY(std::abs(in.lastActive - (now() - 100) * Second) <= 5 * Second);
        QCOMPARE(in.expires - in.lastActive, 600 * Second);
        QCOMPARE(sessions["out"].user, std::optional(QByteArray("")));
        QCOMPARE(sessions["out"].started, qint64(0));
        // Nothing wavers from look to look.
        QVERIFY(look(*roundcube) == sessions);
    }

    void aSessionIsReadAgainWhenItsContentChanged()
    {
        write("a", "temp|b:1;", "192.0.2.7", 0);
        const auto roundcube = source();
        QCOMPARE(look(*roundcube)["a"].user, std::optional(QByteArray("")));
        // Within the same second: `changed` stays the same text.
        run(QStringLiteral("UPDATE session SET vars = ?"),
            { QString::fromUtf8(loggedIn("user1@lab.test", now()).toBase64()) });
        QCOMPARE(look(*roundcube)["a"].user, std::optional(QByteArray("user1@lab.test")));

        // What has settled is not read again, as long as `changed` does not move.
        write("b", loggedIn("user2@lab.test", now() - 60), "192.0.2.7", 60);
        QCOMPARE(look(*roundcube)["b"].user, std::optional(QByteArray("user2@lab.test")));
        run(QStringLiteral("UPDATE session SET vars = '' WHERE sess_id = 'b'"));
        QCOMPARE(look(*roundcube)["b"].user, std::optional(QByteArray("user2@lab.test")));
        run(QStringLiteral("UPDATE session SET changed = datetime('now', '-3 seconds') WHERE sess_id = 'b'"));
        QCOMPARE(look(*roundcube)["b"].user, std::optional(QByteArray("")));
    }

    void whoIsLoggedInIsFoundBehindAnythingLarge()
    {
        const QByteArray large = "compose|" + phpText(QByteArray(200'000, 'x'));
        write("behind", large + loggedIn("user1@lab.test", now() - 60));
        write("before", loggedIn("user2@lab.test", now() - 60, large));
        write("nobody", large);
        const auto roundcube = source();
        const auto sessions = look(*roundcube);
        QCOMPARE(sessions["behind"].user, std::optional(QByteArray("user1@lab.test")));
        QCOMPARE(sessions["before"].user, std::optional(QByteArray("user2@lab.test")));
        QCOMPARE(sessions["nobody"].user, std::optional(QByteArray("")));
    }

    void hostileRowsAreHeldApart()
    {
        write("good", loggedIn("user1@lab.test", now() - 60));
        write("x' OR 1=1 --", loggedIn("user2@lab.test", now() - 60));
        write("broken", "username|s:99:\"x\";");
        write("badtime", loggedIn("user3@lab.test", 99'999'999'999'999));
        write("future", loggedIn("user4@lab.test", now() + 5'000));
        run(QStringLiteral("INSERT INTO session VALUES ('text', datetime('now'), 'no address', '%%%not base64')"));
        run(QStringLiteral("INSERT INTO session VALUES ('zzz', 'zzz', ?, x'ff00fe')"), { QString(5000, u'9') });
        write("name", loggedIn(QByteArray("ev\xE2\x80\xAEil\n") + QByteArray(5'000, 'a'), now() - 60));
        const auto roundcube = source();
        QSignalSpy statuses(roundcube.get(), &WebmailSource::statusChanged);
        const auto sessions = look(*roundcube);
        QCOMPARE(sessions["good"].user, std::optional(QByteArray("user1@lab.test")));
        QCOMPARE(sessions["x' OR 1=1 --"].user, std::optional(QByteArray("user2@lab.test")));
        QVERIFY(!sessions["broken"].user);
        QCOMPARE(sessions["badtime"].user, std::optional(QByteArray("user3@lab.test")));
        QCOMPARE(sessions["badtime"].started, qint64(0));
        QVERIFY(sessions["future"].started <= m_clock.nowUs());
        QVERIFY(!sessions["text"].user);
        QVERIFY(sessions["text"].address.isNull());
        QVERIFY(sessions["name"].user->size() <= 320);
        const auto status = statuses.last().first().value<SourceStatus>();
        QCOMPARE(status.state, SourceStatus::State::Degraded);
        QVERIFY2(status.detail.contains("cannot be read"), status.detail.constData());
        QCOMPARE(status.source, QByteArray("webmail HTTP/WebMail"));

        const auto results = end(*roundcube, { "x' OR 1=1 --" });
        QCOMPARE(results.size(), 1);
        QCOMPARE(results[0].outcome, WebmailSource::Ended::Done);
        QCOMPARE(look(*roundcube).size(), sessions.size() - 1);
    }

    void endingEndsExactlyThoseSessions()
    {
        for (int i = 0; i < 250; ++i)
            write("id" + QByteArray::number(i), loggedIn("user" + QByteArray::number(i) + "@lab.test", now() - 60));
        const auto roundcube = source();
        QCOMPARE(look(*roundcube).size(), qsizetype(250));
        QList<QByteArray> ids { "not-there" };
        for (int i = 0; i < 220; ++i)
            ids.append("id" + QByteArray::number(i));
        run(QStringLiteral("DELETE FROM session WHERE sess_id = 'id7'"));
        const auto results = end(*roundcube, ids);
        QCOMPARE(results.size(), ids.size());
        for (qsizetype i = 0; i < ids.size(); ++i)
            QCOMPARE(results[i].outcome,
                ids[i] == "not-there" || ids[i] == "id7" ? WebmailSource::Ended::Gone : WebmailSource::Ended::Done);
        const auto rest = look(*roundcube);
        QCOMPARE(rest.size(), qsizetype(30));
        QVERIFY(rest.contains("id220") && rest.contains("id249"));
    }

    void anIdThatMeansSomebodyElseNowIsLeftAlone()
    {
        write("a", loggedIn("user1@lab.test", now() - 60));
        const auto roundcube = source();
        look(*roundcube);
        write("a", "temp|b:1;"); // its user logged out, and the browser came back
        QCOMPARE(end(*roundcube, { "a" }).value(0).outcome, WebmailSource::Ended::Gone);
        write("a", loggedIn("user1@lab.test", now() - 5)); // logged in anew
        QCOMPARE(end(*roundcube, { "a" }).value(0).outcome, WebmailSource::Ended::Gone);
        QCOMPARE(look(*roundcube).size(), qsizetype(1));
    }

    void aSessionThatALongRequestWritesAnewIsEndedAgain()
    {
        const QByteArray vars = loggedIn("user1@lab.test", now() - 60);
        write("a", vars);
        const auto roundcube = source();
        look(*roundcube);
        QCOMPARE(end(*roundcube, { "a" }).value(0).outcome, WebmailSource::Ended::Done);
        write("a", vars + "more|i:1;");
        look(*roundcube);
        QTRY_VERIFY_WITH_TIMEOUT(look(*roundcube).isEmpty(), 10'000);
        // A new login is not: it is another session.
        write("a", loggedIn("user1@lab.test", now()));
        look(*roundcube);
        QCOMPARE(look(*roundcube).size(), qsizetype(1));
    }

    void anotherPrefixIsAnotherTable()
    {
        run(QStringLiteral("ALTER TABLE session RENAME TO rc_session"));
        writePrefixed();
        const auto wrong = source();
        QSignalSpy statuses(wrong.get(), &WebmailSource::statusChanged);
        QSignalSpy scans(wrong.get(), &WebmailSource::scanned);
        look(*wrong);
        QCOMPARE(scans.count(), 0);
        const auto status = statuses.last().first().value<SourceStatus>();
        QCOMPARE(status.state, SourceStatus::State::Down);
        QVERIFY2(status.mend.contains("table_prefix"), status.mend.constData());
        const auto right = source("rc_");
        QCOMPARE(look(*right).size(), qsizetype(1));
    }

    void aLockedDatabaseKeepsTheLastSessions()
    {
        write("a", loggedIn("user1@lab.test", now() - 60));
        const auto roundcube = source();
        QCOMPARE(look(*roundcube).size(), qsizetype(1));
        QSignalSpy statuses(roundcube.get(), &WebmailSource::statusChanged);
        QSignalSpy scans(roundcube.get(), &WebmailSource::scanned);
        run(QStringLiteral("BEGIN EXCLUSIVE"));
        bool done = false;
        roundcube->look([&done] { done = true; });
        QTRY_VERIFY_WITH_TIMEOUT(done, 15'000);
        QCOMPARE(scans.count(), 0); // nothing was seen, so nothing is told
        QCOMPARE(statuses.last().first().value<SourceStatus>().state, SourceStatus::State::Degraded);
        const auto locked = end(*roundcube, { "a" });
        QCOMPARE(locked.value(0).outcome, WebmailSource::Ended::Failed);
        QVERIFY(locked.value(0).why.contains("locked"));
        run(QStringLiteral("COMMIT"));
        QCOMPARE(look(*roundcube).size(), qsizetype(1));
        QCOMPARE(statuses.last().first().value<SourceStatus>().state, SourceStatus::State::Ok);
    }

    void aWebmailIsLookedAtByItself()
    {
        write("a", loggedIn("user1@lab.test", now() - 60));
        const auto roundcube = source();
        QSignalSpy scans(roundcube.get(), &WebmailSource::scanned);
        roundcube->setWatched(true);
        roundcube->start();
        QTRY_VERIFY_WITH_TIMEOUT(scans.count() >= 2, 15'000);
    }

private:
    void writePrefixed()
    {
        run(QStringLiteral("INSERT INTO rc_session VALUES ('a', datetime('now'), '192.0.2.7', ?)"),
            { QString::fromUtf8(loggedIn("user1@lab.test", now()).toBase64()) });
    }
};

QTEST_GUILESS_MAIN(RoundcubeTest)
#include "tst_roundcube.moc"
