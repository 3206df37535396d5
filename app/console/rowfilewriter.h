// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/csv.h"
#include "core/client/json.h"
#include "views/backend.h"

#include <QBuffer>

namespace mailhelm
{

/// The rows of a live table as CSV or JSON, piece by piece. The table outlives it.
class RowFileWriter final : public RowWriter
{
public:
    RowFileWriter(const LiveTable &table, const QList<int> &columns, const ExportOptions &options);

    [[nodiscard]] QByteArray head() override;
    [[nodiscard]] QByteArray rows(const QList<RowKey> &keys) override;
    [[nodiscard]] QByteArray tail() override;

private:
    [[nodiscard]] QByteArray take();

    const LiveTable &m_table;
    const bool m_header;
    QBuffer m_buffer;
    std::optional<CsvWriter> m_csv;
    std::optional<JsonWriter> m_json;
};

} // namespace mailhelm
