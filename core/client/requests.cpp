// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/requests.h"

namespace mailhelm
{

void Requests::add(quint32 id, qint64 deadlineUs, QObject *context, Take take)
{
    m_open.insert_or_assign(id, Open { deadlineUs, context, std::move(take) });
}

void Requests::settle(quint32 id, const Result<Message> &answer)
{
    const auto found = m_open.find(id);
    if (found == m_open.end())
        return;
    const Open open = std::move(found->second);
    m_open.erase(found); // first: whoever is answered may ask again
    if (open.context)
        open.take(answer);
}

void Requests::extend(quint32 id, qint64 deadlineUs)
{
    if (const auto found = m_open.find(id); found != m_open.end())
        found->second.deadlineUs = deadlineUs;
}

void Requests::expire(qint64 nowUs, const Error &error)
{
    QList<quint32> late;
    for (const auto &[id, open] : m_open)
        if (open.deadlineUs <= nowUs)
            late.append(id);
    for (const quint32 id : late)
        settle(id, error);
}

void Requests::failAll(const Error &error)
{
    QList<quint32> all;
    for (const auto &[id, open] : m_open)
        all.append(id);
    for (const quint32 id : all)
        settle(id, error);
}

} // namespace mailhelm
