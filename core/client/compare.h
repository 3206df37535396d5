// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/addresslist.h"
#include "core/table/derivedtable.h"

#include <vector>

namespace mailhelm
{

/// `users` compared with somebody else's list of addresses: the rows of `users`, with the columns `list` (both,
/// only_server; only_list for addresses that no server has, which are rows of their own) and `line`, where the list has
/// it. Addresses are compared ignoring case. Follows `users`, so that what was acted upon shows; rows of `users` keep
/// their keys. Those of only_list have the server 0, the address in `user`, and nothing else is known of them.
/// Lives in the thread of `users`, which outlives it.
class Comparison : public DerivedTable
{
    Q_OBJECT

public:
    Comparison(const LiveTable &users, const AddressList &list, QObject *parent = nullptr);

    [[nodiscard]] int listColumn() const { return furtherColumn(0); }
    [[nodiscard]] int lineColumn() const { return furtherColumn(1); }

    struct Counts {
        qsizetype onlyServer = 0;
        qsizetype onlyList = 0;
        qsizetype both = 0; ///< accounts: an address may have one on several servers
    };
    [[nodiscard]] const Counts &counts() const { return m_counts; }

private:
    static constexpr int NoEntry = -1;
    struct Entry {
        QByteArray address;
        qsizetype line = 0;
        int accounts = 0;
        bool isRow = false;
        bool moved = true; ///< whether it is a row has to be looked at
    };

    bool fill(const TableView &source, Table::Slot from, Table::Slot slot) override;
    void leave(Table::Slot slot, Publication &publication) override;
    void complete(Publication &publication) override;
    /// Counts the account in `slot` for another entry, or none.
    void assign(Table::Slot slot, int entry);
    void touch(int entry);

    std::vector<Entry> m_entries;
    QHash<QByteArray, int> m_numbers; ///< by folded address
    struct Account {
        bool counted = false;
        int entry = NoEntry;
    };
    std::vector<Account> m_accounts; ///< by our slots
    std::vector<int> m_moved;
    Counts m_counts;
};

} // namespace mailhelm
