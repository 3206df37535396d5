// SPDX-License-Identifier: GPL-3.0-or-later
// Dropping ends exactly the connection that was chosen: real servers, real clients, the real agent.
#include "core/agent/sources/sockdiag.h"
#include "core/agent/sources/socketcontrol.h"
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"
#include "tests/support/rawadmin.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <sys/socket.h>

using namespace mailhelm;

namespace
{

using Protocol = MailClient::Protocol;
using Security = MailClient::Security;
using Port = Lab::Port;
using Code = Outcomes::Code;
namespace c = connections;

const QHostAddress V4 { QHostAddress::LocalHost };

/// A lab with an agent beside it, and an owner who watches.
struct Place {
    explicit Place(const Lab::Options &options)
        : lab(options)
    {
    }

    Result<void> start() { return owner.begin(lab, agent); }

    /// The id of the row of the connection from that local port of ours to that service; 0 where there is none.
    [[nodiscard]] RowId idOf(quint16 localPort, quint16 servicePort)
    {
        for (const AgentClient::Row &row : owner.rows())
            if (row.number(c::Port) == localPort && row.number(c::LocalPort) == servicePort)
                return row.id;
        return 0;
    }
    [[nodiscard]] RowId idOf(const MailClient &client) { return idOf(client.localPort(), client.peerPort()); }
    /// Outcome and target of the audit's entries about that row, oldest first.
    [[nodiscard]] QList<QByteArray> auditOf(RowId id)
    {
        std::map<qint64, QByteArray> entries;
        for (const AgentClient::Row &row : owner.rows(TableId::Audit))
            if (row.text(audit::Target).startsWith(rowIdToText(id)))
                entries.emplace(row.number(audit::Time),
                    row.text(audit::Admin) + ' ' + row.text(audit::Action) + ' ' + row.text(audit::Outcome));
        QList<QByteArray> out;
        for (const auto &[time, text] : entries)
            out.append(text);
        return out;
    }

    Lab lab;
    AgentProcess agent;
    AgentClient owner;
};

enum class Stage { Connected, LoggedIn, Idle };

std::unique_ptr<MailClient> session(
    Place &place, Protocol protocol, Security security, Port port, Stage stage, const QByteArray &user)
{
    auto client = std::make_unique<MailClient>(protocol, security);
    client->setSourceAddress(V4);
    if (!client->connectTo(V4, place.lab.port(port)))
        return nullptr;
    if (stage != Stage::Connected && !client->login(user))
        return nullptr;
    if (stage == Stage::Idle && (!client->select("INBOX") || !client->idle()))
        return nullptr;
    return client;
}

qsizetype processesCalled(const QByteArray &name, qint64 parent)
{
    QProcess ps;
    ps.start(QStringLiteral("ps"),
        { QStringLiteral("--ppid"), QString::number(parent), QStringLiteral("-o"), QStringLiteral("comm=") });
    ps.waitForFinished();
    return ps.readAllStandardOutput().split('\n').count(name);
}

} // namespace

class TestDrop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void exactlyTheChosenOne_data();
    void exactlyTheChosenOne();
    void hibernatedSessions();
    void twoHundredInARow();
    void answersForEachId();
    void moreThanAThousand();
    void rolesAndAdministrators();
    void aPortThatIsUsedAgain();
    void onePortToTwoServices();
    void aWrongCookie();
    void theServersOwnPortsOnly();

private:
    Place &placeFor(bool sharedLogin) { return sharedLogin ? *m_shared : *m_plain; }

    std::unique_ptr<Place> m_plain;
    std::unique_ptr<Place> m_shared; ///< one login process for all, hibernation
    int m_dropped = 0;
};

