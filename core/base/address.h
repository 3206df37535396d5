// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHashFunctions>

#include <array>
#include <compare>
#include <optional>

namespace mailhelm
{

/// An IPv4 or IPv6 address in 16 bytes, network order; IPv4 is held v4-mapped (::ffff:a.b.c.d), so that a
/// v4-mapped socket and a plain one are the same address. Orders IPv4 before IPv6, then by value.
class Address
{
public:
    using Bytes = std::array<quint8, 16>;

    Address() = default; ///< ::, which is "any" or "none"
    explicit Address(const Bytes &bytes)
        : m_bytes(bytes)
    {
    }

    [[nodiscard]] static Address fromV4(quint32 hostOrder);
    /// Strict: dotted quads of four decimal numbers without leading zeros, or RFC 4291 text; no zone, no blanks,
    /// no brackets. nullopt for anything else.
    [[nodiscard]] static std::optional<Address> parse(QByteArrayView text);

    [[nodiscard]] const Bytes &bytes() const { return m_bytes; }
    [[nodiscard]] bool isV4() const;
    [[nodiscard]] quint32 v4() const; ///< host order; only where isV4()
    [[nodiscard]] bool isNull() const { return *this == Address(); }
    [[nodiscard]] bool isLoopback() const;
    /// "203.0.113.7" or RFC 5952 "2001:db8::17".
    [[nodiscard]] QByteArray toText() const;
    /// Whether the first `bits` (0..128 in the 16-byte form; for IPv4 add 96) are those of `network`.
    [[nodiscard]] bool isInside(const Address &network, int bits) const;

    friend bool operator==(const Address &, const Address &) = default;
    friend std::strong_ordering operator<=>(const Address &a, const Address &b);
    friend size_t qHash(const Address &a, size_t seed = 0) { return qHashBits(a.m_bytes.data(), 16, seed); }

private:
    Bytes m_bytes {};
};

/// One end of a TCP connection. Port 0 means: not known.
struct Endpoint {
    Address address;
    quint16 port = 0;
    friend bool operator==(const Endpoint &, const Endpoint &) = default;
    friend size_t qHash(const Endpoint &e, size_t seed = 0) { return qHashMulti(seed, e.address, e.port); }
};

} // namespace mailhelm
