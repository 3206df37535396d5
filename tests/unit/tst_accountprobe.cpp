// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/accountprobe.h"
#include "core/agent/config.h"
#include "core/agent/sources/sqldatabase.h"

#include <QTest>

using namespace mailhelm;

/// `mailhelmd init` finds the account database in what Dovecot is configured with.
class TestAccountProbe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passdbsAsDoveconfPrintsThem();
    void theTablesNameThePreset_data();
    void theTablesNameThePreset();
    void connectLinesBecomeUrls_data();
    void connectLinesBecomeUrls();
    void theFirstThatCanBeListedIsTaken();
    void whatIsWrittenIsRead();
};

void TestAccountProbe::passdbsAsDoveconfPrintsThem()
{
    const QByteArray output
        = "ssl = yes\npassdb {\n  args = /etc/dovecot/deny\n  deny = yes\n  driver = passwd-file\n}\n"
          "passdb {\n  args = /etc/dovecot/dovecot-sql.conf.ext\n  deny = no\n  driver = sql\n}\n"
          "passdb {\n  args = /etc/dovecot/master\n  driver = passwd-file\n  master = yes\n}\n"
          "service auth {\n  unix_listener auth-userdb {\n    mode = 0666\n  }\n}\n"
          "userdb {\n  args = uid=vmail gid=vmail home=/var/vmail/%u\n  driver = static\n}\n";
    QCOMPARE(parseAuth(output),
        QList<ProbedAuth>({ { "sql", "/etc/dovecot/dovecot-sql.conf.ext" },
            { "static", "uid=vmail gid=vmail home=/var/vmail/%u" } }));
    QVERIFY(parseAuth({}).isEmpty());
}

void TestAccountProbe::theTablesNameThePreset_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("preset");
    using B = QByteArray;
    QTest::newRow("postfixadmin") << B(
        "SELECT username AS user, password FROM mailbox WHERE username = '%u' AND active = '1'")
                                  << B("postfixadmin");
    QTest::newRow("iredmail") << B(
        "SELECT mailbox.password FROM mailbox,domain WHERE mailbox.username='%u' AND mailbox.`enable%Ls%Lc`=1")
                              << B("iredmail");
    QTest::newRow("modoboa") << B(
        "SELECT email AS user, password FROM core_user u INNER JOIN admin_mailbox mb ON u.id=mb.user_id")
                             << B("modoboa");
    QTest::newRow("vimbadmin") << B(
        "SELECT username as user, password, homedir AS home FROM mailbox WHERE ( access_restriction = 'ALL' )")
                               << B("vimbadmin");
    QTest::newRow("mailcow") << B("SELECT password FROM mailbox WHERE JSON_VALUE(attributes, '$.imap_access') = 1")
                             << B("mailcow");
    QTest::newRow("one's own") << B("SELECT pw FROM people WHERE mail = '%u'") << B("queries");
}

void TestAccountProbe::theTablesNameThePreset()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, preset);
    const auto accounts = accountsOfSql(
        "driver = sqlite\n# connect = /no\nconnect = /srv/mail.db\npassword_query = \\\n  " + query + "\n");
    QVERIFY(accounts);
    QCOMPARE(accounts->kind, preset);
    QCOMPARE(accounts->database, QByteArray("sqlite:///srv/mail.db"));
}

