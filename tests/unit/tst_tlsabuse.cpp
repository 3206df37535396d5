// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/tlsworld.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <sys/resource.h>

#include <vector>

using namespace mailhelm;
using namespace std::chrono_literals;

using Kind = DialFailure::Kind;
using Peers = std::vector<std::unique_ptr<RawPeer>>;

/// A TLS record of type handshake that holds nothing sensible.
static const QByteArray JunkRecord = QByteArray("\x16\x03\x01\x02\x00", 5) + QByteArray(512, '\x5a');

static qint64 residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no /proc");
    return file.readAll().split(' ').at(1).toLongLong() * 4096;
}

static qint64 cpuUs()
{
    rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000LL + usage.ru_utime.tv_usec
        + usage.ru_stime.tv_usec;
}

static int openDescriptors()
{
    return int(
        QDir(QStringLiteral("/proc/self/fd")).entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System).size());
}

/// Strangers who want the agent to stop listening, or its administrators to be disturbed.
class TestTlsAbuse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stormsDoNotStopTheListener_data();
    void stormsDoNotStopTheListener();
    void silentPeersHoldOnlyTheirOwnSlots();
    void drippingPeersGainNoTime();
    void capInAllLeavesSessionsAlone();
    void capOnEverything();
    void failedHandshakesDisturbNobody();
    void exhaustedDescriptorsAreSurvived();
    void aPeerThatDoesNotReadIsDropped();
    void aPeerThatFloodsIsHeldBack();
    void refusedPeersCannotLinger();
    void penaltiesBeginAfterFreeFailures();
    void penaltiesSpareWhoeverIsLoggedIn();
    void loginFailuresOfTheCallerCount();
    void closingDropsHandshakesAndKeepsChannels();

private:
    static qint64 dialMs(Caller &caller, quint16 port)
    {
        QElapsedTimer timer;
        timer.start();
        caller.dial(port);
        return caller.wait() ? timer.elapsed() : -1;
    }
};

void TestTlsAbuse::stormsDoNotStopTheListener_data()
{
    QTest::addColumn<QByteArray>("says");
    QTest::addColumn<bool>("resets");
    QTest::addColumn<int>("count");
    QTest::newRow("30 resets") << QByteArray() << true << 30;
    QTest::newRow("30 ends") << QByteArray() << false << 30;
    QTest::newRow("2000 resets") << QByteArray() << true << 2000;
    QTest::newRow("500 ends") << QByteArray() << false << 500;
    QTest::newRow("200 plaintext, reset") << QByteArray("GET / HTTP/1.1\r\n\r\n") << true << 200;
    QTest::newRow("200 plaintext, end") << QByteArray("EHLO x\r\n") << false << 200;
    QTest::newRow("200 junk records") << JunkRecord << false << 200;
    QTest::newRow("200 halves of a hello") << JunkRecord.first(100) << true << 200;
}

void TestTlsAbuse::stormsDoNotStopTheListener()
{
    QFETCH(QByteArray, says);
    QFETCH(bool, resets);
    QFETCH(int, count);
    EchoAgent agent;
    for (int i = 0; i < count; ++i) {
        RawPeer peer(agent.port());
        QVERIFY(peer.isConnected());
        if (!says.isEmpty())
            peer.write(says);
        if (i % 10 == 0)
            QCoreApplication::processEvents(); // so that some are met in the handshake, others dead in the queue
        if (resets)
            peer.reset();
    }
    Caller caller;
    const qint64 took = dialMs(caller, agent.port());
    QVERIFY2(took >= 0 && took <= 500, qPrintable(QStringLiteral("%1 ms").arg(took)));
    caller.channel->send("still here");
    QTRY_COMPARE(caller.got.size(), 1);
    QTRY_COMPARE(agent.server.counters().handshaking, 0);
    QCOMPARE(agent.server.counters().beforeLogin, 0);
    QCOMPARE(agent.server.counters().loggedIn, 1);
}

void TestTlsAbuse::silentPeersHoldOnlyTheirOwnSlots()
{
    TlsServerOptions options;
    options.handshake = 600ms;
    EchoAgent agent(options);
    Peers silent;
    for (int i = 0; i < limits::BeforeLoginPerSource + 4; ++i)
        silent.push_back(std::make_unique<RawPeer>(agent.port(), "127.0.0.2"));
    QTRY_COMPARE(agent.server.counters().handshaking, limits::BeforeLoginPerSource);
    QTRY_COMPARE(agent.server.counters().turnedAwayByCap, 4u);
    QCOMPARE(std::count_if(silent.begin(), silent.end(), [](const auto &peer) { return peer->isEnded(); }), 4);

    Caller other;
    QVERIFY(dialMs(other, agent.port()) >= 0); // from 127.0.0.1
    QTRY_COMPARE(agent.server.counters().handshaking, limits::BeforeLoginPerSource);

    QTRY_COMPARE_WITH_TIMEOUT(agent.server.counters().handshaking, 0, 3000);
    QVERIFY(std::all_of(silent.begin(), silent.end(), [](const auto &peer) { return peer->isEnded(); }));
    RawPeer again(agent.port(), "127.0.0.2");
    QTRY_COMPARE(agent.server.counters().handshaking, 1);
}

