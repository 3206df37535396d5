// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/accountsources.h"

#include "core/agent/sources/accountdatabase.h"
#include "core/agent/sources/passwdfile.h"
#include "core/agent/sources/passwdlines.h"
#include "core/agent/sources/replacefile.h"
#include "core/agent/sources/sqlaccounts.h"

namespace mailhelm
{

namespace
{

Result<AccountPreset> presetOf(const AccountsConfig &config, DatabaseUrl::Kind kind)
{
    return config.kind == "queries" ? AccountPreset::read(config.queries, kind)
                                    : AccountPreset::builtIn(config.kind, kind);
}

} // namespace

Result<std::unique_ptr<AccountSource>> makeAccountSource(const AccountsConfig &config, const Clock &clock)
{
    if (config.kind == "passwd-file")
        return std::unique_ptr<AccountSource>(
            std::make_unique<PasswdFile>(PasswdFile::Settings { config.path, config.mail, config.mailRoots }, clock));
    const Result<DatabaseUrl> url = DatabaseUrl::parse(config.database);
    if (!url)
        return url.error();
    Result<AccountPreset> preset = presetOf(config, url.value().kind);
    if (!preset)
        return preset.error();
    return std::unique_ptr<AccountSource>(std::make_unique<SqlAccounts>(
        url.value(), std::move(preset).value(), SqlAccounts::Settings { config.mail, config.mailRoots }, clock));
}

Result<qsizetype> countAccounts(const AccountsConfig &config)
{
    if (config.kind == "passwd-file") {
        const Result<QByteArray> text = readWholeFile(config.path);
        if (!text)
            return text.error();
        return passwdlines::list(text.value()).accounts.size();
    }
    const Result<DatabaseUrl> url = DatabaseUrl::parse(config.database);
    if (!url)
        return url.error();
    const Result<AccountPreset> preset = presetOf(config, url.value().kind);
    if (!preset)
        return preset.error();
    const Result<accountdatabase::Listing> listing = accountdatabase::listAt(url.value(), preset.value());
    if (!listing)
        return listing.error();
    return listing.value().accounts.size();
}

QByteArray accountsMend(const AccountsConfig &config, ErrorCode code)
{
    const Result<DatabaseUrl> url = DatabaseUrl::parse(config.database);
    return url ? sqlMend(url.value(), code) : QByteArray("path in [accounts] must name a file that this user may read");
}

} // namespace mailhelm
