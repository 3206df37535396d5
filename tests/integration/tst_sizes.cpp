// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts whose database has no sizes get them from the lab's real Dovecot.
#include "tests/support/agentclient.h"
#include "tests/support/mailclient.h"

#include <QProcess>
#include <QRegularExpression>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

#include <unistd.h>

using namespace mailhelm;

namespace
{

using Port = Lab::Port;
constexpr int LongMs = 60'000;
constexpr qint64 Mailed = 300'000;

} // namespace

class TestSizes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aMailboxHasTheSizeOfWhatWasDelivered();
    void aRestartShowsItAtOnce();
    void quotaOfDovecotIsShown();
    void anUnprivilegedAgentSaysThatItCannot();

private:
    void watch();
    [[nodiscard]] AgentClient::Row account(const QByteArray &user);
    [[nodiscard]] QByteArray sourceState();

    std::unique_ptr<Lab> m_lab;
    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<AgentClient> m_console;
    int m_consoles = 0;
};

void TestSizes::initTestCase()
{
    if (const QString why = Lab::whyNotHere(); !why.isEmpty())
        QSKIP(qPrintable(why));
    if (::geteuid() != 0)
        QSKIP("needs root: Dovecot lets nobody else look into mailboxes");
    Lab::Options options;
    options.accounts = 6;
    m_lab = std::make_unique<Lab>(options);
    const Result<void> started = m_lab->start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
    {
        QSqlDatabase accounts = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("sizes"));
        accounts.setDatabaseName(m_lab->accountsDatabase());
        QVERIFY(accounts.open());
        QVERIFY(QSqlQuery(accounts).exec(QStringLiteral("DELETE FROM quota2 WHERE username <> 'user1@lab.test'")));
    }
    QSqlDatabase::removeDatabase(QStringLiteral("sizes"));
    MailClient sender(MailClient::Protocol::Smtp, MailClient::Security::Plain);
    QVERIFY(sender.connectTo(QHostAddress(QHostAddress::LocalHost), m_lab->port(Port::Smtp)));
    QByteArray text;
    while (text.size() < Mailed)
        text += QByteArray(70, 'x') + "\r\n";
    QVERIFY(sender.sendMail("someone@example.org", Lab::user(3), text));
    m_agent = std::make_unique<AgentProcess>();
    const Result<void> made = m_agent->init(*m_lab);
    QVERIFY2(made, made ? "" : qPrintable(made.error().detail));
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    watch();
}

void TestSizes::watch()
{
    m_console = std::make_unique<AgentClient>();
    const Result<void> enrolled = m_console->enrol(*m_agent, "tester" + QByteArray::number(++m_consoles), "owner");
    QVERIFY2(enrolled, enrolled ? "" : qPrintable(enrolled.error().detail));
    const Result<void> watching = m_console->watch({ TableId::Users, TableId::Sources });
    QVERIFY2(watching, watching ? "" : qPrintable(watching.error().detail));
}

AgentClient::Row TestSizes::account(const QByteArray &user)
{
    for (const AgentClient::Row &row : m_console->rows(TableId::Users))
        if (row.text(users::User) == user)
            return row;
    return { 0, QList<Value>(users::QuotaBytes + 1) };
}

QByteArray TestSizes::sourceState()
{
    const AgentClient::Row row = m_console->source("sizes");
    return row.id != 0 ? row.text(sources::State) : QByteArray();
}

