// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/logsource.h"
#include "core/agent/sources/postfixsessions.h"

namespace mailhelm
{

/// Postfix's SMTP servers as their log tells them.
class PostfixSource final : public LogSource
{
    Q_OBJECT
public:
    PostfixSource(std::vector<std::unique_ptr<LogInput>> inputs, const PostfixSessions::Settings &settings,
        const Clock &clock, QObject *parent = nullptr);

    void forget(const QByteArray &key) override { m_sessions.forget(key); }
    [[nodiscard]] const PostfixSessions &sessions() const { return m_sessions; }

protected:
    void takeLine(LogLine &line, bool older) override;
    void endSessionsReadBack() override { m_sessions.endReadBack(); }
    void restoreSessions(const QList<SessionFacts> &open) override { m_sessions.restore(open); }
    [[nodiscard]] QList<SessionFacts> openSessions() const override { return m_sessions.open(); }
    void judge(SourceStatus &status) const override;

private:
    PostfixSessions m_sessions;
};

} // namespace mailhelm
