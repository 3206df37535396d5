// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/lab.h"
#include "tests/support/mailclient.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace mailhelm;

namespace
{

using Protocol = MailClient::Protocol;
using Security = MailClient::Security;

const QHostAddress V4 { QHostAddress::LocalHost };
const QHostAddress V6 { QHostAddress::LocalHostIPv6 };

bool refuses(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(V4, port);
    return !socket.waitForConnected(2000) && socket.error() == QAbstractSocket::ConnectionRefusedError;
}

/// Logs are written by processes of their own, so a line comes a little after the reply.
#define VERIFY_LOGGED(log, pattern)                                                                                    \
    QTRY_VERIFY2_WITH_TIMEOUT((log).contains(QRegularExpression(QStringLiteral(pattern))), qPrintable(log), 5000)

} // namespace

/// The lab itself: what other tests and the demo stand on.
class TestLab : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyKindOfClientLogsIn_data();
    void everyKindOfClientLogsIn();
    void aWrongPasswordIsRefused();
    void foldersIdleAndNoop();
    void aMessageTravels();
    void theRealClientIsLoggedBehindTheProxy();
    void v4MappedSocketsExist();
    void serversStopAndStart();
    void labsStandSideBySide();
    void anAbortedClientIsNoticed();
    void aLabEndsWithItsOwner();
    void stopLeavesNothing();

private:
    QString dovecotLog() const { return QString::fromUtf8(m_lab->readDovecotLog()); }
    QString postfixLog() const { return QString::fromUtf8(m_lab->readPostfixLog()); }

    std::unique_ptr<Lab> m_lab;
};

