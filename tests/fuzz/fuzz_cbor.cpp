// SPDX-License-Identifier: GPL-3.0-or-later
// What Qt's reader refuses as malformed, ours refuses too; the bytes of an item that ours takes are all read by Qt's.
#include "core/protocol/cbor.h"
#include "tests/fuzz/fuzz.h"

#include <QCborStreamReader>

using namespace mailhelm;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView bytes(data, qsizetype(size));
    CborReader reader(bytes);
    reader.skip();
    FUZZ_CHECK(reader.ok() == (reader.reason() == nullptr));
    FUZZ_CHECK(reader.offset() <= bytes.size());
    if (!reader.ok())
        return 0;
    const qsizetype end = reader.offset();
    QCborStreamReader qt(bytes.data(), end); // it looks ahead: what follows is not to disturb it
    while (qt.isTag()) // to Qt's reader a tag is an item of its own
        FUZZ_CHECK(qt.next());
    FUZZ_CHECK(qt.next(limits::CborDepth + 1));
    FUZZ_CHECK(qt.lastError() == QCborError::NoError);
    FUZZ_CHECK(qt.currentOffset() == end);
    return 0;
}
