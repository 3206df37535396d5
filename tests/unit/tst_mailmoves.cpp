// SPDX-License-Identifier: GPL-3.0-or-later
// mailhelm-mail's three verbs on real folders: on one file system and across two, ended at every system call.
#include "core/mail/mailmoves.h"
#include "tests/support/mailfolder.h"

#include <QTest>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include <atomic>
#include <thread>

using namespace mailhelm;
using mailwire::Request;
using mailwire::Verb;

namespace
{

/// System calls that change something, left until this process ends as by kill -9; -1: it never does.
int callsLeft = -1;

void spend()
{
    if (callsLeft == 0)
        ::_exit(9);
    if (callsLeft > 0)
        --callsLeft;
}

} // namespace

// Stand before the C library's: a kill can come between any two of them.
extern "C" {
int renameat2(int from, const char *name, int to, const char *newName, unsigned flags)
{
    spend();
    return int(::syscall(SYS_renameat2, from, name, to, newName, flags));
}
int unlinkat(int folder, const char *name, int flags) noexcept
{
    spend();
    return int(::syscall(SYS_unlinkat, folder, name, flags));
}
int mkdirat(int folder, const char *name, mode_t mode) noexcept
{
    spend();
    return int(::syscall(SYS_mkdirat, folder, name, mode));
}
int linkat(int from, const char *name, int to, const char *newName, int flags) noexcept
{
    spend();
    return int(::syscall(SYS_linkat, from, name, to, newName, flags));
}
int fchmod(int fd, mode_t mode) noexcept
{
    spend();
    return int(::syscall(SYS_fchmod, fd, mode));
}
int syncfs(int fd) noexcept
{
    spend();
    return int(::syscall(SYS_syncfs, fd));
}
}

class TestMailMoves : public QObject
{
    Q_OBJECT

    struct World {
        MailFolder rootFolder;
        MailFolder archiveFolder;
        QByteArray root;
        QByteArray archive;
        QByteArray box;
        std::unique_ptr<MailMoves> moves;

        explicit World(const QByteArray &rootIn = "/tmp", const QByteArray &archiveIn = "/tmp", bool large = false)
            : rootFolder(rootIn)
            , archiveFolder(archiveIn)
            , root(rootFolder.path())
            , archive(archiveFolder.path())
            , box(root + "/example.org/alice")
        {
            ::mkdir((root + "/example.org").constData(), 0750);
            makeMaildir(box, large);
            makeMaildir(root + "/example.org/bob", false);
            moves = std::make_unique<MailMoves>(MailSettings { { root }, archive, "nobody" });
        }
        [[nodiscard]] Result<qint64> run(Verb verb, const QByteArray &path) const
        {
            return moves->carryOut({ verb, "alice@example.org.1", path }, [](qint64) { return true; });
        }
        [[nodiscard]] Result<qint64> run(Verb verb) const { return run(verb, box); }
    };

    static void columns()
    {
        QTest::addColumn<QByteArray>("root");
        QTest::addColumn<QByteArray>("archive");
        const QByteArray here = "/tmp";
        const QByteArray there = "/dev/shm";
        QTest::newRow("one file system") << here << here;
        if (areApart("/tmp", "/dev/shm")) {
            QTest::newRow("to another file system") << here << there;
            QTest::newRow("from another file system") << there << here;
        }
    }

