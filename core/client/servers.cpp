// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/servers.h"

#include "core/base/safetext.h"
#include "core/net/hostport.h"
#include "core/net/privatefile.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLockFile>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QSysInfo>

namespace mailhelm
{

static constexpr int FileVersion = 1;
static constexpr qint64 LargestFile = 4 * 1024 * 1024;
static constexpr qsizetype LongestName = 100;
/// Another program holds the lock for one small write.
static constexpr int LockWaitMs = 2000;

QString Profile::defaultHome()
{
    // The same for console and command line, whatever either calls itself.
    const QString moved = qEnvironmentVariable("MAILHELM_HOME");
    return moved.isEmpty()
        ? QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/mailhelm")
        : moved;
}

QString Profile::serversFile() const
{
    return m_home + QStringLiteral("/servers.json");
}

QString Profile::keyFile() const
{
    return m_home + QStringLiteral("/identity.pem");
}

QString Profile::cacheFile() const
{
    return m_home + QStringLiteral("/cache.sqlite");
}

QString Profile::historyFolder() const
{
    return m_home + QStringLiteral("/history");
}

static Result<void> prepareFolder(const QString &home, const QStringList &ourFiles)
{
    const auto wrong = [&](ErrorCode code, const QString &what) {
        return Error { code, QStringLiteral("The profile folder “%1” %2.").arg(home, what) };
    };
    constexpr auto Owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    constexpr auto Others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther
        | QFile::WriteOther | QFile::ExeOther;
    const QFileInfo info(home);
    if (info.exists() && !info.isDir())
        return wrong(ErrorCode::InvalidArgument, QStringLiteral("is not a folder; set MAILHELM_HOME to another one"));
    const bool made = !info.exists();
    if (made && !QDir().mkpath(home))
        return wrong(ErrorCode::Io, QStringLiteral("cannot be made; is the one above it writable?"));
    if (!made && !(info.permissions() & Others))
        return {};
    // Ours to correct; a folder of other things (MAILHELM_HOME=/tmp) is not to be closed to everybody else.
    const auto contents = QDir(home).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    const bool ours = contents.isEmpty()
        || std::any_of(ourFiles.begin(), ourFiles.end(), [](const QString &file) { return QFileInfo::exists(file); });
    if (!ours)
        return wrong(ErrorCode::PermissionDenied,
            QStringLiteral(
                "can be entered by others and holds other things. Give Mailhelm one of its own, or: chmod 700 '%1'")
                .arg(home));
    if (!QFile::setPermissions(home, Owner))
        return wrong(ErrorCode::PermissionDenied,
            QStringLiteral("can be entered by others. Mend it with: chmod 700 '%1'").arg(home));
    return {};
}

Result<Profile> Profile::open(const QString &home)
{
    Profile profile(QDir::cleanPath(QDir().absoluteFilePath(home)));
    if (auto prepared = prepareFolder(profile.m_home, { profile.serversFile(), profile.keyFile() }); !prepared)
        return prepared.error();
    if (auto read = profile.reload(); !read)
        return read.error();
    return profile;
}

static Result<std::unique_ptr<QLockFile>> lock(const QString &home)
{
    auto held = std::make_unique<QLockFile>(home + QStringLiteral("/lock"));
    if (!held->tryLock(LockWaitMs))
        return Error { ErrorCode::Unavailable,
            QStringLiteral("The profile folder “%1” is locked by another program, or cannot be written.").arg(home) };
    return Result<std::unique_ptr<QLockFile>>(std::move(held));
}

Result<Identity> Profile::identity() const
{
    auto locked = lock(m_home); // two programs at their first start must not make two keys
    if (!locked)
        return locked.error();
    return Identity::loadOrMake(
        keyFile(), qEnvironmentVariable("USER", QStringLiteral("mailhelm")) + u'@' + QSysInfo::machineHostName());
}

const SavedServer *Profile::find(const QString &name) const
{
    for (const SavedServer &server : m_servers)
        if (server.name.compare(name, Qt::CaseInsensitive) == 0)
            return &server;
    return nullptr;
}

QString Profile::freeName(const QString &wanted) const
{
    QString base;
    for (const QChar c : wanted.trimmed())
        base += c.isPrint() && c != u'/' && c != u',' && !c.isSurrogate() ? c : QChar(u'-');
    base = base.left(LongestName - 6);
    if (base.isEmpty())
        base = QStringLiteral("server");
    QString name = base;
    for (int n = 2; find(name); ++n)
        name = QStringLiteral("%1 (%2)").arg(base, QString::number(n));
    return name;
}

// ---- The file

static int lineOf(const QByteArray &json, qsizetype offset)
{
    return 1 + int(json.first(std::min(offset, json.size())).count('\n'));
}

/// Where the n-th object of the list begins, in JSON that is known to be well-formed: objects at depth 3.
static qsizetype offsetOfEntry(const QByteArray &json, qsizetype n)
{
    int depth = 0;
    bool text = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (text) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                text = false;
        } else if (c == '"') {
            text = true;
        } else if (c == '{' || c == '[') {
            if (++depth == 3 && n-- == 0)
                return i;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return 0;
}

static Result<void> checkName(const QString &name)
{
    const auto bad = [&](const QString &why) {
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral("“%1” cannot be a server's name: %2.").arg(safeText(QStringView(name), 120), why) };
    };
    if (name.isEmpty() || name != name.trimmed())
        return bad(QStringLiteral("it must not be empty, nor begin or end with a blank"));
    if (name.size() > LongestName)
        return bad(QStringLiteral("it is longer than %1 characters").arg(LongestName));
    if (name.contains(u'/') || name.contains(u',') || safeText(QStringView(name)) != name)
        return bad(QStringLiteral("slashes, commas and invisible characters are not allowed"));
    return {};
}

