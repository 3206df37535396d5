// SPDX-License-Identifier: GPL-3.0-or-later
// Who was there, at the client: what agents tell of a span and what is still there make one table, whatever comes in
// between; a request is answered once, and has time as long as something comes.
#include "core/client/countseeder.h"
#include "core/client/countseries.h"
#include "core/client/historyreader.h"
#include "core/client/localhistory.h"
#include "core/client/replica.h"
#include "core/table/historyrow.h"
#include "tests/support/fakeagent.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
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
    /// From now on, this console keeps what it sees end.
    void keep()
    {
        local = std::make_unique<LocalHistory>(replica, folder.path());
        local->attach(server, agent.pin());
        local->setKeepDays(30);
        reader = std::make_unique<HistoryReader>(*table, local.get());
    }
    /// Goes, and the replica has heard of it.
    bool leaves(RowId id)
    {
        agent.log(TableId::Connections).remove(id);
        agent.changed();
        const Table &rows = replica.table(TableId::Connections)->table();
        return QTest::qWaitFor([&] { return rows.slotOf({ server, id }) == Table::NoSlot; });
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
    QTemporaryDir folder;
    std::unique_ptr<LocalHistory> local;
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
    void whatBothKnowIsThereOnceAsTheAgentHasIt();
    void anAgentThatIsAwayIsStoodInFor();
    void watchedIsWhatEitherWatched();
    void isAsANaiveUnionWouldBe();
    void rowsSayHowLongTheyLasted();
    void tooManyRowsAreCutShort();
    void theDayBeforeIsFilledIn();
    void whoeverHasTooMuchToTellIsLeftAlone();
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

void TestHistoryTable::whatBothKnowIsThereOnceAsTheAgentHasIt()
{
    World world;
    world.live(1, world.now - 100 * Second, "seen");
    world.live(2, world.now - 100 * Second, "seen");
    world.live(3, world.now - 100 * Second, "seen");
    world.keep();
    QVERIFY(world.connect());
    QVERIFY(world.leaves(1));
    QVERIFY(world.leaves(2));
    world.over(2, world.now - 100 * Second, world.now - Second, "told"); // the agent knows better when
    world.over(4, world.now - 100 * Second, world.now - 90 * Second, "told"); // before we looked
    for (int times = 0; times < 2; ++times) {
        QVERIFY(world.read(world.now - 200 * Second, world.now + Second));
        QVERIFY(!world.outcome().error && !world.outcome().localError);
        QCOMPARE(
            world.rows(), (QMap<RowId, QByteArray> { { 1, "seen" }, { 2, "told" }, { 3, "seen*" }, { 4, "told" } }));
    }
    // One that came back after all is there.
    world.live(1, world.now - 100 * Second, "back");
    world.agent.changed();
    QTRY_COMPARE(world.replica.table(TableId::Connections)->table().rowCount(), 2);
    QVERIFY(world.read(world.now - 200 * Second, world.now + Second));
    QCOMPARE(world.rows()[1], QByteArray("back*"));
}

void TestHistoryTable::anAgentThatIsAwayIsStoodInFor()
{
    World world;
    world.live(1, world.now - 100 * Second, "alice");
    world.live(2, world.now - 100 * Second, "bob");
    world.over(9, world.now - 100 * Second, world.now - 90 * Second, "early");
    world.keep();
    QVERIFY(world.connect());
    QVERIFY(world.leaves(1));
    QVERIFY(world.read(world.now - 200 * Second, world.now + Second));
    QCOMPARE(world.rows().keys(), (QList<RowId> { 1, 2, 9 }));
    world.agent.stop();
    QTRY_VERIFY(!world.link->isConnected());
    const qint64 lost = world.clock.nowUs();
    QVERIFY(world.read(world.now - 200 * Second, lost + 10 * Second));
    QVERIFY(world.outcome().error);
    QVERIFY(!world.outcome().localError);
    // Whoever was there still was there when last looked, and no more is known of them.
    QCOMPARE(world.rows(), (QMap<RowId, QByteArray> { { 1, "alice" }, { 2, "bob" } }));
    const Table &rows = world.table->table();
    const Table::Slot bob = rows.slotOf({ world.server, 2 });
    QVERIFY(!rows.column(history::EndedExact).flag(bob));
    QVERIFY(rows.column(history::Ended).number(bob) <= lost + Second / 10);
    const qint64 early = world.outcome().unwatched.first().fromUs - (world.now - 200 * Second);
    QVERIFY(std::abs(early) < Second / 10); // nobody could be asked of that
    // Back again, and so are they.
    QVERIFY(world.agent.start());
    world.link->retryNow();
    QTRY_VERIFY(world.link->state() == Link::State::Live);
    QVERIFY(world.read(world.now - 200 * Second, world.now + 10 * Second));
    QCOMPARE(world.rows(), (QMap<RowId, QByteArray> { { 1, "alice" }, { 2, "bob*" }, { 9, "early" } }));
}

void TestHistoryTable::watchedIsWhatEitherWatched()
{
    World world;
    world.keep();
    QVERIFY(world.connect());
    const qint64 watched = world.clock.nowUs();
    world.agent.unwatched = { { world.now - 100 * Second, world.now - 50 * Second },
        { world.now - 10 * Second, world.now + 100 * Second } };
    QTest::qWait(20);
    QVERIFY(world.read(world.now - 200 * Second, world.clock.nowUs()));
    const QList<Span> unwatched = world.outcome().unwatched;
    QCOMPARE(unwatched.size(), 2);
    QCOMPARE(unwatched[0], world.agent.unwatched[0]);
    QCOMPARE(unwatched[1].fromUs, world.now - 10 * Second);
    QVERIFY(unwatched[1].toUs <= watched); // from then on we looked
    // An agent that keeps none: what we watched is known.
    world.agent.historyFailure = Failed { ErrorCode::Unavailable, "This agent keeps no history." };
    QVERIFY(world.read(world.now - 200 * Second, world.clock.nowUs()));
    QVERIFY(world.outcome().error);
    QCOMPARE(world.outcome().unwatched.size(), 1);
    QVERIFY(world.outcome().unwatched[0].toUs <= watched);
}

void TestHistoryTable::isAsANaiveUnionWouldBe()
{
    World world;
    world.agent.partBytes = 2000;
    world.keep();
    QVERIFY(world.connect());
    QRandomGenerator random(17);
    struct Someone {
        qint64 since = 0;
        std::optional<qint64> told; ///< ended, as the agent has it
        bool seen = false; ///< by us, to end
        bool live = false;
    };
    QMap<RowId, Someone> truth;
    RowId next = 1;
    for (int round = 0; round < 25; ++round) {
        for (int i = random.bounded(30); i > 0; --i) {
            Someone one { world.now - qint64(random.bounded(5000)) * Second - Second / 2, {}, false, true };
            if (random.bounded(4) == 0) { // it was over before we looked
                one.live = false;
                one.told = one.since + qint64(random.bounded(100)) * Second;
                world.over(next, one.since, *one.told, "told");
            } else {
                world.live(next, one.since, "seen");
            }
            truth.insert(next++, one);
        }
        world.agent.changed();
        QTRY_COMPARE(world.replica.table(TableId::Connections)->table().rowCount(),
            world.agent.log(TableId::Connections).table().rowCount());
        for (auto it = truth.begin(); it != truth.end(); ++it) {
            if (!it->live || random.bounded(3) != 0)
                continue;
            it->live = false;
            it->seen = true;
            world.agent.log(TableId::Connections).remove(it.key());
            if (random.bounded(2) == 0) {
                it->told = world.now - Second / 4;
                world.over(it.key(), it->since, *it->told, "told");
            }
        }
        world.agent.changed();
        QTRY_COMPARE(world.replica.table(TableId::Connections)->table().rowCount(),
            world.agent.log(TableId::Connections).table().rowCount());
        const qint64 from = world.now - qint64(random.bounded(6000)) * Second;
        const qint64 to = random.bounded(2) == 0 ? world.clock.nowUs() : from + qint64(random.bounded(3000)) * Second;
        QVERIFY(world.read(from, to));
        QMap<RowId, QByteArray> expected;
        for (auto it = truth.cbegin(); it != truth.cend(); ++it) {
            if (it->live && wasThere(it->since, LiveEnd, from, to))
                expected.insert(it.key(), "seen*");
            else if (it->told && wasThere(it->since, *it->told, from, to))
                expected.insert(it.key(), "told");
            else if (it->seen && !it->told && wasThere(it->since, LiveEnd, from, to))
                expected.insert(
                    it.key(), "seen"); // it ended in the last seconds, which all spans before now lie before
            else if (it->seen && it->told && wasThere(it->since, world.clock.nowUs(), from, to) && from > *it->told)
                expected.insert(it.key(), "seen"); // the agent has it end before the span
        }
        QCOMPARE(world.rows(), expected);
    }
}

void TestHistoryTable::rowsSayHowLongTheyLasted()
{
    World world;
    world.over(1, world.now - 100 * Second, world.now - 40 * Second, "alice");
    world.live(2, world.now - 50 * Second, "bob");
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 200 * Second, world.now));
    const Table &rows = world.table->table();
    const Column &lasted = rows.column(history::Lasted);
    QCOMPARE(rows.schema().column(history::Lasted).key, QByteArray("lasted"));
    QCOMPARE(lasted.number(rows.slotOf({ world.server, 1 })), 60);
    const qint64 soFar = lasted.number(rows.slotOf({ world.server, 2 }));
    QVERIFY(soFar >= 50 && soFar < 80);
    QCOMPARE(world.table->serverColumn(), int(history::Lasted) + 1);
}

