// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/sources/sqlworker.h"

#include "core/agent/sources/sqlthread.h"

#include <QThread>

namespace mailhelm
{

namespace
{

constexpr unsigned long ExitWaitMs = 500;
constexpr int MostHanging = 3; ///< threads that a worker may lose before it stops making new ones

} // namespace

SqlWorker::SqlWorker(const DatabaseUrl &url, QObject *parent)
    : QObject(parent)
    , m_url(url)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &SqlWorker::onDeadline);
}

SqlWorker::~SqlWorker()
{
    if (m_thread == nullptr)
        return;
    QThread *const thread = m_thread->thread();
    leaveThread();
    if (thread->wait(ExitWaitMs))
        delete thread;
    // else the driver hangs: leave the thread to it rather than hang too
}

void SqlWorker::queue(Job job)
{
    m_jobs.push_back(std::move(job));
    // Not at once: the answer must not come before the caller is done with asking.
    if (m_jobs.size() == 1)
        QMetaObject::invokeMethod(this, &SqlWorker::beginNext, Qt::QueuedConnection);
}

void SqlWorker::beginNext()
{
    if (m_running != 0 || m_jobs.empty())
        return;
    m_running = ++m_lastJob;
    if (m_thread == nullptr) {
        if (*m_hanging >= MostHanging) {
            finish(m_running,
                { nullptr,
                    Error { ErrorCode::Unavailable,
                        QStringLiteral("%1: several statements still wait for the database, which does not answer")
                            .arg(QString::fromUtf8(m_url.shown())) } });
            return;
        }
        makeThread();
    }
    m_deadline.start(m_jobs.front().deadlineMs);
    QMetaObject::invokeMethod(m_thread,
        [thread = m_thread, number = m_running, work = std::move(m_jobs.front().work),
            deadline = m_jobs.front().deadlineMs] { thread->run(number, work, deadline); });
}

void SqlWorker::makeThread()
{
    m_thread = new SqlThread(m_url);
    auto *const thread = new QThread;
    thread->setObjectName(QStringLiteral("sql"));
    m_thread->moveToThread(thread);
    connect(thread, &QThread::finished, m_thread, &QObject::deleteLater);
    connect(m_thread, &SqlThread::finished, this,
        [this](quint64 job, const std::shared_ptr<void> &result, const std::optional<Error> &error) {
            finish(job, { result, error });
        });
    thread->start();
}

void SqlWorker::leaveThread()
{
    SqlThread *const leaving = std::exchange(m_thread, nullptr);
    leaving->disconnect(this);
    leaving->stop();
    QMetaObject::invokeMethod(leaving, &SqlThread::end);
}

void SqlWorker::finish(quint64 job, const Outcome &outcome)
{
    if (job != m_running)
        return;
    m_deadline.stop();
    m_running = 0;
    const std::function<void(const Outcome &)> done = std::move(m_jobs.front().done);
    m_jobs.pop_front();
    if (!m_jobs.empty())
        QMetaObject::invokeMethod(this, &SqlWorker::beginNext, Qt::QueuedConnection);
    done(outcome); // last: it may queue more, or destroy us
}

void SqlWorker::onDeadline()
{
    if (m_running == 0)
        return;
    QThread *const thread = m_thread->thread();
    ++*m_hanging;
    connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    connect(
        thread, &QThread::finished, thread, [hanging = m_hanging] { --*hanging; }, Qt::DirectConnection);
    leaveThread();
    finish(m_running,
        { nullptr,
            Error { ErrorCode::TimedOut,
                QStringLiteral("%1: the database did not answer within %2 s")
                    .arg(QString::fromUtf8(m_url.shown()), QString::number(m_jobs.front().deadlineMs / 1000.0)) } });
}

} // namespace mailhelm
