// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/socketoptions.h"
#include "tests/unit/tlsworld.h"

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace mailhelm;
using namespace std::chrono_literals;

using Kind = DialFailure::Kind;

/// A listening socket that does one thing to whoever comes: nothing, close, or say something.
class RudeServer : public QTcpServer
{
public:
    enum class Manner { Silent, Closes, Resets, Speaks };
    explicit RudeServer(Manner manner)
    {
        listen(QHostAddress::LocalHost);
        m_manner = manner;
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        if (m_manner == Manner::Resets) {
            const linger reset { 1, 0 };
            ::setsockopt(int(descriptor), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            ::close(int(descriptor));
            return;
        }
        auto *socket = new QTcpSocket(this);
        socket->setSocketDescriptor(descriptor);
        if (m_manner == Manner::Closes)
            socket->close();
        else if (m_manner == Manner::Speaks)
            socket->write("220 mx1.example.org ESMTP Postfix\r\n");
    }

private:
    Manner m_manner;
};

/// Real TLS between TlsServer and TlsDialer on loopback: who is let in, what passes, how it ends.
class TestTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("RES_OPTIONS", "timeout:1 attempts:1"); } // where no name server answers
    void goodPinsGetAnEcho();
    void overIpv6();
    void wrongPinSendsNothing();
    void noAuthorityIsTrusted();
    void datesAndNamesDoNotMatter_data();
    void datesAndNamesDoNotMatter();
    void refusedKeyHearsWhy();
    void unknownKeyEnrols();
    void noClientCertificateIsRefused();
    void olderTlsIsRefused();
    void frameLimitRisesWithLogin();
    void brokenFramesEndTheConnection_data();
    void brokenFramesEndTheConnection();
    void whoeverDoesNotLogInIsDropped();
    void lastFramesAreHeardBeforeTheEnd();
    void pausedChannelHearsTheRestWhenResumed();
    void drainedComesOnceBelowTheMark();
    void channelsMayBeDeletedInEverySlot();
    void dialFailuresAreTold_data();
    void dialFailuresAreTold();
    void redialingForgetsTheFirstDial();
    void listenFailuresAreTold();
    void listensOnBothFamilies();
    void deadPeersAreNoticedByTheKernel();
};

