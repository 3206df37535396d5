// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/daemon.h"

#include "app/agent/accountsources.h"
#include "app/agent/realsources.h"
#include "app/agent/simulatedsources.h"
#include "app/agent/verbs.h"
#include "app/common/interrupt.h"
#include "core/base/logging.h"

#include <QCoreApplication>
#include <QTimer>

#include <systemd/sd-daemon.h>

namespace mailhelm
{

int runDaemon(Config config, const Clock &clock, int simulate, int changesPerSecond)
{
    const Interrupt interrupt;
    AgentSources sources;
    std::shared_ptr<Simulation> simulation;
    if (simulate > 0) {
        configureForSimulation(config);
        Simulation::Settings settings;
        settings.rows = simulate;
        settings.changesPerSecond = changesPerSecond >= 0 ? changesPerSecond : std::min(2000, simulate / 50);
        simulation = std::make_shared<Simulation>(settings, clock);
        sources = makeSimulatedSources(simulation, clock);
    } else {
        // As wrong as a wrong line of the configuration, of which its file of queries is a part.
        if (config.accounts)
            if (const auto accounts = makeAccountSource(*config.accounts, clock); !accounts)
                return complain(accounts.error());
        sources = makeRealSources(config, Agent::watchedPorts(config.services), clock);
    }
    Agent agent(config, clock);
    if (Result<void> started = agent.start(std::move(sources), simulate > 0); !started)
        return complain(started.error());
    if (simulation)
        simulation->start();
    for (const Endpoint &endpoint : agent.listening())
        qCInfo(lcAgent, "listening on %s port %d", endpoint.address.toText().constData(), endpoint.port);
    qCInfo(lcAgent, "pin %s", agent.identity().pin().toText().constData());

    sd_notify(0, "READY=1");
    QTimer watchdog;
    uint64_t watchdogUs = 0;
    if (sd_watchdog_enabled(0, &watchdogUs) > 0) {
        QObject::connect(&watchdog, &QTimer::timeout, &agent, [] { sd_notify(0, "WATCHDOG=1"); });
        watchdog.start(std::chrono::milliseconds(watchdogUs / 3000));
    }
    QObject::connect(&interrupt, &Interrupt::interrupted, &agent, [&agent] {
        sd_notify(0, "STOPPING=1");
        agent.stop();
        QTimer::singleShot(
            std::chrono::milliseconds(200), QCoreApplication::instance(), &QCoreApplication::quit); // for the farewells
    });
    return QCoreApplication::exec();
}

} // namespace mailhelm
