// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/filtervalues.h"

#include <QDateTime>
#include <QTimeZone>

#include <array>
#include <cmath>
#include <numeric>

namespace mailhelm::filterdetail
{

namespace
{

constexpr qint64 Second = 1'000'000;

struct SizeUnit {
    const char *name;
    double factor;
};
constexpr std::array<SizeUnit, 18> SizeUnits { {
    { "", 1 },
    { "b", 1 },
    { "k", 1e3 },
    { "kb", 1e3 },
    { "m", 1e6 },
    { "mb", 1e6 },
    { "g", 1e9 },
    { "gb", 1e9 },
    { "t", 1e12 },
    { "tb", 1e12 },
    { "ki", 1024 },
    { "kib", 1024 },
    { "mi", 1048576 },
    { "mib", 1048576 },
    { "gi", 1073741824 },
    { "gib", 1073741824 },
    { "ti", 1099511627776 },
    { "tib", 1099511627776 },
} };

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

/// Exactly `count` digits from `at` on.
std::optional<int> readDigits(QStringView text, qsizetype &at, int count)
{
    if (at + count > text.size())
        return std::nullopt;
    int value = 0;
    for (const QChar c : text.sliced(at, count)) {
        if (!isDigit(c))
            return std::nullopt;
        value = value * 10 + (c.unicode() - u'0');
    }
    at += count;
    return value;
}

bool take(QStringView text, qsizetype &at, char16_t c)
{
    if (at >= text.size() || text[at] != c)
        return false;
    ++at;
    return true;
}

} // namespace

std::optional<Network> parseNetwork(QByteArrayView text, bool needsSlash)
{
    const qsizetype slash = text.indexOf('/');
    if (slash < 0 && needsSlash)
        return std::nullopt;
    const std::optional<Address> address = Address::parse(slash < 0 ? text : text.first(slash));
    if (!address)
        return std::nullopt;
    if (slash < 0)
        return Network { *address, 128 };
    const QByteArrayView digits = text.sliced(slash + 1);
    if (digits.isEmpty() || digits.size() > 3)
        return std::nullopt;
    int bits = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        bits = bits * 10 + (c - '0');
    }
    // An IPv4 network is written with dots; ::ffff:10.0.0.0/104 is one in the longer form.
    const bool dotted = !text.first(slash).contains(':');
    if (bits > (dotted ? 32 : 128))
        return std::nullopt;
    return Network { *address, dotted ? bits + 96 : bits };
}

std::optional<qint64> parseNumber(QStringView text, bool units)
{
    bool whole = false;
    const qint64 plain = text.toLongLong(&whole);
    if (whole && !text.startsWith(u'+'))
        return plain;
    if (!units)
        return std::nullopt;
    qsizetype at = 0;
    const std::optional<double> number = readDecimal(text, at);
    if (!number)
        return std::nullopt;
    const QByteArray unit = text.sliced(at).toLatin1().toLower();
    for (const SizeUnit &each : SizeUnits) {
        if (unit != each.name)
            continue;
        const double value = *number * each.factor;
        if (value > 9e18)
            return std::nullopt;
        return qint64(std::llround(value));
    }
    return std::nullopt;
}

std::optional<Moment> parseMoment(QStringView text)
{
    qsizetype at = 0;
    const auto year = readDigits(text, at, 4);
    if (!year || !take(text, at, u'-'))
        return std::nullopt;
    const auto month = readDigits(text, at, 2);
    if (!month || !take(text, at, u'-'))
        return std::nullopt;
    const auto day = readDigits(text, at, 2);
    if (!day || !QDate::isValid(*year, *month, *day))
        return std::nullopt;
    const QDate date(*year, *month, *day);

    QTime time(0, 0);
    qint64 fraction = 0;
    qint64 precision = 0; // µs; 0: a day, which is not always of 24 hours
    if (take(text, at, u'T') || take(text, at, u' ')) {
        const auto hour = readDigits(text, at, 2);
        if (!hour || !take(text, at, u':'))
            return std::nullopt;
        const auto minute = readDigits(text, at, 2);
        if (!minute)
            return std::nullopt;
        int second = 0;
        precision = 60 * Second;
        if (take(text, at, u':')) {
            const auto read = readDigits(text, at, 2);
            if (!read)
                return std::nullopt;
            second = *read;
            precision = Second;
            if (take(text, at, u'.')) {
                const qsizetype first = at;
                for (; at < text.size() && isDigit(text[at]) && precision > 1; ++at) {
                    precision /= 10;
                    fraction += (text[at].unicode() - u'0') * precision;
                }
                if (at == first || (at < text.size() && isDigit(text[at])))
                    return std::nullopt;
            }
        }
        if (!QTime::isValid(*hour, *minute, second))
            return std::nullopt;
        time = QTime(*hour, *minute, second);
    }

    QTimeZone zone; // invalid: the place where the program runs
    if (take(text, at, u'Z') || take(text, at, u'z')) {
        zone = QTimeZone::utc();
    } else if (at < text.size() && (text[at] == u'+' || text[at] == u'-')) {
        const int sign = text[at++] == u'-' ? -1 : 1;
        const auto hours = readDigits(text, at, 2);
        if (!hours || !take(text, at, u':'))
            return std::nullopt;
        const auto minutes = readDigits(text, at, 2);
        if (!minutes || *hours > 14 || *minutes > 59)
            return std::nullopt;
        zone = QTimeZone(sign * (*hours * 3600 + *minutes * 60));
    }
    if (at != text.size())
        return std::nullopt;
    const auto pointUs = [&](QDate d) {
        const QDateTime point = zone.isValid() ? QDateTime(d, time, zone) : QDateTime(d, time, Qt::LocalTime);
        return point.toMSecsSinceEpoch() * 1000;
    };
    const qint64 first = pointUs(date) + fraction;
    return Moment { first, (precision == 0 ? pointUs(date.addDays(1)) : first + precision) - 1 };
}

std::optional<bool> parseFlag(QStringView text)
{
    const QString word = text.toString().toLower();
    if (word == QLatin1String("yes") || word == QLatin1String("true"))
        return true;
    if (word == QLatin1String("no") || word == QLatin1String("false"))
        return false;
    return std::nullopt;
}

int editDistance(QStringView a, QStringView b)
{
    std::vector<int> row(size_t(b.size() + 1));
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i);
        for (size_t j = 1; j < row.size(); ++j) {
            const int above = row[j];
            const bool same = a[i - 1] == b[qsizetype(j) - 1];
            row[j] = std::min({ above + 1, row[j - 1] + 1, diagonal + (same ? 0 : 1) });
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace mailhelm::filterdetail
