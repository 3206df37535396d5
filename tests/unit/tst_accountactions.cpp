// SPDX-License-Identifier: GPL-3.0-or-later
// Acting on accounts: every step fails once, the agent is killed between any two effects, and what is left is either
// done or as it was.
#include "core/agent/accountactions.h"
#include "core/agent/mailplace.h"
#include "tests/unit/fakeaccounts.h"

#include <QDir>
#include <QFile>
#include <QLocalServer>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;
using Code = Outcomes::Code;

namespace
{

constexpr qint64 Day = qint64(86'400) * 1'000'000;
const QByteArray Alice = "alice@example.org";
const QByteArray Bob = "bob@example.org";

Admin owner()
{
    Admin admin;
    admin.name = "anna";
    admin.role = Role::Owner;
    return admin;
}

/// One life of an agent on a host that outlives it.
class Life
{
public:
    Life(FakeHost &host, const QString &folder, ManualClock &clock, const AccountsConfig &config)
        : registry(1, RowIds("boot", QByteArray(32, 'k')))
        , users(registry)
        , accounts(host)
        , live(registry, hands(), system,
              { std::chrono::milliseconds(2), std::chrono::milliseconds(1), std::chrono::milliseconds(300),
                  std::chrono::milliseconds(2000) })
        , m_host(host)
    {
        host.fuse = -1;
        host.dead = false;
        if (!store.open(folder))
            qFatal("the store cannot be opened");
        AccountHands tools { accounts, live, {}, {} };
        tools.flush = [this](const QByteArray &user, std::function<void(Result<void>)> answer) {
            m_host.perform<void>(
                "flush",
                [this, user]() -> Result<void> {
                    m_host.cached.erase(user);
                    return {};
                },
                std::move(answer), &accounts);
        };
        tools.mail = [this](const mailwire::Request &request, std::function<void(Result<qint64>)> answer) {
            static const char *names[] { "", "moveOut", "restoreMail", "purge" };
            m_host.perform<qint64>(
                names[int(request.verb)], [this, request] { return moveInMemory(m_host, request); }, std::move(answer),
                &accounts);
        };
        actions = std::make_unique<AccountActions>(config, registry, store, users, tools, clock);
        if (!actions->load())
            qFatal("the journal cannot be read");
        QObject::connect(&accounts, &AccountSource::scanned, &users, &UserTable::setScan);
        accounts.start();
        users.whenApplied([this] { m_ready = true; });
        if (!QTest::qWaitFor([this] { return m_ready; }))
            qFatal("the accounts do not come");
    }

    LiveSessions::Hands hands()
    {
        LiveSessions::Hands made;
        made.look = [this](const std::function<void()> &done) { QTimer::singleShot(0, &accounts, done); };
        made.drop = [this](const QList<RowId> &ids) {
            QList<Outcomes::Target> targets;
            for (const RowId id : ids) {
                if (m_host.dead || undroppable) {
                    targets.append({ id, Code::Refused, "CAP_NET_ADMIN is missing." });
                    continue;
                }
                registry.remove(TableId::Connections, id);
                dropped.append(id);
                targets.append({ id, Code::Done, {} });
                if (comingUp > 0 && --comingUp >= 0)
                    connection(1000 + RowId(comingUp), Alice); // a login that was under way
            }
            return targets;
        };
        made.end = [this](const QList<RowId> &ids, const Actions::Answered &answered) {
            QList<Outcomes::Target> targets;
            for (const RowId id : ids) {
                registry.remove(TableId::Webmail, id);
                targets.append({ id, Code::Done, {} });
            }
            answered(targets);
        };
        return made;
    }

    void connection(RowId id, const QByteArray &user, const QByteArray &protocol = "imap")
    {
        registry.put(TableId::Connections, id,
            std::array<ChangeLog::Cell, 2> { { { connections::User, user }, { connections::Protocol, protocol } } });
    }
    void webmail(RowId id, const QByteArray &user)
    {
        registry.put(TableId::Webmail, id, std::array<ChangeLog::Cell, 1> { { { webmail::User, user } } });
    }

    /// nullopt: the agent died before it answered.
    std::optional<QList<Outcomes::Target>> ask(const std::function<void(const Actions::Answered &)> &request)
    {
        const auto answer = std::make_shared<std::optional<QList<Outcomes::Target>>>();
        request([answer](const QList<Outcomes::Target> &targets) { *answer = targets; });
        (void)QTest::qWaitFor([&] { return answer->has_value() || m_host.dead; }, 10'000);
        return *answer;
    }
    std::optional<QList<Outcomes::Target>> set(AccountChange change, const QByteArray &user)
    {
        return ask([&](const auto &answered) { actions->setAccounts(change, { users.idOf(user) }, answered); });
    }
    std::optional<QList<Outcomes::Target>> remove(const QByteArray &user, const QByteArray &reason = "left")
    {
        return ask(
            [&](const auto &answered) { actions->deleteAccounts({ users.idOf(user) }, reason, owner(), answered); });
    }
    std::optional<QList<Outcomes::Target>> restore(const QByteArray &user)
    {
        return ask([&](const auto &answered) { actions->restoreAccounts({ deletedRow(user) }, answered); });
    }
    [[nodiscard]] RowId deletedRow(const QByteArray &user) const
    {
        const Table &rows = registry.log(TableId::Deleted)->table();
        for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot)
            if (rows.isLive(slot) && rows.column(deleted::User).text(slot) == user)
                return rows.keyAt(slot).id;
        return 0;
    }
    [[nodiscard]] QByteArray enabled(const QByteArray &user) const
    {
        const Table &rows = registry.log(TableId::Users)->table();
        const Table::Slot slot = rows.slotOf({ 0, users.idOf(user) });
        return slot == Table::NoSlot ? QByteArray() : rows.column(users::Enabled).text(slot).toByteArray();
    }
    [[nodiscard]] bool idle() const
    {
        const Result<QList<Deletion>> journal = store.deletions();
        return std::all_of(journal.value().cbegin(), journal.value().cend(),
            [](const Deletion &entry) { return entry.goal == Deletion::Goal::Kept; });
    }

    SystemClock system;
    Registry registry;
    Store store;
    UserTable users;
    FakeAccounts accounts;
    LiveSessions live;
    std::unique_ptr<AccountActions> actions;
    bool undroppable = false;
    int comingUp = 0;
    QList<RowId> dropped;

private:
    FakeHost &m_host;
    bool m_ready = false;
};

} // namespace

class TestAccountActions : public QObject
{
    Q_OBJECT

