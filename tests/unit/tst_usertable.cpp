// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/usertable.h"
#include "core/base/safetext.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace mailhelm;

namespace
{

Account account(const QByteArray &user, qint64 lastLogin = 0)
{
    Account made;
    made.user = user;
    made.state = AccountState::Active;
    made.lastLogin = lastLogin;
    return made;
}

struct World {
    Registry registry { 1, RowIds("boot", QByteArray(32, 'k')) };
    UserTable users { registry };
    QHash<QByteArray, UserTable::Login> ledger; ///< by folded name

    World()
    {
        users.setLogins([this](const QByteArray &user) -> std::optional<UserTable::Login> {
            const auto found = ledger.constFind(foldedUtf8(user));
            return found == ledger.cend() ? std::nullopt : std::optional(*found);
        });
    }
    void login(const QByteArray &user, qint64 time, const QByteArray &service = "imap")
    {
        ledger.insert(foldedUtf8(user), { time, service, {} });
        users.loginChanged(user);
    }
    bool scan(const QList<Account> &accounts)
    {
        users.setScan({ 1, accounts });
        bool done = false;
        users.whenApplied([&done] { done = true; });
        return QTest::qWaitFor([&done] { return done; });
    }
    [[nodiscard]] const Table &table() const { return registry.log(TableId::Users)->table(); }
    [[nodiscard]] Value cell(const QByteArray &user, int column) const
    {
        const Table::Slot slot = table().slotOf({ 0, users.idOf(user) });
        return slot == Table::NoSlot ? Value(QByteArray("no row")) : table().column(column).value(slot);
    }
};

} // namespace

/// The table `users` says what database and ledger say, whichever comes first.
class TestUserTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAccountIsARow();
    void whatTheDatabaseDoesNotKnowIsUnknown();
    void theNewerOfLedgerAndServersRecordWins();
    void loginsFindAnAccountWhateverTheirCase();
    void aLoginBeforeTheFirstScanCounts();
    void anAccountThatIsGoneLosesItsRow();
    void whatDidNotChangeIsNotWritten();
    void deletingShowsAndStaysUntilItIsDone();
    void aQueryThatGivesAnAccountTwiceDoesNotFlicker();
    void twoHundredThousandAccountsStopNobody();
    void randomOperationsEndAsTheNaiveWay();
};

void TestUserTable::anAccountIsARow()
{
    World world;
    Account all = account("a@x.test", 5'000'000);
    all.domainAdmin = true;
    all.created = 3'000'000;
    all.lastLoginService = "pop3";
    all.lastLoginAddress = *Address::parse("192.0.2.7");
    all.mailboxBytes = 12;
    all.quotaBytes = 0;
    world.users.setWatchedSince(77);
    QVERIFY(world.scan({ all }));
    QCOMPARE(world.table().rowCount(), 1);
    QCOMPARE(world.cell("a@x.test", users::User), Value(QByteArray("a@x.test")));
    QCOMPARE(world.cell("a@x.test", users::Enabled), Value(QByteArray("active")));
    QCOMPARE(world.cell("a@x.test", users::DomainAdmin), Value(true));
    QCOMPARE(world.cell("a@x.test", users::Created), Value(qint64(3'000'000)));
    QCOMPARE(world.cell("a@x.test", users::LastLogin), Value(qint64(5'000'000)));
    QCOMPARE(world.cell("a@x.test", users::LastLoginService), Value(QByteArray("pop3")));
    QCOMPARE(world.cell("a@x.test", users::LastLoginAddress), Value(*Address::parse("192.0.2.7")));
    QCOMPARE(world.cell("a@x.test", users::WatchedSince), Value(qint64(77)));
    QCOMPARE(world.cell("a@x.test", users::MailboxBytes), Value(qint64(12)));
    QCOMPARE(world.cell("a@x.test", users::QuotaBytes), Value(qint64(0)));
    QCOMPARE(world.users.userOf(world.users.idOf("a@x.test")), std::optional<QByteArray>("a@x.test"));
    QVERIFY(world.users.account("a@x.test"));
}

