// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include "models/columnformat.h"
#include "views/backend.h"

namespace mailhelm
{

/// One group of a comparison with a list: accounts, shown as they are now, or addresses of the list that have none.
/// Formats visible cells only. GUI thread; the table outlives it.
class ComparisonModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    ComparisonModel(LiveTable &users, QObject *parent);

    void setAccounts(const QList<RowKey> &accounts);
    void setAddresses(const QStringList &addresses);
    [[nodiscard]] const QList<RowKey> &accounts() const { return m_accounts; }
    [[nodiscard]] const QStringList &addresses() const { return m_addresses; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void follow(const QSet<RowKey> &gone);

    LiveTable &m_users;
    ColumnFormat m_format;
    QList<int> m_columns; ///< of `users`
    QList<RowKey> m_accounts;
    QStringList m_addresses;
};

} // namespace mailhelm
