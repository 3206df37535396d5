// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/command.h"
#include "app/ctl/session.h"
#include "core/table/filter.h"

namespace mailhelm::ctl
{

/// connections, online, users …: the rows as they are now.
class ListCommand : public Command
{
    Q_OBJECT

public:
    ListCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;

private:
    void print();
    void summarise(const TableView &view, const Filter &asked);

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
};

} // namespace mailhelm::ctl
