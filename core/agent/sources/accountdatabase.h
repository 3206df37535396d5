// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/sources/accountpreset.h"
#include "core/agent/sources/accountsource.h"

namespace mailhelm
{

/// What a preset says, done to an open database. Blocks; for the worker's thread (SqlAccounts), or for `doctor`. What
/// changes something is one transaction each: it is done wholly, or nothing is.
namespace accountdatabase
{

/// What listing brought, and what had to be left out.
struct Listing {
    QList<Account> accounts;
    qsizetype leftOut
        = 0; ///< rows whose name cannot be shown as it is, and therefore not be acted on: not UTF-8, too long
    QByteArray example; ///< one of them, made harmless
    bool hasSizes = false; ///< the query gives mailbox_bytes
};

/// All accounts. Unsupported: the query gives a column that is not known, or no `user`.
Result<Listing> list(QSqlDatabase &database, const AccountPreset &preset);
/// The same with a connection of its own.
Result<Listing> listAt(const DatabaseUrl &url, const AccountPreset &preset);
/// NotFound: there is no such account. Unsupported: this kind of database cannot say so.
Result<void> setState(QSqlDatabase &database, const AccountPreset &preset, const QByteArray &user, AccountState state);
/// Takes setState() back, as AccountSource::revert() says. NotFound as above.
Result<void> revert(QSqlDatabase &database, const AccountPreset &preset, const AccountRows &rows, AccountState before);
/// `mail` of it is as the database has it.
Result<AccountRows> read(QSqlDatabase &database, const AccountPreset &preset, const QByteArray &user);
/// Conflict: the account has got rows since it was read.
Result<void> remove(QSqlDatabase &database, const AccountPreset &preset, const AccountRows &rows);
/// Conflict: the address is taken; the detail says where.
Result<void> restore(QSqlDatabase &database, const AccountPreset &preset, const AccountRows &rows);

} // namespace accountdatabase

} // namespace mailhelm
