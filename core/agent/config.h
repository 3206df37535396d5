// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"
#include "core/base/result.h"
#include "core/history/historylimits.h"

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
    /// `user_address_limit = 10`: so many connections a user may have from one address, through all services of the
    /// protocol together (Dovecot's mail_max_userip_connections); 0 = any number; nullopt: not known
    std::optional<qint64> userAddressLimit;
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

/// One webmail: `[[webmail]]`.
struct WebmailConfig {
    QByteArray kind; ///< roundcube (its table `session`) or php-files (a folder of PHP's session files)
    QByteArray component = "HTTP/WebMail"; ///< what the column Component shows
    QByteArray database; ///< roundcube: sqlite:///FILE, postgresql://USER:PASSWORD@HOST:PORT/NAME, mysql://…
    QByteArray tablePrefix; ///< roundcube: its db_prefix
    QByteArray path; ///< php-files: PHP's session.save_path
    qint64 lifetimeMs = 3'600'000; ///< `lifetime = "1h"`: a session ends after so long without a request
    /// From where the webmail connects to IMAP: those connections are marked "via webmail".
    QList<QByteArray> hosts { "127.0.0.1", "::1" };
    int line = 0;
};

/// The account database: `[accounts]`.
struct AccountsConfig {
    QByteArray kind; ///< postfixadmin, iredmail, mailcow, modoboa, vimbadmin, mailu, queries or passwd-file
    QByteArray database; ///< all but passwd-file
    QByteArray path; ///< passwd-file: the file
    QByteArray queries; ///< queries: the file that holds them, written like the presets
    bool sizes = true; ///< where the database has no sizes: ask Dovecot, slowly, in the background
    QList<QByteArray> exclude; ///< accounts that cannot be deleted: "postmaster@*", "svc-*@example.org"
    QList<QByteArray> mailRoots; ///< below these `mailhelm-mail` may move mail
    QByteArray mail; ///< where an account's mail lies: "/var/vmail/%d/%n"; empty: as the database or Dovecot says
    QByteArray archive; ///< where the mail of deleted accounts goes; empty: accounts cannot be deleted
    QByteArray mailSocket = "/run/mailhelm/mail.sock"; ///< of mailhelm-mail
    qint64 graceMs = qint64(7) * 86'400'000; ///< `grace = "7d"`: how long a deleted account can be restored
    int line = 0;
};

/// `[logins]`: evidence of logins.
struct LoginsConfig {
    qint64 readBackMs = qint64(400) * 86'400'000; ///< `read_back = "400d"`: how far back at the first start
    QByteArray lastLogin; ///< database of a server's own last-login table (Dovecot's last_login plugin); empty: none
    QByteArray lastLoginQuery; ///< gives user, time in s since 1970 and, if it has them, service and address
    QList<QByteArray> lastLoginServices; ///< those that it records: for them a gap in the log is none
    QList<QByteArray> masterUsers; ///< Dovecot's: their visits are not the account owner's logins
};

/// `[history]`: what is kept of connections and sessions that are over.
struct HistoryConfig : HistoryLimits { // `keep = "30d"`, `max_size = "1G"`
    bool enabled = true;
};

struct Config {
    QList<QByteArray> listen { "0.0.0.0:6245", "[::]:6245" }; ///< 6245 spells MAIL
    QByteArray advertise; ///< host:port that pairing links name; empty: this host's name and the first port
    QByteArray state = "/var/lib/mailhelm";
    QList<ServiceConfig> services;
    QList<QByteArray> netns; ///< `[sockets] netns`: paths of further network namespaces
    std::optional<DovecotConfig> dovecot;
    std::optional<PostfixConfig> postfix;
    QList<WebmailConfig> webmail;
    std::optional<AccountsConfig> accounts;
    LoginsConfig logins;
    HistoryConfig history;

    /// Reads `file`. An unknown or doubled key, a wrong type or a value out of range refuses: the error names file,
    /// line and what would be right.
    static Result<Config> read(const QByteArray &file);
    static Result<Config> parse(QByteArrayView toml, const QByteArray &fileName);
};

} // namespace mailhelm
