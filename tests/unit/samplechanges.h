// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/changescodec.h"
#include "core/table/changelog.h"

#include <array>

namespace mailhelm
{

/// A table with a column of each type: its snapshot, then a removal, a changed row and one of which only a volatile
/// cell moved.
class SampleChanges
{
public:
    static Schema schema()
    {
        return Schema(TableId::Connections, "connections",
            { { "user", ColumnType::Text, "User", ColumnTrait::Shown },
                { "info", ColumnType::Text, "Info", ColumnTrait::MostlyUnique },
                { "since", ColumnType::Time, "Time", {} }, { "secure", ColumnType::Flag, "Secure", {} },
                { "address", ColumnType::Address, "From", {} },
                { "bytes_in", ColumnType::Number, "In", ColumnTrait::Volatile } });
    }
    SampleChanges()
    {
        put(1,
            { { 0, QByteArray("ada") }, { 1, QByteArray("INBOX") }, { 2, qint64(1'763'800'000'000'000) }, { 3, false },
                { 4, Address::fromV4(0xcb007107) }, { 5, qint64(0) } });
        put(2,
            { { 0, QByteArray("ada") }, { 1, QByteArray("") }, { 2, qint64(1'763'800'000'000'001) }, { 3, true },
                { 4, Address::fromV4(0xcb007108) }, { 5, qint64(255) } });
        put(3,
            { { 1,
                  QByteArray("St\xc3\xbc"
                             "ck") },
                { 5, qint64(70'000) } });
    }
    /// The payload of a Changes message; these two in this order.
    QByteArray snapshot()
    {
        m_walk = m_log.walkFrom({}, 0);
        return m_encoder.encode(0, m_log.nextPart(m_walk, 10'000));
    }
    QByteArray delta()
    {
        m_log.remove(2);
        put(3, { { 0, QByteArray("grace") } });
        put(1, { { 5, qint64(5) } });
        ChangeLog::Walk walk = m_log.walkFrom({ 7, m_walk.revision }, m_walk.volatileRevision);
        return m_encoder.encode(4, m_log.nextPart(walk, 10'000));
    }

private:
    void put(RowId id, const QList<ChangeLog::Cell> &cells)
    {
        m_log.put(id, std::span(cells.constData(), size_t(cells.size())));
    }

    ChangeLog m_log { schema(), 7 };
    ChangesEncoder m_encoder { schema() };
    ChangeLog::Walk m_walk;
};

} // namespace mailhelm
