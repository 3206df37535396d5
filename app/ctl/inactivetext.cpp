// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/inactivetext.h"

#include "core/client/textrows.h"

#include <QDateTime>
#include <QLocale>

namespace mailhelm::ctl
{

static QString counted(qsizetype count, const char *one, const char *many)
{
    return QStringLiteral("%1 %2").arg(QString::number(count), QLatin1String(count == 1 ? one : many));
}

QString timeframeText(const Timeframe &timeframe)
{
    constexpr qint64 Day = 86'400'000'000;
    const Span &span = timeframe.span();
    if (span.us == 0)
        return counted(span.months, "month", "months");
    if (span.months == 0 && span.us % Day == 0)
        return counted(span.us / Day, "day", "days");
    return QString::fromLatin1(timeframe.text());
}

QString inactiveText(const InactiveSummary &summary, const Timeframe &timeframe)
{
    QString text = QStringLiteral("%1 of %2 inactive for %3 or longer")
                       .arg(QString::number(summary.inactive), counted(summary.accounts, "account", "accounts"),
                           timeframeText(timeframe));
    if (summary.inactive > 0) {
        text += QStringLiteral("; their mailboxes hold %1").arg(bytesText(summary.bytes));
        if (summary.withoutBytes > 0)
            text += QStringLiteral(", and what %1 of them hold is not known").arg(summary.withoutBytes);
    }
    text += u'.';
    const qsizetype later = summary.unjudged - summary.neverJudged;
    if (later > 0 && summary.judgedFrom)
        text += QStringLiteral(" %1 cannot be judged before %2.")
                    .arg(counted(later, "account", "accounts"),
                        QLocale::c().toString(QDateTime::fromMSecsSinceEpoch(*summary.judgedFrom / 1000).date(),
                            QStringLiteral("d MMMM yyyy")));
    if (summary.neverJudged > 0)
        text += QStringLiteral(" %1 cannot be judged at all: nobody can say since when their logins are seen; see "
                               "mailhelmctl sources.")
                    .arg(counted(summary.neverJudged, "account", "accounts"));
    return text;
}

} // namespace mailhelm::ctl
