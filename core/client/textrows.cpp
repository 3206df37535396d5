// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/textrows.h"

#include "core/base/safetext.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <utility>

namespace mailhelm
{

static constexpr int Narrowest = 6; ///< a column is never cut below this
static constexpr int Gap = 2;

/// The blocks of East Asian Wide and Fullwidth characters (Unicode UAX #11) and of emoji, roughly: for alignment alone.
static constexpr std::array<std::pair<char32_t, char32_t>, 10> Wide { { { 0x1100, 0x115f }, { 0x2e80, 0x303e },
    { 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 },
    { 0xffe0, 0xffe6 }, { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd } } };

static int cellsOf(char32_t c)
{
    if (c < 0x300)
        return 1;
    const QChar::Category category = QChar::category(c);
    if (category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing)
        return 0;
    return std::any_of(
               Wide.begin(), Wide.end(), [c](const auto &block) { return c >= block.first && c <= block.second; })
        ? 2
        : 1;
}

int terminalWidth(QStringView text)
{
    int width = 0;
    for (const uint c : text.toUcs4())
        width += cellsOf(c);
    return width;
}

static QString cut(const QString &text, int width)
{
    if (terminalWidth(text) <= width)
        return text;
    QString out;
    int used = 0;
    for (const uint c : text.toUcs4()) {
        const int cells = cellsOf(c);
        if (used + cells > width - 1)
            break;
        used += cells;
        out += QStringView(QChar::fromUcs4(c));
    }
    return out + QChar(0x2026);
}

QString bytesText(qint64 bytes)
{
    static constexpr std::array Units { "B", "kB", "MB", "GB", "TB", "PB" };
    double value = double(bytes);
    size_t unit = 0;
    while (std::abs(value) >= 999.95 && unit + 1 < Units.size()) {
        value /= 1000;
        ++unit;
    }
    return QString::number(value, 'f', unit == 0 ? 0 : 1) + u' ' + QLatin1String(Units[unit]);
}

QString cellText(const Schema &schema, const TableView &view, Table::Slot slot, int index)
{
    if (index == IdColumn)
        return QString::fromLatin1(idText(view.keys[slot]));
    const Column &column = view.columns[index];
    if (!column.isKnown(slot))
        return QStringLiteral("?");
    switch (column.type()) {
    case ColumnType::Time:
        return QDateTime::fromMSecsSinceEpoch(column.number(slot) / 1000)
            .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    case ColumnType::Number:
        return schema.column(index).traits.testFlag(ColumnTrait::Bytes) ? bytesText(column.number(slot))
                                                                        : QString::number(column.number(slot));
    case ColumnType::Flag:
        return column.flag(slot) ? QStringLiteral("yes") : QStringLiteral("no");
    case ColumnType::Address:
        return QString::fromLatin1(column.address(slot).toText());
    case ColumnType::Text:
    case ColumnType::Choice:
        return safeText(column.text(slot), 300);
    }
    return {};
}

QString textRows(
    const Schema &schema, const TableView &view, const QList<Table::Slot> &slots, const QList<int> &columns, int width)
{
    QList<int> fixed;
    QList<int> right;
    QStringList titles;
    for (qsizetype i = 0; i < columns.size(); ++i) {
        if (columns[i] == IdColumn) {
            titles.append(QStringLiteral("ID"));
            fixed.append(int(i));
            continue;
        }
        titles.append(safeText(QByteArrayView(schema.column(columns[i]).title), 60));
        if (schema.column(columns[i]).type == ColumnType::Number)
            right.append(int(i));
    }
    QList<QStringList> lines { titles };
    for (const Table::Slot slot : slots) {
        QStringList line;
        for (const int column : columns)
            line.append(cellText(schema, view, slot, column));
        lines.append(line);
    }
    return textGrid(lines, width, fixed, right);
}

QString textGrid(const QList<QStringList> &lines, int width, const QList<int> &fixed, const QList<int> &right)
{
    QList<int> widths(lines.isEmpty() ? 0 : lines.first().size(), 0);
    for (const QStringList &line : lines)
        for (qsizetype c = 0; c < line.size(); ++c)
            widths[c] = std::max(widths[c], terminalWidth(line[c]));
    if (width > 0) {
        int total = int(widths.size() - 1) * Gap;
        for (const int w : std::as_const(widths))
            total += w;
        while (total > width) {
            qsizetype widest = -1;
            for (qsizetype c = 0; c < widths.size(); ++c)
                if (!fixed.contains(int(c)) && widths[c] > Narrowest && (widest < 0 || widths[c] > widths[widest]))
                    widest = c;
            if (widest < 0)
                break; // narrower than this it is of no use: let the terminal wrap
            --widths[widest];
            --total;
        }
    }
    QString out;
    for (const QStringList &line : lines) {
        QString text;
        for (qsizetype c = 0; c < line.size(); ++c) {
            const QString cell = cut(line[c], widths[c]);
            const QString blanks(widths[c] - terminalWidth(cell), u' ');
            text += right.contains(int(c)) ? blanks + cell : cell + blanks;
            text += QString(Gap, u' ');
        }
        while (text.endsWith(u' '))
            text.chop(1);
        out += text + u'\n';
    }
    return out;
}

} // namespace mailhelm
