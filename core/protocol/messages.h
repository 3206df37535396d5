// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/table/changeset.h"

#include <optional>
#include <variant>

namespace mailhelm
{

/// The messages between an agent and a client: plain values, one struct a message, independent of encoding (codec.h)
/// and socket (core/net). docs/PROTOCOL.md holds their CDDL. Texts are UTF-8.

constexpr int ProtocolVersion = 1;

/// Written by hand and append-only: these numbers are on the wire.
enum class MessageType : quint8 {
    Welcome = 1,
    Hello = 2,
    Enrol = 3,
    Subscribe = 4,
    Unsubscribe = 5,
    Changes = 6,
    Refresh = 7,
    Drop = 8,
    End = 9,
    SetAccount = 10,
    Delete = 11,
    Restore = 12,
    History = 13,
    Journal = 14,
    Status = 15,
    Ping = 16,
    Done = 17,
    Outcomes = 18,
    Failed = 19,
    JournalLines = 20,
    StatusReport = 21,
    Pong = 22,
    Farewell = 23,
    HistoryDone = 24,
};

enum class Role : quint8 { None = 0, Viewer = 1, Operator = 2, Manager = 3, Owner = 4 };
[[nodiscard]] QByteArrayView roleName(Role role); ///< "viewer" …; "none"
[[nodiscard]] std::optional<Role> roleFromName(QByteArrayView name);

/// What a client has to know of a service: for tooltips.
struct ServiceInfo {
    QByteArray name;
    QByteArray protocol;
    QList<quint16> ports;
    qint64 idleTimeoutMs = 0; ///< the server ends a connection after so long without data; 0 = not known
    /// So many connections a user may have from one address, through all services of this protocol together; 0 = any
    /// number. Not known from older agents, nor where the agent was not told.
    std::optional<qint64> userAddressLimit {};
    friend bool operator==(const ServiceInfo &, const ServiceInfo &) = default;
};

/// Something that this agent cannot do whoever asks, and what mends it. `action` is the audit's name of it (drop, end,
/// enable, block, disable, delete, restore) or set-account, which is enable, block and disable.
struct Refusal {
    QByteArray action;
    QByteArray why;
    friend bool operator==(const Refusal &, const Refusal &) = default;
};

/// Agent → client, first of all. Until it came, the client sends nothing.
struct Welcome {
    int protocol = ProtocolVersion;
    QByteArray agentVersion;
    QByteArray serverName;
    QByteArray admin; ///< who the agent takes the client for; empty while only enrolment is open to it
    Role role = Role::None;
    qint64 clockUs = 0; ///< the agent's wall clock, µs since 1970 UTC
    QByteArray dropRefusal; ///< why connections cannot be dropped here, and what mends it; empty = they can
    QList<Schema> tables;
    QList<ServiceInfo> services;
    QList<Refusal> refusals; ///< of everything but drop, which has a field of its own; empty = all can be done
    std::optional<int> utcOffset; ///< of the server's time zone now: seconds east of UTC; older agents do not say
    std::optional<qint64> graceMs {}; ///< so long a deleted account can be restored; older agents do not say
    friend bool operator==(const Welcome &, const Welcome &) = default;
};

/// Client → agent, after Welcome: the program and version, shown in its ADMIN row.
struct Hello {
    int protocol = ProtocolVersion;
    QByteArray program;
    friend bool operator==(const Hello &, const Hello &) = default;
};

/// Client → agent, the only thing that an unknown key may say. Answered by Welcome with the role, or Failed.
struct Enrol {
    QByteArray token; ///< as the pairing link has it: base64url
    friend bool operator==(const Enrol &, const Enrol &) = default;
};

/// Client → agent. Answered by Done; then Changes come. Without `from`: only the interval and what is in view change.
struct Subscribe {
    TableId table = TableId::None;
    std::optional<ResumeToken> from;
    std::optional<qint64>
        intervalMs; ///< nullopt: only on Refresh; 0: as it happens; else the least time between pushes
    QList<RowId> inView; ///< their volatile columns come at the interval, everybody else's every 5 s at most
    friend bool operator==(const Subscribe &, const Subscribe &) = default;
};

struct Unsubscribe {
    TableId table = TableId::None;
    friend bool operator==(const Unsubscribe &, const Unsubscribe &) = default;
};

/// Client → agent: look at the source again now. Answered by Done after the Changes that it brought.
struct Refresh {
    TableId table = TableId::None;
    friend bool operator==(const Refresh &, const Refresh &) = default;
};

struct Drop {
    QList<RowId> ids; ///< at most 1,000
    friend bool operator==(const Drop &, const Drop &) = default;
};

/// Ends webmail sessions. Like Drop.
struct End {
    QList<RowId> ids; ///< at most 1,000, of `webmail`
    friend bool operator==(const End &, const End &) = default;
};

enum class AccountChange : quint8 {
    Enable = 1,
    Block = 2, ///< no login any more; mail still arrives
    Disable = 3, ///< neither
};

/// Changes accounts, and for Block and Disable ends all that is live of them. Answered by Outcomes, which may take as
/// long as limits::ReplyActing.
struct SetAccount {
    AccountChange change = AccountChange::Enable;
    QList<RowId> ids; ///< at most 1,000, of `users`
    friend bool operator==(const SetAccount &, const SetAccount &) = default;
};

/// Takes accounts out of every table that holds them; rows and mail are kept for the grace period. Like SetAccount.
struct Delete {
    QList<RowId> ids; ///< at most 1,000, of `users`
    QByteArray reason; ///< must not be empty: the audit and the tombstone keep it
    friend bool operator==(const Delete &, const Delete &) = default;
};

/// Brings deleted accounts back. Like SetAccount.
struct Restore {
    QList<RowId> ids; ///< at most 1,000, of `deleted`
    friend bool operator==(const Restore &, const Restore &) = default;
};

/// What was connected in a span (µs since 1970 UTC, `from` included, `to` not) and is over. Answered by Changes of the
/// table `history` that carry the request's number, from nothing, then HistoryDone; or Failed.
struct History {
    qint64 fromUs = 0;
    qint64 toUs = 0;
    friend bool operator==(const History &, const History &) = default;
};

/// The log lines of that row's session. Answered by JournalLines.
struct Journal {
    RowId id = 0;
    friend bool operator==(const Journal &, const Journal &) = default;
};

struct Status {
    friend bool operator==(const Status &, const Status &) = default;
};

struct Ping {
    friend bool operator==(const Ping &, const Ping &) = default;
};

struct Done {
    friend bool operator==(const Done &, const Done &) = default;
};

/// One answer to each target of Drop, End, SetAccount, Delete or Restore, in the request's order.
struct Outcomes {
    enum class Code : quint8 { Done = 0, Gone = 1, Refused = 2 };
    struct Target {
        RowId id = 0;
        Code code = Code::Done;
        QByteArray why; ///< for Refused: a sentence
        friend bool operator==(const Target &, const Target &) = default;
    };
    QList<Target> targets;
    friend bool operator==(const Outcomes &, const Outcomes &) = default;
};

/// The request could not be carried out at all.
struct Failed {
    ErrorCode code = ErrorCode::Refused;
    QByteArray why;
    friend bool operator==(const Failed &, const Failed &) = default;
};

struct JournalLines {
    QList<QByteArray> lines; ///< oldest first, as the log has them
    friend bool operator==(const JournalLines &, const JournalLines &) = default;
};

/// All rows of the span were sent.
struct HistoryDone {
    struct Span {
        qint64 fromUs = 0;
        qint64 toUs = 0;
        friend bool operator==(const Span &, const Span &) = default;
    };
    QList<Span> unwatched; ///< the parts of the span that nobody watched, ascending, apart
    friend bool operator==(const HistoryDone &, const HistoryDone &) = default;
};

struct StatusReport {
    QByteArray agentVersion;
    QByteArray serverName;
    qint64 startedUs = 0;
    qint64 clockUs = 0;
    qint64 cpuMs = 0; ///< user and system time of the agent's process
    qint64 residentBytes = 0;
    int administrators = 0; ///< connected now
    QList<std::pair<QByteArray, qint64>> rows; ///< table name, rows
    friend bool operator==(const StatusReport &, const StatusReport &) = default;
};

struct Pong {
    qint64 clockUs = 0;
    friend bool operator==(const Pong &, const Pong &) = default;
};

/// Agent → client, last of all: why the connection ends (key not known, revoked, token spent, limit, shutting down).
struct Farewell {
    ErrorCode code = ErrorCode::Refused;
    QByteArray why;
    friend bool operator==(const Farewell &, const Farewell &) = default;
};

/// Changes are a message of their own kind: columns in bulk, see changescodec.h.
using Message = std::variant<Welcome, Hello, Enrol, Subscribe, Unsubscribe, Refresh, Drop, End, SetAccount, Delete,
    Restore, History, Journal, Status, Ping, Done, Outcomes, Failed, JournalLines, StatusReport, Pong, Farewell,
    HistoryDone, ChangeSet>;

/// A message with the request it belongs to; 0 where nobody asked.
struct Envelope {
    quint32 request = 0;
    Message message;
};

} // namespace mailhelm
