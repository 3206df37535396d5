// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/dovecotsource.h"
#include "core/agent/sources/journal.h"
#include "core/base/clock.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;

namespace
{

constexpr qint64 Base = 1'795'307'000'000'000; // µs; 2026-11-22

const QString Writer = QStringLiteral("/lib/systemd/systemd-journal-remote");

QByteArray entry(int number, const QByteArray &ident, qint64 pid, const QByteArray &message)
{
    const QByteArray time = QByteArray::number(Base + number * 1'000'000);
    return "__REALTIME_TIMESTAMP=" + time + "\n__MONOTONIC_TIMESTAMP=" + QByteArray::number(1000 + number)
        + "\n_BOOT_ID=0123456789abcdef0123456789abcdef\n_MACHINE_ID=0123456789abcdef0123456789abcdef\nSYSLOG_"
          "IDENTIFIER="
        + ident + "\n_PID=" + QByteArray::number(pid) + "\n_SOURCE_REALTIME_TIMESTAMP="
        + QByteArray::number(Base + number * 1'000'000 - 5) + "\nMESSAGE=" + message + "\n\n";
}

QByteArray entries(int from, int to)
{
    QByteArray all;
    for (int i = from; i < to; ++i)
        all += entry(i, "dovecot", 100 + i, "imap-login: line " + QByteArray::number(i)) + entry(i, "cron", 1, "noise");
    return all;
}

QList<QByteArray> numbers(int from, int to)
{
    QList<QByteArray> all;
    for (int i = from; i < to; ++i)
        all.append("imap-login: line " + QByteArray::number(i));
    return all;
}

struct Follower {
    SystemClock clock;
    JournalLog log;
    QList<QByteArray> texts, older;
    QList<LogLine> frames; ///< views not to be used

    explicit Follower(const QString &directory)
        : log({ { "SYSLOG_IDENTIFIER=dovecot" }, QFile::encodeName(directory) }, clock)
    {
        QObject::connect(&log, &LogInput::lines, &log, [this](const LogBatch &batch) {
            for (const LogLine &l : batch) {
                texts.append(l.text.toByteArray());
                frames.append(l);
            }
        });
        QObject::connect(&log, &LogInput::olderLines, &log, [this](const LogBatch &batch) {
            for (const LogLine &l : batch)
                older.append(l.text.toByteArray());
        });
    }
};

} // namespace

/// Journal files are made by systemd's own tool: there need be no systemd running.
class TestJournal : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;

    void write(const QByteArray &exported)
    {
        QProcess process;
        process.start(
            Writer, { QStringLiteral("-o"), m_dir->filePath(QStringLiteral("mail.journal")), QStringLiteral("-") });
        QVERIFY(process.waitForStarted());
        process.write(exported);
        process.closeWriteChannel();
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(Writer))
            QSKIP("needs Debian's package systemd-journal-remote, which writes journal files");
    }

    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void entriesAreFollowedAndReadBack()
    {
        write(entries(0, 1200));
        Follower f(m_dir->path());
        QCOMPARE(f.log.start({}), LogInput::Start::Fresh);
        QCOMPARE(f.log.status().state, SourceStatus::State::Ok);
        QSignalSpy done(&f.log, &LogInput::readBackDone);
        f.log.readBack(0);
        QVERIFY(done.wait());
        QList<QByteArray> expected = numbers(0, 1200);
        std::reverse(expected.begin(), expected.end());
        QCOMPARE(f.older, expected);
        QCOMPARE(f.texts.size(), 0);
        write(entries(1200, 1203));
        QTRY_COMPARE_WITH_TIMEOUT(f.texts, numbers(1200, 1203), 8000);
        QCOMPARE(f.frames.first().pid, 1300);
        QCOMPARE(f.frames.first().time, Base + 1'200'000'000 - 5);
        QVERIFY(f.frames.first().timeExact);
        QCOMPARE(f.frames.first().shape, LogLine::Shape::Syslog);
    }

    void readingBackStopsAtTheHorizon()
    {
        write(entries(0, 20));
        Follower f(m_dir->path());
        f.log.start({});
        QSignalSpy done(&f.log, &LogInput::readBackDone);
        f.log.readBack(Base + 14'500'000);
        QVERIFY(done.wait());
        QCOMPARE(done.first().first().toBool(), true);
        QCOMPARE(f.older.size(), 5);
    }

    void aStoredCursorIsTakenUp()
    {
        write(entries(0, 5));
        QByteArray stored;
        {
            Follower f(m_dir->path());
            f.log.start({});
            stored = f.log.position();
            QVERIFY(!stored.isEmpty());
        }
        write(entries(5, 8));
        Follower f(m_dir->path());
        QCOMPARE(f.log.start(stored), LogInput::Start::Continued);
        QTRY_COMPARE(f.texts, numbers(5, 8));

        Follower lost(m_dir->path());
        QByteArray other = stored;
        other.replace("i=", "i=f"); // an entry that is not there
        QCOMPARE(lost.log.start(other), LogInput::Start::Gap);
    }

    void anEmptyJournalIsWaitedFor()
    {
        write(entry(0, "cron", 1, "noise"));
        Follower f(m_dir->path());
        QCOMPARE(f.log.start({}), LogInput::Start::Fresh);
        QSignalSpy done(&f.log, &LogInput::readBackDone);
        f.log.readBack(0);
        QVERIFY(done.wait());
        write(entries(1, 3));
        QTRY_COMPARE_WITH_TIMEOUT(f.texts, numbers(1, 3), 8000);
    }

    void dovecotIsReadFromIt()
    {
        write(entry(0, "dovecot", 9,
            "imap-login: Login: user=<user1@lab.test>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, mpid=12126, TLS, "
            "session=<NshNmdFg/MV/AAAB>"));
        SystemClock clock;
        std::vector<std::unique_ptr<LogInput>> inputs;
        inputs.push_back(std::make_unique<JournalLog>(
            JournalLog::Settings { { "SYSLOG_IDENTIFIER=dovecot" }, QFile::encodeName(m_dir->path()) }, clock));
        DovecotSource source(std::move(inputs), {}, clock);
        source.setHorizon(clock.nowUs()); // everything
        QList<SessionFacts> told;
        connect(&source, &LogSource::facts, this, [&](const SessionFacts &f) { told.append(f); });
        source.start({});
        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(*told.first().user, QByteArray("user1@lab.test"));
        QCOMPARE(told.first().peer.port, quint16(50684));
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
