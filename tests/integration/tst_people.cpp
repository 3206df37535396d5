// SPDX-License-Identifier: GPL-3.0-or-later
// An administrator's day, as the command line tells it: who is there, who is thrown out of the webmail, disabled,
// deleted and brought back, and what is known of it afterwards. Dovecot, Postfix, PostfixAdmin's tables and Roundcube
// are real.
#include "tests/support/mailclient.h"
#include "tests/support/peoplelab.h"
#include "tests/support/webmailbrowser.h"
#include "tests/unit/ctlprocess.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QProcess>

using namespace mailhelm;

namespace
{

using Port = Lab::Port;
using Protocol = MailClient::Protocol;

constexpr int LongMs = 30'000;
constexpr int Accounts = 12;
const QString Alice = QStringLiteral("user1@lab.test");
const QString Bob = QStringLiteral("user2@lab.test");
const QString Carol = QStringLiteral("user3@lab.test");
const QString Dave = QStringLiteral("user10@lab.test");

QString utcNow()
{
    return QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
}

/// What one list came to.
struct Listed {
    int code = -1;
    QJsonArray rows;
    QByteArray err;

    /// Those with that in `key`.
    [[nodiscard]] QList<QJsonObject> with(const char *key, const QString &value) const
    {
        QList<QJsonObject> found;
        for (const QJsonValue &row : rows)
            if (row.toObject().value(QLatin1String(key)).toString() == value)
                found.append(row.toObject());
        return found;
    }
    [[nodiscard]] QList<QJsonObject> of(const QString &user) const { return with("user", user); }
    /// The one row of the user; empty where there is none, or more.
    [[nodiscard]] QJsonObject one(const QString &user) const
    {
        const QList<QJsonObject> found = of(user);
        return found.size() == 1 ? found.first() : QJsonObject();
    }
};

} // namespace

class TestPeople : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void whoIsThereAndWhoWasNeverSeen();
    void listsAreCompared();
    void endingAWebmailSessionLeavesAllElse();
    void disabledIsOutEverywhereAndEnabledIsBack();
    void deletedIsGoneAndRestoredIsAsBefore();
    void theHistoryKnowsWhoLeft();
    void theAuditHoldsEveryDeed();

private:
    Ran run(const QStringList &arguments, const QByteArray &in = {}) { return Ctl(m_home.path()).run(arguments, in); }
    Listed list(QStringList arguments);
    /// From an address of its own: Dovecot delays whoever comes from where somebody failed.
    std::unique_ptr<MailClient> come(Protocol protocol, Port port, const QString &user);
    [[nodiscard]] bool isInside(WebmailBrowser &browser);
    /// Every line of the dumped account database that speaks of the account.
    [[nodiscard]] QByteArrayList accountLines(const QString &user);
    [[nodiscard]] QByteArray boxOf(const QString &user) const { return m_host->boxOf(user.toLatin1()); }

    std::unique_ptr<PeopleLab> m_host;
    QTemporaryDir m_home;
    int m_address = 1;

    std::unique_ptr<MailClient> m_alice; ///< stays the whole day
    std::unique_ptr<WebmailBrowser> m_bob;
    std::unique_ptr<MailClient> m_bobsPop;
    std::unique_ptr<MailClient> m_carols;
    QString m_full; ///< when all of them were there
};

void TestPeople::initTestCase()
{
    Lab::Options options;
    options.roundcube = true;
    options.accounts = Accounts;
    if (const QString why = PeopleLab::whyNotHere(options); !why.isEmpty())
        QSKIP(qPrintable(why));
    m_host = std::make_unique<PeopleLab>(options);
    const Result<void> started = m_host->start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
    const Result<QString> link = m_host->agent().enroll("anna", "owner");
    QVERIFY2(link, link ? "" : qPrintable(link.error().detail));
    const Ran added
        = run({ QStringLiteral("add"), QStringLiteral("-"), QStringLiteral("--name"), QStringLiteral("mx") },
            link.value().toUtf8() + '\n');
    QVERIFY2(added.code == 0, added.err.constData());
    QTRY_COMPARE_WITH_TIMEOUT(list({ QStringLiteral("users") }).rows.size(), Accounts, LongMs);
}

