// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/contraststyle.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

/// Half way between the two.
QColor between(const QColor &a, const QColor &b)
{
    return QColor((a.red() + b.red()) / 2, (a.green() + b.green()) / 2, (a.blue() + b.blue()) / 2);
}

} // namespace

ContrastStyle::ContrastStyle()
    : QProxyStyle(QStyleFactory::create(u"Fusion"_s))
{
}

void ContrastStyle::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const bool box = element == PE_IndicatorCheckBox || element == PE_IndicatorRadioButton
        || element == PE_IndicatorItemViewItemCheck;
    if (!box) {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        return;
    }
    // Fusion darkens the window's colour by two fifths for the frame: it gets one that is readable after that.
    const QPalette &palette = option->palette;
    const QColor frame = between(palette.color(QPalette::Base), palette.color(QPalette::Text)).lighter(128);
    if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
        QStyleOptionButton seen = *button;
        seen.palette.setColor(QPalette::Window, frame);
        QProxyStyle::drawPrimitive(element, &seen, painter, widget);
    } else if (const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option)) {
        QStyleOptionViewItem seen = *item;
        seen.palette.setColor(QPalette::Window, frame);
        QProxyStyle::drawPrimitive(element, &seen, painter, widget);
    } else {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void ContrastStyle::drawControl(
    ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    if (element != CE_Splitter) {
        QProxyStyle::drawControl(element, option, painter, widget);
        return;
    }
    const QRect rect = option->rect;
    QColor line = option->palette.color(QPalette::WindowText);
    line.setAlphaF(option->state.testFlag(State_MouseOver) ? 0.5F : 0.2F);
    painter->fillRect(rect.height() > rect.width() ? QRect(rect.center().x(), rect.top(), 1, rect.height())
                                                   : QRect(rect.left(), rect.center().y(), rect.width(), 1),
        line);
}

} // namespace mailhelm
