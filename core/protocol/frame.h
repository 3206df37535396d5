// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QByteArrayView>

#include <array>

namespace mailhelm
{

/// The four bytes that go before a payload of `size` bytes: its length, most significant byte first.
[[nodiscard]] std::array<char, 4> frameHeader(quint32 size);

/// Cuts a stream of bytes into frames: a 4-byte big-endian length, then that many bytes of payload. The length is
/// compared with the limit before anything is allocated. A length of zero or above the limit is fatal: the stream
/// has no way to get back in step, and the reader repeats its error from then on. Not thread-safe.
class FrameReader
{
public:
    explicit FrameReader(quint32 limit)
        : m_limit(limit)
    {
    }

    /// The largest payload allowed from now on. A frame whose length was read already keeps the old limit.
    void setLimit(quint32 limit) { m_limit = limit; }
    [[nodiscard]] quint32 limit() const { return m_limit; }

    /// How many bytes finish the step at hand (length or payload); 0 while a frame waits to be taken. Whoever offers
    /// no more than this never has bytes left over.
    [[nodiscard]] qsizetype wanted() const;
    /// Takes bytes up to the end of the frame at hand and says how many those were.
    [[nodiscard]] Result<qsizetype> take(QByteArrayView bytes);
    [[nodiscard]] bool hasFrame() const { return m_state == State::Ready; }
    /// The payload; only where hasFrame(). The next frame begins with the next byte.
    [[nodiscard]] QByteArray takeFrame();
    /// Whether the stream stands between two frames, where it may end.
    [[nodiscard]] bool isBetweenFrames() const { return m_state == State::Length && m_have == 0; }

private:
    enum class State { Length, Payload, Ready, Broken };

    [[nodiscard]] Result<void> beginPayload();

    quint32 m_limit;
    State m_state = State::Length;
    std::array<char, 4> m_length {};
    qsizetype m_have = 0; ///< bytes of m_length
    qsizetype m_size = 0; ///< of the payload when it is whole
    QByteArray m_payload;
    Error m_error;
};

} // namespace mailhelm
