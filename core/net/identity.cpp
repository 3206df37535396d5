// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/identity.h"

#include "core/net/privatefile.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

namespace mailhelm
{

namespace
{

template<auto Free>
struct Freed {
    template<typename T>
    void operator()(T *thing) const
    {
        Free(thing);
    }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;

constexpr qint64 MaxFileBytes = 64 * 1024;
constexpr long BackdatedSeconds = 24 * 3600; ///< for tools that look at the dates with a clock that is behind
constexpr int ValidDays = 100 * 365;

/// OpenSSL's queue of errors belongs to the thread and would be read by the next TLS call: it is always emptied.
Error cryptoError(const QString &what)
{
    QString why;
    if (const auto code = ERR_peek_last_error(); code != 0)
        why = QString::fromLatin1(ERR_error_string(code, nullptr));
    ERR_clear_error();
    return { ErrorCode::InvalidArgument, why.isEmpty() ? what + u'.' : QStringLiteral("%1 (%2).").arg(what, why) };
}

CertificatePtr selfSigned(EVP_PKEY *key, const QByteArray &name)
{
    CertificatePtr certificate(X509_new());
    if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1)
        return {};
    // Serial number: at most 20 octets, positive (RFC 5280 4.1.2.2).
    std::array<unsigned char, 16> serial;
    if (RAND_bytes(serial.data(), int(serial.size())) != 1)
        return {};
    serial[0] = (serial[0] & 0x7f) | 0x40;
    const std::unique_ptr<BIGNUM, Freed<BN_free>> number(BN_bin2bn(serial.data(), int(serial.size()), nullptr));
    if (!number || !BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())))
        return {};
    if (!X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -BackdatedSeconds)
        || !X509_time_adj_ex(X509_getm_notAfter(certificate.get()), ValidDays, 0, nullptr))
        return {};
    X509_NAME *subject = X509_get_subject_name(certificate.get());
    const auto *text = reinterpret_cast<const unsigned char *>(name.constData());
    if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, int(name.size()), -1, 0) != 1
        || X509_set_issuer_name(certificate.get(), subject) != 1 || X509_set_pubkey(certificate.get(), key) != 1
        || X509_sign(certificate.get(), key, EVP_sha256()) == 0)
        return {};
    return certificate;
}

QByteArray toPem(EVP_PKEY *key, X509 *certificate)
{
    const BioPtr bio(BIO_new(BIO_s_secmem()));
    if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1
        || PEM_write_bio_X509(bio.get(), certificate) != 1)
        return {};
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return QByteArray(data, size);
}

bool isP256(const EVP_PKEY *key)
{
    std::array<char, 64> group {};
    size_t size = 0;
    return EVP_PKEY_is_a(key, "EC")
        && EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), &size) == 1
        && QByteArrayView(group.data(), qsizetype(size)) == QByteArrayView("prime256v1");
}

BioPtr reader(const QByteArray &bytes)
{
    return BioPtr(BIO_new_mem_buf(bytes.constData(), int(bytes.size())));
}

/// A key that wants a passphrase is refused instead of asking on the terminal.
int noPassphrase(char *, int, int, void *)
{
    return -1;
}

} // namespace

Result<Identity> Identity::make(const QString &name)
{
    // X.520's upper bound for a common name is 64 characters.
    const QByteArray commonName = name.left(64).toUtf8();
    const KeyPtr key(EVP_EC_gen("P-256"));
    if (!key)
        return cryptoError(QStringLiteral("Cannot make a P-256 key"));
    const auto certificate = selfSigned(key.get(), commonName.isEmpty() ? QByteArray("mailhelm") : commonName);
    if (!certificate)
        return cryptoError(QStringLiteral("Cannot make a certificate named “%1”").arg(name));
    const QByteArray pem = toPem(key.get(), certificate.get());
    if (pem.isEmpty())
        return cryptoError(QStringLiteral("Cannot write the key as PEM"));
    return fromPem(pem);
}

Result<Identity> Identity::fromPem(const QByteArray &pem)
{
    const KeyPtr key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, noPassphrase, nullptr));
    if (!key)
        return cryptoError(QStringLiteral("There is no readable private key (PEM, without passphrase)"));
    const CertificatePtr certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, noPassphrase, nullptr));
    if (!certificate)
        return cryptoError(QStringLiteral("There is no readable certificate (PEM)"));
    if (!isP256(key.get()))
        return cryptoError(QStringLiteral("The key is not an elliptic-curve key on P-256 (prime256v1)"));
    if (X509_check_private_key(certificate.get(), key.get()) != 1)
        return cryptoError(QStringLiteral("The certificate belongs to another key"));

    Identity identity;
    identity.m_pem = toPem(key.get(), certificate.get());
    ERR_clear_error();
    const qsizetype border = identity.m_pem.indexOf("-----BEGIN CERTIFICATE-----");
    if (border <= 0)
        return cryptoError(QStringLiteral("Cannot write the key as PEM"));
    identity.m_key = QSslKey(identity.m_pem.first(border), QSsl::Ec, QSsl::Pem, QSsl::PrivateKey);
    identity.m_certificate = QSslCertificate(identity.m_pem.sliced(border), QSsl::Pem);
    identity.m_pin = spkiPin(identity.m_certificate);
    // Qt listens with a null key and then fails every handshake: never let one through.
    if (identity.m_key.isNull() || identity.m_certificate.isNull() || identity.m_pin.isNull())
        return Error { ErrorCode::Unsupported,
            QStringLiteral("Qt's TLS library cannot use this key. Is its OpenSSL plugin installed?") };
    return identity;
}

Result<Identity> Identity::load(const QString &path)
{
    const auto bytes = readPrivateFile(path, MaxFileBytes);
    if (!bytes)
        return bytes.error();
    auto identity = fromPem(bytes.value());
    if (!identity)
        return Error { identity.error().code,
            QStringLiteral("The identity file “%1” cannot be used. %2").arg(path, identity.error().detail) };
    return identity;
}

Result<Identity> Identity::loadOrMake(const QString &path, const QString &name)
{
    auto loaded = load(path);
    if (loaded || loaded.error().code != ErrorCode::NotFound)
        return loaded;
    auto made = make(name);
    if (!made)
        return made;
    if (auto saved = made.value().save(path); !saved)
        return saved.error();
    return made;
}

Result<void> Identity::save(const QString &path) const
{
    return writePrivateFile(path, m_pem);
}

} // namespace mailhelm
