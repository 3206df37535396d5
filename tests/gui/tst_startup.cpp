// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/arguments.h"
#include "app/console/singleinstance.h"

#include <QFileInfo>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace mailhelm;
using namespace Qt::StringLiterals;

class TestStartup : public QObject
{
    Q_OBJECT

    struct Run {
        int code = -1;
        QByteArray out, err;
    };
    void start(QProcess &process, const QStringList &arguments)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"MAILHELM_HOME"_s, m_home->path());
        environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
        environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(MAILHELM_BINARY_DIR) + u"/bin/mailhelm"_s, arguments);
    }
    Run run(const QStringList &arguments)
    {
        QProcess process;
        start(process, arguments);
        Run out;
        if (process.waitForFinished(40'000))
            out.code = process.exitCode();
        out.out = process.readAllStandardOutput();
        out.err = process.readAllStandardError();
        return out;
    }

private Q_SLOTS:
    void init() { m_home = std::make_unique<QTemporaryDir>(); }

    void argumentsSurviveTheHandingOver()
    {
        const Arguments first
            = Arguments::parse({ u"mailhelm"_s, u"--connect"_s, u"mx 1"_s, u"--tab=online"_s, u"--filter"_s,
                                   u"user:\"a b\" | since>1h"_s, u"--export"_s, u"rows.csv"_s, u"--quit"_s })
                  .value();
        QVERIFY(QFileInfo(first.exportTo).isAbsolute());
        const Arguments second = Arguments::parse(first.toList()).value();
        QCOMPARE(second.connectTo, u"mx 1"_s);
        QCOMPARE(second.tab, u"online"_s);
        QCOMPARE(second.filter, u"user:\"a b\" | since>1h"_s);
        QCOMPARE(second.exportTo, first.exportTo);
        QVERIFY(second.quit);
        QVERIFY(!Arguments::parse({ u"mailhelm"_s, u"--nonsense"_s }));
        QVERIFY(!Arguments::parse({ u"mailhelm"_s, u"stray"_s }));
    }
    void theSecondHandsItsArgumentsToTheFirst()
    {
        SingleInstance first(m_home->path());
        QVERIFY(first.claim());
        QSignalSpy asked(&first, &SingleInstance::asked);
        SingleInstance second(m_home->path());
        QVERIFY(!second.claim());
        QSignalSpy handed(&second, &SingleInstance::handedOver);
        second.handOver({ u"mailhelm"_s, u"--filter=ä <b> \n"_s });
        QTRY_COMPARE(handed.size(), 1);
        QTRY_COMPARE(asked.size(), 1);
        QCOMPARE(asked.first().first().toStringList(), (QStringList { u"mailhelm"_s, u"--filter=ä <b> \n"_s }));
#ifdef Q_OS_UNIX
        const QFileInfo socket(m_home->filePath(u"console.socket"_s));
        QVERIFY(socket.exists());
        QVERIFY(
            !(socket.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)));
#endif
    }
    void whoDiedLeavesTheWayFree()
    {
        {
            SingleInstance first(m_home->path());
            QVERIFY(first.claim());
        }
        SingleInstance second(m_home->path());
        QVERIFY(second.claim());
    }
    void programsTalkToEachOther()
    {
        if (!QFile::exists(QStringLiteral(MAILHELM_BINARY_DIR) + u"/bin/mailhelm"_s))
            QSKIP("needs the console itself: build the target mailhelm");
        const Run alone = run({ u"--quit"_s }); // nobody runs
        QVERIFY2(alone.code == 0, alone.err.constData());
        QVERIFY(run({ u"--version"_s }).out.startsWith("mailhelm "));
        QVERIFY(run({ u"--help"_s }).out.contains("--export"));
        const Run wrong = run({ u"--nonsense"_s });
        QCOMPARE(wrong.code, 2);
        QVERIFY(wrong.err.contains("nonsense"));
        QProcess first;
        start(first, {});
        QVERIFY(first.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_home->filePath(u"console.socket"_s)), 20'000);
        const QString file = m_home->filePath(u"rows.csv"_s);
        QCOMPARE(run({ u"--tab"_s, u"sources"_s, u"--export"_s, file }).code, 0);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file), 20'000);
        const Run over = run({ u"--quit"_s });
        QVERIFY2(over.code == 0, over.err.constData());
        QVERIFY(first.waitForFinished(20'000));
        QCOMPARE(first.exitCode(), 0);
    }
    void exportsAndQuitsWithoutAWindow()
    {
        if (!QFile::exists(QStringLiteral(MAILHELM_BINARY_DIR) + u"/bin/mailhelm"_s))
            QSKIP("needs the console itself: build the target mailhelm");
        const QString file = m_home->filePath(u"all.json"_s);
        const Run done = run({ u"--tab=connections"_s, u"--export"_s, file, u"--quit"_s });
        QVERIFY2(done.code == 0, done.err.constData());
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll().simplified(), QByteArray("[ ]").replace(" ", ""));
        QCOMPARE(run({ u"--export"_s, m_home->filePath(u"no/such/folder.csv"_s), u"--quit"_s }).code, 1);
    }

private:
    std::unique_ptr<QTemporaryDir> m_home;
};

QTEST_GUILESS_MAIN(TestStartup)
#include "tst_startup.moc"
