// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/client/celltext.h"

namespace mailhelm
{

/// `utf8` as a JSON string with its quotes (RFC 8259). Control characters, also those above 0x7f, and those that change
/// the direction or cannot be seen are written as \uXXXX, so that a terminal may show the output.
void appendJsonText(QByteArray &out, QByteArrayView utf8);

/// One row as an object: `server` (the text of column `serverColumn`), `id` (13 characters of base 32, or null), then
/// the keys of `columns`. Times are RFC 3339 UTC, unknown cells null. IdColumn and `serverColumn` in `columns` are
/// passed over.
void appendJsonRow(QByteArray &out, const Schema &schema, const TableView &view, Table::Slot slot, int serverColumn,
    const QList<int> &columns);
/// All columns of the schema in their order.
[[nodiscard]] QList<int> allColumns(const Schema &schema);

/// An array of rows, one a line. Streams; any thread.
class JsonWriter
{
public:
    JsonWriter(QIODevice &device, const Schema &schema, int serverColumn, QList<int> columns);

    void row(const TableView &view, Table::Slot slot);
    /// Ends the array. Io with the device's own words where not all could be written.
    [[nodiscard]] Result<void> finish();

private:
    QIODevice &m_device;
    BufferedOutput m_output;
    const Schema m_schema;
    const int m_serverColumn;
    const QList<int> m_columns;
    bool m_any = false;
};

} // namespace mailhelm
