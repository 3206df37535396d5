// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/destroywatch.h"
#include "core/agent/sources/sockdiag.h"
#include "core/agent/sources/socketcontrol.h"
#include "core/agent/sources/socketsource.h"

#include "loopback.h"
#include "privileges.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <functional>

using namespace mailhelm;

namespace
{

/// A socket table that says what the test wants.
class FakeTable final : public SocketTable
{
public:
    Result<QList<SocketObservation>> scan(std::span<const quint16> localPorts) override
    {
        ++scans;
        ports.assign(localPorts.begin(), localPorts.end());
        if (onScan) {
            onScan();
        }
        if (error) {
            return *error;
        }
        return rows;
    }
    DestroyOutcome destroy(const SocketObservation &socket) override
    {
        destroyed.append(socket.cookie);
        if (outcome == DestroyOutcome::Done && !isStubborn) {
            rows.removeIf([&](const SocketObservation &row) { return row.cookie == socket.cookie; });
        }
        return outcome;
    }
    DestroyOutcome probeDestroy() override
    {
        ++probes;
        return outcome;
    }

    QList<SocketObservation> rows;
    std::optional<Error> error;
    DestroyOutcome outcome = DestroyOutcome::Done;
    bool isStubborn = false;
    std::function<void()> onScan;
    std::vector<quint16> ports;
    QList<quint64> destroyed;
    int scans = 0;
    int probes = 0;
};

SocketObservation rowOf(quint64 cookie, quint16 port = 993)
{
    SocketObservation row;
    row.cookie = cookie;
    row.local.port = port;
    return row;
}

/// Writes down what a source says, in order.
struct Heard {
    explicit Heard(SocketSource &source)
    {
        QObject::connect(&source, &SocketSource::scanned, &source, [this](const SocketScan &scan) {
            scans.append(scan);
            order += 's';
        });
        QObject::connect(&source, &SocketSource::closed, &source, [this](const SocketClosed &one) {
            closed.append(one);
            order += 'c';
        });
        QObject::connect(&source, &SocketSource::statusChanged, &source,
            [this](const SourceStatus &status) { statuses.append(status); });
    }
    QList<SocketScan> scans;
    QList<SocketClosed> closed;
    QList<SourceStatus> statuses;
    QByteArray order;
};

} // namespace

class SocketSourceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void scansAreCoalesced();
    void aSlowTableIsGivenRest();
    void looksOftenWhileWatched();
    void timeIsTakenBeforeTheLook();
    void mergesNamespaces();
    void whatCannotBeReadIsNotGone();
    void statusNamesWhatMends_data();
    void statusNamesWhatMends();
    void statusRecovers();

    void watchTellsAnEndWithItsCounters();
    void watchTellsOverruns();
    void anEndDuringTheLookIsNoRow();
    void anOverrunMakesTheSourceLook();
    void churnLosesNothing();

    void controlRefusesWhatIsNotConfigured();
    void controlLooksAgain();
    void controlEndsRealConnections();
};

