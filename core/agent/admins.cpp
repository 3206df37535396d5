// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/admins.h"

#include "core/base/logging.h"
#include "core/net/privatefile.h"

#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace mailhelm
{

namespace
{

constexpr qint64 MaxFileBytes = 1 << 20;

QByteArray timeText(qint64 us)
{
    return QDateTime::fromMSecsSinceEpoch(us / 1000, Qt::UTC).toString(Qt::ISODate).toLatin1();
}

std::optional<qint64> timeFrom(const QByteArray &text)
{
    const QDateTime time = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODate);
    if (!time.isValid())
        return std::nullopt;
    return time.toMSecsSinceEpoch() * 1000;
}

Error lineError(const QString &file, int line, const QString &what)
{
    return { ErrorCode::Corrupt,
        QStringLiteral("%1, line %2: %3 Nobody is let in or out until it is mended; every line reads "
                       "“admin NAME ROLE PIN SINCE” or “token NAME ROLE DIGEST EXPIRES”.")
            .arg(file, QString::number(line), what) };
}

/// Keeps every other mailhelmd away from the folder while it lives. The kernel lets go of it with the process, however
/// that ends, and no file of root's is left where the daemon could not open it.
class FolderLock
{
public:
    explicit FolderLock(const QString &folder)
        : m_fd(::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    {
        // Held for one small write: a few tries, and never for good, since the daemon waits here too.
        for (int tries = 0; m_fd >= 0 && tries < 1500; ++tries) {
            if (::flock(m_fd, LOCK_EX | LOCK_NB) == 0) {
                m_error = 0;
                return;
            }
            m_error = errno;
            if (m_error != EWOULDBLOCK && m_error != EINTR)
                return;
            const timespec moment { 0, 2'000'000 };
            ::nanosleep(&moment, nullptr);
        }
        if (m_fd < 0)
            m_error = errno;
    }
    ~FolderLock()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Q_DISABLE_COPY_MOVE(FolderLock)
    [[nodiscard]] bool held() const { return m_fd >= 0 && m_error == 0; }
    [[nodiscard]] int error() const { return m_error; }

private:
    int m_fd;
    int m_error = 0;
};

} // namespace

Admins::Admins(QString stateFolder, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_folder(std::move(stateFolder))
    , m_file(m_folder + QStringLiteral("/admins"))
    , m_clock(clock)
{
    connect(&m_timer, &QTimer::timeout, this, &Admins::look);
}

bool Admins::isValidName(QByteArrayView name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_'
            || c == '@' || c == '-';
    };
    return !name.isEmpty() && name.size() <= 64 && name.front() != '-'
        && std::all_of(name.begin(), name.end(), allowed);
}

Result<void> Admins::load()
{
    m_stamp = stamp();
    QList<Admin> admins;
    QList<Invitation> invitations;
    const Result<QByteArray> bytes = readPrivateFile(m_file, MaxFileBytes);
    if (!bytes && bytes.error().code != ErrorCode::NotFound)
        return bytes.error();
    int number = 0;
    for (const QByteArray &raw : bytes ? bytes.value().split('\n') : QList<QByteArray>()) {
        ++number;
        const QByteArray line = raw.trimmed();
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() != 5 || (words[0] != "admin" && words[0] != "token"))
            return lineError(m_file, number, QStringLiteral("this is no entry."));
        const std::optional<Role> role = roleFromName(words[2]);
        const std::optional<qint64> time = timeFrom(words[4]);
        if (!isValidName(words[1]))
            return lineError(m_file, number, QStringLiteral("the name has characters that names cannot have."));
        if (!role || *role == Role::None)
            return lineError(m_file, number, QStringLiteral("the role is none of viewer, operator, manager, owner."));
        if (!time)
            return lineError(m_file, number, QStringLiteral("the time is not written as 2026-11-22T13:00:00Z."));
        if (words[0] == "admin") {
            const std::optional<Pin> pin = Pin::parse(words[3]);
            if (!pin)
                return lineError(m_file, number, QStringLiteral("the pin is not 43 characters of base64url."));
            for (const Admin &other : std::as_const(admins)) { // two roles of one key: which one holds?
                if (other.pin == *pin)
                    return lineError(m_file, number,
                        QStringLiteral("this key is %1's already.").arg(QString::fromLatin1(other.name)));
                if (other.name == words[1])
                    return lineError(m_file, number, QStringLiteral("there is another administrator of this name."));
            }
            admins.append({ words[1], *role, *pin, *time });
        } else {
            const QByteArray digest = QByteArray::fromHex(words[3]);
            if (digest.size() != 32)
                return lineError(m_file, number, QStringLiteral("the digest is not 64 hexadecimal digits."));
            invitations.append({ words[1], *role, digest, *time });
        }
    }
    const bool moved = admins != m_admins;
    m_admins = admins;
    m_invitations = invitations;
    if (moved)
        Q_EMIT changed();
    return {};
}

void Admins::watch()
{
    m_timer.start(std::chrono::seconds(1));
}

Admins::Stamp Admins::stamp() const
{
    const QFileInfo info(m_file);
    return { info.exists(), info.lastModified(), info.size() };
}

void Admins::look()
{
    if (stamp() == m_stamp)
        return;
    if (const Result<void> loaded = load(); !loaded)
        qCWarning(lcAgent, "%s", qUtf8Printable(loaded.error().detail));
}

std::optional<Admin> Admins::byPin(const Pin &pin) const
{
    for (const Admin &admin : m_admins)
        if (admin.pin == pin)
            return admin;
    return std::nullopt;
}

