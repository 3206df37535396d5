// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/agentprocess.h"

#include <QFile>
#include <QTest>

#include <csignal>
#include <sys/prctl.h>

namespace mailhelm
{

namespace
{

QString program()
{
    return QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmd");
}

QByteArray contents(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

AgentProcess::AgentProcess()
    : m_folder(QStringLiteral("/tmp/mhagent-XXXXXX"))
{
}

AgentProcess::~AgentProcess()
{
    if (Result<void> ended = stop(); !ended)
        qWarning("%s", qUtf8Printable(ended.error().detail));
}

Result<void> AgentProcess::init(const Lab &lab)
{
    const Result<QByteArray> made
        = run({ QStringLiteral("init"), QStringLiteral("--state"), state(), QStringLiteral("--listen"),
            QStringLiteral("127.0.0.1:%1").arg(lab.port(Lab::Port::Agent)), QStringLiteral("--dovecot-config"),
            lab.dovecotConfig(), QStringLiteral("--postfix-config"), lab.postfixConfigDir(),
            QStringLiteral("--roundcube-config"), lab.directory() + QStringLiteral("/roundcube/config") });
    return made ? Result<void>() : made.error();
}

Result<void> AgentProcess::writeConfig(const QByteArray &toml)
{
    QFile file(configFile());
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(toml) != toml.size())
        return Error { ErrorCode::Io, file.errorString() };
    return {};
}

Result<void> AgentProcess::start()
{
    const qsizetype logged = log().size();
    m_daemon = std::make_unique<QProcess>();
    m_daemon->setStandardInputFile(QProcess::nullDevice());
    m_daemon->setStandardOutputFile(QProcess::nullDevice());
    m_daemon->setStandardErrorFile(logFile(), QIODevice::Append);
    m_daemon->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    const QStringList command
        = m_wrapper + QStringList { program(), QStringLiteral("--config"), configFile(), QStringLiteral("serve") };
    m_daemon->start(command.first(), command.mid(1));
    const auto over
        = [&] { return m_daemon->state() == QProcess::NotRunning || log().mid(logged).contains("listening on "); };
    if (QTest::qWaitFor(over, TimeoutMs) && isRunning())
        return {};
    return Error { ErrorCode::Unavailable,
        QStringLiteral("mailhelmd serve did not come up: ") + QString::fromUtf8(log().mid(logged)) };
}

Result<void> AgentProcess::stop()
{
    return end(SIGTERM);
}

Result<void> AgentProcess::kill()
{
    return end(SIGKILL);
}

Result<void> AgentProcess::end(int signal)
{
    if (!isRunning())
        return {};
    ::kill(pid_t(m_daemon->processId()), signal);
    if (QTest::qWaitFor([this] { return !isRunning(); }, TimeoutMs))
        return {};
    m_daemon->kill();
    m_daemon->waitForFinished();
    return Error { ErrorCode::TimedOut, QStringLiteral("mailhelmd did not end by signal %1").arg(signal) };
}

Result<QString> AgentProcess::enroll(const QByteArray &name, const QByteArray &role)
{
    const Result<QByteArray> out
        = run({ QStringLiteral("enroll"), QString::fromUtf8(name), QStringLiteral("--role"), QString::fromUtf8(role) });
    if (!out)
        return out.error();
    return QString::fromUtf8(out.value().trimmed());
}

Result<QByteArray> AgentProcess::run(const QStringList &verb)
{
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(program(), QStringList { QStringLiteral("--config"), configFile() } + verb);
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, TimeoutMs)) {
        process.kill();
        process.waitForFinished();
        return Error { ErrorCode::TimedOut, QStringLiteral("mailhelmd %1 did not end").arg(verb.join(u' ')) };
    }
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return process.readAllStandardOutput();
    return Error { ErrorCode::Unavailable,
        QStringLiteral("mailhelmd %1: exit code %2: %3")
            .arg(verb.join(u' '))
            .arg(process.exitCode())
            .arg(QString::fromUtf8(process.readAllStandardError())) };
}

QByteArray AgentProcess::log() const
{
    return contents(logFile());
}

} // namespace mailhelm
