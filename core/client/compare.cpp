// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/compare.h"

#include "core/base/safetext.h"

#include <utility>

namespace mailhelm
{

Comparison::Comparison(const LiveTable &users, const AddressList &list, QObject *parent)
    : DerivedTable(users, QByteArrayLiteral("compare"),
        { { QByteArrayLiteral("list"), ColumnType::Choice, QByteArrayLiteral("List"), ColumnTrait::Shown },
            { QByteArrayLiteral("line"), ColumnType::Number, QByteArrayLiteral("Line"), {} } },
        parent)
{
    m_entries.reserve(size_t(list.entries.size()));
    m_moved.reserve(size_t(list.entries.size()));
    for (const AddressList::Entry &entry : list.entries) {
        m_numbers.insert(foldedUtf8(entry.address), int(m_entries.size()));
        m_moved.push_back(int(m_entries.size()));
        m_entries.push_back({ entry.address, entry.line, 0, false, true });
    }
    follow();
}

bool Comparison::fill(const TableView &source, Table::Slot from, Table::Slot slot)
{
    const Column &user = source.columns[users::User];
    const QByteArrayView folded = user.isKnown(from) ? user.folded(from) : QByteArrayView();
    const int entry = m_numbers.value(QByteArray::fromRawData(folded.data(), folded.size()), NoEntry);
    assign(slot, entry);
    bool changed = rows().column(listColumn()).setText(slot, entry == NoEntry ? "only_server" : "both");
    Column &line = rows().column(lineColumn());
    changed |= entry == NoEntry ? line.setUnknown(slot) : line.setNumber(slot, m_entries[size_t(entry)].line);
    return changed;
}

void Comparison::assign(Table::Slot slot, int entry)
{
    m_accounts.resize(rows().slotEnd());
    Account &account = m_accounts[slot];
    if (account.counted) {
        --(account.entry == NoEntry ? m_counts.onlyServer : m_counts.both);
        if (account.entry != NoEntry && --m_entries[size_t(account.entry)].accounts == 0)
            touch(account.entry);
    }
    account = { true, entry };
    ++(entry == NoEntry ? m_counts.onlyServer : m_counts.both);
    if (entry != NoEntry && ++m_entries[size_t(entry)].accounts == 1)
        touch(entry);
}

void Comparison::leave(Table::Slot slot, Publication &)
{
    assign(slot, NoEntry);
    m_accounts[slot] = {};
    --m_counts.onlyServer;
}

void Comparison::touch(int entry)
{
    if (!std::exchange(m_entries[size_t(entry)].moved, true))
        m_moved.push_back(entry);
}

void Comparison::complete(Publication &publication)
{
    for (const int number : std::exchange(m_moved, {})) {
        Entry &entry = m_entries[size_t(number)];
        entry.moved = false;
        const bool alone = entry.accounts == 0;
        if (entry.isRow == alone)
            continue;
        entry.isRow = alone;
        const RowKey key { 0, RowId(number) + 1 };
        if (!alone) {
            --m_counts.onlyList;
            publication.removed.append(rows().slotOf(key));
            continue;
        }
        ++m_counts.onlyList;
        const Table::Slot slot = rows().insert(key);
        rows().column(users::User).setText(slot, entry.address);
        rows().column(listColumn()).setText(slot, "only_list");
        rows().column(lineColumn()).setNumber(slot, entry.line);
        publication.inserted.append(slot);
    }
}

} // namespace mailhelm
