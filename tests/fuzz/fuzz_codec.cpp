// SPDX-License-Identifier: GPL-3.0-or-later
// A payload that decode() takes is well-formed for Qt, and says the same after another turn through the codec.
#include "core/protocol/codec.h"
#include "core/protocol/limits.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/samplemessages.h"

#include <QCborStreamReader>

using namespace mailhelm;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView payload(data, qsizetype(size));
    const auto head = peekHead(payload);
    if (!head) {
        FUZZ_CHECK(!head.error().detail.isEmpty());
        return 0;
    }
    QCborStreamReader qt(payload.data(), payload.size());
    FUZZ_CHECK(qt.next(limits::CborDepth + 1) && qt.currentOffset() == payload.size());
    (void)peekTable(head.value()).ok();
    for (const Direction direction : { Direction::ToAgent, Direction::ToClient }) {
        const auto got = decode(head.value(), direction);
        if (!got) {
            FUZZ_CHECK(!got.error().detail.isEmpty());
            continue;
        }
        const QByteArray again = encode(got.value());
        const auto second = decode(again, direction);
        FUZZ_CHECK(second.ok());
        FUZZ_CHECK(second.value().request == got.value().request);
        FUZZ_CHECK(sameMessage(second.value().message, got.value().message));
        FUZZ_CHECK(encode(second.value()) == again);
    }
    return 0;
}
