// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTest>

namespace mailhelm
{

/// What one run of mailhelmctl came to.
struct Ran {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

/// The real program, with a profile of the test.
class Ctl : public QProcess
{
public:
    explicit Ctl(const QString &home)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("MAILHELM_HOME"), home);
        environment.insert(QStringLiteral("TZ"), QStringLiteral("UTC"));
        setProcessEnvironment(environment);
        setProgram(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmctl"));
    }
    ~Ctl() override
    {
        kill();
        waitForFinished();
    }
    bool end()
    {
        return QTest::qWaitFor([this] { return state() == NotRunning; }, 20'000);
    }
    Ran run(const QStringList &arguments, const QByteArray &input = {})
    {
        setArguments(arguments);
        start();
        write(input);
        closeWriteChannel();
        if (!end())
            return {};
        return { exitStatus() == NormalExit ? exitCode() : -2, readAllStandardOutput(), readAllStandardError() };
    }
};

} // namespace mailhelm
