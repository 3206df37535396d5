// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/client/celltext.h"

namespace mailhelm
{

struct CsvOptions {
    char delimiter = ','; ///< , ; or TAB
    bool byteOrderMark = false; ///< for spreadsheets that take UTF-8 for something else without it
    /// An apostrophe before text that a spreadsheet would take for a formula: mail users choose these texts.
    bool formulaProtection = true;
    bool localTimes = false; ///< else UTC
};

/// Rows as RFC 4180: CRLF, quotes where they are needed, the columns' keys in the first record, unknown cells empty,
/// times as ISO 8601. Streams; any thread.
class CsvWriter
{
public:
    CsvWriter(QIODevice &device, CsvOptions options, const Schema &schema, QList<int> columns);

    void header();
    void row(const TableView &view, Table::Slot slot);
    /// Io with the device's own words where not all could be written.
    [[nodiscard]] Result<void> finish();

private:
    void text(QByteArrayView utf8);

    QIODevice &m_device;
    BufferedOutput m_output;
    const CsvOptions m_options;
    const Schema m_schema;
    const QList<int> m_columns; ///< IdColumn among them, perhaps
};

/// Whether a spreadsheet may take the text for a formula: after blanks of any kind, one of = + - @, TAB, CR, LF or the
/// full-width forms of the first four.
[[nodiscard]] bool looksLikeFormula(QByteArrayView utf8);

} // namespace mailhelm
