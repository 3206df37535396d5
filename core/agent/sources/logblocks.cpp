// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logblocks.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace mailhelm
{

namespace
{

constexpr qint64 HeadBytes = 64 * 1024;

class PlainBlocks final : public LogBlocks
{
public:
    explicit PlainBlocks(int fd)
        : LogBlocks(fd)
        , m_at(size())
    {
    }
    bool isBackward() const override { return true; }

    QByteArray head() override
    {
        QByteArray bytes(std::min(HeadBytes, size()), Qt::Uninitialized);
        bytes.truncate(std::max<qint64>(0, readAt(0, bytes.data(), bytes.size())));
        m_bytesRead = 0;
        return bytes;
    }

    QByteArrayView next() override
    {
        while (m_at > 0) {
            const qint64 want = std::min(BlockBytes, m_at);
            m_buffer.resize(want);
            if (readAt(m_at - want, m_buffer.data(), want) != want) {
                if (m_error.isEmpty())
                    m_error = "it was emptied while it was read";
                return {};
            }
            // From after the first newline, unless this is the start of the file, to the last one.
            const QByteArrayView all(m_buffer);
            const qsizetype first = want == m_at ? 0 : all.indexOf('\n') + 1;
            const qsizetype last = all.lastIndexOf('\n') + 1;
            if (want != m_at && first == 0) { // inside a line that is longer than a block
                m_at -= want;
                continue;
            }
            m_at = m_at - want + (first < last ? first : 0);
            if (first < last)
                return all.sliced(first, last - first);
        }
        return {};
    }

private:
    qint64 m_at; ///< start of what was read
    QByteArray m_buffer;
};

class GzipBlocks final : public LogBlocks
{
public:
    explicit GzipBlocks(int fd)
        : LogBlocks(fd)
        , m_buffer(BlockBytes, Qt::Uninitialized)
        , m_input(128 * 1024, Qt::Uninitialized)
    {
        m_open = ::inflateInit2(&m_stream, 16 + MAX_WBITS) == Z_OK;
        if (!m_open)
            m_error = "there is no memory for it";
    }
    ~GzipBlocks() override { ::inflateEnd(&m_stream); }
    bool isBackward() const override { return false; }

    QByteArray head() override
    {
        // The first block is what next() gives, too.
        if (m_headEnd == 0)
            m_headEnd = fill();
        return m_buffer.first(std::min<qint64>(HeadBytes, m_headEnd));
    }

    QByteArrayView next() override
    {
        qsizetype end = std::exchange(m_headEnd, 0);
        while (end == 0 && !m_ended) {
            m_filled -= m_given;
            std::memmove(m_buffer.data(), m_buffer.data() + m_given, size_t(m_filled));
            m_given = 0;
            end = fill();
        }
        m_given = end;
        return QByteArrayView(m_buffer).first(end);
    }

private:
    /// Fills the buffer behind what is there; returns the end of its last whole line.
    qsizetype fill()
    {
        while (m_filled < m_buffer.size() && !m_ended && m_error.isEmpty()) {
            if (m_stream.avail_in == 0) {
                const qint64 n = readAt(m_bytesRead, m_input.data(), m_input.size());
                if (n <= 0) {
                    m_ended = true;
                    if (n == 0 && !m_betweenMembers)
                        m_error = "it is cut off";
                    break;
                }
                m_stream.next_in = reinterpret_cast<Bytef *>(m_input.data());
                m_stream.avail_in = uInt(n);
            }
            if (m_betweenMembers && !startMember())
                break;
            m_stream.next_out = reinterpret_cast<Bytef *>(m_buffer.data() + m_filled);
            m_stream.avail_out = uInt(m_buffer.size() - m_filled);
            const int state = m_open ? ::inflate(&m_stream, Z_NO_FLUSH) : Z_MEM_ERROR;
            m_filled = m_buffer.size() - qsizetype(m_stream.avail_out);
            if (state == Z_STREAM_END) {
                m_betweenMembers = true;
            } else if (state != Z_OK && state != Z_BUF_ERROR) {
                m_error = "it is damaged";
                m_ended = true;
            }
        }
        const qsizetype end = QByteArrayView(m_buffer).first(m_filled).lastIndexOf('\n') + 1;
        if (end == 0 && m_filled == m_buffer.size())
            m_filled = 0; // a line that is longer than a block
        return end;
    }

    /// Another member, or the zeros that pad a file.
    bool startMember()
    {
        if (*m_stream.next_in == 0) {
            m_ended = true;
            return false;
        }
        m_betweenMembers = false;
        ::inflateReset(&m_stream);
        return true;
    }

    z_stream m_stream {};
    bool m_open = false;
    bool m_ended = false;
    bool m_betweenMembers = false;
    qsizetype m_filled = 0; ///< of m_buffer
    qsizetype m_given = 0; ///< of that, in the last block
    qsizetype m_headEnd = 0; ///< the first block is there already
    QByteArray m_buffer;
    QByteArray m_input;
};

} // namespace

std::unique_ptr<LogBlocks> LogBlocks::open(int fd, bool gzip)
{
    if (gzip)
        return std::make_unique<GzipBlocks>(fd);
    return std::make_unique<PlainBlocks>(fd);
}

LogBlocks::~LogBlocks()
{
    ::close(m_fd);
}

qint64 LogBlocks::size() const
{
    struct stat st {
    };
    return ::fstat(m_fd, &st) == 0 ? st.st_size : 0;
}

qint64 LogBlocks::readAt(qint64 offset, char *to, qint64 size)
{
    qint64 have = 0;
    while (have < size) {
        const ssize_t n = ::pread(m_fd, to + have, size_t(size - have), offset + have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            m_error = std::strerror(errno);
            return -1;
        }
        if (n == 0)
            break;
        have += n;
    }
    m_bytesRead += have;
    return have;
}

} // namespace mailhelm
