// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/selection.h"

#include "core/client/celltext.h"
#include "core/client/json.h"

namespace mailhelm::ctl
{

static Result<int> columnNamed(const Schema &schema, const QString &key)
{
    if (key == u"id")
        return IdColumn;
    const int column = schema.indexOf(key.toUtf8());
    if (column >= 0)
        return column;
    QStringList known { QStringLiteral("id") };
    for (const ColumnSpec &spec : schema.columns())
        known.append(QString::fromUtf8(spec.key));
    return Error { ErrorCode::InvalidArgument,
        QStringLiteral("There is no column “%1”. There are: %2.").arg(key, known.join(QStringLiteral(", "))) };
}

/// What the verb itself leaves out, whatever --filter says.
static Filter filterOfVerb(const Options &options, const Schema &schema)
{
    if (options.verb == Verb::Inactive)
        return Filter::inactive(options.timeframe, schema, options.unjudged);
    if (schema.id() == TableId::Webmail && !options.all) // in these nobody is logged in
        return Filter::parse(QStringLiteral("!user=\"\""), schema).value();
    return {};
}

/// What is read first: the first time that is shown, else the first column.
static int usualOrder(const Schema &schema)
{
    for (int i = 0; i < schema.columnCount(); ++i)
        if (schema.column(i).type == ColumnType::Time && schema.column(i).traits.testFlag(ColumnTrait::Shown))
            return i;
    return 0;
}

Result<Selection> Selection::make(const Options &options, const LiveTable &table, bool severalServers)
{
    const Schema &schema = table.table().schema();
    Selection out;
    out.serverColumn = schema.indexOf("server");
    const auto filter = Filter::parse(options.filter, schema);
    if (!filter)
        return Error { ErrorCode::InvalidArgument, QStringLiteral("--filter: %1").arg(filter.error().detail) };
    out.asked = filter.value();
    out.filter = Filter::both(filterOfVerb(options, schema), out.asked);
    out.order = { usualOrder(schema), false };
    if (!options.sort.isEmpty()) {
        const bool descending = options.sort.startsWith(u'-');
        const auto column = columnNamed(schema, options.sort.mid(descending ? 1 : 0));
        if (!column)
            return Error { ErrorCode::InvalidArgument, QStringLiteral("--sort: %1").arg(column.error().detail) };
        out.order = { column.value(), descending }; // IdColumn is the order by ids
    }
    for (const QString &key : options.columns) {
        const auto column = columnNamed(schema, key);
        if (!column)
            return Error { ErrorCode::InvalidArgument, QStringLiteral("--columns: %1").arg(column.error().detail) };
        out.columns.append(column.value());
    }
    if (!out.columns.isEmpty())
        return out;
    if (options.format == Format::Table) {
        out.columns.append(IdColumn);
        if (severalServers)
            out.columns.append(out.serverColumn);
        for (int i = 0; i < schema.columnCount(); ++i)
            if (i != out.serverColumn && schema.column(i).traits.testFlag(ColumnTrait::Shown))
                out.columns.append(i);
    } else {
        out.columns = { out.serverColumn, IdColumn };
        for (const int column : allColumns(schema))
            if (column != out.serverColumn)
                out.columns.append(column);
    }
    return out;
}

Order Selection::rows(const LiveTable &table) const
{
    const TableView view = table.table().view();
    const FilterRun run(filter, view, table.filterTime());
    return sorted(view, order, candidates(view, filter.isEmpty() ? std::vector<quint8>() : run.all()));
}

} // namespace mailhelm::ctl
