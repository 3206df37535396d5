// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/addresslist.h"
#include "core/table/table.h"
#include "views/backend.h"

#include <QCoreApplication>

namespace mailhelm
{

/// Reads a file of addresses and compares it with accounts, ignoring case.
class ListComparer
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::ListComparer)

public:
    /// The accounts in `users`, of one server or of all.
    [[nodiscard]] static Result<ListComparison> compare(
        const QString &file, const Table &users, std::optional<quint16> server);

private:
    [[nodiscard]] static QStringList remarksOf(const AddressList &list);
};

} // namespace mailhelm
