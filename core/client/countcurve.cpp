// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/countcurve.h"

#include <QSet>

#include <algorithm>

namespace mailhelm
{

namespace
{

/// Which of a Count's numbers a cell of `secure` adds to.
int &memberFor(Count &count, const Column &secure, Table::Slot slot)
{
    return !secure.isKnown(slot) ? count.unknown : secure.flag(slot) ? count.secure : count.open;
}

} // namespace

QByteArrayList CountCurve::protocols() const
{
    QSet<QByteArray> seen;
    for (const Counts &point : points)
        for (auto it = point.cbegin(); it != point.cend(); ++it)
            seen.insert(it.key());
    QByteArrayList out(seen.begin(), seen.end());
    std::sort(out.begin(), out.end());
    return out;
}

void countRows(const Table &live, QMap<quint16, Counts> &counts)
{
    if (live.schema().id() == TableId::Webmail) {
        const Column &user = live.column(webmail::User);
        for (Table::Slot slot = 0; slot < live.slotEnd(); ++slot)
            if (live.isLive(slot) && user.isKnown(slot) && !user.text(slot).isEmpty())
                ++counts[live.keyAt(slot).server][WebmailCount].unknown;
        return;
    }
    const Column &protocol = live.column(connections::Protocol);
    const Column &secure = live.column(connections::Secure);
    // By the codes of texts: no text is looked at but once.
    QMap<quint16, std::vector<Count>> byCode;
    const size_t codes = size_t(protocol.pool().codeEnd()) + 1; // the last: unknown
    quint16 server = 0;
    std::vector<Count> *of = nullptr;
    for (Table::Slot slot = 0; slot < live.slotEnd(); ++slot) {
        if (!live.isLive(slot))
            continue;
        if (!of || live.keyAt(slot).server != server) {
            server = live.keyAt(slot).server;
            of = &byCode[server];
            of->resize(codes);
        }
        ++memberFor((*of)[protocol.isKnown(slot) ? protocol.code(slot) : codes - 1], secure, slot);
    }
    for (auto it = byCode.cbegin(); it != byCode.cend(); ++it)
        for (size_t code = 0; code < codes; ++code)
            if ((*it)[code].total() > 0)
                counts[it.key()]
                      [code + 1 == codes ? QByteArray("") : protocol.pool().text(StringPool::Code(code)).toByteArray()]
                    += (*it)[code];
}

CountCurve curveOf(const LiveTable &history, quint16 server, qint64 firstUs, qint64 stepUs, int points,
    const QMap<quint16, QList<HistoryDone::Span>> &unwatched)
{
    CountCurve curve { firstUs, stepUs, QList<Counts>(points), QList<bool>(points, true) };
    const Table &rows = history.table();
    const FilterTime time = history.filterTime();
    const Column &since = rows.column(connections::Since);
    const Column &active = rows.column(connections::LastActive);
    const Column &ended = rows.column(history::Ended);
    const Column &protocol = rows.column(connections::Protocol);
    const Column &secure = rows.column(connections::Secure);
    const Column &port = rows.column(connections::LocalPort);
    const Column &extension = rows.column(connections::Extension);
    // The first point that is at or after a moment.
    const auto pointAt = [&](qint64 us) {
        const qint64 ahead = us - firstUs;
        return int(std::clamp<qint64>(ahead <= 0 ? 0 : (ahead + stepUs - 1) / stepUs, 0, points));
    };
    // What each begins and ends adds to the points from there on.
    QMap<QByteArray, std::vector<Count>> changes;
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot) {
        const quint16 of = rows.keyAt(slot).server;
        if (!rows.isLive(slot) || (server != 0 && of != server))
            continue;
        const qint64 offset = time.offsetOf(of);
        // As HistoryTable has it: before it last did something is not claimed where nobody can say since when.
        const Column &began = since.isKnown(slot) ? since : active;
        const int from = began.isKnown(slot) ? pointAt(began.number(slot) - offset) : 0;
        const int to = ended.isKnown(slot) ? pointAt(ended.number(slot) - offset) : points;
        if (from >= to)
            continue;
        const bool session = !port.isKnown(slot) && extension.isKnown(slot) && extension.text(slot) == "WebMail";
        std::vector<Count> &line = changes[session ? QByteArray(WebmailCount)
                : protocol.isKnown(slot)           ? protocol.text(slot).toByteArray()
                                                   : QByteArray("")];
        line.resize(size_t(points) + 1);
        ++memberFor(line[size_t(from)], secure, slot);
        --memberFor(line[size_t(to)], secure, slot);
    }
    for (auto it = changes.cbegin(); it != changes.cend(); ++it) {
        Count now;
        for (int point = 0; point < points; ++point) {
            now += (*it)[size_t(point)];
            if (now.total() > 0)
                curve.points[point].insert(it.key(), now);
        }
    }
    for (auto it = unwatched.cbegin(); it != unwatched.cend(); ++it) {
        if (server != 0 && it.key() != server)
            continue;
        const qint64 offset = time.offsetOf(it.key());
        for (const HistoryDone::Span &span : *it)
            for (int point = pointAt(span.fromUs - offset); point < pointAt(span.toUs - offset); ++point)
                curve.known[point] = false;
    }
    return curve;
}

} // namespace mailhelm