void TestLab::initTestCase()
{
    if (const QString missing = Lab::whyNotHere(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    Lab::Options options;
    options.richFormat = true;
    options.events = true;
    options.haproxy = true;
    options.v4Mapped = true;
    m_lab = std::make_unique<Lab>(options);
    const Result<void> started = m_lab->start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
}

void TestLab::everyKindOfClientLogsIn_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<int>("security");
    QTest::addColumn<int>("port");
    QTest::addColumn<QHostAddress>("address");
    const auto row
        = [](const char *name, Protocol protocol, Security security, Lab::Port port, const QHostAddress &address) {
              QTest::newRow(name) << int(protocol) << int(security) << int(port) << address;
          };
    using Port = Lab::Port;
    row("imap", Protocol::Imap, Security::Plain, Port::Imap, V4);
    row("imap, IPv6", Protocol::Imap, Security::Plain, Port::Imap, V6);
    row("imap, STARTTLS", Protocol::Imap, Security::StartTls, Port::Imap, V4);
    row("imaps", Protocol::Imap, Security::Tls, Port::Imaps, V4);
    row("imaps, IPv6", Protocol::Imap, Security::Tls, Port::Imaps, V6);
    row("imaps, v4-mapped", Protocol::Imap, Security::Tls, Port::MappedImaps, V4);
    row("pop3", Protocol::Pop3, Security::Plain, Port::Pop3, V4);
    row("pop3, STLS", Protocol::Pop3, Security::StartTls, Port::Pop3, V6);
    row("pop3s", Protocol::Pop3, Security::Tls, Port::Pop3s, V4);
    row("submission", Protocol::Smtp, Security::Plain, Port::Submission, V4);
    row("submission, STARTTLS", Protocol::Smtp, Security::StartTls, Port::Submission, V4);
    row("sieve", Protocol::Sieve, Security::Plain, Port::Sieve, V4);
    row("sieve, STARTTLS", Protocol::Sieve, Security::StartTls, Port::Sieve, V6);
    row("postfix submission, STARTTLS", Protocol::Smtp, Security::StartTls, Port::PostfixSubmission, V6);
    row("smtps", Protocol::Smtp, Security::Tls, Port::Smtps, V4);
    row("proxied imap", Protocol::Imap, Security::StartTls, Port::ProxyImap, V4);
    row("proxied imaps", Protocol::Imap, Security::Tls, Port::ProxyImaps, V6);
    row("proxied pop3s", Protocol::Pop3, Security::Tls, Port::ProxyPop3s, V4);
    row("proxied submission", Protocol::Smtp, Security::StartTls, Port::ProxySubmission, V4);
    row("proxied sieve", Protocol::Sieve, Security::StartTls, Port::ProxySieve, V4);
    row("proxied postfix submission", Protocol::Smtp, Security::StartTls, Port::ProxyPostfixSubmission, V4);
}

void TestLab::everyKindOfClientLogsIn()
{
    QFETCH(int, protocol);
    QFETCH(int, security);
    QFETCH(int, port);
    QFETCH(QHostAddress, address);
    MailClient client { Protocol(protocol), Security(security) };
    QVERIFY2(client.connectTo(address, m_lab->port(Lab::Port(port))), qPrintable(client.errorString()));
    QCOMPARE(client.state(), MailClient::State::Connected);
    QCOMPARE(client.isEncrypted(), Security(security) != Security::Plain);
    QVERIFY2(client.noop(), client.lastReply().constData());
    QVERIFY2(client.login(Lab::user(7)), client.lastReply().constData());
    QVERIFY(client.loggedInAtUs() >= client.connectedAtUs());
    QVERIFY2(client.noop(), client.lastReply().constData());
    const QString rport = QStringLiteral("\\brport=%1,").arg(client.localPort());
    const bool postfix = Protocol(protocol) == Protocol::Smtp && Lab::Port(port) != Lab::Port::Submission
        && Lab::Port(port) != Lab::Port::ProxySubmission;
    if (postfix)
        QTRY_VERIFY(postfixLog().contains(
            QRegularExpression(QStringLiteral("connect from \\S+\\]:%1\\n").arg(client.localPort()))));
    else
        QTRY_VERIFY(
            dovecotLog().contains(QRegularExpression(QStringLiteral("Login: user=<user7@lab.test>.*") + rport)));
    QVERIFY(client.logout());
    QCOMPARE(client.state(), MailClient::State::Closed);
}

void TestLab::aWrongPasswordIsRefused()
{
    MailClient client(Protocol::Imap, Security::Tls);
    // Dovecot delays later logins from where a failed one came.
    client.setSourceAddress(QHostAddress(QStringLiteral("127.0.9.9")));
    QVERIFY(client.connectTo(V4, m_lab->port(Lab::Port::Imaps)));
    QVERIFY(!client.login(Lab::user(1), "wrong"));
    QVERIFY2(client.lastReply().contains("AUTHENTICATIONFAILED"), client.lastReply().constData());
    QCOMPARE(client.state(), MailClient::State::Connected);
}

void TestLab::foldersIdleAndNoop()
{
    MailClient client(Protocol::Imap, Security::Tls);
    QVERIFY(client.connectTo(V4, m_lab->port(Lab::Port::Imaps)));
    QVERIFY(client.sendId({ "name", "Thunderbird", "version", "115.3" }));
    QVERIFY(client.login(Lab::user(2)));
    QVERIFY(client.createFolder("Archive/2025"));
    QVERIFY(client.createFolder("Archive/2025"));
    QVERIFY(client.select("Archive/2025"));
    QCOMPARE(client.folder(), QByteArray("Archive/2025"));
    VERIFY_LOGGED(dovecotLog(), "ID sent: name=Thunderbird, version=115.3: user=<>");
    VERIFY_LOGGED(dovecotLog(), "imap_command_finished.*\"mailbox\":\"Archive/2025\"");
    QVERIFY(!client.select("Nowhere"));
    QCOMPARE(client.folder(), QByteArray());
    QVERIFY(client.select("INBOX"));
    QVERIFY(client.idle());
    QCOMPARE(client.state(), MailClient::State::Idling);
    QVERIFY(client.noop());
    QCOMPARE(client.state(), MailClient::State::Idling);
    QVERIFY(client.fetch());
    QCOMPARE(client.state(), MailClient::State::Authenticated);
}

void TestLab::aMessageTravels()
{
    MailClient reader(Protocol::Imap, Security::Tls);
    QVERIFY(reader.connectTo(V4, m_lab->port(Lab::Port::Imaps)));
    QVERIFY(reader.login(Lab::user(4)));
    QVERIFY(reader.select("INBOX"));
    int expected = 0;
    for (const Lab::Port port : { Lab::Port::Submission, Lab::Port::PostfixSubmission }) {
        MailClient writer(Protocol::Smtp, Security::StartTls);
        QVERIFY(writer.connectTo(V4, m_lab->port(port)));
        QVERIFY(writer.login(Lab::user(3)));
        QVERIFY(!writer.sendMail(Lab::user(3), "nobody-at-all@lab.test", "Subject: lost\r\n\r\nlost"));
        QVERIFY(writer.noop());
        QVERIFY(writer.command("RSET"));
        QVERIFY2(writer.sendMail(Lab::user(3), Lab::user(4), "Subject: hello\r\n\r\nhello there"),
            writer.lastReply().constData());
        ++expected;
        QTRY_VERIFY_WITH_TIMEOUT(reader.noop() && reader.command("STATUS INBOX (MESSAGES)")
                && reader.lastReply().contains("MESSAGES " + QByteArray::number(expected)),
            10000);
    }
    QVERIFY(reader.fetch());
    QVERIFY2(reader.lastReply().contains("hello there"), reader.lastReply().constData());
    VERIFY_LOGGED(postfixLog(),
        "submission/smtpd\\[\\d+\\]: \\w+: client=\\S+\\]:\\d+, sasl_method=PLAIN, sasl_username=user3@lab.test");
    VERIFY_LOGGED(postfixLog(),
        "submission/smtpd\\[\\d+\\]: Anonymous TLS connection established from \\S+\\]:\\d+: TLSv1.3 with cipher");
}

void TestLab::theRealClientIsLoggedBehindTheProxy()
{
    MailClient client(Protocol::Imap, Security::Tls);
    client.setSourceAddress(QHostAddress(QStringLiteral("127.0.1.9")));
    QVERIFY(client.connectTo(V4, m_lab->port(Lab::Port::ProxyImaps)));
    QVERIFY(client.login(Lab::user(5)));
    const QRegularExpression line(
        QStringLiteral("Login: user=<user5@lab.test>.* rip=127.0.1.9, rport=%1,.* realrip=127.0.0.1, realrport=(\\d+)")
            .arg(client.localPort()));
    QTRY_VERIFY2(dovecotLog().contains(line), qPrintable(dovecotLog()));
    QVERIFY(line.match(dovecotLog()).captured(1).toUInt() != client.localPort());
}

void TestLab::v4MappedSocketsExist()
{
    MailClient client(Protocol::Imap, Security::Plain);
    QVERIFY(client.connectTo(V4, m_lab->port(Lab::Port::MappedImap)));
    QVERIFY(client.login(Lab::user(6)));
    // /proc/net/tcp6 writes addresses as words of the machine's order: ::ffff:127.0.0.1.
    QFile table(QStringLiteral("/proc/net/tcp6"));
    QVERIFY(table.open(QIODevice::ReadOnly));
    const QByteArray server
        = "0000000000000000FFFF00000100007F:" + QByteArray::number(m_lab->port(Lab::Port::MappedImap), 16).toUpper()
        + " 0000000000000000FFFF00000100007F:" + QByteArray::number(client.localPort(), 16).toUpper() + " 01";
    QVERIFY(table.readAll().contains(server));
    VERIFY_LOGGED(dovecotLog(), "Login: user=<user6@lab.test>.*rip=::ffff:127.0.0.1,");
}

void TestLab::serversStopAndStart()
{
    MailClient client(Protocol::Imap, Security::Tls);
    QVERIFY(client.connectTo(V4, m_lab->port(Lab::Port::Imaps)));
    QVERIFY(client.login(Lab::user(8)));
    const qint64 before = m_lab->pid(Lab::Service::Dovecot);
    QVERIFY(m_lab->restartDovecot());
    QVERIFY(m_lab->pid(Lab::Service::Dovecot) != before);
    QTRY_COMPARE(client.state(), MailClient::State::Closed);
    QVERIFY(client.connectTo(V4, m_lab->port(Lab::Port::Imaps)));
    QVERIFY(client.login(Lab::user(8)));

    QVERIFY(m_lab->stopService(Lab::Service::Postfix));
    QVERIFY(refuses(m_lab->port(Lab::Port::Smtp)));
    QVERIFY(client.noop());
    QVERIFY(m_lab->startService(Lab::Service::Postfix));
    MailClient smtp(Protocol::Smtp, Security::StartTls);
    QVERIFY(smtp.connectTo(V4, m_lab->port(Lab::Port::Smtp)));
}

void TestLab::labsStandSideBySide()
{
    Lab other;
    const Result<void> started = other.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
    QVERIFY(other.port(Lab::Port::Imaps) != m_lab->port(Lab::Port::Imaps));
    MailClient here(Protocol::Imap, Security::Tls);
    MailClient there(Protocol::Imap, Security::Tls);
    QVERIFY(here.connectTo(V4, m_lab->port(Lab::Port::Imaps)));
    QVERIFY(there.connectTo(V4, other.port(Lab::Port::Imaps)));
    QVERIFY(here.login(Lab::user(10)));
    QVERIFY(there.login(Lab::user(11)));
    QTRY_VERIFY(other.readDovecotLog().contains("user11@lab.test"));
    QVERIFY(!other.readDovecotLog().contains("user10@lab.test"));
    // Dovecot's own format names no port.
    QVERIFY(!other.readDovecotLog().contains("rport="));
    QVERIFY(other.stop());
    QTRY_COMPARE(there.state(), MailClient::State::Closed);
    QVERIFY(here.noop());
}

void TestLab::anAbortedClientIsNoticed()
{
    MailClient client(Protocol::Imap, Security::Plain);
    QVERIFY(client.connectTo(V4, m_lab->port(Lab::Port::Imap)));
    QVERIFY(client.login(Lab::user(12)));
    client.abort();
    QCOMPARE(client.state(), MailClient::State::Closed);
    QVERIFY(!client.noop());
    VERIFY_LOGGED(dovecotLog(), "imap\\(user12@lab.test\\).*Disconnected");
}

void TestLab::aLabEndsWithItsOwner()
{
    QProcess owner;
    owner.start(QStringLiteral("sleep"), { QStringLiteral("600") });
    QVERIFY(owner.waitForStarted());
    QTemporaryDir folder(QStringLiteral("/tmp/mhlab-XXXXXX"));
    const QString script = QStringLiteral(MAILHELM_SOURCE_DIR "/tests/lab/lab");
    QCOMPARE(QProcess::execute(script,
                 { QStringLiteral("start"), folder.path(), QStringLiteral("--no-postfix"), QStringLiteral("--owner"),
                     QString::number(owner.processId()) }),
        0);
    const QStringList status { QStringLiteral("status"), folder.path() };
    QCOMPARE(QProcess::execute(script, status), 0);
    // As a test that crashes or runs into its time limit.
    owner.kill();
    owner.waitForFinished();
    QTRY_COMPARE_WITH_TIMEOUT(QProcess::execute(script, status), 1, 10000);
}

void TestLab::stopLeavesNothing()
{
    const QString folder = m_lab->directory();
    QVERIFY(m_lab->stop());
    QVERIFY(refuses(m_lab->port(Lab::Port::Imaps)));
    QVERIFY(refuses(m_lab->port(Lab::Port::Smtp)));
    QVERIFY(refuses(m_lab->port(Lab::Port::ProxyImap)));
    for (const Lab::Service service : { Lab::Service::Dovecot, Lab::Service::Postfix, Lab::Service::Haproxy }) {
        // A zombie that nobody collects has no command line.
        QFile file(QStringLiteral("/proc/%1/cmdline").arg(m_lab->pid(service)));
        QVERIFY(!file.open(QIODevice::ReadOnly) || !file.readAll().contains(folder.toUtf8()));
    }
    m_lab.reset();
    QVERIFY(!QFile::exists(folder));
}

QTEST_GUILESS_MAIN(TestLab)
#include "tst_lab.moc"
