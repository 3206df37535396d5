// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/actingcommand.h"

namespace mailhelm::ctl
{

/// drop and end: the rows named by id, or those that match a filter. What was printed and agreed to is what is done, by
/// id: rows that come to match in between are left alone.
class RowActionCommand : public ActingCommand
{
    Q_OBJECT

public:
    RowActionCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;

private:
    void onFiltered();
};

} // namespace mailhelm::ctl
