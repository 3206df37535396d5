// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/consolebackend.h"
#include "core/table/livetable.h"
#include "tests/support/fakeagent.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;
using namespace Qt::StringLiterals;

/// What the windows ask for of people reaches the right agents, row by row, and is answered row by row.
class TestRowJobs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void endsSessionsOnTheirServers();
    void changesAccounts_data();
    void changesAccounts();
    void deletesWithTheReasonAndRestores();
    void tellsProgressAndStops();
    void tellsWhyNot();
    void rolesAndRefusalsSayWhatCannotBeDone();
    void foldsOnlineUsersOfAllServers();
    void comparesAFileWithTheAccounts();

private:
    struct Host {
        std::unique_ptr<FakeAgent> agent;
        quint16 number = 0;
    };
    void fill(FakeAgent &agent, int accounts);
    [[nodiscard]] QList<RowKey> rowsOf(TableId table, quint16 server) const;
    [[nodiscard]] ServerStatus status(quint16 server) const;

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_home;
    std::vector<Host> m_hosts;
    std::unique_ptr<ConsoleBackend> m_backend;
    QList<RowOutcome> m_outcomes;
    QList<qsizetype> m_progress;
};

void TestRowJobs::fill(FakeAgent &agent, int accounts)
{
    for (RowId id = 1; id <= RowId(accounts); ++id) {
        const QByteArray user = "user" + QByteArray::number(id) + "@example.org";
        const ChangeLog::Cell account[] { { users::User, user }, { users::Enabled, QByteArray("active") } };
        agent.log(TableId::Users).put(id, account);
        const ChangeLog::Cell session[] { { webmail::User, user }, { webmail::Component, QByteArray("HTTP/WebMail") } };
        agent.log(TableId::Webmail).put(id, session);
        const ChangeLog::Cell connection[] { { connections::User, user },
            { connections::Protocol, QByteArray("imap") } };
        agent.log(TableId::Connections).put(id, connection);
    }
}

void TestRowJobs::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    m_outcomes.clear();
    m_progress.clear();
    Result<Profile> opened = Profile::open(m_home->filePath(u"home"_s));
    QVERIFY(opened);
    Profile profile = std::move(opened).value();
    const Result<Identity> identity = profile.identity();
    QVERIFY(identity);
    for (const QString &name : { u"mx1"_s, u"mx2"_s }) {
        Host host;
        host.agent = std::make_unique<FakeAgent>(m_clock);
        host.agent->allow(identity.value().pin(), Role::Owner);
        fill(*host.agent, 30);
        QVERIFY(host.agent->start());
        QVERIFY(profile.add({ name, u"127.0.0.1"_s, host.agent->port(), host.agent->pin(), {}, {}, Role::None }));
        m_hosts.push_back(std::move(host));
    }
    m_backend = std::make_unique<ConsoleBackend>(profile, identity.value(), m_clock);
    m_backend->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_backend->rowCount(TableId::Users, std::nullopt), 60, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(m_backend->rowCount(TableId::Webmail, std::nullopt), 60, 20'000);
    const QList<ServerStatus> servers = m_backend->servers();
    QCOMPARE(servers.size(), 2);
    for (size_t i = 0; i < 2; ++i)
        m_hosts[i].number = servers[qsizetype(i)].number;
}

void TestRowJobs::cleanup()
{
    m_backend.reset();
    m_hosts.clear();
    m_home.reset();
}

QList<RowKey> TestRowJobs::rowsOf(TableId table, quint16 server) const
{
    const Table &rows = m_backend->table(table).table();
    QList<RowKey> keys;
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot)
        if (rows.isLive(slot) && rows.keyAt(slot).server == server)
            keys.append(rows.keyAt(slot));
    std::sort(keys.begin(), keys.end());
    return keys;
}

ServerStatus TestRowJobs::status(quint16 server) const
{
    for (const ServerStatus &each : m_backend->servers())
        if (each.number == server)
            return each;
    return {};
}

