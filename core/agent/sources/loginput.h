// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/logline.h"

#include <QByteArray>
#include <QList>
#include <QObject>

#include <vector>

namespace mailhelm
{

/// Some lines of a log. The views are valid only while the signal that brings them is being delivered: connect
/// directly.
using LogBatch = std::vector<LogLine>;

/// Where log lines come from: a followed file, or the journal. Lives in one thread and never blocks it for long: it
/// reads in slices and returns to the event loop between them.
///
/// Two streams, which may interleave: lines() goes forward from the stored position (or, without one, from the end as
/// it was at start()), olderLines() goes backwards from there, newest first, after readBack().
class LogInput : public QObject
{
    Q_OBJECT
public:
    enum class Start {
        Continued, ///< at the stored position: nothing was missed
        Gap, ///< there was a position, but what it names is gone: lines were missed
        Fresh, ///< there was no position
    };

    using QObject::QObject;

    /// What the configuration calls it: the file's path, or "journal".
    [[nodiscard]] virtual QByteArray name() const = 0;
    /// Begins to follow. `stored` is what position() gave in an earlier run, or empty.
    virtual Start start(const QByteArray &stored) = 0;
    /// Reads backwards from where following began, until stopReadBack() or a line older than `notBefore` (µs) or the
    /// bound on bytes. Always ends in readBackDone().
    virtual void readBack(qint64 notBefore) = 0;
    virtual void stopReadBack() = 0;
    /// After the last line that was emitted, in a stored form.
    [[nodiscard]] virtual QByteArray position() const = 0;
    /// The files that it reads, newest first; none for the journal.
    [[nodiscard]] virtual QList<QByteArray> files() const = 0;
    /// How often lines were lost since start(), because a file was emptied and no copy of it was found.
    [[nodiscard]] virtual int gaps() const { return 0; }
    /// How the input is now; `source` is left empty.
    [[nodiscard]] virtual SourceStatus status() const = 0;

Q_SIGNALS:
    void lines(const mailhelm::LogBatch &batch);
    void olderLines(const mailhelm::LogBatch &batch);
    /// Everything that was there at start() has been emitted: following is live now.
    void caughtUp();
    /// `horizonMet`: everything since `notBefore` was read. False: it was stopped, or the log does not reach so far
    /// back.
    void readBackDone(bool horizonMet);
    void statusChanged();
};

} // namespace mailhelm
