// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/linklosses.h"

#include "views/viewtext.h"

#include <QDateTime>
#include <QLocale>

namespace mailhelm
{

LinkLosses::LinkLosses(Backend &backend, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
{
    connect(&m_backend, &Backend::serverChanged, this, &LinkLosses::onChanged);
}

void LinkLosses::onChanged(quint16 number)
{
    const QList<ServerStatus> servers = m_backend.servers();
    const auto server
        = std::find_if(servers.begin(), servers.end(), [&](const ServerStatus &each) { return each.number == number; });
    if (server == servers.end())
        return;
    const Clock &clock = m_backend.clock();
    if (server->state == LinkState::Live) {
        const auto losses = m_losses.find(number);
        if (losses == m_losses.end() || !losses->second.goesOn)
            return;
        losses->second.goesOn = false;
        losses->second.lastedUs = clock.nowUs() - losses->second.lostUs;
        ++losses->second.count;
    } else if (server->lostUs > 0) {
        Losses &losses = m_losses[number];
        if (losses.goesOn)
            return;
        losses.goesOn = true;
        losses.lostUs = clock.nowUs() - (clock.monotonicUs() - server->lostUs);
    }
}

QString LinkLosses::text(quint16 server) const
{
    const auto found = m_losses.find(server);
    if (found == m_losses.end() || found->second.goesOn || found->second.count == 0)
        return {};
    const Losses &losses = found->second;
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(losses.lostUs / 1000);
    return tr("Connection lost %Ln time(s) since the start, last at %1, for %2", nullptr, losses.count)
        .arg(QLocale().toString(at, QLocale::ShortFormat), spanText(losses.lastedUs));
}

} // namespace mailhelm
