// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/rowfilewriter.h"

#include "core/table/livetable.h"

namespace mailhelm
{

RowFileWriter::RowFileWriter(const LiveTable &table, const QList<int> &columns, const ExportOptions &options)
    : m_table(table)
    , m_header(options.header)
{
    m_buffer.open(QIODevice::ReadWrite);
    const Schema &schema = table.table().schema();
    if (options.format == ExportOptions::Format::Json) {
        m_json.emplace(m_buffer, schema, schema.indexOf("server"), columns);
        return;
    }
    CsvOptions csv;
    csv.delimiter = options.delimiter;
    csv.byteOrderMark = options.byteOrderMark;
    csv.formulaProtection = options.guardFormulas;
    csv.localTimes = options.localTimes;
    m_csv.emplace(m_buffer, csv, schema, columns);
}

QByteArray RowFileWriter::head()
{
    if (m_csv && m_header)
        m_csv->header();
    return take();
}

QByteArray RowFileWriter::rows(const QList<RowKey> &keys)
{
    const Table &table = m_table.table();
    const TableView view = table.view();
    for (const RowKey key : keys) {
        const Table::Slot slot = table.slotOf(key);
        if (slot == Table::NoSlot)
            continue;
        if (m_csv)
            m_csv->row(view, slot);
        else
            m_json->row(view, slot);
    }
    return take();
}

QByteArray RowFileWriter::tail()
{
    // A buffer takes everything: there is no error to report.
    if (m_json)
        static_cast<void>(m_json->finish());
    return take();
}

QByteArray RowFileWriter::take()
{
    if (m_csv)
        static_cast<void>(m_csv->finish());
    const QByteArray bytes = m_buffer.data();
    m_buffer.buffer().clear();
    m_buffer.seek(0);
    return bytes;
}

} // namespace mailhelm
