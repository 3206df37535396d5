// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/tlspolicy.h"

#include "core/base/safetext.h"

#include <QSslSocket>
#include <QStringList>

#include <algorithm>

namespace mailhelm
{

QSslConfiguration tlsConfiguration(const Identity &identity)
{
    QSslConfiguration configuration;
    configuration.setProtocol(QSsl::TlsV1_3OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setCaCertificates({}); // also switches the loading of the system's on demand off
    configuration.setPrivateKey(identity.key());
    configuration.setLocalCertificate(identity.certificate());
    return configuration;
}

static bool isForgivable(const QSslError &error, const QSslCertificate &leaf)
{
    if (leaf.isNull() || error.certificate() != leaf)
        return false;
    switch (error.error()) {
    case QSslError::SelfSignedCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
    case QSslError::CertificateNotYetValid:
    case QSslError::CertificateExpired:
    case QSslError::HostNameMismatch:
        return true;
    default:
        return false;
    }
}

QList<QSslError> unforgivable(const QList<QSslError> &errors, const QSslCertificate &leaf)
{
    QList<QSslError> rest;
    std::copy_if(errors.begin(), errors.end(), std::back_inserter(rest),
        [&leaf](const QSslError &error) { return !isForgivable(error, leaf); });
    return rest;
}

QString describe(const QList<QSslError> &errors)
{
    QStringList texts;
    for (const QSslError &error : errors)
        texts += safeText(error.errorString(), 200);
    return texts.join(QStringLiteral("; "));
}

} // namespace mailhelm
