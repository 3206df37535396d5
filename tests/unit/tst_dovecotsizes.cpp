// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/dovecotsizes.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;

namespace
{

using State = SourceStatus::State;

/// Stands for doveadm: writes down how it was called, and answers by the name of the user.
constexpr char Script[] = R"(#!/bin/bash
here=${0%/*}
if ! mkdir "$here/running" 2>/dev/null; then echo twice >>"$here/twice"; fi
trap 'rmdir "$here/running" 2>/dev/null' EXIT
printf '%s|' "$@" >>"$here/calls"; echo >>"$here/calls"
/usr/bin/env >"$here/environment"
for ((i = 1; i < $#; i++)); do [ "${!i}" != -u ] || { j=$((i + 1)); user=${!j}; }; done
quota() { printf 'Quota name\tType\tValue\tLimit\t%%\nUser quota\tSTORAGE\t%s\t%s\t0\nUser quota\tMESSAGE\t1\t-\t0\n' "$1" "$2"; }
if [ -e "$here/say" ]; then cat "$here/say" >&2; exit 75; fi
case $5:$user in
*:gone@*) echo "Error: User doesn't exist: Permission denied" >&2; exit 67 ;;
*:slow@*) rmdir "$here/running"; exec sleep 600 ;;
*:garbage@*) head -c 3000 /dev/urandom ;;
*:negative@*) quota -5 -7; printf 'vsize\n-12\n' ;;
*:great@*) quota 99999999999999999999 5; printf 'vsize\n99999999999999999999\n' ;;
*:huge@*) yes 'User quota' ;;
*:hugeerror@*) yes Error >&2 ;;
*:Permission*) echo "doveadm($user): Error: out of memory" >&2; exit 75 ;;
quota:limited@*) quota 98 102400 ;;
quota:unlimited@*) quota 3 - ;;
quota:*) echo "Fatal: Unknown command 'quota', but plugin quota exists." >&2; exit 75 ;;
mailbox:*) printf 'vsize\n100016\n' ;;
esac
)";

struct World {
    QTemporaryDir folder;
    ManualClock clock;
    DovecotSizes::Settings settings;
    std::unique_ptr<DovecotSizes> sizes;
    QList<QByteArray> measured;
    QList<SourceStatus> told;
    QSet<QByteArray> unwanted;

    World()
    {
        settings.config = "/etc/dovecot/a b.conf";
        settings.file = file("sizes");
        settings.program = file("doveadm");
        settings.watchedEvery = std::chrono::milliseconds(5);
        settings.unwatchedEvery = std::chrono::milliseconds(5);
        settings.deadline = std::chrono::milliseconds(20'000);
        write("doveadm", Script);
        QFile::setPermissions(QFile::decodeName(file("doveadm")), QFile::ReadOwner | QFile::ExeOwner);
    }
    [[nodiscard]] QByteArray file(const char *name) const { return folder.filePath(QLatin1String(name)).toUtf8(); }
    void write(const char *name, const QByteArray &text) const
    {
        QFile out(QFile::decodeName(file(name)));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(text);
    }
    [[nodiscard]] QByteArray read(const char *name) const
    {
        QFile in(QFile::decodeName(file(name)));
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }
    [[nodiscard]] qsizetype calls() const { return read("calls").count('\n'); }
    void start(const QList<QByteArray> &users)
    {
        sizes = std::make_unique<DovecotSizes>(settings, clock);
        QObject::connect(sizes.get(), &DovecotSizes::measured, sizes.get(),
            [this](const QByteArray &user) { measured.append(user); });
        QObject::connect(sizes.get(), &DovecotSizes::statusChanged, sizes.get(),
            [this](const SourceStatus &status) { told.append(status); });
        sizes->start([this](const QByteArray &user) { return !unwanted.contains(user); });
        sizes->setAccounts(users);
    }
    [[nodiscard]] bool has(const QByteArray &user) const { return measured.contains(user); }
};

} // namespace

/// Whatever doveadm does, sizes are true or unknown.
class TestDovecotSizes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void quotaTellsSizeAndLimitAndElseTheSum();
    void namesThatCouldBeMoreThanANameAreNotAskedFor();
    void nothingOfTheAgentReachesIt();
    void nonsenseIsUnknown_data();
    void nonsenseIsUnknown();
    void theSilentOneIsKilledAndOthersFollow();
    void whoIsUnknownToDovecotStopsNobody();
    void permissionDeniedStopsIt();
    void aNameCannotStopIt();
    void aDovecotThatIsDownIsTriedAgain();
    void aMissingProgramIsSaid();
    void eachIsAskedAgainAfterItsTime();
    void whatWasMeasuredSurvivesARestart();
    void aTornFileLosesALine();
    void whoIsNoLongerWantedIsNotAskedFor();
};

void TestDovecotSizes::quotaTellsSizeAndLimitAndElseTheSum()
{
    World world;
    world.start({ "limited@x.test", "unlimited@x.test", "plain@x.test", "second plain@x.test" });
    QTRY_COMPARE_WITH_TIMEOUT(world.measured.size(), 4, 30'000);
    const DovecotSizes &sizes = *world.sizes;
    QVERIFY(sizes.sizeOf("limited@x.test") == (MeasuredSize { 98 * 1024, 102400 * 1024 }));
    QVERIFY(sizes.sizeOf("unlimited@x.test") == (MeasuredSize { 3 * 1024, 0 }));
    QVERIFY(sizes.sizeOf("plain@x.test") == (MeasuredSize { 100016, {} }));
    QVERIFY(sizes.sizeOf("second plain@x.test") == (MeasuredSize { 100016, {} }));
    QVERIFY(world.read("twice").isEmpty()); // never two at once
    QCOMPARE(world.told.size(), 1);
    QCOMPARE(world.told.first().state, State::Ok);
    const QList<QByteArray> calls = world.read("calls").split('\n');
    QCOMPARE(calls.value(0), QByteArray("-c|/etc/dovecot/a b.conf|-f|tab|quota|get|-u|limited@x.test|"));
    QCOMPARE(calls.value(3), QByteArray("-c|/etc/dovecot/a b.conf|-f|tab|mailbox|status|-u|plain@x.test|-t|vsize|*|"));
    QCOMPARE(world.calls(), 5); // that there is no quota was learnt once
}

void TestDovecotSizes::namesThatCouldBeMoreThanANameAreNotAskedFor()
{
    World world;
    const QList<QByteArray> hostile { "-A", "--help", "-u", "", "a\n@x.test", "a\t@x.test",
        QByteArray("a\0b@x.test", 10), "a\x7f@x.test", "\x1b[2J@x.test", "*", "a?@x.test", "a*@x.test",
        QByteArray(321, 'a') };
    for (const QByteArray &name : hostile)
        QVERIFY2(!DovecotSizes::canAsk(name), name.constData());
    const QByteArray shell = "$(touch pwned);`id`&|<>'\"\\ %s@x.test";
    world.start(hostile + QList<QByteArray> { shell });
    QTRY_COMPARE_WITH_TIMEOUT(world.measured, QList<QByteArray> { shell }, 30'000);
    QCOMPARE(world.calls(), 2);
    QCOMPARE(world.read("calls").count('|' + shell + '|'), 2); // one argument, letter by letter
}

void TestDovecotSizes::nothingOfTheAgentReachesIt()
{
    qputenv("MAILHELM_SECRET", "x");
    World world;
    world.start({ "limited@x.test" });
    QTRY_VERIFY_WITH_TIMEOUT(world.has("limited@x.test"), 30'000);
    qunsetenv("MAILHELM_SECRET");
    QVERIFY(!world.read("environment").contains("SECRET"));
    QVERIFY(!world.read("environment").contains("HOME="));
    QVERIFY(world.read("environment").contains("LC_ALL=C"));
}

void TestDovecotSizes::nonsenseIsUnknown_data()
{
    QTest::addColumn<QByteArray>("user");
    for (const char *user : { "garbage@x.test", "negative@x.test", "great@x.test", "huge@x.test", "hugeerror@x.test" })
        QTest::newRow(user) << QByteArray(user);
}

void TestDovecotSizes::nonsenseIsUnknown()
{
    QFETCH(QByteArray, user);
    World world;
    world.start({ user, "limited@x.test" });
    QTRY_VERIFY_WITH_TIMEOUT(world.has("limited@x.test"), 30'000);
    QVERIFY(!world.sizes->sizeOf(user));
    QVERIFY(!world.has(user));
}

void TestDovecotSizes::theSilentOneIsKilledAndOthersFollow()
{
    World world;
    world.settings.deadline = std::chrono::milliseconds(1'000);
    world.start({ "slow@x.test", "limited@x.test" });
    QTRY_VERIFY_WITH_TIMEOUT(world.has("limited@x.test"), 30'000);
    QVERIFY(!world.sizes->sizeOf("slow@x.test"));
}

void TestDovecotSizes::whoIsUnknownToDovecotStopsNobody()
{
    World world;
    world.start({ "gone@1.test", "gone@2.test", "gone@3.test", "gone@4.test", "limited@x.test" });
    QTRY_VERIFY_WITH_TIMEOUT(world.has("limited@x.test"), 30'000);
    QCOMPARE(world.told.size(), 1);
    QCOMPARE(world.told.first().state, State::Ok);
}

void TestDovecotSizes::permissionDeniedStopsIt()
{
    World world;
    world.write("say", "Error: net_connect_unix(/run/dovecot/stats-writer) failed: Permission denied\n");
    world.start({ "a@x.test", "b@x.test" });
    QTRY_COMPARE_WITH_TIMEOUT(world.told.size(), 1, 30'000);
    QCOMPARE(world.told.first().source, QByteArray("sizes"));
    QCOMPARE(world.told.first().state, State::Degraded);
    QVERIFY(world.told.first().detail.contains("only root"));
    QVERIFY(world.told.first().mend.contains("sizes = false"));
    world.clock.advanceUs(qint64(3600) * 1'000'000);
    QTest::qWait(100); // some twenty turns
    QCOMPARE(world.calls(), 1);
}

void TestDovecotSizes::aNameCannotStopIt()
{
    World world;
    world.start({ "Permission denied@x.test", "limited@x.test" });
    QTRY_VERIFY_WITH_TIMEOUT(world.has("limited@x.test"), 30'000);
    QCOMPARE(world.told.first().state, State::Ok);
}

void TestDovecotSizes::aDovecotThatIsDownIsTriedAgain()
{
    World world;
    world.write("say", "Error: auth-master: connect(/run/dovecot/auth-userdb) failed: Connection refused\n");
    world.start({ "limited@x.test" });
    QTRY_COMPARE_WITH_TIMEOUT(world.told.size(), 1, 30'000);
    QCOMPARE(world.told.first().state, State::Degraded);
    QFile::remove(QFile::decodeName(world.file("say")));
    QTest::qWait(50);
    QCOMPARE(world.calls(), 1);
    world.clock.advanceUs(61'000'000);
    QTRY_VERIFY_WITH_TIMEOUT(world.has("limited@x.test"), 30'000);
    QCOMPARE(world.told.last().state, State::Ok);
}

void TestDovecotSizes::aMissingProgramIsSaid()
{
    World world;
    world.settings.program = world.file("nothing");
    world.start({ "limited@x.test" });
    QTRY_COMPARE_WITH_TIMEOUT(world.told.size(), 1, 30'000);
    QVERIFY(world.told.first().detail.contains("there is no"));
    World other;
    QFile::setPermissions(QFile::decodeName(other.settings.program), QFile::ReadOwner);
    other.start({ "limited@x.test" });
    QTRY_COMPARE_WITH_TIMEOUT(other.told.size(), 1, 30'000);
    QVERIFY(other.told.first().detail.contains("may not run"));
}

void TestDovecotSizes::eachIsAskedAgainAfterItsTime()
{
    World world;
    world.start({ "limited@x.test" });
    QTRY_COMPARE_WITH_TIMEOUT(world.measured.size(), 1, 30'000);
    world.clock.advanceUs(qint64(6) * 3'600'000'000 - 1);
    QTest::qWait(50);
    QCOMPARE(world.calls(), 1);
    world.clock.advanceUs(1);
    QTRY_COMPARE_WITH_TIMEOUT(world.measured.size(), 2, 30'000);
}

void TestDovecotSizes::whatWasMeasuredSurvivesARestart()
{
    World world;
    world.start({ "limited@x.test", "a b@x.test", "left@x.test" });
    QTRY_COMPARE_WITH_TIMEOUT(world.measured.size(), 3, 30'000);
    world.sizes->setAccounts({ "limited@x.test", "a b@x.test" });
    QVERIFY(!world.sizes->sizeOf("left@x.test"));
    const qsizetype calls = world.calls();
    world.start({ "limited@x.test", "a b@x.test" });
    QVERIFY(world.sizes->sizeOf("limited@x.test") == (MeasuredSize { 98 * 1024, 102400 * 1024 }));
    QVERIFY(world.sizes->sizeOf("a b@x.test") == (MeasuredSize { 100016, {} }));
    QVERIFY(!world.sizes->sizeOf("left@x.test"));
    QTest::qWait(50);
    QCOMPARE(world.calls(), calls); // they are not due
    QCOMPARE(QFile(QFile::decodeName(world.settings.file)).permissions() & (QFile::ReadGroup | QFile::ReadOther),
        QFile::Permissions());
}

void TestDovecotSizes::aTornFileLosesALine()
{
    World world;
    world.write("sizes",
        "nonsense\n1763800000000000 5 7 a@x.test\n1763800000000000 -5 - b@x.test\n\n1763800000000000 6 x c@x.test\n"
        "1763800000000000 9 - d@x.test\n1763800000000000 5 7 e@x.te");
    {
        KeptSizes kept(world.settings.file);
        kept.load();
        QVERIFY(kept.sizeOf("a@x.test") == (MeasuredSize { 5, 7 }));
        for (const char *user : { "b@x.test", "c@x.test", "e@x.te", "" })
            QVERIFY(!kept.sizeOf(user));
        kept.set("f@x.test", { 1, {} }, 2);
        for (int time = 0; time < 3000; ++time) // written anew on the way
            kept.set("g@x.test", { time, {} }, 3 + time);
    }
    QVERIFY(world.read("sizes").count('\n') < 2100);
    KeptSizes kept(world.settings.file);
    kept.load();
    QVERIFY(kept.sizeOf("a@x.test") == (MeasuredSize { 5, 7 }));
    QVERIFY(kept.sizeOf("d@x.test") == (MeasuredSize { 9, {} }));
    QVERIFY(kept.sizeOf("f@x.test") == (MeasuredSize { 1, {} }));
    QVERIFY(kept.sizeOf("g@x.test") == (MeasuredSize { 2999, {} }));
}

void TestDovecotSizes::whoIsNoLongerWantedIsNotAskedFor()
{
    World world;
    world.unwanted.insert("deleting@x.test");
    world.start({ "deleting@x.test", "limited@x.test" });
    QTRY_VERIFY_WITH_TIMEOUT(world.has("limited@x.test"), 30'000);
    QVERIFY(!world.read("calls").contains("deleting"));
}

QTEST_GUILESS_MAIN(TestDovecotSizes)
#include "tst_dovecotsizes.moc"
