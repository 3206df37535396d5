// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/interrupt.h"
#include "app/console/consolebackend.h"
#include "app/console/screenshots.h"
#include "views/connectionspage.h"
#include "views/icons.h"
#include "views/mainwindow.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QSettings>
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

    QCommandLineParser parser;
    parser.setApplicationDescription(QCoreApplication::translate("main", "Administration console for mail servers"));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption connectTo(
        u"connect"_s, QCoreApplication::translate("main", "Show the server called NAME."), u"NAME"_s);
    const QCommandLineOption tab(
        u"tab"_s, QCoreApplication::translate("main", "Show the page TAB: overview, connections …"), u"TAB"_s);
    const QCommandLineOption filter(
        u"filter"_s, QCoreApplication::translate("main", "Filter the connections by EXPR."), u"EXPR"_s);
    const QCommandLineOption screenshots(u"screenshots"_s,
        QCoreApplication::translate(
            "main", "Save pictures of the window and its dialogs in DIR, light and dark, and quit."),
        u"DIR"_s);
    parser.addOptions({ connectTo, tab, filter, screenshots });
    parser.process(app);

    chooseIconTheme();
    auto opened = Profile::open();
    if (!opened)
        return cannotStart(opened.error().detail);
    Profile profile = std::move(opened).value();
    const Result<Identity> identity = profile.identity();
    if (!identity)
        return cannotStart(identity.error().detail);

    const SystemClock clock;
    const bool pictures = parser.isSet(screenshots);
    // Pictures show the same whatever was chosen before, and change no choice.
    const QTemporaryDir scratch;
    QSettings settings(
        QDir(pictures ? scratch.path() : profile.home()).filePath(u"console.ini"_s), QSettings::IniFormat);
    ConsoleBackend backend(profile, identity.value(), clock);
    MainWindow window(backend, settings);
    if (parser.isSet(tab))
        window.chooseTab(parser.value(tab));
    if (parser.isSet(connectTo))
        window.chooseServer(parser.value(connectTo));
    if (parser.isSet(filter))
        window.connectionsPage()->setFilterText(parser.value(filter));
    window.show();
    backend.start();

    std::unique_ptr<Screenshots> camera;
    if (pictures) {
        camera = std::make_unique<Screenshots>(backend, window, parser.value(screenshots));
        QObject::connect(camera.get(), &Screenshots::finished, &app, [](int saved, int failed) {
            std::printf("%d pictures saved, %d failed\n", saved, failed);
            QCoreApplication::exit(failed == 0 ? 0 : 1);
        });
        camera->start();
    }
    // Ended from outside, it leaves in order all the same: what is not in the cache yet goes there.
    const Interrupt interrupt;
    QObject::connect(&interrupt, &Interrupt::interrupted, &app, &QCoreApplication::quit);
    return QApplication::exec();
}
