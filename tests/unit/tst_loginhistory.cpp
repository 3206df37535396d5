// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/latestlogins.h"
#include "core/agent/sources/logblocks.h"
#include "core/agent/sources/loginhistory.h"
#include "core/agent/sources/loginscan.h"

#include <QDateTime>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <map>
#include <random>
#include <sys/stat.h>
#include <zlib.h>

using namespace mailhelm;

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qint64 Hour = 3600 * Second;
constexpr qint64 Day = 24 * Hour;
constexpr qint64 Now = 1'795'305'600 * Second; // 2026-11-22 00:00 UTC

QByteArray stamp(qint64 us)
{
    return QLocale::c()
        .toString(QDateTime::fromMSecsSinceEpoch(us / 1000, Qt::UTC), QStringLiteral("MMM dd HH:mm:ss"))
        .toLatin1();
}

QByteArray rfc(qint64 us)
{
    return QDateTime::fromMSecsSinceEpoch(us / 1000, Qt::UTC).toString(Qt::ISODate).toLatin1();
}

QByteArray dovecotLogin(qint64 at, const QByteArray &user, const char *service = "imap", const char *from = "192.0.2.1")
{
    return stamp(at) + " mx dovecot: " + service + "-login: Login: user=<" + user + ">, method=PLAIN, rip=" + from
        + ", lip=10.0.0.1, mpid=12, TLS, session=<abc>\n";
}

QByteArray postfixLogin(qint64 at, const QByteArray &user, const char *from = "192.0.2.2")
{
    return stamp(at) + " mx postfix/submission/smtpd[77]: 4A1B2C: client=x[" + from
        + "], sasl_method=PLAIN, sasl_username=" + user + "\n";
}

QByteArray noise(qint64 at)
{
    return stamp(at) + " mx postfix/qmgr[5]: 4A1B2C: from=<a@b>, size=1, nrcpt=1 (queue active)\n";
}

QByteArray gzipped(const QByteArray &plain)
{
    z_stream stream {};
    deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    QByteArray out(qsizetype(deflateBound(&stream, uLong(plain.size()))) + 64, Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.constData()));
    stream.avail_in = uInt(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    deflate(&stream, Z_FINISH);
    out.truncate(out.size() - qsizetype(stream.avail_out));
    deflateEnd(&stream);
    return out;
}

QByteArray allBlocks(LogBlocks &blocks)
{
    QByteArray all;
    for (QByteArrayView block = blocks.next(); !block.isEmpty(); block = blocks.next())
        blocks.isBackward() ? all.prepend(block.data(), block.size()) : all.append(block.data(), block.size());
    return all;
}

using Logins = std::map<std::pair<QByteArray, QByteArray>, LoginEvidence>;

void merge(Logins &into, const LoginEvidence &login)
{
    LoginEvidence &known = into[{ login.user, login.service }];
    if (login.time > known.time)
        known = login;
}

/// A mail host's log and its rotated files.
struct Host {
    QTemporaryDir folder;
    ManualClock clock { Now };
    LoginHistory::Settings settings = makeSettings();
    Logins logins;
    std::map<QByteArray, qint64> covered;
    WatchedSpans read;
    SourceStatus status;

