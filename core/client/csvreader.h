// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace mailhelm
{

/// Takes CSV apart, record by record: RFC 4180, more tolerant. Lines end with CRLF, LF or CR. A quote opens a field
/// only at its beginning, and what follows the closing one is taken as it stands; one that is never closed is a
/// character like others. Any thread; the text outlives it.
class CsvReader
{
public:
    CsvReader(QByteArrayView text, char delimiter, qsizetype firstLine = 1)
        : m_text(text)
        , m_delimiter(delimiter)
        , m_line(firstLine)
    {
    }

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    /// The next record, blank lines too. Not at the end.
    [[nodiscard]] const QList<QByteArray> &next();
    /// The line in which the last record began.
    [[nodiscard]] qsizetype line() const { return m_recordLine; }
    /// A field of the last record had a quote that is not closed.
    [[nodiscard]] bool hasOpenQuote() const { return m_openQuote; }

private:
    [[nodiscard]] QByteArray quoted();
    [[nodiscard]] QByteArray plain();
    [[nodiscard]] bool takeLineEnd();

    QByteArrayView m_text;
    const char m_delimiter;
    qsizetype m_at = 0;
    qsizetype m_line;
    qsizetype m_recordLine = 0;
    bool m_openQuote = false;
    QList<QByteArray> m_fields;
};

} // namespace mailhelm
