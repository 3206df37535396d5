// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/codec.h"

namespace mailhelm
{

/// One of every message (but Changes), each field set: for tests, the golden bytes in docs/PROTOCOL.md and the fuzz
/// corpus.
inline QList<Envelope> sampleMessages()
{
    Welcome welcome;
    welcome.agentVersion = "0.1.0";
    welcome.serverName = "mx1.example.org";
    welcome.admin = "erika";
    welcome.role = Role::Operator;
    welcome.clockUs = 1'763'800'000'000'000;
    welcome.dropRefusal = "CAP_NET_ADMIN is missing.";
    welcome.tables = { Schema(TableId::Sources, "sources",
        { { "source", ColumnType::Text, "Source", ColumnTrait::Shown },
            { "bytes", ColumnType::Number, "In", ColumnTrait::Volatile | ColumnTrait::Bytes } }) };
    welcome.services = { { "IMAPS", "imap", { 993 }, 1'800'000, 20 }, { "HTTP", "http", { 80, 443 }, 0 } };
    welcome.refusals = { { "delete", "There is no archive." } };
    welcome.graceMs = 604'800'000;
    Subscribe subscribe;
    subscribe.table = TableId::Connections;
    subscribe.from = ResumeToken { 0x0123456789abcdef, 42 };
    subscribe.intervalMs = 1000;
    subscribe.inView = { 1, 2, MaxRowId };
    Outcomes outcomes;
    outcomes.targets = { { 1, Outcomes::Code::Done, {} }, { 2, Outcomes::Code::Gone, {} },
        { MaxRowId, Outcomes::Code::Refused, "Own line." } };
    StatusReport report;
    report.agentVersion = "0.1.0";
    report.serverName = "mx1.example.org";
    report.startedUs = 1'763'700'000'000'000;
    report.clockUs = 1'763'800'000'000'000;
    report.cpuMs = 1234;
    report.residentBytes = 20'000'000;
    report.administrators = 2;
    report.rows = { { "connections", 1000 }, { "sources", 3 } };
    return {
        { 0, welcome },
        { 0, Hello { 1, "mailhelm 0.1.0" } },
        { 1, Enrol { "MFRGGZDFMZTWQ2LK" } },
        { 2, subscribe },
        { 3, Unsubscribe { TableId::Connections } },
        { 4, Refresh { TableId::Sources } },
        { 5, Drop { { 7, 300, MaxRowId } } },
        { 9, End { { 7 } } },
        { 10, SetAccount { AccountChange::Disable, { 7, 8 } } },
        { 11, Delete { { 7 }, "left in May" } },
        { 12, Restore { { 7 } } },
        { 13, History { 1'763'700'000'000'000, 1'763'800'000'000'000 } },
        { 6, Journal { 7 } },
        { 7, Status {} },
        { 8, Ping {} },
        { 2, Done {} },
        { 5, outcomes },
        { 9, Failed { ErrorCode::NotFound, "There is no table 9." } },
        { 6, JournalLines { { "imap-login: Login: user=<ada>", "imap(ada): Disconnected" } } },
        { 7, report },
        { 8, Pong { 1'763'800'000'000'001 } },
        { 0, Farewell { ErrorCode::PermissionDenied, "The key was revoked." } },
        { 13, HistoryDone { { { 1'763'700'000'000'000, 1'763'700'001'000'000 } } } },
    };
}

/// Whether two messages are the same in every field. ChangeSets are not compared: see tst_changescodec.
inline bool sameMessage(const Message &a, const Message &b)
{
    return a.index() == b.index()
        && std::visit(
            [&]<typename M>(const M &one) {
                if constexpr (std::is_same_v<M, ChangeSet>)
                    return false;
                else
                    return one == std::get<M>(b);
            },
            a);
}

} // namespace mailhelm
