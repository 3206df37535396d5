// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>

namespace mailhelm
{

/// What time it is where the rows come from: ages are counted with the clock of the row's own server.
struct FilterTime {
    qint64 nowUs = 0; ///< this machine's clock, µs since 1970 UTC
    QHash<quint16, qint64> offsets; ///< by server: µs that its clock is ahead of this machine's; 0 where it is missing

    [[nodiscard]] qint64 offsetOf(quint16 server) const { return offsets.value(server, 0); }
    [[nodiscard]] qint64 nowOf(quint16 server) const { return nowUs + offsetOf(server); }
};

} // namespace mailhelm