void TestTlsAbuse::drippingPeersGainNoTime()
{
    TlsServerOptions options;
    options.handshake = 500ms;
    EchoAgent agent(options);
    RawPeer dripping(agent.port());
    QElapsedTimer timer;
    timer.start();
    for (int at = 0; !dripping.isEnded() && timer.elapsed() < 5000; ++at) {
        dripping.write(JunkRecord.sliced(at, 1));
        QTest::qWait(40);
    }
    QVERIFY2(timer.elapsed() < 1500, qPrintable(QString::number(timer.elapsed())));
    QTRY_COMPARE(agent.server.counters().beforeLogin, 0);
    QVERIFY(agent.rejections.constLast().contains(QStringLiteral("500 ms")));
}

void TestTlsAbuse::capInAllLeavesSessionsAlone()
{
    TlsServerOptions options;
    options.beforeLogin = 20;
    EchoAgent agent(options);
    Caller session;
    QVERIFY(dialMs(session, agent.port()) >= 0);
    QTRY_COMPARE(agent.server.counters().loggedIn, 1);
    Peers silent;
    for (int i = 0; i < 40; ++i)
        silent.push_back(std::make_unique<RawPeer>(agent.port(), "127.0.1." + QByteArray::number(i / 8 + 1)));
    QTRY_COMPARE(agent.server.counters().beforeLogin, 20);
    QTRY_COMPARE(agent.server.counters().turnedAwayByCap, 20u);
    session.channel->send("I am logged in and count no more");
    QTRY_COMPARE(session.got.size(), 1);

    Caller late;
    QCOMPARE(dialMs(late, agent.port()), -1);
    QCOMPARE(late.failure->kind, Kind::ClosedByPeer);
    silent.clear();
    QTRY_COMPARE(agent.server.counters().beforeLogin, 0);
    QVERIFY(dialMs(late, agent.port()) >= 0);
}

void TestTlsAbuse::capOnEverything()
{
    TlsServerOptions options;
    options.connections = 3;
    EchoAgent agent(options);
    std::vector<std::unique_ptr<Caller>> callers;
    for (int i = 0; i < 3; ++i) {
        callers.push_back(std::make_unique<Caller>());
        QVERIFY(dialMs(*callers.back(), agent.port()) >= 0);
        QTRY_COMPARE(agent.server.counters().loggedIn, i + 1);
    }
    Caller fourth;
    QCOMPARE(dialMs(fourth, agent.port()), -1);
    callers.pop_back();
    QTRY_COMPARE(agent.server.counters().loggedIn, 2);
    QVERIFY(dialMs(fourth, agent.port()) >= 0);
}

void TestTlsAbuse::failedHandshakesDisturbNobody()
{
    // As once in Mumble, where the errors of one failed handshake ended other sessions.
    EchoAgent agent;
    Caller caller;
    QVERIFY(dialMs(caller, agent.port()) >= 0);
    int sent = 0;
    for (int i = 0; i < 100; ++i) {
        RawPeer junk(agent.port());
        junk.write(i % 2 ? JunkRecord : QByteArray("GET / HTTP/1.1\r\n\r\n"));
        Caller wrong(strangerIdentity());
        if (i % 10 == 0)
            wrong.dial(agent.port(), strangerIdentity().pin());
        caller.channel->send("echo " + QByteArray::number(sent++));
        QTest::qWait(2);
    }
    QTRY_COMPARE(caller.got.size(), sent);
    QVERIFY(!caller.closedWith);
    QVERIFY(agent.server.counters().handshakesFailed > 50);
    QTRY_COMPARE(agent.server.counters().beforeLogin, 0);
}

