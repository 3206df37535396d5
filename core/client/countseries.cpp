// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/countseries.h"

#include "core/client/replica.h"

namespace mailhelm
{

CountSeries::CountSeries(Replica &replica, QObject *parent)
    : QObject(parent)
    , m_replica(replica)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        sample();
        schedule();
    });
    connect(&replica, &Replica::serversChanged, this, [this] {
        const QList<quint16> servers = m_replica.servers();
        std::erase_if(m_samples, [&](const auto &entry) { return !servers.contains(entry.first); });
    });
    schedule();
}

/// In the middle of each minute: a timer that is a little early or late does not miss one.
void CountSeries::schedule()
{
    const qint64 into = m_replica.clock().nowUs() % MinuteUs;
    const qint64 wait = (MinuteUs / 2 - into + MinuteUs) % MinuteUs;
    m_timer.start(std::chrono::milliseconds(std::max<qint64>(1000, wait / 1000)));
}

void CountSeries::sample()
{
    const qint64 minute = m_replica.clock().nowUs() / MinuteUs;
    QMap<quint16, Counts> counts;
    ReplicaTable &connections = *m_replica.table(TableId::Connections);
    ReplicaTable &webmail = *m_replica.table(TableId::Webmail);
    countRows(connections.table(), counts);
    countRows(webmail.table(), counts);
    for (const quint16 server : m_replica.servers()) {
        std::map<qint64, Counts> &mine = m_samples[server];
        // By a clock that was set back since, or longer ago than a day.
        mine.erase(mine.upper_bound(minute), mine.end());
        mine.erase(mine.begin(), mine.upper_bound(minute - MinutesKept));
        if (connections.freshness(server).state != Freshness::State::Live)
            continue;
        Counts now = counts.value(server);
        if (webmail.freshness(server).state != Freshness::State::Live)
            now.remove(WebmailCount); // as it was, not as it is
        mine[minute] = now;
        Q_EMIT sampled(server, { minute, now });
    }
}

QList<CountSeries::Sample> CountSeries::samples(quint16 server) const
{
    QList<Sample> out;
    if (const auto found = m_samples.find(server); found != m_samples.end())
        for (const auto &[minute, counts] : found->second)
            out.append({ minute, counts });
    return out;
}

void CountSeries::restore(quint16 server, const QList<Sample> &samples)
{
    const qint64 now = m_replica.clock().nowUs() / MinuteUs;
    for (const Sample &sample : samples)
        if (sample.minute <= now && sample.minute > now - MinutesKept)
            m_samples[server].emplace(sample.minute, sample.counts);
}

void CountSeries::seed(quint16 server, const QList<Sample> &samples)
{
    QList<Sample> fresh;
    const std::map<qint64, Counts> &mine = m_samples[server];
    for (const Sample &sample : samples)
        if (mine.count(sample.minute) == 0)
            fresh.append(sample);
    restore(server, fresh);
    if (!fresh.isEmpty())
        Q_EMIT seeded(server, fresh);
}

CountCurve CountSeries::curve(quint16 server, qint64 firstUs, qint64 stepUs, int points) const
{
    CountCurve curve { firstUs, stepUs, QList<Counts>(points), QList<bool>(points, false) };
    QList<const std::map<qint64, Counts> *> series;
    const qint64 last = (firstUs + (points - 1) * stepUs) / MinuteUs;
    for (const auto &[of, mine] : m_samples) {
        const auto first = mine.lower_bound(firstUs / MinuteUs);
        if ((server == 0 || of == server) && first != mine.end() && first->first <= last)
            series.append(&mine);
    }
    for (int point = 0; point < points && !series.isEmpty(); ++point) {
        bool all = true;
        for (const auto *mine : std::as_const(series)) {
            const auto found = mine->find(curve.timeOf(point) / MinuteUs);
            all = all && found != mine->end();
            if (found == mine->end())
                continue;
            for (auto it = found->second.cbegin(); it != found->second.cend(); ++it)
                curve.points[point][it.key()] += *it;
        }
        curve.known[point] = all;
    }
    return curve;
}

CountCurve CountSeries::lastMinutes(quint16 server, int minutes) const
{
    const qint64 now = m_replica.clock().nowUs() / MinuteUs;
    return curve(server, (now - minutes + 1) * MinuteUs, MinuteUs, minutes);
}

QByteArray CountSeries::encode(const Counts &counts)
{
    QByteArrayList lines;
    for (auto it = counts.cbegin(); it != counts.cend(); ++it)
        lines.append(it.key().toPercentEncoding() + ' ' + QByteArray::number(it->secure) + ' '
            + QByteArray::number(it->open) + ' ' + QByteArray::number(it->unknown));
    return lines.join('\n');
}

Counts CountSeries::decode(const QByteArray &text)
{
    Counts counts;
    for (const QByteArray &line : text.split('\n')) {
        const QByteArrayList words = line.split(' ');
        if (words.size() == 4)
            counts.insert(QByteArray::fromPercentEncoding(words[0]),
                { std::max(0, words[1].toInt()), std::max(0, words[2].toInt()), std::max(0, words[3].toInt()) });
    }
    return counts;
}

} // namespace mailhelm
