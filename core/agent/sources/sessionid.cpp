// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sessionid.h"

namespace mailhelm
{

std::optional<SessionId> decodeSessionId(QByteArrayView id, qint64 referenceUs)
{
    if (id.size() != 16 && id.size() != 32) // 12 or 24 bytes: no padding in either
        return std::nullopt;
    const auto decoded = QByteArray::fromBase64Encoding(
        QByteArray::fromRawData(id.data(), id.size()), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || (decoded.decoded.size() != 12 && decoded.decoded.size() != 24))
        return std::nullopt;
    const auto byte = [&](qsizetype i) { return quint8(decoded.decoded.at(i)); };

    quint64 low = 0;
    for (int i = 5; i >= 0; --i)
        low = (low << 8) | byte(i);
    constexpr qint64 period = qint64(1) << 48;
    qint64 time = (referenceUs & ~(period - 1)) | qint64(low);
    if (time > referenceUs + period / 2)
        time -= period;
    else if (time < referenceUs - period / 2)
        time += period;

    SessionId result;
    result.time = time;
    result.remote.port = quint16(byte(6) | byte(7) << 8);
    if (decoded.decoded.size() == 12) {
        result.remote.address
            = Address::fromV4(quint32(byte(8)) << 24 | quint32(byte(9)) << 16 | quint32(byte(10)) << 8 | byte(11));
    } else {
        Address::Bytes bytes {};
        for (int i = 0; i < 16; ++i)
            bytes[size_t(i)] = byte(8 + i);
        result.remote.address = Address(bytes);
    }
    return result;
}

QByteArray encodeSessionId(const SessionId &id)
{
    QByteArray bytes;
    for (int i = 0; i < 6; ++i)
        bytes.append(char(quint64(id.time) >> (8 * i)));
    bytes.append(char(id.remote.port)).append(char(id.remote.port >> 8));
    const auto address = reinterpret_cast<const char *>(id.remote.address.bytes().data());
    bytes.append(id.remote.address.isV4() ? QByteArray(address + 12, 4) : QByteArray(address, 16));
    return bytes.toBase64();
}

} // namespace mailhelm
