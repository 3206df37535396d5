// SPDX-License-Identifier: GPL-3.0-or-later
// What the link to one server promises: it fills the replica, comes back by itself, resumes where it was, mends what
// does not fit, answers every request once, and says why it is down.
#include "core/client/enrolment.h"
#include "core/client/link.h"
#include "core/client/replica.h"
#include "tests/support/fakeagent.h"

#include <QSignalSpy>
#include <QTest>

using namespace mailhelm;
using namespace std::chrono_literals;
using State = Link::State;

namespace
{

const Identity &me()
{
    static const Identity identity = Identity::make(QStringLiteral("me")).value();
    return identity;
}

constexpr LinkTimes Short { 2s, 500ms, 100ms, 400ms, 20ms, 100ms };

/// An agent with some rows, and a link to it.
struct World {
    explicit World(LinkTimes chosen = Short)
        : agent(clock)
        , replica(clock)
        , times(chosen)
    {
        agent.allow(me().pin(), Role::Operator);
        const auto started = agent.start();
        if (!started)
            qFatal("%s", qUtf8Printable(started.error().detail));
        server = replica.addServer("mx1");
        link = make();
    }
    std::unique_ptr<Link> make()
    {
        return std::make_unique<Link>(server, LinkTarget { QStringLiteral("127.0.0.1"), agent.port(), agent.pin() },
            me(), replica, clock, "test", times);
    }
    void put(RowId id, const QByteArray &user)
    {
        const ChangeLog::Cell cells[] { { connections::User, user }, { connections::Port, qint64(id) } };
        agent.log(TableId::Connections).put(id, cells);
    }
    void touch(RowId id, qint64 bytes)
    {
        const ChangeLog::Cell cells[] { { connections::BytesIn, bytes } };
        agent.log(TableId::Connections).put(id, cells);
    }
    ReplicaTable &table() { return *replica.table(TableId::Connections); }
    /// id → user, as the replica has it.
    QMap<RowId, QByteArray> rows()
    {
        QMap<RowId, QByteArray> out;
        const Table &t = table().table();
        for (Table::Slot slot = 0; slot < t.slotEnd(); ++slot)
            if (t.isLive(slot))
                out.insert(t.keyAt(slot).id, t.column(connections::User).text(slot).toByteArray());
        return out;
    }
    bool same()
    {
        QMap<RowId, QByteArray> truth;
        const Table &t = agent.log(TableId::Connections).table();
        for (Table::Slot slot = 0; slot < t.slotEnd(); ++slot)
            if (t.isLive(slot))
                truth.insert(t.keyAt(slot).id, t.column(connections::User).text(slot).toByteArray());
        return truth == rows();
    }

    SystemClock clock;
    FakeAgent agent;
    Replica replica;
    LinkTimes times;
    quint16 server = 0;
    std::unique_ptr<Link> link;
};

} // namespace

class TestLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsTheAgent();
    void knowsWhatTheWelcomeSaid();
    void resumesAfterALoss();
    void resumesWhereNothingHappened();
    void survivesABreakInTheMiddleOfASnapshot();
    void turnsANewEpochIntoDifferences();
    void subscribesAnewWhereAChangeDoesNotFit();
    void bringsVolatileColumnsMissedWhileAway();
    void refusesAWrongPin();
    void refusesAnUnknownKey();
    void refusesAnotherProtocol();
    void obeysAFarewell_data();
    void obeysAFarewell();
    void givesUpOnASilentAgent();
    void noticesADeafAgent();
    void saysWhyNobodyAnswers();
    void answersRequestsOnce();
    void dropsByTheThousand();
    void actsOnPeople();
    void actsInSmallBatchesThatCanBeStopped();
    void saysWhatCannotBeDone();
    void failsRequestsWithoutConnection();
    void timesRequestsOut();
    void stopsForGood();
    void goesLiveWithoutATableThatIsMissing();
    void knowsTheClocksOffset();
    void enrols();
    void enrolsOnlyOnce();
    void enrolsWithNobodyElse();
};

