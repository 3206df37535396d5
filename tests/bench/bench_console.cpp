// SPDX-License-Identifier: GPL-3.0-or-later
// The real window over many live rows, with the preferences of a first start, and an administrator who never rests:
// types into the filter, sorts, scrolls, selects 50,000 rows, drops one. Prints the worst stall of the GUI thread: its
// longest CPU time between two returns to the event loop, and the longest event by the wall clock beside the worst gap
// of a thread that only sleeps, which is what the machine itself did. The rows are made in the GUI thread, so that
// their making counts too, as the decoding of a server's would. Checks beside it that the selection, the place of the
// rows on the screen and the row that is dropped are exactly those they should be. Fails where they are not, or where a
// stall was over 50 ms.
//
// bench_console [seconds=60] [rows=100000] [changes a second=2000]
// bench_console seconds real: the servers of the profile in MAILHELM_HOME instead, from their first snapshot on; such
// as `mailhelmd serve --simulate 100000`, whose churn is its own.

#include "app/console/consolebackend.h"
#include "tests/bench/busyhands.h"
#include "tests/bench/exactview.h"
#include "tests/bench/stallmeter.h"
#include "tests/gui/fakebackend.h"
#include "views/connectionspage.h"
#include "views/mainwindow.h"

#include <QSettings>
#include <QTemporaryDir>

#include <cstdio>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

constexpr int SettleMs = 4000; ///< from the first snapshot on
constexpr int StepMs = 300;
constexpr int RowsOfAPart = 5000; ///< a snapshot comes in parts; as many as a frame holds

/// A server that makes its rows itself: a snapshot, then changes 20 times a second, and rows go that were dropped.
class Simulated : public QObject
{
public:
    Simulated(FakeBackend &backend, int rows, int changes)
        : m_backend(backend)
        , m_missing(rows)
        , m_changes(changes)
    {
        connect(&m_parts, &QTimer::timeout, this, [this] {
            const int part = std::min(m_missing, RowsOfAPart);
            m_missing -= part;
            m_backend.fill(part);
            if (m_missing == 0)
                m_parts.stop();
        });
        connect(&m_churn, &QTimer::timeout, this, [this] {
            FakeTable &live = m_backend.rows(TableId::Connections);
            for (const RowKey row : std::exchange(m_dropped, {}))
                live.remove(row);
            live.publish();
            m_backend.churn(m_changes / 20);
        });
        m_backend.m_outcome = [this](RowKey row) {
            m_dropped.append(row);
            return RowOutcome { row, RowOutcome::Code::Done, {} };
        };
    }

    void snapshot() { m_parts.start(0); }
    void change() { m_churn.start(50); }
    void stop() { m_churn.stop(); }

private:
    FakeBackend &m_backend;
    QTimer m_parts;
    QTimer m_churn;
    int m_missing;
    int m_changes;
    QList<RowKey> m_dropped;
};

} // namespace

int main(int argc, char **argv)
{
    TimedApplication app(argc, argv);
    const int seconds = argc > 1 ? std::atoi(argv[1]) : 60;
    const bool real = argc > 2 && qstrcmp(argv[2], "real") == 0;
    const int rows = argc > 2 && !real ? std::atoi(argv[2]) : 100'000;
    const int changes = argc > 3 ? std::atoi(argv[3]) : 2'000;
    QTemporaryDir home;
    QSettings settings(home.filePath(u"console.ini"_s), QSettings::IniFormat);
    SystemClock clock;
    FakeBackend fake(clock);
    Simulated simulated(fake, rows, changes);
    std::unique_ptr<ConsoleBackend> console;
    if (real) {
        Result<Profile> profile = Profile::open();
        const Result<Identity> identity = profile ? profile.value().identity() : Result<Identity>(profile.error());
        if (!identity) {
            std::fprintf(stderr, "%s\n", qPrintable(identity.error().detail));
            return 2;
        }
        console = std::make_unique<ConsoleBackend>(profile.value(), identity.value(), clock);
    } else {
        fake.addLive(u"mx1"_s);
    }
    Backend &backend = console ? static_cast<Backend &>(*console) : fake;
    Heartbeat heartbeat;
    StallMeter meter;
    ExactView exact(backend.table(TableId::Connections), meter);
    MainWindow window(backend, settings);
    window.chooseTab(u"connections"_s);
    window.show();
    exact.watch(*window.connectionsPage());
    BusyHands hands(window, meter, exact);
    if (!console)
        hands.m_dropsAsked = [&fake] { return fake.asked(RowAction::Drop); };

    QTimer steps;
    QObject::connect(&steps, &QTimer::timeout, &app, [&] { hands.act(); });
    const double before = residentMb();
    const auto reset = [&](const char *doing) {
        heartbeat.reset();
        app.m_worst = 0;
        meter.reset();
        meter.m_doing = doing;
    };
    QTimer::singleShot(500, &app, [&] {
        reset("first snapshot");
        if (console)
            console->start();
        else
            simulated.snapshot();
    });
    QTimer::singleShot(SettleMs, &app, [&] {
        meter.print("first snapshot:", app.m_worst * 1e3, heartbeat.worstGap() * 1e3);
        const qsizetype count = backend.rowCount(TableId::Connections, std::nullopt);
        std::printf("%lld rows; memory %.0f bytes a row, window and all\n", static_cast<long long>(count),
            (residentMb() - before) * 1e6 / double(std::max<qsizetype>(1, count)));
        reset("nothing");
        if (!console)
            simulated.change();
        steps.start(StepMs);
    });
    int code = 0;
    QTimer::singleShot(SettleMs + seconds * 1000, &app, [&] {
        simulated.stop();
        steps.stop();
        meter.print("live, with busy hands:", app.m_worst * 1e3, heartbeat.worstGap() * 1e3);
        meter.printEach();
        const bool whole = seconds * 1000 > BusyHands::stepsOfARound() * StepMs;
        const bool right = exact.print(whole);
        code = meter.m_worstCpu > 0.050 || !right ? 1 : 0;
        std::printf("%s, %d s, platform %s: %s\n",
            console
                ? "a real agent"
                : qPrintable(u"%1 rows, %2 changes a second"_s.arg(QString::number(rows), QString::number(changes))),
            seconds, qPrintable(QGuiApplication::platformName()),
            !right                         ? "NOT EXACT"
                : meter.m_worstCpu > 0.05  ? "OVER 50 ms"
                : meter.m_worstCpu > 0.016 ? "never over 50 ms"
                                           : "never over 16 ms");
        QApplication::quit();
    });
    QApplication::exec();
    return code;
}
