// SPDX-License-Identifier: GPL-3.0-or-later
// The profile: nobody else can read it, it never loses what it cannot read, and two programs can share it.
#include "core/client/servers.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace mailhelm;

namespace
{

SavedServer server(const char *name, quint16 port = 6245)
{
    static const Pin pin = Identity::make(QStringLiteral("agent")).value().pin();
    return { QString::fromUtf8(name), QStringLiteral("mx1.example.org"), port, pin, QStringLiteral("prod"),
        QStringLiteral("#aa0000"), Role::Owner };
}

int modeOf(const QString &path)
{
    struct stat status {
    };
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? int(status.st_mode & 07777) : -1;
}

void write(const QString &path, const QByteArray &bytes, int mode = 0600)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(bytes);
    file.close();
    QVERIFY(::chmod(QFile::encodeName(path).constData(), mode_t(mode)) == 0);
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
}

} // namespace

class TestServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void isNobodyElses();
    void closesAnOpenFolderOfItsOwn();
    void leavesForeignFoldersAlone();
    void keepsServers();
    void keepsOneKey();
    void refusesAnOpenKey();
    void refusesDoubles();
    void refusesBadNames_data();
    void refusesBadNames();
    void findsFreeNames();
    void updatesAndRemoves();
    void sharesWithAnotherProgram();
    void namesTheLineThatIsWrong_data();
    void namesTheLineThatIsWrong();
    void followsMailhelmHome();

private:
    QString home() const { return m_dir->path() + QStringLiteral("/home"); }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestServers::isNobodyElses()
{
    const mode_t old = ::umask(022);
    Profile profile = Profile::open(home()).value();
    QVERIFY(profile.identity().ok());
    QVERIFY(profile.add(server("mx1")).ok());
    ::umask(old);
    QCOMPARE(modeOf(home()), 0700);
    QCOMPARE(modeOf(profile.keyFile()), 0600);
    QCOMPARE(modeOf(profile.serversFile()), 0600);
}

void TestServers::closesAnOpenFolderOfItsOwn()
{
    QVERIFY(QDir().mkpath(home()));
    QVERIFY(::chmod(QFile::encodeName(home()).constData(), 0755) == 0);
    QVERIFY(Profile::open(home()).ok()); // empty: ours from now on
    QCOMPARE(modeOf(home()), 0700);
}

void TestServers::leavesForeignFoldersAlone()
{
    QVERIFY(QDir().mkpath(home()));
    write(home() + QStringLiteral("/thesis.tex"), "x", 0644);
    QVERIFY(::chmod(QFile::encodeName(home()).constData(), 0777) == 0);
    const auto profile = Profile::open(home());
    QVERIFY(!profile.ok());
    QVERIFY(profile.error().detail.contains(QStringLiteral("chmod 700")));
    QCOMPARE(modeOf(home()), 0777);
}

void TestServers::keepsServers()
{
    SavedServer second = server("b\xC3\xBCro \"2\"", 7000);
    second.host = QStringLiteral("2001:db8::1");
    second.group.clear();
    second.colour.clear();
    second.role = Role::None;
    {
        Profile profile = Profile::open(home()).value();
        QVERIFY(profile.add(server("mx1")).ok());
        QVERIFY(profile.add(second).ok());
    }
    const Profile profile = Profile::open(home()).value();
    QCOMPARE(profile.servers(), QList<SavedServer>({ server("mx1"), second }));
    QCOMPARE(profile.find(QStringLiteral("MX1"))->name, QStringLiteral("mx1"));
    QCOMPARE(profile.find(QStringLiteral("mx2")), nullptr);
}

void TestServers::keepsOneKey()
{
    const Pin pin = Profile::open(home()).value().identity().value().pin();
    QCOMPARE(Profile::open(home()).value().identity().value().pin(), pin);
}

void TestServers::refusesAnOpenKey()
{
    const Profile profile = Profile::open(home()).value();
    QVERIFY(profile.identity().ok());
    QVERIFY(::chmod(QFile::encodeName(profile.keyFile()).constData(), 0644) == 0);
    const auto identity = profile.identity();
    QVERIFY(!identity.ok());
    QVERIFY(identity.error().detail.contains(QStringLiteral("chmod 600")));
}

void TestServers::refusesDoubles()
{
    Profile profile = Profile::open(home()).value();
    QVERIFY(profile.add(server("mx1")).ok());
    QCOMPARE(profile.add(server("MX1", 7000)).error().code, ErrorCode::Conflict);
    QCOMPARE(profile.add(server("mx2")).error().code, ErrorCode::Conflict); // the same host, port and pin
    QCOMPARE(profile.servers().size(), 1);
}

void TestServers::refusesBadNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("empty") << QString();
    QTest::newRow("slash") << QStringLiteral("a/b"); // SERVER/ID
    QTest::newRow("comma") << QStringLiteral("a,b");
    QTest::newRow("blank") << QStringLiteral(" a");
    QTest::newRow("control") << QStringLiteral("a\x1b[2J");
    QTest::newRow("direction") << QStringLiteral("a\u202e");
    QTest::newRow("long") << QString(101, u'a');
}