bool Admins::hasOpenInvitation() const
{
    const qint64 now = m_clock.nowUs();
    return std::any_of(
        m_invitations.begin(), m_invitations.end(), [now](const Invitation &i) { return i.expires > now; });
}

void Admins::dropExpired()
{
    const qint64 now = m_clock.nowUs();
    m_invitations.removeIf([now](const Invitation &i) { return i.expires <= now; });
}

/// Runs `change` on the file as it is now, with nobody else at it.
template<typename Change>
auto Admins::changeFile(Change change) -> decltype(change())
{
    const FolderLock lock(m_folder);
    if (!lock.held())
        return Error { ErrorCode::Unavailable,
            QStringLiteral("%1 cannot be changed: %2. Run this as the user that mailhelmd runs as, or as root.")
                .arg(m_file, qt_error_string(lock.error())) };
    if (Result<void> loaded = load(); !loaded)
        return loaded.error();
    const QList<Admin> admins = m_admins;
    const QList<Invitation> invitations = m_invitations;
    auto changed = change();
    if (!changed) { // what is not in the file does not hold
        m_admins = admins;
        m_invitations = invitations;
    }
    m_stamp = stamp();
    return changed;
}

Result<void> Admins::write() const
{
    QByteArray text
        = "# Who may administer this agent. Kept by mailhelmd; change it with mailhelmd enroll and revoke.\n";
    for (const Admin &a : m_admins)
        text += "admin " + a.name + ' ' + roleName(a.role).toByteArray() + ' ' + a.pin.toText() + ' '
            + timeText(a.since) + '\n';
    for (const Invitation &i : m_invitations)
        text += "token " + i.name + ' ' + roleName(i.role).toByteArray() + ' ' + i.digest.toHex() + ' '
            + timeText(i.expires) + '\n';
    Result<void> written = writePrivateFile(m_file, text);
    if (written && ::geteuid() == 0) {
        // Run as root beside a daemon that is not: the file stays that of the folder's owner, or the daemon could not
        // read it.
        const QFileInfo folder(m_folder);
        const QByteArray name = QFile::encodeName(m_file);
        if (::chown(name.constData(), folder.ownerId(), folder.groupId()) != 0)
            return Error { ErrorCode::Io,
                QStringLiteral("%1 cannot be given to the owner of its folder.").arg(m_file) };
    }
    return written;
}

Result<PairingToken> Admins::invite(const QByteArray &name, Role role)
{
    if (!isValidName(name))
        return Error { ErrorCode::InvalidArgument,
            QStringLiteral(
                "“%1” cannot be an administrator's name: 1 to 64 of letters, digits and . _ @ - are allowed.")
                .arg(QString::fromUtf8(name)) };
    return changeFile([&]() -> Result<PairingToken> {
        for (const Admin &admin : std::as_const(m_admins))
            if (admin.name == name)
                return Error { ErrorCode::Conflict,
                    QStringLiteral(
                        "%1 is an administrator already. Take another name, or take the present key away first: "
                        "mailhelmd revoke %1")
                        .arg(QString::fromLatin1(name)) };
        dropExpired();
        m_invitations.removeIf([&](const Invitation &i) { return i.name == name; });
        const PairingToken token = PairingToken::random();
        m_invitations.append({ name, role, token.digest(), m_clock.nowUs() + TokenLifetimeUs });
        if (Result<void> written = write(); !written)
            return written.error();
        return token;
    });
}

Result<Admin> Admins::enrol(const PairingToken &token, const Pin &pin)
{
    return changeFile([&]() -> Result<Admin> {
        const QByteArray digest = token.digest();
        const auto invitation = std::find_if(
            m_invitations.begin(), m_invitations.end(), [&](const Invitation &i) { return i.digest == digest; });
        if (invitation == m_invitations.end())
            return Error { ErrorCode::Refused,
                QStringLiteral("This pairing link is not known here: it was used already, or another one was made "
                               "for the same name. Make a new one on the host: mailhelmd enroll NAME --role ROLE") };
        if (invitation->expires <= m_clock.nowUs())
            return Error { ErrorCode::Refused,
                QStringLiteral("This pairing link has expired; links are good for ten minutes. Make a new one on the "
                               "host: mailhelmd enroll %1 --role %2")
                    .arg(QString::fromLatin1(invitation->name), QString::fromLatin1(roleName(invitation->role))) };
        if (const std::optional<Admin> holder = byPin(pin))
            return Error {
                ErrorCode::Conflict,
                QStringLiteral("This key is the administrator %1 here already.").arg(QString::fromLatin1(holder->name))
            };
        const Admin admin { invitation->name, invitation->role, pin, m_clock.nowUs() };
        m_invitations.erase(invitation);
        dropExpired();
        m_admins.append(admin);
        if (Result<void> written = write(); !written)
            return written.error();
        return admin;
    });
}

Result<void> Admins::revoke(const QByteArray &name)
{
    return changeFile([&]() -> Result<void> {
        const qsizetype admins = m_admins.removeIf([&](const Admin &a) { return a.name == name; });
        const qsizetype invitations = m_invitations.removeIf([&](const Invitation &i) { return i.name == name; });
        if (admins + invitations == 0)
            return Error { ErrorCode::NotFound,
                QStringLiteral("There is no administrator “%1”. mailhelmd admins lists them.")
                    .arg(QString::fromUtf8(name)) };
        return write();
    });
}

} // namespace mailhelm
