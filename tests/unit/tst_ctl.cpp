// SPDX-License-Identifier: GPL-3.0-or-later
// The command line's contract: verbs, formats, exit codes and --watch, with the real program against an agent of the
// test.
#include "core/client/servers.h"
#include "tests/support/fakeagent.h"
#include "tests/unit/ctlprocess.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace mailhelm;

class TestCtl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void addsFromStdin();
    void listsAsTable();
    void listsAsCsv();
    void listsAsJson();
    void filtersSortsAndChooses();
    void usageErrors_data();
    void usageErrors();
    void cannotConnect();
    void refused();
    void severalServersInPart();
    void saysWhatAnAgentLacks();
    void watches();
    void watchSurvivesARestart();
    void watchesThroughAFilter();
    void drops();
    void dropsByFilter();
    void refreshJournalStatus();
    void removes();

private:
    Ran run(const QStringList &arguments, const QByteArray &input = {})
    {
        return Ctl(m_home->path()).run(arguments, input);
    }
    void put(RowId id, const QByteArray &user, const QByteArray &info = "INBOX")
    {
        const ChangeLog::Cell cells[] { { connections::Service, QByteArray("IMAPS") },
            { connections::Protocol, QByteArray("imap") }, { connections::Secure, true },
            { connections::Since, qint64(1'763'800'000'123'456) },
            { connections::ClientAddress, Address::fromV4(0xcb007107) }, { connections::Port, qint64(50'000 + id) },
            { connections::User, user }, { connections::Info, info } };
        m_agent->log(TableId::Connections).put(id, cells);
    }
    static QString id(RowId row) { return QString::fromLatin1(rowIdToText(row)); }

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeAgent> m_agent;
};

void TestCtl::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_agent = std::make_unique<FakeAgent>(m_clock);
    QVERIFY(m_agent->start().ok());
    put(1, "alice@example.org");
    put(2, "=cmd()", "a \"b\", c\nd");
    put(3, "bob\x1b[2J\xE2\x80\xAE");
    Profile profile = Profile::open(m_home->path()).value();
    const Identity identity = profile.identity().value();
    m_agent->allow(identity.pin(), Role::Operator);
    QVERIFY(profile
                .add({ QStringLiteral("mx1"), QStringLiteral("127.0.0.1"), m_agent->port(), m_agent->pin(), {}, {},
                    Role::Operator })
                .ok());
}

void TestCtl::cleanup()
{
    m_agent.reset();
    m_home.reset();
}

void TestCtl::addsFromStdin()
{
    QTemporaryDir home;
    const Ran added
        = Ctl(home.path())
              .run({ QStringLiteral("add"), QStringLiteral("-") }, m_agent->invite(Role::Viewer).toUtf8() + "\n");
    QCOMPARE(added.err, "");
    QCOMPARE(added.code, 0);
    QVERIFY(added.out.contains("Added mx1.example.org"));
    QCOMPARE(QFileInfo(home.path() + QStringLiteral("/identity.pem")).permissions() & 0x077, QFile::Permissions());
    const Ran servers = Ctl(home.path()).run({ QStringLiteral("servers") });
    QCOMPARE(servers.code, 0);
    QVERIFY(servers.out.contains("mx1.example.org"));
    QVERIFY(servers.out.contains("viewer"));
    QCOMPARE(Ctl(home.path()).run({ QStringLiteral("connections") }).code, 0);

    // The same token again; a link that is none.
    (void)m_agent->invite(Role::Viewer);
    QTemporaryDir other;
    QCOMPARE(Ctl(other.path()).run({ QStringLiteral("add"), QStringLiteral("mailhelm://nonsense") }).code, 2);
    QString foreign = m_agent->invite(Role::Viewer);
    m_agent->stop();
    QCOMPARE(Ctl(other.path()).run({ QStringLiteral("add"), foreign }).code, 3);
    m_agent->makeNewKey();
    QVERIFY(m_agent->start().ok());
    const Ran wrongPin = Ctl(other.path()).run({ QStringLiteral("add"), foreign });
    QCOMPARE(wrongPin.code, 4);
    QVERIFY(wrongPin.err.contains("another key answers"));
}

void TestCtl::listsAsTable()
{
    const Ran ran = run({ QStringLiteral("connections") });
    QCOMPARE(ran.err, "");
    QCOMPARE(ran.code, 0);
    const QByteArrayList lines = ran.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines[0].startsWith("ID "));
    QVERIFY(lines[0].contains("Protocol"));
    QVERIFY(ran.out.contains(id(1).toLatin1()));
    QVERIFY(ran.out.contains("2025-11-22 08:26:40"));
    QVERIFY(ran.out.contains("203.0.113.7"));
    QVERIFY(!ran.out.contains('\x1b')); // nobody's name may move the terminal's cursor
    QVERIFY(ran.out.contains("bob\\u{001B}[2J\\u{202E}"));
}

void TestCtl::listsAsCsv()
{
    const Ran ran = run(
        { QStringLiteral("connections"), QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--columns"),
            QStringLiteral("server,id,user,since,secure,info,login"), QStringLiteral("--sort"), QStringLiteral("id") });
    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.out,
        "server,id,user,since,secure,info,login\r\n"
        "mx1,aaaaaaaaaaaab,alice@example.org,2025-11-22T08:26:40.123456Z,yes,INBOX,\r\n"
        "mx1,aaaaaaaaaaaac,'=cmd(),2025-11-22T08:26:40.123456Z,yes,\"a \"\"b\"\", c\nd\",\r\n"
        "mx1,aaaaaaaaaaaad,bob\x1b[2J\xE2\x80\xAE,2025-11-22T08:26:40.123456Z,yes,INBOX,\r\n");
}

