// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/frame.h"

#include "core/protocol/limits.h"

#include <QtEndian>

#include <cstring>
#include <utility>

namespace mailhelm
{

static_assert(limits::FrameHeaderBytes == sizeof(quint32));

std::array<char, 4> frameHeader(quint32 size)
{
    std::array<char, 4> header;
    qToBigEndian(size, header.data());
    return header;
}

qsizetype FrameReader::wanted() const
{
    switch (m_state) {
    case State::Length:
        return qsizetype(m_length.size()) - m_have;
    case State::Payload:
        return m_size - m_payload.size();
    case State::Ready:
    case State::Broken:
        break;
    }
    return 0;
}

Result<qsizetype> FrameReader::take(QByteArrayView bytes)
{
    qsizetype used = 0;
    if (m_state == State::Length) {
        used = qMin(wanted(), bytes.size());
        if (used > 0)
            std::memcpy(m_length.data() + m_have, bytes.data(), size_t(used));
        m_have += used;
        if (m_have == qsizetype(m_length.size())) {
            if (auto begun = beginPayload(); !begun)
                return begun.error();
        }
    }
    if (m_state == State::Payload) {
        const qsizetype part = qMin(wanted(), bytes.size() - used);
        m_payload.append(bytes.data() + used, part);
        used += part;
        if (m_payload.size() == m_size)
            m_state = State::Ready;
    }
    if (m_state == State::Broken)
        return m_error;
    return used;
}

Result<void> FrameReader::beginPayload()
{
    const auto size = qFromBigEndian<quint32>(m_length.data());
    if (size == 0 || size > m_limit) {
        m_state = State::Broken;
        m_error = { ErrorCode::InvalidArgument,
            size == 0 ? QStringLiteral("The peer sent a frame of length 0, which the protocol does not have.")
                      : QStringLiteral("The peer announced a frame of %1 bytes; at most %2 are allowed here.")
                            .arg(QString::number(size), QString::number(m_limit)) };
        return m_error;
    }
    m_size = qsizetype(size);
    m_payload.reserve(m_size);
    m_state = State::Payload;
    return {};
}

QByteArray FrameReader::takeFrame()
{
    Q_ASSERT(hasFrame());
    m_state = State::Length;
    m_have = 0;
    m_size = 0;
    return std::exchange(m_payload, {});
}

} // namespace mailhelm