    static FakeHost makeHost()
    {
        FakeHost host;
        // Alice's address is off by itself: no state of hers says so.
        host.accounts = { { Alice, { "alice's rows", AccountState::Blocked, false } }, { Bob, { "bob's rows" } } };
        host.mail = { { "/var/vmail/example.org/alice", "alice's mail" }, { "/var/vmail/example.org/bob", "bob's" } };
        host.cached = { { Alice, true }, { Bob, true } };
        return host;
    }
    static bool isOld(const FakeHost &host)
    {
        const FakeHost old = makeHost();
        return host.accounts == old.accounts && host.mail == old.mail && host.archive.empty();
    }
    static bool isDeleted(const FakeHost &host)
    {
        return !host.accounts.contains(Alice) && host.accounts.at(Bob) == makeHost().accounts.at(Bob)
            && host.mail.size() == 1 && host.archive.size() == 1 && host.archive.begin()->second == "alice's mail"
            && !host.cached.contains(Alice);
    }

private Q_SLOTS:
    void init()
    {
        // In memory where it can be: what is written is synced every time, some thousand times.
        m_folder = std::make_unique<QTemporaryDir>(QFile::exists(QStringLiteral("/dev/shm"))
                ? QStringLiteral("/dev/shm/mhacting-XXXXXX")
                : QDir::tempPath() + QStringLiteral("/mhacting-XXXXXX"));
        m_socket = std::make_unique<QLocalServer>();
        m_clock = std::make_unique<ManualClock>();
        m_config = AccountsConfig();
        m_config.mailRoots = { "/var/vmail" };
        m_config.archive = "/srv/archive";
        m_config.exclude = { "postmaster@*", "svc-*@example.org" };
        m_config.mailSocket = QFile::encodeName(m_folder->filePath(QStringLiteral("mail.sock")));
        QVERIFY(m_socket->listen(QFile::decodeName(m_config.mailSocket)));
    }

    void disablingEndsAllThatIsLiveOfThatUserAlone_data()
    {
        QTest::addColumn<AccountChange>("change");
        QTest::addColumn<AccountState>("state");
        QTest::newRow("disable") << AccountChange::Disable << AccountState::Disabled;
        QTest::newRow("block") << AccountChange::Block << AccountState::Blocked;
    }
    void disablingEndsAllThatIsLiveOfThatUserAlone()
    {
        QFETCH(AccountChange, change);
        QFETCH(AccountState, state);
        FakeHost host = makeHost();
        Life life(host, m_folder->path(), *m_clock, m_config);
        life.connection(1, Alice);
        life.connection(2, "ALICE@example.org"); // as somebody typed it
        life.connection(3, Bob);
        life.connection(4, Alice, "admin"); // an administrator of that name
        life.connection(5, "");
        life.webmail(6, Alice);
        life.webmail(7, Bob);
        life.comingUp = 3;
        const auto answer = life.set(change, Alice);
        QVERIFY(answer);
        QCOMPARE(*answer, (QList<Outcomes::Target> { { life.users.idOf(Alice), Code::Done, {} } }));
        QCOMPARE(host.accounts.at(Alice).state, state);
        QCOMPARE(host.accounts.at(Bob).state, AccountState::Active);
        QVERIFY(!host.cached.contains(Alice));
        QVERIFY(host.cached.contains(Bob));
        QCOMPARE(life.registry.log(TableId::Connections)->table().rowCount(), 3);
        QCOMPARE(life.registry.log(TableId::Webmail)->table().rowCount(), 1);
        QCOMPARE(life.dropped.size(), 5); // two, and three that came up meanwhile
        QCOMPARE(host.calls.mid(host.calls.indexOf("setState")), (QList<QByteArray> { "setState", "flush" }));

        QCOMPARE(life.set(AccountChange::Enable, Alice)->first().code, Code::Done);
        QCOMPARE(host.accounts.at(Alice).state, AccountState::Active);
    }

