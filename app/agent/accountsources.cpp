// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/accountsources.h"

#include "core/agent/sources/passwdfile.h"
#include "core/agent/sources/sqlaccounts.h"

namespace mailhelm
{

Result<std::unique_ptr<AccountSource>> makeAccountSource(const AccountsConfig &config, const Clock &clock)
{
    if (config.kind == "passwd-file")
        return std::unique_ptr<AccountSource>(
            std::make_unique<PasswdFile>(PasswdFile::Settings { config.path, config.mail, config.mailRoots }, clock));
    const Result<DatabaseUrl> url = DatabaseUrl::parse(config.database);
    if (!url)
        return url.error();
    Result<AccountPreset> preset = config.kind == "queries" ? AccountPreset::read(config.queries, url.value().kind)
                                                            : AccountPreset::builtIn(config.kind, url.value().kind);
    if (!preset)
        return preset.error();
    return std::unique_ptr<AccountSource>(std::make_unique<SqlAccounts>(
        url.value(), std::move(preset).value(), SqlAccounts::Settings { config.mail, config.mailRoots }, clock));
}

} // namespace mailhelm
