// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>

namespace mailhelm
{

/// What the agent and mailhelm-mail say to each other over a unix socket: frames as in core/protocol/frame.h, one CBOR
/// array each. One connection carries one request: mailhelm-mail greets, the agent asks, answers come until one is not
/// Working. Both ends are of the same version; docs/SECURITY.md tells who may ask.
namespace mailwire
{

constexpr int Version = 1;
constexpr quint32 FrameBytes = 16 * 1024; ///< either way
constexpr int PathBytes = 4096;
constexpr int NameBytes = 200;

enum class Verb : quint8 {
    MoveOut = 1, ///< the folder `path` into the archive, as `name`
    Restore = 2, ///< `name` from the archive back to `path`
    Purge = 3, ///< `name` is removed from the archive for ever
};

/// [version, archive, [root …]], or [version, why not] for whom it does not serve.
struct Greeting {
    int version = Version;
    QByteArray refusal; ///< not empty: nothing more comes
    QByteArray archive;
    QList<QByteArray> roots;
    friend bool operator==(const Greeting &, const Greeting &) = default;
};

/// [verb, name, path]; each may be asked again, whatever became of it before.
struct Request {
    Verb verb = Verb::MoveOut;
    QByteArray name; ///< one path component, see isArchiveName()
    QByteArray path; ///< absolute, below a root; empty for Purge
    friend bool operator==(const Request &, const Request &) = default;
};

/// [code, bytes, text]
struct Answer {
    enum class Code : quint8 {
        Working = 0, ///< at least once a second while it takes its time
        Done = 1,
        NotFound = 2, ///< there is no such folder, here or there: nothing was done
        Conflict = 3, ///< something else stands where it has to go
        Refused = 4, ///< it may not be asked for
        Failed = 5,
    };
    Code code = Code::Done;
    qint64 bytes = 0; ///< so far, or in all
    QByteArray text; ///< a sentence, but for Working and Done
    friend bool operator==(const Answer &, const Answer &) = default;
};

/// Letters, digits and @ . _ + -, at most NameBytes, no dot at the beginning.
[[nodiscard]] bool isArchiveName(QByteArrayView name);

[[nodiscard]] QByteArray encode(const Greeting &greeting); ///< as a frame, header and all
[[nodiscard]] QByteArray encode(const Request &request);
[[nodiscard]] QByteArray encode(const Answer &answer);
[[nodiscard]] Result<Greeting> decodeGreeting(QByteArrayView payload);
[[nodiscard]] Result<Request> decodeRequest(QByteArrayView payload);
[[nodiscard]] Result<Answer> decodeAnswer(QByteArrayView payload);

} // namespace mailwire

} // namespace mailhelm
