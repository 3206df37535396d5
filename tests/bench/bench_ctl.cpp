// SPDX-License-Identifier: GPL-3.0-or-later
// The command line with very many accounts: how long `mailhelmctl` takes from its start to its end, the transfer
// included, and what it takes itself, beside merely starting it against an agent with no account at all. The agent is
// the tests' own, whose rows are in memory.
#include "core/client/servers.h"
#include "tests/support/fakeagent.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QProcess>
#include <QTemporaryDir>

#include <cstdio>
#include <sys/resource.h>

using namespace mailhelm;

namespace
{

constexpr qint64 Day = 86'400'000'000;

void fill(FakeAgent &agent, qint64 nowUs, int count)
{
    quint64 random = 88172645463325252u;
    for (int i = 0; i < count; ++i) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        const ChangeLog::Cell cells[] {
            { users::User, "user" + QByteArray::number(i) + "@domain" + QByteArray::number(i % 100) + ".example" },
            { users::Enabled, i % 50 == 0 ? QByteArray("disabled") : QByteArray("active") },
            { users::DomainAdmin, i % 100 == 0 }, { users::Created, nowUs - qint64(random % 2000) * Day },
            { users::LastLogin, i % 10 == 0 ? Value() : Value(nowUs - qint64(random % 500) * Day) },
            { users::LastLoginService, i % 3 ? QByteArray("IMAPS") : QByteArray("HTTP/WebMail") },
            { users::LastLoginAddress, Address::fromV4(quint32(random)) }, { users::WatchedSince, nowUs - 400 * Day },
            { users::MailboxBytes, qint64(random % 5'000'000'000) }, { users::QuotaBytes, qint64(5'000'000'000) }
        };
        agent.log(TableId::Users).put((random >> 1) | 1, cells);
    }
}

struct Cost {
    qint64 wallMs = 0;
    double cpuMs = 0; ///< of the program alone
    qint64 bytes = 0;
};

double childrenMs()
{
    rusage usage {};
    getrusage(RUSAGE_CHILDREN, &usage);
    return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3
        + double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

Cost measure(const QString &home, const QStringList &arguments)
{
    QProcess ctl;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("MAILHELM_HOME"), home);
    ctl.setProcessEnvironment(environment);
    Cost cost;
    QObject::connect(
        &ctl, &QProcess::readyReadStandardOutput, &ctl, [&] { cost.bytes += ctl.readAllStandardOutput().size(); });
    QEventLoop loop;
    QObject::connect(&ctl, &QProcess::finished, &loop, &QEventLoop::quit);
    const double before = childrenMs();
    QElapsedTimer timer;
    timer.start();
    ctl.start(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelmctl"), arguments);
    loop.exec();
    cost.wallMs = timer.elapsed();
    cost.cpuMs = childrenMs() - before;
    if (ctl.exitCode() != 0)
        std::printf("  exit %d: %s", ctl.exitCode(), ctl.readAllStandardError().constData());
    return cost;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 200'000;
    const SystemClock clock;
    const QTemporaryDir home;
    FakeAgent agent(clock);
    if (!agent.start())
        return 1;
    Profile profile = Profile::open(home.path()).value();
    agent.allow(profile.identity().value().pin(), Role::Owner);
    if (!profile.add(
            { QStringLiteral("mx1"), QStringLiteral("127.0.0.1"), agent.port(), agent.pin(), {}, {}, Role::Owner }))
        return 1;
    const Cost none = measure(home.path(), { QStringLiteral("users") });
    fill(agent, clock.nowUs(), count);

    const QString list = home.filePath(QStringLiteral("list.csv"));
    QFile file(list);
    if (!file.open(QIODevice::WriteOnly))
        return 1;
    for (int i = 0; i < count; ++i)
        file.write("Person " + QByteArray::number(i) + ";user" + QByteArray::number(i + 1000) + "@domain"
            + QByteArray::number((i + 1000) % 100) + ".example\r\n");
    file.close();

    std::printf("%d accounts; best of 3\n%-44s %8s %10s %10s\n", count, "", "wall ms", "its CPU ms", "bytes");
    const auto report = [&](const QString &line) {
        Cost best;
        for (int i = 0; i < 3; ++i) {
            QStringList arguments = line.split(u' ');
            arguments.replaceInStrings(QStringLiteral("FILE"), list);
            const Cost cost = measure(home.path(), arguments);
            if (i == 0 || cost.wallMs < best.wallMs)
                best = cost;
        }
        std::printf("%-44s %8lld %10.0f %10lld\n", qPrintable(line), static_cast<long long>(best.wallMs), best.cpuMs,
            static_cast<long long>(best.bytes));
    };
    std::printf("%-44s %8lld %10.0f %10lld\n", "users, none there", static_cast<long long>(none.wallMs), none.cpuMs,
        static_cast<long long>(none.bytes));
    for (const char *line : { "users", "users --format csv", "users --format json", "users --filter user17@",
             "inactive", "inactive --for 12mo", "compare FILE", "compare FILE --filter list=only_server" })
        report(QString::fromLatin1(line));
    return 0;
}
