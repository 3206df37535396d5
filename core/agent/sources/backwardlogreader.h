// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/loginput.h"
#include "core/agent/sources/stampreader.h"

#include <QByteArray>
#include <QList>

namespace mailhelm
{

/// The rotated siblings of a log, "NAME.1", "NAME-20261122" …, latest written first; compressed ones too where they are
/// asked for. `path` itself and whatever is the same file as it are left out.
enum class Compressed { LeftOut, Too };
[[nodiscard]] QList<QByteArray> rotatedLogs(const QByteArray &path, Compressed compressed = Compressed::LeftOut);
[[nodiscard]] bool isCompressedLog(const QByteArray &name); ///< by its ending

/// Yields the lines of some files newest first, a slice at a time: memory is bounded by a slice and the longest line.
/// Compressed logs are not read.
class BackwardLogReader
{
public:
    struct File {
        QByteArray path;
        qint64 end = -1; ///< read from here backwards; -1 = the end of the file
    };

    /// `files`: newest first. `now`: µs, the reference for stamps without a year in a file without a usable time.
    BackwardLogReader(const QList<File> &files, qint64 now, qint64 maxBytes = qint64(1) << 30);
    ~BackwardLogReader();
    BackwardLogReader(const BackwardLogReader &) = delete;
    BackwardLogReader &operator=(const BackwardLogReader &) = delete;

    /// Appends the lines of the next slice, newest first; the views last until the next call. False: there is no more
    /// (or the bound on bytes is met). A file that cannot be read is passed over.
    bool next(LogBatch &batch, qint64 sliceBytes = 256 * 1024);

    [[nodiscard]] qint64 bytesRead() const { return m_bytesRead; }

private:
    bool openNext();
    void frame(QByteArrayView bytes, LogBatch &batch);

    QList<File> m_files;
    qint64 m_now;
    qint64 m_bytesLeft;
    qint64 m_bytesRead = 0;
    int m_fd = -1;
    qint64 m_at = 0; ///< start of what was read of this file
    bool m_lastLineOpen = false; ///< the piece after the last newline is not a whole line yet
    QByteArray m_carry; ///< the rest of a line whose start lies before m_at
    QByteArray m_buffer; ///< what the views of the last batch point into
    StampReader m_stamps;
};

} // namespace mailhelm
