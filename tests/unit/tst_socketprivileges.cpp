// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/destroywatch.h"
#include "core/agent/sources/sockdiag.h"
#include "core/agent/sources/socketcontrol.h"
#include "core/agent/sources/socketsource.h"

#include "loopback.h"
#include "privileges.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

#include <sched.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace mailhelm;

namespace
{

/// Empty where the command went well, else what it said.
QString run(const QStringList &command)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(command.first(), command.mid(1));
    if (!process.waitForFinished(10'000)) {
        return process.errorString();
    }
    return process.exitCode() == 0 ? QString() : QString::fromUtf8(process.readAll()) + QStringLiteral(" (failed)");
}

/// A network namespace with nothing but its loopback, for as long as this lives.
class Netns
{
public:
    Netns() { create(); }
    ~Netns() { remove(); }
    Q_DISABLE_COPY_MOVE(Netns)

    void create()
    {
        const QString ip = QStringLiteral("ip");
        problem = run({ ip, QStringLiteral("netns"), QStringLiteral("add"), name });
        if (problem.isEmpty()) {
            problem = run({ ip, QStringLiteral("-n"), name, QStringLiteral("link"), QStringLiteral("set"),
                QStringLiteral("lo"), QStringLiteral("up") });
        }
    }
    void remove() { run({ QStringLiteral("ip"), QStringLiteral("netns"), QStringLiteral("del"), name }); }
    [[nodiscard]] QString path() const { return QStringLiteral("/run/netns/") + name; }

    template<typename Work>
    void inside(Work work) const
    {
        std::thread([&] {
            const int fd = ::open(QFile::encodeName(path()).constData(), O_RDONLY | O_CLOEXEC);
            if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) {
                qFatal("cannot enter the namespace of the test");
            }
            ::close(fd);
            work();
        }).join();
    }

    const QString name = QStringLiteral("mailhelm-test-%1").arg(QCoreApplication::applicationPid());
    QString problem;
};

/// A connection that lives in another namespace; its descriptors may be used from here.
struct Remote {
    explicit Remote(const Netns &netns)
    {
        netns.inside([this] {
            listener = std::make_unique<Listener>();
            client = listener->connect();
            server = listener->accept();
            client2 = listener->connect();
            server2 = listener->accept();
        });
    }
    std::unique_ptr<Listener> listener;
    Fd client;
    Fd server;
    Fd client2;
    Fd server2;
};

ino_t ownNamespace()
{
    struct stat about {
    };
    stat("/proc/thread-self/ns/net", &about);
    return about.st_ino;
}

} // namespace

/// What works with which capability, and in other network namespaces.
class SocketPrivilegesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void withoutCapabilityOneSeesButDoesNotDrop();
    void anotherUserSees();
    void otherNamespacesAreSeenAndDroppable();
    void aNamespaceMadeAnewIsFollowed();
    void whatCannotBeEnteredIsNamed();
};

#define NEED_NETNS(netns)                                                                                              \
    if (!WithoutCapability::has(CAP_SYS_ADMIN)) {                                                                      \
        QSKIP("making and entering a network namespace needs CAP_SYS_ADMIN: run as root");                             \
    }                                                                                                                  \
    Netns netns;                                                                                                       \
    QVERIFY2(netns.problem.isEmpty(), qPrintable(netns.problem))

