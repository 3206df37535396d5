// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/celltext.h"

#include <QString>

namespace mailhelm
{

/// Rows as a table for a terminal: titles, aligned columns, numbers to the right. Everything passes safeText(). What is
/// not known is "?". Where `width` (terminal cells; 0 = any) does not do, the widest columns are cut with an ellipsis;
/// ids never are.
[[nodiscard]] QString textRows(
    const Schema &schema, const TableView &view, const QList<Table::Slot> &slots, const QList<int> &columns, int width);

/// The same for any texts; the first line is the titles. Columns in `fixed` are never cut, those in `right` align to
/// the right.
[[nodiscard]] QString textGrid(
    const QList<QStringList> &lines, int width, const QList<int> &fixed = {}, const QList<int> &right = {});

/// One cell of it; `column` may be IdColumn.
[[nodiscard]] QString cellText(const Schema &schema, const TableView &view, Table::Slot slot, int column);

/// How many cells of a terminal the text takes.
[[nodiscard]] int terminalWidth(QStringView text);

/// "1.2 MB", in powers of 1000.
[[nodiscard]] QString bytesText(qint64 bytes);

} // namespace mailhelm
