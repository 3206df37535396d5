// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/icons.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

// Resources of a static library are not registered by themselves; Qt wants this outside of any namespace.
static void initIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

struct Name {
    const char16_t *theme;
    const char16_t *own;
};

Name nameOf(Symbol symbol)
{
    switch (symbol) {
    case Symbol::Refresh:
        return { u"view-refresh", u"refresh" };
    case Symbol::Pause:
        return { u"media-playback-pause", u"pause" };
    case Symbol::Play:
        return { u"media-playback-start", u"play" };
    case Symbol::Menu:
        return { u"overflow-menu", u"menu" };
    case Symbol::Search:
        return { u"edit-find", u"search" };
    case Symbol::Add:
        return { u"list-add", u"add" };
    case Symbol::Remove:
        return { u"list-remove", u"remove" };
    case Symbol::Drop:
        return { u"network-disconnect", u"drop" };
    case Symbol::Export:
        return { u"document-export", u"export" };
    case Symbol::Copy:
        return { u"edit-copy", u"copy" };
    case Symbol::Columns:
        return { u"view-file-columns", u"columns" };
    case Symbol::User:
        return { u"user", u"user" };
    case Symbol::Filter:
        return { u"view-filter", u"filter" };
    case Symbol::Warning:
        return { u"dialog-warning", u"warning" };
    case Symbol::Reset:
        return { u"edit-reset", u"reset" };
    case Symbol::Quit:
        return { u"application-exit", u"quit" };
    case Symbol::About:
        return { u"help-about", u"about" };
    case Symbol::Server:
        return { u"network-server", u"server" };
    }
    return { u"", u"" };
}

} // namespace

QIcon icon(Symbol symbol)
{
    initIcons();
    const Name name = nameOf(symbol);
    const QIcon own(u":/mailhelm/actions/%1.svg"_s.arg(QStringView(name.own)));
    return QIcon::fromTheme(QString::fromUtf16(name.theme), own);
}

QIcon applicationIcon()
{
    initIcons();
    return QIcon(u":/mailhelm/mailhelm.svg"_s);
}

Tints tints(const QPalette &palette)
{
    const bool dark = palette.color(QPalette::Base).lightness() < 128;
    QColor faint = palette.color(QPalette::Text);
    faint.setAlphaF(0.58F);
    if (dark)
        return { QColor(0x5f, 0xd3, 0x8d), QColor(0xf2, 0xb2, 0x4c), QColor(0xff, 0x7b, 0x72), faint };
    return { QColor(0x1e, 0x7f, 0x43), QColor(0xa8, 0x5d, 0x00), QColor(0xb8, 0x26, 0x1b), faint };
}

void paintLinkState(QPainter &painter, const QRectF &rect, LinkState state, const Tints &tints)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal width = rect.width() / 7;
    const QRectF circle = rect.adjusted(width, width, -width, -width);
    switch (state) {
    case LinkState::Live:
        painter.setPen(Qt::NoPen);
        painter.setBrush(tints.good);
        painter.drawEllipse(circle);
        break;
    case LinkState::Connecting:
        painter.setPen(QPen(tints.warning, width));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(circle);
        painter.setBrush(tints.warning);
        painter.drawPie(circle, 90 * 16, 180 * 16);
        break;
    case LinkState::Stale: {
        QPen pen(tints.bad, width);
        pen.setDashPattern({ 1.3, 1.1 });
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(circle);
        break;
    }
    case LinkState::Refused:
        painter.setPen(QPen(tints.bad, width * 1.3, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(circle.topLeft(), circle.bottomRight());
        painter.drawLine(circle.topRight(), circle.bottomLeft());
        break;
    }
    painter.restore();
}

QIcon linkStateIcon(LinkState state, const QPalette &palette, qreal devicePixelRatio)
{
    constexpr int size = 14;
    QPixmap pixmap(QSize(size, size) * devicePixelRatio);
    pixmap.setDevicePixelRatio(devicePixelRatio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintLinkState(painter, QRectF(0, 0, size, size), state, tints(palette));
    painter.end();
    return QIcon(pixmap);
}

void paintLock(QPainter &painter, const QRectF &rect, bool closed, const QColor &colour)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
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
    painter.restore();
}

} // namespace mailhelm
