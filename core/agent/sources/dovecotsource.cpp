// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/dovecotsource.h"

namespace mailhelm
{

DovecotSource::DovecotSource(
    std::vector<std::unique_ptr<LogInput>> inputs, const QByteArray &instance, const Clock &clock, QObject *parent)
    : LogSource("dovecot", std::move(inputs), clock, parent)
    , m_instance(instance)
{
    connect(&m_sessions, &DovecotSessions::facts, this, &LogSource::facts);
    connect(&m_sessions, &DovecotSessions::loggedIn, this, &LogSource::loggedIn);
}

void DovecotSource::takeLine(LogLine &line, bool older)
{
    if (unwrapDovecot(line, m_instance))
        m_sessions.take(line, older ? DovecotSessions::Reading::Older : DovecotSessions::Reading::Newer);
}

void DovecotSource::judge(SourceStatus &status) const
{
    const DovecotSessions::Counters &counters = m_sessions.counters();
    if (counters.withoutSession > 0 && counters.withoutSession * 2 >= counters.logins) {
        status.state = SourceStatus::State::Degraded;
        status.detail = "Dovecot's Login lines name no session: logins cannot be joined to connections";
        status.mend = "login_log_format_elements = user=<%u> method=%m rip=%r lip=%l mpid=%e %c session=<%{session}>";
    }
}

} // namespace mailhelm
