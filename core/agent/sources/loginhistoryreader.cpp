// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/loginhistoryreader.h"

#include "core/agent/sources/backwardlogreader.h"
#include "core/agent/sources/logtext.h"

#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mailhelm
{

namespace
{

constexpr qint64 Second = 1'000'000;
constexpr qsizetype HandOver = 500; ///< logins at once: a millisecond or two of the agent's thread
constexpr qint64 HandOverBytes = qint64(64) << 20;
constexpr qint64 Lag = 120 * Second;
constexpr size_t MostFiles = 400; ///< opened: descriptors are finite

/// Mail comes first: processor and disk are asked for only when nobody else wants them.
void stepBack()
{
    const auto thread = id_t(::syscall(SYS_gettid));
    (void)::setpriority(PRIO_PROCESS, thread, 19);
    constexpr int WhoProcess = 1; // ioprio_set(2), which has no header
    constexpr int IdleClass = 3 << 13;
    (void)::syscall(SYS_ioprio_set, WhoProcess, 0, IdleClass);
}

/// "NAME.3" and "NAME.3.gz" are number 3.
int numberOf(const QByteArray &path, const QByteArray &file)
{
    if (file == path)
        return 0;
    QByteArrayView rest = QByteArrayView(file).sliced(path.size());
    if (rest.endsWith(".gz"))
        rest = rest.chopped(3);
    if (!rest.startsWith('.'))
        return -1;
    return int(wholeNumber(rest.sliced(1)).value_or(-1));
}

} // namespace

LoginHistoryReader::LoginHistoryReader(Task task)
    : m_task(std::move(task))
{
    for (const HistoryLog &log : m_task.logs) {
        Log reading;
        reading.given = log;
        reading.reached = m_task.now;
        reading.reference = m_task.now;
        m_logs.push_back(std::move(reading));
    }
}

LoginHistoryReader::~LoginHistoryReader() = default;

void LoginHistoryReader::run()
{
    stepBack();
    listFiles();
    for (File &file : m_files) {
        if (m_stopped)
            return;
        read(file);
        file.blocks.reset();
        tellCovered();
    }
    Q_EMIT finished(m_unreadable);
}

void LoginHistoryReader::listFiles()
{
    for (size_t i = 0; i < m_logs.size(); ++i) {
        const QByteArray &path = m_logs[i].given.path;
        for (const QByteArray &name : QList<QByteArray> { path } + rotatedLogs(path, Compressed::Too)) {
            File file;
            file.log = i;
            file.name = name;
            file.number = numberOf(path, name);
            file.gzip = name.endsWith(".gz");
            if (isCompressedLog(name) && !file.gzip) {
                file.why = "this compression is not known here: only .gz is";
            } else if (m_files.size() >= MostFiles) {
                file.why = "there are too many logs";
            } else if (const int fd = ::open(name.constData(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); fd >= 0)
                file.blocks = LogBlocks::open(fd, file.gzip);
            else if (errno == ENOENT)
                continue; // rotated away, or not there yet
            else
                file.why = std::strerror(errno);
            struct stat st {
            };
            if (::stat(name.constData(), &st) == 0)
                file.modified = qint64(st.st_mtim.tv_sec) * Second;
            if (name == path)
                file.modified = m_task.now;
            m_bytesAll += file.blocks ? file.blocks->size() : 0;
            m_files.push_back(std::move(file));
        }
    }
    // Of several logs the newest first, too: what is known of all is then known soon.
    std::stable_sort(m_files.begin(), m_files.end(), [](const File &a, const File &b) {
        if (a.modified != b.modified || a.log != b.log)
            return a.modified > b.modified;
        return a.number < b.number; // restored from a backup: ".2" is newer than ".10"
    });
}

bool LoginHistoryReader::isKnown(const Log &log, qint64 from, qint64 to) const
{
    return std::all_of(log.given.sources.cbegin(), log.given.sources.cend(), [&](const QByteArray &source) {
        WatchedSpans known = log.given.read;
        if (const auto spans = log.given.known.find(source); spans != log.given.known.end())
            known.join(spans->second);
        return known.covers(from, to);
    });
}

void LoginHistoryReader::read(File &file)
{
    Log &log = m_logs[file.log];
    const bool follows = file.number < 0 || log.number < 0 || file.number <= log.number + 1;
    log.number = file.number;
    if (log.reached <= m_task.notBefore || log.reference <= m_task.notBefore)
        return;
    if (!file.blocks) {
        m_unreadable.append(file.name + ": " + file.why);
        log.broken = true;
        return;
    }
    const qint64 before = m_bytesDone;
    m_bytesDone += file.blocks->size();
    const qint64 reference = std::min(file.modified + Second - 1, log.reference);
    LoginScan::Wanted wanted = m_task.wanted;
    wanted.dovecot = log.given.sources.contains("dovecot");
    wanted.postfix = log.given.sources.contains("postfix");
    StampReader stamps(reference, wanted.zone);
    const std::optional<qint64> first = LoginScan::firstStamp(file.blocks->head(), stamps);
    const bool wasBroken = log.broken || !follows;
    if (!first) {
        log.broken = log.broken || file.blocks->size() > 0; // nothing but an empty file says nothing
        if (!file.blocks->error().isEmpty())
            m_unreadable.append(file.name + ": " + file.blocks->error());
        return;
    }
    // The ledger writes now and then until when the logs are followed.
    const qint64 knownFrom = std::max(*first, m_task.notBefore);
    if (isKnown(log, knownFrom, std::max(knownFrom, std::min(file.modified, m_task.now - Lag)))) {
        log.broken = wasBroken;
        if (!wasBroken)
            log.reached = std::min(log.reached, *first);
        log.reference = std::min(log.reference, *first);
        return;
    }

    m_scan.beginFile(wanted, reference);
    qint64 handed = 0;
    for (QByteArrayView block = file.blocks->next(); !block.isEmpty(); block = file.blocks->next()) {
        if (m_stopped)
            return;
        m_scan.scan(block);
        tellProgress(file, before + file.blocks->bytesRead());
        if (file.blocks->isBackward()) {
            if (m_scan.times() && m_scan.times()->first < m_task.notBefore)
                break;
            if (file.blocks->bytesRead() - handed > HandOverBytes) {
                handed = file.blocks->bytesRead();
                hand(m_scan);
            }
        }
        ::sched_yield();
    }
    hand(m_scan);
    const std::optional<LoginScan::Times> times = m_scan.times();
    if (!file.blocks->error().isEmpty())
        m_unreadable.append(file.name + ": " + file.blocks->error());
    if (!times) {
        log.broken = true;
        return;
    }
    // What a damaged file lacks at its end is a gap towards the newer ones.
    const bool damagedEnd = !file.blocks->error().isEmpty();
    const bool silent = log.reached - times->last > LoginScan::LongestSilence;
    log.broken = wasBroken || damagedEnd || silent;
    if (!log.broken) {
        log.reached = std::min(log.reached, times->unbrokenSince);
        log.broken = times->unbrokenSince > times->first;
    }
    log.reference = std::min(log.reference, times->first);
    if (file.blocks->error().isEmpty())
        Q_EMIT fileDone(
            log.given.path, times->unbrokenSince, file.number == 0 ? m_task.now : std::max(times->last, file.modified));
}

/// A source is as far back as the last of its logs.
void LoginHistoryReader::tellCovered()
{
    std::map<QByteArray, qint64> reached;
    for (const Log &log : m_logs)
        for (const QByteArray &source : log.given.sources)
            reached[source] = std::max(reached[source], log.reached);
    for (const auto &[source, since] : reached)
        if (since < m_task.now)
            Q_EMIT covered(source, since, m_task.now);
}

void LoginHistoryReader::tellProgress(const File &file, qint64 bytes)
{
    const int percent = int(m_bytesAll > 0 ? std::min<qint64>(99, bytes * 100 / m_bytesAll) : 0);
    if (percent == std::exchange(m_told, percent))
        return;
    Q_EMIT progress(percent, file.name.mid(file.name.lastIndexOf('/') + 1));
}

void LoginHistoryReader::hand(LoginScan &scan)
{
    const QList<LoginEvidence> logins = scan.take();
    for (qsizetype at = 0; at < logins.size(); at += HandOver)
        Q_EMIT found(logins.mid(at, HandOver));
}

} // namespace mailhelm
