// SPDX-License-Identifier: GPL-3.0-or-later
// Who was there, at the client: what agents tell of a span and what is still there make one table, whatever comes in
// between; a request is answered once, and has time as long as something comes.
#include "core/client/historyreader.h"
#include "core/client/replica.h"
#include "core/table/historyrow.h"
#include "tests/support/fakeagent.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace mailhelm;
using namespace std::chrono_literals;
using Span = HistoryDone::Span;

namespace
{

constexpr qint64 Second = 1'000'000;

const Identity &me()
{
    static const Identity identity = Identity::make(QStringLiteral("me")).value();
    return identity;
}

/// An agent with a history, a live link to it, and a table to read into.
struct World {
    explicit World(LinkTimes times = {})
        : agent(clock)
        , replica(clock)
        , now(clock.nowUs())
    {
        agent.allow(me().pin(), Role::Viewer);
        const auto started = agent.start();
        if (!started)
            qFatal("%s", qUtf8Printable(started.error().detail));
        server = replica.addServer("mx1");
        table = std::make_unique<HistoryTable>(replica);
        reader = std::make_unique<HistoryReader>(*table);
        link = std::make_unique<Link>(server, LinkTarget { QStringLiteral("127.0.0.1"), agent.port(), agent.pin() },
            me(), replica, clock, "test", times);
    }
    bool connect()
    {
        link->subscribe(TableId::Connections);
        link->subscribe(TableId::Webmail);
        link->start();
        return QTest::qWaitFor([this] { return link->state() == Link::State::Live; });
    }
    void over(RowId id, qint64 since, qint64 ended, const QByteArray &user)
    {
        const ChangeLog::Cell cells[] { { connections::User, user }, { connections::Since, since },
            { history::Ended, ended }, { history::EndedExact, true } };
        agent.history().put(id, cells);
    }
    void live(RowId id, qint64 since, const QByteArray &user)
    {
        const ChangeLog::Cell cells[] { { connections::User, user }, { connections::Since, since } };
        agent.log(TableId::Connections).put(id, cells);
    }
    bool read(qint64 from, qint64 to)
    {
        QSignalSpy finished(reader.get(), &HistoryReader::finished);
        reader->read({ link.get() }, from, to);
        return QTest::qWaitFor([&] { return !finished.isEmpty(); }, 20'000);
    }
    /// id → user, "*" behind those who are still there.
    QMap<RowId, QByteArray> rows() const
    {
        QMap<RowId, QByteArray> out;
        const Table &t = table->table();
        for (Table::Slot slot = 0; slot < t.slotEnd(); ++slot)
            if (t.isLive(slot))
                out.insert(t.keyAt(slot).id,
                    t.column(connections::User).text(slot).toByteArray()
                        + (t.column(history::Ended).isKnown(slot) ? "" : "*"));
        return out;
    }
    const HistoryReader::Outcome &outcome() const { return reader->outcomes().at(server); }

    SystemClock clock;
    FakeAgent agent;
    Replica replica;
    qint64 now;
    quint16 server = 0;
    std::unique_ptr<HistoryTable> table;
    std::unique_ptr<HistoryReader> reader;
    std::unique_ptr<Link> link;
};

} // namespace

class TestHistoryTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void joinsWhatIsOverWithWhatIsStillThere();
    void webmailSessionsAreRowsToo();
    void whoeverBeganNobodyKnowsWhenIsNotClaimedForThePast();
    void whoLeavesMeanwhileIsThereOnce();
    void readingAgainKeepsWhatIsTheSame();
    void isAsANaiveJoinWouldBe();
    void unwatchedSpansComeAlong();
    void spansAreByTheServersClock();
    void anAgentWithoutHistory();
    void aSilentAgentIsGivenUpAfterItsLastPart();
    void aSlowAgentIsNot();
    void aBrokenConnection();
    void cancelledRequestsAreTakenBack();
    void serversComeAndGo();
};

