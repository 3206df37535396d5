// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/logline.h"
#include "core/base/address.h"

#include <QByteArrayView>

namespace mailhelm
{

/// What one line of a Postfix smtpd says. Views into the line, as it came: hostile bytes.
struct PostfixLine {
    enum class Kind {
        Other,
        Connect, ///< connect from NAME[ADDRESS]:PORT
        Tls, ///< Anonymous TLS connection established from NAME[ADDRESS]:PORT: TLSv1.3 with cipher …
        Client, ///< QUEUEID: client=NAME[ADDRESS]:PORT, sasl_method=…, sasl_username=…: a message began
        Reject, ///< QUEUEID: reject: …
        Trouble, ///< lost connection, timeout, too many errors: a disconnect follows
        Disconnect, ///< disconnect from NAME[ADDRESS]:PORT ehlo=2 …
    };
    Kind kind = Kind::Other;
    QByteArrayView host; ///< as Postfix looked it up; empty for "unknown"
    Endpoint peer; ///< port 0 with smtpd_client_port_logging = no
    QByteArrayView tls; ///< Tls: "TLSv1.3 with cipher …"
    bool sasl = false; ///< Client: the session is authenticated
    QByteArrayView user; ///< Client: sasl_username
    bool forwarded = false; ///< Client: sasl_method=XCLIENT: the user logged in at a server in front of this one
    QByteArrayView helo; ///< Reject: helo=<…>
};

/// Whether `program` is an SMTP server of Postfix: "postfix/smtpd", "postfix/submission/smtpd", any syslog_name.
[[nodiscard]] bool isSmtpd(QByteArrayView program);

/// Parses a framed line of an smtpd. Pure; allocates nothing. Every kind is told by how the text begins, which no
/// client can fill: names, HELO and addresses stand behind it.
[[nodiscard]] PostfixLine parsePostfixLine(const LogLine &line);

} // namespace mailhelm
