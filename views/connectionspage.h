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
    /// Asks, then drops. Own connections are spared.
    void askDrop(const QList<RowKey> &rows);

protected:
    void fillContextMenu(QMenu *menu) override;
    [[nodiscard]] QString toolTip(const QModelIndex &index) const override;
    [[nodiscard]] EmptyState::Content nothingThere() const override;

private:
    /// Somebody whose connection was dropped, for a while: mail programs connect again.
    struct Dropped {
        quint16 server = 0;
        QByteArray user;
        QByteArray service;
        Address address;
        qint64 untilUs = 0; ///< monotonic
    };

    void updateActions();
    void dropped(const QList<RowOutcome> &outcomes, const QList<Dropped> &targets);
    void watchReturns(const Publication &publication);
    /// Every connection of that row's server that has the same cell in `column`.
    [[nodiscard]] QList<RowKey> sameCell(RowKey like, int column) const;

    LiveTable &m_connections;
    QAction *m_drop;
    QAction *m_dropUser;
    QAction *m_dropAddress;
    QAction *m_showUser;
    QList<Dropped> m_watched;
    QString m_outcomeText;
    int m_returned = 0;
};

} // namespace mailhelm
