// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/verbs.h"

#include "app/agent/accountsources.h"
#include "core/agent/admins.h"
#include "core/agent/hostprobe.h"
#include "core/agent/sources/sqldatabase.h"
#include "core/base/safetext.h"
#include "core/net/hostport.h"
#include "core/net/identity.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSysInfo>
#include <QUrl>

#include <cstdio>
#include <grp.h>
#include <unistd.h>

namespace mailhelm
{

int complain(const Error &error)
{
    std::fprintf(stderr, "mailhelmd: %s\n", qUtf8Printable(safeText(error.detail)));
    switch (error.code) {
    case ErrorCode::InvalidArgument:
        return Usage;
    case ErrorCode::Refused:
    case ErrorCode::PermissionDenied:
    case ErrorCode::Conflict:
    case ErrorCode::NotFound:
        return Refused;
    default:
        return Partly;
    }
}

namespace
{

/// The state folder, made if need be, and the agent's identity in it.
Result<Identity> openIdentity(const QByteArray &state)
{
    const QString folder = QFile::decodeName(state);
    if (!QDir().mkpath(folder))
        return Error { ErrorCode::Io, QStringLiteral("The state folder %1 cannot be made.").arg(folder) };
    const QString file = folder + QStringLiteral("/identity.pem");
    const bool fresh = !QFile::exists(file);
    Result<Identity> identity = Identity::loadOrMake(file, QStringLiteral("mailhelmd"));
    if (identity && fresh && ::geteuid() == 0) {
        const QFileInfo info(folder);
        const QByteArray name = QFile::encodeName(file);
        if (::chown(name.constData(), info.ownerId(), info.groupId()) != 0)
            return Error { ErrorCode::Io, QStringLiteral("%1 cannot be given to the owner of its folder.").arg(file) };
    }
    return identity;
}

Result<HostPort> advertised(const Config &config)
{
    if (!config.advertise.isEmpty())
        return HostPort::parse(config.advertise);
    Result<HostPort> first = HostPort::parse(config.listen.value(0));
    if (!first)
        return first;
    HostPort out = std::move(first).value();
    if (out.host == "0.0.0.0" || out.host == "::" || out.host == "*")
        out.host = QSysInfo::machineHostName().toLower().toLatin1();
    return out;
}

QString adminsFolder(const Config &config)
{
    return QFile::decodeName(config.state);
}

} // namespace

int runInit(const InitOptions &options)
{
    const QString file = QFile::decodeName(options.configFile);
    if (QFile::exists(file)) {
        const Result<Config> present = Config::read(options.configFile);
        if (!present)
            return complain(present.error());
        std::printf("%s is there already and is left as it is.\n", options.configFile.constData());
        const Result<Identity> identity = openIdentity(present.value().state);
        return identity ? Ok : complain(identity.error());
    }
    HostProbe probe { options.listen, options.state, options.dovecotConfig, options.postfixConfig,
        options.roundcubeConfig };
    const Result<QByteArray> text = probeHost(probe);
    if (!text)
        return complain(text.error());
    // What is written must be what serve accepts.
    const Result<Config> config = Config::parse(text.value(), options.configFile);
    if (!config)
        return complain(config.error());
    const QString folder = QFileInfo(file).absolutePath();
    if (!QFileInfo::exists(folder)) {
        if (!QDir().mkpath(folder))
            return complain({ ErrorCode::Io, QStringLiteral("The folder of %1 cannot be made.").arg(file) });
        // What is secret has its own rights, and the daemon that reads it is another user than who writes it.
        QFile::setPermissions(folder,
            QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadGroup | QFile::ExeGroup
                | QFile::ReadOther | QFile::ExeOther);
    }
    // The password of a database is for the daemon's eyes.
    const bool secret = text.value().contains("sql://");
    QFile out(file);
    if (!out.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFile::ReadOwner | QFile::WriteOwner)
        || out.write(text.value()) != text.value().size() || !out.flush())
        return complain({ ErrorCode::Io, QStringLiteral("%1 cannot be written: %2").arg(file, out.errorString()) });
    if (const struct group *own = ::getgrnam("mailhelm"); secret && own)
        if (::chown(options.configFile.constData(), uid_t(-1), own->gr_gid) != 0)
            std::fprintf(stderr, "mailhelmd: chgrp mailhelm %s, so that the daemon can read it\n",
                options.configFile.constData());
    out.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup
        | (secret ? QFile::Permissions() : QFile::Permissions(QFile::ReadOther)));
    const Result<Identity> identity = openIdentity(config.value().state);
    if (!identity)
        return complain(identity.error());
    std::printf(
        "Wrote %s with %lld services:\n", options.configFile.constData(), qint64(config.value().services.size()));
    for (const ServiceConfig &service : config.value().services)
        std::printf("  %-16s port %u\n", service.name.constData(), unsigned(service.listen.value(0).port));
    for (const WebmailConfig &webmail : config.value().webmail)
        std::printf("  %-16s sessions of %s\n", webmail.component.constData(), webmail.kind.constData());
    std::printf("Next: mailhelmd serve, then mailhelmd enroll NAME --role owner\n");
    return Ok;
}