void TestHistoryTable::joinsWhatIsOverWithWhatIsStillThere()
{
    World world;
    world.over(1, world.now - 100 * Second, world.now - 90 * Second, "alice");
    world.over(2, world.now - 100 * Second, world.now - 10 * Second, "bob");
    world.live(3, world.now - 95 * Second, "carol");
    world.live(4, world.now - 5 * Second, "dave");
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 80 * Second, world.now - 60 * Second));
    QVERIFY(!world.outcome().error);
    QCOMPARE(world.rows(), (QMap<RowId, QByteArray> { { 2, "bob" }, { 3, "carol*" } }));
    const History asked = world.agent.histories.last(); // the clocks' offset is known to some µs
    QVERIFY(std::abs(asked.fromUs - world.now + 80 * Second) < Second / 10);
    QVERIFY(std::abs(asked.toUs - world.now + 60 * Second) < Second / 10);
    QVERIFY(world.read(world.now - 200 * Second, world.now));
    QCOMPARE(world.rows().size(), 4);
    const Table &table = world.table->table();
    QCOMPARE(table.column(world.table->serverColumn()).text(0), QByteArray("mx1"));
    QVERIFY(world.read(0, 1));
    QVERIFY(world.rows().isEmpty());
}

void TestHistoryTable::webmailSessionsAreRowsToo()
{
    World world;
    const ChangeLog::Cell cells[] { { webmail::User, QByteArray("wanda") },
        { webmail::Component, QByteArray("HTTP/WebMail") }, { webmail::Started, world.now - 50 * Second },
        { webmail::ClientAddress, Address::fromV4(0x01020304) }, { webmail::Session, QByteArray("key") } };
    world.agent.log(TableId::Webmail).put(9, cells);
    world.live(9, world.now - 40 * Second, "somebody else with that id");
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 60 * Second, world.now));
    QCOMPARE(world.rows().size(), 2);
    const RowId id = historyId(TableId::Webmail, 9, world.now - 50 * Second);
    const Table &table = world.table->table();
    const Table::Slot slot = table.slotOf({ world.server, id });
    QVERIFY(slot != Table::NoSlot);
    const auto text = [&](int column) { return table.column(column).text(slot).toByteArray(); };
    QCOMPARE(text(connections::Service), QByteArray("HTTP/WebMail"));
    QCOMPARE(text(connections::Protocol), QByteArray("http"));
    QCOMPARE(text(connections::Extension), QByteArray("WebMail"));
    QCOMPARE(text(connections::User), QByteArray("wanda"));
    QCOMPARE(text(connections::Session), QByteArray("key"));
    QCOMPARE(table.column(connections::Since).number(slot), world.now - 50 * Second);
    QCOMPARE(table.column(connections::Login).number(slot), world.now - 50 * Second);
    QVERIFY(!table.column(connections::Port).isKnown(slot));
    QVERIFY(!table.column(history::Ended).isKnown(slot));
}

void TestHistoryTable::whoeverBeganNobodyKnowsWhenIsNotClaimedForThePast()
{
    World world; // a login page left open has no beginning, but a last request
    const ChangeLog::Cell cells[] { { webmail::User, QByteArray() }, { webmail::Component, QByteArray("HTTP/WebMail") },
        { webmail::LastActive, world.now - 50 * Second } };
    world.agent.log(TableId::Webmail).put(9, cells);
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 100 * Second, world.now - 60 * Second));
    QVERIFY(world.rows().isEmpty());
    QVERIFY(world.read(world.now - 100 * Second, world.now - 40 * Second));
    QCOMPARE(world.rows().size(), 1);
    QVERIFY(world.read(world.now - 30 * Second, world.now));
    QCOMPARE(world.rows().size(), 1);
}

void TestHistoryTable::whoLeavesMeanwhileIsThereOnce()
{
    World world;
    world.live(1, world.now - 100 * Second, "alice");
    QVERIFY(world.connect());
    world.over(1, world.now - 100 * Second, world.now, "alice"); // the replica has not heard yet
    QVERIFY(world.read(world.now - 60 * Second, world.now + Second));
    QCOMPARE(world.rows(), (QMap<RowId, QByteArray> { { 1, "alice" } }));
    // And one who is gone from the replica, though not from the history, before the answer is here.
    World other;
    other.live(1, other.now - 100 * Second, "alice");
    QVERIFY(other.connect());
    QSignalSpy finished(other.reader.get(), &HistoryReader::finished);
    other.reader->read({ other.link.get() }, other.now - 60 * Second, other.now + Second);
    other.agent.log(TableId::Connections).remove(1);
    other.agent.changed();
    QTRY_VERIFY(!finished.isEmpty());
    QTRY_COMPARE(other.replica.table(TableId::Connections)->table().rowCount(), 0);
    QCOMPARE(other.rows().keys(), QList<RowId> { 1 });
}

