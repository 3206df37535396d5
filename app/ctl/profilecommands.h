// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include "app/ctl/terminal.h"
#include "core/client/enrolment.h"

#include <memory>

namespace mailhelm::ctl
{

/// add: enrols this profile's key with an agent and saves the server.
class AddCommand : public Command
{
    Q_OBJECT

public:
    AddCommand(
        const Options &options, Profile &profile, Identity identity, Terminal &terminal, QObject *parent = nullptr);
    void start() override;

private:
    void onEnrolled(const SavedServer &server);

    const Options m_options;
    Profile &m_profile;
    Terminal &m_terminal;
    Enrolment m_enrolment;
};

/// servers
[[nodiscard]] int listServers(const Options &options, const Profile &profile, Terminal &terminal);
/// remove
[[nodiscard]] int removeServer(const Options &options, Profile &profile, Terminal &terminal);

} // namespace mailhelm::ctl
