// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/tablepage.h"

namespace mailhelm
{

/// Active Connections: the rows are sockets, and can be dropped.
class ConnectionsPage : public TablePage
{
    Q_OBJECT
public:
    ConnectionsPage(Backend &backend, QSettings &settings, QWidget *parent);

    [[nodiscard]] QList<QAction *> rowActions() override;
    void askDrop(const QList<RowKey> &rows) { TablePage::askDrop({ rows, {} }); }

protected:
    void fillContextMenu(QMenu *menu) override;
    [[nodiscard]] QString toolTip(const QModelIndex &index) const override;
    [[nodiscard]] EmptyState::Content nothingThere() const override;

private:
    void updateActions();
    /// Every connection of that row's server that has the same cell in `column`.
    [[nodiscard]] QList<RowKey> sameCell(RowKey like, int column) const;

    LiveTable &m_connections;
    QAction *m_drop;
    QAction *m_dropUser;
    QAction *m_dropAddress;
    QAction *m_showUser;
};

} // namespace mailhelm
