// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <functional>
#include <optional>

namespace mailhelm
{

/// Where the accounts of this host are, as `mailhelmd init` finds it out from Dovecot's configuration. Pure functions
/// over text; the password of a database may be in it.

/// A passdb or userdb of Dovecot 2.3, as doveconf prints it.
struct ProbedAuth {
    QByteArray driver; ///< sql, passwd-file, pam …
    QByteArray args;
    friend bool operator==(const ProbedAuth &, const ProbedAuth &) = default;
};
/// In their order; without those that only deny, or are for master users.
[[nodiscard]] QList<ProbedAuth> parseAuth(const QByteArray &doveconf);

struct ProbedAccounts {
    QByteArray kind; ///< a preset, passwd-file, or queries where no preset fits
    QByteArray database; ///< a URL
    QByteArray path; ///< of a passwd-file
    bool secret = false; ///< a password is in the URL
    friend bool operator==(const ProbedAccounts &, const ProbedAccounts &) = default;
};
/// From the text of a dovecot-sql.conf.ext: `driver` and `connect` name the database, the tables in the queries the
/// preset. nullopt: it names no database that can be used.
[[nodiscard]] std::optional<ProbedAccounts> accountsOfSql(const QByteArray &text);
/// The first of `auth` whose accounts can be listed. `read` gives the text of a file, empty where it cannot be read.
[[nodiscard]] std::optional<ProbedAccounts> findAccounts(
    const QList<ProbedAuth> &auth, const std::function<QByteArray(const QByteArray &)> &read);

/// [accounts] of the configuration, with comments.
[[nodiscard]] QByteArray writeAccounts(const ProbedAccounts &accounts);

} // namespace mailhelm
