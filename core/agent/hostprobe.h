// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace mailhelm
{

/// What `mailhelmd init` finds on a host, as the text of a configuration. The parts are pure functions over what
/// doveconf and postconf print, so that tests feed them; only probeHost() runs programs, as root, before there is a
/// daemon.
struct HostProbe {
    QByteArray listen; ///< "" = the default addresses
    QByteArray state;
    QByteArray dovecotConfig; ///< "" = the system's
    QByteArray postfixConfig; ///< folder; "" = the system's
    QByteArray roundcubeConfig {}; ///< folder; "" = the system's, unless the mail server's are others than those
};

struct ProbedService {
    QByteArray name;
    quint16 port = 0;
    QByteArray protocol;
    QByteArray by;
    QByteArray tls; ///< none, starttls, implicit
    bool auth = true;
    bool proxy = false;
    QByteArray idleTimeout;
    QByteArray program {}; ///< as which its processes log, where it has a name of its own
    /// ServiceConfig::userAddressLimit; not known where it is one limit here and another there
    std::optional<qint64> userAddressLimit {};
    friend bool operator==(const ProbedService &, const ProbedService &) = default;
};

struct ProbedServer {
    QList<ProbedService> services;
    QByteArray log; ///< a file, or "journal"
    QByteArray baseDir; ///< Dovecot
    bool tlsLogged = false; ///< Postfix
};

/// From `doveconf -a` (doveconf(1)).
[[nodiscard]] ProbedServer parseDoveconf(const QByteArray &output);
/// From `postconf -M` and `postconf` (postconf(1), master(5)).
[[nodiscard]] ProbedServer parsePostconf(const QByteArray &master, const QByteArray &parameters);
/// TOML with a comment on every line that people may want to change.
[[nodiscard]] QByteArray writeConfig(
    const HostProbe &options, const ProbedServer *dovecot, const ProbedServer *postfix);

/// What doveconf says of the Dovecot with that configuration ("" = the system's); nothing where it cannot be asked.
[[nodiscard]] std::optional<ProbedServer> probeDovecot(const QByteArray &configFile);
/// Asks doveconf and postconf; what is not installed is left out. NotFound where neither is.
[[nodiscard]] Result<QByteArray> probeHost(const HostProbe &options);

} // namespace mailhelm
