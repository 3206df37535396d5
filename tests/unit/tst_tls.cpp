// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/tlsworld.h"

#include <QTest>

using namespace mailhelm;

/// Real TLS between TlsServer and TlsDialer on loopback: who is let in.
class TestTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goodPinsGetAnEcho();
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

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"