void TestUserTable::whatTheDatabaseDoesNotKnowIsUnknown()
{
    World world;
    Account bare;
    bare.user = "a@x.test";
    QVERIFY(world.scan({ bare }));
    for (int column = users::Enabled; column <= users::QuotaBytes; ++column)
        QCOMPARE(world.cell("a@x.test", column), Value());
    QCOMPARE(world.users.withoutSize(), QList<QByteArray> { "a@x.test" });
    std::optional<MeasuredSize> measured;
    world.users.setMeasured([&](const QByteArray &) { return measured; });
    measured = { 99, 1000 };
    world.users.measuredChanged("a@x.test");
    QCOMPARE(world.cell("a@x.test", users::MailboxBytes), Value(qint64(99)));
    QCOMPARE(world.cell("a@x.test", users::QuotaBytes), Value(qint64(1000)));
    // A scan does not forget what was measured; the database's own size goes before it.
    QVERIFY(world.scan({ bare }));
    QCOMPARE(world.cell("a@x.test", users::MailboxBytes), Value(qint64(99)));
    bare.mailboxBytes = 7;
    QVERIFY(world.scan({ bare }));
    QCOMPARE(world.cell("a@x.test", users::MailboxBytes), Value(qint64(7)));
    QVERIFY(world.users.lacksSize("a@x.test")); // its quota
    bare.quotaBytes = 0;
    QVERIFY(world.scan({ bare }));
    QCOMPARE(world.cell("a@x.test", users::QuotaBytes), Value(qint64(0)));
    QCOMPARE(world.users.withoutSize(), QList<QByteArray>());
    // Whoever is on the way out is not measured: it could make the folders anew.
    bare.quotaBytes.reset();
    QVERIFY(world.scan({ bare }));
    world.users.setDeleting("a@x.test", true);
    QVERIFY(!world.users.lacksSize("a@x.test"));
    QCOMPARE(world.users.withoutSize(), QList<QByteArray>());
}

void TestUserTable::theNewerOfLedgerAndServersRecordWins()
{
    World world;
    const qint64 second = 1'000'000;
    Account server = account("a@x.test", 100 * second);
    server.lastLoginService = "pop3";
    QVERIFY(world.scan({ server }));
    QVERIFY(world.users.lastLogin("a@x.test")->serversOwn);
    world.login("a@x.test", 50 * second); // older: nothing changes
    QCOMPARE(world.cell("a@x.test", users::LastLogin), Value(100 * second));
    QCOMPARE(world.cell("a@x.test", users::LastLoginService), Value(QByteArray("pop3")));
    world.login("a@x.test", 200 * second, "sieve");
    QCOMPARE(world.cell("a@x.test", users::LastLogin), Value(200 * second));
    QCOMPARE(world.cell("a@x.test", users::LastLoginService), Value(QByteArray("sieve")));
    QVERIFY(!world.users.lastLogin("a@x.test")->serversOwn);
    // The server wrote the same login down a moment later: it is still that one, with all that the ledger knows.
    server.lastLogin = 201 * second;
    QVERIFY(world.scan({ server }));
    QCOMPARE(world.cell("a@x.test", users::LastLoginService), Value(QByteArray("sieve")));
    server.lastLogin = 300 * second;
    QVERIFY(world.scan({ server }));
    QCOMPARE(world.cell("a@x.test", users::LastLogin), Value(300 * second));
    QCOMPARE(world.cell("a@x.test", users::LastLoginService), Value(QByteArray("pop3")));
}

void TestUserTable::loginsFindAnAccountWhateverTheirCase()
{
    World world;
    QVERIFY(world.scan({ account("Anna@X.test"), account("anna@x.test"), account("bob@x.test") }));
    QCOMPARE(world.table().rowCount(), 3);
    world.login("anna@X.TEST", 9);
    QCOMPARE(world.cell("Anna@X.test", users::LastLogin), Value(qint64(9)));
    QCOMPARE(world.cell("anna@x.test", users::LastLogin), Value(qint64(9)));
    QCOMPARE(world.cell("bob@x.test", users::LastLogin), Value());
}

void TestUserTable::aLoginBeforeTheFirstScanCounts()
{
    World world;
    world.login("a@x.test", 9);
    QCOMPARE(world.table().rowCount(), 0); // a login alone makes no account
    QVERIFY(world.scan({ account("a@x.test") }));
    QCOMPARE(world.cell("a@x.test", users::LastLogin), Value(qint64(9)));
}

void TestUserTable::anAccountThatIsGoneLosesItsRow()
{
    World world;
    QVERIFY(world.scan({ account("a@x.test"), account("b@x.test") }));
    const RowId id = world.users.idOf("a@x.test");
    QVERIFY(world.scan({ account("b@x.test") }));
    QCOMPARE(world.table().rowCount(), 1);
    QVERIFY(!world.users.userOf(id));
    QVERIFY(!world.users.account("a@x.test"));
    // It is the same row again when it comes back.
    QVERIFY(world.scan({ account("a@x.test"), account("b@x.test") }));
    QCOMPARE(world.users.idOf("a@x.test"), id);
}

void TestUserTable::whatDidNotChangeIsNotWritten()
{
    World world;
    QList<Account> accounts;
    for (int i = 0; i < 3000; ++i)
        accounts.append(account(QByteArray::number(i) + "@x.test"));
    QVERIFY(world.scan(accounts));
    const quint64 revision = world.registry.log(TableId::Users)->revision();
    QVERIFY(world.scan(accounts));
    QCOMPARE(world.registry.log(TableId::Users)->revision(), revision);
    accounts[7].state = AccountState::Disabled;
    QVERIFY(world.scan(accounts));
    QCOMPARE(world.registry.log(TableId::Users)->revision(), revision + 1);
    QCOMPARE(world.cell("7@x.test", users::Enabled), Value(QByteArray("disabled")));
}

