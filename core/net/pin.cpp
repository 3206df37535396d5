// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/pin.h"

#include <QCryptographicHash>
#include <QSslCertificate>

#include <openssl/x509.h>

#include <cstring>
#include <memory>

namespace mailhelm
{

static constexpr auto TextForm = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

std::optional<Pin> Pin::parse(QByteArrayView text)
{
    const QByteArray written = text.toByteArray();
    const auto decoded = QByteArray::fromBase64Encoding(written, TextForm | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || (*decoded).size() != 32)
        return std::nullopt;
    Bytes bytes;
    std::memcpy(bytes.data(), (*decoded).constData(), bytes.size());
    const Pin pin(bytes);
    // Padding, or bits set beyond the last byte, would be a second way to write the same key.
    if (pin.toText() != written)
        return std::nullopt;
    return pin;
}

QByteArray Pin::toText() const
{
    return QByteArray(reinterpret_cast<const char *>(m_bytes.data()), qsizetype(m_bytes.size())).toBase64(TextForm);
}

QString Pin::display() const
{
    const auto hex = QByteArray::fromRawData(reinterpret_cast<const char *>(m_bytes.data()), 32).toHex();
    QString text;
    for (qsizetype at = 0; at < hex.size(); at += 4) {
        if (at > 0)
            text += QLatin1Char(' ');
        text += QString::fromLatin1(hex.sliced(at, 4));
    }
    return text;
}

Pin spkiPin(const QSslCertificate &certificate)
{
    const QByteArray der = certificate.toDer();
    const auto *at = reinterpret_cast<const unsigned char *>(der.constData());
    const std::unique_ptr<X509, decltype(&X509_free)> x509(d2i_X509(nullptr, &at, long(der.size())), X509_free);
    if (!x509)
        return {};
    unsigned char *spki = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509.get()), &spki);
    if (size <= 0)
        return {};
    const auto digest = QCryptographicHash::hash(
        QByteArrayView(reinterpret_cast<const char *>(spki), size), QCryptographicHash::Sha256);
    OPENSSL_free(spki);
    Pin::Bytes bytes;
    std::memcpy(bytes.data(), digest.constData(), bytes.size());
    return Pin(bytes);
}

} // namespace mailhelm
