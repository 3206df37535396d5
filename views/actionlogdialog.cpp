// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/actionlogdialog.h"

#include "models/columnformat.h"
#include "views/actionlog.h"
#include "views/viewtext.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

ActionLogDialog::ActionLogDialog(ActionLog &log, QWidget *parent)
    : QDialog(parent)
    , m_log(log)
    , m_list(new QTreeWidget(this))
{
    setObjectName(u"actionLogDialog"_s);
    setWindowTitle(tr("My actions"));
    resize(sizeInText(*this, 96, 20));
    m_list->setObjectName(u"actions"_s);
    m_list->setAccessibleName(tr("My actions"));
    m_list->setHeaderLabels({ tr("Time"), tr("Action"), tr("Outcome") });
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    m_list->header()->setStretchLastSection(false);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_undo = buttons->addButton(tr("&Undo"), QDialogButtonBox::ActionRole);
    m_undo->setObjectName(u"undo"_s);
    auto *layout = new QVBoxLayout(this);
    QLabel *note = plainLabel(tr("Since Mailhelm was started. Enabling, blocking and disabling can be taken back; the "
                                 "audit of each server keeps all of it."),
        this);
    note->setWordWrap(true);
    layout->addWidget(note);
    layout->addWidget(m_list, 1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_undo, &QPushButton::clicked, this, [this] {
        if (const QTreeWidgetItem *item = m_list->currentItem())
            m_log.undo(item->data(0, Qt::UserRole).toInt());
    });
    connect(m_list, &QTreeWidget::currentItemChanged, this, &ActionLogDialog::updateUndo);
    connect(&log, &ActionLog::changed, this, &ActionLogDialog::fill);
    fill();
}

void ActionLogDialog::fill()
{
    const int chosen = m_list->currentItem() ? m_list->currentItem()->data(0, Qt::UserRole).toInt() : 0;
    m_list->clear();
    const QLocale locale;
    const QList<ActionLog::Entry> &entries = m_log.entries();
    for (auto entry = entries.crbegin(); entry != entries.crend(); ++entry) {
        QString outcome = tr("at work");
        if (entry->undone)
            outcome = tr("undone");
        else if (entry->finished && entry->failed > 0)
            outcome = tr("%1 done, %2 failed").arg(locale.toString(entry->done.size()), locale.toString(entry->failed));
        else if (entry->finished)
            outcome = tr("%1 done").arg(locale.toString(entry->done.size()));
        auto *item = new QTreeWidgetItem(
            m_list, { ColumnFormat::dateTime(entry->timeUs), ActionLog::describe(*entry), outcome });
        item->setData(0, Qt::UserRole, entry->number);
        if (entry->number == chosen)
            m_list->setCurrentItem(item);
    }
    if (!m_list->currentItem() && m_list->topLevelItemCount() > 0)
        m_list->setCurrentItem(m_list->topLevelItem(0));
    updateUndo();
}

void ActionLogDialog::updateUndo()
{
    const int number = m_list->currentItem() ? m_list->currentItem()->data(0, Qt::UserRole).toInt() : 0;
    bool can = false;
    for (const ActionLog::Entry &entry : m_log.entries())
        can |= entry.number == number && entry.canBeUndone();
    m_undo->setEnabled(can);
}

} // namespace mailhelm
