// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/loginledger.h"
#include "core/agent/sources/sqldatabase.h"
#include "core/agent/sources/watchedspans.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <map>
#include <random>

using namespace mailhelm;

namespace
{

namespace c = logins;

constexpr qint64 Second = 1'000'000;
constexpr qint64 Minute = 60 * Second;
constexpr qint64 Day = 86'400 * Second;

Address address(const char *text)
{
    return Address::parse(text).value();
}

/// A ledger with a registry and a clock of its own.
struct World {
    explicit World(const QByteArray &folder = {}, const QSet<Address> &webmailHosts = {}, qint64 now = 0)
    {
        if (now != 0)
            clock.jumpTo(now);
        ledger = std::make_unique<LoginLedger>(LoginLedger::Settings { folder, webmailHosts }, registry, clock);
    }
    ManualClock clock;
    Registry registry { 1, RowIds("boot", QByteArray(32, 'k')) };
    std::unique_ptr<LoginLedger> ledger;

    [[nodiscard]] qsizetype rows() const { return registry.log(TableId::Logins)->table().rowCount(); }
    void take(const char *user, const char *service, qint64 time, const char *from = nullptr)
    {
        ledger->take({ user, service, time, from ? address(from) : Address(), "dovecot" });
    }
    [[nodiscard]] bool keepAll()
    {
        bool kept = false;
        ledger->whenKept([&] { kept = true; });
        return QTest::qWaitFor([&] { return kept; }, 20'000);
    }
    [[nodiscard]] bool load()
    {
        ledger->start();
        return QTest::qWaitFor([&] { return ledger->isLoaded(); }, 20'000);
    }
};

} // namespace

class TestLoginLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void spansJoinWhatTouches();
    void randomSpansAgreeWithTheNaiveOnes();
    void theLatestLoginOfEachServiceStays();
    void usersAreToldOfTheirLatestLogin();
    void aNameSpelledOtherwiseIsFound();
    void noLoginIsInTheFuture();
    void aClockSetBackMovesLoginsToNow();
    void webmailsLoginsAreTheirs();
    void whatWasToldIsThereAgain();
    void whatWasNotWrittenYetIsNotKept();
    void whatIsToldWhileLoadingCounts();
    void aFolderThatCannotBeWrittenIsSaid();
    void aDamagedFileIsLeftAlone();
    void watchedSinceIsTheLatestOfAllSources();
    void readingBackMovesItBack();
    void aGapMovesIt();
    void aGapThatReadingBackClosesDoesNot();
    void theServersOwnRecordClosesGaps();
    void aSourceThatIsDownSaysNothing();
    void aShortAbsenceIsNoGap();
    void spansSurviveARestart();
    void randomEvidenceAgreesWithANaiveLedger();
};

void TestLoginLedger::spansJoinWhatTouches()
{
    WatchedSpans spans;
    spans.add(10, 20);
    spans.add(30, 40);
    QCOMPARE(spans.startOf(25), std::nullopt);
    QCOMPARE(spans.startOf(40), std::optional<qint64>(30));
    QCOMPARE(spans.endBefore(35), std::optional<qint64>(40));
    QCOMPARE(spans.endBefore(25), std::optional<qint64>(20));
    QCOMPARE(spans.endBefore(5), std::nullopt);
    spans.add(21, 29);
    QCOMPARE(spans.encode(), QByteArray("10-40"));
    spans.add(50, 45);
    spans.add(100, 100);
    QCOMPARE(spans.encode(), QByteArray("10-40 100-100"));
    QCOMPARE(WatchedSpans::decode(spans.encode()), spans);
    QCOMPARE(WatchedSpans::decode("x 1-2 -3 7- 4-5-6").encode(), QByteArray("1-2"));
    spans.cutAfter(99);
    QCOMPARE(spans.encode(), QByteArray("10-40"));
    spans.cutAfter(15);
    QCOMPARE(spans.encode(), QByteArray("10-15"));
    for (int i = 0; i < 200; ++i)
        spans.add(1000 + i * 10, 1001 + i * 10);
    QCOMPARE(spans.encode().split(' ').size(), 64);
    QVERIFY(spans.covers(2990, 2991));
    QVERIFY(!spans.covers(2990, 2992));
}

void TestLoginLedger::randomSpansAgreeWithTheNaiveOnes()
{
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        WatchedSpans spans;
        std::vector<bool> covered(200);
        for (int i = 0; i < 20; ++i) {
            const int from = int(random() % 190);
            const int to = from + int(random() % 9) - 1;
            spans.add(from, to);
            for (int t = from; t <= to; ++t)
                covered[size_t(t)] = true;
            if (random() % 15 == 0) {
                spans.cutAfter(to);
                std::fill(covered.begin() + std::max(0, to + 1), covered.end(), false);
            }
        }
        for (int t = 0; t < 200; ++t) {
            std::optional<qint64> start;
            for (int s = t; s >= 0 && covered[size_t(s)]; --s)
                start = s;
            QCOMPARE(spans.startOf(t), start);
        }
    }
}