void TestRowJobs::endsSessionsOnTheirServers()
{
    const QList<RowKey> first = rowsOf(TableId::Webmail, m_hosts[0].number);
    const QList<RowKey> second = rowsOf(TableId::Webmail, m_hosts[1].number);
    const RowKey nobody { m_hosts[1].number, 99'999 };
    m_backend->act(RowAction::End, { second[3], first[5], nobody }, {}, this,
        [this](const QList<RowOutcome> &outcomes) { m_outcomes = outcomes; });
    QTRY_COMPARE(m_outcomes.size(), 3);
    QCOMPARE(m_outcomes[0].row, second[3]);
    QCOMPARE(m_outcomes[0].code, RowOutcome::Code::Done);
    QCOMPARE(m_outcomes[1].row, first[5]);
    QCOMPARE(m_outcomes[1].code, RowOutcome::Code::Done);
    QCOMPARE(m_outcomes[2].code, RowOutcome::Code::Gone);
    QCOMPARE(m_hosts[0].agent->acts.size(), 1);
    QCOMPARE(m_hosts[0].agent->acts[0].ids, QList<RowId> { first[5].id });
    QTRY_COMPARE(m_backend->rowCount(TableId::Webmail, m_hosts[0].number), 29);
    QTRY_COMPARE(m_backend->rowCount(TableId::Webmail, m_hosts[1].number), 29);
}

void TestRowJobs::changesAccounts_data()
{
    QTest::addColumn<int>("action");
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("state");
    QTest::newRow("enable") << int(RowAction::Enable) << QByteArray("enable") << QByteArray("active");
    QTest::newRow("block") << int(RowAction::Block) << QByteArray("block") << QByteArray("blocked");
    QTest::newRow("disable") << int(RowAction::Disable) << QByteArray("disable") << QByteArray("disabled");
}

void TestRowJobs::changesAccounts()
{
    QFETCH(int, action);
    QFETCH(QByteArray, asked);
    QFETCH(QByteArray, state);
    const RowKey account = rowsOf(TableId::Users, m_hosts[0].number)[7];
    m_backend->act(
        RowAction(action), { account }, {}, this, [this](const QList<RowOutcome> &outcomes) { m_outcomes = outcomes; });
    QTRY_COMPARE(m_outcomes.size(), 1);
    QCOMPARE(m_outcomes[0].code, RowOutcome::Code::Done);
    QCOMPARE(m_hosts[0].agent->acts[0].action, asked);
    QVERIFY(m_hosts[1].agent->acts.isEmpty());
    const Table &accounts = m_backend->table(TableId::Users).table();
    QTRY_COMPARE(accounts.column(users::Enabled).text(accounts.slotOf(account)).toByteArray(), state);
}

void TestRowJobs::deletesWithTheReasonAndRestores()
{
    const QList<RowKey> all = rowsOf(TableId::Users, m_hosts[0].number);
    m_backend->act(RowAction::Delete, { all[1], all[2] }, u"agreed with Ève"_s, this,
        [this](const QList<RowOutcome> &outcomes) { m_outcomes = outcomes; });
    QTRY_COMPARE(m_outcomes.size(), 2);
    QCOMPARE(m_hosts[0].agent->acts.last().reason, u"agreed with Ève"_s.toUtf8());
    QTRY_COMPARE(m_backend->rowCount(TableId::Users, m_hosts[0].number), 28);
    QTRY_COMPARE(m_backend->rowCount(TableId::Deleted, m_hosts[0].number), 2);
    m_outcomes.clear();
    m_backend->act(RowAction::Restore, rowsOf(TableId::Deleted, m_hosts[0].number), {}, this,
        [this](const QList<RowOutcome> &outcomes) { m_outcomes = outcomes; });
    QTRY_COMPARE(m_outcomes.size(), 2);
    QTRY_COMPARE(m_backend->rowCount(TableId::Users, m_hosts[0].number), 30);
}

void TestRowJobs::tellsProgressAndStops()
{
    for (Host &host : m_hosts)
        host.agent->actAfterMs = 60;
    const QList<RowKey> all = rowsOf(TableId::Users, m_hosts[0].number) + rowsOf(TableId::Users, m_hosts[1].number);
    Backend::Job job = 0;
    job = m_backend->act(
        RowAction::Disable, all, {}, this, [this](const QList<RowOutcome> &outcomes) { m_outcomes = outcomes; },
        [this, &job](qsizetype answered) {
            m_progress.append(answered);
            if (answered >= 10)
                m_backend->stop(job);
        });
    QTRY_COMPARE_WITH_TIMEOUT(m_outcomes.size(), 60, 20'000);
    QVERIFY(!m_progress.isEmpty());
    QVERIFY(std::is_sorted(m_progress.begin(), m_progress.end()));
    const auto count = [this](RowOutcome::Code code) {
        return std::count_if(
            m_outcomes.begin(), m_outcomes.end(), [code](const RowOutcome &each) { return each.code == code; });
    };
    // What was under way is answered, nothing further is begun.
    QVERIFY2(count(RowOutcome::Code::Done) >= 10, qPrintable(QString::number(count(RowOutcome::Code::Done))));
    QVERIFY(count(RowOutcome::Code::NotTried) > 0);
    QCOMPARE(count(RowOutcome::Code::Done) + count(RowOutcome::Code::NotTried), 60);
    for (qsizetype i = 0; i < all.size(); ++i)
        QCOMPARE(m_outcomes[i].row, all[i]);
}

void TestRowJobs::tellsWhyNot()
{
    const QList<RowKey> all = rowsOf(TableId::Users, m_hosts[0].number);
    m_hosts[0].agent->onAct = [&](const QByteArray &, RowId id) -> std::optional<Outcomes::Target> {
        if (id != all[1].id)
            return std::nullopt;
        return Outcomes::Target { id, Outcomes::Code::Refused, "It is on the list of excluded accounts." };
    };
    m_backend->act(RowAction::Disable, { all[0], all[1], { 999, 1 } }, {}, this,
        [this](const QList<RowOutcome> &outcomes) { m_outcomes = outcomes; });
    QTRY_COMPARE(m_outcomes.size(), 3);
    QCOMPARE(m_outcomes[0].code, RowOutcome::Code::Done);
    QCOMPARE(m_outcomes[1].code, RowOutcome::Code::Refused);
    QCOMPARE(m_outcomes[1].why, u"It is on the list of excluded accounts."_s);
    QCOMPARE(m_outcomes[2].code, RowOutcome::Code::NotReached);
    // Nobody is there: each row says so.
    m_hosts[1].agent->stop();
    QTRY_VERIFY_WITH_TIMEOUT(status(m_hosts[1].number).state != LinkState::Live, 20'000);
    m_outcomes.clear();
    m_backend->act(RowAction::End, rowsOf(TableId::Webmail, m_hosts[1].number).first(2), {}, this,
        [this](const QList<RowOutcome> &outcomes) { m_outcomes = outcomes; });
    QTRY_COMPARE(m_outcomes.size(), 2);
    for (const RowOutcome &outcome : m_outcomes) {
        QCOMPARE(outcome.code, RowOutcome::Code::NotReached);
        QVERIFY(!outcome.why.isEmpty());
    }
    // Nothing asked is answered, too.
    bool answered = false;
    m_backend->act(RowAction::End, {}, {}, this, [&](const QList<RowOutcome> &none) { answered = none.isEmpty(); });
    QTRY_VERIFY(answered);
}

void TestRowJobs::rolesAndRefusalsSayWhatCannotBeDone()
{
    const ServerStatus owner = status(m_hosts[0].number);
    for (const RowAction action : { RowAction::Drop, RowAction::End, RowAction::Enable, RowAction::Block,
             RowAction::Disable, RowAction::Delete, RowAction::Restore })
        QCOMPARE(owner.refusal(action), QString());
    // As a manager, on a host without a webmail.
    m_hosts[0].agent->refusals = { { "end", "No webmail is configured." }, { "block", "One flag for all." } };
    const Result<Profile> profile = Profile::open(m_home->filePath(u"home"_s));
    m_hosts[0].agent->allow(profile.value().identity().value().pin(), Role::Manager);
    m_hosts[0].agent->dismissAll(ErrorCode::Unavailable, "again");
    QTRY_COMPARE_WITH_TIMEOUT(status(m_hosts[0].number).role, u"manager"_s, 20'000);
    const ServerStatus manager = status(m_hosts[0].number);
    QCOMPARE(manager.refusal(RowAction::End), u"No webmail is configured."_s);
    QCOMPARE(manager.refusal(RowAction::Block), u"One flag for all."_s);
    QCOMPARE(manager.refusal(RowAction::Disable), QString());
    QCOMPARE(manager.refusal(RowAction::Delete), u"Your role on mx1 is manager; this needs owner."_s);
}

void TestRowJobs::foldsOnlineUsersOfAllServers()
{
    QTRY_COMPARE(m_backend->rowCount(TableId::OnlineUsers, std::nullopt), 60);
    QCOMPARE(m_backend->rowCount(TableId::OnlineUsers, m_hosts[1].number), 30);
    const Table &online = m_backend->table(TableId::OnlineUsers).table();
    QCOMPARE(&m_backend->online().table(), &online);
    for (Table::Slot slot = 0; slot < online.slotEnd(); ++slot)
        if (online.isLive(slot))
            QCOMPARE(online.column(onlineusers::Total).number(slot), 2);
    bool refreshed = false;
    m_backend->refresh(TableId::OnlineUsers, this, [&](const Result<void> &result) { refreshed = result.ok(); });
    QTRY_VERIFY(refreshed);
    QCOMPARE(m_hosts[0].agent->refreshes, 2); // of the connections and of the sessions
}

void TestRowJobs::comparesAFileWithTheAccounts()
{
    const QString name = m_home->filePath(u"billing.csv"_s);
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("name;mail\r\nOne;USER1@Example.ORG\r\nTwo;user2@example.org\r\nNobody;=gone@example.org\r\nX;?\r\n");
    file.close();
    const Result<ListComparison> all = m_backend->compare(name, std::nullopt);
    QVERIFY2(all, qPrintable(all ? QString() : all.error().detail));
    QCOMPARE(all.value().both.size(), 4); // the same two on both servers
    QCOMPARE(all.value().onlyHere.size(), 56);
    QCOMPARE(all.value().onlyListed.size(), 1);
    QVERIFY(!all.value().remarks.isEmpty());
    const Result<ListComparison> one = m_backend->compare(name, m_hosts[1].number);
    QVERIFY(one);
    QCOMPARE(one.value().both.size(), 2);
    QCOMPARE(one.value().onlyHere.size(), 28);
    for (const RowKey key : one.value().both)
        QCOMPARE(key.server, m_hosts[1].number);
    const Result<ListComparison> none = m_backend->compare(m_home->filePath(u"no.csv"_s), std::nullopt);
    QVERIFY(!none);
    QVERIFY2(none.error().detail.contains(u"no.csv"_s), qPrintable(none.error().detail));
}

QTEST_MAIN(TestRowJobs)
#include "tst_rowjobs.moc"
