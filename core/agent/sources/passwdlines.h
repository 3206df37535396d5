// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/accountsource.h"

#include <QByteArray>
#include <QList>

namespace mailhelm
{

/// The text of a Dovecot passwd-file (doc.dovecot.org, 2.3, "Passwd-file"):
/// user:password:uid:gid:gecos:home:shell:extra, extra being key=value words. Pure: text in, text out, every line that
/// is not the account's own stays byte for byte.
///
/// Blocked is the extra field fail (2.2.22 and later): the passdb refuses every service, the userdb still finds the
/// user, so that mail arrives. The field nologin shows as blocked too, but is not relied on: to an SMTP client of its
/// socket Dovecot's auth answers "OK … nologin" (seen with 2.3.19), where fail makes it FAIL. Disabled is the line made
/// a comment, "#mailhelm-disabled:" before it: neither passdb nor userdb finds the user.
namespace passwdlines
{

inline constexpr QByteArrayView DisabledMark = "#mailhelm-disabled:";

struct Listing {
    QList<Account> accounts;
    qsizetype leftOut = 0; ///< lines whose name is no name
};
[[nodiscard]] Listing list(const QByteArray &text);

/// NotFound: no line has this user.
[[nodiscard]] Result<QByteArray> withState(const QByteArray &text, const QByteArray &user, AccountState state);
/// Those of its lines that only their state tells from the kept ones are as these are; others are in the state
/// `before`. NotFound as above.
[[nodiscard]] Result<QByteArray> reverted(const QByteArray &text, const AccountRows &rows, AccountState before);
/// Its lines, and where they stand; `mail` is its home.
[[nodiscard]] Result<AccountRows> read(const QByteArray &text, const QByteArray &user, const QByteArray &file);
/// Conflict: its lines are others by now (but for the state).
[[nodiscard]] Result<QByteArray> without(const QByteArray &text, const AccountRows &rows);
/// Conflict: the name is taken.
[[nodiscard]] Result<QByteArray> with(const QByteArray &text, const AccountRows &rows);

} // namespace passwdlines

} // namespace mailhelm
