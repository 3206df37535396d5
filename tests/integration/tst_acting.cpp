// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts of a real Dovecot and Postfix are blocked, disabled, deleted and restored: whoever is out stays out, nobody
// else notices, and a kill at any moment leaves all or nothing.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"
#include "tests/support/peoplelab.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QTest>

using namespace mailhelm;

namespace
{

using Port = Lab::Port;
using Code = Outcomes::Code;
using Targets = QList<Outcomes::Target>;

constexpr int LongMs = 60'000;
const QByteArray Section = "sizes = false\nexclude = [\"postmaster@*\", \"user9@lab.test\"]\n";

QByteArray graceOf(const QByteArray &grace)
{
    return "grace = \"" + grace + "\"\n";
}

} // namespace

class TestActing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void disablingEndsAllAndNobodyElseNotices();
    void blockedIsWhoCannotLogInButGetsMail();
    void deletedIsGoneEverywhereAndRestoreBringsItBack();
    void anAddressTakenMeanwhileIsNotRestored();
    void excludedAccountsAreNotDeleted();
    void killedAtAnyMomentItIsDoneOrAsItWas();
    void doctorNamesWhatIsMissing();
    void aThousandAreDeletedWithProgressAndStopped();
    void whatIsOverdueIsPurged();

private:
    /// The agent anew, with that.
    void configure(const QByteArray &kind, const QByteArray &grace);
    [[nodiscard]] RowId idOf(TableId table, const QByteArray &user);
    [[nodiscard]] QByteArray enabled(const QByteArray &user);
    Targets ask(const std::function<void(Answer<Outcomes>)> &request);
    Targets set(AccountChange change, const QByteArray &user);
    Targets remove(const QByteArray &user, const QByteArray &reason = "left");
    Targets restore(const QByteArray &user);
    /// From an address of its own: Dovecot delays whoever comes from where somebody failed.
    [[nodiscard]] bool canLogIn(const QByteArray &user);
    [[nodiscard]] std::unique_ptr<MailClient> loggedIn(
        const QByteArray &user, MailClient::Protocol protocol = MailClient::Protocol::Imap);
    [[nodiscard]] QByteArrayList rowsOf(const QByteArray &user) const;
    [[nodiscard]] int mentions(const QByteArray &user) const;
    [[nodiscard]] QByteArray boxOf(const QByteArray &user) const { return m_host->boxOf(user); }
    void makeBox(const QByteArray &user);
    [[nodiscard]] QSqlDatabase database() const { return QSqlDatabase::database(QStringLiteral("acting")); }

    std::unique_ptr<PeopleLab> m_host;
    std::unique_ptr<AgentClient> m_console;
    int m_address = 1;
};

void TestActing::initTestCase()
{
    Lab::Options options;
    options.accounts = 1100;
    options.serviceCount0 = true;
    if (const QString why = PeopleLab::whyNotHere(options); !why.isEmpty())
        QSKIP(qPrintable(why));
    m_host = std::make_unique<PeopleLab>(options);
    const Result<void> started = m_host->start("postfixadmin", Section + graceOf("7d"));
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
    QSqlDatabase accounts = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("acting"));
    accounts.setDatabaseName(m_host->lab().accountsDatabase());
    accounts.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    QVERIFY(accounts.open());
    m_console = std::make_unique<AgentClient>();
    LinkTimes times;
    times.backoffFirst = std::chrono::milliseconds(100);
    times.backoffLongest = std::chrono::milliseconds(500);
    const Result<void> enrolled = m_console->enrol(m_host->agent(), "anna", "owner", times);
    QVERIFY2(enrolled, enrolled ? "" : qPrintable(enrolled.error().detail));
    const Result<void> watching = m_console->watch(
        { TableId::Connections, TableId::Users, TableId::Deleted, TableId::Webmail, TableId::Sources, TableId::Audit });
    QVERIFY2(watching, watching ? "" : qPrintable(watching.error().detail));
    QTRY_COMPARE_WITH_TIMEOUT(m_console->rows(TableId::Users).size(), 1100, LongMs);
}

