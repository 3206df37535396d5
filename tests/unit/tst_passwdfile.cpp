// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/maillocation.h"
#include "core/agent/sources/passwdfile.h"
#include "core/agent/sources/passwdlines.h"
#include "core/agent/sources/replacefile.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace mailhelm;

namespace
{

const QByteArray Text = "# people\n"
                        "anna@x.test:{PLAIN}a:1000:1000::/var/vmail/x.test/anna::userdb_quota_rule=*:storage=100M\n"
                        "\n"
                        "# the boss\n"
                        "bob@x.test:{PLAIN}b\n"
                        "carl@x.test:{PLAIN}c:1000:1000::/var/vmail/x.test/carl::\n";

AccountState stateOf(const QByteArray &text, const QByteArray &user)
{
    for (const Account &account : passwdlines::list(text).accounts)
        if (account.user == user)
            return *account.state;
    qFatal("no %s", user.constData());
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
}

bool write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

} // namespace

/// Accounts in a Dovecot passwd-file: what is not the account's own stays byte for byte.
class TestPasswdFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesBecomeAccounts();
    void everyStateAndBack();
    void blockingAShortLineFillsItsFields();
    void nologinAloneIsNotEnough();
    void anEditOfOneLineLeavesTheOthers();
    void aStateTakenBackIsByteEqual();
    void deletedAndRestoredIsByteEqual();
    void randomDeletionsRestoreByteEqual();
    void aTakenNameIsNotRestored();
    void aLineChangedMeanwhileIsNotDeleted();
    void hostileNamesAreLeftOut();
    void theFileKeepsModeAndLinks();
    void anEditMeanwhileIsNeverLost();
    void whoCannotWriteSaysSo();
    void theSourceTellsAndChanges();
    void aFileThatIsNotThereIsDown();
    void mailLiesWhere_data();
    void mailLiesWhere();
};

void TestPasswdFile::linesBecomeAccounts()
{
    const passwdlines::Listing listing = passwdlines::list(Text);
    QCOMPARE(listing.leftOut, 0);
    QCOMPARE(listing.accounts.size(), 3);
    QCOMPARE(listing.accounts[0].user, QByteArray("anna@x.test"));
    QCOMPARE(listing.accounts[0].state, std::optional(AccountState::Active));
    QCOMPARE(listing.accounts[0].quotaBytes, std::optional<qint64>(100 << 20));
    QCOMPARE(listing.accounts[1].quotaBytes, std::optional<qint64>());
    QCOMPARE(listing.accounts[1].created, 0);
    QVERIFY(!listing.accounts[1].domainAdmin);
    QCOMPARE(stateOf("a:b:::::: nologin reason=Ask", "a"), AccountState::Blocked);
    QCOMPARE(stateOf("a:b::::::nologin=y", "a"), AccountState::Blocked);
    QCOMPARE(stateOf("a:b::::::fail=y", "a"), AccountState::Blocked);
    QCOMPARE(stateOf("a:b::::::user_nologin=y failure=1", "a"), AccountState::Active);
    QCOMPARE(stateOf("#mailhelm-disabled:a:b", "a"), AccountState::Disabled);
}

void TestPasswdFile::everyStateAndBack()
{
    using S = AccountState;
    for (const QByteArray user : { "anna@x.test", "bob@x.test", "carl@x.test" }) {
        QByteArray text = Text;
        for (const S state : { S::Blocked, S::Blocked, S::Disabled, S::Disabled, S::Active, S::Active, S::Disabled,
                 S::Blocked, S::Active }) {
            const Result<QByteArray> next = passwdlines::withState(text, user, state);
            QVERIFY(next.ok());
            text = next.value();
            QCOMPARE(stateOf(text, user), state);
            QCOMPARE(passwdlines::list(text).accounts.size(), 3);
        }
        // A line of all eight fields is as it was.
        if (user != "bob@x.test")
            QCOMPARE(text, Text);
    }
    QCOMPARE(passwdlines::withState(Text, "dora@x.test", S::Active).error().code, ErrorCode::NotFound);
    QCOMPARE(passwdlines::withState(Text, "# people", S::Active).error().code, ErrorCode::NotFound);
}

