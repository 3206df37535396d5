// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/loginput.h"
#include "core/agent/sources/logposition.h"
#include "core/agent/sources/stampreader.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <optional>

namespace mailhelm
{

/// The longest line that is looked at; the rest of a longer one is skipped. Dovecot and syslog daemons cut far earlier.
constexpr qint64 MaxLogLine = 64 * 1024;

/// One open log file, read forward in slices. Owns the descriptor.
class LogPiece
{
public:
    /// `stampReference`: the clock's now for a live file, the file's time for an old one. `offset`: where to go on.
    /// nullptr and errno: it cannot be opened, or (EINVAL) is no regular file.
    [[nodiscard]] static std::unique_ptr<LogPiece> open(const QByteArray &path, qint64 offset, qint64 stampReference);
    ~LogPiece();
    LogPiece(const LogPiece &) = delete;
    LogPiece &operator=(const LogPiece &) = delete;

    /// Reads at most `maxBytes` and appends the whole lines among them to `batch`. The views last until the next call.
    /// Returns how many bytes were read: 0 = at the end (or not readable now).
    qint64 read(LogBatch &batch, qint64 maxBytes);
    /// The file was emptied in place: begin again.
    void restart();
    void setStampReference(qint64 reference) { m_stamps.setReference(reference); }

    /// The descriptor, for stat; stays ours.
    [[nodiscard]] int fd() const { return m_fd; }
    [[nodiscard]] qint64 size() const;
    [[nodiscard]] quint64 inode() const { return m_position.inode; }
    [[nodiscard]] const LogPosition &position() const { return m_position; }
    /// How far bytes were read, which may be inside a line.
    [[nodiscard]] qint64 readOffset() const { return m_readOffset; }
    /// Whether the file is shorter than what was read of it, or begins differently now.
    [[nodiscard]] bool wasTruncated() const;

    /// Lines since opening that had a frame, and those that had none.
    [[nodiscard]] quint64 framed() const { return m_framed; }
    [[nodiscard]] quint64 unframed() const { return m_unframed; }

    /// monotonic µs after which a renamed file is let go; 0 = the current one.
    qint64 retireAt = 0;

private:
    LogPiece(int fd, const LogPosition &position, qint64 stampReference);
    void refreshHead();

    int m_fd;
    LogPosition m_position;
    qint64 m_readOffset;
    StampReader m_stamps;
    QByteArray m_buffer; ///< bytes [m_readOffset - size, m_readOffset)
    qsizetype m_consumed = 0; ///< of m_buffer, handed out as lines
    bool m_skipping = false; ///< inside the rest of a line that was too long
    quint64 m_framed = 0;
    quint64 m_unframed = 0;
};

} // namespace mailhelm
