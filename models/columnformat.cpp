// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/columnformat.h"

#include "core/base/safetext.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qsizetype CellChars = 300; // more is not seen in a cell
constexpr qsizetype ToolTipChars = 1000;

using Style = ColumnFormat::Style;

/// The columns that are more than their type says.
struct Rule {
    TableId table; ///< None: whichever
    const char *key;
    Style style;
    const char *companion;
};
constexpr Rule Rules[] = {
    { TableId::None, "since", Style::ByType, "since_exact" },
    { TableId::None, "user", Style::Nobody, nullptr },
    { TableId::None, "secure", Style::Lock, nullptr },
    { TableId::Webmail, "started", Style::Moment, nullptr },
    { TableId::Webmail, "expires", Style::Countdown, "last_active" },
    { TableId::Users, "enabled", Style::Account, nullptr },
    { TableId::Users, "created", Style::Day, nullptr },
    { TableId::Users, "last_login", Style::LastLogin, "watched_since" },
    { TableId::Users, "watched_since", Style::Day, nullptr },
    { TableId::History, "since", Style::Began, "since_exact" },
    { TableId::History, "ended", Style::Over, "ended_exact" },
    { TableId::History, "lasted", Style::ByType, "since_exact" },
    { TableId::Deleted, "deleted", Style::Moment, nullptr },
    { TableId::Deleted, "purge", Style::Until, "deleted" },
    { TableId::Sources, "state", Style::SourceState, nullptr },
    { TableId::OnlineUsers, "user", Style::OnlineUser, nullptr },
    { TableId::OnlineUsers, "webmail", Style::Count, nullptr },
    { TableId::OnlineUsers, "smtp", Style::Count, nullptr },
    { TableId::OnlineUsers, "imap", Style::Count, nullptr },
    { TableId::OnlineUsers, "pop", Style::Count, nullptr },
    { TableId::OnlineUsers, "xmpp", Style::Count, nullptr },
    { TableId::OnlineUsers, "eas", Style::Count, nullptr },
    { TableId::OnlineUsers, "mapi_ews", Style::Count, nullptr },
    { TableId::OnlineUsers, "other", Style::Count, nullptr },
    { TableId::OnlineUsers, "webmail_address", Style::OfSession, nullptr },
    { TableId::OnlineUsers, "webmail_since", Style::OfSession, nullptr },
};

/// How an account is: the word in the table, that on the screen, the sign.
struct AccountWord {
    const char *word;
    const char *text;
    CellLook look;
};
constexpr AccountWord AccountWords[] = {
    { "active", QT_TRANSLATE_NOOP("mailhelm::ColumnFormat", "Active"), { CellMark::Active, CellTone::Plain } },
    { "blocked", QT_TRANSLATE_NOOP("mailhelm::ColumnFormat", "Login blocked"),
        { CellMark::Blocked, CellTone::Warning } },
    { "disabled", QT_TRANSLATE_NOOP("mailhelm::ColumnFormat", "Disabled"), { CellMark::Disabled, CellTone::Faint } },
    { "deleting", QT_TRANSLATE_NOOP("mailhelm::ColumnFormat", "Being deleted"), { CellMark::Deleting, CellTone::Bad } },
};

const AccountWord *accountWord(QByteArrayView word)
{
    const auto *found = std::find_if(std::begin(AccountWords), std::end(AccountWords),
        [word](const AccountWord &each) { return word == each.word; });
    return found == std::end(AccountWords) ? nullptr : found;
}

bool isAtLeast(const Value &companion)
{
    const bool *exact = std::get_if<bool>(&companion);
    return exact && !*exact;
}

QDateTime timeIn(ColumnFormat::Zone zone, qint64 us)
{
    const qint64 ms = us >= 0 ? us / 1000 : -((-us + 999) / 1000);
    return zone ? QDateTime::fromMSecsSinceEpoch(ms, Qt::OffsetFromUTC, *zone) : QDateTime::fromMSecsSinceEpoch(ms);
}

} // namespace