void TestHistoryTable::readingAgainKeepsWhatIsTheSame()
{
    World world;
    world.agent.partBytes = 2000;
    for (RowId id = 1; id <= 200; ++id)
        world.over(id, world.now - 1000 * Second, world.now - qint64(id) * Second, "user" + QByteArray::number(id));
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 300 * Second, world.now));
    QCOMPARE(world.rows().size(), 200);
    int inserted = 0, changed = 0, removed = 0;
    connect(world.table.get(), &LiveTable::published, this, [&](const Publication &publication) {
        inserted += int(publication.inserted.size());
        changed += int(publication.changed.size());
        removed += int(publication.removed.size());
    });
    QVERIFY(world.read(world.now - 100 * Second - Second / 2, world.now));
    QCOMPARE(world.rows().size(), 100);
    QCOMPARE(inserted, 0);
    QCOMPARE(changed, 0);
    QCOMPARE(removed, 100);
}

void TestHistoryTable::isAsANaiveJoinWouldBe()
{
    World world;
    world.agent.partBytes = 4096;
    QVERIFY(world.connect());
    QRandomGenerator random(11);
    struct Someone {
        qint64 since;
        std::optional<qint64> ended;
        QByteArray user;
    };
    QMap<RowId, Someone> truth;
    RowId next = 1;
    for (int round = 0; round < 40; ++round) {
        for (int i = random.bounded(60); i > 0; --i) {
            const Someone one { world.now - qint64(random.bounded(10'000)) * Second - Second / 2, std::nullopt,
                "user" + QByteArray::number(random.bounded(30)) };
            truth.insert(next, one);
            world.live(next++, one.since, one.user);
        }
        for (auto it = truth.begin(); it != truth.end(); ++it) {
            if (it->ended || random.bounded(4) != 0)
                continue;
            it->ended = it->since + qint64(random.bounded(int((world.now - it->since) / Second) + 1)) * Second;
            world.agent.log(TableId::Connections).remove(it.key());
            world.over(it.key(), it->since, *it->ended, it->user);
        }
        world.agent.changed();
        const qint64 from = world.now - qint64(random.bounded(11'000)) * Second;
        const qint64 to = from + qint64(1 + random.bounded(3000)) * Second;
        QVERIFY(world.read(from, to)); // whether the replica has heard of it or not
        QMap<RowId, QByteArray> expected;
        for (auto it = truth.cbegin(); it != truth.cend(); ++it)
            if (it->since < to && it->ended.value_or(LiveEnd) >= from)
                expected.insert(it.key(), it->user + (it->ended ? "" : "*"));
        QMap<RowId, QByteArray> told = world.rows();
        // Those who came after the replica heard last may be missing, and those who went before it heard may still be
        // there: read again once it has.
        if (told != expected) {
            QVERIFY(QTest::qWaitFor([&] {
                return world.replica.table(TableId::Connections)->table().rowCount()
                    == world.agent.log(TableId::Connections).table().rowCount();
            }));
            QVERIFY(world.read(from, to));
            told = world.rows();
        }
        QCOMPARE(told, expected);
    }
}

void TestHistoryTable::unwatchedSpansComeAlong()
{
    World world;
    world.agent.unwatched = { { world.now - 100, world.now - 50 }, { world.now - 20, world.now - 10 } };
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 1000, world.now));
    QCOMPARE(world.outcome().unwatched, world.agent.unwatched);
}

void TestHistoryTable::spansAreByTheServersClock()
{
    World world;
    world.agent.clockAheadUs = 1000 * Second;
    world.over(1, world.now + 950 * Second, world.now + 960 * Second, "alice"); // 40 s ago, as we have it
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 60 * Second, world.now));
    QCOMPARE(world.rows().keys(), QList<RowId> { 1 });
    QVERIFY(std::abs(world.agent.histories.last().toUs - world.now - 1000 * Second) < 2 * Second);
    QVERIFY(world.read(world.now + 800 * Second, world.now + 900 * Second));
    QVERIFY(world.rows().isEmpty());
}