void TestCtl::listsAsJson()
{
    const Ran ran = run({ QStringLiteral("connections"), QStringLiteral("--format"), QStringLiteral("json") });
    QCOMPARE(ran.code, 0);
    const QJsonArray rows = QJsonDocument::fromJson(ran.out).array();
    QCOMPARE(rows.size(), 3);
    const QJsonObject row = rows[0].toObject();
    QCOMPARE(row.value(u"server").toString(), QStringLiteral("mx1"));
    QCOMPARE(row.value(u"id").toString(), id(1));
    QCOMPARE(row.value(u"secure").toBool(), true);
    QCOMPARE(row.value(u"port").toInt(), 50'001);
    QCOMPARE(row.value(u"address").toString(), QStringLiteral("203.0.113.7"));
    QVERIFY(row.contains(u"login") && row.value(u"login").isNull());
    for (const ColumnSpec &spec : schemaOf(TableId::Connections).columns())
        QVERIFY(row.contains(QString::fromUtf8(spec.key)));
    QCOMPARE(rows[2].toObject().value(u"user").toString(), QString::fromUtf8("bob\x1b[2J\xE2\x80\xAE"));
    QVERIFY(!ran.out.contains('\x1b'));
    QCOMPARE(run({ QStringLiteral("audit"), QStringLiteral("--format"), QStringLiteral("json") }).out, "[]\n");
}

void TestCtl::filtersSortsAndChooses()
{
    const Ran ran = run({ QStringLiteral("connections"), QStringLiteral("--filter"),
        QStringLiteral("user:alice | user:bob"), QStringLiteral("--sort"), QStringLiteral("-port"),
        QStringLiteral("--columns"), QStringLiteral("port"), QStringLiteral("--format"), QStringLiteral("csv") });
    QCOMPARE(ran.out, "port\r\n50003\r\n50001\r\n");
}

void TestCtl::usageErrors_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *arguments, const QByteArray &says) {
        QTest::newRow(name) << QString::fromLatin1(arguments).split(u' ', Qt::SkipEmptyParts) << says;
    };
    row("no verb", "", "subcommand");
    row("unknown verb", "frobnicate", "frobnicate");
    row("not in this version", "frobnicate", "frobnicate");
    row("unknown option", "connections --frob", "--frob");
    row("unknown column to sort", "connections --sort frob",
        "no column \xE2\x80\x9C"
        "frob");
    row("unknown column to show", "connections --columns user,frob",
        "no column \xE2\x80\x9C"
        "frob");
    row("broken filter", "connections --filter (alice", "--filter:");
    row("unknown format", "connections --format xml", "xml");
    row("unknown server", "connections --server frob", "no server called");
    row("broken span", "connections --watch=soon", "no span");
    row("watch as csv", "connections --watch --format csv", "--watch");
    row("drop nothing", "drop", "either ids or --filter");
    row("drop a number", "drop 17", "no id");
    row("drop elsewhere", "drop frob/aaaaaaaaaaaab", "no such server");
    row("drop without asking", "drop --filter user:alice", "--yes");
    QTest::newRow("drop everything by mistake") << QStringList { QStringLiteral("drop"), QStringLiteral("--filter"),
        QString(), QStringLiteral("--yes") } << QByteArray("every connection");
    row("refresh nothing", "refresh frob", "no table");
    row("remove nobody", "remove frob", "no server called");
}

