// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/filter.h"

#include "core/table/filternode.h"
#include "core/table/filterparser.h"

#include <QDateTime>

namespace mailhelm
{

using filterdetail::Node;
using filterdetail::NodePtr;

namespace
{

bool hasAge(const NodePtr &node)
{
    return node->kind == Node::Kind::Age || node->kind == Node::Kind::Inactive
        || std::any_of(node->children.begin(), node->children.end(), hasAge);
}

bool readsColumn(const NodePtr &node, int column, const ColumnSpec &spec)
{
    if (node->column == column)
        return true;
    if (node->kind == Node::Kind::Inactive) {
        const ActivityColumns &read = node->inactive->columns;
        return column == read.enabled || column == read.created || column == read.lastLogin
            || column == read.watchedSince;
    }
    if (node->kind == Node::Kind::Word)
        return spec.isText() || (spec.type == ColumnType::Address && (node->mayBeAddress || node->network));
    return std::any_of(node->children.begin(), node->children.end(),
        [&](const NodePtr &child) { return readsColumn(child, column, spec); });
}

} // namespace

Filter::Filter() = default;

Result<Filter> Filter::parse(const QString &text, const Schema &schema, FilterError *where)
{
    filterdetail::Parser parser(text, schema);
    Filter filter;
    filter.m_text = text;
    filter.m_root = parser.parse();
    if (const FilterError *error = parser.error()) {
        if (where)
            *where = *error;
        return Error { ErrorCode::InvalidArgument,
            tr("The filter is wrong at character %1: %2").arg(error->position + 1).arg(error->message) };
    }
    return filter;
}

Filter Filter::inactive(const Timeframe &timeframe, const Schema &users, bool unjudged)
{
    Node node;
    node.kind = Node::Kind::Inactive;
    node.inactive
        = std::make_shared<const InactiveRule>(InactiveRule { ActivityColumns::of(users), timeframe, unjudged });
    Q_ASSERT(node.inactive->columns.isValid());
    Filter filter;
    filter.m_text = (unjudged ? QStringLiteral("[not judged %1]") : QStringLiteral("[inactive %1]"))
                        .arg(QString::fromLatin1(timeframe.text()));
    filter.m_root = share(std::move(node));
    return filter;
}

Filter Filter::both(const Filter &a, const Filter &b)
{
    if (a.isEmpty() || b.isEmpty())
        return a.isEmpty() ? b : a;
    Node node;
    node.kind = Node::Kind::And;
    node.children = { a.m_root, b.m_root };
    Filter filter;
    filter.m_text = QStringLiteral("(%1) (%2)").arg(a.m_text, b.m_text);
    filter.m_root = share(std::move(node));
    return filter;
}

bool Filter::hasAges() const
{
    return m_root && hasAge(m_root);
}

bool Filter::reads(int column, const ColumnSpec &spec) const
{
    return m_root && readsColumn(m_root, column, spec);
}

QString Filter::quoted(QByteArrayView key, QByteArrayView text)
{
    QString value = QString::fromUtf8(text);
    value.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
    return QString::fromUtf8(key) + QLatin1String("=\"") + value + QLatin1Char('"');
}

QString Filter::quoted(QByteArrayView key, const Value &value, ColumnType type)
{
    const QString is = QString::fromUtf8(key) + QLatin1Char('=');
    if (const auto *text = std::get_if<QByteArray>(&value))
        return quoted(key, QByteArrayView(*text));
    if (const auto *address = std::get_if<Address>(&value))
        return is + QString::fromLatin1(address->toText());
    if (const auto *flag = std::get_if<bool>(&value))
        return is + (*flag ? QLatin1String("yes") : QLatin1String("no"));
    if (const auto *number = std::get_if<qint64>(&value)) {
        if (type != ColumnType::Time)
            return is + QString::number(*number);
        const qint64 second = *number >= 0 ? *number / 1'000'000 : -((-*number + 999'999) / 1'000'000);
        const QDateTime point = QDateTime::fromSecsSinceEpoch(second, Qt::UTC);
        return is + point.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss."))
            + QStringLiteral("%1Z").arg(*number - second * 1'000'000, 6, 10, QLatin1Char('0'));
    }
    return is + QLatin1Char('?');
}

} // namespace mailhelm