void TestLink::followsTheAgent()
{
    World world;
    world.put(1, "alice");
    world.put(2, "bob");
    QSignalSpy live(world.link.get(), &Link::tableLive);
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    QCOMPARE(live.size(), 1);
    QVERIFY(world.same());
    QCOMPARE(world.table().freshness(world.server).state, Freshness::State::Live);
    world.put(3, "carol");
    world.put(1, "alice2");
    world.agent.log(TableId::Connections).remove(2);
    world.agent.changed();
    QTRY_VERIFY(world.same());
    QCOMPARE(world.rows().size(), 2);
    QCOMPARE(world.agent.snapshots, 1);
}

void TestLink::knowsWhatTheWelcomeSaid()
{
    World world;
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live); // nothing is subscribed: nothing is missing
    QCOMPARE(world.link->role(), Role::Operator);
    QCOMPARE(world.link->admin(), "tester");
    QCOMPARE(world.link->serverName(), "mx1.example.org");
    QCOMPARE(world.link->services().first().idleTimeoutMs, 1'800'000);
    QCOMPARE(world.link->services().first().userAddressLimit, std::optional<qint64>(20));
    QCOMPARE(world.link->graceMs(), std::optional<qint64>(qint64(14) * 86'400'000));
    QVERIFY(world.link->offers(TableId::Audit));
    QCOMPARE(world.link->statusText(), QStringLiteral("live"));
}

void TestLink::resumesAfterALoss()
{
    World world;
    for (RowId id = 1; id <= 500; ++id)
        world.put(id, "user" + QByteArray::number(id));
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);

    world.agent.stop();
    QTRY_COMPARE(world.link->state(), State::Waiting);
    QCOMPARE(world.table().freshness(world.server).state, Freshness::State::Stale);
    QVERIFY(world.link->statusText().startsWith(QStringLiteral("connection lost 0 s ago: ")));
    QCOMPARE(world.rows().size(), 500); // what was known is still there
    world.put(7, "changed while away");
    world.agent.log(TableId::Connections).remove(9);
    QSignalSpy published(&world.table(), &LiveTable::published);
    QVERIFY(world.agent.start().ok());
    QTRY_COMPARE(world.link->state(), State::Live);
    QTRY_VERIFY(world.same());
    QCOMPARE(world.agent.snapshots, 1); // it was not told everything again
    QCOMPARE(world.agent.resumes, 1);
    QCOMPARE(published.size(), 1);
    const auto publication = published.first().first().value<Publication>();
    QCOMPARE(publication.changed.size(), 1);
    QCOMPARE(publication.removed.size(), 1);
    QCOMPARE(publication.inserted.size(), 0);
}

void TestLink::resumesWhereNothingHappened()
{
    World world;
    world.put(1, "alice");
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    world.agent.stop();
    QTRY_COMPARE(world.link->state(), State::Waiting);
    QVERIFY(world.agent.start().ok());
    QTRY_COMPARE(world.link->state(), State::Live); // although the agent has nothing to send
    QVERIFY(world.link->isLive(TableId::Connections));
    QCOMPARE(world.table().freshness(world.server).state, Freshness::State::Live); // and so are its rows
    QCOMPARE(world.agent.resumes, 1);
}

void TestLink::survivesABreakInTheMiddleOfASnapshot()
{
    World world;
    for (RowId id = 1; id <= 3000; ++id)
        world.put(id, "user" + QByteArray::number(id));
    world.agent.partBytes = 4 * 1024;
    world.agent.partsLimit = 5;
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_VERIFY(world.agent.greetings >= 2); // broken off, and back
    QTRY_COMPARE(world.link->state(), State::Live);
    QVERIFY(world.same());
    QCOMPARE(world.agent.snapshots, 2); // half a snapshot is nothing to resume from
}

