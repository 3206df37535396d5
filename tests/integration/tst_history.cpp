// SPDX-License-Identifier: GPL-3.0-or-later
// Real people come and go at a real mail server, the agent is restarted and killed, and the history tells what the test
// did: no more, no less, and where it cannot know, it says so.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>
#include <QTimeZone>

using namespace mailhelm;

namespace
{

using Port = Lab::Port;
namespace c = connections;
namespace h = history;

constexpr qint64 Second = 1'000'000;
/// Between what a client did and when the agent saw it, on a busy machine.
constexpr qint64 Late = 3 * Second;

qint64 now()
{
    return SystemClock().nowUs();
}

} // namespace

class TestHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void whoCameAndWent();
    void whoIsStillThere();
    void whoWasDropped();
    void whoLeftWhileTheAgentWasAway_data();
    void whoLeftWhileTheAgentWasAway();
    void onlySoManyAtOnce();
    void theCommandLine();
    void anAgentThatKeepsNone();

private:
    struct Visit {
        quint16 port = 0; ///< the client's
        quint16 service = 0;
        QByteArray user; ///< "" = never logged in
        qint64 came = 0;
        qint64 left = 0; ///< 0 = is still there
    };

    std::unique_ptr<MailClient> come(MailClient::Protocol protocol, MailClient::Security security, Port port, int user);
    Visit noteOf(const MailClient &client) const
    {
        return { client.localPort(), client.peerPort(), client.user(), client.connectedAtUs(), 0 };
    }
    /// The row of that visit; id 0 where there is none, or more than one.
    [[nodiscard]] static AgentClient::Row rowOf(const QList<AgentClient::Row> &rows, const Visit &visit);
    struct Ran {
        int code = -1;
        QByteArray out;
        QByteArray err;
    };
    Ran ctl(const QStringList &arguments, const QByteArray &in = {}) const;

    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<AgentClient> m_console;
    QTemporaryDir m_home;
    qint64 m_started = 0;
};

