// SPDX-License-Identifier: GPL-3.0-or-later
// The packaged units let the programs do what they do: a system call that is missing there ends the agent only where
// it is installed, which no other test sees.
#include <QFile>
#include <QProcess>
#include <QSet>
#include <QTest>

class UnitsTest : public QObject
{
    Q_OBJECT

    QHash<QString, QSet<QString>> m_groups;

    /// What systemd means by @name, groups within it too; a call's name is itself.
    QSet<QString> expanded(const QString &name)
    {
        if (!name.startsWith(u'@'))
            return { name };
        if (const auto known = m_groups.constFind(name); known != m_groups.cend())
            return *known;
        QProcess process;
        process.start(QStringLiteral("systemd-analyze"), { QStringLiteral("syscall-filter"), name });
        process.waitForFinished();
        QSet<QString> calls;
        const QStringList lines = QString::fromUtf8(process.readAllStandardOutput()).split(u'\n').mid(1);
        for (const QString &line : lines)
            if (const QString call = line.trimmed(); !call.isEmpty() && !call.startsWith(u'#'))
                calls += expanded(call);
        m_groups.insert(name, calls);
        return calls;
    }

private Q_SLOTS:
    void everyCallIsLetThrough_data()
    {
        QTest::addColumn<QString>("unit");
        QTest::addColumn<QStringList>("calls");
        // setpriority, ioprio_set: reading back logs steps back; fchown: a passwd-file keeps its group.
        QTest::newRow("mailhelmd") << QStringLiteral("mailhelmd.service")
                                   << QStringList { QStringLiteral("setpriority"), QStringLiteral("ioprio_set"),
                                          QStringLiteral("sched_yield"), QStringLiteral("fchown"),
                                          QStringLiteral("fchmod"), QStringLiteral("prlimit64"),
                                          QStringLiteral("renameat2"), QStringLiteral("fdatasync"),
                                          QStringLiteral("accept4"), QStringLiteral("inotify_add_watch") };
        QTest::newRow("mailhelm-mail") << QStringLiteral("mailhelm-mail.service")
                                       << QStringList { QStringLiteral("openat2"), QStringLiteral("renameat2"),
                                              QStringLiteral("linkat"), QStringLiteral("symlinkat"),
                                              QStringLiteral("fchown"), QStringLiteral("fchownat"),
                                              QStringLiteral("utimensat"), QStringLiteral("prlimit64"),
                                              QStringLiteral("fsync"), QStringLiteral("accept4") };
    }
    void everyCallIsLetThrough()
    {
        QFETCH(QString, unit);
        QFETCH(QStringList, calls);
        if (expanded(QStringLiteral("@default")).isEmpty())
            QSKIP("systemd-analyze is not there");
        QFile file(QStringLiteral(MAILHELM_SOURCE_DIR "/resources/packaging/") + unit);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QSet<QString> allowed = expanded(QStringLiteral("@default"));
        bool any = false;
        const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
        for (const QString &line : lines) {
            const QString key = QStringLiteral("SystemCallFilter=");
            if (!line.startsWith(key))
                continue;
            any = true;
            const bool denies = line[key.size()] == u'~';
            for (const QString &name : line.mid(key.size() + denies).split(u' '))
                denies ? allowed -= expanded(name) : allowed += expanded(name);
        }
        QVERIFY(any);
        for (const QString &call : calls)
            QVERIFY2(allowed.contains(call), qPrintable(call));
        // And what a filter refuses after all is an error that is told, not the end.
        QVERIFY(lines.contains(QStringLiteral("SystemCallErrorNumber=EPERM")));
    }
};

QTEST_GUILESS_MAIN(UnitsTest)
#include "tst_units.moc"
