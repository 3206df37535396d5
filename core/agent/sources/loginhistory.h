// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/loginscan.h"
#include "core/agent/sources/watchedspans.h"
#include "core/base/clock.h"

#include <QObject>
#include <QThread>

#include <map>
#include <memory>

namespace mailhelm
{

class LoginHistoryReader;

/// One log file with its rotated siblings, and whose lines are in it.
struct HistoryLog {
    QByteArray path;
    QList<QByteArray> sources; ///< "dovecot", "postfix"
    /// For each source: when every line of its logs is known to have been read.
    std::map<QByteArray, WatchedSpans> known;
    /// Which times of this log were read in earlier runs: what note() gave then.
    WatchedSpans read;
};

/// Reads the logs of the past for logins, rotated and compressed ones too, newest first, on a thread of its own that
/// yields to everybody. Files of which all is known are left out, so that it may be started anew whenever something may
/// be missing; after a restart it goes on with the file that it was at. Lives in the agent's main thread.
class LoginHistory : public QObject
{
    Q_OBJECT
public:
    struct Settings {
        LoginScan::Wanted wanted; ///< dovecot and postfix are each log's own
        qint64 readBackUs = 0; ///< how far back
    };
    LoginHistory(Settings settings, const Clock &clock, QObject *parent = nullptr);
    ~LoginHistory() override; ///< stops within the time that a block takes

    void start(const QList<HistoryLog> &logs);
    [[nodiscard]] bool isRunning() const { return m_thread.isRunning(); }

Q_SIGNALS:
    /// Before the spans that they are from.
    void found(const QList<mailhelm::LoginEvidence> &logins);
    /// All logs of the source were read from `from` to `to`.
    void covered(const QByteArray &source, qint64 from, qint64 to);
    /// This file's times are done with: to be remembered, and given again as HistoryLog::read.
    void fileDone(const QByteArray &path, qint64 from, qint64 to);
    /// `source` is "old logs".
    void statusChanged(const mailhelm::SourceStatus &status);
    void finished();

private:
    void onProgress(int percent, const QByteArray &file);
    void onFinished(const QList<QByteArray> &unreadable);

    const Settings m_settings;
    const Clock &m_clock;
    QThread m_thread;
    std::unique_ptr<LoginHistoryReader> m_reader;
};

} // namespace mailhelm
