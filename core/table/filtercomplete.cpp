// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/filter.h"

namespace mailhelm
{

namespace
{

QStringList operatorsOf(ColumnType type)
{
    switch (type) {
    case ColumnType::Text:
    case ColumnType::Choice:
    case ColumnType::Address:
        return { QStringLiteral(":"), QStringLiteral("="), QStringLiteral("=?"), QStringLiteral("!=") };
    case ColumnType::Time:
    case ColumnType::Number:
        return { QStringLiteral(">"), QStringLiteral("<"), QStringLiteral("="), QStringLiteral("=?") };
    case ColumnType::Flag:
        return { QStringLiteral("=yes"), QStringLiteral("=no"), QStringLiteral("=?") };
    }
    return {};
}

/// Where the term that the cursor stands in begins; -1 within quotes, where nothing is to be completed.
qsizetype termStart(QStringView before)
{
    bool quoted = false;
    qsizetype start = 0;
    for (qsizetype i = 0; i < before.size(); ++i) {
        const QChar c = before[i];
        if (quoted && c == u'\\')
            ++i;
        else if (c == u'"')
            quoted = !quoted;
        else if (!quoted && (c.isSpace() || c == u'|' || (i == start && (c == u'!' || c == u'('))))
            start = i + 1;
    }
    return quoted ? -1 : start;
}

} // namespace

FilterCompletion Filter::complete(const QString &text, qsizetype cursor, const Schema &schema)
{
    FilterCompletion out;
    const QStringView before = QStringView(text).first(std::clamp<qsizetype>(cursor, 0, text.size()));
    const qsizetype start = termStart(before);
    if (start < 0)
        return out;
    const QStringView term = before.sliced(start);
    const auto isOperator = [](QChar c) { return c == u':' || c == u'=' || c == u'<' || c == u'>' || c == u'!'; };
    const qsizetype at = std::find_if(term.begin(), term.end(), isOperator) - term.begin();
    const QString key = term.first(at).toString().toLower();
    const int column = schema.indexOf(key.toUtf8());

    if (at == term.size()) {
        out.from = start;
        out.length = term.size();
        for (const ColumnSpec &spec : schema.columns()) {
            const QString name = QString::fromUtf8(spec.key);
            if (name.startsWith(key) && name != key)
                out.choices.append(name);
        }
        if (column >= 0) // the whole key stands there: what may follow
            for (const QString &each : operatorsOf(schema.column(column).type))
                out.choices.append(key + each);
        return out;
    }
    if (column < 0)
        return out;
    out.from = start + at;
    out.length = term.size() - at;
    const QStringView written = term.sliced(at);
    QStringList all = operatorsOf(schema.column(column).type);
    if (schema.column(column).type == ColumnType::Time && schema.indexOf("last_login") >= 0)
        all.append(QStringLiteral("=never"));
    for (const QString &each : all)
        if (each.startsWith(written) && each != written)
            out.choices.append(each);
    return out;
}

} // namespace mailhelm
