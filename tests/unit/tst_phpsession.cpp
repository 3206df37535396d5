// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/phpsession.h"

#include "core/base/safetext.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTest>

using namespace mailhelm;
using Read = PhpSession::Read;

namespace
{

/// As Roundcube 1.6 writes it after a login.
const QByteArray Roundcube
    = "language|s:5:\"en_US\";imap_namespace|a:4:{s:8:\"personal\";a:1:{i:0;a:2:{i:0;s:0:\"\";i:1;s:1:\".\";}}"
      "s:5:\"other\";N;s:6:\"shared\";N;s:10:\"prefix_out\";s:0:\"\";}imap_delimiter|s:1:\".\";"
      "user_id|i:1;username|s:14:\"user9@lab.test\";storage_host|s:9:\"localhost\";storage_port|i:10143;"
      "storage_ssl|b:0;password|s:24:\"xwIeOZvjabcdefghijklmnop\";login_time|i:1795305029;timezone|s:3:\"UTC\";"
      "auth_secret|s:26:\"abcdefghijklmnopqrstuvwxyz\";request_token|s:32:\"0123456789abcdef0123456789abcdef\";";

} // namespace

class PhpSessionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRoundcubeSessionTellsWhoIsLoggedInSinceWhen()
    {
        const PhpSession session = readPhpSession(Roundcube);
        QCOMPARE(session.read, Read::Whole);
        QCOMPARE(session.whoIsLoggedIn(), std::optional(QByteArray("user9@lab.test")));
        QCOMPARE(session.loginTime, qint64(1'795'305'029'000'000));
        QCOMPARE(session.host, QByteArray("localhost"));
    }

    void sessionsTellTheirUser_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<Read>("read");
        QTest::addColumn<std::optional<QByteArray>>("user");
        const auto row = [](const char *name, const QByteArray &bytes, Read read, std::optional<QByteArray> user) {
            QTest::newRow(name) << bytes << read << user;
        };
        const std::optional<QByteArray> nobody { "" };
        const std::optional<QByteArray> unknown;
        row("empty", "", Read::Whole, nobody);
        row("not logged in", "temp|b:1;language|s:5:\"de_DE\";request_token|s:4:\"abcd\";", Read::Whole, nobody);
        row("an empty name is nobody", "username|s:0:\"\";", Read::Whole, nobody);
        row("SquirrelMail", "username|s:3:\"bob\";base_uri|s:1:\"/\";", Read::Whole, QByteArray("bob"));
        row("PostfixAdmin",
            "sessid|a:2:{s:5:\"roles\";a:1:{i:0;s:5:\"admin\";}s:8:\"username\";s:12:\"root@lab.tst\";}"
            "PFA_token|s:2:\"xx\";",
            Read::Whole, QByteArray("root@lab.tst"));
        row("PostfixAdmin, nobody", "sessid|a:0:{}lang|s:2:\"en\";", Read::Whole, nobody);
        row("php_serialize", "a:2:{s:4:\"lang\";s:2:\"en\";s:8:\"username\";s:3:\"bob\";}", Read::Whole,
            QByteArray("bob"));
        row("php_serialize, PostfixAdmin", "a:1:{s:6:\"sessid\";a:1:{s:8:\"username\";s:3:\"bob\";}}", Read::Whole,
            QByteArray("bob"));
        row("Roundcube in files", "username|s:3:\"bob\";__IP|s:9:\"192.0.2.7\";__MTIME|i:1795305029;", Read::Whole,
            QByteArray("bob"));
        row("every kind of value",
            "n|N;b|b:1;i|i:-7;d|d:0.5;e|d:1.0E+25;f|d:-INF;s|s:1:\"x\";a|a:1:{i:0;a:0:{}}"
            "o|O:8:\"stdClass\":1:{s:1:\"x\";r:1;}c|C:3:\"Foo\":5:{ab}cd}q|E:8:\"Suit:Two\";r|R:3;!unset|"
            "username|s:3:\"bob\";",
            Read::Whole, QByteArray("bob"));
        row("UTF-8 is counted in bytes", "a|s:4:\"\xC3\xA4\xC3\xB6\";username|s:5:\"J\xC3\xBCrg\";", Read::Whole,
            QByteArray("J\xC3\xBCrg"));

        // What a mail user may have put into values.
        row("a name inside a value is none", "subject|s:22:\"\";username|s:4:\"root\";\";", Read::Whole, nobody);
        row("nor after the true one", "username|s:3:\"bob\";subject|s:22:\"\";username|s:4:\"root\";\";", Read::Whole,
            QByteArray("bob"));
        row("nor one in an array", "compose|a:1:{s:8:\"username\";s:4:\"root\";}", Read::Whole, nobody);
        row("nor one in an object", "prefs|O:3:\"Foo\":1:{s:8:\"username\";s:4:\"root\";}", Read::Whole, nobody);
        row("nor one deeper in sessid", "sessid|a:1:{s:1:\"x\";a:1:{s:8:\"username\";s:4:\"root\";}}", Read::Whole,
            nobody);
        row("nor sessid elsewhere", "x|a:1:{s:6:\"sessid\";a:1:{s:8:\"username\";s:4:\"root\";}}", Read::Whole, nobody);
        row("nor one of another type", "username|i:5;x|b:1;", Read::Whole, nobody);
        row("nor what a class wrote", "x|C:3:\"Foo\":21:{}username|s:4:\"root\";}", Read::Whole, nobody);
        row("bars, quotes and braces in values", "a|s:6:\"|\";}{|\";username|s:5:\"b|o\"b\";", Read::Whole,
            QByteArray("b|o\"b"));
        row("control characters stay in the name", "username|s:4:\"a\nb\x1b\";", Read::Whole, QByteArray("a\nb\x1b"));
        row("invalid UTF-8 is mended", "username|s:3:\"a\xff\x62\";", Read::Whole,
            QByteArray("a\xEF\xBF\xBD"
                       "b"));

        // Lengths that lie, and other breakage.
        row("too long", "a|s:99:\"x\";username|s:3:\"bob\";", Read::Cut, unknown);
        row("too short", "a|s:1:\"xyz\";username|s:3:\"bob\";", Read::Broken, unknown);
        row("longer than anything", "a|s:99999999999999999999:\"x\";", Read::Broken, unknown);
        row("as long as a number goes", "a|s:9223372036854775807:\"x\";", Read::Cut, unknown);
        row("negative", "a|s:-1:\"x\";", Read::Broken, unknown);
        row("more entries than there are", "a|a:1000000000:{i:0;i:0;}username|s:3:\"bob\";", Read::Broken, unknown);
        row("fewer entries than there are", "a|a:1:{i:0;i:0;i:1;i:1;}username|s:3:\"bob\";", Read::Broken, unknown);
        row("a key that is none", "a|a:1:{N;i:0;}", Read::Broken, unknown);
        row("an unknown type", "a|x:1;", Read::Broken, unknown);
        row("no value", "a|", Read::Cut, unknown);
        row("no bar", "abc", Read::Cut, unknown);
        row("what was read before counts", "username|s:3:\"bob\";a|s:99:\"x\";", Read::Cut, QByteArray("bob"));
        row("nested beyond measure",
            "a|" + QByteArray("a:1:{i:0;").repeated(100'000) + "N;" + QByteArray("}").repeated(100'000), Read::Broken,
            unknown);
        row("nested as deep as may be",
            "a|" + QByteArray("a:1:{i:0;").repeated(99) + "N;" + QByteArray("}").repeated(99) + "username|s:1:\"b\";",
            Read::Whole, QByteArray("b"));
    }
    void sessionsTellTheirUser()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(Read, read);
        QFETCH(std::optional<QByteArray>, user);
        const PhpSession session = readPhpSession(bytes);
        QCOMPARE(session.read, read);
        QCOMPARE(session.whoIsLoggedIn(), user);
    }

    void addressAndTimeAreTakenOnlyWhereTheyAreSuch()
    {
        QCOMPARE(readPhpSession("__IP|s:9:\"192.0.2.7\";").address.toText(), QByteArray("192.0.2.7"));
        QVERIFY(readPhpSession("__IP|s:5:\"bogus\";").address.isNull());
        QCOMPARE(readPhpSession("login_time|i:0;").loginTime, qint64(0));
        QCOMPARE(readPhpSession("login_time|i:-5;").loginTime, qint64(0));
        QCOMPARE(readPhpSession("login_time|i:9223372036854775807;").loginTime, qint64(0));
        QCOMPARE(readPhpSession("login_time|s:10:\"1795305029\";").loginTime, qint64(0));
        QCOMPARE(readPhpSession("x|a:1:{s:10:\"login_time\";i:5;}").loginTime, qint64(0));
    }

    void whereverItIsCutNothingFalseIsRead()
    {
        for (qsizetype length = 0; length < Roundcube.size(); ++length) {
            // A copy of its own: whoever reads past the end is seen by the sanitizer.
            const QByteArray part(Roundcube.constData(), length);
            const PhpSession session = readPhpSession(part);
            QVERIFY(session.read != Read::Broken);
            QVERIFY(!session.user || *session.user == "user9@lab.test");
            QVERIFY(session.loginTime == 0 || session.loginTime == qint64(1'795'305'029'000'000));
            const std::optional<QByteArray> who = session.whoIsLoggedIn();
            QVERIFY(who == std::optional(QByteArray("user9@lab.test")) || !who || session.read == Read::Whole);
        }
    }

    void damageNeverDoesHarm()
    {
        QRandomGenerator random(7);
        for (int i = 0; i < 20'000; ++i) {
            QByteArray bytes = Roundcube;
            for (int n = int(random.bounded(1, 6)); n > 0; --n)
                bytes[qsizetype(random.bounded(quint32(bytes.size())))] = char(random.bounded(256));
            const PhpSession session = readPhpSession(bytes);
            if (session.user)
                QCOMPARE(validUtf8(*session.user, session.user->size()), *session.user);
        }
    }

    void phpWritesWhatIsRead_data()
    {
        QTest::addColumn<QString>("handler");
        QTest::newRow("php") << QStringLiteral("php");
        QTest::newRow("php_serialize") << QStringLiteral("php_serialize");
    }
    void phpWritesWhatIsRead()
    {
        const QString php = QStandardPaths::findExecutable(QStringLiteral("php"));
        if (php.isEmpty())
            QSKIP("php is not installed: apt-get install php-cli");
        QFETCH(QString, handler);
        QProcess process;
        process.start(php,
            { QStringLiteral("-d"), QStringLiteral("session.serialize_handler=") + handler, QStringLiteral("-d"),
                QStringLiteral("session.save_path=/tmp"), QStringLiteral("-d"), QStringLiteral("session.use_cookies=0"),
                QStringLiteral("-d"), QStringLiteral("session.cache_limiter="), QStringLiteral("-r"),
                QStringLiteral("enum Suit { case Two; } class Own { public $a = 1; protected $b = [1]; private $c; "
                               "function __serialize(): array { return ['x' => $this->a]; } } "
                               "session_start(); $o = new stdClass; $o->self = $o; $a = [1, 2]; "
                               "$_SESSION = ['f' => 0.1, 'g' => NAN, 'n' => null, 'o' => $o, 'p' => [&$a, &$a], "
                               "'own' => new Own, 'suit' => Suit::Two, 'list' => new ArrayObject([1, 'username']), "
                               "'evil' => '\";username|s:4:\"root\";', 'nul' => \"a\\0b\", "
                               "'username' => \"j\\u{fc}rg@lab.test\", 'login_time' => 1795305029]; "
                               "echo session_encode(); session_destroy();") });
        QVERIFY(process.waitForFinished(30'000));
        const QByteArray bytes = process.readAllStandardOutput();
        QVERIFY2(bytes.contains("login_time"), process.readAllStandardError().constData());
        const PhpSession session = readPhpSession(bytes);
        QVERIFY2(session.read == Read::Whole, bytes.constData());
        QCOMPARE(session.whoIsLoggedIn(), std::optional(QByteArray("j\xC3\xBCrg@lab.test")));
        QCOMPARE(session.loginTime, qint64(1'795'305'029'000'000));
    }
};

QTEST_GUILESS_MAIN(PhpSessionTest)
#include "tst_phpsession.moc"
