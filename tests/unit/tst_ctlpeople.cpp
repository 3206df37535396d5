// SPDX-License-Identifier: GPL-3.0-or-later
// The command line's contract for people: lists, the fold of online users, inactive accounts, and acting on them, with
// the real program against agents of the test.
#include "core/client/servers.h"
#include "tests/support/fakeagent.h"
#include "tests/unit/ctlprocess.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace mailhelm;

namespace
{

/// The program on a terminal of its own.
class Typed : public Ctl
{
public:
    explicit Typed(const QString &home)
        : Ctl(home)
        , m_master(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK))
    {
        if (m_master < 0 || ::grantpt(m_master) != 0 || ::unlockpt(m_master) != 0)
            return;
        m_slave = ::open(::ptsname(m_master), O_RDWR | O_NOCTTY);
        setChildProcessModifier([slave = m_slave] {
            for (const int stream : { 0, 1, 2 })
                ::dup2(slave, stream);
        });
    }
    ~Typed() override
    {
        kill();
        waitForFinished();
        ::close(m_slave);
        ::close(m_master);
    }
    [[nodiscard]] bool isReady() const { return m_slave >= 0; }
    void type(const QByteArray &text) { QVERIFY(::write(m_master, text.constData(), size_t(text.size())) > 0); }
    bool shows(const QByteArray &text)
    {
        return QTest::qWaitFor([&] { return screen().contains(text); }, 20'000);
    }
    const QByteArray &screen()
    {
        char buffer[4096];
        for (ssize_t n = 0; (n = ::read(m_master, buffer, sizeof buffer)) > 0;)
            m_screen += QByteArray(buffer, n).replace("\r\n", "\n");
        return m_screen;
    }

private:
    int m_master;
    int m_slave = -1;
    QByteArray m_screen;
};

constexpr qint64 Day = 86'400'000'000;

/// As a shell takes it apart; single quotes only.
QStringList words(const char *text)
{
    QStringList out;
    bool quoted = false;
    bool open = false;
    for (const QChar c : QString::fromUtf8(text)) {
        if (!quoted && c == u' ') {
            open = false;
            continue;
        }
        if (!std::exchange(open, true))
            out.append(QString());
        if (c == u'\'')
            quoted = !quoted;
        else
            out.last() += c;
    }
    return out;
}

} // namespace

class TestCtlPeople : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void webmailHidesWhereNobodyIsLoggedIn();
    void onlineFoldsBothTables();
    void onlineOfAnAgentWithoutWebmail();
    void watchesOnline();
    void listsUsersLoginsAndDeleted();
    void listsInactive();
    void inactiveTellsWhatCannotBeJudged();
    void watchesInactive();
    void usageErrors_data();
    void usageErrors();
    void endsSessions();
    void endsByFilter();
    void changesAccounts_data();
    void changesAccounts();
    void findsUsersByNameServerOrId();
    void refusesNamesThatAreNotPlain();
    void deletesWithAReason();
    void asksBeforeItDeletes();
    void asksForTheNumberOfMany();
    void restores();
    void exitCodes();
    void tellsHowFarItIs();
    void interruptedItTellsWhatWasDone();
    void aLostServerEndsInPart();
    void comparesWithAList();
    void statusSaysWhatCannotBeDone();
    void hostileTextIsHarmless();

