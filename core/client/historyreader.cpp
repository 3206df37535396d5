// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/historyreader.h"

namespace mailhelm
{

HistoryReader::HistoryReader(HistoryTable &table, QObject *parent)
    : QObject(parent)
    , m_table(table)
{
}

void HistoryReader::cancel()
{
    for (const auto &[server, asked] : std::exchange(m_asked, {}))
        if (asked.link)
            asked.link->cancel(asked.request);
    m_open = 0;
}

void HistoryReader::read(const QList<Link *> &links, qint64 fromUs, qint64 toUs)
{
    cancel();
    m_fromUs = fromUs;
    m_toUs = toUs;
    m_rows = 0;
    m_outcomes.clear();
    m_open = int(links.size());
    if (links.isEmpty())
        QMetaObject::invokeMethod(this, &HistoryReader::finished, Qt::QueuedConnection);
    for (Link *const link : links) {
        const quint16 server = link->server();
        const qint64 offset = m_table.filterTime().offsetOf(server);
        m_outcomes[server] = {};
        Asked &asked = m_asked[server];
        asked.link = link;
        asked.live = m_table.liveRows(server, fromUs + offset, toUs + offset);
        asked.request = link->history(
            fromUs + offset, toUs + offset, this,
            [this, server](const Schema &schema, const ChangeSet &part) {
                for (const RowGroup &group : part.groups)
                    m_rows += group.ids.size();
                if (const Result<void> taken = m_table.take(server, schema, part); !taken)
                    settle(server, taken.error());
                else
                    Q_EMIT progressed(m_rows);
            },
            [this, server](const Result<HistoryDone> &answer) { onAnswer(server, answer); });
    }
}

void HistoryReader::onAnswer(quint16 server, const Result<HistoryDone> &answer)
{
    if (answer)
        m_outcomes[server].unwatched = answer.value().unwatched;
    settle(server, answer ? std::optional<Error>() : answer.error());
}

void HistoryReader::settle(quint16 server, std::optional<Error> error)
{
    const auto asked = m_asked.find(server);
    if (asked == m_asked.end())
        return;
    Asked over = std::move(asked->second);
    m_asked.erase(asked);
    if (error && over.link)
        over.link->cancel(over.request);
    // What is still there is known without the agent's help, and shown even where the rest is missing.
    const Result<void> finished = m_table.finish(server, std::move(over.live));
    m_outcomes[server].error = error ? error : finished ? std::optional<Error>() : finished.error();
    if (--m_open == 0)
        Q_EMIT this->finished();
}

} // namespace mailhelm
