// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/actingcommand.h"

namespace mailhelm::ctl
{

ActingCommand::ActingCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent)
    : Command(parent)
    , m_options(options)
    , m_session(session)
    , m_terminal(terminal)
    , m_run(options, session, terminal)
{
    connect(&m_run, &ActionRun::finished, this, &Command::finished);
}

void ActingCommand::interrupt()
{
    if (m_run.isRunning())
        m_run.stop();
    else
        Command::interrupt();
}

} // namespace mailhelm::ctl