void TestLoginLedger::theLatestLoginOfEachServiceStays()
{
    World world;
    world.ledger->start();
    const qint64 now = world.clock.nowUs();
    world.take("a@x", "imap", now - 100 * Second, "192.0.2.1");
    world.take("a@x", "imap", now - 200 * Second, "192.0.2.2");
    world.take("a@x", "imap", now - 100 * Second, "192.0.2.6"); // within the same second, and later
    QCOMPARE(world.ledger->latest("a@x")->address, address("192.0.2.6"));
    world.take("a@x", "pop3", now - 300 * Second, "192.0.2.3");
    world.take("b@x", "imap", now - 400 * Second, "192.0.2.4");
    world.ledger->takeOld({ { "a@x", "pop3", now - 50 * Second, address("192.0.2.5"), "postfix" } });
    QCOMPARE(world.rows(), 3);
    const std::optional<LoginEvidence> latest = world.ledger->latest("a@x");
    QVERIFY(latest);
    QCOMPARE(latest->service, QByteArray("pop3"));
    QCOMPARE(latest->address, address("192.0.2.5"));
    QCOMPARE(latest->source, QByteArray("postfix"));
    QCOMPARE(world.ledger->latest("b@x")->time, now - 400 * Second);
    QVERIFY(!world.ledger->latest("c@x"));
}

void TestLoginLedger::usersAreToldOfTheirLatestLogin()
{
    World world;
    world.ledger->start();
    QSignalSpy changed(world.ledger.get(), &LoginLedger::latestChanged);
    const qint64 now = world.clock.nowUs();
    world.take("a@x", "imap", now - 100 * Second);
    QCOMPARE(changed.size(), 1);
    world.take("a@x", "pop3", now - 200 * Second); // another service, but earlier
    world.take("a@x", "imap", now - 100 * Second); // told again
    QCOMPARE(changed.size(), 1);
    world.take("b@x", "imap", now);
    QCOMPARE(changed.size(), 2);
    QCOMPARE(changed.at(1).at(0).toByteArray(), QByteArray("b@x"));
}

void TestLoginLedger::aNameSpelledOtherwiseIsFound()
{
    World world;
    world.ledger->start();
    const qint64 now = world.clock.nowUs();
    world.take("Alice@Example.org", "smtp", now - 10 * Second);
    QCOMPARE(world.ledger->latest("alice@example.org")->service, QByteArray("smtp"));
    world.take("alice@example.org", "imap", now - 90 * Second);
    QCOMPARE(world.ledger->latest("alice@example.org")->service, QByteArray("imap")); // spelled exactly so
    QCOMPARE(world.ledger->latest("Alice@Example.org")->service, QByteArray("smtp"));
    QCOMPARE(world.ledger->latest("ALICE@example.org")->service, QByteArray("smtp"));
}

void TestLoginLedger::noLoginIsInTheFuture()
{
    World world;
    world.ledger->start();
    const qint64 now = world.clock.nowUs();
    world.take("a@x", "imap", now + 3 * Day); // as it happens: the clock was set back since
    QCOMPARE(world.ledger->latest("a@x")->time, now);
    world.ledger->takeOld({ { "b@x", "imap", now + 3 * Day, {}, "dovecot" } }); // an old log proves nothing then
    QVERIFY(!world.ledger->latest("b@x"));
}

