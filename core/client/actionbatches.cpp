// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/actionbatches.h"

namespace mailhelm
{

ActionBatches::ActionBatches(Send send)
    : m_send(std::move(send))
{
}

void ActionBatches::start(quint32 number, Job job)
{
    m_jobs.insert_or_assign(number, Running { std::move(job), 0, {}, std::nullopt, false, false });
    sendNext(number); // none at all is a batch too: the agent's answer to it says whether one may
}

void ActionBatches::stop(quint32 number)
{
    if (const auto found = m_jobs.find(number); found != m_jobs.end())
        found->second.stopped = true;
}

void ActionBatches::sendNext(quint32 number)
{
    Running &running = m_jobs.at(number);
    const QList<RowId> batch = running.job.ids.mid(running.sent, running.job.batchSize);
    running.sent += batch.size();
    m_send(running.job.message(batch),
        [this, number, batch](const Result<Outcomes> &answer) { take(number, batch, answer); });
}

void ActionBatches::take(quint32 number, const QList<RowId> &batch, const Result<Outcomes> &answer)
{
    const auto found = m_jobs.find(number);
    if (found == m_jobs.end())
        return; // cancelled
    Running &running = found->second;
    if (answer) {
        running.anything = true;
        running.outcomes.targets += answer.value().targets;
    } else {
        running.error = answer.error();
        for (const RowId id : batch)
            running.outcomes.targets.append({ id, Outcomes::Code::Refused, answer.error().detail.toUtf8() });
    }
    if (running.sent < running.job.ids.size() && !running.stopped) {
        if (running.job.progress && running.job.context) {
            const ActionBatches::Progress progress = running.job.progress; // it may cancel the job
            progress(running.outcomes);
        }
        if (const auto still = m_jobs.find(number); still != m_jobs.end()) {
            if (!still->second.stopped) {
                sendNext(number);
                return;
            }
        } else {
            return;
        }
    }
    const Running done = std::move(m_jobs.at(number));
    m_jobs.erase(number); // first: whoever is answered may ask again
    if (!done.job.context)
        return;
    if (done.anything)
        done.job.answer(done.outcomes);
    else
        done.job.answer(*done.error);
}

} // namespace mailhelm