    void whatCouldNotBeDoneIsSaid()
    {
        FakeHost host = makeHost();
        Life life(host, m_folder->path(), *m_clock, m_config);
        life.connection(1, Alice);
        life.undroppable = true;
        host.faults["flush"] = { 1, ErrorCode::Unavailable, false };
        const auto answer = life.set(AccountChange::Disable, Alice);
        QCOMPARE(answer->first().code, Code::Refused);
        for (const char *part : { "is disabled, but", "flush was made to fail", "still there", "CAP_NET_ADMIN" })
            QVERIFY2(answer->first().why.contains(part), answer->first().why.constData());
        QCOMPARE(host.accounts.at(Alice).state, AccountState::Disabled);

        host.faults["setState"] = { 1, ErrorCode::Unavailable, false };
        QCOMPARE(life.set(AccountChange::Enable, Alice)->first().why, QByteArray("setState was made to fail"));
        QCOMPARE(life.ask([&](const auto &answered) {
                         life.actions->setAccounts(AccountChange::Enable, { 4711 }, answered);
                     })
                     ->first()
                     .code,
            Code::Gone);
        QCOMPARE(life.actions->refusals().size(), 0);
        life.accounts.blockRefusal = "There is one flag: disable the account.";
        QCOMPARE(life.set(AccountChange::Block, Alice)->first().why, life.accounts.blockRefusal);
        QCOMPARE(life.actions->refusals(), (QList<Refusal> { { "block", life.accounts.blockRefusal } }));
        life.accounts.refusal = "read only";
        QCOMPARE(life.set(AccountChange::Enable, Alice)->first().why, QByteArray("read only"));
        QCOMPARE(life.actions->refusals().size(), 3);
    }

    void deleteKeepsAllForTheGracePeriodAndRestoreBringsItBack()
    {
        FakeHost host = makeHost();
        {
            Life life(host, m_folder->path(), *m_clock, m_config);
            life.connection(1, Alice);
            life.webmail(2, Alice);
            const auto answer = life.remove(Alice, "  left the company ");
            QCOMPARE(answer->first().code, Code::Done);
            QVERIFY(isDeleted(host));
            QCOMPARE(life.registry.log(TableId::Connections)->table().rowCount(), 0);
            QCOMPARE(life.registry.log(TableId::Webmail)->table().rowCount(), 0);
            QCOMPARE(life.remove(Alice)->first().code, Code::Gone);
        }
        Life life(host, m_folder->path(), *m_clock, m_config); // it survives a restart
        life.actions->resume();
        const Table &rows = life.registry.log(TableId::Deleted)->table();
        QCOMPARE(rows.rowCount(), 1);
        const Table::Slot slot = rows.slotOf({ 0, life.deletedRow(Alice) });
        QCOMPARE(rows.column(deleted::Admin).text(slot), QByteArrayView("anna"));
        QCOMPARE(rows.column(deleted::Reason).text(slot), QByteArrayView("left the company"));
        QVERIFY(rows.column(deleted::Archive).text(slot).startsWith("/srv/archive/alice@example.org."));
        QCOMPARE(rows.column(deleted::MailboxBytes).number(slot), qint64(12));
        QCOMPARE(rows.column(deleted::Purge).number(slot), m_clock->nowUs() + 7 * Day);

        const auto back = life.restore(Alice);
        QVERIFY2(back->first().code == Code::Done, back->first().why.constData());
        QVERIFY(isOld(host));
        QCOMPARE(rows.rowCount(), 0);
        QTRY_COMPARE(life.enabled(Alice), QByteArray("blocked"));
        QCOMPARE(life.restore(Alice)->first().code, Code::Gone);
    }

    void someAreNotDeleted()
    {
        FakeHost host = makeHost();
        for (const char *name : { "postmaster@example.org", "SVC-backup@example.org", "svcx@example.org" })
            host.accounts[name] = { "rows" };
        Life life(host, m_folder->path(), *m_clock, m_config);
        QCOMPARE(life.remove(Alice, " ")->first().why, QByteArray("Deleting needs a reason."));
        QVERIFY(life.remove("postmaster@example.org")->first().why.contains("exclude"));
        QVERIFY(life.remove("SVC-backup@example.org")->first().why.contains("exclude"));
        QCOMPARE(life.remove("svcx@example.org")->first().code, Code::Done);
        QCOMPARE(host.accounts.size(), size_t(4));
        m_socket->close();
        QFile::remove(QFile::decodeName(m_config.mailSocket));
        QVERIFY(life.remove(Bob)->first().why.contains("mailhelm-mail.socket"));
        QCOMPARE(life.actions->refusals().size(), 2);
        QCOMPARE(host.accounts.at(Bob).state, AccountState::Active);
    }

