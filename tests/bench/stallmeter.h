// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QFile>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <thread>
#include <vector>

/// How long a window keeps somebody waiting, for the benchmarks of the console.
namespace mailhelm
{

inline double secondsOf(clockid_t clock)
{
    timespec time {};
    clock_gettime(clock, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

inline double residentMb()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toDouble() * 4096 / 1e6 : 0;
}

/// Notes the longest time that one event took by the wall clock.
class TimedApplication : public QApplication
{
public:
    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override
    {
        if (m_depth++ > 0) {
            const bool result = QApplication::notify(receiver, event);
            --m_depth;
            return result;
        }
        const double before = secondsOf(CLOCK_MONOTONIC) - m_aside;
        const bool result = QApplication::notify(receiver, event);
        m_worst = std::max(m_worst, secondsOf(CLOCK_MONOTONIC) - m_aside - before);
        --m_depth;
        return result;
    }

    double m_worst = 0;
    double m_aside = 0; ///< what Aside took, by the same clock

private:
    int m_depth = 0;
};

/// Watches the event loop of the thread that makes it.
class StallMeter : public QObject
{
public:
    StallMeter()
    {
        QAbstractEventDispatcher *loop = QAbstractEventDispatcher::instance();
        connect(loop, &QAbstractEventDispatcher::awake, this, &StallMeter::mark);
        connect(loop, &QAbstractEventDispatcher::aboutToBlock, this, &StallMeter::mark);
        reset();
    }

    void reset()
    {
        m_cpu = secondsOf(CLOCK_THREAD_CPUTIME_ID);
        m_cpuTotal = -m_cpu;
        m_worstCpu = 0;
        m_over16 = m_over50 = m_turns = 0;
        m_worstDoing = "";
        m_worstOf.clear();
    }

    void print(const char *what, double eventMs, double heartbeatMs)
    {
        const double cpu = secondsOf(CLOCK_THREAD_CPUTIME_ID) + m_cpuTotal;
        std::printf(
            "%-24s worst stall %.1f ms CPU (%s); longest event %.1f ms wall; a sleeping thread's worst gap %.1f ms; "
            "turns %d, over 16 ms %d, over 50 ms %d; GUI thread %.1f s CPU\n",
            what, m_worstCpu * 1e3, m_worstDoing, eventMs, heartbeatMs, m_turns, m_over16, m_over50, cpu);
        std::fflush(stdout);
    }

    /// The worst stall of each thing done, worst first.
    void printEach() const
    {
        std::vector<std::pair<double, std::string>> sorted;
        for (const auto &[what, cpu] : m_worstOf)
            sorted.emplace_back(cpu, what);
        std::sort(sorted.rbegin(), sorted.rend());
        for (const auto &[cpu, what] : sorted)
            std::printf("    %-32s worst stall %.1f ms CPU\n", what.c_str(), cpu * 1e3);
    }

    const char *m_doing = "start"; ///< what the administrator did last
    double m_worstCpu = 0;

private:
    friend class Aside;

    void mark()
    {
        const double cpu = secondsOf(CLOCK_THREAD_CPUTIME_ID);
        const double spent = cpu - m_cpu;
        ++m_turns;
        m_over16 += spent > 0.016 ? 1 : 0;
        m_over50 += spent > 0.050 ? 1 : 0;
        double &worst = m_worstOf[m_doing];
        worst = std::max(worst, spent);
        if (spent > m_worstCpu) {
            m_worstCpu = spent;
            m_worstDoing = m_doing;
        }
        m_cpu = cpu;
    }

    double m_cpu = 0;
    double m_cpuTotal = 0;
    int m_turns = 0;
    int m_over16 = 0;
    int m_over50 = 0;
    const char *m_worstDoing = "";
    std::map<std::string, double> m_worstOf;
};

/// While it lives, the benchmark works for itself: neither the window's CPU time nor its events' length.
class Aside
{
public:
    explicit Aside(StallMeter &meter)
        : m_meter(meter)
    {
    }
    ~Aside()
    {
        const double cpu = secondsOf(CLOCK_THREAD_CPUTIME_ID) - m_cpu;
        m_meter.m_cpu += cpu;
        m_meter.m_cpuTotal -= cpu;
        static_cast<TimedApplication *>(qApp)->m_aside += secondsOf(CLOCK_MONOTONIC) - m_wall;
    }
    Q_DISABLE_COPY_MOVE(Aside)

private:
    StallMeter &m_meter;
    double m_cpu = secondsOf(CLOCK_THREAD_CPUTIME_ID);
    double m_wall = secondsOf(CLOCK_MONOTONIC);
};

/// A thread that only sleeps: what the machine itself makes everybody wait.
class Heartbeat
{
public:
    Heartbeat()
        : m_thread([this] {
            double last = secondsOf(CLOCK_MONOTONIC);
            while (!m_stop) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                const double now = secondsOf(CLOCK_MONOTONIC);
                m_gap = std::max<double>(m_gap, now - last - 0.001);
                last = now;
            }
        })
    {
    }
    ~Heartbeat()
    {
        m_stop = true;
        m_thread.join();
    }
    [[nodiscard]] double worstGap() const { return m_gap; } ///< seconds
    void reset() { m_gap = 0; }

private:
    std::atomic<bool> m_stop = false;
    std::atomic<double> m_gap = 0;
    std::thread m_thread;
};

} // namespace mailhelm