static Result<SavedServer> readServer(const QJsonObject &object)
{
    SavedServer out;
    const auto wrong = [](const QString &what) { return Error { ErrorCode::Corrupt, what }; };
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString key = it.key();
        if (key == u"port") {
            const double port = it->toDouble(-1);
            if (port < 1 || port > 65535 || port != double(int(port)))
                return wrong(QStringLiteral("“port” must be a number from 1 to 65535"));
            out.port = quint16(port);
            continue;
        }
        if (!it->isString())
            return wrong(QStringLiteral("“%1” must be a text").arg(safeText(QStringView(key), 40)));
        const QString value = it->toString();
        if (key == u"name") {
            out.name = value;
        } else if (key == u"host") {
            if (const auto host = HostPort::parse((value.contains(u':') ? u'[' + value + u']' : value).toUtf8() + ":1");
                !host)
                return wrong(QStringLiteral("“host”: %1").arg(host.error().detail));
            out.host = value;
        } else if (key == u"pin") {
            const auto pin = Pin::parse(value.toUtf8());
            if (!pin)
                return wrong(QStringLiteral("“pin” is not a pin (43 characters)"));
            out.pin = *pin;
        } else if (key == u"group") {
            out.group = value;
        } else if (key == u"colour") {
            static const QRegularExpression colour(QStringLiteral("^(#[0-9a-fA-F]{6})?$"));
            if (!colour.match(value).hasMatch())
                return wrong(QStringLiteral("“colour” must be written as #rrggbb"));
            out.colour = value;
        } else if (key == u"role") {
            const auto role = roleFromName(value.toUtf8());
            if (!role)
                return wrong(QStringLiteral("“role” is not a role"));
            out.role = *role;
        } else {
            return wrong(QStringLiteral("“%1” is not known (was it written by a newer Mailhelm?)")
                             .arg(safeText(QStringView(key), 40)));
        }
    }
    if (auto name = checkName(out.name); !name)
        return wrong(name.error().detail);
    if (out.host.isEmpty() || out.pin.isNull())
        return wrong(QStringLiteral("“host” or “pin” is missing"));
    return out;
}