    void whoeverHasNoMailIsDeletedAndRestoredToo()
    {
        FakeHost host = makeHost();
        host.mail.erase("/var/vmail/example.org/alice");
        Life life(host, m_folder->path(), *m_clock, m_config);
        QCOMPARE(life.remove(Alice)->first().code, Code::Done);
        QVERIFY(host.archive.empty());
        host.mail["/var/vmail/example.org/alice"] = "of somebody else, meanwhile";
        QCOMPARE(life.restore(Alice)->first().code, Code::Done);
        QCOMPARE(host.mail.at("/var/vmail/example.org/alice"), QByteArray("of somebody else, meanwhile"));
    }

    void anAddressTakenMeanwhileIsNotRestored()
    {
        FakeHost host = makeHost();
        Life life(host, m_folder->path(), *m_clock, m_config);
        QCOMPARE(life.remove(Alice)->first().code, Code::Done);
        host.accounts[Alice] = { "another Alice" };
        QVERIFY(life.restore(Alice)->first().why.contains("taken"));
        QCOMPARE(host.accounts.at(Alice).secret, QByteArray("another Alice"));
        QCOMPARE(host.archive.size(), size_t(1));
        QVERIFY(life.deletedRow(Alice) != 0);
        host.accounts.erase(Alice); // and a folder in the way
        host.mail["/var/vmail/example.org/alice"] = "something";
        QCOMPARE(life.restore(Alice)->first().code, Code::Refused);
        QVERIFY(!host.accounts.contains(Alice));
        QCOMPARE(host.archive.size(), size_t(1));
        host.mail.erase("/var/vmail/example.org/alice");
        QCOMPARE(life.restore(Alice)->first().code, Code::Done);
        QVERIFY(isOld(host));
    }

    void aStepThatFailsIsUndone_data()
    {
        QTest::addColumn<QByteArray>("step");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<bool>("effective");
        for (const char *step : { "setState", "flush", "moveOut", "remove" }) {
            QTest::addRow("%s is refused", step) << QByteArray(step) << ErrorCode::PermissionDenied << false;
            QTest::addRow("%s is in conflict", step) << QByteArray(step) << ErrorCode::Conflict << false;
            QTest::addRow("%s fails", step) << QByteArray(step) << ErrorCode::Io << false;
            QTest::addRow("%s does not answer", step) << QByteArray(step) << ErrorCode::TimedOut << false;
            QTest::addRow("%s is done, but does not answer", step) << QByteArray(step) << ErrorCode::TimedOut << true;
        }
        QTest::newRow("sessions cannot be ended") << QByteArray("sessions") << ErrorCode::Io << false;
    }
    void aStepThatFailsIsUndone()
    {
        QFETCH(QByteArray, step);
        QFETCH(ErrorCode, code);
        QFETCH(bool, effective);
        FakeHost host = makeHost();
        Life life(host, m_folder->path(), *m_clock, m_config);
        host.faults[step] = { 1, code, effective };
        if (step == "sessions") {
            life.connection(1, Alice);
            life.undroppable = true;
        }
        const auto answer = life.remove(Alice);
        QCOMPARE(answer->first().code, Code::Refused);
        QVERIFY2(answer->first().why.contains("as it was"), answer->first().why.constData());
        QVERIFY(isOld(host));
        QVERIFY(life.store.deletions().value().isEmpty());
        QTRY_COMPARE(life.enabled(Alice), QByteArray("blocked"));
        life.undroppable = false;
        QCOMPARE(life.remove(Alice)->first().code, Code::Done); // nothing is in the way of another try
        QVERIFY(isDeleted(host));
    }

    void aRestoreThatFailsLeavesItDeleted_data()
    {
        QTest::addColumn<QByteArray>("step");
        QTest::addColumn<ErrorCode>("code");
        for (const char *step : { "restoreMail", "restore" })
            for (const ErrorCode code : { ErrorCode::Conflict, ErrorCode::Io, ErrorCode::PermissionDenied })
                QTest::addRow("%s %d", step, int(code)) << QByteArray(step) << code;
    }
    void aRestoreThatFailsLeavesItDeleted()
    {
        QFETCH(QByteArray, step);
        QFETCH(ErrorCode, code);
        FakeHost host = makeHost();
        Life life(host, m_folder->path(), *m_clock, m_config);
        QCOMPARE(life.remove(Alice)->first().code, Code::Done);
        host.faults[step] = { 1, code, false };
        QCOMPARE(life.restore(Alice)->first().code, Code::Refused);
        QVERIFY(isDeleted(host));
        QVERIFY(life.deletedRow(Alice) != 0);
        QCOMPARE(life.restore(Alice)->first().code, Code::Done);
        QVERIFY(isOld(host));
    }

