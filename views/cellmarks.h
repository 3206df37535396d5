// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/columnformat.h"

#include <QColor>

class QPainter;
class QRectF;

namespace mailhelm
{

/// The sign, as large as `rect`, which is square. CellMark::None paints nothing.
void paintCellMark(QPainter &painter, const QRectF &rect, CellMark mark, const QColor &colour);

} // namespace mailhelm
