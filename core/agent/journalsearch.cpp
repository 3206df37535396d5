// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/journalsearch.h"

#include "core/base/safetext.h"
#include "core/protocol/limits.h"

#include <QDateTime>

#include <algorithm>

namespace mailhelm
{

namespace
{

constexpr qint64 MostBytes = 256 << 20; // of logs, for one search
constexpr qint64 BeforeBegin = 2'000'000; // stamps are cut to the second

/// The line as people know it: stamp, program, text.
QByteArray written(const LogLine &line)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(line.time / 1000, Qt::UTC);
    QByteArray out = time.toString(Qt::ISODate).toLatin1() + ' ' + line.program.toByteArray();
    if (line.pid != 0)
        out += '[' + QByteArray::number(line.pid) + ']';
    return validUtf8(QByteArray(out + ": " + line.text.toByteArray()));
}

} // namespace

JournalSearch::JournalSearch(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
}

void JournalSearch::search(const SessionFacts &facts, const QList<QByteArray> &files, Found found)
{
    Task task;
    task.needle = facts.session.value_or(QByteArray());
    if (task.needle.isEmpty() && facts.peer.port != 0)
        task.needle = '[' + facts.peer.address.toText() + "]:" + QByteArray::number(facts.peer.port);
    if (facts.source == "postfix")
        task.pid = facts.pid.value_or(0);
    task.notBefore = facts.began == 0 ? 0 : facts.began - BeforeBegin;
    task.files = files;
    task.found = std::move(found);
    if (task.needle.isEmpty() && task.pid == 0) {
        task.found(Error { ErrorCode::NotFound, QStringLiteral("The log does not name this session.") });
        return;
    }
    if (m_tasks.size() >= MostWaiting) {
        task.found(Error { ErrorCode::Unavailable,
            QStringLiteral("The agent is searching its logs for others. Try again in a moment.") });
        return;
    }
    task.bytesLeft = MostBytes;
    m_tasks.push_back(std::move(task));
    if (m_tasks.size() == 1)
        QMetaObject::invokeMethod(this, &JournalSearch::slice, Qt::QueuedConnection);
}

void JournalSearch::slice()
{
    Task &task = m_tasks.front();
    if (task.at < task.files.size() && task.bytesLeft > 0) {
        if (!task.reader)
            task.reader = std::make_unique<BackwardLogReader>(
                QList<BackwardLogReader::File> { { task.files[task.at] } }, m_clock.nowUs(), task.bytesLeft);
        if (!read(task)) { // several logs, each with its rotated files: what is too old in one is not in the next
            task.bytesLeft -= task.reader->bytesRead();
            task.reader.reset();
            task.linesBefore = task.lines.size();
            ++task.at;
        }
    } else {
        finish(
            std::move(task)); // in its place still: whoever asks for more from within the answer starts no second turn
        m_tasks.pop_front();
    }
    if (!m_tasks.empty())
        QMetaObject::invokeMethod(this, &JournalSearch::slice, Qt::QueuedConnection);
}

/// One slice of the present file. False: nothing more is wanted of it.
bool JournalSearch::read(Task &task)
{
    LogBatch batch;
    const bool more = task.reader->next(batch);
    for (const LogLine &line : batch) {
        if (line.time != 0 && task.notBefore != 0 && line.time < task.notBefore)
            return false;
        const bool named = !task.needle.isEmpty()
            && (line.text.indexOf(task.needle) >= 0 || line.session == QByteArrayView(task.needle));
        if (named || (task.pid != 0 && line.pid == task.pid))
            task.lines.append({ line.time, written(line) });
        if (task.lines.size() - task.linesBefore >= limits::JournalLines)
            return false;
    }
    return more;
}

void JournalSearch::finish(Task task)
{
    std::reverse(task.lines.begin(), task.lines.end());
    std::stable_sort(
        task.lines.begin(), task.lines.end(), [](const Line &a, const Line &b) { return a.time < b.time; });
    QList<QByteArray> texts;
    for (const Line &line :
        std::as_const(task.lines).mid(std::max<qsizetype>(0, task.lines.size() - limits::JournalLines)))
        texts.append(line.text);
    task.found(texts);
}

} // namespace mailhelm
