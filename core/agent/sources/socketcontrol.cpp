// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/socketcontrol.h"

#include <QSet>

#include <algorithm>

namespace mailhelm
{

namespace
{

DropResult notPermitted()
{
    return { DropOutcome::NotPermitted,
        QByteArrayLiteral("mailhelmd lacks CAP_NET_ADMIN: AmbientCapabilities=CAP_NET_ADMIN in its unit (or: setcap "
                          "cap_net_admin+ep /usr/bin/mailhelmd)") };
}

} // namespace

SocketControl::SocketControl(std::vector<SocketTable *> tables, std::vector<quint16> localPorts)
    : m_tables(std::move(tables))
    , m_ports(std::move(localPorts))
{
}

DropResult SocketControl::dropOne(const SocketObservation &target)
{
    if (std::find(m_ports.begin(), m_ports.end(), target.local.port) == m_ports.end()) {
        return { DropOutcome::Refused,
            "port " + QByteArray::number(target.local.port)
                + " belongs to no service in [services] of mailhelmd's configuration" };
    }
    if (target.netns >= m_tables.size()) {
        return { DropOutcome::Refused,
            "network namespace " + QByteArray::number(target.netns)
                + " is not in [sockets] netns of mailhelmd's configuration" };
    }
    // Both mean "whichever socket": never.
    if (target.cookie == 0 || target.cookie == ~quint64(0)) {
        return { DropOutcome::Refused, QByteArrayLiteral("the connection is not named by a cookie of the kernel") };
    }
    switch (m_tables[target.netns]->destroy(target)) {
    case DestroyOutcome::Done:
        return { DropOutcome::Done, {} };
    case DestroyOutcome::Gone:
        return { DropOutcome::Gone, {} };
    case DestroyOutcome::NotPermitted:
        return notPermitted();
    case DestroyOutcome::Unsupported:
        return { DropOutcome::Unsupported,
            QByteArrayLiteral("this kernel lacks CONFIG_INET_DIAG_DESTROY; boot one that has it") };
    case DestroyOutcome::Failed:
        break;
    }
    return { DropOutcome::Failed, QByteArrayLiteral("the kernel did not end the socket") };
}

QList<DropResult> SocketControl::drop(const QList<SocketObservation> &targets)
{
    QList<DropResult> results;
    results.reserve(targets.size());
    for (const SocketObservation &target : targets) {
        results.append(dropOne(target));
    }

    // Look again, once a namespace, at the ports of what is said to have ended.
    for (size_t i = 0; i < m_tables.size(); ++i) {
        std::vector<quint16> ports;
        for (qsizetype t = 0; t < targets.size(); ++t) {
            if (targets[t].netns == i && results[t].outcome == DropOutcome::Done
                && std::find(ports.begin(), ports.end(), targets[t].local.port) == ports.end()) {
                ports.push_back(targets[t].local.port);
            }
        }
        if (ports.empty()) {
            continue;
        }
        Result<QList<SocketObservation>> rows = m_tables[i]->scan(ports);
        QSet<quint64> alive;
        if (rows) {
            for (const SocketObservation &row : std::as_const(rows.value())) {
                alive.insert(row.cookie);
            }
        }
        for (qsizetype t = 0; t < targets.size(); ++t) {
            if (targets[t].netns != i || results[t].outcome != DropOutcome::Done) {
                continue;
            }
            if (!rows) {
                results[t] = { DropOutcome::Failed,
                    "the kernel reported success, but looking again failed: " + rows.error().detail.toUtf8() };
            } else if (alive.contains(targets[t].cookie)) {
                results[t] = { DropOutcome::Failed,
                    QByteArrayLiteral("the kernel reported success, but the socket is still there") };
            }
        }
    }
    return results;
}

} // namespace mailhelm
