// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/statelock.h"

#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace mailhelm
{

StateLock::~StateLock()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

Result<void> StateLock::take(const QString &folder)
{
    const QString name = folder + QStringLiteral("/lock");
    const int fd = ::open(QFile::encodeName(name).constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return Error { errno == EACCES ? ErrorCode::PermissionDenied : ErrorCode::Io,
            QStringLiteral(
                "%1 cannot be opened: %2. The state folder and all in it belong to the user that mailhelmd runs as: "
                "chown -R mailhelm: %3")
                .arg(name, qt_error_string(errno), folder) };
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        ::close(fd);
        if (error == EWOULDBLOCK)
            return Error { ErrorCode::Conflict,
                QStringLiteral("Another mailhelmd is running with the state folder %1. Stop it first, or give this "
                               "one a state folder of its own: state in [agent]. This shows it: fuser -v %2")
                    .arg(folder, name) };
        return Error { ErrorCode::Io, QStringLiteral("%1 cannot be locked: %2").arg(name, qt_error_string(error)) };
    }
    m_fd = fd;
    return {};
}

} // namespace mailhelm