void TestHistoryTable::tooManyRowsAreCutShort()
{
    World world;
    world.agent.partBytes = 1000;
    for (RowId id = 1; id <= 300; ++id)
        world.over(id, world.now - 100 * Second, world.now - 40 * Second, "user");
    world.live(999, world.now - 100 * Second, "bob");
    world.keep();
    world.reader->setMostRows(100);
    QVERIFY(world.connect());
    QVERIFY(world.read(world.now - 200 * Second, world.now));
    QVERIFY(world.outcome().error);
    QVERIFY(world.outcome().error->detail.contains(QStringLiteral("choose a shorter span")));
    QVERIFY(world.rows().size() > 1 && world.rows().size() <= 101);
    QVERIFY(world.rows().contains(999));
    QCOMPARE(world.outcome().unwatched.size(), 1); // not all is known of any of it
    QTRY_COMPARE(world.agent.historiesEnded, 1);
    world.reader->setMostRows(0);
    QVERIFY(world.read(world.now - 200 * Second, world.now));
    QVERIFY(!world.outcome().error);
    QCOMPARE(world.rows().size(), 301);
}

void TestHistoryTable::theDayBeforeIsFilledIn()
{
    World world;
    constexpr qint64 Hour = 3600 * Second;
    const ChangeLog::Cell imap[] { { connections::Protocol, QByteArray("imap") } };
    world.over(1, world.now - 5 * Hour, world.now - 3 * Hour, "alice");
    world.agent.history().put(1, imap);
    world.live(2, world.now - 2 * Hour, "bob");
    world.agent.log(TableId::Connections).put(2, imap);
    world.agent.unwatched = { { 0, world.now - 10 * Hour } };
    CountSeries series(world.replica);
    CountSeeder seeder(world.replica, series, 1ms);
    QSignalSpy finished(&seeder, &CountSeeder::finished);
    QSignalSpy seeded(&series, &CountSeries::seeded);
    QVERIFY(world.connect());
    series.sample();
    seeder.seed(world.link.get());
    seeder.seed(world.link.get()); // once is enough
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000);
    QVERIFY(world.agent.histories.size() <= 26);
    for (const History &asked : std::as_const(world.agent.histories)) // an hour at a time
        QVERIFY(asked.toUs - asked.fromUs <= Hour);
    const auto at = [&](qint64 ago) -> std::optional<int> {
        const CountCurve curve = series.curve(world.server, world.now - ago, 60 * Second, 1);
        return curve.known[0] ? std::optional(curve.points[0].value("imap").total()) : std::nullopt;
    };
    QCOMPARE(at(Hour), std::optional(1));
    QCOMPARE(at(2 * Hour + Hour / 2), std::optional(0));
    QCOMPARE(at(4 * Hour), std::optional(1));
    QCOMPARE(at(8 * Hour), std::optional(0));
    QCOMPARE(at(12 * Hour), std::nullopt); // nobody watched: missing, not none
    QVERIFY(!seeded.isEmpty()); // so that the cache keeps them
    // Nothing is lacking now but what nobody knows: asked for once more, no more.
    const qsizetype asked = world.agent.histories.size();
    seeder.seed(world.link.get());
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 2, 20'000);
    QVERIFY(world.agent.histories.size() - asked <= 17);
    // Who goes is asked no more.
    world.agent.stop();
    QTRY_VERIFY(!world.link->isConnected());
    seeder.seed(world.link.get());
    QTRY_COMPARE(finished.size(), 3);
}

void TestHistoryTable::whoeverHasTooMuchToTellIsLeftAlone()
{
    World world;
    for (RowId id = 1; id <= 300; ++id)
        world.over(id, world.now - 3000 * Second, world.now - 2000 * Second, "user");
    world.agent.partBytes = 1000;
    CountSeries series(world.replica);
    CountSeeder seeder(world.replica, series, 1ms, 50);
    QSignalSpy finished(&seeder, &CountSeeder::finished);
    QVERIFY(world.connect());
    seeder.seed(world.link.get());
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 20'000);
    QVERIFY(world.agent.histories.size() <= 2);
    seeder.seed(world.link.get());
    QTest::qWait(20);
    QVERIFY(world.agent.histories.size() <= 2); // not again
}

QTEST_GUILESS_MAIN(TestHistoryTable)
#include "tst_historytable.moc"