    /// Runs it in a process of its own that ends after so many calls. Whether it came to its end.
    static bool runUntil(const World &world, Verb verb, int calls)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            callsLeft = calls;
            (void)world.run(verb);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!areApart("/tmp", "/dev/shm"))
            qWarning("/dev/shm is no file system of its own: moves between file systems are not tested");
    }

    void outAndBackIsByteEqual_data() { columns(); }
    void outAndBackIsByteEqual()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, archive);
        const World world(root, archive, true);
        const bool attributes = ::setxattr((world.box + "/cur").constData(), "user.test", "value", 5, 0) == 0
            && ::access((world.archive + "/.").constData(), W_OK) == 0;
        const auto before = pictureOf(world.box);
        QVERIFY(before.size() > 15);
        const auto neighbour = pictureOf(world.root + "/example.org/bob");
        const Result<qint64> out = world.run(Verb::MoveOut);
        if (!out && attributes && out.error().detail.contains(QStringLiteral("attribute"))) {
            QVERIFY(::access(world.box.constData(), F_OK) == 0 || !namesIn(world.root + "/example.org").isEmpty());
            QVERIFY(world.run(Verb::Restore));
            QCOMPARE(pictureOf(world.box), before);
            QSKIP("the other file system keeps no extended attributes: the move was refused and undone");
        }
        QVERIFY2(out, out ? "" : qPrintable(out.error().detail));
        QCOMPARE(out.value(), qint64(15 + 3'000'000 + 3 + 5 + 5 + 4 + 6)); // the file with three names counts once
        QVERIFY(::access(world.box.constData(), F_OK) != 0);
        QCOMPARE(namesIn(world.root + "/example.org"), QList<QByteArray> { "bob" });
        QCOMPARE(namesIn(world.archive), QList<QByteArray> { "alice@example.org.1" });
        QCOMPARE(pictureOf(world.archive + "/alice@example.org.1"), before);

        QVERIFY(world.run(Verb::MoveOut)); // again: nothing more to do
        const Result<qint64> back = world.run(Verb::Restore);
        QVERIFY2(back, back ? "" : qPrintable(back.error().detail));
        QCOMPARE(back.value(), out.value());
        QCOMPARE(pictureOf(world.box), before);
        QVERIFY(namesIn(world.archive).isEmpty());
        QVERIFY(world.run(Verb::Restore)); // again
        QCOMPARE(pictureOf(world.box), before);
        QCOMPARE(pictureOf(world.root + "/example.org/bob"), neighbour);
    }

    void purgeLeavesNothing_data() { columns(); }
    void purgeLeavesNothing()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, archive);
        const World world(root, archive, true);
        ::chmod((world.box + "/cur").constData(), 0500); // a folder that its owner may not write goes too
        QVERIFY(world.run(Verb::MoveOut));
        const Result<qint64> purged = world.run(Verb::Purge, {});
        QVERIFY2(purged, purged ? "" : qPrintable(purged.error().detail));
        QVERIFY(purged.value() > 3'000'000);
        QVERIFY(namesIn(world.archive).isEmpty());
        QVERIFY(world.run(Verb::Purge, {}));
        QCOMPARE(world.run(Verb::Restore).error().code, ErrorCode::NotFound);
    }

    void endedAtAnyCallItGoesOnOrBack_data() { columns(); }
    void endedAtAnyCallItGoesOnOrBack()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, archive);
        int ends = 0;
        for (int calls = 0; calls < 500; ++calls) {
            bool finished = false;
            for (const bool on : { true, false }) {
                const World world(root, archive);
                const auto before = pictureOf(world.box);
                finished = runUntil(world, Verb::MoveOut, calls);
                const Result<qint64> next = world.run(on ? Verb::MoveOut : Verb::Restore);
                QVERIFY2(next, next ? "" : qPrintable(next.error().detail));
                QCOMPARE(pictureOf(on ? world.archive + "/alice@example.org.1" : world.box), before);
                QCOMPARE(namesIn(world.archive).size(), on ? 1 : 0);
                QCOMPARE(namesIn(world.root + "/example.org").size(), on ? 1 : 2);
            }
            for (const bool on : { true, false }) {
                const World world(root, archive);
                const auto before = pictureOf(world.box);
                QVERIFY(world.run(Verb::MoveOut));
                finished = runUntil(world, Verb::Restore, calls) && finished;
                const Result<qint64> next = world.run(on ? Verb::Restore : Verb::MoveOut);
                QVERIFY2(next, next ? "" : qPrintable(next.error().detail));
                QCOMPARE(pictureOf(on ? world.box : world.archive + "/alice@example.org.1"), before);
                QCOMPARE(namesIn(world.root + "/example.org").size(), on ? 2 : 1);
                QVERIFY(world.run(Verb::Purge, {}));
                QVERIFY(namesIn(world.archive).isEmpty());
            }
            ++ends;
            if (finished)
                break;
        }
        QVERIFY2(ends > 1 && ends < 500, qPrintable(QString::number(ends)));
        qInfo("%d places to end at", ends);
    }

    void whoIsStoppedHalfWayLeavesTheMailWhole_data() { columns(); }
    void whoIsStoppedHalfWayLeavesTheMailWhole()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, archive);
        for (int calls = 0; calls < 100; ++calls) {
            const World world(root, archive, true);
            const auto before = pictureOf(world.box);
            int left = calls;
            const Result<qint64> out = world.moves->carryOut(
                { Verb::MoveOut, "alice@example.org.1", world.box }, [&left](qint64) { return left-- > 0; });
            QVERIFY(world.run(Verb::Restore));
            QCOMPARE(pictureOf(world.box), before);
            QVERIFY(namesIn(world.archive).isEmpty());
            if (out)
                return;
        }
        QFAIL("it never came to an end");
    }

    void onlyMailboxesBelowARootAreTouched_data()
    {
        QTest::addColumn<QByteArray>("path");
        for (const char *path : { "", "/", "ROOT", "ROOT/", "ROOT/.", "ROOT/example.org/../example.org/alice",
                 "ROOT/./example.org/alice", "ROOT//example.org/alice", "example.org/alice", "/etc", "/etc/ssl",
                 "ROOTx/example.org/alice", "ARCHIVE", "ARCHIVE/x", "/tmp", "ROOT/example.org/.mailhelm-x" })
            QTest::newRow(*path ? path : "nothing") << QByteArray(path);
    }
    void onlyMailboxesBelowARootAreTouched()
    {
        QFETCH(QByteArray, path);
        const World world;
        const auto before = pictureOf(world.root);
        path.replace("ROOT", world.root).replace("ARCHIVE", world.archive);
        for (const Verb verb : { Verb::MoveOut, Verb::Restore }) {
            if (verb == Verb::Restore)
                QVERIFY(world.run(Verb::MoveOut));
            const Result<qint64> result = world.run(verb, path);
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::Refused);
        }
        QVERIFY(world.run(Verb::Restore));
        QCOMPARE(pictureOf(world.root).size(), before.size());
    }

    void namesInTheArchiveArePlain()
    {
        const World world;
        for (const QByteArray &name : { QByteArray(), QByteArray(".."), QByteArray("."), QByteArray("a/b"),
                 QByteArray("../x"), QByteArray("x\ny"), QByteArray("a b"), QByteArray(201, 'a'), QByteArray("\0", 1),
                 QByteArray(".part-x"), QByteArray("\xc3\xa4") }) {
            const Result<qint64> result
                = world.moves->carryOut({ Verb::MoveOut, name, world.box }, [](qint64) { return true; });
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::Refused);
        }
    }

    void linksLeadNowhere_data() { columns(); }
    void linksLeadNowhere()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, archive);
        const World world(root, archive);
        const MailFolder outside;
        const QByteArray elsewhere = outside.path();
        makeMaildir(elsewhere + "/victim", false);
        const auto victim = pictureOf(elsewhere);
        // A mailbox that is a link, and one that lies behind a link.
        QVERIFY(::symlink((elsewhere + "/victim").constData(), (world.root + "/example.org/carol").constData()) == 0);
        QVERIFY(::symlink(elsewhere.constData(), (world.root + "/evil.org").constData()) == 0);
        for (const char *path : { "/example.org/carol", "/evil.org/victim" }) {
            const Result<qint64> result = world.run(Verb::MoveOut, world.root + path);
            QVERIFY2(!result, path);
        }
        QCOMPARE(pictureOf(elsewhere), victim);
        QVERIFY(namesIn(world.archive).isEmpty());
        // Links within a mailbox are moved, not followed; purging them removes nothing behind them.
        QVERIFY(::symlink(elsewhere.constData(), (world.box + "/.Shared").constData()) == 0);
        QVERIFY(world.run(Verb::MoveOut));
        QVERIFY(world.run(Verb::Purge, {}));
        QCOMPARE(pictureOf(elsewhere), victim);
    }

    void whoSwapsFoldersForLinksMeanwhileLeadsNobodyAway_data() { columns(); }
    void whoSwapsFoldersForLinksMeanwhileLeadsNobodyAway()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, archive);
        const MailFolder outside;
        const QByteArray elsewhere = outside.path();
        makeMaildir(elsewhere + "/victim", false);
        const auto victim = pictureOf(elsewhere + "/victim");
        for (int round = 0; round < 20; ++round) {
            const World world(root, archive);
            std::atomic_bool over = false;
            std::thread attacker([&] {
                const QByteArray aside = world.root + "/example.org/.mailhelm-alice@example.org.1";
                while (!over)
                    for (const QByteArray &box : { world.box, aside, world.archive + "/.part-alice@example.org.1" }) {
                        ::rename((box + "/cur").constData(), (box + "/was").constData());
                        (void)::symlink((elsewhere + "/victim").constData(), (box + "/cur").constData());
                        ::unlink((box + "/cur").constData());
                        ::rename((box + "/was").constData(), (box + "/cur").constData());
                    }
            });
            for (const Verb verb : { Verb::MoveOut, Verb::Restore, Verb::MoveOut, Verb::Purge })
                (void)world.run(verb, verb == Verb::Purge ? QByteArray() : world.box);
            over = true;
            attacker.join();
            QCOMPARE(pictureOf(elsewhere + "/victim"), victim);
        }
    }

    void aFolderInTheWayIsNeverReplaced_data() { columns(); }
    void aFolderInTheWayIsNeverReplaced()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, archive);
        const World world(root, archive);
        const auto before = pictureOf(world.box);
        QVERIFY(world.run(Verb::MoveOut));
        makeMaildir(world.box, false);
        writeFile(world.box + "/new/later", "of somebody else");
        const auto other = pictureOf(world.box);
        const Result<qint64> back = world.run(Verb::Restore);
        QVERIFY(!back);
        QCOMPARE(back.error().code, ErrorCode::Conflict);
        QCOMPARE(pictureOf(world.box), other);
        QCOMPARE(pictureOf(world.archive + "/alice@example.org.1"), before);
    }

    void whatIsNotThereIsSaid()
    {
        const World world;
        QCOMPARE(world.run(Verb::MoveOut, world.root + "/example.org/nobody").error().code, ErrorCode::NotFound);
        QCOMPARE(world.run(Verb::MoveOut, world.root + "/no.org/nobody").error().code, ErrorCode::NotFound);
        QCOMPARE(world.run(Verb::Restore, world.root + "/no.org/nobody").error().code, ErrorCode::NotFound);
        QVERIFY(::rmdir(world.archive.constData()) == 0);
        const Result<qint64> out = world.run(Verb::MoveOut);
        QVERIFY(!out);
        QVERIFY2(out.error().detail.contains(QStringLiteral("install -d")), qPrintable(out.error().detail));
        QVERIFY(::access(world.box.constData(), F_OK) == 0);
    }

    void foldersAboveAMailboxComeBackToo()
    {
        const World world;
        const auto before = pictureOf(world.box);
        QVERIFY(world.run(Verb::MoveOut));
        const Descriptor folder(::open(world.root.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        QVERIFY(mailtree::remove(folder.fd(), "example.org", [](qint64) { return true; }));
        const Result<qint64> back = world.run(Verb::Restore);
        QVERIFY2(back, back ? "" : qPrintable(back.error().detail));
        QCOMPARE(pictureOf(world.box), before);
    }

    void whatCannotBeCopiedIsLeftAsItWas_data() { columns(); }
    void whatCannotBeCopiedIsLeftAsItWas()
    {
        QFETCH(QByteArray, root);
        QFETCH(QByteArray, archive);
        const World world(root, archive);
        QVERIFY(::mkfifo((world.box + "/pipe").constData(), 0600) == 0);
        const Result<qint64> out = world.run(Verb::MoveOut);
        if (out)
            QSKIP("renamed: nothing had to be copied");
        QVERIFY2(out.error().detail.contains(QStringLiteral("pipe")), qPrintable(out.error().detail));
        QVERIFY(world.run(Verb::Restore));
        QVERIFY(::access((world.box + "/pipe").constData(), F_OK) == 0);
        QVERIFY(namesIn(world.archive).isEmpty());
    }

    void anotherOwnersMailIsNotCopiedAsOnesOwn()
    {
        if (::geteuid() != 0)
            QSKIP("needs root, to be somebody else");
        const World world("/tmp", "/dev/shm");
        constexpr uid_t Nobody = 65534;
        for (const QByteArray &path : { world.root, world.root + "/example.org", world.archive, world.box })
            QVERIFY(::chown(path.constData(), Nobody, Nobody) == 0);
        for (const char *folder :
            { "/cur", "/new", "/tmp", "/sieve", "/empty", "/.Entw&APw-rfe", "/.Entw&APw-rfe/cur" })
            QVERIFY(::chown((world.box + folder).constData(), Nobody, Nobody) == 0);
        ::chmod((world.box + "/cur/1601.M1P2.mail:2,S").constData(), 0644); // readable, but root's
        const auto before = pictureOf(world.box);
        const pid_t child = ::fork();
        if (child == 0) {
            if (::setgid(Nobody) != 0 || ::setuid(Nobody) != 0)
                ::_exit(3);
            const Result<qint64> out = world.run(Verb::MoveOut);
            if (out)
                ::_exit(4);
            ::_exit(world.run(Verb::Restore) ? 0 : 5);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QCOMPARE(WEXITSTATUS(status), 0);
        QCOMPARE(pictureOf(world.box), before);
    }

    void settingsAreReadAsTheyAreMeant()
    {
        const Result<MailSettings> good
            = MailSettings::parse("# mail\nroot = /var/vmail\n root=/srv/mail # more\narchive = /srv/archive\n", "f");
        QVERIFY(good);
        QCOMPARE(good.value().roots, (QList<QByteArray> { "/var/vmail", "/srv/mail" }));
        QCOMPARE(good.value().archive, QByteArray("/srv/archive"));
        QCOMPARE(good.value().agent, QByteArray("mailhelm"));
        for (const char *wrong : { "", "root = /var/vmail\n", "archive = /a\n", "root = var\narchive = /a\n",
                 "root = /\narchive = /a\n", "root = /v/../x\narchive = /a\n", "root = /v\narchive = /a\nshell = /b\n",
                 "root = /v\narchive = /a\narchive = /b\n", "root = /a/v\narchive = /a\n",
                 "root = /v\narchive = /a\nagent =\n", "root /v\narchive = /a\n" })
            QVERIFY2(!MailSettings::parse(wrong, "f"), wrong);
        const Result<MailSettings> bad = MailSettings::parse("\nroot = x\n", "/etc/mailhelm/mail.conf");
        QVERIFY(bad.error().detail.contains(QStringLiteral("/etc/mailhelm/mail.conf, line 2")));
        const MailFolder folder;
        const QByteArray file = folder.path() + "/mail.conf";
        writeFile(file, "root = /v\narchive = /a\n", 0666);
        QCOMPARE(MailSettings::read(file).error().code, ErrorCode::PermissionDenied);
        ::chmod(file.constData(), 0644);
        QVERIFY(MailSettings::read(file));
    }

    void messagesSurviveTheWireAndNothingElseDoes()
    {
        const Request request { Verb::Restore, "a.1", QByteArray("/v/\xff\n", 5) };
        const mailwire::Answer answer { mailwire::Answer::Code::Conflict, -5, "why" };
        const mailwire::Greeting greeting { 1, {}, "/a", { "/v", "/w" } };
        const mailwire::Greeting refusal { 1, "not you", {}, {} };
        QCOMPARE(mailwire::decodeRequest(mailwire::encode(request).mid(4)).value(), request);
        QCOMPARE(mailwire::decodeAnswer(mailwire::encode(answer).mid(4)).value(), answer);
        QCOMPARE(mailwire::decodeGreeting(mailwire::encode(greeting).mid(4)).value(), greeting);
        QCOMPARE(mailwire::decodeGreeting(mailwire::encode(refusal).mid(4)).value(), refusal);
        const QByteArray bytes = mailwire::encode(request).mid(4);
        for (qsizetype i = 0; i < bytes.size(); ++i) {
            QVERIFY(!mailwire::decodeRequest(bytes.first(i)));
            for (int flip = 0; flip < 256; ++flip) {
                QByteArray changed = bytes;
                changed[i] = char(flip);
                (void)mailwire::decodeRequest(changed);
                (void)mailwire::decodeAnswer(changed);
                (void)mailwire::decodeGreeting(changed);
            }
        }
        QVERIFY(!mailwire::decodeRequest(bytes + bytes));
        QVERIFY(
            !mailwire::decodeRequest(mailwire::encode(Request { Verb::MoveOut, "a", QByteArray(5000, '/') }).mid(4)));
    }
};

QTEST_GUILESS_MAIN(TestMailMoves)
#include "tst_mailmoves.moc"
