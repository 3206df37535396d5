// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/config.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;

/// The agent's configuration: complete and checked, or refused with file, line and what would be right.
class TestConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everything();
    void defaults();
    void wellKnownNames_data();
    void wellKnownNames();
    void whoServes();
    void mistakesAreNamed_data();
    void mistakesAreNamed();
    void filesThatCannotBeRead();
};

void TestConfig::everything()
{
    const Result<Config> config = Config::parse(R"([agent]
listen = ["192.0.2.1:6245", "[2001:db8::1]:6245"]
advertise = "mx1.example.org:6245"
state = "/var/lib/mailhelm"
[services]
IMAPS = [993, 10993]
"Mail for the lab" = { listen = ["127.0.0.1:1143", "[::1]:1143"], protocol = "imap", by = "dovecot", tls = "none", auth = true, proxy = true, extension = "WebMail", idle_timeout = "29m", user_address_limit = 20 }
SMTP = { listen = ["*:25"], auth = false }
[sockets]
netns = ["/run/netns/mail"]
[dovecot]
log = ["/var/log/mail.log", "journal"]
base_dir = "/run/dovecot"
config = "/etc/dovecot/dovecot.conf"
[postfix]
log = ["/var/log/mail.log"]
tls_logged = true
)",
        "x.toml");
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    const Config &c = config.value();
    QCOMPARE(c.listen, QList<QByteArray>({ "192.0.2.1:6245", "[2001:db8::1]:6245" }));
    QCOMPARE(c.advertise, QByteArray("mx1.example.org:6245"));
    QCOMPARE(c.netns, QList<QByteArray>({ "/run/netns/mail" }));
    QCOMPARE(c.dovecot->log, QList<QByteArray>({ "/var/log/mail.log", "journal" }));
    QCOMPARE(c.dovecot->baseDir, QByteArray("/run/dovecot"));
    QVERIFY(c.postfix->tlsLogged);
    QCOMPARE(c.services.size(), 3);
    for (const ServiceConfig &service : c.services) {
        if (service.name == "IMAPS") {
            QCOMPARE(service.listen.size(), 2);
            QCOMPARE(service.listen[1].port, quint16(10993));
            QVERIFY(!service.listen[0].address);
            QCOMPARE(service.line, 6);
        } else if (service.name == "SMTP") {
            QVERIFY(!service.auth);
            QVERIFY(!service.userAddressLimit); // not said is not known
            QCOMPARE(service.by, QByteArray("postfix"));
        } else {
            QCOMPARE(service.name, QByteArray("Mail for the lab"));
            QCOMPARE(service.listen[0].address->toText(), QByteArray("127.0.0.1"));
            QCOMPARE(service.listen[1].address->toText(), QByteArray("::1"));
            QCOMPARE(service.tls, ServiceConfig::Tls::None);
            QVERIFY(service.proxy);
            QCOMPARE(service.extension, QByteArray("WebMail"));
            QCOMPARE(service.idleTimeoutMs, qint64(29 * 60'000));
            QCOMPARE(service.userAddressLimit, std::optional<qint64>(20));
        }
    }
}

void TestConfig::defaults()
{
    const Result<Config> config = Config::parse("", "x.toml");
    QVERIFY(config);
    QCOMPARE(config.value().listen, QList<QByteArray>({ "0.0.0.0:6245", "[::]:6245" }));
    QCOMPARE(config.value().state, QByteArray("/var/lib/mailhelm"));
    QVERIFY(config.value().services.isEmpty());
    QVERIFY(!config.value().dovecot);
    QVERIFY(config.value().history.enabled);
    QCOMPARE(config.value().history.keepMs, qint64(30) * 86'400'000);
    QCOMPARE(config.value().history.maxBytes, qint64(1) << 30);
}

void TestConfig::wellKnownNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("protocol");
    QTest::addColumn<int>("tls");
    using Tls = ServiceConfig::Tls;
    const auto row = [](const char *name, const char *protocol, Tls tls) {
        QTest::newRow(name) << QByteArray(name) << QByteArray(protocol) << int(tls);
    };
    row("IMAP", "imap", Tls::StartTls);
    row("IMAPS", "imap", Tls::Implicit);
    row("POP3S", "pop3", Tls::Implicit);
    row("SMTP", "smtp", Tls::StartTls);
    row("Submission", "smtp", Tls::StartTls);
    row("Submissions", "smtp", Tls::Implicit);
    row("ManageSieve", "sieve", Tls::StartTls);
    row("XMPP", "xmpp", Tls::StartTls);
    row("HTTP", "http", Tls::None);
}

void TestConfig::wellKnownNames()
{
    QFETCH(QByteArray, name);
    const Result<Config> config = Config::parse("[services]\n" + name + " = [1234]\n", "x.toml");
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QTEST(config.value().services.first().protocol, "protocol");
    QTEST(int(config.value().services.first().tls), "tls");
}

void TestConfig::whoServes()
{
    const auto by = [](const QByteArray &sections) {
        const Result<Config> config = Config::parse("[services]\nSubmission = [587]\n" + sections, "x.toml");
        return config ? config.value().services.first().by : QByteArray("error");
    };
    QCOMPARE(by("[dovecot]\n"), QByteArray("dovecot"));
    QCOMPARE(by("[postfix]\n"), QByteArray("postfix"));
    QCOMPARE(by("[dovecot]\n[postfix]\n"), QByteArray("postfix"));
    QCOMPARE(by({}), QByteArray());
}

