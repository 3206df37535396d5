// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/rowcopy.h"

#include "core/base/safetext.h"
#include "models/tablemodel.h"

#include <QClipboard>
#include <QGuiApplication>

namespace mailhelm
{

using namespace Qt::StringLiterals;

QString copyText(const TableModel &model, int row, int column)
{
    const Value value = model.valueAt(row, column);
    if (std::holds_alternative<std::monostate>(value))
        return {};
    if (const auto *text = std::get_if<QByteArray>(&value)) {
        const QString safe = safeText(*text);
        // What is pasted into a spreadsheet must not start a formula there.
        static const QString starters = u"=+-@\uff1d\uff0b\uff0d\uff20"_s;
        const QString trimmed = safe.trimmed();
        return !trimmed.isEmpty() && starters.contains(trimmed[0]) ? u'\'' + safe : safe;
    }
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
