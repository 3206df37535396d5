// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logpiece.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mailhelm
{

std::unique_ptr<LogPiece> LogPiece::open(const QByteArray &path, qint64 offset, qint64 stampReference)
{
    // O_NONBLOCK: opening a fifo must not hang.
    const int fd = ::open(path.constData(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return nullptr;
    struct stat st {
    };
    std::optional<LogPosition> position;
    if (::fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        position = LogPosition::ofFile(fd);
    if (!position) {
        ::close(fd);
        errno = EINVAL;
        return nullptr;
    }
    position->offset = offset;
    return std::unique_ptr<LogPiece>(new LogPiece(fd, *position, stampReference));
}

LogPiece::LogPiece(int fd, const LogPosition &position, qint64 stampReference)
    : m_fd(fd)
    , m_position(position)
    , m_readOffset(position.offset)
    , m_stamps(stampReference)
{
}

LogPiece::~LogPiece()
{
    ::close(m_fd);
}

qint64 LogPiece::size() const
{
    struct stat st {
    };
    return ::fstat(m_fd, &st) == 0 ? st.st_size : 0;
}

bool LogPiece::wasTruncated() const
{
    return size() < m_readOffset || !m_position.headFits(m_fd);
}

void LogPiece::restart()
{
    m_readOffset = 0;
    m_buffer.clear();
    m_consumed = 0;
    m_skipping = false;
    if (const std::optional<LogPosition> fresh = LogPosition::ofFile(m_fd))
        m_position = *fresh;
    m_position.offset = 0;
}

void LogPiece::refreshHead()
{
    if (m_position.headLength >= LogPosition::HeadSize || m_readOffset <= m_position.headLength)
        return;
    if (const std::optional<LogPosition> fresh = LogPosition::ofFile(m_fd)) {
        m_position.headLength = fresh->headLength;
        m_position.headHash = fresh->headHash;
    }
}

qint64 LogPiece::read(LogBatch &batch, qint64 maxBytes)
{
    if (m_consumed > 0) {
        m_buffer.remove(0, m_consumed);
        m_consumed = 0;
    }
    const qsizetype had = m_buffer.size();
    m_buffer.resize(had + maxBytes);
    const ssize_t n = ::pread(m_fd, m_buffer.data() + had, size_t(maxBytes), m_readOffset);
    m_buffer.resize(had + std::max<ssize_t>(n, 0));
    if (n <= 0)
        return 0;
    m_readOffset += n;
    refreshHead();

    const char *const data = m_buffer.constData();
    const qsizetype size = m_buffer.size();
    qsizetype from = had; // what was there before holds no newline
    while (from < size) {
        const void *const hit = std::memchr(data + from, '\n', size_t(size - from));
        if (!hit)
            break;
        const qsizetype end = static_cast<const char *>(hit) - data;
        if (!m_skipping) {
            const QByteArrayView bytes(data + m_consumed, std::min<qsizetype>(end - m_consumed, MaxLogLine));
            if (const std::optional<LogLine> line = frameLine(bytes, m_stamps)) {
                batch.push_back(*line);
                ++m_framed;
            } else if (!bytes.isEmpty()) {
                ++m_unframed;
            }
        }
        m_skipping = false;
        m_consumed = end + 1;
        from = m_consumed;
    }
    const qsizetype rest = size - m_consumed;
    m_position.offset = m_readOffset - rest;
    if (m_skipping) {
        m_consumed = size; // still the same overlong line
    } else if (rest > MaxLogLine) {
        if (const std::optional<LogLine> line = frameLine(QByteArrayView(data + m_consumed, MaxLogLine), m_stamps)) {
            batch.push_back(*line);
            ++m_framed;
        }
        m_skipping = true;
        m_consumed = size;
    }
    return n;
}

} // namespace mailhelm
