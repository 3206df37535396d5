// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/webmailsources.h"

#include "core/agent/sources/phpsessionfiles.h"
#include "core/agent/sources/roundcube.h"

namespace mailhelm
{

std::unique_ptr<WebmailSource> makeWebmailSource(const WebmailConfig &config, const Clock &clock)
{
    if (config.kind == "php-files")
        return std::make_unique<PhpSessionFiles>(config.component, config.path, config.lifetimeMs, clock);
    RoundcubeSource::Settings settings;
    settings.component = config.component;
    settings.database = DatabaseUrl::parse(config.database).value(); // Config has looked at it
    settings.tablePrefix = config.tablePrefix;
    settings.lifetimeMs = config.lifetimeMs;
    return std::make_unique<RoundcubeSource>(settings, clock);
}

} // namespace mailhelm