void TestLink::turnsANewEpochIntoDifferences()
{
    World world;
    for (RowId id = 1; id <= 300; ++id)
        world.put(id, "user" + QByteArray::number(id));
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    world.agent.stop();
    QTRY_COMPARE(world.link->state(), State::Waiting);
    world.agent.newEpoch(true);
    world.agent.log(TableId::Connections).remove(5);
    world.put(1000, "new");
    world.put(3, "other");
    QList<int> counts { 0, 0, 0, 0 };
    connect(&world.table(), &LiveTable::published, this, [&counts](const Publication &p) {
        counts[0] += int(p.inserted.size());
        counts[1] += int(p.changed.size());
        counts[2] += int(p.touched.size());
        counts[3] += int(p.removed.size());
    });
    QVERIFY(world.agent.start().ok());
    QTRY_COMPARE(world.link->state(), State::Live);
    QVERIFY(world.same());
    QCOMPARE(counts, QList<int>({ 1, 1, 0, 1 }));
}

void TestLink::subscribesAnewWhereAChangeDoesNotFit()
{
    World world;
    world.put(1, "alice");
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    world.agent.wrongBase = true;
    world.put(2, "bob");
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("does not continue what is held.*subscribing anew")));
    world.agent.changed();
    QTRY_COMPARE(world.agent.snapshots, 2);
    QTRY_VERIFY(world.same());
    QTRY_COMPARE(world.link->state(), State::Live);
    QCOMPARE(world.agent.greetings, 1); // on the same connection
    world.put(3, "carol");
    world.agent.changed();
    QTRY_VERIFY(world.same());
}

void TestLink::bringsVolatileColumnsMissedWhileAway()
{
    World world;
    world.put(1, "alice");
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    world.agent.stop();
    world.touch(1, 4711);
    QVERIFY(world.agent.start().ok());
    QTRY_COMPARE(world.table().table().column(connections::BytesIn).value(0), Value(qint64(4711)));
}

void TestLink::refusesAWrongPin()
{
    World world;
    world.agent.stop();
    world.agent.makeNewKey();
    QVERIFY(world.agent.start().ok());
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Refused);
    QVERIFY(world.link->lastError()->detail.contains(QStringLiteral("another key")));
    QVERIFY(!world.link->seenPin().isNull());
    QVERIFY(world.link->seenPin() != world.link->target().pin);
    QTest::qWait(300);
    QCOMPARE(world.link->state(), State::Refused); // no use in trying again
    QCOMPARE(world.link->nextTryMs(), -1);
}

void TestLink::refusesAnUnknownKey()
{
    World world;
    world.agent.forget(me().pin());
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Refused);
    QCOMPARE(world.link->lastError()->detail, QStringLiteral("This key is not known here."));
    world.agent.allow(me().pin(), Role::Viewer);
    world.link->retryNow();
    QTRY_COMPARE(world.link->state(), State::Live);

    World second;
    second.agent.forget(me().pin());
    (void)second.agent.invite(Role::Viewer); // now strangers are let in, but only to enrol
    second.link->start();
    QTRY_COMPARE(second.link->state(), State::Refused);
    QVERIFY(second.link->lastError()->detail.contains(QStringLiteral("mailhelmd enroll")));
}

void TestLink::refusesAnotherProtocol()
{
    World world;
    world.agent.protocol = 2;
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Refused);
    QVERIFY(world.link->lastError()->detail.contains(QStringLiteral("protocol 2")));
}

void TestLink::obeysAFarewell_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("fatal");
    QTest::newRow("revoked") << int(ErrorCode::PermissionDenied) << true;
    QTest::newRow("refused") << int(ErrorCode::Refused) << true;
    QTest::newRow("shutting down") << int(ErrorCode::Unavailable) << false;
}

void TestLink::obeysAFarewell()
{
    QFETCH(int, code);
    QFETCH(bool, fatal);
    World world;
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    world.agent.dismissAll(ErrorCode(code),
        "because of \xE2\x80\xAE"
        "me");
    QTRY_COMPARE(world.link->state(), fatal ? State::Refused : State::Waiting);
    QCOMPARE(world.link->lastError()->detail, QStringLiteral("because of \\u{202E}me")); // shown harmless
    if (!fatal)
        QTRY_COMPARE(world.link->state(), State::Live);
}

void TestLink::givesUpOnASilentAgent()
{
    World world;
    world.agent.silent = true;
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Authenticating);
    QTRY_COMPARE(world.link->state(), State::Waiting);
    QCOMPARE(world.link->lastError()->code, ErrorCode::TimedOut);
    world.agent.silent = false;
    QTRY_COMPARE(world.link->state(), State::Live);
}

