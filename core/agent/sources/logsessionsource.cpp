// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logsessionsource.h"

#include "core/agent/sources/factscodec.h"

#include <QDataStream>
#include <QIODevice>

namespace mailhelm
{

LogSessionSource::LogSessionSource(QByteArray name, std::unique_ptr<LogSource> source, QObject *parent)
    : SessionSource(parent)
    , m_name(std::move(name))
    , m_source(std::move(source))
{
    connect(m_source.get(), &LogSource::facts, this, &SessionSource::facts);
    connect(m_source.get(), &LogSource::loggedIn, this, &SessionSource::loggedIn);
    connect(m_source.get(), &LogSource::statusChanged, this, &SessionSource::statusChanged);
    connect(m_source.get(), &LogSource::coverageChanged, this, &SessionSource::coverageChanged);
    m_source->setNeeded([this] { return !m_stop; });
}

void LogSessionSource::start(const QByteArray &state)
{
    LogSourceState stored;
    qint64 completeSince = 0;
    QDataStream in(state);
    in.setVersion(QDataStream::Qt_6_4);
    in >> completeSince >> stored.positions >> stored.open;
    if (in.status() != QDataStream::Ok) {
        stored = {};
        completeSince = 0;
    }
    m_source->start(stored, completeSince);
    Q_EMIT statusChanged(m_source->status());
}

QByteArray LogSessionSource::saveState() const
{
    const LogSourceState state = m_source->state();
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_4);
    out << coverage().completeSince << state.positions << state.open;
    return bytes;
}

} // namespace mailhelm
