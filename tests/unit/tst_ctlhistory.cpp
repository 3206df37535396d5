// SPDX-License-Identifier: GPL-3.0-or-later
// The verb `history`: times as people write them, who was there and who still is, and what nobody watched, with the
// real program against agents of the test.
#include "core/client/servers.h"
#include "tests/support/fakeagent.h"
#include "tests/unit/ctlprocess.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

using namespace mailhelm;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Hour = 3600 * Second;

} // namespace

class TestCtlHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void theLastDayUnlessTold();
    void formats();
    void times_data();
    void times();
    void mistakes_data();
    void mistakes();
    void whatNobodyWatchedIsSaid();
    void anAgentWithoutHistory();
    void severalServers();

private:
    Ran run(const QStringList &arguments) { return Ctl(m_home->path()).run(arguments); }
    QJsonArray json(QStringList arguments)
    {
        arguments
            = QStringList { QStringLiteral("history"), QStringLiteral("--format"), QStringLiteral("json") } + arguments;
        const Ran ran = run(arguments);
        if (ran.code != 0)
            qWarning("exit code %d: %s", ran.code, ran.err.constData());
        return QJsonDocument::fromJson(ran.out).array();
    }
    static void over(FakeAgent &agent, RowId id, const QByteArray &user, qint64 since, qint64 ended)
    {
        const ChangeLog::Cell cells[] { { connections::Service, QByteArray("IMAPS") }, { connections::User, user },
            { connections::Since, since }, { history::Ended, ended }, { history::EndedExact, id % 2 == 0 } };
        agent.history().put(id, cells);
    }
    std::unique_ptr<FakeAgent> agent(const QString &name)
    {
        auto made = std::make_unique<FakeAgent>(m_clock);
        if (!made->start())
            qFatal("the agent does not start");
        Profile profile = Profile::open(m_home->path()).value();
        made->allow(profile.identity().value().pin(), Role::Viewer);
        if (!profile.add({ name, QStringLiteral("127.0.0.1"), made->port(), made->pin(), {}, {}, Role::Viewer }))
            qFatal("the server cannot be added");
        return made;
    }

    SystemClock m_clock;
    qint64 m_now = 0;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeAgent> m_agent;
};

void TestCtlHistory::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_agent = agent(QStringLiteral("mx1"));
    m_now = m_clock.nowUs();
    over(*m_agent, 1, "alice", m_now - 3 * Hour, m_now - 2 * Hour);
    over(*m_agent, 2, "bob\x1b[2J", m_now - 30 * Hour, m_now - 23 * Hour);
    over(*m_agent, 3, "carol", m_now - 60 * Hour, m_now - 50 * Hour);
    const ChangeLog::Cell live[] { { connections::User, QByteArray("dave") }, { connections::Since, m_now - Hour } };
    m_agent->log(TableId::Connections).put(4, live);
    const ChangeLog::Cell session[] { { webmail::User, QByteArray("wanda") },
        { webmail::Component, QByteArray("HTTP/WebMail") }, { webmail::Started, m_now - Hour } };
    m_agent->log(TableId::Webmail).put(5, session);
}

void TestCtlHistory::cleanup()
{
    m_agent.reset();
    m_home.reset();
}

void TestCtlHistory::theLastDayUnlessTold()
{
    const QJsonArray rows = json({ QStringLiteral("--sort"), QStringLiteral("ended") });
    QCOMPARE(rows.size(), 4);
    QCOMPARE(rows[0].toObject().value(u"user").toString(), QStringLiteral("bob\x1b[2J"));
    QCOMPARE(rows[0].toObject().value(u"ended_exact"), QJsonValue(true));
    QCOMPARE(rows[0].toObject().value(u"id").toString(), QString::fromLatin1(rowIdToText(2)));
    QCOMPARE(rows[1].toObject().value(u"user").toString(), QStringLiteral("alice"));
    QCOMPARE(rows[1].toObject().value(u"ended_exact"), QJsonValue(false));
    // Those who are still there come last, and have no end.
    QVERIFY(rows[2].toObject().value(u"ended").isNull() && rows[3].toObject().value(u"ended").isNull());
    QVERIFY(rows[3].toObject().value(u"ended_exact").isNull());
    const QJsonArray web = json({ QStringLiteral("--filter"), QStringLiteral("user=wanda") });
    QCOMPARE(web.size(), 1);
    QCOMPARE(web[0].toObject().value(u"service").toString(), QStringLiteral("HTTP/WebMail"));
    QCOMPARE(web[0].toObject().value(u"extension").toString(), QStringLiteral("WebMail"));
    QCOMPARE(json({ QStringLiteral("--filter"), QStringLiteral("ended=?") }).size(), 2);
}

void TestCtlHistory::formats()
{
    const Ran table = run({ QStringLiteral("history") });
    QCOMPARE(table.code, 0);
    QVERIFY(table.out.contains("Ended"));
    QVERIFY(!table.out.contains('\x1b'));
    const Ran csv = run(
        { QStringLiteral("history"), QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--columns"),
            QStringLiteral("user,ended_exact"), QStringLiteral("--sort"), QStringLiteral("user") });
    QCOMPARE(csv.out, "user,ended_exact\r\nalice,no\r\nbob\x1b[2J,yes\r\ndave,\r\nwanda,\r\n");
}

