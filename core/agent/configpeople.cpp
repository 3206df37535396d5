// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/agent/configreader.h"

#include "core/agent/sources/sqldatabase.h"

#include <algorithm>

namespace mailhelm
{

namespace
{

constexpr qint64 LeastHistory = 4 << 20; // below, what is live alone may need more

void requireDatabase(ConfigReader &reader, const toml::table &table, const char *key, const QByteArray &url)
{
    const Result<DatabaseUrl> parsed = DatabaseUrl::parse(url);
    if (parsed)
        return;
    const toml::node *node = table.get(key);
    reader.fail(node ? node->source() : table.source(),
        QStringLiteral("%1: %2.").arg(QString::fromLatin1(key), parsed.error().detail));
}

void requirePath(ConfigReader &reader, const toml::table &table, const char *key, const QByteArray &path)
{
    if (path.startsWith('/'))
        return;
    const toml::node *node = table.get(key);
    reader.fail(node ? node->source() : table.source(),
        QStringLiteral("%1 is a path from the root: %1 = \"/…\"").arg(QString::fromLatin1(key)));
}

WebmailConfig readWebmail(ConfigReader &reader, const toml::table &table)
{
    WebmailConfig webmail;
    webmail.line = int(table.source().begin.line);
    reader.allowOnly(
        table, "[webmail]", { "kind", "component", "database", "table_prefix", "path", "lifetime", "hosts" });
    webmail.kind = reader.choice(table, "kind", { "roundcube", "php-files" });
    webmail.component = reader.text(table, "component", webmail.component);
    webmail.database = reader.text(table, "database");
    webmail.tablePrefix = reader.text(table, "table_prefix");
    if (!std::all_of(webmail.tablePrefix.begin(), webmail.tablePrefix.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        }))
        reader.fail(table.get("table_prefix")->source(),
            QStringLiteral("table_prefix is Roundcube's db_prefix, of letters, digits and underscores: \"rc_\""));
    webmail.path = reader.text(table, "path");
    webmail.lifetimeMs = reader.span(table, "lifetime", webmail.lifetimeMs);
    webmail.hosts = reader.texts(table, "hosts", webmail.hosts);
    for (const QByteArray &host : std::as_const(webmail.hosts))
        if (!Address::parse(host))
            reader.fail(table.get("hosts")->source(),
                QStringLiteral("“%1” is no address: hosts = [\"127.0.0.1\", \"::1\"]").arg(QString::fromUtf8(host)));
    if (webmail.kind == "roundcube")
        requireDatabase(reader, table, "database", webmail.database);
    else if (webmail.kind == "php-files")
        requirePath(reader, table, "path", webmail.path);
    else if (webmail.kind.isEmpty())
        reader.fail(table.source(), QStringLiteral("[[webmail]] needs kind = \"roundcube\" or \"php-files\"."));
    return webmail;
}

AccountsConfig readAccounts(ConfigReader &reader, const toml::table &table)
{
    AccountsConfig accounts;
    accounts.line = int(table.source().begin.line);
    reader.allowOnly(table, "accounts",
        { "kind", "database", "path", "queries", "sizes", "exclude", "mail_roots", "mail", "archive", "mail_socket",
            "grace" });
    accounts.kind = reader.choice(table, "kind",
        { "postfixadmin", "iredmail", "mailcow", "modoboa", "vimbadmin", "mailu", "queries", "passwd-file" });
    if (accounts.kind.isEmpty())
        reader.fail(table.source(), QStringLiteral("[accounts] needs a kind: kind = \"postfixadmin\""));
    accounts.database = reader.text(table, "database");
    accounts.path = reader.text(table, "path");
    accounts.queries = reader.text(table, "queries");
    accounts.sizes = reader.flag(table, "sizes", accounts.sizes);
    accounts.exclude = reader.texts(table, "exclude");
    accounts.mailRoots = reader.texts(table, "mail_roots");
    reader.requirePaths(table, "mail_roots", accounts.mailRoots, "/var/%1");
    accounts.mail = reader.text(table, "mail");
    accounts.archive = reader.text(table, "archive");
    accounts.mailSocket = reader.text(table, "mail_socket", accounts.mailSocket);
    accounts.graceMs = reader.span(table, "grace", accounts.graceMs);
    if (accounts.kind == "passwd-file")
        requirePath(reader, table, "path", accounts.path);
    else if (!accounts.kind.isEmpty())
        requireDatabase(reader, table, "database", accounts.database);
    if (accounts.kind == "queries")
        requirePath(reader, table, "queries", accounts.queries);
    if (!accounts.mail.isEmpty())
        requirePath(reader, table, "mail", accounts.mail);
    if (!accounts.archive.isEmpty())
        requirePath(reader, table, "archive", accounts.archive);
    return accounts;
}

LoginsConfig readLogins(ConfigReader &reader, const toml::table &table)
{
    LoginsConfig logins;
    reader.allowOnly(
        table, "logins", { "read_back", "last_login", "last_login_query", "last_login_services", "master_users" });
    logins.readBackMs = reader.span(table, "read_back", logins.readBackMs);
    logins.lastLogin = reader.text(table, "last_login");
    logins.lastLoginQuery = reader.text(table, "last_login_query");
    logins.lastLoginServices = reader.texts(table, "last_login_services");
    logins.masterUsers = reader.texts(table, "master_users");
    if (!logins.lastLogin.isEmpty())
        requireDatabase(reader, table, "last_login", logins.lastLogin);
    if (logins.lastLogin.isEmpty() != logins.lastLoginQuery.isEmpty())
        reader.fail(table.source(), QStringLiteral("last_login (a database) and last_login_query go together."));
    return logins;
}

HistoryConfig readHistory(ConfigReader &reader, const toml::table &table)
{
    HistoryConfig history;
    reader.allowOnly(table, "history", { "enabled", "keep", "max_size" });
    history.enabled = reader.flag(table, "enabled", history.enabled);
    history.keepMs = reader.span(table, "keep", history.keepMs);
    history.maxBytes = reader.bytes(table, "max_size", history.maxBytes);
    if (history.maxBytes < LeastHistory)
        reader.fail(table.get("max_size")->source(), QStringLiteral("max_size is at least \"4M\"."));
    return history;
}

} // namespace

void readPeople(ConfigReader &reader, const toml::table &root, Config &config)
{
    for (const toml::table *webmail : reader.tables(root, "webmail"))
        config.webmail.append(readWebmail(reader, *webmail));
    if (const toml::table *accounts = reader.table(root, "accounts"))
        config.accounts = readAccounts(reader, *accounts);
    if (const toml::table *logins = reader.table(root, "logins"))
        config.logins = readLogins(reader, *logins);
    if (const toml::table *history = reader.table(root, "history"))
        config.history = readHistory(reader, *history);
}

} // namespace mailhelm
