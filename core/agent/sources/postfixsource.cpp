// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/postfixsource.h"

namespace mailhelm
{

PostfixSource::PostfixSource(std::vector<std::unique_ptr<LogInput>> inputs, const PostfixSessions::Settings &settings,
    const Clock &clock, QObject *parent)
    : LogSource("postfix", std::move(inputs), clock, parent)
    , m_sessions(settings)
{
    connect(&m_sessions, &PostfixSessions::facts, this, &LogSource::facts);
    connect(&m_sessions, &PostfixSessions::loggedIn, this, &LogSource::loggedIn);
}

void PostfixSource::takeLine(LogLine &line, bool older)
{
    m_sessions.take(line, older ? PostfixSessions::Reading::Older : PostfixSessions::Reading::Newer);
}

void PostfixSource::judge(SourceStatus &status) const
{
    if (m_sessions.portsMissing()) {
        status.state = SourceStatus::State::Degraded;
        status.detail
            = "Postfix does not log the clients' ports: two connections from one address cannot be told apart";
        status.mend = "smtpd_client_port_logging = yes";
    }
}

} // namespace mailhelm
