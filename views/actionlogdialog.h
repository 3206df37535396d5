// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QPushButton;
class QTreeWidget;

namespace mailhelm
{

class ActionLog;

/// The list of what one did oneself, latest first, with Undo for what can be taken back.
class ActionLogDialog : public QDialog
{
    Q_OBJECT
public:
    ActionLogDialog(ActionLog &log, QWidget *parent); ///< `log` outlives the dialog

private:
    void fill();
    void updateUndo();

    ActionLog &m_log;
    QTreeWidget *m_list;
    QPushButton *m_undo;
};

} // namespace mailhelm
