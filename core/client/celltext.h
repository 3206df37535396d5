// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"

#include <QByteArray>

class QIODevice;

namespace mailhelm
{

/// The written forms of single cells, shared by CSV, JSON and the terminal's table. Any thread.

/// RFC 3339 in UTC: "2026-11-22T13:24:05Z"; with three or six decimals where there are some. Times outside the years 0
/// to 9999, which cannot be written so, become the nearest that can.
[[nodiscard]] QByteArray timeToUtcText(qint64 us);
/// The same point with the zone of this computer: "2026-11-22T14:24:05+01:00".
[[nodiscard]] QByteArray timeToLocalText(qint64 us);

/// Times for people: "2026-11-22 14:24:05" in the zone of this computer. Remembers what it asked the zone, since a
/// table has very many. One thread.
class LocalTimes
{
public:
    [[nodiscard]] QString text(qint64 us);

private:
    QHash<qint64, int> m_offsets; ///< s, by quarter of an hour since 1970
};

/// Stands for the row's id in a list of columns, and is written as `id`.
constexpr int IdColumn = -1;
/// The row's id, as lists print it and commands take it; empty for rows that no server has (server 0), which are a
/// comparison's.
[[nodiscard]] QByteArray idText(RowKey key);
[[nodiscard]] QByteArray columnKey(const Schema &schema, int column);

/// Gathers bytes and writes them in large pieces. After an error it writes no more.
class BufferedOutput
{
public:
    explicit BufferedOutput(QIODevice &device)
        : m_device(device)
    {
    }
    [[nodiscard]] QByteArray &buffer() { return m_buffer; }
    void flushIfLarge();
    /// Everything is written; the device's error if it could not be.
    [[nodiscard]] bool flush();

private:
    QIODevice &m_device;
    QByteArray m_buffer;
    bool m_failed = false;
};

} // namespace mailhelm