void TestPasswdFile::blockingAShortLineFillsItsFields()
{
    const QByteArray blocked = passwdlines::withState("bob:{PLAIN}b\r\n", "bob", AccountState::Blocked).value();
    QCOMPARE(blocked, QByteArray("bob:{PLAIN}b::::::fail=y\r\n"));
    QCOMPARE(
        passwdlines::withState(blocked, "bob", AccountState::Active).value(), QByteArray("bob:{PLAIN}b::::::\r\n"));
    QCOMPARE(passwdlines::withState("a:b::::::x=1 y=2", "a", AccountState::Blocked).value(),
        QByteArray("a:b::::::x=1 y=2 fail=y"));
}

void TestPasswdFile::nologinAloneIsNotEnough()
{
    // Dovecot's auth answers SMTP clients with "OK … nologin" and leaves the rest to them.
    const QByteArray blocked = passwdlines::withState("a:b::::::nologin", "a", AccountState::Blocked).value();
    QCOMPARE(blocked, QByteArray("a:b::::::nologin fail=y"));
    QCOMPARE(passwdlines::withState(blocked, "a", AccountState::Active).value(), QByteArray("a:b::::::"));
}

void TestPasswdFile::anEditOfOneLineLeavesTheOthers()
{
    const QByteArray text = passwdlines::withState(Text, "bob@x.test", AccountState::Disabled).value();
    QByteArray expected = Text;
    expected.replace("bob@x.test:", "#mailhelm-disabled:bob@x.test:");
    QCOMPARE(text, expected);
}

void TestPasswdFile::aStateTakenBackIsByteEqual()
{
    // Written by hand: blocking and enabling by itself would write these lines in another way.
    const QByteArray text = "# users\nanna@x.test:{PLAIN}a:::::: nologin  fail=x \nbob@x.test:{PLAIN}b\n";
    for (const QByteArray &user : { QByteArray("anna@x.test"), QByteArray("bob@x.test") }) {
        const AccountRows rows = passwdlines::read(text, user, "users").value();
        for (const AccountState state : { AccountState::Disabled, AccountState::Blocked, AccountState::Active }) {
            const QByteArray changed = passwdlines::withState(text, user, state).value();
            QCOMPARE(passwdlines::reverted(changed, rows, AccountState::Blocked).value(), text);
        }
        QCOMPARE(passwdlines::reverted(text, rows, AccountState::Active).value(), text);
    }
    // A password that was changed meanwhile stays; the state is as it was.
    const AccountRows rows = passwdlines::read(text, "bob@x.test", "users").value();
    QByteArray other = passwdlines::withState(text, "bob@x.test", AccountState::Disabled).value();
    other.replace("{PLAIN}b", "{PLAIN}new");
    const QByteArray back = passwdlines::reverted(other, rows, AccountState::Active).value();
    QVERIFY2(back.contains("\nbob@x.test:{PLAIN}new"), back.constData());
    QCOMPARE(passwdlines::reverted("# nobody\n", rows, AccountState::Active).error().code, ErrorCode::NotFound);
}

void TestPasswdFile::deletedAndRestoredIsByteEqual()
{
    for (const QByteArray user : { "anna@x.test", "bob@x.test", "carl@x.test" }) {
        for (const QByteArray &text : { Text, Text.chopped(1), "x:y\n" + Text }) {
            const AccountRows rows = passwdlines::read(text, user, "/f").value();
            const QByteArray without = passwdlines::without(text, rows).value();
            QVERIFY(without.size() < text.size());
            QCOMPARE(passwdlines::without(without, rows).value(), without); // done already
            const QByteArray restored = passwdlines::with(without, rows).value();
            QCOMPARE(restored, text);
            QCOMPARE(passwdlines::with(restored, rows).value(), text);
        }
    }
    QCOMPARE(passwdlines::read(Text, "anna@x.test", "/f").value().mail, QByteArray("/var/vmail/x.test/anna"));
    QCOMPARE(passwdlines::read(Text, "carl@x.test", "/f").value().mail, QByteArray("/var/vmail/x.test/carl"));
}

