// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/scandiff.h"

#include <utility>

namespace mailhelm
{

/// So many neighbours in the kernel's table may be gone in the next scan, for its order to be recognised at once.
static constexpr qsizetype GoneInARow = 32;

ScanDiff::Changes ScanDiff::take(const QList<SocketObservation> &sockets)
{
    Changes changes;
    const QList<SocketObservation> last = std::exchange(m_last, sockets);
    const auto same = [&last](const SocketObservation &socket, qsizetype i) {
        return i < last.size() && last[i].cookie == socket.cookie && last[i].netns == socket.netns;
    };
    qsizetype before = 0;
    for (const SocketObservation &socket : sockets) {
        qsizetype ahead = 0;
        while (ahead < GoneInARow && !same(socket, before + ahead))
            ++ahead;
        if (ahead == GoneInARow) { // it came, or more went than that
            changes.shown.append(socket);
            continue;
        }
        for (; ahead > 0; --ahead, ++before)
            changes.missed.append({ last[before].netns, last[before].cookie });
        const SocketObservation &was = last[before++];
        if (was.bytesIn != socket.bytesIn || was.bytesOut != socket.bytesOut || was.state != socket.state
            || was.inode != socket.inode)
            changes.shown.append(socket);
    }
    for (; before < last.size(); ++before)
        changes.missed.append({ last[before].netns, last[before].cookie });
    return changes;
}

} // namespace mailhelm
