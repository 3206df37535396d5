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
Commands take SERVER/ID as the lists print them; a bare ID is enough where there is one server.
Filters: alice  user:alice  address=192.0.2.0/24  since>1h  bytes_in>1M  user=?  !tls:1.3  a | b
--watch prints one JSON object a line: first "reset" for each server, then "added" for every row that is there, then
"added", "updated" and "removed" as they happen. What changes all the time (last_active, bytes_in, bytes_out)
makes no line.
Exit codes: 0 done, 1 done in part, 2 usage, 3 cannot connect, 4 refused.
MAILHELM_HOME moves the profile (key, servers).)";

struct Raw {
    std::string server, filter, sort, columns, watch, name, table;
    std::string format = "table";
    std::vector<std::string> targets;
    bool yes = false;
};

void addListOptions(CLI::App &verb, Raw &raw)
{
    verb.add_option("--filter", raw.filter, "Rows that match, as in the console")->type_name("EXPR");
    verb.add_option("--sort", raw.sort, "Order by this column, descending with -")->type_name("[-]KEY");
    verb.add_option("--columns", raw.columns, "Only these columns, in this order; also id and server")
        ->type_name("K,K");
    verb.add_option("--format", raw.format, "table, csv or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({ "table", "csv", "json" }));
    verb.add_option("--watch", raw.watch, "Stay and print what changes: as it happens, or at most every SPAN")
        ->type_name("[=SPAN]")
        ->expected(0, 1);
}

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

    CLI::App *add = app.add_subcommand(
        "add", "Add a server by the pairing link that `mailhelmd enroll` printed; - reads it from stdin");
    add->add_option("link", raw.targets)->required()->expected(1)->type_name("LINK|-");
    add->add_option("--name", raw.name, "What to call the server here; else as it calls itself")->type_name("NAME");
    CLI::App *servers = app.add_subcommand("servers", "List the servers of this profile");
    servers->add_option("--format", raw.format, "table or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({ "table", "json" }));
    CLI::App *remove = app.add_subcommand("remove", "Forget a server");
    remove->add_option("name", raw.targets)->required()->expected(1)->type_name("NAME");
    for (const TableId id : liveTables()) {
        const std::string name = schemaOf(id).name().toStdString();
        addListOptions(*app.add_subcommand(name, "List the table " + name), raw);
    }
    CLI::App *refresh = app.add_subcommand("refresh", "Have the agent look at a table's source again now");
    refresh->add_option("table", raw.table)->required()->type_name("TABLE");
    CLI::App *drop = app.add_subcommand("drop", "Drop exactly these connections");
    drop->add_option("id", raw.targets)->type_name("[SERVER/]ID");
    drop->add_option("--filter", raw.filter, "Those connections that match: printed, then asked about")
        ->type_name("EXPR");
    drop->add_flag("--yes", raw.yes, "Do not ask");
    CLI::App *journal = app.add_subcommand("journal", "Print the log lines of a connection's session");
    journal->add_option("id", raw.targets)->required()->expected(1)->type_name("[SERVER/]ID");
    CLI::App *status = app.add_subcommand("status", "Say how the agents are");
    status->add_option("--format", raw.format, "table or json")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({ "table", "json" }));

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        if (dynamic_cast<const CLI::RequiredError *>(&error) && app.get_subcommands().empty()
            && !app.remaining().empty())
            return usage(QStringLiteral("this version does not have the verb “%1”; mailhelmctl --help lists them.")
                             .arg(QString::fromStdString(app.remaining().front())));
        return app.exit(error) == 0 ? exitcode::Done : exitcode::Usage;
    }

    const CLI::App *verb = app.get_subcommands().front();
    options.server = QString::fromStdString(raw.server);
    options.filter = QString::fromStdString(raw.filter);
    options.sort = QString::fromStdString(raw.sort);
    options.columns = QString::fromStdString(raw.columns).split(u',', Qt::SkipEmptyParts);
    options.format = raw.format == "csv" ? Format::Csv : raw.format == "json" ? Format::Json : Format::Table;
    options.yes = raw.yes;
    options.name = QString::fromStdString(raw.name);
    for (const std::string &target : raw.targets)
        options.targets.append(QString::fromStdString(target));

    if (verb == add) {
        options.verb = Verb::Add;
    } else if (verb == servers) {
        options.verb = Verb::Servers;
    } else if (verb == remove) {
        options.verb = Verb::Remove;
    } else if (verb == journal) {
        options.verb = Verb::Journal;
    } else if (verb == status) {
        options.verb = Verb::Status;
    } else if (verb == refresh) {
        options.verb = Verb::Refresh;
        options.table = schemaNamed(QByteArray::fromStdString(raw.table)).id();
        if (options.table == TableId::None)
            return usage(QStringLiteral("there is no table “%1”.").arg(QString::fromStdString(raw.table)));
    } else if (verb == drop) {
        options.verb = Verb::Drop;
        options.table = TableId::Connections;
        options.hasFilter = drop->count("--filter") > 0;
        if (options.hasFilter == !options.targets.isEmpty())
            return usage(QStringLiteral("drop takes either ids or --filter EXPR."));
    } else {
        options.verb = Verb::List;
        options.table = schemaNamed(QByteArray::fromStdString(verb->get_name())).id();
        options.hasFilter = verb->count("--filter") > 0;
        options.watch = verb->count("--watch") > 0;
        if (options.watch) {
            const auto span = spanMs(raw.watch.empty() || raw.watch == "true" ? QByteArrayLiteral("0")
                                                                              : QByteArray::fromStdString(raw.watch));
            if (!span)
                return usage(QStringLiteral("--watch=%1 is no span; write 5s, 500ms, 2m or 1h.")
                                 .arg(QString::fromStdString(raw.watch)));
            options.watchMs = *span;
            const bool formatted = verb->count("--format") > 0 && options.format != Format::Json;
            if (formatted || !options.sort.isEmpty() || !options.columns.isEmpty())
                return usage(QStringLiteral("--watch prints whole rows as JSON in the order in which they change: "
                                            "--sort, --columns and other formats do not go with it."));
        }
    }
    return std::nullopt;
}

} // namespace mailhelm::ctl