void SocketPrivilegesTest::withoutCapabilityOneSeesButDoesNotDrop()
{
    Listener listener;
    Fd client = listener.connect();
    Fd server = listener.accept();
    const std::vector<quint16> ports { listener.port() };
    SystemClock clock;
    SockDiag openedBefore;
    QVERIFY(openedBefore.scan(ports).ok());
    {
        WithoutCapability without(CAP_NET_ADMIN);
        SockDiag openedAfter;
        for (SockDiag *diag : { &openedBefore, &openedAfter }) {
            QVERIFY(!diag->canDestroy());
            QCOMPARE(diag->probeDestroy(), DestroyOutcome::NotPermitted);
            Result<QList<SocketObservation>> rows = diag->scan(ports);
            QVERIFY(rows.ok());
            QCOMPARE(rows.value().size(), 1);
            QCOMPARE(diag->destroy(rows.value().first()), DestroyOutcome::NotPermitted);
            SocketControl control({ diag }, ports);
            const DropResult result = control.drop(rows.value()).first();
            QCOMPARE(result.outcome, DropOutcome::NotPermitted);
            QVERIFY(result.detail.contains("AmbientCapabilities=CAP_NET_ADMIN"));
        }
        DestroyWatch watch(clock, ports);
        SocketSource source(clock, ports, { { &openedAfter, &watch, {} } });
        source.start();
        QCOMPARE(source.status().state, SourceStatus::State::Degraded);
        QCOMPARE(source.status().detail, QByteArray("Connections can be seen but not dropped"));
        QCOMPARE(source.status().mend,
            QByteArray("AmbientCapabilities=CAP_NET_ADMIN in the unit of mailhelmd (or: setcap "
                       "cap_net_admin+ep /usr/bin/mailhelmd)"));
        // The notices of closed sockets need no right at all.
        int closed = 0;
        connect(&source, &SocketSource::closed, this, [&] { ++closed; });
        Fd other = listener.connect();
        listener.accept().reset();
        other.reset();
        QTRY_COMPARE_WITH_TIMEOUT(closed, 1, 1000);
    }
    client.write("alive");
    QCOMPARE(server.read(5), QByteArray("alive"));
}

void SocketPrivilegesTest::anotherUserSees()
{
    if (geteuid() != 0) {
        QSKIP("becoming another user needs root");
    }
    Listener listener;
    Fd client = listener.connect();
    Fd server = listener.accept();
    const std::vector<quint16> ports { listener.port() };
    qsizetype seen = -1;
    DestroyOutcome probe = DestroyOutcome::Failed;
    std::thread([&] {
        // The bare system call changes this thread alone.
        if (syscall(SYS_setresuid, 65534, 65534, 65534) != 0) {
            return;
        }
        SockDiag diag;
        Result<QList<SocketObservation>> rows = diag.scan(ports);
        seen = rows ? rows.value().size() : -2;
        probe = diag.probeDestroy();
    }).join();
    QCOMPARE(seen, 1);
    QCOMPARE(probe, DestroyOutcome::NotPermitted);
}

void SocketPrivilegesTest::otherNamespacesAreSeenAndDroppable()
{
    NEED_NETNS(netns);
    const ino_t before = ownNamespace();
    Remote remote(netns);
    const std::vector<quint16> ports { remote.listener->port() };
    SystemClock clock;
    SockDiag own;
    SockDiag other(netns.path());
    DestroyWatch watch(clock, ports, netns.path(), 1);
    QCOMPARE(own.scan(ports).value().size(), 0);
    QVERIFY(other.canDestroy());

    SocketSource source(clock, ports, { { &own, nullptr, {} }, { &other, &watch, netns.path() } });
    QList<SocketObservation> rows;
    QList<SocketClosed> closed;
    connect(&source, &SocketSource::scanned, this, [&](const SocketScan &scan) { rows = scan.sockets; });
    connect(&source, &SocketSource::closed, this, [&](const SocketClosed &one) { closed.append(one); });
    source.start();
    QCOMPARE(source.status().state, SourceStatus::State::Ok);
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows[0].netns, 1u);
    QCOMPARE(rows[0].local.port, remote.listener->port());
    SocketObservation chosen = rows[rows[0].cookie == cookieOf(remote.server) ? 0 : 1];

    SocketControl control({ &own, &other }, ports);
    SocketObservation wrongPlace = chosen;
    wrongPlace.netns = 0;
    QCOMPARE(control.drop({ wrongPlace }).first().outcome, DropOutcome::Gone);
    QCOMPARE(control.drop({ chosen }).first().outcome, DropOutcome::Done);
    QCOMPARE(remote.client.readError(), ECONNRESET);
    remote.client2.write("alive");
    QCOMPARE(remote.server2.read(5), QByteArray("alive"));
    remote.server.reset();
    QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, 1000);
    QCOMPARE(closed.first().cookie, chosen.cookie);
    QCOMPARE(closed.first().netns, 1u);
    QCOMPARE(ownNamespace(), before); // this process never moved
}