void TestLoginLedger::aClockSetBackMovesLoginsToNow()
{
    QTemporaryDir folder;
    const qint64 now = 1'763'800'000'000'000;
    {
        World world(QFile::encodeName(folder.path()));
        QVERIFY(world.load());
        world.clock.jumpTo(now + 365 * Day); // wrong for a minute
        world.take("a@x", "imap", now + 365 * Day);
        world.clock.jumpTo(now);
        world.take("a@x", "imap", now - Second);
        QCOMPARE(world.ledger->latest("a@x")->time, now - Second);
        world.clock.jumpTo(now + 365 * Day);
        world.take("b@x", "imap", now + 365 * Day);
        QVERIFY(world.keepAll());
    }
    World world(QFile::encodeName(folder.path()), {}, now);
    QVERIFY(world.load());
    QCOMPARE(world.ledger->latest("b@x")->time, now);
}

void TestLoginLedger::webmailsLoginsAreTheirs()
{
    World world({}, { address("127.0.0.1"), address("::1") });
    world.ledger->start();
    const qint64 now = world.clock.nowUs();
    // The webmail logs in for its user, then says itself from where its user came, with the time of its own login.
    world.take("a@x", "imap", now - 10 * Second, "127.0.0.1");
    QCOMPARE(world.rows(), 1);
    QCOMPARE(world.ledger->latest("a@x")->service, QByteArray("webmail"));
    QVERIFY(world.ledger->latest("a@x")->address.isNull());
    world.ledger->take({ "a@x", "webmail", now - 11 * Second, address("198.51.100.7"), "HTTP/WebMail" });
    QCOMPARE(world.rows(), 1);
    QCOMPARE(world.ledger->latest("a@x")->time, now - 10 * Second);
    QCOMPARE(world.ledger->latest("a@x")->address, address("198.51.100.7"));
    QCOMPARE(world.ledger->latest("a@x")->source, QByteArray("HTTP/WebMail"));
    world.take("a@x", "imap", now - 5 * Second, "::1"); // the next click
    QCOMPARE(world.ledger->latest("a@x")->time, now - 5 * Second);
    QCOMPARE(world.ledger->latest("a@x")->address, address("198.51.100.7"));
    world.take("a@x", "smtp", now - 4 * Second, "127.0.0.1"); // it sends
    QCOMPARE(world.rows(), 1);
    // Another visit, much later: from where is not known until the webmail says so.
    world.clock.advanceUs(30 * Day);
    world.take("a@x", "imap", now + 30 * Day, "127.0.0.1");
    QVERIFY(world.ledger->latest("a@x")->address.isNull());
    // A mail program from elsewhere is none of the webmail.
    world.take("a@x", "imap", now + 30 * Day - Second, "203.0.113.9");
    QCOMPARE(world.rows(), 2);
}

void TestLoginLedger::whatWasToldIsThereAgain()
{
    QTemporaryDir folder;
    const QByteArray path = QFile::encodeName(folder.path());
    qint64 now = 0;
    {
        World world(path);
        QVERIFY(world.load());
        now = world.clock.nowUs();
        world.take("a@x", "imap", now - 100 * Second, "2001:db8::1");
        world.take("a@x", "pop3", now - 50 * Second);
        world.take("\xf0\x9f\x92\xa9 ' \"; DROP TABLE login; --@x", "imap", now - 10 * Second);
        QVERIFY(world.keepAll());
        world.take("a@x", "imap", now - 20 * Second, "192.0.2.9");
        QVERIFY(world.keepAll());
    }
    QCOMPARE(QFile::permissions(folder.filePath(QStringLiteral("logins.db")))
            & (QFile::ReadOther | QFile::ReadGroup | QFile::WriteGroup | QFile::WriteOther),
        QFile::Permissions());
    World world(path, {}, now);
    QSignalSpy changed(world.ledger.get(), &LoginLedger::latestChanged);
    QVERIFY(world.load());
    QCOMPARE(changed.size(), 0);
    QCOMPARE(world.rows(), 3);
    QCOMPARE(world.ledger->latest("a@x")->time, now - 20 * Second);
    QCOMPARE(world.ledger->latest("a@x")->address, address("192.0.2.9"));
    QCOMPARE(world.ledger->latest("\xf0\x9f\x92\xa9 ' \"; DROP TABLE login; --@x")->time, now - 10 * Second);
}

