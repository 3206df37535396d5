// SPDX-License-Identifier: GPL-3.0-or-later
// The two sockets that acting on accounts speaks through: Dovecot's auth-master and mailhelm-mail.
#include "core/agent/mailmover.h"
#include "core/agent/sources/authcache.h"
#include "tests/support/mailfolder.h"

#include <QLocalServer>
#include <QProcess>
#include <QTest>

#include <memory>

using namespace mailhelm;
using mailwire::Request;
using mailwire::Verb;

namespace
{

/// Listens, and says what a test makes it say.
class Listener
{
public:
    Listener()
    {
        if (!server.listen(QFile::decodeName(path())))
            qFatal("%s", qUtf8Printable(server.errorString()));
        QObject::connect(&server, &QLocalServer::newConnection, &server, [this] {
            QLocalSocket *socket = server.nextPendingConnection();
            ++connections;
            if (!greeting.isEmpty())
                socket->write(greeting);
            QObject::connect(socket, &QLocalSocket::readyRead, socket, [this, socket] {
                heard += socket->readAll();
                for (const QByteArray &piece : std::as_const(answers)) {
                    socket->write(piece);
                    socket->flush();
                }
                if (hangUp)
                    socket->disconnectFromServer();
            });
        });
    }
    [[nodiscard]] QByteArray path() const { return folder.path() + "/socket"; }

    MailFolder folder;
    QLocalServer server;
    QByteArray greeting;
    QList<QByteArray> answers;
    QByteArray heard;
    bool hangUp = false;
    int connections = 0;
};

template<typename T>
std::optional<Result<T>> wait(const std::function<void(std::function<void(Result<T>)>)> &ask, int ms = 10'000)
{
    const auto answer = std::make_shared<std::optional<Result<T>>>();
    ask([answer](const Result<T> &result) { *answer = result; });
    (void)QTest::qWaitFor([&] { return answer->has_value(); }, ms);
    return *answer;
}

} // namespace

class TestActingSockets : public QObject
{
    Q_OBJECT

    static std::optional<Result<void>> flush(AuthCache &cache, const QByteArray &user)
    {
        return wait<void>([&](auto answer) { cache.flush(user, std::move(answer)); });
    }
    static std::optional<Result<qint64>> move(MailMover &mover)
    {
        return wait<qint64>([&](auto answer) { mover.ask({ Verb::MoveOut, "a.1", "/v/a" }, std::move(answer)); });
    }

private Q_SLOTS:
    void flushingSaysOneNameAndHearsTheAnswer()
    {
        Listener dovecot;
        dovecot.greeting = "VERSION\t1\t1\nSPID\t4711\n";
        dovecot.answers = { "O", "K\t1\t", "2\n" };
        AuthCache cache(dovecot.path());
        const auto done = flush(cache, "alice@example.org");
        QVERIFY(done && *done);
        QCOMPARE(dovecot.heard, QByteArray("VERSION\t1\t0\nCACHE-FLUSH\t1\talice@example.org\n"));
        int open = 50; // many at once: one after the other
        for (int i = 0; i < 50; ++i)
            cache.flush("user" + QByteArray::number(i), [&open](const Result<void> &result) { open -= result.ok(); });
        QTRY_COMPARE(open, 0);
        QCOMPARE(dovecot.connections, 51);
        QCOMPARE(dovecot.heard.count("CACHE-FLUSH"), 51);
    }

    void namesThatAreMoreThanNamesAreNotSaid()
    {
        Listener dovecot;
        dovecot.greeting = "VERSION\t1\t1\n";
        dovecot.answers = { "OK\t1\t0\n" };
        AuthCache cache(dovecot.path());
        // None at all would flush everybody's.
        for (const QByteArray &name : { QByteArray(), QByteArray("a\tb"), QByteArray("a\nCACHE-FLUSH\t2"),
                 QByteArray("a\r"), QByteArray("a\0b", 3), QByteArray("\001t") }) {
            const auto refused = flush(cache, name);
            QVERIFY(refused && !*refused);
            QCOMPARE(refused->error().code, ErrorCode::InvalidArgument);
        }
        QCOMPARE(dovecot.connections, 0);
        for (const QByteArray &name : { QByteArray("-oX"), QByteArray("$(id)"), QByteArray(";rm"), QByteArray("\xff") })
            QVERIFY(*flush(cache, name));
    }

