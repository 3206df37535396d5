// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/tablepage.h"

namespace mailhelm
{

class AccountActions;

/// Accounts that were deleted and can still be brought back.
class DeletedPage : public TablePage
{
    Q_OBJECT
public:
    DeletedPage(Backend &backend, QSettings &settings, QWidget *parent);

    [[nodiscard]] QList<QAction *> rowActions() override;

protected:
    void fillContextMenu(QMenu *menu) override;

private:
    void updateActions();

    AccountActions *m_accounts;
    QAction *m_restore;
};

} // namespace mailhelm
