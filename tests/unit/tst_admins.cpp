// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/admins.h"

#include <QFile>
#include <QFileInfo>
#include <QMutex>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <thread>

using namespace mailhelm;

namespace
{

Pin pinNumber(quint8 number)
{
    Pin::Bytes bytes {};
    bytes.fill(number);
    return Pin(bytes);
}

} // namespace

/// Who may administer an agent: one file, two programs, tokens that are good once and for ten minutes.
class TestAdmins : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void anInvitationBecomesAnAdministrator();
    void aTokenIsGoodOnce();
    void aTokenExpires();
    void aNewTokenVoidsTheOldOne();
    void aKeyIsOneAdministrator();
    void namesAreChecked();
    void revoking();
    void theFile();
    void theFileIsPrivate();
    void damageIsNamedByLine_data();
    void damageIsNamedByLine();
    void aDamagedFileIsNotWrittenOver();
    void aDamagedFileLeavesTheDaemonAsItWas();
    void whatCannotBeWrittenDidNotHappen();
    void whoeverHoldsTheLockIsWaitedFor();
    void theDaemonSeesTheCommandLine();
    void twoAtOnce();

private:
    QString file() const { return m_folder->filePath(QStringLiteral("admins")); }
    QByteArray text() const
    {
        QFile in(file());
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    void write(const QByteArray &bytes) const
    {
        QFile out(file());
        QVERIFY(out.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QVERIFY(out.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        out.write(bytes);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    ManualClock m_clock { 1'763'800'000'000'000 };
};

void TestAdmins::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_clock.jumpTo(1'763'800'000'000'000);
}

void TestAdmins::anInvitationBecomesAnAdministrator()
{
    Admins admins(m_folder->path(), m_clock);
    QVERIFY(admins.load());
    QVERIFY(!admins.hasOpenInvitation());
    const Result<PairingToken> token = admins.invite("erika", Role::Operator);
    QVERIFY2(token, token ? "" : qPrintable(token.error().detail));
    QVERIFY(admins.hasOpenInvitation());
    QVERIFY(!admins.byPin(pinNumber(1)));
    const Result<Admin> admin = admins.enrol(token.value(), pinNumber(1));
    QVERIFY2(admin, admin ? "" : qPrintable(admin.error().detail));
    QCOMPARE(admin.value(), (Admin { "erika", Role::Operator, pinNumber(1), m_clock.nowUs() }));
    QCOMPARE(admins.byPin(pinNumber(1)), std::optional(admin.value()));
    QVERIFY(!admins.byPin(pinNumber(2)));
    QVERIFY(!admins.hasOpenInvitation());

    Admins again(m_folder->path(), m_clock);
    QVERIFY(again.load());
    QCOMPARE(again.all(), admins.all());
    QVERIFY(again.invitations().isEmpty());
}

void TestAdmins::aTokenIsGoodOnce()
{
    Admins admins(m_folder->path(), m_clock);
    const PairingToken token = admins.invite("erika", Role::Owner).value();
    QVERIFY(admins.enrol(token, pinNumber(1)));
    const Result<Admin> second = admins.enrol(token, pinNumber(2));
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Refused);
    QVERIFY2(second.error().detail.contains(QStringLiteral("used already")), qPrintable(second.error().detail));
    QCOMPARE(admins.enrol(PairingToken::random(), pinNumber(2)).error().code, ErrorCode::Refused);
    QCOMPARE(admins.all().size(), 1);
}

void TestAdmins::aTokenExpires()
{
    Admins admins(m_folder->path(), m_clock);
    const PairingToken early = admins.invite("early", Role::Viewer).value();
    const PairingToken late = admins.invite("late", Role::Viewer).value();
    m_clock.advanceUs(Admins::TokenLifetimeUs - 1'000'000);
    QVERIFY(admins.hasOpenInvitation());
    QVERIFY(admins.enrol(early, pinNumber(1)));
    m_clock.advanceUs(1'000'000);
    QVERIFY(!admins.hasOpenInvitation());
    const Result<Admin> tooLate = admins.enrol(late, pinNumber(2));
    QVERIFY(!tooLate);
    QCOMPARE(tooLate.error().code, ErrorCode::Refused);
    QVERIFY2(tooLate.error().detail.contains(QStringLiteral("expired")), qPrintable(tooLate.error().detail));
    QVERIFY(tooLate.error().detail.contains(QStringLiteral("mailhelmd enroll late --role viewer")));
    // A clock that goes back must not make more of it than it was.
    QVERIFY(!text().contains(late.toText()));
}

void TestAdmins::aNewTokenVoidsTheOldOne()
{
    Admins admins(m_folder->path(), m_clock);
    const PairingToken first = admins.invite("erika", Role::Owner).value();
    const PairingToken second = admins.invite("erika", Role::Viewer).value();
    QCOMPARE(admins.invitations().size(), 1);
    QVERIFY(!admins.enrol(first, pinNumber(1)));
    QCOMPARE(admins.enrol(second, pinNumber(1)).value().role, Role::Viewer);
}

void TestAdmins::aKeyIsOneAdministrator()
{
    Admins admins(m_folder->path(), m_clock);
    QVERIFY(admins.enrol(admins.invite("erika", Role::Viewer).value(), pinNumber(1)));
    QCOMPARE(admins.invite("erika", Role::Owner).error().code, ErrorCode::Conflict);
    const PairingToken token = admins.invite("otto", Role::Owner).value();
    const Result<Admin> same = admins.enrol(token, pinNumber(1));
    QVERIFY(!same);
    QCOMPARE(same.error().code, ErrorCode::Conflict);
    QVERIFY(same.error().detail.contains(QStringLiteral("erika")));
    QCOMPARE(admins.byPin(pinNumber(1))->role, Role::Viewer);
    QVERIFY(admins.enrol(token, pinNumber(2))); // and the token is not lost by it
}

void TestAdmins::namesAreChecked()
{
    Admins admins(m_folder->path(), m_clock);
    for (const QByteArray &name : { QByteArray("erika"), QByteArray("E.M_1@example.org"), QByteArray(64, 'x') })
        QVERIFY2(admins.invite(name, Role::Viewer), name.constData());
    for (const QByteArray &name : { QByteArray(), QByteArray("-x"), QByteArray("a b"), QByteArray("a\nadmin b"),
             QByteArray("é"), QByteArray(65, 'x'), QByteArray("a\0b", 3), QByteArray("#a") }) {
        const Result<PairingToken> token = admins.invite(name, Role::Viewer);
        QVERIFY2(!token, name.constData());
        QCOMPARE(token.error().code, ErrorCode::InvalidArgument);
    }
}

void TestAdmins::revoking()
{
    Admins admins(m_folder->path(), m_clock);
    QVERIFY(admins.enrol(admins.invite("erika", Role::Owner).value(), pinNumber(1)));
    QVERIFY(admins.enrol(admins.invite("otto", Role::Viewer).value(), pinNumber(2)));
    const PairingToken open = admins.invite("ada", Role::Viewer).value();
    QVERIFY(admins.revoke("erika"));
    QVERIFY(!admins.byPin(pinNumber(1)));
    QVERIFY(admins.byPin(pinNumber(2)));
    QVERIFY(admins.revoke("ada"));
    QVERIFY(!admins.enrol(open, pinNumber(3)));
    const Result<void> nobody = admins.revoke("erika");
    QVERIFY(!nobody);
    QCOMPARE(nobody.error().code, ErrorCode::NotFound);
}

void TestAdmins::theFile()
{
    Admins admins(m_folder->path(), m_clock);
    QVERIFY(admins.enrol(admins.invite("erika", Role::Owner).value(), pinNumber(1)));
    const PairingToken token = admins.invite("otto", Role::Viewer).value();
    const QList<QByteArray> lines = text().split('\n');
    QCOMPARE(lines.size(), 4);
    QVERIFY(lines[0].startsWith("# "));
    QCOMPARE(lines[1], "admin erika owner " + pinNumber(1).toText() + " 2025-11-22T08:26:40Z");
    QCOMPARE(lines[2], "token otto viewer " + token.digest().toHex() + " 2025-11-22T08:36:40Z");
    QVERIFY(!text().contains(token.toText()));

    // Blank lines, remarks and wide gaps are people's.
    write("\n  # erika left\r\n\tadmin   otto\tmanager " + pinNumber(2).toText() + "   2025-11-22T08:26:40Z  \n\n");
    QVERIFY(admins.load());
    QCOMPARE(admins.all(), QList<Admin>({ { "otto", Role::Manager, pinNumber(2), 1'763'800'000'000'000 } }));
}

void TestAdmins::theFileIsPrivate()
{
    Admins admins(m_folder->path(), m_clock);
    QVERIFY(admins.invite("erika", Role::Owner));
    QCOMPARE(
        QFileInfo(file()).permissions() & ~(QFile::ReadUser | QFile::WriteUser), QFile::ReadOwner | QFile::WriteOwner);
    QVERIFY(QFile::setPermissions(file(), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup));
    const Result<void> loaded = admins.load();
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, ErrorCode::PermissionDenied);
    QVERIFY(loaded.error().detail.contains(QStringLiteral("chmod 600")));
}

void TestAdmins::damageIsNamedByLine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("says");
    const QByteArray pin = pinNumber(1).toText();
    const QByteArray digest(64, 'a');
    const QByteArray time = "2025-11-22T08:26:40Z";
    const auto row = [](const char *name, const QByteArray &line, const char *says) {
        QTest::newRow(name) << line << QByteArray(says);
    };
    row("another word", "root erika owner " + pin + ' ' + time, "entry");
    row("too few words", "admin erika owner " + pin, "entry");
    row("too many words", "admin erika owner " + pin + ' ' + time + " x", "entry");
    row("bad name", "admin -erika owner " + pin + ' ' + time, "name");
    row("bad role", "admin erika root " + pin + ' ' + time, "role");
    row("no role", "admin erika none " + pin + ' ' + time, "role");
    row("short pin", "admin erika owner " + pin.chopped(1) + ' ' + time, "pin");
    row("bad time", "admin erika owner " + pin + " yesterday", "time");
    row("bad digest", "token erika owner " + digest.chopped(2) + ' ' + time, "digest");
    row("no hex digest", "token erika owner " + QByteArray(64, 'x') + ' ' + time, "digest");
    row("a key twice", "admin otto owner " + pin + ' ' + time, "key");
    row("a name twice", "admin ada owner " + pinNumber(2).toText() + ' ' + time, "name");
    row("bytes that are no text", QByteArray("admin \0\xff", 8), "entry");
}

void TestAdmins::damageIsNamedByLine()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, says);
    const QByteArray first = "# people\nadmin ada viewer " + pinNumber(1).toText() + " 2025-11-22T08:26:40Z\n\n";
    write(first + line + '\n');
    Admins admins(m_folder->path(), m_clock);
    const Result<void> loaded = admins.load();
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, ErrorCode::Corrupt);
    QVERIFY2(
        loaded.error().detail.startsWith(file() + QStringLiteral(", line 4: ")), qPrintable(loaded.error().detail));
    QVERIFY2(loaded.error().detail.contains(QString::fromUtf8(says)), qPrintable(loaded.error().detail));
    QVERIFY(admins.all().isEmpty());
}

void TestAdmins::aDamagedFileIsNotWrittenOver()
{
    const QByteArray damaged = "admin erika owner\n";
    write(damaged);
    Admins admins(m_folder->path(), m_clock);
    QVERIFY(!admins.invite("otto", Role::Owner));
    QVERIFY(!admins.enrol(PairingToken::random(), pinNumber(1)));
    QVERIFY(!admins.revoke("erika"));
    QCOMPARE(text(), damaged);
}

void TestAdmins::aDamagedFileLeavesTheDaemonAsItWas()
{
    Admins daemon(m_folder->path(), m_clock);
    QVERIFY(daemon.enrol(daemon.invite("erika", Role::Owner).value(), pinNumber(1)));
    daemon.watch();
    QSignalSpy changed(&daemon, &Admins::changed);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("admins, line 1: ")));
    write("admin erika\n");
    QTest::qWait(1500);
    QCOMPARE(changed.size(), 0);
    QVERIFY(daemon.byPin(pinNumber(1)));
}

