// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/menubutton.h"

#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace mailhelm
{

MenuButton::MenuButton(QWidget *parent)
    : QToolButton(parent)
{
    setPopupMode(QToolButton::InstantPopup);
    setAutoRaise(true);
    setFocusPolicy(Qt::TabFocus);
}

int MenuButton::arrowWidth() const
{
    return icon().isNull() ? fontMetrics().height() : 0;
}

QSize MenuButton::sizeHint() const
{
    return QToolButton::sizeHint() + QSize(arrowWidth() * 2 / 3, 0);
}

void MenuButton::initStyleOption(QStyleOptionToolButton *option) const
{
    QToolButton::initStyleOption(option);
    option->features &= ~QStyleOptionToolButton::HasMenu;
}

void MenuButton::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    if (arrowWidth() == 0) {
        painter.drawComplexControl(QStyle::CC_ToolButton, option);
        return;
    }
    QStyleOptionToolButton panel = option;
    panel.text.clear();
    panel.icon = QIcon();
    painter.drawComplexControl(QStyle::CC_ToolButton, panel);
    option.rect = QStyle::visualRect(layoutDirection(), rect(), rect().adjusted(0, 0, -arrowWidth(), 0));
    painter.drawControl(QStyle::CE_ToolButtonLabel, option);
    const int side = arrowWidth() * 2 / 3;
    QStyleOption arrow = option;
    arrow.rect = QStyle::visualRect(layoutDirection(), rect(),
        QRect(rect().right() - side - arrowWidth() / 4, rect().center().y() - side / 2 + 1, side, side));
    painter.drawPrimitive(QStyle::PE_IndicatorArrowDown, arrow);
}

} // namespace mailhelm
