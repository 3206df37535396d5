// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logsessionsource.h"

#include "core/agent/sources/factscodec.h"

#include <QDataStream>
#include <QIODevice>

namespace mailhelm {

LogSessionSource::LogSessionSource(QByteArray name, std::unique_ptr<LogSource> source, QList<QByteArray> logFiles, const Clock &clock,
                                   QObject *parent)
    : SessionSource(parent), m_name(std::move(name)), m_source(std::move(source)), m_files(std::move(logFiles)), m_clock(clock)
{
    connect(m_source.get(), &LogSource::facts, this, &SessionSource::facts);
    connect(m_source.get(), &LogSource::statusChanged, this, [this](const SourceStatus &status) {
        updateLive(status);
        Q_EMIT statusChanged(status);
    });
    connect(m_source.get(), &LogSource::readBackDone, this, [this] {
        // Whatever of the time before was wanted is read: from here on silence means something.
        m_readBackDone = true;
        if (m_coverage.completeSince == 0)
            m_coverage.completeSince = m_started;
        Q_EMIT coverageChanged();
    });
    m_source->setNeeded([this] { return !m_stop; });
}

void LogSessionSource::start(const QByteArray &state)
{
    m_started = m_clock.nowUs();
    LogSourceState stored;
    qint64 completeSince = 0;
    QDataStream in(state);
    in.setVersion(QDataStream::Qt_6_4);
    in >> completeSince >> stored.positions >> stored.open;
    if (in.status() != QDataStream::Ok) {
        stored = {};
        completeSince = 0;
    }
    m_source->start(stored);
    updateLive(m_source->status());
    if (m_source->continued())
        m_coverage.completeSince = completeSince;
    Q_EMIT statusChanged(m_source->status());
}

QByteArray LogSessionSource::saveState() const
{
    const LogSourceState state = m_source->state();
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    out << m_coverage.completeSince << state.positions << state.open;
    return bytes;
}

void LogSessionSource::updateLive(const SourceStatus &status)
{
    const bool live = status.state != SourceStatus::State::Down;
    if (live == m_coverage.live)
        return;
    m_coverage.live = live;
    // What was logged while it could not be read is missed: silence before now means nothing any more.
    m_coverage.completeSince = live && m_readBackDone ? m_clock.nowUs() : 0;
    Q_EMIT coverageChanged();
}

} // namespace mailhelm