    static LoginHistory::Settings makeSettings()
    {
        LoginHistory::Settings made;
        made.wanted.zone = QTimeZone::utc();
        made.readBackUs = 400 * Day;
        return made;
    }
    [[nodiscard]] QByteArray path(const char *name = "mail.log") const
    {
        return QFile::encodeName(folder.filePath(QString::fromLatin1(name)));
    }
    void write(const char *name, const QByteArray &bytes, qint64 modified) const
    {
        QFile file(QFile::decodeName(path(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        const timespec times[2] = { { modified / Second, 0 }, { modified / Second, 0 } };
        QCOMPARE(::utimensat(AT_FDCWD, path(name).constData(), times, 0), 0);
    }
    /// Reads all that is not known, as the agent would.
    void run(const QList<HistoryLog> &logs)
    {
        LoginHistory history(settings, clock);
        QObject::connect(&history, &LoginHistory::found, &history, [this](const QList<LoginEvidence> &found) {
            for (const LoginEvidence &login : found)
                merge(logins, login);
        });
        QObject::connect(&history, &LoginHistory::covered, &history,
            [this](const QByteArray &source, qint64 from, qint64) { covered[source] = from; });
        QObject::connect(&history, &LoginHistory::fileDone, &history,
            [this](const QByteArray &, qint64 from, qint64 to) { read.add(from, to); });
        QObject::connect(
            &history, &LoginHistory::statusChanged, &history, [this](const SourceStatus &now) { status = now; });
        QSignalSpy finished(&history, &LoginHistory::finished);
        history.start(logs);
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 60'000);
    }
    void run() { run({ HistoryLog { path(), { "dovecot", "postfix" }, {}, read } }); }
    [[nodiscard]] qint64 time(const char *user, const char *service) const
    {
        const auto found = logins.find({ user, service });
        return found == logins.end() ? 0 : found->second.time;
    }
};

} // namespace

class TestLoginHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void blocksAreWholeLines_data();
    void blocksAreWholeLines();
    void damagedArchivesSaySo();
    void theScanFindsWhatParsingEveryLineFinds_data();
    void theScanFindsWhatParsingEveryLineFinds();
    void usersAreToldApartAsInAMap();
    void hostileNamesHideNobodysLogin();
    void rotatedAndCompressedLogsAreRead();
    void yearsAreInferredBackwards();
    void equalFileTimesGoByNumber();
    void aHoleEndsWhatIsCovered();
    void aMissingNumberEndsWhatIsCovered();
    void whatCannotBeReadIsSaid();
    void whatWasReadIsNotReadAgain();
    void aSourceIsCoveredWhenAllItsLogsAre();
    void onlyAsFarAsAskedFor();
    void webmailsLoginsStayApart();
    void itStopsWhenItIsToldTo();
};

void TestLoginHistory::blocksAreWholeLines_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("lines"); // what is to come of it
    const QByteArray line = QByteArray(100, 'x') + '\n';
    const QByteArray huge = QByteArray(LogBlocks::BlockBytes * 3 + 5, 'y') + '\n';
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("one line") << line << line;
    QTest::newRow("no newline yet") << line + "begun" << line;
    QTest::newRow("never a newline") << QByteArray("begun") << QByteArray();
    QTest::newRow("several blocks") << line.repeated(50'000) << line.repeated(50'000);
    QTest::newRow("exactly a block") << QByteArray(LogBlocks::BlockBytes - 1, 'z') + '\n'
                                     << QByteArray(LogBlocks::BlockBytes - 1, 'z') + '\n';
    QTest::newRow("a line longer than a block") << line + huge + line << line + line;
}

