// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/identity.h"

#include <QList>
#include <QSslConfiguration>
#include <QSslError>

namespace mailhelm
{

/// What both ends ask of TLS: version 1.3, a certificate from the peer, and no certificate authority at all. To be set
/// on each socket: through QSslConfiguration's default an empty list would leave the system's authorities trusted
/// (CVE-2023-34410).
[[nodiscard]] QSslConfiguration tlsConfiguration(const Identity &identity);

/// Those of `errors` that remain wrong although the key behind `leaf` is trusted by its pin. A pin makes it irrelevant
/// who signed the certificate, which name is in it and when it is valid; everything else is fatal, and so is anything
/// about another certificate than `leaf`.
[[nodiscard]] QList<QSslError> unforgivable(const QList<QSslError> &errors, const QSslCertificate &leaf);

/// Their texts in one line, safe to show.
[[nodiscard]] QString describe(const QList<QSslError> &errors);

} // namespace mailhelm
