// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/backwardlogreader.h"
#include "core/agent/sources/logfile.h"
#include "core/agent/sources/logline.h"
#include "core/agent/sources/logposition.h"
#include "core/base/clock.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mailhelm;

namespace
{

qint64 utc(const char *iso)
{
    return QDateTime::fromString(QLatin1String(iso), Qt::ISODate).toMSecsSinceEpoch() * 1000;
}

void append(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
    file.write(bytes);
}

QByteArray line(int number)
{
    return "2026-11-22T00:36:28.000000+00:00 mx1 prog[1]: line " + QByteArray::number(number) + "\n";
}

QByteArray lines(int from, int to)
{
    QByteArray all;
    for (int i = from; i < to; ++i)
        all += line(i);
    return all;
}

/// A followed file and the texts that came.
struct Follower {
    SystemClock clock;
    LogFile log;
    QList<QByteArray> texts;
    QList<QByteArray> older;

    explicit Follower(const QString &path)
        : log(QFile::encodeName(path), clock)
    {
        QObject::connect(&log, &LogInput::lines, &log, [this](const LogBatch &batch) {
            for (const LogLine &l : batch)
                texts.append(l.text.toByteArray());
        });
        QObject::connect(&log, &LogInput::olderLines, &log, [this](const LogBatch &batch) {
            for (const LogLine &l : batch)
                older.append(l.text.toByteArray());
        });
    }
};

QList<QByteArray> numbers(int from, int to)
{
    QList<QByteArray> all;
    for (int i = from; i < to; ++i)
        all.append("line " + QByteArray::number(i));
    return all;
}

} // namespace

