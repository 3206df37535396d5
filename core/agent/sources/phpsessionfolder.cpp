// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/phpsessionfolder.h"

#include "core/agent/sources/phpsession.h"

#include <memory>

#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mailhelm
{

namespace
{

constexpr qint64 MostBytes = 4 * 1024 * 1024;
constexpr char Prefix[] = "sess_";

qint64 nanoseconds(const timespec &time)
{
    return qint64(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// PHP's own rule (ext/session/mod_files.c): letters, digits, comma and minus.
bool isId(QByteArrayView id)
{
    return !id.isEmpty() && id.size() <= 256 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ',' || c == '-';
    });
}

struct CloseFolder {
    void operator()(DIR *folder) const { ::closedir(folder); }
};

} // namespace

PhpSessionFolder::PhpSessionFolder(const QByteArray &path, qint64 lifetimeMs, const Clock &clock)
    : m_path(path)
    , m_lifetimeUs(lifetimeMs * 1'000)
    , m_clock(clock)
{
}

void PhpSessionFolder::look()
{
    Q_EMIT looked(lookNow());
}

PhpSessionFolder::Look PhpSessionFolder::lookNow()
{
    Look look;
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir(m_path.constData()));
    if (!folder) {
        const int error = errno;
        look.error = Error { error == ENOENT ? ErrorCode::NotFound
                : error == EACCES            ? ErrorCode::PermissionDenied
                                             : ErrorCode::Io,
            QStringLiteral("%1 cannot be listed: %2")
                .arg(QString::fromUtf8(m_path), QString::fromLocal8Bit(std::strerror(error))) };
        return look;
    }
    const int descriptor = ::dirfd(folder.get());
    look.scan.time = m_clock.nowUs();
    look.mayEnd = ::faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) == 0;
    QHash<QByteArray, Known> all;
    while (const dirent *const entry = ::readdir(folder.get())) {
        const QByteArrayView name(entry->d_name);
        if (!name.startsWith(Prefix))
            continue;
        const QByteArray id = name.sliced(qsizetype(sizeof Prefix) - 1).toByteArray();
        struct stat status;
        if (!isId(id) || ::fstatat(descriptor, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0
            || !S_ISREG(status.st_mode))
            continue;
        const Stamp stamp { status.st_ino, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim), status.st_size };
        const qint64 touched = stamp.mtimeNs / 1'000;
        if (touched + m_lifetimeUs <= look.scan.time)
            continue; // PHP deletes it when it comes to that
        Known known = m_known.value(id);
        if (known.stamp != stamp) {
            known.stamp = stamp;
            known.session.id = id;
            if (!read(descriptor, entry->d_name, id, known))
                known.session.user.reset();
            known.session.lastActive = touched;
            known.session.expires = touched + m_lifetimeUs;
        }
        look.illegible += known.session.user ? 0 : 1;
        look.scan.sessions.append(known.session);
        all.insert(id, known);
    }
    m_known = std::move(all);
    return look;
}

bool PhpSessionFolder::read(int folder, const char *name, const QByteArray &, Known &known) const
{
    const int file = ::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return false;
    QByteArray bytes(qsizetype(std::min(known.stamp.size, MostBytes)), Qt::Uninitialized);
    qsizetype have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::read(file, bytes.data() + have, size_t(bytes.size() - have));
        if (got <= 0)
            break;
        have += got;
    }
    ::close(file);
    const PhpSession session = readPhpSession(QByteArrayView(bytes).first(have));
    explicit_bzero(bytes.data(), size_t(bytes.size()));
    known.session.user = session.whoIsLoggedIn();
    known.session.address = session.address;
    known.session.started = known.session.user && !known.session.user->isEmpty() ? session.loginTime : 0;
    return true;
}

void PhpSessionFolder::end(quint64 number, const QList<QByteArray> &ids)
{
    QList<WebmailSource::EndResult> results;
    for (const QByteArray &id : ids) {
        const QByteArray file = m_path + '/' + Prefix + id;
        if (!isId(id))
            results.append({ WebmailSource::Ended::Gone, {} });
        else if (::unlink(file.constData()) == 0)
            results.append({ WebmailSource::Ended::Done, {} });
        else if (errno == ENOENT)
            results.append({ WebmailSource::Ended::Gone, {} });
        else
            results.append({ WebmailSource::Ended::Failed,
                "The session's file in " + m_path + " cannot be deleted: " + std::strerror(errno) });
    }
    Q_EMIT ended(number, results);
}

} // namespace mailhelm
