// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/history/historypack.h"

#include "core/protocol/changescodec.h"
#include "core/protocol/codec.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <zlib.h>

namespace mailhelm
{

namespace
{

constexpr int Level = 1; // of zlib: half as large at a hundredth of a core; more gains little
constexpr qint64 MostBytes = qint64(1) << 30; // of anything that was packed: more is damage

Error damaged(const char *what)
{
    return { ErrorCode::Corrupt, QString::fromLatin1(what) };
}

} // namespace

Packed deflated(const QByteArray &payload)
{
    Packed out;
    out.size = payload.size();
    uLongf size = ::compressBound(uLong(payload.size()));
    out.data.resize(qsizetype(size));
    ::compress2(reinterpret_cast<Bytef *>(out.data.data()), &size, reinterpret_cast<const Bytef *>(payload.constData()),
        uLong(payload.size()), Level);
    out.data.resize(qsizetype(size));
    out.data.squeeze();
    return out;
}

QByteArray payloadOf(const Table &rows, std::span<const quint32> slots)
{
    RowGroup group;
    for (const quint32 slot : slots)
        group.ids.append(rows.keyAt(slot).id);
    for (int i = 0; i < rows.schema().columnCount(); ++i) {
        group.columns.append(i);
        group.values.append(rows.column(i).gather(slots));
    }
    ChangeSet part;
    part.table = rows.schema().id();
    part.reset = true;
    if (!group.ids.isEmpty())
        part.groups.append(std::move(group));
    return ChangesEncoder(rows.schema()).encode(0, part);
}

Result<ChangeSet> unpack(const Packed &packed, const Schema &shape)
{
    if (packed.size <= 0 || packed.size > MostBytes)
        return damaged("a piece without a size");
    QByteArray payload(packed.size, Qt::Uninitialized);
    uLongf size = uLongf(packed.size);
    if (::uncompress(reinterpret_cast<Bytef *>(payload.data()), &size,
            reinterpret_cast<const Bytef *>(packed.data.constData()), uLong(packed.data.size()))
            != Z_OK
        || qint64(size) != packed.size)
        return damaged("a piece that cannot be inflated");
    const Result<FrameHead> head = peekHead(payload);
    if (!head || !head.value().is(MessageType::Changes))
        return damaged("a piece without rows");
    Result<ChangeSet> decoded = ChangesDecoder().decode(head.value().body, shape);
    if (!decoded)
        return Error { ErrorCode::Corrupt, decoded.error().detail };
    ChangeSet changes = std::move(decoded).value();
    const Schema &now = schemaOf(shape.id());
    for (RowGroup &group : changes.groups) {
        RowGroup mapped;
        mapped.complete = group.complete;
        mapped.ids = group.ids;
        for (int column = 0; column < now.columnCount(); ++column) {
            const qsizetype from = group.columns.indexOf(shape.indexOf(now.column(column).key));
            if (from < 0 || group.values[from].type() != now.column(column).type)
                continue;
            mapped.columns.append(column);
            mapped.values.append(group.values[from]);
        }
        group = std::move(mapped);
    }
    return changes;
}

QByteArray shapeToText(const Schema &schema)
{
    QJsonArray columns;
    for (const ColumnSpec &column : schema.columns())
        columns.append(QJsonArray { QString::fromUtf8(column.key), int(column.type), int(column.traits.toInt()) });
    return QJsonDocument(columns).toJson(QJsonDocument::Compact);
}

std::optional<Schema> shapeFromText(TableId table, const QByteArray &text)
{
    QList<ColumnSpec> columns;
    for (const QJsonValue &value : QJsonDocument::fromJson(text).array()) {
        const QJsonArray entry = value.toArray();
        const QByteArray key = entry.at(0).toString().toUtf8();
        const int type = entry.at(1).toInt();
        if (key.isEmpty() || type < int(ColumnType::Text) || type > int(ColumnType::Choice))
            return std::nullopt;
        columns.append({ key, ColumnType(type), key, ColumnTraits::fromInt(ColumnTraits::Int(entry.at(2).toInt())) });
    }
    if (columns.isEmpty())
        return std::nullopt;
    return Schema(table, schemaOf(table).name(), columns);
}

HistoryRows HistoryRows::of(const TableView &view)
{
    HistoryRows rows;
    rows.columns = view.columns;
    rows.ids.reserve(view.keys.size());
    for (const RowKey &key : view.keys)
        rows.ids.append(key.id);
    return rows;
}

HistoryRows HistoryRows::of(const ChangeSet &changes)
{
    HistoryRows rows;
    if (changes.groups.isEmpty())
        return rows;
    const RowGroup &group = changes.groups.first();
    rows.ids = group.ids;
    for (const ColumnSpec &spec : schemaOf(TableId::History).columns()) {
        rows.columns.append(Column(spec.type));
        rows.columns.last().resize(group.ids.size());
    }
    for (qsizetype i = 0; i < group.columns.size(); ++i)
        rows.columns[group.columns[i]] = group.values[i];
    return rows;
}

qint64 HistoryRows::since(qsizetype row) const
{
    const Column &column = columns[connections::Since];
    return column.isKnown(row) ? column.number(row) : ended(row);
}

qint64 HistoryRows::ended(qsizetype row) const
{
    const Column &column = columns[history::Ended];
    return column.isKnown(row) ? column.number(row) : 0;
}

void applyTo(Table &table, const ChangeSet &changes)
{
    if (changes.reset && changes.first)
        table = Table(table.schema());
    for (const RowId id : changes.removed)
        if (const Table::Slot slot = table.slotOf({ 0, id }); slot != Table::NoSlot)
            table.remove(slot);
    for (const RowGroup &group : changes.groups) {
        for (qsizetype row = 0; row < group.ids.size(); ++row) {
            Table::Slot slot = table.slotOf({ 0, group.ids[row] });
            if (slot == Table::NoSlot) {
                if (!group.complete)
                    continue;
                slot = table.insert({ 0, group.ids[row] });
            }
            for (qsizetype i = 0; i < group.columns.size(); ++i)
                table.column(group.columns[i]).copyCell(slot, group.values[i], row);
        }
    }
}

} // namespace mailhelm
