// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>

#include <utility>

namespace mailhelm
{

/// An open file, closed when this ends.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor();
    Descriptor(Descriptor &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }

    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    [[nodiscard]] int fd() const { return m_fd; }

private:
    int m_fd = -1;
};

/// openat2(2): `path` below the folder `dir`, never above or beside it, through no link of any kind. errno tells why
/// it is not open.
[[nodiscard]] Descriptor openBeneath(int dir, const QByteArray &path, int flags);

/// What errno says, as an Error about `what`: NotFound, PermissionDenied, Conflict (it exists), else Io.
[[nodiscard]] Error systemError(const QByteArray &what, int code);

} // namespace mailhelm
