// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of every page, dialog, menu and state of the console over a made-up host, light and dark: for the guides,
// and to be looked at. The same files every time, but for what looks different.
//
// pictures DIR [LANGUAGE] [SCENE…]     QT_SCALE_FACTOR=2 for those of sharp screens

#include "app/console/screenshots.h"
#include "app/console/texts.h"
#include "tests/gui/stage.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QImageWriter>
#include <QPainter>
#include <QPixmap>
#include <QTemporaryFile>

#include <cstdio>
#include <limits>

using namespace mailhelm;
using namespace Qt::StringLiterals;

namespace
{

/// Pictures of windows have few colours: the commonest and the most different are kept, the others become the nearest
/// of them.
QImage withPalette(const QImage &image)
{
    constexpr qsizetype Common = 28;
    constexpr qsizetype Colours = 48;
    QHash<QRgb, int> uses;
    const QImage plain = image.convertToFormat(QImage::Format_RGB32);
    for (int y = 0; y < plain.height(); ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(plain.constScanLine(y));
        for (int x = 0; x < plain.width(); ++x)
            ++uses[line[x]];
    }
    QList<QRgb> byUse = uses.keys();
    std::sort(
        byUse.begin(), byUse.end(), [&](QRgb a, QRgb b) { return uses[a] != uses[b] ? uses[a] > uses[b] : a < b; });
    const auto distance = [](QRgb a, QRgb b) {
        const int red = qRed(a) - qRed(b);
        const int green = qGreen(a) - qGreen(b);
        const int blue = qBlue(a) - qBlue(b);
        return 2 * red * red + 4 * green * green + 3 * blue * blue;
    };
    QList<QRgb> table;
    QList<int> nearest(byUse.size(), std::numeric_limits<int>::max()); // how far each is from the table
    QList<uchar> index(byUse.size(), 0);
    const auto add = [&](QRgb colour) {
        for (qsizetype i = 0; i < byUse.size(); ++i) {
            if (const int far = distance(byUse[i], colour); far < nearest[i]) {
                nearest[i] = far;
                index[i] = uchar(table.size());
            }
        }
        table.append(colour);
    };
    for (const QRgb colour : byUse.first(std::min(Common, byUse.size())))
        add(colour);
    // A dot that says that all is well is small and green: what is furthest from all others comes next.
    while (table.size() < std::min(Colours, byUse.size())) {
        const auto furthest = std::max_element(nearest.begin(), nearest.end());
        if (*furthest == 0)
            break;
        add(byUse[furthest - nearest.begin()]);
    }
    QHash<QRgb, uchar> indices;
    for (qsizetype i = 0; i < byUse.size(); ++i)
        indices[byUse[i]] = index[i];
    QImage indexed(plain.size(), QImage::Format_Indexed8);
    indexed.setColorTable(table);
    for (int y = 0; y < plain.height(); ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(plain.constScanLine(y));
        uchar *out = indexed.scanLine(y);
        for (int x = 0; x < plain.width(); ++x)
            out[x] = indices[line[x]];
    }
    return indexed;
}

/// A dialog as a desktop frames it, with its title.
QPixmap framed(QWidget *dialog)
{
    const QPixmap inner = dialog->grab();
    const QFontMetrics metrics(dialog->font());
    const int bar = metrics.height() + 12;
    const QSize size = dialog->size() + QSize(2, bar + 1);
    QPixmap picture(size * inner.devicePixelRatio());
    picture.setDevicePixelRatio(inner.devicePixelRatio());
    QPainter painter(&picture);
    const QPalette palette = QApplication::palette();
    painter.fillRect(QRect(QPoint(), size), palette.color(QPalette::Window).darker(135));
    painter.setPen(palette.color(QPalette::WindowText));
    painter.drawText(QRect(8, 0, size.width() - 16, bar), Qt::AlignCenter,
        metrics.elidedText(dialog->windowTitle(), Qt::ElideRight, size.width() - 16));
    painter.drawPixmap(1, bar, inner);
    return picture;
}

QPixmap pictureOf(Stage &stage)
{
    QWidget *shown = stage.shown();
    if (shown != &stage.window())
        return framed(shown);
    QPixmap picture = shown->grab();
    QPainter painter(&picture);
    for (QWidget *popup : stage.popups()) {
        // As on a screen that the window fills.
        const QPoint wanted = shown->mapFromGlobal(popup->pos());
        const QPoint place(std::clamp(wanted.x(), 1, std::max(1, shown->width() - popup->width() - 1)),
            std::clamp(wanted.y(), 1, std::max(1, shown->height() - popup->height() - 1)));
        painter.fillRect(QRect(place, popup->size()).adjusted(-1, -1, 1, 1), QColor(0x80, 0x80, 0x80));
        painter.drawPixmap(place, popup->grab());
    }
    return picture;
}

/// A table of all of them, for whoever opens the folder.
bool writeIndex(const QDir &folder)
{
    QByteArray text
        = "# Pictures\n\nEvery page, dialog, menu and state of the console over a made-up host: light and dark, "
          "English "
          "and German, at 100 % and at\n200 %. `./dev screenshots` makes them, always the same but for what looks "
          "different.\n\n| | light | dark | German | 200 % |\n|---|---|---|---|---|\n";
    for (const Scene &scene : scenes()) {
        const QByteArray name = scene.name;
        text += "| " + QByteArray(scene.what) + " | [light](" + name + "-light.png) | [dark](" + name
            + "-dark.png) | [light](" + name + "-light-de.png), [dark](" + name + "-dark-de.png) | [light](" + name
            + "-light-2x.png), [dark](" + name + "-dark-2x.png), German [light](" + name + "-light-de-2x.png), [dark]("
            + name + "-dark-de-2x.png) |\n";
    }
    QFile file(folder.filePath(u"README.md"_s));
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

} // namespace

int main(int argc, char **argv)
{
    // Times are those of one place, wherever the pictures are taken.
    qputenv("TZ", "Europe/Berlin");
    // A screen with room for every menu.
    QTemporaryFile screens;
    if (!screens.open())
        return 1;
    screens.write(R"({ "windowFrameMargins": false,
        "screens": [{ "name": "one", "width": 3840, "height": 2400, "logicalDpi": 96, "dpr": 1 }] })");
    screens.close();
    qputenv("QT_QPA_PLATFORM", "offscreen:configfile=" + screens.fileName().toLocal8Bit());
    QApplication app(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: pictures DIR [LANGUAGE] [SCENE…]\n");
        return 2;
    }
    QApplication::setCursorFlashTime(0);
    QApplication::setEffectEnabled(Qt::UI_General, false);
    QDir folder(QString::fromLocal8Bit(argv[1]));
    folder.mkpath(u"."_s);
    const QString language = argc > 2 ? QString::fromLocal8Bit(argv[2]) : u"en"_s;
    Texts texts;
    texts.choose(language);
    const QStringList wanted = QApplication::arguments().mid(3);
    const bool sharp = app.devicePixelRatio() > 1;
    int saved = 0;
    int failed = 0;
    for (const bool dark : { false, true }) {
        applyPalette(dark);
        for (const Scene &scene : scenes()) {
            const QString name = QString::fromLatin1(scene.name);
            if (!wanted.isEmpty() && !wanted.contains(name))
                continue;
            // Sharp ones are of smaller windows: of as many pixels as tell something.
            Stage stage(sharp ? QSize(960, 600) : QSize(1280, 800));
            scene.prepare(stage);
            stage.settle();
            QApplication::setActiveWindow(stage.shown());
            QCoreApplication::processEvents();
            // English at 100 % has the plain name.
            const QString file = u"%1-%2%3%4.png"_s.arg(name, dark ? u"dark"_s : u"light"_s,
                language == u"en"_s ? QString() : u"-"_s + language, sharp ? u"-2x"_s : QString());
            QImageWriter writer(folder.filePath(file), "png");
            writer.setQuality(0); // of PNG: packed as tightly as can be
            (writer.write(withPalette(pictureOf(stage).toImage())) ? saved : failed) += 1;
        }
    }
    if (language == u"en"_s && !sharp && wanted.isEmpty())
        failed += writeIndex(folder) ? 0 : 1;
    std::printf("%d pictures saved, %d failed\n", saved, failed);
    return failed == 0 ? 0 : 1;
}
