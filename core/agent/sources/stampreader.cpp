// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/stampreader.h"

#include <QDate>
#include <QDateTime>
#include <QTime>

namespace mailhelm
{

namespace
{

constexpr qint64 SecondUs = 1'000'000;
constexpr qint64 DayUs = 86'400 * SecondUs;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The decimal number in `count` digits at `at`, or -1.
int digits(QByteArrayView s, qsizetype at, int count)
{
    if (at + count > s.size())
        return -1;
    int value = 0;
    for (int i = 0; i < count; ++i) {
        const char c = s[at + i];
        if (!isDigit(c))
            return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

int monthOf(QByteArrayView s)
{
    static constexpr char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; ++i) {
        if (s[0] == names[i * 3] && s[1] == names[i * 3 + 1] && s[2] == names[i * 3 + 2])
            return i + 1;
    }
    return 0;
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (years counted from March, so that the leap day is last).
qint64 daysFromCivil(int year, int month, int day)
{
    const int y = month <= 2 ? year - 1 : year;
    const int era = y / 400;
    const int yearOfEra = y - era * 400;
    const int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return qint64(era) * 146'097 + dayOfEra - 719'468;
}

} // namespace

StampReader::StampReader(qint64 referenceUs, const QTimeZone &zone)
    : m_reference(referenceUs)
    , m_zone(zone)
{
}

qint64 StampReader::localHour(int year, int month, int day, int hour) const
{
    return QDateTime(QDate(year, month, day), QTime(hour, 0), m_zone).toSecsSinceEpoch();
}

std::optional<qint64> StampReader::hourOf(int year, int month, int day, int hour)
{
    const int key = (month * 32 + day) * 32 + hour;
    const qint64 latest = m_reference + DayUs;
    if (key == m_cachedKey && year == m_cachedYear) {
        const qint64 cachedUs = m_cachedSeconds * SecondUs;
        if (year != 0 || (cachedUs <= latest && cachedUs > latest - 365 * DayUs))
            return m_cachedSeconds;
    }
    std::optional<qint64> seconds;
    if (year != 0) {
        if (QDate::isValid(year, month, day))
            seconds = localHour(year, month, day, hour);
    } else {
        const int newest = QDateTime::fromMSecsSinceEpoch(latest / 1000, m_zone).date().year();
        for (int y = newest; y > newest - 9; --y) { // leap years are at most eight apart
            if (!QDate::isValid(y, month, day))
                continue;
            const qint64 candidate = localHour(y, month, day, hour);
            if (candidate * SecondUs <= latest) {
                seconds = candidate;
                break;
            }
        }
    }
    if (seconds) {
        m_cachedKey = key;
        m_cachedYear = year;
        m_cachedSeconds = *seconds;
    }
    return seconds;
}

std::optional<StampReader::Stamp> StampReader::read(QByteArrayView line)
{
    qsizetype at = 0;
    if (!line.isEmpty() && line[0] == '<') { // syslog priority
        while (++at < line.size() && at < 5 && isDigit(line[at])) { }
        if (at >= line.size() || line[at] != '>')
            return std::nullopt;
        ++at;
    }
    if (line.size() < at + 16) // "Nov 22 00:35:39 "
        return std::nullopt;
    int year = 0;
    int month = 0;
    int day = 0;
    if (isDigit(line[at])) {
        year = digits(line, at, 4);
        month = digits(line, at + 5, 2);
        day = digits(line, at + 8, 2);
        if (year < 1970 || line[at + 4] != '-' || line[at + 7] != '-' || (line[at + 10] != ' ' && line[at + 10] != 'T'))
            return std::nullopt;
        at += 11;
    } else {
        month = monthOf(line.sliced(at, 3));
        day = line[at + 4] == ' ' ? digits(line, at + 5, 1) : digits(line, at + 4, 2);
        if (line[at + 3] != ' ' || line[at + 6] != ' ')
            return std::nullopt;
        at += 7;
    }
    const int hour = digits(line, at, 2);
    const int minute = digits(line, at + 3, 2);
    const int second = digits(line, at + 6, 2);
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 || minute > 59
        || second < 0 || second > 60 || line[at + 2] != ':' || line[at + 5] != ':')
        return std::nullopt;
    at += 8;

    Stamp stamp;
    int fraction = 0;
    if (at < line.size() && (line[at] == '.' || line[at] == ',')) {
        int unit = 100'000;
        while (++at < line.size() && isDigit(line[at])) {
            fraction += (line[at] - '0') * unit;
            unit /= 10;
            stamp.exact = true;
        }
    }
    std::optional<qint64> seconds; // of the full hour, UTC
    if (year != 0 && at < line.size() && (line[at] == 'Z' || line[at] == '+' || line[at] == '-')) {
        qint64 offset = 0;
        if (line[at] == 'Z') {
            ++at;
        } else {
            const int sign = line[at] == '-' ? -1 : 1;
            const bool colon = at + 3 < line.size() && line[at + 3] == ':';
            const int hours = digits(line, at + 1, 2);
            const int minutes = digits(line, at + (colon ? 4 : 3), 2);
            if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59)
                return std::nullopt;
            offset = sign * (hours * 3600 + minutes * 60);
            at += colon ? 6 : 5;
        }
        if (!QDate::isValid(year, month, day))
            return std::nullopt;
        seconds = daysFromCivil(year, month, day) * 86'400 + hour * 3600 - offset;
    } else {
        seconds = hourOf(year, month, day, hour);
    }
    if (!seconds || at >= line.size())
        return std::nullopt;
    if (line[at] == ':') // some write "STAMP: "
        ++at;
    if (at >= line.size() || line[at] != ' ')
        return std::nullopt;
    stamp.time = (*seconds + minute * 60 + second) * SecondUs + fraction;
    stamp.length = at + 1;
    return stamp;
}

} // namespace mailhelm
