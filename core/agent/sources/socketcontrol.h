// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/sockettable.h"

#include <QByteArray>
#include <QList>

#include <vector>

namespace mailhelm
{

enum class DropOutcome {
    Done, ///< ended, and looked again: it is gone
    Gone, ///< was not there any more
    Refused, ///< not a connection on a configured port, or no single socket named: never tried
    NotPermitted, ///< CAP_NET_ADMIN is missing
    Unsupported, ///< this kernel cannot
    Failed, ///< tried, but it is still there or nothing is known
};

struct DropResult {
    DropOutcome outcome = DropOutcome::Failed;
    QByteArray detail; ///< why not, and what would mend it; empty for Done and Gone
    friend bool operator==(const DropResult &, const DropResult &) = default;
};

/// Ends single connections: exactly the sockets named, by cookie, and none outside the configured ports whoever asks.
/// Verifies by looking again. Synchronous, on the thread of its tables; a thousand targets take some ten milliseconds.
class SocketControl
{
public:
    /// `tables`: one a network namespace, by index; not owned, outlive this.
    SocketControl(std::vector<SocketTable *> tables, std::vector<quint16> localPorts);

    /// One result a target, in their order.
    [[nodiscard]] QList<DropResult> drop(const QList<SocketObservation> &targets);

private:
    [[nodiscard]] DropResult dropOne(const SocketObservation &target);

    std::vector<SocketTable *> m_tables;
    std::vector<quint16> m_ports;
};

} // namespace mailhelm
