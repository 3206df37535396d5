// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/table/table.h"

namespace mailhelm
{

class TableModel;

/// A cell as it is copied: times in full, texts harmless to look at and to a spreadsheet, nothing for what is not
/// known.
[[nodiscard]] QString copyText(const TableModel &model, int row, int column);

/// Rows as lines of cells with tabs between them; rows that are not shown any more are lines without a word.
[[nodiscard]] QString copyRows(const TableModel &model, const QList<RowKey> &rows, const QList<int> &columns);

/// A safe text that starts no formula where it is pasted into a spreadsheet.
[[nodiscard]] QString spreadsheetSafe(const QString &text);

/// Onto the clipboard; no text changes nothing.
void copyToClipboard(const QString &text);

} // namespace mailhelm
