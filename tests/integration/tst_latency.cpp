// SPDX-License-Identifier: GPL-3.0-or-later
// How soon an administrator sees who came and who went. The goals are 150 ms for a login and 100 ms for an end in the
// median, 1.2 s at most; the figures are printed, and bench_latency holds them against the goals. Other programs run
// beside tests: three times that is allowed.
#include "tests/support/agentprocess.h"
#include "tests/support/latency.h"

#include <QTest>

using namespace mailhelm;

class TestLatency : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoComesAndGoesIsSeenAtOnce()
    {
        if (const QString why = Lab::whyNotHere(); !why.isEmpty())
            QSKIP(qPrintable(why));
        Lab lab;
        const Result<void> started = lab.start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().detail));
        AgentProcess agent;
        const Result<void> made = agent.init(lab);
        QVERIFY2(made, made ? "" : qPrintable(made.error().detail));
        const Result<void> up = agent.start();
        QVERIFY2(up, up ? "" : qPrintable(up.error().detail));

        const Result<LatencyFigures> measured = measureLatency(lab, agent, 60, 12);
        QVERIFY2(measured, measured ? "" : qPrintable(measured.error().detail));
        const LatencyFigures &figures = measured.value();
        const auto print = [](const char *what, const QList<qint64> &values) {
            qInfo("%s: median %.1f ms, longest %.1f ms of %lld", what, double(LatencyFigures::median(values)) / 1000,
                double(LatencyFigures::longest(values)) / 1000, qint64(values.size()));
        };
        print("login to row", figures.login);
        print("connect to row, seen by the scan alone", figures.seen);
        print("end to gone", figures.gone);
        QVERIFY(LatencyFigures::median(figures.login) < 3 * 150'000);
        QVERIFY(LatencyFigures::median(figures.gone) < 3 * 100'000);
        QVERIFY(LatencyFigures::longest(figures.login) < 3 * 1'200'000);
        QVERIFY(LatencyFigures::longest(figures.seen) < 3 * 1'200'000);
        QVERIFY(LatencyFigures::longest(figures.gone) < 3 * 1'200'000);
    }
};

QTEST_GUILESS_MAIN(TestLatency)
#include "tst_latency.moc"
