// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/lab.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QThread>

#include <array>

#include <unistd.h>

namespace mailhelm
{

namespace
{

constexpr int Slots = 10;
constexpr int PortTaken = 3; // exit code of the script

// In the order of Lab::Port.
constexpr std::array PortKeys {
    "IMAP_PORT",
    "IMAPS_PORT",
    "POP3_PORT",
    "POP3S_PORT",
    "SUBMISSION_PORT",
    "SIEVE_PORT",
    "AUTH_PORT",
    "SMTP_PORT",
    "SMTPS_PORT",
    "POSTFIX_SUBMISSION_PORT",
    "RELAY_PORT",
    "BACKEND_IMAP_PORT",
    "BACKEND_IMAPS_PORT",
    "BACKEND_POP3S_PORT",
    "BACKEND_SUBMISSION_PORT",
    "BACKEND_SIEVE_PORT",
    "BACKEND_SMTP_PORT",
    "BACKEND_POSTFIX_SUBMISSION_PORT",
    "PROXY_IMAP_PORT",
    "PROXY_IMAPS_PORT",
    "PROXY_POP3S_PORT",
    "PROXY_SUBMISSION_PORT",
    "PROXY_SIEVE_PORT",
    "PROXY_SMTP_PORT",
    "PROXY_POSTFIX_SUBMISSION_PORT",
    "MAPPED_IMAP_PORT",
    "MAPPED_IMAPS_PORT",
    "AGENT_PORT",
    "WEB_PORT",
    "ROUNDCUBE_PORT",
};
static_assert(PortKeys.size() == size_t(Lab::Port::Roundcube) + 1);

QString serviceName(Lab::Service service)
{
    switch (service) {
    case Lab::Service::Dovecot:
        return QStringLiteral("dovecot");
    case Lab::Service::Postfix:
        return QStringLiteral("postfix");
    case Lab::Service::Haproxy:
        return QStringLiteral("haproxy");
    case Lab::Service::Roundcube:
        break;
    }
    return QStringLiteral("roundcube");
}

QByteArray readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString script()
{
    return QStringLiteral(MAILHELM_SOURCE_DIR "/tests/lab/lab");
}

} // namespace

Lab::Lab()
    : Lab(Options {})
{
}

Lab::Lab(const Options &options)
    : m_options(options)
    // Short, since it holds unix sockets, whose paths end at 107 bytes.
    , m_directory(QStringLiteral("/tmp/mhlab-XXXXXX"))
{
}

Lab::~Lab()
{
    if (const Result<void> stopped = stop(); !stopped)
        qWarning("%s", qUtf8Printable(stopped.error().detail));
}

QString Lab::whyNotHere()
{
    if (geteuid() != 0
        && QProcess::execute(QStringLiteral("sudo"), { QStringLiteral("-n"), QStringLiteral("true") }) != 0)
        return QStringLiteral("the lab's mail servers are started as root: run the tests as root");
    const QStringList paths { QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin"), QStringLiteral("/sbin"),
        QStringLiteral("/bin") };
    for (const char *name : { "dovecot", "postfix", "haproxy", "sqlite3", "openssl", "ss", "setpriv", "ps" }) {
        if (QStandardPaths::findExecutable(QLatin1String(name), paths).isEmpty())
            return QStringLiteral("%1 is not installed: ./dev test installs all that the lab needs")
                .arg(QLatin1String(name));
    }
    return {};
}

Result<void> Lab::start()
{
    if (!m_directory.isValid())
        return Error { ErrorCode::Io, QStringLiteral("no temporary folder: %1").arg(m_directory.errorString()) };
    // Ten labs at once are many: wait a little for one to end.
    const QDeadlineTimer deadline(60'000);
    while (!deadline.hasExpired()) {
        // Spread over the slots, so that programs started together seldom meet.
        const int first = int(QCoreApplication::applicationPid() % Slots);
        for (int i = 0; i < Slots; ++i) {
            const int slot = (first + i) % Slots;
            bool taken = false;
            const Result<void> started = startInSlot(slot, &taken);
            if (started || !taken)
                return started;
        }
        QThread::msleep(200);
    }
    return Error { ErrorCode::Unavailable, QStringLiteral("all ten slots of ports for labs are taken") };
}

Result<void> Lab::startInSlot(int slot, bool *taken)
{
    auto lock = std::make_unique<QLockFile>(QStringLiteral("/tmp/mhlab-slot-%1.lock").arg(slot));
    lock->setStaleLockTime(0);
    if (!lock->tryLock(0)) {
        *taken = true;
        return Error { ErrorCode::Conflict, QStringLiteral("slot %1 is taken").arg(slot) };
    }
    QStringList arguments { QStringLiteral("start"), m_directory.path(), QStringLiteral("--offset"),
        QString::number(slot), QStringLiteral("--accounts"), QString::number(m_options.accounts),
        QStringLiteral("--user-address-limit"), QString::number(m_options.userAddressLimit), QStringLiteral("--owner"),
        QString::number(QCoreApplication::applicationPid()) };
    if (m_options.richFormat)
        arguments << QStringLiteral("--dovecot-format") << QStringLiteral("rich");
    const std::pair<bool, const char *> flags[] = {
        { m_options.events, "--events" },
        { m_options.serviceCount0, "--service-count-0" },
        { m_options.hibernate, "--hibernate" },
        { m_options.haproxy, "--haproxy" },
        { m_options.roundcube, "--roundcube" },
        { m_options.v4Mapped, "--v4-mapped" },
        { !m_options.postfix, "--no-postfix" },
        { m_options.postfixDefaultLogging, "--postfix-default-logging" },
        { m_options.large, "--large" },
    };
    for (const auto &[wanted, flag] : flags) {
        if (wanted)
            arguments << QLatin1String(flag);
    }
    int exitCode = 0;
    if (const Result<void> started = run(arguments, &exitCode); !started) {
        *taken = exitCode == PortTaken;
        return started;
    }
    m_slot = std::move(lock);
    m_running = true;
    return readEnv();
}

Result<void> Lab::stop()
{
    if (!m_running)
        return {};
    m_running = false;
    const Result<void> stopped = run({ QStringLiteral("stop"), m_directory.path() });
    m_slot.reset();
    return stopped;
}

Result<void> Lab::stopService(Service service)
{
    return onService(QStringLiteral("stop-service"), service);
}

Result<void> Lab::startService(Service service)
{
    return onService(QStringLiteral("start-service"), service);
}

Result<void> Lab::restartService(Service service)
{
    return onService(QStringLiteral("restart"), service);
}

Result<void> Lab::onService(const QString &verb, Service service)
{
    if (const Result<void> done = run({ verb, serviceName(service), m_directory.path() }); !done)
        return done;
    return readEnv();
}

Result<void> Lab::run(const QStringList &arguments, int *exitCode)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(script(), arguments);
    if (!process.waitForFinished(60'000)) {
        process.kill();
        process.waitForFinished();
        return Error { ErrorCode::TimedOut,
            QStringLiteral("lab %1 did not end: %2").arg(arguments.join(u' '), process.errorString()) };
    }
    const int code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    if (exitCode != nullptr)
        *exitCode = code;
    if (code == 0)
        return {};
    return Error { ErrorCode::Unavailable,
        QStringLiteral("lab %1: exit code %2: %3")
            .arg(arguments.join(u' '))
            .arg(code)
            .arg(QString::fromUtf8(process.readAll())) };
}

Result<void> Lab::readEnv()
{
    m_env.clear();
    const QByteArray text = readAll(m_directory.filePath(QStringLiteral("env")));
    for (const QByteArray &line : text.split('\n')) {
        if (const qsizetype equals = line.indexOf('='); equals > 0)
            m_env.insert(line.left(equals), line.mid(equals + 1));
    }
    if (m_env.isEmpty())
        return Error { ErrorCode::Io, QStringLiteral("%1/env is missing or empty").arg(m_directory.path()) };
    return {};
}

QString Lab::value(const char *key) const
{
    const auto found = m_env.constFind(QByteArray(key));
    if (found == m_env.constEnd())
        qFatal("the lab has no %s: was it started?", key);
    return QString::fromUtf8(*found);
}

quint16 Lab::port(Port port) const
{
    return quint16(value(PortKeys[size_t(port)]).toUInt());
}

qint64 Lab::pid(Service service) const
{
    return value(qPrintable(serviceName(service).toUpper() + QStringLiteral("_PID"))).toLongLong();
}

QString Lab::directory() const
{
    return m_directory.path();
}

QByteArray Lab::user(int number)
{
    return "user" + QByteArray::number(number) + "@lab.test";
}

QByteArray Lab::readDovecotLog() const
{
    return readAll(dovecotLog());
}

QByteArray Lab::readPostfixLog() const
{
    return readAll(postfixLog());
}

} // namespace mailhelm