int runEnroll(const Config &config, const QByteArray &name, const QByteArray &roleText, const Clock &clock)
{
    const std::optional<Role> role = roleFromName(roleText);
    if (!role || *role == Role::None)
        return complain({ ErrorCode::InvalidArgument,
            QStringLiteral("“%1” is no role. There are viewer (see), operator (and drop), manager "
                           "(and disable), owner (and delete).")
                .arg(QString::fromUtf8(roleText)) });
    const Result<HostPort> where = advertised(config);
    if (!where)
        return complain(where.error());
    const Result<Identity> identity = openIdentity(config.state);
    if (!identity)
        return complain(identity.error());
    Admins admins(adminsFolder(config), clock);
    const Result<PairingToken> token = admins.invite(name, *role);
    if (!token)
        return complain(token.error());
    const PairingLink link { where.value(), identity.value().pin(), token.value() };
    std::printf("%s\n", link.toText().constData());
    std::fprintf(stderr, "Good once, for ten minutes. Paste it into the console, or pipe it into: mailhelmctl add -\n");
    return Ok;
}

int runAdmins(const Config &config, const Clock &clock)
{
    Admins admins(adminsFolder(config), clock);
    if (Result<void> loaded = admins.load(); !loaded)
        return complain(loaded.error());
    for (const Admin &admin : admins.all())
        std::printf("%-24s %-9s %s  since %s\n", admin.name.constData(), roleName(admin.role).data(),
            admin.pin.toText().constData(),
            QDateTime::fromMSecsSinceEpoch(admin.since / 1000, Qt::UTC).toString(Qt::ISODate).toLatin1().constData());
    const qint64 now = clock.nowUs();
    for (const Invitation &invitation : admins.invitations())
        if (invitation.expires > now)
            std::printf("%-24s %-9s invited, for %lld more s\n", invitation.name.constData(),
                roleName(invitation.role).data(), (invitation.expires - now) / 1'000'000);
    if (admins.all().isEmpty())
        std::fprintf(stderr, "Nobody is enrolled. mailhelmd enroll NAME --role owner\n");
    return Ok;
}

int runRevoke(const Config &config, const QByteArray &name, const Clock &clock)
{
    Admins admins(adminsFolder(config), clock);
    if (Result<void> revoked = admins.revoke(name); !revoked)
        return complain(revoked.error());
    std::printf("%s is no administrator any more; live sessions end within 5 s.\n", name.constData());
    return Ok;
}

int runCheck(const Config &config, const QByteArray &configFile)
{
    std::printf("%s: %lld service%s, state in %s\n", configFile.constData(), qint64(config.services.size()),
        config.services.size() == 1 ? "" : "s", config.state.constData());
    for (const ServiceConfig &service : config.services) {
        QByteArrayList ports;
        for (const ServiceConfig::Listen &listen : service.listen)
            ports.append(
                (listen.address ? listen.address->toText() : QByteArray("*")) + ':' + QByteArray::number(listen.port));
        std::printf("  %-16s %-8s %-8s %s\n", service.name.constData(), service.protocol.constData(),
            service.by.constData(), ports.join(", ").constData());
    }
    for (const WebmailConfig &webmail : config.webmail)
        std::printf("  %-16s %-8s %s, %lld min\n", webmail.component.constData(), webmail.kind.constData(),
            webmail.kind == "roundcube" ? DatabaseUrl::parse(webmail.database).value().shown().constData()
                                        : webmail.path.constData(),
            webmail.lifetimeMs / 60'000);
    if (!config.accounts)
        return Ok;
    const SystemClock clock;
    if (const auto accounts = makeAccountSource(*config.accounts, clock); !accounts)
        return complain(accounts.error());
    std::printf("  accounts: %s\n", config.accounts->kind.constData());
    return Ok;
}

} // namespace mailhelm
