// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/deletion.h"

#include "core/protocol/cbor.h"

#include <limits>

namespace mailhelm
{

namespace
{

constexpr qsizetype AnyNumber = std::numeric_limits<int>::max();

} // namespace

/// [user, mail, [[table, [column …], [[value …] …]] …]]
QByteArray encodeRows(const AccountRows &rows)
{
    QByteArray out;
    CborWriter writer(out);
    writer.array(3);
    writer.bytes(rows.user);
    writer.bytes(rows.mail);
    writer.array(quint64(rows.tables.size()));
    for (const AccountRows::Rows &table : rows.tables) {
        writer.array(3);
        writer.bytes(table.table);
        writer.array(quint64(table.columns.size()));
        for (const QByteArray &column : table.columns)
            writer.bytes(column);
        writer.array(quint64(table.values.size()));
        for (const QVariantList &row : table.values) {
            writer.array(quint64(row.size()));
            for (const QVariant &value : row) {
                if (!value.isValid() || value.isNull())
                    writer.null();
                else
                    writer.bytes(value.toByteArray());
            }
        }
    }
    return out;
}

Result<AccountRows> decodeRows(QByteArrayView bytes)
{
    AccountRows rows;
    CborReader reader(bytes);
    if (reader.enterArray(3) != 3)
        reader.fail("three items were expected", 0);
    rows.user = reader.readBytes().toByteArray();
    rows.mail = reader.readBytes().toByteArray();
    const qsizetype tables = reader.enterArray(AnyNumber);
    for (qsizetype i = 0; reader.ok() && i < tables; ++i) {
        AccountRows::Rows table;
        if (reader.enterArray(3) != 3)
            reader.fail("three items were expected", 0);
        table.table = reader.readBytes().toByteArray();
        const qsizetype columns = reader.enterArray(AnyNumber);
        for (qsizetype c = 0; reader.ok() && c < columns; ++c)
            table.columns.append(reader.readBytes().toByteArray());
        reader.leave();
        const qsizetype count = reader.enterArray(AnyNumber);
        for (qsizetype r = 0; reader.ok() && r < count; ++r) {
            QVariantList row;
            const qsizetype values = reader.enterArray(AnyNumber);
            for (qsizetype v = 0; reader.ok() && v < values; ++v) {
                if (reader.kind() == CborReader::Kind::Null) {
                    reader.readNull();
                    row.append(QVariant());
                } else {
                    row.append(reader.readBytes().toByteArray());
                }
            }
            reader.leave();
            table.values.append(row);
        }
        reader.leave();
        reader.leave();
        rows.tables.append(table);
    }
    reader.leave();
    reader.leave();
    if (!reader.ok() || !reader.atEnd())
        return Error { ErrorCode::Corrupt, QStringLiteral("The rows of a deleted account are damaged.") };
    return rows;
}

} // namespace mailhelm
