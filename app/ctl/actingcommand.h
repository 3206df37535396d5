// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/actionrun.h"
#include "app/ctl/command.h"

namespace mailhelm::ctl
{

/// A verb that does something to rows: it gathers them into m_targets and starts m_run, which ends the program. An
/// interrupt stops the run after what is being done; before there is one, nothing was done.
class ActingCommand : public Command
{
    Q_OBJECT

public:
    void interrupt() override;

protected:
    ActingCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent);

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
    ActionTargets m_targets;
    ActionRun m_run;
};

} // namespace mailhelm::ctl
