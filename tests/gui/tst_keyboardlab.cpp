// SPDX-License-Identifier: GPL-3.0-or-later
// The run by keys alone over real servers: Dovecot, Postfix, Roundcube and PostfixAdmin's tables of the lab, a real
// agent and the console's real way to it.
#include "app/console/consolebackend.h"
#include "tests/gui/keyboardrun.h"
#include "tests/support/mailclient.h"
#include "tests/support/peoplelab.h"
#include "tests/support/webmailbrowser.h"

#include <QApplication>
#include <QDir>
#include <QTest>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

class LabWorld : public KeyboardWorld
{
public:
    QString whyNotHere() override { return PeopleLab::whyNotHere(options()); }
    void start() override
    {
        m_host = std::make_unique<PeopleLab>(options());
        succeeds(m_host->start());
        // Who sleeps is known by logs of the past, which an agent reads when it starts for the first time.
        succeeds(m_host->agent().stop());
        QVERIFY(QDir(m_host->agent().state()).removeRecursively());
        QCOMPARE(QProcess::execute(QStringLiteral(MAILHELM_SOURCE_DIR "/tests/lab/old-logs"),
                     { m_host->lab().directory(), u"lab.test"_s, QString::number(Accounts) }),
            0);
        succeeds(m_host->agent().start());
        for (int i = 0; i < 2; ++i) {
            m_mail.push_back(std::make_unique<MailClient>(MailClient::Protocol::Imap, MailClient::Security::StartTls));
            m_mail.back()->setSourceAddress(QHostAddress(u"127.0.7.%1"_s.arg(i + 2)));
            QVERIFY(
                m_mail.back()->connectTo(QHostAddress(QHostAddress::LocalHost), m_host->lab().port(Lab::Port::Imap)));
            QVERIFY(m_mail.back()->login(user().toUtf8()));
        }
        m_browser = std::make_unique<WebmailBrowser>(m_host->lab(), "198.51.100.9");
        succeeds(m_browser->login(webmailUser().toUtf8()));

        Result<Profile> profile = Profile::open(m_home.filePath(u"home"_s));
        QVERIFY2(profile, profile ? "" : qPrintable(profile.error().detail));
        const Result<Identity> identity = profile.value().identity();
        QVERIFY2(identity, identity ? "" : qPrintable(identity.error().detail));
        m_backend = std::make_unique<ConsoleBackend>(profile.value(), identity.value(), m_clock);
        m_backend->start();
    }
    void stop() override
    {
        m_backend.reset();
        m_browser.reset();
        m_mail.clear();
        m_host.reset();
    }
    Backend &backend() override { return *m_backend; }
    QString pairingLink() override
    {
        const Result<QString> link = m_host->agent().enroll("anna", "owner");
        succeeds(link);
        return link ? link.value() : QString();
    }
    QString user() const override { return u"user3@lab.test"_s; }
    int connectionsOfUser() override
    {
        return int(std::count_if(m_mail.begin(), m_mail.end(), [](const auto &each) { return each->isConnected(); }));
    }
    QString webmailUser() const override { return u"user2@lab.test"_s; }
    bool isInWebmail() override
    {
        const Result<bool> inside = m_browser->isInside();
        succeeds(inside);
        return inside && inside.value();
    }
    QStringList asleep() const override
    {
        QStringList users;
        for (int number = Accounts - 4; number <= Accounts; ++number) // as old-logs puts them to sleep
            users.append(u"user%1@lab.test"_s.arg(number));
        return users;
    }
    QString stateOf(const QString &account) override
    {
        QProcess sqlite;
        sqlite.start(u"sqlite3"_s,
            { m_host->lab().accountsDatabase(), u"SELECT active FROM mailbox WHERE username = '%1'"_s.arg(account) });
        sqlite.waitForFinished();
        const QByteArray active = sqlite.readAllStandardOutput().trimmed();
        return active == "1" ? u"active"_s : active == "0" ? u"disabled"_s : QString::fromUtf8(active);
    }

private:
    static constexpr int Accounts = 60;
    static Lab::Options options()
    {
        Lab::Options options;
        options.roundcube = true;
        options.accounts = Accounts;
        return options;
    }
    template<typename T>
    static void succeeds(const Result<T> &result)
    {
        QVERIFY2(result, result ? "" : qPrintable(result.error().detail));
    }

    SystemClock m_clock;
    QTemporaryDir m_home;
    std::unique_ptr<PeopleLab> m_host;
    std::vector<std::unique_ptr<MailClient>> m_mail;
    std::unique_ptr<WebmailBrowser> m_browser;
    std::unique_ptr<ConsoleBackend> m_backend;
};

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    LabWorld world;
    KeyboardRun run(world);
    return QTest::qExec(&run, argc, argv);
}