void TestAccountProbe::connectLinesBecomeUrls_data()
{
    QTest::addColumn<QByteArray>("driver");
    QTest::addColumn<QByteArray>("connect");
    QTest::addColumn<QByteArray>("url");
    using B = QByteArray;
    QTest::newRow("pgsql") << B("pgsql") << B("host=db.example.org port=5433 dbname=mail user=dovecot password=s3cret")
                           << B("postgresql://dovecot:s3cret@db.example.org:5433/mail");
    QTest::newRow("password with everything")
        << B("mysql") << B("host=127.0.0.1 dbname=vmail user=vmail password='a@b:c/d%e f'")
        << B("mysql://vmail:a%40b%3Ac%2Fd%25e%20f@127.0.0.1/vmail");
    QTest::newRow("socket") << B("mysql") << B("host=/run/mysqld/mysqld.sock dbname=vmail user=vmail")
                            << B("mysql://vmail@/vmail?host=/run/mysqld/mysqld.sock");
    QTest::newRow("several hosts") << B("pgsql") << B("host=one host=two dbname=mail") << B("postgresql://one/mail");
    QTest::newRow("no database") << B("pgsql") << B("host=one") << B();
    QTest::newRow("another driver") << B("cassandra") << B("host=one dbname=x") << B();
    QTest::newRow("sqlite, not from the root") << B("sqlite") << B("mail.db") << B();
}

void TestAccountProbe::connectLinesBecomeUrls()
{
    QFETCH(QByteArray, driver);
    QFETCH(QByteArray, connect);
    QFETCH(QByteArray, url);
    const auto accounts
        = accountsOfSql("driver = " + driver + "\nconnect = " + connect + "\npassword_query = SELECT 1 FROM mailbox\n");
    QCOMPARE(bool(accounts), !url.isEmpty());
    if (!accounts)
        return;
    QCOMPARE(accounts->secret, connect.contains("password"));
    const Result<DatabaseUrl> parsed = DatabaseUrl::parse(accounts->database);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().detail + QString::fromUtf8(accounts->database)));
    QVERIFY2(parsed.value() == DatabaseUrl::parse(url).value(), accounts->database.constData());
}

void TestAccountProbe::theFirstThatCanBeListedIsTaken()
{
    const auto read = [](const QByteArray &file) {
        return file == "/etc/dovecot/sql"
            ? QByteArray("driver = sqlite\nconnect = /a.db\npassword_query = SELECT 1 FROM mailbox")
            : QByteArray();
    };
    QCOMPARE(
        findAccounts({ { "pam", "%s" }, { "sql", "/etc/dovecot/none" }, { "sql", "/etc/dovecot/sql" } }, read)->kind,
        QByteArray("postfixadmin"));
    const auto file = findAccounts({ { "passwd-file", "scheme=CRYPT username_format=%u /etc/dovecot/users" } }, read);
    QVERIFY(file);
    QCOMPARE(file->kind, QByteArray("passwd-file"));
    QCOMPARE(file->path, QByteArray("/etc/dovecot/users"));
    QVERIFY(!findAccounts({ { "passwd-file", "/etc/auth/%d/passwd" }, { "pam", "" } }, read));
}

void TestAccountProbe::whatIsWrittenIsRead()
{
    const QByteArray head = "[agent]\nstate = \"/var/lib/mailhelm\"\n[services]\nIMAP = [143]\n";
    const Result<Config> sql
        = Config::parse(head + writeAccounts({ "iredmail", "mysql://a:b%22c@h/d", {}, true }), "written.toml");
    QVERIFY2(sql, sql ? "" : qPrintable(sql.error().detail));
    QCOMPARE(sql.value().accounts->kind, QByteArray("iredmail"));
    QCOMPARE(sql.value().accounts->database, QByteArray("mysql://a:b%22c@h/d"));
    QVERIFY(sql.value().accounts->exclude.contains("postmaster@*"));
    const Result<Config> file
        = Config::parse(head + writeAccounts({ "passwd-file", {}, "/etc/dovecot/users", false }), "written.toml");
    QVERIFY2(file, file ? "" : qPrintable(file.error().detail));
    QCOMPARE(file.value().accounts->path, QByteArray("/etc/dovecot/users"));
    // Where nobody knows the tables, it is only proposed.
    const Result<Config> own
        = Config::parse(head + writeAccounts({ "queries", "sqlite:///a.db", {}, false }), "written.toml");
    QVERIFY2(own, own ? "" : qPrintable(own.error().detail));
    QVERIFY(!own.value().accounts);
}

QTEST_GUILESS_MAIN(TestAccountProbe)
#include "tst_accountprobe.moc"
