// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/loginput.h"
#include "core/agent/sources/logpiece.h"
#include "core/base/clock.h"

#include <QSocketNotifier>
#include <QTimer>

#include <deque>
#include <memory>

namespace mailhelm
{

class BackwardLogReader;

/// Follows one log file by inotify: rename rotation (the renamed file is read to its end, and for a minute more,
/// because daemons go on writing to it until they are told), copytruncate (the rest is read from the copy), removal, a
/// file that is not there yet or not readable yet. A slow timer looks as well, for file systems that do not notify.
class LogFile final : public LogInput
{
    Q_OBJECT
public:
    /// `clock` outlives this.
    LogFile(const QByteArray &path, const Clock &clock, QObject *parent = nullptr);
    ~LogFile() override;

    [[nodiscard]] QByteArray name() const override { return m_path; }
    Start start(const QByteArray &stored) override;
    void readBack(qint64 notBefore) override;
    void stopReadBack() override;
    [[nodiscard]] QByteArray position() const override;
    [[nodiscard]] SourceStatus status() const override { return m_status; }

    [[nodiscard]] QList<QByteArray> files() const override;
    [[nodiscard]] int gaps() const override { return m_gaps; }

private:
    void watch();
    void watchFile(const QByteArray &path);
    void onNotify();
    void look();
    void scheduleSlice();
    void slice();
    void sliceBack();
    bool openCurrent(qint64 offset);
    void handleTruncation();
    void judge();
    void setStatus(SourceStatus::State state, const QByteArray &detail, const QByteArray &mend);

    const QByteArray m_path;
    const Clock &m_clock;
    int m_inotify = -1;
    int m_directoryWatch = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_poll;
    QTimer m_sliceTimer;
    QTimer m_backTimer;
    /// Oldest first; the last one is the file at m_path, unless m_haveCurrent is false.
    std::deque<std::unique_ptr<LogPiece>> m_pieces;
    bool m_haveCurrent = false;
    int m_openError = 0; ///< errno of the last attempt at m_path
    bool m_started = false;
    bool m_caughtUp = false;
    int m_gaps = 0;
    std::unique_ptr<BackwardLogReader> m_back;
    qint64 m_backNotBefore = 0;
    SourceStatus m_status;
};

} // namespace mailhelm
