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
    char text[26];
    char *at = text;
    const auto put = [&at](int value, int digits) { // printf takes four times as long
        for (int i = digits - 1; i >= 0; --i, value /= 10)
            at[i] = char('0' + value % 10);
        at += digits;
    };
    put(int(date.year()), 4);
    *at++ = '-';
    put(int(unsigned(date.month())), 2);
    *at++ = '-';
    put(int(unsigned(date.day())), 2);
    *at++ = 'T';
    put(int(clock.hours().count()), 2);
    *at++ = ':';
    put(int(clock.minutes().count()), 2);
    *at++ = ':';
    put(int(clock.seconds().count()), 2);
    if (const int fraction = int(clock.subseconds().count()); fraction != 0) {
        *at++ = '.';
        const bool thousandths = fraction % 1000 == 0;
        put(thousandths ? fraction / 1000 : fraction, thousandths ? 3 : 6);
    }
    return QByteArray(text, at - text);
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

QString LocalTimes::text(qint64 us)
{
    constexpr qint64 Day = 86'400'000'000;
    constexpr qint64 Quarter = 900'000'000; // zones change their offset at no other moments
    us = std::clamp(us, FirstUs + Day, LastUs - Day);
    const qint64 quarter = us >= 0 ? us / Quarter : (us - Quarter + 1) / Quarter;
    auto known = m_offsets.find(quarter);
    if (known == m_offsets.end())
        known = m_offsets.insert(quarter, QDateTime::fromMSecsSinceEpoch(us / 1000).offsetFromUtc());
    QByteArray text = civil(us + qint64(*known) * 1'000'000);
    text[10] = ' ';
    return QString::fromLatin1(text.constData(), 19);
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