Result<void> Profile::reload()
{
    const auto bytes = readPrivateFile(serversFile(), LargestFile);
    if (!bytes && bytes.error().code == ErrorCode::NotFound) {
        m_servers.clear();
        return {};
    }
    if (!bytes)
        return bytes.error();
    const QByteArray &json = bytes.value();
    const auto broken = [&](qsizetype offset, const QString &why) {
        return Error { ErrorCode::Corrupt,
            QStringLiteral("%1, line %2: %3. Mend the file, or move it away and add the servers again.")
                .arg(serversFile(), QString::number(lineOf(json, offset)), why) };
    };
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        return broken(error.offset, error.errorString());
    if (document.object().value(u"version").toInt() != FileVersion || !document.object().value(u"servers").isArray())
        return broken(0, QStringLiteral("this is not a list of servers of version %1").arg(FileVersion));

    Profile read(m_home);
    const QJsonArray entries = document.object().value(u"servers").toArray();
    for (qsizetype i = 0; i < entries.size(); ++i) {
        if (!entries[i].isObject())
            return broken(0, QStringLiteral("entry %1 of “servers” is not an object").arg(i + 1));
        const auto server = readServer(entries[i].toObject());
        if (!server)
            return broken(offsetOfEntry(json, i), server.error().detail);
        if (read.find(server.value().name))
            return broken(
                offsetOfEntry(json, i), QStringLiteral("a second server called “%1”").arg(server.value().name));
        read.m_servers.append(server.value());
    }
    m_servers = read.m_servers;
    return {};
}

Result<void> Profile::save(const QList<SavedServer> &servers)
{
    // One server a line, so that people and version control can read it.
    QByteArray json = "{\"version\": " + QByteArray::number(FileVersion) + ", \"servers\": [";
    const char *separator = "\n";
    for (const SavedServer &server : servers) {
        const QJsonObject object {
            { QStringLiteral("name"), server.name },
            { QStringLiteral("host"), server.host },
            { QStringLiteral("port"), server.port },
            { QStringLiteral("pin"), QString::fromLatin1(server.pin.toText()) },
            { QStringLiteral("group"), server.group },
            { QStringLiteral("colour"), server.colour },
            { QStringLiteral("role"), QString::fromLatin1(roleName(server.role)) },
        };
        json += separator + QJsonDocument(object).toJson(QJsonDocument::Compact);
        separator = ",\n";
    }
    json += "\n]}\n";
    if (auto written = writePrivateFile(serversFile(), json); !written)
        return written;
    m_servers = servers;
    return {};
}

static Result<void> checkServer(const SavedServer &server)
{
    if (auto name = checkName(server.name); !name)
        return name;
    if (server.host.isEmpty() || server.port == 0 || server.pin.isNull())
        return Error { ErrorCode::InvalidArgument, QStringLiteral("A server needs a host, a port and a pin.") };
    return {};
}

Result<void> Profile::add(const SavedServer &server)
{
    if (auto fine = checkServer(server); !fine)
        return fine;
    const auto locked = lock(m_home);
    if (!locked)
        return locked.error();
    if (auto read = reload(); !read)
        return read;
    if (find(server.name))
        return Error { ErrorCode::Conflict, QStringLiteral("There is a server called “%1” already.").arg(server.name) };
    for (const SavedServer &other : std::as_const(m_servers))
        if (other.target() == server.target())
            return Error { ErrorCode::Conflict,
                QStringLiteral("This server is there already, as “%1”.").arg(other.name) };
    return save(m_servers + QList<SavedServer> { server });
}

Result<void> Profile::update(const QString &name, const SavedServer &server)
{
    if (auto fine = checkServer(server); !fine)
        return fine;
    const auto locked = lock(m_home);
    if (!locked)
        return locked.error();
    if (auto read = reload(); !read)
        return read;
    QList<SavedServer> servers = m_servers;
    const auto old = std::find_if(servers.begin(), servers.end(),
        [&](const SavedServer &s) { return s.name.compare(name, Qt::CaseInsensitive) == 0; });
    if (old == servers.end())
        return Error { ErrorCode::NotFound,
            QStringLiteral("There is no server called “%1”.").arg(safeText(QStringView(name), 120)) };
    const SavedServer *taken = find(server.name);
    if (taken && taken->name != old->name)
        return Error { ErrorCode::Conflict, QStringLiteral("There is a server called “%1” already.").arg(server.name) };
    *old = server;
    return save(servers);
}

Result<void> Profile::remove(const QString &name)
{
    const auto locked = lock(m_home);
    if (!locked)
        return locked.error();
    if (auto read = reload(); !read)
        return read;
    QList<SavedServer> servers = m_servers;
    if (!servers.removeIf([&](const SavedServer &s) { return s.name.compare(name, Qt::CaseInsensitive) == 0; }))
        return Error { ErrorCode::NotFound,
            QStringLiteral("There is no server called “%1”. “mailhelmctl servers” lists them.")
                .arg(safeText(QStringView(name), 120)) };
    return save(servers);
}

} // namespace mailhelm
