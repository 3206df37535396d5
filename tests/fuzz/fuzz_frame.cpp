// SPDX-License-Identifier: GPL-3.0-or-later
// However a stream is cut into pieces, the frames that come out are the same, and none is above the limit.
#include "core/protocol/frame.h"
#include "core/protocol/limits.h"
#include "tests/fuzz/fuzz.h"

#include <QList>

using namespace mailhelm;

namespace
{

/// The frames of `stream`, fed in pieces of at most `piece` bytes, and whether it ended in an error.
std::pair<QList<QByteArray>, bool> framesOf(QByteArrayView stream, qsizetype piece)
{
    FrameReader reader(limits::FrameToAgent);
    QList<QByteArray> frames;
    while (!stream.isEmpty()) {
        const qsizetype offered = std::min(piece, stream.size());
        const auto taken = reader.take(stream.first(offered));
        if (!taken)
            return { frames, true };
        FUZZ_CHECK(taken.value() > 0 && taken.value() <= offered);
        stream = stream.sliced(taken.value());
        if (reader.hasFrame()) {
            frames.append(reader.takeFrame());
            FUZZ_CHECK(!frames.last().isEmpty() && frames.last().size() <= qsizetype(limits::FrameToAgent));
        }
    }
    return { frames, false };
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayView stream(data, qsizetype(size));
    const auto whole = framesOf(stream, std::max<qsizetype>(1, stream.size()));
    for (const qsizetype piece : { 1, 3, 1000 }) {
        // A long stream byte by byte would take the time in which thousands of short ones are tried.
        if (stream.size() / piece <= 2000)
            FUZZ_CHECK(framesOf(stream, piece) == whole);
    }
    return 0;
}