void TestTlsAbuse::exhaustedDescriptorsAreSurvived()
{
    TlsServerOptions options;
    options.acceptPause = 50ms;
    EchoAgent agent(options);
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); // ignoreMessage() allows one line, not one a try
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("Cannot accept connections: Too many open")));
    Caller session;
    QVERIFY(dialMs(session, agent.port()) >= 0);
    QTRY_COMPARE(agent.server.counters().loggedIn, 1);
    rlimit before {};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    for (int round = 1; round <= 2; ++round) { // the spare descriptor is there for the second time as well
        Peers waiting; // in the kernel's queue: nobody has accepted them yet
        for (int i = 0; i < 30; ++i)
            waiting.push_back(std::make_unique<RawPeer>(agent.port(), "127.0.2." + QByteArray::number(i + 1)));
        rlimit tight = before;
        tight.rlim_cur = rlim_t(openDescriptors() + 3);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &tight), 0);
        const quint64 errorsBefore = agent.server.counters().acceptErrors;
        const qint64 cpuBefore = cpuUs();
        const bool ranOut
            = QTest::qWaitFor([&] { return agent.server.counters().acceptErrors >= errorsBefore + 6; }, 5000);
        const qint64 cpu = cpuUs() - cpuBefore;
        session.channel->send("undisturbed");
        const bool echoed = QTest::qWaitFor([&] { return session.got.size() == round; }, 2000);
        ::setrlimit(RLIMIT_NOFILE, &before);
        QVERIFY(ranOut);
        QVERIFY(echoed);
        QVERIFY2(cpu < 150'000, qPrintable(QStringLiteral("%1 us of CPU in 300 ms").arg(cpu))); // waits, does not spin
        // Each time that they ran out, one of those who wait was told so.
        QVERIFY(std::count_if(waiting.begin(), waiting.end(), [](const auto &peer) { return peer->isEnded(); }) >= 6);

        waiting.clear();
        Caller late;
        const qint64 took = dialMs(late, agent.port());
        QVERIFY2(took >= 0 && took < 1000, qPrintable(QString::number(took)));
        QTRY_COMPARE(agent.server.counters().beforeLogin, 0);
    }
}

void TestTlsAbuse::aPeerThatDoesNotReadIsDropped()
{
    EchoAgent agent;
    Caller sleeper;
    QVERIFY(dialMs(sleeper, agent.port()) >= 0);
    Caller other;
    QVERIFY(dialMs(other, agent.port()) >= 0);
    QTRY_COMPARE(agent.channels.size(), 2);
    sleeper.channel->setPaused(true);
    Channel *served = agent.channels.constFirst();
    const qint64 before = residentBytes();
    qint64 offered = 0;
    qint64 mostUnsent = 0;
    const QByteArray block(64 * 1024, 'b');
    while (served->send(block) && offered < 300 * 1024 * 1024) {
        offered += block.size();
        mostUnsent = std::max(mostUnsent, served->unsent());
        if (offered % (1024 * 1024) == 0)
            QTest::qWait(5); // lets encryption and the kernel take what they can
    }
    const qint64 grown = residentBytes() - before;
    QVERIFY(!served->isOpen());
    QVERIFY(mostUnsent <= limits::UnsentCap);
    QVERIFY2(offered < 64 * 1024 * 1024, qPrintable(QString::number(offered)));
    // Both ends live in this process: the agent's cap, twice while it is being encrypted, and the client's read buffer.
    // Sanitizers keep freed memory for a while, so that there the size of the process says nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    Q_UNUSED(grown);
#else
    QVERIFY2(grown < 16 * 1024 * 1024, qPrintable(QString::number(grown)));
#endif
    QTRY_COMPARE(agent.closedWith.size(), 1);
    QCOMPARE(agent.closedWith.constFirst().code, ErrorCode::Refused);
    QVERIFY(agent.closedWith.constFirst().detail.contains(QStringLiteral("does not read")));
    other.channel->send("undisturbed");
    QTRY_COMPARE(other.got.size(), 1);
}

void TestTlsAbuse::aPeerThatFloodsIsHeldBack()
{
    EchoAgent agent;
    Caller flooder;
    QVERIFY(dialMs(flooder, agent.port()) >= 0);
    QTRY_COMPARE(agent.channels.size(), 1);
    agent.channels.constFirst()->setPaused(true);
    agent.echo = false;
    const QByteArray block(64 * 1024, 'b');
    int sent = 0;
    while (flooder.channel->send(block) && sent < 1000) {
        ++sent;
        QTest::qWait(1);
    }
    // The agent took its 64 KiB and left the rest in TCP: the flooder's own end filled up and gave up.
    QVERIFY2(sent < 300, qPrintable(QString::number(sent)));
    QTRY_VERIFY(flooder.closedWith);
    QVERIFY(agent.got.isEmpty());
}

