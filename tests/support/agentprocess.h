// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "tests/support/lab.h"

#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace mailhelm
{

/// The real mailhelmd beside a lab, with a configuration and a state folder of its own in a temporary folder. Belongs
/// to the test; the destructor ends the daemon, and the kernel does where the test dies. All calls wait for the
/// condition that they name, in an event loop in which clients go on, and fail after `TimeoutMs`.
class AgentProcess
{
public:
    static constexpr int TimeoutMs = 20'000;

    AgentProcess();
    ~AgentProcess();
    Q_DISABLE_COPY_MOVE(AgentProcess)

    /// `mailhelmd init` with the lab's configurations; listens on 127.0.0.1 and the lab's agent port.
    Result<void> init(const Lab &lab);
    /// Instead of init(): this configuration. state() is the folder to name in it.
    Result<void> writeConfig(const QByteArray &toml);

    /// A command that runs the daemon, such as setpriv and its options; before start(). Whoever it makes the daemon
    /// must be able to write folder().
    void setWrapper(const QStringList &command) { m_wrapper = command; }
    [[nodiscard]] QString folder() const { return m_folder.path(); }

    /// Starts `mailhelmd serve` and returns once it listens.
    Result<void> start();
    Result<void> stop(); ///< SIGTERM, until it has ended
    Result<void> kill(); ///< SIGKILL, until it has ended
    [[nodiscard]] bool isRunning() const { return m_daemon && m_daemon->state() == QProcess::Running; }
    [[nodiscard]] qint64 pid() const { return m_daemon ? m_daemon->processId() : 0; }

    /// `mailhelmd enroll`: the pairing link.
    Result<QString> enroll(const QByteArray &name, const QByteArray &role);
    /// Any other verb of mailhelmd: its standard output; an Error with its standard error where it does not exit with
    /// 0.
    Result<QByteArray> run(const QStringList &verb);

    [[nodiscard]] QString configFile() const { return m_folder.filePath(QStringLiteral("mailhelmd.toml")); }
    [[nodiscard]] QString state() const { return m_folder.filePath(QStringLiteral("state")); }
    /// What the daemon wrote to standard error, over all its starts.
    [[nodiscard]] QByteArray log() const;

private:
    [[nodiscard]] QString logFile() const { return m_folder.filePath(QStringLiteral("mailhelmd.log")); }
    Result<void> end(int signal);

    QTemporaryDir m_folder;
    QStringList m_wrapper;
    std::unique_ptr<QProcess> m_daemon;
};

} // namespace mailhelm