void TestHistoryTable::anAgentWithoutHistory()
{
    World world;
    world.agent.missing.insert(TableId::History);
    world.agent.historyFailure = Failed { ErrorCode::Unavailable, "This agent keeps no history." };
    world.live(1, world.now - Second, "alice");
    QVERIFY(world.connect());
    QVERIFY(!world.link->offers(TableId::History));
    QVERIFY(world.read(world.now - 60 * Second, world.now));
    QVERIFY(world.outcome().error);
    QCOMPARE(world.outcome().error->detail, QStringLiteral("This agent keeps no history."));
    QCOMPARE(world.rows(), (QMap<RowId, QByteArray> { { 1, "alice*" } })); // that much is known
}

void TestHistoryTable::aSilentAgentIsGivenUpAfterItsLastPart()
{
    LinkTimes times;
    times.reply = 600ms;
    World world(times);
    world.agent.partBytes = 500;
    world.agent.historyParts = 3;
    for (RowId id = 1; id <= 100; ++id)
        world.over(id, world.now - 10 * Second, world.now - Second, "user");
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 60 * Second, world.now));
    QVERIFY(world.outcome().error);
    QCOMPARE(world.outcome().error->code, ErrorCode::TimedOut);
    QVERIFY(world.link->isConnected()); // it is alive otherwise
    QVERIFY(!world.rows().isEmpty()); // what came is shown
    world.agent.historyParts = -1;
    QVERIFY(world.read(world.now - 60 * Second, world.now));
    QVERIFY(!world.outcome().error);
    QCOMPARE(world.rows().size(), 100);
}

void TestHistoryTable::aSlowAgentIsNot()
{
    // Parts that come one after the other for longer than an answer may take.
    Requests requests;
    QObject context;
    QList<qint64> settled;
    requests.add(1, 100, &context, [&](const Result<Message> &result) { settled.append(result.ok()); });
    for (qint64 now = 50; now < 1000; now += 50) {
        requests.extend(1, now + 100);
        requests.expire(now, {});
    }
    QVERIFY(settled.isEmpty());
    requests.expire(2000, {});
    QCOMPARE(settled, QList<qint64> { 0 });
    requests.extend(1, 5000); // nothing to extend any more
}

void TestHistoryTable::aBrokenConnection()
{
    World world;
    for (RowId id = 1; id <= 50; ++id)
        world.over(id, world.now - 10 * Second, world.now - Second, "user");
    QVERIFY(world.connect());
    world.agent.partBytes = 500;
    world.agent.historyParts = 2;
    QSignalSpy finished(world.reader.get(), &HistoryReader::finished);
    QSignalSpy progressed(world.reader.get(), &HistoryReader::progressed);
    world.reader->read({ world.link.get() }, world.now - 60 * Second, world.now);
    QTRY_VERIFY(!progressed.isEmpty());
    world.agent.stop();
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(world.outcome().error->code, ErrorCode::Unavailable);
    // Without any connection it is answered as well.
    QVERIFY(world.read(world.now - 60 * Second, world.now));
    QCOMPARE(world.outcome().error->code, ErrorCode::Unavailable);
}

void TestHistoryTable::cancelledRequestsAreTakenBack()
{
    World world;
    for (RowId id = 1; id <= 500; ++id)
        world.over(id, world.now - 10 * Second, world.now - Second, "user");
    QVERIFY(world.connect());
    world.agent.partBytes = 500;
    QSignalSpy finished(world.reader.get(), &HistoryReader::finished);
    world.reader->read({ world.link.get() }, world.now - 60 * Second, world.now);
    QVERIFY(world.reader->isReading());
    world.reader->cancel();
    QVERIFY(!world.reader->isReading());
    QTRY_COMPARE(world.agent.historiesEnded, 1);
    QTest::qWait(50);
    QCOMPARE(finished.size(), 0);
    QVERIFY(world.link->isConnected());
    // Whoever asks anew has the new answer alone.
    world.reader->read({ world.link.get() }, world.now - 60 * Second, world.now);
    QVERIFY(world.read(0, 1));
    QVERIFY(world.rows().isEmpty());
}

void TestHistoryTable::serversComeAndGo()
{
    World world;
    world.over(1, world.now - 10 * Second, world.now - Second, "user");
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 60 * Second, world.now));
    world.replica.renameServer(world.server, "mx9");
    QCOMPARE(world.table->table().column(world.table->serverColumn()).text(0), QByteArray("mx9"));
    world.link.reset();
    world.replica.removeServer(world.server);
    QVERIFY(world.rows().isEmpty());
}

QTEST_GUILESS_MAIN(TestHistoryTable)
#include "tst_historytable.moc"
