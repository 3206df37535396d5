// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/timeargument.h"

#include "core/table/filtervalues.h"

#include <QDateTime>

namespace mailhelm::ctl
{

static constexpr qint64 Day = 86'400'000'000;

Result<WrittenTime> parseTimeArgument(const QString &text, qint64 nowUs)
{
    using filterdetail::parseMoment;
    QString written = text.trimmed();
    if (written.size() >= 5 && written[2] == u':') { // a time of day: today's, or yesterday's if that is yet to come
        const QDate today = QDateTime::fromMSecsSinceEpoch(nowUs / 1000).date();
        for (const QDate &day : { today, today.addDays(-1) }) {
            const auto moment = parseMoment(day.toString(Qt::ISODate) + u' ' + written);
            if (moment && moment->first <= nowUs)
                return WrittenTime { moment->first, moment->last + 1 };
        }
    }
    if (const auto moment = parseMoment(written))
        return WrittenTime { moment->first, moment->last + 1 };
    if (const auto span = parseSpan(written)) {
        // A month ago is the day from which a month leads to now.
        qint64 then = nowUs - span->us;
        if (span->months != 0)
            then = QDateTime::fromMSecsSinceEpoch(then / 1000, Qt::UTC).addMonths(-span->months).toMSecsSinceEpoch()
                * 1000;
        return WrittenTime { then, then + 1 };
    }
    return Error { ErrorCode::InvalidArgument,
        QStringLiteral("“%1” is no time; write 2026-11-01T03:12:00Z, \"2026-11-01 03:12\", 03:12, or 2h for two hours "
                       "ago.")
            .arg(text) };
}

Result<AskedSpan> askedSpan(const QString &from, const QString &to, const QString &at, qint64 nowUs)
{
    AskedSpan span { nowUs - Day, nowUs + 1 };
    const auto wrong = [](const char *option, const Error &error) {
        return Error { error.code, QStringLiteral("%1: %2").arg(QString::fromLatin1(option), error.detail) };
    };
    if (!at.isEmpty()) {
        const auto time = parseTimeArgument(at, nowUs);
        if (!time)
            return wrong("--at", time.error());
        return AskedSpan { time.value().firstUs, time.value().endUs };
    }
    if (!to.isEmpty()) {
        const auto time = parseTimeArgument(to, nowUs);
        if (!time)
            return wrong("--to", time.error());
        span.toUs = time.value().firstUs;
        span.fromUs = span.toUs - Day;
    }
    if (!from.isEmpty()) {
        const auto time = parseTimeArgument(from, nowUs);
        if (!time)
            return wrong("--from", time.error());
        span.fromUs = time.value().firstUs;
    }
    if (span.fromUs >= span.toUs)
        return Error { ErrorCode::InvalidArgument, QStringLiteral("The span ends before it begins.") };
    return span;
}

} // namespace mailhelm::ctl
