// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/agent/observations.h"
#include "core/table/changelog.h"

namespace mailhelm
{

/// Everything that is known of one connection, before it becomes the cells of its row.
struct ConnectionKnowledge {
    const ServiceConfig *service = nullptr;
    const SocketObservation *socket = nullptr; ///< nullptr: sock_diag is not to be had, the log alone tells
    const SessionFacts *facts = nullptr; ///< nullptr: no log spoke of it
    qint64 firstSeen = 0;
    bool exact = false;
    qint64 lastActive = 0;
    bool byWebmail = false; ///< a webmail speaks there for the user
    /// What is said of the user where no log names one: nullopt = not known, "" = known not to be authenticated.
    std::optional<QByteArray> assumedUser;
};

/// The cells of the row, one for each column of `connections`; what nobody said is unknown.
[[nodiscard]] QList<ChangeLog::Cell> connectionCells(const ConnectionKnowledge &known);

} // namespace mailhelm