void TestConfig::mistakesAreNamed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *text, int line, const char *says) {
        QTest::newRow(name) << QByteArray(text) << line << QByteArray(says);
    };
    row("unknown section", "[agent]\n[agnet]\n", 2, "agnet");
    row("unknown key", "[agent]\nstate = \"/x\"\nlisten_on = [\"0.0.0.0:1\"]\n", 3, "listen_on");
    row("unknown key at the top", "stat = \"/x\"\n", 1, "stat");
    row("unknown key of a service", "[services]\nIMAP = { listen = [\"*:143\"], tsl = \"none\" }\n", 2, "tsl");
    row("unknown key of sockets", "[sockets]\nnets = []\n", 2, "nets");
    row("unknown key of dovecot", "[dovecot]\nlogs = [\"/x\"]\n", 2, "logs");
    row("unknown key of postfix", "[postfix]\n\ntls = true\n", 3, "tls");
    row("doubled key", "[agent]\nstate = \"/x\"\nstate = \"/y\"\n", 3, "state");
    row("doubled section", "[agent]\nstate = \"/x\"\n[postfix]\n[agent]\n", 4, "agent");
    row("doubled service", "[services]\nIMAP = [143]\nIMAP = [144]\n", 3, "IMAP");
    row("a text for a list", "[agent]\nlisten = \"0.0.0.0:6245\"\n", 2, "list");
    row("a number among texts", "[agent]\nlisten = [\"0.0.0.0:6245\", 6245]\n", 2, "list");
    row("a number for a text", "[agent]\nstate = 5\n", 2, "text");
    row("a text for a flag", "[postfix]\ntls_logged = \"yes\"\n", 2, "true or false");
    row("a value for a section", "dovecot = true\n", 1, "section");
    row("no TOML", "[agent]\nstate = /var/lib/mailhelm\n", 2, "");
    row("unknown service without protocol", "[services]\nIMAP = [143]\nMyMail = [1143]\n", 3, "MyMail");
    row("unknown protocol", "[services]\nX = { listen = [\"*:143\"], protocol = \"imap4\" }\n", 2, "imap4");
    row("unknown server", "[services]\nIMAP = { listen = [\"*:143\"], by = \"cyrus\" }\n", 2, "dovecot");
    row("unknown tls", "[services]\nIMAP = { listen = [\"*:143\"], tls = \"ssl\" }\n", 2, "starttls");
    row("no port", "[services]\nIMAP = []\n", 2, "port");
    row("no listen", "[services]\nIMAP = { tls = \"none\" }\n", 2, "listen");
    row("port 0", "[services]\nIMAP = [0]\n", 2, "0");
    row("port 65536", "[services]\nIMAP = [143, 65536]\n", 2, "65536");
    row("a name for an address", "[services]\nIMAP = { listen = [\"localhost:143\"] }\n", 2, "localhost:143");
    row("a service that is a number", "[services]\nIMAP = 143\n", 2, "IMAP");
    row("two services on one port", "[services]\nIMAP = [143]\nPOP3 = [143]\n", 3, "143");
    row("a span without unit", "[services]\nIMAP = { listen = [\"*:143\"], idle_timeout = \"30\" }\n", 2,
        "idle_timeout");
    row("an empty span", "[services]\nIMAP = { listen = [\"*:143\"], idle_timeout = \" \" }\n", 2, "idle_timeout");
    row("where to listen", "[agent]\nlisten = [\"6245\"]\n", 2, "6245");
    row("nowhere to listen", "[agent]\nlisten = []\n", 2, "listen");
    row("what to advertise", "[agent]\nadvertise = \"mx1 example\"\n", 2, "mx1 example");
    row("an empty state", "[agent]\nstate = \"\"\n", 2, "state");
    row("a history that is too small", "[history]\nkeep = \"7d\"\nmax_size = \"1M\"\n", 3, "4M");
    row("unknown key of history", "[history]\nsize = \"1G\"\n", 2, "size");
    row("a relative log", "[postfix]\nlog = [\"mail.log\"]\n", 2, "mail.log");
    row("a relative namespace", "[sockets]\nnetns = [\"mail\"]\n", 2, "/run/netns/mail");
}

void TestConfig::mistakesAreNamed()
{
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    QFETCH(QByteArray, says);
    const Result<Config> config = Config::parse(text, "/etc/mailhelm/x.toml");
    QVERIFY(!config);
    QCOMPARE(config.error().code, ErrorCode::InvalidArgument);
    const QString start = QStringLiteral("/etc/mailhelm/x.toml, line %1: ").arg(line);
    QVERIFY2(config.error().detail.startsWith(start), qPrintable(config.error().detail));
    QVERIFY2(
        config.error().detail.mid(start.size()).contains(QString::fromUtf8(says)), qPrintable(config.error().detail));
}

void TestConfig::filesThatCannotBeRead()
{
    QTemporaryDir folder;
    const QByteArray absent = QFile::encodeName(folder.filePath(QStringLiteral("absent.toml")));
    Result<Config> config = Config::read(absent);
    QVERIFY(!config);
    QCOMPARE(config.error().code, ErrorCode::NotFound);
    QVERIFY(config.error().detail.contains(QString::fromUtf8(absent)));
    QVERIFY(config.error().detail.contains(QStringLiteral("mailhelmd init")));
    config = Config::read(QFile::encodeName(folder.path()));
    QVERIFY(!config);
    QVERIFY(config.error().detail.contains(folder.path()));
}

QTEST_GUILESS_MAIN(TestConfig)
#include "tst_config.moc"