void TestTls::goodPinsGetAnEcho()
{
    EchoAgent agent;
    Caller caller;
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    QCOMPARE(caller.channel->peerPin(), agentIdentity().pin());
    QVERIFY(caller.channel->send("hello"));
    QVERIFY(caller.channel->send(QByteArray(60'000, 'x')));
    QTRY_COMPARE(caller.got.size(), 2);
    QCOMPARE(caller.got.constFirst(), QByteArray("hello"));
    QCOMPARE(caller.got.constLast(), QByteArray(60'000, 'x'));

    QCOMPARE(agent.admits, QList<Admit> { Admit::Known });
    Channel *served = agent.channels.constFirst();
    QCOMPARE(served->peerPin(), adminIdentity().pin());
    QCOMPARE(served->peer(), caller.channel->local());
    QCOMPARE(served->local(), caller.channel->peer());
    QCOMPARE(served->since(), agent.clock.nowUs());
    QVERIFY2(served->tls().startsWith(QStringLiteral("TLSv1.3 TLS_")), qUtf8Printable(served->tls()));

    caller.channel->close({ ErrorCode::Unavailable, QStringLiteral("done") });
    QTRY_VERIFY(caller.closedWith);
    QCOMPARE(caller.closedWith->detail, QStringLiteral("done"));
    QTRY_COMPARE(agent.closedWith.size(), 1);
    QVERIFY2(agent.closedWith.constFirst().detail.endsWith(QStringLiteral("closed the connection.")),
        qUtf8Printable(agent.closedWith.constFirst().detail));
    QTRY_COMPARE(agent.server.counters().loggedIn, 0);
    QCOMPARE(agent.server.counters().beforeLogin, 0);
}

void TestTls::overIpv6()
{
    EchoAgent agent({}, { "[::1]:0" });
    Caller caller;
    caller.dial(agent.port(), agentIdentity().pin(), limits::Dial, "::1");
    QVERIFY(caller.wait());
    caller.channel->send("six");
    QTRY_COMPARE(caller.got, QByteArrayList { "six" });
    QCOMPARE(caller.channel->peer().address.toText(), QByteArray("::1"));
    QVERIFY(caller.channel->peerText().startsWith(QStringLiteral("[::1]:")));
}

void TestTls::wrongPinSendsNothing()
{
    EchoAgent agent;
    Caller caller;
    caller.dial(agent.port(), strangerIdentity().pin());
    QVERIFY(!caller.wait());
    QVERIFY(caller.failure);
    QCOMPARE(caller.failure->kind, Kind::WrongPin);
    QCOMPARE(caller.failure->seen, agentIdentity().pin());
    const QString text = caller.failure->error.detail;
    QVERIFY2(text.contains(agentIdentity().pin().display()) && text.contains(strangerIdentity().pin().display()),
        qUtf8Printable(text));
    // The agent, had it been let in, saw no byte: every channel that it got ended between two frames, without one.
    QTRY_COMPARE(agent.server.counters().handshaking, 0);
    QTRY_COMPARE(agent.server.counters().loggedIn, 0);
    QVERIFY(agent.got.isEmpty());
    for (const Error &reason : std::as_const(agent.closedWith))
        QVERIFY2(!reason.detail.contains(QStringLiteral("frame")), qUtf8Printable(reason.detail));
}

void TestTls::noAuthorityIsTrusted()
{
    // Certificates that the whole program trusts as an authority, with the right name and good dates: no help, both
    // ways.
    const Identity evilAgent = reissued(strangerIdentity(), -1, 100);
    const auto before = QSslConfiguration::defaultConfiguration();
    auto trusting = before;
    trusting.addCaCertificate(evilAgent.certificate());
    QSslConfiguration::setDefaultConfiguration(trusting);

    EchoAgent impostor({}, { "127.0.0.1:0" }, true, evilAgent);
    Caller caller;
    caller.dial(impostor.port(), agentIdentity().pin());
    const bool fooled = caller.wait();
    EchoAgent agent;
    Caller intruder(evilAgent);
    intruder.dial(agent.port());
    const bool dialed = intruder.wait();
    const bool turnedAway = QTest::qWaitFor([&] { return intruder.closedWith.has_value(); });
    QSslConfiguration::setDefaultConfiguration(before);

    QVERIFY(!fooled);
    QCOMPARE(caller.failure->kind, Kind::WrongPin);
    QVERIFY(impostor.got.isEmpty());
    QVERIFY(dialed && turnedAway);
    QVERIFY(agent.channels.isEmpty());
    QCOMPARE(intruder.got, QByteArrayList { agent.farewell });
}

void TestTls::datesAndNamesDoNotMatter_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("until");
    QTest::newRow("expired") << -100 << -1;
    QTest::newRow("not yet valid") << 1 << 100;
    QTest::newRow("valid") << -1 << 100;
}

void TestTls::datesAndNamesDoNotMatter()
{
    QFETCH(int, from);
    QFETCH(int, until);
    EchoAgent agent({}, { "127.0.0.1:0" }, true, reissued(agentIdentity(), from, until));
    Caller caller(reissued(adminIdentity(), from, until));
    caller.dial(agent.port());
    QVERIFY2(caller.wait(), caller.failure ? qUtf8Printable(caller.failure->error.detail) : "");
    caller.channel->send("x");
    QTRY_COMPARE(caller.got.size(), 1);
}

void TestTls::refusedKeyHearsWhy()
{
    EchoAgent agent;
    Caller caller(strangerIdentity());
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    QTRY_VERIFY(caller.closedWith);
    QCOMPARE(caller.got, QByteArrayList { agent.farewell });
    QVERIFY(agent.channels.isEmpty());
    QVERIFY(agent.got.isEmpty());
    QCOMPARE(agent.server.counters().keysRefused, 1u);
    QTRY_COMPARE(agent.server.counters().beforeLogin, 0);
    QVERIFY2(agent.rejections.constLast().contains(strangerIdentity().pin().display()),
        qUtf8Printable(agent.rejections.constLast()));
}

void TestTls::unknownKeyEnrols()
{
    EchoAgent agent;
    agent.enrolling = true;
    Caller caller(strangerIdentity());
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    caller.channel->send("token");
    QTRY_COMPARE(caller.got, QByteArrayList { "token" });
    QCOMPARE(agent.admits, QList<Admit> { Admit::EnrolOnly });
}

void TestTls::noClientCertificateIsRefused()
{
    EchoAgent agent;
    QSslSocket socket;
    socket.setPeerVerifyMode(QSslSocket::VerifyNone);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), agent.port());
    QTRY_COMPARE(agent.server.counters().handshakesFailed, 1u);
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(agent.channels.isEmpty());
    QCOMPARE(agent.rejections.size(), 1);
    QVERIFY2(agent.rejections.constFirst().contains(QStringLiteral("certificate")),
        qUtf8Printable(agent.rejections.constFirst()));
    QCOMPARE(agent.server.counters().beforeLogin, 0);
}

void TestTls::olderTlsIsRefused()
{
    EchoAgent agent;
    QSslSocket socket;
    QSslConfiguration old;
    old.setProtocol(QSsl::TlsV1_2);
    old.setPeerVerifyMode(QSslSocket::VerifyNone);
    old.setLocalCertificate(adminIdentity().certificate());
    old.setPrivateKey(adminIdentity().key());
    socket.setSslConfiguration(old);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), agent.port());
    QTRY_COMPARE(agent.server.counters().handshakesFailed, 1u);
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QVERIFY(!socket.isEncrypted());
    QVERIFY(agent.channels.isEmpty());
}

