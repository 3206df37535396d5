// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/requests.h"
#include "core/table/table.h"

#include <QPointer>

#include <functional>
#include <map>
#include <optional>

namespace mailhelm
{

/// Drops of any number of rows, sent one batch after the other, each of at most limits::IdsPerRequest ids, and answered
/// as a whole. Single-threaded; a plain part of Link.
class DropBatches
{
public:
    using Send = std::function<void(const QList<RowId> &batch, Answer<Outcomes> answer)>;

    /// `send` asks the agent for one batch and answers once, never from within the question.
    explicit DropBatches(Send send);

    /// `job` names it for cancel(). A batch that failed as such has its ids as Refused with the reason; an Error only
    /// where no batch was carried out at all. Nobody is answered whose `context` is gone.
    void start(quint32 job, const QList<RowId> &ids, QObject *context, Answer<Outcomes> answer);
    /// No further batch and no answer; what was sent takes its course.
    void cancel(quint32 job) { m_jobs.erase(job); }

private:
    struct Job {
        QList<RowId> ids;
        QPointer<QObject> context;
        Answer<Outcomes> answer;
        qsizetype sent = 0;
        Outcomes outcomes;
        std::optional<Error> error;
        bool anything = false; ///< some batch was answered
    };

    void sendNext(quint32 job);
    void take(quint32 job, const QList<RowId> &batch, const Result<Outcomes> &answer);

    Send m_send;
    std::map<quint32, Job> m_jobs;
};

} // namespace mailhelm
