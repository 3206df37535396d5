// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/livetable.h"

#include <random>

namespace mailhelm
{

/// A small schema with a column of every type, a volatile one, a companion (since_exact) and `server`.
[[nodiscard]] inline Schema fakeSchema()
{
    return Schema(TableId::Connections, "fake",
        {
            { "user", ColumnType::Text, "User", ColumnTrait::Shown },
            { "state", ColumnType::Choice, "State", {} },
            { "since", ColumnType::Time, "Time", {} },
            { "since_exact", ColumnType::Flag, "Start seen", {} },
            { "address", ColumnType::Address, "From", {} },
            { "port", ColumnType::Number, "Port", {} },
            { "bytes_in", ColumnType::Number, "In", ColumnTrait::Bytes | ColumnTrait::Volatile },
            { "last_login", ColumnType::Time, "Last login", {} },
            { "server", ColumnType::Text, "Server", {} },
        });
}

namespace fake
{
enum Column : int { User, State, Since, SinceExact, From, Port, BytesIn, LastLogin, Server };
constexpr qint64 Start = 1'763'800'000'000'000;
}

/// Few different values, so that ties and reused texts are frequent; some unknown; some hostile.
[[nodiscard]] inline Value randomValue(ColumnType type, std::mt19937 &random)
{
    const auto below = [&](int n) { return int(random() % unsigned(n)); };
    if (below(8) == 0)
        return {};
    switch (type) {
    case ColumnType::Text:
    case ColumnType::Choice: {
        static const QByteArray texts[] = { "", "alice", "Alice", "bob", "carol@example.org", "idle", "authenticated",
            "ÄRGER", "ärger", "straße", "STRASSE", "a\"b", "a\\b", "10.0.0.1", "x|y", "(z)", "\xE2\x80\xAEgnp", "日本",
            "\xF0\x9F\x98\x80", "=?", "!", "longer than eight one", "longer than eight two" };
        return texts[below(int(std::size(texts)))];
    }
    case ColumnType::Time:
        return qint64(fake::Start - qint64(below(200)) * 60'000'000);
    case ColumnType::Number:
        return qint64(below(3) == 0 ? below(5) : below(5'000'000)) * (below(10) == 0 ? -1 : 1);
    case ColumnType::Flag:
        return below(2) == 0;
    case ColumnType::Address: {
        if (below(2) == 0)
            return Address::fromV4(0x0a000000 + quint32(below(2)) * 0x10000 + quint32(below(20)));
        static const char *v6[]
            = { "::1", "::", "2001:db8::1", "2001:db8::ff", "fe80::1", "::fffe:ffff:ffff", "::1:0:0:0", "ffff::" };
        return *Address::parse(v6[below(8)]);
    }
    }
    return {};
}

/// A table that a test changes: changes gather until publish().
class FakeTable : public LiveTable
{
public:
    explicit FakeTable(const Schema &schema = fakeSchema())
        : m_table(schema)
    {
        m_time.nowUs = fake::Start;
    }

    [[nodiscard]] const Table &table() const override { return m_table; }
    [[nodiscard]] FilterTime filterTime() const override { return m_time; }
    [[nodiscard]] bool keepRemoved(qsizetype rows) override
    {
        m_table.keepRemoved(std::min(rows, m_mostKept));
        return true;
    }
    qsizetype m_mostKept = 1'000'000;
    FilterTime &time() { return m_time; }
    Table &raw() { return m_table; }

    Table::Slot add(RowKey key)
    {
        const Table::Slot slot = m_table.insert(key);
        m_next.inserted.append(slot);
        return slot;
    }
    void addRandom(RowKey key, std::mt19937 &random)
    {
        const Table::Slot slot = add(key);
        for (int c = 0; c < m_table.schema().columnCount(); ++c)
            m_table.column(c).set(slot, randomValue(m_table.schema().column(c).type, random));
    }
    /// Rows of the present publication are left alone: a slot may be in one list only.
    [[nodiscard]] bool isPending(Table::Slot slot) const
    {
        return m_next.inserted.contains(slot) || m_next.changed.contains(slot) || m_next.touched.contains(slot)
            || m_next.removed.contains(slot);
    }
    void change(Table::Slot slot, int column, const Value &value)
    {
        const bool touches = m_table.schema().column(column).isVolatile();
        if (m_table.column(column).set(slot, value))
            (touches ? m_next.touched : m_next.changed).append(slot);
    }
    void remove(Table::Slot slot) { m_next.removed.append(slot); }
    void publish()
    {
        const Publication publication = std::exchange(m_next, {});
        if (publication.isEmpty())
            return;
        Q_EMIT published(publication);
        for (const Table::Slot slot : publication.removed)
            m_table.remove(slot);
    }
    int addColumn(const QByteArray &key, ColumnType type)
    {
        const int column = m_table.addColumn(key, type, {});
        Q_EMIT columnAdded(column);
        return column;
    }

private:
    Table m_table;
    Publication m_next;
    FilterTime m_time;
};

} // namespace mailhelm