void TestLink::noticesADeafAgent()
{
    World world;
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    QTRY_VERIFY(world.agent.pings >= 3); // kept alive by pings
    QCOMPARE(world.agent.greetings, 1);
    world.agent.deaf = true;
    QTRY_COMPARE(world.link->state(), State::Waiting);
    QCOMPARE(world.link->lastError()->code, ErrorCode::TimedOut);
}

void TestLink::saysWhyNobodyAnswers()
{
    World world;
    world.agent.stop();
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Waiting);
    QVERIFY(world.link->lastError()->detail.contains(QStringLiteral("nothing listens on this port")));
    QVERIFY(world.link->statusText().startsWith(QStringLiteral("no connection: ")));
    QVERIFY(world.link->nextTryMs() >= 0);
}

void TestLink::answersRequestsOnce()
{
    World world;
    world.put(1, "alice");
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    int answers = 0;
    world.link->journal(1, this, [&](const Result<JournalLines> &answer) {
        ++answers;
        QVERIFY(answer.ok());
        QCOMPARE(answer.value().lines.size(), 2);
    });
    world.link->status(this, [&](const Result<StatusReport> &answer) {
        ++answers;
        QVERIFY(answer.ok());
        QCOMPARE(answer.value().serverName, "mx1.example.org");
    });
    world.link->refresh(TableId::Connections, this, [&](const Result<Done> &answer) {
        ++answers;
        QVERIFY(answer.ok());
    });
    world.link->drop({ 1, 99 }, this, [&](const Result<Outcomes> &answer) {
        ++answers;
        QVERIFY(answer.ok());
        QCOMPARE(answer.value().targets.size(), 2);
        QCOMPARE(answer.value().targets[0].code, Outcomes::Code::Done);
        QCOMPARE(answer.value().targets[1].code, Outcomes::Code::Gone);
    });
    {
        QObject shortLived;
        world.link->status(
            &shortLived, [&](const Result<StatusReport> &) { QFAIL("answered to somebody who is gone"); });
    }
    const quint32 cancelled
        = world.link->status(this, [&](const Result<StatusReport> &) { QFAIL("answered after cancel()"); });
    world.link->cancel(cancelled);
    QTRY_COMPARE(answers, 4);
    QTest::qWait(700); // past every timeout
    QCOMPARE(answers, 4);
}

void TestLink::dropsByTheThousand()
{
    World world;
    QList<RowId> ids;
    for (RowId id = 1; id <= 2500; ++id)
        ids.append(id);
    world.agent.onDrop = [](RowId id) {
        return Outcomes::Target { id, id % 2 ? Outcomes::Code::Done : Outcomes::Code::Refused, "even" };
    };
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    std::optional<Outcomes> outcomes;
    world.link->drop(ids, this, [&](const Result<Outcomes> &answer) { outcomes = answer.value(); });
    QTRY_VERIFY(outcomes);
    QCOMPARE(world.agent.drops.size(), 3);
    QCOMPARE(world.agent.drops[0].size(), 1000);
    QCOMPARE(outcomes->targets.size(), 2500);
    QCOMPARE(outcomes->targets[2499].id, RowId(2500));
    QCOMPARE(outcomes->targets[2499].code, Outcomes::Code::Refused);
}