void TestPeople::cleanupTestCase()
{
    m_alice.reset();
    m_bobsPop.reset();
    m_carols.reset();
    m_host.reset();
}

Listed TestPeople::list(QStringList arguments)
{
    arguments << QStringLiteral("--format") << QStringLiteral("json");
    const Ran ran = run(arguments);
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(ran.out, &error);
    if (error.error != QJsonParseError::NoError || !document.isArray())
        return { -1, {}, "no array: " + ran.out + ran.err };
    return { ran.code, document.array(), ran.err };
}

std::unique_ptr<MailClient> TestPeople::come(Protocol protocol, Port port, const QString &user)
{
    auto client = std::make_unique<MailClient>(protocol, MailClient::Security::StartTls);
    client->setSourceAddress(QHostAddress(QStringLiteral("127.0.7.%1").arg(++m_address)));
    if (!client->connectTo(QHostAddress(QHostAddress::LocalHost), m_host->lab().port(port))
        || !client->login(user.toUtf8()))
        return nullptr;
    return client;
}

bool TestPeople::isInside(WebmailBrowser &browser)
{
    const Result<bool> seen = browser.isInside();
    if (!seen)
        qWarning("%s", qUtf8Printable(seen.error().detail));
    return seen && seen.value();
}

QByteArrayList TestPeople::accountLines(const QString &user)
{
    QProcess sqlite;
    sqlite.start(QStringLiteral("sqlite3"), { m_host->lab().accountsDatabase(), QStringLiteral(".dump") });
    if (!sqlite.waitForFinished(LongMs))
        return { "sqlite3 did not end" };
    QByteArrayList lines = sqlite.readAllStandardOutput().split('\n');
    lines.removeIf([needle = '\'' + user.toUtf8() + '\''](const QByteArray &line) { return !line.contains(needle); });
    std::sort(lines.begin(), lines.end());
    return lines;
}