void TestServers::refusesBadNames()
{
    QFETCH(QString, name);
    Profile profile = Profile::open(home()).value();
    SavedServer bad = server("mx1");
    bad.name = name;
    QCOMPARE(profile.add(bad).error().code, ErrorCode::InvalidArgument);
    SavedServer mended = bad;
    mended.name = profile.freeName(name); // an agent may call itself so all the same
    QVERIFY(profile.add(mended).ok());
}

void TestServers::findsFreeNames()
{
    Profile profile = Profile::open(home()).value();
    QCOMPARE(profile.freeName(QStringLiteral("mx1")), QStringLiteral("mx1"));
    QVERIFY(profile.add(server("mx1")).ok());
    QCOMPARE(profile.freeName(QStringLiteral("mx1")), QStringLiteral("mx1 (2)"));
    QVERIFY(profile.add(server("mx1 (2)", 7000)).ok());
    QCOMPARE(profile.freeName(QStringLiteral("Mx1")), QStringLiteral("Mx1 (3)"));
}

void TestServers::updatesAndRemoves()
{
    Profile profile = Profile::open(home()).value();
    QVERIFY(profile.add(server("mx1")).ok());
    QVERIFY(profile.add(server("mx2", 7000)).ok());
    SavedServer renamed = server("mail");
    QVERIFY(profile.update(QStringLiteral("mx1"), renamed).ok());
    QCOMPARE(profile.servers().first(), renamed);
    QCOMPARE(profile.update(QStringLiteral("mail"), server("MX2")).error().code, ErrorCode::Conflict);
    QCOMPARE(profile.update(QStringLiteral("frob"), renamed).error().code, ErrorCode::NotFound);
    QVERIFY(profile.remove(QStringLiteral("MAIL")).ok());
    QCOMPARE(profile.remove(QStringLiteral("mail")).error().code, ErrorCode::NotFound);
    QCOMPARE(Profile::open(home()).value().servers().size(), 1);
}

void TestServers::sharesWithAnotherProgram()
{
    Profile console = Profile::open(home()).value();
    Profile ctl = Profile::open(home()).value();
    QVERIFY(ctl.add(server("mx1")).ok());
    QVERIFY(console.add(server("mx2", 7000)).ok()); // does not write over what the other one did
    QCOMPARE(Profile::open(home()).value().servers().size(), 2);
}

void TestServers::namesTheLineThatIsWrong_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("what");
    const QByteArray pin = server("x").pin.toText();
    const QByteArray good = "{\"name\":\"a\",\"host\":\"mx1\",\"pin\":\"" + pin + "\"}";
    const auto list = [](const QByteArray &entry) { return "{\"version\":1,\n\"servers\":[\n" + entry + "\n]}"; };
    QTest::newRow("cut off") << QByteArray("{\"version\":1,\n\"servers\":[\n{\"name\":") << QStringLiteral("line 3")
                             << QString();
    QTest::newRow("empty file") << QByteArray() << QStringLiteral("line 1") << QString();
    QTest::newRow("other version") << QByteArray("{\"version\":9,\"servers\":[]}") << QStringLiteral("line 1")
                                   << QStringLiteral("version 1");
    QTest::newRow("no host") << list(good + ",\n\n{\"name\":\"b[{\",\"pin\":\"" + pin + "\"}")
                             << QStringLiteral("line 5") << QStringLiteral("host");
    QTest::newRow("bad pin") << list("{\"name\":\"a\",\"host\":\"mx1\",\"pin\":\"x\"}") << QStringLiteral("line 3")
                             << QStringLiteral("pin");
    QTest::newRow("bad port") << list(good.chopped(1) + ",\"port\":70000}") << QStringLiteral("line 3")
                              << QStringLiteral("port");
    QTest::newRow("unknown key") << list(good.chopped(1) + ",\"frob\":\"x\"}") << QStringLiteral("line 3")
                                 << QStringLiteral("frob");
    QTest::newRow("a name twice") << list(good + ",\n" + good) << QStringLiteral("line 4") << QStringLiteral("second");
}

void TestServers::namesTheLineThatIsWrong()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, line);
    QFETCH(QString, what);
    Profile before = Profile::open(home()).value();
    write(before.serversFile(), json);
    const auto profile = Profile::open(home());
    QVERIFY(!profile.ok());
    QVERIFY2(profile.error().detail.contains(before.serversFile() + QStringLiteral(", ") + line),
        qUtf8Printable(profile.error().detail));
    QVERIFY2(profile.error().detail.contains(what), qUtf8Printable(profile.error().detail));
    QVERIFY(!before.add(server("mx1")).ok()); // nor does somebody who read it earlier write over it
    QCOMPARE(contents(before.serversFile()), json);
}

void TestServers::followsMailhelmHome()
{
    qputenv("MAILHELM_HOME", "/some/where");
    QCOMPARE(Profile::defaultHome(), QStringLiteral("/some/where"));
    qunsetenv("MAILHELM_HOME");
    QVERIFY(Profile::defaultHome().endsWith(QStringLiteral("/mailhelm")));
}

QTEST_GUILESS_MAIN(TestServers)
#include "tst_servers.moc"
