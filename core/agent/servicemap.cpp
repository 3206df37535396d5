// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/servicemap.h"

#include <algorithm>

namespace mailhelm
{

ServiceMap::ServiceMap(QList<ServiceConfig> services)
    : m_services(std::move(services))
{
    for (int i = 0; i < m_services.size(); ++i) {
        m_anyProxy = m_anyProxy || m_services[i].proxy;
        if (!m_services[i].program.isEmpty())
            m_programs.insert(m_services[i].program);
        for (const ServiceConfig::Listen &listen : std::as_const(m_services[i].listen))
            m_byPort[listen.port].append(i);
    }
}

int ServiceMap::serviceAt(const Endpoint &local) const
{
    int any = None;
    for (const int i : m_byPort.value(local.port)) {
        for (const ServiceConfig::Listen &listen : m_services[i].listen) {
            if (listen.port != local.port)
                continue;
            if (listen.address && *listen.address == local.address)
                return i;
            if (!listen.address && any == None)
                any = i;
        }
    }
    return any;
}

bool ServiceMap::fits(int number, const Endpoint &local, const SessionFacts &facts) const
{
    const ServiceConfig &service = m_services[number];
    if (!service.protocol.isEmpty() && service.protocol != facts.protocol)
        return false;
    if (!service.by.isEmpty() && service.by != facts.source)
        return false;
    if (service.program.isEmpty() ? m_programs.contains(facts.program) : service.program != facts.program)
        return false;
    // Who came through a proxy is nobody who came straight to another service from the same port. (Where no service is
    // said to have one, it is one that was not said.)
    if (m_anyProxy && !service.proxy && !facts.client.address.isNull())
        return false;
    // Of who came through a proxy the log names the proxy's own end.
    const bool direct = facts.client.address.isNull();
    if (direct && !facts.localAddress.isNull() && facts.localAddress != local.address)
        return false;
    if (direct && facts.localPort != 0 && facts.localPort != local.port)
        return false;
    if (!facts.secure)
        return true;
    // Before its handshake a session is not secure anywhere.
    return *facts.secure ? service.tls != ServiceConfig::Tls::None
                         : !facts.login || service.tls != ServiceConfig::Tls::Implicit;
}

int ServiceMap::serviceOf(const SessionFacts &facts) const
{
    int byProtocol = None;
    for (int i = 0; i < m_services.size(); ++i) {
        const ServiceConfig &service = m_services[i];
        if (facts.localPort != 0
            && std::any_of(service.listen.begin(), service.listen.end(),
                [&](const ServiceConfig::Listen &listen) { return listen.port == facts.localPort; }))
            return i;
        if (byProtocol == None && service.protocol == facts.protocol)
            byProtocol = i;
    }
    return byProtocol;
}

} // namespace mailhelm