void TestLink::actsOnPeople()
{
    World world;
    for (const RowId id : { 1, 2 }) {
        const ChangeLog::Cell user[] = { { 0, QByteArray("user") + QByteArray::number(id) } };
        for (const TableId table : { TableId::Webmail, TableId::Users, TableId::Deleted })
            world.agent.log(table).put(id, user);
    }
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    QList<Outcomes> answers;
    const auto take = [&](const Result<Outcomes> &answer) {
        QVERIFY(answer.ok());
        answers.append(answer.value());
    };
    world.link->endSessions({ 1, 9 }, this, take);
    world.link->setAccounts(AccountChange::Enable, { 1 }, this, take);
    world.link->setAccounts(AccountChange::Block, { 2 }, this, take);
    world.link->setAccounts(AccountChange::Disable, { 1 }, this, take);
    world.link->deleteAccounts({ 1 }, "left", this, take);
    world.link->restoreAccounts({ 2 }, this, take);
    QTRY_COMPARE(answers.size(), 6);
    QByteArrayList actions;
    for (const FakeAgent::Act &act : world.agent.acts)
        actions.append(act.action);
    QCOMPARE(actions, QByteArrayList({ "end", "enable", "block", "disable", "delete", "restore" }));
    QCOMPARE(world.agent.acts[4].reason, "left");
    QCOMPARE(answers[0].targets[0].code, Outcomes::Code::Done);
    QCOMPARE(answers[0].targets[1].code, Outcomes::Code::Gone);
}

