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

/// Something to be done to any number of rows, asked for in batches, one after the other, and answered as a whole.
/// Single-threaded; a plain part of Link.
class ActionBatches
{
public:
    using Send = std::function<void(Message batch, Answer<Outcomes> answer)>;
    /// What has been answered so far, in the order asked.
    using Progress = std::function<void(const Outcomes &soFar)>;

    /// `send` asks the agent for one batch and answers once, never from within the question.
    explicit ActionBatches(Send send);

    struct Job {
        QList<RowId> ids;
        qsizetype batchSize = 1;
        std::function<Message(const QList<RowId> &batch)> message;
        QPointer<QObject> context; ///< nobody is answered any more once it is gone
        /// A batch that failed as such has its ids as Refused with the reason; an Error only where no batch was carried
        /// out at all.
        Answer<Outcomes> answer;
        Progress progress; ///< after every batch but the last; may be empty
    };
    /// `number` names it for stop() and cancel().
    void start(quint32 number, Job job);
    /// No further batch: it is answered with what was done once the batch that is under way is.
    void stop(quint32 number);
    /// No further batch and no answer; what was sent takes its course.
    void cancel(quint32 number) { m_jobs.erase(number); }

private:
    struct Running {
        Job job;
        qsizetype sent = 0;
        Outcomes outcomes;
        std::optional<Error> error;
        bool anything = false; ///< some batch was answered
        bool stopped = false;
    };

    void sendNext(quint32 number);
    void take(quint32 number, const QList<RowId> &batch, const Result<Outcomes> &answer);

    Send m_send;
    std::map<quint32, Running> m_jobs;
};

} // namespace mailhelm
