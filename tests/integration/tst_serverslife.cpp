// SPDX-License-Identifier: GPL-3.0-or-later
// Mail servers stop, start and change their logs under the agent.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"

#include <QFile>
#include <QTest>

using namespace mailhelm;

namespace
{

using Port = Lab::Port;
namespace c = connections;
const QHostAddress Here { QHostAddress::LocalHost };

} // namespace

class TestServersLife : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void dovecotStopsAndStarts();
    void postfixStopsAndStarts();
    void noLoginIsLostWhileTheLogIsRotated_data();
    void noLoginIsLostWhileTheLogIsRotated();

private:
    [[nodiscard]] AgentClient::Row rowOf(const MailClient &client);
    [[nodiscard]] QByteArray stateOf(const QByteArray &source)
    {
        return m_console.source(source).id ? m_console.source(source).text(sources::State) : QByteArray();
    }
    [[nodiscard]] int rowsBut(const QByteArray &protocol);

    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<AgentProcess> m_agent;
    AgentClient m_console;
};

void TestServersLife::initTestCase()
{
    if (const QString why = Lab::whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
    m_lab = std::make_unique<Lab>();
    m_agent = std::make_unique<AgentProcess>();
    const Result<void> begun = m_console.begin(*m_lab, *m_agent);
    QVERIFY2(begun, begun ? "" : qPrintable(begun.error().detail));
}

AgentClient::Row TestServersLife::rowOf(const MailClient &client)
{
    for (const AgentClient::Row &row : m_console.rows())
        if (row.number(c::Port) == client.localPort() && row.number(c::LocalPort) == client.peerPort())
            return row;
    return { 0, QList<Value>(schemaOf(TableId::Connections).columnCount()) };
}

int TestServersLife::rowsBut(const QByteArray &protocol)
{
    int count = 0;
    for (const AgentClient::Row &row : m_console.rows())
        count += row.text(c::Protocol) != protocol;
    return count;
}

void TestServersLife::dovecotStopsAndStarts()
{
    QTRY_COMPARE_WITH_TIMEOUT(stateOf("anvil"), QByteArray("ok"), 10'000);
    for (const bool stopped : { true, false }) {
        MailClient imap(MailClient::Protocol::Imap, MailClient::Security::Tls);
        MailClient smtp(MailClient::Protocol::Smtp, MailClient::Security::Plain);
        QVERIFY(imap.connectTo(Here, m_lab->port(Port::Imaps)));
        QVERIFY(imap.login(Lab::user(1)));
        QVERIFY(smtp.connectTo(Here, m_lab->port(Port::Smtp)));
        QTRY_COMPARE_WITH_TIMEOUT(rowOf(imap).text(c::User), Lab::user(1), 5'000);
        QTRY_VERIFY_WITH_TIMEOUT(rowOf(smtp).id != 0, 5'000);
        if (stopped) {
            QVERIFY(m_lab->stopService(Lab::Service::Dovecot));
            QTRY_COMPARE_WITH_TIMEOUT(rowOf(imap).id, RowId(0), 5'000);
            // Anvil is gone with it; a log in which nobody writes is no error.
            QTRY_COMPARE_WITH_TIMEOUT(stateOf("anvil"), QByteArray("down"), 15'000);
            QVERIFY(!m_console.source("anvil").text(sources::Detail).isEmpty());
            QCOMPARE(stateOf("dovecot"), QByteArray("ok"));
            QVERIFY(m_lab->startService(Lab::Service::Dovecot));
        } else {
            QVERIFY(m_lab->restartDovecot());
            QTRY_COMPARE_WITH_TIMEOUT(rowOf(imap).id, RowId(0), 5'000);
        }
        QVERIFY(rowOf(smtp).id != 0); // Postfix's are not touched
        MailClient again(MailClient::Protocol::Imap, MailClient::Security::Tls);
        QVERIFY(again.connectTo(Here, m_lab->port(Port::Imaps)));
        QVERIFY(again.login(Lab::user(2)));
        QTRY_COMPARE_WITH_TIMEOUT(rowOf(again).text(c::User), Lab::user(2), 5'000);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf("anvil"), QByteArray("ok"), 15'000);
        smtp.abort();
        again.abort();
        QTRY_COMPARE_WITH_TIMEOUT(rowsBut("admin"), 0, 5'000);
    }
}

void TestServersLife::postfixStopsAndStarts()
{
    for (const bool stopped : { true, false }) {
        MailClient imap(MailClient::Protocol::Imap, MailClient::Security::Tls);
        MailClient smtp(MailClient::Protocol::Smtp, MailClient::Security::StartTls);
        QVERIFY(imap.connectTo(Here, m_lab->port(Port::Imaps)));
        QVERIFY(imap.login(Lab::user(1)));
        QVERIFY(smtp.connectTo(Here, m_lab->port(Port::PostfixSubmission)));
        QVERIFY(smtp.login(Lab::user(3)));
        QVERIFY(smtp.sendMail(Lab::user(3), Lab::user(4), "Subject: here\r\n\r\nhello"));
        QTRY_COMPARE_WITH_TIMEOUT(rowOf(smtp).text(c::User), Lab::user(3), 5'000);
        QTRY_COMPARE_WITH_TIMEOUT(rowOf(imap).text(c::User), Lab::user(1), 5'000);
        if (stopped) {
            QVERIFY(m_lab->stopService(Lab::Service::Postfix));
            QTRY_COMPARE_WITH_TIMEOUT(rowOf(smtp).id != 0, smtp.isConnected(), 5'000);
            QCOMPARE(stateOf("postfix"), QByteArray("ok"));
            QVERIFY(m_lab->startService(Lab::Service::Postfix));
        } else {
            QVERIFY(m_lab->restartPostfix());
            QTRY_COMPARE_WITH_TIMEOUT(rowOf(smtp).id != 0, smtp.isConnected(), 5'000);
        }
        QCOMPARE(rowOf(imap).text(c::User), Lab::user(1));
        MailClient again(MailClient::Protocol::Smtp, MailClient::Security::StartTls);
        QVERIFY(again.connectTo(Here, m_lab->port(Port::PostfixSubmission)));
        QVERIFY(again.login(Lab::user(5)));
        QVERIFY(again.sendMail(Lab::user(5), Lab::user(4), "Subject: here\r\n\r\nhello"));
        QTRY_COMPARE_WITH_TIMEOUT(rowOf(again).text(c::User), Lab::user(5), 5'000);
        imap.abort();
        smtp.abort();
        again.abort();
        QTRY_COMPARE_WITH_TIMEOUT(rowsBut("admin"), 0, 5'000);
    }
}

void TestServersLife::noLoginIsLostWhileTheLogIsRotated_data()
{
    QTest::addColumn<bool>("copied");
    QTest::newRow("renamed") << false;
    QTest::newRow("copied and truncated") << true;
}

/// A hundred and twenty clients log in, twenty at a time, and the log is rotated in the midst of it: as logrotate does
/// by `create` and a reopening, and by `copytruncate`.
void TestServersLife::noLoginIsLostWhileTheLogIsRotated()
{
    QFETCH(bool, copied);
    constexpr int Clients = 120;
    std::vector<std::unique_ptr<MailClient>> clients;
    int in = 0;
    int failed = 0;
    int rotated = 0;
    const QString log = m_lab->dovecotLog();
    for (int i = 0; i < Clients; ++i) {
        clients.push_back(std::make_unique<MailClient>(MailClient::Protocol::Imap, MailClient::Security::Plain));
        MailClient *client = clients.back().get();
        client->connectTo(Here, m_lab->port(Port::Imap), [&, client, i](bool) {
            client->login(Lab::user(1 + i % 40), QByteArrayLiteral("secret"), [&](bool ok) { ok ? ++in : ++failed; });
        });
        QTRY_VERIFY_WITH_TIMEOUT(i - in - failed < 20, 20'000);
        if (i % 40 != 30)
            continue;
        ++rotated;
        const QString old = log + QStringLiteral(".%1").arg(rotated);
        QFile::remove(old);
        if (copied) {
            // What is written between the two is lost to everybody: no client is left waiting for its login meanwhile.
            QTRY_COMPARE_WITH_TIMEOUT(in + failed, i + 1, 20'000);
            QVERIFY(QFile::copy(log, old));
            QVERIFY(QFile::resize(log, 0));
        } else {
            QVERIFY(QFile::rename(log, old));
            QProcess reopen;
            reopen.start(QStringLiteral("doveadm"),
                { QStringLiteral("-c"), m_lab->dovecotConfig(), QStringLiteral("log"), QStringLiteral("reopen") });
            QVERIFY(QTest::qWaitFor([&] { return reopen.state() == QProcess::NotRunning; }, 10'000));
            QCOMPARE(reopen.exitCode(), 0);
        }
    }
    QTRY_COMPARE_WITH_TIMEOUT(in + failed, Clients, 30'000);
    QCOMPARE(failed, 0);
    const auto named = [&] {
        QHash<std::pair<qint64, qint64>, QByteArray> users;
        for (const AgentClient::Row &row : m_console.rows())
            users.insert({ row.number(c::Port), row.number(c::LocalPort) }, row.text(c::User));
        return int(std::count_if(clients.begin(), clients.end(), [&](const auto &client) {
            return users.value({ client->localPort(), client->peerPort() }) == client->user();
        }));
    };
    QTRY_COMPARE_WITH_TIMEOUT(named(), Clients, 8'000);
    qInfo("%d logins named over %d rotations", named(), rotated);
    QCOMPARE(stateOf("dovecot"), QByteArray("ok"));
    for (const auto &client : clients)
        client->abort();
    QTRY_COMPARE_WITH_TIMEOUT(rowsBut("admin"), 0, 5'000);
}

QTEST_GUILESS_MAIN(TestServersLife)
#include "tst_serverslife.moc"
