// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/webmailpoll.h"

namespace mailhelm
{

namespace
{

constexpr qint64 Millisecond = 1'000;
constexpr qint64 MostBusy = 10; ///< one tenth of the time

} // namespace

WebmailPoll::WebmailPoll(QByteArray component, const Clock &clock, QObject *parent)
    : WebmailSource(parent)
    , m_component(std::move(component))
    , m_clock(clock)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &WebmailPoll::begin);
}

void WebmailPoll::start()
{
    m_started = true;
    begin();
}

void WebmailPoll::setWatched(bool watched)
{
    if (std::exchange(m_watched, watched) == watched || !m_started || m_looking)
        return;
    plan();
}

void WebmailPoll::look(std::function<void()> done)
{
    m_next.append(std::move(done));
    if (!m_looking)
        begin();
}

void WebmailPoll::stayAlert(qint64 us)
{
    m_alertUntil = m_clock.monotonicUs() + us;
    if (m_started && !m_looking)
        plan();
}

void WebmailPoll::begin()
{
    if (m_looking)
        return;
    m_timer.stop();
    m_looking = true;
    m_began = m_clock.monotonicUs();
    m_waiting = std::exchange(m_next, {});
    beginLook();
}

void WebmailPoll::finishLook()
{
    m_looking = false;
    m_took = m_clock.monotonicUs() - m_began;
    if (!m_next.isEmpty())
        begin();
    else
        plan();
    for (const std::function<void()> &done : std::exchange(m_waiting, {}))
        done();
}

void WebmailPoll::plan()
{
    const qint64 now = m_clock.monotonicUs();
    const bool alert = m_watched || now < m_alertUntil;
    const qint64 wanted = m_began + (alert ? WatchedMs : UnwatchedMs) * Millisecond;
    const qint64 allowed = m_began + MostBusy * m_took;
    m_timer.start(int(std::max<qint64>(0, std::max(wanted, allowed) - now) / Millisecond));
}

void WebmailPoll::setStatus(SourceStatus status)
{
    status.source = "webmail " + m_component;
    if (m_status == status)
        return;
    m_status = status;
    Q_EMIT statusChanged(status);
}

} // namespace mailhelm
