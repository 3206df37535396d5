// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/logline.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace mailhelm
{

/// What one line of Dovecot's log says. Views into the line, as it came: hostile bytes.
struct DovecotLine {
    enum class Kind {
        Other, ///< nothing that is used
        Login, ///< imap-login: Login: user=<…>, …
        LoginEnded, ///< a login process: Disconnected (no login took place)
        AuthFailed, ///< the same after failed attempts
        IdSent, ///< the client named itself, before login (login process) or after (mail process)
        MailEnded, ///< a mail process: the session is over
        Event, ///< stats: {"event":…}
        Started, ///< master: Dovecot v2.3.19.1 (…) starting up
        Killed, ///< master: Warning: Killed with signal …
        Forged, ///< the elements contradict each other: a name in them imitates the format
    };
    Kind kind = Kind::Other;
    QByteArrayView protocol; ///< imap, pop3, smtp, sieve; empty for others
    bool loginProcess = false;
    // The elements of login_log_format_elements; empty = not in the line.
    QByteArrayView user;
    QByteArrayView authUser; ///< auth_user=: who authenticated, the master user where one logged in as somebody else
    QByteArrayView rip, rport, lip, lport, realRip, realRport;
    QByteArrayView pid; ///< mpid=, the mail process
    QByteArrayView session;
    QByteArrayView cipher; ///< "TLSv1.3 with cipher …"
    bool tls = false; ///< TLS (and not "secured", nor still handshaking)
    QByteArrayView id; ///< IdSent: "name=Thunderbird, version=115.3"
    QByteArrayView json; ///< Event
};

/// Parses a line that frameLine() and unwrapDovecot() took apart. Pure; allocates nothing.
///
/// Elements are joined by ", "; those in <> may hold anything that a client sent (user, sni, auth_user), including text
/// that looks like further elements. A line in which every element occurs once is taken as it stands. Where one occurs
/// twice, some value imitates the format; then
/// - if user is the only element there that a client can fill, and it stands first, the true elements are the last
/// ones: they are
///   read from the right until one repeats, and all before them belongs to the name;
/// - if others (sni, auth_user …) are there too, the two readings cannot be told apart: the line is Forged and dropped,
/// and
///   the only one whom that leaves without a name is its author.
/// A port that contradicts the session id of the same line also makes it Forged. Whether keys that a name may smuggle
/// in without a repetition (rport, realrip, realrport in a format that has none) are to be believed is for
/// DovecotSessions, which knows what other lines look like.
[[nodiscard]] DovecotLine parseDovecotLine(const LogLine &line);

/// "Thunderbird 115.3" from "name=Thunderbird, version=115.3, os=Linux"; nullopt without a name. Valid UTF-8, at most
/// 200 bytes.
[[nodiscard]] std::optional<QByteArray> clientNameFromId(QByteArrayView id);

} // namespace mailhelm
