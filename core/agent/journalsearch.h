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

namespace mailhelm {

/// Finds the log lines of single sessions: reads the logs backwards, in slices between turns of the event loop, one search after
/// the other. Main thread; `clock` outlives it.
class JournalSearch : public QObject
{
    Q_OBJECT
public:
    using Found = std::function<void(Result<QList<QByteArray>>)>;

    explicit JournalSearch(const Clock &clock, QObject *parent = nullptr);

    /// The newest limits::JournalLines lines of the session in `files` (newest first), told oldest first.
    void search(const SessionFacts &facts, const QList<QByteArray> &files, Found found);

private:
    struct Task {
        QByteArray needle; ///< the session's id, or its endpoint
        qint64 pid = 0;    ///< of a Postfix process: its lines count too, between connect and end
        qint64 notBefore = 0;
        QList<QByteArray> files;
        Found found;
        std::unique_ptr<BackwardLogReader> reader;
        QList<QByteArray> lines; ///< newest first
    };
    void slice();

    const Clock &m_clock;
    std::deque<Task> m_tasks;
};

} // namespace mailhelm
