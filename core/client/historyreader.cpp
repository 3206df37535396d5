// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/historyreader.h"

#include "core/client/localhistory.h"
#include "core/history/historyspans.h"

namespace mailhelm
{

HistoryReader::HistoryReader(HistoryTable &table, LocalHistory *local, QObject *parent)
    : QObject(parent)
    , m_table(table)
    , m_local(local)
{
}

void HistoryReader::cancel()
{
    for (const auto &[server, asked] : std::exchange(m_asked, {})) {
        if (asked.link && asked.request != 0)
            asked.link->cancel(asked.request);
        if (asked.localRequest != 0)
            m_local->cancel(asked.localRequest);
    }
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
        const HistoryDone::Span span { fromUs + offset, toUs + offset };
        m_outcomes[server] = {};
        Asked &asked = m_asked[server];
        asked.link = link;
        asked.live = m_table.liveRows(server, span.fromUs, span.toUs);
        asked.unwatched = asked.localUnwatched = { span };
        m_table.begin(server);
        askHere(server, asked, span);
        askAgent(server, asked, span);
    }
}

void HistoryReader::askAgent(quint16 server, Asked &asked, HistoryDone::Span span)
{
    asked.request = asked.link->history(
        span.fromUs, span.toUs, this,
        [this, server](const Schema &schema, const ChangeSet &part) {
            const Result<void> taken = count(part) ? m_table.take(server, schema, part) : Result<void>(tooMany());
            if (!taken)
                fail(server, taken.error());
        },
        [this, server](const Result<HistoryDone> &answer) { onAnswer(server, answer); });
}

void HistoryReader::askHere(quint16 server, Asked &asked, HistoryDone::Span span)
{
    if (!m_local)
        return;
    asked.localRequest = m_local->read(
        server, span.fromUs, span.toUs, this,
        [this, server](const ChangeSet &part) {
            Asked &here = m_asked.at(server);
            if (count(part)) {
                here.local.append(part);
                return;
            }
            m_local->cancel(std::exchange(here.localRequest, 0));
            m_outcomes[server].localError = tooMany();
            settle(server);
        },
        [this, server](const Result<Spans> &unwatched) {
            Asked &here = m_asked.at(server);
            here.localRequest = 0;
            if (unwatched)
                here.localUnwatched = unwatched.value();
            else
                m_outcomes[server].localError = unwatched.error();
            settle(server);
        });
}

bool HistoryReader::count(const ChangeSet &part)
{
    for (const RowGroup &group : part.groups)
        m_rows += group.ids.size();
    Q_EMIT progressed(m_rows);
    return m_mostRows == 0 || m_rows <= m_mostRows;
}

Error HistoryReader::tooMany() const
{
    return { ErrorCode::Conflict,
        QStringLiteral("more than %1 rows: choose a shorter span").arg(QString::number(m_mostRows)) };
}

void HistoryReader::onAnswer(quint16 server, const Result<HistoryDone> &answer)
{
    const auto asked = m_asked.find(server);
    if (asked == m_asked.end())
        return;
    asked->second.request = 0;
    if (answer)
        asked->second.unwatched = answer.value().unwatched;
    else
        m_outcomes[server].error = answer.error();
    settle(server);
}

/// What the agent sends cannot be used.
void HistoryReader::fail(quint16 server, const Error &error)
{
    const auto asked = m_asked.find(server);
    if (asked == m_asked.end())
        return;
    if (asked->second.link)
        asked->second.link->cancel(std::exchange(asked->second.request, 0));
    m_outcomes[server].error = error;
    settle(server);
}

/// Once all who were asked about that server have answered.
void HistoryReader::settle(quint16 server)
{
    const auto asked = m_asked.find(server);
    if (asked == m_asked.end() || asked->second.request != 0 || asked->second.localRequest != 0)
        return;
    Asked over = std::move(asked->second);
    m_asked.erase(asked);
    Outcome &outcome = m_outcomes[server];
    outcome.unwatched = m_local ? commonSpans(over.unwatched, over.localUnwatched) : over.unwatched;
    if (!m_local && outcome.error)
        outcome.unwatched.clear(); // the error says it
    QSet<RowId> there;
    for (const RowGroup &group : std::as_const(over.live.groups))
        there += QSet<RowId>(group.ids.begin(), group.ids.end());
    const auto note = [&](const Result<void> &done) {
        if (!done && !outcome.error)
            outcome.error = done.error();
    };
    for (ChangeSet &part : over.local)
        note(m_table.takeBeside(server, std::move(part), there));
    // What is still there is known without anybody's help, and shown even where the rest is missing.
    note(m_table.finish(server, std::move(over.live)));
    if (--m_open == 0)
        Q_EMIT finished();
}

} // namespace mailhelm