void TestPasswdFile::randomDeletionsRestoreByteEqual()
{
    QRandomGenerator random(7);
    for (int round = 0; round < 300; ++round) {
        QByteArrayList lines;
        QByteArrayList usersThere;
        for (int i = random.bounded(12); i >= 0; --i) {
            switch (random.bounded(4)) {
            case 0:
                lines.append("# a comment, " + QByteArray::number(i));
                break;
            case 1:
                lines.append(QByteArray());
                break;
            default:
                usersThere.append("u" + QByteArray::number(i) + "@x.test");
                lines.append((random.bounded(3) ? "" : "#mailhelm-disabled:") + usersThere.last() + ":pw");
            }
        }
        if (usersThere.isEmpty())
            continue;
        const QByteArray text = lines.join('\n') + (random.bounded(2) ? "\n" : "");
        // Several at once, put back in the opposite order.
        QList<AccountRows> taken;
        QByteArray now = text;
        for (int i = 0; i < 3 && !usersThere.isEmpty(); ++i) {
            const QByteArray user = usersThere.takeAt(random.bounded(int(usersThere.size())));
            taken.append(passwdlines::read(now, user, "/f").value());
            now = passwdlines::without(now, taken.last()).value();
        }
        while (!taken.isEmpty())
            now = passwdlines::with(now, taken.takeLast()).value();
        QCOMPARE(now, text);
    }
}

void TestPasswdFile::aTakenNameIsNotRestored()
{
    const AccountRows rows = passwdlines::read(Text, "bob@x.test", "/f").value();
    const QByteArray without = passwdlines::without(Text, rows).value();
    for (const QByteArray line : { "bob@x.test:{PLAIN}other\n", "#mailhelm-disabled:bob@x.test:{PLAIN}other\n" }) {
        const Result<QByteArray> refused = passwdlines::with(without + line, rows);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QVERIFY(refused.error().detail.contains(QLatin1String("passwd-file")));
    }
}

void TestPasswdFile::aLineChangedMeanwhileIsNotDeleted()
{
    const AccountRows rows = passwdlines::read(Text, "bob@x.test", "/f").value();
    QByteArray other = Text;
    other.replace("{PLAIN}b\n", "{PLAIN}new\n");
    QCOMPARE(passwdlines::without(other, rows).error().code, ErrorCode::Conflict);
    // Being disabled meanwhile is part of being deleted.
    const QByteArray disabled = passwdlines::withState(Text, "bob@x.test", AccountState::Disabled).value();
    QVERIFY(passwdlines::without(disabled, rows).ok());
}

void TestPasswdFile::hostileNamesAreLeftOut()
{
    const QByteArray text = QByteArray(10'000, 'a') + "@x:pw\n" + "\xff\xfe@x:pw\n" + QByteArray("nul\0l@x:pw\n", 11)
        + "good@x:pw\n:no name\n";
    const passwdlines::Listing listing = passwdlines::list(text);
    QCOMPARE(listing.accounts.size(), 1);
    QCOMPARE(listing.leftOut, 3);
    const QByteArray changed = passwdlines::withState(text, "good@x", AccountState::Disabled).value();
    QCOMPARE(changed.size(), text.size() + passwdlines::DisabledMark.size());
}

void TestPasswdFile::theFileKeepsModeAndLinks()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("users"));
    const QString link = folder.filePath(QStringLiteral("link"));
    QVERIFY(write(file, Text));
    const QByteArray path = QFile::encodeName(file);
    QCOMPARE(::chmod(path.constData(), 0640), 0);
    if (::geteuid() == 0)
        QCOMPARE(::chown(path.constData(), 65534, 65534), 0);
    QVERIFY(QFile::link(file, link));
    const Result<void> edited = editWholeFile(
        QFile::encodeName(link), [](const QByteArray &text) { return Result<QByteArray>(text + "x:y\n"); });
    QVERIFY2(edited.ok(), edited ? "" : qPrintable(edited.error().detail));
    QCOMPARE(contentOf(file), Text + "x:y\n");
    struct stat status {
    };
    QCOMPARE(::stat(path.constData(), &status), 0);
    QCOMPARE(status.st_mode & 07777, mode_t(0640));
    if (::geteuid() == 0) {
        QCOMPARE(status.st_uid, uid_t(65534));
        QCOMPARE(status.st_gid, gid_t(65534));
    }
    QVERIFY(QFileInfo(link).isSymLink());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 2); // nothing is left over
}

