// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/focusedge.h"

#include <QAbstractScrollArea>
#include <QApplication>
#include <QEvent>
#include <QPainter>

namespace mailhelm
{

FocusEdge::FocusEdge(QAbstractScrollArea *area)
    : QWidget(area)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    area->installEventFilter(this);
    setVisible(area->hasFocus());
}

bool FocusEdge::eventFilter(QObject *watched, QEvent *event)
{
    if (auto *area = static_cast<QWidget *>(watched); area == parentWidget()) {
        switch (event->type()) {
        case QEvent::FocusIn:
        case QEvent::Resize:
            setGeometry(area->rect());
            raise();
            setVisible(area->hasFocus());
            break;
        case QEvent::FocusOut:
            hide();
            break;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FocusEdge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::Highlight));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

FocusFromKeys::FocusFromKeys(QObject *parent)
    : QObject(parent)
{
    qApp->installEventFilter(this);
}

bool FocusFromKeys::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::ShortcutOverride:
        m_keys = true;
        break;
    case QEvent::MouseButtonPress:
        m_keys = false;
        break;
    case QEvent::FocusIn:
        if (auto *widget = qobject_cast<QWidget *>(watched); widget && m_keys)
            widget->window()->setAttribute(Qt::WA_KeyboardFocusChange);
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace mailhelm
