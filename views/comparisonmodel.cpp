// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/comparisonmodel.h"

#include "core/base/safetext.h"
#include "core/table/livetable.h"
#include "views/viewtext.h"

#include <QSet>

namespace mailhelm
{

ComparisonModel::ComparisonModel(LiveTable &users, QObject *parent)
    : QAbstractTableModel(parent)
    , m_users(users)
    , m_format(users.table().schema())
    , m_columns({ users::User, users::Enabled, users::LastLogin, users::LastLoginService, users::MailboxBytes })
{
    connect(&m_users, &LiveTable::published, this, [this](const Publication &publication) {
        QSet<RowKey> gone;
        for (const Table::Slot slot : publication.removed)
            gone.insert(m_users.table().keyAt(slot));
        follow(gone);
    });
}

void ComparisonModel::setAccounts(const QList<RowKey> &accounts)
{
    beginResetModel();
    m_accounts = accounts;
    m_addresses.clear();
    endResetModel();
}

void ComparisonModel::setAddresses(const QStringList &addresses)
{
    beginResetModel();
    m_addresses = addresses;
    m_accounts.clear();
    endResetModel();
}

void ComparisonModel::follow(const QSet<RowKey> &gone)
{
    if (m_accounts.isEmpty())
        return;
    if (std::any_of(m_accounts.begin(), m_accounts.end(), [&](RowKey key) { return gone.contains(key); })) {
        beginResetModel();
        m_accounts.removeIf([&](RowKey key) { return gone.contains(key); });
        endResetModel();
    } else {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
}

int ComparisonModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_accounts.size() + m_addresses.size());
}

int ComparisonModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_addresses.isEmpty() ? int(m_columns.size()) : 1;
}

QVariant ComparisonModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (!m_addresses.isEmpty()) {
        const QString safe = safeText(m_addresses[index.row()], 300);
        return role == Qt::DisplayRole ? QVariant(isolatedUser(safe))
            : role == Qt::ToolTipRole  ? QVariant(plainToolTip(safe))
                                       : QVariant();
    }
    const int column = m_columns[index.column()];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(m_format.alignment(column));
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole)
        return {};
    const Table &table = m_users.table();
    const RowKey key = m_accounts[index.row()];
    const Table::Slot slot = table.slotOf(key);
    if (slot == Table::NoSlot)
        return {};
    const int other = m_format.companionOf(column);
    const Value value = table.column(column).value(slot);
    const Value companion = other < 0 ? Value() : table.column(other).value(slot);
    const qint64 now = m_users.filterTime().nowOf(key.server);
    if (role == Qt::ToolTipRole)
        return plainToolTip(m_format.toolTip(column, value, companion, now));
    if (role == Qt::AccessibleTextRole)
        return m_format.accessible(column, value, companion, now);
    const QString text = m_format.display(column, value, companion, now);
    return column == users::User ? isolatedUser(text) : text;
}

QVariant ComparisonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(m_format.alignment(m_columns[section]));
    if (role != Qt::DisplayRole)
        return {};
    return m_format.title(m_columns[section]);
}

} // namespace mailhelm