void TestActing::cleanupTestCase()
{
    m_console.reset();
    if (!m_host)
        return;
    database().close();
    QSqlDatabase::removeDatabase(QStringLiteral("acting"));
    m_host.reset();
}

void TestActing::configure(const QByteArray &kind, const QByteArray &grace)
{
    const QByteArray own = kind == "queries" ? "queries = \"" + m_host->folder() + "/own.sql\"\n" : QByteArray();
    const Result<void> written = m_host->configure(kind, Section + graceOf(grace) + own);
    QVERIFY2(written, written ? "" : qPrintable(written.error().detail));
    QVERIFY(m_host->agent().stop());
    const Result<void> up = m_host->agent().start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    QTRY_VERIFY_WITH_TIMEOUT(m_console->refresh(TableId::Users), LongMs);
}

RowId TestActing::idOf(TableId table, const QByteArray &user)
{
    for (const AgentClient::Row &row : m_console->rows(table))
        if (row.text(0) == user)
            return row.id;
    return 0;
}

QByteArray TestActing::enabled(const QByteArray &user)
{
    for (const AgentClient::Row &row : m_console->rows(TableId::Users))
        if (row.text(users::User) == user)
            return row.text(users::Enabled);
    return {};
}

Targets TestActing::ask(const std::function<void(Answer<Outcomes>)> &request)
{
    std::optional<Result<Outcomes>> answer;
    request([&answer](const Result<Outcomes> &result) { answer = result; });
    (void)QTest::qWaitFor([&answer] { return answer.has_value(); }, LongMs);
    if (!answer || !*answer)
        return { { 0, Code::Refused, answer ? answer->error().detail.toUtf8() : QByteArray("no answer") } };
    return answer->value().targets;
}

Targets TestActing::set(AccountChange change, const QByteArray &user)
{
    return ask([&](Answer<Outcomes> answer) {
        m_console->link().setAccounts(change, { idOf(TableId::Users, user) }, this, std::move(answer), {});
    });
}

Targets TestActing::remove(const QByteArray &user, const QByteArray &reason)
{
    return ask([&](Answer<Outcomes> answer) {
        m_console->link().deleteAccounts({ idOf(TableId::Users, user) }, reason, this, std::move(answer), {});
    });
}

Targets TestActing::restore(const QByteArray &user)
{
    return ask([&](Answer<Outcomes> answer) {
        m_console->link().restoreAccounts({ idOf(TableId::Deleted, user) }, this, std::move(answer), {});
    });
}

std::unique_ptr<MailClient> TestActing::loggedIn(const QByteArray &user, MailClient::Protocol protocol)
{
    auto client = std::make_unique<MailClient>(protocol, MailClient::Security::Plain);
    ++m_address;
    client->setSourceAddress(
        QHostAddress(QStringLiteral("127.0.%1.%2").arg(1 + m_address / 250).arg(1 + m_address % 250)));
    const bool imap = protocol == MailClient::Protocol::Imap;
    if (!client->connectTo(QHostAddress(QHostAddress::LocalHost), m_host->lab().port(imap ? Port::Imap : Port::Pop3))
        || !client->login(user))
        return nullptr;
    return client;
}

bool TestActing::canLogIn(const QByteArray &user)
{
    return loggedIn(user) != nullptr;
}

