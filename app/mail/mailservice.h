// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/mail/descriptor.h"
#include "core/mail/mailmoves.h"

namespace mailhelm
{

/// Serves mailhelm-mail's socket: one connection after another, one request each, from the agent's user alone.
class MailService
{
public:
    /// `agent`: the one user who is served (SO_PEERCRED).
    MailService(MailSettings settings, quint32 agent, const Clock &clock);

    /// Until nobody has come for `idleMs` (-1: for ever), or SIGTERM.
    Result<void> serve(int listener, int idleMs);

private:
    void talk(const Descriptor &connection);
    [[nodiscard]] Result<QByteArray> readFrame(int connection) const;
    [[nodiscard]] bool send(int connection, const QByteArray &frame) const;

    MailSettings m_settings;
    MailMoves m_moves;
    quint32 m_agent;
    const Clock &m_clock;
};

} // namespace mailhelm