void TestCtl::usageErrors()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Ran ran = run(arguments);
    QVERIFY2(ran.err.contains(says), ran.err.constData());
    QCOMPARE(ran.code, 2);
    QCOMPARE(ran.out, "");
}

void TestCtl::cannotConnect()
{
    m_agent->stop();
    const Ran ran = run({ QStringLiteral("connections") });
    QCOMPARE(ran.code, 3);
    QVERIFY(ran.err.contains("mx1: Cannot connect to 127.0.0.1"));
    QCOMPARE(run({ QStringLiteral("connections"), QStringLiteral("--watch") }).code, 3);
    QCOMPARE(run({ QStringLiteral("drop"), id(1) }).code, 3);
}

void TestCtl::refused()
{
    m_agent->forget(Profile::open(m_home->path()).value().identity().value().pin());
    const Ran ran = run({ QStringLiteral("connections") });
    QCOMPARE(ran.code, 4);
    QVERIFY(ran.err.contains("This key is not known here."));
}

void TestCtl::severalServersInPart()
{
    Profile profile = Profile::open(m_home->path()).value();
    QVERIFY(profile.add({ QStringLiteral("mx2"), QStringLiteral("127.0.0.1"), 1, m_agent->pin(), {}, {}, Role::Viewer })
                .ok());
    const Ran ran = run({ QStringLiteral("connections"), QStringLiteral("--format"), QStringLiteral("csv"),
        QStringLiteral("--columns"), QStringLiteral("server") });
    QCOMPARE(ran.code, 1);
    QCOMPARE(ran.out, "server\r\nmx1\r\nmx1\r\nmx1\r\n");
    QVERIFY(ran.err.contains("mx2: Cannot connect"));
    QCOMPARE(run({ QStringLiteral("--server"), QStringLiteral("mx1"), QStringLiteral("connections") }).code, 0);
    QCOMPARE(run({ QStringLiteral("connections"), QStringLiteral("--server"), QStringLiteral("mx2") }).code, 3);
    const Ran bare = run({ QStringLiteral("drop"), id(1) });
    QCOMPARE(bare.code, 2);
    QVERIFY(bare.err.contains("several servers"));
    QCOMPARE(run({ QStringLiteral("drop"), QStringLiteral("mx1/") + id(1) }).code, 0); // mx2 has no part in it
}

void TestCtl::saysWhatAnAgentLacks()
{
    m_agent->missing.insert(TableId::Audit);
    const Ran ran = run({ QStringLiteral("audit") });
    QCOMPARE(ran.code, 1);
    QVERIFY(ran.err.contains("does not have the table audit"));
}

/// Lines of a --watch as "change id user".
static QStringList digest(const QByteArray &out)
{
    QStringList digests;
    for (const QByteArray &line : out.trimmed().split('\n')) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        const QString user = object.value(u"row").toObject().value(u"user").toString();
        digests.append(QStringLiteral("%1 %2 %3")
                           .arg(object.value(u"change").toString(), object.value(u"id").toString().right(1), user)
                           .trimmed());
        if (object.value(u"server").toString() != u"mx1" || object.value(u"table").toString() != u"connections")
            digests.append(QStringLiteral("foreign: ") + QString::fromUtf8(line));
    }
    return digests;
}

