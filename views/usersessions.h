// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include "core/table/onlineusers.h"
#include "views/backend.h"

class QAction;
class QLabel;
class QMenu;
class QTreeWidget;

namespace mailhelm
{

/// Everything that is live of one row of the page Online, each part of it droppable; and for the rows that are no
/// users', what they mean. Follows the tables. GUI thread; the backend outlives it.
class UserSessions : public QWidget
{
    Q_OBJECT
public:
    UserSessions(Backend &backend, QWidget *parent);

    /// id 0: nobody.
    void showUser(RowKey user);
    [[nodiscard]] OnlineUsers::Parts selected() const;

    /// What a row means that is no user's, and what would tell more; empty for users'.
    [[nodiscard]] static QString explanation(Backend &backend, RowKey user);

Q_SIGNALS:
    void dropRequested(const mailhelm::OnlineUsers::Parts &parts);

private:
    void updateSoon();
    void update();
    void updateActions();
    void openMenu(const QPoint &place);

    static constexpr qsizetype MostShown = 500;

    Backend &m_backend;
    RowKey m_user;
    QLabel *m_heading;
    QLabel *m_explanation;
    QTreeWidget *m_list;
    QAction *m_drop;
    QTimer m_soon;
    QTimer m_second;
};

} // namespace mailhelm
