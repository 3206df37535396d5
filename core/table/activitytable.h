// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/derivedtable.h"
#include "core/table/inactive.h"

namespace mailhelm
{

/// `users` with the column `inactive_since`: since when the account's silence counts (inactive.h); unknown where nobody
/// can tell.
class ActivityTable : public DerivedTable
{
    Q_OBJECT

public:
    explicit ActivityTable(const LiveTable &users, QObject *parent = nullptr);

private:
    bool fill(const TableView &source, Table::Slot from, Table::Slot slot) override;
    void leave(Table::Slot, Publication &) override { }
    void complete(Publication &) override { }

    const ActivityColumns m_columns;
};

} // namespace mailhelm