    void whatCannotBeUndoneNowIsUndoneLater()
    {
        FakeHost host = makeHost();
        {
            Life life(host, m_folder->path(), *m_clock, m_config);
            host.faults["remove"] = { 1, ErrorCode::Io, false };
            host.faults["restoreMail"] = { 1, ErrorCode::Io, false };
            const auto answer = life.remove(Alice);
            QVERIFY2(answer->first().why.contains("goes on trying"), answer->first().why.constData());
            QCOMPARE(life.enabled(Alice), QByteArray("deleting"));
            QVERIFY(life.remove(Alice)->first().why.contains("just now"));
        }
        Life life(host, m_folder->path(), *m_clock, m_config);
        life.actions->resume();
        QTRY_VERIFY(life.idle());
        QVERIFY(isOld(host));
    }

    void killedAnywhereItEndsDoneOrAsItWas_data()
    {
        QTest::addColumn<QByteArray>("failing");
        QTest::newRow("delete") << QByteArray();
        for (const char *step : { "setState", "flush", "moveOut", "remove" })
            QTest::addRow("delete while %s fails", step) << QByteArray(step);
    }
    void killedAnywhereItEndsDoneOrAsItWas()
    {
        QFETCH(QByteArray, failing);
        int deleted = 0;
        int old = 0;
        for (int fuse = 0;; ++fuse) {
            QVERIFY(fuse < 200);
            init();
            FakeHost host = makeHost();
            bool died = false;
            {
                Life life(host, m_folder->path(), *m_clock, m_config);
                life.connection(1, Alice);
                host.fuse = fuse;
                if (!failing.isEmpty())
                    host.faults[failing] = { 1, ErrorCode::TimedOut, fuse % 2 == 0 };
                (void)life.remove(Alice);
                died = host.dead;
                host.dead = true; // nothing reaches the host from its last moments
            }
            host.faults.clear();
            Life life(host, m_folder->path(), *m_clock, m_config);
            life.actions->resume();
            if (!life.idle())
                QVERIFY(life.enabled(Alice).isEmpty() || life.enabled(Alice) == "deleting");
            QTRY_VERIFY(life.idle());
            deleted += isDeleted(host);
            old += isOld(host);
            QVERIFY2(isDeleted(host) != isOld(host), qPrintable(QString::number(fuse)));
            QCOMPARE(life.deletedRow(Alice) != 0, isDeleted(host));
            if (!died)
                break;
        }
        qInfo("%d ended deleted, %d as they were", deleted, old);
        QVERIFY(deleted > 0 && old > 0);
    }

    void killedWhileItRestoresItEndsRestoredOrDeleted_data()
    {
        QTest::addColumn<QByteArray>("failing");
        QTest::newRow("restore") << QByteArray();
        for (const char *step : { "restoreMail", "restore", "flush" })
            QTest::addRow("restore while %s fails", step) << QByteArray(step);
    }
    void killedWhileItRestoresItEndsRestoredOrDeleted()
    {
        QFETCH(QByteArray, failing);
        for (int fuse = 0;; ++fuse) {
            QVERIFY(fuse < 200);
            init();
            FakeHost host = makeHost();
            bool died = false;
            {
                Life life(host, m_folder->path(), *m_clock, m_config);
                QCOMPARE(life.remove(Alice)->first().code, Code::Done);
                host.fuse = fuse;
                if (!failing.isEmpty())
                    host.faults[failing] = { 1, ErrorCode::TimedOut, fuse % 2 == 0 };
                (void)life.restore(Alice);
                died = host.dead;
                host.dead = true;
            }
            host.faults.clear();
            Life life(host, m_folder->path(), *m_clock, m_config);
            life.actions->resume();
            QTRY_VERIFY(life.idle());
            QVERIFY2(isDeleted(host) != isOld(host), qPrintable(QString::number(fuse)));
            QCOMPARE(life.deletedRow(Alice) != 0, isDeleted(host));
            if (!died)
                break;
        }
    }

    void anAddressMadeAnewWhileTheAgentWasAwayIsLeftAlone()
    {
        FakeHost host = makeHost();
        for (int fuse = 0; fuse < 200; ++fuse) {
            init();
            host = makeHost();
            {
                Life life(host, m_folder->path(), *m_clock, m_config);
                host.fuse = fuse;
                (void)life.remove(Alice);
                const bool died = host.dead;
                host.dead = true;
                if (!died)
                    return;
            }
            if (host.accounts.contains(Alice))
                continue; // not that far
            host.accounts[Alice] = { "another Alice", AccountState::Active };
            Life life(host, m_folder->path(), *m_clock, m_config);
            life.actions->resume();
            QTRY_VERIFY(life.idle());
            QCOMPARE(host.accounts.at(Alice).secret, QByteArray("another Alice"));
            QCOMPARE(host.archive.begin()->second, QByteArray("alice's mail"));
            QVERIFY(life.deletedRow(Alice) != 0);
        }
    }

