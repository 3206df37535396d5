// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historycursor.h"

#include "core/table/historyrow.h"

namespace mailhelm
{

HistoryCursor::HistoryCursor(quint32 request, HistoryDone::Span span, qint64 notBefore)
    : m_request(request)
    , m_span(span)
    , m_notBefore(notBefore)
    , m_table(schemaOf(TableId::History))
    , m_encoder(schemaOf(TableId::History))
{
}

/// On to the next rows; false where there are none, or enough was looked at for now.
bool HistoryCursor::advance(const Load &load, int &looked)
{
    m_row = 0;
    m_current = {};
    if (!m_waiting.isEmpty()) {
        m_current = m_waiting.takeFirst();
        return true;
    }
    if (m_pieces.isEmpty() || looked == PiecesPerPart)
        return false;
    ++looked;
    if (std::optional<HistoryRows> rows = load(m_pieces.takeFirst()))
        m_current = std::move(*rows);
    return true;
}

bool HistoryCursor::matches(qsizetype row) const
{
    const qint64 ended = m_current.ended(row);
    return m_current.ids[row] != 0 && ended >= m_notBefore
        && wasThere(m_current.since(row), ended, m_span.fromUs, m_span.toUs)
        && m_table.slotOf({ 0, m_current.ids[row] }) == Table::NoSlot;
}

QList<HistoryDone::Span> HistoryCursor::readable(QList<HistoryDone::Span> watched) const
{
    for (const HistoryDone::Span &gone : m_unreadable) {
        QList<HistoryDone::Span> left;
        for (const HistoryDone::Span &span : std::as_const(watched)) {
            if (span.fromUs < gone.fromUs)
                left.append({ span.fromUs, std::min(span.toUs, gone.fromUs) });
            if (span.toUs > gone.toUs)
                left.append({ std::max(span.fromUs, gone.toUs), span.toUs });
        }
        watched = left;
    }
    return watched;
}

HistoryPart HistoryCursor::next(const Load &load)
{
    QList<quint32> slots;
    qsizetype budget = PartBytes;
    int looked = 0;
    bool more = true;
    while (budget > 0 && more) {
        if (m_row >= m_current.ids.size()) {
            more = advance(load, looked);
            continue;
        }
        const qsizetype row = m_row++;
        if (!matches(row))
            continue;
        const Table::Slot slot = m_table.insert({ 0, m_current.ids[row] });
        slots.append(slot);
        budget -= 16 + qsizetype(m_current.columns.size()) * 9;
        for (int column = 0; column < m_table.schema().columnCount(); ++column) {
            m_table.column(column).copyCell(slot, m_current.columns[column], row);
            if (m_table.column(column).isText() && m_table.column(column).isKnown(slot))
                budget -= m_table.column(column).text(slot).size();
        }
    }
    for (const quint32 slot : std::exchange(m_before, {}))
        m_table.remove(slot);

    ChangeSet part;
    part.table = TableId::History;
    part.epoch = 1;
    part.revision = 1;
    part.reset = true;
    part.first = !std::exchange(m_begun, true);
    part.last = m_row >= m_current.ids.size() && m_waiting.isEmpty() && m_pieces.isEmpty();
    if (!slots.isEmpty()) {
        RowGroup group;
        for (const quint32 slot : std::as_const(slots))
            group.ids.append(m_table.keyAt(slot).id);
        for (int column = 0; column < m_table.schema().columnCount(); ++column) {
            group.columns.append(column);
            group.values.append(m_table.column(column).gather(std::span(slots.constData(), size_t(slots.size()))));
        }
        part.groups.append(std::move(group));
    }
    HistoryPart out;
    out.last = part.last;
    out.payload = m_encoder.encode(m_request, part);
    m_before = slots;
    return out;
}

} // namespace mailhelm
