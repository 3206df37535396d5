// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHashFunctions>
#include <QMetaType>
#include <QString>

#include <array>
#include <compare>
#include <optional>

class QSslCertificate;

namespace mailhelm
{

/// Names a key pair: the SHA-256 of the public key as SubjectPublicKeyInfo in DER (RFC 5280 4.1.2.7), as RFC 7469 2.4
/// has it. It does not depend on the certificate's names, dates or serial number. Public, no secret.
class Pin
{
public:
    using Bytes = std::array<quint8, 32>;

    Pin() = default; ///< null: no key at all
    explicit Pin(const Bytes &bytes)
        : m_bytes(bytes)
    {
    }

    /// 43 characters of base64url without padding (RFC 4648 5), the one way to write it; nullopt for anything else.
    [[nodiscard]] static std::optional<Pin> parse(QByteArrayView text);
    [[nodiscard]] QByteArray toText() const;
    /// For people to compare: 16 groups of four hex digits, "3f2a 91bc …".
    [[nodiscard]] QString display() const;

    [[nodiscard]] bool isNull() const { return *this == Pin(); }
    [[nodiscard]] const Bytes &bytes() const { return m_bytes; }

    friend bool operator==(const Pin &, const Pin &) = default;
    friend std::strong_ordering operator<=>(const Pin &a, const Pin &b) { return a.m_bytes <=> b.m_bytes; }
    friend size_t qHash(const Pin &pin, size_t seed = 0) { return qHashBits(pin.m_bytes.data(), 32, seed); }

private:
    Bytes m_bytes {};
};

/// The pin of a certificate's key, of whatever kind it is; null for a null or unreadable certificate.
[[nodiscard]] Pin spkiPin(const QSslCertificate &certificate);

} // namespace mailhelm

Q_DECLARE_METATYPE(mailhelm::Pin)
