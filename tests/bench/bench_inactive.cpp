// SPDX-License-Identifier: GPL-3.0-or-later
// The page Inactive of the real window over many accounts, with an administrator who switches the timeframe, filters,
// sorts, selects and scrolls, while logins come in. Prints the worst stall of the GUI thread (its longest CPU time
// between two returns to the event loop) for each thing done, and the worst event by the wall clock beside the worst
// gap of a thread that only sleeps. Fails where switching the timeframe stalls longer than 16 ms.
//
// bench_inactive [seconds=30] [accounts=200000]

#include "models/rowselection.h"
#include "tests/bench/stallmeter.h"
#include "tests/gui/fakebackend.h"
#include "views/inactivepage.h"
#include "views/mainwindow.h"
#include "views/rowsview.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <map>
#include <string>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

/// One thing that somebody does; its name.
const char *act(InactivePage &page, int step)
{
    QScrollBar *scroll = page.view().verticalScrollBar();
    switch (step % 12) {
    case 0:
    case 2:
    case 4:
    case 6:
        page.setTimeframe(Timeframe::usual()[size_t(step / 2 % 4)]);
        return "timeframe";
    case 1:
        scroll->setValue(scroll->maximum() / 2);
        return "scroll";
    case 3:
        page.setFilterText(u"user:99"_s);
        return "filter";
    case 5:
        page.setFilterText(QString());
        return "no filter";
    case 7:
        page.view().horizontalHeader()->setSortIndicator(
            step % 24 < 12 ? users::MailboxBytes : users::LastLogin, Qt::DescendingOrder);
        return "sort";
    case 8:
        page.setUnjudgedShown(true);
        return "cannot be judged";
    case 9:
        page.setUnjudgedShown(false);
        return "can be judged";
    case 10:
        page.selection().selectAll();
        return "select all";
    default:
        page.selection().clear();
        return "select none";
    }
}

} // namespace

int main(int argc, char **argv)
{
    TimedApplication app(argc, argv);
    const int seconds = argc > 1 ? std::atoi(argv[1]) : 30;
    const int accounts = argc > 2 ? std::atoi(argv[2]) : 200'000;
    QTemporaryDir home;
    QSettings settings(home.filePath(u"console.ini"_s), QSettings::IniFormat);
    SystemClock clock;
    FakeBackend backend(clock);
    backend.addLive(u"mx1"_s);
    MainWindow window(backend, settings);
    window.chooseTab(u"inactive"_s);
    window.show();
    auto *page = qobject_cast<InactivePage *>(window.currentPage());
    backend.fillAccounts(accounts);
    Heartbeat heartbeat;
    StallMeter meter;
    std::map<std::string, double> worst;
    const char *doing = nullptr;
    int step = 0;
    quint32 random = 1;
    QTimer hands;
    QTimer logins;
    QObject::connect(&hands, &QTimer::timeout, &app, [&] {
        if (doing)
            worst[doing] = std::max(worst[doing], meter.m_worstCpu);
        meter.reset();
        // As an event of its own: what was measured until now belongs to what was done before.
        QMetaObject::invokeMethod(
            page, [&] { doing = act(*page, step++); }, Qt::QueuedConnection);
    });
    QObject::connect(&logins, &QTimer::timeout, &app, [&] {
        FakeTable &rows = backend.rows(TableId::Users);
        for (int i = 0; i < 20; ++i) {
            random = random * 1664525 + 1013904223;
            rows.put({ 1, 1 + (random >> 4) % quint32(accounts) }, { { users::LastLogin, clock.nowUs() } });
        }
        rows.publish();
    });
    QTimer::singleShot(3000, &app, [&] {
        app.m_worst = 0;
        heartbeat.reset();
        meter.reset();
        hands.start(350);
        logins.start(200);
    });
    QTimer::singleShot(3000 + seconds * 1000, &app, &QApplication::quit);
    QApplication::exec();
    double all = 0;
    for (const auto &[what, cpu] : worst) {
        std::printf("%-18s worst stall %.1f ms CPU\n", what.c_str(), cpu * 1e3);
        all = std::max(all, cpu);
    }
    const double switching = worst["timeframe"];
    std::printf("%d accounts, 100 logins a second, %d s, platform %s: worst %.1f ms CPU; longest event %.1f ms wall, a "
                "sleeping thread's worst gap %.1f ms; switching the timeframe %s\n",
        accounts, seconds, qPrintable(QGuiApplication::platformName()), all * 1e3, app.m_worst * 1e3,
        heartbeat.worstGap() * 1e3, switching <= 0.016 ? "never over 16 ms" : "OVER 16 ms");
    return switching <= 0.016 ? 0 : 1;
}
