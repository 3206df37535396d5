// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QTimeZone>

#include <optional>

namespace mailhelm
{

/// Reads the time stamp at the start of a log line: "Nov 22 00:35:39 " (syslog, Dovecot's default), "2026-11-22
/// 00:35:39 ", RFC 3339 with or without zone, each with or without a fraction, optionally after a syslog priority
/// "<22>".
///
/// A stamp without zone is local time. A stamp without year gets the latest year that does not put it more than a day
/// after the reference time: the clock while following, the file's time for an old file, the line before
/// (setReference() with each line's time) when walking backwards. Within one forward walk a file must therefore not
/// span more than a year. In the hour that occurs twice at the end of summer time the first one is meant. Not
/// thread-safe: one for each reader.
class StampReader
{
public:
    struct Stamp {
        qint64 time = 0; ///< µs since 1970 UTC
        bool exact = false; ///< it has parts of a second
        qsizetype length = 0; ///< bytes it takes, with the blank that ends it
    };

    explicit StampReader(qint64 referenceUs, const QTimeZone &zone = QTimeZone::systemTimeZone());

    void setReference(qint64 referenceUs) { m_reference = referenceUs; }
    [[nodiscard]] std::optional<Stamp> read(QByteArrayView line);

private:
    [[nodiscard]] qint64 localHour(int year, int month, int day, int hour) const;
    [[nodiscard]] std::optional<qint64> hourOf(int year, int month, int day, int hour);

    qint64 m_reference;
    QTimeZone m_zone;
    // The last hour that was converted: time zones are slow, and lines come in order.
    int m_cachedYear = -1; ///< 0: inferred
    int m_cachedKey = -1;
    qint64 m_cachedSeconds = 0;
};

} // namespace mailhelm
