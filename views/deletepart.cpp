// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/deletepart.h"

#include "views/accountactions.h"
#include "views/icons.h"
#include "views/viewtext.h"

#include <QFormLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QStyle>

namespace mailhelm
{

using namespace Qt::StringLiterals;

DeletePart::DeletePart(int count, QWidget *parent)
    : QWidget(parent)
    , m_count(count)
    , m_reason(new QLineEdit(this))
    , m_typedLabel(plainLabel(QString(), this))
    , m_typed(new QLineEdit(this))
{
    auto *sign = new QLabel(this);
    const int size = style()->pixelMetric(QStyle::PM_LargeIconSize);
    sign->setPixmap(tinted(Symbol::Warning, size, tints(palette()).warning, devicePixelRatioF()));
    sign->setAlignment(Qt::AlignTop);
    auto *warning = plainLabel(tr("Agree with the administrator of the domain first. Deleting takes the account out of "
                                  "the mail server: mail to it is refused, nobody can log in, and its address can be "
                                  "given to somebody else. To find out whether it is still used, disable it instead."),
        this);
    warning->setObjectName(u"warning"_s);
    warning->setWordWrap(true);
    m_reason->setObjectName(u"reason"_s);
    m_reason->setMaxLength(300);
    m_reason->setPlaceholderText(tr("who agreed, or why; kept in the audit"));
    m_typed->setObjectName(u"typedCount"_s);
    m_typed->setMaxLength(12);
    m_typed->setMaximumWidth(fontMetrics().horizontalAdvance(u'0') * 16);
    m_typedLabel->setBuddy(m_typed);

    auto *head = new QHBoxLayout;
    head->addWidget(sign);
    head->addWidget(warning, 1);
    auto *form = new QFormLayout;
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("&Reason:"), m_reason);
    form->addRow(m_typedLabel, m_typed);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->addLayout(head);
    layout->addLayout(form);
    connect(m_reason, &QLineEdit::textChanged, this, &DeletePart::check);
    connect(m_typed, &QLineEdit::textChanged, this, &DeletePart::check);
    setFocusProxy(m_reason);
    setCount(count);
}

void DeletePart::setCount(int count)
{
    m_count = count;
    const bool typed = count > int(AccountActions::TypeCountAbove);
    m_typedLabel->setText(tr("&Type %1 to confirm:").arg(count));
    m_typed->setAccessibleName(tr("The number of accounts, to confirm"));
    m_typedLabel->setVisible(typed);
    m_typed->setVisible(typed);
    check();
}

void DeletePart::keyPressEvent(QKeyEvent *event)
{
    // Enter in a field goes to the next one: it must neither cancel nor delete.
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        focusNextChild();
    else
        QWidget::keyPressEvent(event);
}

QString DeletePart::reason() const
{
    return m_reason->text().simplified();
}

bool DeletePart::isReady() const
{
    const bool typed
        = m_count <= int(AccountActions::TypeCountAbove) || m_typed->text().trimmed() == QString::number(m_count);
    return typed && !reason().isEmpty();
}

void DeletePart::check()
{
    Q_EMIT readyChanged(isReady());
}

} // namespace mailhelm
