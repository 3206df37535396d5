// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/countsampler.h"

#include "core/base/clock.h"
#include "core/table/livetable.h"

#include <algorithm>

namespace mailhelm
{

using namespace std::chrono_literals;

CountSampler::CountSampler(const LiveTable &connections, const Clock &clock, LiveServers live, QObject *parent)
    : QObject(parent)
    , m_connections(connections)
    , m_clock(clock)
    , m_live(std::move(live))
{
    m_timer.setInterval(10s);
    connect(&m_timer, &QTimer::timeout, this, &CountSampler::sample);
    m_timer.start();
}

void CountSampler::sample()
{
    Sample now { m_clock.nowUs(), {} };
    const Table &table = m_connections.table();
    const Column &protocols = table.column(connections::Protocol);
    std::map<quint16, std::vector<qint32>> byCode;
    for (const quint16 server : m_live())
        byCode[server].resize(protocols.pool().codeEnd() + 1);
    if (byCode.empty())
        return;
    for (Table::Slot slot = 0; slot < table.slotEnd(); ++slot) {
        if (!table.isLive(slot))
            continue;
        const auto server = byCode.find(table.keyAt(slot).server);
        if (server != byCode.end())
            ++server->second[protocols.isKnown(slot) ? protocols.code(slot) : server->second.size() - 1];
    }
    for (const auto &[server, counts] : byCode) {
        Counts &named = now.servers[server];
        for (size_t code = 0; code < counts.size(); ++code)
            if (counts[code] > 0)
                named[code + 1 == counts.size() ? QByteArray("?")
                                                : protocols.pool().text(StringPool::Code(code)).toByteArray()]
                    = counts[code];
    }
    // A clock that was set back begins anew: the axis runs one way.
    if (!m_samples.empty() && now.timeUs < m_samples.back().timeUs)
        m_samples.clear();
    m_samples.push_back(std::move(now));
    while (m_samples.back().timeUs - m_samples.front().timeUs > KeptUs)
        m_samples.pop_front();
}

CountSeries CountSampler::series(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments) const
{
    CountSeries out { fromUs, stepUs, {}, {} };
    std::vector<std::optional<Counts>> at(static_cast<size_t>(moments));
    for (const Sample &sample : m_samples) {
        const qint64 moment = (sample.timeUs - fromUs) / stepUs;
        if (sample.timeUs < fromUs || moment >= moments)
            continue;
        Counts sum;
        bool watched = false;
        for (const auto &[number, counts] : sample.servers) {
            if (server && number != *server)
                continue;
            watched = true;
            for (const auto &[name, count] : counts)
                sum[name] += count;
        }
        if (watched)
            at[size_t(moment)] = sum;
    }
    std::map<QByteArray, qint64> totals;
    for (const std::optional<Counts> &counts : at)
        if (counts)
            for (const auto &[name, count] : *counts)
                totals[name] += count;
    for (const auto &[name, total] : totals)
        out.names.append(name);
    std::stable_sort(out.names.begin(), out.names.end(),
        [&](const QByteArray &a, const QByteArray &b) { return totals[a] > totals[b]; });
    if (out.names.isEmpty())
        out.names.append(QByteArray("imap"));
    for (const QByteArray &name : std::as_const(out.names)) {
        QList<qint32> counts;
        for (const std::optional<Counts> &moment : at) {
            const auto found = moment ? moment->find(name) : Counts::const_iterator();
            counts.append(!moment ? CountSeries::NotWatched : found == moment->end() ? 0 : found->second);
        }
        out.counts.append(counts);
    }
    return out;
}

} // namespace mailhelm