void TestCtl::watches()
{
    put(2, "carol");
    m_agent->log(TableId::Connections).remove(3);
    Ctl ctl(m_home->path());
    ctl.setArguments({ QStringLiteral("connections"), QStringLiteral("--watch") });
    ctl.start();
    QByteArray out;
    const auto lines = [&](int count) {
        out += ctl.readAllStandardOutput();
        return out.count('\n') >= count;
    };
    QTRY_VERIFY(lines(3));
    QStringList first = digest(out);
    first.sort();
    QCOMPARE(first,
        QStringList(
            { QStringLiteral("added b alice@example.org"), QStringLiteral("added c carol"), QStringLiteral("reset") }));
    QVERIFY(out.startsWith(
        "{\"change\":\"reset\",\"server\":\"mx1\",\"table\":\"connections\",\"id\":null,\"row\":null}\n"));
    QCOMPARE(m_agent->subscribes.last().intervalMs, std::optional<qint64>(0)); // as it happens

    out.clear();
    const ChangeLog::Cell bytes[] { { connections::BytesIn, qint64(5) } };
    m_agent->log(TableId::Connections).put(1, bytes); // volatile alone: no line
    m_agent->changed();
    put(4, "dave");
    m_agent->changed();
    put(4, "dave", "Sent");
    m_agent->changed();
    m_agent->log(TableId::Connections).remove(4);
    m_agent->changed();
    QTRY_VERIFY(lines(3));
    QCOMPARE(digest(out),
        QStringList(
            { QStringLiteral("added e dave"), QStringLiteral("updated e dave"), QStringLiteral("removed e dave") }));
    QVERIFY(out.trimmed().split('\n').last().contains("\"info\":\"Sent\"")); // the last row, complete

    ::kill(pid_t(ctl.processId()), SIGINT);
    QVERIFY(ctl.end());
    QCOMPARE(ctl.exitStatus(), QProcess::NormalExit);
    QCOMPARE(ctl.exitCode(), 0);
}

