// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sockdiag.h"

#include "loopback.h"

#include <QSet>
#include <QTest>

#include <netinet/in.h>
#include <sys/socket.h>

using namespace mailhelm;

namespace
{

const SocketObservation *find(const QList<SocketObservation> &rows, const Fd &server)
{
    for (const SocketObservation &row : rows) {
        if (row.cookie == cookieOf(server)) {
            return &row;
        }
    }
    return nullptr;
}

QList<SocketObservation> look(SocketTable &table, std::initializer_list<quint16> ports)
{
    Result<QList<SocketObservation>> rows = table.scan(std::vector<quint16>(ports));
    if (!rows) {
        qWarning("%s", qPrintable(rows.error().detail));
        return {};
    }
    return std::move(rows).value();
}

} // namespace

/// The kernel's real socket table, with real loopback connections.
class SockDiagTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }
    void seesConnectionsOfEveryKind_data();
    void seesConnectionsOfEveryKind();
    void cookieIsStable();
    void seesHalfClosed();
    void listenersAndOtherPortsAreNotRows();
    void notYetAcceptedHasNoInode();
    void countsBytes();
    void manyPortsInOneScan();
    void destroysExactlyTheChosenOne_data() { seesConnectionsOfEveryKind_data(); }
    void destroysExactlyTheChosenOne();
    void destroysWhatIsBoundToAnInterface();
    void wrongCookieIsGoneAndHarmsNobody();
    void thousandsComeAndGo();
    void nineThousandRowsAreQuick();
};

void SockDiagTest::seesConnectionsOfEveryKind_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("IPv4") << int(Listener::V4);
    QTest::newRow("IPv6") << int(Listener::V6);
    QTest::newRow("v4-mapped") << int(Listener::Mapped);
}

void SockDiagTest::seesConnectionsOfEveryKind()
{
    QFETCH(int, kind);
    Listener listener { Listener::Kind(kind) };
    Fd client = listener.connect();
    Fd server = listener.accept();
    SockDiag diag;
    const QList<SocketObservation> rows = look(diag, { listener.port() });
    QCOMPARE(rows.size(), 1);
    const SocketObservation &row = rows.first();
    QCOMPARE(row.cookie, cookieOf(server));
    QCOMPARE(row.netns, 0u);
    QCOMPARE(row.inode, inodeOf(server));
    QCOMPARE(row.family, quint8(kind == Listener::V4 ? AF_INET : AF_INET6));
    QCOMPARE(row.state, quint8(1));
    const QByteArray self = kind == Listener::V6 ? "::1" : "127.0.0.1";
    QCOMPARE(row.local.address.toText(), self);
    QCOMPARE(row.local.port, listener.port());
    QCOMPARE(row.peer.address.toText(), self);
    QCOMPARE(row.peer.port, localPortOf(client));
}

void SockDiagTest::cookieIsStable()
{
    Listener listener;
    Fd client = listener.connect();
    Fd server = listener.accept();
    SockDiag one;
    SockDiag two;
    const quint64 cookie = cookieOf(server);
    for (int i = 0; i < 50; ++i) {
        QVERIFY(find(look(one, { listener.port() }), server));
        QCOMPARE(look(two, { listener.port() }).first().cookie, cookie);
    }
}

void SockDiagTest::seesHalfClosed()
{
    Listener listener;
    Fd client = listener.connect();
    Fd server = listener.accept();
    client.reset();
    SockDiag diag;
    const QList<SocketObservation> rows = look(diag, { listener.port() });
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows.first().state, quint8(8));
    server.reset();
    QCOMPARE(look(diag, { listener.port() }).size(), 0);
}

void SockDiagTest::listenersAndOtherPortsAreNotRows()
{
    Listener listener;
    Listener other;
    Fd otherClient = other.connect();
    Fd otherServer = other.accept();
    SockDiag diag;
    QCOMPARE(look(diag, { listener.port() }).size(), 0);
    QCOMPARE(look(diag, {}).size(), 0);
    // The client's end of the connection stands on another local port and is no row either.
    QCOMPARE(look(diag, { other.port() }).size(), 1);
    QCOMPARE(look(diag, { localPortOf(otherClient) }).size(), 1);
    QVERIFY(find(look(diag, { localPortOf(otherClient) }), otherClient));
}

void SockDiagTest::notYetAcceptedHasNoInode()
{
    Listener listener;
    Fd client = listener.connect();
    SockDiag diag;
    const QList<SocketObservation> waiting = look(diag, { listener.port() });
    QCOMPARE(waiting.size(), 1);
    QCOMPARE(waiting.first().inode, 0u);
    Fd server = listener.accept();
    const QList<SocketObservation> accepted = look(diag, { listener.port() });
    QCOMPARE(accepted.size(), 1);
    QCOMPARE(accepted.first().cookie, waiting.first().cookie);
    QCOMPARE(accepted.first().inode, inodeOf(server));
}

