// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/backwardlogreader.h"

#include "core/agent/sources/logpiece.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mailhelm
{

bool isCompressedLog(const QByteArray &name)
{
    for (const char *const end : { ".gz", ".xz", ".bz2", ".zst", ".lz4" }) {
        if (name.endsWith(end))
            return true;
    }
    return false;
}

QList<QByteArray> rotatedLogs(const QByteArray &path, Compressed compressed)
{
    struct Found {
        QByteArray path;
        qint64 time;
    };
    struct stat self {
    };
    const bool haveSelf = ::stat(path.constData(), &self) == 0;
    const QFileInfo info(QFile::decodeName(path));
    const QByteArray base = QFile::encodeName(info.fileName());
    const QByteArray folder = QFile::encodeName(info.path());
    QList<Found> found;
    const QStringList names = info.dir().entryList(QDir::Files | QDir::Hidden | QDir::System, QDir::NoSort);
    for (const QString &name : names) {
        const QByteArray candidate = QFile::encodeName(name);
        if (candidate.size() <= base.size() + 1 || !candidate.startsWith(base)
            || (candidate.at(base.size()) != '.' && candidate.at(base.size()) != '-'))
            continue;
        if (compressed == Compressed::LeftOut && isCompressedLog(candidate))
            continue;
        const QByteArray full = folder + '/' + candidate;
        struct stat st {
        };
        if (::stat(full.constData(), &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        if (haveSelf && st.st_ino == self.st_ino && st.st_dev == self.st_dev)
            continue;
        found.append({ full, qint64(st.st_mtim.tv_sec) * 1'000'000 + st.st_mtim.tv_nsec / 1000 });
    }
    // Equal times (copies, restored backups): ".1" is newer than ".2".
    std::sort(found.begin(), found.end(),
        [](const Found &a, const Found &b) { return a.time != b.time ? a.time > b.time : a.path < b.path; });
    QList<QByteArray> result;
    for (const Found &f : found)
        result.append(f.path);
    return result;
}

BackwardLogReader::BackwardLogReader(const QList<File> &files, qint64 now, qint64 maxBytes)
    : m_files(files)
    , m_now(now)
    , m_bytesLeft(maxBytes)
    , m_stamps(now)
{
}

BackwardLogReader::~BackwardLogReader()
{
    if (m_fd >= 0)
        ::close(m_fd);
}

bool BackwardLogReader::openNext()
{
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = -1;
    m_carry.clear();
    while (!m_files.isEmpty()) {
        const File file = m_files.takeFirst();
        const int fd = ::open(file.path.constData(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        struct stat st {
        };
        if (fd < 0)
            continue;
        if (::fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
            ::close(fd);
            continue;
        }
        m_fd = fd;
        m_at = file.end < 0 ? st.st_size : std::min<qint64>(file.end, st.st_size);
        m_lastLineOpen = true;
        m_stamps.setReference(std::min(m_now, qint64(st.st_mtim.tv_sec) * 1'000'000 + 999'999));
        return true;
    }
    return false;
}

void BackwardLogReader::frame(QByteArrayView bytes, LogBatch &batch)
{
    if (const std::optional<LogLine> line
        = frameLine(bytes.first(std::min<qsizetype>(bytes.size(), MaxLogLine)), m_stamps)) {
        batch.push_back(*line);
        m_stamps.setReference(line->time); // the line before it is not younger
    }
}

bool BackwardLogReader::next(LogBatch &batch, qint64 sliceBytes)
{
    if (m_fd < 0 || m_at == 0) {
        if (!openNext())
            return false;
    }
    const qint64 want = std::min({ sliceBytes, m_at, m_bytesLeft });
    if (m_at > 0 && want <= 0)
        return false; // the bound
    m_buffer.resize(want);
    qint64 have = 0;
    while (have < want) {
        const ssize_t n = ::pread(m_fd, m_buffer.data() + have, size_t(want - have), m_at - want + have);
        if (n <= 0)
            break;
        have += n;
    }
    if (have < want) { // emptied under us
        m_at = 0;
        return true;
    }
    m_at -= want;
    m_bytesLeft -= want;
    m_bytesRead += want;
    m_buffer += m_carry;
    m_carry.clear();

    qsizetype end = m_buffer.size();
    while (end > 0) {
        const qsizetype newline = QByteArrayView(m_buffer).first(end).lastIndexOf('\n');
        if (newline < 0)
            break;
        const QByteArrayView bytes = QByteArrayView(m_buffer).sliced(newline + 1, end - newline - 1);
        if (!m_lastLineOpen && !bytes.isEmpty())
            frame(bytes, batch);
        m_lastLineOpen = false;
        end = newline;
    }
    if (m_at == 0) {
        if (!m_lastLineOpen && end > 0)
            frame(QByteArrayView(m_buffer).first(end), batch);
    } else {
        m_carry = m_buffer.first(std::min<qsizetype>(end, MaxLogLine)); // of an overlong line only the start counts
    }
    return true;
}

} // namespace mailhelm
