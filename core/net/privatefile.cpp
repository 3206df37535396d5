// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/privatefile.h"

#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QSaveFile>

#include <utility>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace mailhelm
{

static Error ioError(const QString &path, const QString &what, const QString &why)
{
    return { ErrorCode::Io, QStringLiteral("Cannot %1 “%2”: %3.").arg(what, path, why) };
}

#ifdef Q_OS_UNIX

namespace
{

/// Closes at the end of its scope.
class Descriptor
{
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Q_DISABLE_COPY_MOVE(Descriptor)
    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool close() { return ::close(std::exchange(m_fd, -1)) == 0; }

private:
    int m_fd;
};

} // namespace

static bool writeAll(int fd, const QByteArray &bytes)
{
    qsizetype done = 0;
    while (done < bytes.size()) {
        const auto n = ::write(fd, bytes.constData() + done, size_t(bytes.size() - done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += n;
    }
    return true;
}

Result<void> writePrivateFile(const QString &path, const QByteArray &bytes)
{
    // O_EXCL with mode 0600: at no moment could anybody else have opened it.
    const QByteArray name = QFile::encodeName(path);
    const QByteArray temporary = name + ".new-" + QByteArray::number(QRandomGenerator::system()->generate64(), 36);
    Descriptor file(::open(temporary.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0)
        return ioError(path, QStringLiteral("create"), qt_error_string(errno));
    const bool written = ::fchmod(file.get(), 0600) == 0 && writeAll(file.get(), bytes) && ::fsync(file.get()) == 0
        && file.close() && ::rename(temporary.constData(), name.constData()) == 0;
    if (!written) {
        const auto error = ioError(path, QStringLiteral("write"), qt_error_string(errno));
        ::unlink(temporary.constData());
        return error;
    }
    // The rename itself is on the disk only when the folder is.
    const QByteArray folder = QFile::encodeName(QFileInfo(path).absolutePath());
    const Descriptor directory(::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory.get() < 0 || ::fsync(directory.get()) != 0)
        return ioError(path, QStringLiteral("sync the folder of"), qt_error_string(errno));
    return {};
}

#else

Result<void> writePrivateFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        || file.write(bytes) != bytes.size() || !file.commit())
        return ioError(path, QStringLiteral("write"), file.errorString());
    return {};
}

#endif

Result<QByteArray> readPrivateFile(const QString &path, qint64 maxBytes)
{
    QFile file(path);
    if (!file.exists())
        return Error { ErrorCode::NotFound, QStringLiteral("There is no file “%1”.").arg(path) };
    if (!file.open(QIODevice::ReadOnly))
        return ioError(path, QStringLiteral("read"), file.errorString());
#ifdef Q_OS_UNIX
    struct stat status {
    };
    if (::fstat(file.handle(), &status) != 0)
        return ioError(path, QStringLiteral("look at"), qt_error_string(errno));
    if (!S_ISREG(status.st_mode))
        return Error { ErrorCode::InvalidArgument, QStringLiteral("“%1” is not a plain file.").arg(path) };
    if ((status.st_mode & 077) != 0)
        return Error { ErrorCode::PermissionDenied,
            QStringLiteral("“%1” holds a secret, but others than its owner have access to it (mode %2). "
                           "Mend it with: chmod 600 '%1'")
                .arg(path, QString::number(status.st_mode & 07777, 8).rightJustified(4, QLatin1Char('0'))) };
#endif
    const QByteArray bytes = file.read(maxBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return ioError(path, QStringLiteral("read"), file.errorString());
    if (bytes.size() > maxBytes)
        return Error {
            ErrorCode::InvalidArgument,
            QStringLiteral("“%1” is larger than %2 bytes, which cannot be right.").arg(path, QString::number(maxBytes))
        };
    return bytes;
}

} // namespace mailhelm