void SockDiagTest::countsBytes()
{
    Listener listener;
    Fd client = listener.connect();
    Fd server = listener.accept();
    SockDiag diag;
    QCOMPARE(look(diag, { listener.port() }).first().bytesIn, quint64(0));
    client.write(QByteArray(1000, 'i'));
    server.read(1000);
    server.write(QByteArray(2500, 'o'));
    client.read(2500);
    QTRY_COMPARE(look(diag, { listener.port() }).first().bytesOut, quint64(2500)); // acknowledged, a moment later
    const SocketObservation row = look(diag, { listener.port() }).first();
    QCOMPARE(row.bytesIn, quint64(1000));
    QVERIFY(row.lastReceiveMs < 10'000);
    QVERIFY(row.lastSendMs < 10'000);
    QTest::qWait(120);
    QVERIFY(look(diag, { listener.port() }).first().lastReceiveMs >= row.lastReceiveMs + 100);
}

void SockDiagTest::manyPortsInOneScan()
{
    // Neighbouring, scattered and more than the kernel's filter takes: the rows are always those of the ports asked
    // for.
    std::vector<std::unique_ptr<Listener>> listeners;
    std::vector<Fd> ends;
    for (int i = 0; i < 40; ++i) {
        listeners.push_back(std::make_unique<Listener>(i % 2 ? Listener::V6 : Listener::V4));
        ends.push_back(listeners.back()->connect());
        ends.push_back(listeners.back()->accept());
    }
    QSet<quint64> known;
    for (const Fd &end : ends) {
        known.insert(cookieOf(end));
    }
    SockDiag diag;
    for (const int extra : { 0, 30, 5000 }) {
        std::vector<quint16> ports;
        QSet<quint64> expected;
        for (size_t i = 0; i < listeners.size(); i += 3) {
            ports.push_back(listeners[i]->port());
            ports.push_back(listeners[i]->port()); // named twice: still one row
            expected.insert(cookieOf(ends[2 * i + 1]));
        }
        for (int i = 0; i < extra; ++i) {
            ports.push_back(quint16(1 + 2 * i)); // all below the ephemeral ports that the listeners have
        }
        Result<QList<SocketObservation>> rows = diag.scan(ports);
        QVERIFY(rows.ok());
        QSet<quint64> seen;
        for (const SocketObservation &row : rows.value()) {
            if (known.contains(row.cookie)) { // others on this host may have sockets on such ports too
                QVERIFY(!seen.contains(row.cookie));
                seen.insert(row.cookie);
            }
        }
        QCOMPARE(seen, expected);
    }
    // One range over everything, its ends included.
    std::vector<quint16> all;
    for (int port = 1; port < 65536; ++port) {
        all.push_back(quint16(port));
    }
    Result<QList<SocketObservation>> rows = diag.scan(all);
    QVERIFY(rows.ok());
    for (const Fd &end : ends) {
        QVERIFY(find(rows.value(), end));
    }
}

void SockDiagTest::destroysExactlyTheChosenOne()
{
    QFETCH(int, kind);
    SockDiag diag;
    if (!diag.canDestroy()) {
        QSKIP("destroying sockets needs CAP_NET_ADMIN and CONFIG_INET_DIAG_DESTROY: run as root");
    }
    Listener listener { Listener::Kind(kind) };
    for (int i = 0; i < 20; ++i) {
        Fd client1 = listener.connect();
        Fd server1 = listener.accept();
        Fd client2 = listener.connect();
        Fd server2 = listener.accept();
        Fd waiting = listener.connect();
        const QList<SocketObservation> rows = look(diag, { listener.port() });
        QCOMPARE(rows.size(), 3);
        const SocketObservation chosen = *find(rows, i % 2 ? server1 : server2);
        QCOMPARE(diag.destroy(chosen), DestroyOutcome::Done);
        QCOMPARE((i % 2 ? client1 : client2).readError(), ECONNRESET);
        QCOMPARE((i % 2 ? server1 : server2).readError(), ECONNABORTED);
        (i % 2 ? client2 : client1).write("still there");
        QCOMPARE((i % 2 ? server2 : server1).read(11), QByteArray("still there"));
        QCOMPARE(look(diag, { listener.port() }).size(), 2);
        QCOMPARE(diag.destroy(chosen), DestroyOutcome::Gone);
        Fd accepted = listener.accept();
        waiting.write("me too");
        QCOMPARE(accepted.read(6), QByteArray("me too"));
    }
    // Not accepted yet, and half closed.
    Fd client = listener.connect();
    QCOMPARE(diag.destroy(look(diag, { listener.port() }).first()), DestroyOutcome::Done);
    QCOMPARE(client.readError(), ECONNRESET);
    Fd other = listener.connect();
    Fd server = listener.accept(); // the destroyed one is still in the queue
    if (localPortOf(other) != peerPortOf(server)) {
        server = listener.accept();
    }
    other.reset();
    QCOMPARE(look(diag, { listener.port() }).first().state, quint8(8));
    QCOMPARE(diag.destroy(look(diag, { listener.port() }).first()), DestroyOutcome::Done);
    QCOMPARE(look(diag, { listener.port() }).size(), 0);
}

void SockDiagTest::destroysWhatIsBoundToAnInterface()
{
    SockDiag diag;
    if (!diag.canDestroy()) {
        QSKIP("destroying sockets needs CAP_NET_ADMIN and CONFIG_INET_DIAG_DESTROY: run as root");
    }
    Listener listener;
    QVERIFY(setsockopt(listener.fd().get(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) == 0);
    Fd client = listener.connect();
    Fd server = listener.accept();
    const QList<SocketObservation> rows = look(diag, { listener.port() });
    QCOMPARE(rows.size(), 1);
    SocketObservation wrong = rows.first();
    wrong.cookie += 1;
    QCOMPARE(diag.destroy(wrong), DestroyOutcome::Gone);
    QCOMPARE(diag.destroy(rows.first()), DestroyOutcome::Done);
    QCOMPARE(client.readError(), ECONNRESET);
    QCOMPARE(diag.destroy(rows.first()), DestroyOutcome::Gone);
}

void SockDiagTest::wrongCookieIsGoneAndHarmsNobody()
{
    SockDiag diag;
    Listener listener;
    Fd client = listener.connect();
    Fd server = listener.accept();
    const SocketObservation row = look(diag, { listener.port() }).first();
    for (const quint64 cookie :
        { row.cookie + 1, row.cookie ^ (quint64(1) << 40), quint64(0), ~quint64(0), ~quint64(0) - 1 }) {
        SocketObservation wrong = row;
        wrong.cookie = cookie;
        QCOMPARE(diag.destroy(wrong), DestroyOutcome::Gone);
    }
    SocketObservation elsewhere = row;
    elsewhere.peer.port ^= 1;
    QCOMPARE(diag.destroy(elsewhere), DestroyOutcome::Gone);
    client.write("alive");
    QCOMPARE(server.read(5), QByteArray("alive"));
}

void SockDiagTest::thousandsComeAndGo()
{
    // While 2,000 connections come and go, every connection that stays is in every scan, and none is in it twice.
    SockDiag diag;
    Listener listener;
    std::vector<Fd> clients;
    std::vector<Fd> servers;
    QSet<quint64> naive; // what is connected, kept by hand
    quint32 random = 20251122;
    for (int i = 0; i < 2000; ++i) {
        random = random * 1664525u + 1013904223u;
        if (clients.size() > 300 || (!clients.empty() && (random >> 16) % 3 == 0)) {
            const size_t victim = (random >> 8) % clients.size();
            naive.remove(cookieOf(servers[victim]));
            std::swap(clients[victim], clients.back());
            std::swap(servers[victim], servers.back());
            servers.pop_back();
            clients.pop_back();
        }
        clients.push_back(listener.connect());
        servers.push_back(listener.accept());
        naive.insert(cookieOf(servers.back()));
        if (i % 7 == 0) {
            const QList<SocketObservation> rows = look(diag, { listener.port() });
            QSet<quint64> seen;
            for (const SocketObservation &row : rows) {
                seen.insert(row.cookie);
            }
            QCOMPARE(seen.size(), rows.size());
            QCOMPARE(seen, naive);
        }
    }
}

void SockDiagTest::nineThousandRowsAreQuick()
{
    // Both ends of 4,500 connections are rows here; the bound is generous, since machines are noisy. Other programs of
    // this host may have a socket on one of the clients' ports, to somewhere else.
    raiseFileLimit();
    Listener listener;
    std::vector<Fd> ends;
    std::vector<quint16> ports { listener.port() };
    QSet<quint64> expected;
    for (int i = 0; i < 4500; ++i) {
        ends.push_back(listener.connect());
        ports.push_back(localPortOf(ends.back()));
        expected.insert(cookieOf(ends.back()));
        ends.push_back(listener.accept());
        expected.insert(cookieOf(ends.back()));
    }
    SockDiag diag;
    double best = 1e9;
    for (int i = 0; i < 10; ++i) {
        const double start = threadCpuMs();
        Result<QList<SocketObservation>> rows = diag.scan(ports);
        best = std::min(best, threadCpuMs() - start);
        QVERIFY(rows.ok());
        QSet<quint64> seen;
        for (const SocketObservation &row : std::as_const(rows.value())) {
            if (row.local.port == listener.port() || row.peer.port == listener.port()) {
                QVERIFY(!seen.contains(row.cookie));
                seen.insert(row.cookie);
            }
        }
        QCOMPARE(seen.size(), expected.size());
        QCOMPARE(seen, expected);
    }
    qInfo("9,000 rows: %.1f ms of CPU", best);
    QVERIFY(best < 100);
}

QTEST_GUILESS_MAIN(SockDiagTest)
#include "tst_sockdiag.moc"
