// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QList>

namespace mailhelm
{

class AgentProcess;
class Lab;

/// How long things take from a real client until the real `mailhelmctl connections --watch` has printed them. All µs.
struct LatencyFigures {
    QList<qint64> login; ///< from the server's yes to the row that names the user
    QList<qint64> seen; ///< from the connect of one that does not log in to its row: only the socket scan sees it
    QList<qint64> gone; ///< from the client's end to the row's

    [[nodiscard]] static qint64 median(QList<qint64> values); ///< 0 of none
    [[nodiscard]] static qint64 longest(const QList<qint64> &values);
};

/// Each client comes, and goes, alone. Both have to be running; enrols a new administrator. Takes about a second for
/// each connection.
[[nodiscard]] Result<LatencyFigures> measureLatency(const Lab &lab, AgentProcess &agent, int logins, int silent);

} // namespace mailhelm
