// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

namespace mailhelm
{

/// Where the mail of an account lies, as a path from the root; empty: it cannot be told. `known`: what its database
/// says, which may be a path below the mail root, or one of Dovecot's locations (maildir:/var/vmail/…:LAYOUT=fs).
///
/// `pattern` goes first: %u is the address, %n and %d what stands before and after its @, %m what the database says.
/// Otherwise the database decides, below `roots` where there is just one. Never a path that goes up, nor one made of a
/// name that holds a slash.
[[nodiscard]] QByteArray mailLocation(
    const QByteArray &user, const QByteArray &known, const QByteArray &pattern, const QList<QByteArray> &roots);

} // namespace mailhelm
