// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/celltext.h"

#include <QDateTime>
#include <QIODevice>
#include <QTimeZone>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace mailhelm
{

// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z
static constexpr qint64 FirstUs = -62'167'219'200'000'000;
static constexpr qint64 LastUs = 253'402'300'799'999'999;

/// Without calendars of Qt: a million rows have several million times.
static QByteArray civil(qint64 us)
{
    using namespace std::chrono;
    const microseconds time(us);
    const auto day = floor<days>(time);
    const year_month_day date { sys_days(day) };
    const hh_mm_ss clock(time - day);
    char text[40];
    int size = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", int(date.year()),
        unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()), int(clock.minutes().count()),
        int(clock.seconds().count()));
    const int fraction = int(clock.subseconds().count());
    if (fraction % 1000 != 0)
        size += std::snprintf(text + size, sizeof text - size_t(size), ".%06d", fraction);
    else if (fraction != 0)
        size += std::snprintf(text + size, sizeof text - size_t(size), ".%03d", fraction / 1000);
    return QByteArray(text, size);
}

QByteArray timeToUtcText(qint64 us)
{
    return civil(std::clamp(us, FirstUs, LastUs)) + 'Z';
}

QByteArray timeToLocalText(qint64 us)
{
    constexpr qint64 Day = 86'400'000'000;
    us = std::clamp(us, FirstUs + Day, LastUs - Day);
    const int offset = QDateTime::fromMSecsSinceEpoch(us / 1000).offsetFromUtc();
    const int minutes = std::abs(offset) / 60;
    char zone[16];
    std::snprintf(zone, sizeof zone, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
    return civil(us + qint64(offset) * 1'000'000) + zone;
}

QByteArray idText(RowKey key)
{
    return key.server == 0 ? QByteArray() : rowIdToText(key.id);
}

QByteArray columnKey(const Schema &schema, int column)
{
    return column == IdColumn ? QByteArrayLiteral("id") : schema.column(column).key;
}

void BufferedOutput::flushIfLarge()
{
    if (m_buffer.size() >= 64 * 1024)
        (void)flush();
}

bool BufferedOutput::flush()
{
    qsizetype done = 0;
    while (!m_failed && done < m_buffer.size()) {
        const qint64 n = m_device.write(m_buffer.constData() + done, m_buffer.size() - done);
        m_failed = n <= 0;
        done += n;
    }
    m_buffer.clear();
    return !m_failed;
}

} // namespace mailhelm
