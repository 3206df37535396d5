// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/pin.h"

#include <QByteArray>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>

namespace mailhelm
{

/// Who one is on the wire: a P-256 key pair and a self-signed certificate that carries it. The agent has one, and every
/// administrator's profile has one. Only the key counts (see Pin); the certificate's name and dates mean nothing.
/// A value, cheap to copy; always whole: key and certificate belong together.
class Identity
{
public:
    /// A new key. `name` goes into the certificate as its common name, for people who look at it with OpenSSL's tools.
    [[nodiscard]] static Result<Identity> make(const QString &name);
    /// Key and certificate from PEM text, in either order. InvalidArgument where one is missing, is no P-256 key or
    /// belongs to another key.
    [[nodiscard]] static Result<Identity> fromPem(const QByteArray &pem);
    /// The same from a file, which must be its owner's alone (0600). Errors as readPrivateFile() and fromPem().
    [[nodiscard]] static Result<Identity> load(const QString &path);
    /// load(); where there is no such file, make() and save().
    [[nodiscard]] static Result<Identity> loadOrMake(const QString &path, const QString &name);

    /// Writes both into one file, so that they can never be of two minds. Mode 0600, atomic, synced.
    [[nodiscard]] Result<void> save(const QString &path) const;

    [[nodiscard]] const QSslKey &key() const { return m_key; }
    [[nodiscard]] const QSslCertificate &certificate() const { return m_certificate; }
    [[nodiscard]] const Pin &pin() const { return m_pin; }
    /// Secret: PKCS #8 key, then the certificate.
    [[nodiscard]] const QByteArray &pem() const { return m_pem; }

private:
    Identity() = default;

    QSslKey m_key;
    QSslCertificate m_certificate;
    Pin m_pin;
    QByteArray m_pem;
};

} // namespace mailhelm
