// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/interrupt.h"
#include "app/console/arguments.h"
#include "app/console/consolebackend.h"
#include "app/console/exporter.h"
#include "app/console/screenshots.h"
#include "app/console/singleinstance.h"
#include "app/console/texts.h"
#include "views/connectionspage.h"
#include "views/contraststyle.h"
#include "views/icons.h"
#include "views/mainwindow.h"
#include "views/preferences.h"
#include "views/trayicon.h"

#include <QApplication>
#include <QDir>
#include <QSettings>
#include <QStyle>
#include <QTemporaryDir>

#include <cstdio>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

/// Without a profile there is nothing to show. A box would keep scripts waiting for ever.
int cannotStart(const QString &why)
{
    std::fprintf(stderr, "mailhelm: %s\n", qUtf8Printable(why));
    return 2;
}

/// The desktop's own theme if it has one; else Breeze, in the shade of the palette.
void chooseIconTheme()
{
    if (QIcon::hasThemeIcon(u"view-refresh"_s) && QIcon::hasThemeIcon(u"view-filter"_s))
        return;
    const bool dark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    QIcon::setFallbackThemeName(dark ? u"breeze-dark"_s : u"breeze"_s);
}

/// What the command line asks for, at once and of the window that is open: also when a second start hands it over.
void carryOut(const Arguments &wanted, ConsoleBackend &backend, MainWindow &window)
{
    if (!wanted.tab.isEmpty())
        window.chooseTab(wanted.tab);
    if (!wanted.connectTo.isEmpty())
        window.chooseServer(wanted.connectTo);
    TablePage *page = window.currentTable();
    if (!page && (!wanted.filter.isEmpty() || !wanted.exportTo.isEmpty())) {
        // Not every page has rows: these are meant then.
        window.chooseTab(u"connections"_s);
        page = window.currentTable();
    }
    if (!wanted.filter.isEmpty())
        page->setFilterText(wanted.filter);
    if (wanted.exportTo.isEmpty()) {
        if (wanted.quit)
            QCoreApplication::quit();
        return;
    }
    auto *exporter = new Exporter(backend, *page, wanted.exportTo, &window);
    QObject::connect(exporter, &Exporter::finished, &window, [wanted, page](qsizetype rows, const QString &problem) {
        std::fprintf(problem.isEmpty() ? stdout : stderr, "mailhelm: %lld rows written to %s%s%s\n",
            static_cast<long long>(rows), qUtf8Printable(wanted.exportTo), problem.isEmpty() ? "" : "; ",
            qUtf8Printable(problem));
        std::fflush(stdout);
        if (wanted.quit)
            QCoreApplication::exit(problem.isEmpty() ? 0 : 1);
        else if (!problem.isEmpty())
            page->warn(problem);
    });
}

} // namespace

int main(int argc, char **argv)
{
#ifdef Q_OS_UNIX
    // What the console writes holds names and addresses of people: nobody else reads it.
    ::umask(077);
#endif
    QApplication app(argc, argv);
    QApplication::setApplicationName(u"mailhelm"_s);
    QApplication::setApplicationDisplayName(u"Mailhelm"_s);
    QApplication::setApplicationVersion(QStringLiteral(MAILHELM_VERSION));
    QGuiApplication::setDesktopFileName(u"mailhelm"_s);

    const Result<Arguments> parsed = Arguments::parse(QCoreApplication::arguments());
    if (!parsed)
        return cannotStart(parsed.error().detail);
    const Arguments wanted = parsed.value();
    if (wanted.help || wanted.version) {
        std::printf("%s\n", qUtf8Printable(wanted.help ? wanted.helpText : u"mailhelm " MAILHELM_VERSION ""_s));
        return 0;
    }
    if (QApplication::style()->name() == "fusion"_L1)
        QApplication::setStyle(new ContrastStyle);
    chooseIconTheme();
    auto opened = Profile::open();
    if (!opened)
        return cannotStart(opened.error().detail);
    Profile profile = std::move(opened).value();
    const Result<Identity> identity = profile.identity();
    if (!identity)
        return cannotStart(identity.error().detail);

    const bool pictures = !wanted.screenshots.isEmpty();
    SingleInstance instance(profile.home());
    if (!pictures && !instance.claim()) {
        QObject::connect(&instance, &SingleInstance::handedOver, &app, [] { QCoreApplication::exit(0); });
        QObject::connect(&instance, &SingleInstance::failed, &app, [](const QString &why) {
            QCoreApplication::exit(cannotStart(
                QCoreApplication::translate("main", "another Mailhelm runs, and cannot be asked: %1").arg(why)));
        });
        QMetaObject::invokeMethod(
            &instance, [&] { instance.handOver(wanted.toList()); }, Qt::QueuedConnection);
        return QApplication::exec();
    }
    if (wanted.quit && wanted.exportTo.isEmpty())
        return 0; // nobody runs

    const SystemClock clock;
    // Pictures show the same whatever was chosen before, and change no choice.
    const QTemporaryDir scratch;
    QSettings settings(
        QDir(pictures ? scratch.path() : profile.home()).filePath(u"console.ini"_s), QSettings::IniFormat);
    Texts texts;
    texts.choose(wanted.language.isEmpty() ? settings.value(u"preferences/language"_s).toString() : wanted.language);
    ConsoleBackend backend(profile, identity.value(), clock);
    MainWindow window(backend, settings);
    if (!wanted.quit)
        window.show();
    backend.start();
    carryOut(wanted, backend, window);
    QObject::connect(&instance, &SingleInstance::asked, &window, [&](const QStringList &list) {
        const Result<Arguments> more = Arguments::parse(list);
        if (!more)
            return;
        if (!more.value().quit)
            window.bringToFront();
        carryOut(more.value(), backend, window);
    });

    std::unique_ptr<Screenshots> camera;
    if (pictures) {
        camera = std::make_unique<Screenshots>(backend, window, wanted.screenshots);
        QObject::connect(camera.get(), &Screenshots::finished, &app, [](int saved, int failed) {
            std::printf("%d pictures saved, %d failed\n", saved, failed);
            QCoreApplication::exit(failed == 0 ? 0 : 1);
        });
        camera->start();
    }
    // Ended from outside, it leaves in order all the same: what is not in the cache yet goes there.
    const Interrupt interrupt;
    QObject::connect(&interrupt, &Interrupt::interrupted, &app, &QCoreApplication::quit);
    const int code = QApplication::exec();
    window.close(); // keeps where it was
    return code;
}
