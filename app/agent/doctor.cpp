// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/verbs.h"

#include "app/agent/accountsources.h"
#include "core/agent/agent.h"
#include "core/agent/hostprobe.h"
#include "core/agent/sources/phpsessionfiles.h"
#include "core/agent/sources/roundcubequery.h"
#include "core/agent/sources/sockdiag.h"
#include "core/mail/mailmessage.h"
#include "core/protocol/frame.h"

#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>

#include <cstdio>
#include <unistd.h>

namespace mailhelm
{

namespace
{

class Report
{
public:
    void ok(const QByteArray &what, const QByteArray &detail) { line("ok", what, detail, {}); }
    void bad(const char *state, const QByteArray &what, const QByteArray &detail, const QByteArray &mend)
    {
        m_bad = true;
        line(state, what, detail, mend);
    }
    [[nodiscard]] int exitCode() const { return m_bad ? Partly : Ok; }

private:
    static void line(const char *state, const QByteArray &what, const QByteArray &detail, const QByteArray &mend)
    {
        std::printf("%-9s %-10s %s\n", state, what.constData(), detail.constData());
        if (!mend.isEmpty())
            std::printf("          mend it:   %s\n", mend.constData());
    }
    bool m_bad = false;
};

void lookAtSockets(Report &report, const Config &config)
{
    QList<QByteArray> namespaces { QByteArray() };
    namespaces += config.netns;
    const std::vector<quint16> ports = Agent::watchedPorts(config.services);
    for (const QByteArray &netns : std::as_const(namespaces)) {
        SockDiag table(QFile::decodeName(netns));
        const QByteArray where = netns.isEmpty() ? QByteArray() : " in " + netns;
        const Result<QList<SocketObservation>> scan = table.scan(ports);
        if (!scan) {
            QByteArray mend = "AmbientCapabilities=CAP_NET_ADMIN CAP_SYS_ADMIN CAP_SYS_PTRACE in the unit of mailhelmd "
                              "(and the same in CapabilityBoundingSet=, and RestrictNamespaces=no)";
            if (netns.isEmpty())
                mend = "modprobe -a inet_diag tcp_diag";
            else if (scan.error().code == ErrorCode::NotFound)
                mend = "[sockets] netns in the configuration of mailhelmd: name existing namespaces (ip netns list)";
            report.bad("down", "sockets", scan.error().detail.toUtf8(), mend);
            continue;
        }
        report.ok("sockets",
            QByteArray::number(scan.value().size()) + " connections on " + QByteArray::number(int(ports.size()))
                + " ports" + where);
        switch (table.probeDestroy()) {
        case DestroyOutcome::Done:
            report.ok("drop", "connections can be dropped" + where);
            break;
        case DestroyOutcome::Unsupported:
            report.bad("missing", "drop", "this kernel was built without CONFIG_INET_DIAG_DESTROY",
                "install a kernel that has it (Debian's has)");
            break;
        default:
            report.bad("missing", "drop",
                "connections can be seen but not dropped" + where + ": CAP_NET_ADMIN is missing",
                "AmbientCapabilities=CAP_NET_ADMIN in the unit of mailhelmd (or: setcap cap_net_admin+ep "
                "/usr/bin/mailhelmd)");
        }
    }
}

/// Whether all of the log can be read.
bool lookAtLog(Report &report, const QByteArray &name, const QList<QByteArray> &logs)
{
    if (logs.isEmpty())
        report.bad("missing", name, "no log is configured: users and states stay unknown",
            "log = [\"/var/log/mail.log\"] in [" + name + ']');
    bool all = !logs.isEmpty();
    for (const QByteArray &log : logs) {
        const bool journal = log == "journal";
        const bool readable = journal ? QFileInfo(QStringLiteral("/var/log/journal")).isReadable()
                || QFileInfo(QStringLiteral("/run/log/journal")).isReadable()
                                      : ::access(log.constData(), R_OK) == 0;
        all = all && readable;
        if (readable)
            report.ok(name, journal ? QByteArray("reads the journal") : "reads " + log);
        else if (journal)
            report.bad("down", name, "there is no journal that can be read", "usermod -aG systemd-journal mailhelm");
        else if (QFileInfo::exists(QFile::decodeName(log)))
            report.bad("down", name, log + " cannot be read by this user", "usermod -aG adm mailhelm");
        else
            report.bad("down", name, log + " is not there", "log = [\"…\"] in [" + name + "], or set up syslog");
    }
    return all;
}

/// Judged as the agent does it for the table `sources`: it is needed for sessions older than the log, and for all where
/// there is no log.
void lookAtAnvil(Report &report, const DovecotConfig &dovecot, bool logged)
{
    const QByteArray path = dovecot.baseDir + "/anvil";
    QLocalSocket socket;
    socket.connectToServer(QFile::decodeName(path));
    if (socket.waitForConnected(2000))
        report.ok("anvil", path);
    else if (socket.error() == QLocalSocket::SocketAccessError)
        report.bad(logged ? "degraded" : "down", "anvil", path + " may not be opened by this user",
            "service anvil { unix_listener anvil { mode = 0660 group = mailhelm } } in Dovecot's configuration (each "
            "brace on a line of its own)");
    else
        report.bad("down", "anvil", path + " does not answer: Dovecot is not running, or base_dir is another",
            "systemctl start dovecot, or base_dir in [dovecot]: what doveconf -h base_dir prints");
}

/// Whether consoles are told of what Dovecot allows; says nothing where doveconf cannot be asked by this user.
void lookAtLimits(Report &report, const QList<ServiceConfig> &services, const DovecotConfig &dovecot)
{
    const std::optional<ProbedServer> probed = probeDovecot(dovecot.config);
    if (!probed)
        return;
    bool all = true;
    for (const ServiceConfig &service : services) {
        const auto isIt = [&](const ProbedService &each) {
            return std::any_of(service.listen.begin(), service.listen.end(),
                [&](const ServiceConfig::Listen &listen) { return listen.port == each.port; });
        };
        const auto found = std::find_if(probed->services.begin(), probed->services.end(), isIt);
        if (service.by != "dovecot" || found == probed->services.end() || !found->userAddressLimit
            || found->userAddressLimit == service.userAddressLimit)
            continue;
        all = false;
        const QByteArray limit = QByteArray::number(*found->userAddressLimit);
        report.bad("missing", "limits",
            "consoles are not told how many connections a user may have from one address to " + service.name
                + ", or are told another number",
            "user_address_limit = " + limit + " in the entry of " + service.name + ", in [services]");
    }
    if (all)
        report.ok("limits", "as mail_max_userip_connections says");
}

/// Lists the accounts once, and says what cannot be done to them.
void lookAtAccounts(Report &report, const AccountsConfig &config, const Clock &clock)
{
    const Result<std::unique_ptr<AccountSource>> source = makeAccountSource(config, clock);
    if (!source) {
        report.bad("down", "accounts", source.error().detail.toUtf8(), "[accounts] in the configuration of mailhelmd");
        return;
    }
    const Result<qsizetype> count = countAccounts(config);
    if (!count) {
        report.bad("down", "accounts", count.error().detail.toUtf8(), accountsMend(config, count.error().code));
        return;
    }
    report.ok("accounts", QByteArray::number(count.value()) + " accounts, " + config.kind);
    if (const QByteArray refusal = source.value()->changeRefusal(); !refusal.isEmpty()) {
        const qsizetype mend = refusal.indexOf(" To mend it: ");
        report.bad("missing", "accounts", refusal.left(mend),
            mend < 0 ? QByteArray() : refusal.mid(mend + int(qstrlen(" To mend it: "))));
    }
    if (config.archive.isEmpty())
        report.bad("missing", "delete", "no archive is configured: accounts cannot be deleted",
            "archive = \"/srv/archive\" in [accounts]");
}

/// Asks what the daemon asks, with its rights.
void lookAtRoundcube(Report &report, const WebmailConfig &config, const Clock &clock)
{
    const DatabaseUrl url = DatabaseUrl::parse(config.database).value();
    const QByteArray name = "webmail " + config.component;
    const QString connection = QStringLiteral("doctor");
    Result<QSqlDatabase> database = openSqlDatabase(url, connection, 4'000);
    Result<RoundcubeQuery::Listing> listing = database
        ? RoundcubeQuery(url.kind, config.tablePrefix, config.lifetimeMs).list(database.value(), {}, clock)
        : Result<RoundcubeQuery::Listing>(database.error());
    if (!listing)
        report.bad("down", name, listing.error().detail.toUtf8(), sqlMend(url, listing.error().code));
    else if (!listing.value().endRefusal.isEmpty())
        report.bad("degraded", name, "sessions can be seen but not ended", listing.value().endRefusal);
    else
        report.ok(name, QByteArray::number(listing.value().rows.size()) + " sessions in " + url.shown());
    database = Error {}; // before its connection goes
    closeSqlDatabase(connection);
}

void lookAtSessionFiles(Report &report, const WebmailConfig &config, const Clock &clock)
{
    const QByteArray name = "webmail " + config.component;
    PhpSessionFolder folder(config.path, config.lifetimeMs, clock);
    QObject::connect(&folder, &PhpSessionFolder::looked, &folder, [&](const PhpSessionFolder::Look &look) {
        if (look.error)
            report.bad("down", name, look.error->detail.toUtf8(), phpFilesMend(look.error->code, config.path));
        else if (look.illegible != 0 || !look.mayEnd)
            report.bad("degraded", name,
                look.mayEnd ? QByteArray::number(look.illegible) + " session files cannot be read"
                            : QByteArray("sessions can be seen but not ended"),
                phpFilesMend(ErrorCode::PermissionDenied, config.path));
        else
            report.ok(name, QByteArray::number(look.scan.sessions.size()) + " sessions in " + config.path);
    });
    folder.look();
}

/// Without it, who was disabled goes on logging in out of Dovecot's memory.
void lookAtAuthCache(Report &report, const DovecotConfig &dovecot)
{
    const QByteArray path = dovecot.baseDir + "/auth-master";
    QLocalSocket socket;
    socket.connectToServer(QFile::decodeName(path));
    if (socket.waitForConnected(2000))
        report.ok("acting", path);
    else if (socket.error() == QLocalSocket::SocketAccessError)
        report.bad("missing", "acting", path + " may not be opened by this user: nobody can be disabled or deleted",
            "service auth { unix_listener auth-master { mode = 0660 group = mailhelm } } in Dovecot's configuration "
            "(each brace on a line of its own)");
    else
        report.bad("down", "acting", path + " does not answer: Dovecot is not running, or base_dir is another",
            "systemctl start dovecot, or base_dir in [dovecot]: what doveconf -h base_dir prints");
}

/// What mailhelm-mail says of itself; an error where it does not.
Result<mailwire::Greeting> greetingOf(const QByteArray &path)
{
    QLocalSocket socket;
    socket.connectToServer(QFile::decodeName(path));
    FrameReader reader(mailwire::FrameBytes);
    if (!socket.waitForConnected(2000))
        return Error { socket.error() == QLocalSocket::SocketAccessError ? ErrorCode::PermissionDenied
                                                                         : ErrorCode::Unavailable,
            socket.errorString() };
    while (!reader.hasFrame() && (socket.bytesAvailable() > 0 || socket.waitForReadyRead(3000)))
        if (const Result<qsizetype> taken = reader.take(socket.read(reader.wanted())); !taken)
            return taken.error();
    if (!reader.hasFrame())
        return Error { ErrorCode::TimedOut, socket.errorString() };
    return mailwire::decodeGreeting(reader.takeFrame());
}

/// Deleting and restoring: the program that moves mail, and that both speak of the same folders.
void lookAtMail(Report &report, const AccountsConfig &accounts)
{
    const QByteArray what = "accounts can be neither deleted nor restored";
    if (accounts.archive.isEmpty())
        return; // said already
    if (accounts.mailRoots.isEmpty())
        report.bad(
            "missing", "mail", "no mail_roots are configured: " + what, "mail_roots = [\"/var/vmail\"] in [accounts]");
    const Result<mailwire::Greeting> greeting = greetingOf(accounts.mailSocket);
    if (!greeting && greeting.error().code == ErrorCode::PermissionDenied) {
        report.bad("missing", "mail", accounts.mailSocket + " may not be opened by this user: " + what,
            "SocketGroup=mailhelm and SocketMode=0660 in mailhelm-mail.socket");
    } else if (!greeting && greeting.error().code == ErrorCode::TimedOut) {
        report.bad("down", "mail", accounts.mailSocket + " is there, but mailhelm-mail says nothing: " + what,
            "journalctl -u mailhelm-mail: its user, or /etc/mailhelm/mail.conf");
    } else if (!greeting) {
        report.bad("down", "mail", "nobody listens at " + accounts.mailSocket + ": " + what,
            "systemctl enable --now mailhelm-mail.socket");
    } else if (!greeting.value().refusal.isEmpty()) {
        report.bad("degraded", "mail", greeting.value().refusal, "sudo -u mailhelm mailhelmd doctor");
    } else if (greeting.value().archive != accounts.archive) {
        report.bad("degraded", "mail",
            "mailhelm-mail moves into " + greeting.value().archive + ", but [accounts] says " + accounts.archive,
            "archive = " + accounts.archive + " in /etc/mailhelm/mail.conf");
    } else {
        report.ok("mail", accounts.mailSocket + ", below " + greeting.value().roots.join(", "));
        for (const QByteArray &root : accounts.mailRoots)
            if (!greeting.value().roots.contains(root))
                report.bad("missing", "mail", "mailhelm-mail may not move what lies below " + root,
                    "root = " + root + " in /etc/mailhelm/mail.conf");
    }
}

} // namespace

int runDoctor(const Config &config, const Clock &clock)
{
    Report report;
    lookAtSockets(report, config);
    if (config.dovecot) {
        const bool logged = lookAtLog(report, "dovecot", config.dovecot->log);
        if (!config.dovecot->baseDir.isEmpty())
            lookAtAnvil(report, *config.dovecot, logged);
        if (!config.dovecot->config.isEmpty())
            lookAtLimits(report, config.services, *config.dovecot);
    }
    if (config.postfix) {
        lookAtLog(report, "postfix", config.postfix->log);
        if (!config.postfix->tlsLogged)
            report.bad("degraded", "postfix", "whether SMTP sessions are secured is known only once TLS was logged",
                "postconf -e smtpd_tls_loglevel=1 && postfix reload, then tls_logged = true in [postfix]");
    }
    for (const WebmailConfig &webmail : config.webmail)
        webmail.kind == "roundcube" ? lookAtRoundcube(report, webmail, clock)
                                    : lookAtSessionFiles(report, webmail, clock);
    if (!config.dovecot && !config.postfix)
        report.bad(
            "missing", "logs", "neither Dovecot nor Postfix is configured: no user will be known", "mailhelmd init");
    if (config.accounts) {
        lookAtAccounts(report, *config.accounts, clock);
        if (config.dovecot && !config.dovecot->baseDir.isEmpty())
            lookAtAuthCache(report, *config.dovecot);
        lookAtMail(report, *config.accounts);
    }
    const QByteArray state = config.state;
    if (::access(state.constData(), R_OK | W_OK | X_OK) == 0)
        report.ok("state", state);
    else
        report.bad(
            "down", "state", state + " cannot be written by this user", "install -d -m 0700 -o mailhelm " + state);
    return report.exitCode();
}

} // namespace mailhelm
