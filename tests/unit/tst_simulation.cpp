// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/connectionjoin.h"
#include "core/agent/sources/simulatedpeople.h"
#include "core/agent/sources/simulatedsessions.h"
#include "core/agent/sources/simulatedtable.h"

#include <QSet>
#include <QSignalSpy>
#include <QTest>

using namespace mailhelm;
namespace c = mailhelm::connections;

namespace
{

std::vector<quint16> allPorts()
{
    std::vector<quint16> ports;
    for (const SimulatedService &service : simulatedServices())
        ports.push_back(service.port);
    return ports;
}

QList<ServiceConfig> services()
{
    QList<ServiceConfig> all;
    for (const SimulatedService &each : simulatedServices()) {
        ServiceConfig service;
        service.name = each.name;
        service.listen = { { std::nullopt, each.port } };
        service.protocol = each.protocol;
        service.by = each.dovecot ? "dovecot" : "postfix";
        service.tls
            = each.tls == SimulatedService::Tls::Implicit ? ServiceConfig::Tls::Implicit : ServiceConfig::Tls::StartTls;
        service.auth = each.auth;
        all.append(service);
    }
    return all;
}

/// All that a parser says of a session, without the moment at which it said so.
QByteArray textOf(const SessionFacts &f)
{
    const auto text = [](const auto &value) { return value ? '<' + *value + '>' : QByteArray("-"); };
    return f.source + ' ' + f.key + ' ' + f.protocol + ' ' + f.program + ' ' + f.peer.address.toText() + ' '
        + QByteArray::number(f.peer.port) + ' ' + f.client.address.toText() + ' ' + f.localAddress.toText() + ' '
        + QByteArray::number(f.began) + ' ' + QByteArray::number(int(f.beganIsConnect)) + ' '
        + QByteArray::number(f.login.value_or(0)) + ' ' + text(f.user) + ' '
        + QByteArray::number(f.secure ? int(*f.secure) : -1) + ' ' + text(f.tls) + ' ' + text(f.host) + ' '
        + text(f.state) + ' ' + text(f.folder) + ' ' + text(f.agentName) + ' ' + text(f.helo) + ' '
        + QByteArray::number(f.pid.value_or(0)) + ' ' + text(f.session) + ' ' + QByteArray::number(int(f.ended));
}

bool sameSockets(const QList<SocketObservation> &a, const QList<SocketObservation> &b)
{
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](const SocketObservation &x, const SocketObservation &y) {
            return x.cookie == y.cookie && x.peer == y.peer && x.local == y.local && x.bytesIn == y.bytesIn
                && x.bytesOut == y.bytesOut;
        });
}

} // namespace

/// What the simulated mail server promises: the rows that the agent shows of it are what it holds, whether it speaks in
/// log lines or in facts.
class SimulationTest : public QObject
{
    Q_OBJECT

    /// An agent's way from the sources to the rows.
    struct World {
        explicit World(int rows, quint32 seed = 1)
            : simulation(std::make_shared<Simulation>(Simulation::Settings { rows, 0, seed }, clock))
            , table(simulation)
            , dovecot(Simulation::Dovecot, simulation, clock)
            , postfix(Simulation::Postfix, simulation, clock)
        {
            for (SimulatedSessions *source : { &dovecot, &postfix }) {
                QObject::connect(source, &SessionSource::facts, &join, &ConnectionJoin::onFacts);
                QObject::connect(&join, &ConnectionJoin::sessionOver, source,
                    [source](const QByteArray &name, const QByteArray &key) {
                        if (name == source->name())
                            source->forget(key);
                    });
                QObject::connect(source, &SessionSource::facts, source,
                    [this](const SessionFacts &facts) { last[facts.key] = facts; });
                source->start({});
                join.setCoverage(source->name(), source->coverage());
            }
            scan();
        }
        void scan()
        {
            clock.advanceUs(1'000'000);
            join.onScan({ clock.nowUs(), table.scan(allPorts()).value() });
        }
        /// Tells of everybody, makes changes, looks and listens until all is heard.
        void step(int changes)
        {
            clock.advanceUs(10'000);
            while (simulation->step(0))
                QCoreApplication::processEvents();
            simulation->step(changes);
            scan();
            for (int i = 0; i < 200; ++i)
                QCoreApplication::processEvents();
        }
        [[nodiscard]] const Table &rows() const { return registry.log(TableId::Connections)->table(); }

        ManualClock clock;
        std::shared_ptr<Simulation> simulation;
        SimulatedTable table;
        SimulatedSessions dovecot;
        SimulatedSessions postfix;
        Registry registry { 7, RowIds("boot", QByteArray(32, 'k')) };
        ConnectionJoin join { services(), registry, clock };
        QHash<QByteArray, SessionFacts> last; ///< what the parsers said, by key
    };

