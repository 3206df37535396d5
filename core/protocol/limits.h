// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <chrono>

/// Every limit of the protocol and of the connections that carry it, in one place. Sizes are bytes, times are real
/// (monotonic) time. docs/PROTOCOL.md quotes these figures; whoever changes one changes both.
namespace mailhelm::limits
{

// Frames. The length is checked before anything is allocated.
inline constexpr quint32 FrameHeaderBytes = 4; ///< a big-endian length, the payload follows
inline constexpr quint32 FrameToAgentBeforeLogin = 8 * 1024; ///< all that a hello or an enrolment can need
inline constexpr quint32 FrameToAgent = 64 * 1024;
inline constexpr quint32 FrameToClient = 1024 * 1024;

// What a frame may hold.
inline constexpr int CborDepth = 16;
inline constexpr int MapEntries = 256; ///< keys in one CBOR map of a message body
inline constexpr int TextBytes = 1024; ///< any one text in a message to the agent
inline constexpr int NameBytes = 320; ///< an account name: 64 + "@" + 255, as RFC 5321 4.5.3.1 has it
inline constexpr int IdsPerRequest = 1000; ///< ids that one drop, end or set-account may name
inline constexpr int JournalLines = 1000; ///< log lines in one answer to `journal`
inline constexpr int Tables = 64; ///< that an agent may announce
inline constexpr int Columns = 256; ///< in one table
inline constexpr int Refusals = 16; ///< in one Welcome
inline constexpr int UserAddressLimit = 1'000'000'000; ///< connections, of a service: more is none, which is 0
inline constexpr int UnwatchedSpans = 10'000; ///< in one HistoryDone
inline constexpr int HistoriesPerPeer = 4; ///< History requests that are answered at a time
inline constexpr int Services = 256; ///< that an agent may announce; and ports of one of them
inline constexpr int RowGroups = 16; ///< in one part of a ChangeSet
inline constexpr int DictionaryEntries = 4 * 1024 * 1024; ///< of one column; the agent starts afresh long before
inline constexpr int DictionaryBytes = 256 * 1024 * 1024; ///< of their texts
inline constexpr int SubscriptionsPerPeer = 16; ///< more than there are tables

// Connections that have not logged in yet: what a stranger can make the agent hold.
inline constexpr int BeforeLogin = 128; ///< in all
inline constexpr int BeforeLoginPerSource = 8; ///< from one IPv4 address or one IPv6 /64
inline constexpr int Connections = 1024; ///< all of them together; far below the unit's LimitNOFILE of 4096
inline constexpr int ListenBacklog = 1024;

// Time for each step.
inline constexpr std::chrono::milliseconds TlsHandshake { 5'000 }; ///< agent: from accept to the end of the handshake
inline constexpr std::chrono::milliseconds Login { 10'000 }; ///< agent: from there to hello or enrol
inline constexpr std::chrono::milliseconds Dial { 10'000 }; ///< client: name, connect and handshake together
inline constexpr std::chrono::milliseconds Reply { 15'000 }; ///< client: for the answer to a request, WELCOME included
inline constexpr std::chrono::milliseconds ReplyActing {
    600'000
}; ///< the same for accounts: mail may have to be moved
inline constexpr std::chrono::milliseconds PingEvery { 10'000 };
inline constexpr std::chrono::milliseconds DeadAfter {
    20'000
}; ///< nothing heard, or nothing acknowledged, for so long
inline constexpr std::chrono::milliseconds CloseGrace { 3'000 }; ///< for the last bytes of a connection that is closing
inline constexpr std::chrono::milliseconds AcceptPause { 250 }; ///< before accepting again when descriptors ran out

// Bytes waiting.
inline constexpr qint64 ReadBufferAgent = 64 * 1024;
inline constexpr qint64 ReadBufferClient = 1024 * 1024; ///< beyond it TCP holds the agent back
inline constexpr qint64 UnsentHighWater = 256 * 1024; ///< no further part of a ChangeSet is made above this
inline constexpr qint64 UnsentCap = 4 * 1024 * 1024; ///< a peer that lets so much wait is dropped

// Penalties for a source address whose attempts to log in fail.
inline constexpr int FreeFailures = 3; ///< are told the reason at once; the next one starts the penalties
inline constexpr std::chrono::milliseconds FirstPenalty { 5'000 }; ///< doubles with every further failure
inline constexpr std::chrono::milliseconds LongestPenalty {
    600'000
}; ///< also: as long without failure forgets them all
inline constexpr int PenaltySources = 65'536; ///< remembered; the longest quiet one gives way

// Coming back after a lost connection.
inline constexpr std::chrono::milliseconds BackoffFirst { 1'000 };
inline constexpr std::chrono::milliseconds BackoffLongest { 60'000 };

// Pairing.
inline constexpr int TokenBytes = 16; ///< 128 bits of chance
inline constexpr int PairingLinkBytes = 1024;

} // namespace mailhelm::limits
