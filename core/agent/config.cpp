// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/config.h"

#include "core/agent/configreader.h"
#include "core/net/hostport.h"
#include "core/protocol/limits.h"

#include <QFile>
#include <QSet>

#include <array>
#include <set>

namespace mailhelm
{

namespace
{

/// What the well-known names of services say without being told.
struct WellKnown {
    const char *name;
    const char *protocol;
    ServiceConfig::Tls tls;
};

using Tls = ServiceConfig::Tls;
constexpr std::array<WellKnown, 18> WellKnownServices { {
    { "IMAP", "imap", Tls::StartTls },
    { "IMAPS", "imap", Tls::Implicit },
    { "POP3", "pop3", Tls::StartTls },
    { "POP3S", "pop3", Tls::Implicit },
    { "SMTP", "smtp", Tls::StartTls },
    { "SMTPS", "smtp", Tls::Implicit },
    { "Submission", "smtp", Tls::StartTls },
    { "Submissions", "smtp", Tls::Implicit },
    { "ManageSieve", "sieve", Tls::StartTls },
    { "Sieve", "sieve", Tls::StartTls },
    { "LMTP", "lmtp", Tls::Unknown },
    { "XMPP", "xmpp", Tls::StartTls },
    { "XMPPS", "xmpp", Tls::Implicit },
    { "HTTP", "http", Tls::None },
    { "HTTPS", "http", Tls::Implicit },
    { "CalDAV", "http", Tls::Unknown },
    { "CardDAV", "http", Tls::Unknown },
    { "ADMIN", "admin", Tls::Implicit },
} };

const QList<QByteArray> Protocols { "imap", "pop3", "smtp", "sieve", "lmtp", "xmpp", "http", "admin" };

std::optional<ServiceConfig::Listen> listenFrom(const QByteArray &text)
{
    const qsizetype colon = text.lastIndexOf(':');
    bool ok = false;
    const int port = text.mid(colon + 1).toInt(&ok);
    if (colon <= 0 || !ok || port < 1 || port > 65535)
        return std::nullopt;
    QByteArray host = text.first(colon);
    if (host == "*")
        return ServiceConfig::Listen { std::nullopt, quint16(port) };
    if (host.startsWith('[') && host.endsWith(']'))
        host = host.mid(1, host.size() - 2);
    const std::optional<Address> address = Address::parse(host);
    if (!address)
        return std::nullopt;
    return ServiceConfig::Listen { address, quint16(port) };
}

void readListen(ConfigReader &reader, const toml::array &array, ServiceConfig &service)
{
    for (const toml::node &each : array) {
        if (const auto *port = each.as_integer()) {
            if (port->get() < 1 || port->get() > 65535)
                reader.fail(each.source(), QStringLiteral("%1 is no port: 1 to 65535 are.").arg(port->get()));
            else
                service.listen.append({ std::nullopt, quint16(port->get()) });
        } else if (const auto *text = each.as_string()) {
            const auto listen = listenFrom(QByteArray::fromStdString(text->get()));
            if (listen)
                service.listen.append(*listen);
            else
                reader.fail(each.source(),
                    QStringLiteral(
                        "“%1” is no address and port: write \"*:993\", \"192.0.2.1:993\" or \"[2001:db8::1]:993\".")
                        .arg(QString::fromStdString(text->get())));
        } else {
            reader.fail(each.source(), QStringLiteral("a port or a text like \"*:993\" belongs here."));
        }
    }
    if (service.listen.isEmpty() && !reader.failed())
        reader.fail(array.source(), QStringLiteral("the service %1 has no port.").arg(QString::fromUtf8(service.name)));
}

ServiceConfig readService(ConfigReader &reader, const toml::key &key, const toml::node &node)
{
    ServiceConfig service;
    service.name = QByteArray(key.data(), qsizetype(key.length()));
    service.line = int(key.source().begin.line);
    for (const WellKnown &known : WellKnownServices) {
        if (service.name == known.name) {
            service.protocol = known.protocol;
            service.tls = known.tls;
        }
    }
    if (const auto *ports = node.as_array()) {
        readListen(reader, *ports, service);
    } else if (const auto *entry = node.as_table()) {
        reader.allowOnly(*entry, "services." + service.name,
            { "listen", "protocol", "by", "tls", "auth", "proxy", "extension", "idle_timeout", "program",
                "user_address_limit" });
        const toml::node *listen = entry->get("listen");
        if (listen && listen->is_array())
            readListen(reader, *listen->as_array(), service);
        else
            reader.fail(node.source(),
                QStringLiteral("the service %1 needs listen = [\"*:PORT\"].").arg(QString::fromUtf8(service.name)));
        service.protocol = reader.text(*entry, "protocol", service.protocol);
        service.by = reader.text(*entry, "by");
        service.program = reader.text(*entry, "program");
        service.extension = reader.text(*entry, "extension");
        service.auth = reader.flag(*entry, "auth", true);
        service.proxy = reader.flag(*entry, "proxy", false);
        if (const QByteArray tls = reader.text(*entry, "tls"); !tls.isEmpty()) {
            if (tls == "none")
                service.tls = Tls::None;
            else if (tls == "starttls")
                service.tls = Tls::StartTls;
            else if (tls == "implicit")
                service.tls = Tls::Implicit;
            else
                reader.fail(
                    entry->get("tls")->source(), QStringLiteral("tls is \"none\", \"starttls\" or \"implicit\"."));
        }
        service.idleTimeoutMs = reader.span(*entry, "idle_timeout", 0);
        service.userAddressLimit = reader.count(*entry, "user_address_limit", limits::UserAddressLimit);
    } else {
        reader.fail(node.source(),
            QStringLiteral(
                "a service is a list of ports, %1 = [993], or { listen = [\"*:993\"], protocol = \"imap\", … }.")
                .arg(QString::fromUtf8(service.name)));
    }
    if (!service.protocol.isEmpty() && !Protocols.contains(service.protocol))
        reader.fail(node.source(),
            QStringLiteral("“%1” is no protocol. There are: %2.")
                .arg(QString::fromUtf8(service.protocol), QString::fromUtf8(Protocols.join(", "))));
    if (service.protocol.isEmpty() && service.by.isEmpty())
        reader.fail(node.source(),
            QStringLiteral("%1 is no well-known service: say which protocol it speaks, "
                           "%1 = { listen = [\"*:PORT\"], protocol = \"imap\" }.")
                .arg(QString::fromUtf8(service.name)));
    if (!service.by.isEmpty() && service.by != "dovecot" && service.by != "postfix")
        reader.fail(node.source(), QStringLiteral("by is \"dovecot\" or \"postfix\"."));
    return service;
}

void checkAgent(ConfigReader &reader, const toml::table &agent, const Config &config)
{
    if (config.listen.isEmpty() && agent.get("listen"))
        reader.fail(agent.get("listen")->source(),
            QStringLiteral("listen names no address: listen = [\"0.0.0.0:6245\", \"[::]:6245\"]"));
    for (const QByteArray &each : config.listen)
        if (const auto where = HostPort::parse(each); !where)
            reader.fail(agent.get("listen")->source(), where.error().detail);
    if (!config.advertise.isEmpty())
        if (const auto where = HostPort::parse(config.advertise); !where)
            reader.fail(agent.get("advertise")->source(), where.error().detail);
    if (config.state.isEmpty())
        reader.fail(agent.get("state")->source(),
            QStringLiteral("state is the folder for keys and audit: state = \"/var/lib/mailhelm\""));
}

/// Who serves it where the entry does not say: SMTP is Postfix's if there is one.
void fillServer(ServiceConfig &service, const Config &config)
{
    if (!service.by.isEmpty())
        return;
    const bool dovecots = service.protocol == "imap" || service.protocol == "pop3" || service.protocol == "sieve";
    if (dovecots && config.dovecot)
        service.by = "dovecot";
    else if (service.protocol == "smtp" && config.postfix)
        service.by = "postfix";
    else if (service.protocol == "smtp" && config.dovecot)
        service.by = "dovecot";
}

} // namespace

Result<Config> Config::read(const QByteArray &file)
{
    QFile in(QFile::decodeName(file));
    if (!in.open(QIODevice::ReadOnly))
        return Error { in.exists() ? ErrorCode::PermissionDenied : ErrorCode::NotFound,
            QStringLiteral("%1 cannot be read: %2. mailhelmd init writes one.")
                .arg(QString::fromUtf8(file), in.errorString()) };
    return parse(in.read(1 << 20), file);
}

Result<Config> Config::parse(QByteArrayView text, const QByteArray &fileName)
{
    const toml::parse_result parsed
        = toml::parse(std::string_view(text.data(), size_t(text.size())), fileName.toStdString());
    if (!parsed)
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("%1, line %2: %3")
                .arg(QString::fromUtf8(fileName), QString::number(parsed.error().source().begin.line),
                    QString::fromUtf8(
                        parsed.error().description().data(), qsizetype(parsed.error().description().size()))) };
    const toml::table &root = parsed.table();
    ConfigReader reader(fileName);
    reader.allowOnly(
        root, "", { "agent", "services", "sockets", "dovecot", "postfix", "webmail", "accounts", "logins", "history" });
    Config config;
    if (const toml::table *agent = reader.table(root, "agent")) {
        reader.allowOnly(*agent, "agent", { "listen", "advertise", "state" });
        config.listen = reader.texts(*agent, "listen", config.listen);
        config.advertise = reader.text(*agent, "advertise");
        config.state = reader.text(*agent, "state", config.state);
        if (!reader.failed())
            checkAgent(reader, *agent, config);
    }
    if (const toml::table *sockets = reader.table(root, "sockets")) {
        reader.allowOnly(*sockets, "sockets", { "netns" });
        config.netns = reader.texts(*sockets, "netns");
        reader.requirePaths(*sockets, "netns", config.netns, "/run/netns/%1");
    }
    if (const toml::table *dovecot = reader.table(root, "dovecot")) {
        reader.allowOnly(*dovecot, "dovecot", { "log", "base_dir", "config" });
        config.dovecot = DovecotConfig { reader.texts(*dovecot, "log"), reader.text(*dovecot, "base_dir"),
            reader.text(*dovecot, "config") };
        reader.requirePaths(*dovecot, "log", config.dovecot->log, "/var/log/%1");
    }
    if (const toml::table *postfix = reader.table(root, "postfix")) {
        reader.allowOnly(*postfix, "postfix", { "log", "tls_logged" });
        config.postfix = PostfixConfig { reader.texts(*postfix, "log"), reader.flag(*postfix, "tls_logged", false) };
        reader.requirePaths(*postfix, "log", config.postfix->log, "/var/log/%1");
    }
    readPeople(reader, root, config);
    if (const toml::table *services = reader.table(root, "services")) {
        std::set<std::pair<QByteArray, quint16>> taken;
        for (auto &&[key, node] : *services) {
            ServiceConfig service = readService(reader, key, node);
            fillServer(service, config);
            for (const ServiceConfig::Listen &listen : std::as_const(service.listen)) {
                const QByteArray address = listen.address ? listen.address->toText() : QByteArray("*");
                if (!taken.insert({ address, listen.port }).second)
                    reader.fail(key.source(),
                        QStringLiteral("%1:%2 belongs to another service already.")
                            .arg(QString::fromLatin1(address), QString::number(listen.port)));
            }
            config.services.append(service);
        }
    }
    if (reader.failed())
        return reader.error();
    return config;
}

} // namespace mailhelm
