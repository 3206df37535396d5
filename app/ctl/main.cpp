// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/interrupt.h"
#include "app/ctl/accountcommand.h"
#include "app/ctl/comparecommand.h"
#include "app/ctl/historycommand.h"
#include "app/ctl/listcommand.h"
#include "app/ctl/profilecommands.h"
#include "app/ctl/requestcommands.h"
#include "app/ctl/rowactioncommand.h"
#include "app/ctl/watchcommand.h"

#include <QCoreApplication>

using namespace mailhelm;
using namespace mailhelm::ctl;

static int run(QCoreApplication &app, Command &command)
{
    mailhelm::Interrupt interrupt;
    QObject::connect(&interrupt, &mailhelm::Interrupt::interrupted, &command, &Command::interrupt);
    QObject::connect(
        &command, &Command::finished, &app, [](int code) { QCoreApplication::exit(code); }, Qt::QueuedConnection);
    QMetaObject::invokeMethod(&command, &Command::start, Qt::QueuedConnection);
    return QCoreApplication::exec();
}

static std::unique_ptr<Command> commandFor(const Options &options, Session &session, Terminal &terminal)
{
    switch (options.verb) {
    case Verb::Drop:
    case Verb::End:
        return std::make_unique<RowActionCommand>(options, session, terminal);
    case Verb::Enable:
    case Verb::Block:
    case Verb::Disable:
    case Verb::Delete:
    case Verb::Restore:
        return std::make_unique<AccountCommand>(options, session, terminal);
    case Verb::Compare:
        return std::make_unique<CompareCommand>(options, session, terminal);
    case Verb::History:
        return std::make_unique<HistoryCommand>(options, session, terminal);
    case Verb::Refresh:
    case Verb::Journal:
    case Verb::Status:
        return std::make_unique<RequestCommand>(options, session, terminal);
    default:
        if (options.watch)
            return std::make_unique<WatchCommand>(options, session, terminal);
        return std::make_unique<ListCommand>(options, session, terminal);
    }
}

int main(int argc, char **argv)
{
    Options options;
    if (const auto code = parseCommandLine(argc, argv, options))
        return *code;
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mailhelmctl"));
    Terminal terminal;
    const SystemClock clock;

    const auto fail = [&terminal](const Error &error, int code) {
        terminal.complain(error.detail);
        return code;
    };
    auto opened = Profile::open();
    if (!opened)
        return fail(opened.error(), exitcode::CannotConnect);
    Profile profile = std::move(opened).value();
    if (options.verb == Verb::Servers)
        return listServers(options, profile, terminal);
    if (options.verb == Verb::Remove)
        return removeServer(options, profile, terminal);

    const auto identity = profile.identity();
    if (!identity)
        return fail(identity.error(), exitcode::CannotConnect);
    if (options.verb == Verb::Add) {
        AddCommand command(options, profile, identity.value(), terminal);
        return run(app, command);
    }
    Session session(profile, identity.value(), clock, terminal);
    if (auto chosen = session.choose(options.server); !chosen)
        return fail(chosen.error(), exitcode::Usage);
    const std::unique_ptr<Command> command = commandFor(options, session, terminal);
    return run(app, *command);
}