void TestCtl::watchSurvivesARestart()
{
    m_agent->log(TableId::Connections).remove(3);
    put(2, "carol");
    Ctl ctl(m_home->path());
    ctl.setArguments({ QStringLiteral("connections"), QStringLiteral("--watch=10ms") });
    ctl.start();
    QByteArray out;
    const auto lines = [&](int count) {
        out += ctl.readAllStandardOutput();
        return out.count('\n') >= count;
    };
    QTRY_VERIFY(lines(3));
    QCOMPARE(m_agent->subscribes.last().intervalMs, std::optional<qint64>(10));
    out.clear();
    m_agent->stop();
    QByteArray complaint;
    QTRY_VERIFY((complaint += ctl.readAllStandardError()).contains("mx1: "));
    m_agent->newEpoch(true);
    put(5, "eve");
    m_agent->log(TableId::Connections).remove(2);
    QVERIFY(m_agent->start().ok());
    QTRY_VERIFY_WITH_TIMEOUT(lines(2), 10'000);
    QTest::qWait(200);
    (void)lines(2);
    QStringList got = digest(out);
    got.sort();
    QCOMPARE(got,
        QStringList(
            { QStringLiteral("added f eve"), QStringLiteral("removed c carol") })); // no second reset, nothing twice
    ctl.terminate();
    QVERIFY(ctl.end());
    QCOMPARE(ctl.exitCode(), 0);
}

void TestCtl::watchesThroughAFilter()
{
    Ctl ctl(m_home->path());
    ctl.setArguments({ QStringLiteral("connections"), QStringLiteral("--watch"), QStringLiteral("--filter"),
        QStringLiteral("user:alice | bytes_in>1k") });
    ctl.start();
    QByteArray out;
    const auto lines = [&](int count) {
        out += ctl.readAllStandardOutput();
        return out.count('\n') >= count;
    };
    QTRY_VERIFY(lines(2));
    QCOMPARE(digest(out), QStringList({ QStringLiteral("reset"), QStringLiteral("added b alice@example.org") }));
    out.clear();
    put(1, "mallory"); // matches no more
    m_agent->changed();
    const ChangeLog::Cell bytes[] { { connections::BytesIn, qint64(5000) } };
    m_agent->log(TableId::Connections).put(1, bytes); // does again, by a volatile column alone
    m_agent->changed();
    QTRY_VERIFY(lines(2));
    QCOMPARE(digest(out), QStringList({ QStringLiteral("removed b mallory"), QStringLiteral("added b mallory") }));
}

void TestCtl::drops()
{
    const Ran one = run({ QStringLiteral("drop"), id(1), QStringLiteral("mx1/") + id(2) });
    QCOMPARE(one.code, 0);
    QCOMPARE(m_agent->drops.size(), 1);
    QCOMPARE(m_agent->drops[0], QList<RowId>({ 1, 2 }));
    QVERIFY(one.out.contains("mx1/" + id(1).toLatin1() + " dropped"));
    const Ran part = run({ QStringLiteral("drop"), id(1), id(3) });
    QCOMPARE(part.code, 1);
    QVERIFY(part.err.contains("mx1/" + id(1).toLatin1() + ": there is no such connection"));
    QVERIFY(part.out.contains("mx1/" + id(3).toLatin1() + " dropped"));
    m_agent->onDrop = [](RowId row) {
        return Outcomes::Target { row, Outcomes::Code::Refused, "it is your own connection" };
    };
    const Ran refused = run({ QStringLiteral("drop"), id(1) });
    QCOMPARE(refused.code, 4);
    QVERIFY(refused.err.contains("it is your own connection"));
}

void TestCtl::dropsByFilter()
{
    const Ran ran = run(
        { QStringLiteral("drop"), QStringLiteral("--filter"), QStringLiteral("user:alice"), QStringLiteral("--yes") });
    QCOMPARE(ran.code, 0);
    QCOMPARE(m_agent->drops, QList<QList<RowId>>({ { 1 } }));
    QVERIFY(ran.out.contains("alice@example.org")); // shown what
    const Ran none = run(
        { QStringLiteral("drop"), QStringLiteral("--filter"), QStringLiteral("user:alice"), QStringLiteral("--yes") });
    QCOMPARE(none.code, 0);
    QVERIFY(none.out.contains("No connection matches"));
}

void TestCtl::refreshJournalStatus()
{
    QCOMPARE(run({ QStringLiteral("refresh"), QStringLiteral("connections") }).code, 0);
    QCOMPARE(m_agent->refreshes, 1);
    const Ran journal = run({ QStringLiteral("journal"), id(1) });
    QCOMPARE(journal.code, 0);
    QCOMPARE(journal.out, "first line\nsecond \\u{001B}[31mline\n");
    const Ran status = run({ QStringLiteral("status"), QStringLiteral("--format"), QStringLiteral("json") });
    QCOMPARE(status.code, 0);
    const QJsonObject object = QJsonDocument::fromJson(status.out).array().first().toObject();
    QCOMPARE(object.value(u"rows").toObject().value(u"connections").toInt(), 3);
    QCOMPARE(object.value(u"role").toString(), QStringLiteral("operator"));
    QVERIFY(run({ QStringLiteral("status") }).out.contains("3 connections"));
}

void TestCtl::removes()
{
    QCOMPARE(run({ QStringLiteral("remove"), QStringLiteral("MX1") }).code, 0);
    QCOMPARE(run({ QStringLiteral("servers"), QStringLiteral("--format"), QStringLiteral("json") }).out, "[]\n");
    const Ran ran = run({ QStringLiteral("connections") });
    QCOMPARE(ran.code, 2);
    QVERIFY(ran.err.contains("mailhelmd enroll"));
}

QTEST_GUILESS_MAIN(TestCtl)
#include "tst_ctl.moc"