void TestTls::frameLimitRisesWithLogin()
{
    EchoAgent agent({}, { "127.0.0.1:0" }, false);
    Caller caller;
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    caller.channel->send(QByteArray(limits::FrameToAgentBeforeLogin, 'h'));
    QTRY_COMPARE(agent.got.size(), 1);
    QCOMPARE(agent.server.counters().beforeLogin, 1);
    agent.server.loggedIn(agent.channels.constFirst());
    QCOMPARE(agent.server.counters().beforeLogin, 0);
    QCOMPARE(agent.server.counters().loggedIn, 1);
    caller.channel->send(QByteArray(limits::FrameToAgent, 'l'));
    QTRY_COMPARE(agent.got.size(), 2);
    QCOMPARE(agent.got.constLast().size(), qsizetype(limits::FrameToAgent));
    caller.channel->send(QByteArray(limits::FrameToAgent + 1, 'x'));
    QTRY_COMPARE(agent.closedWith.size(), 1);
    QVERIFY2(agent.closedWith.constFirst().detail.contains(QStringLiteral("65537")),
        qUtf8Printable(agent.closedWith.constFirst().detail));
    QCOMPARE(agent.got.size(), 2);
}

void TestTls::brokenFramesEndTheConnection_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("zero") << QByteArray(4, '\0');
    QTest::newRow("8 KiB + 1") << QByteArray("\0\0\x20\x01", 4);
    QTest::newRow("4 GiB") << QByteArray("\xff\xff\xff\xff", 4);
    QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r\n\r\n");
}

void TestTls::brokenFramesEndTheConnection()
{
    QFETCH(QByteArray, bytes);
    EchoAgent agent({}, { "127.0.0.1:0" }, false);
    QSslSocket socket;
    QSslConfiguration own;
    own.setPeerVerifyMode(QSslSocket::VerifyNone);
    own.setLocalCertificate(adminIdentity().certificate());
    own.setPrivateKey(adminIdentity().key());
    socket.setSslConfiguration(own);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), agent.port());
    QTRY_COMPARE(agent.channels.size(), 1);
    socket.write(bytes);
    QTRY_COMPARE(agent.closedWith.size(), 1);
    QCOMPARE(agent.closedWith.constFirst().code, ErrorCode::InvalidArgument);
    QVERIFY(agent.got.isEmpty());
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(agent.server.counters().beforeLogin, 0);
}

void TestTls::whoeverDoesNotLogInIsDropped()
{
    TlsServerOptions options;
    options.login = 200ms;
    EchoAgent agent(options, { "127.0.0.1:0" }, false);
    Caller caller;
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    QTRY_VERIFY_WITH_TIMEOUT(caller.closedWith, 3000);
    QCOMPARE(agent.closedWith.size(), 1);
    QCOMPARE(agent.closedWith.constFirst().code, ErrorCode::TimedOut);
    QVERIFY(agent.closedWith.constFirst().detail.contains(QStringLiteral("did not log in")));

    Caller quick;
    quick.dial(agent.port());
    QVERIFY(quick.wait());
    QTRY_COMPARE(agent.channels.size(), 2);
    agent.server.loggedIn(agent.channels.constLast());
    QTest::qWait(400);
    QVERIFY(!quick.closedWith);
}

void TestTls::lastFramesAreHeardBeforeTheEnd()
{
    EchoAgent agent;
    Caller caller;
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    QTRY_COMPARE(agent.channels.size(), 1);
    Channel *served = agent.channels.constFirst();
    for (int i = 0; i < 300; ++i)
        QVERIFY(served->send(QByteArray(5000, 'f')));
    served->close({ ErrorCode::Unavailable, QStringLiteral("the agent stops") });
    QVERIFY(!served->send("too late"));
    served->close({ ErrorCode::Io, QStringLiteral("another reason comes too late") });
    QTRY_VERIFY(caller.closedWith);
    QCOMPARE(caller.got.size(), 300);
    QVERIFY2(caller.closedWith->detail.endsWith(QStringLiteral("closed the connection.")),
        qUtf8Printable(caller.closedWith->detail));
    QTRY_COMPARE(agent.closedWith.size(), 1);
    QCOMPARE(agent.closedWith.constFirst().detail, QStringLiteral("the agent stops"));
}