void TestAdmins::whatCannotBeWrittenDidNotHappen()
{
    Admins admins(m_folder->path(), m_clock);
    QVERIFY(admins.enrol(admins.invite("erika", Role::Owner).value(), pinNumber(1)));
    const PairingToken token = admins.invite("otto", Role::Owner).value();
    const QByteArray before = text();
    rlimit limit {};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    const rlimit full { 64, limit.rlim_max }; // a disk that is full
    std::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &full), 0);
    const Result<Admin> enrolled = admins.enrol(token, pinNumber(2));
    const Result<PairingToken> invited = admins.invite("ada", Role::Owner);
    const Result<void> revoked = admins.revoke("erika");
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    QVERIFY(!enrolled && !invited && !revoked);
    QCOMPARE(enrolled.error().code, ErrorCode::Io);
    QCOMPARE(text(), before);
    // Neither in memory: the key would be let in until the next start.
    QVERIFY(!admins.byPin(pinNumber(2)));
    QVERIFY(admins.byPin(pinNumber(1)));
    QVERIFY(admins.enrol(token, pinNumber(2)));
}

void TestAdmins::whoeverHoldsTheLockIsWaitedFor()
{
    Admins admins(m_folder->path(), m_clock);
    const int held = ::open(QFile::encodeName(m_folder->path()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    QCOMPARE(::flock(held, LOCK_EX), 0);
    std::thread other([this] {
        Admins second(m_folder->path(), m_clock);
        const Result<PairingToken> token = second.invite("erika", Role::Owner);
        QVERIFY2(token, token ? "" : qPrintable(token.error().detail));
    });
    QTest::qWait(200);
    QVERIFY(text().isEmpty());
    ::close(held);
    other.join();
    QVERIFY(admins.load());
    QCOMPARE(admins.invitations().size(), 1);
}

void TestAdmins::theDaemonSeesTheCommandLine()
{
    Admins daemon(m_folder->path(), m_clock);
    QVERIFY(daemon.load());
    daemon.watch();
    QSignalSpy changed(&daemon, &Admins::changed);
    Admins commandLine(m_folder->path(), m_clock);
    const PairingToken token = commandLine.invite("erika", Role::Owner).value();
    // Not known to the daemon's memory yet, good at once all the same.
    QVERIFY(daemon.enrol(token, pinNumber(1)));
    changed.clear();
    QVERIFY(commandLine.revoke("erika"));
    QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, 2500);
    QVERIFY(!daemon.byPin(pinNumber(1)));
    QVERIFY(daemon.enrol(commandLine.invite("otto", Role::Owner).value(), pinNumber(2)));
    changed.clear();
    QVERIFY(QFile::remove(file()));
    QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, 2500);
    QVERIFY(daemon.all().isEmpty());
}

