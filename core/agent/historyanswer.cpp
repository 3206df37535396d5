// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/historyanswer.h"

#include "core/protocol/codec.h"

namespace mailhelm
{

HistoryAnswer::HistoryAnswer(HistoryKeeper &keeper, Channel &channel, quint32 request, const History &wish)
    : m_keeper(keeper)
    , m_channel(channel)
    , m_request(request)
    , m_query(keeper.open(request, { wish.fromUs, wish.toUs }))
{
}

HistoryAnswer::~HistoryAnswer()
{
    m_keeper.close(m_query);
}

void HistoryAnswer::say(Message message)
{
    m_keeper.close(std::exchange(m_query, 0));
    m_channel.send(encode(Envelope { m_request, std::move(message) }));
    Q_EMIT finished(m_request);
}

void HistoryAnswer::pump()
{
    if (m_query == 0 && !m_asked) {
        m_asked = true;
        say(Failed { ErrorCode::Unavailable, "Too many administrators read the history at this moment. Ask again." });
        return;
    }
    if (m_query == 0 || m_asked || !m_channel.hasRoom())
        return;
    m_asked = true;
    m_keeper.next(m_query, this, [this](const HistoryPart &part) { onPart(part); });
}

void HistoryAnswer::onPart(const HistoryPart &part)
{
    if (part.error) {
        say(Failed { part.error->code, part.error->detail.toUtf8() });
        return;
    }
    m_asked = false;
    if (!m_channel.send(part.payload))
        return; // the channel says why
    if (part.last)
        say(HistoryDone { part.unwatched });
    else
        pump();
}

void HistoryAnswer::stop()
{
    if (m_query != 0)
        say(Failed { ErrorCode::Unavailable, "It was not wanted any more." });
}

} // namespace mailhelm