    void whoeverDoesNotAnswerIsNotWaitedFor()
    {
        Listener dovecot;
        AuthCache cache(dovecot.path(), std::chrono::milliseconds(100));
        QCOMPARE(flush(cache, "a")->error().code, ErrorCode::TimedOut);
        dovecot.answers = { "FAIL\t1\n" };
        QVERIFY(!*flush(cache, "a"));
        dovecot.answers = { "VERSION\t2\t0\nOK\t1\t0\n" };
        QVERIFY(!*flush(cache, "a"));
        dovecot.answers = { "OK\t7\t0\n" }; // an answer to something else
        QCOMPARE(flush(cache, "a")->error().code, ErrorCode::TimedOut);
        dovecot.answers = { QByteArray(100'000, 'x') };
        QVERIFY(!*flush(cache, "a"));
        dovecot.answers = {};
        dovecot.hangUp = true;
        QVERIFY(!*flush(cache, "a"));
        dovecot.hangUp = false;
        dovecot.answers = { "OK\t1\t0\n" };
        QVERIFY(*flush(cache, "a"));
        dovecot.server.close();
        QCOMPARE(flush(cache, "a")->error().code, ErrorCode::Unavailable);
    }

    void theMoverHearsEveryAnswerOut()
    {
        using mailwire::Answer;
        Listener mail;
        mail.greeting = mailwire::encode(mailwire::Greeting { 1, {}, "/a", { "/v" } });
        MailMover mover(mail.path(), std::chrono::milliseconds(200));
        const QByteArray done = mailwire::encode(Answer { Answer::Code::Done, 42, {} });
        mail.answers = { mailwire::encode(Answer { Answer::Code::Working, 7, {} }), done.first(3), done.mid(3) };
        QCOMPARE(move(mover)->value(), qint64(42));
        const std::pair<Answer::Code, ErrorCode> codes[] { { Answer::Code::NotFound, ErrorCode::NotFound },
            { Answer::Code::Conflict, ErrorCode::Conflict }, { Answer::Code::Refused, ErrorCode::Refused },
            { Answer::Code::Failed, ErrorCode::Io } };
        for (const auto &[said, heard] : codes) {
            mail.answers = { mailwire::encode(Answer { said, 0, "because" }) };
            const auto answer = move(mover);
            QCOMPARE(answer->error().code, heard);
            QCOMPARE(answer->error().detail, QStringLiteral("because"));
        }
        mail.answers = { mailwire::encode(Answer { Answer::Code::Working, 7, {} }) };
        QCOMPARE(move(mover)->error().code, ErrorCode::TimedOut);
        mail.hangUp = true;
        QCOMPARE(move(mover)->error().code, ErrorCode::Unavailable);
        mail.hangUp = false;
        mail.answers = { QByteArray("\0\0\0\4abcd", 8) };
        QVERIFY(!*move(mover));
        mail.answers = { QByteArray("\xff\xff\xff\xff", 4) };
        QVERIFY(!*move(mover));
        mail.greeting = mailwire::encode(mailwire::Greeting { 1, "not you", {}, {} });
        QCOMPARE(move(mover)->error().code, ErrorCode::PermissionDenied);
        mail.greeting = mailwire::encode(mailwire::Greeting { 2, {}, "/a", {} });
        QCOMPARE(move(mover)->error().code, ErrorCode::Unsupported);
        mail.greeting = mailwire::encode(mailwire::Greeting { 1, {}, "/a", { "/v" } });
        mail.answers = { done };
        int open = 20;
        for (int i = 0; i < 20; ++i)
            mover.ask({ Verb::Purge, "a", {} }, [&open](const Result<qint64> &result) { open -= result.ok(); });
        QTRY_COMPARE(open, 0);
        mail.server.close();
        QVERIFY(move(mover)->error().detail.contains(QStringLiteral("mailhelm-mail.socket")));
    }

    void mailhelmMailServesItsAgentAlone_data()
    {
        QTest::addColumn<QByteArray>("agent");
        QTest::addColumn<bool>("served");
        QTest::newRow("us") << QByteArray("root") << true;
        QTest::newRow("somebody else") << QByteArray("nobody") << false;
    }
    void mailhelmMailServesItsAgentAlone()
    {
        QFETCH(QByteArray, agent);
        QFETCH(bool, served);
        if (::geteuid() != 0)
            QSKIP("needs root: the test has to be one of two users by name");
        const MailFolder folder;
        for (const char *name : { "/mail", "/archive" })
            ::mkdir((folder.path() + name).constData(), 0700);
        makeMaildir(folder.path() + "/mail/a", false);
        const auto before = pictureOf(folder.path() + "/mail/a");
        writeFile(folder.path() + "/mail.conf",
            "root = " + folder.path() + "/mail\narchive = " + folder.path() + "/archive\nagent = " + agent + '\n',
            0644);
        QProcess program;
        program.setProcessChannelMode(QProcess::ForwardedChannels);
        program.start(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelm-mail"),
            { QStringLiteral("--config"), QFile::decodeName(folder.path() + "/mail.conf"), QStringLiteral("--socket"),
                QFile::decodeName(folder.path() + "/sock") });
        QTRY_VERIFY_WITH_TIMEOUT(::access((folder.path() + "/sock").constData(), F_OK) == 0, 20'000);
        MailMover mover(folder.path() + "/sock");
        const auto ask = [&](Verb verb) {
            return wait<qint64>([&](auto answer) {
                mover.ask(
                    { verb, "a.1", verb == Verb::Purge ? QByteArray() : folder.path() + "/mail/a" }, std::move(answer));
            });
        };
        if (served) {
            QVERIFY(*ask(Verb::MoveOut));
            QCOMPARE(pictureOf(folder.path() + "/archive/a.1"), before);
            QVERIFY(*ask(Verb::Restore));
            // Who says nothing, or nonsense, keeps nobody else out for long.
            QLocalSocket nonsense;
            nonsense.connectToServer(QFile::decodeName(folder.path() + "/sock"));
            nonsense.write("GET / HTTP/1.1\r\n\r\n");
            QVERIFY(*ask(Verb::MoveOut));
            QVERIFY(*ask(Verb::Purge));
            QVERIFY(namesIn(folder.path() + "/archive").isEmpty());
        } else {
            const auto refused = ask(Verb::MoveOut);
            QCOMPARE(refused->error().code, ErrorCode::PermissionDenied);
            QCOMPARE(pictureOf(folder.path() + "/mail/a"), before);
        }
        program.terminate();
        program.waitForFinished();
    }
};

QTEST_GUILESS_MAIN(TestActingSockets)
#include "tst_actingsockets.moc"