void TestUserTable::deletingShowsAndStaysUntilItIsDone()
{
    World world;
    QVERIFY(world.scan({ account("a@x.test") }));
    world.users.setDeleting("a@x.test", true);
    QCOMPARE(world.cell("a@x.test", users::Enabled), Value(QByteArray("deleting")));
    // The database has it no more, but it is not over yet.
    QVERIFY(world.scan({}));
    QCOMPARE(world.cell("a@x.test", users::Enabled), Value(QByteArray("deleting")));
    QVERIFY(!world.users.account("a@x.test"));
    world.users.setDeleting("a@x.test", false);
    QCOMPARE(world.table().rowCount(), 0);
    // Undone: the old state shows again.
    QVERIFY(world.scan({ account("a@x.test") }));
    world.users.setDeleting("a@x.test", true);
    world.users.setDeleting("a@x.test", false);
    QCOMPARE(world.cell("a@x.test", users::Enabled), Value(QByteArray("active")));
}

void TestUserTable::aQueryThatGivesAnAccountTwiceDoesNotFlicker()
{
    World world;
    Account other = account("a@x.test");
    other.quotaBytes = 5;
    QVERIFY(world.scan({ account("a@x.test"), other }));
    const quint64 revision = world.registry.log(TableId::Users)->revision();
    QVERIFY(world.scan({ account("a@x.test"), other }));
    QCOMPARE(world.registry.log(TableId::Users)->revision(), revision);
    QCOMPARE(world.table().rowCount(), 1);
}

void TestUserTable::twoHundredThousandAccountsStopNobody()
{
    World world;
    QList<Account> accounts;
    for (int i = 0; i < 200'000; ++i)
        accounts.append(account("user" + QByteArray::number(i) + "@x.test"));
    world.users.setScan({ 1, accounts });
    bool done = false;
    world.users.whenApplied([&done] { done = true; });
    int turns = 0; // of the event loop, each of which somebody else can use
    while (!done && turns < 100'000) {
        QCoreApplication::processEvents(QEventLoop::AllEvents, 0);
        ++turns;
    }
    QVERIFY(done);
    QCOMPARE(world.table().rowCount(), 200'000);
    QVERIFY2(turns > 20, qPrintable(QString::number(turns)));
}

void TestUserTable::randomOperationsEndAsTheNaiveWay()
{
    QRandomGenerator random(20261127);
    World world;
    QHash<QByteArray, Account> database;
    QSet<QByteArray> deleting;
    std::optional<qint64> watched;
    const auto name = [&] {
        const QByteArray user = "u" + QByteArray::number(random.bounded(30)) + "@x.test";
        return random.bounded(4) == 0 ? user.toUpper() : user;
    };
    for (int step = 0; step < 3000; ++step) {
        switch (random.bounded(7)) {
        case 0:
        case 1: {
            const QByteArray user = name();
            Account &changed = database[user];
            changed.user = user;
            changed.state = AccountState(random.bounded(3));
            changed.lastLogin = random.bounded(2) ? 10'000'000 * qint64(random.bounded(1000)) : 0;
            break;
        }
        case 2:
            database.remove(name());
            break;
        case 3:
            world.login(name(), 10'000'000 * qint64(1 + random.bounded(1000)));
            break;
        case 4: {
            const QByteArray user = name();
            if (world.users.account(user) && random.bounded(2)) {
                world.users.setDeleting(user, true);
                deleting.insert(user);
            } else {
                world.users.setDeleting(user, false);
                deleting.remove(user);
            }
            break;
        }
        case 5:
            watched = random.bounded(3) ? std::optional(qint64(random.bounded(1000))) : std::nullopt;
            world.users.setWatchedSince(watched);
            break;
        default:
            break;
        }
        if (step % 5 != 0)
            continue;
        QVERIFY(world.scan(database.values()));
        qsizetype expected = 0;
        for (const Account &each : std::as_const(database)) {
            ++expected;
            static const QList<QByteArray> names { "active", "blocked", "disabled" };
            QCOMPARE(world.cell(each.user, users::Enabled),
                Value(deleting.contains(each.user) ? QByteArray("deleting") : names[int(*each.state)]));
            const qint64 login = std::max(each.lastLogin, world.ledger.value(foldedUtf8(each.user)).time);
            QCOMPARE(world.cell(each.user, users::LastLogin), login != 0 ? Value(login) : Value());
            QCOMPARE(world.cell(each.user, users::WatchedSince), watched ? Value(*watched) : Value());
        }
        for (const QByteArray &user : std::as_const(deleting))
            if (!database.contains(user))
                ++expected;
        QCOMPARE(world.table().rowCount(), expected);
    }
}

QTEST_GUILESS_MAIN(TestUserTable)
#include "tst_usertable.moc"
