// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/textrows.h"

#include "core/base/safetext.h"
#include "core/table/span.h"

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

static bool isAscii(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 0x80; });
}

int terminalWidth(QStringView text)
{
    if (isAscii(text))
        return int(text.size());
    int width = 0;
    for (const uint c : text.toUcs4())
        width += cellsOf(c);
    return width;
}

static QString cut(QStringView text, int width)
{
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

static QString numberText(ColumnTraits traits, qint64 number)
{
    if (traits.testFlag(ColumnTrait::Seconds))
        return QString::fromLatin1(spanText({ 0, number * 1'000'000 }));
    return traits.testFlag(ColumnTrait::Bytes) ? bytesText(number) : QString::number(number);
}

static QString cellText(const Schema &schema, const TableView &view, Table::Slot slot, int index, LocalTimes &times)
{
    if (index == IdColumn)
        return QString::fromLatin1(idText(view.keys[slot]));
    const Column &column = view.columns[index];
    if (!column.isKnown(slot))
        return QStringLiteral("?");
    switch (column.type()) {
    case ColumnType::Time:
        return times.text(column.number(slot));
    case ColumnType::Number:
        return numberText(schema.column(index).traits, column.number(slot));
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

QString cellText(const Schema &schema, const TableView &view, Table::Slot slot, int column)
{
    LocalTimes times;
    return cellText(schema, view, slot, column, times);
}

namespace
{

/// The cells of a table, one behind the other: a million of them are a few large pieces of memory.
class Grid
{
public:
    explicit Grid(qsizetype columns)
        : m_widest(columns, 0)
    {
    }

    void add(QStringView cell) ///< line by line
    {
        const int width = terminalWidth(cell);
        int &widest = m_widest[m_cells.size() % m_widest.size()];
        widest = std::max(widest, width);
        m_text += cell;
        m_cells.append({ m_text.size(), width });
    }
    [[nodiscard]] QString lines(int width, const QList<int> &fixed, const QList<int> &right) const;

private:
    struct Cell {
        qsizetype end;
        int width;
    };
    [[nodiscard]] QList<int> widths(int width, const QList<int> &fixed) const;

    QString m_text;
    QList<Cell> m_cells;
    QList<int> m_widest;
};

QList<int> Grid::widths(int width, const QList<int> &fixed) const
{
    QList<int> widths = m_widest;
    if (width <= 0)
        return widths;
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
    return widths;
}

QString Grid::lines(int width, const QList<int> &fixed, const QList<int> &right) const
{
    const QList<int> widths = this->widths(width, fixed);
    QString out;
    out.reserve(m_text.size() * 2);
    qsizetype begin = 0;
    for (qsizetype i = 0; i < m_cells.size(); ++i) {
        const qsizetype c = i % widths.size();
        const Cell &cell = m_cells[i];
        const QStringView text = QStringView(m_text).sliced(begin, cell.end - begin);
        begin = cell.end;
        const int blanks = std::max(0, widths[c] - cell.width);
        const bool toTheRight = right.contains(int(c));
        const auto pad = [&out](int count) { out.resize(out.size() + count, u' '); };
        if (toTheRight)
            pad(blanks);
        if (cell.width <= widths[c]) {
            out += text;
        } else {
            const QString shorter = cut(text, widths[c]);
            out += shorter;
            pad(widths[c] - terminalWidth(shorter)); // a wide character more would not have fitted
        }
        if (!toTheRight)
            pad(blanks);
        if (c + 1 < widths.size()) {
            pad(Gap);
            continue;
        }
        while (out.endsWith(u' '))
            out.chop(1);
        out += u'\n';
    }
    return out;
}

} // namespace

QString textRows(
    const Schema &schema, const TableView &view, const QList<Table::Slot> &slots, const QList<int> &columns, int width)
{
    QList<int> fixed;
    QList<int> right;
    Grid grid(columns.size());
    for (qsizetype i = 0; i < columns.size(); ++i) {
        if (columns[i] == IdColumn) {
            grid.add(u"ID");
            fixed.append(int(i));
            continue;
        }
        grid.add(safeText(QByteArrayView(schema.column(columns[i]).title), 60));
        if (schema.column(columns[i]).type == ColumnType::Number)
            right.append(int(i));
    }
    LocalTimes times;
    for (const Table::Slot slot : slots)
        for (const int column : columns)
            grid.add(cellText(schema, view, slot, column, times));
    return grid.lines(width, fixed, right);
}

QString textGrid(const QList<QStringList> &lines, int width, const QList<int> &fixed, const QList<int> &right)
{
    if (lines.isEmpty())
        return {};
    Grid grid(lines.first().size());
    for (const QStringList &line : lines)
        for (const QString &cell : line)
            grid.add(cell);
    return grid.lines(width, fixed, right);
}

} // namespace mailhelm
