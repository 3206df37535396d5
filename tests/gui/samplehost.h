// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/gui/fakebackend.h"

namespace mailhelm
{

/// A mail host as a provider of some hundred accounts has it, made up: people, their programs, webmail, a night that
/// nobody watched, somebody near the limit of connections, sessions about to expire. Always the same for the same
/// clock.
class SampleHost
{
public:
    /// Fills the backend's tables for `server`, which is there already. `connections`: how many about.
    static void fill(FakeBackend &backend, quint16 server, int connections);
    /// Servers of three environments, one of them connecting, one lost, one refused.
    static void addFleet(FakeBackend &backend);
    /// Some connections come and some go, as within a moment.
    static void turnOver(FakeBackend &backend, quint16 server);
    /// Log lines of a connection of that user.
    static QList<QByteArray> journal(const QByteArray &user);
    /// How many connections there were, as on a working day.
    static ProtocolCounts series(qint64 fromUs, qint64 stepUs, int moments);
    /// Names, addresses and infos that were chosen to mislead, as rows among the others.
    static void fillHostile(FakeBackend &backend, quint16 server);
    /// That source cannot be read.
    static void breakSource(
        FakeBackend &backend, quint16 server, const QByteArray &source, const QByteArray &why, const QByteArray &mend);

    /// 2025-11-20 11:25 UTC, a Thursday: when the pictures are taken.
    static constexpr qint64 Moment = 1'763'637'900'000'000;
};

} // namespace mailhelm