    /// Every row against the session that it shows.
    static void compare(World &world)
    {
        const QList<SocketObservation> sockets = world.simulation->sockets(allPorts());
        const Table &rows = world.rows();
        QCOMPARE(rows.rowCount(), sockets.size());
        int named = 0;
        for (const SocketObservation &socket : sockets) {
            const Table::Slot slot = rows.slotOf({ 0, world.registry.ids().ofSocket(0, socket.cookie) });
            QVERIFY(slot != Table::NoSlot);
            QCOMPARE(rows.column(c::ClientAddress).value(slot), Value(socket.peer.address));
            QCOMPARE(rows.column(c::Port).value(slot), Value(qint64(socket.peer.port)));
            QCOMPARE(rows.column(c::BytesOut).value(slot), Value(qint64(socket.bytesOut)));
            const std::optional<SessionFacts> known = world.simulation->known(socket.cookie);
            if (!known)
                continue;
            QVERIFY2(world.last.contains(known->key), known->key.constData());
            QCOMPARE(textOf(world.last[known->key]), textOf(*known));
            if (known->user && !known->user->isEmpty()) {
                QCOMPARE(rows.column(c::User).value(slot), Value(*known->user));
                ++named;
            }
            if (known->folder)
                QVERIFY(std::get<QByteArray>(rows.column(c::Info).value(slot)).startsWith(*known->folder));
        }
        QVERIFY2(named * 2 > sockets.size(), "hardly anybody is logged in");
        for (const JoinCounts &each : world.join.counts()) {
            QCOMPARE(each.ambiguous, 0);
            QCOMPARE(each.unmatched, 0);
        }
    }

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void rowsAreWhatItHolds_data()
    {
        QTest::addColumn<int>("rows");
        QTest::newRow("one") << 1;
        QTest::newRow("through the parsers") << 2000;
        QTest::newRow("as facts") << Simulation::RowsThroughParsers + 1;
    }

    void rowsAreWhatItHolds()
    {
        QFETCH(int, rows);
        World world(rows);
        QCOMPARE(world.simulation->usesParsers(), rows <= Simulation::RowsThroughParsers);
        world.step(0);
        if (rows > 1)
            compare(world);
        QCOMPARE(world.rows().rowCount(), rows);
        for (int i = 0; i < 10; ++i)
            world.step(200);
        QCOMPARE(world.rows().rowCount(), rows);
        if (rows > 1)
            compare(world);
    }

    void itHasAllKindsOfSessions()
    {
        World world(2000);
        world.step(0);
        const Table &rows = world.rows();
        QSet<QByteArray> names;
        int v6 = 0;
        int plain = 0;
        int nobody = 0;
        qsizetype longest = 0;
        bool unicode = false;
        for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot) {
            names.insert(rows.column(c::Service).text(slot).toByteArray());
            v6 += !std::get<Address>(rows.column(c::ClientAddress).value(slot)).isV4();
            plain += rows.column(c::Secure).value(slot) == Value(false);
            const Value user = rows.column(c::User).value(slot);
            if (const auto *name = std::get_if<QByteArray>(&user)) {
                nobody += name->isEmpty();
                longest = std::max(longest, name->size());
                unicode = unicode || std::any_of(name->begin(), name->end(), [](char ch) { return ch < 0; });
            }
        }
        QCOMPARE(names, (QSet<QByteArray> { "IMAPS", "IMAP", "POP3S", "ManageSieve", "Submission", "SMTP" }));
        QVERIFY(v6 > 200 && v6 < 1000);
        QVERIFY(plain > 20);
        QVERIFY(nobody > 50);
        QVERIFY(longest > 80);
        QVERIFY(unicode);
    }

