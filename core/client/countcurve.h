// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/messages.h"
#include "core/table/livetable.h"

#include <QMap>

namespace mailhelm
{

/// How many there were, of one protocol, at one moment.
struct Count {
    int secure = 0;
    int open = 0; ///< known not to be secured
    int unknown = 0; ///< nothing tells
    [[nodiscard]] int total() const { return secure + open + unknown; }
    friend bool operator==(const Count &, const Count &) = default;
    Count &operator+=(const Count &other)
    {
        secure += other.secure;
        open += other.open;
        unknown += other.unknown;
        return *this;
    }
};

/// By protocol as `connections` has it (imap, smtp …; "" where it is unknown); webmail sessions of users are "webmail".
using Counts = QMap<QByteArray, Count>;
inline constexpr char WebmailCount[] = "webmail";

/// Counts at moments that are equally far apart: what is drawn. The same whether it comes from the minutes that a
/// console keeps (CountSeries) or from the history of a span (curveOf()).
struct CountCurve {
    qint64 firstUs = 0; ///< by this machine's clock
    qint64 stepUs = 0;
    QList<Counts> points; ///< at firstUs + i * stepUs; a protocol that is missing there was not there
    QList<bool> known; ///< by point; no = nobody looked: draw a gap, not zero
    [[nodiscard]] QByteArrayList protocols() const; ///< all that occur, ascending
    [[nodiscard]] qint64 timeOf(qsizetype point) const { return firstUs + point * stepUs; }
};

/// Counts of what is in a live table now; what `webmail` tells are its sessions of users. Adds to `counts`, by server.
void countRows(const Table &live, QMap<quint16, Counts> &counts);

/// How many were there at each of `points` moments, from rows of `history` (a HistoryTable after a reading of that
/// span: what is live is in it). Costs one pass over the rows. `server`: 0 = all together. `unwatched`: by the servers'
/// clocks, as HistoryReader tells it.
[[nodiscard]] CountCurve curveOf(const LiveTable &history, quint16 server, qint64 firstUs, qint64 stepUs, int points,
    const QMap<quint16, QList<HistoryDone::Span>> &unwatched = {});

} // namespace mailhelm
