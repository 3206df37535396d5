// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plotpicture.h"

#include "views/plot.h"

#include <QDir>
#include <QFileDialog>
#include <QImage>
#include <QPainter>
#include <QStandardPaths>
#include <QSvgGenerator>

namespace mailhelm
{

using namespace Qt::StringLiterals;

static constexpr QSize Size { PlotPicture::Width, PlotPicture::Height };

static bool savePng(const Plot &plot, const QString &file)
{
    QImage image(Size * 2, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(2);
    QPainter painter(&image);
    painter.setFont(plot.font());
    plot.draw(painter, QRectF(QPointF(), Size), plot.palette(), true);
    painter.end();
    return image.save(file, "PNG");
}

static bool saveSvg(const Plot &plot, const QString &file)
{
    QSvgGenerator generator;
    generator.setFileName(file);
    generator.setSize(Size);
    generator.setViewBox(QRect(QPoint(), Size));
    generator.setTitle(plot.title());
    generator.setDescription(plot.spanText());
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    painter.setFont(plot.font());
    plot.draw(painter, QRectF(QPointF(), Size), plot.palette(), true);
    return painter.end();
}

bool PlotPicture::save(const Plot &plot, const QString &file)
{
    return file.endsWith(u".svg"_s, Qt::CaseInsensitive) ? saveSvg(plot, file) : savePng(plot, file);
}

void PlotPicture::choose(QWidget *parent, const QString &proposal, std::function<void(const QString &)> chosen)
{
    auto *chooser = new QFileDialog(parent, tr("Save the plot"));
    chooser->setObjectName(u"savePictureDialog"_s);
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setAcceptMode(QFileDialog::AcceptSave);
    chooser->setNameFilters({ tr("PNG picture (*.png)"), tr("SVG drawing (*.svg)") });
    chooser->setDefaultSuffix(u"png"_s);
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
    if (QDir(folder).exists())
        chooser->setDirectory(folder);
    chooser->selectFile(proposal);
    QObject::connect(chooser, &QFileDialog::filterSelected, chooser, [chooser](const QString &filter) {
        chooser->setDefaultSuffix(filter.contains(u"svg"_s) ? u"svg"_s : u"png"_s);
    });
    QObject::connect(chooser, &QFileDialog::fileSelected, parent, std::move(chosen));
    chooser->open();
}

QString PlotPicture::outcome(const QString &file, bool saved)
{
    const QString name = QDir::toNativeSeparators(file);
    return saved ? tr("The plot is in %1.").arg(name) : tr("Cannot write %1. Choose another folder or file.").arg(name);
}

} // namespace mailhelm