void TestTls::pausedChannelHearsTheRestWhenResumed()
{
    EchoAgent agent;
    Caller caller;
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    caller.channel->setPaused(true);
    QTRY_COMPARE(agent.channels.size(), 1);
    for (int i = 0; i < 20; ++i)
        agent.channels.constFirst()->send(QByteArray(1000, 'f'));
    agent.channels.constFirst()->close({ ErrorCode::Unavailable, QStringLiteral("stop") });
    QTRY_COMPARE(agent.closedWith.size(), 1);
    QTest::qWait(100);
    QVERIFY(caller.got.isEmpty());
    QVERIFY(!caller.closedWith);
    caller.channel->setPaused(false);
    QTRY_VERIFY(caller.closedWith);
    QCOMPARE(caller.got.size(), 20);
}

void TestTls::drainedComesOnceBelowTheMark()
{
    EchoAgent agent;
    Caller caller;
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    QTRY_COMPARE(agent.channels.size(), 1);
    Channel *served = agent.channels.constFirst();
    int drained = 0;
    qint64 unsentThen = -1;
    connect(served, &Channel::drained, this, [&] {
        ++drained;
        unsentThen = served->unsent();
    });
    served->send("small");
    QTRY_COMPARE(caller.got.size(), 1);
    QCOMPARE(drained, 0);
    QVERIFY(served->hasRoom());

    for (int i = 0; i < 3; ++i)
        QVERIFY(served->send(QByteArray(limits::FrameToClient, 'b')));
    QVERIFY(!served->hasRoom());
    QVERIFY(served->unsent() >= 3 * qint64(limits::FrameToClient));
    QTRY_COMPARE(caller.got.size(), 4);
    QTRY_COMPARE(drained, 1);
    QVERIFY(unsentThen < limits::UnsentHighWater);
    QTRY_COMPARE(served->unsent(), 0);
    QCOMPARE(drained, 1);
}

void TestTls::channelsMayBeDeletedInEverySlot()
{
    EchoAgent agent;
    for (int round = 0; round < 20; ++round) {
        Caller caller;
        caller.dial(agent.port());
        QVERIFY(caller.wait());
        bool deleted = false;
        connect(caller.channel.get(), &Channel::received, &caller, [&] {
            caller.channel.reset();
            deleted = true;
        });
        for (int i = 0; i < 10; ++i)
            caller.channel->send("x");
        QTRY_VERIFY(deleted);
    }
    for (int round = 0; round < 20; ++round) {
        Caller caller;
        caller.dial(agent.port());
        QVERIFY(caller.wait());
        connect(caller.channel.get(), &Channel::closed, &caller, [&] { caller.channel.reset(); });
        connect(caller.channel.get(), &Channel::drained, &caller, [&] { caller.channel.reset(); });
        caller.channel->send(QByteArray(limits::UnsentHighWater, 'x')); // too large for the agent
        QTRY_VERIFY(!caller.channel);
    }
    QTRY_COMPARE(agent.server.counters().loggedIn, 0);
    // The agent's end, deleted under the server's feet instead of closed.
    Caller caller;
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    QTRY_COMPARE(agent.server.counters().loggedIn, 1);
    delete agent.channels.constLast().data();
    QCOMPARE(agent.server.counters().loggedIn, 0);
    QTRY_VERIFY(caller.closedWith);
}

void TestTls::dialFailuresAreTold_data()
{
    QTest::addColumn<int>("manner"); // of RudeServer; -1: nobody listens, -2: no such name
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("text");
    QTest::newRow("nobody listens") << -1 << Kind::Refused << QStringLiteral("nothing listens");
    QTest::newRow("no such host") << -2 << Kind::CannotResolve << QStringLiteral("no host of this name");
    QTest::newRow("silent") << int(RudeServer::Manner::Silent) << Kind::TimedOut
                            << QStringLiteral("TLS handshake in time");
    QTest::newRow("closes") << int(RudeServer::Manner::Closes) << Kind::ClosedByPeer
                            << QStringLiteral("closed the connection");
    QTest::newRow("resets") << int(RudeServer::Manner::Resets) << Kind::TimedOut << QStringLiteral("resets every");
    QTest::newRow("plaintext") << int(RudeServer::Manner::Speaks) << Kind::Tls
                               << QStringLiteral("TLS handshake failed");
}

