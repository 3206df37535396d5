// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/config.h"
#include "core/agent/hostprobe.h"
#include "core/agent/webmailprobe.h"

#include <QFile>
#include <QTest>

#include <map>

using namespace mailhelm;

namespace
{

/// What doveconf and postconf printed, verbatim but for the host's name: on a fresh Debian 12, and in the lab.
QByteArray recorded(const char *name)
{
    QFile file(QStringLiteral(MAILHELM_SOURCE_DIR "/tests/unit/data/%1.txt").arg(QLatin1String(name)));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is missing", qUtf8Printable(file.fileName()));
    return file.readAll();
}

ProbedService service(const char *name, quint16 port, const char *protocol, const char *by, const char *tls, bool auth,
    bool proxy, const char *idle, const char *program = "", std::optional<qint64> limit = {})
{
    return { name, port, protocol, by, tls, auth, proxy, idle, program, limit };
}

const ProbedService *atPort(const ProbedServer &server, quint16 port)
{
    for (const ProbedService &each : server.services)
        if (each.port == port)
            return &each;
    return nullptr;
}

QList<quint16> portsOf(const ProbedServer &server)
{
    QList<quint16> ports;
    for (const ProbedService &each : server.services)
        if (!ports.contains(each.port))
            ports.append(each.port);
    std::sort(ports.begin(), ports.end());
    return ports;
}

} // namespace

/// `mailhelmd init` finds what listens on this host from what the servers' own tools print.
class TestHostProbe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundcubeIsFoundAsDebianConfiguresIt_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QByteArray>("debian");
        QTest::addColumn<QByteArray>("database");
        QTest::addColumn<QByteArray>("rest");
        const QByteArray included = "<?php\n$config = [];\ninclude(\"/etc/roundcube/debian-db-roundcube.php\");\n";
        const auto db = [](const QByteArray &type, const QByteArray &server, const QByteArray &port) {
            return QByteArray(
                       "<?php\n##\n$dbuser='roundcube';\n$dbpass='p@ss\\'w/rd';\n$basepath='/var/lib/dbconfig-common/"
                       "sqlite3/roundcube';\n$dbname='roundcube';\n$dbserver='")
                + server + "';\n$dbport='" + port + "';\n$dbtype='" + type + "';\n";
        };
        QTest::newRow("sqlite3") << included << db("sqlite3", "", "")
                                 << QByteArray("sqlite:///var/lib/dbconfig-common/sqlite3/roundcube/roundcube")
                                 << QByteArray("db_10m");
        QTest::newRow("mysql") << included + "$config['session_lifetime'] = 60;\n"
                               << db("mysql", "localhost", "3306")
                               << QByteArray("mysql://roundcube:p%40ss%27w%2Frd@localhost:3306/roundcube")
                               << QByteArray("db_60m");
        QTest::newRow("pgsql") << included + "  $config['db_prefix'] = 'rc_'; // ours\n"
                               << db("pgsql", "", "")
                               << QByteArray("postgresql://roundcube:p%40ss%27w%2Frd@localhost/roundcube")
                               << QByteArray("dbrc_10m");
        QTest::newRow("dsn") << QByteArray(
            "<?php\n// $config['db_dsnw'] = 'mysql://no:no@no/no';\n$config['db_dsnw'] = "
            "'pgsql://u:p%40@db.example.org:5433/rc';\n")
                             << QByteArray() << QByteArray("postgresql://u:p%40@db.example.org:5433/rc")
                             << QByteArray("db_10m");
        QTest::newRow("dsn by socket") << QByteArray("$config['db_dsnw'] = \"mysql://u:p@unix(/run/m.sock)/rc\";")
                                       << QByteArray() << QByteArray("mysql://u:p@/rc?host=/run/m.sock")
                                       << QByteArray("db_10m");
        QTest::newRow("dsn of sqlite") << QByteArray("$config['db_dsnw'] = 'sqlite:////srv/rc.db?mode=0640';")
                                       << QByteArray() << QByteArray("sqlite:///srv/rc.db") << QByteArray("db_10m");
        QTest::newRow("sessions elsewhere") << included + "$config['session_storage'] = 'redis';\n"
                                            << db("mysql", "", "") << QByteArray() << QByteArray("redis_10m");
    }
    void roundcubeIsFoundAsDebianConfiguresIt()
    {
        QFETCH(QByteArray, config);
        QFETCH(QByteArray, debian);
        QFETCH(QByteArray, database);
        QFETCH(QByteArray, rest);
        const std::optional<ProbedWebmail> webmail = parseRoundcube(config, debian);
        QVERIFY(webmail);
        QCOMPARE(webmail->database, database);
        QByteArray prefix = webmail->tablePrefix;
        prefix.chop(prefix.endsWith('_') ? 1 : 0);
        QCOMPARE(webmail->storage + prefix + '_' + webmail->lifetime, rest);
        // What is written is what the agent accepts.
        const QByteArray text = "[services]\nIMAP = [143]\n" + writeWebmail(*webmail);
        const Result<Config> parsed = Config::parse(text, "written.toml");
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().detail));
        QCOMPARE(parsed.value().webmail.size(), database.isEmpty() ? 0 : 1);
        if (!database.isEmpty())
            QCOMPARE(parsed.value().webmail[0].database, database);
    }
    void whatIsNoRoundcubeIsNotTakenForOne()
    {
        QVERIFY(!parseRoundcube("", ""));
        QVERIFY(!parseRoundcube("<?php $x = 1;\n$config['db_dsnw'] = \"mysql://$user@h/n\";\n", ""));
        QCOMPARE(databaseOfDsn("oracle://u:p@h/n"), QByteArray());
        QCOMPARE(databaseOfDsn("nonsense"), QByteArray());
    }

    void aFreshDebiansDovecot();
    void theLabsDovecot();
    void aFreshDebiansPostfix();
    void theLabsPostfix();
    void submissionOfDebiansMasterCf();
    void aLimitedServerHasNoServices();
    void theWrittenConfigurationIsRead();
    void limitsOfConnections_data();
    void limitsOfConnections();
};