void TestHistory::initTestCase()
{
    if (const QString why = Lab::whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
    Lab::Options options;
    options.serviceCount0 = true;
    m_lab = std::make_unique<Lab>(options);
    m_agent = std::make_unique<AgentProcess>();
    m_console = std::make_unique<AgentClient>();
    LinkTimes times;
    times.backoffFirst = std::chrono::milliseconds(100);
    times.backoffLongest = std::chrono::milliseconds(500);
    m_started = now();
    for (const Result<void> &step :
        { m_lab->start(), m_agent->init(*m_lab), m_agent->start(), m_console->enrol(*m_agent, "tester", "owner", times),
            m_console->watch({ TableId::Connections, TableId::Webmail, TableId::Sources }) })
        QVERIFY2(step, step ? "" : qPrintable(step.error().detail));
}

void TestHistory::cleanupTestCase()
{
    m_console.reset();
    m_agent.reset();
    m_lab.reset();
}

std::unique_ptr<MailClient> TestHistory::come(
    MailClient::Protocol protocol, MailClient::Security security, Port port, int user)
{
    auto client = std::make_unique<MailClient>(protocol, security);
    if (!client->connectTo(QHostAddress(QHostAddress::LocalHost), m_lab->port(port))
        || (user > 0 && !client->login(Lab::user(user))))
        return nullptr;
    return client;
}

AgentClient::Row TestHistory::rowOf(const QList<AgentClient::Row> &rows, const Visit &visit)
{
    AgentClient::Row none;
    none.cells.resize(schemaOf(TableId::History).columnCount());
    AgentClient::Row found = none;
    for (const AgentClient::Row &row : rows) {
        if (row.number(c::Port) != visit.port || row.number(c::LocalPort) != visit.service)
            continue;
        if (found.id != 0)
            return none;
        found = row;
    }
    return found;
}

void TestHistory::whoCameAndWent()
{
    using P = MailClient::Protocol;
    using S = MailClient::Security;
    QCOMPARE(m_console->source("history").text(sources::State), QByteArray("ok"));
    const qint64 before = now();
    std::vector<std::unique_ptr<MailClient>> clients;
    for (int i = 1; i <= 5; ++i) {
        clients.push_back(come(P::Imap, S::Tls, Port::Imaps, i));
        clients.push_back(come(P::Imap, S::Plain, Port::Imap, i == 5 ? 0 : i));
        clients.push_back(come(P::Pop3, S::Plain, Port::Pop3, 10 + i));
        clients.push_back(come(P::Smtp, S::StartTls, Port::Submission, 20 + i));
    }
    QList<Visit> visits;
    for (const auto &client : clients) {
        QVERIFY(client);
        visits.append(noteOf(*client));
    }
    // The agent has seen them, and who they are.
    QTRY_VERIFY_WITH_TIMEOUT(std::count_if(visits.begin(), visits.end(),
                                 [&](const Visit &visit) {
                                     const AgentClient::Row row = rowOf(m_console->rows(), visit);
                                     return row.id != 0 && row.maybeText(c::User) == visit.user;
                                 })
            == visits.size(),
        20'000);
    const qint64 allThere = now();
    for (size_t i = 0; i < clients.size(); ++i) {
        if (i % 2 == 0)
            clients[i]->abort();
        else
            QVERIFY(clients[i]->logout());
        visits[qsizetype(i)].left = now();
        QTest::qWait(20);
    }
    QTRY_VERIFY_WITH_TIMEOUT(std::none_of(visits.begin(), visits.end(),
                                 [&](const Visit &visit) { return rowOf(m_console->rows(), visit).id != 0; }),
        20'000);
    const AgentClient::Past all = m_console->history(before, now());
    QVERIFY2(!all.error, all.error ? qPrintable(all.error->detail) : "");
    int exact = 0;
    for (const Visit &visit : std::as_const(visits)) {
        const AgentClient::Row row = rowOf(all.rows, visit);
        QVERIFY2(row.id != 0, QByteArray::number(visit.port).constData());
        QCOMPARE(row.maybeText(c::User), std::optional(visit.user));
        QVERIFY2(std::abs(row.number(c::Since) - visit.came) < Late,
            QByteArray::number(row.number(c::Since) - visit.came).constData());
        QVERIFY(row.isKnown(h::Ended));
        QVERIFY2(std::abs(row.number(h::Ended) - visit.left) < Late,
            QByteArray::number(row.number(h::Ended) - visit.left).constData());
        QVERIFY(row.number(h::Ended) >= row.number(c::Since));
        QVERIFY(row.number(c::BytesOut) > 0); // the kernel's last counters
        exact += row.flag(h::EndedExact).value_or(false);
    }
    QVERIFY2(
        exact >= visits.size() - 2, QByteArray::number(exact).constData()); // one scan may be quicker than a notice
    // At a moment at which all were there, and at one before any came.
    const AgentClient::Past then = m_console->history(allThere, allThere + 1);
    for (const Visit &visit : std::as_const(visits))
        QVERIFY(rowOf(then.rows, visit).id != 0);
    const AgentClient::Past earlier = m_console->history(before - 10 * Second, before - 9 * Second);
    for (const Visit &visit : std::as_const(visits))
        QVERIFY(rowOf(earlier.rows, visit).id == 0);
    QVERIFY2(then.unwatched.isEmpty(), "somebody watched then");
}

void TestHistory::whoIsStillThere()
{
    const auto client = come(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps, 7);
    QVERIFY(client);
    const Visit visit = noteOf(*client);
    QTRY_VERIFY(rowOf(m_console->rows(), visit).maybeText(c::User) == visit.user);
    AgentClient::Past past = m_console->history(visit.came, now());
    AgentClient::Row row = rowOf(past.rows, visit);
    QCOMPARE(row.text(c::User), Lab::user(7));
    QVERIFY(!row.isKnown(h::Ended));
    client->abort();
    QTRY_VERIFY(rowOf(m_console->rows(), visit).id == 0);
    past = m_console->history(visit.came, now());
    row = rowOf(past.rows, visit);
    QVERIFY(row.isKnown(h::Ended));
}

void TestHistory::whoWasDropped()
{
    const auto client = come(MailClient::Protocol::Imap, MailClient::Security::Plain, Port::Imap, 8);
    QVERIFY(client);
    const Visit visit = noteOf(*client);
    QTRY_VERIFY(rowOf(m_console->rows(), visit).maybeText(c::User) == visit.user);
    const RowId id = rowOf(m_console->rows(), visit).id;
    const QList<Outcomes::Target> targets = m_console->drop({ id });
    if (targets.size() == 1 && targets.first().code == Outcomes::Code::Refused)
        QSKIP("connections cannot be dropped here");
    const qint64 dropped = now();
    QTRY_VERIFY(rowOf(m_console->rows(), visit).id == 0);
    const AgentClient::Row row = rowOf(m_console->history(visit.came, now()).rows, visit);
    QCOMPARE(row.id, id); // history names what was live
    QVERIFY(std::abs(row.number(h::Ended) - dropped) < Late);
}

void TestHistory::whoLeftWhileTheAgentWasAway_data()
{
    QTest::addColumn<bool>("killed");
    QTest::newRow("stopped") << false;
    QTest::newRow("killed") << true;
}

void TestHistory::whoLeftWhileTheAgentWasAway()
{
    QFETCH(bool, killed);
    const auto stays = come(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps, 11);
    const auto leaves = come(MailClient::Protocol::Imap, MailClient::Security::Plain, Port::Imap, 12);
    QVERIFY(stays && leaves);
    const Visit there = noteOf(*stays);
    const Visit gone = noteOf(*leaves);
    QTRY_VERIFY(rowOf(m_console->rows(), there).maybeText(c::User) == there.user);
    QTRY_VERIFY(rowOf(m_console->rows(), gone).maybeText(c::User) == gone.user);
    // A request makes the agent write, as the clock does every five seconds.
    (void)m_console->history(now() - Second, now());
    const qint64 written = now();
    const qint64 before = now();
    const Result<void> ended = killed ? m_agent->kill() : m_agent->stop();
    QVERIFY2(ended, ended ? "" : qPrintable(ended.error().detail));
    const qint64 away = now();
    leaves->abort();
    // One who came and went while nobody looked: nobody knows.
    const auto unseen = come(MailClient::Protocol::Imap, MailClient::Security::Plain, Port::Imap, 13);
    QVERIFY(unseen);
    const Visit ghost = noteOf(*unseen);
    unseen->abort();
    QTest::qWait(1500);
    const qint64 back = now();
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    QTRY_VERIFY_WITH_TIMEOUT(m_console->link().isLive(TableId::Connections), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(rowOf(m_console->rows(), there).maybeText(c::User) == there.user, 20'000);

    const AgentClient::Past past = m_console->history(before - 30 * Second, now());
    QVERIFY2(!past.error, past.error ? qPrintable(past.error->detail) : "");
    const AgentClient::Row left = rowOf(past.rows, gone);
    QCOMPARE(left.text(c::User), gone.user);
    QVERIFY(left.isKnown(h::Ended));
    QCOMPARE(left.flag(h::EndedExact), std::optional(false));
    // The last time that it was seen: not after the agent was gone, and written down not long before.
    QVERIFY2(left.number(h::Ended) <= away, QByteArray::number(left.number(h::Ended) - away).constData());
    QVERIFY2(left.number(h::Ended) >= (killed ? written - Second : before - Second),
        QByteArray::number(left.number(h::Ended) - before).constData());
    QVERIFY(!rowOf(past.rows, there).isKnown(h::Ended));
    QCOMPARE(rowOf(past.rows, there).text(c::User), there.user);
    QCOMPARE(rowOf(past.rows, ghost).id, RowId(0));
    // Nobody watched while the agent was away.
    const auto covers = [&](qint64 from, qint64 to) {
        return std::any_of(past.unwatched.begin(), past.unwatched.end(), [&](const HistoryDone::Span &span) {
            return span.fromUs <= from + Second / 10 && span.toUs >= to - Second / 10;
        });
    };
    QVERIFY(covers(away, back));
    const AgentClient::Past quiet = m_console->history(away, back);
    QCOMPARE(quiet.unwatched.size(), 1); // the clocks' offset is known to some µs
    QVERIFY(std::abs(quiet.unwatched.first().fromUs - away) < Second / 10);
    QVERIFY(std::abs(quiet.unwatched.first().toUs - back) < Second / 10);
    QVERIFY(m_console->history(now() - 100, now()).unwatched.isEmpty()); // and now somebody does again
}

void TestHistory::onlySoManyAtOnce()
{
    QObject context;
    int told = 0;
    int refused = 0;
    const auto ask = [&] {
        m_console->link().history(
            0, now(), &context, [](const Schema &, const ChangeSet &) {},
            [&](const Result<HistoryDone> &answer) { ++(answer ? told : refused); });
    };
    for (int i = 0; i < 3 * limits::HistoriesPerPeer; ++i)
        ask();
    QTRY_COMPARE(told + refused, 3 * limits::HistoriesPerPeer);
    QVERIFY2(told >= limits::HistoriesPerPeer, QByteArray::number(told).constData());
    QVERIFY2(refused > 0, "all at once were answered");
    ask();
    const int before = told;
    QTRY_COMPARE(told, before + 1);
}

TestHistory::Ran TestHistory::ctl(const QStringList &arguments, const QByteArray &in) const
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("MAILHELM_HOME"), m_home.path());
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmctl"), arguments);
    process.write(in);
    process.closeWriteChannel();
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 20'000))
        process.kill();
    process.waitForFinished();
    return { process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
        process.readAllStandardError() };
}

void TestHistory::theCommandLine()
{
    const Result<QString> link = m_agent->enroll("ctl", "viewer");
    QVERIFY(link);
    QCOMPARE(ctl({ QStringLiteral("add"), QStringLiteral("-") }, link.value().toUtf8() + '\n').code, 0);
    const auto stays = come(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps, 35);
    const auto leaves = come(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps, 35);
    QVERIFY(stays && leaves);
    QTRY_COMPARE(rowOf(m_console->rows(), noteOf(*leaves)).text(c::User), Lab::user(35));
    leaves->abort();
    QTRY_VERIFY(rowOf(m_console->rows(), noteOf(*leaves)).id == 0);
    const QString user = QStringLiteral("user=") + QString::fromUtf8(Lab::user(35));
    const Ran ran = ctl({ QStringLiteral("history"), QStringLiteral("--filter"), user, QStringLiteral("--sort"),
        QStringLiteral("ended"), QStringLiteral("--format"), QStringLiteral("json") });
    QVERIFY2(ran.code == 0, ran.err.constData());
    const QJsonArray rows = QJsonDocument::fromJson(ran.out).array();
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].toObject().value(u"ended_exact"), QJsonValue(true));
    QVERIFY(rows[0].toObject().value(u"ended").toString().endsWith(u'Z'));
    QVERIFY(rows[1].toObject().value(u"ended").isNull()); // unknown last
    QVERIFY2(ran.err.contains("nobody watched from"), ran.err.constData()); // before the agent was there
    // The minute, and one long ago.
    const QString minute = QTime::currentTime().toString(QStringLiteral("hh:mm"));
    QCOMPARE(QJsonDocument::fromJson(
                 ctl({ QStringLiteral("history"), QStringLiteral("--at"), minute, QStringLiteral("--filter"), user,
                         QStringLiteral("--format"), QStringLiteral("json") })
                     .out)
                 .array()
                 .isEmpty(),
        false);
    const Ran past = ctl({ QStringLiteral("history"), QStringLiteral("--from"), QStringLiteral("2h"),
        QStringLiteral("--to"), QStringLiteral("1h"), QStringLiteral("--format"), QStringLiteral("json") });
    QCOMPARE(past.code, 0);
    QCOMPARE(past.out.simplified(), QByteArray("[]"));
    QVERIFY(ctl({ QStringLiteral("history"), QStringLiteral("--format"), QStringLiteral("csv") })
                .out.contains("ended,ended_exact"));
}

void TestHistory::anAgentThatKeepsNone()
{
    QFile config(m_agent->configFile());
    QVERIFY(config.open(QIODevice::ReadWrite));
    const QByteArray text = config.readAll();
    QVERIFY(!text.contains("\n[history]"));
    config.write("\n[history]\nenabled = false\n");
    config.close();
    QVERIFY(m_agent->stop());
    QVERIFY(m_agent->start());
    const Ran ran = ctl({ QStringLiteral("history") });
    QCOMPARE(ran.code, 1);
    QVERIFY2(ran.err.contains("keeps no history") && ran.err.contains("[history] enabled = true"), ran.err.constData());
    QTRY_VERIFY_WITH_TIMEOUT(m_console->link().isLive(TableId::Sources), 20'000);
    QTRY_COMPARE(m_console->source("history").id, RowId(0));
}

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
