// SPDX-License-Identifier: GPL-3.0-or-later
// From the socket table to an answer: what the join sees end is history, with what was known of it; what nobody saw end
// is told as such.
#include "core/agent/connectionjoin.h"
#include "core/agent/historykeeper.h"
#include "core/agent/people.h"
#include "core/protocol/codec.h"
#include "core/table/historyrow.h"

#include <QTemporaryDir>
#include <QTest>

#include <netinet/tcp.h>

using namespace mailhelm;
namespace c = mailhelm::connections;
using Span = HistoryDone::Span;

namespace
{

constexpr qint64 Second = 1'000'000;

QList<ServiceConfig> services()
{
    ServiceConfig imap;
    imap.name = "IMAP";
    imap.listen = { { std::nullopt, 143 } };
    imap.protocol = "imap";
    imap.by = "dovecot";
    return { imap };
}

SocketObservation socketOf(quint64 cookie, quint64 bytesIn = 0)
{
    SocketObservation s;
    s.cookie = cookie;
    s.inode = 1;
    s.family = 2;
    s.state = TCP_ESTABLISHED;
    s.local = { Address::fromV4(0xc0000201), 143 };
    s.peer = { Address::fromV4(0xc6336400 + quint32(cookie)), quint16(40'000 + cookie) };
    s.bytesIn = bytesIn;
    return s;
}

struct Row {
    qint64 ended = 0;
    bool exact = false;
    QByteArray user;
    qint64 bytesIn = -1;
    friend bool operator==(const Row &, const Row &) = default;
};
struct Told {
    QMap<RowId, Row> rows;
    QList<Span> unwatched;
    std::optional<Error> error;
};

/// An agent's inside, without door and sources. run() begins a new life of it, with the same files.
struct World {
    World() { run(); }
    ~World() { keeper.reset(); }
    void run()
    {
        if (keeper)
            keeper->stop();
        keeper.reset();
        join.reset();
        registry = std::make_unique<Registry>(++epoch, RowIds("boot", QByteArray(32, 'k')));
        join = std::make_unique<ConnectionJoin>(services(), *registry, clock);
        keeper = std::make_unique<HistoryKeeper>(
            folder.filePath(QStringLiteral("history.db")), HistoryConfig(), *registry, clock);
        QObject::connect(join.get(), &ConnectionJoin::ended, keeper.get(),
            [this](const RowEnd &end) { keeper->ended(TableId::Connections, end); });
        keeper->start();
    }
    void scan(const QList<SocketObservation> &sockets)
    {
        clock.advanceUs(Second);
        join->onScan({ clock.nowUs(), sockets });
        keeper->looked(TableId::Connections);
    }
    RowId id(quint64 cookie) const { return registry->ids().ofSocket(0, cookie); }
    void logIn(quint64 cookie, const QByteArray &user)
    {
        SessionFacts facts;
        facts.source = "dovecot";
        facts.key = facts.session.emplace("session-" + user);
        facts.protocol = "imap";
        facts.peer = socketOf(cookie).peer;
        facts.lineTime = facts.began = clock.nowUs();
        facts.login = facts.lineTime;
        facts.user = user;
        join->onFacts(facts);
    }
    Told ask(qint64 from, qint64 to)
    {
        Told told;
        const quint64 query = keeper->open(3, { from, to });
        Q_ASSERT(query != 0);
        ChangesDecoder decoder;
        bool over = false;
        QObject context;
        std::function<void()> more = [&] {
            keeper->next(query, &context, [&](const HistoryPart &part) {
                told.error = part.error;
                told.unwatched = part.unwatched;
                over = part.last || part.error;
                if (part.error)
                    return;
                const ChangeSet changes
                    = decoder.decode(peekHead(part.payload).value().body, schemaOf(TableId::History)).value();
                for (const RowGroup &group : changes.groups)
                    for (qsizetype i = 0; i < group.ids.size(); ++i) {
                        const auto &value = group.values;
                        told.rows.insert(group.ids[i],
                            { value[history::Ended].number(i), value[history::EndedExact].flag(i),
                                value[c::User].isKnown(i) ? value[c::User].text(i).toByteArray() : QByteArray("?"),
                                value[c::BytesIn].isKnown(i) ? value[c::BytesIn].number(i) : -1 });
                    }
                if (!over)
                    more();
            });
        };
        more();
        if (!QTest::qWaitFor([&] { return over; }, 20'000))
            qWarning("no answer");
        keeper->close(query);
        return told;
    }
    Told all() { return ask(0, LiveEnd); }

    QTemporaryDir folder;
    ManualClock clock;
    quint64 epoch = 0;
    std::unique_ptr<Registry> registry;
    std::unique_ptr<ConnectionJoin> join;
    std::unique_ptr<HistoryKeeper> keeper;
};

} // namespace

class TestHistoryKeeper : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }
    void theKernelsNoticeIsExact();
    void aScanIsNot();
    void aRestartFindsOutWhoIsGone();
    void aTimeWithoutSightIsNoEnd();
    void sessionsOfTheLogAlone();
    void webmailSessions();
    void aWebmailThatIsLateEndsNothing();
    void aClockThatIsSetBack();
    void whatIsLiveIsNotTold();
    void onlySoManyAtOnce();
};

void TestHistoryKeeper::theKernelsNoticeIsExact()
{
    World world;
    world.scan({ socketOf(1, 100), socketOf(2) });
    world.logIn(1, "alice");
    const RowId id = world.id(1);
    world.clock.advanceUs(300'000);
    const qint64 ended = world.clock.nowUs();
    world.join->onClosed({ ended, 1, 0, 4242, 17 });
    const Told told = world.all();
    QCOMPARE(told.rows, (QMap<RowId, Row> { { id, { ended, true, "alice", 4242 } } }));
}

void TestHistoryKeeper::aScanIsNot()
{
    World world;
    world.scan({ socketOf(1, 100) });
    world.clock.advanceUs(4 * Second);
    world.scan({ socketOf(1, 100) });
    const qint64 seen = world.clock.nowUs();
    world.clock.advanceUs(4 * Second);
    world.scan({});
    QCOMPARE(world.all().rows, (QMap<RowId, Row> { { world.id(1), { seen, false, "?", 100 } } }));
}

void TestHistoryKeeper::aRestartFindsOutWhoIsGone()
{
    World world;
    world.scan({ socketOf(1), socketOf(2), socketOf(3) });
    world.logIn(2, "bob");
    const RowId bob = world.id(2);
    world.clock.advanceUs(10 * Second);
    const qint64 stopped = world.clock.nowUs();
    world.run();
    world.clock.advanceUs(100 * Second);
    world.scan({ socketOf(1), socketOf(4) });
    const qint64 looked = world.clock.nowUs();
    Told told = world.all();
    QCOMPARE(told.rows.keys(), QMap({ std::pair(bob, 0), { world.id(3), 0 } }).keys());
    QCOMPARE(told.rows[bob], (Row { stopped, false, "bob", 0 }));
    told = world.ask(stopped - Second, world.clock.nowUs());
    QCOMPARE(told.unwatched, (QList<Span> { { stopped, looked } }));
    // And again: nothing twice.
    world.run();
    world.scan({ socketOf(1), socketOf(4) });
    QCOMPARE(world.all().rows.size(), 2);
}

void TestHistoryKeeper::aTimeWithoutSightIsNoEnd()
{
    World world;
    world.scan({ socketOf(1), socketOf(2) });
    world.logIn(1, "alice");
    world.clock.advanceUs(10 * Second);
    (void)world.all(); // writes
    const qint64 seen = world.clock.nowUs();
    world.keeper->lostSight(TableId::Connections);
    world.join->setSocketsAvailable(false);
    world.clock.advanceUs(50 * Second);
    SessionFacts facts;
    facts.source = "dovecot";
    facts.key = "session-alice";
    facts.protocol = "imap";
    facts.lineTime = world.clock.nowUs();
    facts.ended = true;
    world.join->onFacts(facts);
    QVERIFY(world.all().rows.isEmpty());
    world.join->setSocketsAvailable(true);
    world.scan({ socketOf(2) });
    const qint64 looked = world.clock.nowUs();
    const Told told = world.ask(seen - Second, LiveEnd);
    QCOMPARE(told.rows.keys(), QList<RowId> { world.id(1) });
    QCOMPARE(told.rows.first(), (Row { seen, false, "alice", 0 }));
    QVERIFY(told.unwatched.contains(Span { seen, looked }));
}

void TestHistoryKeeper::sessionsOfTheLogAlone()
{
    World world;
    world.join->setSocketsAvailable(false);
    world.logIn(1, "alice");
    SessionFacts facts = {};
    facts.source = "dovecot";
    facts.key = "session-alice";
    facts.protocol = "imap";
    facts.user = "alice";
    facts.ended = true;
    world.clock.advanceUs(20 * Second);
    facts.lineTime = world.clock.nowUs();
    world.join->onFacts(facts);
    const Told told = world.all();
    QCOMPARE(told.rows.size(), 1);
    QCOMPARE(told.rows.first(), (Row { facts.lineTime, true, "alice", -1 }));
    QVERIFY(!told.unwatched.isEmpty());
}

void TestHistoryKeeper::webmailSessions()
{
    World world;
    const qint64 started = world.clock.nowUs();
    const ChangeLog::Cell cells[] { { webmail::User, QByteArray("wanda") }, { webmail::Started, started } };
    for (const RowId id : { RowId(5), RowId(6) })
        world.registry->put(TableId::Webmail, id, cells);
    world.keeper->looked(TableId::Webmail);
    world.clock.advanceUs(60 * Second);
    world.keeper->ended(TableId::Webmail, { 5, world.clock.nowUs(), true, {}, {} });
    world.registry->remove(TableId::Webmail, 5);
    const RowId first = historyId(TableId::Webmail, 5, started);
    QCOMPARE(world.all().rows, (QMap<RowId, Row> { { first, { world.clock.nowUs(), true, "wanda", -1 } } }));
    // The same id with a later login is another row.
    const qint64 again = world.clock.nowUs();
    const ChangeLog::Cell later[] { { webmail::User, QByteArray("willi") }, { webmail::Started, again } };
    world.registry->put(TableId::Webmail, 5, later);
    world.clock.advanceUs(60 * Second);
    world.keeper->ended(TableId::Webmail, { 5, world.clock.nowUs(), true, {}, {} });
    world.registry->remove(TableId::Webmail, 5);
    QCOMPARE(world.all().rows.size(), 2);
    // What was live when the agent stopped is over once the webmail was looked at again, and not before.
    const qint64 stopped = world.clock.nowUs();
    world.run();
    world.clock.advanceUs(60 * Second);
    world.scan({});
    QCOMPARE(world.all().rows.size(), 2);
    world.keeper->looked(TableId::Webmail);
    const Told told = world.all();
    QCOMPARE(told.rows.size(), 3);
    QCOMPARE(told.rows[historyId(TableId::Webmail, 6, started)], (Row { stopped, false, "wanda", -1 }));
}

namespace
{

/// A webmail that shows what it is told to.
class FakeWebmail final : public WebmailSource
{
public:
    using WebmailSource::WebmailSource;
    [[nodiscard]] QByteArray component() const override { return "HTTP/WebMail"; }
    void start() override { }
    void setWatched(bool) override { }
    void look(std::function<void()> done) override { done(); }
    void end(const QList<QByteArray> &, std::function<void(const QList<EndResult> &)>) override { }
    void show(qint64 time, const QList<QByteArray> &users)
    {
        WebmailScan scan { time, {} };
        for (const QByteArray &user : users) {
            WebmailSession session;
            session.id = "session of " + user;
            session.user = user;
            session.started = 1000 * Second;
            scan.sessions.append(session);
        }
        Q_EMIT scanned(scan);
    }
};

/// As the agent puts them together.
struct Webmailers {
    explicit Webmailers(World &world)
        : people(config, *world.registry, world.clock)
    {
        people.keepHistory(*world.keeper);
        PeopleSources sources;
        for (FakeWebmail *&each : webmails) {
            sources.webmail.push_back(std::make_unique<FakeWebmail>());
            each = static_cast<FakeWebmail *>(sources.webmail.back().get());
        }
        people.start(std::move(sources));
    }
    Config config;
    People people;
    FakeWebmail *webmails[2] {};
};

} // namespace

void TestHistoryKeeper::aWebmailThatIsLateEndsNothing()
{
    World world;
    const auto users = [](const Told &told) {
        QByteArrayList out;
        for (const Row &row : told.rows)
            out.append(row.user + (row.exact ? " exactly" : ""));
        std::sort(out.begin(), out.end());
        return out;
    };
    {
        Webmailers two(world);
        two.webmails[0]->show(world.clock.nowUs(), { "wanda", "willi" });
        two.webmails[1]->show(world.clock.nowUs(), { "xaver" });
        QTRY_COMPARE(world.registry->log(TableId::Webmail)->table().rowCount(), 3);
        QVERIFY(world.all().rows.isEmpty());
        world.clock.advanceUs(10 * Second);
        two.webmails[0]->show(world.clock.nowUs(), { "willi" });
        QTRY_COMPARE(world.registry->log(TableId::Webmail)->table().rowCount(), 2);
        QCOMPARE(users(world.all()), QByteArrayList { "wanda" });
        world.clock.advanceUs(10 * Second);
        (void)world.all();
    }
    // After a restart the second one is heard of late: its sessions are not over because of that.
    world.run();
    Webmailers two(world);
    two.webmails[0]->show(world.clock.nowUs(), {});
    QTest::qWait(50);
    QCOMPARE(users(world.all()), QByteArrayList { "wanda" });
    two.webmails[1]->show(world.clock.nowUs(), { "xaver" });
    QTRY_COMPARE(users(world.all()), (QByteArrayList { "wanda", "willi" }));
}

void TestHistoryKeeper::aClockThatIsSetBack()
{
    World world;
    world.scan({ socketOf(1), socketOf(2) });
    world.clock.advanceUs(5 * Second);
    (void)world.all();
    const qint64 before = world.clock.nowUs();
    world.clock.jumpTo(before - 3600 * Second);
    world.join->onClosed({ world.clock.nowUs(), 1, 0, 1, 1 });
    Told told = world.all();
    QCOMPARE(told.rows.size(), 1);
    QVERIFY(told.rows.first().ended >= before - 10 * Second); // not before it began
    world.scan({});
    told = world.ask(before - 3600 * Second, before - 3590 * Second);
    QVERIFY(told.unwatched.isEmpty()); // that hour is watched the second time
}

void TestHistoryKeeper::whatIsLiveIsNotTold()
{
    World world;
    world.scan({ socketOf(1) });
    QVERIFY(world.all().rows.isEmpty());
    world.clock.advanceUs(Second);
    const Told told = world.ask(world.clock.nowUs() - 500'000, LiveEnd);
    QVERIFY(told.unwatched.isEmpty());
}

void TestHistoryKeeper::onlySoManyAtOnce()
{
    World world;
    world.scan({});
    QList<quint64> open;
    for (int i = 0; i < HistoryKeeper::QueriesAtOnce; ++i)
        open.append(world.keeper->open(1, { 0, 1 }));
    QVERIFY(!open.contains(0));
    QCOMPARE(world.keeper->open(1, { 0, 1 }), 0);
    world.keeper->close(open.first());
    QVERIFY(world.keeper->open(1, { 0, 1 }) != 0);
}

QTEST_GUILESS_MAIN(TestHistoryKeeper)
#include "tst_historykeeper.moc"
