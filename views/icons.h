// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPalette>
#include <QPixmap>

#include "views/backend.h"

class QPainter;
class QRectF;

namespace mailhelm
{

/// The desktop theme's icon, or our own drawing of it where the theme has none.
enum class Symbol {
    Refresh,
    Pause,
    Play,
    Menu,
    Search,
    Add,
    Remove,
    Drop,
    Export,
    Copy,
    Columns,
    User,
    Filter,
    Warning,
    Reset,
    Quit,
    About,
    Server,
    Enable,
    Block,
    Disable,
    Compare,
    Jump,
};
[[nodiscard]] QIcon icon(Symbol symbol);
/// The icon's shape in that colour, for what has to catch the eye; of `side` × `side`.
[[nodiscard]] QPixmap tinted(Symbol symbol, int side, const QColor &colour, qreal devicePixelRatio);
[[nodiscard]] QIcon applicationIcon();

/// Of text that steps back: over any base of a usual palette its contrast stays above 4.5 to 1.
constexpr float FaintAlpha = 0.66F;

/// Colours with a meaning, readable on this palette's base, light or dark. Never the only sign of that meaning.
struct Tints {
    QColor good;
    QColor warning;
    QColor bad;
    QColor faint; ///< text that steps back
};
[[nodiscard]] Tints tints(const QPalette &palette);

/// ● live, ◐ connecting, ◌ stale, ✕ refused: shapes that differ without colour.
void paintLinkState(QPainter &painter, const QRectF &rect, LinkState state, const Tints &tints);
[[nodiscard]] QIcon linkStateIcon(LinkState state, const QPalette &palette, qreal devicePixelRatio);

} // namespace mailhelm
