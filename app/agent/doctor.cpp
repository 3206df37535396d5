// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/verbs.h"

#include "core/agent/agent.h"
#include "core/agent/sources/sockdiag.h"

#include <QFile>
#include <QFileInfo>
#include <QLocalSocket>

#include <cstdio>
#include <unistd.h>

namespace mailhelm {

namespace {

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
    QList<QByteArray> namespaces{ QByteArray() };
    namespaces += config.netns;
    const std::vector<quint16> ports = Agent::watchedPorts(config.services);
    for (const QByteArray &netns : std::as_const(namespaces)) {
        SockDiag table(QFile::decodeName(netns));
        const QByteArray where = netns.isEmpty() ? QByteArray() : " in " + netns;
        const Result<QList<SocketObservation>> scan = table.scan(ports);
        if (!scan) {
            QByteArray mend = "AmbientCapabilities=CAP_NET_ADMIN CAP_SYS_ADMIN CAP_SYS_PTRACE in the unit of mailhelmd";
            if (netns.isEmpty())
                mend = "modprobe -a inet_diag tcp_diag";
            else if (scan.error().code == ErrorCode::NotFound)
                mend = "[sockets] netns in the configuration of mailhelmd: name existing namespaces (ip netns list)";
            report.bad("down", "sockets", scan.error().detail.toUtf8(), mend);
            continue;
        }
        report.ok("sockets", QByteArray::number(scan.value().size()) + " connections on " + QByteArray::number(int(ports.size())) + " ports" + where);
        switch (table.probeDestroy()) {
        case DestroyOutcome::Done:
            report.ok("drop", "connections can be dropped" + where);
            break;
        case DestroyOutcome::Unsupported:
            report.bad("missing", "drop", "this kernel was built without CONFIG_INET_DIAG_DESTROY", "install a kernel that has it (Debian's has)");
            break;
        default:
            report.bad("missing", "drop", "connections can be seen but not dropped" + where + ": CAP_NET_ADMIN is missing",
                       "AmbientCapabilities=CAP_NET_ADMIN in the unit of mailhelmd (or: setcap cap_net_admin+ep /usr/bin/mailhelmd)");
        }
    }
}

void lookAtLog(Report &report, const QByteArray &name, const QList<QByteArray> &logs)
{
    if (logs.isEmpty())
        report.bad("missing", name, "no log is configured: users and states stay unknown", "log = [\"/var/log/mail.log\"] in [" + name + ']');
    for (const QByteArray &log : logs) {
        if (log == "journal") {
            const bool readable = QFileInfo(QStringLiteral("/var/log/journal")).isReadable() || QFileInfo(QStringLiteral("/run/log/journal")).isReadable();
            if (readable)
                report.ok(name, "reads the journal");
            else
                report.bad("down", name, "there is no journal that can be read", "usermod -aG systemd-journal mailhelm");
        } else if (::access(log.constData(), R_OK) == 0) {
            report.ok(name, "reads " + log);
        } else if (QFileInfo::exists(QFile::decodeName(log))) {
            report.bad("down", name, log + " cannot be read by this user", "usermod -aG adm mailhelm");
        } else {
            report.bad("down", name, log + " is not there", "log = [\"…\"] in [" + name + "], or set up syslog");
        }
    }
}

void lookAtAnvil(Report &report, const DovecotConfig &dovecot)
{
    const QByteArray path = dovecot.baseDir + "/anvil";
    QLocalSocket socket;
    socket.connectToServer(QFile::decodeName(path));
    if (socket.waitForConnected(2000))
        report.ok("anvil", path);
    else
        report.bad("degraded", "anvil", path + ": " + socket.errorString().toUtf8(),
                   "service anvil { unix_listener anvil { mode = 0660 group = mailhelm } } in Dovecot's configuration (each brace on a line of its own)");
}

} // namespace

int runDoctor(const Config &config, const Clock &)
{
    Report report;
    lookAtSockets(report, config);
    if (config.dovecot) {
        lookAtLog(report, "dovecot", config.dovecot->log);
        if (!config.dovecot->baseDir.isEmpty())
            lookAtAnvil(report, *config.dovecot);
    }
    if (config.postfix) {
        lookAtLog(report, "postfix", config.postfix->log);
        if (!config.postfix->tlsLogged)
            report.bad("degraded", "postfix", "whether SMTP sessions are secured is known only once TLS was logged",
                       "postconf -e smtpd_tls_loglevel=1 && postfix reload, then tls_logged = true in [postfix]");
    }
    if (!config.dovecot && !config.postfix)
        report.bad("missing", "logs", "neither Dovecot nor Postfix is configured: no user will be known", "mailhelmd init");
    const QByteArray state = config.state;
    if (::access(state.constData(), R_OK | W_OK | X_OK) == 0)
        report.ok("state", state);
    else
        report.bad("down", "state", state + " cannot be written by this user", "install -d -m 0700 -o mailhelm " + state);
    return report.exitCode();
}

} // namespace mailhelm
