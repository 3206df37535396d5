// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/simulatedsources.h"

#include "core/agent/sources/simulatedsessions.h"
#include "core/agent/sources/simulatedtable.h"

namespace mailhelm
{

void configureForSimulation(Config &config)
{
    config.services.clear();
    config.netns.clear();
    config.dovecot.reset();
    config.postfix.reset();
    for (const SimulatedService &each : simulatedServices()) {
        ServiceConfig service;
        service.name = each.name;
        service.listen = { { std::nullopt, each.port } };
        service.protocol = each.protocol;
        service.by = each.dovecot ? "dovecot" : "postfix";
        service.tls
            = each.tls == SimulatedService::Tls::Implicit ? ServiceConfig::Tls::Implicit : ServiceConfig::Tls::StartTls;
        service.auth = each.auth;
        if (each.dovecot)
            service.userAddressLimit = 10; // as Dovecot has it
        config.services.append(service);
    }
}

AgentSources makeSimulatedSources(const std::shared_ptr<Simulation> &simulation, const Clock &clock)
{
    AgentSources sources;
    sources.tables.push_back(std::make_unique<SimulatedTable>(simulation));
    sources.watches.push_back(nullptr);
    sources.netns.append(QString());
    for (const Simulation::Service service : { Simulation::Dovecot, Simulation::Postfix })
        sources.sessions.push_back(std::make_unique<SimulatedSessions>(service, simulation, clock));
    return sources;
}

} // namespace mailhelm
