// SPDX-License-Identifier: GPL-3.0-or-later
// What the agent costs: `bench_agent [SECONDS] [--no-lab]`, 60 s unless told. The simulation needs nothing; the
// comparison with doveadm and ss needs root, for the lab.

#include "core/agent/sources/sockdiag.h"
#include "tests/support/agentclient.h"
#include "tests/support/lab.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTest>

#include <array>
#include <cstdio>

#include <sys/resource.h>
#include <unistd.h>

using namespace mailhelm;

namespace
{

constexpr quint16 SimulationPort = 6309;

void print(const char *name, double value, const char *unit, const QByteArray &beside = {})
{
    std::printf("%s: %.5g %s%s\n", name, value, unit, beside.isEmpty() ? "" : (" (" + beside + ')').constData());
    std::fflush(stdout);
}

[[noreturn]] void die(const Error &error)
{
    std::fprintf(stderr, "bench_agent: %s\n", qUtf8Printable(error.detail));
    std::exit(1);
}

template<typename T>
T must(Result<T> result)
{
    if (!result)
        die(result.error());
    if constexpr (!std::is_void_v<T>)
        return std::move(result).value();
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Time on a CPU so far, in seconds.
struct Cpu {
    double agent = 0;
    double simulator = 0;
};

Cpu cpuOf(qint64 pid)
{
    Cpu cpu;
    const QString tasks = QStringLiteral("/proc/%1/task/").arg(pid);
    for (const QString &task : QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const double seconds
            = double(contents(tasks + task + QStringLiteral("/schedstat")).split(' ').value(0).toLongLong()) / 1e9;
        (contents(tasks + task + QStringLiteral("/comm")).trimmed() == "simulator" ? cpu.simulator : cpu.agent)
            += seconds;
    }
    return cpu;
}

double residentBytes(const QByteArray &pid)
{
    return contents(QStringLiteral("/proc/%1/statm").arg(QString::fromLatin1(pid))).split(' ').value(1).toDouble()
        * double(::sysconf(_SC_PAGESIZE));
}

/// What the agent has sent to its clients, as their sockets count it: TLS included.
quint64 bytesSent(quint16 port)
{
    SockDiag kernel;
    const std::array<quint16, 1> ports { port };
    quint64 bytes = 0;
    for (const SocketObservation &socket : must(kernel.scan(ports)))
        bytes += socket.bytesOut;
    return bytes;
}

double childrenSeconds()
{
    rusage usage {};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    const auto seconds = [](const timeval &t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A mailhelmd with made-up connections, and an administrator who has enrolled.
struct Simulated {
    Simulated(int rows, int changes, LinkTimes times = {}, bool history = false)
    {
        must(agent.writeConfig("[agent]\nlisten = [\"127.0.0.1:" + QByteArray::number(SimulationPort)
            + "\"]\nadvertise = \"127.0.0.1:" + QByteArray::number(SimulationPort) + "\"\nstate = \""
            + agent.state().toUtf8() + "\"\n[history]\nenabled = " + (history ? "true" : "false") + "\n"));
        // The arguments come after those that start() gives.
        agent.setWrapper({ QStringLiteral("/bin/sh"), QStringLiteral("-c"),
            QStringLiteral("exec \"$@\" --simulate %1 --changes %2").arg(rows).arg(changes), QStringLiteral("sh") });
        must(agent.start());
        must(client.enrol(agent, "bench", "owner", times));
    }
    void watch(qint64 intervalMs)
    {
        must(client.watch({ TableId::Connections }));
        client.link().setInterval(TableId::Connections, intervalMs);
    }

    AgentProcess agent;
    AgentClient client;
};

void loadOfTheSimulation(int seconds)
{
    double empty = 0;
    {
        Simulated one(1, 0);
        one.watch(1000);
        empty = residentBytes(QByteArray::number(one.agent.pid()));
    }
    Simulated world(100'000, 2000);
    QTest::qWait(5000); // until all sessions were told

    const double clientBefore = residentBytes("self");
    QElapsedTimer timer;
    timer.start();
    world.watch(1000);
    print("first full table, 100,000 rows", double(timer.elapsed()), "ms");
    const qsizetype rows = world.client.table(TableId::Connections).table().rowCount();
    print("rows", double(rows), "");
    print("memory of the client", (residentBytes("self") - clientBefore) / double(rows), "B/row",
        "baseline 2040 of QStandardItemModel, ratio "
            + QByteArray::number((residentBytes("self") - clientBefore) / double(rows) / 2040, 'f', 3));

    QTest::qWait(3000);
    const Cpu before = cpuOf(world.agent.pid());
    const quint64 sentBefore = bytesSent(SimulationPort);
    timer.start();
    QTest::qWait(seconds * 1000);
    const double elapsed = double(timer.elapsed()) / 1000;
    const Cpu after = cpuOf(world.agent.pid());
    const double share = (after.agent - before.agent) / elapsed * 100;
    print("agent's CPU, 100,000 rows, 2,000 changes/s, one console at 1 s", share, "% of a core",
        "baseline 20, ratio " + QByteArray::number(share / 20, 'f', 3));
    print("simulator's CPU, not counted above", (after.simulator - before.simulator) / elapsed * 100, "% of a core");
    print("received", double(bytesSent(SimulationPort) - sentBefore) / elapsed, "B/s");
    print("memory of the agent, the simulation included",
        (residentBytes(QByteArray::number(world.agent.pid())) - empty) / 100'000, "B/row");
}

/// A third of the changes are connections that end.
void costOfTheHistory(int seconds)
{
    const int span = std::clamp(seconds / 3, 5, 20);
    double without = 0;
    double with = 0;
    qint64 kept = 0;
    for (int round = 0; round < 3; ++round) { // in turns: the machine is shared
        for (const bool history : { false, true }) {
            Simulated world(50'000, 6000, {}, history);
            world.watch(1000);
            QTest::qWait(8000); // the sessions were told, the first snapshot is written
            const Cpu before = cpuOf(world.agent.pid());
            QTest::qWait(span * 1000);
            (history ? with : without) += cpuOf(world.agent.pid()).agent - before.agent;
            if (history)
                for (const char *suffix : { "", "-wal" }) // what is written ahead is most of it, so early
                    kept += QFileInfo(
                        world.agent.state() + QStringLiteral("/history-simulated.db") + QLatin1String(suffix))
                                .size();
        }
    }
    print("agent's CPU at 2,000 closes a second, no history kept", without / 3 / span * 100, "% of a core");
    print("the same with history", with / 3 / span * 100, "% of a core",
        "ratio " + QByteArray::number(with / without, 'f', 3));
    print("history on disk after that, what is live included", double(kept) / 3, "B");
}

void silenceOfTheSimulation(int seconds)
{
    LinkTimes times; // without pings; the agent cuts off who is silent for longer than this lasts
    times.pingEvery = std::chrono::minutes(10);
    times.deadAfter = std::chrono::minutes(20);
    const int span = std::clamp(seconds / 2, 1, 30);
    Simulated world(9000, 0, times);
    QTest::qWait(1000);
    for (const qint64 interval : { qint64(0), qint64(1000) }) {
        if (interval == 0)
            world.watch(interval);
        else
            world.client.link().setInterval(TableId::Connections, interval);
        QTest::qWait(6000); // the table, and the last word of the sources
        const quint64 before = bytesSent(SimulationPort);
        const Cpu cpu = cpuOf(world.agent.pid());
        QTest::qWait(span * 1000);
        const QByteArray what = "9,000 idle sockets, " + QByteArray::number(span) + " s at interval "
            + QByteArray::number(interval) + " ms";
        print(what.constData(), double(bytesSent(SimulationPort) - before), "B received");
        print("agent's CPU meanwhile", (cpuOf(world.agent.pid()).agent - cpu.agent) / span * 100, "% of a core");
    }
    if (!world.client.link().isLive(TableId::Connections))
        die({ ErrorCode::Unavailable, QStringLiteral("the link did not last: ") + world.client.link().statusText() });
}

void againstTheToolsOfTheHost(int sessions, int seconds)
{
    if (const QString missing = Lab::whyNotHere(); !missing.isEmpty()) {
        std::printf("against doveadm and ss: left out. %s\n", qUtf8Printable(missing));
        return;
    }
    Lab::Options options;
    options.large = true;
    Lab lab(options);
    must(lab.start());
    QProcess clients;
    clients.setProcessChannelMode(QProcess::MergedChannels);
    clients.start(QStringLiteral(MAILHELM_BINARY_DIR "/bin/mailhelm-lab-clients"),
        { QStringLiteral("--env"), lab.directory() + QStringLiteral("/env"), QStringLiteral("--imaps"),
            QString::number(sessions) });
    QByteArray said;
    if (!QTest::qWaitFor([&] { return (said += clients.readAll()).contains("ready "); }, 300'000))
        die({ ErrorCode::TimedOut, QStringLiteral("the clients did not come: ") + QString::fromUtf8(said) });
    {
        AgentProcess agent;
        must(agent.init(lab));
        must(agent.start());
        AgentClient client;
        must(client.enrol(agent));
        must(client.watch({ TableId::Connections }));
        client.link().setInterval(TableId::Connections, 1000);
        QTest::qWait(5000); // reading back
        qsizetype named = 0;
        for (const AgentClient::Row &row : client.rows())
            named += !row.text(connections::User).isEmpty() && row.text(connections::Protocol) == "imap";
        print("live sessions with a user", double(named), "", "of " + QByteArray::number(sessions));

        const Cpu before = cpuOf(agent.pid());
        const double toolsBefore = childrenSeconds();
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < seconds; ++i) {
            for (const QStringList &command : { QStringList { QStringLiteral("doveadm"), QStringLiteral("-c"),
                                                    lab.dovecotConfig(), QStringLiteral("who"), QStringLiteral("-1") },
                     QStringList { QStringLiteral("ss"), QStringLiteral("-tnp") } }) {
                QProcess tool;
                tool.setStandardOutputFile(QProcess::nullDevice());
                tool.setStandardErrorFile(QProcess::nullDevice());
                tool.start(command.first(), command.mid(1));
                if (!tool.waitForFinished() || tool.exitCode() != 0)
                    die({ ErrorCode::Unavailable, command.join(u' ') + QStringLiteral(" failed") });
            }
            QTest::qWait(int(std::max<qint64>(0, (i + 1) * 1000 - timer.elapsed())));
        }
        const double elapsed = double(timer.elapsed()) / 1000;
        const double tools = (childrenSeconds() - toolsBefore) / elapsed * 100;
        const double share = (cpuOf(agent.pid()).agent - before.agent) / elapsed * 100;
        print("doveadm who -1 and ss -tnp once a second", tools, "% of a core");
        print("agent's CPU beside 2,000 live sessions, one console at 1 s", share, "% of a core",
            "baseline " + QByteArray::number(tools, 'f', 2) + ", ratio " + QByteArray::number(share / tools, 'f', 4));
    }
    clients.terminate();
    clients.waitForFinished();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QStringList arguments = app.arguments().mid(1);
    const bool lab = arguments.removeAll(QStringLiteral("--no-lab")) == 0;
    const int seconds = arguments.isEmpty() ? 60 : arguments.first().toInt();
    if (seconds < 1 || arguments.size() > 1) {
        std::fprintf(stderr, "usage: bench_agent [SECONDS] [--no-lab]\n");
        return 2;
    }
    loadOfTheSimulation(seconds);
    costOfTheHistory(seconds);
    silenceOfTheSimulation(seconds);
    if (lab)
        againstTheToolsOfTheHost(2000, std::min(seconds, 30));
    return 0;
}