void TestTls::dialFailuresAreTold()
{
    QFETCH(int, manner);
    QFETCH(Kind, kind);
    QFETCH(QString, text);
    RudeServer server(manner < 0 ? RudeServer::Manner::Silent : RudeServer::Manner(manner));
    const quint16 port = server.serverPort();
    if (manner == -1)
        server.close();
    Caller caller;
    const QByteArray host = manner == -2 ? "no-such-host.invalid" : "127.0.0.1";
    caller.dial(port, agentIdentity().pin(), manner == -2 ? 10'000ms : 500ms, host);
    QVERIFY(!caller.wait(12'000));
    QVERIFY(caller.failure);
    QCOMPARE(caller.failure->kind, kind);
    QVERIFY2(caller.failure->error.detail.contains(text), qUtf8Printable(caller.failure->error.detail));
    QVERIFY(caller.failure->error.detail.contains(QString::fromLatin1(host) + u':' + QString::number(port)));
    QVERIFY(caller.failure->seen.isNull());
    QVERIFY(!caller.dialer.isDialing());
}

void TestTls::redialingForgetsTheFirstDial()
{
    RudeServer silent(RudeServer::Manner::Silent);
    EchoAgent agent;
    Caller caller;
    caller.dial(silent.serverPort(), agentIdentity().pin(), 300ms);
    QTest::qWait(50);
    caller.dial(agent.port());
    QVERIFY(caller.wait());
    QTest::qWait(400);
    QVERIFY(!caller.failure);
    QVERIFY(!caller.closedWith);
    caller.dial(silent.serverPort(), agentIdentity().pin(), 300ms);
    caller.dialer.cancel();
    QTest::qWait(400);
    QVERIFY(!caller.failure);
}

void TestTls::listenFailuresAreTold()
{
    EchoAgent first;
    ManualClock clock;
    TlsServer server(
        agentIdentity(), [](const Pin &) { return Admission {}; }, clock);
    const QByteArray taken = "127.0.0.1:" + QByteArray::number(first.port());
    const auto conflict = server.listen({ "127.0.0.1:0", taken });
    QVERIFY(!conflict);
    QCOMPARE(conflict.error().code, ErrorCode::Conflict);
    QVERIFY2(conflict.error().detail.contains(QString::fromLatin1(taken))
            && conflict.error().detail.contains(QStringLiteral("ss -ltnp")),
        qUtf8Printable(conflict.error().detail));
    QVERIFY(server.listening().isEmpty()); // all or none
    const auto elsewhere = server.listen({ "192.0.2.1:0" });
    QVERIFY(!elsewhere);
    QCOMPARE(elsewhere.error().code, ErrorCode::Unavailable);
    for (const char *wrong : { "", "127.0.0.1", "localhost:6245", "::1:6245", "127.0.0.1:70000" }) {
        const auto result = server.listen({ wrong });
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
    }
    QVERIFY(!server.listen({}));
}

void TestTls::listensOnBothFamilies()
{
    EchoAgent agent({}, { "0.0.0.0:0" });
    const QByteArray same = "[::]:" + QByteArray::number(agent.port());
    QVERIFY(agent.server.listen({ same }));
    QCOMPARE(agent.server.listening().size(), 2);
    for (const char *host : { "127.0.0.1", "::1" }) {
        Caller caller;
        caller.dial(agent.port(), agentIdentity().pin(), limits::Dial, host);
        QVERIFY(caller.wait());
    }
}

void TestTls::deadPeersAreNoticedByTheKernel()
{
    QTcpServer listener;
    QVERIFY(listener.listen(QHostAddress::LocalHost));
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, listener.serverPort());
    QVERIFY(socket.waitForConnected());
    tuneConnection(socket);
    const auto option = [&socket](int level, int name) {
        int value = -1;
        socklen_t size = sizeof value;
        return ::getsockopt(int(socket.socketDescriptor()), level, name, &value, &size) == 0 ? value : -1;
    };
    QCOMPARE(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 20'000);
    QCOMPARE(option(SOL_SOCKET, SO_KEEPALIVE), 1);
    QCOMPARE(
        option(IPPROTO_TCP, TCP_KEEPIDLE) + option(IPPROTO_TCP, TCP_KEEPINTVL) * option(IPPROTO_TCP, TCP_KEEPCNT), 20);
    QCOMPARE(option(IPPROTO_TCP, TCP_NODELAY), 1);
}

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"
