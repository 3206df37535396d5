// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/loginput.h"
#include "core/agent/sources/sessionsource.h"
#include "core/base/clock.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace mailhelm
{

/// What a log source leaves behind for its next start. Positions and sessions belong together: store them in one
/// transaction.
struct LogSourceState {
    QHash<QByteArray, QByteArray> positions; ///< input's name → LogInput::position()
    QList<SessionFacts> open; ///< sessions that live
};

/// A mail service as its log tells it: inputs, a parser and the sessions, put together by the two subclasses. Owns its
/// inputs.
///
/// start() goes on where the stored state ends, if every input still can; otherwise that state is dropped and the logs
/// are read backwards, newest first, until nobody needs more or the horizon. Lives in the agent's thread.
class LogSource : public QObject
{
    Q_OBJECT
public:
    LogSource(const QByteArray &source, std::vector<std::unique_ptr<LogInput>> inputs, const Clock &clock,
        QObject *parent = nullptr);

    /// How far back to read, µs; 24 hours.
    void setHorizon(qint64 us) { m_horizon = us; }
    /// Asked after each slice of reading back: false = every live socket is explained, stop. Without it the whole
    /// horizon is read.
    void setNeeded(std::function<bool()> stillNeeded) { m_needed = std::move(stillNeeded); }

    /// Begins where `stored` left off. `storedCompleteSince`: what coverage() said then.
    void start(const LogSourceState &stored, qint64 storedCompleteSince = 0);
    /// Empty until everything was read: sessions that are not complete must not be taken for all there are.
    [[nodiscard]] LogSourceState state() const;
    /// How much the log is worth for sessions of which no line was found. Moves back as reading back goes on.
    [[nodiscard]] LogCoverage coverage() const;
    /// The files that it reads, newest first.
    [[nodiscard]] QList<QByteArray> logFiles() const;

    [[nodiscard]] SourceStatus status() const;
    /// Whether start() went on without a gap: the history of logins is unbroken across the restart.
    [[nodiscard]] bool continued() const { return m_continued; }
    /// Its socket is gone: nothing more will be wanted of this session.
    virtual void forget(const QByteArray &key) = 0;

Q_SIGNALS:
    /// All that is known of one session, whenever something changed.
    void facts(const mailhelm::SessionFacts &facts);
    void loggedIn(const mailhelm::LoginEvidence &login);
    void statusChanged(const mailhelm::SourceStatus &status);
    void coverageChanged();
    /// What was logged before start() is known now, as far as it will be.
    void readBackDone();

protected:
    virtual void takeLine(LogLine &line, bool older) = 0;
    virtual void endSessionsReadBack() = 0;
    virtual void restoreSessions(const QList<SessionFacts> &open) = 0;
    [[nodiscard]] virtual QList<SessionFacts> openSessions() const = 0;
    /// Lowers an otherwise good status where the log lacks something.
    virtual void judge(SourceStatus &status) const = 0;

private:
    struct Input {
        std::unique_ptr<LogInput> log;
        qint64 completeSince = 0;
        int gaps = 0;
    };

    void takeNewer(Input &input, const LogBatch &batch);
    void takeOlder(Input &input, const LogBatch &batch);
    void onReadBackDone(Input &input, bool horizonMet);
    void onPartDone();
    void check();

    const QByteArray m_source;
    std::vector<Input> m_inputs;
    const Clock &m_clock;
    std::function<bool()> m_needed;
    qint64 m_horizon = qint64(24) * 3600 * 1'000'000;
    qint64 m_notBefore = 0; ///< the horizon as a time
    qsizetype m_partsLeft = 0; ///< catching up and reading back, of every input
    bool m_started = false;
    bool m_continued = false;
    SourceStatus m_lastStatus;
    LogCoverage m_lastCoverage;
};

} // namespace mailhelm
