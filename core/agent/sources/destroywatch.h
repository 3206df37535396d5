// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/netlinksocket.h"
#include "core/base/clock.h"
#include "core/base/result.h"

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

class QSocketNotifier;

namespace mailhelm
{

/// The kernel's notices of TCP sockets that end (SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY), for the
/// watched local ports of one network namespace, within milliseconds and for any uid. Notices can be lost: overrun()
/// says so, and a scan makes up for it. Lives on one thread with an event loop.
class DestroyWatch : public QObject
{
    Q_OBJECT

public:
    /// `netnsPath` as for SockDiag, `netns` the index written into what is told. `clock` outlives this.
    DestroyWatch(const Clock &clock, const std::vector<quint16> &localPorts, QString netnsPath = {}, quint32 netns = 0,
        QObject *parent = nullptr);
    ~DestroyWatch() override;

    /// Opens what is not open, and again where the namespace was replaced; cheap where nothing changed, so callable
    /// before every scan. Errors as NetlinkSocket::open().
    [[nodiscard]] Result<void> ensureOpen();
    /// Reads every notice that is there now, without waiting; emits as usual. For whoever wants the notices before a
    /// scan's rows.
    void drain();

    [[nodiscard]] const QString &netnsPath() const { return m_netnsPath; }
    [[nodiscard]] quint32 netns() const { return m_netns; }

Q_SIGNALS:
    void closed(const mailhelm::SocketClosed &closed);
    /// Notices were lost: look at the whole table.
    void overrun();

private:
    void read(int atMost);
    void close();

    const Clock &m_clock;
    std::vector<quint16> m_ports; ///< sorted, each once
    QString m_netnsPath;
    quint32 m_netns;
    NetlinkSocket m_socket;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace mailhelm
