// SPDX-License-Identifier: GPL-3.0-or-later
// Payloads one behind the other, each after its length in two bytes, through one decoder: what it takes keeps every
// rule.
#include "core/protocol/cbor.h"
#include "core/protocol/changescodec.h"
#include "core/protocol/codec.h"
#include "tests/fuzz/fuzz.h"

#include <QCborStreamReader>
#include <QSet>
#include <QtEndian>

using namespace mailhelm;

namespace
{

void check(const ChangeSet &part, const Schema &schema)
{
    FUZZ_CHECK(part.table == schema.id());
    QSet<RowId> ids;
    const auto checkId = [&](RowId id) {
        FUZZ_CHECK(id != 0 && id <= MaxRowId && !ids.contains(id));
        ids.insert(id);
    };
    for (const RowId id : part.removed)
        checkId(id);
    for (const RowGroup &group : part.groups) {
        FUZZ_CHECK(!group.ids.isEmpty() && group.columns.size() == group.values.size());
        for (const RowId id : group.ids)
            checkId(id);
        for (qsizetype c = 0; c < group.columns.size(); ++c) {
            const Column &column = group.values[c];
            FUZZ_CHECK(group.columns[c] < schema.columnCount() && (c == 0 || group.columns[c] > group.columns[c - 1]));
            FUZZ_CHECK(column.type() == schema.column(group.columns[c]).type && column.size() == group.ids.size());
            for (qsizetype r = 0; r < column.size(); ++r) {
                const Value value = column.value(r);
                if (const auto *text = std::get_if<QByteArray>(&value))
                    FUZZ_CHECK(isCleanText(*text));
            }
        }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Schema schema = schemaOf(TableId::Connections);
    QByteArrayView rest(data, qsizetype(size));
    ChangesDecoder decoder;
    while (rest.size() >= 2) {
        const auto length = std::min<qsizetype>(qFromBigEndian<quint16>(rest.data()), rest.size() - 2);
        const QByteArrayView payload = rest.sliced(2, length);
        rest = rest.sliced(2 + length);
        const auto head = peekHead(payload);
        if (!head)
            continue;
        const auto part = decoder.decode(head.value().body, schema);
        if (!part) {
            FUZZ_CHECK(!part.error().detail.isEmpty());
            return 0;
        }
        QCborStreamReader qt(payload.data(), payload.size());
        FUZZ_CHECK(qt.next(limits::CborDepth + 1) && qt.currentOffset() == payload.size());
        check(part.value(), schema);
    }
    return 0;
}
