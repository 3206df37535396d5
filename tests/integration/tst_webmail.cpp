// SPDX-License-Identifier: GPL-3.0-or-later
// WebMail sessions as they are: a real Roundcube with real logins, and its schema on every database that it has.
#include "core/agent/sources/roundcube.h"
#include "core/agent/webmails.h"
#include "tests/support/agentclient.h"
#include "tests/support/databases.h"
#include "tests/support/mailclient.h"
#include "tests/support/webmailbrowser.h"
#include "tests/support/webmaillook.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <ctime>

using namespace mailhelm;
using Kind = DatabaseServer::Kind;
using Code = Outcomes::Code;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr char Component[] = "HTTP/WebMail";

QByteArray phpText(const QByteArray &text)
{
    return "s:" + QByteArray::number(text.size()) + ":\"" + text + "\";";
}

QByteArray loggedIn(const QByteArray &user, qint64 loginTime)
{
    return "language|s:5:\"en_US\";user_id|i:1;username|" + phpText(user) + "storage_host|s:9:\"localhost\";password|"
        + phpText("c2VjcmV0") + "login_time|i:" + QByteArray::number(loginTime) + ";request_token|s:4:\"abcd\";";
}

} // namespace

class TestWebmail : public QObject
{
    Q_OBJECT

    SystemClock m_clock;

    /// A lab with Roundcube and an agent that knows it.
    struct Place {
        Lab lab { [] {
            Lab::Options options;
            options.roundcube = true;
            return options;
        }() };
        AgentProcess agent;
        AgentClient owner;

        Result<void> start()
        {
            return owner.begin(lab, agent,
                { TableId::Connections, TableId::Sources, TableId::Audit, TableId::Webmail, TableId::Logins });
        }
        /// The rows of a user; "" for those that are not logged in.
        QList<AgentClient::Row> sessionsOf(const QByteArray &user)
        {
            QList<AgentClient::Row> found;
            for (const AgentClient::Row &row : owner.rows(TableId::Webmail))
                if (row.maybeText(webmail::User) == user)
                    found.append(row);
            return found;
        }
        QByteArray viaOf(const MailClient &client)
        {
            for (const AgentClient::Row &row : owner.rows())
                if (row.number(connections::Port) == client.localPort())
                    return row.maybeText(connections::Via).value_or("-");
            return "(no row)";
        }
    };

