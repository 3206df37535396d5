// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <memory>

namespace mailhelm
{

/// A log file in blocks of whole lines, for reading all of it quickly: a plain one from its end to its start, a
/// compressed one (gzip, RFC 1952, of one member or several) from its start to its end, since it cannot be read
/// otherwise. Memory is bounded by a block; a line that is longer than one is left out. Any thread, one at a time.
class LogBlocks
{
public:
    static constexpr qint64 BlockBytes = 1 << 18;

    /// Takes over the descriptor of a regular file.
    [[nodiscard]] static std::unique_ptr<LogBlocks> open(int fd, bool gzip);
    virtual ~LogBlocks();
    LogBlocks(const LogBlocks &) = delete;
    LogBlocks &operator=(const LogBlocks &) = delete;

    /// The next block, each of its lines ended by a newline; valid until the next call. Empty: there is no more, or
    /// error() says why.
    [[nodiscard]] virtual QByteArrayView next() = 0;
    /// The file's first lines, whichever way it is read; before the first next().
    [[nodiscard]] virtual QByteArray head() = 0;
    [[nodiscard]] virtual bool isBackward() const = 0;

    [[nodiscard]] const QByteArray &error() const { return m_error; } ///< empty: none
    [[nodiscard]] qint64 bytesRead() const { return m_bytesRead; } ///< of the file as it lies on the disk
    [[nodiscard]] qint64 size() const; ///< the same

protected:
    explicit LogBlocks(int fd)
        : m_fd(fd)
    {
    }
    /// As much as there is, up to `size`; -1: it cannot be read, and error() says why.
    qint64 readAt(qint64 offset, char *to, qint64 size);

    int m_fd;
    qint64 m_bytesRead = 0;
    QByteArray m_error;
};

} // namespace mailhelm
