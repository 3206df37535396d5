// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/client/countseeder.h"

#include "core/client/countseries.h"
#include "core/client/replica.h"

namespace mailhelm
{

static constexpr qint64 MinuteUs = CountSeries::MinuteUs;
static constexpr qint64 MinutesPerHour = 60;
static constexpr qint64 HourUs = MinutesPerHour * MinuteUs;

CountSeeder::CountSeeder(
    Replica &replica, CountSeries &series, std::chrono::milliseconds pause, qsizetype mostRows, QObject *parent)
    : QObject(parent)
    , m_replica(replica)
    , m_series(series)
    , m_mostRows(mostRows)
    , m_table(replica)
    , m_reader(m_table)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(pause);
    connect(&m_timer, &QTimer::timeout, this, &CountSeeder::next);
    connect(&m_reader, &HistoryReader::finished, this, &CountSeeder::onRead);
    connect(&m_reader, &HistoryReader::progressed, this, [this](qsizetype rows) {
        const quint16 server = m_waiting.isEmpty() || !m_waiting.head() ? 0 : m_waiting.head()->server();
        if (m_rows[server] > m_mostRows || m_rows[server] + rows <= m_mostRows)
            return;
        m_rows[server] = m_mostRows + 1; // it has too much to tell
        QMetaObject::invokeMethod(
            this, [this, server] { leave(server); }, Qt::QueuedConnection);
    });
}

void CountSeeder::seed(Link *link)
{
    // Of a server that came back, only the gap is lacking: it is looked for from now on again.
    if (m_waiting.contains(link) || m_rows[link->server()] > m_mostRows)
        return;
    if (m_replica.table(TableId::Connections)->rowCount(link->server()) > MostLive)
        return;
    m_before.erase(link->server());
    m_waiting.enqueue(link);
    if (!m_reader.isReading() && !m_timer.isActive())
        m_timer.start();
}

/// Which hour of the last day, not asked for yet, has a minute without a sample.
std::optional<qint64> CountSeeder::latestHourLacking(quint16 server) const
{
    QSet<qint64> known;
    for (const CountSeries::Sample &sample : m_series.samples(server))
        known.insert(sample.minute);
    const qint64 now = m_replica.clock().nowUs() / MinuteUs;
    const auto asked = m_before.find(server);
    qint64 minute = now - 1; // this one is the series' own
    if (asked != m_before.end())
        minute = std::min(minute, asked->second * MinutesPerHour - 1);
    for (; minute > now - CountSeries::MinutesKept; --minute)
        if (!known.contains(minute))
            return minute / MinutesPerHour;
    return std::nullopt;
}

void CountSeeder::next()
{
    while (!m_waiting.isEmpty()) {
        Link *const link = m_waiting.head();
        const std::optional<qint64> hour
            = link && link->isConnected() ? latestHourLacking(link->server()) : std::nullopt;
        if (hour) {
            m_hour = *hour;
            m_before[link->server()] = m_hour;
            m_reader.read({ link }, m_hour * HourUs, std::min((m_hour + 1) * HourUs, m_replica.clock().nowUs()));
            return;
        }
        m_waiting.dequeue();
    }
    Q_EMIT finished();
}

void CountSeeder::onRead()
{
    const QPointer<Link> link = m_waiting.isEmpty() ? nullptr : m_waiting.head();
    const auto outcome = link ? m_reader.outcomes().find(link->server()) : m_reader.outcomes().end();
    if (outcome == m_reader.outcomes().end() || outcome->second.error) {
        leave(link ? link->server() : 0); // it is away, or keeps no history
        return;
    }
    const quint16 server = link->server();
    // As the series counts: in the middle of each minute, and only those that are over.
    const qint64 first = m_hour * HourUs + MinuteUs / 2;
    const qint64 minutes = std::min(MinutesPerHour, m_replica.clock().nowUs() / MinuteUs - m_hour * MinutesPerHour);
    const CountCurve curve
        = curveOf(m_table, server, first, MinuteUs, int(minutes), { { server, outcome->second.unwatched } });
    QList<CountSeries::Sample> samples;
    for (qsizetype i = 0; i < curve.points.size(); ++i)
        if (curve.known[i])
            samples.append({ m_hour * MinutesPerHour + i, curve.points[i] });
    const Table &rows = m_table.table();
    for (Table::Slot slot = 0; slot < rows.slotEnd(); ++slot)
        m_rows[server] += rows.isLive(slot) && rows.column(history::Ended).isKnown(slot) ? 1 : 0;
    m_table.clear(server);
    m_series.seed(server, samples);
    m_timer.start();
}

/// On to the next server.
void CountSeeder::leave(quint16 server)
{
    if (!m_waiting.isEmpty() && (!m_waiting.head() || m_waiting.head()->server() == server)) {
        m_reader.cancel();
        m_waiting.dequeue();
    }
    m_table.clear(server);
    m_timer.start();
}

} // namespace mailhelm
