// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/rowcopy.h"

#include "core/base/safetext.h"
#include "models/tablemodel.h"

#include <QClipboard>
#include <QGuiApplication>

namespace mailhelm
{

using namespace Qt::StringLiterals;

QString spreadsheetSafe(const QString &text)
{
    static const QString starters = u"=+-@\uff1d\uff0b\uff0d\uff20"_s;
    const QString trimmed = text.trimmed();
    return !trimmed.isEmpty() && starters.contains(trimmed[0]) ? u'\'' + text : text;
}

QString copyText(const TableModel &model, int row, int column)
{
    const Value value = model.valueAt(row, column);
    if (std::holds_alternative<std::monostate>(value))
        return {};
    if (const auto *text = std::get_if<QByteArray>(&value))
        return spreadsheetSafe(safeText(*text));
    if (const auto *address = std::get_if<Address>(&value))
        return QString::fromLatin1(address->toText()); // whatever name is shown
    if (const auto *number = std::get_if<qint64>(&value)) {
        const bool time = model.schema().column(column).type == ColumnType::Time;
        return time ? ColumnFormat::dateTime(*number, model.zoneOf(model.keyAt(row).server)) : QString::number(*number);
    }
    return model.data(model.index(row, column)).toString();
}

QString copyRows(const TableModel &model, const QList<RowKey> &rows, const QList<int> &columns)
{
    QStringList lines;
    for (const RowKey key : rows) {
        const int row = model.rowOf(key);
        QStringList cells;
        for (const int column : columns)
            cells.append(row < 0 ? QString() : copyText(model, row, column));
        lines.append(cells.join(u'\t'));
    }
    return lines.join(u'\n');
}

void copyToClipboard(const QString &text)
{
    if (!text.isEmpty())
        QGuiApplication::clipboard()->setText(text);
}

} // namespace mailhelm