private:
    Ran run(const QStringList &arguments) { return Ctl(m_home->path()).run(arguments); }
    Ran run(const char *line) { return run(words(line)); }
    void addServer(const QString &name, FakeAgent &agent)
    {
        Profile profile = Profile::open(m_home->path()).value();
        agent.allow(profile.identity().value().pin(), Role::Owner);
        QVERIFY(
            profile.add({ name, QStringLiteral("127.0.0.1"), agent.port(), agent.pin(), {}, {}, Role::Owner }).ok());
    }
    static void putConnection(FakeAgent &agent, RowId id, const Value &user, const char *protocol = "imap")
    {
        const ChangeLog::Cell cells[]
            = { { connections::Protocol, QByteArray(protocol) }, { connections::User, user } };
        agent.log(TableId::Connections).put(id, cells);
    }
    void putSession(RowId id, const QByteArray &user)
    {
        const ChangeLog::Cell cells[] { { webmail::User, user }, { webmail::Component, QByteArray("HTTP/WebMail") },
            { webmail::ClientAddress, Address::fromV4(0xcb007107) },
            { webmail::Started, qint64(1'763'800'000'000'000) } };
        m_agent->log(TableId::Webmail).put(id, cells);
    }
    /// `days` ago: last login; 0 = none. Watched for 400 days.
    void putUser(FakeAgent &agent, RowId id, const QByteArray &user, int days, qint64 bytes = 1'000'000)
    {
        const qint64 now = m_clock.nowUs();
        const ChangeLog::Cell cells[] { { users::User, user }, { users::Enabled, QByteArray("active") },
            { users::DomainAdmin, false }, { users::Created, now - 1000 * Day },
            { users::LastLogin, days == 0 ? Value() : Value(now - days * Day) },
            { users::WatchedSince, now - 400 * Day }, { users::MailboxBytes, bytes } };
        agent.log(TableId::Users).put(id, cells);
    }
    void putUser(RowId id, const QByteArray &user, int days) { putUser(*m_agent, id, user, days); }
    static QString id(RowId row) { return QString::fromLatin1(rowIdToText(row)); }
    /// user, of the rows of a CSV that has nothing else.
    QByteArrayList listed(const char *line)
    {
        QStringList arguments = words(line);
        arguments += words("--format csv --columns user");
        const Ran ran = run(arguments);
        if (ran.code != 0)
            return { "exit " + QByteArray::number(ran.code) + ran.err };
        QByteArrayList users = ran.out.trimmed().split('\n');
        for (QByteArray &user : users)
            user = user.trimmed();
        users.removeFirst();
        return users;
    }

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeAgent> m_agent;
};

void TestCtlPeople::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_agent = std::make_unique<FakeAgent>(m_clock);
    QVERIFY(m_agent->start().ok());
    addServer(QStringLiteral("mx1"), *m_agent);
}

void TestCtlPeople::cleanup()
{
    m_agent.reset();
    m_home.reset();
}

void TestCtlPeople::webmailHidesWhereNobodyIsLoggedIn()
{
    putSession(1, "alice");
    putSession(2, "");
    QCOMPARE(listed("webmail"), QByteArrayList({ "alice" }));
    QCOMPARE(listed("webmail --filter component:webmail"), QByteArrayList({ "alice" }));
    QCOMPARE(listed("webmail --all").size(), 2);
    QCOMPARE(listed("webmail --all --filter 'user=\"\"'"), QByteArrayList({ "\"\"" })); // known to be empty
}

void TestCtlPeople::onlineFoldsBothTables()
{
    putConnection(*m_agent, 1, QByteArray("alice"));
    putConnection(*m_agent, 2, QByteArray("alice"), "smtp");
    putConnection(*m_agent, 3, QByteArray("root"), "admin");
    putConnection(*m_agent, 4, {});
    putConnection(*m_agent, 5, QByteArray());
    putSession(1, "alice");
    putSession(2, "bob");
    const Ran ran = run("online --format json");
    QCOMPARE(ran.code, 0);
    const QJsonArray rows = QJsonDocument::fromJson(ran.out).array();
    QCOMPARE(rows.size(), 4); // "", alice, bob, not known
    QCOMPARE(rows[0].toObject().value(u"user").toString(), QString());
    const QJsonObject alice = rows[1].toObject();
    QCOMPARE(alice.value(u"user").toString(), QStringLiteral("alice"));
    QCOMPARE(alice.value(u"server").toString(), QStringLiteral("mx1"));
    QCOMPARE(alice.value(u"total").toInt(), 3);
    QCOMPARE(alice.value(u"imap").toInt(), 1);
    QCOMPARE(alice.value(u"smtp").toInt(), 1);
    QCOMPARE(alice.value(u"webmail").toInt(), 1);
    QCOMPARE(alice.value(u"webmail_address").toString(), QStringLiteral("203.0.113.7"));
    QCOMPARE(alice.value(u"webmail_since").toString(), QStringLiteral("2025-11-22T08:26:40Z"));
    QCOMPARE(alice.value(u"id").toString().size(), 13);
    QVERIFY(rows[3].toObject().value(u"user").isNull());
    QCOMPARE(listed("online --filter total>1"), QByteArrayList({ "alice" }));
    QCOMPARE(listed("online --sort -total").first(), "alice");
    const QJsonArray again = QJsonDocument::fromJson(run("online --format json").out).array();
    QCOMPARE(again, rows); // ids too
}

void TestCtlPeople::onlineOfAnAgentWithoutWebmail()
{
    m_agent->missing.insert(TableId::Webmail);
    putConnection(*m_agent, 1, QByteArray("alice"));
    const Ran ran = run("online");
    QCOMPARE(ran.code, 1);
    QVERIFY(ran.out.contains("alice"));
    QVERIFY(ran.err.contains("does not have the table webmail"));
}

void TestCtlPeople::watchesOnline()
{
    putConnection(*m_agent, 1, QByteArray("alice"));
    putSession(1, "bob");
    Ctl ctl(m_home->path());
    ctl.setArguments(words("online --watch"));
    ctl.start();
    QByteArray out;
    const auto lines = [&](int count) {
        out += ctl.readAllStandardOutput();
        return out.count('\n') >= count;
    };
    const auto digest = [&] {
        QStringList all;
        for (const QByteArray &line : out.trimmed().split('\n')) {
            const QJsonObject object = QJsonDocument::fromJson(line).object();
            const QJsonObject row = object.value(u"row").toObject();
            all.append(QStringLiteral("%1 %2 %3")
                           .arg(object.value(u"change").toString(), row.value(u"user").toString(),
                               QString::number(row.value(u"total").toInt())));
            if (object.value(u"table").toString() != u"online" || object.value(u"server").toString() != u"mx1")
                all.append(QStringLiteral("foreign"));
        }
        return all;
    };
    QTRY_VERIFY_WITH_TIMEOUT(lines(3), 20'000);
    QStringList first = digest();
    QCOMPARE(first.takeFirst(), QStringLiteral("reset  0")); // once both tables are there, not before
    first.sort();
    QCOMPARE(first, QStringList({ QStringLiteral("added alice 1"), QStringLiteral("added bob 1") }));
    out.clear();
    putConnection(*m_agent, 2, QByteArray("alice"), "smtp");
    m_agent->changed();
    QTRY_VERIFY(lines(1));
    QCOMPARE(digest(), QStringList({ QStringLiteral("updated alice 2") }));
    out.clear();
    const ChangeLog::Cell info[] { { connections::Info, QByteArray("Sent") } };
    m_agent->log(TableId::Connections).put(1, info); // changes nothing of the fold
    m_agent->changed();
    m_agent->stop(); // and a restart with the same rows neither
    QByteArray complaint;
    QTRY_VERIFY((complaint += ctl.readAllStandardError()).contains("mx1: "));
    m_agent->newEpoch(true);
    m_agent->log(TableId::Webmail).remove(1);
    QVERIFY(m_agent->start().ok());
    QTRY_VERIFY_WITH_TIMEOUT(lines(1), 20'000);
    QCOMPARE(digest(), QStringList({ QStringLiteral("removed bob 1") })); // the last row, complete
    ctl.terminate();
    QVERIFY(ctl.end());
    QCOMPARE(ctl.exitCode(), 0);
}

void TestCtlPeople::listsUsersLoginsAndDeleted()
{
    putUser(2, "bob@example.org", 40);
    putUser(1, "alice@example.org", 3);
    QCOMPARE(listed("users"), QByteArrayList({ "alice@example.org", "bob@example.org" }));
    QVERIFY(run("users").out.contains("1.0 MB"));
    const ChangeLog::Cell login[] { { logins::User, QByteArray("alice") }, { logins::Service, QByteArray("IMAPS") },
        { logins::Time, qint64(1'763'800'000'000'000) }, { logins::Source, QByteArray("dovecot") } };
    m_agent->log(TableId::Logins).put(1, login);
    QVERIFY(run("logins --format csv").out.contains("alice,IMAPS,2025-11-22T08:26:40Z"));
    const ChangeLog::Cell gone[]
        = { { deleted::User, QByteArray("carol") }, { deleted::Archive, QByteArray("/srv/archive/carol") } };
    m_agent->log(TableId::Deleted).put(1, gone);
    QVERIFY(run("deleted").out.contains("/srv/archive/carol"));
}

void TestCtlPeople::listsInactive()
{
    putUser(1, "recent", 3);
    putUser(2, "month", 31);
    putUser(3, "half", 190);
    putUser(4, "never", 0); // watched for 400 days
    QCOMPARE(listed("inactive"), QByteArrayList({ "never", "half", "month" })); // longest first
    QCOMPARE(listed("inactive --for 90d"), QByteArrayList({ "never", "half" }));
    QCOMPARE(listed("inactive --for 6mo"), QByteArrayList({ "never", "half" }));
    QCOMPARE(listed("inactive --for 12mo"), QByteArrayList({ "never" }));
    QCOMPARE(listed("inactive --for 1d --filter user:e"), QByteArrayList({ "never", "recent" }));
    const Ran ran = run("inactive --format json");
    QCOMPARE(ran.code, 0);
    const QJsonArray rows = QJsonDocument::fromJson(ran.out).array();
    QVERIFY(rows[0].toObject().value(u"last_login").isNull());
    QVERIFY(rows[0].toObject().value(u"inactive_since").isString());
    QCOMPARE(rows[1].toObject().value(u"inactive_since"), rows[1].toObject().value(u"last_login"));
    QCOMPARE(ran.err.trimmed(), "3 of 4 accounts inactive for 30 days or longer; their mailboxes hold 3.0 MB.");
    const Ran half = run("inactive --for 6mo --filter user:half");
    QVERIFY(half.out.contains("Inactive since"));
    QCOMPARE(half.err.trimmed(), "1 of 1 account inactive for 6 months or longer; their mailboxes hold 1.0 MB.");
}

void TestCtlPeople::inactiveTellsWhatCannotBeJudged()
{
    putUser(1, "sleepy", 100);
    const ChangeLog::Cell young[] { { users::User, QByteArray("unseen") },
        { users::Created, m_clock.nowUs() - 1000 * Day }, { users::WatchedSince, m_clock.nowUs() - 10 * Day } };
    m_agent->log(TableId::Users).put(2, young);
    const ChangeLog::Cell dark[] = { { users::User, QByteArray("dark") } };
    m_agent->log(TableId::Users).put(3, dark);
    const Ran ran = run("inactive --format csv --columns user");
    QCOMPARE(ran.out, "user\r\nsleepy\r\n");
    const QByteArray from
        = QLocale::c()
              .toString(QDateTime::fromMSecsSinceEpoch((m_clock.nowUs() + 20 * Day) / 1000).toUTC().date(),
                  QStringLiteral("d MMMM yyyy"))
              .toUtf8();
    QVERIFY2(ran.err.contains("1 account cannot be judged before " + from), ran.err.constData());
    QVERIFY2(ran.err.contains("1 account cannot be judged at all"), ran.err.constData());
    QByteArrayList unjudged = listed("inactive --unjudged");
    std::sort(unjudged.begin(), unjudged.end());
    QCOMPARE(unjudged, QByteArrayList({ "dark", "unseen" }));
}

void TestCtlPeople::watchesInactive()
{
    putUser(1, "alice", 100);
    putUser(2, "bob", 3);
    Ctl ctl(m_home->path());
    ctl.setArguments(words("inactive --watch"));
    ctl.start();
    QByteArray out;
    const auto lines = [&](int count) {
        out += ctl.readAllStandardOutput();
        return out.count('\n') >= count;
    };
    QTRY_VERIFY_WITH_TIMEOUT(lines(2), 20'000);
    QVERIFY(out.startsWith("{\"change\":\"reset\",\"server\":\"mx1\",\"table\":\"inactive\""));
    QVERIFY(out.contains("\"user\":\"alice\""));
    QVERIFY(!out.contains("\"user\":\"bob\""));
    out.clear();
    const ChangeLog::Cell login[] = { { users::LastLogin, m_clock.nowUs() } };
    m_agent->log(TableId::Users).put(1, login);
    m_agent->changed();
    QTRY_VERIFY(lines(1));
    QVERIFY(out.startsWith("{\"change\":\"removed\""));
    ctl.terminate();
    QVERIFY(ctl.end());
}

void TestCtlPeople::usageErrors_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("says");
    const auto row
        = [](const char *line, const char *says) { QTest::newRow(line) << QByteArray(line) << QByteArray(says); };
    row("inactive --for soon", "no span");
    row("inactive --for 0d", "no span");
    row("online --sort frob", "no column");
    row("online --columns bytes_in", "no column");
    row("end", "either ids or --filter");
    row("end --filter user:x", "--yes");
    row("end --filter '' --yes", "every session");
    row("end frob", "no id");
    row("enable", "required");
    row("delete alice --yes", "--reason");
    row("delete alice --yes --reason ' '", "say why");
    row("delete alice --reason test", "--yes");
    row("refresh online", "no table");
    row("webmail --unjudged", "unjudged");
}

void TestCtlPeople::usageErrors()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, says);
    const Ran ran = run(line.constData());
    QVERIFY2(ran.err.contains(says), ran.err.constData());
    QCOMPARE(ran.code, 2);
    QCOMPARE(ran.out, "");
    QVERIFY(m_agent->acts.isEmpty());
}

void TestCtlPeople::endsSessions()
{
    putSession(1, "alice");
    putSession(2, "bob");
    const Ran one = run({ QStringLiteral("end"), id(1) });
    QCOMPARE(one.code, 0);
    QCOMPARE(one.out, "mx1/" + id(1).toLatin1() + " ended\n");
    QCOMPARE(m_agent->acts.size(), 1);
    QCOMPARE(m_agent->acts[0].action, "end");
    const Ran part = run({ QStringLiteral("end"), id(1), QStringLiteral("mx1/") + id(2) });
    QCOMPARE(part.code, 1);
    QVERIFY(part.err.contains("there is no such session"));
    QVERIFY(part.out.contains(id(2).toLatin1() + " ended"));
}

void TestCtlPeople::endsByFilter()
{
    putSession(1, "alice");
    putSession(2, "");
    const Ran ran = run("end --filter component:webmail --yes");
    QCOMPARE(ran.code, 0);
    QCOMPARE(m_agent->acts[0].ids, QList<RowId>({ 1 })); // the login page that somebody left open is none of it
    QVERIFY(ran.out.contains("alice"));
    QCOMPARE(run("end --filter component:webmail --yes --all").code, 0);
    QCOMPARE(m_agent->acts[1].ids, QList<RowId>({ 2 }));
    QVERIFY(run("end --filter component:webmail --yes").out.contains("No session matches"));

    putSession(3, "carol");
    Typed typed(m_home->path());
    if (!typed.isReady())
        QSKIP("There are no pseudo-terminals here.");
    typed.setArguments(words("end --filter user:carol"));
    typed.start();
    QVERIFY(typed.shows("End this session? [y/N] "));
    typed.type("n\n");
    QVERIFY(typed.end());
    QVERIFY(typed.screen().contains("Nothing was ended."));
    QCOMPARE(typed.exitCode(), 0);
    QCOMPARE(m_agent->acts.size(), 2);
}

void TestCtlPeople::changesAccounts_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<QByteArray>("done");
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("enable") << QByteArray("enable") << QByteArray("enabled") << QByteArray("active");
    QTest::newRow("block") << QByteArray("block") << QByteArray("blocked") << QByteArray("blocked");
    QTest::newRow("disable") << QByteArray("disable") << QByteArray("disabled") << QByteArray("disabled");
}

void TestCtlPeople::changesAccounts()
{
    QFETCH(QByteArray, verb);
    QFETCH(QByteArray, done);
    QFETCH(QByteArray, state);
    putUser(1, "alice@example.org", 3);
    putUser(2, "bob@example.org", 3);
    putUser(3, "carol@example.org", 3);
    const Ran ran = run((verb + " alice@example.org bob@example.org alice@example.org").constData());
    QCOMPARE(ran.err, "");
    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.out, "mx1/alice@example.org " + done + "\nmx1/bob@example.org " + done + "\n");
    QCOMPARE(m_agent->acts.size(), 1);
    QCOMPARE(m_agent->acts[0].action, verb);
    QCOMPARE(m_agent->acts[0].ids, QList<RowId>({ 1, 2 }));
    QCOMPARE(listed((QByteArray("users --filter enabled=") + state).constData()).contains("alice@example.org"), true);

    const Ran part = run((verb + " alice@example.org nobody@example.org").constData());
    QCOMPARE(part.code, 1);
    QVERIFY(part.err.contains("nobody@example.org: there is no such user"));
    QVERIFY(part.out.contains("mx1/alice@example.org " + done));
}

void TestCtlPeople::findsUsersByNameServerOrId()
{
    putUser(1, "administrator", 3); // thirteen letters, as an id has
    putUser(2, "bob@example.org", 3);
    putUser(*rowIdFromText("administrator"), "trap", 3);
    QCOMPARE(run("block administrator").code, 0);
    QCOMPARE(m_agent->acts.last().ids, QList<RowId>({ 1 }));
    QCOMPARE(run({ QStringLiteral("block"), id(2) }).code, 0);
    QCOMPARE(m_agent->acts.last().ids, QList<RowId>({ 2 }));
    const Ran byId = run({ QStringLiteral("block"), QStringLiteral("MX1/") + id(2) });
    QCOMPARE(byId.code, 0);
    QCOMPARE(byId.out, "mx1/bob@example.org blocked\n");
    QCOMPARE(run("block BOB@example.org").code, 0); // as mail addresses are compared
    QCOMPARE(m_agent->acts.last().ids, QList<RowId>({ 2 }));
    QCOMPARE(run("block mx1/bob@example.org").code, 0);
    putUser(3, "Bob@example.org", 3);
    QCOMPARE(run("block Bob@example.org").code, 0); // as it is written, first
    QCOMPARE(m_agent->acts.last().ids, QList<RowId>({ 3 }));
    const qsizetype before = m_agent->acts.size();
    const Ran either = run("block bOB@example.org");
    QCOMPARE(either.code, 2);
    QVERIFY(either.err.contains(id(2).toLatin1()) && either.err.contains(id(3).toLatin1()));
    QCOMPARE(run("block mx9/bob@example.org").code, 1); // no server, so a name that nobody has
    QCOMPARE(m_agent->acts.size(), before);
}

void TestCtlPeople::refusesNamesThatAreNotPlain()
{
    FakeAgent second(m_clock);
    QVERIFY(second.start().ok());
    addServer(QStringLiteral("mx2"), second);
    putUser(1, "alice@example.org", 3);
    putUser(2, "bob@example.org", 3);
    putUser(second, 1, "alice@example.org", 3);
    const Ran ran = run("disable bob@example.org alice@example.org");
    QCOMPARE(ran.code, 2);
    QVERIFY2(ran.err.contains("mx1/alice@example.org, mx2/alice@example.org"), ran.err.constData());
    QVERIFY(m_agent->acts.isEmpty()); // nothing at all, not bob either
    QVERIFY(second.acts.isEmpty());
    QCOMPARE(run("disable mx2/alice@example.org bob@example.org").code, 0);
    QCOMPARE(second.acts.last().ids, QList<RowId>({ 1 }));
    QCOMPARE(m_agent->acts.last().ids, QList<RowId>({ 2 }));
    QCOMPARE(run("--server mx1 enable alice@example.org").code, 0);
    QCOMPARE(m_agent->acts.last().ids, QList<RowId>({ 1 }));
    second.stop();
    const Ran down = run("enable bob@example.org");
    QCOMPARE(down.code, 1); // done, but one server could not be asked
    QVERIFY(down.out.contains("mx1/bob@example.org enabled"));
}

void TestCtlPeople::deletesWithAReason()
{
    putUser(1, "alice@example.org", 300);
    const Ran ran = run({ QStringLiteral("delete"), QStringLiteral("alice@example.org"), QStringLiteral("--yes"),
        QStringLiteral("--reason"), QStringLiteral(" left the company ") });
    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.out, "mx1/alice@example.org deleted\n");
    QCOMPARE(m_agent->acts[0].action, "delete");
    QCOMPARE(m_agent->acts[0].reason, "left the company");
    QCOMPARE(listed("users"), QByteArrayList());
    QCOMPARE(listed("deleted"), QByteArrayList({ "alice@example.org" }));
}

void TestCtlPeople::asksBeforeItDeletes()
{
    putUser(*m_agent, 1, "alice@example.org", 300, 7'000'000'000);
    putUser(2, "bob@example.org", 0);
    putConnection(*m_agent, 1, QByteArray("alice@example.org"));
    putSession(1, "alice@example.org");
    for (const bool yes : { false, true }) {
        Typed typed(m_home->path());
        if (!typed.isReady())
            QSKIP("There are no pseudo-terminals here.");
        typed.setArguments(words("delete alice@example.org bob@example.org --reason test"));
        typed.start();
        QVERIFY2(typed.shows("Delete these 2 accounts? [y/N] "), typed.screen().constData());
        QVERIFY(typed.screen().contains("alice@example.org"));
        QVERIFY(typed.screen().contains("7.0 GB"));
        const QByteArray date = QDateTime::fromMSecsSinceEpoch((m_clock.nowUs() - 300 * Day) / 1000)
                                    .toUTC()
                                    .date()
                                    .toString(Qt::ISODate)
                                    .toUtf8();
        QVERIFY2(typed.screen().contains(date + ' '), typed.screen().constData());
        const QByteArray text = typed.screen();
        const QByteArray alice = text.mid(text.indexOf("alice@example.org  ")).split('\n').first().trimmed();
        QVERIFY2(alice.endsWith('2'), alice.constData()); // live: a connection and a session
        typed.type(yes ? "y\n" : "\n");
        QVERIFY(typed.end());
        QCOMPARE(typed.exitCode(), 0);
        QCOMPARE(typed.screen().contains("Nothing was deleted."), !yes);
        QCOMPARE(m_agent->acts.size(), yes ? 1 : 0);
    }
}

void TestCtlPeople::asksForTheNumberOfMany()
{
    QStringList arguments = words("delete --reason test");
    for (RowId i = 1; i <= 11; ++i) {
        putUser(i, "user" + QByteArray::number(i), 300);
        arguments.append(QStringLiteral("user%1").arg(i));
    }
    for (const QByteArray answer : { "y", "10", "11" }) {
        Typed typed(m_home->path());
        if (!typed.isReady())
            QSKIP("There are no pseudo-terminals here.");
        typed.setArguments(arguments);
        typed.start();
        QVERIFY2(typed.shows("To delete these 11 accounts, type their number: "), typed.screen().constData());
        typed.type(answer + '\n');
        QVERIFY(typed.end());
        QCOMPARE(typed.exitCode(), 0);
        QCOMPARE(typed.screen().contains("Nothing was deleted."), answer != "11");
        QCOMPARE(listed("users").size(), answer == "11" ? 0 : 11);
    }
}

void TestCtlPeople::restores()
{
    const ChangeLog::Cell cells[] = { { deleted::User, QByteArray("alice") } };
    m_agent->log(TableId::Deleted).put(1, cells);
    m_agent->log(TableId::Deleted).put(2, cells); // again, later
    const Ran either = run("restore alice");
    QCOMPARE(either.code, 2);
    QVERIFY(either.err.contains("mx1/" + id(1).toLatin1()) && either.err.contains("mx1/" + id(2).toLatin1()));
    const Ran ran = run({ QStringLiteral("restore"), id(2) });
    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.out, "mx1/alice restored\n");
    m_agent->onAct = [](const QByteArray &, RowId row) {
        return Outcomes::Target { row, Outcomes::Code::Refused, "the address has been given to somebody else" };
    };
    const Ran refused = run("restore alice");
    QCOMPARE(refused.code, 4);
    QVERIFY(refused.err.contains("mx1/alice: refused: the address has been given to somebody else"));
    const Ran none = run("restore bob");
    QCOMPARE(none.code, 1);
    QVERIFY(none.err.contains("no such deleted account"));
}

void TestCtlPeople::exitCodes()
{
    putUser(1, "alice", 3);
    putUser(2, "bob", 3);
    m_agent->onAct = [](const QByteArray &, RowId row) -> std::optional<Outcomes::Target> {
        if (row == 2)
            return Outcomes::Target { row, Outcomes::Code::Refused, "excluded" };
        return std::nullopt;
    };
    QCOMPARE(run("block alice").code, 0);
    QCOMPARE(run("block alice bob").code, 1);
    QCOMPARE(run("block bob").code, 4);
    QCOMPARE(run("block bob nobody").code, 1);
    QCOMPARE(run("block nobody").code, 1);
    m_agent->missing.insert(TableId::Users);
    const Ran lacks = run("block alice");
    QCOMPARE(lacks.code, 1);
    QVERIFY(lacks.err.contains("does not have the table users"));
    m_agent->stop();
    for (const char *line : { "block alice", "online", "inactive", "users", "end --filter user:x --yes", "webmail" })
        QCOMPARE(run(line).code, 3);
    QVERIFY(m_agent->start().ok());
    m_agent->forget(Profile::open(m_home->path()).value().identity().value().pin());
    for (const char *line : { "block alice", "online", "inactive" })
        QCOMPARE(run(line).code, 4);
}

void TestCtlPeople::tellsHowFarItIs()
{
    QStringList arguments { QStringLiteral("disable") };
    for (RowId i = 1; i <= 100; ++i) {
        putUser(i, "user" + QByteArray::number(i), 300);
        arguments.append(QStringLiteral("user%1").arg(i));
    }
    const Ran ran = run(arguments);
    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.out.count(" disabled\n"), 100);
    QVERIFY(m_agent->acts.size() > 1);
    QVERIFY2(ran.err.contains(" of 100 accounts …\n"), ran.err.constData());
    QVERIFY(ran.err.count('\n') <= 10); // not a line for each batch where nobody looks on
}