void TestDrop::initTestCase()
{
    if (const QString missing = Lab::whyNotHere(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    m_plain = std::make_unique<Place>(Lab::Options());
    Result<void> started = m_plain->start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
    Lab::Options options;
    options.richFormat = true;
    options.serviceCount0 = true;
    options.hibernate = true;
    m_shared = std::make_unique<Place>(options);
    started = m_shared->start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
}

void TestDrop::exactlyTheChosenOne_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<int>("security");
    QTest::addColumn<int>("port");
    QTest::addColumn<int>("stage");
    QTest::addColumn<bool>("shared");
    const auto row
        = [](const char *name, Protocol protocol, Security security, Port port, Stage stage, bool shared = false) {
              QTest::newRow(name) << int(protocol) << int(security) << int(port) << int(stage) << shared;
          };
    row("IMAPS", Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn);
    row("IMAPS, idle", Protocol::Imap, Security::Tls, Port::Imaps, Stage::Idle);
    row("IMAP, plain", Protocol::Imap, Security::Plain, Port::Imap, Stage::LoggedIn);
    row("IMAP, STARTTLS", Protocol::Imap, Security::StartTls, Port::Imap, Stage::LoggedIn);
    row("IMAPS, before login", Protocol::Imap, Security::Tls, Port::Imaps, Stage::Connected);
    row("IMAP, before login", Protocol::Imap, Security::Plain, Port::Imap, Stage::Connected);
    row("IMAPS, shared login process", Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn, true);
    row("IMAPS, shared login process, before login", Protocol::Imap, Security::Tls, Port::Imaps, Stage::Connected,
        true);
    row("POP3S", Protocol::Pop3, Security::Tls, Port::Pop3s, Stage::LoggedIn);
    row("ManageSieve", Protocol::Sieve, Security::StartTls, Port::Sieve, Stage::LoggedIn);
    row("Submission", Protocol::Smtp, Security::StartTls, Port::Submission, Stage::LoggedIn);
    row("Postfix SMTP", Protocol::Smtp, Security::Plain, Port::Smtp, Stage::Connected);
    row("Postfix Submission", Protocol::Smtp, Security::StartTls, Port::PostfixSubmission, Stage::LoggedIn);
}

void TestDrop::exactlyTheChosenOne()
{
    QFETCH(int, protocol);
    QFETCH(int, security);
    QFETCH(int, port);
    QFETCH(int, stage);
    QFETCH(bool, shared);
    constexpr int Rounds = 15;
    Place &place = placeFor(shared);
    const QByteArray user = Lab::user(1 + int(qHash(QByteArrayView(QTest::currentDataTag())) % 30));
    const auto open
        = [&] { return session(place, Protocol(protocol), Security(security), Port(port), Stage(stage), user); };
    std::array<std::unique_ptr<MailClient>, 2> pair { open(), open() };
    QVERIFY(pair[0] && pair[1]);
    for (int round = 0; round < Rounds; ++round) {
        // The older and the younger one in turn: pairs keep both orders.
        MailClient &chosen = *pair[round % 2];
        MailClient &other = *pair[1 - round % 2];
        QTRY_VERIFY_WITH_TIMEOUT(place.idOf(chosen) != 0 && place.idOf(other) != 0, 5000);
        const RowId id = place.idOf(chosen);
        const RowId otherId = place.idOf(other);
        QVERIFY(id != otherId);

        const QList<Outcomes::Target> outcome = place.owner.drop({ id });
        QCOMPARE(outcome.size(), 1);
        QVERIFY2(outcome.first().code == Code::Done, outcome.first().why.constData());
        QTRY_COMPARE_WITH_TIMEOUT(chosen.state(), MailClient::State::Closed, 2000);
        QElapsedTimer next;
        next.start();
        pair[round % 2] = open();
        QVERIFY2(pair[round % 2], "the server takes no next client");
        QVERIFY2(next.elapsed() < 2000, qPrintable(QStringLiteral("the next client waited %1 ms").arg(next.elapsed())));
        QVERIFY2(other.noop(), "the other session was hurt");
        QTRY_COMPARE_WITH_TIMEOUT(
            place.idOf(chosen.localPort() == pair[round % 2]->localPort() ? 0 : chosen.localPort(),
                place.lab.port(Port(port))),
            RowId(0), 2000);
        QCOMPARE(place.idOf(other), otherId);
        const QList<Outcomes::Target> again = place.owner.drop({ id });
        QCOMPARE(again.size(), 1);
        QCOMPARE(again.first().code, Code::Gone);
        QTRY_COMPARE(place.auditOf(id), QList<QByteArray>({ "tester drop done", "tester drop gone" }));
        ++m_dropped;
    }
    for (const auto &client : pair)
        QVERIFY(client->noop());
}

void TestDrop::hibernatedSessions()
{
    constexpr int Pairs = 8;
    std::vector<std::unique_ptr<MailClient>> clients;
    for (int i = 0; i < 2 * Pairs; ++i) {
        clients.push_back(session(*m_shared, Protocol::Imap, i % 4 < 2 ? Security::Plain : Security::Tls,
            i % 4 < 2 ? Port::Imap : Port::Imaps, Stage::Idle, Lab::user(31 + i / 4)));
        QVERIFY(clients.back());
    }
    // All of them have left their imap process for the one that holds the sleeping ones.
    const qint64 master = m_shared->lab.pid(Lab::Service::Dovecot);
    QTRY_VERIFY_WITH_TIMEOUT(
        processesCalled("imap", master) == 0 && processesCalled("imap-hibernate", master) == 1, 10'000);
    for (int i = 0; i < Pairs; ++i) {
        const size_t chosen = size_t(2 * i + i % 2);
        const RowId id = m_shared->idOf(*clients[chosen]);
        QVERIFY(id != 0);
        const QList<Outcomes::Target> outcome = m_shared->owner.drop({ id });
        QCOMPARE(outcome.size(), 1);
        QVERIFY2(outcome.first().code == Code::Done, outcome.first().why.constData());
        QTRY_COMPARE_WITH_TIMEOUT(clients[chosen]->state(), MailClient::State::Closed, 2000);
        clients[chosen].reset();
        QTRY_COMPARE(m_shared->auditOf(id), QList<QByteArray>({ "tester drop done" }));
        ++m_dropped;
    }
    for (const auto &client : clients)
        if (client)
            QVERIFY(client->noop()); // wakes it up
}

void TestDrop::twoHundredInARow()
{
    if (m_dropped == 0)
        QSKIP("counts what the tests before it did; they were not run");
    QVERIFY2(m_dropped >= 200, qPrintable(QString::number(m_dropped)));
}

void TestDrop::answersForEachId()
{
    Place &place = *m_plain;
    const auto one = session(place, Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn, Lab::user(2));
    const auto two = session(place, Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn, Lab::user(2));
    const auto rest = session(place, Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn, Lab::user(2));
    QTRY_VERIFY(place.idOf(*one) != 0 && place.idOf(*two) != 0 && place.idOf(*rest) != 0);
    const RowId wrong = 0x0123456789abcdef;
    const QList<RowId> ids { place.idOf(*one), wrong, place.idOf(*two), place.idOf(*one) };
    const QList<Outcomes::Target> outcome = place.owner.drop(ids);
    QCOMPARE(outcome.size(), 4);
    for (qsizetype i = 0; i < ids.size(); ++i)
        QCOMPARE(outcome[i].id, ids[i]);
    QCOMPARE(outcome[0].code, Code::Done);
    QCOMPARE(outcome[1].code, Code::Gone);
    QCOMPARE(outcome[2].code, Code::Done);
    QCOMPARE(outcome[3].code, Code::Gone); // named twice, ended once
    QTRY_VERIFY(!one->isConnected() && !two->isConnected());
    QVERIFY(rest->noop());
    QTRY_COMPARE(place.auditOf(wrong), QList<QByteArray>({ "tester drop gone" }));
}

void TestDrop::moreThanAThousand()
{
    Place &place = *m_plain;
    const auto client = session(place, Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn, Lab::user(3));
    QTRY_VERIFY(place.idOf(*client) != 0);
    const Result<QString> link = place.agent.enroll("thousand", "operator");
    QVERIFY(link);
    const auto admin = RawAdmin::enrolled(link.value());
    QVERIFY(admin);
    QList<RowId> ids(1001, place.idOf(*client));
    const std::optional<Message> answer = admin->ask(Drop { ids });
    // More than the protocol allows is refused whole, with the reason, as an answer or as the last word.
    const QByteArray why = answer && std::holds_alternative<Failed>(*answer) ? std::get<Failed>(*answer).why
        : admin->farewell()                                                  ? admin->farewell()->why
                                                                             : QByteArray("(nothing)");
    QVERIFY2(why.contains("more ids than allowed"), why.constData());
    QVERIFY(client->noop());
}

void TestDrop::rolesAndAdministrators()
{
    Place &place = *m_plain;
    const auto join = [&](const char *name, const char *role) {
        const Result<QString> link = place.agent.enroll(name, role);
        return link ? RawAdmin::enrolled(link.value()) : nullptr;
    };
    const auto viewer = join("vera", "viewer");
    const auto op = join("otto", "operator");
    const auto manager = join("mona", "manager");
    const auto boss = join("olga", "owner");
    QVERIFY(viewer && op && manager && boss);
    const quint16 agentPort = place.lab.port(Port::Agent);
    const auto adminRow = [&](const RawAdmin &admin) { return place.idOf(admin.localPort(), agentPort); };
    QTRY_VERIFY(adminRow(*viewer) && adminRow(*op) && adminRow(*manager) && adminRow(*boss));

    const auto client = session(place, Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn, Lab::user(4));
    QTRY_VERIFY(place.idOf(*client) != 0);
    const RowId mail = place.idOf(*client);
    std::optional<Message> answer = viewer->ask(Drop { { mail } });
    QVERIFY(answer && std::holds_alternative<Failed>(*answer));
    QCOMPARE(std::get<Failed>(*answer).code, ErrorCode::PermissionDenied);
    QVERIFY(client->noop());
    QTRY_COMPARE(place.auditOf(mail), QList<QByteArray>({ "vera drop refused" }));
    QVERIFY(std::holds_alternative<Pong>(*viewer->ask(Ping {}))); // refused, not thrown out

    const auto drop = [](RawAdmin &who, RowId id) -> Outcomes::Target {
        const std::optional<Message> got = who.ask(Drop { { id } });
        return got && std::holds_alternative<Outcomes>(*got) ? std::get<Outcomes>(*got).targets.value(0)
                                                             : Outcomes::Target { 0, Code::Refused, "no answer" };
    };
    // An administrator's connection: for owners alone.
    for (RawAdmin *who : { op.get(), manager.get() }) {
        const Outcomes::Target target = drop(*who, adminRow(*viewer));
        QCOMPARE(target.code, Code::Refused);
        QVERIFY2(target.why.contains("owner"), target.why.constData());
    }
    QVERIFY(std::holds_alternative<Pong>(*viewer->ask(Ping {})));
    QTRY_COMPARE(place.auditOf(adminRow(*viewer)), QList<QByteArray>({ "otto drop refused", "mona drop refused" }));
    // Never the own one.
    Outcomes::Target target = drop(*boss, adminRow(*boss));
    QCOMPARE(target.code, Code::Refused);
    QVERIFY2(target.why.contains("you are speaking"), target.why.constData());
    QVERIFY(std::holds_alternative<Pong>(*boss->ask(Ping {})));
    const RowId viewers = adminRow(*viewer);
    QCOMPARE(drop(*boss, viewers).code, Code::Done);
    QVERIFY(viewer->waitForEnd(3000));
    for (RawAdmin *who : { op.get(), manager.get(), boss.get() })
        QVERIFY(std::holds_alternative<Pong>(*who->ask(Ping {})));

    QCOMPARE(drop(*op, mail).code, Code::Done);
    QTRY_VERIFY(!client->isConnected());
    QTRY_COMPARE(place.auditOf(mail), QList<QByteArray>({ "vera drop refused", "otto drop done" }));
}

void TestDrop::aPortThatIsUsedAgain()
{
    // A client comes back from the very port that the dropped row had: the id that was listed then does not name it.
    Place &place = *m_plain;
    const quint16 service = place.lab.port(Port::Imap);
    const auto connectFrom = [&](quint16 from) {
        auto socket = std::make_unique<QTcpSocket>();
        socket->bind(V4, from, QAbstractSocket::ShareAddress | QAbstractSocket::ReuseAddressHint);
        socket->connectToHost(V4, service);
        return socket->waitForConnected(3000) && socket->waitForReadyRead(3000) ? std::move(socket) : nullptr;
    };
    auto first = connectFrom(0);
    QVERIFY(first);
    const quint16 port = first->localPort();
    QTRY_VERIFY(place.idOf(port, service) != 0);
    const RowId old = place.idOf(port, service);
    for (int i = 0; i < 5; ++i) {
        const linger reset { 1, 0 };
        ::setsockopt(int(first->socketDescriptor()), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        first->abort();
        auto second = connectFrom(port);
        QVERIFY(second);
        // At once, before the agent can have looked; and later.
        const QList<Outcomes::Target> outcome = place.owner.drop({ old });
        QCOMPARE(outcome.size(), 1);
        QCOMPARE(outcome.first().code, Code::Gone);
        QTRY_VERIFY(place.idOf(port, service) != 0 && place.idOf(port, service) != old);
        QCOMPARE(place.owner.drop({ old }).first().code, Code::Gone);
        second->write("a NOOP\r\n");
        QVERIFY(second->waitForReadyRead(3000));
        QVERIFY(second->readAll().contains("a OK"));
        first = std::move(second);
    }
}

void TestDrop::onePortToTwoServices()
{
    // A client's port may lead to the agent and to a mail server at once: the mail connection is not the
    // administrator's own.
    Place &place = *m_plain;
    const Result<QString> link = place.agent.enroll("oscar", "operator");
    const auto first = RawAdmin::enrolled(link.value());
    QVERIFY(first);
    RawAdmin admin(first->identity());
    admin.setSourceAddress(V4);
    QVERIFY(admin.connectTo(place.lab.port(Port::Agent)) && admin.logIn());
    QTcpSocket mail;
    QVERIFY2(mail.bind(V4, admin.localPort(), QAbstractSocket::ShareAddress | QAbstractSocket::ReuseAddressHint),
        qPrintable(mail.errorString()));
    mail.connectToHost(V4, place.lab.port(Port::Imap));
    QVERIFY(mail.waitForConnected());
    QTRY_VERIFY(place.idOf(admin.localPort(), place.lab.port(Port::Imap)) != 0);
    const std::optional<Message> answer
        = admin.ask(Drop { { place.idOf(admin.localPort(), place.lab.port(Port::Imap)) } });
    QVERIFY(answer && std::holds_alternative<Outcomes>(*answer));
    const Outcomes::Target target = std::get<Outcomes>(*answer).targets.first();
    QVERIFY2(target.code == Code::Done, target.why.constData());
    QTRY_COMPARE(mail.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(std::holds_alternative<Pong>(*admin.ask(Ping {})));
}

void TestDrop::aWrongCookie()
{
    Place &place = *m_plain;
    const auto one = session(place, Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn, Lab::user(5));
    const auto two = session(place, Protocol::Imap, Security::Tls, Port::Imaps, Stage::LoggedIn, Lab::user(5));
    const std::vector<quint16> ports { place.lab.port(Port::Imaps) };
    SockDiag table;
    SocketControl control({ &table }, ports);
    const Result<QList<SocketObservation>> rows = table.scan(ports);
    QVERIFY(rows);
    const auto find = [&](const MailClient &client) {
        return *std::find_if(rows.value().begin(), rows.value().end(),
            [&](const SocketObservation &s) { return s.peer.port == client.localPort(); });
    };
    SocketObservation forged = find(*one);
    forged.cookie = find(*two).cookie; // of another socket that lives
    QCOMPARE(control.drop({ forged }).first().outcome, DropOutcome::Gone);
    forged.cookie = find(*one).cookie + 1'000'000;
    QCOMPARE(control.drop({ forged }).first().outcome, DropOutcome::Gone);
    forged.cookie = 0;
    QCOMPARE(control.drop({ forged }).first().outcome, DropOutcome::Refused);
    forged.cookie = ~quint64(0); // the kernel's "whichever"
    QCOMPARE(control.drop({ forged }).first().outcome, DropOutcome::Refused);
    QVERIFY(one->noop());
    QVERIFY(two->noop());
}

void TestDrop::theServersOwnPortsOnly()
{
    // What is not on a configured port has no row, and so no id that could name it.
    Place &place = *m_plain;
    QTcpServer server;
    QVERIFY(server.listen(V4));
    QTcpSocket client;
    client.connectToHost(V4, server.serverPort());
    QVERIFY(client.waitForConnected());
    QVERIFY(place.owner.refresh());
    QCOMPARE(place.idOf(client.localPort(), server.serverPort()), RowId(0));
}

QTEST_GUILESS_MAIN(TestDrop)
#include "tst_drop.moc"
