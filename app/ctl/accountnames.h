// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"

namespace mailhelm::ctl
{

/// Finds rows of `users` or `deleted` by what is typed: the user's name, SERVER/USER, or an id as the lists print it.
/// Holds for the table as it is when it is made.
class AccountNames
{
public:
    AccountNames(const Session &session, const LiveTable &table);

    /// As it is written first, else ignoring case as mail addresses do; names before ids. NotFound; InvalidArgument
    /// where it could be several rows, which are then named.
    [[nodiscard]] Result<Table::Slot> find(const QString &text) const;

private:
    [[nodiscard]] QList<Table::Slot> named(QByteArrayView user, quint16 server, bool exactly) const;
    [[nodiscard]] Error several(const QString &text, const QList<Table::Slot> &slots) const;

    const Session &m_session;
    const Table &m_table;
    QHash<QByteArray, QList<Table::Slot>> m_byFolded;
};

} // namespace mailhelm::ctl
