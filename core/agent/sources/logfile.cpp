// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/logfile.h"

#include "core/agent/sources/backwardlogreader.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mailhelm
{

namespace
{

constexpr qint64 SliceBytes = 256 * 1024; // some 1,400 lines: a few milliseconds with their parsing
constexpr qint64 RetireUs = 60'000'000; // daemons keep the renamed file open until they are told
constexpr int PollMs = 5'000;
constexpr quint64 StrangeLines = 50;

/// The files that may hold what came after `since`, oldest first: rotated ones written later than it.
QList<QByteArray> rotatedAfter(const QByteArray &path, const QByteArray &since)
{
    QList<QByteArray> newestFirst = rotatedLogs(path);
    const qsizetype at = newestFirst.indexOf(since);
    if (at < 0)
        return {};
    newestFirst.resize(at);
    std::reverse(newestFirst.begin(), newestFirst.end());
    return newestFirst;
}

} // namespace

LogFile::LogFile(const QByteArray &path, const Clock &clock, QObject *parent)
    : LogInput(parent)
    , m_path(path)
    , m_clock(clock)
{
    m_sliceTimer.setSingleShot(true);
    m_sliceTimer.setInterval(0);
    connect(&m_sliceTimer, &QTimer::timeout, this, &LogFile::slice);
    m_backTimer.setSingleShot(true);
    m_backTimer.setInterval(0);
    connect(&m_backTimer, &QTimer::timeout, this, &LogFile::sliceBack);
    m_poll.setInterval(PollMs);
    connect(&m_poll, &QTimer::timeout, this, &LogFile::look);
}

LogFile::~LogFile()
{
    m_notifier.reset();
    if (m_inotify >= 0)
        ::close(m_inotify);
}

LogInput::Start LogFile::start(const QByteArray &stored)
{
    m_started = true;
    watch();
    m_poll.start();
    const qint64 now = m_clock.nowUs();
    const std::optional<LogPosition> wanted = LogPosition::decode(stored);
    Start outcome = wanted ? Start::Gap : Start::Fresh;

    if (wanted) {
        const auto fits = [&](const LogPiece &piece, bool sameInode) {
            return (!sameInode || piece.inode() == wanted->inode) && piece.size() >= wanted->offset
                && wanted->headFits(piece.fd());
        };
        // The renamed file first; a copy (copytruncate) has another inode and is told by its head alone.
        const QList<QByteArray> candidates = QList<QByteArray> { m_path } + rotatedLogs(m_path);
        for (const bool sameInode : { true, false }) {
            if (outcome == Start::Continued || (!sameInode && wanted->headLength < 64))
                break;
            for (const QByteArray &candidate : candidates) {
                const qint64 fileTime
                    = QFileInfo(QFile::decodeName(candidate)).lastModified().toMSecsSinceEpoch() * 1000;
                std::unique_ptr<LogPiece> piece
                    = LogPiece::open(candidate, wanted->offset, candidate == m_path ? now : std::min(now, fileTime));
                if (!piece || !fits(*piece, sameInode))
                    continue;
                outcome = Start::Continued;
                const bool current = candidate == m_path;
                if (!current)
                    piece->retireAt = m_clock.monotonicUs() + RetireUs;
                m_pieces.push_back(std::move(piece));
                m_haveCurrent = current;
                watchFile(candidate);
                for (const QByteArray &later : current ? QList<QByteArray> {} : rotatedAfter(m_path, candidate)) {
                    if (std::unique_ptr<LogPiece> next = LogPiece::open(later, 0, now)) {
                        next->retireAt = m_clock.monotonicUs() + RetireUs;
                        m_pieces.push_back(std::move(next));
                    }
                }
                break;
            }
        }
    }
    if (!m_haveCurrent)
        openCurrent(outcome == Start::Continued ? 0 : -1);
    scheduleSlice();
    return outcome;
}

/// offset -1: at the end, but not inside a line.
bool LogFile::openCurrent(qint64 offset)
{
    std::unique_ptr<LogPiece> piece = LogPiece::open(m_path, 0, m_clock.nowUs());
    m_openError = piece ? 0 : errno;
    if (!piece) {
        judge();
        return false;
    }
    if (offset < 0) {
        // After the last newline: what follows it is a line in the making.
        qint64 end = piece->size();
        std::array<char, 4096> buffer {};
        while (end > 0) {
            const qint64 want = std::min<qint64>(end, qint64(buffer.size()));
            const ssize_t n = ::pread(piece->fd(), buffer.data(), size_t(want), end - want);
            if (n != want)
                break;
            const qsizetype newline = QByteArrayView(buffer.data(), n).lastIndexOf('\n');
            if (newline >= 0) {
                end = end - want + newline + 1;
                break;
            }
            end -= want;
        }
        offset = end;
        piece = LogPiece::open(m_path, offset, m_clock.nowUs());
        if (!piece)
            return false;
    }
    m_pieces.push_back(std::move(piece));
    m_haveCurrent = true;
    watchFile(m_path);
    judge();
    return true;
}

void LogFile::watch()
{
    if (m_inotify < 0) {
        m_inotify = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (m_inotify < 0)
            return; // the timer looks instead
        m_notifier = std::make_unique<QSocketNotifier>(m_inotify, QSocketNotifier::Read);
        connect(m_notifier.get(), &QSocketNotifier::activated, this, &LogFile::onNotify);
    }
    if (m_directoryWatch < 0) {
        const QByteArray folder = QFile::encodeName(QFileInfo(QFile::decodeName(m_path)).path());
        m_directoryWatch = ::inotify_add_watch(m_inotify, folder.constData(),
            IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR);
    }
}

void LogFile::watchFile(const QByteArray &path)
{
    // The watch is on the inode: it goes on through a rename. The kernel gives the same number for the same file.
    if (m_inotify >= 0)
        (void)::inotify_add_watch(m_inotify, path.constData(), IN_MODIFY | IN_ATTRIB);
}

void LogFile::onNotify()
{
    alignas(inotify_event) std::array<char, 16 * 1024> buffer {};
    for (;;) {
        const ssize_t n = ::read(m_inotify, buffer.data(), buffer.size());
        if (n <= 0)
            break;
        for (ssize_t at = 0; at + ssize_t(sizeof(inotify_event)) <= n;) {
            inotify_event event {};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            if (event.wd == m_directoryWatch && (event.mask & IN_IGNORED))
                m_directoryWatch = -1; // the folder itself went away
            at += ssize_t(sizeof event) + ssize_t(event.len);
        }
    }
    look();
}

void LogFile::look()
{
    if (!m_started)
        return;
    watch();
    struct stat st {
    };
    const bool there = ::stat(m_path.constData(), &st) == 0;
    if (m_haveCurrent) {
        LogPiece &current = *m_pieces.back();
        if (there && st.st_ino != current.inode()) {
            current.retireAt = m_clock.monotonicUs() + RetireUs;
            m_haveCurrent = false;
        } else if (current.wasTruncated()) {
            handleTruncation();
        }
    }
    if (!m_haveCurrent) {
        if (there)
            openCurrent(0);
        else
            m_openError = ENOENT;
    }
    judge();
    scheduleSlice();
}

void LogFile::handleTruncation()
{
    LogPiece &current = *m_pieces.back();
    const LogPosition lost = current.position();
    current.restart();
    if (lost.headLength >= 64) {
        for (const QByteArray &candidate : rotatedLogs(m_path)) {
            std::unique_ptr<LogPiece> copy = LogPiece::open(candidate, lost.offset, m_clock.nowUs());
            if (!copy || copy->size() < lost.offset || !lost.headFits(copy->fd()))
                continue;
            copy->retireAt = m_clock.monotonicUs() + RetireUs;
            m_pieces.insert(m_pieces.end() - 1, std::move(copy));
            return;
        }
    }
    ++m_gaps;
}

void LogFile::scheduleSlice()
{
    if (!m_sliceTimer.isActive())
        m_sliceTimer.start();
}

void LogFile::slice()
{
    LogBatch batch;
    qint64 readBytes = 0;
    const qint64 now = m_clock.nowUs();
    for (size_t i = 0; i < m_pieces.size() && readBytes == 0; ++i) {
        LogPiece &piece = *m_pieces[i];
        if (piece.retireAt == 0)
            piece.setStampReference(now);
        readBytes = piece.read(batch, SliceBytes);
    }
    if (readBytes > 0) {
        if (!batch.empty())
            Q_EMIT lines(batch);
        judge();
        scheduleSlice();
        return;
    }
    const qint64 monotonic = m_clock.monotonicUs();
    while (!m_pieces.empty() && m_pieces.front()->retireAt != 0 && m_pieces.front()->retireAt <= monotonic)
        m_pieces.pop_front();
    if (!m_caughtUp) {
        m_caughtUp = true;
        Q_EMIT caughtUp();
    }
}

void LogFile::readBack(qint64 notBefore)
{
    QList<BackwardLogReader::File> files;
    if (m_haveCurrent)
        files.append({ m_path, m_pieces.back()->position().offset });
    for (const QByteArray &sibling : rotatedLogs(m_path))
        files.append({ sibling, -1 });
    m_backNotBefore = notBefore;
    m_back = std::make_unique<BackwardLogReader>(files, m_clock.nowUs());
    m_backTimer.start();
}

void LogFile::stopReadBack()
{
    if (!m_back)
        return;
    m_back.reset();
    m_backTimer.stop();
    Q_EMIT readBackDone(false);
}

void LogFile::sliceBack()
{
    if (!m_back)
        return;
    LogBatch batch;
    bool more = m_back->next(batch);
    bool horizonMet = false;
    const auto tooOld
        = std::find_if(batch.begin(), batch.end(), [&](const LogLine &l) { return l.time < m_backNotBefore; });
    if (tooOld != batch.end()) {
        batch.erase(tooOld, batch.end());
        more = false;
        horizonMet = true;
    }
    if (!batch.empty())
        Q_EMIT olderLines(batch);
    if (!m_back)
        return; // a receiver had enough
    if (more) {
        m_backTimer.start();
        return;
    }
    m_back.reset();
    Q_EMIT readBackDone(horizonMet);
}

QList<QByteArray> LogFile::files() const
{
    return QList<QByteArray> { m_path } + rotatedLogs(m_path);
}

QByteArray LogFile::position() const
{
    // Renamed files that are still open were read to their end; only the oldest with something left holds the place
    // back.
    for (const std::unique_ptr<LogPiece> &piece : m_pieces) {
        if (piece->position().offset < piece->size() || piece == m_pieces.back())
            return piece->position().encode();
    }
    return {};
}

void LogFile::judge()
{
    using State = SourceStatus::State;
    if (!m_haveCurrent) {
        const int error = m_openError;
        if (error == EINVAL || error == EISDIR || error == ENXIO) {
            setStatus(State::Down, m_path + " is not a file",
                "name the log file, or \"journal\", in the agent's configuration");
            return;
        }
        if (error == EACCES || error == EPERM) {
            setStatus(
                State::Down, m_path + " may not be read", "usermod -aG adm mailhelm && systemctl restart mailhelmd");
        } else if (error == ENOENT || error == ENOTDIR) {
            setStatus(State::Down, m_path + " does not exist",
                "name the log file, or \"journal\", in the agent's configuration");
        } else if (error != 0) {
            setStatus(State::Down, m_path + ": " + std::strerror(error), {});
        }
        return;
    }
    const LogPiece &current = *m_pieces.back();
    if (current.framed() == 0 && current.unframed() >= StrangeLines) {
        setStatus(State::Degraded, m_path + ": no line begins with a time stamp that is understood",
            "log_timestamp = \"%Y-%m-%d %H:%M:%S \"");
        return;
    }
    setStatus(State::Ok, {}, {});
}

void LogFile::setStatus(SourceStatus::State state, const QByteArray &detail, const QByteArray &mend)
{
    SourceStatus next;
    next.state = state;
    next.detail = detail;
    next.mend = mend;
    if (next == m_status)
        return;
    m_status = next;
    Q_EMIT statusChanged();
}

} // namespace mailhelm