void TestLoginHistory::blocksAreWholeLines()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, lines);
    QTemporaryDir folder;
    for (const bool gzip : { false, true }) {
        QFile file(folder.filePath(QStringLiteral("log")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        // Two members, as log rotation that appends makes them.
        file.write(gzip ? gzipped(text.left(text.size() / 3)) + gzipped(text.mid(text.size() / 3)) : text);
        file.close();
        const auto blocks = LogBlocks::open(::open(QFile::encodeName(file.fileName()).constData(), O_RDONLY), gzip);
        QVERIFY(text.startsWith(blocks->head().left(1000)));
        QByteArray all = allBlocks(*blocks);
        QCOMPARE(blocks->error(), QByteArray());
        if (QTest::currentDataTag() == QByteArray("a line longer than a block")) {
            // Its rest may be left over as a line of its own, which has no stamp.
            QVERIFY(all.startsWith(lines.first(101)));
            QVERIFY(all.endsWith(lines.first(101)));
        } else {
            QCOMPARE(all, lines);
        }
    }
}

void TestLoginHistory::damagedArchivesSaySo()
{
    QTemporaryDir folder;
    std::mt19937 random(4);
    QByteArray text;
    for (int i = 0; i < 20'000; ++i)
        text += noise(Now - i * Second) + QByteArray::number(random()) + '\n';
    const QByteArray whole = gzipped(text);
    const auto read = [&](const QByteArray &bytes, QByteArray &all) {
        QFile file(folder.filePath(QStringLiteral("log")));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            return QByteArray("test");
        file.close();
        const auto blocks = LogBlocks::open(::open(QFile::encodeName(file.fileName()).constData(), O_RDONLY), true);
        all = allBlocks(*blocks);
        return blocks->error();
    };
    QByteArray all;
    QCOMPARE(read(whole, all), QByteArray());
    QCOMPARE(all, text);
    QCOMPARE(read(whole + QByteArray(512, '\0'), all), QByteArray()); // padded, as tapes do
    QCOMPARE(all, text);
    QCOMPARE(read(whole.left(whole.size() / 2), all), QByteArray("it is cut off"));
    QVERIFY(text.startsWith(all));
    QVERIFY(all.size() > text.size() / 4);
    QByteArray flipped = whole;
    for (qsizetype at = flipped.size() / 2; at < flipped.size() / 2 + 60; ++at)
        flipped[at] = char(~flipped[at]);
    QCOMPARE(read(flipped, all), QByteArray("it is damaged"));
    QCOMPARE(read("this is no archive", all), QByteArray("it is damaged"));
    QCOMPARE(all, QByteArray());
}

void TestLoginHistory::theScanFindsWhatParsingEveryLineFinds_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 20; ++seed)
        QTest::newRow(QByteArray::number(seed).constData()) << seed;
}