void TestLink::actsInSmallBatchesThatCanBeStopped()
{
    World world;
    QList<RowId> ids;
    for (RowId id = 1; id <= 100; ++id) {
        const ChangeLog::Cell user[] = { { users::User, QByteArray("user") } };
        world.agent.log(TableId::Users).put(id, user);
        ids.append(id);
    }
    world.agent.actAfterMs = 600; // longer than other requests may take: accounts have limits of their own
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    std::optional<Outcomes> outcomes;
    QList<qsizetype> progress;
    quint32 request = 0;
    request = world.link->deleteAccounts(
        ids, "left", this, [&](const Result<Outcomes> &answer) { outcomes = answer.value(); },
        [&](const Outcomes &soFar) {
            progress.append(soFar.targets.size());
            if (progress.size() == 2)
                world.link->stop(request);
        });
    QTRY_VERIFY_WITH_TIMEOUT(outcomes, 20'000);
    QCOMPARE(progress.size(), 2);
    QCOMPARE(world.agent.acts.size(), 2);
    QCOMPARE(outcomes->targets.size(), progress.last());
    QVERIFY(outcomes->targets.size() < 100); // the others were not asked for
    for (const Outcomes::Target &target : outcomes->targets)
        QCOMPARE(target.code, Outcomes::Code::Done);
}

void TestLink::saysWhatCannotBeDone()
{
    World world;
    world.agent.dropRefusal = "no capability";
    world.agent.refusals = { { "delete", "no archive" }, { "block", "one flag for all" } };
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    QCOMPARE(world.link->refusals(),
        QList<Refusal>({ { "drop", "no capability" }, { "delete", "no archive" }, { "block", "one flag for all" } }));
    QCOMPARE(world.link->refusalOf("drop"), "no capability");
    QCOMPARE(world.link->refusalOf("delete"), "no archive");
    QCOMPARE(world.link->refusalOf("block"), "one flag for all");
    QCOMPARE(world.link->refusalOf("disable"), "");
    QCOMPARE(world.link->refusalOf("end"), "");
}

void TestLink::failsRequestsWithoutConnection()
{
    World world;
    bool asking = true;
    std::optional<Error> error;
    world.link->drop({ 1 }, this, [&](const Result<Outcomes> &answer) {
        QVERIFY(!asking); // never from within the question
        error = answer.error();
    });
    asking = false;
    QTRY_VERIFY(error);
    QCOMPARE(error->code, ErrorCode::Unavailable);

    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    world.agent.deaf = true;
    error.reset();
    world.link->status(this, [&](const Result<StatusReport> &answer) { error = answer.error(); });
    world.agent.stop();
    QTRY_VERIFY(error);
    QCOMPARE(error->code, ErrorCode::Unavailable);
}

void TestLink::timesRequestsOut()
{
    LinkTimes times = Short;
    times.deadAfter = 10s;
    times.reply = 200ms;
    World world(times);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    world.agent.deaf = true;
    std::optional<Error> error;
    world.link->status(this, [&](const Result<StatusReport> &answer) { error = answer.error(); });
    QTRY_VERIFY(error);
    QCOMPARE(error->code, ErrorCode::TimedOut);
    QCOMPARE(world.link->state(), State::Live); // one slow answer is no lost connection
}

void TestLink::stopsForGood()
{
    World world;
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    world.link->stop();
    QCOMPARE(world.link->state(), State::Idle);
    QCOMPARE(world.table().freshness(world.server).state, Freshness::State::Stale);
    QTest::qWait(300);
    QCOMPARE(world.agent.greetings, 1);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
}

void TestLink::goesLiveWithoutATableThatIsMissing()
{
    World world;
    world.agent.missing.insert(TableId::Audit);
    world.link->subscribe(TableId::Audit);
    world.link->subscribe(TableId::Connections);
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    QVERIFY(!world.link->offers(TableId::Audit));
    QVERIFY(!world.link->isLive(TableId::Audit));
}

void TestLink::knowsTheClocksOffset()
{
    World world;
    world.agent.clockAheadUs = 3'600'000'000;
    world.link->start();
    QTRY_COMPARE(world.link->state(), State::Live);
    QTRY_VERIFY(world.agent.pings >= 1);
    QTRY_VERIFY(qAbs(world.replica.clockOffsetUs(world.server) - 3'600'000'000) < 100'000);
    QCOMPARE(world.table().filterTime().offsetOf(world.server), world.replica.clockOffsetUs(world.server));
    world.agent.clockAheadUs = -60'000'000; // somebody set it
    QTRY_VERIFY(qAbs(world.replica.clockOffsetUs(world.server) + 60'000'000) < 100'000);
}

void TestLink::enrols()
{
    World world;
    const Identity fresh = Identity::make(QStringLiteral("fresh")).value();
    Enrolment enrolment(fresh);
    QSignalSpy enrolled(&enrolment, &Enrolment::enrolled);
    enrolment.start(QStringLiteral("  ") + world.agent.invite(Role::Manager) + QStringLiteral("\n"));
    QTRY_COMPARE(enrolled.size(), 1);
    const auto server = enrolled.first().first().value<SavedServer>();
    QCOMPARE(server.name, QStringLiteral("mx1.example.org"));
    QCOMPARE(server.role, Role::Manager);
    QCOMPARE(server.pin, world.agent.pin());
    QCOMPARE(server.port, world.agent.port());
    Link link(world.server, server.target(), fresh, world.replica, world.clock, "test", Short);
    link.start();
    QTRY_COMPARE(link.state(), State::Live);
    QCOMPARE(link.role(), Role::Manager);
}

void TestLink::enrolsOnlyOnce()
{
    World world;
    const QString link = world.agent.invite(Role::Viewer);
    (void)world.agent.invite(Role::Viewer); // so that strangers are let in at all
    Enrolment first(Identity::make(QStringLiteral("first")).value());
    QSignalSpy enrolled(&first, &Enrolment::enrolled);
    first.start(link);
    QTRY_COMPARE(enrolled.size(), 1);
    Enrolment second(Identity::make(QStringLiteral("second")).value());
    QSignalSpy failed(&second, &Enrolment::failed);
    second.start(link);
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed.first().first().value<Error>().detail.contains(QStringLiteral("token was used")));
    QTest::qWait(100);
    QCOMPARE(failed.size(), 1); // though the connection was closed as well
}

void TestLink::enrolsWithNobodyElse()
{
    World world;
    const QString link = world.agent.invite(Role::Viewer);
    world.agent.stop();
    world.agent.makeNewKey();
    QVERIFY(world.agent.start().ok());
    Enrolment enrolment(Identity::make(QStringLiteral("careful")).value());
    QSignalSpy failed(&enrolment, &Enrolment::failed);
    enrolment.start(link);
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.first().first().value<Error>().code, ErrorCode::Refused);
    QCOMPARE(world.agent.greetings, 0); // the token was not said

    Enrolment mistyped(me());
    QSignalSpy wrong(&mistyped, &Enrolment::failed);
    mistyped.start(QStringLiteral("http://example.org"));
    QCOMPARE(wrong.size(), 0); // from the event loop
    QTRY_COMPARE(wrong.size(), 1);
    QCOMPARE(wrong.first().first().value<Error>().code, ErrorCode::InvalidArgument);
}

QTEST_GUILESS_MAIN(TestLink)
#include "tst_link.moc"
