// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/observations.h"

#include <QHash>
#include <QSet>

namespace mailhelm
{

/// The configured services: which of them a socket belongs to, and of which a session can be. Services are named by
/// their place in the configuration. Pure.
class ServiceMap
{
public:
    static constexpr int None = -1;

    explicit ServiceMap(QList<ServiceConfig> services);

    [[nodiscard]] const ServiceConfig &at(int service) const { return m_services[service]; }
    /// By where a socket ends on our side; an address of its own beats "any".
    [[nodiscard]] int serviceAt(const Endpoint &local) const;
    /// Whether what is said of a session can be said of one of this service's, whose socket ends there.
    [[nodiscard]] bool fits(int service, const Endpoint &local, const SessionFacts &facts) const;
    /// As near as can be told without a socket: by its port, else the first one of its protocol.
    [[nodiscard]] int serviceOf(const SessionFacts &facts) const;

private:
    QList<ServiceConfig> m_services;
    QHash<quint16, QList<int>> m_byPort;
    QSet<QByteArray> m_programs; ///< that services name as theirs
    bool m_anyProxy = false;
};

} // namespace mailhelm
