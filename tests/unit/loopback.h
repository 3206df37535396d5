// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QtGlobal>

#include <utility>

namespace mailhelm
{

/// A blocking socket that closes itself. Failures of the operating system end the test program with their reason.
class Fd
{
public:
    explicit Fd(int fd = -1)
        : m_fd(fd)
    {
    }
    Fd(Fd &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }
    Fd &operator=(Fd &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Fd() { reset(); }
    void reset();
    void resetHard(); ///< with a TCP reset, which leaves nothing in TIME_WAIT
    [[nodiscard]] int get() const { return m_fd; }

    void write(const QByteArray &bytes);
    QByteArray read(qsizetype size); ///< exactly so many, or fewer at the end of the stream
    int readError(); ///< errno of a read, which is expected to fail; 0 if it does not

private:
    int m_fd;
};

/// A TCP listener on loopback with a port of the kernel's choice, and clients for it.
class Listener
{
public:
    enum Kind {
        V4,
        V6,
        Mapped, ///< listens on [::], spoken to from 127.0.0.1
    };
    explicit Listener(Kind kind = V4);
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] const Fd &fd() const { return m_fd; }
    Fd connect();
    Fd accept();

private:
    Kind m_kind;
    Fd m_fd;
    quint16 m_port = 0;
};

quint64 cookieOf(const Fd &socket);
quint32 inodeOf(const Fd &socket);
quint16 localPortOf(const Fd &socket);
quint16 peerPortOf(const Fd &socket);
void raiseFileLimit();
double threadCpuMs();

} // namespace mailhelm
