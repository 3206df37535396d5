// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/icons.h"

#include <QPainter>
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
    case Symbol::Enable:
        return { u"dialog-ok-apply", u"enable" };
    case Symbol::Block:
        return { u"object-locked", u"block" };
    case Symbol::Disable:
        return { u"im-ban-user", u"disable" };
    case Symbol::Compare:
        return { u"view-split-left-right", u"compare" };
    case Symbol::Jump:
        return { u"go-jump", u"jump" };
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

QPixmap tinted(Symbol symbol, int side, const QColor &colour, qreal devicePixelRatio)
{
    QPixmap pixmap = icon(symbol).pixmap(QSize(side, side), devicePixelRatio);
    QPainter painter(&pixmap);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(QRect(0, 0, side, side), colour);
    return pixmap;
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
    faint.setAlphaF(FaintAlpha);
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

} // namespace mailhelm