void TestHostProbe::aFreshDebiansDovecot()
{
    // doveconf quotes what begins with a blank, as Debian's `protocols` does.
    const ProbedServer server = parseDoveconf(recorded("debian-doveconf"));
    QCOMPARE(portsOf(server), QList<quint16>({ 110, 143, 587, 993, 995, 4190 }));
    QCOMPARE(*atPort(server, 143), service("IMAP", 143, "imap", "dovecot", "starttls", true, false, "30m", "", 10));
    QCOMPARE(*atPort(server, 993), service("IMAPS", 993, "imap", "dovecot", "implicit", true, false, "30m", "", 10));
    QCOMPARE(*atPort(server, 110), service("POP3", 110, "pop3", "dovecot", "starttls", true, false, "10m", "", 10));
    QCOMPARE(*atPort(server, 995), service("POP3S", 995, "pop3", "dovecot", "implicit", true, false, "10m", "", 10));
    QCOMPARE(
        *atPort(server, 587), service("Submission", 587, "smtp", "dovecot", "starttls", true, false, "10m", "", 10));
    QCOMPARE(*atPort(server, 4190),
        service("ManageSieve", 4190, "sieve", "dovecot", "starttls", true, false, "30m", "", 10));
    QCOMPARE(server.baseDir, QByteArray("/run/dovecot"));
    QVERIFY(!server.log.isEmpty());
}

void TestHostProbe::theLabsDovecot()
{
    const ProbedServer server = parseDoveconf(recorded("lab-doveconf"));
    QCOMPARE(portsOf(server), QList<quint16>({ 5110, 5140, 5410, 5580, 5950, 5990, 7140, 7410, 7580, 7950, 7990 }));
    QCOMPARE(*atPort(server, 5990), service("IMAPS", 5990, "imap", "dovecot", "implicit", true, false, "30m", "", 0));
    QCOMPARE(atPort(server, 7990)->proxy, true);
    QCOMPARE(atPort(server, 7990)->tls, QByteArray("implicit"));
    QCOMPARE(atPort(server, 7410)->proxy, true);
    QCOMPARE(server.baseDir, QByteArray("/tmp/lab/run"));
    QCOMPARE(server.log, QByteArray("/tmp/lab/log/dovecot.log"));
}

void TestHostProbe::aFreshDebiansPostfix()
{
    const ProbedServer server = parsePostconf(recorded("debian-postconf-M"), recorded("debian-postconf"));
    // Debian's main.cf sets no TLS for this host here, and nobody can authenticate.
    QCOMPARE(server.services,
        QList<ProbedService>({ service("SMTP", 25, "smtp", "postfix", "none", false, false, "300s") }));
    QVERIFY(!server.tlsLogged);
}

