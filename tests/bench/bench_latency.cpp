// SPDX-License-Identifier: GPL-3.0-or-later
// From a real client of a real server to the line that `mailhelmctl connections --watch` prints, against the goals.
// Needs root.
#include "tests/support/agentprocess.h"
#include "tests/support/latency.h"

#include <QCoreApplication>

#include <cstdio>

using namespace mailhelm;

namespace
{

int fail(const QString &why)
{
    std::fprintf(stderr, "bench_latency: %s\n", qUtf8Printable(why));
    return 1;
}

/// Prints one line; true where the goals are met.
bool judge(const char *what, const QList<qint64> &values, qint64 medianGoalUs, qint64 longestGoalUs)
{
    const qint64 median = LatencyFigures::median(values);
    const qint64 longest = LatencyFigures::longest(values);
    const bool met = (medianGoalUs == 0 || median < medianGoalUs) && longest <= longestGoalUs;
    std::printf("%-24s %4lld times  median %7.1f ms", what, qint64(values.size()), double(median) / 1000);
    if (medianGoalUs != 0)
        std::printf(" (goal %lld)", medianGoalUs / 1000);
    std::printf(
        "  longest %7.1f ms (goal %lld)  %s\n", double(longest) / 1000, longestGoalUs / 1000, met ? "met" : "NOT met");
    return met;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (const QString why = Lab::whyNotHere(); !why.isEmpty())
        return fail(why);
    Lab lab;
    AgentProcess agent;
    if (const Result<void> started = lab.start(); !started)
        return fail(started.error().detail);
    if (const Result<void> made = agent.init(lab); !made)
        return fail(made.error().detail);
    if (const Result<void> up = agent.start(); !up)
        return fail(up.error().detail);
    const Result<LatencyFigures> measured = measureLatency(lab, agent, 100, 20);
    if (!measured)
        return fail(measured.error().detail);
    const LatencyFigures &figures = measured.value();
    bool met = judge("login to row", figures.login, 150'000, 1'200'000);
    met = judge("connect to row (scan)", figures.seen, 0, 1'200'000) && met;
    met = judge("end to gone", figures.gone, 100'000, 1'200'000) && met;
    return met ? 0 : 2;
}
