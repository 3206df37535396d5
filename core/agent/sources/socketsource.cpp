// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/socketsource.h"

#include "core/base/logging.h"

#include <algorithm>

namespace mailhelm
{

SocketSource::SocketSource(
    const Clock &clock, std::vector<quint16> localPorts, std::vector<Namespace> namespaces, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_ports(std::move(localPorts))
    , m_namespaces(std::move(namespaces))
    , m_health(m_namespaces.size())
{
    m_status.source = QByteArrayLiteral("sockets");
    m_soon.setSingleShot(true);
    m_soon.setTimerType(Qt::PreciseTimer);
    m_every.setTimerType(Qt::PreciseTimer); // "since" is as exact as this
    m_every.setInterval(IdleIntervalMs);
    connect(&m_soon, &QTimer::timeout, this, &SocketSource::scan);
    connect(&m_every, &QTimer::timeout, this, &SocketSource::scan);
    for (const Namespace &ns : m_namespaces) {
        if (ns.watch) {
            connect(ns.watch, &DestroyWatch::closed, this, &SocketSource::onClosed);
            connect(ns.watch, &DestroyWatch::overrun, this, &SocketSource::scanNow);
        }
    }
}

void SocketSource::start()
{
    if (!m_started) {
        m_started = true;
        scan();
        Q_EMIT statusChanged(m_status);
    }
}

void SocketSource::setWatched(bool watched)
{
    if (watched == m_watched) {
        return;
    }
    m_watched = watched;
    m_every.setInterval(watched ? WatchedIntervalMs : IdleIntervalMs);
    if (watched && m_started && m_clock.monotonicUs() - m_lastScan >= WatchedIntervalMs * qint64(1000)) {
        scanNow();
    }
}

void SocketSource::scanNow()
{
    if (!m_started) {
        return;
    }
    const qint64 age = m_clock.monotonicUs() - m_lastScan;
    if (age >= m_gapUs && !m_scanning) {
        scan();
    } else if (!m_soon.isActive()) {
        m_soon.start(int((std::max<qint64>(m_gapUs - age, 0) + 999) / 1000));
    }
}

void SocketSource::scan()
{
    m_soon.stop();
    m_every.start(); // the interval counts from the last look, whoever asked for it
    m_scanning = true;
    m_closedInScan.clear();
    m_lastScan = m_clock.monotonicUs();

    SocketScan result;
    result.time = m_clock.nowUs();
    for (size_t i = 0; i < m_namespaces.size(); ++i) {
        Health &health = m_health[i];
        if (DestroyWatch *watch = m_namespaces[i].watch) {
            // Before the look, so that what ends after the look is told.
            Result<void> opened = watch->ensureOpen();
            health.watch = opened ? std::nullopt : std::optional(opened.error());
        }
        Result<QList<SocketObservation>> rows = m_namespaces[i].table->scan(m_ports);
        if (!rows) {
            health.scan = rows.error();
            health.destroy.reset();
            continue;
        }
        health.scan.reset();
        if (!health.destroy) {
            health.destroy = m_namespaces[i].table->probeDestroy();
        }
        if (i == 0) {
            result.sockets = std::move(rows).value();
            continue;
        }
        for (SocketObservation &row : rows.value()) {
            row.netns = quint32(i);
        }
        result.sockets.append(std::move(rows).value());
    }
    // Notices that came while we looked go out first, with their final counters; such a socket may or may not have been
    // seen, and must not come back after its end was told.
    for (const Namespace &ns : m_namespaces) {
        if (ns.watch) {
            ns.watch->drain();
        }
    }
    m_scanning = false;
    if (!m_closedInScan.empty()) {
        std::sort(m_closedInScan.begin(), m_closedInScan.end());
        result.sockets.removeIf([this](const SocketObservation &row) {
            return std::binary_search(m_closedInScan.begin(), m_closedInScan.end(), std::pair(row.netns, row.cookie));
        });
    }
    if (!m_health.empty() && !m_health.front().scan) {
        Q_EMIT scanned(result);
    }
    m_gapUs
        = std::clamp(GapPerCost * (m_clock.monotonicUs() - m_lastScan), LeastGapUs, WatchedIntervalMs * qint64(1000));
    updateStatus();
}

void SocketSource::onClosed(const SocketClosed &gone)
{
    if (m_scanning) {
        m_closedInScan.emplace_back(gone.netns, gone.cookie);
    }
    Q_EMIT closed(gone);
}

void SocketSource::updateStatus()
{
    QList<QByteArray> details;
    QList<QByteArray> mends;
    const auto add = [&details, &mends](const QByteArray &detail, const QByteArray &mend) {
        if (!details.contains(detail)) {
            details.append(detail);
        }
        if (!mend.isEmpty() && !mends.contains(mend)) {
            mends.append(mend);
        }
    };
    const auto mendFor = [](const Error &error, bool isOwn) -> QByteArray {
        switch (error.code) {
        case ErrorCode::Unsupported:
            return QByteArrayLiteral("modprobe -a inet_diag tcp_diag");
        case ErrorCode::PermissionDenied:
            return isOwn ? QByteArrayLiteral(
                       "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK in the unit of mailhelmd")
                         : QByteArrayLiteral(
                             "AmbientCapabilities=CAP_NET_ADMIN CAP_SYS_ADMIN CAP_SYS_PTRACE in the unit of mailhelmd "
                             "(and the same in CapabilityBoundingSet=, and RestrictNamespaces=no)");
        case ErrorCode::NotFound:
            return QByteArrayLiteral("[sockets] netns in the configuration of mailhelmd: name existing namespaces");
        default:
            return {};
        }
    };

    SourceStatus status;
    status.source = m_status.source;
    for (size_t i = 0; i < m_health.size(); ++i) {
        const Health &health = m_health[i];
        if (health.scan) {
            status.state = i == 0 ? SourceStatus::State::Down : std::max(status.state, SourceStatus::State::Degraded);
            add((i == 0 ? QByteArrayLiteral("Connections cannot be seen: ")
                        : QByteArrayLiteral("Connections of one network namespace cannot be seen: "))
                    + health.scan->detail.toUtf8(),
                mendFor(*health.scan, i == 0));
            continue;
        }
        if (health.watch) {
            status.state = std::max(status.state, SourceStatus::State::Degraded);
            add(QByteArrayLiteral("The end of a connection is seen at the next look only: ")
                    + health.watch->detail.toUtf8(),
                mendFor(*health.watch, i == 0));
        }
        if (!health.destroy || *health.destroy == DestroyOutcome::Done) {
            continue;
        }
        status.state = std::max(status.state, SourceStatus::State::Degraded);
        QByteArray detail = QByteArrayLiteral("Connections can be seen but not dropped");
        if (i != 0) {
            detail += " in the network namespace " + m_namespaces[i].path.toUtf8();
        }
        if (*health.destroy == DestroyOutcome::NotPermitted) {
            add(detail,
                QByteArrayLiteral("AmbientCapabilities=CAP_NET_ADMIN in the unit of mailhelmd (or: setcap "
                                  "cap_net_admin+ep /usr/bin/mailhelmd)"));
        } else if (*health.destroy == DestroyOutcome::Unsupported) {
            add(detail + ": this kernel lacks CONFIG_INET_DIAG_DESTROY",
                QByteArrayLiteral("boot a kernel built with CONFIG_INET_DIAG_DESTROY=y, such as Debian's"));
        } else {
            add(detail + ": the kernel did not answer whether it may", {});
        }
    }
    status.detail = details.join("; ");
    status.mend = mends.join('\n');
    if (status != m_status) {
        m_status = status;
        if (status.state != SourceStatus::State::Ok) {
            qCInfo(lcSource, "sockets: %s", status.detail.constData());
        }
        Q_EMIT statusChanged(m_status);
    }
}

} // namespace mailhelm
