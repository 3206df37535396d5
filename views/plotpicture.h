// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

#include <functional>

class QWidget;

namespace mailhelm
{

class Plot;

/// A plot as a file, with its caption: an SVG drawing where the name says so, else a PNG picture.
class PlotPicture
{
    Q_DECLARE_TR_FUNCTIONS(mailhelm::PlotPicture)

public:
    static constexpr int Width = 1200; ///< PNG has twice as many pixels
    static constexpr int Height = 440;

    [[nodiscard]] static bool save(const Plot &plot, const QString &file);
    /// Asks for a file; `chosen` is called with it.
    static void choose(QWidget *parent, const QString &proposal, std::function<void(const QString &file)> chosen);
    /// What became of it, for a message line.
    [[nodiscard]] static QString outcome(const QString &file, bool saved);
};

} // namespace mailhelm
