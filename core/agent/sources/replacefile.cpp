// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/replacefile.h"

#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mailhelm
{

namespace
{

constexpr qsizetype MaxBytes = qsizetype(64) << 20;
constexpr int Attempts = 10;

Error systemError(const QByteArray &path, const char *what)
{
    const int code = errno;
    return { code == EACCES || code == EPERM || code == EROFS ? ErrorCode::Refused
            : code == ENOENT                                  ? ErrorCode::NotFound
                                                              : ErrorCode::Io,
        QStringLiteral("%1 %2: %3")
            .arg(QString::fromUtf8(path), QString::fromLatin1(what), QString::fromLocal8Bit(std::strerror(code))) };
}

QByteArray folderOf(const QByteArray &path)
{
    const qsizetype slash = path.lastIndexOf('/');
    return slash <= 0 ? QByteArray("/") : path.first(slash);
}

/// Where the file itself is, links followed.
QByteArray realPath(const QByteArray &path)
{
    char *resolved = ::realpath(path.constData(), nullptr);
    const QByteArray real(resolved ? resolved : path.constData());
    std::free(resolved);
    return real;
}

Result<QByteArray> readAll(int fd, const QByteArray &path)
{
    QByteArray text;
    for (;;) {
        char buffer[65536];
        const ssize_t read = ::read(fd, buffer, sizeof buffer);
        if (read < 0 && errno == EINTR)
            continue;
        if (read < 0)
            return systemError(path, "cannot be read");
        if (read == 0)
            return text;
        text.append(buffer, read);
        if (text.size() > MaxBytes)
            return Error { ErrorCode::InvalidArgument,
                QStringLiteral("%1 is larger than 64 MiB").arg(QString::fromUtf8(path)) };
    }
}

Result<void> writeAll(int fd, const QByteArray &text, const QByteArray &path)
{
    for (qsizetype at = 0; at < text.size();) {
        const ssize_t written = ::write(fd, text.constData() + at, size_t(text.size() - at));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return systemError(path, "cannot be written");
        at += written;
    }
    if (::fsync(fd) != 0)
        return systemError(path, "cannot be synced");
    return {};
}

/// A new file beside `path` with its owner and mode; the caller removes it.
Result<QByteArray> writeBeside(const QByteArray &path, const struct stat &like, const QByteArray &text)
{
    QByteArray name = path + ".mailhelm-XXXXXX";
    const int fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0)
        return systemError(folderOf(path), "cannot be written");
    const auto close = qScopeGuard([fd] { ::close(fd); });
    Result<void> done;
    struct stat own {
    };
    if (::fstat(fd, &own) != 0)
        done = systemError(name, "cannot be looked at");
    else if ((own.st_uid != like.st_uid || own.st_gid != like.st_gid) && ::fchown(fd, like.st_uid, like.st_gid) != 0)
        done = systemError(path, "would get another owner or group");
    else if (::fchmod(fd, like.st_mode & 07777) != 0)
        done = systemError(name, "cannot be given its mode");
    else
        done = writeAll(fd, text, name);
    if (!done) {
        ::unlink(name.constData());
        return done.error();
    }
    return name;
}

Result<void> syncFolder(const QByteArray &folder)
{
    const int fd = ::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return systemError(folder, "cannot be opened");
    const bool synced = ::fsync(fd) == 0;
    ::close(fd);
    return synced ? Result<void>() : Result<void>(systemError(folder, "cannot be synced"));
}

bool exchange(const QByteArray &one, const QByteArray &other)
{
    return ::renameat2(AT_FDCWD, one.constData(), AT_FDCWD, other.constData(), RENAME_EXCHANGE) == 0;
}

} // namespace

Result<QByteArray> readWholeFile(const QByteArray &path)
{
    const int fd = ::open(path.constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return systemError(path, "cannot be opened");
    const auto close = qScopeGuard([fd] { ::close(fd); });
    struct stat status {
    };
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return Error { ErrorCode::InvalidArgument, QStringLiteral("%1 is no file").arg(QString::fromUtf8(path)) };
    return readAll(fd, path);
}

Result<void> editWholeFile(const QByteArray &path, const std::function<Result<QByteArray>(const QByteArray &)> &edit)
{
    const QByteArray file = realPath(path);
    for (int attempt = 0; attempt < Attempts; ++attempt) {
        const Result<QByteArray> old = readWholeFile(file);
        if (!old)
            return old.error();
        struct stat status {
        };
        if (::stat(file.constData(), &status) != 0)
            return systemError(file, "cannot be looked at");
        const Result<QByteArray> text = edit(old.value());
        if (!text)
            return text.error();
        if (text.value() == old.value())
            return {};
        const Result<QByteArray> beside = writeBeside(file, status, text.value());
        if (!beside)
            return beside.error();
        const QByteArray &name = beside.value();
        if (!exchange(name, file)) {
            const Error failed = systemError(file, "cannot be replaced");
            ::unlink(name.constData());
            return failed;
        }
        // What was replaced is in our hands now: it must be what was read.
        const Result<QByteArray> replaced = readWholeFile(name);
        if (replaced && replaced.value() == old.value()) {
            ::unlink(name.constData());
            return syncFolder(folderOf(file));
        }
        if (!exchange(name, file))
            return systemError(name, "holds somebody's edit, which cannot be put back");
        ::unlink(name.constData());
    }
    return Error { ErrorCode::Conflict,
        QStringLiteral("%1 is being changed all the time by another program; nothing was done")
            .arg(QString::fromUtf8(path)) };
}

QByteArray editRefusal(const QByteArray &path)
{
    const QByteArray file = realPath(path);
    struct stat status {
    };
    if (::stat(file.constData(), &status) != 0)
        return file + " is not there.";
    const QByteArray folder = folderOf(file);
    if (::access(folder.constData(), W_OK | X_OK) != 0)
        return "The agent cannot write " + folder + ". To mend it: setfacl -m u:mailhelm:rwx " + folder;
    if (::geteuid() != 0 && status.st_uid != ::geteuid())
        return file + " belongs to somebody else, which a changed file could not. To mend it: chown mailhelm " + file;
    return {};
}

} // namespace mailhelm
