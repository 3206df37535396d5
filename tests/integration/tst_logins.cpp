// SPDX-License-Identifier: GPL-3.0-or-later
// Real logins, deliveries, failures and doveadm on the lab's servers, as the tables `logins` and `sources` tell of
// them.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"

#include <QFile>
#include <QProcess>
#include <QTest>

using namespace mailhelm;

namespace
{

using Port = Lab::Port;
namespace c = logins;

struct Row {
    qint64 time = 0;
    QByteArray address;
    QByteArray source;
    friend bool operator==(const Row &, const Row &) = default;
};
using Rows = QMap<QByteArray, Row>; ///< by "user service"

} // namespace

class TestLogins : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void eachServiceMovesItsUserAndNoOther_data();
    void eachServiceMovesItsUserAndNoOther();
    void deliveriesFailuresAndDoveadmMoveNothing();
    void whatWasToldSurvivesAKill();
    void oldLogsAreReadAtTheFirstStart();
    void aLostLogMovesWatchedSince();

private:
    [[nodiscard]] Rows rows();
    bool login(MailClient::Protocol protocol, MailClient::Security security, Port port, const QByteArray &user,
        const char *from, const QByteArray &password = "secret");
    void watch();

    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<AgentClient> m_console;
    int m_consoles = 0;
};

Rows TestLogins::rows()
{
    Rows result;
    for (const AgentClient::Row &row : m_console->rows(TableId::Logins)) {
        const Address from = row.address(c::ClientAddress);
        result.insert(row.text(c::User) + ' ' + row.text(c::Service),
            { row.number(c::Time), from.isNull() ? QByteArray() : from.toText(), row.text(c::Source) });
    }
    return result;
}

/// Somebody who has seen nothing yet.
void TestLogins::watch()
{
    m_console = std::make_unique<AgentClient>();
    LinkTimes times;
    times.backoffFirst = std::chrono::milliseconds(100);
    times.backoffLongest = std::chrono::milliseconds(500);
    const Result<void> enrolled
        = m_console->enrol(*m_agent, "tester" + QByteArray::number(++m_consoles), "owner", times);
    QVERIFY2(enrolled, enrolled ? "" : qPrintable(enrolled.error().detail));
    const Result<void> watching = m_console->watch({ TableId::Logins, TableId::Sources });
    QVERIFY2(watching, watching ? "" : qPrintable(watching.error().detail));
}

bool TestLogins::login(MailClient::Protocol protocol, MailClient::Security security, Port port, const QByteArray &user,
    const char *from, const QByteArray &password)
{
    MailClient client(protocol, security);
    client.setSourceAddress(QHostAddress(QString::fromLatin1(from)));
    if (!client.connectTo(QHostAddress(QHostAddress::LocalHost), m_lab->port(port)) || !client.login(user, password))
        return false;
    if (port == Port::PostfixSubmission) // Postfix says who it is when a message begins
        return client.sendMail(user, Lab::user(30), "hello");
    client.logout();
    return true;
}

void TestLogins::initTestCase()
{
    if (const QString why = Lab::whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
    m_lab = std::make_unique<Lab>();
    const Result<void> started = m_lab->start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
    m_agent = std::make_unique<AgentProcess>();
    const Result<void> made = m_agent->init(*m_lab);
    QVERIFY2(made, made ? "" : qPrintable(made.error().detail));
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    watch();
}

void TestLogins::eachServiceMovesItsUserAndNoOther_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<int>("security");
    QTest::addColumn<int>("port");
    QTest::addColumn<int>("user");
    QTest::addColumn<QByteArray>("service");
    QTest::addColumn<QByteArray>("source");
    using P = MailClient::Protocol;
    using S = MailClient::Security;
    const auto row
        = [](const char *name, P protocol, S security, Port port, int user, const char *service, const char *source) {
              QTest::newRow(name) << int(protocol) << int(security) << int(port) << user << QByteArray(service)
                                  << QByteArray(source);
          };
    row("IMAP", P::Imap, S::StartTls, Port::Imap, 1, "imap", "dovecot");
    row("IMAPS", P::Imap, S::Tls, Port::Imaps, 2, "imap", "dovecot");
    row("POP3", P::Pop3, S::StartTls, Port::Pop3, 3, "pop3", "dovecot");
    row("Submission", P::Smtp, S::StartTls, Port::Submission, 4, "submission", "dovecot");
    row("ManageSieve", P::Sieve, S::StartTls, Port::Sieve, 5, "sieve", "dovecot");
    row("SMTP", P::Smtp, S::StartTls, Port::PostfixSubmission, 6, "smtp", "postfix");
}