void TestHostProbe::theLabsPostfix()
{
    const ProbedServer server = parsePostconf(recorded("lab-postconf-M"), recorded("lab-postconf"));
    QCOMPARE(portsOf(server), QList<quint16>({ 5250, 5260, 5460, 5870, 7250, 7870 }));
    QCOMPARE(*atPort(server, 5250), service("SMTP", 5250, "smtp", "postfix", "starttls", false, false, "300s"));
    QCOMPARE(*atPort(server, 5460),
        service("SMTPS", 5460, "smtp", "postfix", "implicit", true, false, "300s", "postfix/smtps/smtpd"));
    QCOMPARE(*atPort(server, 5870),
        service("Submission", 5870, "smtp", "postfix", "starttls", true, false, "300s", "postfix/submission/smtpd"));
    QCOMPARE(*atPort(server, 7870),
        service("Submission", 7870, "smtp", "postfix", "starttls", true, true, "300s", "postfix/submission/smtpd"));
    QCOMPARE(server.log, QByteArray("/tmp/lab/log/postfix.log"));
    QVERIFY(server.tlsLogged);
}

void TestHostProbe::submissionOfDebiansMasterCf()
{
    // The two services that Debian's master.cf holds commented out, as postconf -M prints them once they are on.
    const QByteArray master
        = "smtp       inet  n       -       y       -       -       smtpd\n"
          "submission inet  n       -       y       -       -       smtpd -o syslog_name=postfix/submission "
          "-o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes\n"
          "submissions inet n       -       y       -       -       smtpd -o syslog_name=postfix/submissions "
          "-o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes\n";
    const ProbedServer server = parsePostconf(master, recorded("debian-postconf"));
    QCOMPARE(server.services.size(), 3);
    QCOMPARE(*atPort(server, 587),
        service("Submission", 587, "smtp", "postfix", "starttls", true, false, "300s", "postfix/submission/smtpd"));
    QCOMPARE(*atPort(server, 465),
        service("Submissions", 465, "smtp", "postfix", "implicit", true, false, "300s", "postfix/submissions/smtpd"));
}

void TestHostProbe::aLimitedServerHasNoServices()
{
    // A listener that is switched off has port 0; a protocol that is not in `protocols` has no login process.
    QByteArray output = recorded("debian-doveconf");
    output.replace("protocols = \" imap sieve pop3 submission\"", "protocols = imap");
    output.replace("    port = 143\n", "    port = 0\n");
    QCOMPARE(portsOf(parseDoveconf(output)), QList<quint16>({ 993 }));
    QVERIFY(parseDoveconf({}).services.isEmpty());
    QVERIFY(parsePostconf({}, {}).services.isEmpty());
}

void TestHostProbe::theWrittenConfigurationIsRead()
{
    const ProbedServer dovecot = parseDoveconf(recorded("lab-doveconf"));
    const ProbedServer postfix = parsePostconf(recorded("lab-postconf-M"), recorded("lab-postconf"));
    const HostProbe options { "127.0.0.1:6250", "/tmp/a \"state\"", {}, {} };
    const Result<Config> config = Config::parse(writeConfig(options, &dovecot, &postfix), "written.toml");
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    QCOMPARE(config.value().state, QByteArray("/tmp/a \"state\""));
    QCOMPARE(config.value().listen, QList<QByteArray>({ "127.0.0.1:6250" }));
    QSet<quint16> ports;
    for (const ServiceConfig &each : config.value().services) {
        QVERIFY(!each.protocol.isEmpty());
        QVERIFY2(each.idleTimeoutMs == 300'000 || each.idleTimeoutMs == 600'000 || each.idleTimeoutMs == 1'800'000,
            each.name.constData());
        for (const ServiceConfig::Listen &listen : each.listen)
            ports.insert(listen.port);
    }
    QCOMPARE(ports.size(), 17);
    QVERIFY(config.value().dovecot && config.value().postfix && config.value().postfix->tlsLogged);

    // What Debian installs, too; without advertise the host's own name counts.
    const ProbedServer fresh = parseDoveconf(recorded("debian-doveconf"));
    const Result<Config> plain
        = Config::parse(writeConfig({ {}, "/var/lib/mailhelm", {}, {} }, &fresh, nullptr), "written.toml");
    QVERIFY2(plain, plain ? "" : qPrintable(plain.error().detail));
    QCOMPARE(plain.value().listen, QList<QByteArray>({ "0.0.0.0:6245", "[::]:6245" }));
    QCOMPARE(plain.value().services.size(), 6);
    QVERIFY(!plain.value().postfix);
}

