// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/address.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace mailhelm
{

/// What is taken from a PHP session: who is logged in, and nothing else of it. Passwords, tokens and everything else
/// are walked over where they lie and never copied.
struct PhpSession {
    enum class Read {
        Whole, ///< to its end
        Cut, ///< it ends in the middle of a value
        Broken, ///< at some point it is no session that PHP would write
    };
    Read read = Read::Whole;
    std::optional<QByteArray> user; ///< valid UTF-8; nullopt: no name was found
    qint64 loginTime = 0; ///< µs since 1970 by the web server's clock; 0 = not found
    QByteArray host; ///< of the IMAP server, as the webmail calls it
    Address address; ///< the browser's, where the webmail keeps it in the session; else null

    /// As WebmailSession::user: "" only where everything was read and there is no name in it.
    [[nodiscard]] std::optional<QByteArray> whoIsLoggedIn() const;
};

/// Reads what session_encode() of PHP 7 and 8 wrote, with session.serialize_handler = php (`name|value…`) or
/// php_serialize (one array). Byte-exact after PHP's own reader (ext/session/session.c, ext/standard/var_unserializer):
/// a string is as long as it says whatever is in it, so that no text inside a value is ever taken for a name. Knows the
/// names of Roundcube (`username`, `login_time`, `storage_host`, `__IP`), SquirrelMail (`username`) and PostfixAdmin
/// (`sessid` → `username`). Values nest 100 deep at most; `bytes` may hold anything.
[[nodiscard]] PhpSession readPhpSession(QByteArrayView bytes);

} // namespace mailhelm