/// Every row of every table that speaks of the account, as SQLite writes it.
QByteArrayList TestActing::rowsOf(const QByteArray &user) const
{
    QByteArrayList rows;
    const QStringList tables = database().tables();
    for (const QString &table : tables) {
        QSqlQuery query(database());
        query.exec(QStringLiteral("SELECT * FROM \"%1\"").arg(table));
        while (query.next()) {
            QByteArray line = table.toUtf8();
            bool own = false;
            for (int i = 0; i < query.record().count(); ++i) {
                own = own || query.value(i).toByteArray() == user;
                line += '|' + (query.isNull(i) ? QByteArray("NULL") : query.value(i).toByteArray());
            }
            if (own)
                rows.append(line);
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

void TestActing::makeBox(const QByteArray &user)
{
    QVERIFY(QProcess::execute(QStringLiteral("mkdir"), { QStringLiteral("-p"), QFile::decodeName(boxOf(user)) }) == 0);
    makeMaildir(boxOf(user) + "/Maildir");
    QVERIFY(QProcess::execute(QStringLiteral("chown"),
                { QStringLiteral("-Rh"), QStringLiteral("nobody:nogroup"), QFile::decodeName(boxOf(user)) })
        == 0);
}

void TestActing::disablingEndsAllAndNobodyElseNotices()
{
    const QByteArray user = Lab::user(2);
    const auto imap = loggedIn(user);
    const auto pop = loggedIn(user, MailClient::Protocol::Pop3);
    const auto other = loggedIn(Lab::user(3));
    QVERIFY(imap && pop && other);
    QVERIFY(canLogIn(user)); // it is in the cache now
    const Targets done = set(AccountChange::Disable, user);
    QVERIFY2(done.first().code == Code::Done, done.first().why.constData());
    QTRY_VERIFY(!imap->isConnected() && !pop->isConnected());
    QVERIFY(!canLogIn(user));
    QVERIFY(m_console->refresh());
    for (const AgentClient::Row &row : m_console->rows())
        QVERIFY2(row.text(connections::User) != user, "something of the user is live");
    QVERIFY(other->noop());
    QVERIFY(canLogIn(Lab::user(4)));
    QTRY_COMPARE(enabled(user), QByteArray("disabled"));
    QCOMPARE(enabled(Lab::user(3)), QByteArray("active"));

    QCOMPARE(set(AccountChange::Enable, user).first().code, Code::Done);
    QVERIFY(canLogIn(user));
    QTRY_COMPARE(enabled(user), QByteArray("active"));
    const Targets blocked = set(AccountChange::Block, user);
    QCOMPARE(blocked.first().code, Code::Refused); // PostfixAdmin has one flag
    QVERIFY(canLogIn(user));
}

void TestActing::blockedIsWhoCannotLogInButGetsMail()
{
    // One's own queries on the same tables: blocked is a password that fits nobody's.
    QFile preset(QStringLiteral(MAILHELM_SOURCE_DIR "/resources/schema/postfixadmin.sql"));
    QVERIFY(preset.open(QIODevice::ReadOnly));
    QByteArray text = preset.readAll();
    text.replace("CASE WHEN m.active = 1 THEN 'active' ELSE 'disabled' END AS state",
        "CASE WHEN m.active = 0 THEN 'disabled' WHEN m.password LIKE '!%' THEN 'blocked' ELSE 'active' END AS state");
    text.replace("-- name: active sqlite mysql\n",
        "-- name: blocked sqlite\nUPDATE mailbox SET password = '!' || ltrim(password, '!'), active = 1 WHERE username "
        "= :user\n\n-- name: active sqlite mysql\nUPDATE mailbox SET password = ltrim(password, '!') WHERE username = "
        ":user;\n");
    text.replace(
        "-- name: cannot-block\nPostfixAdmin has one flag for logins and mail alike: disable the account.\n", "");
    writeFile(m_host->folder() + "/own.sql", text, 0644);
    configure("queries", "7d");

    const QByteArray user = Lab::user(5);
    const auto imap = loggedIn(user);
    QVERIFY(imap);
    const Targets done = set(AccountChange::Block, user);
    QVERIFY2(done.first().code == Code::Done, done.first().why.constData());
    QTRY_VERIFY(!imap->isConnected());
    QVERIFY(!canLogIn(user));
    QTRY_COMPARE(enabled(user), QByteArray("blocked"));
    MailClient smtp(MailClient::Protocol::Smtp, MailClient::Security::Plain);
    QVERIFY(smtp.connectTo(QHostAddress(QHostAddress::LocalHost), m_host->lab().port(Port::Smtp)));
    QVERIFY(smtp.sendMail("somebody@lab.test", user, "Subject: still here\r\n\r\nhello"));
    const QByteArray inbox = boxOf(user) + "/Maildir/new";
    QTRY_VERIFY_WITH_TIMEOUT(!namesIn(inbox).isEmpty(), LongMs);
    QCOMPARE(set(AccountChange::Enable, user).first().code, Code::Done);
    QVERIFY(canLogIn(user));

    configure("postfixadmin", "7d");
}

void TestActing::deletedIsGoneEverywhereAndRestoreBringsItBack()
{
    const QByteArray user = Lab::user(1); // a domain administrator, with an alias that leads to it
    makeBox(user);
    const auto imap = loggedIn(user);
    const auto other = loggedIn(Lab::user(3));
    QVERIFY(imap && other);
    const QByteArrayList rows = rowsOf(user);
    QVERIFY2(rows.size() >= 6, rows.join('\n').constData()); // mailbox, alias, quota2, domain_admins, admin, …
    const auto neighbour = pictureOf(boxOf(Lab::user(3)));
    const auto before = pictureOf(boxOf(user));
    QVERIFY(before.size() > 20);
    QCOMPARE(remove(user, " ").first().code, Code::Refused);

    const Targets done = remove(user, "left the company");
    QVERIFY2(done.first().code == Code::Done, done.first().why.constData());
    QTRY_VERIFY(!imap->isConnected());
    // What is left speaks of others: the address postmaster@ still leads to it, which is not ours to judge.
    for (const QByteArray &row : rowsOf(user))
        QVERIFY2(row.startsWith("alias|postmaster@lab.test|"), row.constData());
    QVERIFY(::access(boxOf(user).constData(), F_OK) != 0);
    QVERIFY(!canLogIn(user));
    QVERIFY(other->noop());
    QTRY_VERIFY(idOf(TableId::Users, user) == 0);
    QTRY_VERIFY(idOf(TableId::Deleted, user) != 0);
    const QList<AgentClient::Row> all = m_console->rows(TableId::Deleted);
    QCOMPARE(all.size(), 1);
    const QByteArray archived = all.first().text(deleted::Archive);
    QVERIFY(archived.startsWith(m_host->archive() + '/' + user + '.'));
    QVERIFY(all.first().number(deleted::MailboxBytes) > 3'000'000);
    QCOMPARE(all.first().text(deleted::Admin), QByteArray("anna"));
    QCOMPARE(all.first().text(deleted::Reason), QByteArray("left the company"));
    const auto kept = pictureOf(archived);
    for (auto it = before.cbegin(); it != before.cend(); ++it)
        if (!it.key().contains("dovecot") && !it.value().startsWith('4')) // folders in which Dovecot made its files
            QCOMPARE(kept.value(it.key()), it.value());

    // Nothing of it is lost over a restart.
    QVERIFY(m_host->agent().kill());
    QVERIFY(m_host->agent().start());
    QTRY_VERIFY_WITH_TIMEOUT(m_console->refresh(TableId::Users), LongMs);
    QTRY_VERIFY(idOf(TableId::Deleted, user) != 0);
    const Targets back = restore(user);
    QVERIFY2(back.first().code == Code::Done, back.first().why.constData());
    QCOMPARE(rowsOf(user), rows);
    QCOMPARE(pictureOf(boxOf(user)), kept);
    QVERIFY(namesIn(m_host->archive()).isEmpty());
    QVERIFY(canLogIn(user));
    QTRY_COMPARE(enabled(user), QByteArray("active"));
    QTRY_VERIFY(m_console->rows(TableId::Deleted).isEmpty());
    QCOMPARE(pictureOf(boxOf(Lab::user(3))).keys(), neighbour.keys());

    // Who did it, to whom and why, is in the audit.
    int seen = 0;
    for (const AgentClient::Row &row : m_console->rows(TableId::Audit))
        if (row.text(audit::Admin) == "anna" && row.text(audit::Target).endsWith(user)
            && row.text(audit::Outcome) == "done")
            seen += (row.text(audit::Action) == "delete" && row.text(audit::Detail) == "reason: left the company")
                || row.text(audit::Action) == "restore";
    QCOMPARE(seen, 2);
}

void TestActing::anAddressTakenMeanwhileIsNotRestored()
{
    const QByteArray user = Lab::user(6);
    makeBox(user);
    QCOMPARE(remove(user).first().code, Code::Done);
    QSqlQuery query(database());
    query.prepare(QStringLiteral("INSERT INTO mailbox (username, password, name, maildir, local_part, domain) VALUES "
                                 "(?, 'other', 'Another', 'lab.test/user6/', 'user6', 'lab.test')"));
    query.addBindValue(QString::fromUtf8(user));
    QVERIFY2(query.exec(), qPrintable(query.lastError().text()));
    query.finish();
    QTRY_VERIFY(idOf(TableId::Deleted, user) != 0);
    const Targets refused = restore(user);
    QCOMPARE(refused.first().code, Code::Refused);
    QVERIFY2(refused.first().why.contains("taken"), refused.first().why.constData());
    QVERIFY(query.exec(QStringLiteral("DELETE FROM mailbox WHERE password = 'other'")));
    query.finish();
    QCOMPARE(restore(user).first().code, Code::Done);
    QVERIFY(canLogIn(user));
}

void TestActing::excludedAccountsAreNotDeleted()
{
    const Targets refused = remove(Lab::user(9));
    QCOMPARE(refused.first().code, Code::Refused);
    QVERIFY(refused.first().why.contains("exclude"));
    QVERIFY(canLogIn(Lab::user(9)));
}

void TestActing::killedAtAnyMomentItIsDoneOrAsItWas()
{
    const QByteArray user = Lab::user(7);
    makeBox(user);
    const QByteArrayList rows = rowsOf(user);
    const auto mail = pictureOf(boxOf(user));
    QRandomGenerator random(7);
    int deleted = 0;
    int undone = 0;
    for (int round = 0; round < 16; ++round) {
        const bool wasThere = rowsOf(user) == rows;
        const RowId id = idOf(wasThere ? TableId::Users : TableId::Deleted, user);
        QVERIFY(id != 0);
        if (wasThere)
            m_console->link().deleteAccounts({ id }, "test", this, [](const Result<Outcomes> &) {}, {});
        else
            m_console->link().restoreAccounts({ id }, this, [](const Result<Outcomes> &) {}, {});
        QTest::qWait(int(random.bounded(wasThere ? 900 : 200)));
        QVERIFY(m_host->agent().kill());
        QVERIFY(m_host->agent().start());
        // As it was, or done: nothing between.
        const auto settled = [&] {
            const QByteArrayList now = rowsOf(user);
            const bool box = ::access(boxOf(user).constData(), F_OK) == 0;
            return (now == rows && box && namesIn(m_host->archive()).isEmpty() && enabled(user) == "active")
                || (now.isEmpty() && !box && namesIn(m_host->archive()).size() == 1
                    && idOf(TableId::Deleted, user) != 0);
        };
        // What the request left half done goes on by itself; a request that was not heard changed nothing.
        QTRY_VERIFY_WITH_TIMEOUT(m_console->refresh(TableId::Users) && settled(), LongMs);
        const bool isThere = rowsOf(user) == rows;
        const QByteArray where = isThere ? boxOf(user) : m_host->archive() + '/' + namesIn(m_host->archive()).first();
        QCOMPARE(pictureOf(where), mail);
        (isThere == wasThere ? undone : deleted) += 1;
    }
    qInfo("%d done, %d as before", deleted, undone);
    QVERIFY(deleted > 0);
    if (idOf(TableId::Deleted, user) != 0)
        QCOMPARE(restore(user).first().code, Code::Done);
    QCOMPARE(rowsOf(user), rows);
    QVERIFY(canLogIn(user));
}

void TestActing::doctorNamesWhatIsMissing()
{
    const auto doctor = [this](const QByteArray &wrong, const QByteArray &right) {
        QFile file(m_host->agent().configFile());
        if (!file.open(QIODevice::ReadOnly))
            return QByteArray();
        const QByteArray good = file.readAll();
        QByteArray bad = good;
        bad.replace(wrong, right);
        (void)m_host->agent().writeConfig(bad);
        QProcess process;
        process.start(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmd"),
            { QStringLiteral("--config"), m_host->agent().configFile(), QStringLiteral("doctor") });
        (void)QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, LongMs);
        (void)m_host->agent().writeConfig(good);
        return process.readAllStandardOutput();
    };
    const QByteArray well = doctor("x", "x");
    QVERIFY2(
        well.contains("ok        acting     " + QFile::encodeName(m_host->lab().dovecotBaseDir()) + "/auth-master"),
        well.constData());
    QVERIFY2(well.contains("ok        mail       " + m_host->folder() + "/mail.sock, below "), well.constData());
    const QByteArray socket = doctor("/mail.sock", "/none.sock");
    QVERIFY2(socket.contains("systemctl enable --now mailhelm-mail.socket"), socket.constData());
    const QByteArray archive = doctor("archive = \"", "archive = \"/elsewhere");
    QVERIFY2(archive.contains("archive = /elsewhere"), archive.constData());
    const QByteArray root = doctor("mail_roots = [", "mail_roots = [\"/srv/vmail\", ");
    QVERIFY2(root.contains("root = /srv/vmail in /etc/mailhelm/mail.conf"), root.constData());
}

void TestActing::aThousandAreDeletedWithProgressAndStopped()
{
    QList<RowId> ids;
    for (int i = 101; i <= 1100; ++i)
        ids.append(0);
    for (const AgentClient::Row &row : m_console->rows(TableId::Users)) {
        const QByteArray name = row.text(users::User);
        const int number = name.mid(4, name.indexOf('@') - 4).toInt();
        if (number > 100)
            ids[number - 101] = row.id;
    }
    QVERIFY(!ids.contains(0));
    QElapsedTimer timer;
    timer.start();
    quint32 request = 0;
    qsizetype progress = 0;
    const Targets stopped = ask([&](Answer<Outcomes> answer) {
        request
            = m_console->link().deleteAccounts(ids, "a thousand", this, std::move(answer), [&](const Outcomes &soFar) {
                  progress = soFar.targets.size();
                  if (progress >= 100)
                      m_console->link().stop(request);
              });
    });
    QVERIFY(progress >= 100 && stopped.size() < 200);
    const qsizetype done = std::count_if(
        stopped.cbegin(), stopped.cend(), [](const Outcomes::Target &target) { return target.code == Code::Done; });
    QCOMPARE(done, stopped.size());
    QSqlQuery query(database());
    QVERIFY(query.exec(QStringLiteral("SELECT count(*) FROM mailbox")) && query.next());
    QCOMPARE(query.value(0).toInt(), int(1100 - done));
    query.finish();
    // The rest, in batches of its own.
    std::optional<Result<Outcomes>> answer;
    (void)m_console->link().deleteAccounts(
        ids.mid(done), "a thousand", this, [&](const Result<Outcomes> &result) { answer = result; },
        [&](const Outcomes &soFar) { progress = soFar.targets.size(); });
    QTRY_VERIFY_WITH_TIMEOUT(answer.has_value(), 300'000);
    QVERIFY(*answer);
    for (const Outcomes::Target &target : answer->value().targets)
        QVERIFY2(target.code == Code::Done, target.why.constData());
    qInfo("1000 accounts in %lld s", timer.elapsed() / 1000);
    QVERIFY(query.exec(QStringLiteral("SELECT count(*) FROM mailbox")) && query.next());
    QCOMPARE(query.value(0).toInt(), 100);
    query.finish();
    QTRY_COMPARE_WITH_TIMEOUT(m_console->rows(TableId::Deleted).size(), 1000, LongMs);
    QTRY_COMPARE_WITH_TIMEOUT(m_console->rows(TableId::Users).size(), 100, LongMs);
}

void TestActing::whatIsOverdueIsPurged()
{
    configure("postfixadmin", "1s");
    const QByteArray user = Lab::user(8);
    makeBox(user);
    QTRY_VERIFY(idOf(TableId::Users, user) != 0);
    QCOMPARE(remove(user).first().code, Code::Done);
    QCOMPARE(namesIn(m_host->archive()).size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(namesIn(m_host->archive()).isEmpty(), 100'000);
    QTRY_VERIFY(idOf(TableId::Deleted, user) == 0);
}

QTEST_GUILESS_MAIN(TestActing)
#include "tst_acting.moc"