    void whatIsOverdueIsPurgedAndNothingElse()
    {
        FakeHost host = makeHost();
        Life life(host, m_folder->path(), *m_clock, m_config);
        QCOMPARE(life.remove(Alice)->first().code, Code::Done);
        m_clock->advanceUs(3 * Day);
        QCOMPARE(life.remove(Bob)->first().code, Code::Done);
        life.actions->resume();
        m_clock->advanceUs(4 * Day - 1);
        life.actions->purgeDue();
        QCOMPARE(host.archive.size(), size_t(2));
        m_clock->advanceUs(1);
        host.faults["purge"] = { 1, ErrorCode::Unavailable, false }; // the first try fails, and is repeated
        life.actions->purgeDue();
        QTRY_COMPARE(host.calls.count("purge"), 1);
        {
            Life later(host, m_folder->path(), *m_clock, m_config);
            later.actions->resume();
            QTRY_VERIFY(later.idle());
            QCOMPARE(host.archive.size(), size_t(1));
            QCOMPARE(later.deletedRow(Alice), RowId(0));
            QVERIFY(later.deletedRow(Bob) != 0);
        }
    }

    void aClockThatJumpsPurgesNothingForADay()
    {
        FakeHost host = makeHost();
        Life life(host, m_folder->path(), *m_clock, m_config);
        QCOMPARE(life.remove(Alice)->first().code, Code::Done);
        life.actions->resume();
        m_clock->jumpTo(m_clock->nowUs() + 365 * Day);
        life.actions->purgeDue();
        m_clock->advanceUs(Day / 2);
        life.actions->purgeDue();
        QTest::qWait(20);
        QCOMPARE(host.archive.size(), size_t(1));
        m_clock->jumpTo(m_clock->nowUs() - 366 * Day); // set right, and more
        life.actions->purgeDue();
        m_clock->advanceUs(2 * Day);
        life.actions->purgeDue();
        QTest::qWait(20);
        QCOMPARE(host.archive.size(), size_t(1));
        QCOMPARE(life.restore(Alice)->first().code, Code::Done);
        QVERIFY(isOld(host));
    }

    void aWholeRequestIsAnsweredInItsOrder()
    {
        FakeHost host = makeHost();
        for (int i = 0; i < 300; ++i) {
            const QByteArray name = "user" + QByteArray::number(i);
            host.accounts[name + "@example.org"] = { name };
            if (i % 3 != 0)
                host.mail["/var/vmail/example.org/" + name] = "mail of " + name;
        }
        host.accounts["postmaster@example.org"] = { "rows" };
        Life life(host, m_folder->path(), *m_clock, m_config);
        QList<RowId> ids { 4711, life.users.idOf("postmaster@example.org") };
        for (int i = 0; i < 300; ++i)
            ids.append(life.users.idOf("user" + QByteArray::number(i) + "@example.org"));
        ids.append(ids.last()); // twice the same
        const auto answer
            = life.ask([&](const auto &answered) { life.actions->deleteAccounts(ids, "all", owner(), answered); });
        QVERIFY(answer);
        QCOMPARE(answer->size(), ids.size());
        for (qsizetype i = 0; i < ids.size(); ++i) {
            QCOMPARE(answer->at(i).id, ids[i]);
            QCOMPARE(answer->at(i).code,
                i == 0                    ? Code::Gone
                    : i == 1              ? Code::Refused
                    : i == ids.size() - 1 ? Code::Refused
                                          : Code::Done);
        }
        QCOMPARE(host.accounts.size(), size_t(3));
        QCOMPARE(host.archive.size(), size_t(200));
        QCOMPARE(life.registry.log(TableId::Deleted)->table().rowCount(), 300);
    }