void TestLoginLedger::whatWasNotWrittenYetIsNotKept()
{
    QTemporaryDir folder;
    World world(QFile::encodeName(folder.path()));
    QVERIFY(world.load());
    bool kept = false;
    world.take("a@x", "imap", world.clock.nowUs());
    world.ledger->whenKept([&] { kept = true; });
    QVERIFY(!kept); // a position in the log that is stored now would lose the login
    QTRY_VERIFY(kept);
    kept = false;
    world.ledger->whenKept([&] { kept = true; });
    QVERIFY(kept || QTest::qWaitFor([&] { return kept; }));
}

void TestLoginLedger::whatIsToldWhileLoadingCounts()
{
    QTemporaryDir folder;
    const QByteArray path = QFile::encodeName(folder.path());
    qint64 now = 0;
    {
        World world(path);
        QVERIFY(world.load());
        now = world.clock.nowUs();
        for (int i = 0; i < 5'000; ++i)
            world.take(("u" + QByteArray::number(i)).constData(), "imap", now - 100 * Second);
        QVERIFY(world.keepAll());
    }
    World world(path, {}, now);
    world.ledger->start();
    world.take("u1", "imap", now - 500 * Second); // read back: older than what is stored
    world.take("u2", "imap", now - 5 * Second);
    QVERIFY(!world.ledger->isLoaded());
    QVERIFY(world.keepAll());
    QCOMPARE(world.rows(), 5'000);
    QCOMPARE(world.ledger->latest("u1")->time, now - 100 * Second);
    QCOMPARE(world.ledger->latest("u2")->time, now - 5 * Second);
    World again(path, {}, now);
    QVERIFY(again.load());
    QCOMPARE(again.ledger->latest("u1")->time, now - 100 * Second);
    QCOMPARE(again.ledger->latest("u2")->time, now - 5 * Second);
}

void TestLoginLedger::aFolderThatCannotBeWrittenIsSaid()
{
    World world("/proc/nowhere");
    QSignalSpy status(world.ledger.get(), &LoginLedger::statusChanged);
    world.ledger->start();
    QCOMPARE(status.size(), 1);
    QCOMPARE(status.at(0).at(0).value<SourceStatus>().state, SourceStatus::State::Down);
    world.take("a@x", "imap", world.clock.nowUs());
    QVERIFY(world.ledger->latest("a@x")); // the agent goes on
    bool kept = false;
    world.ledger->whenKept([&] { kept = true; });
    QVERIFY(kept); // nobody waits for what cannot be
}

void TestLoginLedger::aDamagedFileIsLeftAlone()
{
    QTemporaryDir folder;
    const QString name = folder.filePath(QStringLiteral("logins.db"));
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    World world(QFile::encodeName(folder.path()));
    QSignalSpy status(world.ledger.get(), &LoginLedger::statusChanged);
    world.ledger->start();
    QTRY_COMPARE(status.size(), 1);
    QCOMPARE(status.at(0).at(0).value<SourceStatus>().state, SourceStatus::State::Down);
    QVERIFY(status.at(0).at(0).value<SourceStatus>().mend.startsWith("mv "));
    world.take("a@x", "imap", world.clock.nowUs());
    QVERIFY(world.keepAll());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray(8192, 'x'));
}

void TestLoginLedger::watchedSinceIsTheLatestOfAllSources()
{
    World world;
    QSignalSpy changed(world.ledger.get(), &LoginLedger::watchedSinceChanged);
    world.ledger->start();
    QCOMPARE(world.ledger->watchedSince(), std::nullopt); // nobody tells of logins
    world.ledger->addSource("dovecot", { "imap", "pop3" });
    world.ledger->addSource("postfix", { "smtp" });
    const qint64 now = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, now - 20 * Day });
    QCOMPARE(world.ledger->watchedSince(), std::nullopt);
    world.ledger->setCoverage("postfix", { true, now - 3 * Day });
    QCOMPARE(world.ledger->watchedSince(), std::optional(now - 3 * Day));
    QCOMPARE(changed.size(), 1);
    world.ledger->setCoverage("unheard of", { true, now });
    QCOMPARE(changed.size(), 1);
}

