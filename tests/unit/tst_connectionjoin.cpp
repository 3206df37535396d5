// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/connectionjoin.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <netinet/tcp.h>

using namespace mailhelm;
namespace c = mailhelm::connections;

namespace
{

constexpr qint64 Second = 1'000'000;

ServiceConfig service(
    const QByteArray &name, quint16 port, const QByteArray &protocol, const QByteArray &by, ServiceConfig::Tls tls)
{
    ServiceConfig s;
    s.name = name;
    s.listen = { { std::nullopt, port } };
    s.protocol = protocol;
    s.by = by;
    s.tls = tls;
    return s;
}

QList<ServiceConfig> services()
{
    using Tls = ServiceConfig::Tls;
    QList<ServiceConfig> all {
        service("IMAP", 143, "imap", "dovecot", Tls::StartTls),
        service("IMAPS", 993, "imap", "dovecot", Tls::Implicit),
        service("SMTP", 25, "smtp", "postfix", Tls::StartTls),
        service("Submission", 587, "smtp", "postfix", Tls::StartTls),
    };
    all[2].auth = false;
    return all;
}

Address address(const char *text)
{
    return *Address::parse(text);
}

SocketObservation socketOf(quint64 cookie, const char *client, quint16 port, quint16 localPort)
{
    SocketObservation s;
    s.cookie = cookie;
    s.inode = quint32(cookie + 1000);
    s.family = 2;
    s.state = TCP_ESTABLISHED;
    s.local = { address("192.0.2.1"), localPort };
    s.peer = { address(client), port };
    return s;
}

} // namespace

/// What the join promises: a row is a socket; a log line annotates one only where exactly one fits; what nobody said is
/// unknown.
class ConnectionJoinTest : public QObject
{
    Q_OBJECT

    struct Fixture {
        ManualClock clock;
        Registry registry { 7, RowIds("boot", QByteArray(32, 'k')) };
        ConnectionJoin join { services(), registry, clock };

        void scan(const QList<SocketObservation> &sockets)
        {
            clock.advanceUs(Second);
            join.onScan({ clock.nowUs(), sockets });
        }
        [[nodiscard]] const Table &table() const { return registry.log(TableId::Connections)->table(); }
        [[nodiscard]] RowId id(quint64 cookie) const { return registry.ids().ofSocket(0, cookie); }
        [[nodiscard]] Value cell(quint64 cookie, int column) const
        {
            const Table::Slot slot = table().slotOf({ 0, id(cookie) });
            return slot == Table::NoSlot ? Value(QByteArray("(no row)")) : table().column(column).value(slot);
        }
        [[nodiscard]] SessionFacts login(const char *client, quint16 port, const char *user) const
        {
            SessionFacts f;
            f.source = "dovecot";
            f.key = QByteArray("session-") + client + QByteArray::number(port) + user;
            f.session = f.key;
            f.protocol = "imap";
            f.peer = { address(client), port };
            f.localAddress = address("192.0.2.1");
            f.lineTime = clock.nowUs();
            f.began = f.lineTime;
            f.login = f.lineTime;
            f.user = user;
            f.secure = true;
            return f;
        }
        void cover() { join.setCoverage("dovecot", { true, clock.nowUs() }); }
    };

    static Value text(const char *s) { return QByteArray(s); }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void rowsAreSockets()
    {
        Fixture f;
        f.scan({ socketOf(1, "203.0.113.7", 50000, 143), socketOf(2, "203.0.113.8", 50000, 993),
            socketOf(3, "203.0.113.9", 1, 9999) });
        QCOMPARE(f.table().rowCount(), 2); // nobody asked for port 9999
        QCOMPARE(f.cell(1, c::Service), text("IMAP"));
        QCOMPARE(f.cell(2, c::Service), text("IMAPS"));
        f.scan({ socketOf(2, "203.0.113.8", 50000, 993) });
        QCOMPARE(f.table().rowCount(), 1);
        f.join.onClosed({ f.clock.nowUs(), 2, 0, 0, 0 });
        QCOMPARE(f.table().rowCount(), 0);
    }