void TestPeople::whoIsThereAndWhoWasNeverSeen()
{
    m_alice = come(Protocol::Imap, Port::Imap, Alice);
    m_bobsPop = come(Protocol::Pop3, Port::Pop3, Bob);
    m_carols = come(Protocol::Smtp, Port::Submission, Carol);
    QVERIFY(m_alice && m_bobsPop && m_carols);
    m_bob = std::make_unique<WebmailBrowser>(m_host->lab(), "198.51.100.9");
    // Roundcube writes whole seconds: that one must be a later one for the last login to be the webmail's.
    QTest::qWait(1'000);
    const Result<void> in = m_bob->login(Bob.toUtf8());
    QVERIFY2(in, in ? "" : qPrintable(in.error().detail));
    const auto postfix = come(Protocol::Smtp, Port::PostfixSubmission, Carol);
    QVERIFY(postfix);
    QVERIFY(postfix->sendMail(Carol.toUtf8(), Carol.toUtf8(), "Subject: to myself\r\n\r\nhello"));

    QTRY_COMPARE_WITH_TIMEOUT(list({ QStringLiteral("webmail") }).of(Bob).size(), 1, LongMs);
    const Listed webmails = list({ QStringLiteral("webmail") });
    QCOMPARE(webmails.code, 0);
    QCOMPARE(webmails.rows.size(), 1);
    const QJsonObject session = webmails.one(Bob);
    QCOMPARE(session.value(u"server").toString(), QStringLiteral("mx"));
    QCOMPARE(session.value(u"component").toString(), QStringLiteral("HTTP/WebMail"));
    QCOMPARE(session.value(u"address").toString(), QStringLiteral("198.51.100.9"));
    QVERIFY(session.value(u"started").toString().endsWith(u'Z'));

    const auto counts = [this](const QString &user) {
        const QJsonObject row = list({ QStringLiteral("online") }).one(user);
        QStringList text;
        for (const char *key : { "total", "webmail", "smtp", "imap", "pop", "other" })
            text.append(QString::number(row.value(QLatin1String(key)).toInt(-1)));
        return text.join(u' ');
    };
    QTRY_COMPARE_WITH_TIMEOUT(counts(Alice), QStringLiteral("1 0 0 1 0 0"), LongMs);
    QTRY_COMPARE_WITH_TIMEOUT(
        counts(Bob), QStringLiteral("2 1 0 0 1 0"), LongMs); // what Roundcube asked of IMAP is over
    QTRY_COMPARE_WITH_TIMEOUT(counts(Carol), QStringLiteral("2 0 2 0 0 0"), LongMs);
    const Listed online = list({ QStringLiteral("online") });
    QCOMPARE(online.code, 0);
    QVERIFY(online.of(Dave).isEmpty());
    QCOMPARE(online.one(Bob).value(u"webmail_address").toString(), QStringLiteral("198.51.100.9"));
    QCOMPARE(online.one(Bob).value(u"webmail_since"), session.value(u"started"));
    QVERIFY(online.one(Alice).value(u"webmail_address").isNull());
    m_full = utcNow();

    const auto services = [this](const QString &user) {
        QStringList text;
        for (const QJsonObject &row : list({ QStringLiteral("logins") }).of(user))
            text.append(row.value(u"service").toString() + u'/' + row.value(u"source").toString());
        text.sort();
        return text.join(u' ');
    };
    QTRY_COMPARE_WITH_TIMEOUT(services(Alice), QStringLiteral("imap/dovecot"), LongMs);
    QTRY_COMPARE_WITH_TIMEOUT(services(Carol), QStringLiteral("smtp/postfix submission/dovecot"), LongMs);
    QTRY_VERIFY_WITH_TIMEOUT(services(Bob).contains(u"pop3/dovecot") && services(Bob).contains(u"webmail/"), LongMs);
    QVERIFY2(!services(Bob).contains(u"imap"), qPrintable(services(Bob))); // it was the webmail that asked
    QCOMPARE(services(Dave), QString());

    const Listed users = list({ QStringLiteral("users") });
    QCOMPARE(users.code, 0);
    QCOMPARE(users.rows.size(), Accounts);
    QCOMPARE(users.one(Alice).value(u"last_login_service").toString(), QStringLiteral("imap"));
    QCOMPARE(users.one(Alice).value(u"domain_admin"), QJsonValue(true));
    QCOMPARE(users.one(Bob).value(u"last_login_service").toString(), QStringLiteral("webmail"));
    QCOMPARE(users.one(Bob).value(u"last_login_address").toString(), QStringLiteral("198.51.100.9"));
    QCOMPARE(users.one(Carol).value(u"last_login_service").toString(), QStringLiteral("smtp"));
    for (const QString &user : { Alice, Bob, Carol }) {
        const QString login = users.one(user).value(u"last_login").toString();
        const qint64 ago = QDateTime::fromString(login, Qt::ISODate).secsTo(QDateTime::currentDateTimeUtc());
        QVERIFY2(ago >= -1 && ago < 120, qPrintable(user + u' ' + login));
        QCOMPARE(users.one(user).value(u"enabled").toString(), QStringLiteral("active"));
    }
    QVERIFY(users.one(Dave).value(u"last_login").isNull());

    // Those who are silent are not known to have been: nobody watched before today. Whoever is younger than 60 days
    // (an account in nine days) cannot be inactive in any case.
    QTRY_VERIFY_WITH_TIMEOUT(!list({ QStringLiteral("users") }).one(Dave).value(u"watched_since").isNull(), LongMs);
    const QDateTime watched = QDateTime::fromString(
        list({ QStringLiteral("users") }).one(Dave).value(u"watched_since").toString(), Qt::ISODate);
    const Listed inactive = list({ QStringLiteral("inactive"), QStringLiteral("--for"), QStringLiteral("30d") });
    QCOMPARE(inactive.code, 0);
    QVERIFY(inactive.rows.isEmpty());
    const QByteArray from = QLocale::c().toString(watched.addDays(30).date(), QStringLiteral("d MMMM yyyy")).toUtf8();
    QCOMPARE(inactive.err.trimmed(),
        "0 of 12 accounts inactive for 30 days or longer. 6 accounts cannot be judged before " + from + '.');
    const Listed unjudged = list({ QStringLiteral("inactive"), QStringLiteral("--unjudged") });
    QCOMPARE(unjudged.rows.size(), 6);
    QCOMPARE(unjudged.of(Dave).size(), 1);

    const Listed sources = list({ QStringLiteral("sources") });
    QCOMPARE(sources.code, 0);
    QVERIFY(sources.rows.size() >= 4);
    for (const QJsonValue &row : sources.rows)
        QVERIFY2(
            row.toObject().value(u"state").toString() == u"ok" || !row.toObject().value(u"mend").toString().isEmpty(),
            QJsonDocument(row.toObject()).toJson().constData());
    QCOMPARE(sources.with("source", QStringLiteral("webmail HTTP/WebMail")).size(), 1);
    for (const QJsonValue &row : sources.rows) // for whoever reads the log
        qInfo("%s: %s %s", qPrintable(row.toObject().value(u"source").toString()),
            qPrintable(row.toObject().value(u"state").toString()),
            qPrintable(row.toObject().value(u"mend").toString()));
}

void TestPeople::listsAreCompared()
{
    QByteArray text = "Name;E-Mail\n";
    for (int i = 1; i <= Accounts; ++i)
        if (Lab::user(i) != Bob.toUtf8())
            text += "Somebody;" + Lab::user(i) + '\n';
    const QByteArray file = m_host->folder() + "/list.csv";
    writeFile(file, text + "Stranger;stranger@lab.test\n");
    const Listed compared = list({ QStringLiteral("compare"), QFile::decodeName(file) });
    QCOMPARE(compared.code, 0);
    QCOMPARE(compared.rows.size(), Accounts + 1);
    QCOMPARE(compared.with("list", QStringLiteral("only_server")), compared.of(Bob));
    QCOMPARE(compared.with("list", QStringLiteral("only_list")), compared.of(QStringLiteral("stranger@lab.test")));
    QCOMPARE(compared.of(Bob).size(), 1);
    QCOMPARE(compared.of(QStringLiteral("stranger@lab.test")).size(), 1);
    QCOMPARE(compared.one(Alice).value(u"list").toString(), QStringLiteral("both"));
    QVERIFY2(compared.err.contains("1 only on the server, 1 only in the list, 11 in both."), compared.err.constData());
}

void TestPeople::endingAWebmailSessionLeavesAllElse()
{
    QVERIFY(isInside(*m_bob));
    const QString id = list({ QStringLiteral("webmail") }).one(Bob).value(u"id").toString();
    QVERIFY(!id.isEmpty());
    const Ran ended = run({ QStringLiteral("end"), id });
    QVERIFY2(ended.code == 0, ended.err.constData());
    QVERIFY(!isInside(*m_bob));
    QVERIFY(m_alice->noop());
    QVERIFY(m_bobsPop->noop());
    QTRY_VERIFY_WITH_TIMEOUT(list({ QStringLiteral("webmail") }).of(Bob).isEmpty(), LongMs);
    const Ran again = run({ QStringLiteral("end"), id });
    QCOMPARE(again.code, 1);
    QVERIFY2(again.err.contains("there is no such session"), again.err.constData());
}

void TestPeople::disabledIsOutEverywhereAndEnabledIsBack()
{
    const Result<void> in = m_bob->login(Bob.toUtf8());
    QVERIFY2(in, in ? "" : qPrintable(in.error().detail));
    const auto imap = come(Protocol::Imap, Port::Imap, Bob);
    QVERIFY(imap && m_bobsPop->noop() && isInside(*m_bob));
    QTRY_COMPARE_WITH_TIMEOUT(list({ QStringLiteral("webmail") }).of(Bob).size(), 1, LongMs);

    const Ran disabled = run({ QStringLiteral("disable"), Bob, QStringLiteral("--yes") });
    QVERIFY2(disabled.code == 0, disabled.err.constData());
    QTRY_VERIFY_WITH_TIMEOUT(!imap->isConnected() && !m_bobsPop->isConnected(), LongMs);
    QVERIFY(!isInside(*m_bob));
    QVERIFY(!come(Protocol::Imap, Port::Imap, Bob));
    QVERIFY(!m_bob->login(Bob.toUtf8()));
    QVERIFY(m_alice->noop());
    QTRY_VERIFY_WITH_TIMEOUT(list({ QStringLiteral("online") }).of(Bob).isEmpty(), LongMs);
    QVERIFY(list({ QStringLiteral("webmail") }).of(Bob).isEmpty());
    const Listed users = list({ QStringLiteral("users") });
    QCOMPARE(users.one(Bob).value(u"enabled").toString(), QStringLiteral("disabled"));
    QCOMPARE(users.one(Alice).value(u"enabled").toString(), QStringLiteral("active"));
    // Once he is gone for a second, the history says so, too.
    const auto thereNow = [this] { return list({ QStringLiteral("history"), QStringLiteral("--at"), utcNow() }); };
    QTRY_VERIFY_WITH_TIMEOUT(thereNow().of(Bob).isEmpty(), LongMs);
    QCOMPARE(thereNow().of(Alice).size(), 1);

    const Ran blocked = run({ QStringLiteral("block"), Bob });
    QCOMPARE(blocked.code, 4);
    QVERIFY2(blocked.err.contains("refused: ") && blocked.err.contains("disable the account"), blocked.err.constData());
    const Ran nobody = run({ QStringLiteral("disable"), QStringLiteral("nobody@lab.test") });
    QCOMPARE(nobody.code, 1);
    QVERIFY2(nobody.err.contains("nobody@lab.test"), nobody.err.constData());

    const Ran enabled = run({ QStringLiteral("enable"), Bob });
    QVERIFY2(enabled.code == 0, enabled.err.constData());
    QVERIFY(come(Protocol::Imap, Port::Imap, Bob));
    const Result<void> back = m_bob->login(Bob.toUtf8());
    QVERIFY2(back, back ? "" : qPrintable(back.error().detail));
    QVERIFY(isInside(*m_bob));
    QTRY_COMPARE_WITH_TIMEOUT(
        list({ QStringLiteral("users") }).one(Bob).value(u"enabled").toString(), QStringLiteral("active"), LongMs);
}

void TestPeople::deletedIsGoneAndRestoredIsAsBefore()
{
    {
        const auto imap = come(Protocol::Imap, Port::Imap, Carol);
        QVERIFY(imap && imap->createFolder("Entw&APw-rfe"));
    }
    const QByteArray inbox = boxOf(Carol) + "/Maildir";
    QTRY_VERIFY_WITH_TIMEOUT(!namesIn(inbox + "/new").isEmpty() || !namesIn(inbox + "/cur").isEmpty(), LongMs);
    const QByteArrayList account = accountLines(Carol);
    QVERIFY2(account.size() >= 3, account.join('\n').constData()); // mailbox, alias, quota2
    const auto before = pictureOf(boxOf(Carol));

    WebmailBrowser browser(m_host->lab(), "203.0.113.7");
    const Result<void> in = browser.login(Carol.toUtf8());
    QVERIFY2(in, in ? "" : qPrintable(in.error().detail));
    QVERIFY(isInside(browser));

    const Ran refused = run({ QStringLiteral("delete"), Carol, QStringLiteral("--reason"), QStringLiteral("left") });
    QCOMPARE(refused.code, 2); // nobody is there to be asked
    const Ran removed = run({ QStringLiteral("delete"), Carol, QStringLiteral("--reason"), QStringLiteral("left"),
        QStringLiteral("--yes") });
    QVERIFY2(removed.code == 0, removed.err.constData());
    QTRY_VERIFY_WITH_TIMEOUT(!m_carols->isConnected(), LongMs);
    QTRY_VERIFY_WITH_TIMEOUT(list({ QStringLiteral("users") }).of(Carol).isEmpty(), LongMs);
    QCOMPARE(accountLines(Carol), QByteArrayList());
    QVERIFY(::access(boxOf(Carol).constData(), F_OK) != 0);
    QVERIFY(!isInside(browser));
    QVERIFY(isInside(*m_bob));
    QVERIFY(!come(Protocol::Imap, Port::Imap, Carol));
    const Listed deleted = list({ QStringLiteral("deleted") });
    QCOMPARE(deleted.code, 0);
    QCOMPARE(deleted.rows.size(), 1);
    const QJsonObject row = deleted.one(Carol);
    QCOMPARE(row.value(u"admin").toString(), QStringLiteral("anna"));
    QCOMPARE(row.value(u"reason").toString(), QStringLiteral("left"));
    QVERIFY(row.value(u"mailbox_bytes").toInt() > 0);
    const QByteArray archived = QFile::encodeName(row.value(u"archive").toString());
    QVERIFY2(archived.startsWith(m_host->archive() + '/'), archived.constData());
    const auto kept = pictureOf(archived);
    int messages = 0;
    for (auto it = before.cbegin(); it != before.cend(); ++it)
        if (it.key().contains("/new/") || it.key().contains("/cur/")) {
            ++messages;
            QCOMPARE(kept.value(it.key()), it.value());
        }
    QVERIFY(messages > 0);
    QVERIFY(m_alice->noop());

    const Ran restored = run({ QStringLiteral("restore"), Carol });
    QVERIFY2(restored.code == 0, restored.err.constData());
    QCOMPARE(pictureOf(boxOf(Carol)), kept);
    QCOMPARE(accountLines(Carol), account);
    QVERIFY(namesIn(m_host->archive()).isEmpty());
    QVERIFY(come(Protocol::Imap, Port::Imap, Carol));
    QTRY_COMPARE_WITH_TIMEOUT(list({ QStringLiteral("users") }).of(Carol).size(), 1, LongMs);
    QTRY_VERIFY_WITH_TIMEOUT(list({ QStringLiteral("deleted") }).rows.isEmpty(), LongMs);
}

void TestPeople::theHistoryKnowsWhoLeft()
{
    const auto portOf = [](const QList<QJsonObject> &rows, const MailClient &client) {
        QList<QJsonObject> found;
        for (const QJsonObject &row : rows)
            if (row.value(u"port").toInt() == client.localPort())
                found.append(row);
        return found.size() == 1 ? found.first() : QJsonObject();
    };
    const Listed day = list({ QStringLiteral("history") });
    QCOMPARE(day.code, 0);
    QVERIFY2(day.err.contains("nobody watched from"), day.err.constData()); // before the agent was there
    const QJsonObject alice = portOf(day.of(Alice), *m_alice);
    QCOMPARE(alice.value(u"protocol").toString(), QStringLiteral("imap"));
    QVERIFY(alice.value(u"ended").isNull());
    for (const auto &[user, client] : { std::pair(Bob, m_bobsPop.get()), { Carol, m_carols.get() } }) {
        const QJsonObject row = portOf(day.of(user), *client);
        QVERIFY2(row.value(u"ended").toString() > row.value(u"since").toString(), qPrintable(user));
        QCOMPARE(row.value(u"ended_exact"), QJsonValue(true));
    }
    for (const QJsonValue &row : day.rows) // a short visit is over before the socket is looked at again
        QVERIFY2(row.toObject().value(u"login").isNull() || row.toObject().value(u"state").toString() != u"waiting",
            QJsonDocument(row.toObject()).toJson().constData());
    QStringList webmails; // of bob: ended, ended, still there
    for (const QJsonObject &row : day.of(Bob))
        if (row.value(u"service").toString() == u"HTTP/WebMail")
            webmails.append(row.value(u"ended").toString());
    QCOMPARE(webmails.size(), 3);
    QCOMPARE(webmails.count(QString()), 1);

    // That very second, and before all of it: a login page that is open now (of whom the webmail let in no more) was
    // not there either.
    QTRY_VERIFY_WITH_TIMEOUT(
        !list({ QStringLiteral("webmail"), QStringLiteral("--all") }).with("user", QString()).isEmpty(), LongMs);
    const Listed then = list({ QStringLiteral("history"), QStringLiteral("--at"), m_full });
    QCOMPARE(then.code, 0);
    QVERIFY(!portOf(then.of(Alice), *m_alice).isEmpty());
    QVERIFY(!portOf(then.of(Bob), *m_bobsPop).isEmpty());
    QVERIFY(!portOf(then.of(Carol), *m_carols).isEmpty());
    const Listed past = list({ QStringLiteral("history"), QStringLiteral("--from"), QStringLiteral("2h"),
        QStringLiteral("--to"), QStringLiteral("1h") });
    QCOMPARE(past.code, 0);
    QVERIFY2(past.rows.isEmpty(), QJsonDocument(past.rows).toJson().constData());

    // A restart leaves a span that nobody watched, and it is told.
    const QString from = utcNow();
    const QStringList since { QStringLiteral("history"), QStringLiteral("--from"), from };
    const Listed watched = list(since);
    QCOMPARE(watched.code, 0);
    QVERIFY2(!watched.err.contains("nobody watched"), watched.err.constData());
    QVERIFY(m_host->agent().stop());
    QTest::qWait(1'100); // spans are told to the second
    const Result<void> up = m_host->agent().start();
    QVERIFY2(up, up ? "" : qPrintable(up.error().detail));
    QTRY_VERIFY_WITH_TIMEOUT(!portOf(list(since).of(Alice), *m_alice).isEmpty(), LongMs);
    const Listed restarted = list(since);
    QCOMPARE(restarted.code, 0);
    QVERIFY2(restarted.err.count("nobody watched from") == 1, restarted.err.constData());
    QVERIFY(m_alice->noop());
    QCOMPARE(portOf(list({ QStringLiteral("history") }).of(Bob), *m_bobsPop), portOf(day.of(Bob), *m_bobsPop));
}

void TestPeople::theAuditHoldsEveryDeed()
{
    const Listed audit = list({ QStringLiteral("audit") });
    QCOMPARE(audit.code, 0);
    const auto deeds = [&audit](const char *action, const QString &target) {
        QStringList found;
        for (const QJsonObject &row : audit.with("action", QLatin1String(action)))
            if (row.value(u"target").toString().contains(target) && row.value(u"admin").toString() == u"anna")
                found.append(row.value(u"outcome").toString());
        return found;
    };
    const QStringList done { QStringLiteral("done") };
    const QByteArray all = QJsonDocument(audit.rows).toJson();
    QVERIFY2(deeds("end", Bob) == done, all.constData());
    QVERIFY2(deeds("disable", Bob) == done, all.constData());
    QVERIFY2(deeds("enable", Bob) == done, all.constData());
    QVERIFY2(deeds("delete", Carol) == done, all.constData());
    QVERIFY2(deeds("restore", Carol) == done, all.constData());
    for (const QJsonObject &row : audit.with("action", QStringLiteral("delete")))
        QCOMPARE(row.value(u"detail").toString(), QStringLiteral("reason: left"));
    QCOMPARE(deeds("block", Bob), QStringList { QStringLiteral("refused") });
    // Ending it a second time was a deed, too, that came to nothing.
    QCOMPARE(audit.with("outcome", QStringLiteral("gone")).size(), 1);
}

QTEST_GUILESS_MAIN(TestPeople)
#include "tst_people.moc"
