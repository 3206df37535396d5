// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/actionrun.h"
#include "app/ctl/command.h"

namespace mailhelm::ctl
{

/// enable, block, disable, delete, restore: accounts by the users' names. Where a name is not plain nothing is done;
/// one that there is not is told and left out. Delete shows what it is about and asks, unless told not to.
class AccountCommand : public Command
{
    Q_OBJECT

public:
    AccountCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;
    void interrupt() override;

private:
    void onSettled();
    void askToDelete(const QList<Table::Slot> &slots);

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
    ActionTargets m_targets;
    int m_missing = 0;
    ActionRun m_run;
};

} // namespace mailhelm::ctl