    void randomDeedsAgreeWithANaiveModel()
    {
        struct Naive {
            std::map<QByteArray, FakeHost::Record> accounts;
            std::map<QByteArray, QByteArray> mail;
            std::map<QByteArray, std::pair<FakeHost::Record, QByteArray>> deleted;
            bool operator==(const Naive &) const = default;
        };
        QRandomGenerator random(20261127);
        for (int round = 0; round < 12; ++round) {
            init();
            FakeHost host = makeHost();
            Naive naive { host.accounts, host.mail, {} };
            const auto actual = [&](const Life &life) {
                Naive now { host.accounts, host.mail, {} };
                const auto journal = life.store.deletions();
                for (const Deletion &entry : journal.value())
                    now.deleted[entry.rows.user] = { FakeAccounts::recordOf(entry.rows),
                        entry.archived ? host.archive[entry.archive] : QByteArray() };
                return now;
            };
            auto life = std::make_unique<Life>(host, m_folder->path(), *m_clock, m_config);
            life->actions->resume();
            for (int step = 0; step < 40; ++step) {
                const QByteArray user = random.bounded(2) ? Alice : Bob;
                const QByteArray path = "/var/vmail/example.org/" + user.first(user.indexOf('@'));
                const int deed = random.bounded(5);
                host.faults.clear();
                if (random.bounded(4) == 0) {
                    static const char *ops[] { "setState", "flush", "moveOut", "remove", "restoreMail", "restore" };
                    host.faults[ops[random.bounded(6)]]
                        = { 1, random.bounded(2) ? ErrorCode::TimedOut : ErrorCode::Conflict, random.bounded(2) == 0 };
                }
                if (random.bounded(3) == 0)
                    host.fuse = random.bounded(20);
                Naive next = naive;
                std::optional<QList<Outcomes::Target>> answer;
                if (deed < 3) {
                    static constexpr AccountChange changes[] { AccountChange::Enable, AccountChange::Block,
                        AccountChange::Disable };
                    static constexpr AccountState states[] { AccountState::Active, AccountState::Blocked,
                        AccountState::Disabled };
                    if (next.accounts.contains(user))
                        next.accounts[user].set(states[deed]);
                    answer = life->set(changes[deed], user);
                } else if (deed == 3) {
                    if (next.accounts.contains(user)) {
                        next.deleted[user]
                            = { next.accounts[user], next.mail.contains(path) ? next.mail[path] : QByteArray() };
                        next.accounts.erase(user);
                        next.mail.erase(path);
                    }
                    answer = life->remove(user);
                } else {
                    if (next.deleted.contains(user)) {
                        next.accounts[user] = next.deleted[user].first;
                        if (!next.deleted[user].second.isEmpty())
                            next.mail[path] = next.deleted[user].second;
                        next.deleted.erase(user);
                    }
                    answer = life->restore(user);
                }
                const bool died = host.dead;
                if (died || random.bounded(5) == 0 || !life->idle()) {
                    host.dead = true;
                    life.reset();
                    host.faults.clear();
                    life = std::make_unique<Life>(host, m_folder->path(), *m_clock, m_config);
                    life->actions->resume();
                }
                host.fuse = -1;
                host.faults.clear();
                QTRY_VERIFY(life->idle());
                const Naive now = actual(*life);
                if (answer && answer->first().code == Code::Done)
                    QVERIFY2(now == next, qPrintable(QStringLiteral("round %1 step %2").arg(round).arg(step)));
                else
                    QVERIFY2(now == next || now == naive,
                        qPrintable(QStringLiteral("round %1 step %2").arg(round).arg(step)));
                naive = now;
                // What is shown is what is.
                bool applied = false;
                life->accounts.look([&] { life->users.whenApplied([&applied] { applied = true; }); });
                QTRY_VERIFY(applied);
                for (const QByteArray &each : { Alice, Bob }) {
                    QCOMPARE(life->enabled(each).isEmpty(), !naive.accounts.contains(each));
                    QCOMPARE(life->deletedRow(each) != 0, naive.deleted.contains(each));
                }
            }
        }
    }