void TestLogins::eachServiceMovesItsUserAndNoOther()
{
    QFETCH(int, protocol);
    QFETCH(int, security);
    QFETCH(int, port);
    QFETCH(int, user);
    QFETCH(QByteArray, service);
    QFETCH(QByteArray, source);
    for (int time = 0; time < 2; ++time) {
        const Rows before = rows();
        const QByteArray from = "127.0.4." + QByteArray::number(user + time * 100);
        const qint64 start = SystemClock().nowUs();
        QVERIFY(login(MailClient::Protocol(protocol), MailClient::Security(security), Port(port), Lab::user(user),
            from.constData()));
        const QByteArray key = Lab::user(user) + ' ' + service;
        QTRY_VERIFY_WITH_TIMEOUT(rows().value(key).address == from, 20'000);
        Rows after = rows();
        QVERIFY(after[key].time >= start - 1'000'000); // stamps are cut to the second
        QVERIFY(after[key].time <= SystemClock().nowUs());
        QCOMPARE(after[key].source, source);
        after.remove(key);
        Rows others = before;
        others.remove(key);
        QCOMPARE(after, others);
    }
}

void TestLogins::deliveriesFailuresAndDoveadmMoveNothing()
{
    const Rows before = rows();
    // A delivery to somebody who never logged in.
    MailClient sender(MailClient::Protocol::Smtp, MailClient::Security::Plain);
    QVERIFY(sender.connectTo(QHostAddress(QHostAddress::LocalHost), m_lab->port(Port::Smtp)));
    QVERIFY(sender.sendMail("someone@example.org", Lab::user(20), "hello"));
    sender.logout();
    // Failures.
    QVERIFY(!login(
        MailClient::Protocol::Imap, MailClient::Security::Plain, Port::Imap, Lab::user(21), "127.0.0.9", "wrong"));
    QVERIFY(!login(MailClient::Protocol::Smtp, MailClient::Security::StartTls, Port::PostfixSubmission, Lab::user(21),
        "127.0.0.9", "wrong"));
    for (const QStringList &arguments : { QStringList { QStringLiteral("who") },
             QStringList { QStringLiteral("mailbox"), QStringLiteral("status"), QStringLiteral("-u"),
                 QString::fromLatin1(Lab::user(22)), QStringLiteral("messages"), QStringLiteral("INBOX") },
             QStringList { QStringLiteral("user"), QString::fromLatin1(Lab::user(22)) },
             QStringList { QStringLiteral("auth"), QStringLiteral("test"), QString::fromLatin1(Lab::user(22)),
                 QStringLiteral("secret") } }) {
        QProcess doveadm;
        doveadm.setStandardInputFile(QProcess::nullDevice());
        doveadm.start(
            QStringLiteral("doveadm"), QStringList { QStringLiteral("-c"), m_lab->dovecotConfig() } + arguments);
        QVERIFY(doveadm.waitForFinished(20'000));
    }
    // A login of another user comes after all of that in the same logs.
    QVERIFY(login(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps, Lab::user(7), "127.0.4.7"));
    QVERIFY(login(MailClient::Protocol::Smtp, MailClient::Security::StartTls, Port::PostfixSubmission, Lab::user(8),
        "127.0.4.8"));
    QTRY_VERIFY_WITH_TIMEOUT(
        rows().contains(Lab::user(7) + " imap") && rows().contains(Lab::user(8) + " smtp"), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_lab->readDovecotLog().contains(Lab::user(21)), 20'000);
    Rows after = rows();
    after.remove(Lab::user(7) + " imap");
    after.remove(Lab::user(8) + " smtp");
    QCOMPARE(after, before);
}

void TestLogins::whatWasToldSurvivesAKill()
{
    for (int time = 0; time < 3; ++time) {
        const QByteArray from = "127.0.5." + QByteArray::number(time + 1);
        QVERIFY(login(MailClient::Protocol::Imap, MailClient::Security::Plain, Port::Imap, Lab::user(10 + time),
            from.constData()));
        QTRY_VERIFY_WITH_TIMEOUT(rows().value(Lab::user(10 + time) + " imap").address == from, 20'000);
        const Rows told = rows();
        const Result<void> killed = time == 2 ? m_agent->stop() : m_agent->kill();
        QVERIFY2(killed, killed ? "" : qPrintable(killed.error().detail));
        // While nobody watches, somebody logs in.
        QVERIFY(login(MailClient::Protocol::Pop3, MailClient::Security::Plain, Port::Pop3, Lab::user(15 + time),
            from.constData()));
        const Result<void> up = m_agent->start();
        QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
        watch();
        const QByteArray missed = Lab::user(15 + time) + " pop3";
        QTRY_VERIFY_WITH_TIMEOUT(rows().value(missed).address == from, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(rows().size() >= told.size(), 20'000);
        Rows again = rows();
        again.remove(missed);
        for (auto row = told.cbegin(); row != told.cend(); ++row)
            if (row.key() != missed)
                QCOMPARE(again.value(row.key()), row.value());
    }
}

void TestLogins::oldLogsAreReadAtTheFirstStart()
{
    // Another agent beside the same servers, whose log has a past by now: rotated and compressed.
    const Rows told = rows();
    QVERIFY(m_agent->stop());
    const QString log = m_lab->dovecotLog();
    QVERIFY(QFile::copy(log, log + QStringLiteral(".1")));
    QProcess gzip;
    gzip.start(QStringLiteral("gzip"), { log + QStringLiteral(".1") });
    QVERIFY(gzip.waitForFinished(20'000));
    QVERIFY(QFile::resize(log, 0)); // as copytruncate does
    QVERIFY(QFile::remove(m_agent->state() + QStringLiteral("/logins.db")));
    QFile::remove(m_agent->state() + QStringLiteral("/logins.db-wal"));
    QFile::remove(m_agent->state() + QStringLiteral("/logins.db-shm"));
    QFile::remove(m_agent->state() + QStringLiteral("/sources"));
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    watch();
    const auto dovecots = [&](const Rows &all) {
        QStringList keys;
        for (auto row = all.cbegin(); row != all.cend(); ++row)
            if (row->source == "dovecot")
                keys.append(QString::fromUtf8(row.key()) + QString::number(row->time));
        return keys;
    };
    QTRY_COMPARE_WITH_TIMEOUT(dovecots(rows()), dovecots(told), 60'000);
}

void TestLogins::aLostLogMovesWatchedSince()
{
    const auto spans = [this](qint64 &since) {
        // As the ledger keeps them: a person can read them, too.
        QProcess sqlite;
        sqlite.start(QStringLiteral("sqlite3"),
            { m_agent->state() + QStringLiteral("/logins.db"),
                QStringLiteral("SELECT value FROM value WHERE key = CAST('watched dovecot' AS BLOB)") });
        if (!sqlite.waitForFinished(20'000))
            return false;
        const QByteArray newest = sqlite.readAllStandardOutput().trimmed().split(' ').last();
        since = newest.left(newest.indexOf('-')).toLongLong();
        return since != 0;
    };
    // An empty log would be nobody's: the one that is lost has a line.
    QVERIFY(login(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps, Lab::user(9), "127.0.4.9"));
    QTRY_VERIFY_WITH_TIMEOUT(rows().contains(Lab::user(9) + " imap"), 20'000);
    qint64 before = 0;
    QTRY_VERIFY_WITH_TIMEOUT(spans(before), 20'000);
    QVERIFY(m_agent->stop());
    const qint64 stopped = SystemClock().nowUs();
    // The log and all that was rotated is gone, and a new one begins.
    QVERIFY(m_lab->stopService(Lab::Service::Dovecot));
    QVERIFY(QFile::remove(m_lab->dovecotLog()));
    QFile::remove(m_lab->dovecotLog() + QStringLiteral(".1.gz"));
    QVERIFY(m_lab->startService(Lab::Service::Dovecot));
    QTest::qWait(2'100); // stamps are cut to the second
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    qint64 after = 0;
    QTRY_VERIFY_WITH_TIMEOUT(spans(after) && after > before, 60'000);
    QVERIFY(after >= stopped - 1'000'000);
}

QTEST_GUILESS_MAIN(TestLogins)
#include "tst_logins.moc"
