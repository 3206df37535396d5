// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/csv.h"

#include <QIODevice>
#include <QString>

#include <algorithm>

namespace mailhelm
{

bool looksLikeFormula(QByteArrayView utf8)
{
    for (const QChar c : QString::fromUtf8(utf8)) {
        switch (c.unicode()) {
        case '=':
        case '+':
        case '-':
        case '@':
        case '\t':
        case '\r':
        case '\n':
        case 0xff1d: // full-width
        case 0xff0b:
        case 0xff0d:
        case 0xff20:
            return true;
        default:
            break;
        }
        // Spreadsheets trim more than blanks: skip whatever nobody sees.
        const bool invisible
            = c.isSpace() || c.category() == QChar::Other_Format || c.category() == QChar::Other_Control;
        if (!invisible)
            return false;
    }
    return false;
}

CsvWriter::CsvWriter(QIODevice &device, CsvOptions options, const Schema &schema, QList<int> columns)
    : m_device(device)
    , m_output(device)
    , m_options(options)
    , m_schema(schema)
    , m_columns(std::move(columns))
{
}

void CsvWriter::text(QByteArrayView utf8)
{
    QByteArray &out = m_output.buffer();
    const bool protect = m_options.formulaProtection && looksLikeFormula(utf8);
    const auto special = [this](char c) { return c == m_options.delimiter || c == '"' || c == '\r' || c == '\n'; };
    const bool edges = !utf8.isEmpty() && (utf8.front() == ' ' || utf8.back() == ' ');
    if (!edges && std::none_of(utf8.begin(), utf8.end(), special)) {
        if (protect)
            out += '\'';
        out += utf8;
        return;
    }
    out += '"';
    if (protect)
        out += '\'';
    for (const char c : utf8) {
        if (c == '"')
            out += '"';
        out += c;
    }
    out += '"';
}

void CsvWriter::header()
{
    QByteArray &out = m_output.buffer();
    if (m_options.byteOrderMark)
        out += "\xEF\xBB\xBF";
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        if (i > 0)
            out += m_options.delimiter;
        text(columnKey(m_schema, m_columns[i])); // a newer agent's key is somebody else's text
    }
    out += "\r\n";
}

void CsvWriter::row(const TableView &view, Table::Slot slot)
{
    QByteArray &out = m_output.buffer();
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        if (i > 0)
            out += m_options.delimiter;
        if (m_columns[i] == IdColumn) {
            out += idText(view.keys[slot]);
            continue;
        }
        const Column &column = view.columns[m_columns[i]];
        if (!column.isKnown(slot))
            continue;
        switch (column.type()) {
        case ColumnType::Time:
            out += m_options.localTimes ? timeToLocalText(column.number(slot)) : timeToUtcText(column.number(slot));
            break;
        case ColumnType::Number:
            out += QByteArray::number(column.number(slot));
            break;
        case ColumnType::Flag:
            out += column.flag(slot) ? "yes" : "no";
            break;
        case ColumnType::Address:
            out += column.address(slot).toText();
            break;
        case ColumnType::Text:
        case ColumnType::Choice:
            if (column.text(slot).isEmpty())
                out += "\"\""; // known to be empty is not the same as not known
            else
                text(column.text(slot));
            break;
        }
    }
    out += "\r\n";
    m_output.flushIfLarge();
}

Result<void> CsvWriter::finish()
{
    if (m_output.flush())
        return {};
    return Error { ErrorCode::Io, QStringLiteral("Cannot write: %1.").arg(m_device.errorString()) };
}

} // namespace mailhelm