ColumnFormat::ColumnFormat(const Schema &schema)
{
    for (const ColumnSpec &spec : schema.columns())
        addColumn(spec);
    for (const Rule &rule : Rules) {
        const int column = schema.indexOf(rule.key);
        if (column < 0 || (rule.table != TableId::None && rule.table != schema.id()))
            continue;
        m_columns[column].style = rule.style;
        m_columns[column].companion = rule.companion ? schema.indexOf(rule.companion) : -1;
    }
}

void ColumnFormat::addColumn(const ColumnSpec &spec)
{
    m_columns.append(Format { spec, -1, Style::ByType });
}

QString ColumnFormat::age(qint64 us)
{
    const qint64 s = std::max<qint64>(0, us) / Second;
    if (s < 60)
        return tr("%1 s").arg(s);
    const qint64 min = s / 60;
    if (min < 60)
        return tr("%1 min").arg(min);
    const qint64 h = min / 60;
    if (h < 24)
        return min % 60 == 0 ? tr("%1 h").arg(h) : tr("%1 h %2 min").arg(h).arg(min % 60);
    const qint64 d = h / 24;
    if (d < 100)
        return h % 24 == 0 ? tr("%1 d").arg(d) : tr("%1 d %2 h").arg(d).arg(h % 24);
    return tr("%1 d").arg(d);
}

QString ColumnFormat::bytes(qint64 bytes)
{
    static constexpr std::array Units { "kB", "MB", "GB", "TB", "PB", "EB" };
    double value = std::fabs(double(bytes));
    if (value < 1000)
        return tr("%1 B").arg(bytes);
    size_t unit = 0;
    for (value /= 1000; value >= 999.5 && unit + 1 < Units.size(); value /= 1000)
        ++unit;
    // One decimal up to 99.9, none above: always three or four characters.
    const QString number = QLocale().toString(value, 'f', value < 99.95 ? 1 : 0);
    return (bytes < 0 ? QStringLiteral("-") : QString()) + number + QLatin1Char(' ') + QLatin1String(Units[unit]);
}