    void aStoreOfTheFirstVersionIsUpgraded()
    {
        const QString file = m_folder->filePath(QStringLiteral("mailhelmd.db"));
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("old"));
            database.setDatabaseName(file);
            QVERIFY(database.open());
            QSqlQuery query(database);
            for (const char *sql : { "CREATE TABLE value (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
                     "CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, admin BLOB "
                     "NOT NULL, action BLOB NOT NULL, target BLOB NOT NULL, outcome BLOB NOT NULL, detail BLOB NOT "
                     "NULL)",
                     "INSERT INTO value VALUES ('row-key', 'old key')",
                     "INSERT INTO audit VALUES (7, 1, 'a', 'drop', 't', 'done', '')", "PRAGMA user_version = 1" })
                QVERIFY(query.exec(QString::fromLatin1(sql)));
        }
        QSqlDatabase::removeDatabase(QStringLiteral("old"));
        Store store;
        QVERIFY(store.open(m_folder->path()));
        QCOMPARE(store.value(QStringLiteral("row-key")).value(), std::optional<QByteArray>("old key"));
        QCOMPARE(store.newest(10).value().first().number, qint64(7));
        QVERIFY(store.deletions().value().isEmpty());
        Deletion entry;
        entry.rows.user = QByteArray("\xff\0x", 3);
        entry.rows.tables
            = { { "t", { "a", "b" }, { { QByteArray("\0\xff", 2), QVariant() }, { QByteArray(""), QByteArray("x") } } },
                  { "empty", {}, {} } };
        entry.reason = "why";
        entry.before = AccountState::Disabled;
        QList<Deletion> entries { entry, entry };
        QVERIFY(store.add(entries));
        QVERIFY(entries[1].number > entries[0].number);
        entries[0].goal = Deletion::Goal::Kept;
        entries[0].bytes = 77;
        QVERIFY(store.update(entries[0]));
        QVERIFY(store.remove(entries[1]));
        QVERIFY(!store.update(entries[1]));
        const Deletion back = store.deletions().value().first();
        QCOMPARE(back.rows.user, entry.rows.user);
        QCOMPARE(back.rows.tables.size(), 2);
        QCOMPARE(back.rows.tables[0].values, entry.rows.tables[0].values);
        QVERIFY(back.rows.tables[0].values[1][0].isValid());
        QCOMPARE(back.bytes, qint64(77));
        QCOMPARE(back.before, AccountState::Disabled);
    }

    void aMailboxIsNeverAnotherOnes_data()
    {
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<bool>("good");
        const auto row = [](const char *user, const char *path, bool good) {
            QTest::addRow("%s %s", user, path) << QByteArray(user) << QByteArray(path) << good;
        };
        row("alice@example.org", "/var/vmail/example.org/alice", true);
        row("alice@example.org", "/var/vmail/Example.org/Alice", true);
        row("alice@example.org", "/var/vmail/alice@example.org", true);
        row("alice@example.org", "/var/vmail/example.org/a/l/i/alice-2020.01.01.12/Maildir", true);
        row("alice@example.org", "/var/vmail/alice", true);
        row("alice", "/var/vmail/alice", true);
        row("alice@example.org", "", false);
        row("alice@example.org", "/var/vmail", false);
        row("alice@example.org", "/var/vmail/", false);
        row("alice@example.org", "/var/vmail/example.org", false);
        row("alice@example.org", "/var/vmail/example.org/", false);
        row("alice@example.org", "/var/vmail/example.org/..", false);
        row("alice@example.org", "/var/vmail/../alice", false);
        row("alice@example.org", "/etc/alice", false);
        row("alice@example.org", "/var/vmailx/alice", false);
        row("alice@example.org", "/var/vmail/example.org/bob", false);
        row("alice@example.org", "/var/vmail/example.org/alice2", false);
        row("alice@example.org", "/var/vmail/example.org/alice-smith", false); // another account
        row("alice@example.org", "/var/vmail/other.org/alice", false); // another account
        row("alice@example.org", "/var/vmail/bob@example.org/alice", false);
        row("example.org@example.org", "/var/vmail/example.org", false);
        row("example.org@example.org", "/var/vmail/example.org/example.org", true);
        row("other.org@example.org", "/var/vmail/other.org", false);
    }
    void aMailboxIsNeverAnotherOnes()
    {
        QFETCH(QByteArray, user);
        QFETCH(QByteArray, path);
        QFETCH(bool, good);
        const QList<QByteArray> all { "alice@example.org", "bob@example.org", "alice-smith@example.org",
            "alice@other.org", "example.org@example.org", "other.org@example.org", "alice2@example.org" };
        const MailPlace place { [&](const QByteArray &name) { return name != user && all.contains(name); },
            [](const QByteArray &domain) { return domain == "example.org" || domain == "other.org"; } };
        const Result<void> checked = place.check({ user, path, {} }, m_config);
        QVERIFY2(checked.ok() == good, checked ? "" : qPrintable(checked.error().detail));
    }

    void namesInTheArchiveTellWhoAndOccurOnce()
    {
        const qint64 time = m_clock->nowUs();
        for (const QByteArray &user : { Alice, QByteArray("../../etc"), QByteArray(".hidden"), QByteArray("a/b\n\xff"),
                 QByteArray(1000, 'x'), QByteArray("käse@bücher.example"), QByteArray("") }) {
            const QByteArray name = archiveNameOf(user, time);
            QVERIFY2(mailwire::isArchiveName(name), name.constData());
            QVERIFY(name != archiveNameOf(user, time + 1));
            QVERIFY(name != archiveNameOf(user + '.', time));
        }
        QVERIFY(archiveNameOf(Alice, time).startsWith("alice@example.org."));
    }

    void patternsExcludeWhomTheyMean()
    {
        const QList<QByteArray> patterns { "postmaster@*", "svc-*@example.org", "?x@a.org", "**" };
        QVERIFY(fitsAny("Postmaster@any.org", patterns.first(1)));
        QVERIFY(!fitsAny("xpostmaster@any.org", patterns.first(1)));
        QVERIFY(fitsAny("svc-@example.org", patterns.first(2)));
        QVERIFY(!fitsAny("svc-a@example.orgx", patterns.first(2)));
        QVERIFY(fitsAny("äx@a.org", patterns.first(3)));
        QVERIFY(!fitsAny("x@a.org", patterns.first(3)));
        QVERIFY(fitsAny("anything", patterns));
        QVERIFY(!fitsAny("anything", {}));
        QVERIFY(!fitsAny(QByteArray(300, 'a'), { QByteArray("a*a*a*a*a*a*a*a*a*a*b") })); // and soon
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QLocalServer> m_socket;
    std::unique_ptr<ManualClock> m_clock;
    AccountsConfig m_config;
};

QTEST_GUILESS_MAIN(TestAccountActions)
#include "tst_accountactions.moc"