void TestPasswdFile::anEditMeanwhileIsNeverLost()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("users"));
    QVERIFY(write(file, Text));
    // Somebody adds a line each time between our reading and our writing, twice: in place, and by a new file.
    int asked = 0;
    const Result<void> edited
        = editWholeFile(QFile::encodeName(file), [&](const QByteArray &text) -> Result<QByteArray> {
              if (++asked == 1) {
                  write(file, text + "in-place:pw\n");
              } else if (asked == 2) {
                  write(file + QStringLiteral(".new"), text + "renamed:pw\n");
                  ::rename(QFile::encodeName(file + QStringLiteral(".new")).constData(),
                      QFile::encodeName(file).constData());
              }
              return text + "ours:pw\n";
          });
    QVERIFY2(edited.ok(), edited ? "" : qPrintable(edited.error().detail));
    QCOMPARE(asked, 3);
    QCOMPARE(contentOf(file), Text + "in-place:pw\nrenamed:pw\nours:pw\n");
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);

    // Somebody who never stops is not waited for.
    const Result<void> never
        = editWholeFile(QFile::encodeName(file), [&](const QByteArray &text) -> Result<QByteArray> {
              write(file, text + "#\n");
              return text + "ours again:pw\n";
          });
    QVERIFY(!never);
    QCOMPARE(never.error().code, ErrorCode::Conflict);
    QVERIFY(contentOf(file).endsWith("#\n"));
}

void TestPasswdFile::whoCannotWriteSaysSo()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("users"));
    QVERIFY(write(file, Text));
    QCOMPARE(editRefusal(QFile::encodeName(file)), QByteArray());
    QVERIFY(!editRefusal(QFile::encodeName(file + QStringLiteral(".none"))).isEmpty());
    if (::geteuid() != 0)
        QSKIP("Needs root: what another user may not do.");
    QCOMPARE(::chmod(QFile::encodeName(folder.path()).constData(), 0755), 0);
    QCOMPARE(::seteuid(65534), 0);
    const QByteArray refusal = editRefusal(QFile::encodeName(file));
    const Result<void> edited
        = editWholeFile(QFile::encodeName(file), [](const QByteArray &text) { return Result<QByteArray>(text + "x"); });
    QCOMPARE(::seteuid(0), 0);
    QVERIFY2(refusal.contains("To mend it: "), refusal.constData());
    QVERIFY(!edited);
    QCOMPARE(contentOf(file), Text);
}

void TestPasswdFile::theSourceTellsAndChanges()
{
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("users"));
    QVERIFY(write(file, Text));
    ManualClock clock;
    PasswdFile source({ QFile::encodeName(file), "/srv/%d/%n", {} }, clock);
    QList<AccountScan> scans;
    connect(&source, &AccountSource::scanned, this, [&](const AccountScan &scan) { scans.append(scan); });
    source.start();
    QTRY_COMPARE(scans.size(), 1);
    QCOMPARE(scans.last().accounts.size(), 3);
    QCOMPARE(source.stateRefusal(AccountState::Blocked), QByteArray());
    QCOMPARE(source.changeRefusal(), QByteArray());

    std::optional<Result<void>> done;
    source.setState("bob@x.test", AccountState::Blocked, [&](const Result<void> &result) { done = result; });
    QTRY_VERIFY(done);
    QVERIFY(done->ok());
    QTRY_COMPARE(scans.size(), 2); // and looks again
    QCOMPARE(scans.last().accounts[1].state, std::optional(AccountState::Blocked));

    std::optional<Result<AccountRows>> rows;
    source.read("bob@x.test", [&](const Result<AccountRows> &result) { rows = result; });
    QTRY_VERIFY(rows);
    QVERIFY(rows->ok());
    QCOMPARE(rows->value().mail, QByteArray("/srv/x.test/bob"));
    const QByteArray before = contentOf(file);
    done.reset();
    source.remove(rows->value(), [&](const Result<void> &result) { done = result; });
    QTRY_VERIFY(done);
    QVERIFY(done->ok());
    QVERIFY(!contentOf(file).contains("bob@x.test"));
    done.reset();
    source.restore(rows->value(), [&](const Result<void> &result) { done = result; });
    QTRY_VERIFY(done);
    QVERIFY(done->ok());
    QCOMPARE(contentOf(file), before);
}