void TestCtlPeople::interruptedItTellsWhatWasDone()
{
    QStringList arguments = words("delete --yes --reason test");
    for (RowId i = 1; i <= 100; ++i) {
        putUser(i, "user" + QByteArray::number(i), 300);
        arguments.append(QStringLiteral("user%1").arg(i));
    }
    m_agent->actAfterMs = 300;
    Ctl ctl(m_home->path());
    ctl.setArguments(arguments);
    ctl.start();
    QTRY_COMPARE_WITH_TIMEOUT(m_agent->acts.size(), 2, 20'000); // the second batch is under way
    ::kill(pid_t(ctl.processId()), SIGINT);
    QVERIFY(ctl.end());
    QCOMPARE(ctl.exitStatus(), QProcess::NormalExit);
    QCOMPARE(ctl.exitCode(), 1);
    QCOMPARE(m_agent->acts.size(), 2);
    const qsizetype done = m_agent->acts[0].ids.size() + m_agent->acts[1].ids.size();
    QCOMPARE(ctl.readAllStandardOutput().count(" deleted\n"), int(done));
    const QByteArray err = ctl.readAllStandardError();
    QVERIFY2(err.contains(QByteArray::number(done) + " of 100 accounts deleted; " + QByteArray::number(100 - done)
                 + " were not asked for."),
        err.constData());
    QCOMPARE(m_agent->log(TableId::Users).table().rowCount(), 100 - done);
}

void TestCtlPeople::aLostServerEndsInPart()
{
    QStringList arguments { QStringLiteral("disable") };
    for (RowId i = 1; i <= 60; ++i) {
        putUser(i, "user" + QByteArray::number(i), 300);
        arguments.append(QStringLiteral("user%1").arg(i));
    }
    m_agent->actAfterMs = 300;
    Ctl ctl(m_home->path());
    ctl.setArguments(arguments);
    ctl.start();
    QTRY_COMPARE_WITH_TIMEOUT(m_agent->acts.size(), 2, 20'000);
    m_agent->stop();
    QVERIFY(ctl.end());
    QCOMPARE(ctl.exitCode(), 1);
    QCOMPARE(ctl.readAllStandardOutput().count(" disabled\n"), int(m_agent->acts[0].ids.size()));
    const QByteArray err = ctl.readAllStandardError();
    QVERIFY2(err.contains("mx1/user60: "), err.constData()); // each failure is told
}

void TestCtlPeople::comparesWithAList()
{
    putUser(1, "alice@example.org", 3);
    putUser(2, "bob@example.org", 3);
    const QString file = m_home->filePath(QStringLiteral("staff.csv"));
    const auto write = [&](const QByteArray &text) {
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
    };
    write("Name;Mail\r\nAlice;Alice@Example.org\r\nCarol;carol@example.org\r\n");
    const Ran ran = run({ QStringLiteral("compare"), file, QStringLiteral("--format"), QStringLiteral("csv"),
        QStringLiteral("--columns"), QStringLiteral("list,server,user,line") });
    QCOMPARE(ran.code, 0);
    QCOMPARE(ran.out,
        "list,server,user,line\r\nonly_server,mx1,bob@example.org,\r\nonly_list,,carol@example.org,3\r\n"
        "both,mx1,alice@example.org,2\r\n");
    QVERIFY2(ran.err.contains("2 addresses in column “Mail”, 2 accounts: 1 only on the server, 1 only in the list, 1 "
                              "in both."),
        ran.err.constData());
    const Ran json = run({ QStringLiteral("compare"), file, QStringLiteral("--format"), QStringLiteral("json"),
        QStringLiteral("--filter"), QStringLiteral("list=only_list") });
    const QJsonArray rows = QJsonDocument::fromJson(json.out).array();
    QCOMPARE(rows.size(), 1);
    QVERIFY(rows[0].toObject().value(u"id").isNull());
    QVERIFY(rows[0].toObject().value(u"server").isNull());
    QCOMPARE(rows[0].toObject().value(u"list").toString(), QStringLiteral("only_list"));
    const Ran typed
        = Ctl(m_home->path()).run(words("compare - --column 1"), "alice@example.org\nfrob\nalice@example.org\n");
    QCOMPARE(typed.code, 1); // something could not be compared
    QVERIFY2(typed.err.contains("-:2: “frob” is no mail address."), typed.err.constData());
    QVERIFY2(typed.err.contains("-:3: alice@example.org is in line 1 already."), typed.err.constData());
    QVERIFY(typed.out.contains("only_server"));
    QCOMPARE(run("compare /nonexistent").code, 2);
    QCOMPARE(run({ QStringLiteral("compare"), file, QStringLiteral("--column"), QStringLiteral("frob") }).code, 2);
    QCOMPARE(run({ QStringLiteral("compare"), file, QStringLiteral("--sort"), QStringLiteral("frob") }).code, 2);
    m_agent->stop();
    QCOMPARE(run({ QStringLiteral("compare"), file }).code, 3);
}

void TestCtlPeople::statusSaysWhatCannotBeDone()
{
    m_agent->dropRefusal = "The agent lacks CAP_NET_ADMIN.";
    m_agent->refusals = { { "delete", "No archive is configured." }, { "set-account", "Read-only database." } };
    const Ran ran = run("status");
    QCOMPARE(ran.code, 0);
    QVERIFY(ran.out.contains("mx1 cannot drop connections: The agent lacks CAP_NET_ADMIN.\n"));
    QVERIFY(ran.out.contains("mx1 cannot delete accounts: No archive is configured.\n"));
    QVERIFY(ran.out.contains("mx1 cannot enable, block or disable accounts: Read-only database.\n"));
    const QJsonObject object = QJsonDocument::fromJson(run("status --format json").out).array().first().toObject();
    QCOMPARE(
        object.value(u"refusals").toObject().value(u"delete").toString(), QStringLiteral("No archive is configured."));
}

void TestCtlPeople::hostileTextIsHarmless()
{
    const QByteArray hostile = "=1+1\x1b[2J\xE2\x80\xAE\"\n\t@example.org";
    putUser(1, hostile, 100);
    putSession(1, hostile);
    putConnection(*m_agent, 1, hostile);
    const ChangeLog::Cell gone[] = { { deleted::User, hostile }, { deleted::Reason, hostile } };
    m_agent->log(TableId::Deleted).put(1, gone);
    const ChangeLog::Cell login[] = { { logins::User, hostile }, { logins::Service, hostile } };
    m_agent->log(TableId::Logins).put(1, login);
    for (const char *table : { "users", "webmail", "online", "deleted", "logins", "inactive" }) {
        for (const char *format : { "table", "csv", "json" }) {
            const Ran ran
                = run({ QString::fromLatin1(table), QStringLiteral("--format"), QString::fromLatin1(format) });
            QCOMPARE(ran.code, 0);
            QVERIFY(ran.out.contains("1+1"));
            if (qstrcmp(format, "csv") == 0) {
                QVERIFY(ran.out.contains("\"'=1+1")); // no formula
                continue;
            }
            QVERIFY(!ran.out.contains('\x1b'));
            QVERIFY(!ran.out.contains("\xE2\x80\xAE"));
            if (qstrcmp(format, "json") == 0) {
                const QJsonArray rows = QJsonDocument::fromJson(ran.out).array();
                QCOMPARE(rows.size(), 1);
                QCOMPARE(rows[0].toObject().value(u"user").toString(), QString::fromUtf8(hostile));
            }
        }
    }
    const Ran block = run({ QStringLiteral("block"), QString::fromUtf8(hostile) });
    QCOMPARE(block.code, 0);
    QVERIFY(!block.out.contains('\x1b') && !block.out.contains("\xE2\x80\xAE"));
}

QTEST_GUILESS_MAIN(TestCtlPeople)
#include "tst_ctlpeople.moc"
