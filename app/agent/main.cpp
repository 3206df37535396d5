// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/agent/daemon.h"
#include "app/agent/verbs.h"
#include "core/base/clock.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>

#include <sys/resource.h>
#include <sys/stat.h>

using namespace mailhelm;

int main(int argc, char **argv)
{
    ::umask(077);
    const rlimit noCore { 0, 0 }; // keys and names of people do not belong into a core file
    ::setrlimit(RLIMIT_CORE, &noCore);
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mailhelmd"));

    CLI::App app { "Mailhelm's agent: sees who is on this mail server, and lets administrators act on it.",
        "mailhelmd" };
    app.set_version_flag("--version", "mailhelmd " MAILHELM_VERSION);
    app.require_subcommand(1);
    app.fallthrough(); // --config may stand before or after the verb
    std::string configFile = "/etc/mailhelm/mailhelmd.toml";
    app.add_option("--config", configFile, "the configuration")->capture_default_str();

    std::string state = "/var/lib/mailhelm";
    std::string listen;
    std::string dovecotConfig;
    std::string postfixConfig;
    std::string roundcubeConfig;
    CLI::App *init
        = app.add_subcommand("init", "write a configuration that names what is found on this host, and make keys");
    init->add_option("--state", state, "folder for keys, audit and history")->capture_default_str();
    init->add_option("--listen", listen, "ADDRESS:PORT to serve administrators on");
    init->add_option("--dovecot-config", dovecotConfig, "Dovecot's configuration, if it is not the system's");
    init->add_option("--postfix-config", postfixConfig, "Postfix's configuration folder, if it is not the system's");
    init->add_option(
        "--roundcube-config", roundcubeConfig, "Roundcube's configuration folder, if it is not the system's");

    int simulate = 0;
    int changes = -1;
    CLI::App *serve = app.add_subcommand("serve", "run the agent");
    serve->add_option("--simulate", simulate, "serve N made-up connections instead of this host's")
        ->check(CLI::Range(1, 1'000'000));
    serve->add_option("--changes", changes, "with --simulate: changes a second")->check(CLI::Range(0, 100'000));

    std::string name;
    std::string role;
    CLI::App *enroll = app.add_subcommand("enroll", "print a pairing link for a new administrator");
    enroll->add_option("NAME", name, "what the audit will call them")->required();
    enroll->add_option("--role", role, "viewer, operator, manager or owner")->required();
    CLI::App *admins = app.add_subcommand("admins", "list administrators and open invitations");
    CLI::App *revoke = app.add_subcommand("revoke", "take an administrator's key away");
    revoke->add_option("NAME", name)->required();
    CLI::App *check = app.add_subcommand("check", "read the configuration over");
    CLI::App *doctor
        = app.add_subcommand("doctor", "say what the agent cannot see or do here, and the line that mends it");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? Ok : Usage;
    }

    const SystemClock clock;
    const auto bytes = [](const std::string &text) { return QByteArray::fromStdString(text); };
    if (init->parsed())
        return runInit({ bytes(configFile), bytes(state), bytes(listen), bytes(dovecotConfig), bytes(postfixConfig),
            bytes(roundcubeConfig) });

    Result<Config> config = Config::read(bytes(configFile));
    if (!config && config.error().code == ErrorCode::NotFound && simulate > 0) {
        Config made; // a simulation needs no host, and shows itself to nobody else
        made.listen = { "127.0.0.1:6245" };
        config = std::move(made);
    }
    if (!config)
        return complain(config.error());
    if (serve->parsed())
        return runDaemon(std::move(config).value(), clock, simulate, changes);
    if (enroll->parsed())
        return runEnroll(config.value(), bytes(name), bytes(role), clock);
    if (admins->parsed())
        return runAdmins(config.value(), clock);
    if (revoke->parsed())
        return runRevoke(config.value(), bytes(name), clock);
    if (check->parsed())
        return runCheck(config.value(), bytes(configFile));
    if (doctor->parsed())
        return runDoctor(config.value(), clock);
    return Usage;
}
