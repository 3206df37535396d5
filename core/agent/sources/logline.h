// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/stampreader.h"

#include <QByteArrayView>

#include <optional>

namespace mailhelm
{

/// One line of a log with its frame taken off. Views into the line: they live as long as the buffer that it was read
/// into. Nothing is validated but the frame: `text` is hostile bytes.
struct LogLine {
    enum class Shape {
        DovecotFile, ///< Dovecot's own log_path: STAMP PREFIX: Severity: text
        Syslog, ///< STAMP HOST IDENT[PID]: text (syslog files, Postfix's maillog_file) or the same from the journal
    };
    Shape shape = Shape::Syslog;
    qint64 time = 0; ///< µs since 1970 UTC
    bool timeExact = false; ///< `time` has parts of a second
    qint64 pid = 0; ///< 0 = not logged
    QByteArrayView program; ///< "imap-login", "imap", "postfix/submission/smtpd", or Dovecot's instance name (syslog)
    QByteArrayView user; ///< from Dovecot's mail_log_prefix "imap(USER)<PID><SESSION>: ", else empty
    QByteArrayView session; ///< the same
    QByteArrayView severity; ///< "Info", "Warning", "Error", "Fatal", "Panic", "Debug", or empty
    QByteArrayView text;
};

/// Takes the frame off one line (without its newline). nullopt: no stamp that is understood, or no program after it.
/// Allocates nothing. The first word after the stamp tells the shapes apart: a host name never ends in ':' nor holds
/// '('.
[[nodiscard]] std::optional<LogLine> frameLine(QByteArrayView line, StampReader &stamps);

/// Turns a syslog line of Dovecot ("dovecot: imap-login: Login: …") into what a Dovecot file line gives. `instance` is
/// Dovecot's instance_name; empty means "dovecot" and whatever begins with "dovecot-". False: not a line of that
/// Dovecot.
[[nodiscard]] bool unwrapDovecot(LogLine &line, QByteArrayView instance);

} // namespace mailhelm