void SocketSourceTest::scansAreCoalesced()
{
    ManualClock clock;
    FakeTable table;
    SocketSource source(clock, { 143, 993 }, { { &table, nullptr, {} } });
    source.scanNow();
    QCOMPARE(table.scans, 0); // not before start()
    source.start();
    QCOMPARE(table.scans, 1);
    QCOMPARE(table.ports, (std::vector<quint16> { 143, 993 }));

    for (int i = 0; i < 100; ++i) {
        clock.advanceUs(400);
        source.scanNow();
    }
    QCOMPARE(table.scans, 1); // 40 ms after the first
    QTRY_COMPARE(table.scans, 2);
    QTest::qWait(120);
    QCOMPARE(table.scans, 2); // all hundred made one

    clock.advanceUs(50'000);
    source.scanNow();
    QCOMPARE(table.scans, 3); // at once, no event loop needed
    source.scanNow();
    QCOMPARE(table.scans, 3);

    // Asked for from within the look itself, it comes later and not recursively.
    table.onScan = [&] {
        if (table.scans == 4) {
            clock.advanceUs(50'000);
            source.scanNow();
            QCOMPARE(table.scans, 4);
        }
    };
    clock.advanceUs(50'000);
    source.scanNow();
    QCOMPARE(table.scans, 4);
}

void SocketSourceTest::aSlowTableIsGivenRest()
{
    ManualClock clock;
    FakeTable table;
    table.onScan = [&] { clock.advanceUs(40'000); };
    SocketSource source(clock, { 993 }, { { &table, nullptr, {} } });
    source.start();
    clock.advanceUs(750'000); // 790 ms after the look began, which took 40
    source.scanNow();
    QCOMPARE(table.scans, 1);
    clock.advanceUs(10'000);
    source.scanNow();
    QCOMPARE(table.scans, 2);
}

void SocketSourceTest::looksOftenWhileWatched()
{
    SystemClock clock;
    FakeTable table;
    SocketSource source(clock, { 993 }, { { &table, nullptr, {} } });
    source.start();
    QTest::qWait(1300);
    QCOMPARE(table.scans, 1); // idle: every 5 s
    source.setWatched(true);
    QCOMPARE(table.scans, 2); // whoever begins to watch sees no second-old picture
    QElapsedTimer timer;
    timer.start();
    QTRY_COMPARE_WITH_TIMEOUT(table.scans, 4, 4000);
    QVERIFY2(timer.elapsed() >= 1900, qPrintable(QString::number(timer.elapsed())));
    source.setWatched(false);
    QTest::qWait(1500);
    QCOMPARE(table.scans, 4);
    QTRY_COMPARE_WITH_TIMEOUT(table.scans, 5, 6000);
}

void SocketSourceTest::timeIsTakenBeforeTheLook()
{
    ManualClock clock;
    FakeTable table;
    table.onScan = [&] { clock.advanceUs(700'000); };
    SocketSource source(clock, { 993 }, { { &table, nullptr, {} } });
    Heard heard(source);
    const qint64 before = clock.nowUs();
    source.start();
    QCOMPARE(heard.scans.size(), 1);
    QCOMPARE(heard.scans.first().time, before);
}

void SocketSourceTest::mergesNamespaces()
{
    ManualClock clock;
    FakeTable own;
    FakeTable other;
    own.rows = { rowOf(1), rowOf(2) };
    other.rows = { rowOf(2), rowOf(3) }; // old kernels number cookies in each namespace
    SocketSource source(
        clock, { 993 }, { { &own, nullptr, {} }, { &other, nullptr, QStringLiteral("/run/netns/mail") } });
    Heard heard(source);
    source.start();
    QCOMPARE(heard.scans.size(), 1);
    QList<QPair<quint32, quint64>> seen;
    for (const SocketObservation &row : heard.scans.first().sockets) {
        seen.append({ row.netns, row.cookie });
    }
    QCOMPARE(seen, (QList<QPair<quint32, quint64>> { { 0, 1 }, { 0, 2 }, { 1, 2 }, { 1, 3 } }));
    QCOMPARE(heard.statuses.size(), 1);
    QCOMPARE(heard.statuses.first().state, SourceStatus::State::Ok);
    QCOMPARE(heard.statuses.first().source, QByteArray("sockets"));
}

void SocketSourceTest::whatCannotBeReadIsNotGone()
{
    ManualClock clock;
    FakeTable own;
    FakeTable other;
    own.rows = { rowOf(1) };
    other.rows = { rowOf(2) };
    SocketSource source(
        clock, { 993 }, { { &own, nullptr, {} }, { &other, nullptr, QStringLiteral("/run/netns/mail") } });
    Heard heard(source);
    own.error = Error { ErrorCode::Io, QStringLiteral("broken") };
    source.start();
    QCOMPARE(heard.scans.size(), 0);
    QCOMPARE(heard.statuses.last().state, SourceStatus::State::Down);

    own.error.reset();
    other.error = Error { ErrorCode::NotFound, QStringLiteral("there is no network namespace at /run/netns/mail") };
    clock.advanceUs(50'000);
    source.scanNow();
    QCOMPARE(heard.scans.size(), 1);
    QCOMPARE(heard.scans.last().sockets.size(), 1);
    QCOMPARE(heard.statuses.last().state, SourceStatus::State::Degraded);
    QVERIFY(heard.statuses.last().detail.contains("/run/netns/mail"));
    QVERIFY(heard.statuses.last().mend.contains("netns"));
}

void SocketSourceTest::statusNamesWhatMends_data()
{
    QTest::addColumn<int>("outcome");
    QTest::addColumn<int>("error");
    QTest::addColumn<int>("state");
    QTest::addColumn<QByteArray>("detail");
    QTest::addColumn<QByteArray>("mend");
    const int degraded = int(SourceStatus::State::Degraded);
    const int down = int(SourceStatus::State::Down);
    QTest::newRow("no capability") << int(DestroyOutcome::NotPermitted) << -1 << degraded
                                   << QByteArray("Connections can be seen but not dropped")
                                   << QByteArray(
                                          "AmbientCapabilities=CAP_NET_ADMIN in the unit of mailhelmd (or: setcap "
                                          "cap_net_admin+ep /usr/bin/mailhelmd)");
    QTest::newRow("no kernel support")
        << int(DestroyOutcome::Unsupported) << -1 << degraded
        << QByteArray("Connections can be seen but not dropped: this kernel lacks CONFIG_INET_DIAG_DESTROY")
        << QByteArray("boot a kernel built with CONFIG_INET_DIAG_DESTROY=y, such as Debian's");
    QTest::newRow("no sock_diag") << int(DestroyOutcome::Done) << int(ErrorCode::Unsupported) << down
                                  << QByteArray("Connections cannot be seen: reason")
                                  << QByteArray("modprobe -a inet_diag tcp_diag");
    QTest::newRow("no netlink")
        << int(DestroyOutcome::Done) << int(ErrorCode::PermissionDenied) << down
        << QByteArray("Connections cannot be seen: reason")
        << QByteArray("RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK in the unit of mailhelmd");
}

void SocketSourceTest::statusNamesWhatMends()
{
    QFETCH(int, outcome);
    QFETCH(int, error);
    QFETCH(int, state);
    QFETCH(QByteArray, detail);
    QFETCH(QByteArray, mend);
    ManualClock clock;
    FakeTable table;
    table.outcome = DestroyOutcome(outcome);
    if (error >= 0) {
        table.error = Error { ErrorCode(error), QStringLiteral("reason") };
    }
    SocketSource source(clock, { 993 }, { { &table, nullptr, {} } });
    source.start();
    QCOMPARE(int(source.status().state), state);
    QCOMPARE(source.status().detail, detail);
    QCOMPARE(source.status().mend, mend);
}

void SocketSourceTest::statusRecovers()
{
    ManualClock clock;
    FakeTable table;
    SocketSource source(clock, { 993 }, { { &table, nullptr, {} } });
    Heard heard(source);
    const auto again = [&] {
        clock.advanceUs(50'000);
        source.scanNow();
    };
    source.start();
    again();
    QCOMPARE(table.probes, 1); // what cannot change is not asked again
    QCOMPARE(heard.statuses.size(), 1);
    table.error = Error { ErrorCode::TimedOut, QStringLiteral("late") };
    again();
    again();
    QCOMPARE(heard.statuses.size(), 2); // told once
    QCOMPARE(heard.statuses.last().state, SourceStatus::State::Down);
    table.error.reset();
    again();
    QCOMPARE(heard.statuses.size(), 3);
    QCOMPARE(heard.statuses.last(), (SourceStatus { "sockets", SourceStatus::State::Ok, {}, {} }));
}

void SocketSourceTest::watchTellsAnEndWithItsCounters()
{
    SystemClock clock;
    Listener listener;
    Listener listener6(Listener::V6);
    Listener other;
    DestroyWatch watch(clock, { listener.port(), listener6.port() }, {}, 7);
    Result<void> opened = watch.ensureOpen();
    QVERIFY2(opened.ok(), opened.ok() ? "" : qPrintable(opened.error().detail));
    QList<SocketClosed> closed;
    connect(&watch, &DestroyWatch::closed, this, [&](const SocketClosed &one) { closed.append(one); });

    for (Listener *one : { &listener, &other, &listener6 }) {
        Fd client = one->connect();
        Fd server = one->accept();
        const quint64 cookie = cookieOf(server);
        client.write(QByteArray(321, 'i'));
        server.read(321);
        server.write(QByteArray(4567, 'o'));
        client.read(4567);
        closed.clear();
        const qint64 before = clock.nowUs();
        client.reset();
        server.reset();
        if (one == &other) {
            QTest::qWait(200);
            QCOMPARE(closed.size(), 0); // not a watched port
            continue;
        }
        QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, 1000);
        QCOMPARE(closed.first().cookie, cookie);
        QCOMPARE(closed.first().netns, 7u);
        QVERIFY(closed.first().time >= before && closed.first().time <= clock.nowUs());
        QVERIFY(closed.first().bytesIn - 321 <= 1); // the kernel counts the FIN
        QVERIFY(closed.first().bytesOut - 4567 <= 1);
    }
}

namespace
{

/// Comes and goes with a reset, which leaves nothing in TIME_WAIT; says which sockets that were.
QSet<quint64> comeAndGo(Listener &listener, int times)
{
    QSet<quint64> cookies;
    for (int i = 0; i < times; ++i) {
        Fd client = listener.connect();
        Fd server = listener.accept();
        cookies.insert(cookieOf(server));
        client.resetHard();
    }
    return cookies;
}

/// Whether the kernel has thrown notices to this process's only sock_diag socket away (/proc/net/netlink: protocol,
/// port id,
/// ..., drops).
bool hasDropped()
{
    QFile table(QStringLiteral("/proc/net/netlink"));
    if (!table.open(QIODevice::ReadOnly)) {
        qFatal("/proc/net/netlink cannot be read");
    }
    const QList<QByteArray> lines = table.readAll().split('\n');
    return std::any_of(lines.begin(), lines.end(), [](const QByteArray &line) {
        const QList<QByteArray> fields = line.simplified().split(' ');
        return fields.size() >= 10 && fields[1] == "4" && fields[2].toLongLong() == QCoreApplication::applicationPid()
            && fields[8] != "0";
    });
}

} // namespace

void SocketSourceTest::watchTellsOverruns()
{
    SystemClock clock;
    Listener listener;
    DestroyWatch watch(clock, { listener.port() });
    {
        WithoutCapability small(CAP_NET_ADMIN); // else the buffer holds more than is good for a quick test
        QVERIFY(watch.ensureOpen().ok());
    }
    QSet<quint64> closed;
    int overruns = 0;
    connect(&watch, &DestroyWatch::closed, this, [&](const SocketClosed &one) { closed.insert(one.cookie); });
    connect(&watch, &DestroyWatch::overrun, this, [&] { ++overruns; });
    const QSet<quint64> few = comeAndGo(listener, 100);
    QTRY_COMPARE(closed, few);
    QCOMPARE(overruns, 0);

    // The kernel sends notices from a work queue that gives way while a reader is behind, so on a busy machine it takes
    // a while until some are lost.
    QElapsedTimer timer;
    timer.start();
    QSet<quint64> many;
    while (!hasDropped() && timer.elapsed() < 60'000) {
        many += comeAndGo(listener, 500);
    }
    QVERIFY(hasDropped());
    QTRY_VERIFY(overruns > 0);
    QTest::qWait(100);
    QVERIFY(!closed.contains(many)); // some are lost for good: that is what the signal is for
    const QSet<quint64> after = comeAndGo(listener, 10); // and it goes on afterwards
    QTRY_VERIFY(closed.contains(after));
}

void SocketSourceTest::anEndDuringTheLookIsNoRow()
{
    SystemClock clock;
    Listener listener;
    Fd client = listener.connect();
    Fd server = listener.accept();
    Fd stays = listener.connect();
    Fd staysServer = listener.accept();
    const quint64 cookie = cookieOf(server);
    DestroyWatch watch(clock, { listener.port() });
    FakeTable table;
    table.rows = { rowOf(cookie, listener.port()), rowOf(cookieOf(staysServer), listener.port()) };
    DestroyWatch witness(clock, { listener.port() });
    QVERIFY(witness.ensureOpen().ok());
    bool isTold = false;
    connect(&witness, &DestroyWatch::closed, this, [&](const SocketClosed &one) { isTold |= one.cookie == cookie; });
    table.onScan = [&] { // the kernel has shown it, then it ends, and the notice of it is sent
        client.reset();
        server.reset();
        QElapsedTimer timer;
        timer.start();
        while (!isTold && timer.elapsed() < 5000) {
            QTest::qSleep(10);
            witness.drain();
        }
        QTest::qSleep(10); // all listeners get it in one go, in no order
    };
    SocketSource source(clock, { listener.port() }, { { &table, &watch, {} } });
    Heard heard(source);
    source.start();
    QCOMPARE(heard.order, QByteArray("cs"));
    QCOMPARE(heard.closed.first().cookie, cookie);
    QCOMPARE(heard.scans.first().sockets.size(), 1);
    QCOMPARE(heard.scans.first().sockets.first().cookie, cookieOf(staysServer));
}

void SocketSourceTest::anOverrunMakesTheSourceLook()
{
    SystemClock clock;
    FakeTable table;
    DestroyWatch watch(clock, { 993 });
    SocketSource source(clock, { 993 }, { { &table, &watch, {} } });
    source.start();
    QCOMPARE(table.scans, 1);
    QTest::qWait(60);
    Q_EMIT watch.overrun();
    QCOMPARE(table.scans, 2);
}

void SocketSourceTest::churnLosesNothing()
{
    // A reader that believes the source alone, scans and notices folded together, always ends at what is connected.
    SystemClock clock;
    Listener listener;
    SockDiag diag;
    DestroyWatch watch(clock, { listener.port() });
    SocketSource source(clock, { listener.port() }, { { &diag, &watch, {} } });
    QSet<quint64> believed;
    QSet<quint64> ended;
    connect(&source, &SocketSource::scanned, this, [&](const SocketScan &scan) {
        QSet<quint64> now;
        for (const SocketObservation &row : scan.sockets) {
            QVERIFY(!now.contains(row.cookie));
            QVERIFY(!ended.contains(row.cookie)); // never back from the dead
            now.insert(row.cookie);
        }
        believed = now;
    });
    connect(&source, &SocketSource::closed, this, [&](const SocketClosed &one) {
        QVERIFY(!ended.contains(one.cookie)); // told once
        ended.insert(one.cookie);
        believed.remove(one.cookie);
    });
    source.start();

    std::vector<std::pair<Fd, Fd>> live;
    QSet<quint64> naive;
    QSet<quint64> naiveEnded;
    quint32 random = 4711;
    for (int i = 0; i < 2000; ++i) {
        random = random * 1664525u + 1013904223u;
        if (live.size() > 200 || (!live.empty() && (random >> 16) % 2 == 0)) {
            const size_t victim = (random >> 8) % live.size();
            naive.remove(cookieOf(live[victim].second));
            naiveEnded.insert(cookieOf(live[victim].second));
            live[victim].first.resetHard();
            std::swap(live[victim], live.back());
            live.pop_back();
        }
        Fd client = listener.connect();
        Fd server = listener.accept();
        naive.insert(cookieOf(server));
        live.emplace_back(std::move(client), std::move(server));
        if (i % 20 == 0) {
            source.scanNow();
            QTest::qWait(1);
        }
    }
    QTest::qWait(200);
    source.scanNow();
    QTRY_COMPARE(believed, naive);
    QTRY_COMPARE(ended, naiveEnded);
}

void SocketSourceTest::controlRefusesWhatIsNotConfigured()
{
    FakeTable table;
    table.rows = { rowOf(1), rowOf(2, 22) };
    SocketControl control({ &table }, { 993 });
    SocketObservation elsewhere = rowOf(3);
    elsewhere.netns = 1;
    const QList<DropResult> results
        = control.drop({ rowOf(2, 22), elsewhere, rowOf(0), rowOf(~quint64(0)), rowOf(5, 0), rowOf(1) });
    QCOMPARE(results.size(), 6);
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(results[i].outcome, DropOutcome::Refused);
        QVERIFY(!results[i].detail.isEmpty());
    }
    QVERIFY(results[0].detail.contains("22"));
    QCOMPARE(results[5], (DropResult { DropOutcome::Done, {} }));
    QCOMPARE(table.destroyed, QList<quint64> { 1 }); // the others were never tried
}

void SocketSourceTest::controlLooksAgain()
{
    FakeTable table;
    table.rows = { rowOf(1) };
    SocketControl control({ &table }, { 993 });
    table.isStubborn = true;
    QCOMPARE(control.drop({ rowOf(1) }).first().outcome, DropOutcome::Failed);
    table.isStubborn = false;
    table.error = Error { ErrorCode::Io, QStringLiteral("broken") };
    QCOMPARE(control.drop({ rowOf(1) }).first().outcome, DropOutcome::Failed);
    table.error.reset();
    const QList<QPair<DestroyOutcome, DropOutcome>> others { { DestroyOutcome::Gone, DropOutcome::Gone },
        { DestroyOutcome::NotPermitted, DropOutcome::NotPermitted },
        { DestroyOutcome::Unsupported, DropOutcome::Unsupported }, { DestroyOutcome::Failed, DropOutcome::Failed } };
    for (const auto &[said, expected] : others) {
        table.outcome = said;
        const DropResult result = control.drop({ rowOf(1) }).first();
        QCOMPARE(result.outcome, expected);
        QCOMPARE(result.detail.isEmpty(), expected == DropOutcome::Gone);
    }
}

void SocketSourceTest::controlEndsRealConnections()
{
    SockDiag diag;
    if (!diag.canDestroy()) {
        QSKIP("destroying sockets needs CAP_NET_ADMIN and CONFIG_INET_DIAG_DESTROY: run as root");
    }
    Listener listener;
    std::vector<std::pair<Fd, Fd>> live;
    for (int i = 0; i < 50; ++i) {
        Fd client = listener.connect();
        Fd server = listener.accept();
        live.emplace_back(std::move(client), std::move(server));
    }
    const std::vector<quint16> ports { listener.port() };
    Result<QList<SocketObservation>> rows = diag.scan(ports);
    QVERIFY(rows.ok());
    QList<SocketObservation> targets;
    QSet<quint64> chosen;
    for (const SocketObservation &row : rows.value()) {
        if (targets.size() < 25) {
            targets.append(row);
            chosen.insert(row.cookie);
        }
    }
    SocketControl control({ &diag }, ports);
    const QList<DropResult> dropped = control.drop(targets);
    QCOMPARE(dropped, QList<DropResult>(25, DropResult { DropOutcome::Done, {} }));
    const QList<DropResult> repeated = control.drop(targets);
    QCOMPARE(repeated, QList<DropResult>(25, DropResult { DropOutcome::Gone, {} }));
    for (auto &[client, server] : live) {
        if (chosen.contains(cookieOf(server))) {
            QCOMPARE(client.readError(), ECONNRESET);
        } else {
            client.write("alive");
            QCOMPARE(server.read(5), QByteArray("alive"));
        }
    }
    SocketControl stranger({ &diag }, { 993 });
    QCOMPARE(stranger.drop(diag.scan(ports).value().mid(0, 1)).first().outcome, DropOutcome::Refused);
    QCOMPARE(diag.scan(ports).value().size(), 25);
}

QTEST_GUILESS_MAIN(SocketSourceTest)
#include "tst_socketsource.moc"
