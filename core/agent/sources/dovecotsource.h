// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/dovecotsessions.h"
#include "core/agent/sources/logsource.h"

namespace mailhelm
{

/// Dovecot as its log tells it.
class DovecotSource final : public LogSource
{
    Q_OBJECT
public:
    /// `instance`: Dovecot's instance_name, for syslog and the journal; empty = any that begins with "dovecot".
    DovecotSource(std::vector<std::unique_ptr<LogInput>> inputs, const QByteArray &instance, const Clock &clock,
        QObject *parent = nullptr);

    void setLoginRules(const LoginRules &rules) { m_sessions.setLoginRules(rules); }
    void forget(const QByteArray &key) override { m_sessions.forget(key); }
    [[nodiscard]] const DovecotSessions &sessions() const { return m_sessions; }

protected:
    void takeLine(LogLine &line, bool older) override;
    void endSessionsReadBack() override { m_sessions.endReadBack(); }
    void restoreSessions(const QList<SessionFacts> &open) override { m_sessions.restore(open); }
    [[nodiscard]] QList<SessionFacts> openSessions() const override { return m_sessions.open(); }
    void judge(SourceStatus &status) const override;

private:
    const QByteArray m_instance;
    DovecotSessions m_sessions;
};

} // namespace mailhelm