    static void inside(WebmailBrowser &browser, bool expected)
    {
        const Result<bool> seen = browser.isInside();
        QVERIFY2(seen, seen ? "" : qPrintable(seen.error().detail));
        QCOMPARE(seen.value(), expected);
    }

private Q_SLOTS:
    void realSessionsAreSeenAndEndedExactly()
    {
        if (const QString why = Lab::whyNotHere(); !why.isEmpty())
            QSKIP(qPrintable(why));
        if (!QFile::exists(QStringLiteral("/usr/share/roundcube/index.php")))
            QSKIP("Roundcube is not installed: ./dev test installs all that the lab needs");
        Place place;
        const Result<void> started = place.start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        const QByteArray alice = Lab::user(1);
        const QByteArray bob = Lab::user(2);
        WebmailBrowser home(place.lab, "203.0.113.7");
        WebmailBrowser office(place.lab, "2001:db8::17");
        WebmailBrowser other(place.lab, "198.51.100.9");
        WebmailBrowser stranger(place.lab, "198.51.100.10");
        const qint64 before = m_clock.nowUs();
        for (const auto &[browser, user] : { std::pair(&home, alice), { &office, alice }, { &other, bob } }) {
            const Result<void> in = browser->login(user);
            QVERIFY2(in, in ? "" : qPrintable(in.error().detail));
        }
        inside(stranger, false);

        // Seen, with everything that there is to know.
        QTRY_COMPARE_WITH_TIMEOUT(place.sessionsOf(alice).size(), 2, 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(place.sessionsOf(bob).size(), 1, 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(!place.sessionsOf("").isEmpty(), 20'000);
        const AgentClient::Row row = place.sessionsOf(bob).first();
        QCOMPARE(row.text(webmail::Component), QByteArray(Component));
        QCOMPARE(row.address(webmail::ClientAddress).toText(), QByteArray("198.51.100.9"));
        QVERIFY(row.number(webmail::Started) >= before - Second && row.number(webmail::Started) <= m_clock.nowUs());
        QCOMPARE(row.number(webmail::Expires) - row.number(webmail::LastActive), 600 * Second);
        QVERIFY(std::abs(row.number(webmail::LastActive) - row.number(webmail::Started)) <= 10 * Second);
        QCOMPARE(place.owner.source(QByteArray("webmail ") + Component).text(sources::State), QByteArray("ok"));

        // A login is evidence, of that user and no other.
        const auto lastLogin = [&place](const QByteArray &user) -> QByteArray {
            for (const AgentClient::Row &each : place.owner.rows(TableId::Logins))
                if (each.text(logins::User) == user && each.text(logins::Service) == "webmail")
                    return each.address(logins::ClientAddress).toText();
            return {};
        };
        QTRY_COMPARE_WITH_TIMEOUT(lastLogin(bob), QByteArray("198.51.100.9"), 20'000);
        QCOMPARE(lastLogin(Lab::user(3)), QByteArray());

        // What a webmail's host asks of IMAP for its user is the webmail's.
        MailClient forBob(MailClient::Protocol::Imap, MailClient::Security::Plain);
        MailClient forCarol(MailClient::Protocol::Imap, MailClient::Security::Plain);
        for (const auto &[client, user] : { std::pair(&forBob, bob), { &forCarol, Lab::user(3) } }) {
            client->setSourceAddress(QHostAddress(QHostAddress::LocalHost));
            QVERIFY(client->connectTo(QHostAddress(QHostAddress::LocalHost), place.lab.port(Lab::Port::Imap)));
            QVERIFY(client->login(user));
        }
        QTRY_COMPARE_WITH_TIMEOUT(place.viaOf(forBob), QByteArray("webmail"), 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(place.viaOf(forCarol), QByteArray("-"), 20'000);

        // Ending one leaves all others, also the same user's.
        RowId atHome = 0;
        for (const AgentClient::Row &each : place.sessionsOf(alice))
            if (each.address(webmail::ClientAddress).toText() == "203.0.113.7")
                atHome = each.id;
        QVERIFY(atHome != 0);
        const QList<Outcomes::Target> ended = place.owner.endSessions({ atHome });
        QCOMPARE(ended.size(), 1);
        QVERIFY2(ended[0].code == Code::Done, ended[0].why.constData());
        QTRY_COMPARE_WITH_TIMEOUT(place.sessionsOf(alice).size(), 1, 20'000);
        inside(home, false);
        inside(office, true);
        inside(other, true);
        // The browser is back with the same cookie, and is nobody: no row has that id again.
        QVERIFY(place.owner.refresh(TableId::Webmail));
        for (const AgentClient::Row &each : place.owner.rows(TableId::Webmail))
            QVERIFY(each.id != atHome);
        QCOMPARE(place.owner.endSessions({ atHome }).value(0).code, Code::Gone);
        inside(home, false);

        // Ending one user's leaves everybody else's.
        QVERIFY(home.login(alice));
        QTRY_COMPARE_WITH_TIMEOUT(place.sessionsOf(alice).size(), 2, 20'000);
        QList<RowId> hers;
        for (const AgentClient::Row &each : place.sessionsOf(alice))
            hers.append(each.id);
        for (const Outcomes::Target &target : place.owner.endSessions(hers))
            QVERIFY2(target.code == Code::Done, target.why.constData());
        inside(home, false);
        inside(office, false);
        inside(other, true);
        QTRY_VERIFY_WITH_TIMEOUT(place.sessionsOf(alice).isEmpty(), 20'000);

        // Logging out is seen, too.
        QVERIFY(other.logout());
        QTRY_VERIFY_WITH_TIMEOUT(place.sessionsOf(bob).isEmpty(), 20'000);
        QTRY_COMPARE_WITH_TIMEOUT(place.viaOf(forBob), QByteArray("-"), 20'000);

        // It was written down, by whom and whose.
        bool noted = false;
        for (const AgentClient::Row &each : place.owner.rows(TableId::Audit))
            noted = noted
                || (each.text(audit::Action) == "end" && each.text(audit::Outcome) == "done"
                    && each.text(audit::Target).contains(alice));
        QVERIFY(noted);

        // Without its database the last rows stay, and it says what is the matter.
        QVERIFY(other.login(bob));
        QTRY_COMPARE_WITH_TIMEOUT(place.sessionsOf(bob).size(), 1, 20'000);
        const QString database = place.lab.roundcubeDatabase();
        QVERIFY(QFile::rename(database, database + QStringLiteral(".away")));
        QTRY_COMPARE_WITH_TIMEOUT(
            place.owner.source(QByteArray("webmail ") + Component).text(sources::State), QByteArray("down"), 20'000);
        QVERIFY(!place.owner.source(QByteArray("webmail ") + Component).text(sources::Mend).isEmpty());
        QCOMPARE(place.sessionsOf(bob).size(), 1);
        QVERIFY(QFile::rename(database + QStringLiteral(".away"), database));
        QTRY_COMPARE_WITH_TIMEOUT(
            place.owner.source(QByteArray("webmail ") + Component).text(sources::State), QByteArray("ok"), 20'000);
        QCOMPARE(place.sessionsOf(bob).size(), 1);

        const Result<QByteArray> doctor = place.agent.run({ QStringLiteral("doctor") });
        if (doctor) // where the machine lacks something else, it says so and fails
            QVERIFY2(doctor.value().contains("webmail HTTP/WebMail"), doctor.value().constData());
    }

    void everyDatabaseOfRoundcubesIsRead_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("PostgreSQL") << int(Kind::PostgreSql);
        QTest::newRow("MariaDB") << int(Kind::MariaDb);
    }
    void everyDatabaseOfRoundcubesIsRead()
    {
        QFETCH(int, kind);
        const bool postgres = Kind(kind) == Kind::PostgreSql;
        if (const QString why = DatabaseServer::whyNotHere(Kind(kind)); !why.isEmpty())
            QSKIP(qPrintable(why));
        const QString schema = QStringLiteral("/usr/share/roundcube/SQL/%1.initial.sql")
                                   .arg(postgres ? QStringLiteral("postgres") : QStringLiteral("mysql"));
        if (!QFile::exists(schema))
            QSKIP("Roundcube is not installed: ./dev test installs all that the lab needs");
        DatabaseServer server { Kind(kind) };
        const Result<void> started = server.start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        QVERIFY(server.createDatabase(QStringLiteral("rc")));
        const Result<void> made = server.runFile(QStringLiteral("rc"), schema);
        QVERIFY2(made, made ? "" : qPrintable(made.error().detail));
        // The agent's own user, as the ADMIN_GUIDE has it.
        QVERIFY(server.run(QStringLiteral("rc"),
            postgres ? QByteArray("CREATE USER mailhelm PASSWORD 'pw'; GRANT SELECT ON session TO mailhelm;")
                     : QByteArray("CREATE USER mailhelm@'127.0.0.1' IDENTIFIED BY 'pw'; GRANT SELECT ON rc.session TO "
                                  "mailhelm@'127.0.0.1';")));
        // The server lives in another zone than everybody else.
        QVERIFY(server.run({},
            postgres ? "ALTER DATABASE rc SET timezone TO 'Pacific/Auckland';" : "SET GLOBAL time_zone = '+13:00';"));
        const qint64 now = m_clock.nowUs() / Second;
        const auto write = [&](const QByteArray &id, const QByteArray &vars, int secondsAgo) {
            const QByteArray ago = QByteArray::number(secondsAgo);
            return server.run(QStringLiteral("rc"),
                "INSERT INTO session (sess_id, vars, ip, changed) VALUES ('" + id + "', '" + vars.toBase64()
                    + "', '192.0.2.7', now() - interval " + (postgres ? "'" + ago + " seconds'" : ago + " second")
                    + ");");
        };
        QVERIFY(write("one", loggedIn("user1@lab.test", now - 100), 50));
        QVERIFY(write("two", loggedIn("user2@lab.test", now - 500), 500));
        QVERIFY(write("old", loggedIn("user3@lab.test", now - 5000), 601));
        QVERIFY(write("out", "temp|b:1;", 1));

        RoundcubeSource::Settings settings;
        settings.component = Component;
        settings.database = server.url(QStringLiteral("rc"), QStringLiteral("mailhelm"), QStringLiteral("pw"));
        settings.lifetimeMs = 600'000;
        RoundcubeSource source(settings, m_clock);
        QSignalSpy statuses(&source, &WebmailSource::statusChanged);
        const auto seen = look(source);
        QVERIFY2(seen.size() == 3,
            statuses.isEmpty() ? "" : statuses.last().first().value<SourceStatus>().detail.constData());
        QCOMPARE(seen["one"].user, std::optional(QByteArray("user1@lab.test")));
        QCOMPARE(seen["one"].started, (now - 100) * Second);
        const qint64 off = seen["one"].lastActive - (now - 50) * Second;
        QVERIFY2(std::abs(off) < 30 * Second, qPrintable(QString::number(off)));
        QCOMPARE(seen["one"].expires - seen["one"].lastActive, 600 * Second);
        QCOMPARE(seen["one"].address.toText(), QByteArray("192.0.2.7"));
        QCOMPARE(seen["out"].user, std::optional(QByteArray("")));
        QVERIFY(look(source) == seen);

        // Without the right to delete, that is said; with it, exactly that session goes.
        const WebmailSource::EndResult refused = end(source, { "one" }).first();
        QCOMPARE(refused.outcome, WebmailSource::Ended::Failed);
        QVERIFY2(refused.why.contains("does not let this user"), refused.why.constData());
        if (postgres)
            QVERIFY2(source.endRefusal().contains("GRANT DELETE"), source.endRefusal().constData());
        QVERIFY(server.run(QStringLiteral("rc"),
            postgres ? "GRANT DELETE ON session TO mailhelm;" : "GRANT DELETE ON rc.session TO mailhelm@'127.0.0.1';"));
        QCOMPARE(look(source).size(), qsizetype(3));
        QVERIFY(source.endRefusal().isEmpty());
        QCOMPARE(end(source, { "one" }).first().outcome, WebmailSource::Ended::Done);
        QCOMPARE(look(source).keys(), QList<QByteArray>({ "out", "two" }));

        // The server goes and comes back.
        QSignalSpy scans(&source, &WebmailSource::scanned);
        server.stop();
        QVERIFY(look(source).isEmpty());
        QCOMPARE(statuses.last().first().value<SourceStatus>().state, SourceStatus::State::Down);
        QVERIFY(scans.isEmpty()); // not an empty list, but none
        QVERIFY(server.start());
        if (!postgres) // MariaDB forgets it
            QVERIFY(server.run({}, "SET GLOBAL time_zone = '+13:00';"));
        QTRY_COMPARE_WITH_TIMEOUT(look(source).size(), qsizetype(2), 30'000);
        QCOMPARE(statuses.last().first().value<SourceStatus>().state, SourceStatus::State::Ok);
    }

    /// 100,000 sessions through the whole of the agent's side; what counts is how long its event loop is held up.
    void aHugeWebmailHoldsUpNobody()
    {
        QTemporaryDir folder;
        DatabaseUrl url;
        url.file = folder.filePath(QStringLiteral("huge.db"));
        QVERIFY(QFile(url.file).open(QIODevice::WriteOnly));
        const QString name = QStringLiteral("test-huge");
        constexpr int Sessions = 100'000;
        {
            Result<QSqlDatabase> database = openSqlDatabase(url, name, 1000);
            QVERIFY(database);
            QVERIFY(runSql(database.value(),
                QStringLiteral("CREATE TABLE session (sess_id varchar(128) NOT NULL PRIMARY KEY, changed datetime NOT "
                               "NULL, ip varchar(40) NOT NULL, vars text NOT NULL)")));
            QVERIFY(database.value().transaction());
            QSqlQuery insert(database.value());
            QVERIFY(insert.prepare(
                QStringLiteral("INSERT INTO session VALUES (?, datetime('now', '-30 seconds'), '192.0.2.7', ?)")));
            for (int i = 0; i < Sessions; ++i) {
                insert.addBindValue(QStringLiteral("session%1").arg(i));
                insert.addBindValue(
                    QString::fromLatin1((loggedIn("user" + QByteArray::number(i) + "@lab.test", 1'795'305'029)
                        + "folders|" + phpText(QByteArray(1'000, 'x')))
                                            .toBase64()));
                QVERIFY(insert.exec());
            }
            QVERIFY(database.value().commit());
        }
        closeSqlDatabase(name);

        Registry registry(1, RowIds("boot", QByteArray(32, 'k')));
        Webmails webmails(registry, m_clock);
        RoundcubeSource::Settings settings;
        settings.component = Component;
        settings.database = url;
        settings.lifetimeMs = 600'000;
        std::vector<std::unique_ptr<WebmailSource>> sources;
        sources.push_back(std::make_unique<RoundcubeSource>(settings, m_clock));
        webmails.start(std::move(sources), { WebmailConfig {} });
        // CPU time of this thread between two returns to its event loop: what other programs take does not count.
        struct Cost {
            qint64 longest = 0;
            qint64 all = 0;
            qint64 wallMs = 0;
        };
        const auto look = [&webmails] {
            Cost cost;
            bool done = false;
            QElapsedTimer timer;
            timer.start();
            webmails.look([&done] { done = true; });
            while (!done && timer.elapsed() < 120'000) {
                timespec before;
                timespec after;
                ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
                QCoreApplication::sendPostedEvents();
                ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
                const qint64 us = (after.tv_sec - before.tv_sec) * Second + (after.tv_nsec - before.tv_nsec) / 1'000;
                cost.longest = std::max(cost.longest, us);
                cost.all += us;
                QTest::qWait(0);
            }
            cost.wallMs = timer.elapsed();
            return cost;
        };
        const Cost first = look();
        QCOMPARE(registry.log(TableId::Webmail)->table().rowCount(), qsizetype(Sessions));
        const Cost again = look();
        for (const Cost &cost : { first, again })
            qInfo("%d sessions: a look took %lld ms; of the main thread %lld us, at most %lld us in one go", Sessions,
                static_cast<long long>(cost.wallMs), static_cast<long long>(cost.all),
                static_cast<long long>(cost.longest));
        QVERIFY(5 * first.longest < first.all);
        QVERIFY(again.all < first.all);
    }
};

QTEST_GUILESS_MAIN(TestWebmail)
#include "tst_webmail.moc"