void TestSizes::aMailboxHasTheSizeOfWhatWasDelivered()
{
    QTRY_VERIFY_WITH_TIMEOUT(account(Lab::user(3)).isKnown(users::MailboxBytes), LongMs);
    const qint64 bytes = account(Lab::user(3)).number(users::MailboxBytes);
    QVERIFY2(bytes >= Mailed && bytes < Mailed + 5'000, QByteArray::number(bytes).constData()); // headers
    // Nobody wrote to the others; the one that the database knows stays as it has it.
    for (int user : { 2, 4, 5, 6 })
        QTRY_VERIFY_WITH_TIMEOUT(account(Lab::user(user)).isKnown(users::MailboxBytes), LongMs);
    QCOMPARE(account(Lab::user(4)).number(users::MailboxBytes), 0);
    QVERIFY(account(Lab::user(1)).number(users::MailboxBytes) > 0);
    QCOMPARE(account(Lab::user(3)).number(users::QuotaBytes), 104'857'600);
    QCOMPARE(sourceState(), QByteArray("ok"));
}

void TestSizes::aRestartShowsItAtOnce()
{
    const qint64 bytes = account(Lab::user(3)).number(users::MailboxBytes);
    QVERIFY(m_agent->kill());
    QVERIFY(m_lab->stopService(Lab::Service::Dovecot)); // which cannot say it again
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    watch();
    QTRY_VERIFY_WITH_TIMEOUT(account(Lab::user(3)).id != 0, LongMs);
    QCOMPARE(account(Lab::user(3)).number(users::MailboxBytes), bytes);
}

void TestSizes::quotaOfDovecotIsShown()
{
    QVERIFY(m_agent->stop());
    QFile dovecot(m_lab->dovecotConfig());
    QVERIFY(dovecot.open(QIODevice::Append));
    dovecot.write("mail_plugins = quota\nplugin {\n  quota = maildir:User quota\n}\n");
    dovecot.close();
    QVERIFY(m_lab->startService(Lab::Service::Dovecot));
    // A passwd-file knows neither size nor quota.
    const QString list = m_agent->folder() + QStringLiteral("/users");
    QFile file(list);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("user3@lab.test:{PLAIN}secret::::::\nnobody@lab.test:{PLAIN}secret::::::\n");
    file.close();
    QFile config(m_agent->configFile());
    QVERIFY(config.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(config.readAll());
    static const QRegularExpression accounts(QStringLiteral("^\\[accounts\\].*?(?=^\\[|\\z)"),
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    text.remove(accounts);
    QVERIFY(m_agent->writeConfig(
        text.toUtf8() + "\n[accounts]\nkind = \"passwd-file\"\npath = \"" + QFile::encodeName(list) + "\"\n"));
    QVERIFY(QFile::remove(m_agent->state() + QStringLiteral("/sizes")));
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    watch();
    QTRY_COMPARE_WITH_TIMEOUT(account(Lab::user(3)).number(users::QuotaBytes), 104'857'600, LongMs);
    const qint64 bytes = account(Lab::user(3)).number(users::MailboxBytes);
    // This quota counts files, whose lines end with one character.
    QVERIFY2(bytes >= Mailed / 72 * 71 && bytes < Mailed + 5'000, QByteArray::number(bytes).constData());
    QVERIFY(!account("nobody@lab.test").isKnown(users::MailboxBytes)); // whom Dovecot does not have
}

void TestSizes::anUnprivilegedAgentSaysThatItCannot()
{
    QVERIFY(m_agent->stop());
    QVERIFY(QFile::remove(m_agent->state() + QStringLiteral("/sizes")));
    QCOMPARE(QProcess::execute(
                 QStringLiteral("chown"), { QStringLiteral("-R"), QStringLiteral("65533:65533"), m_agent->folder() }),
        0);
    m_agent->setWrapper({ QStringLiteral("setpriv"), QStringLiteral("--reuid=65533"), QStringLiteral("--regid=65533"),
        QStringLiteral("--groups=4"), QStringLiteral("--no-new-privs") });
    const Result<void> up = m_agent->start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    watch();
    QTRY_COMPARE_WITH_TIMEOUT(sourceState(), QByteArray("degraded"), LongMs);
    QVERIFY(m_console->source("sizes").text(sources::Detail).contains("only root"));
    QVERIFY(!account(Lab::user(3)).isKnown(users::MailboxBytes));
}

QTEST_GUILESS_MAIN(TestSizes)
#include "tst_sizes.moc"
