// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/address.h"

#ifdef Q_OS_WIN
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

#include <cstring>

namespace mailhelm
{

namespace
{
constexpr std::array<quint8, 12> V4Prefix { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
}

Address Address::fromV4(quint32 hostOrder)
{
    Bytes b {};
    std::copy(V4Prefix.begin(), V4Prefix.end(), b.begin());
    for (int i = 0; i < 4; ++i)
        b[size_t(12 + i)] = quint8(hostOrder >> (24 - 8 * i));
    return Address(b);
}

std::optional<Address> Address::parse(QByteArrayView text)
{
    char buffer[INET6_ADDRSTRLEN + 1] = {};
    if (text.isEmpty() || text.size() > INET6_ADDRSTRLEN || text.contains('\0'))
        return std::nullopt;
    std::memcpy(buffer, text.data(), size_t(text.size()));
    if (in_addr v4 {}; inet_pton(AF_INET, buffer, &v4) == 1)
        return fromV4(ntohl(v4.s_addr));
    if (in6_addr v6 {}; inet_pton(AF_INET6, buffer, &v6) == 1) {
        Bytes b;
        std::memcpy(b.data(), &v6, 16);
        return Address(b);
    }
    return std::nullopt;
}

bool Address::isV4() const
{
    return std::equal(V4Prefix.begin(), V4Prefix.end(), m_bytes.begin());
}

quint32 Address::v4() const
{
    return quint32(m_bytes[12]) << 24 | quint32(m_bytes[13]) << 16 | quint32(m_bytes[14]) << 8 | m_bytes[15];
}

bool Address::isLoopback() const
{
    if (isV4())
        return m_bytes[12] == 127;
    Bytes one {};
    one[15] = 1;
    return m_bytes == one;
}

QByteArray Address::toText() const
{
    char buffer[INET6_ADDRSTRLEN] = {};
    if (isV4())
        inet_ntop(AF_INET, m_bytes.data() + 12, buffer, sizeof buffer);
    else
        inet_ntop(AF_INET6, m_bytes.data(), buffer, sizeof buffer);
    return QByteArray(buffer);
}

bool Address::isInside(const Address &network, int bits) const
{
    const size_t whole = size_t(bits / 8);
    if (!std::equal(m_bytes.begin(), m_bytes.begin() + qptrdiff(whole), network.m_bytes.begin()))
        return false;
    if (bits % 8 == 0)
        return true;
    const quint8 mask = quint8(0xff << (8 - bits % 8));
    return (m_bytes[whole] & mask) == (network.m_bytes[whole] & mask);
}

std::strong_ordering operator<=>(const Address &a, const Address &b)
{
    if (const bool a4 = a.isV4(), b4 = b.isV4(); a4 != b4)
        return a4 ? std::strong_ordering::less : std::strong_ordering::greater;
    return std::memcmp(a.m_bytes.data(), b.m_bytes.data(), 16) <=> 0;
}

} // namespace mailhelm
