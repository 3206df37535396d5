// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logsource.h"

#include <algorithm>

namespace mailhelm
{

LogSource::LogSource(
    const QByteArray &source, std::vector<std::unique_ptr<LogInput>> inputs, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_clock(clock)
{
    m_lastStatus.source = source;
    m_inputs.reserve(inputs.size());
    for (std::unique_ptr<LogInput> &log : inputs)
        m_inputs.push_back({ std::move(log), 0, 0 });
    for (Input &input : m_inputs) { // their places do not move any more
        const LogInput *const log = input.log.get();
        connect(log, &LogInput::lines, this, [this, &input](const LogBatch &batch) { takeNewer(input, batch); });
        connect(log, &LogInput::olderLines, this, [this, &input](const LogBatch &batch) { takeOlder(input, batch); });
        connect(log, &LogInput::caughtUp, this, &LogSource::onPartDone);
        connect(
            log, &LogInput::readBackDone, this, [this, &input](bool horizonMet) { onReadBackDone(input, horizonMet); });
        connect(log, &LogInput::statusChanged, this, &LogSource::check);
    }
}

void LogSource::start(const LogSourceState &stored, qint64 storedCompleteSince)
{
    const qint64 now = m_clock.nowUs();
    m_started = true;
    m_partsLeft = qsizetype(m_inputs.size());
    m_continued = !m_inputs.empty();
    for (Input &input : m_inputs) {
        if (input.log->start(stored.positions.value(input.log->name())) != LogInput::Start::Continued)
            m_continued = false;
        input.completeSince = now;
    }
    if (m_continued) {
        for (Input &input : m_inputs)
            input.completeSince = storedCompleteSince;
        restoreSessions(stored.open);
        for (const SessionFacts &session : stored.open)
            Q_EMIT facts(session);
    } else {
        m_partsLeft *= 2;
        m_notBefore = now - m_horizon;
        for (Input &input : m_inputs)
            input.log->readBack(m_notBefore);
    }
    check();
}

void LogSource::takeNewer(Input &input, const LogBatch &batch)
{
    for (LogLine line : batch)
        takeLine(line, false);
    if (input.log->gaps() != input.gaps) {
        input.gaps = input.log->gaps();
        input.completeSince = m_clock.nowUs();
    }
    check();
}

void LogSource::takeOlder(Input &input, const LogBatch &batch)
{
    for (LogLine line : batch)
        takeLine(line, true);
    if (input.gaps == 0)
        input.completeSince = std::min(input.completeSince, batch.back().time);
    check();
    if (m_needed && !m_needed()) {
        for (Input &each : m_inputs)
            each.log->stopReadBack();
    }
}

void LogSource::onReadBackDone(Input &input, bool horizonMet)
{
    if (horizonMet && input.gaps == 0)
        input.completeSince = std::min(input.completeSince, m_notBefore);
    onPartDone();
}

void LogSource::onPartDone()
{
    if (--m_partsLeft != 0)
        return;
    endSessionsReadBack();
    check();
    Q_EMIT readBackDone();
}

LogCoverage LogSource::coverage() const
{
    LogCoverage result;
    if (!m_started || m_inputs.empty())
        return result;
    result.live = true;
    for (const Input &input : m_inputs) {
        if (input.log->status().state == SourceStatus::State::Down)
            result.live = false;
        result.completeSince = std::max(result.completeSince, input.completeSince);
    }
    // While lines of the time since then are still to be read, nothing follows from one that was not seen.
    if (m_continued && m_partsLeft != 0)
        result.completeSince = 0;
    return result;
}

QList<QByteArray> LogSource::logFiles() const
{
    QList<QByteArray> files;
    for (const Input &input : m_inputs)
        files += input.log->files();
    return files;
}

LogSourceState LogSource::state() const
{
    LogSourceState state;
    if (!m_started || m_partsLeft != 0)
        return state;
    for (const Input &input : m_inputs)
        state.positions.insert(input.log->name(), input.log->position());
    state.open = openSessions();
    return state;
}

SourceStatus LogSource::status() const
{
    SourceStatus worst;
    for (const Input &input : m_inputs) {
        const SourceStatus each = input.log->status();
        if (each.state > worst.state)
            worst = each;
    }
    if (worst.state == SourceStatus::State::Ok)
        judge(worst);
    worst.source = m_source;
    return worst;
}

void LogSource::check()
{
    const SourceStatus now = status();
    if (now != m_lastStatus) {
        m_lastStatus = now;
        Q_EMIT statusChanged(now);
    }
    const LogCoverage covered = coverage();
    if (covered != m_lastCoverage) {
        m_lastCoverage = covered;
        Q_EMIT coverageChanged();
    }
}

} // namespace mailhelm
