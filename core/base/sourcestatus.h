// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMetaType>

namespace mailhelm
{

/// How a source is, as the table `sources` shows it.
struct SourceStatus {
    enum class State { Ok, Degraded, Down };
    QByteArray source;
    State state = State::Ok;
    QByteArray detail; ///< what it cannot see and why; empty when all is well
    QByteArray mend; ///< the exact configuration line or command that would mend it
    friend bool operator==(const SourceStatus &, const SourceStatus &) = default;
};

} // namespace mailhelm

Q_DECLARE_METATYPE(mailhelm::SourceStatus)
