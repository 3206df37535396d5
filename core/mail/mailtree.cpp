// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/mailtree.h"

#include <QHash>
#include <QList>
#include <QPair>
#include <QSet>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mailhelm::mailtree
{

namespace
{

constexpr int OpenFolder = O_RDONLY | O_DIRECTORY;
constexpr int OpenFile = O_RDONLY | O_NONBLOCK; // a pipe put in a file's place must not keep us waiting
constexpr qsizetype BlockBytes = 1 << 20;

using Inode = QPair<quint64, quint64>;

Inode inodeOf(const struct stat &status)
{
    return { quint64(status.st_dev), quint64(status.st_ino) };
}

Error stopped()
{
    return { ErrorCode::Unavailable, QStringLiteral("It was stopped half way.") };
}

/// Names in the folder but . and .., sorted.
Result<QList<QByteArray>> namesIn(int folder, const QByteArray &where)
{
    const int duplicate = ::openat(folder, ".", OpenFolder | O_CLOEXEC);
    DIR *stream = duplicate < 0 ? nullptr : ::fdopendir(duplicate);
    if (!stream) {
        const int code = errno;
        if (duplicate >= 0)
            ::close(duplicate);
        return systemError(where, code);
    }
    QList<QByteArray> names;
    errno = 0;
    while (const dirent *entry = ::readdir(stream)) {
        const QByteArray name(entry->d_name);
        if (name != "." && name != "..")
            names.append(name);
        errno = 0;
    }
    const int code = errno;
    ::closedir(stream);
    if (code != 0)
        return systemError(where, code);
    std::sort(names.begin(), names.end());
    return names;
}

QByteArray below(const QByteArray &where, const QByteArray &name)
{
    return where.isEmpty() ? name : where + '/' + name;
}

/// Walks a tree; what happens at each entry is the derived class's. `where` is the path from the tree's root.
class Walk
{
public:
    Walk() = default;
    virtual ~Walk() = default;
    Q_DISABLE_COPY_MOVE(Walk)

protected:
    [[nodiscard]] static Result<void> tooDeep(const QByteArray &where)
    {
        return Error { ErrorCode::Refused,
            QStringLiteral("%1: folders lie deeper than %2").arg(QString::fromUtf8(where), QString::number(Depth)) };
    }
    [[nodiscard]] static Result<QByteArray> targetOf(int folder, const QByteArray &link, const QByteArray &where)
    {
        QByteArray target(4096, Qt::Uninitialized);
        const ssize_t size = ::readlinkat(folder, link.constData(), target.data(), size_t(target.size()));
        if (size < 0 || size >= target.size())
            return systemError(where, size < 0 ? errno : ENAMETOOLONG);
        target.truncate(size);
        return target;
    }
    /// Opens one name of an open folder and makes sure that it is still what it was.
    [[nodiscard]] static Result<Descriptor> openEntry(
        int folder, const QByteArray &name, const QByteArray &where, int flags, const struct stat &expected)
    {
        Descriptor entry = openBeneath(folder, name, flags);
        struct stat now {
        };
        if (!entry.isOpen() || ::fstat(entry.fd(), &now) != 0)
            return systemError(where, errno);
        if (inodeOf(now) != inodeOf(expected))
            return Error { ErrorCode::Conflict,
                QStringLiteral("%1 was replaced meanwhile").arg(QString::fromUtf8(where)) };
        return entry;
    }
};

class Measuring : private Walk
{
public:
    Result<void> folder(int fd, const QByteArray &where, int depth)
    {
        if (depth > Depth)
            return tooDeep(where);
        const Result<QList<QByteArray>> names = namesIn(fd, where);
        if (!names)
            return names.error();
        for (const QByteArray &name : names.value()) {
            struct stat status {
            };
            if (::fstatat(fd, name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0)
                continue; // gone meanwhile
            if (S_ISREG(status.st_mode)) {
                if (status.st_nlink == 1 || !m_counted.contains(inodeOf(status)))
                    bytes += status.st_size;
                if (status.st_nlink > 1)
                    m_counted.insert(inodeOf(status));
            } else if (S_ISDIR(status.st_mode)) {
                const QByteArray path = below(where, name);
                const Descriptor child = openBeneath(fd, name, OpenFolder);
                if (!child.isOpen())
                    return systemError(path, errno);
                if (Result<void> done = folder(child.fd(), path, depth + 1); !done)
                    return done;
            }
        }
        return {};
    }
    qint64 bytes = 0;

private:
    QSet<Inode> m_counted;
};

class Copying : private Walk
{
public:
    Copying(int root, const Progress &progress)
        : m_root(root)
        , m_progress(progress)
    {
    }

    Result<void> folder(int from, int into, const QByteArray &where, int depth)
    {
        if (depth > Depth)
            return tooDeep(where);
        const Result<QList<QByteArray>> names = namesIn(from, where);
        if (!names)
            return names.error();
        for (const QByteArray &name : names.value())
            if (Result<void> done = entry(from, into, name, below(where, name), depth); !done)
                return done;
        return likeness(from, into, where);
    }
    qint64 bytes = 0;

private:
    Result<void> entry(int from, int into, const QByteArray &name, const QByteArray &where, int depth)
    {
        struct stat status {
        };
        if (::fstatat(from, name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0)
            return systemError(where, errno);
        if (S_ISLNK(status.st_mode))
            return link(from, into, name, where, status);
        if (S_ISREG(status.st_mode))
            return file(from, into, name, where, status);
        if (!S_ISDIR(status.st_mode))
            return Error { ErrorCode::Refused,
                QStringLiteral("%1 is neither file, folder nor link: remove it first").arg(QString::fromUtf8(where)) };
        const Result<Descriptor> source = openEntry(from, name, where, OpenFolder, status);
        if (!source)
            return source.error();
        if (::mkdirat(into, name.constData(), 0700) != 0)
            return systemError(where, errno);
        const Descriptor target = openBeneath(into, name, OpenFolder);
        if (!target.isOpen())
            return systemError(where, errno);
        return folder(source.value().fd(), target.fd(), where, depth + 1);
    }

    Result<void> link(int from, int into, const QByteArray &name, const QByteArray &where, const struct stat &status)
    {
        const Result<QByteArray> target = targetOf(from, name, where);
        if (!target)
            return target.error();
        if (::symlinkat(target.value().constData(), into, name.constData()) != 0)
            return systemError(where, errno);
        if ((status.st_uid != ::geteuid() || status.st_gid != ::getegid())
            && ::fchownat(into, name.constData(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
            return systemError(where, errno);
        const timespec times[2] { status.st_atim, status.st_mtim };
        if (::utimensat(into, name.constData(), times, AT_SYMLINK_NOFOLLOW) != 0)
            return systemError(where, errno);
        return {};
    }

    Result<void> file(int from, int into, const QByteArray &name, const QByteArray &where, const struct stat &status)
    {
        if (status.st_nlink > 1) {
            if (const auto known = m_copied.constFind(inodeOf(status)); known != m_copied.cend()) {
                if (::linkat(m_root, known->constData(), into, name.constData(), 0) != 0)
                    return systemError(where, errno);
                return {};
            }
            m_copied.insert(inodeOf(status), where);
        }
        const Result<Descriptor> source = openEntry(from, name, where, OpenFile, status);
        if (!source)
            return source.error();
        const Descriptor target(
            ::openat(into, name.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!target.isOpen())
            return systemError(where, errno);
        m_block.resize(BlockBytes);
        for (;;) {
            const ssize_t got = ::read(source.value().fd(), m_block.data(), size_t(m_block.size()));
            if (got < 0)
                return systemError(where, errno);
            if (got == 0)
                break;
            for (ssize_t written = 0; written < got;) {
                const ssize_t now = ::write(target.fd(), m_block.constData() + written, size_t(got - written));
                if (now < 0)
                    return systemError(where, errno);
                written += now;
            }
            bytes += got;
            if (!m_progress(bytes))
                return stopped();
        }
        if (!m_progress(bytes))
            return stopped();
        return likeness(source.value().fd(), target.fd(), where);
    }

    /// Owner, mode, extended attributes, and last of all the times.
    static Result<void> likeness(int from, int to, const QByteArray &where)
    {
        struct stat status {
        };
        struct stat made {
        };
        if (::fstat(from, &status) != 0 || ::fstat(to, &made) != 0)
            return systemError(where, errno);
        if ((made.st_uid != status.st_uid || made.st_gid != status.st_gid)
            && ::fchown(to, status.st_uid, status.st_gid) != 0)
            return systemError(where + ": its owner or group cannot be kept", errno);
        if (Result<void> done = attributes(from, to, where); !done)
            return done;
        const timespec times[2] { status.st_atim, status.st_mtim };
        if (::fchmod(to, status.st_mode & 07777) != 0 || ::futimens(to, times) != 0)
            return systemError(where, errno);
        return {};
    }

    /// Those that belong to whoever owns the file: user.* and access control lists.
    static Result<void> attributes(int from, int to, const QByteArray &where)
    {
        const ssize_t size = ::flistxattr(from, nullptr, 0);
        if (size <= 0)
            return {};
        QByteArray list(size, Qt::Uninitialized);
        if (::flistxattr(from, list.data(), size_t(size)) != size)
            return systemError(where, errno);
        for (const QByteArray &name : list.split('\0')) {
            if (!name.startsWith("user.") && !name.startsWith("system.posix_acl_"))
                continue;
            const ssize_t length = ::fgetxattr(from, name.constData(), nullptr, 0);
            QByteArray value(std::max<ssize_t>(length, 0), Qt::Uninitialized);
            if (length < 0 || ::fgetxattr(from, name.constData(), value.data(), size_t(length)) != length
                || ::fsetxattr(to, name.constData(), value.constData(), size_t(length), 0) != 0)
                return systemError(where + ": its attribute " + name + " cannot be kept", errno);
        }
        return {};
    }

    int m_root;
    const Progress &m_progress;
    QByteArray m_block;
    QHash<Inode, QByteArray> m_copied; ///< files with several names: where the first one is
};

class Comparing : private Walk
{
public:
    explicit Comparing(const Progress &progress)
        : m_progress(progress)
    {
    }

    Result<void> folder(int one, int other, const QByteArray &where, int depth)
    {
        if (depth > Depth)
            return tooDeep(where);
        const Result<QList<QByteArray>> here = namesIn(one, where);
        if (!here)
            return here.error();
        const Result<QList<QByteArray>> there = namesIn(other, where);
        if (!there)
            return there.error();
        if (here.value() != there.value())
            return differs(where, "the names in it");
        for (const QByteArray &name : here.value())
            if (Result<void> done = entry(one, other, name, below(where, name), depth); !done)
                return done;
        struct stat a {
        };
        struct stat b {
        };
        if (::fstat(one, &a) != 0 || ::fstat(other, &b) != 0)
            return systemError(where, errno);
        return status(a, b, where);
    }

private:
    static Error differs(const QByteArray &where, const char *what)
    {
        return { ErrorCode::Corrupt,
            QStringLiteral("%1: %2 differ between the folder and its copy")
                .arg(QString::fromUtf8(where.isEmpty() ? QByteArray("the folder itself") : where),
                    QString::fromLatin1(what)) };
    }

    static Result<void> status(const struct stat &a, const struct stat &b, const QByteArray &where)
    {
        if (a.st_mode != b.st_mode || a.st_uid != b.st_uid || a.st_gid != b.st_gid)
            return differs(where, "owner and mode");
        if (a.st_mtim.tv_sec != b.st_mtim.tv_sec || a.st_mtim.tv_nsec != b.st_mtim.tv_nsec)
            return differs(where, "the times");
        return {};
    }

    Result<void> entry(int one, int other, const QByteArray &name, const QByteArray &where, int depth)
    {
        struct stat a {
        };
        struct stat b {
        };
        if (::fstatat(one, name.constData(), &a, AT_SYMLINK_NOFOLLOW) != 0
            || ::fstatat(other, name.constData(), &b, AT_SYMLINK_NOFOLLOW) != 0)
            return systemError(where, errno);
        if ((a.st_mode & S_IFMT) != (b.st_mode & S_IFMT))
            return differs(where, "the kinds");
        if (S_ISLNK(a.st_mode)) {
            const Result<QByteArray> here = targetOf(one, name, where);
            const Result<QByteArray> there = targetOf(other, name, where);
            if (!here || !there)
                return here ? there.error() : here.error();
            return here.value() == there.value() ? status(a, b, where) : Result<void>(differs(where, "the links"));
        }
        const int flags = S_ISDIR(a.st_mode) ? OpenFolder : OpenFile;
        const Result<Descriptor> here = openEntry(one, name, where, flags, a);
        if (!here)
            return here.error();
        const Result<Descriptor> there = openEntry(other, name, where, flags, b);
        if (!there)
            return there.error();
        if (S_ISDIR(a.st_mode))
            return folder(here.value().fd(), there.value().fd(), where, depth + 1);
        if (a.st_size != b.st_size)
            return differs(where, "the sizes");
        if (Result<void> same = contents(here.value().fd(), there.value().fd(), where); !same)
            return same;
        return status(a, b, where);
    }

    Result<void> contents(int one, int other, const QByteArray &where)
    {
        m_one.resize(BlockBytes);
        m_other.resize(BlockBytes);
        for (qint64 at = 0;;) {
            const ssize_t a = ::pread(one, m_one.data(), size_t(BlockBytes), at);
            const ssize_t b = ::pread(other, m_other.data(), size_t(BlockBytes), at);
            if (a < 0 || b < 0)
                return systemError(where, errno);
            if (a != b || !std::equal(m_one.cbegin(), m_one.cbegin() + a, m_other.cbegin()))
                return differs(where, "the contents");
            if (a == 0)
                return {};
            at += a;
            if (!m_progress(0))
                return stopped();
        }
    }

    const Progress &m_progress;
    QByteArray m_one;
    QByteArray m_other;
};

class Removing : private Walk
{
public:
    explicit Removing(const Progress &progress)
        : m_progress(progress)
    {
    }

    Result<void> entry(int parent, const QByteArray &name, const QByteArray &where, int depth)
    {
        if (depth > Depth)
            return tooDeep(where);
        if (!m_progress(0))
            return stopped();
        if (::unlinkat(parent, name.constData(), 0) == 0 || errno == ENOENT)
            return {};
        if (errno != EISDIR)
            return systemError(where, errno);
        const Descriptor folder = openBeneath(parent, name, OpenFolder);
        if (!folder.isOpen())
            return systemError(where, errno);
        struct stat status {
        };
        if (::fstat(folder.fd(), &status) == 0 && (status.st_mode & 0700) != 0700)
            (void)::fchmod(folder.fd(), 0700); // what this was for shows below
        const Result<QList<QByteArray>> names = namesIn(folder.fd(), where);
        if (!names)
            return names.error();
        for (const QByteArray &child : names.value())
            if (Result<void> done = entry(folder.fd(), child, below(where, child), depth + 1); !done)
                return done;
        if (::unlinkat(parent, name.constData(), AT_REMOVEDIR) != 0 && errno != ENOENT)
            return systemError(where, errno);
        return {};
    }

private:
    const Progress &m_progress;
};

} // namespace

Result<qint64> measure(int folder)
{
    Measuring measuring;
    if (Result<void> done = measuring.folder(folder, {}, 0); !done)
        return done.error();
    return measuring.bytes;
}

Result<qint64> copy(int from, int into, const QByteArray &name, const Progress &progress)
{
    if (::mkdirat(into, name.constData(), 0700) != 0)
        return systemError(name, errno);
    const Descriptor target = openBeneath(into, name, OpenFolder);
    if (!target.isOpen())
        return systemError(name, errno);
    Copying copying(target.fd(), progress);
    if (Result<void> done = copying.folder(from, target.fd(), {}, 0); !done)
        return done.error();
    return copying.bytes;
}

Result<void> compare(int one, int other, const Progress &progress)
{
    return Comparing(progress).folder(one, other, {}, 0);
}

Result<void> remove(int parent, const QByteArray &name, const Progress &progress)
{
    return Removing(progress).entry(parent, name, name, 0);
}

} // namespace mailhelm::mailtree
