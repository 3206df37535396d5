// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"

#include <QObject>

namespace mailhelm
{

/// How much a log is worth for the sessions of which no line was found.
struct LogCoverage {
    bool live = false; ///< it is being followed: a login that happens now will be told
    qint64 completeSince = 0; ///< every line since then was read (µs); 0 = nothing is known of earlier ones yet
    friend bool operator==(const LogCoverage &, const LogCoverage &) = default;
};

/// A source that tells of sessions: a mail service's log, or a simulation of one. Never blocks the event loop of its
/// thread.
class SessionSource : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// "dovecot", "postfix": SessionFacts::source of what it tells.
    [[nodiscard]] virtual QByteArray name() const = 0;
    /// Begins, where `state` (of saveState() in an earlier run, or empty) left off; without it reads back.
    virtual void start(const QByteArray &state) = 0;
    [[nodiscard]] virtual QByteArray saveState() const = 0;
    /// Every live socket is explained: reading back may stop.
    virtual void stopReadBack() = 0;
    /// The socket of the session is gone: nothing more will be wanted of it.
    virtual void forget(const QByteArray &key) { Q_UNUSED(key); }
    [[nodiscard]] virtual LogCoverage coverage() const = 0;
    /// The files that it reads, each log's newest first, for finding the lines of one session; none where it reads the
    /// journal.
    [[nodiscard]] virtual QList<QByteArray> logFiles() const = 0;

Q_SIGNALS:
    void facts(const mailhelm::SessionFacts &facts);
    /// Somebody authenticated. May be told again, and of long ago.
    void loggedIn(const mailhelm::LoginEvidence &login);
    void statusChanged(const mailhelm::SourceStatus &status);
    void coverageChanged();
};

} // namespace mailhelm