void TestCtlHistory::times_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("users");
    const auto row = [](const char *name, const QStringList &arguments, const QStringList &users) {
        QTest::newRow(name) << arguments << users;
    };
    const QString from = QStringLiteral("--from"), to = QStringLiteral("--to"), at = QStringLiteral("--at");
    const auto text = [](qint64 ago, const QString &format) {
        return QDateTime::fromMSecsSinceEpoch((SystemClock().nowUs() - ago) / 1000, Qt::UTC).toString(format);
    };
    const QString minute = QStringLiteral("yyyy-MM-dd HH:mm");
    row("spans ago", { from, QStringLiteral("150min"), to, QStringLiteral("90m") }, { QStringLiteral("alice") });
    row("days ago", { from, QStringLiteral("3d"), to, QStringLiteral("1d") },
        { QStringLiteral("bob\x1b[2J"), QStringLiteral("carol") });
    row("from alone", { from, QStringLiteral("90min") }, { QStringLiteral("dave"), QStringLiteral("wanda") });
    row("to alone: the day before", { to, QStringLiteral("25h") }, { QStringLiteral("bob\x1b[2J") });
    row("a minute", { at, text(150 * 60 * Second, minute) }, { QStringLiteral("alice") });
    row("RFC 3339", { at, text(150 * 60 * Second, QStringLiteral("yyyy-MM-ddTHH:mm:ssZ")) },
        { QStringLiteral("alice") });
    row("with a zone",
        { at,
            QDateTime::fromMSecsSinceEpoch((SystemClock().nowUs() - 150 * 60 * Second) / 1000, Qt::OffsetFromUTC, 7200)
                .toString(Qt::ISODate) },
        { QStringLiteral("alice") });
    row("now", { at, QStringLiteral("0s") }, { QStringLiteral("dave"), QStringLiteral("wanda") });
    row("a time of day", { at, text(150 * 60 * Second, QStringLiteral("HH:mm")) }, { QStringLiteral("alice") });
    row("a time of day, yesterday's", { at, text(-60 * 60 * Second, QStringLiteral("HH:mm")) },
        { QStringLiteral("bob\x1b[2J") }); // 23 hours ago: it is the last time that it was that late
    row("nobody then", { at, QStringLiteral("40h") }, {});
}

void TestCtlHistory::times()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, users);
    QStringList told;
    for (const QJsonValue &row : json(arguments + QStringList { QStringLiteral("--sort"), QStringLiteral("user") }))
        told.append(row.toObject().value(u"user").toString());
    QCOMPARE(told, users);
}

void TestCtlHistory::mistakes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("said");
    const auto row = [](const char *name, const QStringList &arguments, const char *said) {
        QTest::newRow(name) << arguments << QByteArray(said);
    };
    const QString from = QStringLiteral("--from"), to = QStringLiteral("--to"), at = QStringLiteral("--at");
    row("no time", { at, QStringLiteral("noon") }, "is no time; write");
    row("no such day", { from, QStringLiteral("2026-02-30") }, "--from");
    row("no such minute", { at, QStringLiteral("25:00") }, "--at");
    row("backwards", { from, QStringLiteral("1h"), to, QStringLiteral("2h") }, "ends before it begins");
    row("two ways", { from, QStringLiteral("1h"), at, QStringLiteral("2h") }, "--at goes with neither");
    row("no filter", { QStringLiteral("--filter"), QStringLiteral("nosuch=1") }, "--filter");
    row("no column", { QStringLiteral("--columns"), QStringLiteral("nosuch") }, "There is no column");
}

void TestCtlHistory::mistakes()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, said);
    const Ran ran = run(QStringList { QStringLiteral("history") } + arguments);
    QCOMPARE(ran.code, 2);
    QVERIFY2(ran.err.contains(said), ran.err.constData());
    QVERIFY(ran.out.isEmpty());
}

void TestCtlHistory::whatNobodyWatchedIsSaid()
{
    for (int i = 0; i < 14; ++i)
        m_agent->unwatched.append({ m_now - (20 - i) * Hour, m_now - (20 - i) * Hour + 60 * Second });
    const Ran ran = run({ QStringLiteral("history"), QStringLiteral("--format"), QStringLiteral("json") });
    QCOMPARE(ran.code, 0);
    QCOMPARE(QJsonDocument::fromJson(ran.out).array().size(), 4); // standard output is rows alone
    QCOMPARE(ran.err.count("mx1: nobody watched from "), 10);
    QVERIFY2(ran.err.contains("mx1: and in 4 further spans."), ran.err.constData());
}

void TestCtlHistory::anAgentWithoutHistory()
{
    m_agent->missing.insert(TableId::History);
    m_agent->historyFailure = Failed { ErrorCode::Unavailable, "This agent keeps no history." };
    const Ran ran = run({ QStringLiteral("history"), QStringLiteral("--format"), QStringLiteral("json") });
    QCOMPARE(ran.code, 1);
    QVERIFY2(ran.err.contains("mx1: This agent keeps no history."), ran.err.constData());
    QCOMPARE(QJsonDocument::fromJson(ran.out).array().size(), 2); // who is there is known all the same
}

void TestCtlHistory::severalServers()
{
    const auto other = agent(QStringLiteral("mx2"));
    over(*other, 1, "zoe", m_now - 2 * Hour, m_now - Hour);
    other->partBytes = 100;
    QJsonArray rows = json({ QStringLiteral("--sort"), QStringLiteral("-user") });
    QCOMPARE(rows.size(), 5);
    QCOMPARE(rows[0].toObject().value(u"server").toString(), QStringLiteral("mx2"));
    QCOMPARE(rows[0].toObject().value(u"user").toString(), QStringLiteral("zoe"));
    rows = json({ QStringLiteral("--server"), QStringLiteral("mx2") });
    QCOMPARE(rows.size(), 1);
    other->stop();
    const Ran ran = run({ QStringLiteral("history"), QStringLiteral("--format"), QStringLiteral("json") });
    QCOMPARE(ran.code, 1);
    QCOMPARE(QJsonDocument::fromJson(ran.out).array().size(), 4);
}

QTEST_GUILESS_MAIN(TestCtlHistory)
#include "tst_ctlhistory.moc"