void TestLoginHistory::theScanFindsWhatParsingEveryLineFinds()
{
    QFETCH(int, seed);
    std::mt19937 random { unsigned(seed) };
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    LoginScan::Wanted wanted;
    wanted.dovecot = below(4) != 0;
    wanted.postfix = below(4) != 0 || !wanted.dovecot;
    wanted.zone = QTimeZone::utc();
    wanted.rules.masterUsers = { "master" };
    QByteArrayList lines;
    qint64 at = Now - 30 * Day;
    const auto anyStamp = [&] {
        switch (below(5)) {
        case 0:
            return rfc(at);
        case 1:
            return "<22>" + stamp(at);
        case 2:
            return rfc(at).chopped(1) + ".123456+00:00";
        case 3:
            return rfc(at).replace('T', ' ').chopped(1);
        default:
            return stamp(at);
        }
    };
    for (int i = 0; i < 20'000; ++i) {
        at += below(120) * Second;
        const QByteArray user = "user" + QByteArray::number(below(60)) + "@x.example";
        const QByteArrayList kinds { "imap-login: Login: user=<%1>, method=PLAIN, rip=192.0.2.%2, x=1",
            "imap-login: Info: Login: user=<%1>, method=PLAIN, rip=192.0.2.%2, session=<q>",
            "pop3-login: Logged in: user=<%1>, method=PLAIN, rip=192.0.2.%2, session=<q>",
            "managesieve-login: Info: Login: method=PLAIN, user=<%1>, rip=192.0.2.%2",
            "submission-login: Info: Login: user=<%1>, rip=192.0.2.%2, auth_user=<master>",
            "imap-login: Info: Disconnected: Aborted (auth failed, 1 attempts): user=<%1>, rip=192.0.2.%2",
            "imap(%1)<12><q>: Info: Disconnected: Logged out in=1 out=2",
            "stats: Info: {\"event\":\"auth_request_finished\",\"fields\":{\"success\":\"yes\",\"service\":\"smtp\","
            "\"user\":\"%1\",\"remote_ip\":\"192.0.2.%2\"}}",
            "lmtp(%1)<12><q>: Info: saved mail to INBOX" };
        const QByteArray rest
            = QByteArray(kinds.at(below(9))).replace("%1", user).replace("%2", QByteArray::number(below(4) + 1));
        switch (below(6)) {
        case 0:
            lines.append(anyStamp() + ' ' + rest + '\n');
            break;
        case 1:
        case 2:
            lines.append(anyStamp() + " mx dovecot: " + QByteArray(rest).replace(": Info:", ":") + '\n');
            break;
        case 3:
            lines.append(anyStamp() + " mx postfix/smtpd[9]: 4A1B: client=x[192.0.2." + QByteArray::number(below(4) + 1)
                + (below(3) ? "], sasl_method=PLAIN, sasl_username=" + user : QByteArray("]")) + '\n');
            break;
        case 4:
            lines.append(noise(at));
            break;
        default:
            lines.append(QByteArrayList { "", "x", "Nov 22", "no stamp at all, but Login: user=<user1@x.example>",
                             anyStamp() + " mx", anyStamp() + "  dovecot: imap-login: Login: user=<>" }
                             .at(below(6))
                + '\n');
            break;
        }
    }
    Logins naive;
    StampReader stamps(at, wanted.zone);
    for (const QByteArray &each : std::as_const(lines)) {
        std::optional<LogLine> line = frameLine(QByteArrayView(each).chopped(1), stamps);
        if (!line)
            continue;
        std::optional<LoginEvidence> login;
        if (isSmtpd(line->program))
            login = wanted.postfix ? loginOf(parsePostfixLine(*line), *line) : std::nullopt;
        else if (wanted.dovecot && unwrapDovecot(*line, {}))
            login = loginOf(parseDovecotLine(*line), *line, wanted.rules);
        if (login)
            merge(naive, *login);
    }
    QVERIFY(!naive.empty());
    // In blocks of any size, forward and backward.
    for (const bool backward : { false, true }) {
        LoginScan scan;
        scan.beginFile(wanted, at);
        QByteArrayList blocks;
        for (qsizetype from = 0; from < lines.size();) {
            const qsizetype count = std::min<qsizetype>(1 + below(3000), lines.size() - from);
            blocks.append(lines.mid(from, count).join());
            from += count;
        }
        if (backward)
            std::reverse(blocks.begin(), blocks.end());
        Logins found;
        for (const QByteArray &block : std::as_const(blocks)) {
            scan.scan(block);
            if (below(3) == 0)
                for (const LoginEvidence &login : scan.take())
                    merge(found, login);
        }
        for (const LoginEvidence &login : scan.take())
            merge(found, login);
        QCOMPARE(found.size(), naive.size());
        for (const auto &[key, login] : naive) {
            QVERIFY2(found.contains(key), (key.first + ' ' + key.second).constData());
            QCOMPARE(found[key].time, login.time);
        }
        if (backward)
            QVERIFY2(scan.parsed() < 10'000, QByteArray::number(scan.parsed()).constData());
    }
}

void TestLoginHistory::usersAreToldApartAsInAMap()
{
    std::mt19937 random { 3 };
    LatestLogins logins;
    std::map<std::pair<quint8, QByteArray>, int> naive;
    for (int i = 0; i < 100'000; ++i) {
        const quint8 service = quint8(random() % 6);
        // Such as begin alike, hold zeros, or are empty.
        QByteArray user = "u" + QByteArray::number(random() % 5000);
        user = user.left(qsizetype(random() % 7)) + QByteArray(qsizetype(random() % 2), '\0');
        const auto known = naive.find({ service, user });
        QCOMPARE(logins.find(service, user), known == naive.end() ? LatestLogins::None : known->second);
        if (random() % 2) {
            const int number = logins.number(service, user);
            QCOMPARE(number, naive.emplace(std::pair(service, user), int(naive.size())).first->second);
            QCOMPARE(logins.user(number), QByteArrayView(user));
            QCOMPARE(logins.service(number), service);
        }
    }
    QCOMPARE(size_t(logins.size()), naive.size());
    QVERIFY(logins.size() > 10'000);
}

void TestLoginHistory::hostileNamesHideNobodysLogin()
{
    Host host;
    host.write("mail.log",
        dovecotLogin(Now - 9 * Hour, "victim@x")
            + dovecotLogin(Now - 8 * Hour, "victim@x>, method=PLAIN, rip=6.6.6.6, x=<")
            + dovecotLogin(Now - 7 * Hour, "victim@x>, user=<other@x")
            + postfixLogin(Now - 6 * Hour, "evil, sasl_username=victim@x"),
        Now);
    host.run();
    QCOMPARE(host.time("victim@x", "imap"), Now - 9 * Hour);
    QCOMPARE(host.time("victim@x", "smtp"), 0);
    QCOMPARE(host.time("other@x", "imap"), 0);
}

void TestLoginHistory::rotatedAndCompressedLogsAreRead()
{
    Host host;
    host.write("mail.log", noise(Now - 40 * Hour) + dovecotLogin(Now - 2 * Hour, "a@x"), Now);
    host.write("mail.log.1", noise(Now - 4 * Day) + dovecotLogin(Now - 2 * Day, "b@x", "pop3"), Now - 41 * Hour);
    host.write("mail.log.2.gz",
        gzipped(noise(Now - 6 * Day) + postfixLogin(Now - 5 * Day, "c@x") + dovecotLogin(Now - 5 * Day, "a@x")),
        Now - 4 * Day);
    host.write("mail.log.3.gz", gzipped(dovecotLogin(Now - 8 * Day, "d@x", "managesieve") + noise(Now - 7 * Day)),
        Now - 6 * Day);
    host.write("mail.logistics", dovecotLogin(Now - Hour, "nobody@x"), Now); // another file
    host.run();
    QCOMPARE(host.logins.size(), size_t(4));
    QCOMPARE(host.time("a@x", "imap"), Now - 2 * Hour);
    QCOMPARE(host.time("b@x", "pop3"), Now - 2 * Day);
    QCOMPARE(host.time("c@x", "smtp"), Now - 5 * Day);
    QCOMPARE(host.time("d@x", "sieve"), Now - 8 * Day);
    QCOMPARE(host.covered["dovecot"], Now - 8 * Day);
    QCOMPARE(host.covered["postfix"], Now - 8 * Day);
    QCOMPARE(host.status.state, SourceStatus::State::Ok);
    QCOMPARE(host.status.detail, QByteArray());
}

void TestLoginHistory::yearsAreInferredBackwards()
{
    Host host;
    // A year and more of old stamps, which have none; one archive lost its time when it was copied.
    host.write("mail.log", dovecotLogin(Now - Day, "a@x"), Now);
    qint64 at = Now - 2 * Day;
    for (int number = 1; number <= 400; ++number, at -= 2 * Day) {
        if (number > 250)
            break;
        host.write(("mail.log." + QByteArray::number(number) + ".gz").constData(),
            gzipped(noise(at - Day) + dovecotLogin(at, "u" + QByteArray::number(number) + "@x")), at + Hour);
    }
    host.settings.readBackUs = 1000 * Day;
    host.run();
    QCOMPARE(host.time("a@x", "imap"), Now - Day);
    QCOMPARE(host.time("u1@x", "imap"), Now - 2 * Day);
    QCOMPARE(host.time("u200@x", "imap"), Now - 400 * Day);
    QCOMPARE(host.time("u250@x", "imap"), Now - 500 * Day);
}

void TestLoginHistory::equalFileTimesGoByNumber()
{
    Host host;
    host.write("mail.log", dovecotLogin(Now - Day, "a@x"), Now);
    for (int number = 1; number <= 12; ++number)
        host.write(("mail.log." + QByteArray::number(number)).constData(),
            noise(Now - number * 40 * Day - 39 * Day)
                + dovecotLogin(Now - number * 40 * Day, "u" + QByteArray::number(number) + "@x"),
            Now - Hour);
    host.settings.readBackUs = 1000 * Day;
    host.run();
    for (int number = 1; number <= 12; ++number)
        QCOMPARE(host.time(("u" + QByteArray::number(number) + "@x").constData(), "imap"), Now - number * 40 * Day);
}

void TestLoginHistory::aHoleEndsWhatIsCovered()
{
    Host host;
    QByteArray text;
    for (qint64 at = Now - 30 * Day; at < Now; at += 6 * Hour)
        if (at < Now - 20 * Day || at > Now - 10 * Day) // ten days of one log are lost
            text += noise(at);
    host.write("mail.log", dovecotLogin(Now - 30 * Day, "a@x") + text, Now);
    host.run();
    QVERIFY(host.covered["dovecot"] > Now - 10 * Day);
    QVERIFY(host.covered["dovecot"] <= Now - 10 * Day + 6 * Hour);
    QCOMPARE(host.time("a@x", "imap"), Now - 30 * Day); // what is known stays known
    // The same in archives, and between them.
    for (const bool between : { false, true }) {
        Host other;
        other.write("mail.log", noise(Now - Day) + noise(Now - Hour), Now);
        QByteArray old
            = noise(Now - 30 * Day) + (between ? QByteArray() : noise(Now - 12 * Day) + noise(Now - 2 * Day));
        other.write("mail.log.1.gz", gzipped(old), between ? Now - 30 * Day : Now - Day);
        other.run();
        QCOMPARE(other.covered["dovecot"], between ? Now - Day : Now - 2 * Day);
    }
}

void TestLoginHistory::aMissingNumberEndsWhatIsCovered()
{
    Host host;
    host.write("mail.log", noise(Now - Day), Now);
    host.write("mail.log.1", noise(Now - 2 * Day), Now - Day);
    host.write("mail.log.3.gz", gzipped(noise(Now - 4 * Day) + dovecotLogin(Now - 3 * Day, "a@x")), Now - 3 * Day);
    host.run();
    QCOMPARE(host.covered["dovecot"], Now - 2 * Day);
    QCOMPARE(host.time("a@x", "imap"), Now - 3 * Day);
}

void TestLoginHistory::whatCannotBeReadIsSaid()
{
    Host host;
    host.write("mail.log", noise(Now - Day), Now);
    host.write("mail.log.1.xz", "whatever", Now - Day);
    host.write("mail.log.2.gz", gzipped(noise(Now - 4 * Day) + dovecotLogin(Now - 3 * Day, "a@x")), Now - 3 * Day);
    host.write("mail.log.3.gz", "no archive", Now - 4 * Day);
    host.run();
    QCOMPARE(host.covered["dovecot"], Now - Day);
    QCOMPARE(host.time("a@x", "imap"), Now - 3 * Day);
    QCOMPARE(host.status.state, SourceStatus::State::Degraded);
    QVERIFY(host.status.detail.contains("mail.log.1.xz"));
    QVERIFY(host.status.detail.contains("and 1 more"));
}

void TestLoginHistory::whatWasReadIsNotReadAgain()
{
    Host host;
    host.write("mail.log", noise(Now - Day) + dovecotLogin(Now - Hour, "a@x"), Now);
    host.write("mail.log.1", noise(Now - 3 * Day) + dovecotLogin(Now - 2 * Day, "b@x"), Now - Day);
    host.run();
    QCOMPARE(host.logins.size(), size_t(2));
    // Later: rotated, and the agent was there all the time.
    host.clock.advanceUs(Day);
    const QByteArray base = host.path();
    QVERIFY(QFile::rename(QFile::decodeName(base + ".1"), QFile::decodeName(base + ".2")));
    QVERIFY(QFile::rename(QFile::decodeName(base), QFile::decodeName(base + ".1")));
    host.write("mail.log", noise(Now + Hour) + dovecotLogin(Now + Hour, "c@x"), Now + Day);
    host.logins.clear();
    host.covered.clear();
    HistoryLog log { base, { "dovecot" }, {}, host.read };
    log.known["dovecot"].add(Now - Hour, Now + Day);
    host.run({ log });
    QCOMPARE(host.logins.size(), size_t(0));
    QCOMPARE(host.covered["dovecot"], Now - 3 * Day);
    // And without that: down in between, the new file says what it missed.
    log.known.clear();
    host.run({ log });
    QCOMPARE(host.logins.size(), size_t(1));
    QCOMPARE(host.time("c@x", "imap"), Now + Hour);
    QCOMPARE(host.covered["dovecot"], Now - 3 * Day);
}

void TestLoginHistory::aSourceIsCoveredWhenAllItsLogsAre()
{
    Host host;
    host.write("mail.log",
        noise(Now - 9 * Day) + noise(Now - 7 * Day) + noise(Now - 5 * Day) + noise(Now - 3 * Day) + noise(Now - Day),
        Now);
    host.write("other.log", noise(Now - 2 * Day) + dovecotLogin(Now - Day, "a@x"), Now);
    host.run({ HistoryLog { host.path(), { "dovecot", "postfix" }, {}, {} },
        HistoryLog { host.path("other.log"), { "dovecot" }, {}, {} } });
    QCOMPARE(host.covered["postfix"], Now - 9 * Day);
    QCOMPARE(host.covered["dovecot"], Now - 2 * Day);
}

void TestLoginHistory::onlyAsFarAsAskedFor()
{
    Host host;
    host.write("mail.log", noise(Now - Day), Now);
    for (int number = 1; number <= 9; ++number)
        host.write(("mail.log." + QByteArray::number(number)).constData(),
            dovecotLogin(Now - (number + 1) * Day, "u" + QByteArray::number(number) + "@x"), Now - number * Day);
    host.settings.readBackUs = 4 * Day;
    host.run();
    QCOMPARE(host.time("u3@x", "imap"), Now - 4 * Day);
    QCOMPARE(host.time("u6@x", "imap"), 0);
    QCOMPARE(host.covered["dovecot"], Now - 4 * Day);
}

void TestLoginHistory::webmailsLoginsStayApart()
{
    Host host;
    host.settings.wanted.webmailHosts = { Address::parse("10.0.0.5").value() };
    host.write("mail.log",
        dovecotLogin(Now - 9 * Hour, "a@x", "imap", "192.0.2.77")
            + dovecotLogin(Now - 8 * Hour, "a@x", "imap", "10.0.0.5") + postfixLogin(Now - 7 * Hour, "a@x", "10.0.0.5"),
        Now);
    host.run();
    QCOMPARE(host.logins.size(), size_t(2));
    QCOMPARE(host.time("a@x", "imap"), Now - 9 * Hour);
    QCOMPARE(host.time("a@x", "webmail"), Now - 7 * Hour);
}

void TestLoginHistory::itStopsWhenItIsToldTo()
{
    Host host;
    QByteArray text;
    for (int i = 0; i < 200'000; ++i)
        text += dovecotLogin(Now - Day + i * Second / 4, "u" + QByteArray::number(i % 1000));
    host.write("mail.log", text, Now);
    for (int number = 1; number < 5; ++number)
        host.write(("mail.log." + QByteArray::number(number) + ".gz").constData(), gzipped(text), Now - number * Hour);
    LoginHistory history(host.settings, host.clock);
    QSignalSpy progress(&history, &LoginHistory::statusChanged);
    history.start({ HistoryLog { host.path(), { "dovecot" }, {}, {} } });
    QTRY_VERIFY(!progress.isEmpty());
    QVERIFY(progress.first().at(0).value<SourceStatus>().detail.startsWith("reading back logs: "));
    // The destructor waits for no more than a block.
}

QTEST_GUILESS_MAIN(TestLoginHistory)
#include "tst_loginhistory.moc"
