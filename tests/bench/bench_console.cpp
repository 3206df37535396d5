// SPDX-License-Identifier: GPL-3.0-or-later
// The real window over many live rows, with an administrator who never rests: types into the filter, sorts, scrolls,
// selects. Prints the worst stall of the GUI thread: its longest CPU time between two returns to the event loop, and
// the longest event by the wall clock beside the worst gap of a thread that only sleeps, which is what the machine
// itself did. The rows are made in the GUI thread, so that their making counts too, as the decoding of a server's
// would.
//
// bench_console [seconds=60] [rows=100000] [changes a second=2000]
// bench_console seconds real: the servers of the profile in MAILHELM_HOME instead, from their first snapshot on; such
// as `mailhelmd serve --simulate 100000`, whose churn is its own.

#include "app/console/consolebackend.h"
#include "models/rowselection.h"
#include "tests/bench/stallmeter.h"
#include "tests/gui/fakebackend.h"
#include "views/connectionspage.h"
#include "views/filterfield.h"
#include "views/mainwindow.h"
#include "views/rowsview.h"
#include "views/toolrow.h"

#include <QApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>

#include <cstdio>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

/// One thing that somebody at the window does, posted as events, so that the event loop itself delivers it.
void act(MainWindow &window, int step, StallMeter &meter)
{
    ConnectionsPage *page = window.connectionsPage();
    RowsView &view = page->view();
    QWidget *field = &page->toolRow().filter();
    const auto key = [](QWidget *to, Qt::Key code, const QString &text = {}, Qt::KeyboardModifiers modifiers = {}) {
        QApplication::postEvent(to, new QKeyEvent(QEvent::KeyPress, code, modifiers, text));
        QApplication::postEvent(to, new QKeyEvent(QEvent::KeyRelease, code, modifiers, text));
    };
    const auto click = [](QWidget *to, QPoint place) {
        const QPointF global = to->mapToGlobal(QPointF(place));
        QApplication::postEvent(
            to, new QMouseEvent(QEvent::MouseButtonPress, place, global, Qt::LeftButton, Qt::LeftButton, {}));
        QApplication::postEvent(
            to, new QMouseEvent(QEvent::MouseButtonRelease, place, global, Qt::LeftButton, Qt::NoButton, {}));
    };
    static constexpr int columns[]
        = { connections::User, connections::ClientAddress, connections::Service, connections::Since };
    QHeaderView *header = view.horizontalHeader();
    switch (step % 16) {
    case 0:
        meter.m_doing = "typing a";
        field->setFocus();
        key(field, Qt::Key_A, u"a"_s);
        break;
    case 1:
        meter.m_doing = "typing al";
        key(field, Qt::Key_L, u"l"_s);
        break;
    case 2:
        meter.m_doing = "typing ali";
        key(field, Qt::Key_I, u"i"_s);
        break;
    case 3:
        meter.m_doing = "scrolling a filtered table";
        view.verticalScrollBar()->triggerAction(QScrollBar::SliderPageStepAdd);
        break;
    case 4:
        meter.m_doing = "clearing the filter";
        key(field, Qt::Key_Escape);
        break;
    case 5:
    case 11: {
        meter.m_doing = "sorting";
        const int column = columns[(step / 6) % 4];
        click(header->viewport(), QPoint(header->sectionViewportPosition(column) + 20, header->height() / 2));
        break;
    }
    case 6:
        meter.m_doing = "clicking a row";
        click(view.viewport(), QPoint(300, 200));
        break;
    case 7:
        meter.m_doing = "page down";
        view.setFocus();
        key(&view, Qt::Key_PageDown);
        break;
    case 8:
        meter.m_doing = "end";
        key(&view, Qt::Key_End);
        break;
    case 9:
        meter.m_doing = "shift page up";
        key(&view, Qt::Key_PageUp, {}, Qt::ShiftModifier);
        break;
    case 10:
        meter.m_doing = "select all";
        key(&view, Qt::Key_A, {}, Qt::ControlModifier);
        break;
    case 12:
        meter.m_doing = "home";
        key(&view, Qt::Key_Home);
        break;
    case 13:
        meter.m_doing = "scrolling";
        view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum() / 2);
        break;
    case 14:
        meter.m_doing = "filter by age";
        page->setFilterText(u"since>1h"_s);
        break;
    default:
        meter.m_doing = "no filter";
        page->setFilterText(QString());
        break;
    }
}

} // namespace

int main(int argc, char **argv)
{
    TimedApplication app(argc, argv);
    const int seconds = argc > 1 ? std::atoi(argv[1]) : 60;
    const bool real = argc > 2 && qstrcmp(argv[2], "real") == 0;
    const int rows = real ? 0 : argc > 2 ? std::atoi(argv[2]) : 100'000;
    const int changes = argc > 3 ? std::atoi(argv[3]) : 2'000;
    QTemporaryDir home;
    QSettings settings(home.filePath(u"console.ini"_s), QSettings::IniFormat);
    SystemClock clock;
    FakeBackend fake(clock);
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
    MainWindow window(backend, settings);
    window.chooseTab(u"connections"_s);
    window.show();

    Heartbeat heartbeat;
    StallMeter meter;
    QTimer churn;
    QTimer hands;
    int step = 0;
    const double before = residentMb();
    QTimer::singleShot(500, &app, [&] {
        meter.reset();
        meter.m_doing = "first snapshot";
        if (console)
            console->start();
        else
            fake.fill(rows);
    });
    QTimer::singleShot(4000, &app, [&] {
        meter.print("first snapshot:", app.m_worst * 1e3, heartbeat.worstGap() * 1e3);
        const qsizetype count = backend.rowCount(TableId::Connections, std::nullopt);
        std::printf("%lld rows; memory %.0f bytes a row, window and all\n", static_cast<long long>(count),
            (residentMb() - before) * 1e6 / double(std::max<qsizetype>(1, count)));
        heartbeat.reset();
        app.m_worst = 0;
        meter.reset();
        if (!console)
            churn.start(50);
        hands.start(300);
    });
    QObject::connect(&churn, &QTimer::timeout, &app, [&] { fake.churn(changes / 20); });
    QObject::connect(&hands, &QTimer::timeout, &app, [&] { act(window, step++, meter); });
    int code = 0;
    QTimer::singleShot(4000 + seconds * 1000, &app, [&] {
        churn.stop();
        hands.stop();
        meter.print("live, with busy hands:", app.m_worst * 1e3, heartbeat.worstGap() * 1e3);
        code = meter.m_worstCpu > 0.050 ? 1 : 0;
        std::printf("%s, %d s, platform %s: %s\n",
            console
                ? "a real agent"
                : qPrintable(u"%1 rows, %2 changes a second"_s.arg(QString::number(rows), QString::number(changes))),
            seconds, qPrintable(QGuiApplication::platformName()), code == 0 ? "never over 50 ms" : "OVER 50 ms");
        QApplication::quit();
    });
    QApplication::exec();
    return code;
}
