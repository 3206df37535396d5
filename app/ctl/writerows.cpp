// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/writerows.h"

#include "core/client/csv.h"
#include "core/client/json.h"
#include "core/client/textrows.h"

namespace mailhelm::ctl
{

bool writeRows(
    const Options &options, Terminal &terminal, const LiveTable &table, const Selection &selection, const Order &rows)
{
    const Schema &schema = table.table().schema();
    const TableView view = table.table().view();
    Result<void> written;
    switch (options.format) {
    case Format::Table:
        if (!terminal.print(textRows(schema, view, rows, selection.columns, terminal.width())))
            written = Error { ErrorCode::Io, terminal.out().errorString() };
        break;
    case Format::Csv: {
        CsvWriter writer(terminal.out(), {}, schema, selection.columns);
        writer.header();
        for (const Table::Slot slot : rows)
            writer.row(view, slot);
        written = writer.finish();
        break;
    }
    case Format::Json: {
        JsonWriter writer(terminal.out(), schema, selection.serverColumn, selection.columns);
        for (const Table::Slot slot : rows)
            writer.row(view, slot);
        written = writer.finish();
        break;
    }
    }
    if (!written)
        terminal.complain(written.error().detail);
    return written.ok();
}

} // namespace mailhelm::ctl