void TestAdmins::twoAtOnce()
{
    // The daemon enrols while the command line invites and revokes: no entry is lost, none comes back.
    constexpr int Rounds = 40;
    QList<QByteArray> failures;
    QMutex mutex;
    const auto run = [&](const QByteArray &prefix, quint8 firstPin) {
        Admins admins(m_folder->path(), m_clock);
        for (int i = 0; i < Rounds; ++i) {
            const QByteArray name = prefix + QByteArray::number(i);
            const Result<PairingToken> token = admins.invite(name, Role::Viewer);
            Pin::Bytes bytes {};
            bytes[0] = firstPin;
            bytes[1] = quint8(i);
            const bool good = token && admins.enrol(token.value(), Pin(bytes)) && (i % 2 == 0 || admins.revoke(name));
            if (!good) {
                const QMutexLocker locker(&mutex);
                failures.append(name);
            }
        }
    };
    std::thread one([&] { run("a", 1); });
    std::thread two([&] { run("b", 2); });
    std::thread three([&] { run("c", 3); });
    one.join();
    two.join();
    three.join();
    QCOMPARE(failures, QList<QByteArray>());
    Admins admins(m_folder->path(), m_clock);
    QVERIFY(admins.load());
    QCOMPARE(admins.all().size(), 3 * Rounds / 2);
    for (const Admin &admin : admins.all())
        QCOMPARE(admin.name.mid(1).toInt() % 2, 0);
}

QTEST_GUILESS_MAIN(TestAdmins)
#include "tst_admins.moc"
