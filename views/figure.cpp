// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyleOptionFocusRect>

namespace mailhelm
{

Figure::Figure(const QString &label, QWidget *parent)
    : QAbstractButton(parent)
    , m_label(label)
{
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setValue(QStringLiteral("–"));
}

void Figure::setValue(const QString &value)
{
    if (m_value == value)
        return;
    m_value = value;
    setAccessibleName(tr("%1: %2").arg(m_label, value));
    updateGeometry();
    update();
}

QFont Figure::largeFont() const
{
    QFont large = font();
    if (large.pointSizeF() > 0)
        large.setPointSizeF(large.pointSizeF() * 1.9);
    else
        large.setPixelSize(large.pixelSize() * 19 / 10);
    return large;
}

QSize Figure::sizeHint() const
{
    const QFontMetrics large(largeFont());
    return { std::max(large.horizontalAdvance(m_value), fontMetrics().horizontalAdvance(m_label)) + 28,
        large.height() + fontMetrics().height() + 16 };
}

void Figure::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (underMouse() || isDown()) {
        QColor tint = palette().color(QPalette::Highlight);
        tint.setAlphaF(0.12F);
        painter.fillRect(rect(), tint);
    }
    const int labelHeight = fontMetrics().height();
    const QRect inner = rect().adjusted(10, 8, -10, -8);
    painter.setFont(largeFont());
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(inner.adjusted(0, 0, 0, -labelHeight), Qt::AlignLeading | Qt::AlignVCenter, m_value);
    painter.setFont(font());
    QColor faint = palette().color(QPalette::Text);
    faint.setAlphaF(0.8F);
    painter.setPen(faint);
    painter.drawText(inner, Qt::AlignLeading | Qt::AlignBottom, m_label);
    if (hasFocus()) {
        QStyleOptionFocusRect option;
        option.initFrom(this);
        option.state |= QStyle::State_KeyboardFocusChange; // some styles hide it until the first Tab
        option.rect = rect().adjusted(1, 1, -1, -1);
        option.backgroundColor = palette().color(QPalette::Window);
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
    }
}

void Figure::enterEvent(QEnterEvent *event)
{
    QAbstractButton::enterEvent(event);
    update();
}

void Figure::leaveEvent(QEvent *event)
{
    QAbstractButton::leaveEvent(event);
    update();
}

void Figure::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

} // namespace mailhelm
