// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QHash>
#include <QLockFile>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace mailhelm
{

/// A private, real mail host for one test: Dovecot, Postfix and HAProxy on loopback, started by tests/lab/lab in a
/// temporary folder. Each takes one of ten slots of ports (a lock file each), so that tests run side by side. Belongs
/// to the test; the destructor stops the servers, and a watcher stops them where the test program dies. All calls block
/// (a start takes some 2 s). Needs root, or sudo without a password.
class Lab
{
public:
    struct Options {
        bool richFormat = false; ///< the login format that names every port
        bool events = false; ///< SELECT and the like exported into Dovecot's log
        bool serviceCount0 = false; ///< one login process for all
        bool hibernate = false; ///< idle IMAP sessions hibernate after 2 s
        bool haproxy = false;
        bool roundcube = false; ///< on PHP's own web server, with a SQLite database; log in with WebmailBrowser
        bool v4Mapped = false; ///< IMAP and IMAPS also on a socket bound to ::ffff:127.0.0.1
        bool postfix = true;
        bool postfixDefaultLogging = false; ///< no client ports, no TLS lines
        bool large = false; ///< limits for 2,000 connections
        int accounts = 40;
        int userAddressLimit = 0; ///< Dovecot's mail_max_userip_connections for POP3; IMAP has one more
    };

    enum class Service { Dovecot, Postfix, Haproxy, Roundcube };

    /// Submission is Dovecot's; it relays through Relay, one connection to 127.0.0.1 for each session. Proxy…:
    /// HAProxy's own ports. Backend…: those behind it, where the sockets with real_rport are. Agent and Web are free
    /// for the test.
    enum class Port {
        Imap,
        Imaps,
        Pop3,
        Pop3s,
        Submission,
        Sieve,
        Auth,
        Smtp,
        Smtps,
        PostfixSubmission,
        Relay,
        BackendImap,
        BackendImaps,
        BackendPop3s,
        BackendSubmission,
        BackendSieve,
        BackendSmtp,
        BackendPostfixSubmission,
        ProxyImap,
        ProxyImaps,
        ProxyPop3s,
        ProxySubmission,
        ProxySieve,
        ProxySmtp,
        ProxyPostfixSubmission,
        MappedImap,
        MappedImaps,
        Agent,
        Web,
        Roundcube,
    };

    Lab();
    explicit Lab(const Options &options);
    ~Lab();
    Q_DISABLE_COPY_MOVE(Lab)

    /// Empty where a lab can run here; else what is missing and how to get it, for QSKIP.
    [[nodiscard]] static QString whyNotHere();

    Result<void> start();
    Result<void> stop(); ///< the folder and its logs stay until the destructor
    Result<void> stopService(Service service);
    Result<void> startService(Service service);
    Result<void> restartService(Service service);
    Result<void> restartDovecot() { return restartService(Service::Dovecot); }
    Result<void> restartPostfix() { return restartService(Service::Postfix); }

    [[nodiscard]] quint16 port(Port port) const; ///< fails loudly before start()
    [[nodiscard]] qint64 pid(Service service) const; ///< of the master process as last started; 0 = not started
    [[nodiscard]] QString directory() const;
    [[nodiscard]] QString dovecotLog() const { return value("DOVECOT_LOG"); }
    [[nodiscard]] QString postfixLog() const { return value("POSTFIX_LOG"); }
    [[nodiscard]] QString dovecotBaseDir() const { return value("DOVECOT_BASE_DIR"); }
    [[nodiscard]] QString dovecotConfig() const { return value("DOVECOT_CONFIG"); }
    [[nodiscard]] QString postfixConfigDir() const { return value("POSTFIX_CONFIG_DIR"); }
    [[nodiscard]] QString roundcubeDatabase() const { return value("ROUNDCUBE_DB"); }
    [[nodiscard]] QString accountsDatabase() const { return value("ACCOUNTS_DB"); }
    /// user1@lab.test … ; every password is "secret".
    [[nodiscard]] static QByteArray user(int number);
    /// Both logs as they are now, for a failure's message or to look for a line.
    [[nodiscard]] QByteArray readDovecotLog() const;
    [[nodiscard]] QByteArray readPostfixLog() const;

private:
    [[nodiscard]] QString value(const char *key) const;
    Result<void> startInSlot(int slot, bool *taken);
    Result<void> run(const QStringList &arguments, int *exitCode = nullptr);
    Result<void> onService(const QString &verb, Service service);
    Result<void> readEnv();

    Options m_options;
    QTemporaryDir m_directory;
    std::unique_ptr<QLockFile> m_slot;
    QHash<QByteArray, QByteArray> m_env;
    bool m_running = false;
};

} // namespace mailhelm
