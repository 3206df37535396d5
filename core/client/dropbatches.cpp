// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/dropbatches.h"

#include "core/protocol/limits.h"

namespace mailhelm
{

DropBatches::DropBatches(Send send)
    : m_send(std::move(send))
{
}

void DropBatches::start(quint32 job, const QList<RowId> &ids, QObject *context, Answer<Outcomes> answer)
{
    m_jobs.insert_or_assign(job, Job { ids, context, std::move(answer), 0, {}, std::nullopt, false });
    sendNext(job); // none at all is a batch too: the agent's answer to it says whether one may
}

void DropBatches::sendNext(quint32 job)
{
    Job &drop = m_jobs.at(job);
    const QList<RowId> batch = drop.ids.mid(drop.sent, limits::IdsPerRequest);
    drop.sent += batch.size();
    m_send(batch, [this, job, batch](const Result<Outcomes> &answer) { take(job, batch, answer); });
}

void DropBatches::take(quint32 job, const QList<RowId> &batch, const Result<Outcomes> &answer)
{
    const auto found = m_jobs.find(job);
    if (found == m_jobs.end())
        return; // cancelled
    Job &drop = found->second;
    if (answer) {
        drop.anything = true;
        drop.outcomes.targets += answer.value().targets;
    } else {
        drop.error = answer.error();
        for (const RowId id : batch)
            drop.outcomes.targets.append({ id, Outcomes::Code::Refused, answer.error().detail.toUtf8() });
    }
    if (drop.sent < drop.ids.size()) {
        sendNext(job);
        return;
    }
    const Job done = std::move(drop);
    m_jobs.erase(found); // first: whoever is answered may ask again
    if (!done.context)
        return;
    if (done.anything)
        done.answer(done.outcomes);
    else
        done.answer(*done.error);
}

} // namespace mailhelm
