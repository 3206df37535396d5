// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/actingcommand.h"

namespace mailhelm::ctl
{

/// enable, block, disable, delete, restore: accounts by the users' names. Where a name is not plain nothing is done;
/// one that there is not is told and left out. Delete shows what it is about and asks, unless told not to.
class AccountCommand : public ActingCommand
{
    Q_OBJECT

public:
    AccountCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;

private:
    void onSettled();
    void askToDelete(const QList<Table::Slot> &slots);

    int m_missing = 0;
};

} // namespace mailhelm::ctl
