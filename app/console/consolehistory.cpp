// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/consolehistory.h"

#include "core/client/replica.h"

namespace mailhelm
{

using namespace Qt::StringLiterals;

namespace
{

ProtocolCounts protocolCounts(const CountCurve &curve)
{
    ProtocolCounts out { curve.firstUs, curve.stepUs, {}, {} };
    QMap<QByteArray, qint64> totals;
    for (const Counts &point : curve.points)
        for (auto each = point.cbegin(); each != point.cend(); ++each)
            if (each.key() != WebmailCount) // sessions are no connections
                totals[each.key()] += each.value().total();
    if (totals.isEmpty())
        totals.insert("imap", 0); // a curve of nothing, and of what nobody saw, is one too
    out.names = totals.keys();
    std::stable_sort(out.names.begin(), out.names.end(),
        [&](const QByteArray &a, const QByteArray &b) { return totals[a] > totals[b]; });
    for (QByteArray &name : out.names) {
        QList<qint32> counts;
        for (qsizetype i = 0; i < curve.points.size(); ++i)
            counts.append(curve.known[i] ? curve.points[i].value(name).total() : ProtocolCounts::NotWatched);
        out.counts.append(counts);
        if (name.isEmpty())
            name = "?";
    }
    return out;
}

constexpr qsizetype MostRows = 1'000'000; // some 500 MB

} // namespace

ConsoleHistory::ConsoleHistory(Replica &replica, const QString &folder, QObject *parent)
    : QObject(parent)
    , m_replica(replica)
    , m_local(replica, folder)
    , m_series(replica)
    , m_seeder(replica, m_series)
    , m_table(replica)
    , m_reader(m_table, &m_local)
{
    m_reader.setMostRows(MostRows);
    connect(&m_reader, &HistoryReader::finished, this, &ConsoleHistory::onRead);
}

void ConsoleHistory::attach(Link *link)
{
    m_links[link->server()] = link;
    m_local.attach(link->server(), link->target().pin);
    connect(link, &Link::tableLive, this, [this, link](TableId table) {
        if (table != TableId::Connections)
            return;
        m_series.sample(); // the curve begins at once
        m_seeder.seed(link);
    });
}

void ConsoleHistory::forget(const Link &link)
{
    m_links.erase(link.server());
    m_local.forget(link.target().pin);
}

void ConsoleHistory::count(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments,
    const Backend::Reply<ProtocolCounts> &reply) const
{
    reply(protocolCounts(m_series.curve(server.value_or(0), fromUs, stepUs, moments)));
}

void ConsoleHistory::read(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments, QObject *context,
    Backend::Reply<HistoryAnswer> reply)
{
    const auto earlier
        = std::exchange(m_reading, Reading { server, fromUs, stepUs, moments, context, std::move(reply) });
    QList<Link *> links;
    for (const auto &[number, link] : m_links)
        if (link && (!server || number == *server))
            links.append(link);
    m_reader.read(links, fromUs, fromUs + (moments - 1) * stepUs);
    if (earlier && earlier->context)
        earlier->reply(Error { ErrorCode::Conflict, tr("another span was asked for meanwhile") });
}

void ConsoleHistory::onRead()
{
    const auto reading = std::exchange(m_reading, std::nullopt);
    if (!reading || !reading->context)
        return;
    HistoryAnswer answer;
    QStringList problems;
    QMap<quint16, QList<HistoryDone::Span>> unwatched;
    for (const auto &[number, outcome] : m_reader.outcomes()) {
        unwatched[number] = outcome.unwatched;
        problems += problemsOf(number, outcome);
    }
    answer.counts = protocolCounts(
        curveOf(m_table, reading->server.value_or(0), reading->fromUs, reading->stepUs, reading->moments, unwatched));
    answer.problem = problems.join(u"; "_s);
    reading->reply(answer);
}

QStringList ConsoleHistory::problemsOf(quint16 server, const HistoryReader::Outcome &outcome) const
{
    const auto found = m_links.find(server);
    if (found == m_links.end() || !found->second)
        return {}; // removed meanwhile
    const QString name = QString::fromUtf8(m_replica.serverName(server));
    QStringList problems;
    if (outcome.error)
        problems.append(found->second->isConnected()
                ? tr("%1 does not tell all (%2): shown is what came, and what this console saw itself")
                      .arg(name, outcome.error->detail)
                : tr("%1 is not connected: shown is what this console saw itself").arg(name));
    if (outcome.localError)
        problems.append(tr("what this console saw itself of %1: %2").arg(name, outcome.localError->detail));
    return problems;
}

} // namespace mailhelm
