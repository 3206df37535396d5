// SPDX-License-Identifier: GPL-3.0-or-later
// What a large account database costs: `bench_accounts [ACCOUNTS]`, 200,000 unless told. The baseline is the program
// sqlite3 that prints the same query.

#include "core/agent/sources/accountpreset.h"
#include "core/agent/sources/sqldatabase.h"
#include "tests/support/agentprocess.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTest>

#include <cstdio>

using namespace mailhelm;

namespace
{

constexpr quint16 Port = 6313;

[[noreturn]] void die(const QString &why)
{
    std::fprintf(stderr, "bench_accounts: %s\n", qUtf8Printable(why));
    std::exit(1);
}

template<typename T>
T must(Result<T> result)
{
    if (!result)
        die(result.error().detail);
    if constexpr (!std::is_void_v<T>)
        return std::move(result).value();
}

/// Runs it to its end and counts the lines that it printed.
qsizetype linesOf(const QString &program, const QStringList &arguments, const QString &home, double *seconds)
{
    QElapsedTimer timer;
    timer.start();
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("MAILHELM_HOME"), home);
    process.setProcessEnvironment(environment);
    process.start(program, arguments, QIODevice::ReadOnly);
    if (!process.waitForFinished(120'000))
        die(program + QStringLiteral(" does not end"));
    const QByteArray out = process.readAllStandardOutput();
    *seconds = double(timer.nsecsElapsed()) / 1e9;
    return out.count('\n');
}

void fill(const QString &file, int accounts)
{
    QProcess shell;
    shell.setProgram(QStringLiteral("/bin/bash"));
    shell.setArguments({ QStringLiteral("-c"),
        QStringLiteral("set -e; LAB_DIR=/nowhere DOMAIN=lab.test ACCOUNTS=%1 PASSWORD=secret; . tests/lab/accounts.sh; "
                       "accounts_sql | sqlite3 -batch \"$1\" >/dev/null")
            .arg(accounts),
        QStringLiteral("fill"), file });
    shell.setWorkingDirectory(QStringLiteral(MAILHELM_SOURCE_DIR));
    shell.start();
    if (!shell.waitForFinished(120'000) || shell.exitCode() != 0)
        die(QStringLiteral("the accounts cannot be made: ") + QString::fromUtf8(shell.readAllStandardError()));
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const int accounts = argc > 1 ? std::atoi(argv[1]) : 200'000;
    const QString bin = QStringLiteral(MAILHELM_BINARY_DIR "/bin/");
    AgentProcess agent;
    const QString file = agent.folder() + QStringLiteral("/accounts.db");
    const QString home = agent.folder() + QStringLiteral("/home");
    fill(file, accounts);

    must(agent.writeConfig(
        QStringLiteral("[agent]\nlisten = [\"127.0.0.1:%1\"]\nstate = \"%2\"\n[services]\nIMAP = [6314]\n"
                       "[accounts]\nkind = \"postfixadmin\"\ndatabase = \"sqlite://%3\"\n")
            .arg(QString::number(Port), agent.state(), file)
            .toUtf8()));
    double ignored = 0;
    must(agent.start());
    const QString link = must(agent.enroll("bench", "owner"));
    linesOf(bin + QStringLiteral("mailhelmctl"), { QStringLiteral("add"), link }, home, &ignored);
    must(agent.stop());

    const QStringList users { QStringLiteral("users"), QStringLiteral("--format"), QStringLiteral("csv") };
    QElapsedTimer sinceStart;
    sinceStart.start();
    must(agent.start());
    // Answered once the accounts are in the table.
    linesOf(
        bin + QStringLiteral("mailhelmctl"), { QStringLiteral("refresh"), QStringLiteral("users") }, home, &ignored);
    const qsizetype lines = linesOf(bin + QStringLiteral("mailhelmctl"), users, home, &ignored);
    const double first = double(sinceStart.nsecsElapsed()) / 1e9;
    if (lines <= accounts)
        die(QStringLiteral("only %1 accounts came").arg(lines));
    double again = 0;
    linesOf(bin + QStringLiteral("mailhelmctl"), users, home, &again);

    const QString query = must(AccountPreset::builtIn("postfixadmin", DatabaseUrl::Kind::Sqlite)).list.sql;
    double baseline = 0;
    linesOf(QStringLiteral("sqlite3"), { QStringLiteral("-csv"), file, query }, home, &baseline);
    std::printf("accounts: %d\n", accounts);
    std::printf("sqlite3 prints the same query: %.2f s\n", baseline);
    std::printf("users, from the start of the agent to the last line printed: %.2f s (%.1f x sqlite3)\n", first,
        first / baseline);
    std::printf("users, while the agent runs: %.2f s (%.1f x sqlite3)\n", again, again / baseline);
    return 0;
}
