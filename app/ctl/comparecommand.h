// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/command.h"
#include "app/ctl/session.h"
#include "core/client/compare.h"

#include <optional>

namespace mailhelm::ctl
{

/// compare: the accounts of the servers against a file of addresses.
class CompareCommand : public Command
{
    Q_OBJECT

public:
    CompareCommand(const Options &options, Session &session, Terminal &terminal, QObject *parent = nullptr);
    void start() override;

private:
    [[nodiscard]] Result<AddressList> readList() const;
    void print();
    void summarise(const Comparison &comparison);

    const Options m_options;
    Session &m_session;
    Terminal &m_terminal;
    AddressList m_list;
};

} // namespace mailhelm::ctl
