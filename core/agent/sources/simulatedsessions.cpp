// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/simulatedsessions.h"

namespace mailhelm
{

namespace
{

/// Some milliseconds of work.
constexpr qsizetype SliceWords = 250;

PostfixSessions::Settings postfixSettings()
{
    PostfixSessions::Settings settings;
    settings.tlsLogged = true;
    return settings;
}

} // namespace

SimulatedSessions::SimulatedSessions(
    Simulation::Service service, std::shared_ptr<Simulation> simulation, const Clock &clock)
    : m_service(service)
    , m_simulation(std::move(simulation))
    , m_postfix(postfixSettings())
    , m_stamps(clock.nowUs())
{
    m_next.setSingleShot(true);
    m_next.setInterval(0); // after whatever else waits for the event loop
    connect(&m_next, &QTimer::timeout, this, &SimulatedSessions::listen);
    connect(&m_dovecot, &DovecotSessions::facts, this, &SessionSource::facts);
    connect(&m_postfix, &PostfixSessions::facts, this, &SessionSource::facts);
    connect(&m_dovecot, &DovecotSessions::loggedIn, this, &SessionSource::loggedIn);
    connect(&m_postfix, &PostfixSessions::loggedIn, this, &SessionSource::loggedIn);
    connect(m_simulation.get(), &Simulation::spoke, this, [this](Simulation::Service who) {
        if (who == m_service)
            m_next.start();
    });
}

void SimulatedSessions::start(const QByteArray &)
{
    m_dovecot.endReadBack();
    m_postfix.endReadBack();
    SourceStatus status;
    status.source = name();
    Q_EMIT statusChanged(status);
}

void SimulatedSessions::forget(const QByteArray &key)
{
    if (m_service == Simulation::Dovecot)
        m_dovecot.forget(key);
    else
        m_postfix.forget(key);
}

void SimulatedSessions::listen()
{
    const Simulation::Said said = m_simulation->take(m_service, SliceWords);
    for (const QByteArray &bytes : said.lines) {
        std::optional<LogLine> line = frameLine(bytes, m_stamps);
        if (!line)
            continue;
        if (m_service == Simulation::Postfix)
            m_postfix.take(*line, PostfixSessions::Reading::Newer);
        else if (unwrapDovecot(*line, {}))
            m_dovecot.take(*line, DovecotSessions::Reading::Newer);
    }
    for (const SessionFacts &each : said.facts)
        Q_EMIT facts(each);
    if (!said.isEmpty())
        m_next.start();
}

} // namespace mailhelm
