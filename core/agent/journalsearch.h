// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/backwardlogreader.h"
#include "core/base/clock.h"
#include "core/base/result.h"

#include <QObject>

#include <deque>
#include <functional>
#include <memory>

namespace mailhelm
{

/// Finds the log lines of single sessions: reads the logs backwards, in slices between turns of the event loop, one
/// search after the other, and no more than MostWaiting of them. Main thread; `clock` outlives it.
class JournalSearch : public QObject
{
    Q_OBJECT
public:
    using Found = std::function<void(Result<QList<QByteArray>>)>;
    static constexpr size_t MostWaiting = 16;

    explicit JournalSearch(const Clock &clock, QObject *parent = nullptr);

    /// The newest limits::JournalLines lines of the session in `files`, the rotated ones among them, told oldest first.
    /// NotFound: nothing names the session in a log. Unavailable: too many searches wait.
    void search(const SessionFacts &facts, const QList<QByteArray> &files, Found found);

private:
    struct Line {
        qint64 time;
        QByteArray text;
    };
    struct Task {
        QByteArray needle; ///< the session's id, or its endpoint
        qint64 pid = 0; ///< of a Postfix process: its lines count too, between connect and end
        qint64 notBefore = 0;
        QList<QByteArray> files;
        Found found;
        std::unique_ptr<BackwardLogReader> reader; ///< of files[at]
        qsizetype at = 0;
        qint64 bytesLeft = 0;
        qsizetype linesBefore = 0; ///< how many lines the files before this one gave
        QList<Line> lines; ///< newest first within each file
    };
    void slice();
    [[nodiscard]] static bool read(Task &task);
    static void finish(Task task);

    const Clock &m_clock;
    std::deque<Task> m_tasks;
};

} // namespace mailhelm
