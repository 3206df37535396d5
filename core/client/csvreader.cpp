// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/csvreader.h"

namespace mailhelm
{

const QList<QByteArray> &CsvReader::next()
{
    m_recordLine = m_line;
    m_openQuote = false;
    m_fields.clear();
    while (true) {
        const bool opens = !atEnd() && m_text[m_at] == '"';
        m_fields.append(opens ? quoted() : plain());
        if (!atEnd() && m_text[m_at] == m_delimiter) {
            ++m_at;
            continue; // a delimiter at the very end has an empty field after it
        }
        (void)takeLineEnd();
        return m_fields;
    }
}

QByteArray CsvReader::quoted()
{
    const qsizetype begin = m_at;
    const qsizetype beginLine = m_line;
    QByteArray field;
    ++m_at;
    while (!atEnd()) {
        const char c = m_text[m_at];
        if (c == '"') {
            ++m_at;
            if (atEnd() || m_text[m_at] != '"')
                return field + plain();
        } else if (c == '\n' || (c == '\r' && (m_at + 1 >= m_text.size() || m_text[m_at + 1] != '\n'))) {
            ++m_line;
        }
        field += c;
        ++m_at;
    }
    // There is no further quote in the file, so that this way back is taken once at most.
    m_openQuote = true;
    m_at = begin;
    m_line = beginLine;
    return plain();
}

/// Up to the delimiter or the end of the line.
QByteArray CsvReader::plain()
{
    const qsizetype begin = m_at;
    while (!atEnd() && m_text[m_at] != m_delimiter && m_text[m_at] != '\n' && m_text[m_at] != '\r')
        ++m_at;
    return m_text.sliced(begin, m_at - begin).toByteArray();
}

bool CsvReader::takeLineEnd()
{
    if (atEnd())
        return false;
    const bool both = m_text[m_at] == '\r' && m_at + 1 < m_text.size() && m_text[m_at + 1] == '\n';
    m_at += both ? 2 : 1;
    ++m_line;
    return true;
}

} // namespace mailhelm
