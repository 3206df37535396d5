// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/dovecotsessions.h"
#include "core/agent/sources/postfixsessions.h"
#include "core/agent/sources/sessionsource.h"
#include "core/agent/sources/simulation.h"
#include "core/agent/sources/stampreader.h"

#include <QTimer>

#include <memory>

namespace mailhelm
{

/// What one of the simulated services says, lines through the real parser. Lives in the agent's thread, and listens in
/// slices.
class SimulatedSessions final : public SessionSource
{
    Q_OBJECT
public:
    SimulatedSessions(Simulation::Service service, std::shared_ptr<Simulation> simulation, const Clock &clock);

    [[nodiscard]] QByteArray name() const override { return m_service == Simulation::Dovecot ? "dovecot" : "postfix"; }
    void start(const QByteArray &state) override;
    [[nodiscard]] QByteArray saveState() const override { return {}; }
    void stopReadBack() override { }
    void forget(const QByteArray &key) override;
    [[nodiscard]] LogCoverage coverage() const override { return { true, 1 }; }
    [[nodiscard]] QList<QByteArray> logFiles() const override { return {}; }

private:
    void listen();

    const Simulation::Service m_service;
    std::shared_ptr<Simulation> m_simulation;
    DovecotSessions m_dovecot;
    PostfixSessions m_postfix;
    StampReader m_stamps;
    QTimer m_next;
};

} // namespace mailhelm
