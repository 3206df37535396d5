// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/options.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <iostream>

namespace mailhelm::ctl
{

std::optional<qint64> spanMs(QByteArrayView text)
{
    static constexpr std::pair<const char *, double> Units[] { { "ms", 1 }, { "s", 1e3 }, { "min", 6e4 }, { "m", 6e4 },
        { "h", 3.6e6 } };
    double factor = 1e3;
    for (const auto &[unit, ms] : Units) {
        if (text.endsWith(unit)) {
            factor = ms;
            text.chop(qsizetype(qstrlen(unit)));
            break;
        }
    }
    bool ok = false;
    const double value = text.toByteArray().toDouble(&ok);
    if (!ok || !std::isfinite(value) || value < 0 || value * factor > 86'400'000)
        return std::nullopt;
    return qint64(value * factor);
}

namespace
{

constexpr const char *Footer = R"(
Commands take SERVER/ID as the lists print them; a bare ID is enough where there is one server. Those for accounts take
the user's name, or SERVER/USER where several servers have it.
Filters: alice  user:alice  address=192.0.2.0/24  since>1h  bytes_in>1M  user=?  !tls:1.3  a | b
--watch prints one JSON object a line: first "reset" for each server, then "added" for every row that is there, then
"added", "updated" and "removed" as they happen. What changes all the time (last_active, bytes_in, bytes_out)
makes no line.
TIME is 2026-11-01T03:12:00Z, "2026-11-01 03:12", 03:12, or a span ago: 2h.
Exit codes: 0 done, 1 done in part, 2 usage, 3 cannot connect, 4 refused.
MAILHELM_HOME moves the profile (key, servers).)";

struct Raw {
    std::string server, filter, sort, columns, watch, name, table, reason, column, timeframe, from, to, at;
    std::string format = "table";
    std::vector<std::string> targets;
    bool yes = false;
    bool all = false;
    bool unjudged = false;
};

/// One verb of the command line.
struct VerbRow {
    const char *name;
    Verb verb;
    TableId table;
    const char *group; ///< heading in the help
    const char *help;
    void (*declare)(CLI::App &verb, Raw &raw);
    /// What else is wrong with it; empty = nothing. May fill in what is special to the verb.
    QString (*check)(const CLI::App &verb, const Raw &raw, Options &options);
    const char *sort = ""; ///< unless --sort says otherwise
};

QString checkNothing(const CLI::App &, const Raw &, Options &)
{
    return {};
}

void declareFormat(CLI::App &verb, Raw &raw)
{
    verb.add_option("--format", raw.format, "table, csv or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({ "table", "csv", "json" }));
}

void declareReport(CLI::App &verb, Raw &raw)
{
    verb.add_option("--format", raw.format, "table or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({ "table", "json" }));
}

void declareRows(CLI::App &verb, Raw &raw)
{
    verb.add_option("--filter", raw.filter, "Rows that match, as in the console")->type_name("EXPR");
    verb.add_option("--sort", raw.sort, "Order by this column, descending with -")->type_name("[-]KEY");
    verb.add_option("--columns", raw.columns, "Only these columns, in this order; also id and server")
        ->type_name("K,K");
    declareFormat(verb, raw);
}

void declareList(CLI::App &verb, Raw &raw)
{
    declareRows(verb, raw);
    verb.add_option("--watch", raw.watch, "Stay and print what changes: as it happens, or at most every SPAN")
        ->type_name("[=SPAN]")
        ->expected(0, 1);
}

QString checkList(const CLI::App &verb, const Raw &raw, Options &options)
{
    options.watch = verb.count("--watch") > 0;
    if (!options.watch)
        return {};
    const auto span = spanMs(
        raw.watch.empty() || raw.watch == "true" ? QByteArrayLiteral("0") : QByteArray::fromStdString(raw.watch));
    if (!span)
        return QStringLiteral("--watch=%1 is no span; write 5s, 500ms, 2m or 1h.")
            .arg(QString::fromStdString(raw.watch));
    options.watchMs = *span;
    const bool formatted = verb.count("--format") > 0 && options.format != Format::Json;
    if (formatted || verb.count("--sort") > 0 || !options.columns.isEmpty())
        return QStringLiteral("--watch prints whole rows as JSON in the order in which they change: --sort, --columns "
                              "and other formats do not go with it.");
    return {};
}

void declareWebmail(CLI::App &verb, Raw &raw)
{
    declareList(verb, raw);
    verb.add_flag("--all", raw.all, "Also sessions in which nobody is logged in (login pages left open)");
}

void declareInactive(CLI::App &verb, Raw &raw)
{
    verb.add_option(
            "--for", raw.timeframe, "That long or longer: 30d (unless said otherwise), 90d, 6mo, 12mo, any span")
        ->type_name("SPAN");
    verb.add_flag("--unjudged", raw.unjudged,
        "Those instead that cannot be judged yet: no login was seen, but nobody watched for long enough");
    declareList(verb, raw);
}

QString checkInactive(const CLI::App &verb, const Raw &raw, Options &options)
{
    options.unjudged = raw.unjudged;
    if (verb.count("--for") > 0) {
        const auto timeframe = Timeframe::parse(QString::fromStdString(raw.timeframe));
        if (!timeframe)
            return QStringLiteral("--for %1 is no span; write 30d, 6mo, 12mo, 2w or 1y.")
                .arg(QString::fromStdString(raw.timeframe));
        options.timeframe = *timeframe;
    }
    return checkList(verb, raw, options);
}

void declareHistory(CLI::App &verb, Raw &raw)
{
    declareRows(verb, raw);
    verb.add_option("--from", raw.from, "Who was there since then; else the 24 hours before --to")->type_name("TIME");
    verb.add_option("--to", raw.to, "Who was there until then; else until now")->type_name("TIME");
    verb.add_option("--at", raw.at, "Who was there then: that minute, that day")->type_name("TIME");
}

QString checkHistory(const CLI::App &, const Raw &raw, Options &options)
{
    options.from = QString::fromStdString(raw.from);
    options.to = QString::fromStdString(raw.to);
    options.at = QString::fromStdString(raw.at);
    return raw.at.empty() || (raw.from.empty() && raw.to.empty())
        ? QString()
        : QStringLiteral("--at goes with neither --from nor --to.");
}

void declareRefresh(CLI::App &verb, Raw &raw)
{
    verb.add_option("table", raw.table)->required()->type_name("TABLE");
}

QString checkRefresh(const CLI::App &, const Raw &raw, Options &options)
{
    options.table = schemaNamed(QByteArray::fromStdString(raw.table)).id();
    return liveTables().contains(options.table)
        ? QString()
        : QStringLiteral("there is no table “%1”.").arg(QString::fromStdString(raw.table));
}

void declareByIdOrFilter(CLI::App &verb, Raw &raw)
{
    verb.add_option("id", raw.targets)->type_name("[SERVER/]ID");
    verb.add_option("--filter", raw.filter, "Those that match: printed, then asked about")->type_name("EXPR");
    verb.add_flag("--yes", raw.yes, "Do not ask");
}

void declareEnd(CLI::App &verb, Raw &raw)
{
    declareByIdOrFilter(verb, raw);
    verb.add_flag("--all", raw.all, "With --filter: also sessions in which nobody is logged in");
}

QString checkByIdOrFilter(const CLI::App &verb, const Raw &, Options &options)
{
    return options.hasFilter == !options.targets.isEmpty()
        ? QStringLiteral("%1 takes either ids or --filter EXPR.").arg(QString::fromStdString(verb.get_name()))
        : QString();
}

void declareUsers(CLI::App &verb, Raw &raw)
{
    verb.add_option("user", raw.targets)->required()->type_name("[SERVER/]USER");
    verb.add_flag("--yes", raw.yes, "Do not ask");
}

void declareDelete(CLI::App &verb, Raw &raw)
{
    declareUsers(verb, raw);
    verb.add_option("--reason", raw.reason, "Why: kept with the deleted account and in the audit")
        ->required()
        ->type_name("TEXT");
}

QString checkDelete(const CLI::App &, const Raw &, Options &options)
{
    return options.reason.trimmed().isEmpty() ? QStringLiteral("--reason must say why.") : QString();
}

void declareCompare(CLI::App &verb, Raw &raw)
{
    verb.add_option("file", raw.targets)->required()->expected(1)->type_name("FILE|-");
    verb.add_option(
            "--column", raw.column, "Where the file has the addresses: a column's title or number; else they are found")
        ->type_name("NAME");
    declareRows(verb, raw);
}

void declareJournal(CLI::App &verb, Raw &raw)
{
    verb.add_option("id", raw.targets)->required()->expected(1)->type_name("[SERVER/]ID");
}

void declareAdd(CLI::App &verb, Raw &raw)
{
    verb.add_option("link", raw.targets)->required()->expected(1)->type_name("LINK|-");
    verb.add_option("--name", raw.name, "What to call the server here; else as it calls itself")->type_name("NAME");
}

void declareRemove(CLI::App &verb, Raw &raw)
{
    verb.add_option("name", raw.targets)->required()->expected(1)->type_name("NAME");
}

constexpr const char *Servers = "Servers of this profile";
constexpr const char *Lists = "Lists";
constexpr const char *Actions = "Actions";

constexpr VerbRow Verbs[] {
    { "add", Verb::Add, TableId::None, Servers,
        "Add a server by the pairing link that `mailhelmd enroll` printed; - reads it from stdin", declareAdd,
        checkNothing },
    { "servers", Verb::Servers, TableId::None, Servers, "List the servers of this profile", declareReport,
        checkNothing },
    { "remove", Verb::Remove, TableId::None, Servers, "Forget a server", declareRemove, checkNothing },
    { "status", Verb::Status, TableId::None, Servers, "Say how the agents are, and what cannot be done there",
        declareReport, checkNothing },
    { "connections", Verb::List, TableId::Connections, Lists, "Every connection to a mail service", declareList,
        checkList },
    { "webmail", Verb::List, TableId::Webmail, Lists, "WebMail sessions of users", declareWebmail, checkList },
    { "online", Verb::List, TableId::OnlineUsers, Lists, "Users who are connected, and through what", declareList,
        checkList, "user" },
    { "users", Verb::List, TableId::Users, Lists, "Accounts, with their last login", declareList, checkList, "user" },
    { "inactive", Verb::Inactive, TableId::Users, Lists,
        "Accounts that nobody has logged into for 30 days or longer, or another span", declareInactive, checkInactive,
        "inactive_since" },
    { "compare", Verb::Compare, TableId::Users, Lists,
        "Compare the accounts with a list of addresses (CSV): who is only there, only here, or both", declareCompare,
        checkNothing },
    { "logins", Verb::List, TableId::Logins, Lists, "The last login of each user through each service", declareList,
        checkList },
    { "deleted", Verb::List, TableId::Deleted, Lists, "Deleted accounts that can still be restored", declareList,
        checkList },
    { "history", Verb::History, TableId::History, Lists, "Who was there in a span: the last 24 hours unless told",
        declareHistory, checkHistory },
    { "sources", Verb::List, TableId::Sources, Lists, "What the agents observe, and what would mend it", declareList,
        checkList },
    { "audit", Verb::List, TableId::Audit, Lists, "What administrators did", declareList, checkList },
    { "journal", Verb::Journal, TableId::Connections, Lists, "Print the log lines of a connection's session",
        declareJournal, checkNothing },
    { "refresh", Verb::Refresh, TableId::None, Actions, "Have the agent look at a table's source again now",
        declareRefresh, checkRefresh },
    { "drop", Verb::Drop, TableId::Connections, Actions, "Drop exactly these connections", declareByIdOrFilter,
        checkByIdOrFilter },
    { "end", Verb::End, TableId::Webmail, Actions, "End exactly these WebMail sessions", declareEnd,
        checkByIdOrFilter },
    { "enable", Verb::Enable, TableId::Users, Actions, "Let these users log in and receive mail", declareUsers,
        checkNothing },
    { "block", Verb::Block, TableId::Users, Actions, "Let nobody log in as these users; mail still arrives",
        declareUsers, checkNothing },
    { "disable", Verb::Disable, TableId::Users, Actions, "Neither logins nor mail for these users", declareUsers,
        checkNothing },
    { "delete", Verb::Delete, TableId::Users, Actions,
        "Delete these accounts; they can be restored until they are purged", declareDelete, checkDelete },
    { "restore", Verb::Restore, TableId::Deleted, Actions, "Bring deleted accounts back, with their mail", declareUsers,
        checkNothing },
};

int usage(const QString &what)
{
    std::cerr << "mailhelmctl: " << what.toStdString() << "\n";
    return exitcode::Usage;
}

} // namespace

std::optional<int> parseCommandLine(int argc, char **argv, Options &options)
{
    Raw raw;
    CLI::App app("Administers mail servers through their Mailhelm agents.", "mailhelmctl");
    app.set_version_flag("--version", "mailhelmctl " MAILHELM_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.footer(Footer);
    app.add_option("--server", raw.server, "Only this server; else all of the profile")->type_name("NAME");
    for (const VerbRow &row : Verbs) {
        CLI::App *const verb = app.add_subcommand(row.name, row.help);
        verb->group(row.group);
        row.declare(*verb, raw);
    }

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        if (dynamic_cast<const CLI::RequiredError *>(&error) && app.get_subcommands().empty()
            && !app.remaining().empty())
            return usage(QStringLiteral("this version does not have the verb “%1”; mailhelmctl --help lists them.")
                             .arg(QString::fromStdString(app.remaining().front())));
        return app.exit(error) == 0 ? exitcode::Done : exitcode::Usage;
    }

    const CLI::App &verb = *app.get_subcommands().front();
    const VerbRow &row = *std::find_if(
        std::begin(Verbs), std::end(Verbs), [&](const VerbRow &each) { return verb.get_name() == each.name; });
    options.verb = row.verb;
    options.table = row.table;
    options.server = QString::fromStdString(raw.server);
    options.filter = QString::fromStdString(raw.filter);
    options.hasFilter = verb.get_option_no_throw("--filter") && verb.count("--filter") > 0;
    options.sort = raw.sort.empty() ? QString::fromLatin1(row.sort) : QString::fromStdString(raw.sort);
    options.columns = QString::fromStdString(raw.columns).split(u',', Qt::SkipEmptyParts);
    options.format = raw.format == "csv" ? Format::Csv : raw.format == "json" ? Format::Json : Format::Table;
    options.yes = raw.yes;
    options.all = raw.all;
    options.name = QString::fromStdString(raw.name);
    options.reason = QString::fromStdString(raw.reason);
    options.column = QString::fromStdString(raw.column);
    for (const std::string &target : raw.targets)
        options.targets.append(QString::fromStdString(target));
    const QString wrong = row.check(verb, raw, options);
    return wrong.isEmpty() ? std::nullopt : std::optional(usage(wrong));
}

} // namespace mailhelm::ctl
