// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"
#include "core/base/result.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace mailhelm
{

/// The agent's configuration as read from TOML: plain values, complete and checked. Made once at start.

/// One service whose connections are watched: `[services]`, NAME = [ports] or NAME = { listen = […], … }.
struct ServiceConfig {
    enum class Tls { Unknown, None, StartTls, Implicit };
    struct Listen {
        std::optional<Address> address; ///< nullopt: any ("*:993")
        quint16 port = 0;
        friend bool operator==(const Listen &, const Listen &) = default;
    };
    QByteArray name; ///< what the column Protocol shows, as the administrator calls it
    QList<Listen> listen; ///< `listen = ["*:993", "127.0.0.1:1993"]`
    QByteArray
        protocol; ///< imap, pop3, smtp, sieve, lmtp, xmpp, http, admin; from the entry, else from the well-known name
    QByteArray by; ///< who serves it: dovecot, postfix or ""; from the entry, else from the protocol
    QByteArray program; ///< as which its processes log: `program = "postfix/submission/smtpd"`; empty: not known
    QByteArray extension; ///< ActiveSync, EWS, WebMail …
    Tls tls = Tls::Unknown; ///< `tls = "none" | "starttls" | "implicit"`, else from the well-known name
    bool auth = true; ///< `auth = false`: nobody can authenticate there (SMTP on port 25 without SASL)
    bool proxy = false; ///< `proxy = true`: the socket's peer is a proxy (PROXY protocol), the log names the client
    qint64 idleTimeoutMs
        = 0; ///< `idle_timeout = "30m"`: the server ends a connection after so long without data; 0 = not known
    int line = 0; ///< of the entry, for messages
};

struct DovecotConfig {
    QList<QByteArray> log; ///< files, or "journal"; empty: none
    QByteArray baseDir; ///< anvil's socket lies there; empty: no anvil
    QByteArray config; ///< for doveadm
};

struct PostfixConfig {
    QList<QByteArray> log;
    bool tlsLogged = false; ///< `tls_logged = true`: smtpd_tls_loglevel is 1 or more, so that no TLS line means no TLS
};

struct Config {
    QList<QByteArray> listen { "0.0.0.0:6245", "[::]:6245" }; ///< 6245 spells MAIL
    QByteArray advertise; ///< host:port that pairing links name; empty: this host's name and the first port
    QByteArray state = "/var/lib/mailhelm";
    QList<ServiceConfig> services;
    QList<QByteArray> netns; ///< `[sockets] netns`: paths of further network namespaces
    std::optional<DovecotConfig> dovecot;
    std::optional<PostfixConfig> postfix;

    /// Reads `file`. An unknown or doubled key, a wrong type or a value out of range refuses: the error names file,
    /// line and what would be right.
    static Result<Config> read(const QByteArray &file);
    static Result<Config> parse(QByteArrayView toml, const QByteArray &fileName);
};

} // namespace mailhelm