    void noTwoSocketsHaveTheSameEnds()
    {
        World world(20'000);
        for (int i = 0; i < 5; ++i)
            world.simulation->step(3000);
        QSet<Endpoint> ends;
        for (const SocketObservation &socket : world.simulation->sockets(allPorts())) {
            QVERIFY(!ends.contains(socket.peer));
            ends.insert(socket.peer);
        }
    }

    void noTwoUsersHaveTheSameName()
    {
        QSet<QByteArray> names;
        for (quint32 i = 0; i < 50'000; ++i)
            names.insert(simulatedpeople::user(i));
        QCOMPARE(names.size(), 50'000);
    }

    void theSameSeedGivesTheSameServer()
    {
        World one(3000, 5);
        World same(3000, 5);
        World other(3000, 6);
        for (World *world : { &one, &same, &other })
            world->step(500);
        QVERIFY(sameSockets(one.simulation->sockets(allPorts()), same.simulation->sockets(allPorts())));
        QVERIFY(!sameSockets(one.simulation->sockets(allPorts()), other.simulation->sockets(allPorts())));
    }

    void destroyEndsExactlyOne()
    {
        World world(500);
        world.step(0);
        const QList<SocketObservation> before = world.simulation->sockets(allPorts());
        SocketObservation wrong = before[100];
        wrong.cookie += 1'000'000;
        QCOMPARE(world.table.destroy(wrong), DestroyOutcome::Gone);
        wrong = before[100];
        wrong.peer.port ^= 1;
        QCOMPARE(world.table.destroy(wrong), DestroyOutcome::Gone);
        QCOMPARE(world.simulation->sockets(allPorts()).size(), before.size());

        QCOMPARE(world.table.destroy(before[100]), DestroyOutcome::Done);
        QCOMPARE(world.table.destroy(before[100]), DestroyOutcome::Gone);
        world.step(0);
        QCOMPARE(world.rows().rowCount(), before.size() - 1);
        QCOMPARE(world.rows().slotOf({ 0, world.registry.ids().ofSocket(0, before[100].cookie) }), Table::NoSlot);
        QList<SocketObservation> expected = before;
        expected.removeAt(100);
        QVERIFY(sameSockets(world.simulation->sockets(allPorts()), expected));

        // The client of a dropped connection comes back. Few changes a step: while the clock stands, a session is only
        // itself once.
        for (int i = 0; i < 2000 && world.rows().rowCount() < before.size(); ++i)
            world.step(5);
        QCOMPARE(world.rows().rowCount(), before.size());
        compare(world);
    }

    /// Its own thread, and no work where nothing changes.
    void theThreadTellsEverybodyThenRests()
    {
        SystemClock clock;
        auto simulation = std::make_shared<Simulation>(Simulation::Settings { 5000, 0, 1 }, clock);
        SimulatedSessions dovecot(Simulation::Dovecot, simulation, clock);
        SimulatedSessions postfix(Simulation::Postfix, simulation, clock);
        QSet<QByteArray> heard;
        for (SimulatedSessions *source : { &dovecot, &postfix }) {
            connect(source, &SessionSource::facts, this,
                [&heard](const SessionFacts &facts) { heard.insert(facts.source + facts.key); });
            source->start({});
        }
        qsizetype spoken = 0;
        for (const SocketObservation &socket : simulation->sockets(allPorts()))
            spoken += simulation->known(socket.cookie).has_value();
        simulation->start();
        QTRY_COMPARE_WITH_TIMEOUT(heard.size(), spoken, 20'000);
        QSignalSpy spoke(simulation.get(), &Simulation::spoke);
        QTest::qWait(200);
        QCOMPARE(spoke.count(), 0);
    }
};

QTEST_GUILESS_MAIN(SimulationTest)
#include "tst_simulation.moc"
