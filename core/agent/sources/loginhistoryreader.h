// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/logblocks.h"
#include "core/agent/sources/loginhistory.h"

#include <atomic>
#include <vector>

namespace mailhelm
{

/// LoginHistory's work, on its thread. Used once.
class LoginHistoryReader : public QObject
{
    Q_OBJECT
public:
    struct Task {
        QList<HistoryLog> logs;
        LoginScan::Wanted wanted;
        qint64 now = 0; ///< the logs are followed since then, at the latest
        qint64 notBefore = 0;
    };
    explicit LoginHistoryReader(Task task);
    ~LoginHistoryReader() override;

    void run();
    void stop() { m_stopped = true; } ///< from any thread

Q_SIGNALS:
    void found(const QList<mailhelm::LoginEvidence> &logins);
    void covered(const QByteArray &source, qint64 from, qint64 to);
    void fileDone(const QByteArray &path, qint64 from, qint64 to);
    void progress(int percent, const QByteArray &file);
    /// What could not be read, each with the reason.
    void finished(const QList<QByteArray> &unreadable);

private:
    /// Opened before anything is read: rotation renames and compresses files meanwhile.
    struct File {
        size_t log = 0; ///< of m_logs
        QByteArray name;
        int number = -1; ///< 0 the log itself, 1 "NAME.1" …; -1: its name has none
        qint64 modified = 0;
        bool gzip = false;
        QByteArray why; ///< it cannot be read
        std::unique_ptr<LogBlocks> blocks;
    };
    struct Log {
        HistoryLog given;
        qint64 reached = 0; ///< everything since then is read
        bool broken = false; ///< older lines are not known to follow without a gap
        int number = -1; ///< of the last file
        qint64 reference = 0; ///< no line of the next file is younger
    };

    void listFiles();
    void read(File &file);
    [[nodiscard]] bool isKnown(const Log &log, qint64 from, qint64 to) const;
    void tellCovered();
    void tellProgress(const File &file, qint64 bytes);
    void hand(LoginScan &scan);

    const Task m_task;
    std::vector<Log> m_logs;
    std::vector<File> m_files; ///< newest first
    LoginScan m_scan;
    QList<QByteArray> m_unreadable;
    qint64 m_bytesAll = 0;
    qint64 m_bytesDone = 0;
    int m_told = -1;
    std::atomic<bool> m_stopped = false;
};

} // namespace mailhelm
