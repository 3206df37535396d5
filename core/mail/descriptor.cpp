// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/descriptor.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mailhelm
{

Descriptor::~Descriptor()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

Descriptor openBeneath(int dir, const QByteArray &path, int flags)
{
    open_how how {};
    how.flags = quint64(flags) | O_CLOEXEC | O_NOFOLLOW;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    long fd = -1;
    do // EAGAIN: somebody renamed a folder on the way, and the kernel cannot tell that we stayed below
        fd = ::syscall(SYS_openat2, dir, path.constData(), &how, sizeof how);
    while (fd < 0 && (errno == EAGAIN || errno == EINTR));
    return Descriptor(int(fd));
}

Error systemError(const QByteArray &what, int code)
{
    ErrorCode kind = ErrorCode::Io;
    if (code == ENOENT)
        kind = ErrorCode::NotFound;
    else if (code == EACCES || code == EPERM)
        kind = ErrorCode::PermissionDenied;
    else if (code == EEXIST || code == ENOTEMPTY)
        kind = ErrorCode::Conflict;
    return { kind, QStringLiteral("%1: %2").arg(QString::fromUtf8(what), QString::fromUtf8(std::strerror(code))) };
}

} // namespace mailhelm
