// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inactivetexts.h"

#include "core/base/safetext.h"
#include "models/columnformat.h"

#include <QDateTime>
#include <QLocale>

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 DayUs = 86'400'000'000;

} // namespace

QString InactiveTexts::span(const Timeframe &timeframe)
{
    const Span &span = timeframe.span();
    if (span.months == 0 && span.us % DayUs == 0)
        return tr("%Ln day(s)", nullptr, int(span.us / DayUs));
    if (span.us == 0)
        return tr("%Ln month(s)", nullptr, int(span.months));
    return QString::fromLatin1(timeframe.text());
}

QString InactiveTexts::orMore(const Timeframe &timeframe)
{
    return tr("%1 or more").arg(span(timeframe));
}

QString InactiveTexts::head(const InactiveSummary &summary)
{
    const QLocale locale;
    const QString all = locale.toString(summary.accounts);
    if (summary.accounts == 1)
        return summary.inactive == 1 ? tr("The only account has not authenticated for")
                                     : tr("0 of 1 account has not authenticated for");
    return tr("%Ln of %1 account(s) have not authenticated for", nullptr, int(summary.inactive)).arg(all);
}

QString InactiveTexts::bytes(qint64 bytes, qsizetype withoutBytes, qsizetype rows, qsizetype selected)
{
    if (rows == 0)
        return {};
    QString size;
    if (withoutBytes >= rows)
        size = tr("size not known");
    else
        size = withoutBytes > 0 ? tr("at least %1").arg(ColumnFormat::bytes(bytes)) : ColumnFormat::bytes(bytes);
    return selected > 0 ? tr("%1 in %2 selected").arg(size, QLocale().toString(selected)) : size;
}

QString InactiveTexts::date(qint64 us, qint64 nowUs)
{
    const QDate day = QDateTime::fromMSecsSinceEpoch(us / 1000).date();
    const bool thisYear = day.year() == QDateTime::fromMSecsSinceEpoch(nowUs / 1000).date().year();
    return QLocale().toString(day, thisYear ? tr("d MMMM") : tr("d MMMM yyyy"));
}

QString InactiveTexts::unjudged(const InactiveSummary &summary, qint64 nowUs)
{
    if (summary.unjudged == 0)
        return {};
    const QString count = tr("%Ln account(s)", nullptr, int(summary.unjudged));
    // "Never" must not hide behind a day that holds for others only.
    if (!summary.judgedFrom || summary.neverJudged > 0)
        return tr("%1 cannot be judged yet").arg(count);
    return tr("%1 cannot be judged before %2").arg(count, date(*summary.judgedFrom, nowUs));
}

QString InactiveTexts::loginText(const ActivityFacts &facts)
{
    QString text = tr("The last login was on %1").arg(ColumnFormat::dateTime(*facts.lastLogin));
    if (!facts.service.isEmpty())
        text = tr("%1 by %2").arg(text, safeText(facts.service, 60));
    if (!facts.address.isNull())
        text = tr("%1 from %2").arg(text, QString::fromLatin1(facts.address.toText()));
    return text + u'.';
}

QString InactiveTexts::explain(const ActivityFacts &facts, const Timeframe &timeframe, qint64 nowUs)
{
    const ActivityVerdict verdict = judgeActivity(facts, timeframe, nowUs);
    QStringList lines;
    switch (verdict.kind) {
    case ActivityVerdict::Kind::Inactive:
        lines.append(verdict.since
                ? tr("Inactive: its silence counts since %1.").arg(ColumnFormat::date(*verdict.since))
                : tr("Inactive."));
        break;
    case ActivityVerdict::Kind::Unjudged:
        lines.append(verdict.listedFrom ? tr("Cannot be judged before %1: nobody watched for long enough.")
                                              .arg(ColumnFormat::date(*verdict.listedFrom))
                                        : tr("Cannot be judged: too little is known of it."));
        break;
    case ActivityVerdict::Kind::Active:
        lines.append(verdict.listedFrom ? tr("Not inactive before %1.").arg(ColumnFormat::date(*verdict.listedFrom))
                                        : tr("Not inactive."));
        break;
    case ActivityVerdict::Kind::Deleting:
        lines.append(tr("It is being deleted."));
        break;
    }
    lines.append(facts.lastLogin ? loginText(facts) : tr("No login was seen."));
    lines.append(facts.created ? tr("Created on %1.").arg(ColumnFormat::date(*facts.created))
                               : tr("When it was created is not known."));
    lines.append(facts.watchedSince
            ? tr("All its logins would have been seen since %1.").arg(ColumnFormat::dateTime(*facts.watchedSince))
            : tr("Since when all its logins would have been seen is not known."));
    lines.append(tr("The rule: no login by any service for %1 or more. An account's first 30 days do not count, nor "
                    "does time that nobody watched. Mail that arrives is no activity.")
                     .arg(span(timeframe)));
    return lines.join(u'\n');
}

} // namespace mailhelm
