// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/onlineusers.h"
#include "views/tablepage.h"

class QSplitter;

namespace mailhelm
{

class UserSessions;

/// Who is online and through what: one row a user. All that is live of them can be dropped at one stroke, or looked at
/// piece by piece below.
class OnlinePage : public TablePage
{
    Q_OBJECT
public:
    OnlinePage(Backend &backend, QSettings &settings, QWidget *parent);

    [[nodiscard]] QList<QAction *> rowActions() override;
    void saveState() override;
    /// Asks, then drops everything of these users.
    void askDropUsers(const QList<RowKey> &users);
    void askDrop(const OnlineUsers::Parts &parts);

protected:
    void fillContextMenu(QMenu *menu) override;
    [[nodiscard]] QString toolTip(const QModelIndex &index) const override;

private:
    void updateActions();
    void jump(TableId table);
    /// What of `parts` we may not touch is taken out, and said in `notes`.
    void sparePart(RowAction action, QList<RowKey> &rows, QStringList &notes) const;
    void drop(const OnlineUsers::Parts &parts);

    QAction *m_drop;
    QAction *m_showConnections;
    QAction *m_showSessions;
    QSplitter *m_splitter;
    UserSessions *m_parts;
};

} // namespace mailhelm
