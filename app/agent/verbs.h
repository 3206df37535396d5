// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/agent/config.h"
#include "core/base/clock.h"

#include <QByteArray>

namespace mailhelm
{

/// The verbs of mailhelmd that do one thing and end. Each returns the exit code of the program and writes to stdout;
/// errors go to stderr.
enum ExitCode : int { Ok = 0, Partly = 1, Usage = 2, CannotConnect = 3, Refused = 4 };

struct InitOptions {
    QByteArray configFile;
    QByteArray state;
    QByteArray listen;
    QByteArray dovecotConfig;
    QByteArray postfixConfig;
    QByteArray roundcubeConfig;
};

int runInit(const InitOptions &options);
int runEnroll(const Config &config, const QByteArray &name, const QByteArray &role, const Clock &clock);
int runAdmins(const Config &config, const Clock &clock);
int runRevoke(const Config &config, const QByteArray &name, const Clock &clock);
int runCheck(const Config &config, const QByteArray &configFile);
/// Looks at everything that the daemon needs, as whoever runs it; each thing that is missing comes with the line that
/// mends it.
int runDoctor(const Config &config, const Clock &clock);

int complain(const Error &error);

} // namespace mailhelm
