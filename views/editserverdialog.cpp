// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/editserverdialog.h"

#include "core/base/safetext.h"
#include "views/addserverdialog.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>

namespace mailhelm
{

using namespace Qt::StringLiterals;

EditServerDialog::EditServerDialog(Backend &backend, const ServerStatus &server, QWidget *parent)
    : QDialog(parent)
    , m_backend(backend)
    , m_number(server.number)
    , m_name(new QLineEdit(this))
    , m_group(new QLineEdit(this))
    , m_colour(new QComboBox(this))
    , m_message(plainLabel(QString(), this))
{
    setObjectName(u"editServerDialog"_s);
    setWindowTitle(tr("Edit server"));
    setMinimumWidth(sizeInText(*this, 66, 0).width());
    m_name->setObjectName(u"name"_s);
    m_name->setMaxLength(64);
    m_name->setText(server.name.left(64)); // what is longer would be laid out before it is cut
    m_name->setAccessibleName(tr("Name"));
    m_group->setObjectName(u"group"_s);
    m_group->setMaxLength(64);
    m_group->setText(server.group.left(64));
    m_group->setAccessibleName(tr("Group"));
    m_colour->setAccessibleName(tr("Environment colour"));
    fillColourBox(m_colour, server.colour);
    auto *key = plainLabel(tr("%1\nkey %2").arg(safeText(server.address), pinLines(safeText(server.pin))), this);
    key->setWordWrap(true);
    key->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setWordWrap(true);
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, tints(colours).bad);
    m_message->setPalette(colours);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel, this);
    auto *layout = new QFormLayout(this);
    layout->addRow(tr("&Name:"), m_name);
    layout->addRow(tr("&Group:"), m_group);
    layout->addRow(tr("Environment &colour:"), m_colour);
    layout->addRow(tr("Server:"), key);
    layout->addRow(m_message);
    layout->addRow(buttons);
    resize(minimumWidth(), 0);
    growToFit(*this);
    connect(buttons, &QDialogButtonBox::accepted, this, &EditServerDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void EditServerDialog::accept()
{
    const Result<void> saved = m_backend.changeServer(
        m_number, m_name->text().trimmed(), m_group->text().trimmed(), m_colour->currentData().value<QColor>());
    if (saved)
        QDialog::accept();
    else
        m_message->setText(safeText(saved.error().detail));
}

} // namespace mailhelm
