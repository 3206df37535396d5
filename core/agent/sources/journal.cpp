// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/journal.h"

#include "core/agent/sources/logpiece.h"
#include "core/agent/sources/logtext.h"

#include <systemd/sd-journal.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace mailhelm
{

namespace
{

constexpr int SliceEntries = 500; // the journal is slower than a file: a few milliseconds
constexpr int PollMs = 5'000; // for file systems that do not notify

QByteArrayView fieldOf(sd_journal *journal, const char *name)
{
    const void *data = nullptr;
    size_t length = 0;
    if (::sd_journal_get_data(journal, name, &data, &length) < 0)
        return {};
    const QByteArrayView whole(static_cast<const char *>(data), qsizetype(length));
    const qsizetype skip = qsizetype(std::strlen(name)) + 1; // "NAME="
    return whole.size() < skip ? QByteArrayView() : whole.sliced(skip);
}

QByteArray cursorOf(sd_journal *journal)
{
    char *cursor = nullptr;
    if (::sd_journal_get_cursor(journal, &cursor) < 0)
        return {};
    const QByteArray result(cursor);
    std::free(cursor);
    return result;
}

} // namespace

void JournalLog::Closer::operator()(sd_journal *journal) const
{
    ::sd_journal_close(journal);
}

JournalLog::JournalLog(const Settings &settings, const Clock &clock, QObject *parent)
    : LogInput(parent)
    , m_settings(settings)
    , m_clock(clock)
{
    for (QTimer *const timer : { &m_sliceTimer, &m_backTimer }) {
        timer->setSingleShot(true);
        timer->setInterval(0);
    }
    connect(&m_sliceTimer, &QTimer::timeout, this, &JournalLog::slice);
    connect(&m_backTimer, &QTimer::timeout, this, &JournalLog::sliceBack);
    m_poll.setInterval(PollMs);
    connect(&m_poll, &QTimer::timeout, this, &JournalLog::onActivity);
}

JournalLog::~JournalLog() = default;

JournalLog::Handle JournalLog::open()
{
    sd_journal *raw = nullptr;
    const int rc = m_settings.directory.isEmpty()
        ? ::sd_journal_open(&raw, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM)
        : ::sd_journal_open_directory(&raw, m_settings.directory.constData(), 0);
    if (rc < 0) {
        setStatus(SourceStatus::State::Down, QByteArray("the journal cannot be opened: ") + std::strerror(-rc),
            "usermod -aG systemd-journal mailhelm && systemctl restart mailhelmd");
        return {};
    }
    Handle journal(raw);
    for (const QByteArray &match : m_settings.matches) {
        if (::sd_journal_add_match(raw, match.constData(), size_t(match.size())) < 0
            || ::sd_journal_add_disjunction(raw) < 0) {
            setStatus(SourceStatus::State::Down, "not a match for the journal: " + match, "write it as FIELD=value");
            return {};
        }
    }
    // Without the right to read, opening succeeds and shows nothing.
    if (m_settings.directory.isEmpty() && ::sd_journal_has_persistent_files(raw) <= 0
        && ::sd_journal_has_runtime_files(raw) <= 0) {
        setStatus(SourceStatus::State::Down, "there is no journal that may be read",
            "usermod -aG systemd-journal mailhelm && systemctl restart mailhelmd");
        return journal; // one may come
    }
    setStatus(SourceStatus::State::Ok, {}, {});
    return journal;
}

LogInput::Start JournalLog::start(const QByteArray &stored)
{
    m_journal = open();
    Start outcome = stored.isEmpty() ? Start::Fresh : Start::Gap;
    if (m_journal) {
        sd_journal *const journal = m_journal.get();
        const int fd = ::sd_journal_get_fd(journal); // also arms the watch, before the first look
        if (fd >= 0) {
            m_notifier = std::make_unique<QSocketNotifier>(fd, QSocketNotifier::Read);
            connect(m_notifier.get(), &QSocketNotifier::activated, this, &JournalLog::onActivity);
        }
        if (!stored.isEmpty() && ::sd_journal_seek_cursor(journal, stored.constData()) >= 0
            && ::sd_journal_next(journal) > 0 && ::sd_journal_test_cursor(journal, stored.constData()) > 0) {
            outcome = Start::Continued;
            m_cursor = stored;
        } else if (::sd_journal_seek_tail(journal) >= 0 && ::sd_journal_previous(journal) > 0) {
            m_cursor = cursorOf(journal);
        } else {
            ::sd_journal_seek_head(journal); // nothing yet: whatever comes is new
        }
        m_startCursor = m_cursor;
    }
    m_poll.start();
    m_sliceTimer.start();
    return outcome;
}

void JournalLog::onActivity()
{
    if (!m_journal)
        return;
    (void)::sd_journal_process(m_journal.get());
    if (!m_sliceTimer.isActive())
        m_sliceTimer.start();
}

bool JournalLog::takeEntry(sd_journal *journal, LogBatch &batch)
{
    // What get_data gives is valid only until the next call: keep copies for the batch.
    const QByteArray ident = fieldOf(journal, "SYSLOG_IDENTIFIER").toByteArray();
    const QByteArrayView message = fieldOf(journal, "MESSAGE");
    if (message.isEmpty() || ident.isEmpty())
        return false;
    m_storage.push_back(ident);
    LogLine line;
    line.program = m_storage.back();
    m_storage.push_back(message.first(std::min<qsizetype>(message.size(), MaxLogLine)).toByteArray());
    line.text = m_storage.back();
    std::optional<qint64> pid = wholeNumber(fieldOf(journal, "_PID"));
    if (!pid)
        pid = wholeNumber(fieldOf(journal, "SYSLOG_PID"));
    line.pid = pid.value_or(0);
    // When the program wrote it; the journal's own time is when it arrived.
    if (const std::optional<qint64> source = wholeNumber(fieldOf(journal, "_SOURCE_REALTIME_TIMESTAMP"))) {
        line.time = *source;
    } else {
        uint64_t arrived = 0;
        if (::sd_journal_get_realtime_usec(journal, &arrived) < 0)
            return false;
        line.time = qint64(arrived);
    }
    line.timeExact = true;
    batch.push_back(line);
    return true;
}

void JournalLog::slice()
{
    LogBatch batch;
    m_storage.clear();
    bool more = true;
    for (int i = 0; m_journal && i < SliceEntries; ++i) {
        more = ::sd_journal_next(m_journal.get()) > 0;
        if (!more)
            break;
        takeEntry(m_journal.get(), batch);
        m_cursor = cursorOf(m_journal.get());
    }
    if (!batch.empty())
        Q_EMIT lines(batch);
    if (m_journal && more) {
        m_sliceTimer.start();
    } else if (!m_caughtUp) {
        m_caughtUp = true;
        Q_EMIT caughtUp();
    }
}

void JournalLog::readBack(qint64 notBefore)
{
    m_backNotBefore = notBefore;
    m_back = open();
    if (m_back && (m_startCursor.isEmpty() || ::sd_journal_seek_cursor(m_back.get(), m_startCursor.constData()) < 0))
        m_back.reset();
    m_backTimer.start();
}

void JournalLog::stopReadBack()
{
    if (!m_back)
        return;
    m_back.reset();
    m_backTimer.stop();
    Q_EMIT readBackDone(false);
}

void JournalLog::sliceBack()
{
    if (!m_back) {
        Q_EMIT readBackDone(false);
        return;
    }
    LogBatch batch;
    m_storage.clear();
    bool more = true;
    bool horizonMet = false;
    for (int i = 0; i < SliceEntries && more; ++i) {
        more = ::sd_journal_previous(m_back.get()) > 0;
        if (!more || !takeEntry(m_back.get(), batch))
            continue;
        if (batch.back().time < m_backNotBefore) {
            batch.pop_back();
            horizonMet = true;
            more = false;
        }
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

void JournalLog::setStatus(SourceStatus::State state, const QByteArray &detail, const QByteArray &mend)
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
