// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"
#include "core/agent/sources/destroywatch.h"
#include "core/agent/sources/sockettable.h"
#include "core/base/clock.h"

#include <QObject>
#include <QTimer>

#include <optional>
#include <utility>
#include <vector>

namespace mailhelm
{

/// The source "sockets": looks at the socket tables of all network namespaces every second while somebody watches and
/// every five otherwise, at once when asked, and passes the kernel's notices of closed sockets on. Lives on one thread
/// with an event loop; a scan runs on it (15 ms for 9,000 sockets).
///
/// Nothing falls between two scans: SocketScan.time is taken before the look, so whatever began before it is in it or
/// was told by closed(); a socket told by closed() is in no later scan.
class SocketSource : public QObject
{
    Q_OBJECT

public:
    /// One network namespace; its place in the list is the index in observations, the first is the agent's own. Neither
    /// is owned, both outlive the source. `watch` may be null: then closed sockets are noticed by scans alone.
    struct Namespace {
        SocketTable *table = nullptr;
        DestroyWatch *watch = nullptr;
        QString path; ///< for messages: "" for the own namespace
    };

    static constexpr int WatchedIntervalMs = 1000;
    static constexpr int IdleIntervalMs = 5000;
    static constexpr qint64 LeastGapUs = 50'000;
    static constexpr qint64 GapPerCost = 20;

    SocketSource(const Clock &clock, std::vector<quint16> localPorts, std::vector<Namespace> namespaces,
        QObject *parent = nullptr);

    /// Scans for the first time and from then on; tells the status, also where all is well.
    void start();
    void setWatched(bool watched);
    /// Looks now if the last look is 50 ms old or more (or twenty times as long as it took with everything that came of
    /// it, so that looks on demand take no more than a twentieth of a core), else as soon as it is, within a second.
    /// Any number of calls in between make one scan.
    void scanNow();

    [[nodiscard]] const SourceStatus &status() const { return m_status; }

Q_SIGNALS:
    /// All namespaces, merged. Not emitted when the own namespace cannot be read: rows then stay as last seen. Another
    /// namespace that cannot be read has no rows.
    void scanned(const mailhelm::SocketScan &scan);
    void closed(const mailhelm::SocketClosed &closed);
    void statusChanged(const mailhelm::SourceStatus &status);

private:
    struct Health {
        std::optional<Error> scan;
        std::optional<Error> watch;
        std::optional<DestroyOutcome> destroy; ///< not known before the first good scan
    };

    void scan();
    void onClosed(const SocketClosed &closed);
    void updateStatus();

    const Clock &m_clock;
    std::vector<quint16> m_ports;
    std::vector<Namespace> m_namespaces;
    std::vector<Health> m_health;
    std::vector<std::pair<quint32, quint64>> m_closedInScan; ///< (netns, cookie)
    QTimer m_every;
    QTimer m_soon;
    qint64 m_lastScan = 0; ///< monotonic µs
    qint64 m_gapUs = LeastGapUs;
    bool m_started = false;
    bool m_watched = false;
    bool m_scanning = false;
    SourceStatus m_status;
};

} // namespace mailhelm