void TestTlsAbuse::refusedPeersCannotLinger()
{
    // Refused, and neither reading its farewell nor leaving: gone within the grace time all the same.
    EchoAgent agent;
    agent.farewell = QByteArray(4000, 'f');
    Caller stranger(strangerIdentity());
    QVERIFY(dialMs(stranger, agent.port()) >= 0);
    stranger.channel->setPaused(true);
    QTRY_COMPARE_WITH_TIMEOUT(agent.server.counters().beforeLogin, 0, int(limits::CloseGrace.count()) + 2000);
    QVERIFY(agent.channels.isEmpty());
}

void TestTlsAbuse::penaltiesBeginAfterFreeFailures()
{
    EchoAgent agent;
    const auto tryAsStranger = [&agent] {
        Caller stranger(strangerIdentity());
        if (dialMs(stranger, agent.port()) < 0)
            return QStringLiteral("turned away: ") + stranger.failure->error.detail;
        if (!QTest::qWaitFor([&] { return stranger.closedWith.has_value(); }))
            return QStringLiteral("not closed");
        return stranger.got.isEmpty() ? QStringLiteral("nothing") : QString::fromUtf8(stranger.got.constFirst());
    };
    const QString reason = QString::fromUtf8(agent.farewell);
    for (int i = 0; i <= limits::FreeFailures; ++i)
        QCOMPARE(tryAsStranger(), reason);
    const QString away = tryAsStranger();
    QVERIFY2(away.startsWith(QStringLiteral("turned away")) && away.contains(QStringLiteral("failed logins")),
        qUtf8Printable(away));
    QCOMPARE(agent.server.counters().turnedAwayByPenalty, 1u);
    Caller known; // same address: waits as well
    QCOMPARE(dialMs(known, agent.port()), -1);

    agent.clock.advanceUs(5'000'000);
    QCOMPARE(tryAsStranger(), reason);
    QVERIFY(tryAsStranger().startsWith(QStringLiteral("turned away")));
    agent.clock.advanceUs(5'000'000);
    QVERIFY(tryAsStranger().startsWith(QStringLiteral("turned away"))); // ten seconds this time
    agent.clock.advanceUs(5'000'000);
    QVERIFY(dialMs(known, agent.port()) >= 0);
    QTRY_COMPARE(agent.server.counters().loggedIn, 1);
    known.channel.reset();
    QTRY_COMPARE(agent.server.counters().loggedIn, 0);
    QCOMPARE(tryAsStranger(), reason); // forgiven by the login
}

void TestTlsAbuse::penaltiesSpareWhoeverIsLoggedIn()
{
    EchoAgent agent;
    Caller known;
    QVERIFY(dialMs(known, agent.port()) >= 0);
    QTRY_COMPARE(agent.server.counters().loggedIn, 1);
    for (int i = 0; i < limits::FreeFailures + 5; ++i) {
        Caller stranger(strangerIdentity());
        QVERIFY(dialMs(stranger, agent.port()) >= 0);
        QTRY_VERIFY(stranger.closedWith);
    }
    Caller second; // the administrator's other window
    QVERIFY(dialMs(second, agent.port()) >= 0);
    QCOMPARE(agent.server.counters().turnedAwayByPenalty, 0u);
}

void TestTlsAbuse::loginFailuresOfTheCallerCount()
{
    EchoAgent agent({}, { "127.0.0.1:0" }, false);
    Caller caller;
    QVERIFY(dialMs(caller, agent.port()) >= 0);
    QTRY_COMPARE(agent.channels.size(), 1);
    for (int i = 0; i <= limits::FreeFailures; ++i)
        agent.server.loginFailed(agent.channels.constFirst());
    Caller again;
    QCOMPARE(dialMs(again, agent.port()), -1);
    agent.clock.advanceUs(5'000'000);
    QVERIFY(dialMs(again, agent.port()) >= 0);
}

void TestTlsAbuse::closingDropsHandshakesAndKeepsChannels()
{
    auto agent = std::make_unique<EchoAgent>();
    Caller caller;
    QVERIFY(dialMs(caller, agent->port()) >= 0);
    QTRY_COMPARE(agent->server.counters().loggedIn, 1);
    const quint16 port = agent->port();
    RawPeer silent(port);
    QTRY_COMPARE(agent->server.counters().handshaking, 1);
    agent->server.close();
    QCOMPARE(agent->server.counters().handshaking, 0);
    QCOMPARE(agent->server.counters().beforeLogin, 0);
    QTRY_VERIFY(silent.isEnded());
    caller.channel->send("still served");
    QTRY_COMPARE(caller.got.size(), 1);
    Caller late;
    QCOMPARE(dialMs(late, port), -1);
    QCOMPARE(late.failure->kind, Kind::Refused);
    agent.reset();
    QTRY_VERIFY(caller.closedWith);
}

QTEST_GUILESS_MAIN(TestTlsAbuse)
#include "tst_tlsabuse.moc"
