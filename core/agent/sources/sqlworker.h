// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/sqldatabase.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

namespace mailhelm
{

class SqlThread;

/// One database, used on a thread of its own, so that whoever owns this never waits. Jobs run one after the other, each
/// with the open connection and a deadline; each is answered exactly once, through the owner's event loop, unless this
/// is destroyed before. A statement that is too slow is ended in the database where the database can do that, and at
/// the deadline the answer is TimedOut whatever the driver does. A driver that then goes on hanging is left alone with
/// its thread and the next job gets a new one. The connection is opened by the first job, kept while jobs succeed, and
/// opened anew after a failure or when the server has gone away. Lives in its owner's thread.
class SqlWorker final : public QObject
{
    Q_OBJECT
public:
    static constexpr int DefaultDeadlineMs = 5'000;

    explicit SqlWorker(const DatabaseUrl &url, QObject *parent = nullptr);
    /// Waits a moment for the job that is running, then leaves it to itself: its answer is thrown away.
    ~SqlWorker() override;

    [[nodiscard]] const DatabaseUrl &url() const { return m_url; }

    /// Queues `job`, which runs on the worker's thread and touches nothing but its captured values and the connection;
    /// what it leaves open is rolled back when it fails. `deadlineMs` counts from when it begins. `done` runs here.
    /// TimedOut leaves open whether a change took effect: look.
    template<typename T>
    void run(std::function<Result<T>(QSqlDatabase &)> job, std::function<void(const Result<T> &)> done,
        int deadlineMs = DefaultDeadlineMs)
    {
        queue({ [job = std::move(job)](QSqlDatabase &database) -> Outcome {
                   Result<T> result = job(database);
                   if (!result)
                       return { nullptr, result.error() };
                   return { std::make_shared<Result<T>>(std::move(result)), std::nullopt };
               },
            [done = std::move(done)](const Outcome &outcome) {
                if (outcome.error)
                    done(Result<T>(*outcome.error));
                else
                    done(*std::static_pointer_cast<Result<T>>(outcome.result));
            },
            deadlineMs });
    }

    /// Nothing runs and nothing waits.
    [[nodiscard]] bool isIdle() const { return m_jobs.empty(); }

private:
    friend class SqlThread;
    /// What came of a job: a Result<T> that holds a value, or why there is none.
    struct Outcome {
        std::shared_ptr<void> result;
        std::optional<Error> error;
    };
    using Work = std::function<Outcome(QSqlDatabase &)>;
    struct Job {
        Work work;
        std::function<void(const Outcome &)> done;
        int deadlineMs = DefaultDeadlineMs;
    };

    void queue(Job job);
    void beginNext();
    void finish(quint64 job, const Outcome &outcome);
    void onDeadline();
    void makeThread();
    /// Its connection is closed when it is through with what it does; nobody waits for that.
    void leaveThread();

    const DatabaseUrl m_url;
    std::deque<Job> m_jobs; ///< the first is under way while m_running is set
    quint64 m_running = 0; ///< number of the job that is under way, 0 = none
    quint64 m_lastJob = 0;
    QTimer m_deadline;
    SqlThread *m_thread = nullptr; ///< on its QThread
    /// Threads that were left with a driver that hangs and are not through yet.
    std::shared_ptr<std::atomic<int>> m_hanging = std::make_shared<std::atomic<int>>(0);
};

} // namespace mailhelm
