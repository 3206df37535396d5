// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/hostprobe.h"

#include "core/agent/accountprobe.h"
#include "core/agent/webmailprobe.h"

#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QProcess>
#include <QSet>

#include <algorithm>
#include <array>

namespace mailhelm
{

namespace
{

/// Dovecot ends a session that is idle for so long: CLIENT_IDLE_TIMEOUT_MSECS of each service in its sources (2.3
/// and 2.4).
QByteArray dovecotIdle(const QByteArray &protocol)
{
    return protocol == "imap" || protocol == "sieve" ? "30m" : "10m";
}

/// "imap-login" + listener "imaps" → IMAPS.
QByteArray serviceName(const QByteArray &protocol, const QByteArray &listener)
{
    static const QHash<QByteArray, QByteArray> known {
        { "imap", "IMAP" },
        { "imaps", "IMAPS" },
        { "pop3", "POP3" },
        { "pop3s", "POP3S" },
        { "sieve", "ManageSieve" },
        { "submission", "Submission" },
        { "submissions", "Submissions" },
    };
    if (const auto found = known.constFind(listener); found != known.cend())
        return *found;
    return known.value(protocol == "smtp" ? QByteArray("submission") : protocol, protocol.toUpper()) + " (" + listener
        + ')';
}

QByteArray mailLog()
{
    for (const char *file : { "/var/log/mail.log", "/var/log/maillog" })
        if (QFileInfo::exists(QString::fromLatin1(file)))
            return file;
    return "journal";
}

quint16 wellKnownPort(const QByteArray &service)
{
    static const QHash<QByteArray, quint16> ports { { "smtp", 25 }, { "submission", 587 }, { "smtps", 465 },
        { "submissions", 465 } };
    bool number = false;
    const int port = service.toInt(&number);
    return number && port > 0 && port < 65536 ? quint16(port) : ports.value(service, 0);
}

/// "${stress?{10}:{300}}s" and "300s" → 300 s; the larger one is what a quiet server does.
QByteArray postfixSpan(const QByteArray &value)
{
    int best = 0;
    int now = 0;
    for (const char c : value) {
        now = c >= '0' && c <= '9' ? now * 10 + (c - '0') : 0;
        best = std::max(best, now);
    }
    if (best == 0)
        return {};
    const char unit = value.back();
    return QByteArray::number(best) + (unit == 'm' || unit == 'h' ? unit : 's');
}

/// mail_max_userip_connections by protocol. A `remote`, `local` or `local_name` block makes it another one for other
/// addresses: then no one number is true.
class UserAddressLimits
{
public:
    /// As doveconf prints them: what stands outside all blocks first.
    void note(const QList<QByteArray> &sections, const QByteArray &value)
    {
        const bool everywhere
            = sections.isEmpty() || (sections.size() == 1 && sections.first().startsWith("protocol "));
        for (Limit &each : m_limits) {
            if (!appliesTo(each.protocol, sections))
                continue;
            each.divided = each.divided || !everywhere;
            each.number = parse(value);
        }
    }
    [[nodiscard]] std::optional<qint64> of(const QByteArray &protocol) const
    {
        for (const Limit &each : m_limits)
            if (each.protocol == protocol && !each.divided)
                return each.number;
        return std::nullopt;
    }

private:
    struct Limit {
        QByteArray protocol; ///< as Dovecot calls it
        std::optional<qint64> number {};
        bool divided = false;
    };
    static std::optional<qint64> parse(const QByteArray &value)
    {
        bool number = false;
        const uint limit = value.toUInt(&number);
        if (value == "unlimited")
            return 0;
        return number ? std::optional<qint64>(limit) : std::nullopt;
    }
    static bool appliesTo(const QByteArray &protocol, const QList<QByteArray> &sections)
    {
        return std::all_of(sections.begin(), sections.end(), [&](const QByteArray &section) {
            if (!section.startsWith("protocol "))
                return true;
            const QByteArray name = section.mid(int(qstrlen("protocol "))).trimmed();
            return name.startsWith('!') ? name.mid(1) != protocol : name == protocol;
        });
    }
    std::array<Limit, 4> m_limits { Limit { "imap" }, Limit { "pop3" }, Limit { "submission" }, Limit { "sieve" } };
};

QByteArray quoted(const QByteArray &text)
{
    QByteArray out = text;
    out.replace('\\', "\\\\").replace('"', "\\\"");
    return '"' + out + '"';
}

/// A file of Dovecot's configuration; empty where it cannot be read.
QByteArray readSmall(const QByteArray &name)
{
    QFile file(QFile::decodeName(name));
    return file.open(QIODevice::ReadOnly) ? file.read(1 << 20) : QByteArray();
}

std::optional<QByteArray> run(const QList<QByteArray> &programs, const QStringList &arguments)
{
    for (const QByteArray &program : programs) {
        if (!QFileInfo(QString::fromLatin1(program)).isExecutable())
            continue;
        QProcess process;
        process.setProgram(QString::fromLatin1(program));
        process.setArguments(arguments);
        process.setProcessChannelMode(QProcess::SeparateChannels);
        process.start(QIODevice::ReadOnly);
        if (!process.waitForFinished(15'000) || process.exitCode() != 0)
            return std::nullopt;
        return process.readAllStandardOutput();
    }
    return std::nullopt;
}

} // namespace

ProbedServer parseDoveconf(const QByteArray &output)
{
    struct Listener {
        QByteArray service, name, ssl;
        quint16 port = 0;
        bool haproxy = false;
    };
    QHash<QByteArray, QByteArray> settings;
    QList<Listener> listeners;
    QList<QByteArray> sections; // from the outside in
    UserAddressLimits limits;
    Listener listener;
    for (const QByteArray &raw : output.split('\n')) {
        const QByteArray line = raw.trimmed();
        if (line.endsWith('{')) {
            sections.append(line.chopped(1).trimmed());
            if (sections.last().startsWith("inet_listener ") && sections.size() == 2)
                listener = { sections.first().mid(int(qstrlen("service "))),
                    sections.last().mid(int(qstrlen("inet_listener "))), {}, 0, false };
            continue;
        }
        if (line == "}" && !sections.isEmpty()) {
            if (sections.last().startsWith("inet_listener ") && sections.size() == 2 && listener.port != 0)
                listeners.append(listener);
            sections.removeLast();
            continue;
        }
        const qsizetype equals = line.indexOf('=');
        if (equals < 0)
            continue;
        const QByteArray key = line.first(equals).trimmed();
        QByteArray value = line.mid(equals + 1).trimmed();
        if (value.size() >= 2 && value.startsWith('"') && value.endsWith('"'))
            value = value.mid(
                1, value.size() - 2); // so doveconf prints what begins with a blank, as Debian's protocols does
        if (key == "mail_max_userip_connections")
            limits.note(sections, value);
        if (sections.isEmpty())
            settings.insert(key, value);
        else if (sections.last().startsWith("inet_listener ")) {
            if (key == "port")
                listener.port = quint16(value.toInt());
            else if (key == "ssl")
                listener.ssl = value;
            else if (key == "haproxy")
                listener.haproxy = value == "yes";
        }
    }

    ProbedServer server;
    server.baseDir = settings.value("base_dir");
    // info_log_path is where logins are written; it defaults to log_path.
    QByteArray log = settings.value("info_log_path");
    if (log.isEmpty() || log.startsWith('$'))
        log = settings.value("log_path");
    server.log = log.startsWith('/') && !log.startsWith("/dev/") ? log : mailLog();
    const QByteArrayList protocols = settings.value("protocols").simplified().split(' ');
    const QByteArray ssl = settings.value("ssl");
    static const QHash<QByteArray, std::pair<QByteArray, QByteArray>> services {
        // login service → what `protocols` calls it, what we call it
        { "imap-login", { "imap", "imap" } },
        { "pop3-login", { "pop3", "pop3" } },
        { "submission-login", { "submission", "smtp" } },
        { "managesieve-login", { "sieve", "sieve" } },
    };
    for (const Listener &each : std::as_const(listeners)) {
        const auto service = services.constFind(each.service);
        if (service == services.cend() || !protocols.contains(service->first))
            continue;
        ProbedService probed;
        probed.protocol = service->second;
        probed.name = serviceName(probed.protocol, each.name);
        probed.port = each.port;
        probed.by = "dovecot";
        probed.tls = each.ssl == "yes" ? "implicit" : ssl == "no" ? "none" : "starttls";
        probed.proxy = each.haproxy;
        probed.idleTimeout = dovecotIdle(probed.protocol);
        probed.userAddressLimit = limits.of(service->first);
        server.services.append(probed);
    }
    return server;
}

ProbedServer parsePostconf(const QByteArray &master, const QByteArray &parameters)
{
    QHash<QByteArray, QByteArray> settings;
    for (const QByteArray &line : parameters.split('\n'))
        if (const qsizetype equals = line.indexOf(" ="); equals > 0)
            settings.insert(line.first(equals).trimmed(), line.mid(equals + 2).trimmed());

    ProbedServer server;
    const QByteArray file = settings.value("maillog_file");
    server.log = file.startsWith('/') && file != "/dev/stdout" ? file : mailLog();
    server.tlsLogged = settings.value("smtpd_tls_loglevel").toInt() >= 1;
    for (const QByteArray &line : master.split('\n')) {
        const QByteArrayList words = line.simplified().split(' ');
        if (words.size() < 8 || words[1] != "inet" || (words[7] != "smtpd" && words[7] != "postscreen"))
            continue;
        // SERVICE is "smtp", "587" or "ADDRESS:PORT".
        const QByteArray service = words[0].mid(words[0].lastIndexOf(':') + 1);
        ProbedService probed;
        probed.port = wellKnownPort(service);
        if (probed.port == 0)
            continue;
        QHash<QByteArray, QByteArray> own;
        for (qsizetype i = 8; i + 1 < words.size(); ++i)
            if (const qsizetype equals = words[i + 1].indexOf('='); words[i] == "-o" && equals > 0)
                own.insert(words[i + 1].first(equals), words[i + 1].mid(equals + 1));
        const auto setting = [&](const QByteArray &key) { return own.value(key, settings.value(key)); };
        const bool wrapped = setting("smtpd_tls_wrappermode") == "yes";
        const QByteArray level = setting("smtpd_tls_security_level");
        const bool tls = (!level.isEmpty() && level != "none") || setting("smtpd_use_tls") == "yes";
        probed.protocol = "smtp";
        probed.by = "postfix";
        probed.tls = wrapped ? "implicit" : tls ? "starttls" : "none";
        probed.auth = setting("smtpd_sasl_auth_enable") == "yes";
        probed.proxy = setting("smtpd_upstream_proxy_protocol") == "haproxy";
        probed.idleTimeout = postfixSpan(setting("smtpd_timeout"));
        const QByteArray syslogName = own.value("syslog_name");
        if (!syslogName.isEmpty() && !syslogName.contains('$'))
            probed.program = syslogName + "/smtpd"; // postscreen hands over to it
        if (syslogName.endsWith("/submission") || probed.port == 587)
            probed.name = "Submission";
        else if (wrapped)
            probed.name = probed.port == 465 ? "Submissions" : "SMTPS";
        else
            probed.name = "SMTP";
        server.services.append(probed);
    }
    return server;
}

QByteArray writeConfig(const HostProbe &options, const ProbedServer *dovecot, const ProbedServer *postfix)
{
    QByteArray out = "# Mailhelm's agent. Written by mailhelmd init from what it found on this host; mailhelmd check "
                     "reads it over.\n\n[agent]\n";
    if (!options.listen.isEmpty())
        out += "listen = [" + quoted(options.listen) + "]\nadvertise = " + quoted(options.listen)
            + " # what pairing links name\n";
    else
        out += "listen = [\"0.0.0.0:6245\", \"[::]:6245\"]\n# advertise = \"mx1.example.org:6245\" # what pairing "
               "links name; else this host's name\n";
    out += "state = " + quoted(options.state)
        + "\n\n[services] # what the column Protocol calls them = where they listen\n";
    QSet<QByteArray> names;
    QSet<quint16> ports;
    QList<ProbedService> services;
    if (postfix)
        services += postfix->services;
    if (dovecot)
        services += dovecot->services;
    for (ProbedService service : std::as_const(services)) {
        if (ports.contains(service.port))
            continue; // the same port on several addresses
        ports.insert(service.port);
        // Two of one name, such as Postfix's and Dovecot's submission, are told apart by their port.
        const QByteArray name
            = names.contains(service.name) ? service.name + ':' + QByteArray::number(service.port) : service.name;
        names.insert(name);
        out += quoted(name) + " = { listen = [\"*:" + QByteArray::number(service.port) + "\"], protocol = "
            + quoted(service.protocol) + ", by = " + quoted(service.by) + ", tls = " + quoted(service.tls);
        if (!service.auth)
            out += ", auth = false";
        if (service.proxy)
            out += ", proxy = true";
        if (!service.idleTimeout.isEmpty())
            out += ", idle_timeout = " + quoted(service.idleTimeout);
        if (!service.program.isEmpty())
            out += ", program = " + quoted(service.program);
        if (service.userAddressLimit)
            out += ", user_address_limit = " + QByteArray::number(*service.userAddressLimit);
        out += " }\n";
    }
    if (dovecot) {
        out += "\n[dovecot]\nlog = [" + quoted(dovecot->log) + "]\nbase_dir = " + quoted(dovecot->baseDir) + '\n';
        out += "config = "
            + quoted(options.dovecotConfig.isEmpty() ? QByteArray("/etc/dovecot/dovecot.conf") : options.dovecotConfig)
            + '\n';
    }
    if (postfix) {
        out += "\n[postfix]\nlog = [" + quoted(postfix->log)
            + "]\ntls_logged = " + (postfix->tlsLogged ? "true" : "false") + " # smtpd_tls_loglevel is 1 or more\n";
    }
    return out;
}

static std::optional<QByteArray> askDoveconf(const QByteArray &configFile)
{
    QStringList arguments { QStringLiteral("-a") };
    if (!configFile.isEmpty())
        arguments = QStringList { QStringLiteral("-c"), QString::fromUtf8(configFile) } + arguments;
    return run({ "/usr/bin/doveconf", "/usr/local/bin/doveconf" }, arguments);
}

std::optional<ProbedServer> probeDovecot(const QByteArray &configFile)
{
    const std::optional<QByteArray> output = askDoveconf(configFile);
    return output ? std::optional(parseDoveconf(*output)) : std::nullopt;
}

Result<QByteArray> probeHost(const HostProbe &options)
{
    const auto dovecotOutput = askDoveconf(options.dovecotConfig);
    QStringList postconf;
    if (!options.postfixConfig.isEmpty())
        postconf = QStringList { QStringLiteral("-c"), QString::fromUtf8(options.postfixConfig) };
    const QList<QByteArray> postconfPaths { "/usr/sbin/postconf", "/usr/local/sbin/postconf" };
    const auto master = run(postconfPaths, postconf + QStringList { QStringLiteral("-M") });
    const auto parameters = run(postconfPaths, postconf);
    std::optional<ProbedServer> dovecot;
    std::optional<ProbedServer> postfix;
    if (dovecotOutput)
        dovecot = parseDoveconf(*dovecotOutput);
    if (master && parameters)
        postfix = parsePostconf(*master, *parameters);
    if (!dovecot && !postfix)
        return Error { ErrorCode::NotFound,
            QStringLiteral("Neither doveconf nor postconf answered: no Dovecot and no Postfix was found on this host. "
                           "Run init as root on "
                           "the mail host, or write the configuration by hand (docs/ADMIN_GUIDE.md).") };
    QByteArray config = writeConfig(options, dovecot ? &*dovecot : nullptr, postfix ? &*postfix : nullptr);
    // The system's webmail belongs to the system's mail server, not to a private one.
    const bool systems = options.dovecotConfig.isEmpty() && options.postfixConfig.isEmpty();
    if (systems || !options.roundcubeConfig.isEmpty())
        if (const std::optional<ProbedWebmail> webmail = probeRoundcube(options.roundcubeConfig))
            config += writeWebmail(*webmail);
    if (dovecotOutput)
        if (const auto accounts = findAccounts(parseAuth(*dovecotOutput), readSmall))
            config += writeAccounts(*accounts);
    return config;
}

} // namespace mailhelm
