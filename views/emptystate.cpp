// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/emptystate.h"

#include "views/icons.h"
#include "views/viewtext.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace mailhelm
{

using namespace Qt::StringLiterals;

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_title(plainLabel(QString(), this))
    , m_text(plainLabel(QString(), this))
    , m_commandRow(new QWidget(this))
    , m_command(plainLabel(QString(), m_commandRow))
    , m_copy(new QPushButton(icon(Symbol::Copy), tr("Copy"), m_commandRow))
    , m_field(new QLineEdit(this))
    , m_action(new QPushButton(this))
{
    setObjectName(u"emptyState"_s);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    m_title->setFont(large);
    m_title->setObjectName(u"emptyTitle"_s);
    m_text->setObjectName(u"emptyText"_s);
    m_command->setObjectName(u"emptyCommand"_s);
    m_copy->setObjectName(u"emptyCopy"_s);
    m_copy->setAccessibleName(tr("Copy the line"));
    m_field->setObjectName(u"emptyField"_s);
    m_action->setObjectName(u"emptyAction"_s);
    // Enter presses them, as in a dialog: there is nothing else that it could mean here.
    m_copy->setAutoDefault(true);
    m_action->setAutoDefault(true);
    for (QLabel *label : { m_title, m_text }) {
        label->setAlignment(Qt::AlignHCenter);
        label->setWordWrap(true);
        label->setForegroundRole(QPalette::Text);
    }
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_command->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_command->setForegroundRole(QPalette::Text);
    m_command->setLayoutDirection(Qt::LeftToRight);
    m_command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QFont big = m_action->font();
    big.setPointSizeF(big.pointSizeF() * 1.1);
    m_action->setFont(big);
    m_field->setFont(big);
    m_field->setMaxLength(2048);
    m_field->setClearButtonEnabled(true);
    auto *enter = new QHBoxLayout;
    enter->addStretch(1);
    enter->addWidget(m_field, 4);
    enter->addWidget(m_action);
    enter->addStretch(1);

    auto *row = new QHBoxLayout(m_commandRow);
    row->addStretch();
    row->addWidget(m_command);
    row->addSpacing(8);
    row->addWidget(m_copy);
    row->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(40, 20, 40, 20);
    layout->setSpacing(10);
    layout->addStretch(2);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addWidget(m_commandRow);
    layout->addSpacing(6);
    layout->addLayout(enter);
    layout->addStretch(3);

    connect(m_action, &QPushButton::clicked, this, &EmptyState::act);
    connect(m_field, &QLineEdit::returnPressed, this, &EmptyState::act);
    // A whole text at once was pasted: nothing is left to wait for.
    connect(m_field, &QLineEdit::textEdited, this, [this](const QString &text) {
        const qsizetype before = std::exchange(m_entered, text.size());
        if (text.size() - before > 20)
            act();
    });
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_content.command); });
}

void EmptyState::act()
{
    const QString entered = m_field->isHidden() ? QString() : m_field->text().trimmed();
    m_field->clear();
    m_entered = 0;
    Q_EMIT actionTriggered(entered);
}

void EmptyState::setContent(const Content &content)
{
    if (content == m_content && !m_title->text().isEmpty())
        return;
    m_content = content;
    m_title->setText(content.title);
    m_text->setText(content.text);
    m_text->setVisible(!content.text.isEmpty());
    m_command->setText(content.command);
    // A label that wraps asks for a narrow column: only lines that need it do.
    m_command->setWordWrap(content.command.size() > 80);
    m_command->setSizePolicy(
        m_command->wordWrap() ? QSizePolicy::Expanding : QSizePolicy::Preferred, QSizePolicy::Preferred);
    m_commandRow->setVisible(!content.command.isEmpty());
    m_action->setText(content.action);
    m_action->setVisible(!content.action.isEmpty());
    m_action->setMinimumSize(
        m_action->fontMetrics().horizontalAdvance(content.action) + 48, m_action->fontMetrics().height() + 18);
    m_field->setVisible(!content.field.isEmpty());
    m_field->setPlaceholderText(content.field);
    m_field->setAccessibleName(content.field);
    m_field->setMinimumHeight(m_action->minimumHeight());
    setAccessibleName(content.title);
    setAccessibleDescription(content.text);
}

QWidget *EmptyState::control() const
{
    // No focus proxy: Tab would then pass over what stands before it.
    return !m_content.field.isEmpty()  ? static_cast<QWidget *>(m_field)
        : !m_content.action.isEmpty()  ? m_action
        : !m_content.command.isEmpty() ? m_copy
                                       : nullptr;
}

} // namespace mailhelm
