// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <optional>

namespace mailhelm
{

/// What `mailhelmd init` finds of a webmail.
struct ProbedWebmail {
    QByteArray database; ///< as the agent's configuration has it, with its password; empty: sessions lie elsewhere
    QByteArray tablePrefix;
    QByteArray lifetime = "10m"; ///< Roundcube's own default
    QByteArray storage; ///< where sessions lie that are not in the database: php, memcached, redis …
};

/// From Roundcube's config.inc.php and, where that includes it, Debian's debian-db.php (dbconfig-common). Reads plain
/// assignments of PHP and runs nothing. nullopt: there is no db_dsnw in it.
[[nodiscard]] std::optional<ProbedWebmail> parseRoundcube(const QByteArray &config, const QByteArray &debianDb);
/// Roundcube's db_dsnw (PEAR's form) as the agent's own: pgsql:// becomes postgresql://, unix(SOCKET) `?host=`. Empty
/// where it is something else.
[[nodiscard]] QByteArray databaseOfDsn(const QByteArray &dsn);
/// The section of the configuration; a comment where sessions lie where the agent cannot look.
[[nodiscard]] QByteArray writeWebmail(const ProbedWebmail &webmail);

/// Looks into `folder`, which is /etc/roundcube where it is empty. nullopt: no Roundcube there, or it may not be read.
[[nodiscard]] std::optional<ProbedWebmail> probeRoundcube(const QByteArray &folder);

} // namespace mailhelm
