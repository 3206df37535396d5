// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/sqlworker.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>

#include <atomic>

namespace mailhelm
{

/// The far side of a SqlWorker: holds the connection and runs jobs. Lives on a thread of its own, which ends with it.
class SqlThread final : public QObject
{
    Q_OBJECT
public:
    explicit SqlThread(const DatabaseUrl &url);
    ~SqlThread() override;

    void run(quint64 number, const SqlWorker::Work &work, int deadlineMs);
    /// Closes and ends the thread. In the thread.
    void end();
    /// Ends a SQLite statement that is under way, and every later one. From any thread.
    void stop() { m_stopped = true; }

Q_SIGNALS:
    void finished(quint64 job, const std::shared_ptr<void> &result, const std::optional<mailhelm::Error> &error);

private:
    SqlWorker::Outcome outcomeOf(const SqlWorker::Work &work, int deadlineMs);
    Result<void> prepare(int deadlineMs);
    Result<void> limit(int deadlineMs);
    void watchSqlite();
    [[nodiscard]] std::pair<quint64, quint64> fileNow() const;
    void close();

    const DatabaseUrl m_url;
    const QString m_connection;
    bool m_open = false;
    std::pair<quint64, quint64> m_file; ///< SQLite: device and inode of what is open
    int m_limitMs = 0; ///< what the server was told last
    QElapsedTimer m_idle;
    QDeadlineTimer m_deadline;
    std::atomic<bool> m_stopped = false;
};

} // namespace mailhelm
