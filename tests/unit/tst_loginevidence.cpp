// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/loginevidence.h"

#include <QTest>

using namespace mailhelm;

namespace
{

/// What a line of a log proves; of Dovecot's where it is one, else of Postfix's.
std::optional<LoginEvidence> proofOf(const QByteArray &bytes, const LoginRules &rules = {})
{
    StampReader stamps(1'795'305'600'000'000, QTimeZone::utc()); // 2026-11-22
    std::optional<LogLine> line = frameLine(bytes, stamps);
    if (!line)
        return std::nullopt;
    LogLine dovecot = *line;
    if (unwrapDovecot(dovecot, {}))
        return loginOf(parseDovecotLine(dovecot), dovecot, rules);
    return isSmtpd(line->program) ? loginOf(parsePostfixLine(*line), *line) : std::nullopt;
}

const QByteArray At = "Nov 22 00:35:39 ";
constexpr qint64 AtUs = 1'795'307'739'000'000;

} // namespace

class TestLoginEvidence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesThatProveALogin_data();
    void linesThatProveALogin();
    void linesThatProveNone_data();
    void linesThatProveNone();
    void namesThatImitateTheFormatProveNothingOfOthers();
    void aMasterUsersVisitIsNoLogin();
};

void TestLoginEvidence::linesThatProveALogin_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("service");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QByteArray>("source");
    const auto row = [](const char *name, const QByteArray &line, const char *user, const char *service,
                         const char *address, const char *source) {
        QTest::newRow(name) << At + line << QByteArray(user) << QByteArray(service) << QByteArray(address)
                            << QByteArray(source);
    };
    const QByteArray elements = "user=<user1@lab.test>, method=PLAIN, rip=192.0.2.7, lip=127.0.0.1, mpid=12126, TLS, "
                                "session=<NshNmdFg/MV/AAAB>";
    row("IMAP, 2.3", "imap-login: Info: Login: " + elements, "user1@lab.test", "imap", "192.0.2.7", "dovecot");
    row("IMAP, 2.4", "imap-login: Info: Logged in: " + elements, "user1@lab.test", "imap", "192.0.2.7", "dovecot");
    row("POP3", "pop3-login: Info: Login: " + elements, "user1@lab.test", "pop3", "192.0.2.7", "dovecot");
    row("Submission", "submission-login: Info: Login: " + elements, "user1@lab.test", "submission", "192.0.2.7",
        "dovecot");
    row("ManageSieve", "managesieve-login: Info: Login: " + elements, "user1@lab.test", "sieve", "192.0.2.7",
        "dovecot");
    row("through syslog", "mail dovecot: imap-login: Login: " + elements, "user1@lab.test", "imap", "192.0.2.7",
        "dovecot");
    row("no session in the format", "imap-login: Info: Login: user=<a@b>, method=PLAIN, rip=2001:db8::9, lip=::1",
        "a@b", "imap", "2001:db8::9", "dovecot");
    row("no address in the format", "imap-login: Info: Login: user=<a@b>, method=PLAIN", "a@b", "imap", "", "dovecot");
    row("behind a proxy: the client's address",
        "imap-login: Info: Login: user=<a@b>, method=PLAIN, rip=203.0.113.4, rport=4711, lip=127.0.0.1, lport=143, "
        "mpid=5, session=<x>, auth_user=<a@b>, realrip=10.0.0.2",
        "a@b", "imap", "203.0.113.4", "dovecot");
    row("event of Postfix's SASL",
        R"(stats: Info: {"event":"auth_request_finished","hostname":"vm","fields":{"duration":499,"success":"yes",)"
        R"("mechanism":"PLAIN","service":"smtp","remote_ip":"198.51.100.3","original_user":"u@x","user":"u@x"}})",
        "u@x", "smtp", "198.51.100.3", "dovecot");
    row("event of a client",
        R"(stats: Info: {"event":"auth_client_request_finished","fields":{"mechanism":"PLAIN","service":"submission",)"
        R"("session":"HnQto9Fgts5/AAAB","remote_ip":"198.51.100.3","user":"u@x"}})",
        "u@x", "submission", "198.51.100.3", "dovecot");
    row("SASL in Postfix",
        "mail postfix/submission/smtpd[912]: 4A1B2C3D: client=host.example[198.51.100.4]:5151, sasl_method=PLAIN, "
        "sasl_username=user2@lab.test",
        "user2@lab.test", "smtp", "198.51.100.4", "postfix");
    row("SASL in Postfix, sender and origin",
        "mail postfix/smtpd[912]: 4A1B2C3D: client=unknown[IPv6:2001:db8::5], sasl_method=LOGIN, sasl_username=u, "
        "sasl_sender=v@w, orig_queue_id=1, orig_client=x[1.2.3.4]",
        "u", "smtp", "2001:db8::5", "postfix");
}

void TestLoginEvidence::linesThatProveALogin()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, address);
    const std::optional<LoginEvidence> proof = proofOf(line);
    QVERIFY(proof);
    QTEST(proof->user, "user");
    QTEST(proof->service, "service");
    QTEST(proof->source, "source");
    QCOMPARE(proof->address, Address::parse(address).value_or(Address()));
    QCOMPARE(proof->time, AtUs);
}