void TestHostProbe::limitsOfConnections_data()
{
    using Limit = std::optional<qint64>;
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<Limit>("imap");
    QTest::addColumn<Limit>("pop3");
    QTest::addColumn<Limit>("sieve");
    QTest::addColumn<Limit>("submission");
    const QByteArray ten = "mail_max_userip_connections = 10\n";
    QTest::newRow("one for all") << ten << Limit(10) << Limit(10) << Limit(10) << Limit(10);
    QTest::newRow("not said") << QByteArray() << Limit() << Limit() << Limit() << Limit();
    QTest::newRow("any number") << QByteArray("mail_max_userip_connections = 0\n") << Limit(0) << Limit(0) << Limit(0)
                                << Limit(0);
    QTest::newRow("any number, 2.4") << QByteArray("mail_max_userip_connections = unlimited\n") << Limit(0) << Limit(0)
                                     << Limit(0) << Limit(0);
    QTest::newRow("nonsense") << QByteArray("mail_max_userip_connections = $LIMIT\n") << Limit() << Limit() << Limit()
                              << Limit();
    QTest::newRow("a protocol's own") << ten
            + "protocol imap {\n  mail_max_userip_connections = 20\n  mail_plugins = \" imap_quota\"\n}\n"
              "protocol sieve {\n  mail_max_userip_connections = 0\n}\n"
                                      << Limit(20) << Limit(10) << Limit(0) << Limit(10);
    QTest::newRow("all but one") << ten + "protocol !imap {\n  mail_max_userip_connections = 5\n}\n"
                                 << Limit(10) << Limit(5) << Limit(5) << Limit(5);
    QTest::newRow("others for some addresses")
        << ten + "remote 10.0.0.0/8 {\n  protocol pop3 {\n    mail_max_userip_connections = 99\n  }\n}\n"
        << Limit(10) << Limit() << Limit(10) << Limit(10);
    QTest::newRow("others for a name") << ten + "local_name mail.example.org {\n  mail_max_userip_connections = 99\n}\n"
                                       << Limit() << Limit() << Limit() << Limit();
    QTest::newRow("another setting in a block") << ten + "remote 10.0.0.0/8 {\n  ssl = no\n}\n"
                                                << Limit(10) << Limit(10) << Limit(10) << Limit(10);
}

void TestHostProbe::limitsOfConnections()
{
    QFETCH(QByteArray, settings);
    QByteArray output = "base_dir = /run/dovecot\nprotocols = imap pop3 sieve submission\n" + settings;
    const std::map<const char *, quint16> ports { { "imap-login", 143 }, { "pop3-login", 110 },
        { "managesieve-login", 4190 }, { "submission-login", 587 } };
    for (const auto &[service, port] : ports)
        output += QByteArray("service ") + service + " {\n  inet_listener x {\n    port = " + QByteArray::number(port)
            + "\n  }\n}\n";
    const ProbedServer server = parseDoveconf(output);
    QCOMPARE(server.services.size(), 4);
    QTEST(atPort(server, 143)->userAddressLimit, "imap");
    QTEST(atPort(server, 110)->userAddressLimit, "pop3");
    QTEST(atPort(server, 4190)->userAddressLimit, "sieve");
    QTEST(atPort(server, 587)->userAddressLimit, "submission");

    // What init writes is what the agent reads.
    const Result<Config> config
        = Config::parse(writeConfig({ {}, "/var/lib/mailhelm", {}, {} }, &server, nullptr), "mailhelmd.toml");
    QVERIFY2(config, config ? "" : qPrintable(config.error().detail));
    for (const ServiceConfig &service : config.value().services)
        QCOMPARE(service.userAddressLimit, atPort(server, service.listen[0].port)->userAddressLimit);
}

QTEST_GUILESS_MAIN(TestHostProbe)
#include "tst_hostprobe.moc"