QString ColumnFormat::dateTime(qint64 us, Zone zone)
{
    return timeIn(zone, us).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString ColumnFormat::date(qint64 us, Zone zone)
{
    return timeIn(zone, us).toString(QStringLiteral("yyyy-MM-dd"));
}

QString ColumnFormat::moment(qint64 us, qint64 nowUs, Zone zone)
{
    const QDateTime time = timeIn(zone, us);
    const bool today = time.date() == timeIn(zone, nowUs).date();
    return time.toString(today ? QStringLiteral("HH:mm:ss") : QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString ColumnFormat::accountState(QByteArrayView word)
{
    const AccountWord *known = accountWord(word);
    return known ? tr(known->text) : safeText(word, CellChars);
}

QString ColumnFormat::displayText(const Format &format, QByteArrayView text)
{
    if (format.style == Style::Account)
        return accountState(text);
    if (text.isEmpty() && format.style == Style::Nobody)
        return QStringLiteral("–");
    if (text.isEmpty() && format.style == Style::OnlineUser)
        return tr("Anonymous");
    return safeText(text, CellChars);
}

QString ColumnFormat::displayTime(const Format &format, qint64 us, const Value &companion, qint64 nowUs, Zone zone)
{
    switch (format.style) {
    case Style::Countdown:
        return us > nowUs ? age(us - nowUs) : tr("expired");
    case Style::Until:
        return us > nowUs ? tr("%1, in %2").arg(date(us, zone), age(us - nowUs)) : tr("expired");
    case Style::Day:
    case Style::LastLogin:
        return date(us, zone);
    case Style::Moment:
        return moment(us, nowUs, zone);
    case Style::Began:
        return (isAtLeast(companion) ? QStringLiteral("≤ ") : QString()) + moment(us, nowUs, zone);
    case Style::Over:
        return (isAtLeast(companion) ? QStringLiteral("≥ ") : QString()) + moment(us, nowUs, zone);
    default:
        return isAtLeast(companion) ? QStringLiteral("≥ ") + age(nowUs - us) : age(nowUs - us);
    }
}

QString ColumnFormat::displayNumber(const Format &format, qint64 number, const Value &companion)
{
    if (format.style == Style::Count && number == 0)
        return QStringLiteral("·");
    if (format.spec.traits.testFlag(ColumnTrait::Seconds))
        return (isAtLeast(companion) ? QStringLiteral("≥ ") : QString()) + age(number * Second);
    return format.spec.traits.testFlag(ColumnTrait::Bytes) ? bytes(number) : QString::number(number);
}

QString ColumnFormat::display(int column, const Value &value, const Value &companion, qint64 nowUs, Zone zone) const
{
    const Format &format = m_columns[column];
    if (const auto *text = std::get_if<QByteArray>(&value))
        return displayText(format, *text);
    if (const auto *number = std::get_if<qint64>(&value)) {
        if (format.spec.type == ColumnType::Time)
            return displayTime(format, *number, companion, nowUs, zone);
        return displayNumber(format, *number, companion);
    }
    if (const auto *address = std::get_if<Address>(&value))
        return QString::fromLatin1(address->toText());
    if (const auto *flag = std::get_if<bool>(&value))
        return *flag ? tr("Yes") : tr("No");
    if (format.style == Style::LastLogin)
        return tr("never seen");
    if (format.style == Style::OnlineUser)
        return tr("Not known");
    if (format.style == Style::Over)
        return tr("still there");
    return format.style == Style::OfSession ? QStringLiteral("–") : QStringLiteral("?");
}

CellLook ColumnFormat::look(int column, const Value &value, const Value &companion, qint64 nowUs) const
{
    const Format &format = m_columns[column];
    const auto *text = std::get_if<QByteArray>(&value);
    const auto *number = std::get_if<qint64>(&value);
    const auto *flag = std::get_if<bool>(&value);
    const bool known = !std::holds_alternative<std::monostate>(value);
    switch (format.style) {
    case Style::Lock:
        if (flag)
            return *flag ? CellLook { CellMark::Locked, CellTone::Plain }
                         : CellLook { CellMark::Unlocked, CellTone::Warning };
        break;
    case Style::Account:
        if (const AccountWord *word = text ? accountWord(*text) : nullptr)
            return word->look;
        break;
    case Style::OnlineUser:
        if (!known || (text && text->isEmpty()))
            return { CellMark::Note, CellTone::Faint };
        break;
    case Style::Over: // what is still there stands out by its words
        return {};
    case Style::Count:
        return { CellMark::None, number && *number != 0 ? CellTone::Plain : CellTone::Faint };
    case Style::SourceState:
        if (text && *text == "down")
            return { CellMark::None, CellTone::Bad };
        if (text && *text == "degraded")
            return { CellMark::None, CellTone::Warning };
        break;
    case Style::Until:
    case Style::Countdown: {
        // Amber in the last tenth of its life.
        const auto *from = std::get_if<qint64>(&companion);
        if (number && *number <= nowUs)
            return { CellMark::None, CellTone::Faint };
        if (number && from && (*number - nowUs) * 10 <= *number - *from)
            return { CellMark::Soon, CellTone::Warning };
        break;
    }
    default:
        break;
    }
    return { CellMark::None, !known || (text && text->isEmpty()) ? CellTone::Faint : CellTone::Plain };
}

QString ColumnFormat::toolTip(int column, const Value &value, const Value &companion, qint64 nowUs, Zone zone) const
{
    const Format &format = m_columns[column];
    if (const auto *text = std::get_if<QByteArray>(&value)) {
        if (format.style == Style::Account)
            return accountState(*text);
        if (text->isEmpty())
            return format.style == Style::Nobody ? tr("Nobody: known not to be logged in") : QString();
        return safeText(QByteArrayView(*text), ToolTipChars); // the view sees to it that it is no markup
    }
    if (const auto *number = std::get_if<qint64>(&value)) {
        if (format.spec.type == ColumnType::Time) {
            const QString text = dateTime(*number, zone);
            if (format.style == Style::Over && isAtLeast(companion))
                return tr("Last seen at %1; nobody saw when it ended").arg(text);
            if (format.style == Style::Began && isAtLeast(companion))
                return tr("%1 or earlier; the start was not seen").arg(text);
            if (format.style == Style::ByType || *number > nowUs)
                return isAtLeast(companion) ? tr("%1 or earlier; the start was not seen").arg(text) : text;
            return tr("%1, %2 ago").arg(text, age(nowUs - *number));
        }
        if (format.spec.traits.testFlag(ColumnTrait::Seconds))
            return isAtLeast(companion) ? tr("%1 or longer; the start was not seen").arg(age(*number * Second))
                                        : age(*number * Second);
        return format.spec.traits.testFlag(ColumnTrait::Bytes) ? tr("%1 bytes").arg(QLocale().toString(*number))
                                                               : QString::number(*number);
    }
    if (std::holds_alternative<std::monostate>(value)) {
        if (format.style == Style::OfSession)
            return tr("No WebMail session");
        if (format.style == Style::Over)
            return tr("It was still there when the history was read");
        if (format.style != Style::LastLogin)
            return tr("Not known");
        const auto *since = std::get_if<qint64>(&companion);
        return since ? tr("No login was seen since %1, when watching began").arg(dateTime(*since, zone))
                     : tr("No login was seen, and since when one would have been is not known");
    }
    return display(column, value, companion, nowUs, zone);
}

QString ColumnFormat::accessible(int column, const Value &value, const Value &companion, qint64 nowUs, Zone zone) const
{
    const Format &format = m_columns[column];
    const auto *text = std::get_if<QByteArray>(&value);
    const auto *number = std::get_if<qint64>(&value);
    const bool known = !std::holds_alternative<std::monostate>(value);
    if (!known && format.style == Style::OfSession)
        return tr("%1: none").arg(title(column));
    if (!known && format.style != Style::LastLogin && format.style != Style::Over)
        return tr("%1: not known").arg(title(column));
    if (text && text->isEmpty() && format.style != Style::OnlineUser)
        return (format.style == Style::Nobody ? tr("%1: nobody") : tr("%1: empty")).arg(title(column));
    if (const auto *flag = std::get_if<bool>(&value); flag && format.style == Style::Lock)
        return *flag ? tr("secured") : tr("not secured");
    QString shown = display(column, value, Value(), nowUs, zone);
    if (number && format.spec.traits.testFlag(ColumnTrait::Seconds) && isAtLeast(companion))
        shown = tr("at least %1").arg(shown);
    if (number && isAtLeast(companion) && (format.style == Style::Began || format.style == Style::Over))
        shown = (format.style == Style::Began ? tr("%1 or earlier") : tr("%1 or later")).arg(shown);
    if (number && format.style == Style::Count)
        shown = QString::number(*number);
    if (number && format.style == Style::Countdown && *number > nowUs)
        shown = tr("in %1").arg(shown);
    if (format.spec.type == ColumnType::Time && format.style == Style::ByType)
        shown = isAtLeast(companion) ? tr("at least %1 ago").arg(shown) : tr("%1 ago").arg(shown);
    return tr("%1: %2").arg(title(column), shown);
}

QString ColumnFormat::title(int column) const
{
    // A newer agent names columns that this program does not know: as hostile as any other text.
    return safeText(QCoreApplication::translate("mailhelm::Schema", m_columns[column].spec.title.constData()), 60);
}

Qt::Alignment ColumnFormat::alignment(int column) const
{
    const Format &format = m_columns[column];
    if (format.style == Style::Lock)
        return Qt::AlignCenter;
    const bool figures = format.spec.type == ColumnType::Number || format.spec.type == ColumnType::Time;
    return (figures ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

} // namespace mailhelm