    void anImapConnectionIsByWebmailOnlyWhereThatSpeaksForItsUser()
    {
        Fixture f;
        f.cover();
        QSet<QByteArray> inWebmail { "alice@lab.test" };
        f.join.setWebmail([&](const Address &host, const QByteArray &user) {
            return host == address("127.0.0.1") && inWebmail.contains(user.toLower());
        });
        f.scan({});
        f.scan({ socketOf(1, "127.0.0.1", 1, 143), socketOf(2, "127.0.0.1", 2, 143), socketOf(3, "203.0.113.7", 3, 143),
            socketOf(4, "127.0.0.1", 4, 143), socketOf(5, "127.0.0.1", 5, 587) });
        f.join.onFacts(f.login("127.0.0.1", 1, "Alice@lab.test"));
        f.join.onFacts(f.login("127.0.0.1", 2, "bob@lab.test"));
        f.join.onFacts(f.login("203.0.113.7", 3, "alice@lab.test"));
        QCOMPARE(f.cell(1, c::Via), text("webmail"));
        QCOMPARE(f.cell(2, c::Via), Value()); // another program on that host, for all that is known
        QCOMPARE(f.cell(3, c::Via), Value());
        QCOMPARE(f.cell(4, c::Via), Value()); // nobody logged in
        QCOMPARE(f.cell(5, c::Via), Value());

        // The session shows a moment after the connection that it makes, and ends without it.
        inWebmail = { "bob@lab.test" };
        f.join.onWebmailUser("alice@lab.test");
        f.join.onWebmailUser("bob@lab.test");
        QTRY_COMPARE(f.cell(2, c::Via), text("webmail"));
        QCOMPARE(f.cell(1, c::Via), Value());
        QCOMPARE(f.cell(1, c::User), text("Alice@lab.test"));
    }

    void secureIsClaimedOnlyWhereSomethingTells()
    {
        Fixture f;
        f.cover();
        f.scan({});
        f.scan({ socketOf(1, "203.0.113.7", 1, 143), socketOf(2, "203.0.113.7", 2, 993),
            socketOf(3, "203.0.113.7", 3, 143) });
        QCOMPARE(f.cell(1, c::Secure), Value()); // before or after STARTTLS: nothing tells
        QCOMPARE(f.cell(2, c::Secure), Value(true));
        SessionFacts plain = f.login("203.0.113.7", 3, "carol");
        plain.secure = false;
        f.join.onFacts(plain);
        QCOMPARE(f.cell(3, c::Secure), Value(false));
    }