class TestLogFile : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_path = m_dir->filePath(QStringLiteral("mail.log"));
    }

    // ---- stamps and frames

    void stampsWithZoneAreExact_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("time");
        const qint64 base = utc("2026-11-22T00:36:28Z");
        QTest::newRow("utc") << QByteArray("2026-11-22T00:36:28.123456+00:00 x") << base + 123456;
        QTest::newRow("Z") << QByteArray("2026-11-22T00:36:28Z x") << base;
        QTest::newRow("east") << QByteArray("2026-11-22T06:06:28.5+05:30 x") << base + 500'000;
        QTest::newRow("west") << QByteArray("2026-11-21T19:36:28-0500 x") << base;
        QTest::newRow("leap day") << QByteArray("2024-02-29T00:00:00Z x") << utc("2024-02-29T00:00:00Z");
        QTest::newRow("local") << QByteArray("2026-11-22 00:36:28 x") << base;
        QTest::newRow("local, fraction") << QByteArray("2026-11-22 00:36:28.000007 x") << base + 7;
        QTest::newRow("syslog") << QByteArray("Nov 22 00:36:28 x") << base;
        QTest::newRow("syslog, one digit") << QByteArray("Nov  2 00:36:28 x") << utc("2026-11-02T00:36:28Z");
        QTest::newRow("priority") << QByteArray("<22>Nov 22 00:36:28 x") << base;
    }
    void stampsWithZoneAreExact()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, time);
        StampReader stamps(utc("2026-11-22T00:40:00Z"), QTimeZone::utc());
        const auto stamp = stamps.read(text);
        QVERIFY(stamp);
        QCOMPARE(stamp->time, time);
        QCOMPARE(text.mid(stamp->length), QByteArray("x"));
        // Every shorter text is refused or still the same time, never read beyond.
        for (qsizetype n = 0; n < text.size() - 1; ++n)
            (void)stamps.read(QByteArrayView(text).first(n));
    }

    void whatIsNoStampIsRefused()
    {
        StampReader stamps(utc("2026-11-22T00:40:00Z"), QTimeZone::utc());
        for (const char *bad : { "", "Nov", "Nov 32 00:00:00 x", "Nov 22 24:00:00 x", "Nov 22 00:60:00 x",
                 "Nox 22 00:00:00 x", "2026-13-01 00:00:00 x", "2026-02-30 00:00:00 x", "2026-02-30T00:00:00Z x",
                 "Feb 30 00:00:00 x", "Nov 22 00:36:28", "Nov 22 00:36:28x", "<22 Nov 22 00:36:28 x",
                 "Nov 22 00-36-28 x", "0000-00-00 00:00:00 x" })
            QVERIFY2(!stamps.read(bad), bad);
    }

    void theYearIsInferred()
    {
        // Following, just after New Year: December is last year's.
        StampReader following(utc("2027-01-01T00:00:05Z"), QTimeZone::utc());
        QCOMPARE(following.read("Dec 31 23:59:59 x")->time, utc("2026-12-31T23:59:59Z"));
        QCOMPARE(following.read("Jan  1 00:00:04 x")->time, utc("2027-01-01T00:00:04Z"));
        // A clock a few minutes behind the log's is no reason for last year.
        QCOMPARE(following.read("Jan  1 00:05:00 x")->time, utc("2027-01-01T00:05:00Z"));

        // Walking backwards through more than a year.
        StampReader backward(utc("2026-03-10T00:00:00Z"), QTimeZone::utc());
        const QList<std::pair<const char *, const char *>> walk
            = { { "Mar  9 10:00:00 x", "2026-03-09T10:00:00Z" }, { "Jan  1 00:00:00 x", "2026-01-01T00:00:00Z" },
                  { "Dec 31 23:59:59 x", "2025-12-31T23:59:59Z" }, { "Jun  1 00:00:00 x", "2025-06-01T00:00:00Z" },
                  { "Jul  1 00:00:00 x", "2024-07-01T00:00:00Z" }, { "Feb 29 12:00:00 x", "2024-02-29T12:00:00Z" } };
        for (const auto &[text, time] : walk) {
            const auto stamp = backward.read(text);
            QVERIFY(stamp);
            QCOMPARE(stamp->time, utc(time));
            backward.setReference(stamp->time);
        }
        // Read in March 2026, 29 February was two years ago.
        StampReader leap(utc("2026-03-10T00:00:00Z"), QTimeZone::utc());
        QCOMPARE(leap.read("Feb 29 12:00:00 x")->time, utc("2024-02-29T12:00:00Z"));
    }

    void localTimeIsTheZones()
    {
        const QTimeZone berlin("Europe/Berlin");
        QVERIFY(berlin.isValid());
        StampReader stamps(utc("2026-11-22T00:00:00Z"), berlin);
        QCOMPARE(stamps.read("Jul  1 12:00:00 x")->time, utc("2026-07-01T10:00:00Z"));
        QCOMPARE(stamps.read("Nov 21 12:00:00 x")->time, utc("2026-11-21T11:00:00Z"));
        QCOMPARE(stamps.read("Mar 29 01:59:59 x")->time, utc("2026-03-29T00:59:59Z"));
        QCOMPARE(stamps.read("Mar 29 03:00:00 x")->time, utc("2026-03-29T01:00:00Z"));
    }

    void framesAreTakenOff()
    {
        StampReader stamps(utc("2026-11-22T00:40:00Z"), QTimeZone::utc());
        const auto postfix = frameLine("Nov 22 00:36:28 mx1 postfix/smtpd[123]: connect from a[1.2.3.4]", stamps);
        QVERIFY(postfix);
        QCOMPARE(postfix->program.toByteArray(), QByteArray("postfix/smtpd"));
        QCOMPARE(postfix->pid, 123);
        QCOMPARE(postfix->text.toByteArray(), QByteArray("connect from a[1.2.3.4]"));
        const auto file = frameLine("Nov 22 00:36:28 imap(a@b)<17><abc>: Warning: x: y", stamps);
        QVERIFY(file);
        QCOMPARE(file->shape, LogLine::Shape::DovecotFile);
        QCOMPARE(file->program.toByteArray(), QByteArray("imap"));
        QCOMPARE(file->user.toByteArray(), QByteArray("a@b"));
        QCOMPARE(file->pid, 17);
        QCOMPARE(file->session.toByteArray(), QByteArray("abc"));
        QCOMPARE(file->severity.toByteArray(), QByteArray("Warning"));
        QCOMPARE(file->text.toByteArray(), QByteArray("x: y"));
        QVERIFY(!frameLine("Nov 22 00:36:28 host and nothing else", stamps));
        QVERIFY(!frameLine("Nov 22 00:36:28 ", stamps));
        QVERIFY(!frameLine("Nov 22 00:36:28 host prog[x]: text", stamps));
        QVERIFY(!frameLine("no stamp", stamps));
    }

    // ---- following

    void linesAreFollowedAsTheyAreWritten()
    {
        append(m_path, lines(0, 3));
        Follower f(m_path);
        QCOMPARE(f.log.start({}), LogInput::Start::Fresh);
        QSignalSpy caughtUp(&f.log, &LogInput::caughtUp);
        QVERIFY(caughtUp.wait());
        QCOMPARE(f.texts.size(), 0);
        append(m_path, line(3) + line(4).left(50)); // half a line waits
        QTRY_COMPARE(f.texts, numbers(3, 4));
        append(m_path, line(4).mid(50));
        QTRY_COMPARE(f.texts, numbers(3, 5));
        QCOMPARE(f.log.status().state, SourceStatus::State::Ok);
    }

    void aStartInTheMiddleOfALineLosesNothing()
    {
        append(m_path, lines(0, 2) + line(2).left(40));
        Follower f(m_path);
        f.log.start({});
        append(m_path, line(2).mid(40) + line(3));
        QTRY_COMPARE(f.texts, numbers(2, 4));
    }

    void aRenamedLogIsReadToItsEndAndTheNewOneGoesOn()
    {
        append(m_path, lines(0, 2));
        Follower f(m_path);
        f.log.start({});
        append(m_path, lines(2, 4));
        QTRY_COMPARE(f.texts.size(), 2);
        QVERIFY(QFile::rename(m_path, m_path + QStringLiteral(".1")));
        append(m_path + QStringLiteral(".1"), lines(4, 6)); // the daemon has not been told yet
        QTRY_COMPARE(f.texts, numbers(2, 6));
        append(m_path, lines(6, 8));
        QTRY_COMPARE(f.texts, numbers(2, 8));
        append(m_path + QStringLiteral(".1"), line(8)); // a late one still
        QTRY_COMPARE(f.texts, numbers(2, 9));
        append(m_path, line(9));
        QTRY_COMPARE(f.texts, numbers(2, 10));
        QCOMPARE(f.log.gaps(), 0);
    }

    void copyTruncateLosesNothingThatWasCopied()
    {
        append(m_path, lines(0, 10));
        Follower f(m_path);
        f.log.start({});
        append(m_path, lines(10, 12));
        QTRY_COMPARE(f.texts.size(), 2);
        // Everything between two looks: a line, the copy, the truncation, new lines.
        append(m_path, lines(12, 14));
        QVERIFY(QFile::copy(m_path, m_path + QStringLiteral(".1")));
        QCOMPARE(::truncate(QFile::encodeName(m_path).constData(), 0), 0);
        append(m_path, lines(14, 16));
        QTRY_COMPARE(f.texts, numbers(10, 16));
        QCOMPARE(f.log.gaps(), 0);
    }

    void aTruncationWithoutCopyIsAGap()
    {
        append(m_path, lines(0, 10));
        Follower f(m_path);
        f.log.start({});
        QCOMPARE(::truncate(QFile::encodeName(m_path).constData(), 0), 0);
        append(m_path, lines(20, 22));
        QTRY_COMPARE(f.texts, numbers(20, 22));
        QCOMPARE(f.log.gaps(), 1);
    }

    void aFileThatIsEmptiedAndGrowsPastWhereWeWereIsNoticed()
    {
        append(m_path, lines(0, 2));
        Follower f(m_path);
        f.log.start({});
        QCOMPARE(::truncate(QFile::encodeName(m_path).constData(), 0), 0);
        append(m_path, lines(100, 120)); // longer than before, another head
        QTRY_COMPARE(f.texts, numbers(100, 120));
    }

    void aLogThatIsNotThereYetIsWaitedFor()
    {
        Follower f(m_path);
        f.log.start({});
        QCOMPARE(f.log.status().state, SourceStatus::State::Down);
        QVERIFY(f.log.status().detail.contains("does not exist"));
        append(m_path, lines(0, 3));
        QTRY_COMPARE(f.texts, numbers(0, 3));
        QCOMPARE(f.log.status().state, SourceStatus::State::Ok);
        QVERIFY(QFile::remove(m_path));
        append(m_path, lines(3, 5));
        QTRY_COMPARE(f.texts, numbers(0, 5));
    }

    void aFolderInItsPlaceIsSaid()
    {
        QVERIFY(QDir().mkpath(m_path));
        Follower f(m_path);
        f.log.start({});
        QCOMPARE(f.log.status().state, SourceStatus::State::Down);
        QVERIFY(f.log.status().detail.contains("is not a file"));
    }

    void anUnreadableLogNamesTheGroup()
    {
        append(m_path, lines(0, 1));
        QCOMPARE(::chmod(QFile::encodeName(m_dir->path()).constData(), 0755), 0);
        QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0), 0);
        // Root may read everything: be somebody else for this.
        const bool root = ::geteuid() == 0;
        if (root)
            QCOMPARE(::seteuid(65534), 0);
        Follower f(m_path);
        f.log.start({});
        const SourceStatus blocked = f.log.status();
        if (root)
            QCOMPARE(::seteuid(0), 0);
        QCOMPARE(blocked.state, SourceStatus::State::Down);
        QVERIFY(blocked.detail.contains("may not be read"));
        QVERIFY(blocked.mend.contains("usermod -aG adm mailhelm"));
        QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0600), 0);
        QTRY_COMPARE(f.log.status().state, SourceStatus::State::Ok);
    }

    void hugeLinesAreCutAndTheNextIsWhole()
    {
        append(m_path, line(0));
        Follower f(m_path);
        f.log.start({});
        append(m_path,
            line(1).chopped(1) + QByteArray(1024 * 1024, 'x') + "\n" + line(2) + QByteArray(300'000, 'y') + "\n"
                + line(3));
        QTRY_COMPARE(f.texts.size(), 3);
        QVERIFY(f.texts.first().startsWith("line 1xxx"));
        QVERIFY(f.texts.first().size() <= MaxLogLine);
        QCOMPARE(f.texts.mid(1), numbers(2, 4));
    }

    // ---- positions

    void positionsSurviveTheirStoredForm()
    {
        append(m_path, lines(0, 30));
        Follower f(m_path);
        f.log.start({});
        const auto position = LogPosition::decode(f.log.position());
        QVERIFY(position);
        QCOMPARE(position->offset, QFile(m_path).size());
        QCOMPARE(position->headLength, 1024);
        QCOMPARE(LogPosition::decode(position->encode()), position);
        for (const char *bad : { "", "1", "2 1 1 1 1 00", "1 a 1 1 1 00", "1 1 1 -1 1 00", "1 1 1 1 9999 00" })
            QVERIFY2(!LogPosition::decode(bad), bad);
    }

    void aStoredPositionIsTakenUp_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("same file") << 0;
        QTest::newRow("renamed") << 1;
        QTest::newRow("renamed twice") << 2;
        QTest::newRow("copied and emptied") << 3;
    }
    void aStoredPositionIsTakenUp()
    {
        QFETCH(int, how);
        QByteArray stored;
        {
            append(m_path, lines(0, 10));
            Follower f(m_path);
            f.log.start({});
            append(m_path, lines(10, 12));
            QTRY_COMPARE(f.texts.size(), 2);
            stored = f.log.position();
        }
        append(m_path, lines(12, 14)); // while we are away
        const QString one = m_path + QStringLiteral(".1");
        const QString two = m_path + QStringLiteral(".2");
        if (how == 1 || how == 2) {
            QVERIFY(QFile::rename(m_path, one));
            append(m_path, lines(14, 16));
        }
        if (how == 2) {
            QVERIFY(QFile::rename(one, two));
            QVERIFY(QFile::rename(m_path, one));
            append(m_path, lines(16, 18));
        }
        if (how == 3) {
            QVERIFY(QFile::copy(m_path, one));
            QCOMPARE(::truncate(QFile::encodeName(m_path).constData(), 0), 0);
            append(m_path, lines(14, 16));
        }
        Follower f(m_path);
        QCOMPARE(f.log.start(stored), LogInput::Start::Continued);
        QTRY_COMPARE(f.texts, numbers(12, QList<int> { 14, 16, 18, 16 }.at(how)));
        append(m_path, lines(50, 51));
        QTRY_COMPARE(f.texts.last(), QByteArray("line 50"));
    }

    void aLostPositionIsAGapAndBeginsAtTheEnd()
    {
        append(m_path, lines(0, 20));
        QByteArray stored;
        {
            Follower f(m_path);
            f.log.start({});
            stored = f.log.position();
        }
        QVERIFY(QFile::remove(m_path));
        append(m_path, lines(30, 60));
        Follower f(m_path);
        QCOMPARE(f.log.start(stored), LogInput::Start::Gap);
        append(m_path, line(60));
        QTRY_COMPARE(f.texts, numbers(60, 61));
    }

    // ---- backwards

    void readingBackGoesThroughTheRotatedFiles()
    {
        append(m_path + QStringLiteral(".2"), lines(0, 1000));
        append(m_path + QStringLiteral(".1"), lines(1000, 3000));
        append(m_path + QStringLiteral(".3.gz"), "not looked at");
        append(m_path, lines(3000, 9000));
        const struct timespec old[2] = { { 1'700'000'000, 0 }, { 1'700'000'000, 0 } };
        QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(m_path + QStringLiteral(".2")).constData(), old, 0), 0);
        Follower f(m_path);
        f.log.start({});
        QSignalSpy done(&f.log, &LogInput::readBackDone);
        f.log.readBack(0);
        append(m_path, line(9000));
        QVERIFY(done.wait());
        QCOMPARE(done.first().first().toBool(), false); // the logs begin later than the horizon
        QList<QByteArray> expected = numbers(0, 9000);
        std::reverse(expected.begin(), expected.end());
        QCOMPARE(f.older, expected);
        QTRY_COMPARE(f.texts, numbers(9000, 9001));
    }

    void readingBackStopsAtTheHorizonAndOnDemand()
    {
        const qint64 time = utc("2026-11-22T00:36:28Z");
        append(m_path, "2026-11-22T00:36:27Z mx1 prog[1]: too old\n" + lines(0, 5));
        Follower f(m_path);
        f.log.start({});
        QSignalSpy done(&f.log, &LogInput::readBackDone);
        f.log.readBack(time);
        QVERIFY(done.wait());
        QCOMPARE(done.first().first().toBool(), true);
        QCOMPARE(f.older.size(), 5);
        f.older.clear();
        f.log.readBack(0);
        f.log.stopReadBack();
        QCOMPARE(done.size(), 2);
        QTest::qWait(20);
        QCOMPARE(f.older.size(), 0);
        QCOMPARE(done.size(), 2);
    }

    /// Whatever the slices: the lines of the file, reversed; overlong ones cut, the open last one left out.
    void backwardReadingAgreesWithANaiveOne()
    {
        QRandomGenerator random(11);
        for (int round = 0; round < 60; ++round) {
            QList<QByteArray> expected;
            QByteArray all;
            const int count = int(random.bounded(40U));
            const bool tinySlices = round % 3 == 0; // with short lines only: each slice carries its line along
            for (int i = 0; i < count; ++i) {
                const QByteArray text = QByteArray::number(i)
                    + QByteArray(qsizetype(!tinySlices && random.bounded(8) == 0 ? random.bounded(200'000U)
                                                                                 : random.bounded(300U)),
                        'z');
                const QByteArray whole = "2026-11-22T00:36:28Z h p[1]: " + text;
                all += whole + "\n";
                expected.prepend(whole.left(MaxLogLine).mid(29));
            }
            if (random.bounded(2))
                all += "2026-11-22T00:36:28Z h p[1]: open";
            QFile::remove(m_path);
            append(m_path, all);
            BackwardLogReader reader({ { QFile::encodeName(m_path), -1 } }, utc("2026-11-22T00:40:00Z"));
            QList<QByteArray> got;
            const qint64 slice = 1 + qint64(random.bounded(tinySlices ? 64U : 70'000U));
            for (;;) {
                LogBatch batch;
                if (!reader.next(batch, slice))
                    break;
                for (const LogLine &l : batch)
                    got.append(l.text.toByteArray());
            }
            QCOMPARE(got, expected);
        }
    }

    void backwardReadingIsBounded()
    {
        append(m_path, lines(0, 10'000));
        BackwardLogReader reader({ { QFile::encodeName(m_path), -1 } }, utc("2026-11-22T00:40:00Z"), 100'000);
        LogBatch batch;
        while (reader.next(batch, 30'000))
            batch.clear();
        QCOMPARE(reader.bytesRead(), 100'000);
    }
};

QTEST_GUILESS_MAIN(TestLogFile)
#include "tst_logfile.moc"
