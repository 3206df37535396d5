// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/json.h"

#include "core/base/safetext.h"

#include <QIODevice>
#include <QString>

#include <algorithm>
#include <cstdio>

namespace mailhelm
{

static void appendEscape(QByteArray &out, char16_t unit)
{
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", unsigned(unit));
    out += text;
}

void appendJsonText(QByteArray &out, QByteArrayView utf8)
{
    out += '"';
    const auto plain = [](char c) { return uchar(c) >= 0x20 && uchar(c) < 0x7f && c != '"' && c != '\\'; };
    if (std::all_of(utf8.begin(), utf8.end(), plain)) {
        out += utf8;
        out += '"';
        return;
    }
    const QString text = QString::fromUtf8(utf8);
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t unit = text[i].unicode();
        if (unit < 0x80 && plain(char(unit))) {
            out += char(unit);
            continue;
        }
        const bool pair = text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        const QStringView character = QStringView(text).mid(i, pair ? 2 : 1);
        if (unit == '"' || unit == '\\') {
            out += '\\';
            out += char(unit);
        } else if (unit == '\n') {
            out += "\\n";
        } else if (unit == '\t') {
            out += "\\t";
        } else if (safeText(character) != character) {
            for (const QChar c : character)
                appendEscape(out, c.unicode());
        } else {
            out += character.toUtf8();
        }
        i += pair ? 1 : 0;
    }
    out += '"';
}

QList<int> allColumns(const Schema &schema)
{
    QList<int> out;
    for (int i = 0; i < schema.columnCount(); ++i)
        out.append(i);
    return out;
}

static void appendCell(QByteArray &out, const Column &column, Table::Slot slot)
{
    if (!column.isKnown(slot)) {
        out += "null";
        return;
    }
    switch (column.type()) {
    case ColumnType::Time:
        out += '"' + timeToUtcText(column.number(slot)) + '"';
        break;
    case ColumnType::Number:
        out += QByteArray::number(column.number(slot));
        break;
    case ColumnType::Flag:
        out += column.flag(slot) ? "true" : "false";
        break;
    case ColumnType::Address:
        out += '"' + column.address(slot).toText() + '"';
        break;
    case ColumnType::Text:
    case ColumnType::Choice:
        appendJsonText(out, column.text(slot));
        break;
    }
}

void appendJsonRow(QByteArray &out, const Schema &schema, const TableView &view, Table::Slot slot, int serverColumn,
    const QList<int> &columns)
{
    out += "{\"server\":";
    appendCell(out, view.columns[serverColumn], slot);
    const QByteArray id = idText(view.keys[slot]);
    out += id.isEmpty() ? QByteArrayLiteral(",\"id\":null") : ",\"id\":\"" + id + '"';
    for (const int column : columns) {
        if (column == IdColumn || column == serverColumn)
            continue;
        out += ',';
        appendJsonText(out, schema.column(column).key);
        out += ':';
        appendCell(out, view.columns[column], slot);
    }
    out += '}';
}

JsonWriter::JsonWriter(QIODevice &device, const Schema &schema, int serverColumn, QList<int> columns)
    : m_device(device)
    , m_output(device)
    , m_schema(schema)
    , m_serverColumn(serverColumn)
    , m_columns(std::move(columns))
{
}

void JsonWriter::row(const TableView &view, Table::Slot slot)
{
    m_output.buffer() += std::exchange(m_any, true) ? ",\n" : "[\n";
    appendJsonRow(m_output.buffer(), m_schema, view, slot, m_serverColumn, m_columns);
    m_output.flushIfLarge();
}

Result<void> JsonWriter::finish()
{
    m_output.buffer() += m_any ? "\n]\n" : "[]\n";
    if (m_output.flush())
        return {};
    return Error { ErrorCode::Io, QStringLiteral("Cannot write: %1.").arg(m_device.errorString()) };
}

} // namespace mailhelm