void TestLoginLedger::readingBackMovesItBack()
{
    World world;
    world.ledger->addSource("dovecot", { "imap" });
    world.ledger->start();
    const qint64 now = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, now });
    QCOMPARE(world.ledger->watchedSince(), std::optional(now));
    world.ledger->addReadBack("dovecot", now - 7 * Day, now);
    QCOMPARE(world.ledger->watchedSince(), std::optional(now - 7 * Day));
    world.ledger->addReadBack("dovecot", now - 60 * Day, now - 17 * Day); // a hole of 10 days
    QCOMPARE(world.ledger->watchedSince(), std::optional(now - 7 * Day));
    world.ledger->addReadBack("dovecot", now - 17 * Day, now - 7 * Day);
    QCOMPARE(world.ledger->watchedSince(), std::optional(now - 60 * Day));
}

void TestLoginLedger::aGapMovesIt()
{
    World world;
    world.ledger->addSource("dovecot", { "imap" });
    world.ledger->start();
    const qint64 start = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, start - 100 * Day });
    world.clock.advanceUs(Day);
    world.ledger->setCoverage("dovecot", { true, start + Day }); // its log was emptied, and no copy of it found
    QCOMPARE(world.ledger->watchedSince(), std::optional(start + Day));
}

void TestLoginLedger::aGapThatReadingBackClosesDoesNot()
{
    World world;
    world.ledger->addSource("dovecot", { "imap" });
    world.ledger->start();
    const qint64 start = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, start - 100 * Day });
    world.clock.advanceUs(10 * Day);
    const qint64 now = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, now });
    QCOMPARE(world.ledger->watchedSince(), std::optional(now));
    world.ledger->addReadBack("dovecot", start - Day, now);
    QCOMPARE(world.ledger->watchedSince(), std::optional(start - 100 * Day));
}

void TestLoginLedger::theServersOwnRecordClosesGaps()
{
    World world;
    world.ledger->addSource("dovecot", { "imap", "pop3" });
    world.ledger->addSource("postfix", { "smtp" });
    world.ledger->start();
    const qint64 start = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, start - 100 * Day });
    world.ledger->setCoverage("postfix", { true, start - 90 * Day });
    world.ledger->noteRecord("last_login", { "imap", "pop3" });
    QCOMPARE(world.ledger->watchedSince(), std::optional(start - 90 * Day));
    world.clock.advanceUs(10 * Day);
    const qint64 now = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, now });
    world.ledger->setCoverage("postfix", { true, start - 90 * Day });
    QCOMPARE(world.ledger->watchedSince(), std::optional(now));
    world.ledger->noteRecord("last_login", { "imap", "pop3" }); // it has what the log lost
    QCOMPARE(world.ledger->watchedSince(), std::optional(start - 90 * Day));
    world.ledger->noteRecord("last_login", { "imap" }); // but not of POP3
    QCOMPARE(world.ledger->watchedSince(), std::optional(now));
}

void TestLoginLedger::aSourceThatIsDownSaysNothing()
{
    World world;
    world.ledger->addSource("dovecot", { "imap" });
    world.ledger->start();
    const qint64 start = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, start - 100 * Day });
    world.ledger->setCoverage("dovecot", { false, start - 100 * Day });
    QCOMPARE(world.ledger->watchedSince(), std::optional(start - 100 * Day));
    world.clock.advanceUs(11 * Minute);
    world.ledger->setReadingBack(false); // any look
    QCOMPARE(world.ledger->watchedSince(), std::nullopt);
    world.ledger->setCoverage("dovecot", { true, start - 100 * Day }); // read from where it was: nothing is missing
    QCOMPARE(world.ledger->watchedSince(), std::optional(start - 100 * Day));
}

void TestLoginLedger::aShortAbsenceIsNoGap()
{
    World world;
    world.ledger->addSource("dovecot", { "imap" });
    QSignalSpy changed(world.ledger.get(), &LoginLedger::watchedSinceChanged);
    world.ledger->start();
    const qint64 start = world.clock.nowUs();
    world.ledger->setCoverage("dovecot", { true, start - 100 * Day });
    QCOMPARE(changed.size(), 1);
    world.ledger->setCoverage("dovecot", { false, start - 100 * Day }); // being rotated
    world.clock.advanceUs(2 * Second);
    world.ledger->setCoverage("dovecot", { true, start - 100 * Day });
    QCOMPARE(changed.size(), 1);
}

