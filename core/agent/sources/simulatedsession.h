// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/observations.h"

#include <QByteArray>
#include <QList>

#include <optional>
#include <span>

namespace mailhelm
{

/// A service of the simulated mail server.
struct SimulatedService {
    enum class Tls { StartTls, Implicit };
    const char *name; ///< of the service, as configured
    quint16 port; ///< the well-known one
    const char *protocol;
    const char *program; ///< the mail process, or the smtpd as Postfix logs it
    bool dovecot; ///< else Postfix
    Tls tls;
    bool auth; ///< one can log in there
    int share; ///< of the sessions, per cent
};
[[nodiscard]] std::span<const SimulatedService> simulatedServices();

/// One session of a simulated mail server: what is made up of it. Where it comes from stands in its socket.
struct SimulatedSession {
    qint64 began = 0; ///< µs
    quint32 pid = 0;
    quint32 user = 0; ///< numbers of simulatedpeople
    quint32 host = 0;
    quint8 service = 0; ///< index into simulatedServices()
    quint8 folder = 0;
    quint8 client = 0;
    bool loggedIn = true;
    bool tls = true;
    bool rejected = false; ///< SMTP: tried to relay, and was logged with its HELO
};

/// What the service has said of a session since it began, as lines of a syslog file (RFC 3339 stamps): Dovecot's
/// default login format, its event export for folders, Postfix with ports and TLS. `socket` is the session's.
[[nodiscard]] QList<QByteArray> linesOf(const SimulatedSession &session, const SocketObservation &socket);
[[nodiscard]] QByteArray folderLine(const SimulatedSession &session, const SocketObservation &socket, qint64 time);
[[nodiscard]] QByteArray endLine(const SimulatedSession &session, const SocketObservation &socket, qint64 time);
/// The same as the parsers make of those lines; nullopt where no line speaks of the session.
[[nodiscard]] std::optional<SessionFacts> factsOf(const SimulatedSession &session, const SocketObservation &socket);

} // namespace mailhelm