    void aLoginNamesTheUserOfItsSocketAlone()
    {
        Fixture f;
        f.cover();
        f.scan({});
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993), socketOf(2, "203.0.113.7", 50002, 993) });
        QCOMPARE(f.cell(1, c::User), text("")); // watched from the start, and no login was logged
        f.join.onFacts(f.login("203.0.113.7", 50001, "alice"));
        QCOMPARE(f.cell(1, c::User), text("alice"));
        QCOMPARE(f.cell(1, c::State), text("authenticated"));
        QCOMPARE(f.cell(2, c::User), text(""));
    }

    void aLineBeforeItsSocketWaitsAndAsksForAScan()
    {
        Fixture f;
        f.cover();
        f.scan({});
        QSignalSpy wanted(&f.join, &ConnectionJoin::scanWanted);
        f.join.onFacts(f.login("203.0.113.7", 50001, "alice"));
        QCOMPARE(wanted.count(), 1);
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993) });
        QCOMPARE(f.cell(1, c::User), text("alice"));
    }

    void aLineOfAnEarlierOwnerOfThePortIsNotBelieved()
    {
        Fixture f;
        f.cover();
        f.scan({});
        f.join.onFacts(f.login("203.0.113.7", 50001, "mallory")); // its socket came and went between two scans
        for (int i = 0; i < 5; ++i)
            f.scan({});
        f.scan({ socketOf(2, "203.0.113.7", 50001, 993) });
        QCOMPARE(f.cell(2, c::User), text(""));
        QCOMPARE(f.join.counts()["dovecot"].unmatched, 1);
    }

    void aLateLineOfAnEndedConnectionDoesNotMoveToThePortsNextOwner()
    {
        Fixture f;
        f.cover();
        f.scan({});
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993) });
        SessionFacts facts = f.login("203.0.113.7", 50001, "alice");
        f.join.onFacts(facts);
        f.scan({ socketOf(2, "203.0.113.7", 50001, 993) }); // the same port, another connection
        facts.folder = "INBOX";
        facts.lineTime = f.clock.nowUs();
        f.join.onFacts(facts);
        QCOMPARE(f.cell(2, c::User), text(""));
        QCOMPARE(f.cell(2, c::Info), Value());
    }

    void aClockThatIsSetBackNamesNobodyWrongly()
    {
        Fixture f;
        f.cover();
        f.scan({});
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993) });
        QCOMPARE(f.cell(1, c::User), text(""));
        const qint64 age = f.clock.nowUs() - std::get<qint64>(f.cell(1, c::Since));
        f.clock.jumpTo(f.clock.nowUs() - 3600 * Second);
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993), socketOf(2, "203.0.113.7", 50002, 993) });
        QCOMPARE(f.clock.nowUs() - std::get<qint64>(f.cell(1, c::Since)), age + Second); // as old as it is
        QVERIFY(std::get<qint64>(f.cell(2, c::Since)) <= f.clock.nowUs());
        QCOMPARE(f.cell(2, c::SinceExact), Value(true));
        QCOMPARE(f.cell(2, c::User), text(""));
        f.join.onFacts(f.login("203.0.113.7", 50001, "alice")); // stamped by the clock as it goes now
        f.join.onFacts(f.login("203.0.113.7", 50002, "bob"));
        QCOMPARE(f.cell(1, c::User), text("alice"));
        QCOMPARE(f.cell(2, c::User), text("bob"));
    }

    void aClockThatIsSetForwardChangesNothing()
    {
        Fixture f;
        f.cover();
        f.scan({});
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993) });
        const Value since = f.cell(1, c::Since);
        f.clock.jumpTo(f.clock.nowUs() + 3600 * Second);
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993), socketOf(2, "203.0.113.7", 50002, 993) });
        QCOMPARE(f.cell(1, c::Since), since); // the machine may have slept
        QVERIFY(f.clock.nowUs() - std::get<qint64>(f.cell(2, c::Since)) <= Second);
        f.join.onFacts(f.login("203.0.113.7", 50001, "alice"));
        QCOMPARE(f.cell(1, c::User), text("alice"));
    }

    void whatWentAmissIsForgottenAfterAWhile()
    {
        Fixture f;
        f.scan({});
        f.join.onFacts(f.login("203.0.113.7", 50001, "mallory"));
        for (int i = 0; i < 5; ++i)
            f.scan({});
        QCOMPARE(f.join.counts()["dovecot"].unmatched, 1);
        QSignalSpy changed(&f.join, &ConnectionJoin::countsChanged);
        for (int i = 0; i < 1300; ++i)
            f.scan({});
        QCOMPARE(f.join.counts().value("dovecot"), JoinCounts());
        QVERIFY(changed.count() > 0);
    }

    void sourcesTellWhatMendsThemAndOnlyThat()
    {
        QCOMPARE(joinStatus({}).state, SourceStatus::State::Ok);
        QCOMPARE(joinStatus({ { "dovecot", { 99, 0, 2 } } }).state,
            SourceStatus::State::Ok); // a few end before they are seen
        const SourceStatus dovecot = joinStatus({ { "dovecot", { 5, 0, 5 } } });
        QCOMPARE(dovecot.state, SourceStatus::State::Degraded);
        QVERIFY(dovecot.mend.contains("realrport=%{real_rport}"));
        QVERIFY(!dovecot.mend.contains("postconf"));
        const SourceStatus postfix = joinStatus({ { "postfix", { 0, 0, 3 } } });
        QCOMPARE(postfix.state, SourceStatus::State::Degraded);
        QVERIFY(postfix.detail.contains("no setting tells"));
        QCOMPARE(postfix.mend, QByteArray()); // nothing would help
        QVERIFY(joinStatus({ { "postfix", { 3, 1, 0 } } }).mend.contains("smtpd_client_port_logging"));
    }

    void whereTwoSocketsFitNoneIsNamed()
    {
        Fixture f;
        f.cover();
        f.scan({});
        f.scan({ socketOf(1, "203.0.113.7", 50001, 143), socketOf(2, "203.0.113.7", 50001, 993) });
        SessionFacts facts = f.login("203.0.113.7", 50001, "alice");
        f.join.onFacts(facts);
        QCOMPARE(f.cell(1, c::User), Value()); // one of them is alice: that nobody has logged in would be wrong of her
        QCOMPARE(f.cell(2, c::User), Value());
        QCOMPARE(f.join.counts()["dovecot"].ambiguous, 1);
        // Where the line says that it was not TLS, the implicit port is out.
        SessionFacts plain = f.login("203.0.113.7", 50001, "bob");
        plain.secure = false;
        f.join.onFacts(plain);
        QCOMPARE(f.cell(1, c::User), text("bob"));
    }

    void oldSocketsAreUnknownUntilTheLogOrAnvilTells()
    {
        Fixture f;
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993), socketOf(2, "203.0.113.7", 50002, 993) });
        QCOMPARE(f.cell(1, c::User), Value());
        QCOMPARE(f.cell(1, c::SinceExact), Value(false));
        SessionFacts old = f.login("203.0.113.7", 50001, "alice");
        old.lineTime = old.began = *old.login = f.clock.nowUs() - 3600 * Second;
        old.login = old.began;
        f.join.onFacts(old); // read back
        QCOMPARE(f.cell(1, c::User), text("alice"));
        QCOMPARE(f.cell(1, c::Since), Value(old.began));
        QCOMPARE(f.cell(1, c::SinceExact), Value(false));
        f.cover();
        QCOMPARE(f.cell(2, c::User), Value()); // it may have logged in before the log begins
        f.join.onAnvil(QList<AnvilEntry> { { "imap", "alice", address("203.0.113.7"), 1, {} } });
        QCOMPARE(f.cell(2, c::User), text("")); // everybody that anvil lists is explained
        f.join.onAnvil(QList<AnvilEntry> {
            { "imap", "alice", address("203.0.113.7"), 1, {} }, { "imap", "bob", address("203.0.113.7"), 2, {} } });
        QCOMPARE(f.cell(2, c::User), Value()); // somebody is left over, and two names are listed
    }

    void anvilNamesAUserOnlyWhereNobodyElseCanBeMeant()
    {
        Fixture f;
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993), socketOf(2, "203.0.113.8", 50002, 993),
            socketOf(3, "203.0.113.8", 50003, 993) });
        f.join.onAnvil(QList<AnvilEntry> {
            { "imap", "alice", address("203.0.113.7"), 1, {} }, { "imap", "bob", address("203.0.113.8"), 2, {} } });
        QCOMPARE(f.cell(1, c::User), text("alice"));
        QCOMPARE(f.cell(2, c::User), Value()); // two sockets, one session: which?
        QCOMPARE(f.cell(3, c::User), Value());
    }

    void postfixSaysNothingOfAnAuthThatSentNoMail()
    {
        Fixture f;
        f.join.setCoverage("postfix", { true, f.clock.nowUs() });
        f.scan({});
        f.scan({ socketOf(1, "203.0.113.7", 50001, 587), socketOf(2, "203.0.113.7", 50002, 25) });
        QCOMPARE(f.cell(1, c::User), Value());
        QCOMPARE(f.cell(2, c::User), text("")); // nobody can authenticate there
    }

    void aLineWithoutPortFitsOnlyTheOneFreshConnectionFromThere()
    {
        Fixture f;
        f.scan({});
        f.scan({ socketOf(1, "203.0.113.7", 50001, 25), socketOf(2, "203.0.113.8", 50001, 25),
            socketOf(3, "203.0.113.8", 50002, 25) });
        SessionFacts facts;
        facts.source = "postfix";
        facts.key = "1";
        facts.protocol = "smtp";
        facts.peer = { address("203.0.113.7"), 0 };
        facts.lineTime = facts.began = f.clock.nowUs();
        facts.host = "one.example";
        f.join.onFacts(facts);
        QCOMPARE(f.cell(1, c::Host), text("one.example"));
        facts.key = "2";
        facts.peer.address = address("203.0.113.8");
        f.join.onFacts(facts);
        QCOMPARE(f.cell(2, c::Host), Value());
        QCOMPARE(f.cell(3, c::Host), Value());
        QCOMPARE(f.join.counts()["postfix"].ambiguous, 1);
    }

    void behindAProxyTheLogNamesTheClient()
    {
        QList<ServiceConfig> all = services();
        all[1].proxy = true;
        ManualClock clock;
        Registry registry { 7, RowIds("boot", QByteArray(32, 'k')) };
        ConnectionJoin join(all, registry, clock);
        join.onScan({ clock.nowUs(), { socketOf(1, "10.0.0.2", 40000, 993) } });
        const Table &table = registry.log(TableId::Connections)->table();
        const Table::Slot slot = table.slotOf({ 0, registry.ids().ofSocket(0, 1) });
        QCOMPARE(table.column(c::ClientAddress).value(slot), Value()); // the proxy's address is not the client's
        QCOMPARE(table.column(c::PeerAddress).value(slot), Value(address("10.0.0.2")));
        SessionFacts facts;
        facts.source = "dovecot";
        facts.key = "x";
        facts.protocol = "imap";
        facts.peer = { address("10.0.0.2"), 40000 };
        facts.client = { address("203.0.113.7"), 51000 };
        facts.lineTime = clock.nowUs();
        facts.user = "alice";
        join.onFacts(facts);
        QCOMPARE(table.column(c::ClientAddress).value(slot), Value(address("203.0.113.7")));
        QCOMPARE(table.column(c::Port).value(slot), Value(qint64(51000)));
        QCOMPARE(table.column(c::PeerPort).value(slot), Value(qint64(40000)));
        QCOMPARE(table.column(c::Via).value(slot), text("proxy"));
        QCOMPARE(table.column(c::User).value(slot), text("alice"));
    }

    void whoCameThroughAProxyIsNobodyWhoCameStraight()
    {
        QList<ServiceConfig> all = services();
        all[1].proxy = true;
        ManualClock clock;
        Registry registry { 7, RowIds("boot", QByteArray(32, 'k')) };
        ConnectionJoin join(all, registry, clock);
        // A client on the proxy's host has the same port towards one service as the proxy has towards the other.
        const SocketObservation straight = socketOf(1, "10.0.0.2", 40000, 143);
        join.onScan({ clock.nowUs(), { straight } });
        SessionFacts facts;
        facts.source = "dovecot";
        facts.key = "through";
        facts.protocol = "imap";
        facts.peer = { address("10.0.0.2"), 40000 };
        facts.client = { address("203.0.113.7"), 51000 };
        facts.lineTime = clock.nowUs();
        facts.user = "alice";
        join.onFacts(facts);
        const Table &table = registry.log(TableId::Connections)->table();
        const auto user = [&](quint64 cookie) {
            return table.column(c::User).value(table.slotOf({ 0, registry.ids().ofSocket(0, cookie) }));
        };
        QVERIFY(user(1) != text("alice"));
        clock.advanceUs(Second);
        join.onScan({ clock.nowUs(), { straight, socketOf(2, "10.0.0.2", 40000, 993) } });
        QCOMPARE(user(2), text("alice"));
        facts.key = "straight";
        facts.client = {};
        facts.localPort = 143;
        facts.lineTime = clock.nowUs();
        facts.user = "bob";
        join.onFacts(facts);
        QCOMPARE(user(1), text("bob"));
        QCOMPARE(user(2), text("alice"));
        // The other way round, when nobody has spoken yet.
        clock.advanceUs(Second);
        join.onScan({ clock.nowUs(),
            { straight, socketOf(2, "10.0.0.2", 40000, 993), socketOf(3, "10.0.0.2", 40001, 993),
                socketOf(4, "10.0.0.2", 40001, 143) } });
        facts.key = "straight too";
        facts.peer.port = 40001;
        facts.lineTime = clock.nowUs();
        facts.user = "carol";
        join.onFacts(facts);
        QCOMPARE(user(4), text("carol"));
        QVERIFY(user(3) != text("carol"));
        QCOMPARE(join.counts()["dovecot"].ambiguous, 0);
    }

    void aLineMayBeThatOfASocketNoScanHasShown()
    {
        ManualClock clock;
        Registry registry { 7, RowIds("boot", QByteArray(32, 'k')) };
        ConnectionJoin join(services(), registry, clock);
        join.setCoverage("dovecot", { true, clock.nowUs() });
        const SocketObservation idle = socketOf(1, "10.0.0.2", 40000, 993);
        join.onScan({ clock.nowUs(), { idle } });
        const Table &table = registry.log(TableId::Connections)->table();
        const auto user = [&](quint64 cookie) {
            return table.column(c::User).value(table.slotOf({ 0, registry.ids().ofSocket(0, cookie) }));
        };
        const auto logIn = [&](const char *name, quint16 port) {
            clock.advanceUs(Second / 2);
            SessionFacts facts;
            facts.source = "dovecot";
            facts.key = name;
            facts.protocol = "imap";
            facts.peer = { address("10.0.0.2"), port };
            facts.lineTime = clock.nowUs();
            facts.user = name;
            join.onFacts(facts);
        };
        // Whoever came since from the same port to another of our ports may have written it.
        logIn("alice", 40000);
        QVERIFY(user(1) != text("alice"));
        clock.advanceUs(Second / 2);
        const SocketObservation other = socketOf(2, "10.0.0.2", 40000, 143);
        join.onScan({ clock.nowUs(), { idle, other } });
        QVERIFY(user(1) != text("alice"));
        QVERIFY(user(2) != text("alice"));
        QVERIFY(user(2) != text("")); // one of them has logged in
        QCOMPARE(join.counts()["dovecot"].ambiguous, 1);
        // The next scan shows that there is nobody else; whoever comes later did not write it.
        const SocketObservation alone = socketOf(3, "10.0.0.2", 40001, 993);
        join.onScan({ clock.nowUs(), { idle, other, alone } });
        logIn("bob", 40001);
        clock.advanceUs(Second / 2);
        join.onScan({ clock.nowUs(), { idle, other, alone } });
        QCOMPARE(user(3), text("bob"));
        join.onScan({ clock.nowUs(), { idle, other, alone, socketOf(4, "10.0.0.2", 40001, 143) } });
        QCOMPARE(user(3), text("bob"));
        QCOMPARE(join.counts()["dovecot"].ambiguous, 1);
    }

    void idleConnectionsChangeNothing()
    {
        Fixture f;
        QList<SocketObservation> sockets;
        for (quint16 i = 0; i < 1000; ++i)
            sockets.append(socketOf(i + 1, "203.0.113.7", quint16(10000 + i), 993));
        f.scan(sockets);
        const quint64 revision = f.registry.log(TableId::Connections)->revision();
        const quint64 touched = f.registry.log(TableId::Connections)->volatileRevision();
        for (int i = 0; i < 20; ++i) {
            for (SocketObservation &s : sockets)
                s.lastReceiveMs += 997 + quint32(i % 7); // the kernel's "ms ago" jitters
            f.scan(sockets);
        }
        QCOMPARE(f.registry.log(TableId::Connections)->revision(), revision);
        QCOMPARE(f.registry.log(TableId::Connections)->volatileRevision(), touched);
        sockets[0].bytesIn = 10;
        f.scan(sockets);
        QCOMPARE(f.registry.log(TableId::Connections)->revision(), revision);
        QCOMPARE(f.registry.log(TableId::Connections)->volatileRevision(), touched + 1);
    }

    void aRestartKeepsIdsTimesAndUsers()
    {
        Fixture before;
        before.cover();
        before.scan({});
        before.scan({ socketOf(1, "203.0.113.7", 50001, 993) });
        const SessionFacts facts = before.login("203.0.113.7", 50001, "alice");
        before.join.onFacts(facts);
        const Value since = before.cell(1, c::Since);
        const QByteArray state = before.join.saveState();

        Fixture after;
        after.clock.advanceUs(60 * Second);
        after.join.restoreState(state);
        after.join.onFacts(facts); // the source tells again what it stored
        after.scan({ socketOf(1, "203.0.113.7", 50001, 993), socketOf(2, "203.0.113.7", 50002, 993) });
        QCOMPARE(after.id(1), before.id(1));
        QCOMPARE(after.cell(1, c::Since), since);
        QCOMPARE(after.cell(1, c::SinceExact), Value(true));
        QCOMPARE(after.cell(1, c::User), text("alice"));
        QCOMPARE(after.cell(2, c::SinceExact), Value(false));
    }

    void damagedStateIsSaidAndIgnored()
    {
        Fixture before;
        before.scan({ socketOf(1, "203.0.113.7", 50001, 993) });
        const QByteArray state = before.join.saveState();
        QTest::ignoreMessage(QtWarningMsg, "The saved sessions are damaged; starting without them.");
        Fixture after;
        after.join.restoreState(state.first(state.size() - 3));
        after.scan({ socketOf(1, "203.0.113.7", 50001, 993) });
        QCOMPARE(after.cell(1, c::SinceExact), Value(false));
    }

    void damagedOrForeignStateIsIgnored()
    {
        Fixture f;
        f.scan({ socketOf(1, "203.0.113.7", 50001, 993) });
        const QByteArray state = f.join.saveState();
        ManualClock clock;
        Registry otherBoot { 7, RowIds("another boot", QByteArray(32, 'k')) };
        ConnectionJoin join(services(), otherBoot, clock);
        join.restoreState(state);
        join.onScan({ clock.nowUs(), { socketOf(1, "203.0.113.7", 50001, 993) } });
        const Table &table = otherBoot.log(TableId::Connections)->table();
        QCOMPARE(table.column(c::SinceExact).value(table.slotOf({ 0, otherBoot.ids().ofSocket(0, 1) })), Value(false));
    }

    void withoutSockDiagTheLogsMakeTheRows()
    {
        Fixture f;
        f.join.setSocketsAvailable(false);
        SessionFacts facts = f.login("203.0.113.7", 50001, "alice");
        f.join.onFacts(facts);
        QCOMPARE(f.table().rowCount(), 1);
        facts.ended = true;
        f.join.onFacts(facts);
        QCOMPARE(f.table().rowCount(), 0);
    }

    /// Thousands of random connects, logins, folder changes and ends, some lines before their socket, some after its
    /// end: no row ever names a user that did not log in on that very socket, and after things have settled every login
    /// is named.
    void randomSessionsAgainstATruth()
    {
        QRandomGenerator random(20261122);
        Fixture f;
        f.cover();
        f.scan({});
        struct Truth {
            SocketObservation socket;
            QByteArray user;
            SessionFacts facts;
        };
        QHash<quint64, Truth> live;
        const auto look = [&] {
            QList<SocketObservation> sockets;
            for (const Truth &t : std::as_const(live))
                sockets.append(t.socket);
            f.scan(sockets);
        };
        // As the agent does: a line of an unknown socket has the table looked at.
        bool wanted = false;
        connect(&f.join, &ConnectionJoin::scanWanted, &f.join, [&] { wanted = true; });
        QList<SessionFacts> late;
        quint64 nextCookie = 1;
        for (int step = 0; step < 4000; ++step) {
            const int what = int(random.bounded(10));
            if (what < 4) { // few ports, so that they are used again and again
                const quint16 port = quint16(50000 + random.bounded(40));
                const bool taken = std::any_of(
                    live.cbegin(), live.cend(), [&](const Truth &t) { return t.socket.peer.port == port; });
                if (!taken) {
                    const quint64 cookie = nextCookie++;
                    live.insert(cookie, { socketOf(cookie, "203.0.113.7", port, 993), {}, {} });
                }
            } else if (what < 7 && !live.isEmpty()) {
                Truth &t = *std::next(live.begin(), qsizetype(random.bounded(quint32(live.size()))));
                if (t.user.isEmpty()) {
                    t.user = "user" + QByteArray::number(t.socket.cookie);
                    t.facts = f.login("203.0.113.7", t.socket.peer.port, t.user.constData());
                    f.join.onFacts(t.facts);
                }
            } else if (what < 9 && !live.isEmpty()) {
                const auto it = std::next(live.begin(), qsizetype(random.bounded(quint32(live.size()))));
                if (!it->user.isEmpty())
                    late.append(it->facts);
                f.join.onClosed({ f.clock.nowUs(), it->socket.cookie, 0, 0, 0 });
                live.erase(it);
                f.clock.advanceUs(1'100'000); // a port is not used again within the grain of the log's stamps
            } else if (!late.isEmpty()) {
                SessionFacts old = late.takeFirst();
                old.folder = "INBOX";
                old.lineTime = f.clock.nowUs();
                f.join.onFacts(old);
            }
            if (std::exchange(wanted, false) || random.bounded(3) == 0) {
                look();
                QCOMPARE(f.table().rowCount(), live.size());
                for (const Truth &t : std::as_const(live)) {
                    const Value user = f.cell(t.socket.cookie, c::User);
                    QVERIFY2(
                        user == Value(t.user), ("not " + t.user + " at step " + QByteArray::number(step)).constData());
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(ConnectionJoinTest)
#include "tst_connectionjoin.moc"
