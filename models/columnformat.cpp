// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/columnformat.h"

#include "core/base/safetext.h"

#include <QDateTime>
#include <QLocale>

#include <array>
#include <cmath>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qsizetype CellChars = 300; // more is not seen in a cell
constexpr qsizetype ToolTipChars = 4000;

/// The columns that are more than their type says.
struct Rule {
    const char *key;
    const char *companion; ///< a flag; where it is no, the time is "at least"
    bool nobody;
    bool symbol;
};
constexpr std::array<Rule, 3> Rules { {
    { "since", "since_exact", false, false },
    { "user", nullptr, true, false },
    { "secure", nullptr, false, true },
} };

bool isAtLeast(const Value &companion)
{
    const bool *exact = std::get_if<bool>(&companion);
    return exact && !*exact;
}

} // namespace

ColumnFormat::ColumnFormat(const Schema &schema)
{
    for (const ColumnSpec &spec : schema.columns())
        addColumn(spec);
    for (const Rule &rule : Rules) {
        const int column = schema.indexOf(rule.key);
        if (column < 0)
            continue;
        m_columns[column].nobody = rule.nobody;
        m_columns[column].symbol = rule.symbol;
        if (rule.companion)
            m_columns[column].companion = schema.indexOf(rule.companion);
    }
}

void ColumnFormat::addColumn(const ColumnSpec &spec)
{
    m_columns.append(Format { spec, -1, false, false });
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

QString ColumnFormat::dateTime(qint64 us)
{
    const qint64 ms = us >= 0 ? us / 1000 : -((-us + 999) / 1000);
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString ColumnFormat::display(int column, const Value &value, const Value &companion, qint64 nowUs) const
{
    const Format &format = m_columns[column];
    if (const auto *text = std::get_if<QByteArray>(&value))
        return text->isEmpty() && format.nobody ? QStringLiteral("–") : safeText(QByteArrayView(*text), CellChars);
    if (const auto *number = std::get_if<qint64>(&value)) {
        if (format.spec.type == ColumnType::Time) {
            const QString text = age(nowUs - *number);
            return isAtLeast(companion) ? QStringLiteral("≥ ") + text : text;
        }
        return format.spec.traits.testFlag(ColumnTrait::Bytes) ? bytes(*number) : QString::number(*number);
    }
    if (const auto *address = std::get_if<Address>(&value))
        return QString::fromLatin1(address->toText());
    if (const auto *flag = std::get_if<bool>(&value))
        return *flag ? tr("Yes") : tr("No");
    return QStringLiteral("?");
}

QString ColumnFormat::toolTip(int column, const Value &value, const Value &companion, qint64 nowUs) const
{
    const Format &format = m_columns[column];
    if (const auto *text = std::get_if<QByteArray>(&value)) {
        if (text->isEmpty())
            return format.nobody ? tr("Nobody: known not to be logged in") : QString();
        // Tool tips guess whether a text is rich: hostile text must not become markup.
        return QLatin1String("<qt>") + safeText(QByteArrayView(*text), ToolTipChars).toHtmlEscaped()
            + QLatin1String("</qt>");
    }
    if (const auto *number = std::get_if<qint64>(&value)) {
        if (format.spec.type == ColumnType::Time) {
            const QString text = dateTime(*number);
            return isAtLeast(companion) ? tr("%1 or earlier; the start was not seen").arg(text) : text;
        }
        return format.spec.traits.testFlag(ColumnTrait::Bytes) ? tr("%1 bytes").arg(QLocale().toString(*number))
                                                               : QString::number(*number);
    }
    if (std::holds_alternative<std::monostate>(value))
        return tr("Not known");
    return display(column, value, companion, nowUs);
}

QString ColumnFormat::accessible(int column, const Value &value, const Value &companion, qint64 nowUs) const
{
    if (std::holds_alternative<std::monostate>(value))
        return tr("%1: not known").arg(title(column));
    if (const auto *text = std::get_if<QByteArray>(&value); text && text->isEmpty())
        return (m_columns[column].nobody ? tr("%1: nobody") : tr("%1: empty")).arg(title(column));
    QString text = display(column, value, Value(), nowUs);
    if (m_columns[column].spec.type == ColumnType::Time)
        text = isAtLeast(companion) ? tr("at least %1 ago").arg(text) : tr("%1 ago").arg(text);
    return tr("%1: %2").arg(title(column), text);
}

QString ColumnFormat::title(int column) const
{
    // A newer agent names columns that this program does not know: as hostile as any other text.
    return safeText(QCoreApplication::translate("mailhelm::Schema", m_columns[column].spec.title.constData()), 60);
}

Qt::Alignment ColumnFormat::alignment(int column) const
{
    const Format &format = m_columns[column];
    if (format.symbol)
        return Qt::AlignCenter;
    const bool figures = format.spec.type == ColumnType::Number || format.spec.type == ColumnType::Time;
    return (figures ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

} // namespace mailhelm
