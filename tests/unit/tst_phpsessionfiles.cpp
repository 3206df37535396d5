// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/phpsessionfiles.h"
#include "tests/support/webmaillook.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mailhelm;

class PhpSessionFilesTest : public QObject
{
    Q_OBJECT

    SystemClock m_clock;

    static QByteArray path(const QTemporaryDir &folder, const char *name)
    {
        return QFile::encodeName(folder.filePath(QLatin1String(name)));
    }
    void write(const QTemporaryDir &folder, const char *name, const QByteArray &content, qint64 secondsAgo = 0)
    {
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        const time_t then = time_t(m_clock.nowUs() / 1'000'000 - secondsAgo);
        const timespec times[2] { { then, 0 }, { then, 0 } };
        QVERIFY(::utimensat(AT_FDCWD, path(folder, name).constData(), times, 0) == 0);
    }
    std::unique_ptr<PhpSessionFiles> source(const QByteArray &folder)
    {
        return std::make_unique<PhpSessionFiles>("HTTP/WebAdmin", folder, 600'000, m_clock);
    }

private Q_SLOTS:
    void sessionsAreAsOldAsTheirFiles()
    {
        QTemporaryDir folder;
        write(folder, "sess_abc", "sessid|a:1:{s:8:\"username\";s:14:\"admin@lab.test\";}", 100);
        write(folder, "sess_def", "username|s:3:\"bob\";login_time|i:1795305029;__IP|s:9:\"192.0.2.7\";", 1);
        write(folder, "sess_anon", "lang|s:2:\"en\";", 2);
        write(folder, "sess_old", "username|s:3:\"bob\";", 601);
        write(folder, "other", "username|s:3:\"bob\";");
        write(folder, "sess_not.one", "username|s:3:\"bob\";");
        const auto files = source(QFile::encodeName(folder.path()));
        const auto sessions = look(*files);
        QCOMPARE(sessions.keys(), QList<QByteArray>({ "abc", "anon", "def" }));
        QCOMPARE(sessions["abc"].user, std::optional(QByteArray("admin@lab.test")));
        QVERIFY(std::abs(m_clock.nowUs() - 100'000'000 - sessions["abc"].lastActive) < 5'000'000);
        QCOMPARE(sessions["abc"].expires - sessions["abc"].lastActive, qint64(600'000'000));
        QCOMPARE(sessions["def"].started, qint64(1'795'305'029'000'000));
        QCOMPARE(sessions["def"].address.toText(), QByteArray("192.0.2.7"));
        QCOMPARE(sessions["anon"].user, std::optional(QByteArray("")));
        QVERIFY(look(*files) == sessions);
        write(folder, "sess_anon", "username|s:3:\"eve\";");
        QCOMPARE(look(*files)["anon"].user, std::optional(QByteArray("eve")));
    }

    void endingDeletesExactlyThatFile()
    {
        QTemporaryDir folder;
        write(folder, "sess_a", "username|s:3:\"bob\";");
        write(folder, "sess_b", "username|s:3:\"bob\";");
        write(folder, "precious", "x");
        const auto files = source(QFile::encodeName(folder.path()));
        QCOMPARE(look(*files).size(), qsizetype(2));
        const auto results = end(*files, { "a", "nothing", "/../precious", "" });
        QCOMPARE(results.size(), 4);
        QCOMPARE(results[0].outcome, WebmailSource::Ended::Done);
        for (int i = 1; i < 4; ++i)
            QCOMPARE(results[i].outcome, WebmailSource::Ended::Gone);
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("precious"))));
        QCOMPARE(look(*files).keys(), QList<QByteArray>({ "b" }));
    }

    void whatIsNoPlainFileIsLeftAlone()
    {
        QTemporaryDir folder;
        QTemporaryDir elsewhere;
        write(elsewhere, "secret", "username|s:4:\"root\";");
        QVERIFY(::symlink(path(elsewhere, "secret").constData(), path(folder, "sess_link").constData()) == 0);
        QVERIFY(::mkfifo(path(folder, "sess_pipe").constData(), 0600) == 0);
        QVERIFY(::mkdir(path(folder, "sess_folder").constData(), 0700) == 0);
        const auto files = source(QFile::encodeName(folder.path()));
        QVERIFY(look(*files).isEmpty());
    }

    void aFolderThatIsNotThereIsDownWithWhatMendsIt()
    {
        const auto files = source("/nowhere/sessions");
        QSignalSpy statuses(files.get(), &WebmailSource::statusChanged);
        QSignalSpy scans(files.get(), &WebmailSource::scanned);
        look(*files);
        QCOMPARE(scans.count(), 0);
        const auto status = statuses.last().first().value<SourceStatus>();
        QCOMPARE(status.source, QByteArray("webmail HTTP/WebAdmin"));
        QCOMPARE(status.state, SourceStatus::State::Down);
        QVERIFY(status.detail.contains("/nowhere/sessions"));
        QVERIFY(status.mend.contains("save_path"));
    }

    void aFolderThatMayNotBeListedIsDownWithWhatMendsIt()
    {
        if (geteuid() == 0)
            QSKIP("root may list everything");
        QTemporaryDir folder;
        QVERIFY(::chmod(QFile::encodeName(folder.path()).constData(), 0300) == 0);
        const auto files = source(QFile::encodeName(folder.path()));
        QSignalSpy statuses(files.get(), &WebmailSource::statusChanged);
        look(*files);
        QVERIFY(statuses.last().first().value<SourceStatus>().mend.contains("setfacl"));
        QVERIFY(::chmod(QFile::encodeName(folder.path()).constData(), 0700) == 0);
    }

    void aFileThatCannotBeReadIsCounted()
    {
        QTemporaryDir folder;
        write(folder, "sess_broken", "username|s:99:\"x\";");
        const auto files = source(QFile::encodeName(folder.path()));
        QSignalSpy statuses(files.get(), &WebmailSource::statusChanged);
        const auto sessions = look(*files);
        QVERIFY(!sessions["broken"].user);
        QCOMPARE(statuses.last().first().value<SourceStatus>().state, SourceStatus::State::Degraded);
    }
};

QTEST_GUILESS_MAIN(PhpSessionFilesTest)
#include "tst_phpsessionfiles.moc"