void TestPasswdFile::aFileThatIsNotThereIsDown()
{
    ManualClock clock;
    PasswdFile source({ "/nonexistent/users", {}, {} }, clock);
    std::optional<SourceStatus> status;
    connect(&source, &AccountSource::statusChanged, this, [&](const SourceStatus &told) { status = told; });
    bool looked = false;
    source.look([&] { looked = true; });
    QTRY_VERIFY(looked);
    QVERIFY(status);
    QCOMPARE(status->state, SourceStatus::State::Down);
    QVERIFY(status->detail.contains("/nonexistent/users"));
    QVERIFY(!status->mend.isEmpty());
}

void TestPasswdFile::mailLiesWhere_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("known");
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QList<QByteArray>>("roots");
    QTest::addColumn<QByteArray>("path");
    using B = QByteArray;
    using L = QList<QByteArray>;
    QTest::newRow("nothing") << B("a@x") << B() << B() << L { "/v" } << B();
    QTest::newRow("absolute") << B("a@x") << B("/v/x/a/") << B() << L() << B("/v/x/a");
    QTest::newRow("below the root") << B("a@x") << B("x/a/") << B() << L { "/v" } << B("/v/x/a");
    QTest::newRow("two roots") << B("a@x") << B("x/a/") << B() << L { "/v", "/w" } << B();
    QTest::newRow("dovecot's location") << B("a@x") << B("maildir:/v/a/Maildir:LAYOUT=fs") << B() << L()
                                        << B("/v/a/Maildir");
    QTest::newRow("pattern") << B("a.b@x.org") << B("x/a") << B("/srv/%d/%n/%%") << L { "/v" } << B("/srv/x.org/a.b/%");
    QTest::newRow("pattern of the address") << B("a@x.org") << B() << B("/mail/%u") << L() << B("/mail/a@x.org");
    QTest::newRow("pattern of the database's") << B("a@x") << B("x/a/") << B("/srv/%m") << L() << B("/srv/x/a");
    QTest::newRow("pattern without domain") << B("a") << B() << B("/srv/%d/%n") << L() << B();
    QTest::newRow("unknown letter") << B("a@x") << B() << B("/srv/%h") << L() << B();
    QTest::newRow("up") << B("a@x") << B("/v/../etc") << B() << L() << B();
    QTest::newRow("up by name") << B("..@x") << B() << B("/srv/%d/%n") << L() << B();
    QTest::newRow("slash in name") << B("a/b@x") << B() << B("/srv/%d/%n") << L() << B();
    QTest::newRow("slash in domain") << B("a@../..") << B() << B("/srv/%d/%n") << L() << B();
    QTest::newRow("nul") << B("a\0b@x", 5) << B() << B("/srv/%d/%n") << L() << B();
}

void TestPasswdFile::mailLiesWhere()
{
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, known);
    QFETCH(QByteArray, pattern);
    QFETCH(QList<QByteArray>, roots);
    QTEST(mailLocation(user, known, pattern, roots), "path");
}

QTEST_GUILESS_MAIN(TestPasswdFile)
#include "tst_passwdfile.moc"
