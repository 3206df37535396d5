// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/journalsearch.h"

#include "core/base/safetext.h"
#include "core/protocol/limits.h"

#include <QDateTime>

namespace mailhelm {

namespace {

constexpr qint64 MostBytes = 256 << 20;   // of logs, for one search
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

JournalSearch::JournalSearch(const Clock &clock, QObject *parent) : QObject(parent), m_clock(clock) {}

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
        task.found(Error{ ErrorCode::NotFound, QStringLiteral("The log does not name this session.") });
        return;
    }
    m_tasks.push_back(std::move(task));
    if (m_tasks.size() == 1)
        QMetaObject::invokeMethod(this, &JournalSearch::slice, Qt::QueuedConnection);
}

void JournalSearch::slice()
{
    Task &task = m_tasks.front();
    if (!task.reader) {
        QList<BackwardLogReader::File> files;
        for (const QByteArray &path : std::as_const(task.files)) {
            files.append({ path });
            for (const QByteArray &rotated : rotatedLogs(path))
                files.append({ rotated });
        }
        task.reader = std::make_unique<BackwardLogReader>(files, m_clock.nowUs(), MostBytes);
    }
    LogBatch batch;
    bool more = task.reader->next(batch);
    for (const LogLine &line : batch) {
        if (line.time != 0 && task.notBefore != 0 && line.time < task.notBefore) {
            more = false;
            break;
        }
        const bool named = !task.needle.isEmpty()
            && (line.text.indexOf(task.needle) >= 0 || line.session == QByteArrayView(task.needle));
        if (named || (task.pid != 0 && line.pid == task.pid))
            task.lines.append(written(line));
        if (task.lines.size() >= limits::JournalLines) {
            more = false;
            break;
        }
    }
    if (!more) {
        Task done = std::move(task);
        m_tasks.pop_front();
        std::reverse(done.lines.begin(), done.lines.end());
        done.found(done.lines);
    }
    if (!m_tasks.empty())
        QMetaObject::invokeMethod(this, &JournalSearch::slice, Qt::QueuedConnection);
}

} // namespace mailhelm
