// SPDX-License-Identifier: GPL-3.0-or-later
// What the lab's real Dovecot allows a user from one address is what consoles are told, and what it holds to.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"

#include <QFile>
#include <QProcess>
#include <QTest>

using namespace mailhelm;

using Port = Lab::Port;

class TestLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (const QString why = Lab::whyNotHere(); !why.isEmpty())
            QSKIP(qPrintable(why));
        Lab::Options options;
        options.accounts = 4;
        options.userAddressLimit = 2;
        m_lab = std::make_unique<Lab>(options);
        m_agent = std::make_unique<AgentProcess>();
        m_console = std::make_unique<AgentClient>();
        const Result<void> begun = m_console->begin(*m_lab, *m_agent);
        QVERIFY2(begun, begun ? "" : qPrintable(begun.error().detail));
    }

    void consolesAreToldWhatDovecotAllows()
    {
        int dovecots = 0;
        for (const ServiceInfo &service : m_console->link().services()) {
            if (service.protocol == "imap")
                QCOMPARE(service.userAddressLimit, std::optional<qint64>(3)); // of its own block
            else if (service.protocol == "pop3" || service.protocol == "sieve")
                QCOMPARE(service.userAddressLimit, std::optional<qint64>(2));
            else if (service.ports.contains(m_lab->port(Port::Smtp)))
                QVERIFY(!service.userAddressLimit); // Postfix knows no such limit
            dovecots += service.userAddressLimit ? 1 : 0;
        }
        QVERIFY(dovecots >= 5);
        QCOMPARE(m_console->link().graceMs(), std::optional<qint64>(qint64(7) * 86'400'000));
    }

    void itIsWhatDovecotHoldsTo()
    {
        // The services of a protocol are counted together.
        QVERIFY(logIn(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps));
        QVERIFY(logIn(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps));
        QVERIFY(logIn(MailClient::Protocol::Imap, MailClient::Security::Plain, Port::Imap));
        QVERIFY(QTest::qWaitFor([this] { return shown() == 3; }, 20'000));
        QVERIFY(!logIn(MailClient::Protocol::Imap, MailClient::Security::Tls, Port::Imaps));
        // Another protocol is counted by itself.
        QVERIFY(logIn(MailClient::Protocol::Pop3, MailClient::Security::Tls, Port::Pop3s));
        QVERIFY(QTest::qWaitFor([this] { return shown() == 3; }, 20'000));
    }

    void doctorNamesTheLineAfterAChange()
    {
        const QByteArray well = doctor();
        QVERIFY2(well.contains("ok        limits"), well.constData());
        QFile file(m_agent->configFile());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray config = file.readAll();
        QVERIFY(config.contains("user_address_limit = 3"));
        config.replace("user_address_limit = 3", "user_address_limit = 10");
        config.replace(", user_address_limit = 2", "");
        const Result<void> written = m_agent->writeConfig(config);
        QVERIFY2(written, written ? "" : qPrintable(written.error().detail));
        const QByteArray changed = doctor();
        QVERIFY2(changed.contains("user_address_limit = 3 in the entry of IMAPS, in [services]"), changed.constData());
        QVERIFY2(changed.contains("user_address_limit = 2 in the entry of POP3S, in [services]"), changed.constData());
    }

private:
    [[nodiscard]] QByteArray doctor() const
    {
        QProcess process;
        process.start(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmd"),
            { QStringLiteral("--config"), m_agent->configFile(), QStringLiteral("doctor") });
        (void)QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 30'000);
        return process.readAllStandardOutput();
    }
    bool logIn(MailClient::Protocol protocol, MailClient::Security security, Port port)
    {
        auto client = std::make_unique<MailClient>(protocol, security);
        const bool in = client->connectTo(QHostAddress(QHostAddress::LocalHost), m_lab->port(port))
            && client->login(Lab::user(1));
        m_clients.push_back(std::move(client));
        return in;
    }
    [[nodiscard]] qsizetype shown()
    {
        const QList<AgentClient::Row> rows = m_console->rows();
        return std::count_if(rows.begin(), rows.end(), [](const AgentClient::Row &row) {
            return row.text(connections::Protocol) == "imap" && row.text(connections::User) == Lab::user(1);
        });
    }

    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<AgentClient> m_console;
    std::vector<std::unique_ptr<MailClient>> m_clients;
};

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
