// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/cellmarks.h"

#include <QPainter>
#include <QPainterPath>

namespace mailhelm
{

namespace
{

/// A padlock; open ones hang to the side.
void paintLock(QPainter &painter, const QRectF &rect, bool closed, const QColor &colour)
{
    const qreal unit = rect.height() / 12;
    const QPointF centre = rect.center();
    const QRectF body(centre.x() - 4 * unit, centre.y() - 0.5 * unit, 8 * unit, 6 * unit);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(body, unit, unit);
    // The shackle of an open lock is swung aside: its shape tells, not only its colour.
    const qreal shift = closed ? 0 : 4.2 * unit;
    const QRectF arc(centre.x() - 2.6 * unit + shift, centre.y() - 5.5 * unit, 5.2 * unit, 5.2 * unit);
    QPainterPath shackle;
    shackle.moveTo(arc.left(), body.top() + 0.2 * unit);
    shackle.lineTo(arc.left(), arc.center().y());
    shackle.arcTo(arc, 180, -180);
    shackle.lineTo(arc.right(), closed ? body.top() + 0.2 * unit : arc.center().y() + 1.2 * unit);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, 1.35 * unit, Qt::SolidLine, Qt::FlatCap));
    painter.drawPath(shackle);
}

void paintRing(QPainter &painter, const QRectF &circle, qreal width, const QColor &colour)
{
    painter.setPen(QPen(colour, width));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(circle);
}

} // namespace

void paintCellMark(QPainter &painter, const QRectF &rect, CellMark mark, const QColor &colour)
{
    if (mark == CellMark::None)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal unit = rect.height() / 12;
    const QRectF circle = rect.adjusted(1.5 * unit, 1.5 * unit, -1.5 * unit, -1.5 * unit);
    const QPointF centre = circle.center();
    const QPen line(colour, 1.35 * unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    switch (mark) {
    case CellMark::None:
        break;
    case CellMark::Locked:
    case CellMark::Unlocked:
        paintLock(painter, rect, mark == CellMark::Locked, colour);
        break;
    case CellMark::Active: // a disc
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(circle.adjusted(unit, unit, -unit, -unit));
        break;
    case CellMark::Blocked: // mail still comes in, nobody gets in: half a disc
        paintRing(painter, circle, 1.35 * unit, colour);
        painter.setBrush(colour);
        painter.setPen(Qt::NoPen);
        painter.drawPie(circle, 180 * 16, 180 * 16);
        break;
    case CellMark::Disabled: // a ring with a bar across
        paintRing(painter, circle, 1.35 * unit, colour);
        painter.setPen(line);
        painter.drawLine(centre + QPointF(-2.6, 2.6) * unit, centre + QPointF(2.6, -2.6) * unit);
        break;
    case CellMark::Deleting: // a cross
        painter.setPen(QPen(colour, 1.8 * unit, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(centre + QPointF(-3, -3) * unit, centre + QPointF(3, 3) * unit);
        painter.drawLine(centre + QPointF(3, -3) * unit, centre + QPointF(-3, 3) * unit);
        break;
    case CellMark::Soon: // a clock
        paintRing(painter, circle, 1.35 * unit, colour);
        painter.setPen(line);
        painter.drawLine(centre, centre + QPointF(0, -2.7) * unit);
        painter.drawLine(centre, centre + QPointF(2, 1.2) * unit);
        break;
    case CellMark::Note: // an i in a ring
        paintRing(painter, circle, 1.1 * unit, colour);
        painter.setPen(line);
        painter.drawLine(centre + QPointF(0, -0.4) * unit, centre + QPointF(0, 2.5) * unit);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawEllipse(centre + QPointF(0, -2.4) * unit, 0.85 * unit, 0.85 * unit);
        break;
    }
    painter.restore();
}

} // namespace mailhelm