void TestLoginEvidence::linesThatProveNone_data()
{
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const char *name, const QByteArray &line) { QTest::newRow(name) << At + line; };
    row("failed",
        "imap-login: Info: Disconnected: Aborted login by logging out (auth failed, 1 attempts in 2 secs): "
        "user=<user9@lab.test>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, session=<QqskqtFg1NV/AAAB>");
    row("failed, 2.4", "imap-login: Info: Login aborted: Logged out (auth failed, 1 attempts in 2 secs): user=<a@b>");
    row("delivery by LMTP",
        "lmtp(user1@lab.test)<13><abc>: Info: sieve: msgid=<1@x>: stored mail into mailbox 'INBOX'");
    row("LMTP's connect", "lmtp(77): Info: Connect from local");
    row("delivery by LDA", "lda(user1@lab.test)<13><abc>: Info: msgid=<1@x>: saved mail to INBOX");
    row("doveadm", "doveadm(user1@lab.test): Info: Login: user=<user1@lab.test>, method=PLAIN, rip=1.2.3.4");
    row("a mail process's text", "imap(a@b)<13><abc>: Info: Login: user=<c@d>, method=PLAIN, rip=1.2.3.4");
    row("nobody", "imap-login: Info: Login: user=<>, method=PLAIN, rip=1.2.3.4");
    row("event: failed",
        R"(stats: Info: {"event":"auth_request_finished","fields":{"service":"smtp","remote_ip":"1.2.3.4","user":"u@x"}})");
    row("event: error",
        R"(stats: Info: {"event":"auth_client_request_finished","fields":{"error":"Authentication failed",)"
        R"("service":"imap","remote_ip":"1.2.3.4","user":"u@x"}})");
    row("event: doveadm",
        R"(stats: Info: {"event":"auth_request_finished","fields":{"success":"yes","service":"doveadm","user":"u@x"}})");
    row("event: lmtp",
        R"(stats: Info: {"event":"auth_request_finished","fields":{"success":"yes","service":"lmtp","user":"u@x"}})");
    row("event: something else", R"(stats: Info: {"event":"imap_command_finished","fields":{"user":"u@x"}})");
    row("event: cut off", R"(stats: Info: {"event":"auth_request_finished","fields":{"success":"yes","servi)");
    row("a message without SASL", "mail postfix/smtpd[912]: 4A1B2C3D: client=host.example[198.51.100.4]:5151");
    row("a rejected recipient that names it",
        "mail postfix/smtpd[912]: 4A1B2C3D: reject: RCPT from x[1.2.3.4]: 554 5.7.1; helo=<client=y[1.1.1.1], "
        "sasl_method=PLAIN, sasl_username=victim@x>");
    row("a delivery", "mail postfix/smtp[912]: 4A1B2C3D: to=<victim@x>, relay=none, sasl_username=victim@x");
    row("SASL failed",
        "mail postfix/smtpd[912]: warning: x[1.2.3.4]: SASL PLAIN authentication failed: sasl_username=victim@x");
    row("a login at the server in front",
        "mail postfix/smtpd[912]: 4A1B2C3D: client=x[1.2.3.4], sasl_method=XCLIENT, sasl_username=u@x");
}

void TestLoginEvidence::linesThatProveNone()
{
    QFETCH(QByteArray, line);
    QVERIFY(!proofOf(line));
}

void TestLoginEvidence::namesThatImitateTheFormatProveNothingOfOthers()
{
    // Login: is written for accounts that exist; somebody who may choose a name may choose one like these.
    for (const QByteArray &name : { QByteArray("evil>, method=PLAIN, rip=6.6.6.6, user=<victim@x"),
             QByteArray("evil>, rip=6.6.6.6, user=<victim@x>, session=<a"), QByteArray("x, user=<victim@x>"),
             QByteArray("evil\nNov 22 00:35:39 imap-login: Info: Login: user=<victim@x>") }) {
        const std::optional<LoginEvidence> proof = proofOf(At + "imap-login: Info: Login: user=<" + name
            + ">, method=PLAIN, rip=192.0.2.1, lip=127.0.0.1, mpid=1, session=<NshNmdFg/MV/AAAB>");
        QVERIFY(!proof || proof->user != "victim@x");
        QVERIFY(!proof || proof->address != Address::parse("6.6.6.6").value());
    }
    // A sasl_username that holds a comma stays one name.
    const std::optional<LoginEvidence> proof = proofOf(At
        + "mail postfix/smtpd[9]: 4A1B: client=x[1.2.3.4], sasl_method=PLAIN, sasl_username=evil, sasl_username=v@x");
    QVERIFY(proof);
    QCOMPARE(proof->user, QByteArray("evil, sasl_username=v@x"));
}

void TestLoginEvidence::aMasterUsersVisitIsNoLogin()
{
    const QByteArray login = At
        + "imap-login: Info: Login: user=<a@b>, method=PLAIN, rip=192.0.2.1, session=<x>, auth_user=<%1>, "
          "realrip=192.0.2.1";
    const auto with = [&](const QByteArray &name) { return QByteArray(login).replace("%1", name); };
    LoginRules rules;
    rules.masterUsers = { "master" };
    QVERIFY(!proofOf(with("master"), rules));
    QVERIFY(!proofOf(with("Master"), rules));
    QVERIFY(proofOf(with("a@b"), rules));
    QVERIFY(proofOf(with("alias@b"), rules)); // an account's other name
    QVERIFY(proofOf(with("master"))); // nobody said that this is one
    const QByteArray event = At
        + R"(stats: Info: {"event":"auth_request_finished","fields":{"success":"yes","service":"imap","user":"a@b"%1}})";
    QVERIFY(proofOf(QByteArray(event).replace("%1", "")));
    QVERIFY(!proofOf(QByteArray(event).replace("%1", R"(,"master_user":"m")")));
    QVERIFY(!proofOf(QByteArray(event).replace("%1", R"(,"login_user":"a@b")")));
    QVERIFY(!proofOf(QByteArray(event).replace("%1", R"(,"original_user":"Master")"), rules));
}

QTEST_GUILESS_MAIN(TestLoginEvidence)
#include "tst_loginevidence.moc"
