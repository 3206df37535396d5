// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/tablepage.h"

namespace mailhelm
{

/// Who is online and through what: one row a user. All that is live of them can be dropped at one stroke; the details
/// list it piece by piece.
class OnlinePage : public TablePage
{
    Q_OBJECT
public:
    OnlinePage(Backend &backend, QSettings &settings, QWidget *parent);

    [[nodiscard]] QList<QAction *> rowActions() override;
    /// Asks, then drops everything of these users.
    void askDropUsers(const QList<RowKey> &users);

protected:
    void fillContextMenu(QMenu *menu) override;
    [[nodiscard]] QString toolTip(const QModelIndex &index) const override;

private:
    void updateActions();
    void jump(TableId table);

    QAction *m_drop;
    QAction *m_showConnections;
    QAction *m_showSessions;
};

} // namespace mailhelm
