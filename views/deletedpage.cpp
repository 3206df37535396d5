// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/deletedpage.h"

#include "views/accountactions.h"
#include "views/actiontexts.h"
#include "views/columnstate.h"
#include "views/icons.h"
#include "views/rowsview.h"
#include "views/viewtext.h"

#include <QAction>
#include <QMenu>

namespace mailhelm
{

using namespace Qt::StringLiterals;

DeletedPage::DeletedPage(Backend &backend, QSettings &settings, QWidget *parent)
    : TablePage(backend, TableId::Deleted, settings, parent)
    , m_accounts(new AccountActions(backend, this, this))
    , m_restore(new QAction(icon(ActionTexts::symbol(RowAction::Restore)), tr("&Restore…"), this))
{
    m_restore->setObjectName(u"restoreAction"_s);
    view().setAccessibleName(tr("Deleted accounts"));
    columns().setDefaults(
        { "user", "deleted", "admin", "mailbox_bytes", "purge", "reason" }, "deleted", Qt::DescendingOrder);
    connect(
        m_restore, &QAction::triggered, this, [this] { m_accounts->ask(RowAction::Restore, selection().inOrder()); });
    connect(m_accounts, &AccountActions::held, this, &TablePage::hold);
    connect(m_accounts, &AccountActions::finished, this,
        [this](RowAction action, const QList<RowOutcome> &outcomes) { tellOutcome(action, outcomes); });
    connect(&selection(), &RowSelection::changed, this, &DeletedPage::updateActions);
    connect(&backend, &Backend::serverChanged, this, &DeletedPage::updateActions);
    updateActions();
}

QList<QAction *> DeletedPage::rowActions()
{
    return QList<QAction *> { m_restore } + TablePage::rowActions();
}

void DeletedPage::updateActions()
{
    const qsizetype count = selection().count();
    const QString why = whyNot(RowAction::Restore);
    m_restore->setText(count > 1 ? tr("&Restore %Ln Account(s)…", nullptr, int(count)) : tr("&Restore…"));
    m_restore->setEnabled(count > 0 && why.isEmpty());
    m_restore->setToolTip(why.isEmpty() ? ActionTexts::hint(RowAction::Restore) : plainToolTip(why));
}

void DeletedPage::fillContextMenu(QMenu *menu)
{
    if (hasCurrentRow()) {
        updateActions();
        menu->addAction(m_restore);
        menu->addSeparator();
    }
    TablePage::fillContextMenu(menu);
}

} // namespace mailhelm
