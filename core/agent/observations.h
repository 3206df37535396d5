// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"
#include "core/base/sourcestatus.h"

#include <QByteArray>
#include <QList>
#include <QMetaType>

#include <optional>

namespace mailhelm
{

/// What sources tell the registry. Plain values that may cross threads. Times are µs since 1970 UTC unless said
/// otherwise; text is valid UTF-8 (validUtf8()), hostile all the same.

/// One TCP socket as `sock_diag` (linux/inet_diag.h) showed it: ESTABLISHED or CLOSE_WAIT on a watched local port.
struct SocketObservation {
    quint64 cookie = 0; ///< the kernel's name for the socket, never reused while the machine runs
    quint32 netns = 0; ///< index into the configured network namespaces; 0 is the agent's own
    quint32 inode = 0; ///< 0: not yet accepted by the service
    quint8 family = 0; ///< AF_INET or AF_INET6, as the kernel has it (v4-mapped sockets are AF_INET6)
    quint8 state = 0; ///< TCP_ESTABLISHED (1) or TCP_CLOSE_WAIT (8)
    Endpoint local;
    Endpoint peer;
    quint64 bytesIn = 0; ///< tcpi_bytes_received: from the client
    quint64 bytesOut = 0; ///< tcpi_bytes_acked: to the client
    quint32 lastReceiveMs = 0; ///< tcpi_last_data_recv: ms since data came; jitters from scan to scan
    quint32 lastSendMs = 0; ///< tcpi_last_data_sent
};

/// A whole look at the socket table: what is not in it is gone.
struct SocketScan {
    qint64 time = 0;
    QList<SocketObservation> sockets;
};

/// The kernel's notice that one socket is no more (SKNLGRP_INET_TCP_DESTROY), with its last counters.
struct SocketClosed {
    qint64 time = 0;
    quint64 cookie = 0;
    quint32 netns = 0;
    quint64 bytesIn = 0;
    quint64 bytesOut = 0;
};

/// Everything known so far about one session as a mail service logged it. A parser keeps it from line to line and tells
/// it whole whenever something changed; an empty optional means: this service has not said. The registry joins it to a
/// socket.
struct SessionFacts {
    QByteArray source; ///< "dovecot" or "postfix"
    QByteArray key; ///< names the session within its source, for as long as it lives
    QByteArray protocol; ///< imap, pop3, smtp, sieve
    QByteArray program; ///< "imap-login", "postfix/submission/smtpd": which service it was
    Endpoint peer; ///< the socket's remote end; port 0 where the log does not name it
    Endpoint client; ///< the real client where a proxy stands between and the log names it; else null
    Address localAddress;
    quint16 localPort = 0; ///< 0 where the log does not name it
    qint64 began = 0; ///< earliest evidence of the connection; 0 = none
    bool beganIsConnect = false; ///< `began` is the moment of the connect itself, not of a later event
    qint64 lineTime = 0; ///< of the newest line
    std::optional<qint64> login; ///< when the user authenticated
    std::optional<QByteArray> user; ///< "" = known not to be authenticated
    std::optional<bool> secure;
    std::optional<QByteArray> tls; ///< "TLSv1.3 TLS_AES_256_GCM_SHA384"
    std::optional<QByteArray> host; ///< the name that the service itself logged
    std::optional<QByteArray> state; ///< connected, authenticated, idle, sending …
    std::optional<QByteArray> folder; ///< IMAP: the selected folder, "" = none selected
    std::optional<QByteArray> agentName; ///< client program and version (IMAP ID), "Thunderbird 115.3"
    std::optional<QByteArray> helo;
    std::optional<qint64> pid;
    std::optional<QByteArray> session; ///< the id under which the log has it
    bool ended = false; ///< the service said that it is over; the row stays until its socket is gone
};

/// One entry of Dovecot's anvil: a session without a port.
struct AnvilEntry {
    QByteArray protocol; ///< imap, pop3, smtp (submission), sieve
    QByteArray user;
    Address address;
    qint64 pid = 0;
    QByteArray connectionGuid; ///< 2.4 only
    friend bool operator==(const AnvilEntry &, const AnvilEntry &) = default;
};

/// One session of a webmail.
struct WebmailSession {
    QByteArray id; ///< the webmail's own, a secret: it never leaves the agent
    std::optional<QByteArray> user; ///< "" = nobody is logged in; nullopt = it cannot be told
    Address address; ///< the browser's, as the webmail saw it; null = not known
    qint64 started = 0; ///< of the login; 0 = not known
    qint64 lastActive = 0; ///< latest evidence of a request
    qint64 expires = 0; ///< when it ends if nothing more is asked; 0 = not known
    friend bool operator==(const WebmailSession &, const WebmailSession &) = default;
};

/// All sessions of one webmail that have not expired: what is not in it is gone.
struct WebmailScan {
    qint64 time = 0;
    QList<WebmailSession> sessions;
};

enum class AccountState : quint8 {
    Active,
    Blocked, ///< no login; mail still arrives
    Disabled, ///< neither
};

/// One account, as its database has it. What an empty optional or 0 stands for, the database does not know.
struct Account {
    QByteArray user;
    std::optional<AccountState> state;
    std::optional<bool> domainAdmin;
    qint64 created = 0;
    qint64 lastLogin = 0; ///< the server's own record
    QByteArray lastLoginService;
    Address lastLoginAddress;
    std::optional<qint64> mailboxBytes;
    std::optional<qint64> quotaBytes; ///< 0 = no limit
    friend bool operator==(const Account &, const Account &) = default;
};

/// All accounts: what is not in it is gone.
struct AccountScan {
    qint64 time = 0;
    QList<Account> accounts;
};

/// Proof that somebody authenticated. Not a delivery, not a failed attempt, not doveadm.
struct LoginEvidence {
    QByteArray user;
    QByteArray service; ///< imap, pop3, submission, smtp, sieve, webmail …
    qint64 time = 0;
    Address address; ///< null = not known
    QByteArray source; ///< dovecot, postfix, the webmail's component, accounts …
    friend bool operator==(const LoginEvidence &, const LoginEvidence &) = default;
};

} // namespace mailhelm

Q_DECLARE_METATYPE(mailhelm::SocketScan)
Q_DECLARE_METATYPE(mailhelm::SocketClosed)
Q_DECLARE_METATYPE(mailhelm::SessionFacts)
Q_DECLARE_METATYPE(mailhelm::WebmailScan)
Q_DECLARE_METATYPE(mailhelm::AccountScan)
Q_DECLARE_METATYPE(mailhelm::LoginEvidence)
