// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "views/backend.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace mailhelm
{

/// A saved server's name, group and colour. Accepted only when the change was saved.
class EditServerDialog : public QDialog
{
    Q_OBJECT
public:
    EditServerDialog(Backend &backend, const ServerStatus &server, QWidget *parent);

    void accept() override;

private:
    Backend &m_backend;
    const quint16 m_number;
    QLineEdit *m_name;
    QLineEdit *m_group;
    QComboBox *m_colour;
    QLabel *m_message;
};

} // namespace mailhelm
