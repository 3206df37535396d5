// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/tablepage.h"

namespace mailhelm
{

/// WebMail sessions: who is in the webmail and until when; they can be ended. Sessions that nobody is logged in to are
/// no users' and hidden unless asked for.
class WebmailPage : public TablePage
{
    Q_OBJECT
public:
    WebmailPage(Backend &backend, QSettings &settings, QWidget *parent);

    [[nodiscard]] QList<QAction *> rowActions() override;
    [[nodiscard]] qsizetype total() const override;
    [[nodiscard]] std::function<void()> jumpTo(const QString &filter) override;
    void askEnd(const QList<RowKey> &rows) { askDrop({ {}, rows }); }

protected:
    void fillContextMenu(QMenu *menu) override;
    [[nodiscard]] QList<QAction *> pageActions() const override { return { m_showAnonymous }; }
    [[nodiscard]] QString toolTip(const QModelIndex &index) const override;
    [[nodiscard]] EmptyState::Content nothingThere() const override;

private:
    void updateActions();
    void showAnonymous(bool show);
    void countLoggedIn() const;

    LiveTable &m_sessions;
    QAction *m_end;
    QAction *m_showUser;
    QAction *m_showAnonymous;
    mutable std::map<quint16, qsizetype> m_loggedIn; ///< sessions with a user, by server
    mutable bool m_counted = false;
};

} // namespace mailhelm
