// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/client/countseeder.h"
#include "core/client/countseries.h"
#include "core/client/historyreader.h"
#include "core/client/localhistory.h"
#include "views/backend.h"

#include <map>

namespace mailhelm
{

/// What the windows are told of the past: who was there in a span, from the agents' histories and from what this
/// console saw itself, and how many over the last day. Composes only; the replica outlives it.
class ConsoleHistory : public QObject
{
    Q_OBJECT

public:
    ConsoleHistory(Replica &replica, const QString &folder, QObject *parent = nullptr);

    [[nodiscard]] HistoryTable &table() { return m_table; }
    [[nodiscard]] CountSeries &series() { return m_series; }
    [[nodiscard]] LocalHistory &local() { return m_local; }

    /// `link` may go with its server.
    void attach(Link *link);
    void forget(const Link &link);

    void count(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments,
        const Backend::Reply<ProtocolCounts> &reply) const;
    /// Fills table(). The table is one: of two readings under way the earlier is answered with an error, at once.
    void read(std::optional<quint16> server, qint64 fromUs, qint64 stepUs, int moments, QObject *context,
        Backend::Reply<HistoryAnswer> reply);

private:
    struct Reading {
        std::optional<quint16> server;
        qint64 fromUs = 0;
        qint64 stepUs = 0;
        int moments = 0;
        QPointer<QObject> context;
        Backend::Reply<HistoryAnswer> reply;
    };

    void onRead();
    [[nodiscard]] QStringList problemsOf(quint16 server, const HistoryReader::Outcome &outcome) const;

    Replica &m_replica;
    LocalHistory m_local;
    CountSeries m_series;
    CountSeeder m_seeder;
    HistoryTable m_table;
    HistoryReader m_reader;
    std::map<quint16, QPointer<Link>> m_links;
    std::optional<Reading> m_reading;
};

} // namespace mailhelm