void TestLoginLedger::spansSurviveARestart()
{
    QTemporaryDir folder;
    const QByteArray path = QFile::encodeName(folder.path());
    qint64 now = 0;
    {
        World world(path);
        world.ledger->addSource("dovecot", { "imap" });
        QVERIFY(world.load());
        now = world.clock.nowUs();
        world.ledger->setCoverage("dovecot", { true, now });
        world.ledger->addReadBack("dovecot", now - 50 * Day, now);
        QVERIFY(world.keepAll());
    }
    {
        // Down for a day; the log goes on where it was left, and says what it said then of its own completeness.
        World world(path, {}, now + Day);
        world.ledger->addSource("dovecot", { "imap" });
        QVERIFY(world.load());
        QCOMPARE(world.ledger->watchedSince(), std::nullopt);
        world.ledger->setCoverage("dovecot", { true, 0 }); // catching up
        QCOMPARE(world.ledger->watchedSince(), std::nullopt);
        world.ledger->setCoverage("dovecot", { true, now });
        QCOMPARE(world.ledger->watchedSince(), std::optional(now - 50 * Day));
        QVERIFY(world.keepAll());
    }
    // Down for ten days, and the log does not reach so far back.
    World world(path, {}, now + 11 * Day);
    world.ledger->addSource("dovecot", { "imap" });
    QVERIFY(world.load());
    world.ledger->setCoverage("dovecot", { true, now + 11 * Day });
    QCOMPARE(world.ledger->watchedSince(), std::optional(now + 11 * Day));
    world.ledger->setCoverage("dovecot", { true, now + 9 * Day });
    world.ledger->addReadBack("dovecot", now + 8 * Day, now + 11 * Day);
    QCOMPARE(world.ledger->watchedSince(), std::optional(now + 8 * Day));
}

void TestLoginLedger::randomEvidenceAgreesWithANaiveLedger()
{
    std::mt19937 random(11);
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    QTemporaryDir folder;
    const QByteArray path = QFile::encodeName(folder.path());
    std::map<std::pair<QByteArray, QByteArray>, LoginEvidence> naive;
    auto world = std::make_unique<World>(path);
    QVERIFY(world->load());
    const qint64 start = world->clock.nowUs();
    qint64 now = start;
    for (int round = 0; round < 20'000; ++round) {
        LoginEvidence login;
        login.user = "user" + QByteArray::number(below(40)) + "@x";
        login.service = QByteArrayList { "imap", "pop3", "smtp" }.at(below(3));
        login.time = now - below(1'000'000) * Second;
        login.address = Address::fromV4(quint32(below(5)) + 0x0a000001);
        login.source = "dovecot";
        const auto key = std::pair(login.user, login.service);
        const bool live = below(2) == 0;
        if (!naive.contains(key) || naive[key].time < login.time || (live && naive[key].time == login.time))
            naive[key] = login;
        if (live)
            world->ledger->take(login);
        else
            world->ledger->takeOld({ login });
        if (below(100) == 0) {
            world->clock.advanceUs(3600 * Second);
            now = world->clock.nowUs();
        }
        if (below(4000) == 0) {
            QVERIFY(world->keepAll());
            world = std::make_unique<World>(path, QSet<Address>(), now);
            QVERIFY(world->load());
        }
    }
    const Table &rows = world->registry.log(TableId::Logins)->table();
    QCOMPARE(rows.rowCount(), qsizetype(naive.size()));
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot) {
        if (!rows.isLive(slot))
            continue;
        const auto found = naive.find(
            { rows.column(c::User).text(slot).toByteArray(), rows.column(c::Service).text(slot).toByteArray() });
        QVERIFY(found != naive.end());
        QCOMPARE(rows.column(c::Time).number(slot), found->second.time);
        QCOMPARE(rows.column(c::ClientAddress).address(slot), found->second.address);
    }
    for (int i = 0; i < 40; ++i) {
        const QByteArray user = "user" + QByteArray::number(i) + "@x";
        qint64 newest = 0;
        for (const auto &[key, login] : naive)
            if (key.first == user)
                newest = std::max(newest, login.time);
        QCOMPARE(world->ledger->latest(user).value_or(LoginEvidence()).time, newest);
    }
}

QTEST_GUILESS_MAIN(TestLoginLedger)
#include "tst_loginledger.moc"