void SocketPrivilegesTest::aNamespaceMadeAnewIsFollowed()
{
    NEED_NETNS(netns);
    SystemClock clock;
    SockDiag diag(netns.path());
    std::optional<Remote> remote(std::in_place, netns);
    std::vector<quint16> ports { remote->listener->port() };
    QCOMPARE(diag.scan(ports).value().size(), 2);
    const SocketObservation old = diag.scan(ports).value().first();

    netns.remove();
    Result<QList<SocketObservation>> none = diag.scan(ports);
    QVERIFY(!none.ok());
    QCOMPARE(none.error().code, ErrorCode::NotFound);
    QVERIFY(none.error().detail.contains(netns.path()));
    QCOMPARE(diag.destroy(old), DestroyOutcome::Gone);

    netns.create();
    QVERIFY2(netns.problem.isEmpty(), qPrintable(netns.problem));
    remote.emplace(netns);
    ports = { remote->listener->port() };
    DestroyWatch watch(clock, ports, netns.path(), 1);
    QVERIFY(watch.ensureOpen().ok());
    const QList<SocketObservation> rows = diag.scan(ports).value();
    QCOMPARE(rows.size(), 2);

    // A watch follows too.
    netns.remove();
    QCOMPARE(watch.ensureOpen().error().code, ErrorCode::NotFound);
    netns.create();
    remote.emplace(netns);
    QVERIFY(watch.ensureOpen().ok());
}

void SocketPrivilegesTest::whatCannotBeEnteredIsNamed()
{
    const std::vector<quint16> ports { 993 };
    SockDiag absent(QStringLiteral("/run/netns/mailhelm-no-such"));
    Result<QList<SocketObservation>> rows = absent.scan(ports);
    QVERIFY(!rows.ok());
    QCOMPARE(rows.error().code, ErrorCode::NotFound);
    QVERIFY(rows.error().detail.contains(QStringLiteral("/run/netns/mailhelm-no-such")));

    SockDiag notANamespace(QStringLiteral("/dev/null"));
    rows = notANamespace.scan(ports);
    QVERIFY(!rows.ok());
    QVERIFY(rows.error().detail.contains(QStringLiteral("/dev/null")));

    // Readable by all, but not to be entered without the capability.
    WithoutCapability without(CAP_SYS_ADMIN);
    const QString own = QStringLiteral("/proc/%1/ns/net").arg(QCoreApplication::applicationPid());
    SockDiag forbidden(own);
    rows = forbidden.scan(ports);
    QVERIFY(!rows.ok());
    QCOMPARE(rows.error().code, ErrorCode::PermissionDenied);
    QVERIFY(rows.error().detail.contains(own));
    QVERIFY(rows.error().detail.contains(QStringLiteral("CAP_SYS_ADMIN")));

    SystemClock clock;
    SockDiag ours;
    SocketSource source(clock, ports, { { &ours, nullptr, {} }, { &forbidden, nullptr, own } });
    int scans = 0;
    connect(&source, &SocketSource::scanned, this, [&] { ++scans; });
    source.start();
    QCOMPARE(scans, 1); // the own namespace is shown all the same
    QCOMPARE(source.status().state, SourceStatus::State::Degraded);
    QVERIFY(source.status().detail.contains(own.toUtf8()));
    QVERIFY(source.status().mend.contains("CAP_SYS_ADMIN"));
}

QTEST_GUILESS_MAIN(SocketPrivilegesTest)
#include "tst_socketprivileges.moc"
